//! The first layer: the tokens of the call and the `.proto` files become linked descriptors and their places.
//!
//! protox parses and links; everything that protox does not know (import roots, the bundle, suggestions,
//! what it fails to check) is added here, so that the layers below see sound input only.

mod bundle;
mod check;
mod file;
mod input;
mod link;
mod literal;
mod load;
mod mend;
mod near;
mod roots;
mod scan;
mod source;
mod suggest;

pub(crate) use file::File;
pub(crate) use input::{Call, call};
pub(crate) use load::load;
pub(crate) use source::Source;
