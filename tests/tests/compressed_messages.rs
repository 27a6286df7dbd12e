//! Messages travel compressed in all four shapes, each by itself: small ones, empty ones and those that are marked stay as
//! they are. What inflates beyond the limit is RESOURCE_EXHAUSTED, what is damaged INTERNAL.

use protocall::{Channel, Code, Compression, Context, Result, Server, Stream, Streaming, produce};
use protocall_tests::echo::{
    Echo, EchoClient, Parrot, Ping, Pong, Served, heavy_ping, ping, pong, serve, serve_with, within,
};
use protocall_tests::packed::{messages, packed, packed_frame};
use protocall_tests::raw::{
    RawAnswer, RawClient, RawServer, echo_request, flagged, frame, head, well, with_header,
};
use tokio::sync::mpsc;

const NAMES: [&str; 3] = ["zstd", "gzip", "deflate"];

/// Sends `body` to `method`, with requests and replies in `encoding`.
async fn call(server: &Served, method: &str, encoding: &str, body: Vec<u8>) -> RawAnswer {
    let mut raw = RawClient::connect(server.address).await;
    let head = with_header(echo_request(method), "grpc-encoding", encoding);
    within(raw.call(with_header(head, "grpc-accept-encoding", encoding), body)).await
}

fn texts(answer: &RawAnswer, encoding: &str) -> Vec<(bool, usize)> {
    assert_eq!(answer.grpc_status(), Some(0), "{answer:?}");
    let pongs = messages::<Pong>(encoding, &answer.data);
    pongs.into_iter().map(|(compressed, pong)| (compressed, pong.payload.len())).collect()
}

#[tokio::test]
async fn a_server_reads_and_writes_them_in_every_shape_and_encoding() {
    let server = serve_with(Server::new().min_compress_size(0), Parrot).await;
    let request = Ping { count: 2, ..heavy_ping(5000) };
    for encoding in NAMES {
        let one = packed_frame(encoding, &request);
        for (method, body, expected) in [
            ("Unary", one.clone(), vec![(true, 5000)]),
            ("ServerStream", one.clone(), vec![(true, 5000); 2]),
            ("Bidi", [one.clone(), one.clone(), one.clone()].concat(), vec![(true, 5000); 3]),
        ] {
            let answer = call(&server, method, encoding, body).await;
            assert_eq!(answer.headers["grpc-encoding"], encoding);
            assert_eq!(texts(&answer, encoding), expected, "{method} {encoding}");
        }
        let texts = [packed_frame(encoding, &ping("a")), packed_frame(encoding, &ping("b"))].concat();
        let answer = call(&server, "ClientStream", encoding, texts).await;
        assert_eq!(messages::<Pong>(encoding, &answer.data)[0].1.text, "ab", "{encoding}");
    }
}

#[tokio::test]
async fn a_client_writes_and_reads_them_in_every_shape_and_encoding() {
    for compression in Compression::ALL {
        let server = serve_with(Server::new().compress([*compression]), Compressed).await;
        let connect = Channel::connect(format!("http://{}", server.address)).compress(*compression);
        let echo: EchoClient = connect.min_compress_size(0).build().unwrap().into();
        let request = Ping { count: 2, ..heavy_ping(5000) };
        let reply = within(echo.unary(request.clone()).into_future()).await.unwrap();
        assert_eq!((reply.index, reply.payload.len()), (1, 5000), "{compression}");
        let sum = within(echo.client_stream().send_all([request.clone(), request.clone()])).await.unwrap();
        assert_eq!(sum.index, 2, "{compression}: both came compressed");
        let mut replies = within(echo.server_stream(request.clone()).into_future()).await.unwrap();
        while let Some(reply) = within(replies.next()).await.unwrap() {
            assert_eq!((reply.index, replies.was_compressed()), (1, true), "{compression}");
        }
        let (mut tx, mut rx) = echo.bidi().open();
        tx.send(request.clone()).await.unwrap();
        assert_eq!(within(rx.next()).await.unwrap().unwrap().payload.len(), 5000);
        assert!(rx.was_compressed(), "{compression}");
    }
}

