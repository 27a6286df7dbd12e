//! The unknown fields of a view. Held by every generated view.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use super::UnknownFields;

/// The [`UnknownFields`] of a view, and used as they are. They are few, and kept apart from the bytes that the view
/// borrows.
#[derive(Clone, Default, PartialEq)]
pub struct UnknownFieldsView<'a> {
    fields: UnknownFields,
    // Gives every view its lifetime, also one that has no text.
    lifetime: PhantomData<&'a [u8]>,
}

impl Deref for UnknownFieldsView<'_> {
    type Target = UnknownFields;

    fn deref(&self) -> &UnknownFields {
        &self.fields
    }
}

impl DerefMut for UnknownFieldsView<'_> {
    fn deref_mut(&mut self) -> &mut UnknownFields {
        &mut self.fields
    }
}

impl From<UnknownFields> for UnknownFieldsView<'_> {
    fn from(fields: UnknownFields) -> Self {
        Self { fields, lifetime: PhantomData }
    }
}

impl fmt::Debug for UnknownFieldsView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fields.fmt(f)
    }
}
