//! gRPC-Web around a transport: requests of gRPC go out as its, and its answers come in as those of gRPC. Made by
//! `transport` for clients that want it.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, TE};
use http::uri::Authority;
use http::{Request, Response};
use tokio::sync::watch;

use super::channel::{Connectivity, Requests, Sending, Transport};
use crate::grpc::{
    Accepted, Encoding, InboundBody, Origin, Result, Status, WebContent, WebForm, content_subtype, text_body,
    web_answer,
};

const GRPC_WEB: HeaderValue = HeaderValue::from_static("application/grpc-web+proto");

/// See the head of the file.
#[derive(Debug)]
pub(crate) struct Web<T>(pub(crate) T);

impl<T: Transport> Transport for Web<T> {
    fn send(&self, mut request: Request<Requests>) -> Sending {
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, GRPC_WEB);
        headers.insert(HeaderName::from_static("x-grpc-web"), HeaderValue::from_static("1"));
        headers.remove(TE);
        let sent = self.0.send(request);
        Box::pin(async move { in_grpc(sent.await?) })
    }

    fn is_secure(&self) -> bool {
        self.0.is_secure()
    }

    fn authority(&self) -> &Authority {
        self.0.authority()
    }

    fn connect(&self) {
        self.0.connect();
    }

    fn connectivity(&self) -> Connectivity {
        self.0.connectivity()
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes()
    }
}

/// An answer as gRPC has it.
pub(crate) fn in_grpc(response: Response<InboundBody>) -> Result<Response<InboundBody>> {
    let (mut head, body) = response.into_parts();
    let Some(content) = WebContent::read(&head.headers) else {
        if content_subtype(&head.headers).is_some() {
            let status = Status::unknown("the server answered in gRPC, and was asked in gRPC-Web");
            return Err(status.with_origin(Origin::Http));
        }
        return Ok(Response::from_parts(head, body));
    };
    let body = match content.form {
        WebForm::Binary => body,
        WebForm::Text => text_body(body),
    };
    let content_type = content.in_grpc();
    let encoding = Encoding::read(&head.headers, &Accepted::default());
    head.headers.insert(CONTENT_TYPE, content_type);
    Ok(Response::from_parts(head, web_answer(body, encoding)))
}
