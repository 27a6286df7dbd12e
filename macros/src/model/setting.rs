//! What the call has decided about the output, in plain values: `lib.rs` fills it, the files of this layer read it.

use std::collections::HashMap;

use crate::parse::{Holder, SchemaType, Target, Text, Which};

/// What the call has decided about the output.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Proto names that `extern_path` maps.
    pub(crate) externs: Vec<Text>,
    /// The calls whose types are used.
    pub(crate) deps: Vec<Made>,
    /// Whether other calls may use the types of this one.
    pub(crate) export: bool,
    /// The services and types to make, with all that these need; all where there is no entry.
    pub(crate) only: Vec<Text>,
    /// Those to leave out.
    pub(crate) except: Vec<Text>,
    /// Traits to derive besides the usual ones, or no longer.
    pub(crate) derives: Vec<DeriveRule>,
    /// What attributes are put on: the n-th entry is for the n-th of the call.
    pub(crate) attributes: Vec<(Target, Text)>,
    /// Whether messages keep fields that the schema does not name.
    pub(crate) unknown_fields: bool,
    /// The types of strings and of bytes; `None` for the usual one.
    pub(crate) strings: Vec<(Text, Option<Holder>)>,
    pub(crate) bytes: Vec<(Text, Option<Holder>)>,
    /// The messages that have views.
    pub(crate) views: Which,
    /// The methods and services that take views.
    pub(crate) view_requests: Vec<Text>,
    /// The maps that keep their keys in order.
    pub(crate) btree_maps: Which,
    /// The fields that are held in a box.
    pub(crate) boxed: Vec<Text>,
    pub(crate) client: bool,
    pub(crate) server: bool,
    /// Whether all messages are to be small rather than fast.
    pub(crate) code_size: bool,
    /// Whether messages may have the wire format of message sets.
    pub(crate) message_set: bool,
    /// Whether strings that the schema does not want checked are held as bytes.
    pub(crate) unchecked_bytes: bool,
}

/// What an entry of `deps` made.
#[derive(Debug)]
pub(crate) struct Made {
    /// The path of the entry.
    pub(crate) which: Text,
    pub(crate) types: HashMap<String, SchemaType>,
}

/// An entry of `derive`.
#[derive(Debug)]
pub(crate) struct DeriveRule {
    pub(crate) which: Text,
    /// The traits, by their places among all that the call adds, and their last names.
    pub(crate) added: Vec<(usize, String)>,
    pub(crate) removed: Vec<Text>,
}
