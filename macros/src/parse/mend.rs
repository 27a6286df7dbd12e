//! What protox refuses although protoc accepts it: fields of a message whose names differ in case or underscores only,
//! such as `self` and `Self`; and where JSON is not promised to work, fields that have one name in it.
//!
//! The first rule is an old one; today's is about JSON names. `parse::link` links such fields under other names and gives
//! them their own back.

use std::collections::{HashMap, HashSet};

use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

use super::dialect::Dialect;
use super::feature::JsonFormat;

/// Gives the second of two such fields a name that protox takes.
pub(super) fn set_apart(file: &mut FileDescriptorProto, dialect: &Dialect) {
    for (index, message) in (0..).zip(&mut file.message_type) {
        set_apart_fields(message, dialect, &[4, index]);
    }
}

/// Gives the linked fields the names that they have in the file.
pub(super) fn restore(linked: &mut FileDescriptorProto, file: &FileDescriptorProto) {
    for (linked, message) in linked.message_type.iter_mut().zip(&file.message_type) {
        restore_fields(linked, message);
    }
}

fn set_apart_fields(message: &mut DescriptorProto, dialect: &Dialect, path: &[i32]) {
    let legacy = dialect.features(path).json_format == JsonFormat::LegacyBestEffort || tolerates(message);
    let mut json_names: HashMap<String, bool> = HashMap::new();
    let mut folded = HashSet::new();
    for field in &mut message.field {
        let declared = field.json_name.is_some();
        let other_declared = json_names.insert(json_name(field), declared);
        // Where JSON cannot tell the two apart, protoc refuses them as well, unless JSON is not promised to work.
        let tolerated = other_declared.is_none_or(|other| legacy && !(declared && other));
        let is_new = folded.insert(fold(field.name()));
        if tolerated && (!is_new || other_declared.is_some()) {
            let other = format!("{}x{}", field.name(), field.number());
            folded.insert(fold(&other));
            field.name = Some(other);
            field.json_name = field.json_name.take().filter(|_| other_declared.is_none());
        } else if other_declared.is_some() {
            // The link is about to refuse this name, and can then say which.
            field.json_name = Some(json_name(field));
        }
    }
    for (index, nested) in (0..).zip(&mut message.nested_type) {
        set_apart_fields(nested, dialect, &[path, &[3, index]].concat());
    }
}

/// Whether the message asks for the old rules by itself.
fn tolerates(message: &DescriptorProto) -> bool {
    let options = message.options.iter().flat_map(|options| &options.uninterpreted_option);
    options.into_iter().any(|option| {
        let mut names = option.name.iter().map(|part| part.name_part.as_str());
        names.next() == Some("deprecated_legacy_json_field_conflicts")
            && names.next().is_none()
            && option.identifier_value.as_deref() == Some("true")
    })
}

fn restore_fields(linked: &mut DescriptorProto, message: &DescriptorProto) {
    for (linked, field) in linked.field.iter_mut().zip(&message.field) {
        if linked.name != field.name {
            linked.name.clone_from(&field.name);
            linked.json_name = Some(json_name(field));
        }
    }
    for (linked, message) in linked.nested_type.iter_mut().zip(&message.nested_type) {
        restore_fields(linked, message);
    }
}

fn fold(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}

/// The declared JSON name, or the one that protoc makes: what follows an underscore is upper case.
fn json_name(field: &FieldDescriptorProto) -> String {
    if let Some(declared) = &field.json_name {
        return declared.clone();
    }
    let mut json = String::with_capacity(field.name().len());
    let mut upper = false;
    for sign in field.name().chars() {
        match sign {
            '_' => upper = true,
            sign if upper => {
                json.push(sign.to_ascii_uppercase());
                upper = false;
            }
            sign => json.push(sign),
        }
    }
    json
}
