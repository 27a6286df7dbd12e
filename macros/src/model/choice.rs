//! What `only` and `except` leave of a schema: the services, methods, types and extensions that are named, and all that
//! they need.
//!
//! `model::package` makes one [`Choice`] per call and asks it before it builds an item.

use std::collections::{HashMap, HashSet};

use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto};

use super::field::is_map_entry;
use super::name::joined;
use super::pattern::{Asked, named};
use super::scope::Scope;
use super::setting::Settings;
use crate::error::{Errors, Problem};
use crate::parse::{File, Text};

/// The full names of what is made; `None` for all.
#[derive(Debug)]
pub(super) struct Choice {
    kept: Option<HashSet<String>>,
}

impl Choice {
    pub(super) fn new(files: &[File], scope: &Scope, settings: &Settings, errors: &mut Errors) -> Self {
        if settings.only.is_empty() && settings.except.is_empty() {
            return Self { kept: None };
        }
        let graph = Graph::new(files, scope);
        let names: Vec<&str> = graph.nodes.iter().map(|node| node.name.as_str()).collect();
        let mut found = |option: &str, entry: &Text| {
            let asked = Asked { option, wanted: "a service, a method, a type, an extension or a package" };
            named(entry, &names, asked, errors)
        };
        let mut cut: HashMap<usize, &Text> = HashMap::new();
        for entry in &settings.except {
            cut.extend(found("except", entry).into_iter().map(|index| (index, entry)));
        }
        graph.cut_parts(&mut cut);
        let open = match &settings.only[..] {
            [] => (0..names.len()).collect(),
            entries => entries.iter().flat_map(|entry| found("only", entry)).collect(),
        };
        Self { kept: Some(graph.closure(open, &cut, errors)) }
    }

    /// Whether that item is made.
    pub(super) fn keeps(&self, full_name: &str) -> bool {
        self.kept.as_ref().is_none_or(|kept| kept.contains(full_name))
    }
}

/// Everything that can be named, and what it needs.
struct Graph<'a> {
    scope: &'a Scope,
    nodes: Vec<Node>,
}

struct Node {
    name: String,
    /// Which part needs it, and the name of what is needed.
    needs: Vec<(String, String)>,
    /// What comes with it, unless it is left out.
    parts: Vec<String>,
    /// Whether it goes away with what it needs, without a word.
    yields: bool,
}

impl<'a> Graph<'a> {
    fn new(files: &[File], scope: &'a Scope) -> Self {
        let mut graph = Self { scope, nodes: Vec::new() };
        for file in files {
            let package = file.descriptor.package();
            graph.messages(&file.descriptor.message_type, package);
            graph.enums(&file.descriptor.enum_type, package);
            graph.extensions(&file.descriptor.extension, package);
            if file.root {
                graph.services(file, package);
            }
        }
        graph
    }

    fn services(&mut self, file: &File, package: &str) {
        for service in &file.descriptor.service {
            let name = joined(package, service.name());
            let mut parts = Vec::new();
            for method in &service.method {
                let method_name = joined(&name, method.name());
                parts.push(method_name.clone());
                let needs = [method.input_type(), method.output_type()];
                let needs = needs.map(|needed| (method_name.clone(), plain(needed))).to_vec();
                self.nodes.push(Node { name: method_name, needs, parts: Vec::new(), yields: false });
            }
            self.nodes.push(Node { name, needs: Vec::new(), parts, yields: false });
        }
    }

