//! An option with a value it cannot have: the error stands at the value.

protocall::include_proto!(inline = r#"syntax = "proto3";"#, client = "no");

fn main() {}