/// Answers with 1 in `index` for each request that came compressed.
struct Compressed;

fn told(compressed: bool, ping: Ping) -> Pong {
    Pong { index: i32::from(compressed), payload: ping.payload, ..Default::default() }
}

impl Echo for Compressed {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        Ok(told(cx.was_compressed(), ping))
    }

    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        let mut sum = pong(0);
        while pings.next().await?.is_some() {
            sum.index += i32::from(pings.was_compressed());
            sum.text.push(if pings.was_compressed() { '1' } else { '0' });
        }
        Ok(sum)
    }

    async fn server_stream(&self, cx: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let (compressed, count) = (cx.was_compressed(), ping.count);
        Ok(protocall::stream::iter((0..count).map(move |_| told(compressed, ping.clone()))))
    }

    /// Leaves the second reply as it is.
    async fn bidi(
        &self,
        cx: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(produce(async move |out| {
            let mut index = 0;
            while let Some(ping) = pings.next().await? {
                cx.compress(index != 1);
                out.send(told(pings.was_compressed(), ping)).await?;
                index += 1;
            }
            Ok(())
        }))
    }
}

#[tokio::test]
async fn plain_messages_may_stand_among_compressed_ones() {
    let server = serve(Compressed).await;
    let plain = frame(&ping("a"));
    let body = [plain.clone(), packed_frame("gzip", &ping("b")), plain].concat();
    let answer = call(&server, "ClientStream", "gzip", body).await;
    assert_eq!(messages::<Pong>("gzip", &answer.data)[0].1.text, "010");
}

/// Bytes that no one can compress.
fn noise(size: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(size).collect()
}

#[tokio::test]
async fn small_empty_and_growing_messages_stay_as_they_are() {
    let server = serve(Parrot).await;
    let answer_to = async |payload: Vec<u8>| {
        let request = Ping { payload: payload.into(), ..Default::default() };
        texts(&call(&server, "Unary", "gzip", packed_frame("gzip", &request)).await, "gzip")
    };
    assert_eq!(answer_to(vec![7; 900]).await, [(false, 900)]);
    assert_eq!(answer_to(vec![7; 1100]).await, [(true, 1100)]);
    assert_eq!(answer_to(noise(4000)).await, [(false, 4000)], "it would grow");
    let eager = serve_with(Server::new().min_compress_size(0), Parrot).await;
    let answer = call(&eager, "Unary", "gzip", packed_frame("gzip", &Ping::default())).await;
    assert_eq!(answer.data, flagged(0, b""));
}

#[tokio::test]
async fn a_handler_leaves_single_replies_as_they_are() {
    let server = serve(Compressed).await;
    let body = frame(&heavy_ping(5000)).repeat(3);
    let answer = call(&server, "Bidi", "gzip", body).await;
    assert_eq!(texts(&answer, "gzip"), [(true, 5000), (false, 5000), (true, 5000)]);
}

#[tokio::test]
async fn a_client_leaves_single_requests_and_calls_as_they_are() {
    let server = serve(Compressed).await;
    let connect = Channel::connect(format!("http://{}", server.address)).compress(Compression::Gzip);
    let echo: EchoClient = connect.build().unwrap().into();
    let (mut tx, reply) = echo.client_stream().open();
    for wanted in [true, false, true] {
        tx.compress(wanted);
        tx.send(heavy_ping(5000)).await.unwrap();
    }
    tx.finish();
    assert_eq!(within(reply.into_future()).await.unwrap().text, "101");
    let plain = within(echo.unary(heavy_ping(5000)).compress(None).into_future()).await.unwrap();
    assert_eq!(plain.index, 0);
    let other = within(echo.unary(heavy_ping(5000)).compress(Compression::Zstd).into_future()).await.unwrap();
    assert_eq!(other.index, 1);
    let small = within(echo.unary(heavy_ping(500)).into_future()).await.unwrap();
    assert_eq!(small.index, 0, "below what is worth it");
}

