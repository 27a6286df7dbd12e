//! Generates tonic's code from the schema of the speed bench, without protoc: protox reads it.

use std::error::Error;

/// The folders of the schemas.
const INCLUDES: [&str; 2] = ["../proto", "../../../examples/proto"];

fn main() -> Result<(), Box<dyn Error>> {
    for folder in INCLUDES {
        println!("cargo::rerun-if-changed={folder}");
    }
    let files = protox::compile(["rpc.proto"], INCLUDES)?;
    tonic_prost_build::configure().include_file("messages.rs").compile_fds(files)?;
    Ok(())
}
