//! Three shops, each a process on a loopback address of its own, behind one name of DNS: calls are spread evenly over them; one
//! that is killed costs no more than the calls that it was at; and when they are restarted one after the other, with their calls
//! let end, none fails.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use protocall::{Code, Connect, Retry, Status};
use protocall_tests::dns::Dns;
use protocall_tests::program::{Running, built, free_port_at};
use protocall_tests::shop::{GetProductRequest, ProductServiceClient};
use tokio::task::{JoinSet, block_in_place};

const MILLI: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// What takes longer has failed. Long, as machines may be busy.
const FENCE: Duration = Duration::from_secs(120);

/// As many calls run at a time.
const CALLERS: usize = 16;

/// When a shop has put its first product up: no two have done so in the same nanosecond.
type Shop = (i64, i32);

/// The shops of a name, and who knows their addresses.
struct Street {
    dns: Dns,
    port: u16,
    shops: Vec<(u8, Running)>,
}

impl Street {
    async fn open() -> Self {
        let (dns, port) = (Dns::start().await, free_port_at(1..=6));
        let shops = block_in_place(|| (1..=3).map(|last| (last, shop(last, port))).collect());
        let street = Self { dns, port, shops };
        street.tell();
        street
    }

    /// DNS knows the shops as they are now.
    fn tell(&self) {
        self.dns.set(self.shops.iter().map(|(last, _)| Ipv4Addr::new(127, 0, 0, *last)), SECOND);
    }

    fn connect(&self) -> Connect<ProductServiceClient> {
        ProductServiceClient::connect(self.dns.target(self.port))
            .round_robin()
            .resolve_interval(100 * MILLI)
            .connect_backoff(50 * MILLI, 200 * MILLI)
    }

    /// Kills a shop, with a moment in which it is gone, and opens it again.
    async fn kill(&mut self, place: usize) {
        let (last, shop) = self.shops.remove(place);
        block_in_place(|| drop(shop));
        tokio::time::sleep(300 * MILLI).await;
        self.shops.insert(place, (last, block_in_place(|| self::shop(last, self.port))));
    }

    /// Restarts a shop on the same address, once its calls have ended.
    fn restart(&mut self, place: usize) {
        let (last, shop) = self.shops.remove(place);
        close(shop);
        self.shops.insert(place, (last, self::shop(last, self.port)));
    }

    /// Opens a shop on a new address in place of another, which hears of its end as soon as DNS does.
    fn replace(&mut self, place: usize) {
        let (last, old) = self.shops.remove(place);
        self.shops.insert(place, (last + 3, shop(last + 3, self.port)));
        self.tell();
        close(old);
    }
}

fn shop(last: u8, port: u16) -> Running {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| built("shop_server"));
    Running::start(program, &["--addr", &format!("127.0.0.{last}:{port}"), "--quiet"])
}

/// Closes a shop once its calls have ended.
fn close(shop: Running) {
    let ended = shop.terminate();
    assert!(ended.success(), "{ended}");
}

/// A call of a shop: which one has answered.
async fn visit(shops: &ProductServiceClient) -> Result<Shop, Status> {
    let request = GetProductRequest { id: FIRST.to_owned(), ..Default::default() };
    let product = tokio::time::timeout(FENCE, shops.get_product(request).into_future()).await;
    let opened = product.expect("no call hangs")?.created_at.expect("a product has a date");
    Ok((opened.seconds, opened.nanos))
}

/// The id of the first product of every shop.
const FIRST: &str = "p-1";

/// How often each shop was called.
type Visits = BTreeMap<Shop, usize>;

/// Calls without a pause until it is told to stop.
struct Load {
    stop: Arc<AtomicBool>,
    visits: Arc<Mutex<Visits>>,
    callers: JoinSet<Vec<Status>>,
}

