//! What is measured: a kind of build, its time by the clock and on the processors, and the size of what it gave.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use protocall_tests::program::{finish, installed};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Check,
    Debug,
    Release,
}

impl Phase {
    pub(crate) const ALL: [Self; 3] = [Self::Check, Self::Debug, Self::Release];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }

    /// The command of cargo.
    pub(crate) fn command(self) -> &'static str {
        if self == Self::Check { "check" } else { "build" }
    }

    pub(crate) fn options(self) -> &'static [&'static str] {
        if self == Self::Release { &["--release"] } else { &[] }
    }

    /// The folder of the programs, where there are any.
    pub(crate) fn profile(self) -> Option<&'static str> {
        (self != Self::Check).then(|| self.name())
    }
}

/// What one build took, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: f64,
    /// Of all processes of the build, which tells more on a machine that is busy.
    pub(crate) cpu: f64,
}

impl Cost {
    /// Runs a build to its end, which must be a success.
    pub(crate) fn of(build: &mut Command) -> Self {
        let (start, before) = (Instant::now(), children_cpu());
        finish(build);
        Self { wall: start.elapsed().as_secs_f64(), cpu: children_cpu() - before }
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

/// The bytes of machine code in a program.
pub(crate) fn text_size(program: &Path) -> f64 {
    let output = finish(Command::new(installed("size", "binutils")).arg("-A").arg(program));
    let sections = String::from_utf8_lossy(&output.stdout).into_owned();
    let text = sections.lines().find_map(|line| line.strip_prefix(".text "));
    let size = text.and_then(|text| text.split_whitespace().next()).and_then(|size| size.parse().ok());
    size.expect("a program has a section .text")
}
