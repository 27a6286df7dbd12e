//! The types of `google.protobuf`: made by our own macro from the bundled files.

/// Made by the macro.
mod generated {
    crate::include_proto!(
        [
            "google/protobuf/any.proto",
            "google/protobuf/api.proto",
            "google/protobuf/descriptor.proto",
            "google/protobuf/duration.proto",
            "google/protobuf/empty.proto",
            "google/protobuf/field_mask.proto",
            "google/protobuf/source_context.proto",
            "google/protobuf/struct.proto",
            "google/protobuf/timestamp.proto",
            "google/protobuf/type.proto",
            "google/protobuf/wrappers.proto",
        ],
        client = false,
        server = false
    );
}

pub use generated::google::protobuf::*;
