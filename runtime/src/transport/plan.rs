//! What a client is to connect to and how, as `connect` has gathered it, and the way there.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use http::header::HeaderValue;
use http::uri::Scheme;

use super::connection::{Checks, Settings};
use super::dial::{Dial, Dialer, Place};
use super::hosts::Hosts;
use super::http2::Http2;
use super::resolve::AnyResolver;
#[cfg(feature = "tls")]
use super::secure::Secured;
#[cfg(feature = "web")]
use super::spares::{self, Spares};
use super::target::{Site, Target};
#[cfg(feature = "web")]
use super::turns::Turns;
use super::upkeep::Upkeep;
#[cfg(feature = "web")]
use crate::client::Web;
use crate::client::{Channel, Control, Credentials, Options, Spread};
use crate::grpc::{Backoff, Result, Status};
#[cfg(feature = "tls")]
use crate::tls::{ClientTls, Protocol};

/// See the head of the file.
pub(super) struct Plan {
    pub(super) target: Target,
    pub(super) resolver: Option<Arc<dyn AnyResolver>>,
    /// How long names are not asked for again.
    pub(super) resolve_interval: Duration,
    pub(super) spread: Spread,
    pub(super) connections: RangeInclusive<usize>,
    pub(super) user_agent: HeaderValue,
    pub(super) connect_timeout: Duration,
    pub(super) max_headers: u32,
    pub(super) backoff: Backoff,
    pub(super) upkeep: Upkeep,
    /// The service that servers are asked for, where their health matters.
    pub(super) health: Option<String>,
    /// With what they are asked.
    pub(super) credentials: Credentials,
    /// The HTTP that gRPC-Web is spoken in, if it is.
    #[cfg(feature = "web")]
    pub(super) web: Option<http::Version>,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<ClientTls>,
}

impl Plan {
    /// The channel, whose calls begin with these options.
    pub(super) fn channel(self, options: Options, control: Control) -> Result<Channel> {
        #[cfg(feature = "web")]
        match self.web {
            Some(http::Version::HTTP_11) => return Ok(Channel::over(Web(self.turns()?), options, control)),
            Some(_) => return Ok(Channel::over(Web(self.http2()?), options, control)),
            None => {}
        }
        Ok(Channel::over(self.http2()?, options, control))
    }

    fn http2(mut self) -> Result<Http2> {
        let (spread, credentials) = (self.spread, std::mem::take(&mut self.credentials));
        // gRFC A17: pick_first "will unconditionally" have no health checks.
        let service = self.health.take().filter(|_| spread != Spread::PickFirst);
        #[cfg(feature = "web")]
        let is_web = self.web.is_some();
        let (dialer, mut settings) = self.ends()?;
        settings.checks = service.map(|service| Checks {
            service,
            credentials,
            is_secure: dialer.is_secure(),
            #[cfg(feature = "web")]
            is_web,
        });
        Ok(match (spread, &dialer.place) {
            (Spread::RoundRobin | Spread::LeastRequest, Place::Named(resolver)) => {
                let resolver = Arc::clone(resolver);
                Http2::spread(resolver, dialer, settings, spread)
            }
            // There is only one place to spread over.
            _ => Http2::single(dialer, settings),
        })
    }

    #[cfg(feature = "web")]
    fn turns(self) -> Result<Turns> {
        if self.spread != Spread::PickFirst {
            return Err(Status::invalid_argument(
                "calls over HTTP/1.1 all go to one address, and cannot be spread",
            ));
        }
        let (dialer, settings) = self.ends()?;
        let spares = Spares::new(settings.upkeep.idle.unwrap_or(spares::PATIENCE));
        Ok(Turns::new(dialer, settings, spares))
    }

    /// What opens sockets, and what connections are made with.
    fn ends(self) -> Result<(Dialer, Settings)> {
        #[cfg(feature = "tls")]
        let (secured, is_secure) = {
            let protocol = self.protocol();
            let secured = secured(self.tls, &self.target, protocol)?;
            let is_secure = secured.is_some();
            (secured, is_secure)
        };
        #[cfg(not(feature = "tls"))]
        let is_secure = refuse_tls(&self.target)?;
        let Target { authority, site, .. } = self.target;
        let settings = Settings {
            authority,
            scheme: if is_secure { Scheme::HTTPS } else { Scheme::HTTP },
            resolve_interval: self.resolve_interval,
            connections: self.connections,
            user_agent: self.user_agent,
            connect_timeout: self.connect_timeout,
            max_headers: self.max_headers,
            backoff: self.backoff,
            upkeep: self.upkeep,
            checks: None,
        };
        let name = site.to_string().into();
        let dialer = Dialer {
            place: place(site, self.resolver, self.resolve_interval),
            name,
            #[cfg(feature = "tls")]
            secured,
        };
        Ok((dialer, settings))
    }

    /// What is spoken in TLS.
    #[cfg(feature = "tls")]
    fn protocol(&self) -> Protocol {
        #[cfg(feature = "web")]
        if self.web == Some(http::Version::HTTP_11) {
            return Protocol::Http1;
        }
        Protocol::Http2
    }
}

/// Where sockets are opened to.
fn place(site: Site, resolver: Option<Arc<dyn AnyResolver>>, interval: Duration) -> Place {
    match (resolver, site) {
        (Some(resolver), _) => Place::Named(resolver),
        (None, Site::Hosts(hosts)) => Place::Named(Arc::new(Hosts::new(hosts, interval))),
        #[cfg(unix)]
        (None, Site::Unix(path)) => Place::Unix(path),
    }
}

/// Without the feature there is no TLS, for any target.
#[cfg(not(feature = "tls"))]
fn refuse_tls(target: &Target) -> Result<bool> {
    if target.secure != Some(true) {
        return Ok(false);
    }
    Err(Status::invalid_argument(format!(
        "cannot connect to {:?}: TLS needs the feature `tls` of protocall",
        target.authority.as_str()
    )))
}

/// How the connections to `target` are secured.
#[cfg(feature = "tls")]
fn secured(tls: Option<ClientTls>, target: &Target, protocol: Protocol) -> Result<Option<Secured>> {
    match (target.secure, &tls) {
        (Some(true), _) | (None, Some(_)) => {}
        (_, None) => return Ok(None),
        (Some(false), Some(_)) => {
            return Err(Status::invalid_argument(format!(
                "there are settings for TLS, but the target is {}; write https://…",
                target.site
            )));
        }
    }
    let host = target.authority.host().trim_start_matches('[').trim_end_matches(']');
    let (config, name) = tls.unwrap_or_default().build(host, protocol)?;
    Ok(Some(Secured { config, name, protocol }))
}
