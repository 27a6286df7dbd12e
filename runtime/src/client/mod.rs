//! Calling: from a message and a method to an HTTP request, and back. No sockets: `transport` connects.

mod answer;
mod call;
mod channel;
mod intercept;
mod reply;
mod sender;
mod start;

pub use call::{Bidi, Call, ClientStream, Many, One, ServerStream, Unary};
pub use channel::Channel;
pub(crate) use channel::{Options, Requests, Sending, Transport};
pub use reply::{CallFuture, Outcome, Reply, ReplyFuture};
pub use sender::Sender;
pub(crate) use start::RequestDeadline;
