//! Varints of every length and every edge value, at every distance from either end of the buffer: read and written as
//! the specification's loop reads and writes them.

use protocall::{DecodeError, Message};

protocall::include_proto!("proto/every_shape.proto");
use shapes::v1::*;

/// The longest distance that is tried: longer than the eight bytes that the reader looks at in one go.
const FARTHEST: usize = 20;

/// The value of the varint at the front and its length, by the specification.
fn reference(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for index in 0..10 {
        let byte = *bytes.get(index)?;
        let part = u64::from(byte & 0x7f);
        // The tenth byte has room for the 64th bit and nothing else.
        value |= part.checked_shl(7 * index as u32).filter(|shifted| shifted >> (7 * index) == part)?;
        if byte < 0x80 {
            return Some((value, index + 1));
        }
    }
    None
}

/// The varint of `value` in `length` bytes, more than it needs where they are more.
fn padded(value: u64, length: usize) -> Vec<u8> {
    let part = |index: usize| value.checked_shr(7 * index as u32).unwrap_or(0) as u8 & 0x7f;
    (0..length).map(|index| part(index) | if index + 1 < length { 0x80 } else { 0 }).collect()
}

/// Values with every bit and every byte of a varint as their edge.
fn edges() -> Vec<u64> {
    let bits = (0..64).map(|bit| 1u64 << bit);
    let around =
        bits.flat_map(|bit| [bit, bit - 1, bit | 1, bit.wrapping_neg(), bit ^ 0x5555_5555_5555_5555]);
    around.chain([0, u64::MAX]).collect()
}

fn shortest(value: u64) -> usize {
    (1..10).find(|length| value >> (7 * length) == 0).unwrap_or(10)
}

/// Every varint of up to eleven bytes whose bytes are edges, sound or not.
fn sound_and_not() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for value in edges() {
        for length in shortest(value)..=11 {
            let bytes = padded(value, length);
            // The same with its last byte gone, or with one bit more in it.
            let mut cut = bytes.clone();
            cut.pop();
            let mut more = bytes.clone();
            *more.last_mut().expect("it has a byte") |= 2;
            all.extend([bytes, cut, more]);
        }
    }
    all.sort();
    all.dedup();
    all
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    [&[4 << 3 | 2, u8::try_from(bytes.len()).expect("it is short")][..], bytes].concat()
}

/// All varints that the bytes hold.
fn all_of(mut bytes: &[u8]) -> Option<Vec<u64>> {
    let mut values = Vec::new();
    while !bytes.is_empty() {
        let (value, length) = reference(bytes)?;
        values.push(value);
        bytes = &bytes[length..];
    }
    Some(values)
}

#[test]
fn a_packed_varint_is_read_at_every_distance_from_the_end() {
    for varint in sound_and_not() {
        for behind in 0..FARTHEST {
            let bytes = [&varint[..], &vec![5; behind]].concat();
            let read = Every::decode(&packed(&bytes)).ok().map(|every| every.packed);
            assert_eq!(read, all_of(&bytes), "{varint:x?} and {behind} behind it");
        }
    }
}

#[test]
fn a_single_varint_is_read_at_every_distance_from_the_end() {
    for varint in sound_and_not() {
        let Some((value, length)) = reference(&varint).filter(|(_, length)| *length == varint.len()) else {
            let field = [&[5 << 3][..], &varint].concat();
            assert!(Every::decode(&field).is_err(), "{varint:x?}");
            continue;
        };
        for behind in 0..FARTHEST {
            // Text of as many bytes as are left behind its tag and its length.
            let text = behind
                .checked_sub(2)
                .map(|length| [&[6 << 3 | 2, length as u8][..], &vec![b'a'; length]].concat());
            let bytes = [&[5 << 3][..], &varint, text.as_deref().unwrap_or_default()].concat();
            let read = Every::decode(&bytes).expect("it is sound");
            assert_eq!(read.unpacked, [value], "{varint:x?} of {length} bytes and {behind} behind it");
        }
    }
}

#[test]
fn a_varint_that_is_cut_short_says_so_and_one_that_is_too_long_too() {
    for length in 0..10 {
        let cut = [&[5 << 3][..], &vec![0xff; length]].concat();
        assert_eq!(Every::decode(&cut), Err(DecodeError::Truncated), "{length}");
    }
    for length in 10..30 {
        let long = [&[5 << 3][..], &vec![0xff; length]].concat();
        assert_eq!(Every::decode(&long), Err(DecodeError::InvalidVarint), "{length}");
    }
}

#[test]
fn a_varint_is_written_at_every_distance_from_the_front() {
    for value in edges() {
        let varint = padded(value, shortest(value));
        for before in 0..FARTHEST {
            let every = Every { packed: vec![7; before], unpacked: vec![value], ..Default::default() };
            let front = if before > 0 { packed(&vec![7; before]) } else { Vec::new() };
            let expected = [&front[..], &[5 << 3], &varint].concat();
            assert_eq!(every.encode_to_vec(), expected, "{value:#x} behind {before}");
            assert_eq!(every.encoded_len(), expected.len(), "{value:#x} behind {before}");
            let mut room = vec![0; expected.len()];
            every.encode(&mut &mut room[..]).expect("it fits exactly");
            assert_eq!(room, expected, "{value:#x} behind {before}");
        }
    }
}

#[test]
fn every_tag_is_read_in_each_length_that_it_may_have() {
    for length in 1..=10 {
        for number in [1u64, 5, 15, 16, 2047, 2048, (1 << 18) - 1, (1 << 29) - 1, 1 << 29] {
            let field = [&padded(number << 3, length.max(shortest(number << 3)))[..], &[1]].concat();
            let fits = number < 1 << 29 && field.len() <= 6;
            assert_eq!(Every::decode(&field).is_ok(), fits, "{number} in {length} bytes");
        }
    }
}
