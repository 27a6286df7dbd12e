//! README is true: its service compiles in a crate of its own and prints what it should, and what it says of versions
//! is what the manifest says.

use std::fs;
use std::process::Command;

use protocall_tests::outside::OutsideCrate;
use protocall_tests::program::{finish, workspace};

fn read(file: &str) -> String {
    fs::read_to_string(workspace().join(file)).expect("the file is in the repository")
}

/// The first block of code in that language.
fn block<'a>(text: &'a str, language: &str) -> &'a str {
    let start = format!("```{language}\n");
    let (_, rest) = text.split_once(&start).expect("README has a block in this language");
    rest.split_once("```").expect("a block ends").0
}

#[test]
fn the_service_in_it_compiles_and_answers() {
    let readme = read("README.md");
    let outside = OutsideCrate::new("outside_readme");
    outside.write("proto/greeter.proto", block(&readme, "proto"));
    outside.write("src/main.rs", block(&readme, "rust"));
    finish(&mut outside.cargo("build"));
    let output = finish(&mut Command::new(outside.program()));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Hello, Ada!\n1, Ada\n2, Ada\n3, Ada\n");
}

const NOTES: &str = r#"syntax = "proto3";
package notes.v1;
import "greeter.proto";
service Notes { rpc Add(Note) returns (AddReply); }
message Note { greeter.v1.HelloRequest from = 1; }
message AddReply { uint64 id = 1; }
"#;

const BOOK: &str = r#"
use notes::v1::{AddReply, Note, Notes, NotesClient, NotesServer};
struct Book;
impl Notes for Book {
    async fn add(&self, _: &Context, note: Note) -> Result<AddReply> {
        Ok(AddReply { id: note.from().name.len() as u64, ..Default::default() })
    }
}
"#;

#[test]
fn a_second_file_and_a_second_service_join_as_it_says() {
    let readme = read("README.md");
    let (_, rest) =
        readme.split_once("```rust\nprotocall::include_proto!([").expect("README has a list of files");
    let (list, server) = rest.split_once("\n\n").expect("the server is behind the call");
    let server = server.lines().next().expect("it is a line");
    let main = block(&readme, "rust")
        .replace("protocall::include_proto!(\"proto/greeter.proto\");", &format!("protocall::include_proto!([{list}"))
        .replace("Server::new().service(GreeterServer::new(Polite))", server)
        .replacen("    println!(", "    let from = Some(ada.clone());\n    let notes = NotesClient::connect(format!(\"http://{address}\")).build()?;\n    \
             println!(\"{}\", notes.add(Note { from, ..Default::default() }).await?.id);\n    println!(", 1)
        .replace("    let greeter = ", "    let address = server.address();\n    let greeter = ");
    let outside = OutsideCrate::new("outside_readme_second");
    outside.write("proto/greeter.proto", block(&readme, "proto"));
    outside.write("proto/notes/v1/notes.proto", NOTES);
    outside.write("src/main.rs", &(main + BOOK));
    finish(&mut outside.cargo("build"));
    let output = finish(&mut Command::new(outside.program()));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "3\nHello, Ada!\n1, Ada\n2, Ada\n3, Ada\n");
}

#[test]
fn the_rust_version_in_it_is_that_of_the_manifest() {
    let manifest = read("Cargo.toml");
    let (_, rest) = manifest.split_once("rust-version = \"").expect("the manifest states one");
    let version = rest.split('"').next().expect("a string ends");
    assert!(
        read("README.md").contains(&format!("Rust {version} or newer")),
        "README names another than {version}"
    );
}

#[test]
fn every_folder_and_layer_in_its_map_is_there() {
    let readme = read("README.md");
    for folder in ["runtime", "macros", "tests", "examples"] {
        assert!(readme.contains(&format!("`{folder}/`")), "{folder} is not in the map");
    }
    for source in ["runtime/src", "macros/src"] {
        for entry in fs::read_dir(workspace().join(source)).expect("the folder is in the repository") {
            let name = entry.expect("a folder can be read").file_name().to_string_lossy().into_owned();
            let layer = name.trim_end_matches(".rs");
            // What is no code is a text that a layer takes in.
            let named = layer == "lib" || layer.contains('.') || readme.contains(&format!("`{layer}`"));
            assert!(named, "{source}/{name} is not in the map");
        }
    }
}
