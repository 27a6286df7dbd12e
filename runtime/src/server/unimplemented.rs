//! The answers of methods that an implementation leaves out. Called by the default methods of generated traits.

use futures_core::Stream;

use crate::grpc::{Context, Method, Result, Status, stream};

fn status(method: &Method) -> Status {
    Status::unimplemented(format!("{} of {} is not implemented", method.name(), method.service()))
}

/// In place of a reply.
pub fn reply<Requests, Reply: Send>(
    _: &Context,
    requests: Requests,
    method: &'static Method,
) -> impl Future<Output = Result<Reply>> + Send + use<Requests, Reply> {
    drop(requests);
    std::future::ready(Err(status(method)))
}

/// In place of a stream of replies.
pub fn stream<Requests, Reply: Send>(
    _: &Context,
    requests: Requests,
    method: &'static Method,
) -> impl Future<Output = Result<impl Stream<Item = Result<Reply>> + Send + use<Requests, Reply>>>
+ Send
+ use<Requests, Reply> {
    drop(requests);
    std::future::ready(Err::<stream::Iter<std::iter::Empty<Reply>>, _>(status(method)))
}
