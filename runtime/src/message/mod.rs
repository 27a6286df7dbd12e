//! Messages, enums and oneofs: what generated types implement, and how they join the wire as kinds.

pub mod closed;
mod codec;
mod enumeration;
mod extension;
mod instance;
pub mod message_set;
mod nested;
pub mod oneof;
mod options;
mod shape;

pub use codec::Message;
pub use enumeration::{Enum, Enumeration};
pub use extension::{Extendable, Extension};
pub use instance::{boxed_message, message};
pub use nested::{Group, Nested};
pub use oneof::{ClosedOneof, Oneof};
pub use options::{DecodeOptions, EncodeOptions};
pub use shape::{
    ClosedExtension, ClosedListExtension, ExtensionShape, NumbersExtension, OptionalExtension,
    RepeatedExtension,
};
