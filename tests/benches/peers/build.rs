//! Generates the messages of the codec bench by buffa, and by prost with pbjson, without protoc: protox reads the schemas.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders of the schemas, each with the files to generate.
const INCLUDES: [&str; 2] = ["../proto", "../../../examples/proto"];
const FILES: [&str; 4] =
    ["shapes.proto", "google_message1.proto", "ecommerce/v1/product.proto", "ecommerce/v1/order.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    for folder in INCLUDES {
        println!("cargo::rerun-if-changed={folder}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let set = out.join("set.bin");
    let mut compiler = protox::Compiler::new(INCLUDES)?;
    compiler.include_imports(true).open_files(FILES)?;
    fs::write(&set, compiler.encode_file_descriptor_set())?;
    generate_prost(&compiler, &out.join("prost"))?;
    buffa_build::Config::new()
        .descriptor_set(set)
        .files(&FILES)
        .generate_views(false)
        .generate_json(true)
        .include_file("messages.rs")
        .compile()
}

/// prost's messages, and serde's traits for them as pbjson has them, in a folder of their own; the well-known types are
/// those of pbjson.
fn generate_prost(compiler: &protox::Compiler, out: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out)?;
    prost_build::Config::new()
        .out_dir(out)
        .compile_well_known_types()
        .extern_path(".google.protobuf", "::pbjson_types")
        .compile_fds(compiler.file_descriptor_set())?;
    pbjson_build::Builder::new()
        .out_dir(out)
        .register_descriptors(&compiler.encode_file_descriptor_set())?
        .extern_path(".google.protobuf", "::pbjson_types")
        .build(&[".shapes", ".ecommerce.v1"])?;
    Ok(())
}
