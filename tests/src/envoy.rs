//! The schemas of Envoy's API, xDS, with all that they import: some five hundred files and fifteen hundred messages that
//! others use every day. The crate `envoy-types` carries them. Called by tests/tests/envoy.rs.

use std::path::Path;

use crate::carried;

const SOURCE: (&str, &str) = ("envoy-types", "=0.7.7");

/// The folders under the crate's `proto` that are import roots of the whole.
const ROOTS: [&str; 7] = [
    "cel-spec/proto",
    "client_model",
    "data-plane-api",
    "googleapis",
    "opentelemetry-proto",
    "protoc-gen-validate",
    "xds",
];

/// Their paths under one import root, and their texts.
///
/// # Panics
/// When the crate cannot be had, or has no schemas.
pub fn schemas() -> Vec<(String, String)> {
    let source = carried::source(SOURCE).join("proto");
    let of = |root: &&str| carried::schemas(&source.join(root), Path::new(""));
    let mut files: Vec<(String, String)> = ROOTS.iter().flat_map(of).collect();
    files.sort();
    assert!(files.len() >= 500, "only {} schemas: is this the crate?", files.len());
    files
}
