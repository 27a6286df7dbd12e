//! Takes the time of a client's calls and prints it for the bench. Part of both programs, so that all are measured alike.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::processor::cpu_time;

/// Runs from when it is made.
#[derive(Debug)]
pub(crate) struct Meter {
    started: Instant,
    cpu: Duration,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), cpu: cpu_time(std::process::id()) }
    }

    /// Prints calls or messages a second, their processor time, and the median and the 99th percentile of `latencies`,
    /// which may be none; the times in microseconds.
    pub(crate) fn report(self, count: usize, mut latencies: Vec<Duration>) -> io::Result<()> {
        let (wall, cpu) = (self.started.elapsed(), cpu_time(std::process::id()) - self.cpu);
        latencies.sort_unstable();
        let percentile =
            |share: usize| latencies.get(latencies.len() * share / 100).copied().unwrap_or_default();
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let (rate, cpu) = (count as f64 / wall.as_secs_f64(), micros(cpu) / count as f64);
        let (half, most) = (micros(percentile(50)), micros(percentile(99)));
        writeln!(io::stdout(), "{rate:.3} {cpu:.3} {half:.3} {most:.3}")
    }
}

/// Makes `calls` calls, `concurrency` at a time, and reports them.
pub(crate) async fn drive<C, F>(concurrency: usize, calls: usize, call: C) -> io::Result<()>
where
    C: Fn() -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send,
{
    // Connects, and is the first to run through every line.
    for _ in 0..100 {
        call().await;
    }
    let each = calls.div_ceil(concurrency);
    let meter = Meter::start();
    let callers: Vec<_> = (0..concurrency)
        .map(|_| {
            let call = call.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::with_capacity(each);
                for _ in 0..each {
                    let started = Instant::now();
                    call().await;
                    latencies.push(started.elapsed());
                }
                latencies
            })
        })
        .collect();
    let mut latencies = Vec::with_capacity(each * concurrency);
    for caller in callers {
        latencies.extend(caller.await.map_err(io::Error::other)?);
    }
    meter.report(each * concurrency, latencies)
}
