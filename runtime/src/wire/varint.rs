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
/// inside it, or where it is longer than ten bytes or than 64 bits; `too_long` tells which.
#[inline]
pub(super) fn read(bytes: &[u8]) -> Option<(u64, usize)> {
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
    fn an_eleventh_byte_and_a_65th_bit_are_refused() {
        assert_eq!(read(&[0xff; 11]), None);
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]), None);
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), Some((u64::MAX, 10)));
        assert_eq!(read(&[0x80]), None);
        assert_eq!(read(&[]), None);
    }
}
