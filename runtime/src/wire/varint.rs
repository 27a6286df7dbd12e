//! Varints: their length, and the reading of those that are longer than a byte. Called by `input` and `output`.

/// Bytes that `value` takes as a varint: 1 to 10.
///
/// Without a branch or a division: nine bits of the product stand for eight of the value, which is exact for all
/// 64 bit lengths (a test goes through them).
#[inline(always)]
pub(crate) const fn varint_len(value: u64) -> usize {
    let highest_bit = 63 - (value | 1).leading_zeros();
    (highest_bit as usize * 9 + 73) / 64
}

/// Bytes that the tag of the field `number` takes: the wire type never changes it.
#[inline(always)]
pub(crate) const fn tag_len(number: u32) -> usize {
    varint_len((number as u64) << 3)
}

/// Reads a varint from the front of `bytes`: its value, and how many bytes it took. `None` where the bytes end
/// inside it, or where it is longer than ten bytes or than 64 bits.
#[inline]
pub(super) fn read(bytes: &[u8]) -> Option<(u64, usize)> {
    match bytes.first_chunk().and_then(read_word) {
        None => read_bytes(bytes),
        found => found,
    }
}

/// Reads a varint of up to eight bytes without a branch on its length; `None` for a longer one.
#[inline(always)]
fn read_word(bytes: &[u8; 8]) -> Option<(u64, usize)> {
    let word = u64::from_le_bytes(*bytes);
    let ends = !word & 0x8080_8080_8080_8080;
    if ends == 0 {
        return None;
    }
    // The lowest of the ends' bits is bit 7 of the last byte.
    let bits = ends.trailing_zeros() + 1;
    let word = word & (u64::MAX >> (64 - bits)) & 0x7f7f_7f7f_7f7f_7f7f;
    // Closes the gaps of one bit: between bytes, then between pairs, then between fours.
    let word = (word & 0x007f_007f_007f_007f) | ((word & 0x7f00_7f00_7f00_7f00) >> 1);
    let word = (word & 0x0000_3fff_0000_3fff) | ((word & 0x3fff_0000_3fff_0000) >> 2);
    let word = (word & 0x0fff_ffff) | ((word & 0x0fff_ffff_0000_0000) >> 4);
    Some((word, bits as usize / 8))
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
