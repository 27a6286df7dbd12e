//! Client-side health checking, gRFC A17: the server of a connection is asked whether it serves, for as long as the connection is
//! there. Begun by `link`, where a channel wants it.

use std::sync::Arc;

use http::Request;
use http::uri::Authority;
use tokio::sync::watch;
use tokio::time::sleep;

use super::connection::{Checks, Live, Settings, tell_deadline};
use super::fault;
use super::pulse::Pulse;
use super::stream::{self, Held};
#[cfg(feature = "web")]
use crate::client::Web;
use crate::client::{Channel, Connectivity, Control, Options, Requests, Sending, Transport, watch_health};
use crate::grpc::{Code, Origin, Reach, Status};

/// Watches the health of the server behind a connection, for ever unless it knows of no health checks. `tell` is called with what
/// it has against calls, and with `None` when it serves.
pub(super) async fn watch(live: Live, settings: Arc<Settings>, name: &str, tell: impl Fn(Option<Status>)) {
    let Some(checks) = &settings.checks else { return };
    let channel = channel(live, &settings, checks);
    let mut failures = 0;
    loop {
        let mut has_answered = false;
        let answered = |health: Result<(), &str>| {
            has_answered = true;
            tell(
                health
                    .err()
                    .map(|state| unhealthy(&format!("{name} says that {:?} is {state}", checks.service))),
            );
        };
        let ended = watch_health(&channel, &checks.service, answered).await;
        if ended.code() == Code::Unimplemented {
            // "It will not retry the health-checking call, but it will treat the channel as healthy."
            return tell(None);
        }
        tell(Some(unhealthy(&format!("{name} does not tell of its health: {ended}"))));
        if has_answered {
            // "The backoff state is reset, so the next attempt will occur immediately."
            failures = 0;
        } else {
            sleep(settings.backoff.delay(failures)).await;
            failures = failures.saturating_add(1);
        }
    }
}

/// The status of a call for which there is a connection, but no server that would serve it.
fn unhealthy(why: &str) -> Status {
    Status::unavailable(why).with_origin(Origin::Connect).with_reach(Reach::NoConnection)
}

/// A channel to one connection: without policies and interceptors of the user's, but with credentials, as A17 has it.
fn channel(live: Live, settings: &Arc<Settings>, checks: &Checks) -> Channel {
    let (options, control) = (Options::default(), Control::default());
    let direct = Direct { live, settings: Arc::clone(settings), is_secure: checks.is_secure };
    #[cfg(feature = "web")]
    if checks.is_web {
        return Channel::over(Web(direct), options, control).with_credentials(checks.credentials.clone());
    }
    Channel::over(direct, options, control).with_credentials(checks.credentials.clone())
}

/// Calls on one connection, whatever others there are.
#[derive(Debug)]
struct Direct {
    live: Live,
    settings: Arc<Settings>,
    is_secure: bool,
}

impl Transport for Direct {
    fn send(&self, mut request: Request<Requests>) -> Sending {
        let (mut live, settings) = (self.live.clone(), Arc::clone(&self.settings));
        Box::pin(async move {
            settings.address(&mut request);
            live.requests = live.requests.clone().ready().await.map_err(fault::status)?;
            tell_deadline(&mut request);
            // It is no call of the user's: a channel that has only these is idle.
            let held = Held { busy: None, running: live.pulse.as_ref().map(Pulse::attend) };
            let sent = stream::send(&mut live, request, held).await;
            sent.map_err(|status| live.explained(status))
        })
    }

    fn is_secure(&self) -> bool {
        self.is_secure
    }

    fn authority(&self) -> &Authority {
        &self.settings.authority
    }

    fn connect(&self) {}

    fn connectivity(&self) -> Connectivity {
        Connectivity::Ready
    }

    fn changes(&self) -> watch::Receiver<u64> {
        watch::Sender::new(0).subscribe()
    }
}
