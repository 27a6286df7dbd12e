//! JSON as a text: what `write` has to say, put behind one another in one string. Called by `convert`.

use std::cell::Cell;
use std::fmt::Display;

use super::base64;
use super::fault::Fault;
use super::scan;
use super::sink::{Entries, Items, Key, Show, Sink, Wide};

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
    fn quoted(&mut self, value: &str) {
        self.out.push('"');
        let mut rest = value;
        loop {
            let plain = scan::plain(rest.as_bytes());
            let Some((before, from)) = rest.split_at_checked(plain) else { break };
            self.out.push_str(before);
            let mut signs = from.chars();
            let Some(sign) = signs.next() else { break };
            self.escaped(sign);
            rest = signs.as_str();
        }
        self.out.push('"');
    }

    #[cold]
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

    fn key(&mut self, key: Key<'_>) {
        match key {
            Key::Field(field) if !field.json_key().is_empty() => self.out.push_str(field.json_key()),
            Key::Field(field) => {
                self.quoted(field.json_name());
                self.out.push(':');
            }
            Key::Text(key) => {
                self.quoted(key);
                self.out.push(':');
            }
            Key::Number(key) => {
                self.out.push('"');
                self.out.push_str(key.format(&mut itoa::Buffer::new()));
                self.out.push_str("\":");
            }
        }
        if self.lines.is_some() {
            self.out.push(' ');
        }
    }

    fn open(&mut self, sign: char) {
        self.out.push(sign);
        self.lines = self.lines.map(|level| level + 1);
    }

    /// What stands before a value of a list or object.
    fn next(&mut self, first: bool) {
        if !first {
            self.out.push(',');
        }
        self.line();
    }

    fn close(&mut self, sign: char, empty: bool) {
        self.lines = self.lines.map(|level| level.saturating_sub(1));
        if !empty {
            self.line();
        }
        self.out.push(sign);
    }

    fn line(&mut self) {
        if let Some(level) = self.lines {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", level));
        }
    }
}

/// A list or an object while it is written.
pub(super) struct Open<'t> {
    text: &'t mut Text,
    empty: bool,
    close: char,
}

impl<'t> Sink for &'t mut Text {
    type Ok = ();
    type Error = Fault;
    type List = Open<'t>;
    type Object = Open<'t>;

    fn fault(message: impl Display) -> Fault {
        Fault::told(message)
    }

    fn null(self) -> Result<(), Fault> {
        self.out.push_str("null");
        Ok(())
    }

    fn boolean(self, value: bool) -> Result<(), Fault> {
        self.out.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn signed(self, value: i32) -> Result<(), Fault> {
        self.out.push_str(itoa::Buffer::new().format(value));
        Ok(())
    }

    fn unsigned(self, value: u32) -> Result<(), Fault> {
        self.out.push_str(itoa::Buffer::new().format(value));
        Ok(())
    }

    fn wide(self, value: Wide) -> Result<(), Fault> {
        self.out.push('"');
        self.out.push_str(value.format(&mut itoa::Buffer::new()));
        self.out.push('"');
        Ok(())
    }

    fn single(self, value: f32) -> Result<(), Fault> {
        self.out.push_str(zmij::Buffer::new().format_finite(value));
        Ok(())
    }

    fn double(self, value: f64) -> Result<(), Fault> {
        self.out.push_str(zmij::Buffer::new().format_finite(value));
        Ok(())
    }

    fn text(self, value: &str) -> Result<(), Fault> {
        self.quoted(value);
        Ok(())
    }

    fn bytes(self, value: &[u8]) -> Result<(), Fault> {
        self.out.push('"');
        base64::encode(value, &mut self.out);
        self.out.push('"');
        Ok(())
    }

    fn list(self, _: usize) -> Result<Open<'t>, Fault> {
        self.open('[');
        Ok(Open { text: self, empty: true, close: ']' })
    }

    fn object(self, _: Option<usize>) -> Result<Open<'t>, Fault> {
        self.open('{');
        Ok(Open { text: self, empty: true, close: '}' })
    }
}

impl Items for Open<'_> {
    type Ok = ();
    type Error = Fault;

    fn item(&mut self, value: &impl Show) -> Result<(), Fault> {
        self.text.next(std::mem::take(&mut self.empty));
        value.show(&mut *self.text)
    }

    fn end(self) -> Result<(), Fault> {
        self.text.close(self.close, self.empty);
        Ok(())
    }
}

impl Entries for Open<'_> {
    type Ok = ();
    type Error = Fault;

    fn fault(message: impl Display) -> Fault {
        Fault::told(message)
    }

    fn entry(&mut self, key: Key<'_>, value: &impl Show) -> Result<(), Fault> {
        self.text.next(std::mem::take(&mut self.empty));
        self.text.key(key);
        value.show(&mut *self.text)
    }

    fn end(self) -> Result<(), Fault> {
        self.text.close(self.close, self.empty);
        Ok(())
    }
}
