//! Names of extensions in the values of options, `(x) = { [name]: 1 }`: protoc looks for them from the option's element
//! outwards, protox wants them in full.
//!
//! `parse::link` completes them in what it hands to protox.

use std::collections::HashMap;

use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, UninterpretedOption};

use super::element::{self, Place, Visitor};
use super::token::Tokens;

/// Completes the names in a file. `known` says whether an earlier file has an extension of that full name.
pub(super) fn complete(file: &mut FileDescriptorProto, known: &dyn Fn(&str) -> bool) {
    let mut own = Own::default();
    let package = file.package().to_owned();
    own.scopes.insert(Vec::new(), package.clone());
    own.fields(&file.extension, &package);
    for (index, message) in (0..).zip(&file.message_type) {
        own.message(message, &package, &[4, index]);
    }
    element::visit(file, &mut Completer { own: &own, known });
}

/// The scopes and the extensions of the file itself.
#[derive(Default)]
struct Own {
    /// The full names of messages, and of the package, by their paths.
    scopes: HashMap<Vec<i32>, String>,
    extensions: Vec<String>,
}

impl Own {
    fn message(&mut self, message: &DescriptorProto, scope: &str, path: &[i32]) {
        let name = joined(scope, message.name());
        self.fields(&message.extension, &name);
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &name, &[path, &[3, index]].concat());
        }
        self.scopes.insert(path.to_vec(), name);
    }

    fn fields(&mut self, extensions: &[FieldDescriptorProto], scope: &str) {
        self.extensions.extend(extensions.iter().map(|extension| joined(scope, extension.name())));
    }

    /// The innermost scope around the element at `path`.
    fn scope(&self, path: &[i32]) -> &str {
        let around = (0..=path.len()).rev().find_map(|length| self.scopes.get(path.get(..length)?));
        around.map_or("", String::as_str)
    }
}

struct Completer<'a> {
    own: &'a Own,
    known: &'a dyn Fn(&str) -> bool,
}

impl Visitor for Completer<'_> {
    fn options(&mut self, place: &Place, options: &mut Vec<UninterpretedOption>) {
        for value in options.iter_mut().filter_map(|option| option.aggregate_value.as_mut()) {
            if value.contains('[') {
                *value = self.completed(value, self.own.scope(&place.element));
            }
        }
    }

    fn field(&mut self, _: &[i32], _: &mut FieldDescriptorProto) {}
}

impl Completer<'_> {
    fn completed(&self, value: &str, scope: &str) -> String {
        let tokens: Vec<(usize, &str)> = Tokens::new(value).collect();
        let mut text = String::with_capacity(value.len() + 32);
        let mut copied = 0;
        for (index, (_, token)) in tokens.iter().enumerate() {
            // Behind a colon it is a list of values.
            let is_list = index > 0 && tokens.get(index - 1).is_some_and(|(_, before)| *before == ":");
            let inside = tokens.get(index + 1..).unwrap_or_default();
            let length = inside.iter().position(|(_, token)| *token == "]");
            let (Some(length), false) = (length.filter(|_| *token == "["), is_list) else { continue };
            let (Some((start, _)), Some((end, _))) = (inside.first(), inside.get(length)) else { continue };
            let name: String = inside.iter().take(length).map(|(_, part)| *part).collect();
            if let Some(full) = self.resolved(&name, scope) {
                text.push_str(value.get(copied..*start).unwrap_or_default());
                text.push_str(&full);
                copied = *end;
            }
        }
        text.push_str(value.get(copied..).unwrap_or_default());
        text
    }

    fn resolved(&self, name: &str, mut scope: &str) -> Option<String> {
        loop {
            let full = joined(scope, name.trim_start_matches('.'));
            if self.own.extensions.contains(&full) || (self.known)(&full) {
                return Some(full);
            }
            if scope.is_empty() {
                return None;
            }
            scope = scope.rsplit_once('.').map_or("", |(parent, _)| parent);
        }
    }
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_completed_from_the_inside_out() {
        let extensions = ["p.A.x", "p.x", "y"].map(str::to_owned).to_vec();
        let own = Own { extensions, ..Own::default() };
        let completer = Completer { own: &own, known: &|name| name == "q.z" };
        for (value, expected) in [
            ("[ x ] : 1 s : \"[x]\"", "[ p.A.x ] : 1 s : \"[x]\""),
            ("l : [ x ] [ y ] { [ q . z ] : 2 }", "l : [ x ] [ y] { [ q.z] : 2 }"),
            ("[ none ] : 1", "[ none ] : 1"),
        ] {
            let without = |text: &str| text.replace(' ', "");
            assert_eq!(without(&completer.completed(value, "p.A")), without(expected), "{value}");
        }
        assert_eq!(completer.completed("[x]: 1", "p.B"), "[p.x]: 1");
    }
}
