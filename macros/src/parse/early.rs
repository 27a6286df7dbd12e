//! The rules that need a file as it was written, before its names and options are resolved: which name means what.
//!
//! `parse::link` runs it over every file before protox sees it. The rules are protoc's.

use std::collections::HashMap;

use prost_types::{DescriptorProto, EnumDescriptorProto, ServiceDescriptorProto};

use super::element::joined;
use super::feature::JsonFormat;
use super::file::File;
use super::mend;
use crate::error::{Blame, Errors};

/// Checks one file.
pub(super) fn check(file: &File, errors: &mut Errors) {
    let mut check = Check { file, errors };
    for (index, message) in (0..).zip(&file.descriptor.message_type) {
        check.message(message, &[4, index]);
    }
    for (index, enumeration) in (0..).zip(&file.descriptor.enum_type) {
        check.enumeration(enumeration, &[5, index]);
    }
    for (index, service) in (0..).zip(&file.descriptor.service) {
        check.service(service, &[6, index]);
    }
}

struct Check<'a> {
    file: &'a File,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn message(&mut self, message: &DescriptorProto, path: &[i32]) {
        self.own_extensions(message, path);
        let format = self.file.dialect.features(path).json_format;
        if format == JsonFormat::Allow && !mend::tolerates(mend::written(message)) {
            self.json_names(message, path);
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &joined(path, &[3, index]));
        }
        for (index, nested) in (0..).zip(&message.enum_type) {
            self.enumeration(nested, &joined(path, &[4, index]));
        }
    }

    /// Generators strip the enum's name from its values, and two values may not become one by that.
    fn enumeration(&mut self, enumeration: &EnumDescriptorProto, path: &[i32]) {
        let options = enumeration.options.iter().flat_map(|options| &options.uninterpreted_option);
        // Old enums may ask to be left alone.
        if self.file.dialect.edition.name == "proto2" && mend::tolerates(options) {
            return;
        }
        let mut seen: HashMap<String, (&str, i32)> = HashMap::new();
        for (index, value) in (0..).zip(&enumeration.value) {
            let key = pascal(bare(value.name(), enumeration.name()));
            let (other, number) = *seen.entry(key).or_insert((value.name(), value.number()));
            if number != value.number() && other != value.name() {
                let title = format!(
                    "enum values `{other}` and `{}` are the same without the enum's name, case and underscores",
                    value.name()
                );
                self.report(
                    &title,
                    &joined(path, &[2, index, 1]),
                    "rename one, or give both the same number",
                );
            }
        }
    }

    /// Declared names apart, the ones that fields would have in JSON are distinct, too.
    fn json_names(&mut self, message: &DescriptorProto, path: &[i32]) {
        let mut seen: HashMap<String, (&str, bool)> = HashMap::new();
        for (index, field) in (0..).zip(&message.field) {
            let declared = field.json_name.is_some();
            let name = mend::default_json_name(field.name());
            let (other, other_declared) = *seen.entry(name.clone()).or_insert((field.name(), declared));
            // Without declared names the link sees it.
            if other != field.name() && (declared || other_declared) {
                let title = format!("fields `{other}` and `{}` would both be `{name}` in JSON", field.name());
                self.report(
                    &title,
                    &joined(path, &[2, index, 1]),
                    "rename one: some readers know no `json_name`",
                );
            }
        }
    }

    /// The options of a message are outside of it: its own extensions are no names there.
    fn own_extensions(&mut self, message: &DescriptorProto, path: &[i32]) {
        for (index, option) in (0..).zip(mend::written(message)) {
            let own = option.name.first().filter(|part| {
                part.is_extension && message.extension.iter().any(|field| field.name() == part.name_part)
            });
            if let Some(part) = own {
                let title =
                    format!("option `({})` is not known outside of `{}`", part.name_part, message.name());
                let help = format!("write `({}.{})`", message.name(), part.name_part);
                self.report(&title, &joined(path, &[7, 999, index]), &help);
            }
        }
    }

    /// In a service the name of a method is that and no type.
    fn service(&mut self, service: &ServiceDescriptorProto, path: &[i32]) {
        for (index, method) in (0..).zip(&service.method) {
            for (part, used) in [(2, method.input_type()), (3, method.output_type())] {
                if service.method.iter().any(|method| method.name() == used) {
                    let title = format!("`{used}` is a method here, and no message");
                    let place = joined(path, &[2, index, part]);
                    self.report(
                        &title,
                        &place,
                        &format!("write `.{used}` with its package, or rename the method"),
                    );
                }
            }
        }
    }

    fn report(&mut self, title: &str, place: &[i32], help: &str) {
        let problem = self.file.source.problem(title, place, Blame::File(self.file.blame));
        self.errors.push(problem.help(help).within(self.file.descriptor.package()));
    }
}

/// A value's name without that of its enum in front, unless nothing is left then.
fn bare<'a>(value: &'a str, enumeration: &str) -> &'a str {
    let mut prefix = enumeration.chars().filter(|sign| *sign != '_').map(|sign| sign.to_ascii_lowercase());
    let mut rest = value;
    let mut awaited = prefix.next();
    while let Some(expected) = awaited {
        rest = rest.trim_start_matches('_');
        let mut signs = rest.chars();
        if signs.next().map(|sign| sign.to_ascii_lowercase()) != Some(expected) {
            return value;
        }
        rest = signs.as_str();
        awaited = prefix.next();
    }
    let rest = rest.trim_start_matches('_');
    if rest.is_empty() { value } else { rest }
}

/// `OUT_OF` -> `OutOf`
fn pascal(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty()).map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    });
    words.collect()
}
