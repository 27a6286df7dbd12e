//! A call named in `deps` that does not export.

mod common {
    protocall::include_proto!(inline = r#"syntax = "proto3"; package common; message Money {}"#);
}

mod shop {
    protocall::include_proto!(inline = r#"syntax = "proto3"; message Order {}"#, deps = [super::common]);
}

fn main() {}
