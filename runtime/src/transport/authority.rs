//! A server connection's stream of bytes, with the authorities of its calls made such that `http` takes them. Put by `serve`
//! around the streams of Unix sockets.
//!
//! Clients of gRPC's core call a socket by its path, percent-encoded: `tmp%2Fshop.sock`. RFC 3986 allows that in the name of a
//! host, `http` does not, and so h2 resets every such call before it is seen.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frames::{HEAD, HEADERS, PREFACE, fill, flags, kind, length};
use super::hpack::replace_escapes;

const PADDED: u8 = 0x08;
const PRIORITY: u8 = 0x20;

/// Of the priority that may stand in HEADERS.
const PRIORITY_SIZE: usize = 5;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Unescaped<IO> {
    io: IO,
    /// Frames above this pass as they are: h2 takes none of them.
    max_frame: usize,
    /// How much is to pass without a look: of the preface, of a frame of another kind.
    passing: usize,
    head: [u8; HEAD],
    /// How much of `head` is there.
    have: usize,
    /// What has come of the payload of HEADERS that did not come whole; later what is still to be given of it.
    held: Vec<u8>,
    /// How much of that payload is to come.
    awaited: usize,
}

impl<IO> Unescaped<IO> {
    /// Around a stream on which no frame is longer than `max_frame`.
    pub(super) fn new(io: IO, max_frame: usize) -> Self {
        Self { io, max_frame, passing: PREFACE, head: [0; HEAD], have: 0, held: Vec::new(), awaited: 0 }
    }

    /// Looks at what was read, and tells how much of it may go on. The rest is the begin of a payload and is held.
    fn pass(&mut self, bytes: &mut [u8]) -> usize {
        let mut at = 0;
        while let Some(rest) = bytes.get_mut(at..).filter(|rest| !rest.is_empty()) {
            if self.passing > 0 {
                let count = self.passing.min(rest.len());
                self.passing -= count;
                at += count;
                continue;
            }
            let count = fill(&mut self.head, self.have, &mut &*rest);
            (self.have, at) = (self.have + count, at + count);
            if self.have < HEAD {
                break;
            }
            self.have = 0;
            let length = length(&self.head);
            if kind(&self.head) != HEADERS || length > self.max_frame {
                self.passing = length;
                continue;
            }
            let rest = rest.get_mut(count..).unwrap_or_default();
            if let Some(payload) = rest.get_mut(..length) {
                replace(payload, flags(&self.head));
                at += length;
            } else {
                self.awaited = length - rest.len();
                self.held.extend_from_slice(rest);
                break;
            }
        }
        at
    }

    /// Gives of what was held as much as there is room for.
    fn give(&mut self, buffer: &mut ReadBuf<'_>) {
        let count = self.held.len().min(buffer.remaining());
        buffer.put_slice(self.held.get(..count).unwrap_or_default());
        self.held.drain(..count);
        if self.held.is_empty() {
            // Freed, not kept: it is seldom that a payload does not come whole.
            self.held = Vec::new();
        }
    }
}

