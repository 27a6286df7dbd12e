//! Reflection: descriptors of all that a schema declares, and access to the fields of messages of any type. JSON, the
//! text format and `Debug` are written once over it.

mod access;
mod codec;
mod debug;
mod declaration;
mod descriptor;
mod dynamic;
#[cfg(any(feature = "json", feature = "text"))]
mod extension;
mod features;
mod field;
mod holder;
mod message;
mod parse;
mod pool;
mod resolve;

pub use access::{
    Element, EnumMut, Field, List, Map, MapKey, Reflect, Value, ValueMut, View, ViewMut, Visit,
};
#[cfg(feature = "text")]
pub(crate) use codec::insert;
pub use debug::debug;
pub use descriptor::{
    DescriptorPool, EnumDescriptor, EnumValueDescriptor, FieldDescriptor, FileDescriptor, Files,
    MessageDescriptor, MethodDescriptor, OneofDescriptor, ServiceDescriptor,
};
#[cfg(any(feature = "json", feature = "text"))]
pub(crate) use dynamic::DynamicField;
pub use dynamic::DynamicMessage;
#[cfg(any(feature = "json", feature = "text"))]
pub(crate) use extension::extensions;
#[cfg(feature = "text")]
pub(crate) use extension::plain_unknown;
pub use field::FieldKind;
#[cfg(any(feature = "json", feature = "text"))]
pub(crate) use message::is_set;
pub use message::{FieldKey, OwnedValue, ReflectError};
pub use pool::PoolError;
