//! How messages are written as text and read from it where the plain way is not enough. Used by users.

use crate::reflect::DescriptorPool;

/// Ways of writing text.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"
/// #     syntax = "proto3"; message Path { repeated int32 steps = 1; Path next = 2; }
/// # "#); }
/// # use schema::Path;
/// use protocall::text::TextWriter;
///
/// let path = Path { steps: vec![1, 2], next: Some(Box::default()), ..Default::default() };
/// assert_eq!(TextWriter::new().write(&path), "steps: 1\nsteps: 2\nnext {}\n");
/// assert_eq!(TextWriter::new().one_line(true).short_lists(true).write(&path), "steps: [1, 2] next {}");
/// ```
#[derive(Clone, Debug)]
pub struct TextWriter {
    pub(super) one_line: bool,
    pub(super) indent: usize,
    pub(super) short_lists: bool,
    pub(super) ascii: bool,
    pub(super) unknown_fields: bool,
    pub(super) expand_any: bool,
    pub(super) redact: bool,
    pub(super) pool: Option<DescriptorPool>,
}

impl Default for TextWriter {
    fn default() -> Self {
        Self {
            one_line: false,
            indent: 2,
            short_lists: false,
            ascii: false,
            unknown_fields: false,
            expand_any: true,
            redact: false,
            pool: None,
        }
    }
}

impl TextWriter {
    /// The way of [`Text::to_text`](super::Text::to_text).
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether all stands in one line, which has no end.
    pub fn one_line(mut self, wanted: bool) -> Self {
        self.one_line = wanted;
        self
    }

    /// How many blanks an inner message is indented by: 2 unless set otherwise.
    pub fn indent(mut self, blanks: usize) -> Self {
        self.indent = blanks;
        self
    }

    /// Whether lists of what is no message are written as `steps: [1, 2]` rather than value by value.
    pub fn short_lists(mut self, wanted: bool) -> Self {
        self.short_lists = wanted;
        self
    }

    /// Whether strings are escaped down to ASCII.
    pub fn ascii(mut self, wanted: bool) -> Self {
        self.ascii = wanted;
        self
    }

    /// Whether fields that the schema does not name are written by their numbers, as far as they can be told without it.
    /// No parser can know their types again: they are for eyes only.
    pub fn unknown_fields(mut self, wanted: bool) -> Self {
        self.unknown_fields = wanted;
        self
    }

    /// Whether the message in a `google.protobuf.Any` is written as one, where its type is known. It is, unless set
    /// otherwise; but what nests deeper than 100 levels from the outermost one on, or takes more memory at once than a message
    /// of its size may that is decoded, stays bytes.
    pub fn expand_any(mut self, wanted: bool) -> Self {
        self.expand_any = wanted;
        self
    }

    /// Whether `[REDACTED]` is written for the values of fields that the schema asks to keep out of sight
    /// (`debug_redact`). Such a text cannot be read back.
    pub fn redact(mut self, wanted: bool) -> Self {
        self.redact = wanted;
        self
    }

    /// Where the types of `google.protobuf.Any` and extensions are found, besides the files of the message's own call
    /// and `google.protobuf`.
    pub fn types(mut self, pool: DescriptorPool) -> Self {
        self.pool = Some(pool);
        self
    }
}

/// How deep messages may nest: what the binary format allows as well.
const DEPTH: u32 = 100;

/// Ways of reading text.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Point { int32 x = 1; }"#); }
/// # use schema::Point;
/// use protocall::text::TextReader;
///
/// let text = "x: 1 z { of: 'another version' }";
/// let point: Point = TextReader::new().ignore_unknown(true).read(text)?;
/// assert_eq!(point.x, 1);
/// assert!(TextReader::new().read::<Point>(text).is_err());
/// # Ok::<(), protocall::text::TextError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TextReader {
    pub(super) ignore_unknown: bool,
    pub(super) field_numbers: bool,
    pub(super) partial: bool,
    pub(super) depth: u32,
    pub(super) budget: Option<usize>,
    pub(super) pool: Option<DescriptorPool>,
}

impl Default for TextReader {
    fn default() -> Self {
        Self {
            ignore_unknown: false,
            field_numbers: false,
            partial: false,
            depth: DEPTH,
            budget: None,
            pool: None,
        }
    }
}

impl TextReader {
    /// The way of [`Text::from_text`](super::Text::from_text).
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether fields, extensions and names of enums that the schema does not have are passed over.
    pub fn ignore_unknown(mut self, wanted: bool) -> Self {
        self.ignore_unknown = wanted;
        self
    }

    /// Whether fields may be named by their numbers.
    pub fn field_numbers(mut self, wanted: bool) -> Self {
        self.field_numbers = wanted;
        self
    }

    /// Whether required fields may be missing.
    pub fn partial(mut self, wanted: bool) -> Self {
        self.partial = wanted;
        self
    }

    /// How deep messages may nest: 100 levels unless set otherwise.
    pub fn max_depth(mut self, levels: u32) -> Self {
        self.depth = levels;
        self
    }

    /// How many bytes the elements of lists and maps, and boxed messages, may take in memory: 64 MiB and 32 times the length
    /// of the text unless set otherwise. Without a limit an empty element, three bytes of text, is as large as its struct.
    /// Strings and bytes, which are never longer than their text, do not count.
    pub fn memory_budget(mut self, bytes: usize) -> Self {
        self.budget = Some(bytes);
        self
    }

    /// Where the types of `google.protobuf.Any` and extensions are found, besides the files of the message's own call
    /// and `google.protobuf`.
    pub fn types(mut self, pool: DescriptorPool) -> Self {
        self.pool = Some(pool);
        self
    }
}
