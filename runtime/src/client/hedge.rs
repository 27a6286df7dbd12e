//! A call made several times at once, of which the first good answer counts: gRFC A6's hedging. Called by `retry`.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

use super::attempt::{Attempts, Failure, Pushback};
use super::policy::Hedge;
use super::throttle::Throttle;
use crate::grpc::{Answer, Result};

/// The answer of a call, from whichever attempt has it first.
pub(super) async fn answer(attempts: Attempts, hedge: Hedge, throttle: Option<&Throttle>) -> Result<Answer> {
    let due = Box::pin(sleep_until(Instant::now()));
    let mut race =
        Race { attempts, hedge, throttle, running: Vec::new(), begun: 0, due, is_over: false, failed: None };
    race.begin();
    poll_fn(|cx| race.poll(cx)).await
}

/// An attempt that runs.
struct Runner {
    number: u32,
    attempt: Pin<Box<dyn Future<Output = Result<Answer>> + Send>>,
    /// How many were begun before it.
    previous: u32,
    /// Whether the server has sent it back unseen before.
    was_refused: bool,
}

struct Race<'a> {
    attempts: Attempts,
    hedge: Hedge,
    throttle: Option<&'a Throttle>,
    running: Vec<Runner>,
    /// Attempts that count.
    begun: u32,
    /// When the next begins.
    due: Pin<Box<Sleep>>,
    /// Whether there will be no more attempts.
    is_over: bool,
    /// The last outcome that was not good.
    failed: Option<Result<Answer>>,
}

impl Race<'_> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Answer>> {
        self.settle(cx);
        loop {
            if let Some(answer) = self.poll_running(cx) {
                return Poll::Ready(answer);
            }
            if !self.may_begin() {
                return match self.failed.take() {
                    Some(outcome) if self.running.is_empty() => Poll::Ready(outcome),
                    outcome => {
                        self.failed = outcome;
                        Poll::Pending
                    }
                };
            }
            if self.due.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.begin();
        }
    }

    /// Drops all but the attempt that the requests were left to, if they were.
    fn settle(&mut self, cx: &Context<'_>) {
        if let Some(chosen) = self.attempts.replay().and_then(|replay| replay.poll_chosen(cx)) {
            self.running.retain(|runner| runner.number == chosen);
            self.is_over = true;
        }
    }

    /// Whether there will be another attempt.
    fn may_begin(&mut self) -> bool {
        let is_throttled = self.throttle.is_some_and(|throttle| !throttle.allows());
        self.is_over |=
            self.begun >= self.hedge.attempts.max(1) || is_throttled || !self.attempts.can_repeat();
        !self.is_over
    }

    fn begin(&mut self) {
        let previous = self.begun;
        self.begun += 1;
        self.run(previous, false);
        self.wait(self.hedge.delay);
    }

    fn run(&mut self, previous: u32, was_refused: bool) {
        let (number, attempt) = self.attempts.begin(previous);
        self.running.push(Runner { number, attempt: Box::pin(attempt), previous, was_refused });
    }

    fn wait(&mut self, delay: std::time::Duration) {
        let now = Instant::now();
        // A moment that the clock cannot count to does not come.
        match now.checked_add(delay) {
            Some(due) => self.due.as_mut().reset(due),
            None => self.is_over = true,
        }
    }

    /// The outcome of the call, if one of the attempts has it.
    fn poll_running(&mut self, cx: &mut Context<'_>) -> Option<Result<Answer>> {
        let mut place = 0;
        while let Some(runner) = self.running.get_mut(place) {
            let Poll::Ready(outcome) = runner.attempt.as_mut().poll(cx) else {
                place += 1;
                continue;
            };
            let runner = self.running.remove(place);
            if let Some(outcome) = self.judge(runner, outcome) {
                return Some(outcome);
            }
            // Those that began just now are polled too.
            place = 0;
        }
        None
    }

    /// What an outcome means: the end of the call, or another attempt.
    fn judge(&mut self, mut runner: Runner, outcome: Result<Answer>) -> Option<Result<Answer>> {
        let Some(failure) = Failure::of(&outcome) else {
            if let Some(throttle) = self.throttle {
                throttle.succeeded();
            }
            return Some(outcome);
        };
        if failure.is_transparent(&mut runner.was_refused) && self.attempts.can_repeat() {
            self.run(runner.previous, runner.was_refused);
            return None;
        }
        let is_forbidden = failure.pushback == Some(Pushback::Never);
        let is_fatal = !self.hedge.non_fatal.contains(failure.code);
        if (is_forbidden || !is_fatal)
            && let Some(throttle) = self.throttle
        {
            throttle.failed();
        }
        if is_fatal {
            return Some(outcome);
        }
        match failure.pushback {
            Some(Pushback::Never) => self.is_over = true,
            Some(Pushback::After(delay)) => self.wait(delay),
            None => self.due.as_mut().reset(Instant::now()),
        }
        self.failed = Some(outcome);
        None
    }
}
