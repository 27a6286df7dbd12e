//! A field whose value is about to be read. Made by `field`, filled by `source` and `parser`.

use super::place::{Place, Target};
use super::reading::Reading;
use crate::reflect::{FieldDescriptor, Reflect, ViewMut};

/// A field of a message, of whose oneof no other field is set.
pub(super) struct Member<'m, 'c, 'r> {
    pub(super) message: &'m mut dyn Reflect,
    pub(super) field: FieldDescriptor<'c>,
    pub(super) reading: &'c Reading<'r>,
}

impl<'m, 'c, 'r> Member<'m, 'c, 'r> {
    /// What the field holds, which is set by that.
    #[inline]
    pub(super) fn made(&mut self) -> Option<ViewMut<'_>> {
        self.message.made_alone(self.field.place(), self.field.number())
    }

    /// The place of the value, which sets the field once it is there.
    #[inline]
    pub(super) fn place(self) -> Place<'m, 'c, 'r> {
        Place { target: Target::Field(self.message, true), field: Some(self.field), reading: self.reading }
    }
}
