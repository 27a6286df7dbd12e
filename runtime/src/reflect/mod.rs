//! Reflection: descriptors of all that a schema declares, and access to the fields of messages of any type. JSON, the
//! text format and `Debug` are written once over it.

mod access;
mod codec;
mod debug;
mod declaration;
mod descriptor;
mod dynamic;
mod features;
mod holder;
mod message;
mod parse;
mod pool;

pub use access::{
    Element, EnumMut, Field, List, Map, MapKey, Reflect, Value, ValueMut, View, ViewMut, Visit,
};
pub use debug::debug;
pub use descriptor::{
    DescriptorPool, EnumDescriptor, EnumValueDescriptor, FieldDescriptor, FieldKind, FileDescriptor, Files,
    MessageDescriptor, MethodDescriptor, OneofDescriptor, ServiceDescriptor,
};
#[cfg(feature = "json")]
pub(crate) use dynamic::DynamicField;
pub use dynamic::DynamicMessage;
#[cfg(feature = "json")]
pub(crate) use message::is_set;
pub use message::{FieldKey, OwnedValue, ReflectError};
pub use parse::PoolError;
