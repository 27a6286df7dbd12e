//! How the end of a value is found: the low three bits of a tag. Named by all who read or write tags.

/// A varint.
pub(crate) const VARINT: u32 = 0;
/// Eight bytes.
pub(crate) const FIXED64: u32 = 1;
/// A length and as many bytes.
pub(crate) const LENGTH: u32 = 2;
/// Fields up to the end tag.
pub(crate) const GROUP: u32 = 3;
/// The end of a group.
pub(crate) const END_GROUP: u32 = 4;
/// Four bytes.
pub(crate) const FIXED32: u32 = 5;
