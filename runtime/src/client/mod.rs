//! Calling: from a message and a method to an HTTP request, and back. No sockets: `transport` connects.

mod answer;
mod call;
mod channel;
mod sender;
mod start;

pub use call::{Bidi, Call, CallFuture, ClientStream, Many, One, Reply, ReplyFuture, ServerStream, Unary};
pub use channel::Channel;
pub(crate) use channel::{Options, Requests, Sending, Transport};
pub use sender::Sender;
pub(crate) use start::RequestDeadline;
