//! The six negative cases of HTTP/2, as a client plays them against servers that misbehave. Called by `play`.

use std::time::Duration;

use protocall::{Code, Result};
use tokio::task::JoinSet;

use super::TestServiceClient;
use super::case::{large_request, large_unary};

/// The names of the cases.
pub const NEGATIVE: [&str; 6] =
    ["goaway", "rst_after_header", "rst_during_data", "rst_after_data", "ping", "max_streams"];

/// How many calls there are at once where the server allows one.
const CALLS: usize = 10;
/// The time that a client has to learn of a GOAWAY.
const NEWS: Duration = Duration::from_millis(200);

pub(super) async fn play(name: &str, test: TestServiceClient) -> Result<()> {
    match name {
        "goaway" => go_away(test).await,
        "ping" => large_unary(&test).await,
        "max_streams" => max_streams(test).await,
        _ => {
            broken(test).await;
            Ok(())
        }
    }
}

async fn go_away(test: TestServiceClient) -> Result<()> {
    large_unary(&test).await?;
    tokio::time::sleep(NEWS).await;
    large_unary(&test).await
}

/// A stream that is reset before its trailers has failed, whatever came on it: the reset without a reason is INTERNAL.
async fn broken(test: TestServiceClient) {
    let status = test.unary_call(large_request()).await.expect_err("the server resets the stream");
    assert_eq!(status.code(), Code::Internal, "{status}");
}

/// The first call brings the server's settings; of the others all but one have to wait.
async fn max_streams(test: TestServiceClient) -> Result<()> {
    large_unary(&test).await?;
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let test = test.clone();
        calls.spawn(async move { large_unary(&test).await });
    }
    calls.join_all().await.into_iter().collect()
}
