//! The five bytes before each message: a flag and a length. Push bytes, take messages; no I/O. Called by `inbound`
//! and `lane`.

use bytes::{Buf, Bytes, BytesMut};

use super::compress::{compress, decompress};
use super::{Compression, Encoding, Status};
use crate::message::Message;

/// A flag byte and four of length.
const PREFIX: usize = 5;

/// What is set aside for a message before its bytes have come: a prefix that lies costs no more than this.
const FIRST_GROWTH: usize = 64 * 1024;

/// How the messages of one direction are framed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Framing {
    /// The most bytes of a message, before it is compressed.
    pub(crate) limit: usize,
    pub(crate) compression: Option<Compression>,
    /// Messages of fewer bytes are not compressed.
    pub(crate) minimum: usize,
}

impl Framing {
    /// Messages as they are.
    pub(crate) fn plain(limit: usize) -> Self {
        Self { limit, compression: None, minimum: 0 }
    }

    /// This framing, or without compression.
    pub(crate) fn compressed(self, wanted: bool) -> Self {
        Self { compression: self.compression.filter(|_| wanted), ..self }
    }
}

/// Appends `message` behind its prefix: one buffer for both.
pub(crate) fn append_frame<M: Message>(
    buffer: &mut Vec<u8>,
    message: &M,
    framing: Framing,
) -> Result<(), Status> {
    let start = buffer.len();
    let limit = framing.limit.min(u32::MAX as usize);
    let framed = crate::wire::append(buffer, limit.saturating_add(PREFIX), &mut |out| {
        message.put_fields(out);
        // What is longer than the prefix can say is over the limit too.
        let length = u32::try_from(out.written()).unwrap_or(u32::MAX);
        out.put_slice(&length.to_be_bytes());
        out.put_slice(&[0]);
    });
    framed.map(drop).map_err(|length| too_large("send", length - PREFIX, framing.limit))?;
    match framing.compression {
        Some(compression) => shrink(buffer, start, framing.minimum, compression),
        None => Ok(()),
    }
}

/// Compresses the last message of `buffer`, which begins at `start` with its prefix. An empty one, and one that
/// would grow, stays as it is.
fn shrink(
    buffer: &mut Vec<u8>,
    start: usize,
    minimum: usize,
    compression: Compression,
) -> Result<(), Status> {
    let plain = buffer.get(start + PREFIX..).unwrap_or_default();
    if plain.len() < minimum.max(1) {
        return Ok(());
    }
    let mut packed = Vec::new();
    compress(compression, plain, &mut packed).map_err(|error| {
        Status::internal(format!("cannot compress a message by {compression}: {error}")).with_source(error)
    })?;
    if packed.len() < plain.len() {
        let length = u32::try_from(packed.len()).unwrap_or(u32::MAX);
        buffer.truncate(start);
        buffer.push(1);
        buffer.extend_from_slice(&length.to_be_bytes());
        buffer.extend_from_slice(&packed);
    }
    Ok(())
}

fn too_large(what: &str, length: usize, limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "a message of {length} bytes is over the limit to {what}, {limit} bytes"
    ))
}

/// By how much a message of `size` bytes may grow when it is compressed: some peers send it all the same.
fn growth(size: usize) -> usize {
    size / 256 + 64
}

/// Cuts a stream of bytes into messages. One that lies whole in a chunk is a slice of it.
#[derive(Debug)]
pub(crate) struct FrameReader {
    chunk: Bytes,
    /// The front of a message that came in several chunks, its prefix included.
    partial: BytesMut,
    limit: usize,
    encoding: Encoding,
    /// Whether the last message came compressed.
    compressed: bool,
}

impl FrameReader {
    /// A reader that refuses messages of more than `limit` bytes, and those that are compressed.
    pub(crate) fn new(limit: usize) -> Self {
        Self::decoding(limit, Encoding::Identity)
    }

    /// A reader that refuses messages of more than `limit` bytes, and inflates those that are compressed.
    pub(crate) fn decoding(limit: usize, encoding: Encoding) -> Self {
        Self { chunk: Bytes::new(), partial: BytesMut::new(), limit, encoding, compressed: false }
    }

    /// Takes note of what the messages are compressed with, before the first of them.
    pub(crate) fn set_encoding(&mut self, encoding: Encoding) {
        self.encoding = encoding;
    }

    /// Whether the last message came compressed.
    pub(crate) fn was_compressed(&self) -> bool {
        self.compressed
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
        let flag = self.chunk.get_u8();
        self.chunk.advance(PREFIX - 1);
        let message = self.chunk.split_to(length);
        self.plain(flag, message).map(Some)
    }

    fn next_partial(&mut self) -> Result<Option<Bytes>, Status> {
        self.keep(PREFIX);
        let Some(length) = self.length(&self.partial)? else { return Ok(None) };
        self.keep(PREFIX + length);
        if self.partial.len() < PREFIX + length {
            return Ok(None);
        }
        let mut message = std::mem::take(&mut self.partial).freeze();
        let flag = message.get_u8();
        message.advance(PREFIX - 1);
        self.plain(flag, message).map(Some)
    }

    /// A message as it was before it was compressed, if it was.
    fn plain(&mut self, flag: u8, message: Bytes) -> Result<Bytes, Status> {
        self.compressed = flag == 1;
        match &self.encoding {
            Encoding::Known(compression) if flag == 1 => decompress(*compression, &message, self.limit),
            _ => Ok(message),
        }
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
        let limit = match (flag, &self.encoding) {
            (0, _) => self.limit,
            (1, Encoding::Known(_)) => self.limit.saturating_add(growth(self.limit)),
            (1, Encoding::Identity) => {
                return Err(Status::internal("a message is compressed, but no grpc-encoding was named"));
            }
            (1, Encoding::Unknown(name)) => {
                let text = format!("a message is compressed by {name:?}, which this side does not accept");
                return Err(Status::internal(text));
            }
            _ => {
                let text = format!("a message begins with the flag {flag}, not with 0 or 1");
                return Err(Status::internal(text));
            }
        };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > limit { Err(too_large("receive", length, self.limit)) } else { Ok(Some(length)) }
    }

    /// Whether a message has begun to come, and the rest of it has not.
    pub(crate) fn is_inside(&self) -> bool {
        !self.partial.is_empty()
    }

    /// Forgets the bytes that are left.
    pub(crate) fn clear(&mut self) {
        (self.chunk, self.partial) = (Bytes::new(), BytesMut::new());
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
