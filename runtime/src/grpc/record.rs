//! What the interceptors of a call share with its handler and with its messages. There is none where no interceptor is.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use http::Extensions;
use tokio::sync::Notify;

use super::seen::{HeadersHook, InterceptedMessage, MessageHook, Seen};
use super::{Framing, Metadata, Result, Status, append_frame};
use crate::message::Message;

/// What the handler has added to the answer so far; in a client, what has come of it.
#[derive(Debug, Default)]
pub(crate) struct ReplyMetadata {
    pub(crate) headers: Metadata,
    pub(crate) trailers: Metadata,
    /// Whether the headers are to go before the first message is there.
    pub(crate) flush: bool,
    /// Whether the messages that are sent from now on stay as they are.
    pub(crate) plain: bool,
}

/// What the interceptors have made of a request by the time it goes on.
#[derive(Default)]
pub(crate) struct RequestParts {
    pub(crate) metadata: Metadata,
    pub(crate) extensions: Extensions,
}

/// One of the two ways that messages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Requests,
    Replies,
}

const WAITING: u8 = 0;
const BEGUN: u8 = 1;
const OVER: u8 = 2;

/// See the head of the file.
#[derive(Default)]
pub(crate) struct Record {
    request: OnceLock<RequestParts>,
    reply: Mutex<ReplyMetadata>,
    request_hooks: Mutex<Vec<MessageHook>>,
    reply_hooks: Mutex<Vec<MessageHook>>,
    headers_hooks: Mutex<Vec<HeadersHook>>,
    /// Whether a reply has gone through, so that there can be none in its place.
    replied: AtomicBool,
    /// The replies of an interceptor, framed.
    own_replies: Mutex<Vec<u8>>,
    /// Why an interceptor does not let a message through.
    failure: Mutex<Option<Status>>,
    /// How far the call is.
    phase: AtomicU8,
    moved_on: Notify,
}

/// Locks what is whole even if an interceptor has panicked meanwhile.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Record {
    /// The request goes on, past the last interceptor.
    pub(super) fn begin(&self, request: RequestParts) {
        // There is one way past the last interceptor, and it is gone once.
        let _ = self.request.set(request);
        self.phase.store(BEGUN, Ordering::Release);
        self.moved_on.notify_waiters();
    }

    /// The interceptors are through with the call, or the call is cut off.
    pub(crate) fn close(&self) {
        self.phase.store(OVER, Ordering::Release);
        self.moved_on.notify_waiters();
    }

    /// Ready when an interceptor has not let a request through, which the sender's task found.
    #[cfg(feature = "client")]
    pub(crate) async fn failed(&self) -> Status {
        loop {
            let moved_on = self.moved_on.notified();
            if let Some(status) = lock(&self.failure).take() {
                return status;
            }
            moved_on.await;
        }
    }

    /// Whether the request has gone past the last interceptor.
    pub(crate) fn has_begun(&self) -> bool {
        self.request.get().is_some()
    }

    /// Ready when the request has gone past the last interceptor, or never will.
    pub(crate) async fn begun(&self) {
        loop {
            let moved_on = self.moved_on.notified();
            if self.phase.load(Ordering::Acquire) != WAITING {
                return;
            }
            moved_on.await;
        }
    }

    /// What has become of the request, once it has gone on.
    pub(crate) fn request(&self) -> Option<&RequestParts> {
        self.request.get()
    }

    pub(crate) fn with_reply<R>(&self, act: impl FnOnce(&mut ReplyMetadata) -> R) -> R {
        act(&mut lock(&self.reply))
    }

    pub(super) fn hook(&self, direction: Direction, hook: MessageHook) {
        let mut hooks = lock(self.hooks(direction));
        match direction {
            Direction::Requests => hooks.push(hook),
            // Replies come from within: the last interceptor sees them first.
            Direction::Replies => hooks.insert(0, hook),
        }
    }

    pub(super) fn hook_headers(&self, hook: HeadersHook) {
        lock(&self.headers_hooks).insert(0, hook);
    }

    fn hooks(&self, direction: Direction) -> &Mutex<Vec<MessageHook>> {
        match direction {
            Direction::Requests => &self.request_hooks,
            Direction::Replies => &self.reply_hooks,
        }
    }

    /// Whether any interceptor looks at the messages of this direction.
    pub(crate) fn watches(&self, direction: Direction) -> bool {
        !lock(self.hooks(direction)).is_empty()
    }

    /// Shows a message to the interceptors; `received` is the size of one that has come in.
    pub(crate) fn see(
        &self,
        direction: Direction,
        message: &mut dyn Seen,
        received: Option<usize>,
    ) -> Result<()> {
        if direction == Direction::Replies {
            self.replied.store(true, Ordering::Release);
        }
        let mut seen = InterceptedMessage::new(message, received);
        lock(self.hooks(direction)).iter_mut().try_for_each(|hook| hook(&mut seen))
    }

    /// Shows the headers of the answer to the interceptors: when they are about to leave, or have come.
    pub(crate) fn see_headers(&self) {
        let mut hooks = lock(&self.headers_hooks);
        self.with_reply(|reply| hooks.iter_mut().for_each(|hook| hook(&mut reply.headers)));
    }

    /// Adds a reply of an interceptor.
    pub(super) fn reply_with<M: Message>(&self, message: &M) -> Result<()> {
        if self.replied.load(Ordering::Acquire) {
            return Err(Status::internal("an interceptor cannot reply to a call that has got its reply"));
        }
        append_frame(&mut lock(&self.own_replies), message, Framing::plain(usize::MAX))
    }

    /// The replies of an interceptor, where there are any.
    pub(crate) fn take_own_replies(&self) -> Option<Vec<u8>> {
        let replies = std::mem::take(&mut *lock(&self.own_replies));
        if replies.is_empty() { None } else { Some(replies) }
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("phase", &self.phase).finish_non_exhaustive()
    }
}

/// Shows the messages of one direction to the interceptors.
pub(crate) struct Sight<M> {
    record: Arc<Record>,
    direction: Direction,
    /// What `M` is, known where the stream was made: whoever only reads it need not care.
    show: fn(&mut M) -> &mut dyn Seen,
}

impl<M: Seen + 'static> Sight<M> {
    pub(crate) fn new(record: &Arc<Record>, direction: Direction) -> Self {
        Self { record: Arc::clone(record), direction, show: |message| message }
    }
}

impl<M> Sight<M> {
    /// Shows one; `received` is the size of one that has come in.
    pub(crate) fn see(&self, message: &mut M, received: Option<usize>) -> Result<()> {
        self.record.see(self.direction, (self.show)(message), received)
    }

    /// Shows one that goes out. One that is not let through ends the call.
    #[cfg(feature = "client")]
    pub(crate) fn see_or_fail(&self, message: &mut M) -> Result<()> {
        self.see(message, None).inspect_err(|status| {
            lock(&self.record.failure).get_or_insert(status.clone());
            self.record.moved_on.notify_waiters();
        })
    }
}
