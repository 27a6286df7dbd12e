//! The files that need not be on disk: upstream's `google/protobuf/*.proto`, as protoc 36.2 ships them, and those of
//! `google/rpc` that describe errors.
//!
//! `parse::load` takes imports from here before it looks on disk; a vendored copy with the same name loses.

/// Name and text of each file of `macros/bundle`.
pub(super) const FILES: [(&str, &str); 23] = [
    ("google/protobuf/any.proto", include_str!("../../bundle/google/protobuf/any.proto")),
    ("google/protobuf/api.proto", include_str!("../../bundle/google/protobuf/api.proto")),
    (
        "google/protobuf/c_sharp_features.proto",
        include_str!("../../bundle/google/protobuf/c_sharp_features.proto"),
    ),
    (
        "google/protobuf/compiler/plugin.proto",
        include_str!("../../bundle/google/protobuf/compiler/plugin.proto"),
    ),
    ("google/protobuf/cpp_features.proto", include_str!("../../bundle/google/protobuf/cpp_features.proto")),
    (
        "google/protobuf/cpp_file_options.proto",
        include_str!("../../bundle/google/protobuf/cpp_file_options.proto"),
    ),
    ("google/protobuf/cpp_options.proto", include_str!("../../bundle/google/protobuf/cpp_options.proto")),
    ("google/protobuf/descriptor.proto", include_str!("../../bundle/google/protobuf/descriptor.proto")),
    ("google/protobuf/duration.proto", include_str!("../../bundle/google/protobuf/duration.proto")),
    ("google/protobuf/empty.proto", include_str!("../../bundle/google/protobuf/empty.proto")),
    ("google/protobuf/field_mask.proto", include_str!("../../bundle/google/protobuf/field_mask.proto")),
    ("google/protobuf/go_features.proto", include_str!("../../bundle/google/protobuf/go_features.proto")),
    ("google/protobuf/java_features.proto", include_str!("../../bundle/google/protobuf/java_features.proto")),
    (
        "google/protobuf/json_enumvalue_options.proto",
        include_str!("../../bundle/google/protobuf/json_enumvalue_options.proto"),
    ),
    ("google/protobuf/json_options.proto", include_str!("../../bundle/google/protobuf/json_options.proto")),
    (
        "google/protobuf/source_context.proto",
        include_str!("../../bundle/google/protobuf/source_context.proto"),
    ),
    ("google/protobuf/struct.proto", include_str!("../../bundle/google/protobuf/struct.proto")),
    ("google/protobuf/timestamp.proto", include_str!("../../bundle/google/protobuf/timestamp.proto")),
    ("google/protobuf/type.proto", include_str!("../../bundle/google/protobuf/type.proto")),
    ("google/protobuf/wrappers.proto", include_str!("../../bundle/google/protobuf/wrappers.proto")),
    ("google/rpc/code.proto", include_str!("../../bundle/google/rpc/code.proto")),
    ("google/rpc/error_details.proto", include_str!("../../bundle/google/rpc/error_details.proto")),
    ("google/rpc/status.proto", include_str!("../../bundle/google/rpc/status.proto")),
];

/// The text of the bundled file of that name.
pub(super) fn text(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(file, _)| *file == name).map(|(_, text)| *text)
}

/// The names that are bundled.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there() {
        for name in names() {
            assert!(text(name).is_some_and(|text| text.contains("Google")), "{name}");
        }
        assert!(text("google/protobuf/other.proto").is_none());
    }
}
