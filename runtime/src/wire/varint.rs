//! Varints: their length, and the reading of those that are longer than a byte. Called by `input` and `output`.

/// Bytes that `value` takes as a varint: 1 to 10.
///
/// Without a branch or a division: nine bits of the product stand for eight of the value, which is exact for all
/// 64 bit lengths (a test goes through them).
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) const fn varint_len(value: u64) -> usize {
    let highest_bit = 63 - (value | 1).leading_zeros();
    (highest_bit as usize * 9 + 73) / 64
}

/// Reads a varint from the front of `bytes`: its value, and how many bytes it took. `None` where the bytes end
/// inside it, or where it is longer than ten bytes or than 64 bits.
#[inline]
pub(super) fn read(bytes: &[u8]) -> Option<(u64, usize)> {
    match bytes.first_chunk() {
        Some(window) => read_window(window),
        None => read_bytes(bytes),
    }
}

/// Reads as many varints as `values` has room for, or `bytes` holds: how many they are, and how many bytes they took.
/// `None` where a bad one is among them.
///
/// Not generic, so that it is compiled once; packed fields turn a batch into their own type.
pub(super) fn read_batch(bytes: &[u8], values: &mut [u64; BATCH]) -> Option<(usize, usize)> {
    let mut position = 0;
    let mut count = 0;
    for slot in values {
        let rest = bytes.get(position..)?;
        if rest.is_empty() {
            break;
        }
        let (value, length) = match rest.first_chunk() {
            Some(window) => read_window(window)?,
            None => read_bytes(rest)?,
        };
        *slot = value;
        position += length;
        count += 1;
    }
    Some((count, position))
}

/// How many varints end in `bytes`: as many as there are bytes below 0x80.
///
/// By words and with sums that stay in their bytes, which the compiler makes wide: a list may be long.
pub(super) fn count_ends(bytes: &[u8]) -> usize {
    const LOWEST_BITS: u64 = 0x0101_0101_0101_0101;
    let of_part = |part: &[u8]| {
        let (words, rest) = part.as_chunks::<8>();
        let ends = words.iter().map(|word| !u64::from_le_bytes(*word) >> 7 & LOWEST_BITS);
        let by_byte = ends.fold(0, u64::wrapping_add);
        let pairs = (by_byte & 0x00ff_00ff_00ff_00ff) + (by_byte >> 8 & 0x00ff_00ff_00ff_00ff);
        let of_words = pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48;
        of_words as usize + rest.iter().filter(|byte| **byte < 0x80).count()
    };
    // A byte of the sum holds 255 at the most, one for each word.
    bytes.chunks(255 * 8).map(of_part).sum()
}

/// Varints of one batch: 512 bytes on the stack.
pub(super) const BATCH: usize = 64;

/// Reads a varint where no end of the input is near.
///
/// The branches on the length let the processor go on with the next varint before this one is put together, as long
/// as it guesses the lengths right, which it does wherever they follow a pattern.
#[cfg_attr(not(debug_assertions), inline(always))]
fn read_window(window: &[u8; 10]) -> Option<(u64, usize)> {
    let [.., ninth, tenth] = *window;
    // One load, and tests of single bits of it: byte by byte it would be ten.
    let word = u64::from_le_bytes(*window.first_chunk()?);
    let ends = |count: u32| word & (0x80 << (8 * (count - 1))) == 0;
    let first = |count: u32| Some((close_gaps(word & (u64::MAX >> (64 - 8 * count))), count as usize));
    match () {
        () if ends(1) => Some((word & 0x7f, 1)),
        () if ends(2) => Some((word & 0x7f | (word & 0x7f00) >> 1, 2)),
        () if ends(3) => first(3),
        () if ends(4) => first(4),
        () if ends(5) => first(5),
        () if ends(6) => first(6),
        () if ends(7) => first(7),
        () if ends(8) => first(8),
        () if ninth < 0x80 => Some((close_gaps(word) | u64::from(ninth) << 56, 9)),
        () if tenth < 2 => {
            Some((close_gaps(word) | u64::from(ninth & 0x7f) << 56 | u64::from(tenth) << 63, 10))
        }
        () => None,
    }
}

