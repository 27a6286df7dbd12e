//! What can be wrong with bytes, as plain values: the whole crate may use these without importing anything else.

use std::fmt;

/// Why bytes are not the message that they were read as.
///
/// Small enough for a `Result` of it to travel in a register through the decoder's inner loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end inside a field. Usually a message that was cut short.
    Truncated,
    /// A varint of more than ten bytes, or whose tenth byte holds more than the 64th bit.
    InvalidVarint,
    /// A field number of zero, one above 2^29 - 1, or one of the wire types 6 and 7, which do not exist.
    InvalidTag,
    /// A group ends that was never opened, or under another number than it was opened with.
    UnexpectedEndGroup,
    /// A `string` field holds bytes that are not UTF-8.
    InvalidUtf8,
    /// Messages or groups are nested deeper than `DecodeOptions::max_depth` allows, which is 100 levels unless set.
    RecursionLimit,
    /// A `required` field of proto2 is missing, and `DecodeOptions::partial` was not set.
    MissingRequired {
        /// The number of the field.
        number: u32,
    },
    /// The message would take more memory than `DecodeOptions::memory_budget` allows: many elements that are short on
    /// the wire and large in memory.
    MemoryBudget,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingRequired { number } => return write!(f, "the required field {number} is missing"),
            Self::Truncated => "the bytes end inside a field",
            Self::InvalidVarint => "a varint is longer than ten bytes",
            Self::InvalidTag => "a tag has a field number or a wire type that does not exist",
            Self::UnexpectedEndGroup => "a group ends that was not open",
            Self::InvalidUtf8 => "a string field is not UTF-8",
            Self::RecursionLimit => "messages are nested deeper than the limit, DecodeOptions::max_depth",
            Self::MemoryBudget => {
                "its elements take more memory than the limit, DecodeOptions::memory_budget"
            }
        })
    }
}

impl std::error::Error for DecodeError {}

/// Why a message could not be written into the caller's buffer. The buffer is as it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeError {
    /// The buffer has less room than the message needs.
    InsufficientCapacity {
        /// Bytes that the message takes.
        required: usize,
        /// Bytes that the buffer can still take.
        remaining: usize,
    },
    /// The message takes more than 2 GiB - 1, the most that Protocol Buffers allow.
    TooLarge {
        /// Bytes that the message would take.
        required: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InsufficientCapacity { required, remaining } => {
                write!(f, "the message takes {required} bytes and the buffer has room for {remaining}")
            }
            Self::TooLarge { required } => {
                write!(f, "the message takes {required} bytes, more than the 2 GiB that a message may have")
            }
        }
    }
}

impl std::error::Error for EncodeError {}
