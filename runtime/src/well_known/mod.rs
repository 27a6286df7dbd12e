//! The types of `google.protobuf`, which every schema may import: made by our own macro from the bundled files.
//!
//! A field of type `google.protobuf.Timestamp` is a [`Timestamp`] of this module. What those types can do beyond holding
//! fields has a page each:
//!
//! | page | types |
//! | --- | --- |
//! | [`time`] | [`Timestamp`], [`Duration`] |
//! | [`structure`] | [`Value`], [`Struct`], [`ListValue`] |
//! | [`wrappers`] | [`StringValue`], [`Int32Value`] and the like |
//! | [`mask`] | [`FieldMask`] |
//! | [`any`] | [`Any`] |

pub mod any;
mod generated;
pub mod mask;
#[cfg(any(feature = "json", feature = "text"))]
mod packed;
pub mod structure;
pub mod time;
#[cfg(any(feature = "json", feature = "text"))]
mod unpacking;
pub mod wrappers;

pub use generated::google::protobuf::*;
#[cfg(any(feature = "json", feature = "text"))]
pub(crate) use packed::{pack, packed, with_type};
#[cfg(any(feature = "json", feature = "text"))]
pub(crate) use unpacking::Unpacking;