/// Takes the highest bit of each byte out: between bytes, then between pairs, then between fours.
#[cfg_attr(not(debug_assertions), inline(always))]
fn close_gaps(word: u64) -> u64 {
    let word = (word & 0x007f_007f_007f_007f) | ((word & 0x7f00_7f00_7f00_7f00) >> 1);
    let word = (word & 0x0000_3fff_0000_3fff) | ((word & 0x3fff_0000_3fff_0000) >> 2);
    (word & 0x0fff_ffff) | ((word & 0x0fff_ffff_0000_0000) >> 4)
}

fn read_bytes(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (index, &byte) in bytes.iter().enumerate().take(10) {
        if index == 9 && byte > 1 {
            return None;
        }
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            return Some((value, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{read, varint_len};

    #[test]
    fn length_is_exact_at_every_bit() {
        for bits in 0..64u32 {
            let expected = (bits as usize + 7).div_euclid(7).max(1);
            for value in [1u64 << bits, (1u64 << bits) | ((1u64 << bits) - 1)] {
                assert_eq!(
                    varint_len(value),
                    (64 - value.leading_zeros() as usize).div_ceil(7),
                    "{value:#x}"
                );
                assert!(varint_len(value) >= expected - 1);
            }
        }
        assert_eq!(varint_len(0), 1);
        assert_eq!(varint_len(u64::MAX), 10);
    }

    #[test]
    fn words_and_bytes_read_the_same() {
        let mut state = 1u64;
        // Miri takes a thousand times as long.
        let steps = if cfg!(miri) { 200 } else { 100_000 };
        for step in 0..steps {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // Few continuation bits, so that every length occurs.
            let noise =
                state.to_le_bytes().map(|byte| if (byte ^ step as u8) & 3 == 0 { byte & 0x7f } else { byte });
            let bytes = [noise, noise].concat();
            assert_eq!(read(&bytes), super::read_bytes(&bytes), "{bytes:x?}");
        }
    }

    #[test]
    fn batches_end_where_their_room_or_the_bytes_do() {
        let bytes = [0x81, 0x01].repeat(100);
        let mut values = [0; super::BATCH];
        assert_eq!(super::read_batch(&bytes, &mut values), Some((super::BATCH, 2 * super::BATCH)));
        assert_eq!(values, [129; super::BATCH]);
        assert_eq!(super::read_batch(&bytes[..6], &mut values), Some((3, 6)));
        assert_eq!(super::read_batch(&[], &mut values), Some((0, 0)));
        assert_eq!(super::read_batch(&bytes[..7], &mut values), None);
    }

    #[test]
    fn ends_are_counted_over_any_length() {
        for length in (0..20).chain([2039, 2040, 2041, 5000]) {
            for byte in [0, 0x7f, 0x80, 0xff] {
                let bytes = vec![byte; length];
                assert_eq!(super::count_ends(&bytes), if byte < 0x80 { length } else { 0 }, "{length}");
            }
            let mixed: Vec<u8> = (0..length).map(|index| (index * 37) as u8).collect();
            assert_eq!(super::count_ends(&mixed), mixed.iter().filter(|byte| **byte < 0x80).count());
        }
    }

    #[test]
    fn an_eleventh_byte_and_a_65th_bit_are_refused() {
        assert_eq!(read(&[0xff; 11]), None);
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]), None);
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), Some((u64::MAX, 10)));
        assert_eq!(
            read(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff]),
            Some((u64::MAX >> 1, 9))
        );
        assert_eq!(read(&[0x80]), None);
        assert_eq!(read(&[]), None);
    }
}
