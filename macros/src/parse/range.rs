//! The rules of reserved numbers and names and of extension ranges, which protox lets pass: none runs backwards, none
//! overlaps another, no name is reserved twice, and proto3 has no extension ranges.
//!
//! `parse::link` runs it over every file that linked. The rules are protoc's.

use std::collections::HashMap;

use prost_types::{DescriptorProto, EnumDescriptorProto};

use super::element::joined;
use super::file::File;
use crate::error::{Blame, Errors};

/// Descriptor numbers of a message's and an enum's parts.
const EXTENSION_RANGE: i32 = 5;
const MESSAGE_RESERVED: (i32, i32) = (9, 10);
const ENUM_RESERVED: (i32, i32) = (4, 5);

/// Checks one file.
pub(super) fn check(file: &File, errors: &mut Errors) {
    let mut check = Check { file, errors };
    for (index, message) in (0..).zip(&file.descriptor.message_type) {
        check.message(message, &[4, index]);
    }
    for (index, enumeration) in (0..).zip(&file.descriptor.enum_type) {
        check.enumeration(enumeration, &[5, index]);
    }
}

/// A range with its last number, and where it stands.
struct Range {
    what: &'static str,
    first: i32,
    last: i32,
    place: Vec<i32>,
}

impl Range {
    fn shown(&self) -> String {
        if self.first == self.last {
            self.first.to_string()
        } else {
            format!("{} to {}", self.first, self.last)
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

struct Check<'a> {
    file: &'a File,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn message(&mut self, message: &DescriptorProto, path: &[i32]) {
        let (reserved, names) = MESSAGE_RESERVED;
        let mut ranges = Vec::new();
        for (index, range) in (0..).zip(&message.reserved_range) {
            let (first, last) = (range.start(), range.end().saturating_sub(1));
            ranges.push(Range {
                what: "reserved range",
                first,
                last,
                place: joined(path, &[reserved, index]),
            });
        }
        for (index, range) in (0..).zip(&message.extension_range) {
            let (first, last) = (range.start(), range.end().saturating_sub(1));
            let place = joined(path, &[EXTENSION_RANGE, index]);
            ranges.push(Range { what: "extension range", first, last, place });
        }
        if self.file.dialect.edition.name == "proto3" && !message.extension_range.is_empty() {
            let help = "declare this message in a proto2 file, or in an edition";
            self.report("proto3 has no extension ranges", &joined(path, &[EXTENSION_RANGE, 0]), help);
        }
        self.ranges(&ranges);
        self.names(&message.reserved_name, &joined(path, &[names]));
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &joined(path, &[3, index]));
        }
        for (index, nested) in (0..).zip(&message.enum_type) {
            self.enumeration(nested, &joined(path, &[4, index]));
        }
    }

    fn enumeration(&mut self, enumeration: &EnumDescriptorProto, path: &[i32]) {
        let (reserved, names) = ENUM_RESERVED;
        let ranges = (0..).zip(&enumeration.reserved_range).map(|(index, range)| Range {
            what: "reserved range",
            first: range.start(),
            last: range.end(),
            place: joined(path, &[reserved, index]),
        });
        self.ranges(&ranges.collect::<Vec<_>>());
        self.names(&enumeration.reserved_name, &joined(path, &[names]));
    }

    /// In the order of their numbers only neighbours can overlap.
    fn ranges(&mut self, ranges: &[Range]) {
        let mut sorted: Vec<&Range> = ranges.iter().collect();
        sorted.sort_by_key(|range| range.first);
        for range in ranges.iter().filter(|range| range.last < range.first) {
            let title = format!("the {} `{}` runs backwards", range.what, range.shown());
            self.report(&title, &range.place, "write the smaller number first");
        }
        let mut widest: Option<&Range> = None;
        for range in sorted {
            if let Some(before) = widest.filter(|before| before.overlaps(range)) {
                let title = format!(
                    "the {} `{}` overlaps the {} `{}`",
                    range.what,
                    range.shown(),
                    before.what,
                    before.shown()
                );
                self.report(&title, &range.place, "take out what both hold");
            }
            if widest.is_none_or(|before| before.last < range.last) {
                widest = Some(range);
            }
        }
    }

    fn names(&mut self, names: &[String], path: &[i32]) {
        let mut seen = HashMap::new();
        for (index, name) in (0..).zip(names) {
            if seen.insert(name, index).is_some() {
                let title = format!("name `{name}` is reserved twice");
                self.report(&title, &joined(path, &[index]), "remove one");
            }
        }
    }

    fn report(&mut self, title: &str, place: &[i32], help: &str) {
        let problem = self.file.source.problem(title, place, Blame::File(self.file.blame));
        self.errors.push(problem.help(help).within(self.file.descriptor.package()));
    }
}
