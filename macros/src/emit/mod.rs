//! The last layer: the model as tokens. It spells what the model has decided and chooses nothing.
//!
//! One function per construct, each mostly one `quote!` that looks like its result. What two messages would repeat
//! is a function of the runtime, reached through the door that `path` spells.

mod client;
mod codec;
mod entry;
mod enumeration;
mod expansion;
mod export;
mod extension;
mod failure;
mod field;
mod getter;
mod message;
mod method;
mod oneof;
mod package;
mod path;
mod print;
mod reflect;
mod server;
mod service;
mod structure;
mod track;
mod twice;
mod view;

pub(crate) use entry::{Entry, entry};
pub(crate) use export::{Exported, ask};
pub(crate) use failure::failure;
pub(crate) use package::{Read, package};
pub(crate) use path::Call;
#[cfg(test)]
pub(crate) use print::text as readable;
