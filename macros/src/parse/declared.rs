//! What ranges of extensions declare: `extensions 1 to 5 [declaration = { number: 1 full_name: ".a" type: "int32" }]`.
//!
//! `parse::link` gathers the [`Declarations`] of all files while their options are as they were written; `parse::extend`
//! holds the extensions against them. The rules are protoc's.

use std::collections::{HashMap, HashSet};

use prost_types::descriptor_proto::ExtensionRange;
use prost_types::{DescriptorProto, UninterpretedOption};

use super::aggregate;
use super::element::joined;
use super::file::File;
use super::types;
use crate::error::{Blame, Errors};

/// The part of a message that holds its extension ranges.
const EXTENSION_RANGE: i32 = 5;

/// Types that are named without a dot.
const BUILT_IN: [&str; 15] = [
    "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "bytes", "uint32",
    "sfixed32", "sfixed64", "sint32", "sint64",
];

/// The ranges with a say in their extensions, by the full names of their messages.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    ranges: HashMap<String, Vec<Range>>,
}

#[derive(Debug)]
struct Range {
    start: i32,
    end: i32,
    declared: Vec<Declaration>,
}

/// What is declared of one number.
#[derive(Debug, Default)]
pub(super) struct Declaration {
    pub(super) number: i32,
    /// With a leading dot.
    pub(super) full_name: Option<String>,
    /// As it stands in the file: built-in, or with a leading dot.
    pub(super) kind: Option<String>,
    pub(super) repeated: bool,
    /// Whether there must be no extension of that number.
    pub(super) reserved: bool,
}

impl Declarations {
    /// Takes in what the messages of a file declare, and reports what is wrong with that.
    pub(super) fn learn(&mut self, file: &File, errors: &mut Errors) {
        let mut walk = Walk { file, declarations: self, errors };
        for (index, message) in (0..).zip(&file.descriptor.message_type) {
            walk.message(message, file.descriptor.package(), &[4, index]);
        }
    }

    /// What is declared of an extension of that message: `None` where nothing has to be, and a `None` in it where the
    /// declaration is missing.
    pub(super) fn of(&self, extendee: &str, number: i32) -> Option<Option<&Declaration>> {
        let ranges = self.ranges.get(extendee.trim_start_matches('.'))?;
        let range = ranges.iter().find(|range| (range.start..range.end).contains(&number))?;
        Some(range.declared.iter().find(|declaration| declaration.number == number))
    }
}

struct Walk<'a> {
    file: &'a File,
    declarations: &'a mut Declarations,
    errors: &'a mut Errors,
}

impl Walk<'_> {
    fn message(&mut self, message: &DescriptorProto, scope: &str, path: &[i32]) {
        let name = types::joined(scope, message.name());
        let mut names = HashSet::new();
        for (index, range) in (0..).zip(&message.extension_range) {
            let options = range.options.iter().flat_map(|options| &options.uninterpreted_option);
            let options: Vec<&UninterpretedOption> = options.collect();
            let place = joined(path, &[EXTENSION_RANGE, index]);
            if let Some(declared) = self.range(range, &options, (&mut names, &place)) {
                let (start, end) = (range.start(), range.end());
                self.declarations.ranges.entry(name.clone()).or_default().push(Range {
                    start,
                    end,
                    declared,
                });
            }
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &name, &joined(path, &[3, index]));
        }
    }

    /// The declarations of a range, if its extensions have to be declared.
    fn range(
        &mut self,
        range: &ExtensionRange,
        options: &[&UninterpretedOption],
        (names, place): (&mut HashSet<String>, &[i32]),
    ) -> Option<Vec<Declaration>> {
        let named = |name: &'static str| options.iter().filter(move |option| is_named(option, name));
        let declared: Vec<Declaration> =
            named("declaration").filter_map(|option| read(option.aggregate_value.as_deref()?)).collect();
        let verification = named("verification").next().and_then(|option| option.identifier_value.as_deref());
        if verification == Some("UNVERIFIED") && !declared.is_empty() {
            self.report("a range with declarations cannot be `UNVERIFIED`", place, "remove `verification`");
        }
        let mut numbers = HashSet::new();
        for declaration in &declared {
            for (title, help) in wrong(declaration) {
                self.report(&title, place, help);
            }
            let number = declaration.number;
            if !(range.start()..range.end()).contains(&number) {
                let title = format!("number {number} is declared, and is not in this range");
                self.report(&title, place, "declare it in the range that it is in");
            } else if !numbers.insert(number) {
                self.report(&format!("number {number} is declared twice"), place, "remove one");
            }
            if let Some(name) = &declaration.full_name
                && !names.insert(name.clone())
            {
                self.report(&format!("extension `{name}` is declared twice"), place, "remove one");
            }
        }
        (!declared.is_empty() || verification == Some("DECLARATION")).then_some(declared)
    }

    fn report(&mut self, title: &str, place: &[i32], help: &str) {
        let problem = self.file.source.problem(title, place, Blame::File(self.file.blame));
        self.errors.push(problem.help(help).within(self.file.descriptor.package()));
    }
}

/// What is wrong with a declaration in itself.
fn wrong(declaration: &Declaration) -> Vec<(String, &'static str)> {
    let Declaration { number, full_name, kind, reserved, .. } = declaration;
    let mut wrong = Vec::new();
    if full_name.is_some() != kind.is_some() || full_name.is_none() && !reserved {
        let title = format!("the declaration of number {number} needs `full_name` and `type`");
        wrong.push((title, "write both, or `reserved: true` alone"));
    }
    for name in full_name.iter().chain(kind.iter().filter(|kind| !BUILT_IN.contains(&kind.as_str()))) {
        if !name.starts_with('.') {
            wrong.push((
                format!("`{name}` in a declaration has no leading dot"),
                "write the full name: `.package.Name`",
            ));
        }
    }
    wrong
}

fn is_named(option: &UninterpretedOption, name: &str) -> bool {
    matches!(&option.name[..], [part] if !part.is_extension && part.name_part == name)
}

/// `number: 1 full_name: ".a" type: "int32"`
fn read(text: &str) -> Option<Declaration> {
    let mut declaration = Declaration::default();
    for (name, value) in aggregate::pairs(text)? {
        let text = || value.trim_matches(['"', '\'']).to_owned();
        match name {
            "number" => declaration.number = value.parse().ok()?,
            "full_name" => declaration.full_name = Some(text()),
            "type" => declaration.kind = Some(text()),
            "repeated" => declaration.repeated = value == "true",
            "reserved" => declaration.reserved = value == "true",
            _ => {}
        }
    }
    Some(declaration)
}
