//! How messages are written as JSON and read from it where the plain way is not enough. Used by users.

use crate::reflect::DescriptorPool;

/// Ways of writing JSON.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Point { int32 x_axis = 1; }"#); }
/// # use schema::Point;
/// use protocall::json::JsonWriter;
///
/// let writer = JsonWriter::new().defaults(true).proto_names(true);
/// assert_eq!(writer.write(&Point::default())?, r#"{"x_axis":0}"#);
/// # Ok::<(), protocall::json::JsonError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct JsonWriter {
    pub(super) defaults: bool,
    pub(super) proto_names: bool,
    pub(super) enum_numbers: bool,
    pub(super) pretty: bool,
    pub(super) pool: Option<DescriptorPool>,
}

impl JsonWriter {
    /// The way of [`Json::to_json`](super::Json::to_json).
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether fields without presence are written though they hold their type's zero, or are empty.
    pub fn defaults(mut self, wanted: bool) -> Self {
        self.defaults = wanted;
        self
    }

    /// Whether fields are called as in the schema, `order_id`, rather than `orderId`.
    pub fn proto_names(mut self, wanted: bool) -> Self {
        self.proto_names = wanted;
        self
    }

    /// Whether enums are written as numbers.
    pub fn enum_numbers(mut self, wanted: bool) -> Self {
        self.enum_numbers = wanted;
        self
    }

    /// Whether the text has lines and indents.
    pub fn pretty(mut self, wanted: bool) -> Self {
        self.pretty = wanted;
        self
    }

    /// Where the types of `google.protobuf.Any` are found, besides the files of the message's own call and
    /// `google.protobuf`.
    pub fn types(mut self, pool: DescriptorPool) -> Self {
        self.pool = Some(pool);
        self
    }
}

/// How deep messages and values may nest: what the binary format allows as well.
const DEPTH: u32 = 100;

/// Ways of reading JSON.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Point { int32 x = 1; }"#); }
/// # use schema::Point;
/// use protocall::json::JsonReader;
///
/// let text = r#"{"x": 1, "z": 2}"#;
/// let point: Point = JsonReader::new().ignore_unknown(true).read(text)?;
/// assert_eq!(point.x, 1);
/// assert!(JsonReader::new().read::<Point>(text).is_err());
/// # Ok::<(), protocall::json::JsonError>(())
/// ```
#[derive(Clone, Debug)]
pub struct JsonReader {
    pub(super) ignore_unknown: bool,
    pub(super) depth: u32,
    pub(super) budget: Option<usize>,
    pub(super) pool: Option<DescriptorPool>,
}

impl Default for JsonReader {
    fn default() -> Self {
        Self { ignore_unknown: false, depth: DEPTH, budget: None, pool: None }
    }
}

impl JsonReader {
    /// The way of [`Json::from_json`](super::Json::from_json).
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether fields and names of enums that the schema does not have are passed over.
    pub fn ignore_unknown(mut self, wanted: bool) -> Self {
        self.ignore_unknown = wanted;
        self
    }

    /// How deep messages may nest: 100 levels unless set otherwise, and never more than 127 of objects and lists. What is
    /// passed over because nothing is named so may be deeper: it takes no stack.
    pub fn max_depth(mut self, levels: u32) -> Self {
        self.depth = levels;
        self
    }

    /// How many bytes the elements of lists and maps, and boxed messages, may take in memory, and the tree that is made of
    /// an `Any` whose type may still follow: 64 MiB and 32 times the length of the text unless set otherwise. Without a
    /// limit an empty element, three bytes of text, is as large as its struct. Strings and bytes, which are never longer
    /// than their text, do not count.
    pub fn memory_budget(mut self, bytes: usize) -> Self {
        self.budget = Some(bytes);
        self
    }

    /// Where the types of `google.protobuf.Any` are found, besides the files of the message's own call and
    /// `google.protobuf`.
    pub fn types(mut self, pool: DescriptorPool) -> Self {
        self.pool = Some(pool);
        self
    }
}
