//! Serves the example shop until it is told to stop: `shop_server [--addr HOST:PORT] [--quiet]`.

use std::io::{self, Write};
use std::process::ExitCode;

use protocall::stop_signal;
use protocall_examples::command_line::{Program, complain};
use protocall_examples::{DRAIN, Log, shop};

const PROGRAM: Program = Program {
    help: "\
Serves the example shop.

usage: shop_server [--addr HOST:PORT] [--quiet]

  --addr HOST:PORT  where to listen; port 0 takes a free one [127.0.0.1:50051]
  --quiet           print no line for each call",
    addr: "127.0.0.1:50051",
    has_quiet: true,
};

#[protocall::main]
async fn main() -> ExitCode {
    let flags = match PROGRAM.flags() {
        Ok(flags) => flags,
        Err(code) => return code,
    };
    let log = if flags.quiet { Log::Quiet } else { Log::Lines };
    match serve(&flags.addr, log).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(status) => {
            complain(status.message());
            ExitCode::FAILURE
        }
    }
}

async fn serve(address: &str, log: Log) -> protocall::Result<()> {
    let server = shop(log)?.shutdown(stop_signal()).drain(DRAIN).bind(address).await?;
    let mut out = io::stdout();
    // Whoever started this without reading what it prints is served all the same.
    let _ = writeln!(out, "listening on {}", server.address()).and_then(|()| out.flush());
    server.serve().await
}
