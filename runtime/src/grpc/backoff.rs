//! How long to wait before something is tried again: longer each time, up to a limit, and never all at once. Asked by
//! `client` for calls and by `transport` for connections.

use std::time::Duration;

use super::jitter::about;

/// "A random factor between 0.8 and 1.2", in gRFC A6 as in `connection-backoff.md`.
const SPREAD: f64 = 0.2;

/// See the head of the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Backoff {
    /// Before the first retry.
    pub(crate) initial: Duration,
    pub(crate) multiplier: f64,
    pub(crate) max: Duration,
}

impl Backoff {
    /// The wait before the retry that follows `before` others.
    pub(crate) fn delay(&self, before: u32) -> Duration {
        let factor = self.multiplier.powi(i32::try_from(before).unwrap_or(i32::MAX));
        let grown = Duration::try_from_secs_f64(self.initial.as_secs_f64() * factor);
        about(grown.unwrap_or(self.max).min(self.max), SPREAD)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Backoff;

    fn spread(backoff: Backoff, before: u32) -> (u128, u128) {
        let delays: Vec<_> = (0..1000).map(|_| backoff.delay(before).as_millis()).collect();
        (*delays.iter().min().unwrap(), *delays.iter().max().unwrap())
    }

    #[test]
    fn each_wait_is_longer_up_to_the_limit_and_a_fifth_is_given_or_taken() {
        let seconds = Duration::from_secs;
        let backoff = Backoff { initial: seconds(1), multiplier: 1.6, max: seconds(3) };
        for (before, middle) in [(0, 1000), (1, 1600), (2, 2560), (3, 3000), (u32::MAX, 3000)] {
            let (least, most) = spread(backoff, before);
            assert!((middle * 8 / 10..middle * 82 / 100).contains(&least), "{before}: {least}");
            assert!((middle * 118 / 100..=middle * 12 / 10).contains(&most), "{before}: {most}");
        }
    }

    #[test]
    fn what_makes_no_sense_waits_for_the_longest() {
        let backoff = |multiplier| Backoff {
            initial: Duration::from_secs(1),
            multiplier,
            max: Duration::from_millis(100),
        };
        for multiplier in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(backoff(multiplier).delay(1) <= Duration::from_millis(120), "{multiplier}");
        }
    }
}
