//! The types of `google.protobuf`, which every schema may import: made by our own macro from the bundled files.
//!
//! A field of type `google.protobuf.Timestamp` is a [`Timestamp`] of this module.

mod generated;
#[cfg(any(feature = "json", feature = "text"))]
mod packed;
pub mod time;

pub use generated::google::protobuf::*;
#[cfg(any(feature = "json", feature = "text"))]
pub(crate) use packed::{pack, packed, with_type};
