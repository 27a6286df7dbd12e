//! The server of gRPC's interoperability tests, with the flags that all of them take:
//! `interop_server --port=N [--use_tls=true --tls_cert_file=PEM --tls_key_file=PEM]`. Port 0 takes a free one, which is printed.
//!
//! Started by the tests that let foreign clients call it.

use std::io::{self, Write};

use protocall::{Compression, Result, Server, Status, Tls, stop_signal};
use protocall_tests::interop::{Flags, Interop, TestServiceServer};

#[protocall::main]
async fn main() -> Result<()> {
    let flags = Flags::read().map_err(|wrong| Status::invalid_argument(wrong.to_string()))?;
    let mut server = Server::new()
        .service(TestServiceServer::new(Interop))
        .compress([Compression::Gzip])
        .min_compress_size(0)
        .shutdown(stop_signal());
    if flags.use_tls {
        let missing = || Status::invalid_argument("--use_tls needs --tls_cert_file and --tls_key_file");
        let (certificate, key) = flags.tls_cert_file.zip(flags.tls_key_file).ok_or_else(missing)?;
        server = server.tls(Tls::files(certificate, key));
    }
    let bound = server.bind(format!("127.0.0.1:{}", flags.port)).await?;
    let mut out = io::stdout();
    // Whoever started this without reading what it prints is served all the same.
    let _ = writeln!(out, "listening on {}", bound.address()).and_then(|()| out.flush());
    bound.serve().await
}
