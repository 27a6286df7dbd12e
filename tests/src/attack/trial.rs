//! Attacks carried out and measured: how each ended, what it cost, whether others were served meanwhile, and whether
//! anything was left behind. Called by the test attacks.rs.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::probe::{Attack, Attacking, Outcome, Probe};
use super::schema::test::attack::v1::{Document, TargetClient};
use super::{hostile, on_a_client, on_a_server};
use crate::echo::{EchoClient, channel_to, ping};
use crate::process::Process;
use crate::program::Running;

/// How many attacks go on at once, each on a process of its own: most of their time they wait.
const AT_ONCE: usize = 3;

/// How long a clean call on another connection may take while the attack goes on. It takes a millisecond where nobody attacks;
/// the rest is for machines that are busy.
const OTHERS_WAIT: Duration = Duration::from_secs(5);

/// How soon everything of an attack must be gone from the server.
const CLEARED: Duration = Duration::from_secs(10);

/// Which side is attacked.
#[derive(Clone, Copy, Debug)]
pub enum Side {
    /// A server.
    Server,
    /// A client.
    Client,
}

/// What came of an attack.
#[derive(Clone, Debug)]
pub struct Row {
    /// The attack.
    pub probe: Probe,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it went on.
    pub took: Duration,
    /// The processor time that it cost.
    pub work: Duration,
    /// By how many KiB the memory grew at most.
    pub memory: u64,
    /// The longest that a clean call took, on another connection of an attacked server.
    pub waited: Option<Duration>,
    /// What should not have been, beside the outcome and the costs.
    pub wrong: Vec<String>,
}

impl Row {
    /// All that was not as demanded.
    pub fn complaints(&self) -> Vec<String> {
        let Self { probe, outcome, took, memory, .. } = self;
        let mut all = self.wrong.clone();
        if *outcome != probe.demand && Some(outcome) != probe.or.as_ref() {
            all.push(format!("it ended with {outcome}, not with {}", probe.demand));
        }
        if *took > Duration::from_secs(probe.cost.seconds) {
            all.push(format!("it took {took:?}"));
        }
        if *memory > probe.cost.memory * 1024 {
            all.push(format!("it cost {memory} KiB of memory"));
        }
        all.iter().map(|complaint| format!("{}: {complaint}", probe.name)).collect()
    }
}

/// Carries out the attacks on one side by the program `attacked`, those whose name has `wanted` in it, and shows each at its end.
///
/// # Panics
/// When the program does not run.
pub async fn trials(side: Side, program: &Path, wanted: &str, show: fn(&Row)) -> Vec<Row> {
    let probes = match side {
        Side::Server => on_a_server(),
        Side::Client => on_a_client(),
    };
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let start = |probe: Probe| {
        let (turns, program) = (Arc::clone(&turns), program.to_owned());
        tokio::spawn(async move {
            let _turn = turns.acquire().await;
            match probe.attack {
                Attack::Client(attack) => against_server(&program, probe, attack).await,
                Attack::Server(script) => hostile::against_client(&program, probe, script).await,
            }
        })
    };
    let started: Vec<_> = probes.into_iter().filter(|probe| probe.name.contains(wanted)).map(start).collect();
    let mut rows = Vec::new();
    for row in started {
        let row = row.await.expect("an attack does not panic");
        show(&row);
        rows.push(row);
    }
    rows
}

/// A server for each attack, so that none finds what another has left.
async fn against_server(program: &Path, probe: Probe, attack: fn(SocketAddr) -> Attacking) -> Row {
    let running = Running::start(program, &["serve"]);
    let at: SocketAddr = running.address.parse().expect("it prints an address");
    let process = Process(running.id());
    let bystander = Bystander::start(at);
    let clean = TargetClient::from(channel_to(at));
    bystander.served(2).await;
    let tasks = tasks(&clean).await;
    let (files, before, worked) = (process.files(), process.memory(), process.work());
    process.forget_peak();
    let began = Instant::now();
    let limit = Duration::from_secs(probe.cost.seconds);
    let outcome = timeout(2 * limit, attack(at)).await;
    let outcome = outcome.unwrap_or_else(|_| Outcome::Other("it went on and on".into()));
    let took = began.elapsed();
    let mut wrong = Vec::new();
    // What an attack leaves to be worked off belongs to it.
    let cleared = timeout(CLEARED, async {
        while process.files() > files || self::tasks(&clean).await > tasks {
            sleep(Duration::from_millis(20)).await;
        }
    });
    if cleared.await.is_err() {
        let tasks_now = self::tasks(&clean).await;
        wrong.push(format!("{} of {files} files, {tasks_now} of {tasks} tasks are left", process.files()));
    }
    let (waited, failures) = bystander.end().await;
    wrong.extend(failures);
    Row {
        probe,
        outcome,
        took,
        work: Duration::from_millis(process.work() - worked),
        memory: process.peak().saturating_sub(before),
        waited: Some(waited),
        wrong,
    }
}

async fn tasks(clean: &TargetClient) -> u64 {
    let told = clean.tasks(Document::default()).timeout(OTHERS_WAIT).await;
    told.map_or(u64::MAX, |tally| tally.count())
}

/// A clean client with a connection of its own, that calls again and again.
struct Bystander {
    calling: JoinHandle<(Duration, Vec<String>)>,
    stop: watch::Sender<bool>,
    served: watch::Receiver<u32>,
}

impl Bystander {
    fn start(at: SocketAddr) -> Self {
        let echo: EchoClient = channel_to(at).into();
        let (stop, stopped) = watch::channel(false);
        let (count, served) = watch::channel(0);
        let calling = tokio::spawn(async move {
            let (mut longest, mut failures) = (Duration::ZERO, Vec::new());
            // Once more after the attack.
            let mut last = false;
            while !last {
                last = *stopped.borrow();
                let began = Instant::now();
                if let Err(status) = echo.unary(ping("clean")).timeout(OTHERS_WAIT).await {
                    failures.push(format!("a clean call failed: {status}"));
                }
                longest = longest.max(began.elapsed());
                count.send_modify(|count| *count += 1);
                sleep(Duration::from_millis(5)).await;
            }
            (longest, failures)
        });
        Self { calling, stop, served }
    }

    async fn served(&self, calls: u32) {
        let mut served = self.served.clone();
        let _ = served.wait_for(|count| *count >= calls).await;
    }

    async fn end(self) -> (Duration, Vec<String>) {
        let _ = self.stop.send(true);
        self.calling.await.expect("a clean client does not panic")
    }
}
