//! How the calls of a soak have ended.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocall::Status;

use super::Caller;

/// See the head of the file.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    begun: u64,
    ended: BTreeMap<(Caller, String), u64>,
    wrong: Vec<String>,
}

impl Ledger {
    /// A call begins.
    pub fn begin(&self) {
        self.book().begun += 1;
    }

    /// A call has ended, or was given up because it did not: `None`.
    pub fn end(&self, caller: Caller, outcome: Option<Result<(), Status>>) {
        let mut book = self.book();
        let (name, is_allowed) = match &outcome {
            None => ("no answer", false),
            Some(Ok(())) => ("OK", true),
            Some(Err(status)) => (status.code().name(), caller.allows(status.code())),
        };
        *book.ended.entry((caller, name.to_owned())).or_default() += 1;
        if !is_allowed {
            let told =
                outcome.and_then(Result::err).map_or_else(String::new, |status| format!(": {status:?}"));
            book.wrong.push(format!("{caller:?} ended with {name}{told}"));
        }
    }

    /// The calls that have ended as they should not, and those that have not.
    pub fn complaints(&self) -> Vec<String> {
        let book = self.book();
        let ended: u64 = book.ended.values().sum();
        let lost = (ended != book.begun).then(|| format!("{} calls have begun, {ended} ended", book.begun));
        // One complaint stands for all of its kind: there may be thousands.
        book.wrong.iter().take(20).cloned().chain(lost).collect()
    }

    /// How many have begun.
    pub fn begun(&self) -> u64 {
        self.book().begun
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let book = self.book();
        for ((caller, name), count) in &book.ended {
            writeln!(f, "{:<12} {name:<20} {count:>9}", format!("{caller:?}"))?;
        }
        writeln!(f, "{:<33} {:>9}", "calls in all", book.begun)
    }
}
