//! A linked file as bytes: the `google.protobuf.FileDescriptorProto` that protoc would write, without source info.
//!
//! protox writes it with all options, but as the syntax that the file was linked with: the edition, the features and
//! the names that the link had to change are put in here, by the path of what they belong to. `parse::link` calls
//! [`encoded`].

use std::collections::HashMap;

use prost_types::{DescriptorProto, FileDescriptorProto};

use super::dialect::Dialect;
use super::feature::FEATURES;

/// The parts of a file that say which language it is in.
const SYNTAX: u32 = 12;
const EDITION: u32 = 14;
/// That which names an import.
const DEPENDENCY: u32 = 3;
const OPTION_DEPENDENCY: u32 = 15;
/// The parts of a message and of an enum that say who sees them.
const MESSAGE_VISIBILITY: u32 = 11;
const ENUM_VISIBILITY: u32 = 6;

/// What is added behind the message at a path, where the parts that hold one message have an index of 0.
type Additions = Vec<(Vec<i32>, Vec<u8>)>;

/// The file with what protox has not written. `linked` has the names of the file.
pub(super) fn encoded(raw: &[u8], linked: &FileDescriptorProto, dialect: &Dialect) -> Vec<u8> {
    let mut additions = Additions::new();
    if dialect.edition.has_features() {
        let mut head = Vec::new();
        put_bytes(SYNTAX, b"editions", &mut head);
        put_number(EDITION, dialect.edition.number.into(), &mut head);
        additions.push((Vec::new(), head));
    }
    for (path, choices) in &dialect.chosen {
        let Some((options, features)) = options_of(path) else { continue };
        let mut set = Vec::new();
        for choice in choices {
            let number = (1..).zip(&FEATURES).find(|(_, feature)| feature.name == choice.feature.name);
            if let Some((number, _)) = number {
                put_number(number, choice.value.number, &mut set);
            }
        }
        let mut bytes = Vec::new();
        put_bytes(features, &set, &mut bytes);
        // What a map chooses its entry has, too.
        for part in entry(linked, path)
            .into_iter()
            .flat_map(|entry| [0, 1].map(|part| [&entry[..], &[2, part]].concat()))
        {
            additions.push(([&part[..], &[options, 0]].concat(), bytes.clone()));
        }
        additions.push(([&path[..], &[options, 0]].concat(), bytes));
    }
    visibility(linked, dialect, &mut additions);
    additions.sort();
    let additions: Vec<(&[i32], &[u8])> =
        additions.iter().map(|(path, bytes)| (&path[..], &bytes[..])).collect();
    added(&imports(&renamed(raw, linked), linked.dependency.len(), dialect), &additions)
}

/// The path of the entry of the map that stands at `path`.
fn entry(linked: &FileDescriptorProto, path: &[i32]) -> Option<Vec<i32>> {
    let (owner, [2, field]) = path.split_last_chunk::<2>()? else { return None };
    let mut messages = &linked.message_type;
    let mut message = None;
    for step in owner.chunks(2) {
        let found = messages.get(usize::try_from(*step.get(1)?).ok()?)?;
        messages = &found.nested_type;
        message = Some(found);
    }
    let field = message?.field.get(usize::try_from(*field).ok()?)?;
    let (_, name) = field.type_name().rsplit_once('.')?;
    let is_map = |it: &DescriptorProto| {
        it.name() == name && it.options.as_ref().is_some_and(|options| options.map_entry())
    };
    let index = messages.iter().position(is_map)?;
    Some([owner, &[3, i32::try_from(index).ok()?]].concat())
}

/// Adds what `export` and `local` say.
fn visibility(linked: &FileDescriptorProto, dialect: &Dialect, additions: &mut Additions) {
    if dialect.marks.is_empty() {
        return;
    }
    let mut mark = |name: &str, path: &[i32], part: u32| {
        if let Some((export, _)) = dialect.marks.get(name) {
            let mut bytes = Vec::new();
            put_number(part, if *export { 2 } else { 1 }, &mut bytes);
            additions.push((path.to_vec(), bytes));
        }
    };
    for (index, item) in (0..).zip(&linked.enum_type) {
        mark(item.name(), &[5, index], ENUM_VISIBILITY);
    }
    for (index, message) in (0..).zip(&linked.message_type) {
        mark_inside(message, (message.name(), &[4, index]), &mut mark);
    }
}

