//! Reflection: descriptors of all that a schema declares, and access to the fields of messages of any type. JSON, the
//! text format and `Debug` are written once over it.
//!
//! [`Reflect`] is on every message. What can be done with one are the methods of `dyn Reflect`: read, set and clear fields
//! by name, number or descriptor, go through those that are set, change lists and maps in their places. What the schema
//! says is in the descriptors: [`MessageDescriptor`], [`FieldDescriptor`] and the others, all of one [`DescriptorPool`].
//!
//! ```
//! mod schema {
//!     protocall::include_proto!(inline = r#"
//!         syntax = "proto3";
//!         package shop.v1;
//!         import "google/protobuf/descriptor.proto";
//!         extend google.protobuf.FieldOptions { optional string unit = 50001; }
//!         message Parcel {
//!             string id = 1;
//!             double weight = 2 [(unit) = "kg"];
//!             repeated string stops = 3;
//!             map<string, uint32> counts = 4;
//!             Parcel inside = 5;
//!         }
//!     "#);
//! }
//! use protocall::reflect::{MapKey, Value, ValueMut};
//! use protocall::well_known::FieldOptions;
//! use protocall::{Extendable, Message, Reflect};
//! use schema::shop::v1::{Parcel, UNIT};
//!
//! // One function for messages of all types.
//! fn units(message: &dyn Reflect) -> Result<Vec<String>, protocall::DecodeError> {
//!     let mut shown = Vec::new();
//!     for (field, value) in message.set_fields() {
//!         // Custom options are extensions of the options that `google/protobuf/descriptor.proto` declares.
//!         let options = FieldOptions::decode(field.options_bytes())?;
//!         let unit = options.extension(&UNIT)?.unwrap_or_default();
//!         shown.push(format!("{} = {value:?}{unit}", field.name()));
//!     }
//!     Ok(shown)
//! }
//!
//! let mut parcel = Parcel { id: "7".into(), ..Default::default() };
//! let message = parcel.reflect_mut();
//! message.set("weight", 1.5)?;
//! message.list_mut("stops")?.push().set("Oslo".into());
//! if let Some(count) = message.map_mut("counts")?.entry(MapKey::String("tea".into())) {
//!     count.set(3_u32.into());
//! }
//! if let ValueMut::Message(inside) = message.make("inside")? {
//!     inside.set(1, "8")?;
//! }
//! assert_eq!(parcel.inside().id, "8");
//! assert_eq!(units(&parcel)?[..2], [r#"id = "7""#, "weight = 1.5kg"]);
//!
//! assert!(matches!(parcel.reflect().get("weight")?, Some(Value::F64(1.5))));
//! assert!(parcel.reflect().set_fields().all(|(field, _)| parcel.reflect().has(field) == Ok(true)));
//! assert_eq!(parcel.reflect().get("height").unwrap_err().to_string(), "`shop.v1.Parcel` has no field `height`");
//!
//! let descriptor = parcel.descriptor();
//! let counts = descriptor.field("counts").filter(|field| field.is_map());
//! assert_eq!(counts.map(|field| (field.number(), field.json_name())), Some((4, "counts")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`DynamicMessage`] is a message of a type that is known while the program runs only: of descriptors that a server
//! sent, or that protoc wrote.
//!
//! ```
//! # use protocall::well_known::{FileDescriptorProto, FileDescriptorSet, Timestamp};
//! use protocall::{DescriptorPool, DynamicMessage, Message, Reflect};
//!
//! # let own = Timestamp::default();
//! # let files = own.descriptor().pool().files().map(|file| FileDescriptorProto::decode(file.bytes()));
//! # let set = FileDescriptorSet { file: files.collect::<Result<_, _>>()?, ..Default::default() }.encode_to_vec();
//! // `set` is what `protoc --include_imports --descriptor_set_out=…` writes.
//! let pool = DescriptorPool::decode(&set)?;
//! let timestamp = pool.message("google.protobuf.Timestamp").ok_or("it is in the set")?;
//! let mut message = DynamicMessage::new(timestamp);
//! message.reflect_mut().set("seconds", 5_i64)?;
//! assert_eq!(message.encode_to_vec(), [8, 5]);
//! assert_eq!(DynamicMessage::decode(timestamp, &[8, 5])?, message);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod codec;
mod debug;
mod declaration;
mod descriptor;
mod dynamic;
mod extension;
mod features;
mod field;
mod held;
mod holder;
mod message;
mod parse;
mod pool;
mod resolve;
#[cfg(feature = "json")]
mod special;

pub use access::{
    Element, EnumMut, Field, HeldBytes, HeldString, List, Map, MapKey, Reflect, Value, ValueMut, View,
    ViewMut, Visit,
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
pub use extension::ExtensionField;
#[cfg(any(feature = "json", feature = "text"))]
pub(crate) use extension::extensions;
#[cfg(feature = "text")]
pub(crate) use extension::plain_unknown;
pub use field::FieldKind;
pub(crate) use message::is_set;
pub use message::{FieldKey, OwnedValue, ReflectError};
pub use pool::PoolError;
#[cfg(feature = "json")]
pub(crate) use special::Special;
