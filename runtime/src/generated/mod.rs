//! The words of generated code: macros that stand for what is the same in every message, and the switches of features. They
//! name what is behind the private door of `lib.rs`, so that this layer, as `lib.rs` itself, sees all and is imported by none.

mod codec;
mod feature;
mod reflect;
