//! `grpc.reflection.v1` and `v1alpha`, as the macro makes them. The messages of both are the same on the wire, so both
//! services speak with those of `v1`. Re-exported by the layer.

crate::include_proto!(
    [
        "src/services/proto/grpc/reflection/v1/reflection.proto",
        "src/services/proto/grpc/reflection/v1alpha/reflection.proto",
    ],
    extern_path = [("grpc.reflection.v1alpha", crate::services::reflection::generated::grpc::reflection::v1)]
);
