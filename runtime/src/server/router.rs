//! From the path of an HTTP request to the service that handles it. Called by `transport` for each request.

use std::sync::Arc;

use http::{HeaderMap, Method, Request, StatusCode};
use tokio::time::Instant;

use super::service::{Caller, Exchange, Handling, Service};
use super::settings::Settings;
use super::{Connections, reply};
use crate::grpc::{
    GRPC, GRPC_PROTO, InboundBody, Place, Result, Status, content_subtype, decode_timeout, header_list_size,
};

/// The services of a server.
#[derive(Clone, Default)]
pub(crate) struct Router {
    services: Arc<[Arc<dyn Service>]>,
    settings: Arc<Settings>,
}

impl Router {
    pub(crate) fn new(services: Vec<Arc<dyn Service>>, settings: Settings) -> Self {
        for service in &services {
            service.join(&services);
        }
        Self { services: services.into(), settings: Arc::new(settings) }
    }

    /// What each connection may do.
    pub(crate) fn connections(&self) -> Arc<Connections> {
        Arc::clone(&self.settings.connections)
    }

    /// Tells the services that the server begins to stop.
    pub(crate) fn drain(&self) {
        for service in &*self.services {
            service.drain();
        }
    }

    /// Finds the handler of a request, or answers that there is none.
    pub(crate) fn handle(&self, request: Request<InboundBody>, caller: impl Into<Caller>) -> Handling {
        let (head, body) = request.into_parts();
        if head.method != Method::POST {
            let status = Status::internal(format!("gRPC calls are POST, not {}", head.method));
            return Handling::ready(reply::not_grpc(StatusCode::METHOD_NOT_ALLOWED, Some(&status)));
        }
        let content_type = match content_subtype(&head.headers) {
            Some("") => GRPC,
            Some(codec) if codec.eq_ignore_ascii_case("proto") => GRPC_PROTO,
            None => return Handling::ready(reply::not_grpc(StatusCode::UNSUPPORTED_MEDIA_TYPE, None)),
            Some(codec) => return refuse(format!("this server does not speak the codec {codec:?}")),
        };
        let path = head.uri.path();
        let Some((service, method)) = path.strip_prefix('/').and_then(|path| path.rsplit_once('/')) else {
            return refuse(format!("malformed path {path:?}: it should be /service/method"));
        };
        let Some(found) = self.services.iter().find(|candidate| candidate.name() == service) else {
            return refuse(format!("unknown service {service:?}"));
        };
        let place = match self.place() {
            Ok(place) => place,
            Err(status) => return Handling::ready(reply::refused(&status)),
        };
        let deadline = match deadline(&head.headers) {
            Ok(deadline) => deadline,
            Err(status) => return Handling::ready(reply::refused(&status)),
        };
        let limit = self.settings.connections.max_headers;
        if header_list_size(&head.headers) > usize::try_from(limit).unwrap_or(usize::MAX) {
            let text = format!("the headers of the request are larger than {limit} bytes");
            return Handling::ready(reply::refused(&Status::resource_exhausted(text)));
        }
        let exchange = Exchange {
            service: found.name(),
            content_type,
            headers: head.headers,
            body,
            caller: caller.into(),
            place,
            settings: Arc::clone(&self.settings),
            deadline,
        };
        Handling { deadline, ..found.call(method, exchange) }
    }

    /// A place among the calls that are handled at a time.
    fn place(&self) -> Result<Option<Place>> {
        let Some(admission) = &self.settings.admission else { return Ok(None) };
        admission.take().map(Some).ok_or_else(|| {
            let most = admission.most();
            Status::resource_exhausted(format!("the server is busy: it handles {most} calls at a time"))
        })
    }
}

/// When the caller stops waiting, counted from now.
fn deadline(headers: &HeaderMap) -> Result<Option<Instant>> {
    let Some(header) = headers.get("grpc-timeout") else { return Ok(None) };
    match decode_timeout(header.as_bytes()) {
        // A timeout beyond what the clock can count is as good as none.
        Some(timeout) => Ok(Instant::now().checked_add(timeout)),
        None => Err(Status::internal(format!("malformed grpc-timeout {header:?}"))),
    }
}

fn refuse(text: String) -> Handling {
    Handling::ready(reply::refused(&Status::unimplemented(text)))
}
