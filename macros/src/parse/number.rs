//! What is wrong with the numbers of fields and enum values, all of it and with the next free number: protox tells of
//! numbers only where it has nothing else to tell.
//!
//! `parse::link` asks for every file that did not link.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use prost_types::{DescriptorProto, EnumDescriptorProto};

use super::element::joined;
use super::file::File;
use super::types;
use crate::error::{Blame, Problem};

/// Fields with these numbers would get in the way of implementations.
const KEPT: RangeInclusive<i32> = 19000..=19999;

/// The highest number of a field.
const HIGHEST: i32 = (1 << 29) - 1;

/// The titles under which protox tells of the same: their beginnings, and what they hold.
const COVERED: [(&str, &str); 8] = [
    ("field number `", "` is already used"),
    ("field number `", "conflicts with reserved range"),
    ("field number `", "conflicts with extension range"),
    ("enum number `", "has already been used"),
    ("enum number `", "conflicts with reserved range"),
    ("invalid field number `", ""),
    ("the first value for proto3 enums must be 0", ""),
    ("enums must have at least one value", ""),
];

/// Whether [`check`] finds what a title of protox speaks of.
pub(super) fn covers(title: &str) -> bool {
    COVERED.iter().any(|(start, part)| title.starts_with(start) && title.contains(part))
}

/// Everything that is wrong with numbers in a file.
pub(super) fn check(file: &File) -> Vec<Problem> {
    let mut check = Check { file, problems: Vec::new() };
    let package = file.descriptor.package();
    for (index, message) in (0..).zip(&file.descriptor.message_type) {
        check.message(message, &[4, index], &types::joined(package, message.name()));
    }
    for (index, enumeration) in (0..).zip(&file.descriptor.enum_type) {
        check.enumeration(enumeration, &[5, index], &types::joined(package, enumeration.name()));
    }
    check.problems
}

struct Check<'a> {
    file: &'a File,
    problems: Vec<Problem>,
}

/// A note and the descriptor path of what it is said about.
type Mark<'a> = (&'a str, Vec<i32>);

