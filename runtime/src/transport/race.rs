//! The first of several addresses that takes a connection: happy eyeballs, RFC 8305 as gRFC A61 has it. Called by `dial`.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// RFC 8305, section 5: the recommended "Connection Attempt Delay".
const DELAY: Duration = Duration::from_millis(250);

/// What failed, in the order in which it did.
pub(super) type Failures = Vec<(SocketAddr, io::Error)>;

/// A connection to whichever address takes one first. They are tried in their order, the two families by turns: each a
/// moment after the one before it, or as soon as that has failed.
pub(super) async fn first(addresses: Vec<SocketAddr>) -> Result<TcpStream, Failures> {
    let mut waiting = by_turns(addresses).into_iter();
    let mut race =
        Race { running: Vec::new(), failures: Vec::new(), next: Box::pin(sleep_until(Instant::now())) };
    let connected = poll_fn(|cx| race.poll(&mut waiting, cx)).await;
    connected.ok_or(race.failures)
}

type Connecting = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

struct Race {
    running: Vec<(SocketAddr, Connecting)>,
    failures: Failures,
    /// When the next address is tried.
    next: Pin<Box<Sleep>>,
}

impl Race {
    /// The connection, or `None` when all addresses have failed.
    fn poll(
        &mut self,
        waiting: &mut impl ExactSizeIterator<Item = SocketAddr>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<TcpStream>> {
        loop {
            if let Some(stream) = self.poll_running(cx) {
                return Poll::Ready(Some(stream));
            }
            if waiting.len() == 0 {
                return if self.running.is_empty() { Poll::Ready(None) } else { Poll::Pending };
            }
            if !self.running.is_empty() && self.next.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if let Some(address) = waiting.next() {
                self.running.push((address, Box::pin(TcpStream::connect(address))));
                self.next.as_mut().reset(Instant::now() + DELAY);
            }
        }
    }

    fn poll_running(&mut self, cx: &mut Context<'_>) -> Option<TcpStream> {
        let mut place = 0;
        while let Some((address, connecting)) = self.running.get_mut(place) {
            match connecting.as_mut().poll(cx) {
                Poll::Pending => place += 1,
                Poll::Ready(Ok(stream)) => return Some(stream),
                Poll::Ready(Err(error)) => {
                    self.failures.push((*address, error));
                    drop(self.running.remove(place));
                    // "If a connection attempt fails, the next one begins at once."
                    self.next.as_mut().reset(Instant::now());
                }
            }
        }
        None
    }
}

/// RFC 8305, section 4: the families by turns, beginning with that of the first address.
fn by_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let begins_with = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == begins_with);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut turns = Vec::with_capacity(first.len() + second.len());
    while first.len() + second.len() > 0 {
        turns.extend(first.next());
        turns.extend(second.next());
    }
    turns
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::by_turns;

    #[test]
    fn the_families_take_turns_and_keep_their_order() {
        let parse =
            |list: &[&str]| -> Vec<SocketAddr> { list.iter().map(|text| text.parse().unwrap()).collect() };
        for (list, expected) in [
            (
                &["[::1]:1", "[::2]:1", "1.0.0.1:1", "1.0.0.2:1"][..],
                &["[::1]:1", "1.0.0.1:1", "[::2]:1", "1.0.0.2:1"][..],
            ),
            (&["1.0.0.1:1", "1.0.0.2:1", "[::1]:1"], &["1.0.0.1:1", "[::1]:1", "1.0.0.2:1"]),
            (&["1.0.0.1:1", "1.0.0.2:1"], &["1.0.0.1:1", "1.0.0.2:1"]),
            (&[], &[]),
        ] {
            assert_eq!(by_turns(parse(list)), parse(expected));
        }
    }
}
