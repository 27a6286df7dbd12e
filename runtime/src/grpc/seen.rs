//! One message on its way through the interceptors of a call. Shown by both sides, looked at by users.

use std::any::Any;
use std::fmt;

use super::{Metadata, Result};
use crate::message::Message;
use crate::reflect::Reflect;

/// A message of any type, with what its type can do.
pub(crate) trait Seen: Send {
    fn name(&self) -> &'static str;
    fn encoded_len(&self) -> usize;
    fn any(&self) -> &dyn Any;
    fn any_mut(&mut self) -> &mut dyn Any;
    fn reflect(&self) -> &dyn Reflect;
    fn reflect_mut(&mut self) -> &mut dyn Reflect;
}

impl<M: Message + Reflect> Seen for M {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn encoded_len(&self) -> usize {
        Message::encoded_len(self)
    }

    fn any(&self) -> &dyn Any {
        self
    }

    fn any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn reflect(&self) -> &dyn Reflect {
        self
    }

    fn reflect_mut(&mut self) -> &mut dyn Reflect {
        self
    }
}

/// A message as an interceptor sees it: decoded, before the other side of the call gets it. What is changed here is what
/// that side gets.
pub struct InterceptedMessage<'a> {
    message: &'a mut dyn Seen,
    /// Of one that has come in.
    received: Option<usize>,
}

impl<'a> InterceptedMessage<'a> {
    pub(super) fn new(message: &'a mut dyn Seen, received: Option<usize>) -> Self {
        Self { message, received }
    }

    /// The full name of its type: `shop.v1.Order`.
    pub fn name(&self) -> &'static str {
        self.message.name()
    }

    /// How many bytes it takes, without compression and without gRPC's prefix: of a message that has come in as it was
    /// sent, of one that goes out as it would be now, which is counted by going through all of it.
    pub fn size(&self) -> usize {
        self.received.unwrap_or_else(|| self.message.encoded_len())
    }

    /// The message, if it is an `M`.
    pub fn downcast_ref<M: Message>(&self) -> Option<&M> {
        self.message.any().downcast_ref()
    }

    /// The message to be changed, if it is an `M`.
    pub fn downcast_mut<M: Message>(&mut self) -> Option<&mut M> {
        self.message.any_mut().downcast_mut()
    }

    /// The message as one of any type, whose fields are read by name and number.
    pub fn reflect(&self) -> &dyn Reflect {
        self.message.reflect()
    }

    /// The message as one of any type, to be changed.
    pub fn reflect_mut(&mut self) -> &mut dyn Reflect {
        self.message.reflect_mut()
    }
}

impl fmt::Debug for InterceptedMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InterceptedMessage").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// What an interceptor does with each message of one direction.
pub(super) type MessageHook = Box<dyn FnMut(&mut InterceptedMessage<'_>) -> Result<()> + Send>;

/// What an interceptor does with the headers of the answer.
pub(super) type HeadersHook = Box<dyn FnMut(&mut Metadata) + Send>;
