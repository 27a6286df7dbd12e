//! Features: how fields and enums behave, resolved as protobuf's editions define it. proto2 and proto3 are presets.
//!
//! Every decision of the model reads a feature; none asks for the syntax of a file.
//! <https://protobuf.dev/editions/features/>

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{FieldDescriptorProto, FileDescriptorProto};

/// The resolved features of one element.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(
    dead_code,
    reason = "UTF-8 and JSON are resolved with the rest; strings are checked always, JSON reads names"
)]
pub(crate) struct Features {
    pub(crate) field_presence: FieldPresence,
    pub(crate) enum_type: EnumType,
    pub(crate) repeated_field_encoding: RepeatedFieldEncoding,
    pub(crate) utf8_validation: Utf8Validation,
    pub(crate) message_encoding: MessageEncoding,
    pub(crate) json_format: JsonFormat,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FieldPresence {
    Explicit,
    Implicit,
    LegacyRequired,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum EnumType {
    Open,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RepeatedFieldEncoding {
    Packed,
    Expanded,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Utf8Validation {
    Verify,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum MessageEncoding {
    LengthPrefixed,
    Delimited,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum JsonFormat {
    Allow,
    LegacyBestEffort,
}

impl Features {
    pub(crate) const PROTO2: Self = Self {
        field_presence: FieldPresence::Explicit,
        enum_type: EnumType::Closed,
        repeated_field_encoding: RepeatedFieldEncoding::Expanded,
        utf8_validation: Utf8Validation::None,
        message_encoding: MessageEncoding::LengthPrefixed,
        json_format: JsonFormat::LegacyBestEffort,
    };

    pub(crate) const PROTO3: Self = Self {
        field_presence: FieldPresence::Implicit,
        enum_type: EnumType::Open,
        repeated_field_encoding: RepeatedFieldEncoding::Packed,
        utf8_validation: Utf8Validation::Verify,
        message_encoding: MessageEncoding::LengthPrefixed,
        json_format: JsonFormat::Allow,
    };

    /// What a file starts from.
    pub(crate) fn of_file(file: &FileDescriptorProto) -> Self {
        match file.syntax() {
            "proto3" => Self::PROTO3,
            // "If the syntax is not specified, proto2 is assumed."
            _ => Self::PROTO2,
        }
    }

    /// What a field changes: before editions by keywords, labels and the `packed` option.
    pub(crate) fn of_field(self, field: &FieldDescriptorProto) -> Self {
        let mut features = self;
        if field.label() == Label::Required {
            features.field_presence = FieldPresence::LegacyRequired;
        } else if field.proto3_optional() {
            features.field_presence = FieldPresence::Explicit;
        }
        if field.r#type() == Type::Group {
            features.message_encoding = MessageEncoding::Delimited;
        }
        match field.options.as_ref().and_then(|options| options.packed) {
            Some(true) => features.repeated_field_encoding = RepeatedFieldEncoding::Packed,
            Some(false) => features.repeated_field_encoding = RepeatedFieldEncoding::Expanded,
            None => {}
        }
        features
    }
}

#[cfg(test)]
mod tests {
    use prost_types::FieldOptions;

    use super::*;

    fn field(label: Label) -> FieldDescriptorProto {
        FieldDescriptorProto { label: Some(label.into()), ..Default::default() }
    }

    #[test]
    fn the_syntax_picks_the_preset() {
        let file = |syntax: Option<&str>| FileDescriptorProto {
            syntax: syntax.map(str::to_owned),
            ..Default::default()
        };
        assert_eq!(Features::of_file(&file(Some("proto3"))), Features::PROTO3);
        assert_eq!(Features::of_file(&file(Some("proto2"))), Features::PROTO2);
        assert_eq!(Features::of_file(&file(None)), Features::PROTO2);
    }

    #[test]
    fn fields_override_their_file() {
        let required = Features::PROTO2.of_field(&field(Label::Required));
        assert_eq!(required.field_presence, FieldPresence::LegacyRequired);
        let optional = FieldDescriptorProto { proto3_optional: Some(true), ..field(Label::Optional) };
        assert_eq!(Features::PROTO3.of_field(&optional).field_presence, FieldPresence::Explicit);
        let group = FieldDescriptorProto { r#type: Some(Type::Group.into()), ..field(Label::Optional) };
        assert_eq!(Features::PROTO2.of_field(&group).message_encoding, MessageEncoding::Delimited);
        let options = Some(FieldOptions { packed: Some(false), ..Default::default() });
        let unpacked = FieldDescriptorProto { options, ..field(Label::Repeated) };
        assert_eq!(
            Features::PROTO3.of_field(&unpacked).repeated_field_encoding,
            RepeatedFieldEncoding::Expanded
        );
        assert_eq!(Features::PROTO3.of_field(&field(Label::Optional)), Features::PROTO3);
    }
}
