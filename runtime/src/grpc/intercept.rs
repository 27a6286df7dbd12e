//! Interceptors: what stands around every call, on either side. Written by users, run by `server` and `client`.

use std::fmt;
use std::pin::{Pin, pin};
use std::sync::Arc;

use super::{Guard, InterceptedCall, Result};

/// Code around every call of a server, a service or a client, whatever its shape: given to
/// `Server::intercept`, and to the `intercept` of generated servers, of generated clients and of `Connect`.
///
/// The whole call is one future: [`Next::run`] lets it go on, and is ready with its final status when its last message
/// has gone through. So an interceptor may
/// - read and change the request's metadata, and leave extensions, before it runs `next`;
/// - refuse the call by returning an error without running `next`, or answer it with [`InterceptedCall::reply`];
/// - wait, before or behind `next`;
/// - look at each message with [`InterceptedCall::on_request`] and [`InterceptedCall::on_reply`], at the headers of the
///   answer with [`InterceptedCall::on_headers`], at its trailers behind `next`;
/// - return another status than `next` did.
///
/// **Order.** The interceptor that was added first is the outermost: it sees requests first, and replies and the status
/// last. Those of a server come before those of the service. A server runs them for calls of methods and services that it
/// does not have, too.
///
/// **Retries.** They run once per call, however often a client tries.
///
/// **Cancellation.** Where the caller gives up, the future of the interceptor is dropped with the rest of the call, at
/// whatever it awaits. At the deadline the call ends with `DEADLINE_EXCEEDED`: an interceptor that is inside `next` sees
/// that status and has a fifth of a second to finish; one that is not is dropped.
///
/// **Panics** end the call with `UNKNOWN`, and nothing else.
///
/// Logging:
///
/// ```
/// use std::time::Instant;
/// use protocall::{Code, InterceptedCall, Interceptor, Next, Result};
///
/// struct Log;
///
/// impl Interceptor for Log {
///     async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
///         let began = Instant::now();
///         let ended = next.run(call).await;
///         let code = ended.as_ref().map_or_else(|status| status.code(), |()| Code::Ok);
///         println!("{} {code:?} {:?}", call.path(), began.elapsed());
///         ended
///     }
/// }
/// # let _ = protocall::Server::new().intercept(Log);
/// ```
///
/// A counter of messages:
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use protocall::{InterceptedCall, Interceptor, Next, Result};
///
/// #[derive(Clone, Default)]
/// struct Counter {
///     messages: Arc<AtomicU64>,
///     bytes: Arc<AtomicU64>,
/// }
///
/// impl Interceptor for Counter {
///     async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
///         let counter = self.clone();
///         call.on_reply(move |message| {
///             counter.messages.fetch_add(1, Ordering::Relaxed);
///             counter.bytes.fetch_add(message.size() as u64, Ordering::Relaxed);
///             Ok(())
///         });
///         next.run(call).await
///     }
/// }
/// # let _ = protocall::Server::new().intercept(Counter::default());
/// ```
///
/// A bearer token, added by a client, which does not send it where others could read it unless that is allowed:
///
/// ```
/// use protocall::{InterceptedCall, Interceptor, Next, Result, Status};
///
/// struct BearerToken {
///     token: String,
///     over_plaintext: bool,
/// }
///
/// impl Interceptor for BearerToken {
///     async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
///         if !call.is_secure() && !self.over_plaintext {
///             return Err(Status::unauthenticated("the token does not go over a connection without TLS"));
///         }
///         call.metadata_mut().insert("authorization", format!("Bearer {}", self.token))?;
///         next.run(call).await
///     }
/// }
/// # use protocall::Channel;
/// # let token = BearerToken { token: "swordfish".into(), over_plaintext: false };
/// # let _ = Channel::connect("https://shop.example").intercept(token);
/// ```
///
/// Where all is said before the call goes on, a closure is enough, as for the server's side of it:
///
/// ```
/// use protocall::{InterceptedCall, Server, Status};
///
/// let server = Server::new().intercept(|call: &mut InterceptedCall| {
///     match call.metadata().get("authorization") {
///         Some("Bearer swordfish") => Ok(()),
///         _ => Err(Status::unauthenticated("this server wants a bearer token")),
///     }
/// });
/// # let _ = server;
/// ```
pub trait Interceptor: Send + Sync + 'static {
    /// Handles a call: does what is to be done before it, runs `next`, does what is to be done behind it.
    ///
    /// # Errors
    /// The status that the call is to end with.
    fn intercept(
        &self,
        call: &mut InterceptedCall,
        next: Next<'_>,
    ) -> impl Future<Output = Result<()>> + Send;
}

