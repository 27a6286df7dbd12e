//! Strings of JSON with escapes. Called by `parser`.

use super::scan;

/// Puts the string into `out` that begins at `start`, behind its quote: the place behind the quote that ends it.
/// `None` where it has no end, or what is no part of a string.
#[inline(never)]
pub(super) fn string(text: &str, start: usize, out: &mut String) -> Option<usize> {
    out.clear();
    let mut rest = text.get(start..)?;
    loop {
        let (plain, from) = rest.split_at_checked(scan::plain(rest.as_bytes()))?;
        out.push_str(plain);
        match from.as_bytes() {
            [b'"', ..] => return Some(text.len() - from.len() + 1),
            [b'\\', ..] => {
                let (sign, length) = sign(from.as_bytes())?;
                out.push(sign);
                rest = from.get(length..)?;
            }
            _ => return None,
        }
    }
}

/// What an escape stands for, and how many bytes it takes.
fn sign(escape: &[u8]) -> Option<(char, usize)> {
    let sign = match escape.get(1)? {
        sign @ (b'"' | b'\\' | b'/') => char::from(*sign),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = unit(escape)?;
            if !(0xd800..0xdc00).contains(&first) {
                return Some((char::from_u32(first)?, 6));
            }
            let second = unit(escape.get(6..)?).filter(|second| (0xdc00..0xe000).contains(second))?;
            return Some((char::from_u32(0x1_0000 + ((first & 0x3ff) << 10 | second & 0x3ff))?, 12));
        }
        _ => return None,
    };
    Some((sign, 2))
}

/// The number of `\u1234`.
fn unit(escape: &[u8]) -> Option<u32> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
}

/// How many bytes the escape takes that stands at the beginning; halves of a pair may stand alone here.
pub(super) fn length(escape: &[u8]) -> Option<usize> {
    match escape.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => unit(escape).map(|_| 6),
        _ => None,
    }
}
