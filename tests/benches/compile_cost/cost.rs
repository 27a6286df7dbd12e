//! What a build takes: its time by the clock and on the processors. Called by `compile_cost` and `macro_cost`.

use std::fs;
use std::process::{Command, Output};
use std::time::Instant;

use protocall_tests::program::finish;

/// What one build took, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: f64,
    /// Of all processes of the build, which tells more on a machine that is busy.
    pub(crate) cpu: f64,
}

impl Cost {
    /// Runs a build to its end, which must be a success, and gives what it said as well.
    pub(crate) fn with(build: &mut Command) -> (Self, Output) {
        let (start, before) = (Instant::now(), children_cpu());
        let output = finish(build);
        (Self { wall: start.elapsed().as_secs_f64(), cpu: children_cpu() - before }, output)
    }
}

/// The seconds that all children which have ended, and theirs, have spent, as Linux counts them.
fn children_cpu() -> f64 {
    /// Linux shows times in hundredths on every architecture that we build on.
    const TICKS: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").expect("the bench runs on Linux");
    // The name of the program, in parentheses, may hold anything; fields 16 and 17 are the children's times.
    let (_, fields) = stat.rsplit_once(") ").expect("stat names the program");
    let ticks = fields.split(' ').skip(13).take(2).map(|ticks| ticks.parse::<f64>().expect("a number"));
    ticks.sum::<f64>() / TICKS
}
