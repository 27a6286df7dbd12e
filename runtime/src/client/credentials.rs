//! What proves to a server who calls, asked for with each attempt: gRPC's call credentials. Set by users, asked by `attempt`.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use http::HeaderMap;
use http::uri::Authority;

use crate::grpc::{Code, Metadata, Method, Origin, Reach, Result, Status};

/// Gives the metadata that prove who calls: a token that is renewed, a signature of the moment. Set by
/// `Connect::credentials`, [`Channel::credentials`](super::Channel::credentials) and
/// [`Call::credentials`](super::Call::credentials).
///
/// Asked for each attempt of a call, before it leaves; the call waits for it, up to its deadline, and is dropped with it. Where
/// several are set, all are asked in their order. A closure from an [`Audience`] to a future is one, too.
///
/// They are not sent where somebody on the way could read them: calls over anything but TLS, a Unix socket or memory fail with
/// `UNAUTHENTICATED`, and it is not asked, unless it [allows](CallCredentials::allows_plaintext) it.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Item {}
/// # service Till { rpc Add(Item) returns (Item); }"#); }
/// # use schema::{Item, TillClient};
/// # async fn token_for(url: &str) -> protocall::Result<String> { Ok(url.to_owned()) }
/// use protocall::client::{Audience, Bearer};
/// use protocall::Metadata;
///
/// # #[cfg(feature = "tls")] {
/// let fresh = |audience: Audience| async move {
///     let mut metadata = Metadata::new();
///     metadata.insert("authorization", format!("Bearer {}", token_for(&audience.service_url()).await?))?;
///     Ok(metadata)
/// };
/// let till = TillClient::connect("https://till.prod").credentials(fresh).build()?;
/// // In place of a closure, a token that never changes; for one call.
/// let call = till.add(Item::default()).credentials(Bearer::new("secret"));
/// # let _ = call; }
/// # Ok::<(), protocall::Status>(())
/// ```
pub trait CallCredentials: Send + Sync + 'static {
    /// The metadata for an attempt.
    ///
    /// # Errors
    /// The attempt fails with the status, and is made again where the policy of the call says so. Of the codes that only a
    /// server may use, `INVALID_ARGUMENT`, `NOT_FOUND`, `ALREADY_EXISTS`, `FAILED_PRECONDITION`, `ABORTED`, `OUT_OF_RANGE` and
    /// `DATA_LOSS`, the caller sees `INTERNAL`, as gRFC A54 has it.
    fn metadata(&self, audience: Audience) -> impl Future<Output = Result<Metadata>> + Send;

    /// Whether they may be sent where others can read them. No, unless implemented.
    fn allows_plaintext(&self) -> bool {
        false
    }
}

impl<F, M> CallCredentials for F
where
    F: Fn(Audience) -> M + Send + Sync + 'static,
    M: Future<Output = Result<Metadata>> + Send,
{
    fn metadata(&self, audience: Audience) -> impl Future<Output = Result<Metadata>> + Send {
        self(audience)
    }
}

/// Whom [`CallCredentials`] are for.
#[derive(Clone, Debug)]
pub struct Audience {
    authority: Authority,
    method: &'static Method,
}

impl Audience {
    pub(super) fn new(authority: Authority, method: &'static Method) -> Self {
        Self { authority, method }
    }

    /// The name that the server is asked for, with its port if it was named: `till.prod:50051`.
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// The method that is called.
    pub fn method(&self) -> &'static Method {
        self.method
    }

    /// What tokens name as their audience, as gRPC has it: `https://till.prod/till.v1.Till`; the port 443 is left out.
    pub fn service_url(&self) -> String {
        let authority = self.authority();
        let authority = authority.strip_suffix(":443").unwrap_or(authority);
        format!("https://{authority}/{}", self.method.service())
    }
}

/// A token that does not change, as `authorization: Bearer …`.
#[derive(Clone)]
pub struct Bearer {
    token: String,
    allows_plaintext: bool,
}

impl Bearer {
    /// This token.
    pub fn new(token: impl Into<String>) -> Self {
        Self { token: token.into(), allows_plaintext: false }
    }

    /// Where others can read it, too: for networks that somebody else secures, and for tests.
    #[must_use]
    pub fn allow_plaintext(self) -> Self {
        Self { allows_plaintext: true, ..self }
    }
}

impl CallCredentials for Bearer {
    async fn metadata(&self, _: Audience) -> Result<Metadata> {
        let mut metadata = Metadata::new();
        metadata.insert("authorization", format!("Bearer {}", self.token))?;
        Ok(metadata)
    }

    fn allows_plaintext(&self) -> bool {
        self.allows_plaintext
    }
}

impl fmt::Debug for Bearer {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer").finish_non_exhaustive()
    }
}

/// Credentials of any type.
trait AnyCredentials: Send + Sync {
    fn metadata(&self, audience: Audience) -> Pin<Box<dyn Future<Output = Result<Metadata>> + Send + '_>>;
    fn allows_plaintext(&self) -> bool;
}

impl<C: CallCredentials> AnyCredentials for C {
    fn metadata(&self, audience: Audience) -> Pin<Box<dyn Future<Output = Result<Metadata>> + Send + '_>> {
        Box::pin(CallCredentials::metadata(self, audience))
    }

    fn allows_plaintext(&self) -> bool {
        CallCredentials::allows_plaintext(self)
    }
}

/// Those of a call, in their order.
#[derive(Clone, Default)]
pub(crate) struct Credentials(Vec<Arc<dyn AnyCredentials>>);

impl Credentials {
    pub(crate) fn add(&mut self, credentials: impl CallCredentials) {
        self.0.push(Arc::new(credentials));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds what they give to the headers of an attempt, which goes to `audience`.
    pub(super) async fn sign(
        &self,
        audience: Audience,
        is_secure: bool,
        headers: &mut HeaderMap,
    ) -> Result<()> {
        for credentials in &self.0 {
            if !is_secure && !credentials.allows_plaintext() {
                return Err(Status::unauthenticated(
                    "credentials are not sent over a connection that others can read",
                ));
            }
            let metadata = credentials.metadata(audience.clone()).await.map_err(of_client)?;
            metadata.write_to(headers);
        }
        Ok(())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Credentials").field(&self.0.len()).finish()
    }
}

/// The status of a call that has not left, since its credentials failed: how far a call of theirs came says nothing of this
/// one. A54: what a server alone may say becomes `INTERNAL`.
fn of_client(status: Status) -> Status {
    let status = match status.code() {
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::OutOfRange
        | Code::DataLoss => Status::internal(format!("the credentials of the call failed: {status}")),
        _ => status,
    };
    status.with_origin(Origin::Local).with_reach(Reach::NoConnection)
}
