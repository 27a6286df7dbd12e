//! The editions, and what a file of each starts from: the one table that a new edition is added to.
//!
//! The values are those of `protoc --edition_defaults_out`. proto2 and proto3 are rows like all others, but they
//! are chosen by `syntax`.

use super::feature::{
    EnumType, Features, FieldPresence, JsonFormat, MessageEncoding, NamingStyle, ProtoLimits,
    RepeatedFieldEncoding, SymbolVisibility, Utf8Validation,
};

/// One row: what `edition = "…"` says, its number in `google.protobuf.Edition`, and its features.
#[derive(Debug)]
pub(crate) struct Edition {
    pub(crate) name: &'static str,
    pub(crate) number: u32,
    pub(crate) defaults: Features,
}

/// Editions that a user is told of; the last one changes without notice.
const OFFERED: &str = "`2023` and `2024`";

const PROTO2_FEATURES: Features = Features {
    field_presence: FieldPresence::Explicit,
    enum_type: EnumType::Closed,
    repeated_field_encoding: RepeatedFieldEncoding::Expanded,
    utf8_validation: Utf8Validation::None,
    message_encoding: MessageEncoding::LengthPrefixed,
    json_format: JsonFormat::LegacyBestEffort,
    naming_style: NamingStyle::Legacy,
    symbol_visibility: SymbolVisibility::ExportAll,
    proto_limits: ProtoLimits::LegacyNone,
};

const PROTO3_FEATURES: Features = Features {
    field_presence: FieldPresence::Implicit,
    enum_type: EnumType::Open,
    repeated_field_encoding: RepeatedFieldEncoding::Packed,
    utf8_validation: Utf8Validation::Verify,
    json_format: JsonFormat::Allow,
    ..PROTO2_FEATURES
};

const FEATURES_2023: Features = Features { field_presence: FieldPresence::Explicit, ..PROTO3_FEATURES };

const FEATURES_2024: Features = Features {
    naming_style: NamingStyle::Style2024,
    symbol_visibility: SymbolVisibility::ExportTopLevel,
    ..FEATURES_2023
};

const FEATURES_2026: Features = Features {
    naming_style: NamingStyle::Style2026,
    symbol_visibility: SymbolVisibility::Strict,
    proto_limits: ProtoLimits::Limits2026,
    ..FEATURES_2024
};

pub(super) static PROTO2: Edition = Edition { name: "proto2", number: 998, defaults: PROTO2_FEATURES };
static PROTO3: Edition = Edition { name: "proto3", number: 999, defaults: PROTO3_FEATURES };

static EDITIONS: [Edition; 4] = [
    Edition { name: "2023", number: 1000, defaults: FEATURES_2023 },
    Edition { name: "2024", number: 1001, defaults: FEATURES_2024 },
    Edition { name: "2026", number: 1002, defaults: FEATURES_2026 },
    // Where upstream tries things out: the newest features at the time.
    Edition { name: "UNSTABLE", number: 9999, defaults: FEATURES_2026 },
];

impl Edition {
    /// What an `edition` statement names.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        EDITIONS.iter().find(|edition| edition.name == name)
    }

    /// What a `syntax` statement names. "If the syntax is not specified, proto2 is assumed."
    pub(super) fn of_syntax(syntax: &str) -> &'static Self {
        if syntax == PROTO3.name { &PROTO3 } else { &PROTO2 }
    }

    /// Whether the file has an `edition` statement instead of a `syntax`.
    pub(super) fn has_features(&self) -> bool {
        self.number > PROTO3.number
    }

    /// The help for an edition that does not exist.
    pub(super) fn advice(name: &str) -> String {
        match name {
            "proto2" | "proto3" => format!("write `syntax = \"{name}\";`"),
            _ => format!("the editions are {OFFERED}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_and_syntaxes_are_found() {
        assert_eq!(Edition::named("2024").map(|edition| edition.number), Some(1001));
        assert!(Edition::named("proto3").is_none() && Edition::named("2022").is_none());
        assert_eq!(Edition::of_syntax("proto3").defaults.field_presence, FieldPresence::Implicit);
        assert_eq!(Edition::of_syntax("").name, "proto2");
        assert!(!Edition::of_syntax("proto3").has_features());
    }
}
