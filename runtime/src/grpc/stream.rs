//! Small streams for handlers that have their replies at hand. Used by users, and by methods that are not written.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::Result;

/// A stream of the items of an iterator, each a reply that succeeded.
///
/// ```
/// use protocall::{Context, Result, Stream, stream};
/// # #[derive(Default)] struct Product; #[derive(Default)] struct ListRequest;
/// async fn list(_: &Context, _: ListRequest) -> Result<impl Stream<Item = Result<Product>>> {
///     Ok(stream::iter(vec![Product, Product]))
/// }
/// ```
pub fn iter<I: IntoIterator>(items: I) -> Iter<I::IntoIter> {
    Iter(items.into_iter())
}

/// A stream without items.
pub fn empty<T>() -> Iter<std::iter::Empty<T>> {
    iter(std::iter::empty())
}

/// A stream of an iterator's items: see [`iter`].
#[derive(Clone, Debug)]
pub struct Iter<I>(I);

// The iterator is moved, never pinned.
impl<I> Unpin for Iter<I> {}

impl<I: Iterator> Stream for Iter<I> {
    type Item = Result<I::Item>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<I::Item>>> {
        Poll::Ready(self.0.next().map(Ok))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
