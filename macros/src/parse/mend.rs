//! What protox refuses although protoc accepts it: fields of a message whose names differ in case or underscores only,
//! such as `self` and `Self`.
//!
//! The rule is an old one; today's is about JSON names. `parse::link` links such fields under other names and gives
//! them their own back.

use std::collections::HashSet;

use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

/// Gives the second of two such fields a name that protox takes.
pub(super) fn set_apart(file: &mut FileDescriptorProto) {
    file.message_type.iter_mut().for_each(set_apart_fields);
}

/// Gives the linked fields the names that they have in the file.
pub(super) fn restore(linked: &mut FileDescriptorProto, file: &FileDescriptorProto) {
    for (linked, message) in linked.message_type.iter_mut().zip(&file.message_type) {
        restore_fields(linked, message);
    }
}

fn set_apart_fields(message: &mut DescriptorProto) {
    let mut json_names = HashSet::new();
    let mut folded = HashSet::new();
    for field in &mut message.field {
        let json_is_new = json_names.insert(json_name(field));
        // Where JSON cannot tell the two apart either, protoc refuses them as well.
        if !folded.insert(fold(field.name())) && json_is_new {
            let other = format!("{}x{}", field.name(), field.number());
            folded.insert(fold(&other));
            field.name = Some(other);
        }
    }
    message.nested_type.iter_mut().for_each(set_apart_fields);
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
