//! Which messages get a view: those that the call names, those that methods take as views, and all that these hold.
//!
//! `model::package` asks once, before it builds the tree.

use std::collections::{HashMap, HashSet};

use prost_types::DescriptorProto;

use super::name::joined;
use super::pattern::{Asked, named};
use super::scope::Scope;
use super::setting::Made;
use crate::error::{Errors, Problem};
use crate::parse::{File, Text, Which};

/// The full names of all messages that have a view.
pub(super) fn views(
    files: &[File],
    which: &Which,
    requests: &Requests,
    errors: &mut Errors,
) -> HashSet<String> {
    let graph = Graph::new(files);
    let mut open: Vec<&str> = match which {
        Which::All => graph.holds.keys().map(String::as_str).collect(),
        Which::Of(entries) => graph.named(entries, errors),
    };
    open.extend(requests.messages.iter().map(String::as_str));
    let mut found = HashSet::new();
    while let Some(name) = open.pop() {
        if found.insert(name.to_owned()) {
            open.extend(graph.holds.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    found
}

/// Reports the views that would be needed of messages which another call made without.
pub(super) fn missing(views: &HashSet<String>, scope: &Scope, deps: &[Made], errors: &mut Errors) {
    let mut names: Vec<&String> = views.iter().collect();
    names.sort();
    for name in names {
        let Some(dep) = scope.without_view(name).and_then(|entry| deps.get(entry)) else { continue };
        let path = &dep.which.value;
        let problem = Problem::new(format!("`{path}` made no view of `{name}`"), dep.which.blame());
        errors.push(problem.help(format!("add `views = [\"{name}\"]` to the call there")));
    }
}

/// All messages, and which messages each holds, entries of maps included.
struct Graph {
    holds: HashMap<String, Vec<String>>,
}

impl Graph {
    fn new(files: &[File]) -> Self {
        let mut graph = Self { holds: HashMap::new() };
        for file in files {
            for message in &file.descriptor.message_type {
                graph.add(message, file.descriptor.package());
            }
        }
        graph
    }

    fn add(&mut self, message: &DescriptorProto, scope: &str) {
        let name = joined(scope, message.name());
        for nested in &message.nested_type {
            self.add(nested, &name);
        }
        let held = message.field.iter().map(|field| field.type_name().trim_start_matches('.').to_owned());
        self.holds.insert(name, held.filter(|name| !name.is_empty()).collect());
    }

    fn named(&self, entries: &[Text], errors: &mut Errors) -> Vec<&str> {
        let names: Vec<&str> = self.holds.keys().map(String::as_str).collect();
        let asked = Asked { option: "views", wanted: "a message or a package" };
        let found = entries.iter().flat_map(|entry| named(entry, &names, asked, errors));
        found.filter_map(|index| names.get(index).copied()).collect()
    }
}

/// The methods that take views, and the messages that these are of.
#[derive(Debug, Default)]
pub(super) struct Requests {
    methods: HashSet<String>,
    messages: Vec<String>,
}

/// A method, whether its requests are a stream, and their message.
type Known<'a> = (String, bool, &'a str);

impl Requests {
    pub(super) fn new(files: &[File], entries: &[Text], errors: &mut Errors) -> Self {
        let mut requests = Self::default();
        let known = methods(files);
        let names: Vec<&str> = known.iter().map(|(name, ..)| name.as_str()).collect();
        let asked = Asked { option: "view_requests", wanted: "a method or a service" };
        for entry in entries {
            let taken = named(entry, &names, asked, errors);
            let taken: Vec<&Known<'_>> = taken.into_iter().filter_map(|index| known.get(index)).collect();
            if let [(name, true, _)] = taken[..]
                && *name == entry.value
            {
                let title = format!("`{name}` takes a stream of requests, which cannot be views");
                let help = "a view borrows from the buffer of one request: take this entry out";
                errors.push(Problem::new(title, entry.blame()).help(help));
            }
            for (name, _, input) in taken.into_iter().filter(|(_, stream, _)| !stream) {
                requests.methods.insert(name.clone());
                requests.messages.push(input.trim_start_matches('.').to_owned());
            }
        }
        requests
    }

    /// Whether the method takes the view of its request.
    pub(super) fn contains(&self, method: &str) -> bool {
        self.methods.contains(method)
    }
}

/// The methods of the files that the call names.
fn methods(files: &[File]) -> Vec<Known<'_>> {
    let mut known = Vec::new();
    for file in files.iter().filter(|file| file.root) {
        for service in &file.descriptor.service {
            let service_name = joined(file.descriptor.package(), service.name());
            known.extend(service.method.iter().map(|method| {
                (joined(&service_name, method.name()), method.client_streaming(), method.input_type())
            }));
        }
    }
    known
}
