//! A second look at a file that protox refuses for its names: with the second of two equal names changed, and with enums
//! that begin as they must, it tells what else is wrong.
//!
//! `parse::link` links the result for its problems alone.

use std::collections::HashSet;

use prost_types::{DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FileDescriptorProto};

/// Changes what protox looks at first. Nothing is added or removed but in enums, so that every place stays what it is.
pub(super) fn set_apart(file: &mut FileDescriptorProto) {
    let mut names = Names::default();
    for message in &mut file.message_type {
        names.take(&mut message.name);
        nested(message);
    }
    file.enum_type.iter_mut().for_each(|enumeration| names.enumeration(enumeration));
    file.extension.iter_mut().for_each(|field| names.take(&mut field.name));
    for service in &mut file.service {
        names.take(&mut service.name);
        let mut methods = Names::default();
        service.method.iter_mut().for_each(|method| methods.take(&mut method.name));
    }
}

fn nested(message: &mut DescriptorProto) {
    let mut names = Names::default();
    for field in &mut message.field {
        let name = field.name.clone();
        names.take(&mut field.name);
        // Its name in JSON would be the same again.
        field.json_name = field.json_name.take().filter(|_| field.name == name);
    }
    message.oneof_decl.iter_mut().for_each(|oneof| names.take(&mut oneof.name));
    message.extension.iter_mut().for_each(|field| names.take(&mut field.name));
    for inner in &mut message.nested_type {
        names.take(&mut inner.name);
        nested(inner);
    }
    message.enum_type.iter_mut().for_each(|enumeration| names.enumeration(enumeration));
}

/// The names of one scope.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    fn take(&mut self, name: &mut Option<String>) {
        let Some(name) = name else { return };
        while !self.0.insert(name.clone()) {
            name.push_str("_again");
        }
    }

    /// The values of an enum live in the scope of the enum itself.
    fn enumeration(&mut self, enumeration: &mut EnumDescriptorProto) {
        self.take(&mut enumeration.name);
        if enumeration.value.is_empty() {
            let name = enumeration.name.as_ref().map(|name| format!("{name}_empty"));
            enumeration.value.push(EnumValueDescriptorProto { name, ..EnumValueDescriptorProto::default() });
        }
        enumeration.value.iter_mut().for_each(|value| self.take(&mut value.name));
        if let Some(first) = enumeration.value.first_mut() {
            first.number = Some(0);
        }
    }
}
