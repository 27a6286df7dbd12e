//! Lines, indents and blanks of a text that is written. Called by `write` and `unknown`.

use super::options::TextWriter;
use crate::reflect::DescriptorPool;
use crate::well_known::Unpacking;

/// A text while it is written.
pub(super) struct Layout<'w> {
    text: String,
    pub(super) writer: &'w TextWriter,
    /// That of the outermost message.
    pub(super) pool: &'w DescriptorPool,
    depth: usize,
    pub(super) unpacking: Unpacking,
    /// The depth of the outermost `Any`, where one is open.
    any: Option<usize>,
}

impl<'w> Layout<'w> {
    pub(super) fn new(writer: &'w TextWriter, pool: &'w DescriptorPool) -> Self {
        Self { text: String::new(), writer, pool, depth: 0, unpacking: Unpacking::default(), any: None }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// `name: value`
    pub(super) fn value(&mut self, name: &str, put: impl FnOnce(&mut String)) {
        self.start();
        self.text.push_str(name);
        self.text.push_str(": ");
        put(&mut self.text);
        self.end();
    }

    /// `name { … }`
    pub(super) fn block(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.start();
        self.text.push_str(name);
        self.text.push_str(" {");
        let empty = self.text.len();
        self.end();
        let before = self.text.len();
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        if self.text.len() == before {
            self.text.truncate(empty);
        } else {
            self.start();
        }
        self.text.push('}');
        self.end();
    }

    /// How many levels are open from the outermost `Any` on.
    pub(super) fn depth_in_any(&self) -> u32 {
        let depth = self.any.map_or(0, |outermost| self.depth - outermost);
        u32::try_from(depth).unwrap_or(u32::MAX)
    }

    /// As `block`, for what an `Any` holds.
    pub(super) fn any(&mut self, url: &str, inside: impl FnOnce(&mut Self)) {
        let outer = self.any;
        self.any = outer.or(Some(self.depth));
        self.block(&format!("[{url}]"), inside);
        self.any = outer;
    }

    fn start(&mut self) {
        if !self.writer.one_line {
            self.text.extend(std::iter::repeat_n(' ', self.depth * self.writer.indent));
        } else if !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    fn end(&mut self) {
        if !self.writer.one_line {
            self.text.push('\n');
        }
    }
}
