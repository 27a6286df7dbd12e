//! Makes protox's "name is not defined" helpful: the type that was meant, or the import that is missing.
//!
//! `parse::link` asks with every problem of a file that did not link.

use prost_types::{DescriptorProto, FileDescriptorProto};

use super::bundle;
use super::file::File;
use super::near::nearest;
use crate::error::Problem;

const SCALARS: [&str; 15] = [
    "bool", "bytes", "double", "fixed32", "fixed64", "float", "int32", "int64", "sfixed32", "sfixed64",
    "sint32", "sint64", "string", "uint32", "uint64",
];

/// Every type that the call could name, with the file it lives in.
#[derive(Debug)]
pub(super) struct Known {
    types: Vec<(String, String)>,
    /// The file itself and what it imports.
    visible: Vec<String>,
    package: String,
}

impl Known {
    pub(super) fn new(files: &[File], here: &File) -> Self {
        let mut types = Vec::new();
        for file in files {
            list(&file.descriptor, &mut types);
        }
        for (name, text) in bundle::FILES {
            // The parser knows no editions; what it cannot read is options only, and no type that a field has.
            if let Ok(file) = protox_parse::parse(name, text) {
                list(&file, &mut types);
            }
        }
        let descriptor = &here.descriptor;
        let visible = [descriptor.name()].into_iter().chain(descriptor.dependency.iter().map(String::as_str));
        let visible = visible.map(str::to_owned).collect();
        Self { types, visible, package: descriptor.package().to_owned() }
    }

    /// The problem itself, or a better one where it is about an unknown type.
    pub(super) fn explain(&self, problem: Problem) -> Problem {
        let title = problem.title().to_owned();
        let unknown = title.strip_prefix("name `").and_then(|rest| rest.strip_suffix("` is not defined"));
        let Some(name) = unknown else { return problem };
        let problem = problem.retitled(format!("unknown type `{name}`"), "not found in this scope");
        if let Some(file) = self.elsewhere(name) {
            return problem.helped(format!("add `import \"{file}\";`"));
        }
        let Some(near) = self.near(name) else { return problem };
        let problem = problem.helped(format!("did you mean `{near}`?"));
        match self.types.iter().find(|(full, file)| *full == near && !self.visible.contains(file)) {
            Some((_, file)) => problem.help(format!("its file must be imported: `import \"{file}\";`")),
            None => problem,
        }
    }

    /// The file that has this very type.
    fn elsewhere(&self, name: &str) -> Option<&str> {
        let name = name.trim_start_matches('.');
        let mut scope = self.package.as_str();
        loop {
            let full = if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") };
            let found =
                self.types.iter().find(|(known, file)| *known == full && !self.visible.contains(file));
            match (found, scope.is_empty()) {
                (Some((_, file)), _) => return Some(file),
                (None, true) => break,
                (None, false) => scope = scope.rsplit_once('.').map_or("", |(parent, _)| parent),
            }
        }
        None
    }

    fn near(&self, name: &str) -> Option<String> {
        let name = name.trim_start_matches('.');
        let last = |full: &str| full.rsplit('.').next().unwrap_or("").to_owned();
        let simple: Vec<String> = self.types.iter().map(|(full, _)| last(full)).collect();
        if let Some((full, _)) = self.types.iter().find(|(full, _)| last(full) == name) {
            return Some(full.clone());
        }
        let full = self.types.iter().map(|(full, _)| full.as_str());
        let candidates = simple.iter().map(String::as_str).chain(full).chain(SCALARS);
        nearest(name, candidates).map(str::to_owned)
    }
}

fn list(file: &FileDescriptorProto, types: &mut Vec<(String, String)>) {
    let package = file.package();
    for message in &file.message_type {
        nested(message, package, file.name(), types);
    }
    for enumeration in &file.enum_type {
        types.push((joined(package, enumeration.name()), file.name().to_owned()));
    }
}

fn nested(message: &DescriptorProto, scope: &str, file: &str, types: &mut Vec<(String, String)>) {
    let full = joined(scope, message.name());
    for inner in &message.nested_type {
        nested(inner, &full, file, types);
    }
    for enumeration in &message.enum_type {
        types.push((joined(&full, enumeration.name()), file.to_owned()));
    }
    types.push((full, file.to_owned()));
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
