//! A new element of a list, which is made once its value is there. Made by `read`, filled by `source` and `parser`.

use serde::de::Error;

use super::place::{Place, Target};
use super::reading::Reading;
use crate::reflect::{FieldDescriptor, List};

/// A list that gets one more value, once there is one.
pub(super) struct Element<'m, 'c, 'r> {
    pub(super) list: &'m mut dyn List,
    pub(super) size: usize,
    pub(super) field: Option<FieldDescriptor<'c>>,
    pub(super) reading: &'c Reading<'r>,
}

impl<'m, 'c, 'r> Element<'m, 'c, 'r> {
    /// The place of a new element.
    pub(super) fn place<E: Error>(self) -> Result<Place<'m, 'c, 'r>, E> {
        let value = self.list.push();
        self.reading.charge(&value, self.size)?;
        Ok(Place { target: Target::Single(value), field: self.field, reading: self.reading })
    }
}
