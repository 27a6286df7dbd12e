//! The program that writes prost's and buffa's code ahead of time: in the scratch workspace, where `scratch` puts it.
//!
//! Arguments: the root of the schema, the folders for prost's and buffa's code, the files.

use std::error::Error;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [root, prost, buffa, files @ ..] = arguments.as_slice() else { return Err("too few arguments".into()) };
    let mut compiler = protox::Compiler::new([root])?;
    compiler.include_imports(true).include_source_info(true).open_files(files)?;
    prost_build::Config::new().out_dir(prost).include_file("lib.rs").compile_fds(compiler.file_descriptor_set())?;
    let set = format!("{buffa}/set.bin");
    fs::write(&set, compiler.encode_file_descriptor_set())?;
    buffa_build::Config::new()
        .descriptor_set(set)
        .files(files)
        .generate_views(false)
        .out_dir(buffa)
        .include_file("lib.rs")
        .compile()
}
