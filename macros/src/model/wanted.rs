//! From the entries of `derive` and the attributes to the items that they mean. Called by `model::package`, once per call.

use std::collections::HashMap;

use prost_types::{DescriptorProto, EnumDescriptorProto};

use super::custom::Custom;
use super::derive::{Derive, Trait, is_needed};
use super::field::is_map_entry;
use super::name::joined;
use super::pattern::{Asked, named};
use super::scope::Scope;
use super::setting::{DeriveRule, Settings};
use crate::error::{Errors, Problem};
use crate::parse::{File, Target, Text};

impl Custom {
    pub(super) fn new(files: &[File], scope: &Scope, settings: &Settings, errors: &mut Errors) -> Self {
        let mut custom = Self::default();
        if settings.attributes.is_empty() && settings.derives.is_empty() {
            return custom;
        }
        let names = Names::new(files, scope);
        for (index, (target, which)) in settings.attributes.iter().enumerate() {
            for name in names.meant(which, *target, errors) {
                custom.attributes.entry((*target, name.to_owned())).or_default().push(index);
            }
        }
        for rule in &settings.derives {
            custom.derive(rule, &names, errors);
        }
        custom
    }

    fn derive(&mut self, rule: &DeriveRule, names: &Names, errors: &mut Errors) {
        let types: Vec<(Target, &str)> = names.types_meant(&rule.which, errors);
        let mut removed = vec![false; rule.removed.len()];
        for (target, name) in &types {
            let current = self.derives(*target, name);
            let list = self.derives.entry((*target, (*name).to_owned())).or_insert(current);
            for (text, effect) in rule.removed.iter().zip(&mut removed) {
                let Some(it) = Trait::named(&text.value).filter(|it| !is_needed(*target, *it)) else {
                    continue;
                };
                let before = list.len();
                list.retain(|derive| *derive != Derive::Std(it));
                *effect |= list.len() < before;
            }
            for (index, trait_name) in &rule.added {
                // Enums have most of them already: a second one would be an error.
                let there = Trait::named(trait_name).is_some_and(|it| list.contains(&Derive::Std(it)));
                if !there {
                    list.push(Derive::Given(*index));
                }
            }
        }
        let idle = rule.removed.iter().zip(removed).filter(|(_, effect)| !effect && !types.is_empty());
        for (text, _) in idle {
            let title = format!("`!{}` takes nothing away from `{}`", text.value, rule.which.value);
            let help = "messages and oneofs can do without `Clone`, `Debug` and `PartialEq`, enums without `Eq`, `Hash`, `Ord` and `PartialOrd`";
            errors.push(Problem::new(title, text.blame()).help(help));
        }
    }
}

/// The names of everything that the call makes, by what they are.
#[derive(Default)]
struct Names {
    of: HashMap<Target, Vec<String>>,
}

impl Names {
    fn new(files: &[File], scope: &Scope) -> Self {
        let mut names = Self::default();
        for file in files {
            let package = file.descriptor.package();
            names.messages(&file.descriptor.message_type, package, scope);
            names.enums(&file.descriptor.enum_type, package, scope);
        }
        names
    }

    fn add(&mut self, target: Target, scope: &str, name: &str) {
        self.of.entry(target).or_default().push(joined(scope, name));
    }

    fn messages(&mut self, messages: &[DescriptorProto], package: &str, scope: &Scope) {
        for message in messages.iter().filter(|message| !is_map_entry(message)) {
            let full_name = joined(package, message.name());
            if scope.own(&full_name).is_some() {
                self.add(Target::Message, package, message.name());
                message.field.iter().for_each(|field| self.add(Target::Field, &full_name, field.name()));
                for oneof in real_oneofs(message) {
                    self.add(Target::Oneof, &full_name, oneof);
                    self.add(Target::Field, &full_name, oneof);
                }
            }
            self.messages(&message.nested_type, &full_name, scope);
            self.enums(&message.enum_type, &full_name, scope);
        }
    }

    fn enums(&mut self, enums: &[EnumDescriptorProto], package: &str, scope: &Scope) {
        for item in enums {
            let full_name = joined(package, item.name());
            if scope.own(&full_name).is_some() {
                self.add(Target::Enum, package, item.name());
                item.value.iter().for_each(|value| self.add(Target::Value, &full_name, value.name()));
            }
        }
    }

    fn meant(&self, which: &Text, target: Target, errors: &mut Errors) -> Vec<&str> {
        let (option, wanted) = match target {
            Target::Message => ("message_attributes", "a message or a package"),
            Target::Enum => ("enum_attributes", "an enum, or the message or package around it"),
            Target::Value => ("value_attributes", "a value as `shop.v1.Status.STATUS_OPEN`, or its enum"),
            Target::Oneof => ("oneof_attributes", "a oneof as `shop.v1.Order.discount`, or its message"),
            Target::Field => ("field_attributes", "a field as `shop.v1.Order.id`, or its message"),
        };
        let names: Vec<&str> = self.of.get(&target).into_iter().flatten().map(String::as_str).collect();
        let found = named(which, &names, Asked { option, wanted }, errors);
        found.into_iter().filter_map(|index| names.get(index).copied()).collect()
    }

    fn types_meant(&self, which: &Text, errors: &mut Errors) -> Vec<(Target, &str)> {
        let all: Vec<(Target, &str)> = [Target::Message, Target::Enum, Target::Oneof]
            .into_iter()
            .flat_map(|target| {
                self.of.get(&target).into_iter().flatten().map(move |name| (target, name.as_str()))
            })
            .collect();
        let names: Vec<&str> = all.iter().map(|(_, name)| *name).collect();
        let asked = Asked { option: "derive", wanted: "a message, an enum, a oneof or a package" };
        let found = named(which, &names, asked, errors);
        found.into_iter().filter_map(|index| all.get(index).copied()).collect()
    }
}

/// The names of the oneofs that have fields; the one of a proto3 `optional` has none of its own.
fn real_oneofs(message: &DescriptorProto) -> impl Iterator<Item = &str> {
    let used = |index: i32| {
        message.field.iter().any(|field| field.oneof_index == Some(index) && !field.proto3_optional())
    };
    (0..).zip(&message.oneof_decl).filter(move |(index, _)| used(*index)).map(|(_, oneof)| oneof.name())
}
