//! `debug = true`, or a variable of the environment, writes the expansion to a file and includes it: the crate does what it
//! did, the compiler points into the file, and nothing is built anew that need not be.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use protocall_tests::outside::OutsideCrate;
use protocall_tests::program::finish;

const PROTO: &str = r#"syntax = "proto3";
package hello.v1;
// A name.
message Name { string text = 1; }
service Greeter { rpc Greet(Name) returns (Name); }
"#;

fn main_with(call: &str, value: &str) -> String {
    format!(
        "{call}\nuse hello::v1::Name;\n\
         fn main() {{\n    println!(\"{{:?}}\", Name {{ text: {value}, ..Default::default() }});\n}}\n"
    )
}

/// A crate whose call asks for the file, or does not.
fn greeter(name: &str, call: &str) -> OutsideCrate {
    let outside = OutsideCrate::new(name);
    outside.write("proto/hello/v1/hello.proto", PROTO);
    outside.write("src/main.rs", &main_with(call, "String::from(\"Ada\")"));
    outside
}

fn plain(name: &str) -> OutsideCrate {
    greeter(name, "protocall::include_proto!(\"proto/hello/v1/hello.proto\");")
}

fn debugged(name: &str) -> OutsideCrate {
    greeter(name, "protocall::include_proto!(\"proto/hello/v1/hello.proto\", debug = true);")
}

/// The files with expansions of a crate.
fn expansions(outside: &OutsideCrate, name: &str) -> Vec<PathBuf> {
    let folder = outside.program().with_file_name("protocall");
    let files =
        fs::read_dir(folder).into_iter().flatten().map(|file| file.expect("the folder is read").path());
    let is_ours = |path: &PathBuf| path.to_string_lossy().contains(&format!("{name}-hello-"));
    files.filter(is_ours).collect()
}

fn forget(outside: &OutsideCrate, name: &str) {
    expansions(outside, name).iter().for_each(|file| fs::remove_file(file).expect("it is ours"));
}

fn build(outside: &OutsideCrate) -> String {
    String::from_utf8_lossy(&finish(&mut outside.cargo("build")).stderr).into_owned()
}

#[test]
fn the_file_can_be_read_and_does_the_same() {
    let outside = debugged("readable_same");
    forget(&outside, "readable_same");
    build(&outside);
    let output = finish(&mut Command::new(outside.program()));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Name { text: \"Ada\" }\n");
    let files = expansions(&outside, "readable_same");
    assert_eq!(files.len(), 1, "{files:?}");
    let text = fs::read_to_string(&files[0]).expect("it is there");
    for part in ["/// A name.\n", "    pub struct Name {\n", "pub trait Greeter", "pub mod v1 {\n"] {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
}

#[test]
fn errors_point_into_the_file() {
    let outside = debugged("readable_error");
    let call = "protocall::include_proto!(\"proto/hello/v1/hello.proto\", debug = true);";
    let main = main_with(call, "String::new()").replace("fn main() {", "struct Me;\nimpl hello::v1::Greeter for Me {\n    \
         async fn greet(&self, _: &protocall::Context, name: String) -> protocall::Result<Name> { Err(protocall::Status::unknown(name)) }\n}\n\
         fn main() {");
    outside.write("src/main.rs", &main);
    let output = outside.cargo("build").output().expect("cargo starts");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("protocall/readable_error-hello-") && told.contains("fn greet"), "{told}");
}

/// One test, because the variable is that of all crates, and the runtime among them is compiled anew for it.
#[test]
fn what_was_not_edited_is_not_rebuilt_and_the_variable_asks_for_all_calls() {
    let outside = debugged("readable_rebuild");
    forget(&outside, "readable_rebuild");
    build(&outside);
    let told = build(&outside);
    assert!(!told.contains("Compiling"), "{told}");
    outside.write("proto/hello/v1/hello.proto", &PROTO.replace("text = 1;", "text = 1; bool kind = 2;"));
    let told = build(&outside);
    assert!(told.contains("Compiling readable_rebuild"), "{told}");
    let has_kind = |file: &PathBuf| fs::read_to_string(file).is_ok_and(|text| text.contains("pub kind:"));
    assert!(expansions(&outside, "readable_rebuild").iter().any(has_kind), "the file is old");

    let outside = plain("readable_variable");
    forget(&outside, "readable_variable");
    build(&outside);
    assert_eq!(expansions(&outside, "readable_variable"), Vec::<PathBuf>::new());
    finish(outside.cargo("build").env("PROTOCALL_DEBUG", "1"));
    assert_eq!(expansions(&outside, "readable_variable").len(), 1, "the variable is tracked");
}
