//! Google's conformance suite: fetches its runner, holds a testee against it, and reads what it said.
//!
//! Called by tests/tests/conformance.rs. The runner's summary alone is no proof: it counts a skipped test as no failure,
//! and all formats as one. So its log is read test by test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{finish, workspace};

/// Some requests fill pages.
const LONGEST_REASON: usize = 1000;

/// What a test must give, as the suite has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The specification asks for it.
    Required,
    /// Nothing but good habit asks for it.
    Recommended,
}

/// What the runner said about all tests that it ran.
#[derive(Debug, Default)]
pub struct Report {
    /// Names of all tests: `Required.Proto3.ProtobufInput.UnknownVarint.ProtobufOutput`.
    pub names: BTreeSet<String>,
    /// Those that the testee did not want to take.
    pub skipped: BTreeSet<String>,
    /// Those that it failed, each with the runner's reason.
    pub failed: Vec<String>,
    /// The runner's own count at the end of each suite.
    pub summaries: Vec<String>,
}

/// Examines a program, with its arguments, in all syntaxes up to `edition`. `folder` takes the runner's lists of failures.
///
/// No list of expected failures goes along: there are none.
///
/// # Panics
/// When the runner cannot be had, or stops before its end.
pub fn examine(testee: &[&str], edition: &str, folder: &Path) -> Report {
    fs::create_dir_all(folder).expect("the folder of the tests can be written to");
    let mut command = Command::new(runner());
    command.args(["--maximum_edition", edition, "--enforce_recommended", "--verbose", "--output_dir"]);
    // The runner puts the names of its files right behind this.
    let output = command.arg(format!("{}/", folder.display())).args(testee).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let log = String::from_utf8_lossy(&output.stderr);
    let report = Report::read(&log);
    assert!(
        output.status.code().is_some() && !report.summaries.is_empty(),
        "the runner ended with {} and without a summary:\n{}",
        output.status,
        last_lines(&log),
    );
    report
}

fn runner() -> PathBuf {
    let script = workspace().join("tests/conformance/runner.sh");
    let output = finish(Command::new("bash").arg(script).arg(workspace().join(".cache/conformance")));
    let printed = String::from_utf8(output.stdout).expect("runner.sh prints UTF-8");
    PathBuf::from(printed.trim())
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

impl Report {
    /// Reads the log that the runner writes with `--verbose`.
    pub fn read(log: &str) -> Self {
        let mut report = Self::default();
        for line in log.lines() {
            if let Some(rest) = line.strip_prefix("conformance test: name=") {
                let is_new = report.names.insert(name(rest));
                assert!(is_new, "the runner ran a test twice: {line}");
            } else if let Some(rest) = line.strip_prefix("SKIPPED, test=") {
                report.skipped.insert(name(rest));
            } else if let Some(rest) = line.strip_prefix("ERROR, test=") {
                report.failed.push(rest.chars().take(LONGEST_REASON).collect());
            } else if line.starts_with("CONFORMANCE SUITE ") {
                report.summaries.push(line.to_owned());
            }
        }
        report
    }

    /// The tests from binary to binary in a syntax: a failure to parse, which has no output, is among them.
    pub fn binary(&self, level: Level, syntax: &str) -> usize {
        let start = format!("{level:?}.{syntax}.ProtobufInput.");
        self.names.iter().filter(|name| name.starts_with(&start) && is_binary(name)).count()
    }

    /// How many tests read text or write it.
    pub fn text(&self) -> usize {
        self.names.iter().filter(|name| is_text(name)).count()
    }

    /// What the runner must say at the end of a suite when nothing failed and nothing was expected to.
    pub fn clean_summaries(&self) -> [String; 2] {
        [false, true].map(|text| {
            let ran = self.names.iter().filter(|name| is_text(name) == text).count();
            let skipped = self.skipped.iter().filter(|name| is_text(name) == text).count();
            format!(
                "CONFORMANCE SUITE PASSED: {} successes, {skipped} skipped, 0 expected failures, 0 unexpected failures.",
                ran - skipped
            )
        })
    }
}

fn name(rest: &str) -> String {
    rest.split([' ', ',']).next().unwrap_or_default().to_owned()
}

fn is_binary(name: &str) -> bool {
    let other_output = name.ends_with("Output") && !name.ends_with(".ProtobufOutput");
    name.contains(".ProtobufInput.") && !other_output
}

fn is_text(name: &str) -> bool {
    name.contains(".TextFormatInput.") || name.ends_with(".TextFormatOutput")
}
