//! From the path of an HTTP request to the service that handles it. Called by `transport` for each request.

use std::sync::Arc;

use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Request};
use tokio::time::Instant;

use super::service::{Caller, Exchange, Handling, Service};
use super::settings::Settings;
use super::{Connections, foreign, reply};
use crate::grpc::{
    GRPC, GRPC_PROTO, InboundBody, Interceptors, Place, Result, Status, content_subtype, decode_timeout,
    header_list_size,
};

/// The services of a server.
#[derive(Clone, Default)]
pub(crate) struct Router {
    services: Arc<[Routed]>,
    settings: Arc<Settings>,
    /// What tells of the calls.
    #[cfg(feature = "telemetry")]
    observer: Option<Arc<super::observer::Observer>>,
    /// What layers have made of this router.
    #[cfg(feature = "tower")]
    layered: Option<Stack>,
}

/// A router, or one with layers around it.
#[cfg(feature = "tower")]
pub(super) type Stack = Arc<dyn Fn(Request<InboundBody>, Caller) -> Handling + Send + Sync>;

/// A layer.
#[cfg(feature = "tower")]
pub(super) type Layering = Box<dyn Fn(Stack) -> Stack + Send + Sync>;

/// A service, with all that stands around its calls.
struct Routed {
    service: Arc<dyn Service>,
    interceptors: Interceptors,
}

impl Router {
    pub(crate) fn new(services: Vec<Arc<dyn Service>>, settings: Settings) -> Self {
        for service in &services {
            service.join(&services);
        }
        #[cfg(feature = "telemetry")]
        let observer = settings.telemetry.as_ref();
        #[cfg(feature = "telemetry")]
        let observer =
            observer.map(|telemetry| Arc::new(super::observer::Observer::new(telemetry, &services)));
        let routed = services.into_iter().map(|service| Routed {
            interceptors: settings.interceptors.around(&service.interceptors()),
            service,
        });
        Self {
            services: routed.collect(),
            settings: Arc::new(settings),
            #[cfg(feature = "telemetry")]
            observer,
            #[cfg(feature = "tower")]
            layered: None,
        }
    }

    /// This router inside of `layers`, of which the first is the outermost.
    #[cfg(feature = "tower")]
    pub(super) fn inside(mut self, layers: &[Layering]) -> Self {
        if !layers.is_empty() {
            let inner = self.clone();
            let stack: Stack = Arc::new(move |request, caller| inner.route(request, caller));
            self.layered = Some(layers.iter().rev().fold(stack, |inner, layer| layer(inner)));
        }
        self
    }

    /// What each connection may do.
    pub(crate) fn connections(&self) -> Arc<Connections> {
        Arc::clone(&self.settings.connections)
    }

    /// Tells the services that the server begins to stop.
    pub(crate) fn drain(&self) {
        for routed in &*self.services {
            routed.service.drain();
        }
    }

    /// Whether requests may come by HTTP/1.1.
    #[cfg(any(feature = "tls", feature = "web"))]
    pub(crate) fn speaks_http1(&self) -> bool {
        #[cfg(feature = "web")]
        let speaks = self.settings.web.is_some();
        #[cfg(not(feature = "web"))]
        let speaks = false;
        speaks
    }

    /// Finds the handler of a request, or answers that there is none.
    pub(crate) fn handle(&self, request: Request<InboundBody>, caller: Caller) -> Handling {
        #[cfg(feature = "tower")]
        if let Some(layered) = &self.layered {
            return layered(request, caller);
        }
        self.route(request, caller)
    }

    /// Past all layers.
    fn route(&self, request: Request<InboundBody>, caller: Caller) -> Handling {
        #[cfg(feature = "web")]
        if let Some(web) = &self.settings.web {
            return web.handle(request, |request| self.handle_grpc(request, caller));
        }
        self.handle_grpc(request, caller)
    }

    fn handle_grpc(&self, request: Request<InboundBody>, caller: Caller) -> Handling {
        #[cfg(feature = "telemetry")]
        if let Some(observer) = &self.observer {
            let deadline = deadline(request.headers()).ok().flatten();
            return observer
                .around(request, caller, deadline, |request, caller| self.handle_call(request, caller));
        }
        self.handle_call(request, caller)
    }

    fn handle_call(&self, request: Request<InboundBody>, caller: Caller) -> Handling {
        let (head, body) = request.into_parts();
        if head.method != Method::POST {
            return foreign::other_method(&head, body);
        }
        let content_type = match content_subtype(&head.headers) {
            Some("") => GRPC,
            Some(codec) if codec.eq_ignore_ascii_case("proto") => GRPC_PROTO,
            None => return foreign::other_content(body),
            Some(codec) => {
                let text = format!("this server does not speak the codec {codec:?}");
                return Handling::ready(reply::refused(&Status::unimplemented(text)));
            }
        };
        let deadline = deadline(&head.headers);
        let exchange = Exchange {
            path: head.uri.into_parts().path_and_query.unwrap_or_else(|| PathAndQuery::from_static("/")),
            content_type,
            headers: head.headers,
            extensions: head.extensions,
            body,
            caller,
            place: None,
            settings: Arc::clone(&self.settings),
            deadline: deadline.as_ref().ok().copied().flatten(),
            interceptors: self.settings.interceptors.clone(),
        };
        let limit = exchange.deadline;
        Handling { deadline: limit, ..self.find(exchange, deadline.err()) }
    }

    /// Finds the handler of a call, unless a `mistake` was found before.
    fn find(&self, mut exchange: Exchange, mistake: Option<Status>) -> Handling {
        let path = exchange.path.path();
        let Some((service, _)) = path.strip_prefix('/').and_then(|path| path.rsplit_once('/')) else {
            let text = format!("malformed path {path:?}: it should be /service/method");
            return exchange.refuse(Status::unimplemented(text));
        };
        let Some(found) = self.services.iter().find(|candidate| candidate.service.name() == service) else {
            let text = format!("unknown service {service:?}");
            return exchange.refuse(Status::unimplemented(text));
        };
        exchange.interceptors = found.interceptors.clone();
        let admitted = self.place().and_then(|place| match mistake {
            Some(mistake) => Err(mistake),
            None => self.check_headers(&exchange.headers).map(|()| place),
        });
        match admitted {
            Ok(place) => exchange.place = place,
            Err(status) => return exchange.refuse(status),
        }
        let path = exchange.path.clone();
        let method = path.path().rsplit_once('/').map_or("", |(_, method)| method);
        found.service.call(method, exchange)
    }

    fn check_headers(&self, headers: &HeaderMap) -> Result<()> {
        let limit = self.settings.connections.max_headers;
        if header_list_size(headers) <= usize::try_from(limit).unwrap_or(usize::MAX) {
            return Ok(());
        }
        Err(Status::resource_exhausted(format!("the headers of the request are larger than {limit} bytes")))
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
pub(super) fn deadline(headers: &HeaderMap) -> Result<Option<Instant>> {
    let Some(header) = headers.get("grpc-timeout") else { return Ok(None) };
    match decode_timeout(header.as_bytes()) {
        // A timeout beyond what the clock can count is as good as none.
        Some(timeout) => Ok(Instant::now().checked_add(timeout)),
        None => Err(Status::internal(format!("malformed grpc-timeout {header:?}"))),
    }
}
