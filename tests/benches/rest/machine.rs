//! When and where figures are taken, as the chart says it. Called by `main`.

use std::fs;
use std::io;
use std::thread::available_parallelism;

use protocall::well_known::Timestamp;

/// The day, and the kind of machine.
pub(crate) fn told() -> io::Result<String> {
    let day: String = Timestamp::now().to_string().chars().take("2026-01-01".len()).collect();
    let told = fs::read_to_string("/proc/cpuinfo")?;
    let of = |name: &str| {
        let line = told.lines().find(|line| line.starts_with(name))?;
        line.split_once(": ").map(|(_, value)| value)
    };
    let kind = if of("flags").is_some_and(|flags| flags.contains("hypervisor")) {
        "a virtual machine"
    } else {
        "a machine"
    };
    let processor = of("model name").unwrap_or("an unknown processor");
    Ok(format!("{day}, on {kind} with {} cores of {processor}", available_parallelism()?))
}
