//! Bytes in pieces as messages behind their prefixes: cut as a plain reader of the whole cuts them, inflated to what was
//! compressed, refused with the right code; and no more memory is taken than bytes have come, or the limit allows.
//!
//! An input's first byte says what messages are compressed with and whether the rest is frames or makes some, its second
//! the limit, its third how the frames are cut.

use std::io::Read;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use protocall::__fuzz::{Frames, framed};
use protocall::well_known::BytesValue;
use protocall::{Code, Compression, Message};

use crate::heap;
use crate::noise::Noise;
use crate::pieces::cut;

const LIMITS: [usize; 8] = [0, 1, 5, 64, 1000, 20_000, 70_000, 4 << 20];

/// What an inflater, a chunk and a prefix that lies may take whatever the limit is.
const FOR_ALL: usize = 256 * 1024;

/// What the target does with an input.
pub fn run(data: &[u8]) {
    let [kind, limit, seed, rest @ ..] = data else { return };
    let coding = Coding::of(*kind);
    let limit = LIMITS[usize::from(*limit) % LIMITS.len()];
    let bytes = if kind & 0x80 == 0 { rest.to_vec() } else { made(&mut Noise::new(rest), coding) };
    let expected = Expected::of(&bytes, limit, coding);
    let pieces = cut(&bytes, *seed);
    let headers = coding.headers();
    let ((), peak) = heap::peak(|| read_only(Frames::new(limit, &headers), &pieces));
    let found = read(&mut Frames::new(limit, &headers), pieces, &expected);
    assert_eq!(found, expected.end.map(|()| expected.frames.len()));
    let most = 3 * bytes.len().min(limit + growth(limit)) + if coding.is_known() { 4 * limit } else { 0 };
    assert!(peak <= FOR_ALL + most, "{peak} bytes for {} in pieces, up to {limit}", bytes.len());
}

/// What messages are said to be compressed with.
#[derive(Clone, Copy)]
enum Coding {
    None,
    Known(Compression),
    Unknown,
}

impl Coding {
    fn of(kind: u8) -> Self {
        match kind % 8 {
            0 => Self::None,
            1 => Self::Unknown,
            other => Self::Known(Compression::ALL[usize::from(other) % Compression::ALL.len()]),
        }
    }

    fn is_known(self) -> bool {
        matches!(self, Self::Known(_))
    }

    fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let name = match self {
            Self::None => return headers,
            Self::Known(compression) => compression.name(),
            Self::Unknown => "br",
        };
        headers.insert("grpc-encoding", HeaderValue::from_static(name));
        headers
    }
}

/// By how much a message may grow when it is compressed.
fn growth(size: usize) -> usize {
    size / 256 + 64
}

/// What a plain reader makes of all bytes at once.
struct Expected<'a> {
    /// Whether each is compressed, and its bytes.
    frames: Vec<(bool, &'a [u8])>,
    end: Result<(), Code>,
    limit: usize,
    coding: Coding,
}

impl<'a> Expected<'a> {
    fn of(mut bytes: &'a [u8], limit: usize, coding: Coding) -> Self {
        let mut frames = Vec::new();
        let end = loop {
            if bytes.is_empty() {
                break Ok(());
            }
            let Some((&[flag, a, b, c, d], rest)) = bytes.split_first_chunk::<5>() else {
                break Err(Code::Internal);
            };
            let length = u32::from_be_bytes([a, b, c, d]) as usize;
            let most = match (flag, coding) {
                (0, _) => limit,
                (1, Coding::Known(_)) => limit + growth(limit),
                _ => break Err(Code::Internal),
            };
            if length > most {
                break Err(Code::ResourceExhausted);
            }
            let Some((message, rest)) = rest.split_at_checked(length) else { break Err(Code::Internal) };
            frames.push((flag == 1, message));
            bytes = rest;
        };
        Self { frames, end, limit, coding }
    }

    /// Whether a message is the one that stands in that place.
    fn check(&self, place: usize, found: &Bytes) {
        let (is_compressed, bytes) = self.frames[place];
        match self.coding {
            Coding::Known(compression) if is_compressed => {
                assert!(found.len() <= self.limit);
                assert_eq!(inflated(compression, bytes).expect("it was inflated"), *found);
            }
            _ => assert_eq!(found, bytes),
        }
    }

