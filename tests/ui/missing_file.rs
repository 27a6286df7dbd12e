//! A file that is not there: where it was looked for.

protocall::include_proto!("proto/none.proto");

fn main() {}
