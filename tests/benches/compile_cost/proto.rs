//! Spells the schema: the text of each file, and the paths of the messages in Rust. Called by `scratch`.

use std::fmt::Write;

use crate::schema::{Enum, Field, Kind, Label, PACKAGES, Schema};

impl Schema {
    /// The path and the text of each file, with `options` behind its package.
    pub(crate) fn files(&self, options: &str) -> Vec<(String, String)> {
        let text = |index: usize| {
            let package = PACKAGES[index].0;
            let mut text = format!("syntax = \"proto3\";\n\npackage cost.{package}.v1;\n\n{options}");
            text.push_str("import \"google/protobuf/timestamp.proto\";\n");
            for (before, _) in &PACKAGES[..index] {
                text.push_str(&format!("import \"{}\";\n", path(before)));
            }
            self.declare_enums(package, None, &mut text);
            for (index, message) in self.messages.iter().enumerate() {
                if message.package == package && message.parent.is_none() {
                    self.declare_message(index, &mut text);
                }
            }
            (path(package), text)
        };
        (0..PACKAGES.len()).map(text).collect()
    }

    /// Where a message is found in the crate that has the schema; the three generators agree.
    pub(crate) fn rust_path(&self, index: usize) -> String {
        let message = &self.messages[index];
        let module = message
            .parent
            .map_or(String::new(), |parent| format!("{}::", self.messages[parent].name.to_ascii_lowercase()));
        format!("cost::{}::v1::{module}{}", message.package, message.name)
    }

    fn declare_message(&self, index: usize, text: &mut String) {
        let message = &self.messages[index];
        *text += &format!(
            "\n// {} is one of the messages of {}.\nmessage {} {{\n",
            message.name, message.package, message.name
        );
        self.declare_enums(message.package, Some(index), text);
        for (nested, _) in self.messages.iter().enumerate().filter(|(_, it)| it.parent == Some(index)) {
            self.declare_message(nested, text);
        }
        let mut in_oneof = false;
        for field in &message.fields {
            let member = field.label == Label::Member;
            if member != in_oneof {
                text.push_str(if member { "  oneof variant {\n" } else { "  }\n" });
                in_oneof = member;
            }
            self.declare_field(field, text);
        }
        text.push_str(if in_oneof { "  }\n}\n" } else { "}\n" });
    }

    fn declare_field(&self, field: &Field, text: &mut String) {
        if field.number % 3 == 1 {
            *text += &format!("  // The {} of it, as its owner has set it.\n", field.name.replace('_', " "));
        }
        let kind = self.kind_name(field.kind);
        let labelled = match field.label {
            Label::Plain | Label::Member => kind,
            Label::Optional => format!("optional {kind}"),
            Label::Repeated => format!("repeated {kind}"),
            Label::Map(key) => format!("map<{key}, {kind}>"),
        };
        *text += &format!("  {labelled} {} = {};\n", field.name, field.number);
    }

    fn kind_name(&self, kind: Kind) -> String {
        match kind {
            Kind::Scalar(name) => name.to_owned(),
            Kind::Timestamp => ".google.protobuf.Timestamp".to_owned(),
            Kind::Enum(index) => {
                let Enum { name, package, parent, .. } = &self.enums[index];
                format!(".cost.{package}.v1.{}{name}", self.scope(*parent))
            }
            Kind::Message(index) => {
                let message = &self.messages[index];
                format!(".cost.{}.v1.{}{}", message.package, self.scope(message.parent), message.name)
            }
        }
    }

    fn scope(&self, parent: Option<usize>) -> String {
        parent.map_or(String::new(), |parent| format!("{}.", self.messages[parent].name))
    }

    fn declare_enums(&self, package: &str, parent: Option<usize>, text: &mut String) {
        for it in self.enums.iter().filter(|it| it.package == package && it.parent == parent) {
            let prefix = it.name.replace("Kind", "_Kind").to_ascii_uppercase();
            *text += &format!("\nenum {} {{\n  {prefix}_UNSPECIFIED = 0;\n", it.name);
            for number in 1..it.values {
                let word = ["ACTIVE", "PENDING", "CLOSED", "FAILED", "ARCHIVED"][number as usize % 5];
                let nth = if number > 5 { "_AGAIN" } else { "" };
                // Writing to a string cannot fail.
                let _ = writeln!(text, "  {prefix}_{word}{nth} = {number};");
            }
            text.push_str("}\n");
        }
    }
}

pub(crate) fn path(package: &str) -> String {
    format!("cost/{package}/v1/{package}.proto")
}
