//! The trait of every generated message, with the operations that users call.

use bytes::{BufMut, Bytes};

use crate::wire::{DecodeError, EncodeError, Input, Output, Session, count, to_vec, write_into};

/// The most bytes that a message may take, by the specification.
pub(super) const MAX_LEN: usize = i32::MAX as usize;

/// A Protocol Buffers message: made by [`include_proto!`](crate::include_proto), encoded and decoded here.
///
/// ```
/// use protocall::Message;
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Point { int32 x = 1; int32 y = 2; }"#); }
/// # use schema::Point;
/// let point = Point { x: 3, y: -1, ..Default::default() };
/// let bytes = point.encode_to_vec();
/// assert_eq!(Point::decode(&bytes)?, point);
/// # Ok::<(), protocall::DecodeError>(())
/// ```
pub trait Message: Default + Send + Sync + 'static {
    /// The full name in the schema: `shop.v1.Order`.
    const NAME: &'static str;

    /// Bytes on the heap of a message that holds nothing: those of a box.
    #[doc(hidden)]
    const HEAP: usize = 0;

    /// Writes the fields from the last to the first.
    #[doc(hidden)]
    fn put_fields(&self, out: &mut Output<'_>);

    /// Reads fields up to the end of `input`.
    #[doc(hidden)]
    fn merge_fields(&mut self, input: Input<'_, '_>) -> Result<(), DecodeError>;

    /// Bytes that the message takes on the wire.
    ///
    /// They are counted by going through the whole message, which takes about as long as encoding it.
    fn encoded_len(&self) -> usize {
        count(&mut |out| self.put_fields(out))
    }

    /// The message as bytes, in one allocation of the exact size.
    ///
    /// A message of more than 2 GiB is written like any other here, though no other implementation would read it:
    /// [`Message::encode`] refuses one.
    fn encode_to_vec(&self) -> Vec<u8> {
        to_vec(&mut |out| self.put_fields(out))
    }

    /// The message as shareable bytes; otherwise as [`Message::encode_to_vec`].
    fn encode_to_bytes(&self) -> Bytes {
        self.encode_to_vec().into()
    }

    /// Appends the message to `buffer`, without a length before it.
    ///
    /// # Errors
    /// When the buffer has not enough room left, or the message is larger than 2 GiB - 1; nothing is written then.
    fn encode(&self, buffer: &mut impl BufMut) -> Result<(), EncodeError> {
        write_into(buffer, MAX_LEN, &mut |out| self.put_fields(out))
    }

    /// Reads a message from all of `bytes`. Fields of type `bytes` are copied.
    ///
    /// # Errors
    /// When the bytes are not a message of this type, see [`DecodeError`].
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut message = Self::default();
        message.merge_fields(Input::new(bytes, &Session::new(bytes.len(), None)))?;
        Ok(message)
    }

    /// Reads a message from all of `bytes`. Fields of type `bytes` become slices of them, without a copy; they
    /// keep the whole buffer alive.
    ///
    /// # Errors
    /// As [`Message::decode`].
    fn decode_bytes(bytes: Bytes) -> Result<Self, DecodeError> {
        let mut message = Self::default();
        message.merge_fields(Input::new(&bytes, &Session::new(bytes.len(), Some(&bytes))))?;
        Ok(message)
    }

    /// Reads a message from all of `bytes` into this one: scalars are replaced, lists appended to, maps extended,
    /// and messages merged field by field. `required` fields of proto2 may be missing in `bytes`.
    ///
    /// # Errors
    /// As [`Message::decode`]; what stood before the mistake is merged then.
    fn merge(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        self.merge_fields(Input::new(bytes, &Session::new(bytes.len(), None).partial(true)))
    }
}

impl<M: Message> Message for Box<M> {
    const NAME: &'static str = M::NAME;

    const HEAP: usize = size_of::<M>();

    fn put_fields(&self, out: &mut Output<'_>) {
        M::put_fields(self, out);
    }

    fn merge_fields(&mut self, input: Input<'_, '_>) -> Result<(), DecodeError> {
        M::merge_fields(self, input)
    }
}
