//! Calls the replicas of a shop without a pause, and counts the calls that fail: `shop_caller [--addr TARGET]`. It ends on SIGTERM
//! or Ctrl-C, with 0 if none has failed; see `examples/kubernetes`.

use std::io::{self, Write};
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use protocall::tokio::{task::JoinSet, time};
use protocall::{Result, Retry, stop_signal};
use protocall_examples::command_line::{Program, complain};
use protocall_examples::ecommerce::v1::{GetProductRequest, ProductServiceClient};

const PROGRAM: Program = Program {
    help: "\
Calls the replicas of the example shop without a pause, and counts the calls that fail.

usage: shop_caller [--addr TARGET]

  --addr TARGET  where they listen: dns:///HOST:PORT, static:HOST:PORT,HOST:PORT
                 or http://HOST:PORT [http://127.0.0.1:50051]",
    addr: "http://127.0.0.1:50051",
    has_quiet: false,
};

const CALLERS: usize = 4;

/// From one call of a caller to its next.
const PAUSE: Duration = Duration::from_millis(10);

/// From one line of figures to the next.
const LINE: Duration = Duration::from_secs(10);

#[derive(Default)]
struct Figures {
    calls: AtomicU64,
    failed: AtomicU64,
    is_over: AtomicBool,
}

#[protocall::main]
async fn main() -> ExitCode {
    let flags = match PROGRAM.flags() {
        Ok(flags) => flags,
        Err(code) => return code,
    };
    match call(&flags.addr).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(status) => {
            complain(status);
            ExitCode::FAILURE
        }
    }
}

/// Calls until it is told to stop; how many calls have failed.
async fn call(target: &str) -> Result<u64> {
    let shop = ProductServiceClient::connect(target)
        .round_robin()
        .retry(Retry::standard())
        .wait_for_ready(true)
        .build()?;
    let figures = Arc::<Figures>::default();
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        callers.spawn(calls(shop.clone(), Arc::clone(&figures)));
    }
    let mut stop = pin!(stop_signal());
    while time::timeout(LINE, &mut stop).await.is_err() {
        figures.print();
    }
    figures.is_over.store(true, Ordering::Relaxed);
    callers.join_all().await;
    figures.print();
    Ok(figures.failed.load(Ordering::Relaxed))
}

async fn calls(shop: ProductServiceClient, figures: Arc<Figures>) {
    while !figures.is_over.load(Ordering::Relaxed) {
        let request = GetProductRequest { id: "p-1".to_owned(), ..Default::default() };
        if let Err(status) = shop.get_product(request).timeout(Duration::from_secs(5)).await {
            complain(status);
            figures.failed.fetch_add(1, Ordering::Relaxed);
        }
        figures.calls.fetch_add(1, Ordering::Relaxed);
        time::sleep(PAUSE).await;
    }
}

impl Figures {
    fn print(&self) {
        let (calls, failed) = (self.calls.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed));
        // Where nobody reads them they are still counted.
        let _ = writeln!(io::stdout(), "{calls} calls, {failed} failed");
    }
}
