//! JSON as a text: what `write` has to say, put behind one another in one string. Called by `convert`.

use std::cell::Cell;
use std::fmt::Display;

use super::base64;
use super::fault::Fault;
use super::scan;
use super::sink::{Entries, Items, Key, Show, Sink, Wide};
use crate::wire::push_all;

/// The most that a thread keeps for the next text.
const KEPT: usize = 256 * 1024;

/// Holds most texts; longer ones make it grow.
const FIRST: usize = 1024;

thread_local! {
    /// Empty, but for its capacity. Taken while it is in use.
    static OF_THREAD: Cell<String> = const { Cell::new(String::new()) };
}

/// A text while it is written.
pub(super) struct Text {
    out: String,
    /// How many levels are open, where there is a line for each value.
    lines: Option<usize>,
}

/// What `value` writes, with a line for each of its values if they are to be `pretty`.
pub(super) fn written(value: &impl Show, pretty: bool) -> Result<String, Fault> {
    // There is none while the thread ends, which is no reason to fail.
    let mut out = OF_THREAD.try_with(Cell::take).unwrap_or_default();
    out.reserve(FIRST);
    let mut text = Text { out, lines: pretty.then_some(0) };
    let shown = value.show(&mut text);
    let mut out = text.out;
    if out.capacity() > KEPT {
        return shown.map(|()| out);
    }
    // One allocation of the exact size, and the place where it grew serves the next one.
    let result = shown.map(|()| out.as_str().to_owned());
    out.clear();
    let _ = OF_THREAD.try_with(|kept| kept.set(out));
    result
}

impl Text {
    #[inline]
    fn push<const N: usize>(&mut self, pieces: [&str; N]) {
        push_all(&mut self.out, pieces);
    }

    #[inline]
    fn quoted(&mut self, value: &str) {
        if scan::plain(value.as_bytes()) == value.len() {
            self.push(["\"", value, "\""]);
        } else {
            self.careful(value);
        }
    }

    /// What is not plain to its end.
    #[cold]
    fn careful(&mut self, value: &str) {
        self.push(["\""]);
        let mut rest = value;
        loop {
            let plain = scan::plain(rest.as_bytes());
            let Some((before, from)) = rest.split_at_checked(plain) else { break };
            self.push([before]);
            let mut signs = from.chars();
            let Some(sign) = signs.next() else { break };
            self.escaped(sign);
            rest = signs.as_str();
        }
        self.push(["\""]);
    }

    fn escaped(&mut self, sign: char) {
        const HEX: [char; 16] =
            ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
        self.out.push('\\');
        match sign {
            '\u{8}' => self.out.push('b'),
            '\t' => self.out.push('t'),
            '\n' => self.out.push('n'),
            '\u{c}' => self.out.push('f'),
            '\r' => self.out.push('r'),
            '"' | '\\' => self.out.push(sign),
            _ => {
                self.out.push_str("u00");
                let code = u32::from(sign) as usize;
                self.out.extend([code >> 4, code & 15].map(|digit| HEX.get(digit).copied().unwrap_or('0')));
            }
        }
    }

    /// What stands before the value of an entry.
    #[inline]
    fn key(&mut self, key: Key<'_>, first: bool) {
        if let (Key::Field(field), None) = (key, self.lines)
            && let Some(key) = field.json_key().get(usize::from(first)..)
            && !key.is_empty()
        {
            self.push([key]);
        } else {
            self.other_key(key, first);
        }
    }

    #[inline(never)]
    fn other_key(&mut self, key: Key<'_>, first: bool) {
        self.next(first);
        match key {
            Key::Field(field) => self.quoted(field.json_name()),
            Key::Text(key) => self.quoted(key),
            Key::Number(key) => self.push(["\"", key.format(&mut itoa::Buffer::new()), "\""]),
        }
        self.push([if self.lines.is_some() { ": " } else { ":" }]);
    }

