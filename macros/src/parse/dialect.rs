//! What a file says beyond the descriptors that protox knows: its edition, its features by descriptor path, which
//! symbols it shows and which files it imports for their options.
//!
//! `parse::option` fills it for files with an edition; for others it holds the preset of their syntax.

use std::collections::HashMap;

use prost_types::FieldDescriptorProto;
use prost_types::field_descriptor_proto::{Label, Type};

use super::edition::{Edition, PROTO2};
use super::feature::{Feature, Features, FieldPresence, MessageEncoding, RepeatedFieldEncoding, Value};

/// The dialect of one file.
#[derive(Debug)]
pub(crate) struct Dialect {
    pub(super) edition: &'static Edition,
    /// What is chosen where, by the path of the element.
    pub(super) chosen: HashMap<Vec<i32>, Vec<Choice>>,
    /// Which of the imports give options only.
    pub(super) option_imports: Vec<usize>,
    /// Messages and enums marked `export` (true) or `local`, by their names inside of the package.
    pub(super) marks: HashMap<String, (bool, usize)>,
}

/// A feature that an option sets, and the path of that option.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(super) feature: &'static Feature,
    pub(super) value: &'static Value,
    pub(super) place: Vec<i32>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self::new(&PROTO2)
    }
}

impl Dialect {
    pub(super) fn new(edition: &'static Edition) -> Self {
        Self { edition, chosen: HashMap::new(), option_imports: Vec::new(), marks: HashMap::new() }
    }

    /// The preset of a file with a `syntax`.
    pub(super) fn of_syntax(syntax: &str) -> Self {
        Self::new(Edition::of_syntax(syntax))
    }

    /// The features of the element at that path: those of the edition, changed by the file, then by every
    /// declaration around the element, then by itself.
    pub(crate) fn features(&self, path: &[i32]) -> Features {
        let mut features = self.edition.defaults;
        if !self.chosen.is_empty() {
            for length in (0..=path.len()).step_by(2) {
                self.apply(path.get(..length).unwrap_or(path), &mut features);
            }
        }
        features
    }

    /// The features of a field, with what its place and type decide whatever is chosen around it. Before editions
    /// keywords, labels and the `packed` option stand for features.
    pub(crate) fn field(&self, path: &[i32], field: &FieldDescriptorProto) -> Features {
        let mut features = self.features(path);
        if field.label() == Label::Required {
            features.field_presence = FieldPresence::LegacyRequired;
        } else if field.proto3_optional() || field.oneof_index.is_some() || field.extendee.is_some() {
            features.field_presence = FieldPresence::Explicit;
        }
        match field.r#type() {
            Type::Group => features.message_encoding = MessageEncoding::Delimited,
            Type::Message => {}
            _ => features.message_encoding = MessageEncoding::LengthPrefixed,
        }
        // "Message fields always have presence."
        let is_message = matches!(field.r#type(), Type::Message | Type::Group);
        if is_message && features.field_presence == FieldPresence::Implicit {
            features.field_presence = FieldPresence::Explicit;
        }
        match field.options.as_ref().and_then(|options| options.packed) {
            Some(true) => features.repeated_field_encoding = RepeatedFieldEncoding::Packed,
            Some(false) => features.repeated_field_encoding = RepeatedFieldEncoding::Expanded,
            None => {}
        }
        features
    }

    /// What the element itself chooses of one feature.
    pub(super) fn choice(&self, path: &[i32], feature: &str) -> Option<&Choice> {
        self.chosen.get(path)?.iter().find(|choice| choice.feature.name == feature)
    }

    /// Changes features by what is chosen at exactly that path.
    pub(super) fn apply(&self, path: &[i32], features: &mut Features) {
        for choice in self.chosen.get(path).into_iter().flatten() {
            (choice.value.apply)(features);
        }
    }
}

#[cfg(test)]
mod tests {
    use prost_types::FieldOptions;

    use super::super::feature::named;
    use super::*;

    fn field(label: Label) -> FieldDescriptorProto {
        FieldDescriptorProto { label: Some(label.into()), ..Default::default() }
    }

    fn proto2() -> Dialect {
        Dialect::of_syntax("proto2")
    }

    fn proto3() -> Dialect {
        Dialect::of_syntax("proto3")
    }

    #[test]
    fn keywords_and_labels_stand_for_features() {
        let path = [4, 0, 2, 0];
        let required = proto2().field(&path, &field(Label::Required));
        assert_eq!(required.field_presence, FieldPresence::LegacyRequired);
        let optional = FieldDescriptorProto { proto3_optional: Some(true), ..field(Label::Optional) };
        assert_eq!(proto3().field(&path, &optional).field_presence, FieldPresence::Explicit);
        let group = FieldDescriptorProto { r#type: Some(Type::Group.into()), ..field(Label::Optional) };
        assert_eq!(proto2().field(&path, &group).message_encoding, MessageEncoding::Delimited);
        let options = Some(FieldOptions { packed: Some(false), ..Default::default() });
        let unpacked = proto3().field(&path, &FieldDescriptorProto { options, ..field(Label::Repeated) });
        assert_eq!(unpacked.repeated_field_encoding, RepeatedFieldEncoding::Expanded);
        assert_eq!(proto3().field(&path, &field(Label::Optional)), proto3().edition.defaults);
    }

    #[test]
    fn the_innermost_choice_wins() {
        let mut dialect = proto3();
        let feature = named("field_presence").unwrap();
        for (path, value) in [(vec![], 0), (vec![4, 0], 1), (vec![4, 0, 2, 1], 2)] {
            let choice = Choice { feature, value: &feature.values[value], place: Vec::new() };
            dialect.chosen.insert(path, vec![choice]);
        }
        for (path, expected) in [
            (&[][..], FieldPresence::Explicit),
            (&[4, 1, 2, 1], FieldPresence::Explicit),
            (&[4, 0], FieldPresence::Implicit),
            (&[4, 0, 3, 0, 2, 0], FieldPresence::Implicit),
            (&[4, 0, 2, 1], FieldPresence::LegacyRequired),
        ] {
            assert_eq!(dialect.features(path).field_presence, expected, "{path:?}");
        }
    }

    #[test]
    fn place_and_type_are_stronger_than_the_file() {
        let path = [4, 0, 2, 0];
        let with = |change: fn(&mut FieldDescriptorProto)| {
            let mut field = field(Label::Optional);
            change(&mut field);
            proto3().field(&path, &field).field_presence
        };
        assert_eq!(with(|_| {}), FieldPresence::Implicit);
        assert_eq!(with(|field| field.oneof_index = Some(0)), FieldPresence::Explicit);
        assert_eq!(with(|field| field.extendee = Some(".A".to_owned())), FieldPresence::Explicit);
        assert_eq!(with(|field| field.set_type(Type::Message)), FieldPresence::Explicit);
    }
}
