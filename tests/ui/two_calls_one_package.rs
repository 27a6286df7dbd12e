//! Two calls in one module that both have the package `shop`: one call takes all files of a package.

protocall::include_proto!(inline = r#"syntax = "proto3"; package shop; message Order {}"#);
protocall::include_proto!(inline = r#"syntax = "proto3"; package shop; message Item {}"#);

fn main() {}
