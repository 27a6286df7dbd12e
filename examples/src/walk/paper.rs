//! What the walk writes on: a heading for each call, and lines under it. Called by `products` and `orders`.

use std::fmt::Display;
use std::io::Write;

pub(super) struct Paper<'a> {
    out: &'a mut dyn Write,
    is_blank: bool,
}

impl<'a> Paper<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, is_blank: true }
    }

    /// A call that follows.
    pub(super) fn heading(&mut self, method: &str, about: &str) {
        let gap = if std::mem::take(&mut self.is_blank) { "" } else { "\n" };
        self.write(format_args!("{gap}{method} — {about}"));
    }

    /// What came back.
    pub(super) fn line(&mut self, text: impl Display) {
        self.write(format_args!("  {text}"));
    }

    fn write(&mut self, text: impl Display) {
        // A reader that is gone is no reason to leave the walk's products behind in the shop.
        let _ = writeln!(self.out, "{text}");
    }
}
