//! Recursion: which message fields must be boxed, so that every struct has a size.
//!
//! A depth-first walk in order of declaration boxes the fields that lead back to a message on the way: each box
//! breaks a circle that no other box breaks. Lists and maps allocate and break circles by themselves.

use std::collections::{HashMap, HashSet};

use prost_types::DescriptorProto;
use prost_types::field_descriptor_proto::{Label, Type};

use super::name::joined;
use crate::parse::File;

/// The boxed fields: message and number.
#[derive(Debug, Default)]
pub(crate) struct Boxes {
    fields: HashSet<(String, u32)>,
}

impl Boxes {
    pub(crate) fn new(files: &[File]) -> Self {
        let mut graph = Graph::default();
        for file in files {
            for message in &file.descriptor.message_type {
                graph.add(message, file.descriptor.package());
            }
        }
        Self { fields: graph.back_edges() }
    }

    pub(crate) fn contains(&self, message: &str, number: u32) -> bool {
        self.fields.contains(&(message.to_owned(), number))
    }
}

/// Messages in order of declaration, and which of them each holds by value.
#[derive(Default)]
struct Graph {
    names: Vec<String>,
    edges: Vec<Vec<(u32, String)>>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

impl Graph {
    fn add(&mut self, message: &DescriptorProto, scope: &str) {
        let name = joined(scope, message.name());
        let by_value = message.field.iter().filter(|field| {
            field.label() != Label::Repeated && matches!(field.r#type(), Type::Message | Type::Group)
        });
        let edge = |field: &prost_types::FieldDescriptorProto| {
            let number = u32::try_from(field.number()).unwrap_or(0);
            (number, field.type_name().trim_start_matches('.').to_owned())
        };
        self.edges.push(by_value.map(edge).collect());
        self.names.push(name.clone());
        for nested in &message.nested_type {
            self.add(nested, &name);
        }
    }

    /// The walk has its own stack: a schema may nest deeper than the compiler's thread.
    fn back_edges(&self) -> HashSet<(String, u32)> {
        let index: HashMap<&str, usize> = self.names.iter().map(String::as_str).zip(0..).collect();
        let mut states = vec![State::New; self.names.len()];
        let mut back = HashSet::new();
        for start in 0..self.names.len() {
            let mut stack = vec![(start, 0_usize)];
            while let Some((node, next)) = stack.pop() {
                if next == 0 && states.get(node) != Some(&State::New) {
                    continue;
                }
                set(&mut states, node, State::Open);
                let Some((number, target)) = self.edges.get(node).and_then(|edges| edges.get(next)) else {
                    set(&mut states, node, State::Done);
                    continue;
                };
                stack.push((node, next + 1));
                let Some(target) = index.get(target.as_str()) else { continue };
                match states.get(*target) {
                    Some(State::New) => stack.push((*target, 0)),
                    Some(State::Open) => {
                        back.extend(self.names.get(node).map(|name| (name.clone(), *number)));
                    }
                    _ => {}
                }
            }
        }
        back
    }
}

fn set(states: &mut [State], node: usize, state: State) {
    if let Some(slot) = states.get_mut(node) {
        *slot = state;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `A>1B,2C` = message A holds B in field 1 and C in field 2.
    fn boxed(messages: &[(&str, &[(u32, &str)])]) -> Vec<(String, u32)> {
        let mut graph = Graph::default();
        for (name, edges) in messages {
            graph.names.push((*name).to_owned());
            graph.edges.push(edges.iter().map(|(number, target)| (*number, (*target).to_owned())).collect());
        }
        let mut boxed: Vec<_> = graph.back_edges().into_iter().collect();
        boxed.sort();
        boxed
    }

    #[test]
    fn only_circles_are_boxed_and_once() {
        assert_eq!(boxed(&[("A", &[(1, "A")])]), [("A".to_owned(), 1)]);
        assert_eq!(boxed(&[("A", &[(1, "B")]), ("B", &[])]), []);
        assert_eq!(
            boxed(&[("A", &[(1, "B")]), ("B", &[(1, "A"), (2, "C")]), ("C", &[])]),
            [("B".to_owned(), 1)]
        );
        assert_eq!(boxed(&[("A", &[(1, "B"), (2, "B")]), ("B", &[])]), []);
        let triangle = boxed(&[("A", &[(1, "B")]), ("B", &[(1, "C")]), ("C", &[(1, "A"), (2, "B")])]);
        assert_eq!(triangle, [("C".to_owned(), 1), ("C".to_owned(), 2)]);
    }
}
