//! What the call puts on items of its own wish: traits to derive, and attributes.
//!
//! `model::wanted` makes one [`Custom`] per call; messages, enums and their members ask it.

use std::collections::HashMap;

use super::derive::{Derive, usual};
use super::name::joined;
use crate::parse::Target;

/// The wishes, by what they are for. Nothing is looked up where the call has none.
#[derive(Debug, Default)]
pub(crate) struct Custom {
    pub(super) attributes: HashMap<(Target, String), Vec<usize>>,
    pub(super) derives: HashMap<(Target, String), Vec<Derive>>,
}

impl Custom {
    /// The attributes of `name` in `scope`, as indices into those of the call.
    pub(super) fn attributes(&self, target: Target, scope: &str, name: &str) -> Vec<usize> {
        if self.attributes.is_empty() {
            return Vec::new();
        }
        self.attributes.get(&(target, joined(scope, name))).cloned().unwrap_or_default()
    }

    /// What a type derives.
    pub(super) fn derives(&self, target: Target, full_name: &str) -> Vec<Derive> {
        let usual = || usual(target).iter().copied().map(Derive::Std).collect();
        if self.derives.is_empty() {
            return usual();
        }
        self.derives.get(&(target, full_name.to_owned())).cloned().unwrap_or_else(usual)
    }
}
