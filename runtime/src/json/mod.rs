//! ProtoJSON: messages of any type as JSON and back, over reflection, on serde. <https://protobuf.dev/programming-guides/json/>

mod base64;
mod camel;
mod convert;
mod error;
mod form;
mod key;
mod number;
mod options;
mod place;
mod read;
mod reading;
mod write;

pub use convert::{Json, deserialize, deserialize_enum, serialize, serialize_enum};
pub use error::JsonError;
pub use options::{JsonReader, JsonWriter};
