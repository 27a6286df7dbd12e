//! The naming style that editions enforce from 2024 on: `TitleCase`, `lower_snake_case` and `UPPER_SNAKE_CASE`.
//!
//! `parse::link` runs it over every file that linked; `features.enforce_naming_style` switches it off.

use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto};

use super::element::joined;
use super::feature::NamingStyle;
use super::file::File;
use crate::error::{Blame, Errors, Problem};

/// The form of a name.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Title,
    LowerSnake,
    UpperSnake,
    /// Names in lower snake case with dots between.
    Package,
}

/// Checks one file.
pub(super) fn check(file: &File, errors: &mut Errors) {
    let mut check = Check { file, errors };
    let descriptor = &file.descriptor;
    // A file of an older edition cannot choose the style.
    if file.dialect.edition.defaults.naming_style == NamingStyle::Legacy {
        return;
    }
    if !descriptor.package().is_empty() {
        check.name(("package", Form::Package), descriptor.package(), (&[], &[2]));
    }
    for (index, message) in (0..).zip(&descriptor.message_type) {
        check.message(message, &[4, index]);
    }
    for (index, enumeration) in (0..).zip(&descriptor.enum_type) {
        check.enumeration(enumeration, &[5, index]);
    }
    for (index, service) in (0..).zip(&descriptor.service) {
        let path = [6, index];
        check.name(("service", Form::Title), service.name(), (&path, &[1]));
        for (at, method) in (0..).zip(&service.method) {
            check.name(("method", Form::Title), method.name(), (&[6, index, 2, at], &[1]));
        }
    }
    for (index, field) in (0..).zip(&descriptor.extension) {
        check.field(field, &[7, index], &[]);
    }
}

struct Check<'a> {
    file: &'a File,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn message(&mut self, message: &DescriptorProto, path: &[i32]) {
        if message.options.as_ref().is_some_and(|options| options.map_entry()) {
            return;
        }
        self.name(("message", Form::Title), message.name(), (path, &[1]));
        for (index, oneof) in (0..).zip(&message.oneof_decl) {
            self.name(("oneof", Form::LowerSnake), oneof.name(), (&joined(path, &[8, index]), &[1]));
        }
        for (index, field) in (0..).zip(&message.field) {
            let oneof = field.oneof_index.map(|oneof| joined(path, &[8, oneof])).unwrap_or_default();
            self.field(field, &joined(path, &[2, index]), &oneof);
        }
        for (index, field) in (0..).zip(&message.extension) {
            self.field(field, &joined(path, &[6, index]), &[]);
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &joined(path, &[3, index]));
        }
        for (index, nested) in (0..).zip(&message.enum_type) {
            self.enumeration(nested, &joined(path, &[4, index]));
        }
    }

    /// A field of a oneof takes the style of that, unless it has one of its own.
    fn field(&mut self, field: &FieldDescriptorProto, path: &[i32], oneof: &[i32]) {
        let dialect = &self.file.dialect;
        let own = dialect.choice(path, "enforce_naming_style").is_some();
        let around = dialect.choice(oneof, "enforce_naming_style").is_some() && !oneof.is_empty();
        let decides = if around && !own { oneof } else { path };
        if self.is_enforced(decides) {
            self.form(("field", Form::LowerSnake), field.name(), &joined(path, &[1]));
        }
    }

    fn enumeration(&mut self, enumeration: &EnumDescriptorProto, path: &[i32]) {
        self.name(("enum", Form::Title), enumeration.name(), (path, &[1]));
        for (index, value) in (0..).zip(&enumeration.value) {
            let path = joined(path, &[2, index]);
            self.name(("enum value", Form::UpperSnake), value.name(), (&path, &[1]));
        }
    }

    /// The name of the element at a path; the second path leads on to the name itself.
    fn name(&mut self, what: (&str, Form), name: &str, (path, part): (&[i32], &[i32])) {
        if self.is_enforced(path) {
            self.form(what, name, &joined(path, part));
        }
    }

    fn is_enforced(&self, path: &[i32]) -> bool {
        self.file.dialect.features(path).naming_style != NamingStyle::Legacy
    }

    fn form(&mut self, (what, form): (&str, Form), name: &str, place: &[i32]) {
        if form.fits(name) {
            return;
        }
        let label = self.file.source.label(place, "", true);
        let title = format!("{what} name `{name}` is not in {}", form.word());
        let problem = Problem::new(title, Blame::File(self.file.blame))
            .at(self.file.source.snippet(label))
            .help("rename it, or write `option features.enforce_naming_style = STYLE_LEGACY;` for the file")
            .within(self.file.descriptor.package());
        self.errors.push(problem);
    }
}

impl Form {
    fn word(self) -> &'static str {
        match self {
            Self::Title => "TitleCase",
            Self::LowerSnake | Self::Package => "lower_snake_case (a letter after every underscore)",
            Self::UpperSnake => "UPPER_SNAKE_CASE (a letter after every underscore)",
        }
    }

    fn fits(self, name: &str) -> bool {
        let snake = |name: &str, letter: fn(&char) -> bool| {
            let starts = |word: &str| word.chars().next().is_some_and(|first| letter(&first));
            let allowed = |sign: char| letter(&sign) || sign.is_ascii_digit();
            name.split('_').all(|word| starts(word) && word.chars().all(allowed))
        };
        match self {
            Self::Title => {
                name.starts_with(|first: char| first.is_ascii_uppercase())
                    && name.chars().all(|sign| sign.is_ascii_alphanumeric())
            }
            Self::LowerSnake => snake(name, char::is_ascii_lowercase),
            Self::UpperSnake => snake(name, char::is_ascii_uppercase),
            Self::Package => name.split('.').all(|part| snake(part, char::is_ascii_lowercase)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_their_form_as_protoc_has_it() {
        for (form, good, bad) in [
            (Form::Title, &["A", "AB1", "FooBar"][..], &["a", "aB", "A_b", "_A"][..]),
            (Form::LowerSnake, &["a", "foo1_bar2"], &["Foo", "foo_1", "a__b", "_a", "a_", "1a"]),
            (Form::UpperSnake, &["A", "A1B2_C"], &["Ab", "AB_1", "_AB", "AB__C", "A_2B"]),
            (Form::Package, &["foo_bar.v1", "v1beta"], &["Foo.bar", "v1.v1_2", "v1beta_"]),
        ] {
            assert_eq!(good.iter().find(|name| !form.fits(name)), None);
            assert_eq!(bad.iter().find(|name| form.fits(name)), None);
        }
    }
}
