//! What a process costs, as Linux tells in /proc. Asked by `attack` and `soak`.

use std::fs;

/// Of the kernel's clock that processor time is counted with: Linux tells programs of 100 ticks a second everywhere.
const TICK: u64 = 10;

/// A process of this machine.
#[derive(Clone, Copy, Debug)]
pub struct Process(pub u32);

impl Process {
    /// This one.
    pub fn own() -> Self {
        Self(std::process::id())
    }

    /// KiB of memory that it has now.
    pub fn memory(self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most KiB of memory that it had since `forget_peak`.
    pub fn peak(self) -> u64 {
        self.status("VmHWM:")
    }

    /// The peak is what it has now.
    pub fn forget_peak(self) {
        fs::write(self.path("clear_refs"), "5").expect("the process is ours");
    }

    /// Milliseconds of processor time so far.
    pub fn work(self) -> u64 {
        let text = fs::read_to_string(self.path("stat")).expect("the process runs");
        // The name, in parentheses, may hold anything.
        let (_, behind) = text.rsplit_once(')').expect("stat has a name");
        let times = behind.split_whitespace().skip(11).take(2);
        times.map(|ticks| ticks.parse::<u64>().expect("stat has numbers") * TICK).sum()
    }

    /// How many files and sockets it has open.
    pub fn files(self) -> usize {
        fs::read_dir(self.path("fd")).expect("the process runs").count()
    }

    fn path(self, file: &str) -> String {
        format!("/proc/{}/{file}", self.0)
    }

    fn status(self, field: &str) -> u64 {
        let text = fs::read_to_string(self.path("status")).expect("the process runs");
        let line = text.lines().find_map(|line| line.strip_prefix(field));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.unwrap_or_else(|| panic!("no {field} in {text}"))
    }
}