fn mark_inside(
    message: &DescriptorProto,
    (name, path): (&str, &[i32]),
    mark: &mut impl FnMut(&str, &[i32], u32),
) {
    mark(name, path, MESSAGE_VISIBILITY);
    for (index, item) in (0..).zip(&message.enum_type) {
        mark(&format!("{name}.{}", item.name()), &[path, &[4, index]].concat(), ENUM_VISIBILITY);
    }
    for (index, nested) in (0..).zip(&message.nested_type) {
        let name = format!("{name}.{}", nested.name());
        mark_inside(nested, (&name, &[path, &[3, index]].concat()), mark);
    }
}

/// The part that holds the options of the declaration at `path`, and the number of the features in them.
fn options_of(path: &[i32]) -> Option<(i32, u32)> {
    let (mut part, mut context) = ((8, 50), "file");
    for step in path.chunks(2) {
        (part, context) = match (context, *step.first()?) {
            ("file", 4) | ("message", 3) => ((7, 12), "message"),
            ("file", 5) | ("message", 4) => ((3, 7), "enum"),
            ("file", 6) => ((3, 34), "service"),
            ("file", 7) | ("message", 2 | 6) => ((8, 21), "field"),
            ("message", 5) => ((3, 50), "range"),
            ("message", 8) => ((2, 1), "oneof"),
            ("enum", 2) => ((3, 2), "value"),
            ("service", 2) => ((4, 35), "method"),
            _ => return None,
        };
    }
    Some(part)
}

/// The message with additions behind what it has, and behind what the messages in it have.
fn added(bytes: &[u8], additions: &[(&[i32], &[u8])]) -> Vec<u8> {
    if additions.is_empty() {
        return bytes.to_vec();
    }
    let below = |number: u32, index: i32| -> Vec<(&[i32], &[u8])> {
        let start = [number as i32, index];
        let inside = additions.iter().filter_map(|(path, more)| Some((path.strip_prefix(&start)?, *more)));
        inside.collect()
    };
    let mut out = Vec::with_capacity(bytes.len());
    let mut counts: HashMap<u32, i32> = HashMap::new();
    for (number, whole, value) in Fields(bytes) {
        let count = counts.entry(number).or_default();
        let inside =
            value.map(|value| (value, below(number, *count))).filter(|(_, inside)| !inside.is_empty());
        *count += 1;
        match inside {
            Some((value, inside)) => put_bytes(number, &added(value, &inside), &mut out),
            None => out.extend_from_slice(whole),
        }
    }
    for (path, more) in additions {
        match path {
            [] => out.extend_from_slice(more),
            // Options that the file has none of yet.
            [number, 0] if !counts.contains_key(&(*number as u32)) => {
                put_bytes(*number as u32, more, &mut out);
            }
            _ => {}
        }
    }
    out
}

/// The file with the names of its fields: the link needs others where two are alike.
fn renamed(raw: &[u8], linked: &FileDescriptorProto) -> Vec<u8> {
    let mut additions = Additions::new();
    let messages = Fields(raw).filter(|(number, ..)| *number == 4).filter_map(|(.., value)| value);
    for ((index, value), message) in (0..).zip(messages).zip(&linked.message_type) {
        names(value, message, &[4, index], &mut additions);
    }
    let additions: Vec<(&[i32], &[u8])> =
        additions.iter().map(|(path, bytes)| (&path[..], &bytes[..])).collect();
    added(raw, &additions)
}

