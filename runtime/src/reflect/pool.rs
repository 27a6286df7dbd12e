//! What a set of descriptors says, as tables: filled by `parse`, read through the handles of `descriptor`.

use std::collections::HashMap;
use std::fmt;

use super::features::Presence;
#[cfg(feature = "json")]
use super::special::Special;
use crate::wire::DecodeError;

/// All tables of a set of files. Types refer to each other by their places in these.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) files: Vec<File>,
    pub(super) messages: Vec<Message>,
    pub(super) enums: Vec<Enum>,
    pub(super) services: Vec<Service>,
    pub(super) extensions: Vec<Field>,
    /// Full names.
    pub(super) names: HashMap<String, Symbol>,
    /// Extensions by the message that they extend and their number.
    pub(super) extended: HashMap<(usize, u32), usize>,
}

/// What a full name stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Symbol {
    Message(usize),
    Enum(usize),
    Service(usize),
    Extension(usize),
}

#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) package: String,
    pub(super) syntax: String,
    pub(super) dependencies: Vec<String>,
    /// The `google.protobuf.FileDescriptorProto`.
    pub(super) bytes: Vec<u8>,
    pub(super) options: Vec<u8>,
}

#[derive(Debug, Default)]
pub(super) struct Message {
    /// Its own place.
    pub(super) index: usize,
    pub(super) full_name: String,
    #[cfg(feature = "json")]
    pub(super) special: Option<Special>,
    pub(super) file: usize,
    pub(super) parent: Option<usize>,
    pub(super) fields: Vec<Field>,
    pub(super) oneofs: Vec<Oneof>,
    pub(super) by_number: HashMap<u32, usize>,
    pub(super) by_name: HashMap<String, usize>,
    pub(super) by_json_name: HashMap<String, usize>,
    /// First and last number of each range of extensions, the last one excluded.
    pub(super) extension_ranges: Vec<(u32, u32)>,
    /// The same of the numbers that no field may have.
    pub(super) reserved_ranges: Vec<(u32, u32)>,
    pub(super) reserved_names: Vec<String>,
    pub(super) map_entry: bool,
    pub(super) message_set: bool,
    pub(super) options: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) full_name: String,
    pub(super) json_name: String,
    /// What stands between the value before it and its own in JSON: `,"orderId":`. Empty where a sign of the name must be
    /// escaped.
    pub(super) json_key: String,
    /// The first eight bytes of the name in it, with its quotes, as a number of little end, and which of them there are.
    #[cfg(feature = "json")]
    pub(super) json_head: (u64, u64),
    /// Its own place in the message.
    pub(super) place: usize,
    pub(super) number: u32,
    pub(super) kind: Kind,
    pub(super) type_name: String,
    pub(super) repeated: bool,
    /// Whether it is a map: its type is an entry.
    pub(super) map: bool,
    pub(super) presence: Presence,
    pub(super) packed: bool,
    pub(super) delimited: bool,
    pub(super) utf8: bool,
    /// The oneof that it is in, also one that the parser made up for `optional`.
    pub(super) oneof: Option<usize>,
    pub(super) proto3_optional: bool,
    pub(super) redacted: bool,
    pub(super) default: Option<String>,
    pub(super) extendee: String,
    pub(super) file: usize,
    pub(super) options: Vec<u8>,
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Double,
    Float,
    Int64,
    Uint64,
    Int32,
    Fixed64,
    Fixed32,
    Bool,
    String,
    Bytes,
    Uint32,
    Sfixed32,
    Sfixed64,
    Sint32,
    Sint64,
    Enum(usize),
    Message(usize),
}

impl Kind {
    /// Whether values may stand packed.
    pub(super) fn is_packable(self) -> bool {
        !matches!(self, Self::String | Self::Bytes | Self::Message(_))
    }
}

#[derive(Debug)]
pub(super) struct Oneof {
    pub(super) name: String,
    /// Places of its fields in the message.
    pub(super) fields: Vec<usize>,
    /// Whether the parser made it up for a field of proto3 that is `optional`.
    pub(super) synthetic: bool,
    pub(super) options: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Enum {
    /// Its own place.
    pub(super) index: usize,
    pub(super) full_name: String,
    pub(super) file: usize,
    pub(super) closed: bool,
    /// Whether it is `google.protobuf.NullValue`.
    #[cfg(feature = "json")]
    pub(super) null: bool,
    pub(super) values: Vec<EnumValue>,
    pub(super) by_name: HashMap<String, usize>,
    pub(super) by_number: HashMap<i32, usize>,
    pub(super) options: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct EnumValue {
    pub(super) name: String,
    pub(super) number: i32,
    pub(super) options: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Service {
    pub(super) full_name: String,
    pub(super) file: usize,
    pub(super) methods: Vec<Method>,
    pub(super) options: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Method {
    pub(super) name: String,
    pub(super) input: usize,
    pub(super) input_name: String,
    pub(super) output: usize,
    pub(super) output_name: String,
    pub(super) client_streaming: bool,
    pub(super) server_streaming: bool,
    pub(super) options: Vec<u8>,
}

/// The full name of what is declared in a scope.
pub(super) fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

/// Why bytes are not a set of descriptors.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolError {
    /// They are not a `google.protobuf.FileDescriptorSet`.
    Decode(DecodeError),
    /// A file names a type that is in none of the files.
    Missing {
        /// What names it: the full name of a field or method.
        user: String,
        /// The type.
        name: String,
    },
    /// Two types of one name.
    Duplicate {
        /// The name.
        name: String,
    },
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => write!(f, "this is no set of descriptors: {error}"),
            Self::Missing { user, name } => write!(f, "`{user}` names `{name}`, which no file declares"),
            Self::Duplicate { name } => write!(f, "`{name}` is declared twice"),
        }
    }
}

impl std::error::Error for PoolError {}

impl From<DecodeError> for PoolError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}
