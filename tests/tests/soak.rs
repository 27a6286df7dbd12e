//! Ten minutes in the life of a shop, in short: servers are drained and killed in turns under a mixed load, with TLS and without.
//! Every call ends, as it may; and what the client and a server take does not grow.
//!
//! `SOAK_SECONDS=600 cargo test -p protocall-tests --test soak -- --nocapture` is the long run, and prints its figures. They are
//! also left in the target folder, in `soak/report.txt`.

use std::io::Write;
use std::time::Duration;

use protocall_tests::program::target_dir;
use protocall_tests::soak::run;

/// Unless the environment says otherwise.
const SECONDS: u64 = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_ends_and_nothing_grows_while_servers_are_restarted() {
    let seconds = std::env::var("SOAK_SECONDS").map_or(SECONDS, |text| text.parse().expect("seconds"));
    let report = run(Duration::from_secs(seconds)).await;
    let text = report.to_string();
    let folder = target_dir().join("soak");
    std::fs::create_dir_all(&folder).expect("the target folder can be written to");
    std::fs::write(folder.join("report.txt"), &text).expect("the target folder can be written to");
    assert!(std::io::stdout().write_all(text.as_bytes()).is_ok(), "nobody reads the report");
    let complaints = report.complaints();
    assert!(complaints.is_empty(), "\n  {}\n{text}", complaints.join("\n  "));
}
