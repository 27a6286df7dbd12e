//! Whether the paths of a mask are those of a message. Called by users, and by `apply` before it changes anything.

use super::error::{MaskError, shortened};
use super::near;
use crate::reflect::{MessageDescriptor, Reflect};
use crate::well_known::generated::google::protobuf::FieldMask;

impl FieldMask {
    /// Whether all paths lead to fields of this type.
    ///
    /// # Errors
    /// At the first path that does not: because there is no such field, or it goes on behind a list, a map, or what is no
    /// message.
    pub fn check<M: Reflect + Default>(&self) -> Result<(), MaskError> {
        self.check_against(M::default().descriptor())
    }

    /// Whether all paths lead to fields of that message.
    ///
    /// # Errors
    /// As [`FieldMask::check`].
    pub fn check_against(&self, message: MessageDescriptor<'_>) -> Result<(), MaskError> {
        self.paths.iter().try_for_each(|path| check(path, message))
    }
}

fn check(path: &str, message: MessageDescriptor<'_>) -> Result<(), MaskError> {
    let wrong = |problem: String, near: Option<&str>| Err(MaskError::new(path, problem, near));
    let mut message = message;
    let mut names = path.split('.').peekable();
    while let Some(name) = names.next() {
        let Some(field) = message.field(name) else {
            let problem = format!("{} has no field `{}`", message.full_name(), shortened(name));
            return wrong(problem, near::field(name, message));
        };
        if names.peek().is_none() {
            return Ok(());
        }
        message = match field.message() {
            Some(inner) if !field.is_list() && !field.is_map() => inner,
            _ => {
                return wrong(format!("nothing can stand behind `{name}`, which is no single message"), None);
            }
        };
    }
    Ok(())
}
