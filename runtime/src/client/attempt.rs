//! The attempts of one call: each a request of its own, made from the same parts, and what became of it. Made by `start`,
//! used by `retry` and `hedge`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::answer::accept;
use super::buffer::Hold;
use super::channel::{Channel, Requests, Sending, Transport};
use super::credentials::Audience;
use super::head::Head;
use super::replay::{Reading, Replay};
use crate::grpc::{Answer, Code, LaneReader, Reach, Result, Status, read_status};

const PREVIOUS_ATTEMPTS: HeaderName = HeaderName::from_static("grpc-previous-rpc-attempts");
const PUSHBACK: HeaderName = HeaderName::from_static("grpc-retry-pushback-ms");

/// What the attempts of a call are made from.
pub(super) struct Attempts {
    transport: Arc<dyn Transport>,
    head: Head,
    body: Body,
    /// How many were begun, those included that do not count.
    begun: u32,
    #[cfg(feature = "telemetry")]
    observer: Option<Arc<super::observer::Observer>>,
}

/// The requests of a call, as far as they are kept.
pub(super) enum Body {
    /// The only one, and what it takes of the buffer.
    One(Bytes, #[expect(dead_code, reason = "its drop is its use")] Hold),
    /// One that was too large to be kept, until it is sent.
    Once(Option<Bytes>),
    Many(Arc<Replay>),
}

impl Body {
    /// Of one request, encoded.
    pub(super) fn one(message: Bytes, mut hold: Hold) -> Self {
        if hold.grow(message.len()) { Self::One(message, hold) } else { Self::Once(Some(message)) }
    }

    /// Of requests that the caller writes.
    pub(super) fn many(requests: LaneReader, hold: Hold) -> Self {
        Self::Many(Arc::new(Replay::new(requests, hold)))
    }
}

impl Attempts {
    pub(super) fn new(channel: &Channel, head: Head, body: Body) -> Self {
        Self {
            transport: Arc::clone(&channel.transport),
            head,
            body,
            begun: 0,
            #[cfg(feature = "telemetry")]
            observer: channel.observer.clone(),
        }
    }

    /// Another attempt, and its number: the way to the head of an answer, which is cancelled if it is dropped. `previous`
    /// have failed before it, or still run.
    ///
    /// To be called only as long as [`Attempts::can_repeat`], except for the first.
    pub(super) fn begin(
        &mut self,
        previous: u32,
    ) -> (u32, impl Future<Output = Result<Answer>> + Send + use<>) {
        let number = self.begun;
        self.begun = number.saturating_add(1);
        #[cfg_attr(not(feature = "telemetry"), expect(unused_mut))]
        let (mut requests, reading) = match &mut self.body {
            Body::One(message, _) => (Requests::One(message.clone()), None),
            Body::Once(message) => (Requests::One(message.take().unwrap_or_default()), None),
            Body::Many(replay) => {
                let (reading, reader) = Reading::begin(replay, number);
                (Requests::Many(reader), Some((reading, Arc::clone(replay))))
            }
        };
        #[cfg(feature = "telemetry")]
        let tally = self.observer.as_ref().and_then(|observer| {
            let tally = observer.attempt(self.head.method, self.head.deadline)?;
            requests.count(&tally);
            Some(tally)
        });
        let mut request = self.head.request(requests);
        if previous > 0 {
            request.headers_mut().insert(PREVIOUS_ATTEMPTS, HeaderValue::from(previous));
        }
        let sending = self.send(request);
        let attempt = async move {
            let answered = match sending.await {
                Ok(response) => accept(response).await,
                Err(status) => Err(status),
            };
            #[cfg(feature = "telemetry")]
            let answered = super::observer::judged(answered, tally);
            let mut answer = answered?;
            if previous > 0 {
                answer.headers.insert(PREVIOUS_ATTEMPTS, HeaderValue::from(previous));
            }
            // What has come is all of the answer, or the call is settled on this attempt.
            if let Some((reading, replay)) = reading
                && !answer.body.is_end_stream()
            {
                replay.choose(number);
                drop(reading);
            }
            Ok(answer)
        };
        (number, attempt)
    }

