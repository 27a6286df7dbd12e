//! The processor time of a process. Called by the bench for servers, and by its clients for themselves.

use std::fs;
use std::time::Duration;

/// The time that a process has had, all its threads together; zero for one that is gone.
pub(crate) fn cpu_time(process: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let times = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(times.sum())
}
