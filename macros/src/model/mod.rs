//! The second layer: what is to be emitted, decided to the last name, path and box.
//!
//! It reads linked descriptors and knows no token; `emit` spells what stands here and decides nothing.
//! `package` builds the tree in two passes: names first, then everything that refers to them.

mod choice;
mod comment;
mod custom;
mod derive;
mod enumeration;
mod export;
mod extension;
mod field;
mod held;
mod message;
mod name;
mod package;
mod pattern;
mod recursion;
mod scope;
mod selection;
mod service;
mod setting;
mod wanted;

pub(crate) use derive::{Derive, Trait};
pub(crate) use enumeration::{Enum, EnumValue};
pub(crate) use export::ExportedType;
pub(crate) use extension::Extension;
pub(crate) use field::{DefaultValue, Field, Kind, Scalar, Shape};
pub(crate) use message::{Member, Message, Oneof, OneofField, Variant};
pub(crate) use name::view_name;
pub(crate) use package::{Module, build};
pub(crate) use scope::{TypePath, modules_of};
pub(crate) use service::{CallShape, Method, Service};
pub(crate) use setting::{DeriveRule, Made, Settings};
