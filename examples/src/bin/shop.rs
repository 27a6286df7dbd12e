//! The example shop in one command: a server on a free port, and a client that calls it over TCP.

use std::io;
use std::process::ExitCode;

use protocall::tokio::{self, sync::oneshot};
use protocall::{Channel, Result, Status};
use protocall_examples::command_line::complain;
use protocall_examples::{DRAIN, Log, shop, walk};

#[protocall::main]
async fn main() -> ExitCode {
    match open_and_visit().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(status) => {
            complain(status);
            ExitCode::FAILURE
        }
    }
}

async fn open_and_visit() -> Result<()> {
    let (close, closing) = oneshot::channel();
    let closing = async { drop(closing.await) };
    let server = shop(Log::Quiet)?.shutdown(closing).drain(DRAIN).bind("127.0.0.1:0").await?;
    let channel = Channel::connect(format!("http://{}", server.address())).build()?;
    let serving = tokio::spawn(server.serve());

    let visit = walk(&channel, &mut io::stdout()).await;

    let _ = close.send(());
    let served = serving.await.unwrap_or_else(|crash| Err(Status::internal(crash.to_string())));
    visit.and(served)
}