    fn messages(&mut self, messages: &[DescriptorProto], package: &str) {
        for message in messages.iter().filter(|message| !is_map_entry(message)) {
            let name = joined(package, message.name());
            if self.scope.own(&name).is_some() {
                let entry = |name: &str| {
                    message.nested_type.iter().find(|nested| is_map_entry(nested) && nested.name() == name)
                };
                let needed = |field: &FieldDescriptorProto| {
                    let entry = entry(field.type_name().rsplit('.').next().unwrap_or(""));
                    let value =
                        entry.and_then(|entry| entry.field.get(1)).map(|value| plain(value.type_name()));
                    value.unwrap_or_else(|| plain(field.type_name()))
                };
                let needs = message.field.iter().map(|field| (joined(&name, field.name()), needed(field)));
                let needs = needs.filter(|(_, needed)| !needed.is_empty()).collect();
                self.nodes.push(Node { name: name.clone(), needs, parts: Vec::new(), yields: false });
            }
            self.messages(&message.nested_type, &name);
            self.enums(&message.enum_type, &name);
            self.extensions(&message.extension, &name);
        }
    }

    fn enums(&mut self, enums: &[EnumDescriptorProto], package: &str) {
        let names = enums.iter().map(|item| joined(package, item.name()));
        let own: Vec<String> = names.filter(|name| self.scope.own(name).is_some()).collect();
        self.nodes.extend(own.into_iter().map(|name| Node {
            name,
            needs: Vec::new(),
            parts: Vec::new(),
            yields: false,
        }));
    }

    fn extensions(&mut self, extensions: &[FieldDescriptorProto], package: &str) {
        for extension in extensions {
            let name = joined(package, extension.name());
            let needs = [extension.extendee(), extension.type_name()];
            let needs = needs.into_iter().filter(|needed| !needed.is_empty());
            let needs = needs.map(|needed| (name.clone(), plain(needed))).collect();
            self.nodes.push(Node { name, needs, parts: Vec::new(), yields: true });
        }
    }

    /// What is left out goes with its parts.
    fn cut_parts<'t>(&self, cut: &mut HashMap<usize, &'t Text>) {
        let entries: Vec<(&[String], &'t Text)> = cut
            .iter()
            .filter_map(|(index, entry)| self.nodes.get(*index).map(|node| (node.parts.as_slice(), *entry)))
            .collect();
        for (parts, entry) in entries {
            let part = |(_, node): &(usize, &Node)| parts.contains(&node.name);
            let found = self.nodes.iter().enumerate().filter(part).map(|(index, _)| (index, entry));
            cut.extend(found);
        }
    }

    /// The open ones and all that they need, without what is cut.
    fn closure(
        &self,
        mut open: Vec<usize>,
        cut: &HashMap<usize, &Text>,
        errors: &mut Errors,
    ) -> HashSet<String> {
        let index: HashMap<&str, usize> = self.nodes.iter().map(|node| node.name.as_str()).zip(0..).collect();
        let mut kept = HashSet::new();
        let mut reported = HashSet::new();
        while let Some(node) = open.pop() {
            let Some(item) = self.nodes.get(node).filter(|_| !cut.contains_key(&node)) else { continue };
            let lost = |needed: &String| index.get(needed.as_str()).and_then(|needed| cut.get(needed));
            if item.yields && item.needs.iter().any(|(_, needed)| lost(needed).is_some())
                || !kept.insert(item.name.clone())
            {
                continue;
            }
            for (part, needed) in &item.needs {
                if let Some(entry) = lost(needed)
                    && reported.insert((part, needed))
                {
                    errors.push(needed_still(entry, part, needed));
                }
            }
            let needed = item.needs.iter().map(|(_, needed)| needed).chain(&item.parts);
            open.extend(needed.filter_map(|needed| index.get(needed.as_str())));
        }
        // A service that is there for some of its methods.
        let partly = |node: &&Node| node.parts.iter().any(|part| kept.contains(part));
        let services: Vec<String> = self.nodes.iter().filter(partly).map(|node| node.name.clone()).collect();
        kept.extend(services);
        kept
    }
}

fn needed_still(entry: &Text, part: &str, needed: &str) -> Problem {
    let title = format!("`{part}` needs `{needed}`, which `except` leaves out");
    let problem = Problem::new(title, entry.blame());
    problem.help("leave out what needs it, too, or map it with `extern_path`")
}

/// Descriptors spell full names with a dot in front.
fn plain(name: &str) -> String {
    name.trim_start_matches('.').to_owned()
}
