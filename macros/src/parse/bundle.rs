//! The files that need not be on disk: protox's copies of `google/protobuf/*.proto`, and those that declare features
//! of other languages' generators, which editions files import and which mean nothing here.
//!
//! `parse::load` takes imports from here before it looks on disk; a vendored copy with the same name loses.

use prost_types::{DescriptorProto, FileDescriptorProto};
use protox::file::{FileResolver, GoogleFileResolver};

/// The names that are bundled.
pub(super) const NAMES: [&str; 16] = [
    "google/protobuf/any.proto",
    "google/protobuf/api.proto",
    "google/protobuf/c_sharp_features.proto",
    "google/protobuf/compiler/plugin.proto",
    "google/protobuf/cpp_features.proto",
    "google/protobuf/descriptor.proto",
    "google/protobuf/duration.proto",
    "google/protobuf/empty.proto",
    "google/protobuf/field_mask.proto",
    "google/protobuf/go_features.proto",
    "google/protobuf/java_features.proto",
    "google/protobuf/source_context.proto",
    "google/protobuf/struct.proto",
    "google/protobuf/timestamp.proto",
    "google/protobuf/type.proto",
    "google/protobuf/wrappers.proto",
];

const OTHERS_FEATURES: [(&str, &str); 4] = [
    ("google/protobuf/c_sharp_features.proto", "CSharpFeatures"),
    ("google/protobuf/cpp_features.proto", "CppFeatures"),
    ("google/protobuf/go_features.proto", "GoFeatures"),
    ("google/protobuf/java_features.proto", "JavaFeatures"),
];

/// The bundled file of that name.
pub(super) fn file(name: &str) -> Option<FileDescriptorProto> {
    if !NAMES.contains(&name) {
        return None;
    }
    if let Some((_, message)) = OTHERS_FEATURES.iter().find(|(file, _)| *file == name) {
        return Some(features(name, message));
    }
    let file = GoogleFileResolver::new().open_file(name).ok()?;
    Some(file.file_descriptor_proto().clone())
}

/// What a file of features is to those that import it: a message that nobody uses, since options of these features
/// are not looked at.
fn features(name: &str, message: &str) -> FileDescriptorProto {
    let message = DescriptorProto { name: Some(message.to_owned()), ..Default::default() };
    FileDescriptorProto {
        name: Some(name.to_owned()),
        package: Some("pb".to_owned()),
        message_type: vec![message],
        ..Default::default()
    }
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
