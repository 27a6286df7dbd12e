//! A `.proto` file on its way through the layer: parsed by `parse::load`, linked by `parse::link`, read by the model.

use prost_types::FileDescriptorProto;

use super::dialect::Dialect;
use super::source::Source;

/// A file; once it is linked its type names are complete, with a leading dot.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) descriptor: FileDescriptorProto,
    /// The same as protoc would write it, once it is linked.
    pub(crate) encoded: Vec<u8>,
    pub(crate) source: Source,
    /// Its features, and what else the descriptor has no place for.
    pub(crate) dialect: Dialect,
    /// Named by the call, not only imported.
    pub(crate) root: bool,
    /// One of the bundled well-known files.
    pub(crate) bundled: bool,
    /// Which of the call's `deps` it is from.
    pub(crate) dep: Option<usize>,
    /// Which file of the call brought it in.
    pub(crate) blame: usize,
}
