//! Features: what a schema can decide about the behaviour of its fields and enums, with all their names and values.
//!
//! `parse::edition` says what each edition starts from, `parse::dialect` what a file changes; every decision of the
//! model reads the result, none asks for the syntax of a file. <https://protobuf.dev/editions/features/>

/// The resolved features of one element.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(dead_code, reason = "limits are resolved with the rest and never checked")]
pub(crate) struct Features {
    pub(crate) field_presence: FieldPresence,
    pub(crate) enum_type: EnumType,
    pub(crate) repeated_field_encoding: RepeatedFieldEncoding,
    pub(crate) utf8_validation: Utf8Validation,
    pub(crate) message_encoding: MessageEncoding,
    pub(crate) json_format: JsonFormat,
    pub(crate) naming_style: NamingStyle,
    pub(crate) symbol_visibility: SymbolVisibility,
    pub(crate) proto_limits: ProtoLimits,
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

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum NamingStyle {
    Style2024,
    Legacy,
    Style2026,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SymbolVisibility {
    ExportAll,
    ExportTopLevel,
    LocalAll,
    Strict,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ProtoLimits {
    LegacyNone,
    Limits2026,
}

/// What an option can stand on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    File,
    ExtensionRange,
    Message,
    Field,
    Oneof,
    Enum,
    EnumValue,
    Service,
    Method,
}

/// A feature by its name, with all that it can be set to.
#[derive(Debug)]
pub(super) struct Feature {
    pub(super) name: &'static str,
    pub(super) targets: &'static [Target],
    /// The number of the edition that brought it.
    pub(super) introduced: u32,
    pub(super) values: &'static [Value],
}

/// A value of a feature: name, number, and what it makes of the features around it.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) name: &'static str,
    pub(super) number: u64,
    pub(super) apply: fn(&mut Features),
}

/// The feature of that name.
pub(super) fn named(name: &str) -> Option<&'static Feature> {
    FEATURES.iter().find(|feature| feature.name == name)
}

impl Target {
    /// The word of an error text.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::ExtensionRange => "extension range",
            Self::Message => "message",
            Self::Field => "field",
            Self::Oneof => "oneof",
            Self::Enum => "enum",
            Self::EnumValue => "enum value",
            Self::Service => "service",
            Self::Method => "method",
        }
    }
}

const fn value(name: &'static str, number: u64, apply: fn(&mut Features)) -> Value {
    Value { name, number, apply }
}

/// Field 1 to 9 of `google.protobuf.FeatureSet`; what is unknown there (value 0) cannot be chosen.
pub(super) const FEATURES: [Feature; 9] = [
    Feature {
        name: "field_presence",
        targets: &[Target::Field, Target::File],
        introduced: 1000,
        values: &[
            value("EXPLICIT", 1, |it| it.field_presence = FieldPresence::Explicit),
            value("IMPLICIT", 2, |it| it.field_presence = FieldPresence::Implicit),
            value("LEGACY_REQUIRED", 3, |it| it.field_presence = FieldPresence::LegacyRequired),
        ],
    },
    Feature {
        name: "enum_type",
        targets: &[Target::Enum, Target::File],
        introduced: 1000,
        values: &[
            value("OPEN", 1, |it| it.enum_type = EnumType::Open),
            value("CLOSED", 2, |it| it.enum_type = EnumType::Closed),
        ],
    },
    Feature {
        name: "repeated_field_encoding",
        targets: &[Target::Field, Target::File],
        introduced: 1000,
        values: &[
            value("PACKED", 1, |it| it.repeated_field_encoding = RepeatedFieldEncoding::Packed),
            value("EXPANDED", 2, |it| it.repeated_field_encoding = RepeatedFieldEncoding::Expanded),
        ],
    },
    Feature {
        name: "utf8_validation",
        targets: &[Target::Field, Target::File],
        introduced: 1000,
        values: &[
            value("VERIFY", 2, |it| it.utf8_validation = Utf8Validation::Verify),
            value("NONE", 3, |it| it.utf8_validation = Utf8Validation::None),
        ],
    },
    Feature {
        name: "message_encoding",
        targets: &[Target::Field, Target::File],
        introduced: 1000,
        values: &[
            value("LENGTH_PREFIXED", 1, |it| it.message_encoding = MessageEncoding::LengthPrefixed),
            value("DELIMITED", 2, |it| it.message_encoding = MessageEncoding::Delimited),
        ],
    },
    Feature {
        name: "json_format",
        targets: &[Target::Message, Target::Enum, Target::File],
        introduced: 1000,
        values: &[
            value("ALLOW", 1, |it| it.json_format = JsonFormat::Allow),
            value("LEGACY_BEST_EFFORT", 2, |it| it.json_format = JsonFormat::LegacyBestEffort),
        ],
    },
    Feature {
        name: "enforce_naming_style",
        targets: &[
            Target::File,
            Target::ExtensionRange,
            Target::Message,
            Target::Field,
            Target::Oneof,
            Target::Enum,
            Target::EnumValue,
            Target::Service,
            Target::Method,
        ],
        introduced: 1001,
        values: &[
            value("STYLE2024", 1, |it| it.naming_style = NamingStyle::Style2024),
            value("STYLE_LEGACY", 2, |it| it.naming_style = NamingStyle::Legacy),
            value("STYLE2026", 3, |it| it.naming_style = NamingStyle::Style2026),
        ],
    },
    Feature {
        name: "default_symbol_visibility",
        targets: &[Target::File],
        introduced: 1001,
        values: &[
            value("EXPORT_ALL", 1, |it| it.symbol_visibility = SymbolVisibility::ExportAll),
            value("EXPORT_TOP_LEVEL", 2, |it| it.symbol_visibility = SymbolVisibility::ExportTopLevel),
            value("LOCAL_ALL", 3, |it| it.symbol_visibility = SymbolVisibility::LocalAll),
            value("STRICT", 4, |it| it.symbol_visibility = SymbolVisibility::Strict),
        ],
    },
    Feature {
        name: "enforce_proto_limits",
        targets: &[Target::Enum, Target::Message, Target::Field, Target::Oneof],
        introduced: 1002,
        values: &[
            value("LEGACY_NO_EXPLICIT_LIMITS", 1, |it| it.proto_limits = ProtoLimits::LegacyNone),
            value("PROTO_LIMITS2026", 2, |it| it.proto_limits = ProtoLimits::Limits2026),
        ],
    },
];
