//! The features of editions that decide how fields behave, resolved from the outside in. Called by `parse`.
//!
//! <https://protobuf.dev/editions/features/>

use crate::wire::{DecodeError, Input, Session};

/// What an element starts from: what stands around it, changed by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Features {
    pub(super) presence: Presence,
    pub(super) closed: bool,
    pub(super) packed: bool,
    pub(super) utf8: bool,
    pub(super) delimited: bool,
}

/// When a singular field counts as set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Presence {
    Explicit,
    Implicit,
    Required,
}

const PROTO2: Features =
    Features { presence: Presence::Explicit, closed: true, packed: false, utf8: false, delimited: false };
const PROTO3: Features =
    Features { presence: Presence::Implicit, closed: false, packed: true, utf8: true, delimited: false };
const EDITIONS: Features = Features { presence: Presence::Explicit, ..PROTO3 };

impl Features {
    /// What a file of that syntax starts from.
    pub(super) fn of_syntax(syntax: &str) -> Self {
        match syntax {
            "proto3" => PROTO3,
            "editions" => EDITIONS,
            _ => PROTO2,
        }
    }

    /// These features, changed by a `google.protobuf.FeatureSet`.
    pub(super) fn changed(mut self, set: &[u8]) -> Result<Self, DecodeError> {
        let session = Session::new(set.len(), None);
        let mut input = Input::new(set, &session);
        while let Some(tag) = input.tag()? {
            match tag {
                8 => {
                    self.presence = match input.varint()? {
                        2 => Presence::Implicit,
                        3 => Presence::Required,
                        _ => Presence::Explicit,
                    }
                }
                16 => self.closed = input.varint()? == 2,
                24 => self.packed = input.varint()? == 1,
                32 => self.utf8 = input.varint()? == 2,
                40 => self.delimited = input.varint()? == 2,
                tag => input.skip(tag)?,
            }
        }
        Ok(self)
    }
}
