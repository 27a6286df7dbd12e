//! The first layer: the tokens of the call and the `.proto` files become linked descriptors and their places.
//!
//! protox parses and links; everything that protox does not know (import roots, the bundle, suggestions, editions,
//! what it fails to check) is added here, so that the layers below see sound input only.
//!
//! Editions take a way around protox, which reads proto2 and proto3: `lower` blanks what is new in the text, `option`
//! takes the features out of the parsed options into the file's `dialect`, the rest links as proto2, and `rule`,
//! `visible` and `style` check what protoc checks. `edition` and `feature` are the tables.

mod aggregate;
mod apart;
mod argument;
mod bracket;
mod bundle;
mod check;
mod constraint;
mod declared;
mod default;
mod dialect;
mod early;
mod edition;
mod element;
mod encoded;
mod entry;
mod extend;
mod feature;
mod file;
mod holder;
mod input;
pub(crate) mod keyword;
mod link;
mod lite;
mod literal;
mod load;
mod lower;
mod mend;
mod message_set;
mod near;
mod number;
mod option;
mod qualify;
mod range;
mod relative;
mod roots;
mod rule;
mod scan;
mod schema;
mod source;
mod statement;
mod style;
mod suggest;
mod text;
mod token;
mod types;
mod unused;
mod value;
mod visible;
mod wording;

pub(crate) use argument::Text;
pub(crate) use entry::{Dep, Derive, Target, Which};
pub(crate) use feature::{
    EnumType, Features, FieldPresence, MessageEncoding, RepeatedFieldEncoding, Utf8Validation,
};
pub(crate) use file::File;
pub(crate) use holder::{Held, Holder};
pub(crate) use input::{Call, call, entry_arguments};
pub(crate) use literal::string as string_value;
pub(crate) use load::load;
pub(crate) use near::nearest;
pub(crate) use schema::{Schema, SchemaFile, SchemaType};
pub(crate) use source::Source;
