//! The five bytes before each message: a flag and a length. Push bytes, take messages; no I/O. Called by `inbound`
//! and `lane`.

use bytes::{Buf, Bytes, BytesMut};

use super::Status;
use crate::message::Message;

/// A flag byte and four of length.
const PREFIX: usize = 5;

/// What is set aside for a message before its bytes have come: a prefix that lies costs no more than this.
const FIRST_GROWTH: usize = 64 * 1024;

/// The most bytes that one message may have, each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of a message that comes in: 4 MiB unless set otherwise. Above it the call fails with `RESOURCE_EXHAUSTED`,
    /// judged by the length that is announced, before the message is read.
    pub receive: usize,
    /// Of a message that goes out: unlimited unless set otherwise (the prefix allows 4 GiB - 1). Above it the call
    /// fails with `RESOURCE_EXHAUSTED`, and nothing of the message is sent.
    pub send: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { receive: 4 * 1024 * 1024, send: u32::MAX as usize }
    }
}

/// Appends `message` behind its prefix: one buffer for both.
pub(crate) fn append_frame<M: Message>(
    buffer: &mut Vec<u8>,
    message: &M,
    limits: Limits,
) -> Result<(), Status> {
    let limit = limits.send.min(u32::MAX as usize);
    let framed = crate::wire::append(buffer, limit.saturating_add(PREFIX), &mut |out| {
        message.put_fields(out);
        // What is longer than the prefix can say is over the limit too.
        let length = u32::try_from(out.written()).unwrap_or(u32::MAX);
        out.put_slice(&length.to_be_bytes());
        out.put_slice(&[0]);
    });
    framed.map(drop).map_err(|length| too_large("send", length - PREFIX, limits.send))
}

fn too_large(what: &str, length: usize, limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "a message of {length} bytes is over the limit to {what}, {limit} bytes"
    ))
}

/// Cuts a stream of bytes into messages. One that lies whole in a chunk is a slice of it.
#[derive(Debug)]
pub(crate) struct FrameReader {
    chunk: Bytes,
    /// The front of a message that came in several chunks, its prefix included.
    partial: BytesMut,
    limit: usize,
}

impl FrameReader {
    /// A reader that refuses messages of more than `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { chunk: Bytes::new(), partial: BytesMut::new(), limit }
    }

    /// Adds bytes. To be called when `next` has no message left, so that they are not copied.
    pub(crate) fn push(&mut self, bytes: Bytes) {
        if self.chunk.is_empty() {
            self.chunk = bytes;
        } else {
            self.partial.extend_from_slice(&self.chunk);
            self.chunk = bytes;
        }
    }

    /// The next message, if all of it has come.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, Status> {
        if !self.partial.is_empty() {
            return self.next_partial();
        }
        let Some(length) = self.length(&self.chunk)? else {
            self.keep(PREFIX);
            return Ok(None);
        };
        if self.chunk.len() - PREFIX < length {
            self.keep(PREFIX + length);
            return Ok(None);
        }
        self.chunk.advance(PREFIX);
        Ok(Some(self.chunk.split_to(length)))
    }

    fn next_partial(&mut self) -> Result<Option<Bytes>, Status> {
        self.keep(PREFIX);
        let Some(length) = self.length(&self.partial)? else { return Ok(None) };
        self.keep(PREFIX + length);
        if self.partial.len() < PREFIX + length {
            return Ok(None);
        }
        let mut message = std::mem::take(&mut self.partial).freeze();
        message.advance(PREFIX);
        Ok(Some(message))
    }

    /// Moves bytes of the chunk to the partial message until that has `whole`.
    fn keep(&mut self, whole: usize) {
        let have = self.partial.len();
        let count = whole.saturating_sub(have).min(self.chunk.len());
        let room = whole.min(FIRST_GROWTH.max(2 * (have + count)));
        self.partial.reserve(room.saturating_sub(have));
        self.partial.extend_from_slice(&self.chunk.split_to(count));
    }

    /// The length in the prefix that `bytes` begins with, once all of it is there.
    fn length(&self, bytes: &[u8]) -> Result<Option<usize>, Status> {
        let Some(&[flag, a, b, c, d]) = bytes.first_chunk::<PREFIX>() else { return Ok(None) };
        match flag {
            0 => {}
            1 => return Err(Status::internal("a message is compressed, but no grpc-encoding was named")),
            _ => {
                return Err(Status::internal(format!(
                    "a message begins with the flag {flag}, not with 0 or 1"
                )));
            }
        }
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > self.limit { Err(too_large("receive", length, self.limit)) } else { Ok(Some(length)) }
    }

    /// Whether the bytes ended where a message ended.
    pub(crate) fn finish(&self) -> Result<(), Status> {
        if self.partial.is_empty() && self.chunk.is_empty() {
            Ok(())
        } else {
            Err(Status::internal("the stream ended inside a message"))
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::FrameReader;
    use crate::grpc::Code;

    fn frames(messages: &[&[u8]]) -> Vec<u8> {
        let frame = |message: &&[u8]| [&[0], &(message.len() as u32).to_be_bytes()[..], message].concat();
        messages.iter().flat_map(frame).collect()
    }

    fn read(limit: usize, chunks: &[&[u8]]) -> Result<Vec<Bytes>, Code> {
        let mut reader = FrameReader::new(limit);
        let mut found = Vec::new();
        for chunk in chunks {
            reader.push(Bytes::copy_from_slice(chunk));
            while let Some(message) = reader.next().map_err(|status| status.code())? {
                found.push(message);
            }
        }
        reader.finish().map_err(|status| status.code())?;
        Ok(found)
    }

    #[test]
    fn borders_of_chunks_mean_nothing() {
        let bytes = frames(&[b"first", b"", b"third message", b"4"]);
        let whole = read(100, &[&bytes]).unwrap();
        assert_eq!(whole, [&b"first"[..], b"", b"third message", b"4"]);
        for size in 1..bytes.len() {
            let chunks: Vec<&[u8]> = bytes.chunks(size).collect();
            assert_eq!(read(100, &chunks).unwrap(), whole, "{size}");
        }
    }

    #[test]
    fn the_limit_is_judged_by_the_prefix_and_equal_passes() {
        assert!(read(5, &[&frames(&[b"12345"])]).is_ok());
        assert_eq!(read(4, &[&[0, 0, 0, 0, 5]]), Err(Code::ResourceExhausted));
        assert_eq!(read(1 << 20, &[&[0, 255, 255, 255, 255]]), Err(Code::ResourceExhausted));
    }

    #[test]
    fn a_prefix_that_lies_sets_little_aside() {
        let mut reader = FrameReader::new(usize::MAX);
        reader.push(Bytes::from_static(&[0, 255, 255, 255, 255, 1, 2, 3]));
        assert!(reader.next().unwrap().is_none());
        assert!(reader.partial.capacity() <= super::FIRST_GROWTH);
        assert_eq!(reader.finish().unwrap_err().code(), Code::Internal);
    }

    #[test]
    fn flags_other_than_zero_are_internal() {
        for flag in [1, 2, 0x80] {
            assert_eq!(read(100, &[&[flag, 0, 0, 0, 0]]), Err(Code::Internal));
        }
    }
}
