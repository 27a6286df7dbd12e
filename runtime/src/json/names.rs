//! What the keys of a message's object stand for: fields, found by their names, most often in the order of their
//! declaration. Made by `field`, asked by `source` and `parser`.

use std::borrow::Cow;

use super::reading::Reading;
use crate::reflect::{FieldDescriptor, MessageDescriptor};

/// By which of its names a field was found.
#[derive(Clone, Copy)]
pub(super) enum Name {
    Json,
    Schema,
}

impl Name {
    pub(super) fn of(self, field: FieldDescriptor<'_>) -> &str {
        match self {
            Self::Json => field.json_name(),
            Self::Schema => field.name(),
        }
    }
}

/// What the key of an entry stands for.
pub(super) enum Found<'c, 'de> {
    Field(FieldDescriptor<'c>, Name),
    Other(Cow<'de, str>),
}

/// How many fields are looked at in their order, before they are looked for by name.
const NEAR: usize = 8;

/// The fields of a message by their names.
#[derive(Clone, Copy)]
pub(super) struct Names<'c, 'r> {
    pub(super) descriptor: MessageDescriptor<'c>,
    /// The place behind the field that came last.
    pub(super) next: usize,
    pub(super) reading: &'c Reading<'r>,
}

impl<'c> Names<'c, '_> {
    /// The fields that most likely come next.
    #[inline]
    pub(super) fn near(self) -> impl Iterator<Item = FieldDescriptor<'c>> {
        (self.next..self.next + NEAR).map_while(move |place| self.descriptor.field_at(place))
    }

    /// What the name stands for.
    pub(super) fn found<'de>(self, name: Cow<'de, str>) -> Found<'c, 'de> {
        self.reading.seen(name.len() + 2);
        let near = self.near().find(|field| field.json_name() == name);
        if let Some(field) = near.or_else(|| self.descriptor.field_by_json_name(&name)) {
            return Found::Field(field, Name::Json);
        }
        match self.descriptor.field(&name) {
            Some(field) => Found::Field(field, Name::Schema),
            None => Found::Other(name),
        }
    }
}