impl Check<'_> {
    fn message(&mut self, message: &DescriptorProto, path: &[i32], name: &str) {
        let help = match next_free(message) {
            Some(number) => format!("the next free number is `{number}`"),
            None => "take a number that is not used yet".to_owned(),
        };
        let mut taken: HashMap<i32, i32> = HashMap::new();
        for (index, field) in (0..).zip(&message.field) {
            let number = field.number();
            let at = |index| joined(path, &[2, index, 3]);
            if let Some(first) = taken.get(&number).copied() {
                let title = format!("field number `{number}` is used twice in `{name}`");
                self.report(title, [("first used here", at(first)), ("used again here", at(index))], &help);
            }
            taken.entry(number).or_insert(index);
            if KEPT.contains(&number) {
                let title = format!("field number `{number}` is kept for implementations of protobuf");
                self.report(title, [("they keep 19000 to 19999", at(index))], &help);
            }
            if let Some((note, part, reason)) = set_aside(message, number) {
                let marks = [(note, joined(path, &part)), ("used here", at(index))];
                self.report(format!("field number `{number}` of `{name}` is {reason}"), marks, &help);
            }
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &joined(path, &[3, index]), &types::joined(name, nested.name()));
        }
        for (index, nested) in (0..).zip(&message.enum_type) {
            self.enumeration(nested, &joined(path, &[4, index]), &types::joined(name, nested.name()));
        }
    }

    fn enumeration(&mut self, enumeration: &EnumDescriptorProto, path: &[i32], name: &str) {
        let at = |index| joined(path, &[2, index, 2]);
        let zero = format!("{}_UNSPECIFIED = 0;", shouted(enumeration.name()));
        let Some(first) = enumeration.value.first() else {
            let marks = [("no value in it", path.to_vec())];
            return self.report(format!("enum `{name}` is empty"), marks, &format!("write `{zero}` into it"));
        };
        if self.file.descriptor.syntax() == "proto3" && first.number() != 0 {
            let help = match enumeration.value.iter().find(|value| value.number() == 0) {
                Some(value) => format!("move `{}` to the front", value.name()),
                None => format!("put `{zero}` before it"),
            };
            let marks = [("stands for fields that are not set", at(0))];
            self.report(format!("the first value of enum `{name}` must be 0"), marks, &help);
        }
        let aliases = self.allows_aliases(enumeration);
        let mut taken: HashMap<i32, i32> = HashMap::new();
        for (index, value) in (0..).zip(&enumeration.value) {
            let number = value.number();
            if let (Some(first), false) = (taken.get(&number).copied(), aliases) {
                let marks = [("first used here", at(first)), ("used again here", at(index))];
                let help = "to give one number two names, write `option allow_alias = true;` into the enum";
                self.report(format!("number `{number}` is used twice in enum `{name}`"), marks, help);
            }
            taken.entry(number).or_insert(index);
            let mut reserved = (0..).zip(&enumeration.reserved_range);
            if let Some((range, _)) = reserved.find(|(_, it)| (it.start()..=it.end()).contains(&number)) {
                let marks = [("reserved here", joined(path, &[4, range])), ("used here", at(index))];
                let help = "take another number, or remove it from the reserved ones";
                self.report(format!("number `{number}` is reserved in enum `{name}`"), marks, help);
            }
        }
    }

    /// The options are not interpreted yet.
    fn allows_aliases(&self, enumeration: &EnumDescriptorProto) -> bool {
        let options = enumeration.options.iter();
        let mut uninterpreted = options.flat_map(|options| &options.uninterpreted_option);
        uninterpreted.any(|option| {
            option.name.first().is_some_and(|part| part.name_part == "allow_alias")
                && option.identifier_value.as_deref() == Some("true")
        })
    }

    /// The last mark is the primary one.
    fn report<const N: usize>(&mut self, title: String, marks: [Mark<'_>; N], help: &str) {
        let source = &self.file.source;
        let labels =
            (1..).zip(&marks).filter_map(|(count, (note, path))| source.label(path, note, count == N));
        let problem = Problem::new(title, Blame::File(self.file.blame))
            .at(source.snippet(labels))
            .help(help)
            .within(self.file.descriptor.package());
        self.problems.push(problem);
    }
}

/// The range of a message that a field's number lies in: a note, the part of the message that it is, and what it means.
fn set_aside(message: &DescriptorProto, number: i32) -> Option<(&'static str, [i32; 2], &'static str)> {
    let within = |start: i32, end: i32| start <= number && number < end;
    let mut reserved = (0..).zip(&message.reserved_range);
    if let Some((range, _)) = reserved.find(|(_, range)| within(range.start(), range.end())) {
        return Some(("reserved here", [9, range], "reserved"));
    }
    let mut extensions = (0..).zip(&message.extension_range);
    let (range, _) = extensions.find(|(_, range)| within(range.start(), range.end()))?;
    Some(("given to extensions here", [5, range], "for extensions"))
}

/// The number after the highest that is used: lower ones may have been used by an older version of the message.
fn next_free(message: &DescriptorProto) -> Option<i32> {
    let reserved = message.reserved_range.iter().map(|range| (range.start(), range.end()));
    let extensions = message.extension_range.iter().map(|range| (range.start(), range.end()));
    let kept = [(*KEPT.start(), KEPT.end() + 1)];
    let ranges: Vec<(i32, i32)> = reserved.chain(extensions).chain(kept).collect();
    let used = message.field.iter().map(|field| field.number()).filter(|number| !KEPT.contains(number));
    let mut free = used.max().unwrap_or(0).saturating_add(1);
    while let Some((_, end)) = ranges.iter().find(|(start, end)| *start <= free && free < *end) {
        free = *end;
    }
    (free <= HIGHEST).then_some(free)
}

/// `OrderState` -> `ORDER_STATE`
fn shouted(name: &str) -> String {
    let mut shouted = String::with_capacity(name.len() + 4);
    for (index, sign) in name.char_indices() {
        if index > 0 && sign.is_ascii_uppercase() && !shouted.ends_with('_') {
            shouted.push('_');
        }
        shouted.push(sign.to_ascii_uppercase());
    }
    shouted
}
