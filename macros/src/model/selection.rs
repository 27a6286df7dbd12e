//! Which messages get a view: those that the call names, those that methods take as views, and all that these hold.
//!
//! `model::package` asks once, before it builds the tree.

use std::collections::{HashMap, HashSet};

use prost_types::DescriptorProto;

use super::scope::joined;
use crate::error::{Blame, Errors, Problem};
use crate::parse::{File, nearest};

/// The messages that an option of the call names.
#[derive(Debug)]
pub(crate) enum Selection {
    All,
    /// Messages and packages.
    Named(Vec<String>),
}

/// The full names of all messages that have a view.
pub(super) fn views(
    files: &[File],
    selection: &Selection,
    requests: &Requests,
    errors: &mut Errors,
) -> HashSet<String> {
    let graph = Graph::new(files);
    let mut open: Vec<&str> = match selection {
        Selection::All => graph.holds.keys().map(String::as_str).collect(),
        Selection::Named(names) => graph.named(names, errors),
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

    fn named(&self, entries: &[String], errors: &mut Errors) -> Vec<&str> {
        let mut found = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let before = found.len();
            found.extend(self.holds.keys().map(String::as_str).filter(|name| covers(entry, name)));
            if found.len() == before {
                let names = self.holds.keys().map(String::as_str);
                errors.push(unmatched(entry, ("views", "a message or a package"), names, Blame::View(index)));
            }
        }
        found
    }
}

/// The methods that take views, and the messages that these are of.
#[derive(Debug, Default)]
pub(super) struct Requests {
    methods: HashSet<String>,
    messages: Vec<String>,
}

impl Requests {
    pub(super) fn new(files: &[File], entries: &[String], errors: &mut Errors) -> Self {
        let mut requests = Self::default();
        let mut known: Vec<(String, bool, &str)> = Vec::new();
        for file in files.iter().filter(|file| file.root) {
            for service in &file.descriptor.service {
                let service_name = joined(file.descriptor.package(), service.name());
                let methods = service.method.iter().map(|method| {
                    (joined(&service_name, method.name()), method.client_streaming(), method.input_type())
                });
                known.extend(methods);
            }
        }
        for (index, entry) in entries.iter().enumerate() {
            let blame = Blame::ViewRequest(index);
            let taken: Vec<_> = known.iter().filter(|(name, ..)| covers(entry, name)).collect();
            if taken.is_empty() {
                let names = known.iter().map(|(name, ..)| name.as_str());
                errors.push(unmatched(entry, ("view_requests", "a method or a service"), names, blame));
            }
            if let [(name, true, _)] = taken[..]
                && name == entry
            {
                let title = format!("`{entry}` takes a stream of requests, which cannot be views");
                let help = "a view borrows from the buffer of one request: take this entry out";
                errors.push(Problem::new(title, blame).help(help));
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

/// Whether `entry` is `name` or a scope around it.
fn covers(entry: &str, name: &str) -> bool {
    name.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn unmatched<'a>(
    entry: &str,
    (option, wanted): (&str, &str),
    names: impl Iterator<Item = &'a str>,
    blame: Blame,
) -> Problem {
    let problem = Problem::new(format!("`{entry}` in {option} matches nothing"), blame);
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    match nearest(entry, names.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("name {wanted} of the files of this call by its full name")),
    }
}
