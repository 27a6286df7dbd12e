//! As much of HPACK (RFC 7541) as it takes to find `:authority` in a block of headers and to make its value one that `http`
//! takes: each `%` before two hex digits becomes `-`. Pure bytes, changed where they lie. Called by `authority`.
//!
//! No length changes, and the value goes into the reader's dynamic table as it is then, so that whatever refers to it later
//! needs no change. A name that is taken from the dynamic table is not looked up there: that of `:authority` is in the static
//! table, where encoders find it first, and those that never look spell it out.

use std::ops::Range;

/// In the static table.
const AUTHORITY: usize = 1;
const NAME: &[u8] = b":authority";
/// The same in Huffman's code; there is one way to write it.
const HUFFMAN_NAME: &[u8] = &[0xb8, 0x3b, 0x53, 0x39, 0xec, 0x32, 0x7d, 0x7f];

/// How many codes of Appendix B have one bit, two bits, and so on; the end of strings, which stands in none, is left out.
///
/// The code is canonical: codes of one length follow each other, and go on where the next shorter ones end. So these numbers
/// tell where each code ends.
const CODES: [usize; 30] =
    [0, 0, 0, 0, 10, 26, 32, 6, 0, 5, 3, 2, 6, 2, 3, 0, 0, 0, 3, 8, 13, 26, 29, 12, 4, 15, 19, 29, 0, 3];

/// What the first of these codes stand for, up to those of seven bits: `%`, all hex digits, and more.
const SHORT: &[u8; 68] = b"012aceiost %-./3456789=A_bdfghlmnpru:BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz";

/// Makes the authority in `block` one that `http` takes. From where the block is malformed or ends too early it stays as it
/// is.
pub(super) fn replace_escapes(block: &mut [u8]) {
    let mut at = 0;
    while let Some(end) = replace_in_field(block, at) {
        at = end;
    }
}

/// Reads one field of a block, and tells where it ends.
fn replace_in_field(block: &mut [u8], at: usize) -> Option<usize> {
    let prefix = match block.get(at)? {
        // A field that is in a table, or a new size for the dynamic one: nothing but a number.
        0x80.. => return Some(integer(block, at, 7)?.1),
        0x20..=0x3f => return Some(integer(block, at, 5)?.1),
        // A field to be put in the table.
        0x40..=0x7f => 6,
        // Others, among them those that nobody may put in one.
        0x00..=0x1f => 4,
    };
    let (index, at) = integer(block, at, prefix)?;
    let (is_authority, at) = if index == 0 {
        let name = Text::read(block, at)?;
        (name.is_authority(block), name.place.end)
    } else {
        (index == AUTHORITY, at)
    };
    let value = Text::read(block, at)?;
    if is_authority {
        let bytes = block.get_mut(value.place.clone())?;
        if value.is_huffman { replace_in_huffman(bytes) } else { replace_in_plain(bytes) }
    }
    Some(value.place.end)
}

/// A number whose first byte leaves so many bits for it, and where it ends.
fn integer(block: &[u8], at: usize, bits: u32) -> Option<(usize, usize)> {
    let most = (1 << bits) - 1;
    let mut value = usize::from(*block.get(at)?) & most;
    let mut at = at + 1;
    if value < most {
        return Some((value, at));
    }
    // Larger numbers than these are no lengths of anything in a frame.
    for shift in [0, 7, 14, 21] {
        let byte = *block.get(at)?;
        value += usize::from(byte & 0x7f) << shift;
        at += 1;
        if byte & 0x80 == 0 {
            return Some((value, at));
        }
    }
    None
}

/// A string of a block.
struct Text {
    is_huffman: bool,
    place: Range<usize>,
}

impl Text {
    fn read(block: &[u8], at: usize) -> Option<Self> {
        let is_huffman = block.get(at)? & 0x80 != 0;
        let (length, start) = integer(block, at, 7)?;
        let end = start + length;
        (end <= block.len()).then_some(Self { is_huffman, place: start..end })
    }

    fn is_authority(&self, block: &[u8]) -> bool {
        block.get(self.place.clone()) == Some(if self.is_huffman { HUFFMAN_NAME } else { NAME })
    }
}

fn replace_in_plain(text: &mut [u8]) {
    for at in 0..text.len() {
        if let Some([percent, high, low]) = text.get_mut(at..at + 3)
            && is_escape(*percent, *high, *low)
        {
            *percent = b'-';
        }
    }
}

