//! The example shop behind TLS: `soak_server HOST:PORT CERTIFICATE KEY`. Started by tests/tests/soak.rs; without TLS that uses
//! the shop's own `shop_server`.

use std::io::{self, Write};

use protocall::{Result, Status, Tls, stop_signal};
use protocall_examples::{DRAIN, Log, shop};

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, certificate, key] = &arguments[..] else {
        return Err(Status::invalid_argument("usage: soak_server HOST:PORT CERTIFICATE KEY"));
    };
    let server = shop(Log::Quiet)?.tls(Tls::files(certificate, key)).shutdown(stop_signal()).drain(DRAIN);
    let server = server.bind(address.as_str()).await?;
    let mut out = io::stdout();
    let told = writeln!(out, "listening on {}", server.address()).and_then(|()| out.flush());
    told.map_err(|error| Status::internal("nobody reads where it listens").with_source(error))?;
    server.serve().await
}