#[tokio::test]
async fn what_inflates_beyond_the_limit_is_exhausted_on_a_server() {
    let server = serve_with(Server::new().max_receive_message_size(1000), Parrot).await;
    for encoding in NAMES {
        for method in ["Unary", "ClientStream", "ServerStream", "Bidi"] {
            let bomb = packed_frame(encoding, &heavy_ping(1_000_000));
            assert!(bomb.len() < 5000, "{}", bomb.len());
            let answer = call(&server, method, encoding, bomb).await;
            assert_eq!(answer.grpc_status(), Some(8), "{method} {encoding}");
        }
        let fits = packed_frame(encoding, &heavy_ping(997));
        assert_eq!(texts(&call(&server, "Unary", encoding, fits).await, encoding), [(false, 997)]);
    }
}

#[tokio::test]
async fn what_inflates_beyond_the_limit_is_exhausted_on_a_client() {
    for encoding in NAMES {
        let server = answering(encoding, packed_frame(encoding, &heavy_pong(1_000_000))).await;
        let call = server.client().unary(ping("")).max_receive_message_size(1000);
        let status = within(call.into_future()).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{encoding}: {status}");
        let call = server.client().unary(ping("")).max_receive_message_size(1_000_010);
        assert_eq!(within(call.into_future()).await.unwrap().payload.len(), 1_000_000, "{encoding}");
    }
}

fn heavy_pong(size: usize) -> Pong {
    Pong { payload: vec![7; size].into(), ..Default::default() }
}

/// A server that answers each call with these bytes.
async fn answering(encoding: &'static str, data: Vec<u8>) -> RawServer {
    RawServer::start(move |mut request| {
        let data = data.clone();
        async move {
            request.ending().await;
            let content = ("content-type", "application/grpc");
            let mut stream = request.begin_with(head(200, &[content, ("grpc-encoding", encoding)]));
            // A client that has seen enough resets the stream.
            let _ = stream.send_data(data.into(), false);
            let _ = stream.send_trailers(well());
        }
    })
    .await
}

#[tokio::test]
async fn damaged_messages_are_internal_on_both_ends() {
    let server = serve(Parrot).await;
    for encoding in NAMES {
        let whole = packed(encoding, &[7; 5000]);
        for bytes in [&whole[..whole.len() - 1], &whole[..10], b"nothing that was ever compressed"] {
            let body = flagged(1, bytes);
            let answer = call(&server, "Unary", encoding, body.clone()).await;
            assert_eq!(answer.grpc_status(), Some(13), "{encoding}, {} bytes", bytes.len());
            let broken = answering(encoding, body).await;
            let status = within(broken.client().unary(ping("")).into_future()).await.unwrap_err();
            assert_eq!(status.code(), Code::Internal, "{encoding}, {} bytes: {status}", bytes.len());
        }
    }
}

#[tokio::test]
async fn the_limit_to_send_counts_bytes_before_they_are_compressed() {
    let server = serve(Parrot).await;
    let echo = server.client();
    let call = echo.unary(heavy_ping(5000)).compress(Compression::Gzip).max_send_message_size(4999);
    assert_eq!(within(call.into_future()).await.unwrap_err().code(), Code::ResourceExhausted);
}

#[tokio::test]
async fn a_compressed_request_says_so_on_the_wire() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let server = RawServer::start(move |mut request| {
        let tell = tell.clone();
        async move {
            let mut data = Vec::new();
            while let Some(Ok(part)) = request.body.data().await {
                data.extend_from_slice(&part);
            }
            let encoding = request.head.headers["grpc-encoding"].clone();
            let _ = tell.send((encoding, data));
            request.answer(frame(&pong(1)), well()).await;
        }
    })
    .await;
    let call = server.client().unary(heavy_ping(5000)).compress(Compression::Gzip);
    within(call.into_future()).await.unwrap();
    let (encoding, data) = within(told.recv()).await.unwrap();
    assert_eq!(encoding, "gzip");
    assert_eq!(messages::<Ping>("gzip", &data), [(true, heavy_ping(5000))]);
}
