//! Chance, in small doses: durations that are spread out, so that many programs do not act at one moment, and picks among
//! several. Asked by `client` and `transport`.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// A number that nobody can guess; nothing that a secret may be made of.
pub(crate) fn random() -> u64 {
    // The keys of a new hasher are random.
    RandomState::new().hash_one(())
}

/// `duration`, give or take this share of it.
pub(crate) fn about(duration: Duration, share: f64) -> Duration {
    const PARTS: u32 = 1 << 16;
    let part = u32::try_from(random() % u64::from(PARTS)).unwrap_or_default();
    let factor = 1.0 - share + 2.0 * share * f64::from(part) / f64::from(PARTS);
    // One that is longer than the clock can count does not pass in either case.
    Duration::try_from_secs_f64(duration.as_secs_f64() * factor).unwrap_or(duration)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::about;

    #[test]
    fn a_share_is_given_or_taken() {
        let hour = Duration::from_secs(3600);
        let ages: Vec<_> = (0..1000).map(|_| about(hour, 0.1)).collect();
        let (least, most) = (ages.iter().min().unwrap(), ages.iter().max().unwrap());
        assert!(*least >= hour * 9 / 10 && *least < hour * 92 / 100, "{least:?}");
        assert!(*most <= hour * 11 / 10 && *most > hour * 108 / 100, "{most:?}");
        assert!(about(Duration::MAX, 0.1) > Duration::MAX / 2);
    }
}
