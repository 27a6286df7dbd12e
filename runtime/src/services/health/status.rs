//! What a server tells of its health: set by the program, told by `service`.

use std::collections::BTreeMap;
use std::fmt;

use tokio::sync::watch;

use super::generated::grpc::health::v1::health_check_response::ServingStatus;

/// The health of a server and of its services; a handle, of which all clones are one.
///
/// It starts with the server as a whole, whose name is empty, as [`ServingStatus::Serving`]. A server that it is given
/// to adds its services in the same state, but for those that have a status already. While a server drains, its own
/// answers say that nothing serves, whatever was set; those of others that share the handle are not changed by that.
///
/// ```
/// use protocall::Server;
/// use protocall::health::{Health, ServingStatus};
///
/// let health = Health::new();
/// let server = Server::new().health_from(&health);
///
/// health.set("shop.v1.Orders", ServingStatus::NotServing); // the database is away
/// assert_eq!(health.status("shop.v1.Orders"), Some(ServingStatus::NotServing));
/// health.set("shop.v1.Orders", ServingStatus::Serving);
/// # drop(server);
/// ```
#[derive(Clone)]
pub struct Health(watch::Sender<Statuses>);

/// What was set, by the names of services.
#[derive(Debug)]
pub(super) struct Statuses {
    known: BTreeMap<String, ServingStatus>,
    suspended: bool,
}

impl Statuses {
    fn of(&self, service: &str) -> Option<ServingStatus> {
        let known = self.known.get(service)?;
        Some(if self.suspended { ServingStatus::NotServing } else { *known })
    }
}

impl Health {
    /// The health of a server that serves, with no service that is known by name.
    pub fn new() -> Self {
        let known = BTreeMap::from([(String::new(), ServingStatus::Serving)]);
        Self(watch::Sender::new(Statuses { known, suspended: false }))
    }

    /// Sets the status of a service by its full name; the empty name is the server as a whole. Whoever watches it is
    /// told.
    pub fn set(&self, service: impl Into<String>, status: ServingStatus) {
        self.0.send_modify(|statuses| {
            statuses.known.insert(service.into(), status);
        });
    }

    /// Forgets a service: a check of it is answered with `NOT_FOUND`, and those who watch it are told
    /// [`ServingStatus::ServiceUnknown`].
    pub fn remove(&self, service: &str) {
        self.0.send_modify(|statuses| {
            statuses.known.remove(service);
        });
    }

    /// What is told of a service at present; `None` where it has no status.
    pub fn status(&self, service: &str) -> Option<ServingStatus> {
        self.0.borrow().of(service)
    }

    /// Tells of every service that has a status that it does not serve, until [`Health::resume`]. What is set meanwhile
    /// counts from then on.
    pub fn suspend(&self) {
        self.0.send_modify(|statuses| statuses.suspended = true);
    }

    /// Tells what was set again.
    pub fn resume(&self) {
        self.0.send_modify(|statuses| statuses.suspended = false);
    }

    /// All services that have a status.
    pub(super) fn all(&self) -> BTreeMap<String, ServingStatus> {
        let statuses = self.0.borrow();
        let names = statuses.known.keys();
        names.filter_map(|name| Some((name.clone(), statuses.of(name)?))).collect()
    }

    /// Adds services that have no status yet.
    pub(super) fn add(&self, services: impl Iterator<Item = &'static str>) {
        self.0.send_modify(|statuses| {
            for service in services {
                statuses.known.entry(service.to_owned()).or_insert(ServingStatus::Serving);
            }
        });
    }

    /// Ready, again and again, when a status may have changed.
    pub(super) fn changes(&self) -> watch::Receiver<Statuses> {
        self.0.subscribe()
    }

    /// Lets all who watch look again.
    pub(super) fn look_again(&self) {
        self.0.send_modify(|_| ());
    }
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Health").field(&*self.0.borrow()).finish()
    }
}
