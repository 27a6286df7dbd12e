//! What is done about a call that fails: nothing, a retry, or several attempts at once. Set by users on a client, a method
//! or a call; followed by `retry` and `hedge`.

use std::time::Duration;

use crate::grpc::{Backoff, Code};

/// Retries of failed calls, as gRFC A6 prescribes them.
///
/// A call that fails with one of the [`codes`](Retry::codes) is made again after a wait, which grows from one retry to the
/// next and is spread by a fifth to both sides. It is not made again once the server has sent headers: from then on the
/// caller has seen something of the answer. A server may set the wait, or forbid the retry, by the trailer
/// `grpc-retry-pushback-ms`. The deadline of a call covers all its attempts.
///
/// Servers see how many attempts were made before in the metadata `grpc-previous-rpc-attempts`, and callers in the headers
/// of the answer.
///
/// ```
/// use std::time::Duration;
/// use protocall::{Code, Retry};
///
/// let patient = Retry::standard()
///     .attempts(8)
///     .backoff(Duration::from_millis(100), Duration::from_secs(5))
///     .codes([Code::Unavailable, Code::Aborted]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it changes nothing before a client or a call takes it"]
pub struct Retry {
    pub(super) attempts: u32,
    pub(super) backoff: Backoff,
    pub(super) codes: Codes,
}

impl Retry {
    /// Up to five attempts of a call that fails with `UNAVAILABLE`, with waits of about 50, 100, 200 and 400 milliseconds
    /// between them.
    pub fn standard() -> Self {
        Self {
            attempts: 5,
            backoff: Backoff {
                initial: Duration::from_millis(50),
                multiplier: 2.0,
                max: Duration::from_secs(1),
            },
            codes: Codes::default().with(Code::Unavailable),
        }
    }

    /// How many attempts are made at the most, the first included.
    pub fn attempts(mut self, most: u32) -> Self {
        self.attempts = most;
        self
    }

    /// The wait before the first retry, and the longest.
    pub fn backoff(mut self, initial: Duration, max: Duration) -> Self {
        (self.backoff.initial, self.backoff.max) = (initial, max);
        self
    }

    /// How many times longer each wait is than the one before it: 2 unless set otherwise.
    pub fn multiplier(mut self, factor: f64) -> Self {
        self.backoff.multiplier = factor;
        self
    }

    /// The codes that are worth another attempt, in place of `UNAVAILABLE`. A server may have handled a call that fails
    /// with another code: name one only if the methods may be called twice.
    pub fn codes(mut self, codes: impl IntoIterator<Item = Code>) -> Self {
        self.codes = codes.into_iter().collect();
        self
    }
}

/// Several attempts of one call at a time, of which the first good answer is taken: gRFC A6's hedging. For methods that may
/// be called twice, where a slow answer costs more than a second request.
///
/// The first attempt is made at once, and another whenever the delay has passed without an answer, or as soon as one has
/// failed with a code that is [not fatal](Hedge::non_fatal). A good answer, or an error of any other code, ends the call;
/// the attempts that still run are cancelled.
///
/// ```
/// use std::time::Duration;
/// use protocall::{Code, Hedge};
///
/// let quick = Hedge::after(Duration::from_millis(30)).attempts(3).non_fatal([Code::Unavailable]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it changes nothing before a client or a call takes it"]
pub struct Hedge {
    pub(super) attempts: u32,
    pub(super) delay: Duration,
    pub(super) non_fatal: Codes,
}

impl Hedge {
    /// Two attempts, the second after `delay`, or together with the first if that is zero. `UNAVAILABLE` is not fatal.
    pub fn after(delay: Duration) -> Self {
        Self { attempts: 2, delay, non_fatal: Codes::default().with(Code::Unavailable) }
    }

    /// How many attempts are made at the most, the first included.
    pub fn attempts(mut self, most: u32) -> Self {
        self.attempts = most;
        self
    }

    /// The codes of failed attempts that leave hope for the others, in place of `UNAVAILABLE`.
    pub fn non_fatal(mut self, codes: impl IntoIterator<Item = Code>) -> Self {
        self.non_fatal = codes.into_iter().collect();
        self
    }
}

/// What is done about a call that fails.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Policy {
    /// It has failed, unless no handler has seen it.
    #[default]
    Never,
    Retry(Retry),
    Hedge(Hedge),
}

/// A set of codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Codes(u32);

impl Codes {
    pub(super) fn with(self, code: Code) -> Self {
        Self(self.0 | 1 << code.number())
    }

    pub(super) fn contains(self, code: Code) -> bool {
        self.0 & 1 << code.number() != 0
    }
}

impl FromIterator<Code> for Codes {
    fn from_iter<I: IntoIterator<Item = Code>>(codes: I) -> Self {
        codes.into_iter().fold(Self::default(), Self::with)
    }
}