fn is_escape(percent: u8, high: u8, low: u8) -> bool {
    percent == b'%' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit()
}

fn replace_in_huffman(code: &mut [u8]) {
    if !is_sound(code) {
        return;
    }
    let (mut at, mut percent, mut high) = (0, (0, 0), (0, 0));
    while let Some((low, end)) = character(code, at) {
        if is_escape(percent.1, high.1, low) {
            replace_code(code, percent.0);
        }
        (percent, high) = (high, (at, low));
        at = end;
    }
}

/// From `%`, 010101, to `-`, 010110.
fn replace_code(code: &mut [u8], at: usize) {
    for bit in [at + 4, at + 5] {
        if let Some(byte) = code.get_mut(bit / 8) {
            *byte ^= 0x80 >> (bit % 8);
        }
    }
}

/// Whether the codes fill the string up to a rest of less than a byte, all of ones.
fn is_sound(code: &[u8]) -> bool {
    let mut at = 0;
    while let Some((_, end)) = character(code, at) {
        at = end;
    }
    let rest = at..8 * code.len();
    rest.len() < 8 && rest.into_iter().all(|at| bit(code, at) == Some(1))
}

/// The character whose code begins at this bit, 0 for those that have long codes, and where its code ends.
fn character(code: &[u8], at: usize) -> Option<(u8, usize)> {
    let (mut read, mut first, mut shorter) = (0, 0, 0);
    for (end, count) in (at + 1..).zip(CODES) {
        read = 2 * read + bit(code, end - 1)?;
        first *= 2;
        if read < first + count {
            let short = SHORT.get(shorter + read - first);
            return Some((short.copied().unwrap_or_default(), end));
        }
        first += count;
        shorter += count;
    }
    None
}

