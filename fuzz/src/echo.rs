//! A service that answers with what it is sent, in all four shapes. Called by `web` and `http2`.

use protocall::{Context, Result, Stream, Streaming, produce, stream};

use crate::schema::ours::test::v1::{Echo, Ping, Pong};

/// The most replies of a stream.
pub(crate) const MOST: i32 = 8;

pub(crate) struct Parrot;

/// The reply to a request.
pub(crate) fn pong(ping: Ping, index: i32) -> Pong {
    Pong { text: ping.text, index, payload: ping.payload, ..Default::default() }
}

impl Echo for Parrot {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        cx.set_trailer("x-text", "t")?;
        Ok(pong(ping, 0))
    }

    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        let mut count = 0;
        while let Some(ping) = pings.next().await? {
            drop(ping);
            count += 1;
        }
        Ok(Pong { index: count, ..Default::default() })
    }

    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let count = ping.count.clamp(0, MOST);
        Ok(stream::iter((0..count).map(move |index| pong(ping.clone(), index))))
    }

    async fn bidi(
        &self,
        _: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(produce(async move |out| {
            let mut index = 0;
            while let Some(ping) = pings.next().await? {
                out.send(pong(ping, index)).await?;
                index += 1;
            }
            Ok(())
        }))
    }
}
