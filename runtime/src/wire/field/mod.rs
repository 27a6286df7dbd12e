//! The shapes: how often a value may stand in a message, and when it is written. Called by generated code, one
//! line per field and direction: `implicit::put::<Str>(1, &self.name, out)`.
//!
//! Every shape is a module with the same two verbs: `put` and `merge`.

pub mod implicit;
pub mod map;
mod map_view;
pub(crate) mod optional;
pub mod packed;
pub mod repeated;
pub mod required;

pub use map_view::MapView;
