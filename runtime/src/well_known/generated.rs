//! `google.protobuf`, as the macro makes it of the bundled files. Re-exported by the layer.

crate::include_proto!(
    [
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
    ],
    derive = [
        ("google.protobuf.Any", [Eq, Hash]),
        ("google.protobuf.BoolValue", [Eq, Hash]),
        ("google.protobuf.BytesValue", [Eq, Hash]),
        ("google.protobuf.Duration", [Eq, Hash, Ord, PartialOrd]),
        ("google.protobuf.Empty", [Eq, Hash]),
        ("google.protobuf.FieldMask", [Eq, Hash]),
        ("google.protobuf.Int32Value", [Eq, Hash]),
        ("google.protobuf.Int64Value", [Eq, Hash]),
        ("google.protobuf.StringValue", [Eq, Hash]),
        ("google.protobuf.Timestamp", [Eq, Hash, Ord, PartialOrd]),
        ("google.protobuf.UInt32Value", [Eq, Hash]),
        ("google.protobuf.UInt64Value", [Eq, Hash]),
    ],
    views = true,
    client = false,
    server = false
);