impl<F: Fn(&mut InterceptedCall) -> Result<()> + Send + Sync + 'static> Interceptor for F {
    async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
        self(call)?;
        next.run(call).await
    }
}

impl<I: Interceptor> Interceptor for Arc<I> {
    async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
        I::intercept(self, call, next).await
    }
}

/// The rest of a call, behind an interceptor: the other interceptors, and the call itself.
#[must_use = "a call goes on by `run`"]
pub struct Next<'a> {
    rest: &'a [Arc<dyn Erased>],
    call: Pin<&'a mut (dyn Future<Output = Result<()>> + Send + 'a)>,
}

impl Next<'_> {
    /// Lets the call go on, and waits for its end: on a server until the last reply was made, on a client until the caller
    /// has taken the last. Dropping the future cuts the call off.
    ///
    /// # Errors
    /// The status that the call ended with.
    pub async fn run(self, call: &mut InterceptedCall) -> Result<()> {
        match self.rest.split_first() {
            Some((first, rest)) => first.intercept(call, Next { rest, call: self.call }).await,
            None => {
                call.begin();
                self.call.await
            }
        }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("interceptors", &self.rest.len()).finish_non_exhaustive()
    }
}

/// An interceptor at work.
type Intercepting<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// An interceptor of any type.
trait Erased: Send + Sync {
    fn intercept<'a>(&'a self, call: &'a mut InterceptedCall, next: Next<'a>) -> Intercepting<'a>;
}

impl<I: Interceptor> Erased for I {
    fn intercept<'a>(&'a self, call: &'a mut InterceptedCall, next: Next<'a>) -> Intercepting<'a> {
        Box::pin(Interceptor::intercept(self, call, next))
    }
}

/// The interceptors of a server, a service or a client, outermost first. None is the usual case, and costs nothing.
#[derive(Clone, Default)]
pub struct Interceptors(Option<Arc<[Arc<dyn Erased>]>>);

impl Interceptors {
    /// These, and one more inside of them.
    #[must_use]
    pub fn with(&self, interceptor: impl Interceptor) -> Self {
        let known = self.list().iter().cloned();
        let added: Arc<dyn Erased> = Arc::new(interceptor);
        Self(Some(known.chain([added]).collect()))
    }

    /// These, and `inner` inside of them.
    pub(crate) fn around(&self, inner: &Self) -> Self {
        match (&self.0, &inner.0) {
            (None, _) => inner.clone(),
            (_, None) => self.clone(),
            (Some(outer), Some(inner)) => Self(Some(outer.iter().chain(&**inner).cloned().collect())),
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn list(&self) -> &[Arc<dyn Erased>] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Runs `work`, which is the call itself, inside of all of them.
    pub(crate) async fn run(
        &self,
        call: &mut InterceptedCall,
        work: impl Future<Output = Result<()>> + Send,
    ) -> Result<()> {
        let mut work = pin!(work);
        let next = Next { rest: self.list(), call: work.as_mut() };
        Guard::new(None, "an interceptor", next.run(call)).await
    }
}

impl fmt::Debug for Interceptors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} interceptors", self.list().len())
    }
}
