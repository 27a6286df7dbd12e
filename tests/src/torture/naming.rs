//! Where the macro puts what it makes of a schema, said a second time: the paths of messages and extensions' keys in a
//! group's module. Read from protoc's descriptors, with the types that the macro makes of descriptor.proto.

use std::collections::{BTreeMap, HashSet};

use protocall::Message;

use self::google::protobuf::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet};

protocall::include_proto!("google/protobuf/descriptor.proto");

/// Names that cannot be those of Rust as they are, of those that the schemas use.
const KEYWORDS: [&str; 26] = [
    "abstract", "as", "async", "break", "const", "continue", "do", "else", "enum", "extern", "false",
    "final", "fn", "for", "if", "in", "let", "loop", "match", "mod", "return", "static", "true", "type",
    "use", "while",
];

/// What a call makes: the full name in the schema, and the path in Rust.
#[derive(Debug, Default)]
pub struct Named {
    /// Every message but those that the runtime has already.
    pub messages: Vec<(String, String)>,
    /// The full name of what is extended, and the path of the key.
    pub extensions: Vec<(String, String)>,
}

/// Reads a set of descriptors; `files` are those that the call names.
pub(super) fn named(descriptors: &[u8], files: &[String]) -> Named {
    let set = FileDescriptorSet::decode(descriptors).expect("protoc writes sound descriptors");
    let mut named = Named::default();
    for file in &set.file {
        // The bundled files are made by the call only where it names them.
        if file.package() == "google.protobuf" && !files.iter().any(|own| own == file.name()) {
            continue;
        }
        let same_package = |other: &&FileDescriptorProto| other.package() == file.package();
        let siblings = set.file.iter().filter(same_package).flat_map(types_of).collect();
        let scope = Scope {
            proto: file.package().to_owned(),
            rust: file
                .package()
                .split('.')
                .filter(|part| !part.is_empty())
                .map(|part| escaped(&snake(part)))
                .collect(),
            siblings,
        };
        scope.walk(&file.message_type, &file.extension, &mut named);
    }
    named
}

/// What no two files of a call may declare: the names of a package, and the numbers of extensions; each with its file.
pub(super) fn claims(descriptors: &[u8]) -> BTreeMap<String, String> {
    let set = FileDescriptorSet::decode(descriptors).expect("protoc writes sound descriptors");
    let mut claims = BTreeMap::new();
    for file in &set.file {
        let values = file.enum_type.iter().flat_map(|it| &it.value).map(|value| value.name().to_owned());
        let extensions = file.extension.iter().map(|it| it.name().to_owned());
        let names = types_of(file).into_iter().chain(values).chain(extensions);
        let names = names.map(|name| joined(file.package(), &name));
        let numbers = numbers(&file.extension, &file.message_type);
        claims.extend(names.chain(numbers).map(|claim| (claim, file.name().to_owned())));
    }
    claims
}

fn numbers(extensions: &[FieldDescriptorProto], messages: &[DescriptorProto]) -> Vec<String> {
    let own = extensions.iter().map(|it| format!("{} of {}", it.number(), it.extendee()));
    let nested = messages.iter().flat_map(|message| numbers(&message.extension, &message.nested_type));
    own.chain(nested).collect()
}

/// A package or a message, with what is in it.
struct Scope {
    proto: String,
    rust: Vec<String>,
    /// The types in it, to which modules give way.
    siblings: HashSet<String>,
}

impl Scope {
    fn walk(&self, messages: &[DescriptorProto], extensions: &[FieldDescriptorProto], named: &mut Named) {
        for extension in extensions {
            let extended = extension.extendee().trim_start_matches('.').to_owned();
            named.extensions.push((extended, self.path(&snake(extension.name()).to_uppercase())));
        }
        for message in messages.iter().filter(|message| !message.options().map_entry()) {
            let full_name = joined(&self.proto, message.name());
            named.messages.push((full_name.clone(), self.path(&escaped(message.name()))));
            let enums = message.enum_type.iter().map(|it| it.name());
            let types = message.nested_type.iter().map(|it| it.name()).chain(enums);
            let inner = Self {
                proto: full_name,
                rust: [&self.rust[..], &[self.module(message.name())]].concat(),
                siblings: types.map(escaped).collect(),
            };
            inner.walk(&message.nested_type, &message.extension, named);
        }
    }

    fn module(&self, message: &str) -> String {
        let module = escaped(&snake(message));
        if self.siblings.contains(&module) { format!("{}_", module.trim_start_matches("r#")) } else { module }
    }

    fn path(&self, name: &str) -> String {
        self.rust.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join("::")
    }
}

fn types_of(file: &FileDescriptorProto) -> Vec<String> {
    let messages = file.message_type.iter().map(|it| it.name());
    let enums = file.enum_type.iter().map(|it| it.name());
    let services = file.service.iter().map(|it| it.name());
    messages.chain(enums).chain(services).map(escaped).collect()
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

fn escaped(name: &str) -> String {
    match name {
        "self" | "Self" | "super" | "crate" => format!("{name}_"),
        _ if KEYWORDS.contains(&name) => format!("r#{name}"),
        _ => name.to_owned(),
    }
}

/// A word begins at a capital behind a small letter or a digit, and at the last of several capitals before a small one.
fn snake(name: &str) -> String {
    let signs: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, sign) in signs.iter().enumerate() {
        let before = signs.get(..index).unwrap_or_default();
        let last_letter = before.iter().rev().find(|sign| !sign.is_ascii_digit());
        let begins = sign.is_uppercase()
            && match last_letter {
                Some(letter) if letter.is_lowercase() => true,
                Some(letter) if letter.is_uppercase() => {
                    signs.get(index + 1).is_some_and(|next| next.is_lowercase())
                }
                _ => false,
            };
        if begins {
            snake.push('_');
        }
        snake.extend(sign.to_lowercase());
    }
    snake
}
