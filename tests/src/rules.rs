//! The rules of protobuf's language as small schemas: hundreds of cases in `tests/protoc/*.txt`, a file for each topic.
//! None says whether it is sound: protoc is asked. Called by tests/tests/protoc_agrees.rs.
//!
//! `=== name` begins a case. What follows is its file `case.proto`, or several files, each behind a line `--- path`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use protocall::json::JsonWriter;
use protocall::{DescriptorPool, DynamicMessage};
use serde_json::Value;

use crate::program::workspace;
use crate::torture::Protoc;

/// The file of a case that is judged.
pub const MAIN: &str = "case.proto";

/// One case.
#[derive(Debug)]
pub struct Case {
    /// Its topic, which is the name of the file that it stands in, and its own name.
    pub name: String,
    /// Paths and texts.
    pub files: Vec<(String, String)>,
}

impl Case {
    /// All cases of all topics.
    pub fn all() -> Vec<Self> {
        let folder = workspace().join("tests/protoc");
        let entries = fs::read_dir(folder).expect("the cases are there");
        let mut topics: Vec<PathBuf> =
            entries.map(|entry| entry.expect("a folder can be read to its end").path()).collect();
        topics.sort();
        topics.iter().flat_map(|topic| Self::of(topic)).collect()
    }

    fn of(topic: &Path) -> Vec<Self> {
        let text = fs::read_to_string(topic).expect("cases are UTF-8");
        let stem = topic.file_stem().and_then(|stem| stem.to_str()).expect("a topic has a name");
        let mut cases: Vec<Self> = Vec::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("=== ") {
                cases.push(Self { name: format!("{stem}: {name}"), files: Vec::new() });
                continue;
            }
            let files = &mut cases.last_mut().expect("a topic begins with a case").files;
            if let Some(path) = line.strip_prefix("--- ") {
                files.push((path.to_owned(), String::new()));
                continue;
            }
            if files.is_empty() {
                files.push((MAIN.to_owned(), String::new()));
            }
            let (_, file) = files.last_mut().expect("one was pushed");
            file.push_str(line);
            file.push('\n');
        }
        for case in cases.iter_mut().filter(|case| case.files.is_empty()) {
            case.files.push((MAIN.to_owned(), String::new()));
        }
        cases
    }

    /// Writes the files of the case below a folder.
    pub fn lay_out(&self, folder: &Path) {
        for (path, text) in &self.files {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().expect("a file has a folder"))
                .expect("the target folder can be written");
            fs::write(file, text).expect("the target folder can be written");
        }
    }
}

/// The last file of a set of protoc's, and a file of ours, as JSON: without the order of custom options and without empty
/// ones, which say nothing, and without what we do not embed, features of other generators and the lifetimes of options.
pub fn shown(protoc: &Protoc, set: &[u8], ours: &[u8]) -> (Value, Value) {
    static OPTIONS: OnceLock<Vec<u8>> = OnceLock::new();
    let options = OPTIONS.get_or_init(|| {
        let found = protoc.judge(&protoc.include, &["google/protobuf/descriptor.proto"]);
        found.expect("protoc takes its own file")
    });
    let own = DescriptorPool::decode(set).expect(SOUND);
    let pool = if own.message(FILE).is_some() {
        own
    } else {
        DescriptorPool::decode(&[options.as_slice(), set].concat()).expect(SOUND)
    };
    let theirs = json(&pool, "google.protobuf.FileDescriptorSet", set);
    let last = theirs["file"].as_array().and_then(|files| files.last());
    (last.expect("the set has the file").clone(), json(&pool, FILE, ours))
}

const FILE: &str = "google.protobuf.FileDescriptorProto";
const SOUND: &str = "protoc writes sound sets";

fn json(pool: &DescriptorPool, name: &str, bytes: &[u8]) -> Value {
    let message = pool.message(name).expect("the pool has descriptor.proto");
    let message = DynamicMessage::decode(message, bytes).expect("descriptors are messages");
    let text = JsonWriter::new().types(pool.clone()).write(&message).expect("descriptors have JSON");
    let mut value = serde_json::from_str(&text).expect("it is JSON");
    drop_what_differs(&mut value);
    value
}

fn drop_what_differs(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("featureSupport");
            members.remove("editionDefaults");
            if let Some(Value::Object(features)) = members.get_mut("features") {
                features.retain(|name, _| !name.starts_with('['));
            }
            members.values_mut().for_each(drop_what_differs);
            let is_empty = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
            members
                .retain(|name, value| !(is_empty(value) && ["options", "features"].contains(&name.as_str())));
        }
        Value::Array(values) => values.iter_mut().for_each(drop_what_differs),
        _ => {}
    }
}
