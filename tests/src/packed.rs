//! Messages as they stand on the wire, compressed or not, without any code of protocall's: for the tests of compression.

use std::io::{Read, Write};

use crate::raw::flagged;

/// `bytes` compressed by the encoding of this name.
///
/// # Panics
/// When there is no such encoding.
pub fn packed(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let level = flate2::Compression::default();
    let written = match encoding {
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        "deflate" => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        // Without the size in its head, as streaming writers do it.
        "zstd" => zstd::stream::encode_all(bytes, 0),
        _ => panic!("no encoding {encoding}"),
    };
    written.expect("bytes in memory can be compressed")
}

fn unpacked(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let read = match encoding {
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain),
        "deflate" => flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut plain),
        "zstd" => zstd::stream::copy_decode(bytes, &mut plain).map(|()| 0),
        _ => panic!("no encoding {encoding}"),
    };
    read.expect("these are compressed bytes");
    plain
}

/// A compressed message behind its prefix.
pub fn packed_frame(encoding: &str, message: &impl protocall::Message) -> Vec<u8> {
    flagged(1, &packed(encoding, &message.encode_to_vec()))
}

/// The messages in `data`, each with whether it was compressed.
///
/// # Panics
/// When `data` is no row of messages.
pub fn messages<M: protocall::Message>(encoding: &str, mut data: &[u8]) -> Vec<(bool, M)> {
    let mut found = Vec::new();
    while let Some((prefix, rest)) = data.split_first_chunk::<5>() {
        let length = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]) as usize;
        let (bytes, rest) = rest.split_at(length);
        data = rest;
        let compressed = prefix[0] == 1;
        let plain = if compressed { unpacked(encoding, bytes) } else { bytes.to_vec() };
        found.push((compressed, M::decode(&plain).expect("it is a message")));
    }
    assert!(data.is_empty(), "bytes behind the last message");
    found
}
