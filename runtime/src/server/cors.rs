//! How a server speaks gRPC-Web, and which pages of other origins a browser lets call it. Set by users, obeyed by `web`.

use std::time::Duration;

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, HeaderMap, HeaderValue,
    ORIGIN, VARY,
};
use http::{Method, Request};

/// How a server speaks gRPC-Web.
#[derive(Clone, Debug, Default)]
pub(crate) struct Web {
    pub(super) cors: Option<Cors>,
}

/// How long browsers may keep an answer unless it is set: as long as any of them does.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Which pages may call a server by gRPC-Web, given to [`Server::cors`](super::Server::cors): the server's side of CORS,
/// after the Fetch standard.
///
/// Names of metadata need no list. What a page wants to send is allowed, and all that an answer brings can be read.
///
/// ```
/// use std::time::Duration;
/// use protocall::{Cors, Server};
///
/// let server = Server::new().grpc_web().cors(["https://shop.example", "http://localhost:3000"]);
/// # drop(server);
/// let server = Server::new().grpc_web().cors(
///     Cors::origins(["https://shop.example"]).credentials().max_age(Duration::from_secs(600)),
/// );
/// # drop(server);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it is given to `Server::cors`"]
pub struct Cors {
    /// `None` are all.
    origins: Option<Vec<String>>,
    credentials: bool,
    max_age: Duration,
}

impl Cors {
    /// Pages of these origins, each as browsers write them: a scheme, a host, and a port that is not the scheme's own.
    pub fn origins<T: Into<String>>(origins: impl IntoIterator<Item = T>) -> Self {
        let origins = origins.into_iter().map(|origin| {
            let origin: String = origin.into();
            origin.trim_end_matches('/').to_ascii_lowercase()
        });
        Self { origins: Some(origins.collect()), ..Self::any() }
    }

    /// All pages.
    pub fn any() -> Self {
        Self { origins: None, credentials: false, max_age: MAX_AGE }
    }

    /// Lets browsers send what they keep for the server: cookies, and certificates of TLS. With [`Cors::any`] every page
    /// that a user comes across can then call in that user's name.
    pub fn credentials(mut self) -> Self {
        self.credentials = true;
        self
    }

    /// How long browsers may remember that a page may call, and not ask again: a day unless set otherwise, of which
    /// Chromium takes two hours.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Whether a request is a browser's question, and no call.
    pub(super) fn is_question<B>(request: &Request<B>) -> bool {
        request.method() == Method::OPTIONS
            && request.headers().contains_key(ORIGIN)
            && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// What a browser is told that asks before it calls.
    pub(super) fn answer(&self, asked: &HeaderMap) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(VARY, HeaderValue::from_static("origin, access-control-request-headers"));
        let Some(origin) = self.allowed(asked) else { return headers };
        self.allow(origin, &mut headers);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
        if let Some(names) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
        }
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(self.max_age.as_secs()));
        headers
    }

    /// The origin of a request as its answer is to name it, if it is allowed.
    pub(super) fn allowed(&self, asked: &HeaderMap) -> Option<HeaderValue> {
        let origin = asked.get(ORIGIN)?;
        match &self.origins {
            None if !self.credentials => Some(HeaderValue::from_static("*")),
            None => Some(origin.clone()),
            Some(origins) => {
                let named = origin.to_str().ok()?;
                origins.iter().any(|known| known.eq_ignore_ascii_case(named)).then(|| origin.clone())
            }
        }
    }

    /// Lets a page of this origin read an answer, and all of its headers.
    pub(super) fn open(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        if let Some(origin) = origin {
            let mut names = "grpc-status, grpc-message, grpc-status-details-bin".to_owned();
            for name in headers.keys().filter(|name| **name != CONTENT_TYPE) {
                let name = name.as_str();
                if !matches!(name, "grpc-status" | "grpc-message" | "grpc-status-details-bin") {
                    names.extend([", ", name]);
                }
            }
            self.allow(origin, headers);
            // Names of headers may stand in one.
            if let Ok(names) = HeaderValue::try_from(names) {
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, names);
            }
        }
        // A cache must not give the answer for one origin to another.
        if self.origins.is_some() || self.credentials {
            headers.append(VARY, HeaderValue::from_static("origin"));
        }
    }

    fn allow(&self, origin: HeaderValue, headers: &mut HeaderMap) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if self.credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for Cors {
    fn from(origins: [T; N]) -> Self {
        Self::origins(origins)
    }
}

impl<T: Into<String>> From<Vec<T>> for Cors {
    fn from(origins: Vec<T>) -> Self {
        Self::origins(origins)
    }
}
