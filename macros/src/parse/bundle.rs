//! The well-known types that need no file: protox's copies of `google/protobuf/*.proto`.
//!
//! `parse::load` takes imports from here before it looks on disk; a vendored copy with the same name loses.

use prost_types::FileDescriptorProto;
use protox::file::{FileResolver, GoogleFileResolver};

/// The names that are bundled.
pub(super) const NAMES: [&str; 12] = [
    "google/protobuf/any.proto",
    "google/protobuf/api.proto",
    "google/protobuf/compiler/plugin.proto",
    "google/protobuf/descriptor.proto",
    "google/protobuf/duration.proto",
    "google/protobuf/empty.proto",
    "google/protobuf/field_mask.proto",
    "google/protobuf/source_context.proto",
    "google/protobuf/struct.proto",
    "google/protobuf/timestamp.proto",
    "google/protobuf/type.proto",
    "google/protobuf/wrappers.proto",
];

/// The bundled file of that name.
pub(super) fn file(name: &str) -> Option<FileDescriptorProto> {
    if !NAMES.contains(&name) {
        return None;
    }
    let file = GoogleFileResolver::new().open_file(name).ok()?;
    Some(file.file_descriptor_proto().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there() {
        for name in NAMES {
            assert!(file(name).is_some_and(|file| file.name() == name), "{name}");
        }
        assert!(file("google/protobuf/other.proto").is_none());
    }
}