    /// Whether a message may be refused like that: it cannot be inflated, or is too large then.
    fn may_refuse(&self, place: usize, code: Code) {
        let (true, bytes) = self.frames[place] else { panic!("{place} was refused with {code}") };
        let Coding::Known(compression) = self.coding else { panic!("{place} was refused with {code}") };
        match inflated(compression, bytes) {
            // The other ways to read take a stream that was cut, or a window that is wider than the limit.
            Some(_) if code == Code::Internal => assert_ne!(compression, Compression::Gzip),
            Some(whole) => assert!(code == Code::ResourceExhausted && whole.len() > self.limit, "{code}"),
            None => assert!(matches!(code, Code::Internal | Code::ResourceExhausted), "{code}"),
        }
    }
}

/// Reads up to a mistake, and keeps nothing.
fn read_only(mut frames: Frames, pieces: &[Bytes]) {
    for piece in pieces {
        frames.push(piece.clone());
        loop {
            match frames.take() {
                Ok(Some(message)) => drop(message),
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
}

/// How many messages there were; of those that cannot be inflated the first is the last.
fn read(frames: &mut Frames, pieces: Vec<Bytes>, expected: &Expected<'_>) -> Result<usize, Code> {
    let mut count = 0;
    for piece in pieces {
        frames.push(piece);
        loop {
            match frames.take() {
                Ok(None) => break,
                Ok(Some(message)) => {
                    expected.check(count, &message);
                    assert_eq!(frames.was_compressed(), expected.frames[count].0);
                    count += 1;
                }
                Err(status) if count < expected.frames.len() => {
                    expected.may_refuse(count, status.code());
                    return expected.end.map(|()| expected.frames.len());
                }
                Err(status) => return Err(status.code()),
            }
        }
    }
    frames.finish().map_err(|status| status.code())?;
    assert!(!frames.is_inside());
    Ok(count)
}

/// By the same libraries, another way; `None` for what they do not take, or is more than anyone wants to see.
fn inflated(compression: Compression, bytes: &[u8]) -> Option<Vec<u8>> {
    const MOST: u64 = 64 << 20;
    let mut whole = Vec::new();
    let read = match compression {
        Compression::Gzip => flate2::read::MultiGzDecoder::new(bytes).take(MOST).read_to_end(&mut whole),
        // No frame at all stands for an empty message.
        Compression::Zstd if bytes.is_empty() => return Some(whole),
        Compression::Deflate => flate2::read::ZlibDecoder::new(bytes).take(MOST).read_to_end(&mut whole),
        _ => zstd::Decoder::new(bytes).and_then(|reader| reader.take(MOST).read_to_end(&mut whole)),
    };
    read.ok().map(|_| whole)
}

/// Frames of messages of all sizes, compressed or not, some of which inflate to much more; and now and then a wrong byte.
fn made(noise: &mut Noise, coding: Coding) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !noise.is_used_up() && bytes.len() < 100_000 {
        let mut value = noise.slice();
        if noise.below(4) == 0 {
            value.resize(value.len() + usize::from(noise.byte()) * 1000, noise.byte());
        }
        let message = BytesValue { value: value.into(), ..Default::default() };
        let compression = match coding {
            Coding::Known(compression) if noise.bool() => Some(compression),
            _ => None,
        };
        let frame =
            framed(&message, usize::MAX, compression, usize::from(noise.byte())).expect("it is short");
        is_framed(&message, &frame, compression);
        bytes.extend(frame);
        match noise.below(16) {
            0 => bytes.extend(noise.slice()),
            1 => bytes.truncate(bytes.len() - 1),
            2 => {
                let place = noise.number() as usize % bytes.len();
                bytes[place] ^= noise.byte();
            }
            _ => {}
        }
    }
    bytes
}

/// Frames for a seed.
pub(crate) fn sample(kind: u8, bytes: &[u8]) -> Vec<u8> {
    made(&mut Noise::new(bytes), Coding::of(kind))
}

/// Whether a frame holds its message.
fn is_framed(message: &BytesValue, frame: &[u8], compression: Option<Compression>) {
    let (prefix, body) = frame.split_at(5);
    assert_eq!(prefix[1..], (body.len() as u32).to_be_bytes());
    let plain = match (prefix[0], compression) {
        (0, _) => body.to_vec(),
        (1, Some(compression)) => inflated(compression, body).expect("it was compressed"),
        other => panic!("{other:?}"),
    };
    assert_eq!(plain, message.encode_to_vec());
    let limited = framed(message, plain.len().saturating_sub(1), None, 0);
    assert_eq!(limited.is_err(), !plain.is_empty());
}
