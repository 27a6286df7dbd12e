//! `google.rpc`, as the macro makes it of the bundled files. Re-exported by the layer.

crate::include_proto!(
    ["google/rpc/code.proto", "google/rpc/error_details.proto", "google/rpc/status.proto"],
    views = true,
    client = false,
    server = false
);
