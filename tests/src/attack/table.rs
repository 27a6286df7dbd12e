//! The figures of attacks as a table, for people, with what each may cost. Called by the test attacks.rs.

use std::fmt;

use super::trial::Row;

/// The head of a table in Markdown, with a title.
pub fn head(title: &str) -> String {
    format!(
        "\n{title}\n\n| attack | what it does | outcome | time | processor | memory | others waited |\n\
         |---|---|---|---:|---:|---:|---:|\n"
    )
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { probe, outcome, took, work, memory, waited, .. } = self;
        write!(
            f,
            "| {} | {} | {outcome} | {:.2} of {} s | {:.2} s | {:.1} of {} MiB | {} |",
            probe.name,
            probe.does,
            took.as_secs_f64(),
            probe.cost.seconds,
            work.as_secs_f64(),
            *memory as f64 / 1024.0,
            probe.cost.memory,
            waited.map_or_else(|| "-".to_owned(), |waited| format!("{} ms", waited.as_millis())),
        )
    }
}
