//! The binary format: bytes to values and back, field by field.
//!
//! Nothing here knows what a message is. `kind` says what one proto type looks like on the wire, `field` says
//! how often it may stand there, and `message` (the layer below) joins the two with nested messages.
//! This is the only layer that holds `unsafe`: in `input`, `output`, `pieces`, `region`, `shared_str`
//! and `text`, behind interfaces that are safe.

#[cfg(any(
    feature = "json",
    feature = "text",
    all(feature = "server", any(feature = "health", feature = "reflection")),
    test
))]
mod brief;
mod error;
pub(crate) mod field;
pub(crate) mod held;
mod input;
pub(crate) mod kind;
mod output;
#[cfg(any(feature = "json", test))]
mod pieces;
mod region;
mod shared_str;
mod text;
mod unknown;
mod unknown_view;
mod varint;
pub(crate) mod wire_type;

#[cfg(any(
    feature = "json",
    feature = "text",
    all(feature = "server", any(feature = "health", feature = "reflection"))
))]
pub(crate) use brief::brief;
pub use error::{DecodeError, EncodeError};
pub use input::Input;
pub(crate) use input::Session;
pub(crate) use kind::{Kind, Merge, Packable, Varint};
pub use output::Output;
#[cfg(feature = "json")]
pub(crate) use pieces::push_all;
#[cfg(feature = "__grpc")]
pub(crate) use region::append;
pub(crate) use region::{Put, count, to_vec, write_into};
pub use shared_str::SharedStr;
pub use unknown::{UnknownField, UnknownFields, UnknownIter, UnknownValue};
pub use unknown_view::UnknownFieldsView;
pub(crate) use varint::varint_len;