    /// Sends a request, once its credentials are there.
    fn send(&self, mut request: Request<Requests>) -> Sending {
        let Head { method, credentials, .. } = &self.head;
        if credentials.is_empty() {
            return self.transport.send(request);
        }
        let audience = Audience::new(self.transport.authority().clone(), method);
        let (transport, credentials) = (Arc::clone(&self.transport), credentials.clone());
        Box::pin(async move {
            credentials.sign(audience, transport.is_secure(), request.headers_mut()).await?;
            transport.send(request).await
        })
    }

    /// Whether all requests are there for another attempt.
    pub(super) fn can_repeat(&self) -> bool {
        match &self.body {
            Body::One(..) => true,
            Body::Once(_) => false,
            Body::Many(replay) => replay.is_whole(),
        }
    }

    /// The requests of a stream.
    pub(super) fn replay(&self) -> Option<&Replay> {
        match &self.body {
            Body::Many(replay) => Some(replay),
            Body::One(..) | Body::Once(_) => None,
        }
    }
}

/// What is to be known of an attempt that failed before there was an answer that the caller could have seen.
pub(super) struct Failure {
    pub(super) code: Code,
    reach: Reach,
    pub(super) pushback: Option<Pushback>,
}

/// What a server wants of those that it turned down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushback {
    Never,
    After(Duration),
}

impl Failure {
    /// `None` for an answer: where it has begun, its outcome is the caller's affair.
    pub(super) fn of(outcome: &Result<Answer>) -> Option<Self> {
        match outcome {
            Err(status) => Some(Self::new(status, None)),
            Ok(answer) if answer.body.is_end_stream() => {
                let status = read_status(&answer.headers)?.err()?;
                Some(Self::new(&status, pushback(&answer.headers)))
            }
            Ok(_) => None,
        }
    }

    /// Whether the call is made again whatever its policy is. A6: one that never left, as often as it takes; one that the
    /// server has sent back unseen, once, as it is a load on the wire.
    pub(super) fn is_transparent(&self, was_refused: &mut bool) -> bool {
        match self.reach {
            Reach::NotSent => true,
            Reach::Refused => !std::mem::replace(was_refused, true),
            Reach::NoConnection | Reach::Unknown => false,
        }
    }

    fn new(status: &Status, pushback: Option<Pushback>) -> Self {
        Self { code: status.code(), reach: status.reach(), pushback }
    }
}

/// A6: "If the value for pushback is negative or unparseable, then it will be seen as the server asking the client not to
/// retry at all."
pub(crate) fn pushback(trailers: &HeaderMap) -> Option<Pushback> {
    let mut values = trailers.get_all(PUSHBACK).iter();
    let value = values.next()?;
    let millis =
        value.to_str().ok().filter(|text| is_plain_number(text)).and_then(|text| text.parse::<i32>().ok());
    Some(match (millis.map(u64::try_from), values.next()) {
        (Some(Ok(millis)), None) => Pushback::After(Duration::from_millis(millis)),
        _ => Pushback::Never,
    })
}

/// "With no unnecessary leading zeros."
fn is_plain_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, HeaderValue};

    use super::{PUSHBACK, Pushback, pushback};

    #[test]
    fn a_server_that_does_not_say_when_says_never() {
        let of = |values: &[&'static str]| {
            let mut trailers = HeaderMap::new();
            for value in values {
                trailers.append(PUSHBACK, HeaderValue::from_static(value));
            }
            pushback(&trailers)
        };
        assert_eq!(of(&[]), None);
        for (value, millis) in [("0", 0), ("1", 1), ("2500", 2500), ("2147483647", 2_147_483_647)] {
            assert_eq!(of(&[value]), Some(Pushback::After(Duration::from_millis(millis))), "{value}");
        }
        for value in ["", "-1", "soon", "+5", "007", "1.5", "2147483648", "5 s"] {
            assert_eq!(of(&[value]), Some(Pushback::Never), "{value:?}");
        }
        assert_eq!(of(&["1", "2"]), Some(Pushback::Never));
    }
}
