//! An import that nothing uses is a warning; a crate that denies what is deprecated makes an error of it.
#![deny(deprecated)]

protocall::include_proto!(
    inline = r#"syntax = "proto3";
import "google/protobuf/any.proto";
message Event { string name = 1; }"#
);

fn main() {
    let _ = Event::default();
}