/// The file with its own imports alone, which stand before those that the link needed; those of options are a list of
/// their own.
fn imports(raw: &[u8], own: usize, dialect: &Dialect) -> Vec<u8> {
    let (mut out, mut options) = (Vec::with_capacity(raw.len()), Vec::new());
    let mut seen = 0;
    for (number, whole, value) in Fields(raw) {
        if number != DEPENDENCY {
            out.extend_from_slice(whole);
            continue;
        }
        if dialect.option_imports.contains(&seen) {
            put_bytes(OPTION_DEPENDENCY, value.unwrap_or_default(), &mut options);
        } else if seen < own {
            out.extend_from_slice(whole);
        }
        seen += 1;
    }
    out.extend(options);
    out
}

fn names(raw: &[u8], linked: &DescriptorProto, path: &[i32], additions: &mut Additions) {
    let (mut fields, mut nested) = (0, 0);
    for (number, _, value) in Fields(raw) {
        let Some(value) = value else { continue };
        match number {
            2 => {
                let name = Fields(value).find(|(number, ..)| *number == 1).and_then(|(.., name)| name);
                if let Some(field) = linked.field.get(fields)
                    && name != Some(field.name().as_bytes())
                {
                    let mut bytes = Vec::new();
                    put_bytes(1, field.name().as_bytes(), &mut bytes);
                    put_bytes(10, field.json_name().as_bytes(), &mut bytes);
                    additions.push(([path, &[2, fields as i32]].concat(), bytes));
                }
                fields += 1;
            }
            3 => {
                if let Some(message) = linked.nested_type.get(nested) {
                    names(value, message, &[path, &[3, nested as i32]].concat(), additions);
                }
                nested += 1;
            }
            _ => {}
        }
    }
}

/// The set of all files, in their order.
pub(super) fn put_file(file: &[u8], set: &mut Vec<u8>) {
    put_bytes(1, file, set);
}

fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_number(number: u32, value: u64, out: &mut Vec<u8>) {
    put_varint(u64::from(number << 3), out);
    put_varint(value, out);
}

fn put_bytes(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    put_varint(u64::from(number << 3 | 2), out);
    put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// The fields of a message: number, all of it, and the bytes behind a length. protox wrote them, so that one which cannot
/// be read is the end.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (u32, &'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.0;
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => self.varint().map(|_| None)?,
            1 => self.take(8).map(|_| None)?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Some(self.take(length)?)
            }
            5 => self.take(4).map(|_| None)?,
            _ => return None,
        };
        Some((u32::try_from(tag >> 3).ok()?, start.get(..start.len() - self.0.len())?, value))
    }
}

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additions_come_to_their_places() {
        // Message 0 has field 0 with options; message 1 has a field without.
        let mut field = Vec::new();
        put_bytes(8, &[0x28, 1], &mut field);
        let mut first = Vec::new();
        put_bytes(2, &field, &mut first);
        let mut second = Vec::new();
        put_bytes(2, b"", &mut second);
        let mut file = Vec::new();
        put_bytes(4, &first, &mut file);
        put_bytes(4, &second, &mut file);
        let more: &[u8] = &[0x30, 1];
        let all = added(&file, &[(&[4, 0, 2, 0, 8, 0], more), (&[4, 1, 2, 0, 8, 0], more), (&[8, 0], more)]);
        let shown = [
            &[0x22, 8, 0x12, 6, 0x42, 4, 0x28, 1, 0x30, 1][..],
            &[0x22, 6, 0x12, 4, 0x42, 2, 0x30, 1],
            &[0x42, 2, 0x30, 1],
        ];
        assert_eq!(all, shown.concat());
    }

    #[test]
    fn options_are_found_by_the_path_of_their_owner() {
        for (path, options) in [
            (&[][..], Some((8, 50))),
            (&[4, 1, 3, 0, 2, 5], Some((8, 21))),
            (&[4, 1, 4, 0, 2, 5], Some((3, 2))),
            (&[6, 0, 2, 0], Some((4, 35))),
            (&[9, 0], None),
        ] {
            assert_eq!(options_of(path), options, "{path:?}");
        }
    }
}
