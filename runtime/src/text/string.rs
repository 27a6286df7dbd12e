//! Strings with their escapes. Called by `scalar` and `write`.

/// Adds what a string stands for, given without its quotes; otherwise the place of the mistake in it, and what it is.
pub(super) fn unescape(quoted: &str, out: &mut Vec<u8>) -> Result<(), (usize, &'static str)> {
    let mut rest = quoted;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.extend_from_slice(plain.as_bytes());
        let at = quoted.len() - escape.len() - 1;
        let length = one(escape, out).map_err(|mistake| (at, mistake))?;
        rest = escape.get(length..).unwrap_or_default();
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(())
}

/// Adds what the escape at the beginning stands for, given without its backslash; its length.
fn one(escape: &str, out: &mut Vec<u8>) -> Result<usize, &'static str> {
    let Some(kind) = escape.bytes().next() else { return Err("an escape without a sign") };
    let byte = match kind {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'?' | b'\\' | b'\'' | b'"' => kind,
        b'0'..=b'7' => {
            let (digits, number) = number(escape, 8, 3);
            out.push(u8::try_from(number).map_err(|_| "an octal escape of more than \\377")?);
            return Ok(digits);
        }
        b'x' => {
            let (digits, number) = number(escape.get(1..).unwrap_or_default(), 16, 2);
            out.push(number as u8);
            return if digits == 0 { Err("`\\x` without a digit") } else { Ok(1 + digits) };
        }
        b'u' => return code_point(escape, 4, out),
        b'U' => return code_point(escape, 8, out),
        _ => return Err("there is no such escape"),
    };
    out.push(byte);
    Ok(1)
}

/// The number that up to `most` digits are, and how many there were.
fn number(text: &str, radix: u32, most: usize) -> (usize, u32) {
    let digits = text.chars().take(most).map_while(|digit| digit.to_digit(radix));
    digits.fold((0, 0), |(count, number), digit| (count + 1, number * radix + digit))
}

fn code_point(escape: &str, wanted: usize, out: &mut Vec<u8>) -> Result<usize, &'static str> {
    let (digits, number) = number(escape.get(1..).unwrap_or_default(), 16, wanted);
    if digits < wanted {
        return Err("`\\u` has four digits, and `\\U` eight");
    }
    // Surrogates stand for nothing by themselves, and the format knows no pairs of them.
    let sign = char::from_u32(number).ok_or("this is no code point")?;
    out.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(1 + digits)
}

/// Writes a string in its quotes: as UTF-8 where it is, unless all is to be `ascii`.
pub(super) fn put_text(text: &str, ascii: bool, out: &mut String) {
    out.push('"');
    for sign in text.chars() {
        match sign {
            sign if sign.is_ascii() => put_byte(sign as u8, out),
            sign if ascii => sign.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| put_byte(byte, out)),
            // What shows nothing, or turns the direction of what follows.
            sign if sign.is_control() || is_invisible(sign) => {
                out.push_str(&format!("\\U{:08x}", u32::from(sign)));
            }
            sign => out.push(sign),
        }
    }
    out.push('"');
}

fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Writes bytes in quotes.
pub(super) fn put_bytes(bytes: &[u8], out: &mut String) {
    out.push('"');
    bytes.iter().for_each(|byte| put_byte(*byte, out));
    out.push('"');
}

fn put_byte(byte: u8, out: &mut String) {
    match byte {
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        b' '..=b'~' => out.push(byte.into()),
        // Three digits always: a digit that follows is none of the escape.
        other => out.push_str(&format!("\\{other:03o}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(quoted: &str) -> Result<Vec<u8>, usize> {
        let mut out = Vec::new();
        unescape(quoted, &mut out).map(|()| out).map_err(|(at, _)| at)
    }

    #[test]
    fn escapes_stand_for_bytes_and_code_points() {
        for (quoted, bytes) in [
            (r#"\a\b\f\n\r\t\v\?\\\'\""#, &b"\x07\x08\x0c\n\r\t\x0b?\\'\""[..]),
            (r"\0\12\1234\377\5H", b"\x00\nS4\xff\x05H"),
            (r"\x1\xfFf\xag", b"\x01\xfff\x0ag"),
            (r"\u00e9\U0001F600é", "é😀é".as_bytes()),
        ] {
            assert_eq!(read(quoted).as_deref(), Ok(bytes), "{quoted}");
        }
    }

    #[test]
    fn what_is_no_escape_is_told_with_its_place() {
        for (quoted, at) in [
            (r"a\q", 1),
            (r"\400", 0),
            (r"é\x", 2),
            (r"\u12", 0),
            (r"\U00110000", 0),
            (r"\ud83d\ude00", 0),
            (r"a\", 1),
        ] {
            assert_eq!(read(quoted), Err(at), "{quoted}");
        }
    }

    /// Reads what stands between two quotes.
    fn unquoted(text: &str) -> Result<Vec<u8>, usize> {
        let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        read(inside.expect("it is in quotes"))
    }

    #[test]
    fn what_is_written_is_read_back() {
        let text = "a\"b\\c'\u{0}\u{7f}\u{85}é\u{202e}😀\n1";
        for ascii in [false, true] {
            let mut out = String::new();
            put_text(text, ascii, &mut out);
            assert_eq!(unquoted(&out).as_deref(), Ok(text.as_bytes()), "{out}");
            assert_eq!(out.is_ascii(), ascii);
        }
        let all: Vec<u8> = (0..=255).collect();
        let mut out = String::new();
        put_bytes(&all, &mut out);
        assert!(out.is_ascii());
        assert_eq!(unquoted(&out), Ok(all));
    }
}
