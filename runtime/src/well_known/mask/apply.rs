//! Messages by a mask: what of one goes into another, and what is left of one. Used by users.
//!
//! Before anything is changed, all paths are checked.

use super::copy;
use super::error::MaskError;
use super::path::below;
use crate::reflect::{FieldDescriptor, Reflect, Value, ValueMut, View, ViewMut, is_set};
use crate::well_known::generated::google::protobuf::FieldMask;

/// What becomes of the field at the end of a path.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// It is as in the source afterwards.
    Replace,
    /// Messages, lists and maps keep what they had and get what the source has.
    Merge,
}

impl FieldMask {
    /// Makes the fields that the mask names what they are in `source`; those that are not set there are cleared. This is
    /// what an update with a mask asks for. Other fields stay as they are.
    ///
    /// # Errors
    /// As [`FieldMask::check`]; nothing is changed then.
    pub fn apply<M: Reflect>(&self, source: &M, target: &mut M) -> Result<(), MaskError> {
        self.copy(source, target, Way::Replace)
    }

    /// As [`FieldMask::apply`], but what holds more than one value keeps what it has: messages are merged into those of
    /// `target`, elements of lists come behind its own, and entries of maps replace those with the same key. So do the
    /// libraries of protobuf by default, in their `FieldMaskUtil`.
    ///
    /// # Errors
    /// As [`FieldMask::check`]; nothing is changed then.
    pub fn merge<M: Reflect>(&self, source: &M, target: &mut M) -> Result<(), MaskError> {
        self.copy(source, target, Way::Merge)
    }

    /// Clears all fields that the mask does not name, and those that the schema does not know. A mask without paths leaves
    /// nothing.
    ///
    /// # Errors
    /// As [`FieldMask::check`]; nothing is changed then.
    pub fn trim<M: Reflect>(&self, message: &mut M) -> Result<(), MaskError> {
        self.check_against(message.descriptor())?;
        trim(message, &self.canonical());
        Ok(())
    }

    fn copy(&self, source: &dyn Reflect, target: &mut dyn Reflect, way: Way) -> Result<(), MaskError> {
        // Two messages of which only the descriptors are known need not be of one type.
        self.check_against(source.descriptor())?;
        self.check_against(target.descriptor())?;
        self.canonical().into_iter().for_each(|path| along(path, source, (target, way)));
        Ok(())
    }
}

/// Goes down to the end of a path, as far as one of the two has the messages on the way.
fn along(path: &str, source: &dyn Reflect, (target, way): (&mut dyn Reflect, Way)) {
    let mut names = path.split('.').peekable();
    let mut source = Some(source);
    let mut target = target;
    while let Some(name) = names.next() {
        let view = source.and_then(|message| set(message, name));
        let Some(number) = target.descriptor().field(name).map(FieldDescriptor::number) else { return };
        if names.peek().is_none() {
            return last(view, target, (number, way));
        }
        source = match view {
            Some(View::Plain(Value::Message(inner)) | View::Optional(Some(Value::Message(inner)))) => {
                Some(inner)
            }
            _ if set(target, name).is_some() => None,
            _ => return,
        };
        target = match target.made(number) {
            Some(ViewMut::Single(ValueMut::Message(inner))) => inner,
            _ => return,
        };
    }
}

/// What a field holds, if it is set.
fn set<'a>(message: &'a dyn Reflect, name: &str) -> Option<View<'a>> {
    let field = message.descriptor().field(name)?;
    message.view_of(field).filter(|view| is_set(view, field))
}

fn last(view: Option<View<'_>>, target: &mut dyn Reflect, (number, way): (u32, Way)) {
    let keeps = way == Way::Merge && target.descriptor().field_by_number(number).is_some_and(holds_more);
    if !keeps {
        target.clear_number(number);
    }
    if let Some(view) = view {
        copy::field(&view, target, number);
    }
}

/// Whether it is a message, a list or a map.
fn holds_more(field: FieldDescriptor<'_>) -> bool {
    field.is_list() || field.message().is_some()
}

/// `paths` are canonical.
fn trim(message: &mut dyn Reflect, paths: &[&str]) {
    let (pool, index) = message.descriptor().detached();
    for field in pool.placed(index).fields() {
        let kept: Vec<&str> = paths.iter().filter_map(|path| below(path, field.name())).collect();
        if kept.is_empty() {
            message.clear_number(field.number());
        } else if kept != [""]
            && set(message, field.name()).is_some()
            && let Some(ViewMut::Single(ValueMut::Message(inner))) = message.made(field.number())
        {
            trim(inner, &kept);
        }
    }
    if let Some(unknown) = message.unknown_mut() {
        unknown.clear();
    }
}
