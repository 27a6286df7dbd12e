//! `grpc.health.v1`, as the macro makes it. Re-exported by the layer.

crate::include_proto!("src/services/proto/grpc/health/v1/health.proto");
