//! Messages, enums and oneofs: what generated types implement, and how they join the wire as kinds.

pub mod borrow;
pub mod closed;
mod codec;
mod enumeration;
mod extension;
mod instance;
pub mod message_set;
mod nested;
pub mod oneof;
mod options;
mod read;
mod shape;
mod slot;
mod view;
mod write;

pub use codec::Message;
pub use enumeration::{Enum, Enumeration};
pub use extension::{Extendable, Extension};
pub use instance::{boxed_message, message};
pub use nested::{Group, GroupView, Nested, NestedView};
pub use oneof::{ClosedOneof, Oneof};
pub use options::{DecodeOptions, EncodeOptions};
pub use read::{read, read_required, read_shared};
pub use shape::{
    ClosedExtension, ClosedListExtension, ExtensionShape, NumbersExtension, OptionalExtension,
    RepeatedExtension,
};
pub use slot::{Fields, Slot};
pub use view::{MessageView, Viewable};
pub use write::{Shown, Table, put_shared};
