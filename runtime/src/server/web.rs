//! gRPC-Web around a server: its requests become those of gRPC, and the answers go the way back. Called by `router`,
//! configured by users.

use http::header::CONTENT_TYPE;
use http::{Request, Response, StatusCode, Version};

use super::cors::Web;
use super::reply;
use super::service::Handling;
use super::{Cors, Server};
use crate::grpc::{InboundBody, OutboundBody, Status, WebContent, WebForm, content_subtype, text_body};

impl Server {
    /// Speaks gRPC-Web too, on the same port: binary and text, by HTTP/2 and HTTP/1.1, which is told from the first bytes of
    /// a connection, with TLS by ALPN. Pages of other origins need [`Server::cors`].
    ///
    /// All four shapes are served; a browser reads no answer before it has sent all of its requests. Of
    /// [`Server::connections`] a connection of HTTP/1.1 has the timeouts, the age, and the size of headers; one without a
    /// call is closed after the time that a handshake may take, when its browser opens another one for its next call.
    ///
    /// Needs the feature `web`.
    pub fn grpc_web(mut self) -> Self {
        self.settings.web.get_or_insert_default();
        self
    }

    /// Lets pages of other origins call by gRPC-Web: a list of origins, or a [`Cors`] that says more. Implies
    /// [`Server::grpc_web`].
    ///
    /// What a browser asks beforehand is answered, and calls carry what it wants to see; a page of an origin that is not
    /// allowed gets no answer from its browser. Callers that are no browsers are not kept out by this.
    ///
    /// Needs the feature `web`.
    pub fn cors(mut self, cors: impl Into<Cors>) -> Self {
        self.settings.web = Some(Web { cors: Some(cors.into()) });
        self
    }
}

impl Web {
    /// Handles a request of any kind; `call` handles one of gRPC.
    pub(super) fn handle(
        &self,
        request: Request<InboundBody>,
        call: impl FnOnce(Request<InboundBody>) -> Handling,
    ) -> Handling {
        if let Some(cors) = self.cors.as_ref().filter(|_| Cors::is_question(&request)) {
            let mut answer = Response::new(OutboundBody::default());
            *answer.status_mut() = StatusCode::NO_CONTENT;
            *answer.headers_mut() = cors.answer(request.headers());
            return Handling::ready(answer);
        }
        let Some(content) = WebContent::read(request.headers()) else { return plain(request, call) };
        let opened = self.cors.clone().map(|cors| {
            let origin = cors.allowed(request.headers());
            (cors, origin)
        });
        let (wanted, content_type) = (content.wanted, content.of_answer());
        call(in_grpc(request)).map(move |answer| {
            let mut answer = answer.map(|body| body.web(wanted));
            answer.headers_mut().insert(CONTENT_TYPE, content_type);
            if let Some((cors, origin)) = opened {
                cors.open(origin, answer.headers_mut());
            }
            answer
        })
    }
}

/// What is not gRPC-Web: gRPC itself, or nothing that is known here.
fn plain(request: Request<InboundBody>, call: impl FnOnce(Request<InboundBody>) -> Handling) -> Handling {
    if request.version() < Version::HTTP_2 && content_subtype(request.headers()).is_some() {
        let status = Status::internal("gRPC needs HTTP/2; by HTTP/1.1 this server speaks gRPC-Web");
        let mut answer = reply::refused(&status);
        *answer.status_mut() = StatusCode::HTTP_VERSION_NOT_SUPPORTED;
        return Handling::ready(answer);
    }
    call(request)
}

/// The request as gRPC has it.
fn in_grpc(request: Request<InboundBody>) -> Request<InboundBody> {
    let (mut head, body) = request.into_parts();
    let Some(content) = WebContent::read(&head.headers) else { return Request::from_parts(head, body) };
    let body = match content.form {
        WebForm::Binary => body,
        WebForm::Text => text_body(body),
    };
    let content_type = content.in_grpc();
    head.headers.insert(CONTENT_TYPE, content_type);
    Request::from_parts(head, body)
}