impl<IO: AsyncRead + Unpin> Unescaped<IO> {
    /// Reads on until the payload that is held is whole, or the peer has ended, which leaves the payload as it is.
    ///
    /// `buffer` serves as room to read into; nothing is left in it.
    fn poll_whole(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        while self.awaited > 0 {
            let most = self.awaited.min(buffer.remaining());
            let mut room = ReadBuf::new(buffer.initialize_unfilled_to(most));
            ready!(Pin::new(&mut self.io).poll_read(cx, &mut room))?;
            let read = room.filled();
            if read.is_empty() {
                self.awaited = 0;
                return Poll::Ready(Ok(()));
            }
            self.awaited -= read.len();
            self.held.extend_from_slice(read);
            if self.awaited == 0 {
                replace(&mut self.held, flags(&self.head));
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Does it to the block of headers in the payload of HEADERS.
fn replace(payload: &mut [u8], flags: u8) {
    if let Some(block) = block(payload, flags) {
        replace_escapes(block);
    }
}

/// What is in the payload without padding and priority, if they are as they should be.
fn block(payload: &mut [u8], flags: u8) -> Option<&mut [u8]> {
    let (start, padding) = match payload.first() {
        Some(padding) if flags & PADDED != 0 => (1, usize::from(*padding)),
        _ => (0, 0),
    };
    let start = if flags & PRIORITY != 0 { start + PRIORITY_SIZE } else { start };
    let end = payload.len().checked_sub(padding)?;
    payload.get_mut(start..end)
}

impl<IO: AsyncRead + Unpin> AsyncRead for Unescaped<IO> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        // Reading nothing would look like the end.
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        ready!(this.poll_whole(cx, buffer))?;
        if !this.held.is_empty() {
            this.give(buffer);
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.io).poll_read(cx, buffer))?;
        let read = buffer.filled_mut().get_mut(before..).unwrap_or_default();
        // Never nothing where anything was read: a payload is held from behind its head, which goes on at once. The limit to
        // the time for headers needs that, too.
        let passed = this.pass(read);
        buffer.set_filled(before + passed);
        Poll::Ready(Ok(()))
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Unescaped<IO> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    const LIMIT: usize = 64;
    const DATA: u8 = 0;

    /// Gives bytes in pieces of a size, each when it was asked for twice.
    struct Pieces<'a> {
        left: &'a [u8],
        size: usize,
        waits: bool,
    }

    impl AsyncRead for Pieces<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            self.waits = !self.waits;
            if self.waits {
                return Poll::Pending;
            }
            let (piece, left) = self.left.split_at(self.size.min(self.left.len()).min(buffer.remaining()));
            buffer.put_slice(piece);
            self.left = left;
            Poll::Ready(Ok(()))
        }
    }

    /// What is read of `bytes` when they come in pieces of `size`, with room for `room` bytes at a time.
    fn read(bytes: &[u8], size: usize, room: usize) -> Vec<u8> {
        let mut stream = Unescaped::new(Pieces { left: bytes, size, waits: false }, LIMIT);
        let mut cx = Context::from_waker(Waker::noop());
        let (mut all, mut storage) = (Vec::new(), vec![0; room]);
        loop {
            let mut buffer = ReadBuf::new(&mut storage);
            match Pin::new(&mut stream).poll_read(&mut cx, &mut buffer) {
                Poll::Pending => assert!(buffer.filled().is_empty()),
                Poll::Ready(Ok(())) if buffer.filled().is_empty() => break,
                Poll::Ready(read) => read.unwrap(),
            }
            all.extend_from_slice(buffer.filled());
            assert!(stream.held.len() <= LIMIT);
        }
        assert_eq!(stream.held.capacity(), 0);
        all
    }

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap();
        [&[0, 0, length, kind, flags, 0, 0, 0, 1], payload].concat()
    }

    fn headers(authority: &str) -> Vec<u8> {
        [&[0x83, 0x41, u8::try_from(authority.len()).unwrap()], authority.as_bytes(), &[0x86]].concat()
    }

    /// The frames of a connection, and what becomes of each.
    fn frames() -> Vec<(Vec<u8>, Vec<u8>)> {
        let [before, after] = [headers("tmp%2Fu4"), headers("tmp-2Fu4")];
        let around = |block: &[u8]| [&[3, 0, 0, 0, 0, 9], block, b"%2F"].concat();
        let behind = |block: &[u8]| [&[0x80, 0, 0, 0, 9], block].concat();
        let same = |bytes: Vec<u8>| (bytes.clone(), bytes);
        let long = headers(&"%2F".repeat(30));
        assert!(long.len() > LIMIT);
        vec![
            same(vec![b'%'; PREFACE]),
            same(frame(4, 0, &[1; 12])),
            (frame(HEADERS, 4, &before), frame(HEADERS, 4, &after)),
            same(frame(DATA, 0, &before)),
            (frame(HEADERS, 5, &before), frame(HEADERS, 5, &after)),
            (frame(HEADERS, 0x2c, &around(&before)), frame(HEADERS, 0x2c, &around(&after))),
            (frame(HEADERS, 0x24, &behind(&before)), frame(HEADERS, 0x24, &behind(&after))),
            same(frame(HEADERS, 4, &[])),
            same(frame(HEADERS, 0x2c, &[])),
            same(frame(HEADERS, 0x08, &[200, 0x41, 3, b'%', b'2', b'F'])),
            same(frame(HEADERS, 4, &long)),
            same(frame(9, 4, &before)),
            same(frame(HEADERS, 4, &headers("localhost"))),
            (frame(HEADERS, 4, &before), frame(HEADERS, 4, &after)),
        ]
    }

    #[test]
    fn authorities_are_replaced_wherever_the_bytes_are_cut() {
        let (before, after): (Vec<_>, Vec<_>) = frames().into_iter().unzip();
        let (before, after) = (before.concat(), after.concat());
        for size in 1..=before.len() {
            for room in [1, 2, 9, 10, 11, 31, 64, 4096] {
                assert_eq!(read(&before, size, room), after, "in pieces of {size}, {room} at a time");
            }
        }
    }

    #[test]
    fn a_stream_that_ends_early_is_read_to_its_last_byte() {
        let frames = frames();
        let whole = |count: usize| frames[..count].iter().flat_map(|(_, after)| after.clone());
        for (count, (before, after)) in frames.iter().enumerate() {
            for end in 0..before.len() {
                let sent: Vec<u8> = frames[..count].iter().flat_map(|(before, _)| before.clone()).collect();
                let sent = [&sent[..], &before[..end]].concat();
                // Of HEADERS that are not whole, nothing is replaced.
                let wanted = [whole(count).collect(), before[..end].to_vec()].concat();
                assert_eq!(before.len(), after.len());
                for (size, room) in [(1, 1), (7, 64), (4096, 5), (4096, 4096)] {
                    assert_eq!(read(&sent, size, room), wanted, "in pieces of {size}, {room} at a time");
                }
            }
        }
    }

    #[test]
    fn any_bytes_pass_and_none_is_lost() {
        let mut seed = 7_u64;
        for round in 0..3_000 {
            let mut bytes = vec![0; PREFACE];
            for _ in 0..round % 90 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                // Small numbers, so that there are frames of all kinds and lengths, and percent signs.
                bytes.push([0, 1, 8, b'%', b'2', 0x41, (seed >> 40) as u8, 0][(seed >> 61) as usize]);
            }
            let passed = read(&bytes, 1 + round % 13, 1 + round % 17);
            assert_eq!(passed.len(), bytes.len());
            assert_eq!(passed, read(&bytes, 4096, 4096));
        }
    }

    #[test]
    fn no_room_is_not_the_end() {
        let [before, after] = ["%2F", "-2F"].map(|authority| frame(HEADERS, 4, &headers(authority)));
        let (before, after) = ([&[0; PREFACE][..], &before].concat(), [&[0; PREFACE][..], &after].concat());
        let mut stream = Unescaped::new(Pieces { left: &before, size: 1, waits: true }, LIMIT);
        let mut cx = Context::from_waker(Waker::noop());
        let mut all = Vec::new();
        while all.len() < after.len() {
            assert!(Pin::new(&mut stream).poll_read(&mut cx, &mut ReadBuf::new(&mut [])).is_ready());
            let mut storage = [0];
            let mut buffer = ReadBuf::new(&mut storage);
            if Pin::new(&mut stream).poll_read(&mut cx, &mut buffer).is_ready() {
                assert_eq!(buffer.filled().len(), 1);
                all.extend_from_slice(buffer.filled());
            }
        }
        assert_eq!(all, after);
    }
}
