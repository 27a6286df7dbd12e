//! Generates buffa's messages from the schemas of the codec bench, without protoc: protox reads them.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

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
    buffa_build::Config::new()
        .descriptor_set(set)
        .files(&FILES)
        .generate_views(false)
        .include_file("messages.rs")
        .compile()
}
