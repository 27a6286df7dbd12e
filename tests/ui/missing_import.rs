//! An import that is not there: the error quotes the schema.

protocall::include_proto!(
    inline = r#"syntax = "proto3";
import "google/protobuf/timestmp.proto";
message Event { google.protobuf.Timestamp at = 1; }"#
);

fn main() {
    let _ = Event::default();
}
