//! What the calls of a channel begin with, by method: gRPC's service config. Set by users on a client, looked up by
//! `start`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::buffer::Buffer;
use super::policy::Policy;
use super::throttle::Throttle;
use super::{Hedge, Retry};
use crate::grpc::{Method, Result};

/// What the calls of a method begin with. A call may have its own of each.
///
/// ```
/// use std::time::Duration;
/// use protocall::{Hedge, MethodConfig};
///
/// let quick = MethodConfig::new().timeout(Duration::from_secs(2)).hedge(Hedge::after(Duration::from_millis(20)));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "it changes nothing before a service config takes it"]
pub struct MethodConfig {
    pub(super) policy: Policy,
    pub(super) timeout: Option<Duration>,
    pub(super) waits: Option<bool>,
    pub(super) max_receive: Option<usize>,
    pub(super) max_send: Option<usize>,
}

impl MethodConfig {
    /// Nothing beyond what the client has.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls that fail are made again. In place of hedging.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.policy = Policy::Retry(retry);
        self
    }

    /// Calls are made several times at once. In place of retries.
    pub fn hedge(mut self, hedge: Hedge) -> Self {
        self.policy = Policy::Hedge(hedge);
        self
    }

    /// The longest that a call may take, all attempts included. A call that sets less has less.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Whether calls wait for a connection as long as it takes: see [`Call::wait_for_ready`](super::Call::wait_for_ready).
    pub fn wait_for_ready(mut self, wanted: bool) -> Self {
        self.waits = Some(wanted);
        self
    }

    /// The most bytes that a reply message may have, if the client allows no fewer.
    pub fn max_receive_message_size(mut self, bytes: usize) -> Self {
        self.max_receive = Some(bytes);
        self
    }

    /// The most bytes that a request message may have, if the client allows no fewer.
    pub fn max_send_message_size(mut self, bytes: usize) -> Self {
        self.max_send = Some(bytes);
        self
    }
}

/// What calls begin with, by service and method; and the brake on their retries.
///
/// Of the entries that name a call's method, its service, or everything, the first in this order counts, alone.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Item {}
/// # service Till { rpc Add(Item) returns (Item); }"#); }
/// # use schema::{TillClient, till};
/// use protocall::{MethodConfig, Retry, ServiceConfig};
///
/// let config = ServiceConfig::new()
///     .service(till::NAME, MethodConfig::new().retry(Retry::standard()))
///     .method(&till::ADD, MethodConfig::new())
///     .throttle(100, 0.1);
/// let till = TillClient::connect("http://127.0.0.1:50051").service_config(config).build()?;
/// # Ok::<(), protocall::Status>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "it changes nothing before a client takes it"]
pub struct ServiceConfig {
    pub(super) all: MethodConfig,
    /// By path: `/shop.v1.Shop/GetProduct` for a method, `/shop.v1.Shop/` for a service.
    pub(super) named: HashMap<String, MethodConfig>,
    pub(super) throttle: Option<(u32, f64)>,
    pub(crate) spread: Option<Spread>,
    /// The service whose health matters.
    pub(crate) health: Option<String>,
}

/// How calls are spread over the servers of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// All to the first that can be connected to.
    PickFirst,
    /// One after another.
    RoundRobin,
    /// To the less busy of two that chance picks.
    LeastRequest,
}

impl ServiceConfig {
    /// Nothing for any method.
    pub fn new() -> Self {
        Self::default()
    }

    /// What holds for methods that are not named otherwise.
    pub fn all(mut self, config: MethodConfig) -> Self {
        self.all = config;
        self
    }

    pub(crate) fn map_all(mut self, change: impl FnOnce(MethodConfig) -> MethodConfig) -> Self {
        self.all = change(self.all);
        self
    }

    /// What holds for the methods of a service, `shop.v1.Shop`, that are not named themselves.
    pub fn service(mut self, name: &str, config: MethodConfig) -> Self {
        self.named.insert(format!("/{name}/"), config);
        self
    }

    /// What holds for a method.
    pub fn method(mut self, method: &Method, config: MethodConfig) -> Self {
        self.named.insert(method.path().to_owned(), config);
        self
    }

    /// The brake on retries and hedging. The client has a bucket of `max_tokens`, 1 to 1000. An attempt that fails with a
    /// code that is worth a retry takes one away, a call that goes well brings `ratio`, at least 0.001. Where no more than
    /// half of them is left, calls have one attempt.
    pub fn throttle(mut self, max_tokens: u32, ratio: f64) -> Self {
        self.throttle = Some((max_tokens, ratio));
        self
    }

    /// Servers are asked for the health of a service, and get no calls while they do not serve it: see
    /// [`Connect::health_check`](crate::Connect::health_check).
    pub fn health_check(mut self, service: impl Into<String>) -> Self {
        self.health = Some(service.into());
        self
    }
}

/// What the calls of a channel share.
#[derive(Debug, Default)]
pub(crate) struct Control {
    config: ServiceConfig,
    throttle: Option<Throttle>,
    buffer: Arc<Buffer>,
}

impl Control {
    /// # Errors
    /// `INVALID_ARGUMENT` where the throttle is none.
    pub(crate) fn new(config: ServiceConfig, buffer: Option<(usize, usize)>) -> Result<Self> {
        let throttle = config.throttle.map(|(max, ratio)| Throttle::new(max, ratio)).transpose()?;
        let buffer = buffer.map_or_else(Buffer::default, |(call, channel)| Buffer::new(call, channel));
        Ok(Self { config, throttle, buffer: Arc::new(buffer) })
    }

    /// What holds for a method.
    pub(super) fn method(&self, method: &Method) -> &MethodConfig {
        let ServiceConfig { all, named, .. } = &self.config;
        if named.is_empty() {
            return all;
        }
        let path = method.path();
        let service = path.rfind('/').and_then(|slash| path.get(..=slash));
        named.get(path).or_else(|| named.get(service?)).unwrap_or(all)
    }

    pub(super) fn throttle(&self) -> Option<&Throttle> {
        self.throttle.as_ref()
    }

    pub(super) fn buffer(&self) -> Arc<Buffer> {
        Arc::clone(&self.buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Control, MethodConfig, ServiceConfig};
    use crate::grpc::{Method, Shape};

    #[test]
    fn the_narrowest_entry_counts_alone() {
        let config = |seconds| MethodConfig::new().timeout(Duration::from_secs(seconds));
        let get = Method::new("/shop.v1.Shop/Get", Shape::Unary);
        let services = ServiceConfig::new()
            .all(config(1))
            .service("shop.v1.Shop", config(2).max_send_message_size(7))
            .method(&get, config(3));
        let control = Control::new(services, None).unwrap();
        for (path, expected) in [
            ("/shop.v1.Shop/Get", config(3)),
            ("/shop.v1.Shop/Put", config(2).max_send_message_size(7)),
            ("/shop.v1.Shops/Get", config(1)),
            ("/Shop/Get", config(1)),
        ] {
            assert_eq!(control.method(&Method::new(path, Shape::Unary)), &expected, "{path}");
        }
    }
}
