//! Small streams for handlers that have their replies at hand, and the reading of any stream. Used by users, and by
//! methods that are not written.

use std::future::poll_fn;
use std::pin::{Pin, pin};
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

/// All items of a stream, up to its end or its first error: for tests of handlers, and for replies that are few.
///
/// # Errors
/// The first error of the stream.
pub async fn collect<T>(stream: impl Stream<Item = Result<T>>) -> Result<Vec<T>> {
    let mut stream = pin!(stream);
    let mut items = Vec::new();
    while let Some(item) = next(&mut stream).await {
        items.push(item?);
    }
    Ok(items)
}

/// The next item of a stream; one that cannot be moved is pinned first, with `std::pin::pin!`.
pub async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await
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
