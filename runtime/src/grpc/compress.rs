//! The byte work of compression: one message at a time, each by itself, so that an idle stream holds no compressor.
//! What comes in is inflated up to a limit and not a byte further. Called by `frame`.

use std::io::{self, Read};

use bytes::Bytes;

use super::{Compression, Status};

/// What is set aside for a message before its bytes are there: compressed bytes that lie cost no more than this.
const FIRST_GROWTH: usize = 16 * 1024;

/// zstd's own measure of what every decoder should take: the peer's window may be larger than the message.
#[cfg(feature = "zstd")]
const LEAST_WINDOW_LOG: u32 = 23;

/// Appends `bytes`, compressed.
pub(super) fn compress(compression: Compression, bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    match compression {
        #[cfg(feature = "zstd")]
        Compression::Zstd => {
            out.extend_from_slice(&zstd::bulk::compress(bytes, zstd::DEFAULT_COMPRESSION_LEVEL)?);
            Ok(())
        }
        #[cfg(feature = "gzip")]
        Compression::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::default());
            io::Write::write_all(&mut encoder, bytes)?;
            encoder.finish().map(drop)
        }
        #[cfg(feature = "deflate")]
        Compression::Deflate => {
            let mut encoder = flate2::write::ZlibEncoder::new(out, flate2::Compression::default());
            io::Write::write_all(&mut encoder, bytes)?;
            encoder.finish().map(drop)
        }
    }
}

/// The message that `bytes` are compressed from, which may have `limit` bytes.
pub(super) fn decompress(compression: Compression, bytes: &[u8], limit: usize) -> Result<Bytes, Status> {
    let read: io::Result<Option<Vec<u8>>> = match compression {
        // Nothing is no frame at all, and some encoders of zstd, as Go's, write no frame for an empty message.
        #[cfg(feature = "zstd")]
        Compression::Zstd if bytes.is_empty() => Ok(Some(Vec::new())),
        #[cfg(feature = "zstd")]
        Compression::Zstd => zstd_reader(bytes, limit).and_then(|reader| read_up_to(reader, limit)),
        #[cfg(feature = "gzip")]
        Compression::Gzip => read_up_to(flate2::bufread::MultiGzDecoder::new(bytes), limit),
        #[cfg(feature = "deflate")]
        Compression::Deflate => read_up_to(Zlib::new(bytes), limit),
    };
    match read {
        Ok(Some(message)) => Ok(message.into()),
        Ok(None) => Err(Status::resource_exhausted(format!(
            "a message that {compression} inflates is over the limit to receive, {limit} bytes"
        ))),
        Err(error) => {
            Err(Status::internal(format!("cannot inflate a message: it is no {compression}: {error}"))
                .with_source(error))
        }
    }
}

/// All that `reader` gives; `None` if that is more than `limit` bytes.
fn read_up_to(mut reader: impl Read, limit: usize) -> io::Result<Option<Vec<u8>>> {
    // One byte over the limit tells that there is more.
    let most = limit.saturating_add(1);
    let (mut bytes, mut filled) = (Vec::new(), 0);
    loop {
        if filled == bytes.len() {
            let size = (2 * filled).max(FIRST_GROWTH).min(most);
            bytes.reserve_exact(size - filled);
            bytes.resize(size, 0);
        }
        match reader.read(bytes.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(count) if filled + count > limit => return Ok(None),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(Some(bytes))
}

#[cfg(feature = "zstd")]
fn zstd_reader(bytes: &[u8], limit: usize) -> io::Result<impl Read> {
    const WIDEST: u32 = 27;
    let mut reader = zstd::stream::read::Decoder::with_buffer(bytes)?;
    // A peer names the size of a window that is to be set aside.
    let wanted = limit.checked_next_power_of_two().map_or(WIDEST, usize::trailing_zeros);
    reader.window_log_max(wanted.clamp(LEAST_WINDOW_LOG, WIDEST))?;
    Ok(reader)
}

/// A reader that tells the end of its input from the end of its stream, which flate2's own takes for the same.
#[cfg(feature = "deflate")]
struct Zlib<'a> {
    input: &'a [u8],
    state: flate2::Decompress,
    ended: bool,
}

#[cfg(feature = "deflate")]
impl<'a> Zlib<'a> {
    fn new(input: &'a [u8]) -> Self {
        Self { input, state: flate2::Decompress::new(true), ended: false }
    }
}

#[cfg(feature = "deflate")]
impl Read for Zlib<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let (read, written) = (self.state.total_in(), self.state.total_out());
        let status = self.state.decompress(self.input, buffer, flate2::FlushDecompress::None)?;
        let taken = usize::try_from(self.state.total_in() - read).unwrap_or(usize::MAX);
        self.input = self.input.get(taken..).unwrap_or_default();
        self.ended = status == flate2::Status::StreamEnd;
        match usize::try_from(self.state.total_out() - written).unwrap_or_default() {
            0 if !self.ended => Err(io::ErrorKind::UnexpectedEof.into()),
            count => Ok(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{compress, decompress};
    use crate::grpc::{Code, Compression};

    fn compressed(compression: Compression, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        compress(compression, bytes, &mut out).unwrap();
        out
    }

    fn code(compression: Compression, bytes: &[u8], limit: usize) -> Result<usize, Code> {
        decompress(compression, bytes, limit).map(|out| out.len()).map_err(|status| status.code())
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

    #[test]
    fn what_is_compressed_is_inflated_to_the_same() {
        for compression in Compression::ALL {
            for bytes in [vec![], vec![7], b"hello ".repeat(9), vec![0; 300_000], noise(100_000)] {
                let small = compressed(*compression, &bytes);
                assert_eq!(decompress(*compression, &small, bytes.len()).unwrap(), bytes, "{compression}");
            }
        }
    }

    #[test]
    fn the_limit_holds_while_it_inflates() {
        for compression in Compression::ALL {
            let bomb = compressed(*compression, &vec![0; 10_000_000]);
            assert!(bomb.len() < 100_000);
            assert_eq!(code(*compression, &bomb, 1000), Err(Code::ResourceExhausted));
            let bytes = compressed(*compression, &[9; 100_000]);
            assert_eq!(code(*compression, &bytes, 99_999), Err(Code::ResourceExhausted));
            assert_eq!(code(*compression, &bytes, 100_000), Ok(100_000));
            assert_eq!(code(*compression, &bytes, usize::MAX), Ok(100_000));
        }
    }

    #[test]
    fn what_is_not_whole_or_damaged_is_internal() {
        for compression in Compression::ALL {
            let bytes = compressed(*compression, &noise(5_000));
            for end in [1, 5, bytes.len() / 2, bytes.len() - 1] {
                let cut = code(*compression, &bytes[..end], 10_000);
                assert_eq!(cut, Err(Code::Internal), "{compression}, {end} bytes");
            }
            assert_eq!(code(*compression, b"not compressed at all", 10_000), Err(Code::Internal));
        }
    }
    #[test]
    fn nothing_is_an_empty_message_in_zstd_alone() {
        for compression in Compression::ALL {
            let expected = if compression.name() == "zstd" { Ok(0) } else { Err(Code::Internal) };
            assert_eq!(code(*compression, b"", 10), expected, "{compression}");
        }
    }
}
