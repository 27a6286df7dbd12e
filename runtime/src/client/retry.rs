//! A call made until it has an answer, or there is no point in another attempt: gRFC A6. Called by `start`.

use tokio::time::sleep;

use super::attempt::{Attempts, Failure, Pushback};
use super::hedge;
use super::policy::{Policy, Retry};
use super::throttle::Throttle;
use crate::grpc::{Answer, Result};

/// The answer of a call, after as many attempts as `policy` wants.
pub(super) async fn answer(
    attempts: Attempts,
    policy: Policy,
    throttle: Option<&Throttle>,
) -> Result<Answer> {
    match policy {
        Policy::Never => retried(attempts, None, throttle).await,
        Policy::Retry(retry) => retried(attempts, Some(retry), throttle).await,
        Policy::Hedge(hedge) => hedge::answer(attempts, hedge, throttle).await,
    }
}

async fn retried(
    mut attempts: Attempts,
    retry: Option<Retry>,
    throttle: Option<&Throttle>,
) -> Result<Answer> {
    let mut course = Course::default();
    loop {
        let outcome = attempts.begin(course.previous).1.await;
        let Some(failure) = Failure::of(&outcome) else {
            if let Some(throttle) = throttle {
                throttle.succeeded();
            }
            return outcome;
        };
        match course.next(&failure, retry.as_ref(), throttle) {
            Next::AtOnce if attempts.can_repeat() => {}
            Next::After(wait) if attempts.can_repeat() => sleep(wait).await,
            _ => return outcome,
        }
    }
}

/// What follows a failed attempt.
#[derive(Debug, PartialEq)]
enum Next {
    End,
    AtOnce,
    After(std::time::Duration),
}

/// How far a call with retries has come.
#[derive(Debug, Default)]
struct Course {
    /// Attempts that have failed and count.
    previous: u32,
    /// Retries since the server has set a wait.
    waits: u32,
    /// Whether the server has sent the call back unseen.
    was_refused: bool,
}

impl Course {
    fn next(&mut self, failure: &Failure, retry: Option<&Retry>, throttle: Option<&Throttle>) -> Next {
        if failure.is_transparent(&mut self.was_refused) {
            return Next::AtOnce;
        }
        let Some(retry) = retry else { return Next::End };
        let is_forbidden = failure.pushback == Some(Pushback::Never);
        if !is_forbidden && !retry.codes.contains(failure.code) {
            return Next::End;
        }
        let is_throttled = throttle.is_some_and(|throttle| !throttle.failed());
        if is_forbidden || is_throttled || self.previous.saturating_add(1) >= retry.attempts {
            return Next::End;
        }
        self.previous += 1;
        if let Some(Pushback::After(wait)) = failure.pushback {
            self.waits = 0;
            return Next::After(wait);
        }
        self.waits += 1;
        Next::After(retry.backoff.delay(self.waits - 1))
    }
}
