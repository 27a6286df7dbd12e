//! Compiles the schemas that `src/schema.rs` names to descriptors, for prost-reflect. Run by cargo.

use std::env;
use std::fs;
use std::path::PathBuf;

use protox::Compiler;
use protox::prost_reflect::prost::Message;
use protox::prost_reflect::prost_types::{DescriptorProto, FileDescriptorSet};

/// Each import root with the files below it.
const SCHEMAS: [(&str, &[&str]); 2] = [
    ("../tests/proto", &["extended.proto", "kinds.proto", "legacy.proto"]),
    (
        "../.cache/conformance/proto",
        &[
            "conformance/messages/test_messages_proto2.proto",
            "conformance/messages/test_messages_proto3.proto",
        ],
    ),
];

fn main() {
    let mut all = FileDescriptorSet::default();
    for (root, files) in SCHEMAS {
        println!("cargo::rerun-if-changed={root}");
        all.file.extend(compiled(root, files).file);
    }
    // Both sides then have extensions as unknown fields; `src/extended.rs` looks at their values.
    for file in &mut all.file {
        file.extension.clear();
        file.message_type.iter_mut().for_each(without_extensions);
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("descriptors.bin"), all.encode_to_vec()).expect("cargo made the folder");
}

fn compiled(root: &str, files: &[&str]) -> FileDescriptorSet {
    let mut compiler = Compiler::new([root]).unwrap_or_else(|error| panic!("{root}: {error:?}"));
    compiler.include_imports(true);
    compiler.open_files(files).unwrap_or_else(|error| panic!("{root}: {error:?}"));
    compiler.file_descriptor_set()
}

fn without_extensions(message: &mut DescriptorProto) {
    message.extension.clear();
    message.nested_type.iter_mut().for_each(without_extensions);
}
