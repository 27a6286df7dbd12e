//! An option that there is not: the error stands at its name.

protocall::include_proto!("proto/shop.proto", includ = ["proto"]);

fn main() {}
