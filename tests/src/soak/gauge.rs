//! What the client and a server take, read whenever no call runs; and whether it grows.

use std::fmt;

/// What is taken at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Seconds since the beginning.
    pub at: u64,
    /// KiB of memory of the client.
    pub memory: u64,
    /// Files and sockets of the client.
    pub files: usize,
    /// Tasks of the client's runtime.
    pub tasks: usize,
    /// KiB of memory of the server that is never restarted.
    pub server_memory: u64,
    /// Files and sockets of that server.
    pub server_files: usize,
}

/// How many KiB a process may have more at the end than after its warm-up: what an allocator moves to and fro.
const SLACK: u64 = 8 * 1024;

/// How many files and tasks may come and go: a connection that is being opened has some.
const PASSING: usize = 4;

/// The share of the readings that is the warm-up.
const WARM_UP: usize = 3;

/// What has grown since the warm-up, the first third of the readings. Those of the last third count, by their middle: one
/// reading may have met a connection on its way.
pub fn growth(readings: &[Reading]) -> Vec<String> {
    let part = readings.len() / WARM_UP;
    if part == 0 {
        return vec![format!("{} readings tell nothing", readings.len())];
    }
    let (warm, last) = (&readings[..part], &readings[readings.len() - part..]);
    let compare = |what: &str, slack: u64, of: &dyn Fn(&Reading) -> u64| {
        let before = warm.iter().map(of).max().unwrap_or_default();
        let mut after: Vec<u64> = last.iter().map(of).collect();
        after.sort_unstable();
        let after = after[after.len() / 2];
        (after > before + slack).then(|| format!("{what}: {after} after {before}"))
    };
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let passing = number(PASSING);
    [
        compare("KiB of the client", SLACK, &|reading| reading.memory),
        compare("KiB of the server", SLACK, &|reading| reading.server_memory),
        compare("files of the client", passing, &|reading| number(reading.files)),
        compare("files of the server", passing, &|reading| number(reading.server_files)),
        compare("tasks of the client", passing, &|reading| number(reading.tasks)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Reading {
    /// The line above all readings.
    pub const HEAD: &str = "second   client KiB  files  tasks   server KiB  files";
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, memory, files, tasks, server_memory, server_files } = self;
        write!(f, "{at:>6}   {memory:>10}  {files:>5}  {tasks:>5}   {server_memory:>10}  {server_files:>5}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Reading, growth};

    fn readings(change: impl Fn(&mut Reading, u64)) -> Vec<Reading> {
        let steady =
            Reading { at: 0, memory: 30_000, files: 20, tasks: 30, server_memory: 9_000, server_files: 12 };
        (0..30)
            .map(|at| {
                let mut reading = Reading { at, ..steady };
                change(&mut reading, at);
                reading
            })
            .collect()
    }

    #[test]
    fn what_comes_and_goes_is_no_growth() {
        assert!(growth(&readings(|_, _| {})).is_empty());
        assert!(growth(&readings(|reading, at| reading.memory += at % 7 * 1000)).is_empty());
        assert!(growth(&readings(|reading, at| reading.tasks += usize::from(at == 29) * 50)).is_empty());
        assert!(growth(&readings(|reading, at| reading.memory += at.min(9) * 5000)).is_empty(), "a warm-up");
    }

    #[test]
    fn each_of_them_is_seen_to_grow() {
        let by = |at: u64| usize::try_from(at).unwrap();
        for (grown, word) in [
            (readings(|reading, at| reading.memory += at * 600), "KiB of the client"),
            (readings(|reading, at| reading.server_memory += at * 600), "KiB of the server"),
            (readings(|reading, at| reading.files += by(at)), "files of the client"),
            (readings(|reading, at| reading.server_files += by(at)), "files of the server"),
            (readings(|reading, at| reading.tasks += by(at)), "tasks of the client"),
        ] {
            let complaints = growth(&grown);
            assert!(complaints.len() == 1 && complaints[0].starts_with(word), "{word}: {complaints:?}");
        }
        assert!(!growth(&[]).is_empty());
    }
}
