//! ProtoJSON: messages of any type as JSON and back, over reflection, on serde. A text is
//! written and read by the files `text` and `parser`, whose like serde_json has; all else goes by serde. <https://protobuf.dev/programming-guides/json/>

mod any;
mod base64;
mod camel;
mod convert;
mod decimal;
mod direct;
mod element;
mod error;
mod escape;
mod fault;
mod field;
mod form;
mod kept;
mod key;
mod member;
mod names;
mod number;
mod options;
mod parser;
mod place;
mod read;
mod reading;
mod scan;
mod sink;
mod skip;
mod source;
mod text;
mod write;

pub use convert::{Json, deserialize, deserialize_enum, serialize, serialize_enum};
pub use error::JsonError;
pub use options::{JsonReader, JsonWriter};
