//! Two calls in one module that both have the package `shop`: the first error says how to mend it.

protocall::include_proto!(inline = r#"syntax = "proto3"; package shop; message Order {}"#);
protocall::include_proto!(inline = r#"syntax = "proto3"; package shop; message Item {}"#);

fn main() {}
