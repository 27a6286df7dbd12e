//! Takes times in rounds: in each, every codec does the operation for up to two milliseconds, and the codec that
//! begins changes from round to round, so that what disturbs the machine disturbs all alike. What counts are medians.

use std::time::Duration;

use crate::subject::Shape;

/// What is timed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation {
    /// From a slice to an owned message, and freeing it.
    Decode,
    /// Into a buffer of its own, and freeing it.
    Fresh,
    /// Into a buffer that is large enough from the start.
    Reused,
    /// From a slice to a view, where the codec is measured with one; to an owned message elsewhere.
    View,
}

impl Operation {
    pub(crate) const ALL: [Self; 4] = [Self::Decode, Self::Fresh, Self::Reused, Self::View];
}

const ROUNDS: usize = 75;
const TURN: Duration = Duration::from_millis(2);

/// The median times in nanoseconds of one operation: prost's, ours, buffa's.
pub(crate) fn medians(shape: &mut Shape, operation: Operation) -> [f64; 3] {
    let subjects = &mut shape.subjects;
    let once = subjects.iter_mut().map(|subject| subject.run(operation, 8) / 8).max().unwrap_or_default();
    let times = (TURN.as_nanos() / once.as_nanos().max(1)).clamp(2, 1_000_000) as u32;
    let mut turns: [Vec<f64>; 3] = Default::default();
    for round in 0..ROUNDS {
        for turn in 0..3 {
            let who = (round + turn) % 3;
            let time = subjects[who].run(operation, times);
            turns[who].push(time.as_nanos() as f64 / f64::from(times));
        }
    }
    turns.map(median)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
