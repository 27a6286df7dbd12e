//! What is measured: a kind of build, and the size of what it gave.

use std::path::Path;
use std::process::Command;

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

/// The bytes of machine code in a program.
pub(crate) fn text_size(program: &Path) -> f64 {
    let output = finish(Command::new(installed("size", "binutils")).arg("-A").arg(program));
    let sections = String::from_utf8_lossy(&output.stdout).into_owned();
    let text = sections.lines().find_map(|line| line.strip_prefix(".text "));
    let size = text.and_then(|text| text.split_whitespace().next()).and_then(|size| size.parse().ok());
    size.expect("a program has a section .text")
}
