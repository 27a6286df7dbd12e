//! Attacks of many kinds end as they must, cost no more than they may, keep nobody else from being served, and leave nothing
//! behind. Prints a table: `cargo test -p protocall-tests --test attacks -- --nocapture`.
//!
//! `ATTACK=words` carries out only those whose name has the words in it.

use std::io::Write;
use std::path::Path;

use protocall_tests::attack::{Row, Side, head, trials};
use tokio::sync::Mutex;

const ATTACKED: &str = env!("CARGO_BIN_EXE_attacked");

/// One test at a time: they measure.
static TURN: Mutex<()> = Mutex::const_new(());

fn show(text: &str) {
    assert!(std::io::stdout().write_all(text.as_bytes()).is_ok(), "nobody reads the table");
}

async fn attacked(side: Side, title: &str) {
    let _turn = TURN.lock().await;
    let wanted = std::env::var("ATTACK").unwrap_or_default();
    show(&head(title));
    let rows = trials(side, Path::new(ATTACKED), &wanted, |row| show(&format!("{row}\n"))).await;
    let complaints: Vec<String> = rows.iter().flat_map(Row::complaints).collect();
    assert!(complaints.is_empty(), "\n  {}", complaints.join("\n  "));
    assert!(!rows.is_empty() || !wanted.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_stands_attacks() {
    attacked(Side::Server, "Attacks on a server").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_stands_attacks() {
    attacked(Side::Client, "Attacks on a client").await;
}