    #[inline]
    fn open(&mut self, sign: &str) {
        self.push([sign]);
        if let Some(level) = &mut self.lines {
            *level += 1;
        }
    }

    /// What stands before a value of a list or object.
    #[inline]
    fn next(&mut self, first: bool) {
        if !first {
            self.push([","]);
        }
        if self.lines.is_some() {
            self.line();
        }
    }

    #[inline]
    fn close(&mut self, sign: &str, empty: bool) {
        if let Some(level) = &mut self.lines {
            *level = level.saturating_sub(1);
            if !empty {
                self.line();
            }
        }
        self.push([sign]);
    }

    #[cold]
    fn line(&mut self) {
        self.push(["\n"]);
        for _ in 0..self.lines.unwrap_or_default() {
            self.push(["  "]);
        }
    }
}

/// A list while it is written.
pub(super) struct OpenList<'t> {
    text: &'t mut Text,
    empty: bool,
}

/// An object while it is written.
pub(super) struct OpenObject<'t> {
    text: &'t mut Text,
    empty: bool,
}

impl<'t> Sink for &'t mut Text {
    type Ok = ();
    type Error = Fault;
    type List = OpenList<'t>;
    type Object = OpenObject<'t>;

    fn fault(message: impl Display) -> Fault {
        Fault::told(message)
    }

    fn null(self) -> Result<(), Fault> {
        self.push(["null"]);
        Ok(())
    }

    fn boolean(self, value: bool) -> Result<(), Fault> {
        self.push([if value { "true" } else { "false" }]);
        Ok(())
    }

    fn signed(self, value: i32) -> Result<(), Fault> {
        self.push([itoa::Buffer::new().format(value)]);
        Ok(())
    }

    fn unsigned(self, value: u32) -> Result<(), Fault> {
        self.push([itoa::Buffer::new().format(value)]);
        Ok(())
    }

    fn wide(self, value: Wide) -> Result<(), Fault> {
        self.push(["\"", value.format(&mut itoa::Buffer::new()), "\""]);
        Ok(())
    }

    fn single(self, value: f32) -> Result<(), Fault> {
        self.push([zmij::Buffer::new().format_finite(value)]);
        Ok(())
    }

    fn double(self, value: f64) -> Result<(), Fault> {
        self.push([zmij::Buffer::new().format_finite(value)]);
        Ok(())
    }

    fn text(self, value: &str) -> Result<(), Fault> {
        self.quoted(value);
        Ok(())
    }

    fn bytes(self, value: &[u8]) -> Result<(), Fault> {
        self.push(["\""]);
        base64::encode(value, &mut self.out);
        self.push(["\""]);
        Ok(())
    }

    #[inline]
    fn list(self, _: usize) -> Result<OpenList<'t>, Fault> {
        self.open("[");
        Ok(OpenList { text: self, empty: true })
    }

    #[inline]
    fn object(self, _: Option<usize>) -> Result<OpenObject<'t>, Fault> {
        self.open("{");
        Ok(OpenObject { text: self, empty: true })
    }
}

impl Items for OpenList<'_> {
    type Ok = ();
    type Error = Fault;

    fn item(&mut self, value: &impl Show) -> Result<(), Fault> {
        self.text.next(std::mem::take(&mut self.empty));
        value.show(&mut *self.text)
    }

    #[inline]
    fn end(self) -> Result<(), Fault> {
        self.text.close("]", self.empty);
        Ok(())
    }
}

impl Entries for OpenObject<'_> {
    type Ok = ();
    type Error = Fault;

    fn fault(message: impl Display) -> Fault {
        Fault::told(message)
    }

    #[inline(always)]
    fn entry(&mut self, key: Key<'_>, value: &impl Show) -> Result<(), Fault> {
        self.text.key(key, std::mem::take(&mut self.empty));
        value.show(&mut *self.text)
    }

    #[inline]
    fn end(self) -> Result<(), Fault> {
        self.text.close("}", self.empty);
        Ok(())
    }
}
