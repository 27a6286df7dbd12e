//! Mistakes of different kinds in one schema are shown together, each at its own place.

protocall::include_proto!(
    inline = r#"syntax = "proto3";
message Order {
  int32 id = 1;
  string id = 2;
  string note = 1;
  Itm item = 4;
  reserved 7;
  bool paid = 7;
}
message Item {}
enum State { OPEN = 1; }"#
);

fn main() {}
