//! The ways in and out. Used by users.

use super::error::TextError;
use super::options::{TextReader, TextWriter};
use super::read::{Origin, whole};
use super::reading::Reading;
use super::write::written;
use crate::reflect::Reflect;

/// Every generated message as text, in the form that Protocol Buffers have for it.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"
/// #     syntax = "proto3"; message Order { string id = 1; repeated Line lines = 2; }
/// #     message Line { string item = 1; uint32 count = 2; }
/// # "#); }
/// # use schema::Order;
/// use protocall::Text;
///
/// let order = Order::from_text(r#"
///     id: "7"  # comments are fine
///     lines { item: "tea" count: 2 }
/// "#)?;
/// assert_eq!(order.lines[0].count, 2);
/// assert_eq!(order.to_text(), "id: \"7\"\nlines {\n  item: \"tea\"\n  count: 2\n}\n");
/// let error = Order::from_text("lines { count: -1 }").unwrap_err();
/// assert_eq!(error.to_string(), "lines.count: expected a uint32, found `-`, line 1 column 16");
/// # Ok::<(), protocall::text::TextError>(())
/// ```
pub trait Text: Reflect + Default {
    /// The message as text, a line for each value. Equal messages give equal texts.
    fn to_text(&self) -> String
    where
        Self: Sized,
    {
        TextWriter::new().write(self)
    }

    /// Reads the message from a text.
    ///
    /// # Errors
    /// When the text is not one of such a message: what the schema does not name and does not set aside by `reserved`,
    /// single fields and fields of a oneof that are there twice, values beyond the range of their type, required fields
    /// that are missing, nesting beyond 100 levels. [`TextReader`] lets some of it pass.
    fn from_text(text: &str) -> Result<Self, TextError> {
        TextReader::new().read(text)
    }
}

impl<M: Reflect + Default> Text for M {}

impl TextWriter {
    /// The message as a text.
    pub fn write(&self, message: &dyn Reflect) -> String {
        written(message, self)
    }
}

impl TextReader {
    /// Reads a message from a text.
    ///
    /// # Errors
    /// As [`Text::from_text`].
    pub fn read<M: Reflect + Default>(&self, text: &str) -> Result<M, TextError> {
        let mut message = M::default();
        self.put(text, &mut message, Origin::Made)?;
        Ok(message)
    }

    /// Reads a message from a text into this one, whose fields are replaced and whose lists and maps are added to; for
    /// messages too whose type is known only while the program runs.
    ///
    /// # Errors
    /// As [`Text::from_text`]; what stood before the mistake is in the message then.
    pub fn merge(&self, message: &mut dyn Reflect, text: &str) -> Result<(), TextError> {
        self.put(text, message, Origin::Found)
    }

    fn put(&self, text: &str, message: &mut dyn Reflect, origin: Origin) -> Result<(), TextError> {
        let pool = message.descriptor().pool().clone();
        let read =
            Reading::new(text, self, &pool).and_then(|mut reading| whole(&mut reading, message, origin));
        read.map_err(|fault| fault.shown(text))
    }
}
