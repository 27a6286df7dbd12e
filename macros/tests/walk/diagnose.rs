//! Mistakes in schemas: the rendered text, whole.

use super::{expanded, problems};

fn diagnosed(schema: &str) -> Vec<String> {
    problems(expanded(&format!("inline = r##\"{schema}\"##")))
}

#[test]
fn print_all() {
    for schema in [
        "syntax = \"proto3\";\nimport \"google/protobuf/timestmp.proto\";\n",
        "syntax = \"proto3\";\nmessage Customer {}\nmessage A {\n  Custommer c = 1;\n  google.protobuf.Timestamp t = 2;\n  Timestamp u = 3; strin x = 4;\n}\n",
        "edition = \"2023\";\npackage a.b;\n",
        "syntax = \"proto3\";\npackage x;\nmessage A {}\n\n\nmessage A {}\n",
        "syntax = \"proto3\";\nmessage A {\n  int32 a = 1\n  int32 b = 2;\n}\n",
        "syntax = \"proto3\";\nmessage A {\n  reserved \"old\", \"x\"; reserved 4;\n  int32 old = 1;\n int32 y = 4; }\n",
        "syntax = \"proto3\";\nmessage FooClient {}\nservice Foo {}\n",
        "syntax = \"proto3\";\nmessage A { int32 a = 1; int32 b = 1; }\n",
    ] {
        println!("=====\n{}", diagnosed(schema).join("\n---\n"));
    }
    println!("=====\n{}", problems(expanded("\"proto/none.proto\", include = [\"src\"]")).join("\n---\n"));
    println!("=====\n{}", problems(expanded("[\"/abs/none.proto\", \"x.proto\"]")).join("\n---\n"));
}