fn bit(code: &[u8], at: usize) -> Option<usize> {
    code.get(at / 8).map(|byte| usize::from(byte >> (7 - at % 8) & 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A string as it stands in a block.
    fn plain(text: &[u8]) -> Vec<u8> {
        [&[u8::try_from(text.len()).unwrap()], text].concat()
    }

    fn huffman(code: &[u8]) -> Vec<u8> {
        [&[0x80 | u8::try_from(code.len()).unwrap()], code].concat()
    }

    /// Huffman's code of characters that have short ones.
    fn encoded(text: &[u8]) -> Vec<u8> {
        let mut bits = String::new();
        for character in text {
            let place = SHORT.iter().position(|short| short == character).unwrap();
            bits += &match place {
                ..10 => format!("{place:05b}"),
                10..36 => format!("{:06b}", place - 10 + 0x14),
                _ => format!("{:07b}", place - 36 + 0x5c),
            };
        }
        bits += &"1".repeat(bits.len().next_multiple_of(8) - bits.len());
        let byte = |bits: &[u8]| bits.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
        bits.as_bytes().chunks(8).map(byte).collect()
    }

    fn replaced(block: &[u8]) -> Vec<u8> {
        let mut block = block.to_vec();
        replace_escapes(&mut block);
        block
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        assert_eq!(CODES.iter().sum::<usize>(), 256);
        // C.4.1 of the RFC, and what h2 makes of texts with codes of other lengths.
        let example = [0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff];
        assert_eq!(encoded(b"www.example.com"), example);
        assert_eq!(encoded(NAME), HUFFMAN_NAME);
        assert_eq!(encoded(b"tmp%2Fu4"), [0x4d, 0x35, 0xaa, 0x2c, 0x36, 0xb5]);
        assert_eq!(encoded(b"tmp-2Fu4"), [0x4d, 0x35, 0xac, 0x2c, 0x36, 0xb5]);
        let long = [0xff, 0xff, 0xfb, 0xbf, 0xf1, 0xff, 0xff, 0xff, 0xe2, 0xad, 0x07, 0xff, 0xaa, 0xfb, 0xf7];
        let (mut at, mut read) = (0, Vec::new());
        while let Some((character, end)) = character(&long, at) {
            read.push(character);
            at = end;
        }
        // "\xff\0\n%41~%zz", of which four have no short codes.
        assert_eq!(read, b"\0\0\0%41\0%zz");
        assert!(is_sound(&long));
    }

    #[test]
    fn what_is_before_and_behind_the_authority_does_not_matter() {
        let [before, after] = [plain(b"tmp%2Fu4"), plain(b"tmp-2Fu4")];
        let [code, changed] = [huffman(&encoded(b"tmp%2Fu4")), huffman(&encoded(b"tmp-2Fu4"))];
        let names = [
            vec![0x41],
            vec![0x01],
            vec![0x11],
            [&[0x40][..], &plain(NAME)].concat(),
            [&[0x00][..], &huffman(HUFFMAN_NAME)].concat(),
            [&[0x10][..], &plain(NAME)].concat(),
        ];
        // A new size of the table, fields of the tables, literals with names of a table and without.
        let head = [&[0x3f, 0xe1, 0x1f, 0x83, 0x86, 0xff, 0x80, 0x01, 0x44][..], &plain(b"/a%2Fb")].concat();
        let tail = [&[0x0f, 0x2f][..], &plain(b"%41"), &[0x40], &plain(b"x-a"), &plain(b"%42"), &[0xbe]];
        for name in names {
            for (before, after) in [(&before, &after), (&code, &changed)] {
                let block = |value: &[u8]| [&head[..], &name, value, &tail.concat()].concat();
                assert_eq!(replaced(&block(before)), block(after), "{name:x?}");
                assert_eq!(replaced(&block(after)), block(after), "{name:x?}");
            }
        }
    }

    #[test]
    fn only_escapes_are_replaced() {
        for (before, after) in [
            ("%2F", "-2F"),
            ("%2f%fa%00", "-2f-fa-00"),
            ("a%20b%zz%4", "a-20b%zz%4"),
            ("%%41%", "%-41%"),
            ("%4%41", "%4-41"),
            ("localhost:50051", "localhost:50051"),
            ("", ""),
        ] {
            let [before, after] = [before.as_bytes(), after.as_bytes()];
            assert_eq!(
                replaced(&[&[0x41][..], &plain(before)].concat()),
                [&[0x41][..], &plain(after)].concat()
            );
            let [before, after] = [encoded(before), encoded(after)];
            assert_eq!(
                replaced(&[&[0x41][..], &huffman(&before)].concat()),
                [&[0x41][..], &huffman(&after)].concat()
            );
        }
    }

    #[test]
    fn other_names_keep_their_values() {
        for name in [&[0x44][..], &[0x42], &[0x7f, 0x00], &[0x00, 1, b'x'], &[0x40, 2, b':', b'a']] {
            let block = [name, &plain(b"tmp%2Fu4")].concat();
            assert_eq!(replaced(&block), block);
        }
    }

    #[test]
    fn a_block_that_is_cut_off_keeps_the_field_that_is() {
        for value in [plain(b"%2F%2F"), huffman(&encoded(b"%2F%2F"))] {
            let block = [&[0x83, 0x40][..], &plain(NAME), &value].concat();
            for end in 0..block.len() {
                assert_eq!(replaced(&block[..end]), block[..end]);
            }
            assert_ne!(replaced(&block), block);
        }
    }

    #[test]
    fn malformed_strings_stay_as_they_are() {
        let code = encoded(b"tmp%2Fu4");
        let malformed = [
            // Padding of zeros, of a whole byte; the end of strings within one.
            [&code[..code.len() - 1], &[code[code.len() - 1] & 0xfe]].concat(),
            [&code[..], &[0xff]].concat(),
            [&[0xff; 4], &code[..]].concat(),
        ];
        for code in malformed {
            let block = [&[0x41][..], &huffman(&code)].concat();
            assert_eq!(replaced(&block), block);
        }
        // Numbers without an end, or larger than anything.
        for length in [&[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01][..], &[0x7f, 0xff, 0xff, 0xff, 0x7f]] {
            let block = [&[0x41], length, b"%2F"].concat();
            assert_eq!(replaced(&block), block);
        }
    }

    #[test]
    fn blocks_of_any_bytes_keep_their_length_and_all_but_percent_signs() {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed.to_le_bytes()
        };
        for round in 0..20_000 {
            let mut block: Vec<u8> = (0..1 + round % 6).flat_map(|_| random()).collect();
            // So that many get as far as a value.
            block[0] = [0x41, 0x01, 0x83, block[0]][round % 4];
            let after = replaced(&block);
            assert_eq!(after.len(), block.len());
            assert_eq!(replaced(&after), after);
            let is_huffman = block.iter().any(|byte| byte & 0x80 != 0);
            let changed = block.iter().zip(&after).filter(|(before, after)| before != after);
            for (before, after) in changed {
                assert!(is_huffman || (*before, *after) == (b'%', b'-'), "{block:x?}");
            }
        }
    }
}
