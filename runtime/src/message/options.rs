//! How a message is read and written where the plain way of `codec` is not enough. Used by users.

use bytes::Bytes;

use super::{Message, MessageView};
use crate::wire::{DecodeError, Input, Output, Session, to_vec};

/// Limits of decoding.
///
/// ```
/// use protocall::{DecodeError, DecodeOptions, Message};
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Tree { Tree child = 1; }"#); }
/// # use schema::Tree;
/// let mut tree = Tree::default();
/// for _ in 0..150 {
///     tree = Tree { child: Some(Box::new(tree)), ..Default::default() };
/// }
/// let bytes = tree.encode_to_vec();
/// assert_eq!(Tree::decode(&bytes), Err(DecodeError::RecursionLimit));
/// assert_eq!(DecodeOptions::new().max_depth(200).decode::<Tree>(&bytes)?, tree);
/// # Ok::<(), DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct DecodeOptions {
    depth: Option<u32>,
    budget: Option<usize>,
    partial: bool,
}

impl DecodeOptions {
    /// The limits of [`Message::decode`].
    pub fn new() -> Self {
        Self::default()
    }

    /// How deep messages and groups may nest: 100 levels unless set otherwise. Decoding takes stack for each level.
    pub fn max_depth(mut self, levels: u32) -> Self {
        self.depth = Some(levels);
        self
    }

    /// How many bytes the elements of lists and maps, and boxed messages, may take in memory beyond the bytes that they
    /// take on the wire: 64 MiB and 32 times the length of the input unless set otherwise. Without a limit an empty
    /// element, two bytes on the wire, is as large as its struct.
    pub fn memory_budget(mut self, bytes: usize) -> Self {
        self.budget = Some(bytes);
        self
    }

    /// Whether `required` fields of proto2 may be missing: they have their type's zero then.
    pub fn partial(mut self, allowed: bool) -> Self {
        self.partial = allowed;
        self
    }

    /// As [`Message::decode`].
    ///
    /// # Errors
    /// When the bytes are not a message of this type, or it goes beyond a limit.
    pub fn decode<M: Message>(&self, bytes: &[u8]) -> Result<M, DecodeError> {
        let mut message = M::default();
        message.merge_fields(Input::new(bytes, &self.session(bytes.len(), None)))?;
        Ok(message)
    }

    /// As [`Message::decode_bytes`].
    ///
    /// # Errors
    /// As [`DecodeOptions::decode`].
    pub fn decode_bytes<M: Message>(&self, bytes: Bytes) -> Result<M, DecodeError> {
        let mut message = M::default();
        message.merge_fields(Input::new(&bytes, &self.session(bytes.len(), Some(&bytes))))?;
        Ok(message)
    }

    /// As [`MessageView::decode`].
    ///
    /// # Errors
    /// As [`DecodeOptions::decode`].
    pub fn decode_view<'a, V: MessageView<'a>>(&self, bytes: &'a [u8]) -> Result<V, DecodeError> {
        let mut view = V::default();
        view.merge_fields(Input::new(bytes, &self.session(bytes.len(), None)))?;
        Ok(view)
    }

    /// As [`Message::merge`].
    ///
    /// # Errors
    /// As [`DecodeOptions::decode`].
    pub fn merge<M: Message>(&self, message: &mut M, bytes: &[u8]) -> Result<(), DecodeError> {
        message.merge_fields(Input::new(bytes, &self.session(bytes.len(), None).partial(true)))
    }

    fn session<'a>(&self, length: usize, source: Option<&'a Bytes>) -> Session<'a> {
        Session::new(length, source).limited(self.depth, self.budget).partial(self.partial)
    }
}

/// Ways of encoding.
///
/// ```
/// use protocall::EncodeOptions;
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Labels { map<string, string> all = 1; }"#); }
/// # use schema::Labels;
/// let labels = |names: [&str; 3]| Labels {
///     all: names.into_iter().map(|name| (name.to_owned(), String::new())).collect(),
///     ..Default::default()
/// };
/// let options = EncodeOptions::new().deterministic(true);
/// assert_eq!(options.encode_to_vec(&labels(["a", "b", "c"])), options.encode_to_vec(&labels(["c", "a", "b"])));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct EncodeOptions {
    deterministic: bool,
}

impl EncodeOptions {
    /// The way of [`Message::encode_to_vec`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether equal messages must give the same bytes: maps are then written in the order of their keys. Extensions
    /// stand in the order of their numbers where this program sets them, and otherwise, as unknown fields do, in that of
    /// their arrival. The bytes are the same within one version of this crate; no implementation promises more.
    pub fn deterministic(mut self, wanted: bool) -> Self {
        self.deterministic = wanted;
        self
    }

    /// The message as bytes.
    pub fn encode_to_vec<M: Message>(&self, message: &M) -> Vec<u8> {
        self.written(&|out| message.put_fields(out))
    }

    /// The view as bytes.
    pub fn encode_view_to_vec<'a, V: MessageView<'a>>(&self, view: &V) -> Vec<u8> {
        self.written(&|out| view.put_fields(out))
    }

    fn written(&self, put: &dyn Fn(&mut Output<'_>)) -> Vec<u8> {
        to_vec(&mut |out| {
            if self.deterministic {
                out.set_deterministic();
            }
            put(out);
        })
    }
}
