//! The soak from its first call to its report: rounds of calls and restarts, and between them a rest in which is read what
//! is taken.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, sleep, timeout};

use super::gauge::growth;
use super::{Caller, Clients, Fleet, Ledger, Reading};
use crate::process::Process;

/// The shortest round, and how many there are at the least, and about at the most.
const ROUND: Duration = Duration::from_secs(4);
const LEAST_ROUNDS: usize = 3;
const MOST_ROUNDS: u32 = 60;

/// Callers of each kind.
const EACH: usize = 2;

/// Between two restarts.
const PAUSE: Duration = Duration::from_millis(300);

/// No call takes as long: one that does has no answer.
const FENCE: Duration = Duration::from_secs(60);

/// What came of a soak.
#[derive(Debug)]
pub struct Report {
    ledger: Arc<Ledger>,
    readings: Vec<Reading>,
    restarts: [usize; 2],
}

/// Runs for about as long as this.
///
/// # Panics
/// When a server does not start, or does not end as it should.
pub async fn run(length: Duration) -> Report {
    let mut fleet = spawn_blocking(Fleet::start).await.expect("the servers start");
    let began = Instant::now();
    let (clients, ledger) = (Arc::new(Clients::of(&fleet)), Arc::<Ledger>::default());
    let rock = Process(fleet.rock_process());
    let round = ROUND.max(length / MOST_ROUNDS);
    let mut readings = Vec::new();
    // A busy machine may take as long as that for one round, which tells nothing.
    while began.elapsed() < length || readings.len() < LEAST_ROUNDS {
        fleet = restless(fleet, calls(&clients, &ledger, Instant::now() + round)).await;
        readings.push(rest(began, rock, &readings).await);
    }
    Report { ledger, readings, restarts: fleet.restarts }
}

/// Restarts servers until the work is done.
async fn restless(mut fleet: Fleet, work: impl Future<Output = ()>) -> Fleet {
    let is_over = Arc::<AtomicBool>::default();
    let until = Arc::clone(&is_over);
    let restarting = spawn_blocking(move || {
        while !until.load(Ordering::Relaxed) {
            fleet.restart();
            std::thread::sleep(PAUSE);
        }
        fleet
    });
    work.await;
    is_over.store(true, Ordering::Relaxed);
    restarting.await.expect("the servers end and start as they should")
}

/// Calls of all kinds until then.
async fn calls(clients: &Arc<Clients>, ledger: &Arc<Ledger>, until: Instant) {
    let mut callers = JoinSet::new();
    for (place, caller) in Caller::ALL.into_iter().cycle().take(EACH * Caller::ALL.len()).enumerate() {
        let (clients, ledger) = (Arc::clone(clients), Arc::clone(ledger));
        callers.spawn(async move {
            // Those of one kind do not go the same way at the same time.
            let mut number = place;
            while Instant::now() < until {
                ledger.begin();
                let outcome = timeout(FENCE, caller.call(&clients, number)).await;
                ledger.end(caller, outcome.ok());
                number += 1;
                sleep(Duration::from_millis(2)).await;
            }
        });
    }
    while let Some(ended) = callers.join_next().await {
        ended.expect("no caller panics");
    }
}

/// Waits until what the calls have left behind is gone, or does not go, and reads what is taken.
async fn rest(began: Instant, server: Process, before: &[Reading]) -> Reading {
    let own = Process(std::process::id());
    let read = || Reading {
        at: began.elapsed().as_secs(),
        memory: own.memory(),
        files: own.files(),
        tasks: Handle::current().metrics().num_alive_tasks(),
        server_memory: server.memory(),
        server_files: server.files(),
    };
    let patience = Instant::now() + Duration::from_secs(if before.is_empty() { 2 } else { 10 });
    loop {
        sleep(Duration::from_millis(500)).await;
        let now = read();
        // There is nothing to compare the first with: it may take a while longer.
        let is_less =
            |of: fn(&Reading) -> usize| before.iter().map(of).max().is_some_and(|most| of(&now) <= most);
        let is_calm = is_less(|one| one.tasks) && is_less(|one| one.files) && is_less(|one| one.server_files);
        if is_calm || Instant::now() > patience {
            return now;
        }
    }
}

impl Report {
    /// What was not as it should be.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = self.ledger.complaints();
        complaints.extend(growth(&self.readings));
        if self.restarts.contains(&0) {
            complaints.push(format!("restarts by SIGTERM and by SIGKILL: {:?}", self.restarts));
        }
        complaints
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.ledger)?;
        let [terminated, killed] = self.restarts;
        writeln!(f, "restarts: {terminated} by SIGTERM, {killed} by SIGKILL\n\n{}", Reading::HEAD)?;
        self.readings.iter().try_for_each(|reading| writeln!(f, "{reading}"))
    }
}
