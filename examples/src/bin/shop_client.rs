//! Calls every method of a shop and prints what comes back: `shop_client [--addr http://HOST:PORT]`.

use std::io;
use std::process::ExitCode;

use protocall::{Channel, Code, Result};
use protocall_examples::command_line::{Program, complain};
use protocall_examples::walk;

const PROGRAM: Program = Program {
    help: "\
Calls every method of the example shop.

usage: shop_client [--addr http://HOST:PORT]

  --addr http://HOST:PORT  where the shop listens [http://127.0.0.1:50051]",
    addr: "http://127.0.0.1:50051",
    has_quiet: false,
};

#[protocall::main]
async fn main() -> ExitCode {
    let flags = match PROGRAM.flags() {
        Ok(flags) => flags,
        Err(code) => return code,
    };
    let Err(status) = visit(&flags.addr).await else { return ExitCode::SUCCESS };
    if status.code() == Code::Unavailable {
        complain(format_args!("no shop at {}: {}", flags.addr, status.message()));
        complain("start one with: cargo run -p protocall-examples --bin shop_server");
    } else {
        complain(status);
    }
    ExitCode::FAILURE
}

async fn visit(address: &str) -> Result<()> {
    let channel = Channel::connect(address).build()?;
    walk(&channel, &mut io::stdout()).await
}
