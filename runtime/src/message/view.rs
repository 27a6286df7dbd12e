//! Views: messages that borrow their text and bytes from what they were decoded from. The trait of every generated view,
//! used by users.

use bytes::{BufMut, Bytes};

use super::Message;
use super::codec::MAX_LEN;
use crate::wire::{DecodeError, EncodeError, Input, Output, Session, count, to_vec, write_into};

/// A message whose text and bytes are slices of the buffer that it was decoded from: made by
/// [`include_proto!`](crate::include_proto) with the option `views`. Decoding one copies no text and allocates for lists
/// and maps only.
///
/// ```
/// use protocall::{Message, MessageView};
/// # mod schema {
/// #     protocall::include_proto!(inline = r#"
/// #         syntax = "proto3";
/// #         message Person { string name = 1; repeated string roles = 2; }
/// #     "#, views = true);
/// # }
/// use schema::{Person, PersonView};
///
/// let bytes = Person { name: "Ada".into(), roles: vec!["author".into()], ..Default::default() }.encode_to_vec();
/// let view = PersonView::decode(&bytes)?;
/// assert_eq!((view.name, &view.roles[..]), ("Ada", &["author"][..]));
/// assert_eq!(view.encode_to_vec(), bytes);
///
/// let person: Person = view.to_message();
/// assert_eq!(PersonView::of(&person), view);
/// # Ok::<(), protocall::DecodeError>(())
/// ```
pub trait MessageView<'a>: Default + Send + Sync {
    /// The message that owns its fields.
    type Message: Message;

    /// Bytes on the heap of a view that holds nothing: those of a box.
    #[doc(hidden)]
    const HEAP: usize = 0;

    /// Writes the fields from the last to the first.
    #[doc(hidden)]
    fn put_fields(&self, out: &mut Output<'_>);

    /// Reads fields up to the end of `input`.
    #[doc(hidden)]
    fn merge_fields(&mut self, input: Input<'a, '_>) -> Result<(), DecodeError>;

    /// A view of `message`.
    fn of(message: &'a Self::Message) -> Self;

    /// The message, with a copy of all that the view borrows.
    fn to_message(&self) -> Self::Message;

    /// Reads a view from all of `bytes`, which it borrows from.
    ///
    /// # Errors
    /// As [`Message::decode`].
    fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut view = Self::default();
        view.merge_fields(Input::new(bytes, &Session::new(bytes.len(), None)))?;
        Ok(view)
    }

    /// Bytes that the view takes on the wire, see [`Message::encoded_len`].
    fn encoded_len(&self) -> usize {
        count(&mut |out| self.put_fields(out))
    }

    /// The view as bytes, see [`Message::encode_to_vec`].
    fn encode_to_vec(&self) -> Vec<u8> {
        to_vec(&mut |out| self.put_fields(out))
    }

    /// The view as shareable bytes.
    fn encode_to_bytes(&self) -> Bytes {
        self.encode_to_vec().into()
    }

    /// Appends the view to `buffer`.
    ///
    /// # Errors
    /// As [`Message::encode`].
    fn encode(&self, buffer: &mut impl BufMut) -> Result<(), EncodeError> {
        write_into(buffer, MAX_LEN, &mut |out| self.put_fields(out))
    }
}

/// A message that has a view: what a service method can take in place of the message, by the option `view_requests`.
pub trait Viewable: Message {
    /// Its view.
    type View<'a>: MessageView<'a, Message = Self>;
}

impl<'a, V: MessageView<'a>> MessageView<'a> for Box<V> {
    type Message = Box<V::Message>;

    const HEAP: usize = size_of::<V>();

    fn put_fields(&self, out: &mut Output<'_>) {
        V::put_fields(self, out);
    }

    fn merge_fields(&mut self, input: Input<'a, '_>) -> Result<(), DecodeError> {
        V::merge_fields(self, input)
    }

    fn of(message: &'a Box<V::Message>) -> Self {
        Box::new(V::of(message))
    }

    fn to_message(&self) -> Box<V::Message> {
        Box::new(V::to_message(self))
    }
}
