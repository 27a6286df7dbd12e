//! Server and client in one program.

fn main() {}
