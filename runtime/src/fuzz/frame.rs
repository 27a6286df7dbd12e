//! Messages behind their prefixes, cut and made. Called by the target `frame`.

use bytes::Bytes;
use http::HeaderMap;

use crate::grpc::{Accepted, Compression, Encoding, FrameReader, Framing, Result, append_frame};
use crate::message::Message;

/// Cuts messages out of bytes.
#[derive(Debug)]
pub struct Frames(FrameReader);

impl Frames {
    /// Of messages that have up to `limit` bytes and are compressed as the headers say.
    pub fn new(limit: usize, headers: &HeaderMap) -> Self {
        Self(FrameReader::decoding(limit, Encoding::read(headers, &Accepted::default())))
    }

    /// Adds bytes.
    pub fn push(&mut self, bytes: Bytes) {
        self.0.push(bytes);
    }

    /// The next message, if all of it has come.
    ///
    /// # Errors
    /// What a call ends with that has such bytes.
    pub fn take(&mut self) -> Result<Option<Bytes>> {
        self.0.next()
    }

    /// Whether a message has begun and not ended.
    pub fn is_inside(&self) -> bool {
        self.0.is_inside()
    }

    /// Whether the last message came compressed.
    pub fn was_compressed(&self) -> bool {
        self.0.was_compressed()
    }

    /// There are no more bytes.
    ///
    /// # Errors
    /// What a call ends with whose bytes end here.
    pub fn finish(&self) -> Result<()> {
        self.0.finish()
    }
}

/// A message behind its prefix.
///
/// # Errors
/// When it is over the limit.
pub fn framed(
    message: &impl Message,
    limit: usize,
    compression: Option<Compression>,
    minimum: usize,
) -> Result<Vec<u8>> {
    let mut buffer = Vec::new();
    append_frame(&mut buffer, message, Framing { limit, compression, minimum })?;
    Ok(buffer)
}
