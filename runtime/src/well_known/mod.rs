//! The types of `google.protobuf`, which every schema may import: made by our own macro from the bundled files.
//!
//! A field of type `google.protobuf.Timestamp` is a [`Timestamp`] of this module.

mod generated;
pub mod time;

pub use generated::google::protobuf::*;