impl Load {
    /// With three shops that have been called already.
    async fn start(shops: &ProductServiceClient) -> Self {
        let (stop, visits) = (Arc::<AtomicBool>::default(), Arc::<Mutex<Visits>>::default());
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            let (shops, stop, visits) = (shops.clone(), Arc::clone(&stop), Arc::clone(&visits));
            callers.spawn(async move {
                let mut failures = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    match visit(&shops).await {
                        Ok(shop) => {
                            let mut visits = visits.lock().unwrap_or_else(PoisonError::into_inner);
                            *visits.entry(shop).or_insert(0) += 1;
                        }
                        Err(status) => failures.push(status),
                    }
                }
                failures
            });
        }
        let load = Self { stop, visits, callers };
        load.until_there_are(3).await;
        load
    }

    /// Waits until so many shops have been called since the start.
    async fn until_there_are(&self, count: usize) {
        let waiting = async {
            while self.visits.lock().unwrap_or_else(PoisonError::into_inner).len() < count {
                tokio::time::sleep(MILLI).await;
            }
        };
        let seen = tokio::time::timeout(FENCE, waiting).await;
        assert!(seen.is_ok(), "not {count} shops are called: {:?}", self.visits);
    }

    /// The failures, and how many calls went well.
    async fn end(self) -> (Vec<Status>, usize) {
        self.stop.store(true, Ordering::Relaxed);
        let failures = self.callers.join_all().await.concat();
        (failures, self.visits.lock().unwrap_or_else(PoisonError::into_inner).values().sum())
    }

    /// None has failed.
    async fn went_well(self) {
        let (failures, calls) = self.end().await;
        assert!(
            failures.is_empty(),
            "{} beside {calls} that went well: {:?}",
            failures.len(),
            failures.first()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_thousand_calls_are_spread_within_two_percent() {
    const CALLS: usize = 30_000;
    let street = Street::open().await;
    let shops = street.connect().build().unwrap();
    Load::start(&shops).await.went_well().await;
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let shops = shops.clone();
        callers.spawn(async move {
            let mut visits = Visits::new();
            for _ in 0..CALLS / 20 {
                *visits.entry(visit(&shops).await.expect("all shops are open")).or_insert(0) += 1;
            }
            visits
        });
    }
    let mut visits = Visits::new();
    for (shop, count) in callers.join_all().await.into_iter().flatten() {
        *visits.entry(shop).or_insert(0) += count;
    }
    assert_eq!((visits.len(), visits.values().sum()), (3, CALLS));
    let fair = CALLS / 3;
    assert!(visits.values().all(|count| count.abs_diff(fair) <= fair / 50), "{visits:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_is_killed_and_comes_back_costs_no_call_that_is_retried() {
    let mut street = Street::open().await;
    let shops = street.connect().retry(Retry::standard()).build().unwrap();
    let load = Load::start(&shops).await;
    for round in 0..3 {
        street.kill(round).await;
        load.until_there_are(4 + round).await;
    }
    load.went_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_retries_a_kill_costs_the_calls_in_flight_only() {
    let mut street = Street::open().await;
    let shops = street.connect().build().unwrap();
    let load = Load::start(&shops).await;
    street.kill(1).await;
    load.until_there_are(4).await;
    let (failures, _) = load.end().await;
    assert!(failures.len() <= CALLERS, "{} of {CALLERS} in flight: {failures:?}", failures.len());
    assert!(failures.iter().all(|status| status.code() == Code::Unavailable), "{failures:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_costs_no_call() {
    let mut street = Street::open().await;
    let shops = street.connect().build().unwrap();
    let load = Load::start(&shops).await;
    for place in 0..3 {
        block_in_place(|| street.restart(place));
        load.until_there_are(4 + place).await;
    }
    load.went_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_on_other_addresses_costs_no_call() {
    let mut street = Street::open().await;
    let shops = street.connect().build().unwrap();
    let load = Load::start(&shops).await;
    for place in 0..3 {
        block_in_place(|| street.replace(place));
        load.until_there_are(4 + place).await;
    }
    load.went_well().await;
}
