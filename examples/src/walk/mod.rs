//! A walk through the shop that calls every method once: what `shop_client` and `shop` do.

mod orders;
mod paper;
mod products;
mod shown;

use std::io::Write;
use std::time::Duration;

use protocall::tokio::time;
use protocall::{Channel, Message, Result, Status, Streaming};

use crate::ecommerce::v1::{OrderServiceClient, ProductServiceClient};
use paper::Paper;

/// How long a watcher waits for news of what it has just seen done.
const SOON: Duration = Duration::from_millis(500);

/// How long the walk watches at most.
const WATCH: Duration = Duration::from_secs(10);

/// Calls every method of the shop at the other end of `channel`, and writes what comes back to `out`.
///
/// # Errors
/// The status of the first call that did not go as it should.
pub async fn walk(channel: &Channel, out: &mut dyn Write) -> Result<()> {
    let paper = &mut Paper::new(out);
    products::walk(&ProductServiceClient::from(channel.clone()), paper).await?;
    orders::walk(&OrderServiceClient::from(channel.clone()), paper).await
}

/// The next event; `None` if nothing happens for a while.
async fn soon<T: Message>(events: &mut Streaming<T>) -> Result<Option<T>> {
    match time::timeout(SOON, events.next()).await {
        Err(_) => Ok(None),
        Ok(next) => next?.map(Some).ok_or_else(|| Status::unknown("the server has ended a watch by itself")),
    }
}
