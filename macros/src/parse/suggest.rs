//! Makes protox's "name is not defined" helpful: the type or the option that was meant, or the import that is missing.
//!
//! `parse::link` asks with every problem of a file that did not link.

use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};
use protox::prost_reflect::DescriptorPool;

use super::bundle;
use super::file::File;
use super::near::nearest;
use super::types::joined;
use super::wording::{between, undefined};
use crate::error::Problem;

const SCALARS: [&str; 15] = [
    "bool", "bytes", "double", "fixed32", "fixed64", "float", "int32", "int64", "sfixed32", "sfixed64",
    "sint32", "sint64", "string", "uint32", "uint64",
];

/// Every name that the call could mean, with the file it lives in.
#[derive(Debug)]
pub(super) struct Known {
    types: Names,
    extensions: Names,
    /// The file itself and what it imports.
    visible: Vec<String>,
    package: String,
}

/// Full names and the files that declare them.
type Names = Vec<(String, String)>;

impl Known {
    pub(super) fn new(files: &[File], here: &File) -> Self {
        let (types, extensions) = (Vec::new(), Vec::new());
        let descriptor = &here.descriptor;
        let visible = [descriptor.name()].into_iter().chain(descriptor.dependency.iter().map(String::as_str));
        let visible = visible.map(str::to_owned).collect();
        let mut known = Self { types, extensions, visible, package: descriptor.package().to_owned() };
        for file in files {
            known.list(&file.descriptor);
        }
        for (name, text) in bundle::FILES {
            // The parser knows no editions; what it cannot read is options only, and no type that a field has.
            if let Ok(file) = protox_parse::parse(name, text) {
                known.list(&file);
            }
        }
        known
    }

    /// The problem itself, or a better one where it is about an unknown name.
    pub(super) fn explain(&self, problem: Problem) -> Problem {
        let title = problem.title().to_owned();
        let shadowed = between(&title, ["`", "` resolves to `"]);
        let unknown = undefined(&title).or(shadowed.map(|[name, _]| name));
        if let Some(name) = unknown {
            return match shadowed {
                _ if problem.marked().starts_with('(') => self.extension(name, problem),
                Some([_, full]) => self.shadowed(name, full, problem),
                None => self.unknown_type(name, problem),
            };
        }
        let option =
            title.strip_prefix("option field `").and_then(|rest| rest.strip_suffix("` is not defined"));
        let Some(name) = option else { return problem };
        let problem = problem.retitled(format!("unknown option `{name}`"), "no such option");
        match nearest(name, option_names().iter().map(String::as_str)) {
            Some(near) => problem.helped(format!("did you mean `{near}`?")),
            None => problem,
        }
    }

    fn unknown_type(&self, name: &str, problem: Problem) -> Problem {
        let problem = problem.retitled(format!("unknown type `{name}`"), "not found in this scope");
        if let Some(file) = self.elsewhere(&self.types, name) {
            return problem.helped(format!("add `import \"{file}\";`"));
        }
        // Those of `google/rpc` are called `Help` and `Status`, which is near to what others call theirs.
        let is_meant = |file: &String| self.visible.contains(file) || !file.starts_with("google/rpc/");
        let types: Names = self.types.iter().filter(|(_, file)| is_meant(file)).cloned().collect();
        let Some(near) = near(&types, name, &SCALARS) else { return problem };
        let problem = problem.helped(format!("did you mean `{near}`?"));
        match self.types.iter().find(|(full, file)| *full == near && !self.visible.contains(file)) {
            Some((_, file)) => problem.help(format!("its file must be imported: `import \"{file}\";`")),
            None => problem,
        }
    }

    /// The first part of the name is found nearer than where it was meant.
    fn shadowed(&self, name: &str, resolved: &str, problem: Problem) -> Problem {
        let full = resolved.strip_suffix("`, which is not defined").unwrap_or(resolved);
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        let found = full.strip_suffix(rest).map_or(full, |head| head.trim_end_matches('.'));
        let exists = self.types.iter().any(|(known, _)| known == name);
        if found == first || !exists {
            return self.unknown_type(name, problem);
        }
        let problem =
            problem.retitled(format!("unknown type `{full}`"), &format!("`{first}` is `{found}` here"));
        problem.helped(format!("write `.{name}`"))
    }

    fn extension(&self, name: &str, problem: Problem) -> Problem {
        let problem = problem.retitled(format!("unknown option `({name})`"), "no such extension");
        if let Some(file) = self.elsewhere(&self.extensions, name) {
            return problem.helped(format!("add `import \"{file}\";`"));
        }
        match near(&self.extensions, name, &[]) {
            Some(near) => problem.helped(format!("did you mean `({near})`?")),
            None => problem
                .helped("an option in parentheses is an extension, which some file must declare".to_owned()),
        }
    }

    /// The file that is not imported and has this very name.
    fn elsewhere<'a>(&self, names: &'a Names, name: &str) -> Option<&'a str> {
        let name = name.trim_start_matches('.');
        let mut scope = self.package.as_str();
        loop {
            let full = if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") };
            let found = names.iter().find(|(known, file)| *known == full && !self.visible.contains(file));
            match (found, scope.is_empty()) {
                (Some((_, file)), _) => return Some(file),
                (None, true) => break,
                (None, false) => scope = scope.rsplit_once('.').map_or("", |(parent, _)| parent),
            }
        }
        None
    }

    fn list(&mut self, file: &FileDescriptorProto) {
        let package = file.package();
        self.extend(&file.extension, package, file.name());
        for message in &file.message_type {
            self.nested(message, package, file.name());
        }
        for enumeration in &file.enum_type {
            self.types.push((joined(package, enumeration.name()), file.name().to_owned()));
        }
    }

    fn nested(&mut self, message: &DescriptorProto, scope: &str, file: &str) {
        let full = joined(scope, message.name());
        self.extend(&message.extension, &full, file);
        for inner in &message.nested_type {
            self.nested(inner, &full, file);
        }
        for enumeration in &message.enum_type {
            self.types.push((joined(&full, enumeration.name()), file.to_owned()));
        }
        self.types.push((full, file.to_owned()));
    }

    fn extend(&mut self, fields: &[FieldDescriptorProto], scope: &str, file: &str) {
        self.extensions.extend(fields.iter().map(|field| (joined(scope, field.name()), file.to_owned())));
    }
}

/// The known name whose last part is the name, or that differs in few letters.
fn near(names: &Names, name: &str, more: &[&'static str]) -> Option<String> {
    let name = name.trim_start_matches('.');
    let last = |full: &str| full.rsplit('.').next().unwrap_or("").to_owned();
    let simple: Vec<String> = names.iter().map(|(full, _)| last(full)).collect();
    if let Some((full, _)) = names.iter().find(|(full, _)| last(full) == name) {
        return Some(full.clone());
    }
    let full = names.iter().map(|(full, _)| full.as_str());
    let candidates = simple.iter().map(String::as_str).chain(full).chain(more.iter().copied());
    nearest(name, candidates).map(str::to_owned)
}

/// The options that need no declaration, of files, messages, fields and all the others.
fn option_names() -> Vec<String> {
    let pool = DescriptorPool::global();
    let kinds = pool.all_messages().filter(|message| {
        message.parent_file().name() == "google/protobuf/descriptor.proto"
            && message.name().ends_with("Options")
    });
    kinds.flat_map(|kind| kind.fields().map(|field| field.name().to_owned()).collect::<Vec<_>>()).collect()
}
