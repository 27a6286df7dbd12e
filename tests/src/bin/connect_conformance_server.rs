//! The server that Connect's conformance suite examines: one per configuration, told on stdin, until it is killed.
//!
//! Started by `connectconformance`, which tests/tests/connect_conformance.rs runs.

use std::io::{self, Write};

use protocall::{Result, Server, Status, Tls, stop_signal};
use protocall_tests::connect::{
    Conformance, ConformanceServiceServer, Protocol, ServerCompatRequest, ServerCompatResponse, read, written,
};

fn broken(error: io::Error) -> Status {
    Status::internal("the runner speaks otherwise").with_source(error)
}

#[tokio::main]
async fn main() -> Result<()> {
    let asked = read::<ServerCompatRequest>(&mut io::stdin().lock()).map_err(broken)?;
    let asked = asked.ok_or_else(|| Status::internal("the runner says nothing"))?;
    let mut server = Server::new()
        .service(ConformanceServiceServer::new(Conformance))
        .min_compress_size(0)
        .shutdown(stop_signal());
    if asked.protocol == Protocol::GrpcWeb {
        server = server.grpc_web();
    }
    if asked.message_receive_limit > 0 {
        server = server.max_receive_message_size(asked.message_receive_limit as usize);
    }
    let creds = asked.server_creds.filter(|_| asked.use_tls).unwrap_or_default();
    if asked.use_tls {
        let tls = Tls::pem(creds.cert.clone(), creds.key);
        let mutual = !asked.client_tls_cert.is_empty();
        server = server.tls(if mutual { tls.client_ca_pem(asked.client_tls_cert) } else { tls });
    }
    let bound = server.bind("127.0.0.1:0").await?;
    let address = bound.address();
    let answer = ServerCompatResponse {
        host: address.ip().to_string(),
        port: address.port().into(),
        pem_cert: creds.cert,
        ..Default::default()
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all(&written(&answer)).and_then(|()| stdout.flush()).map_err(broken)?;
    drop(stdout);
    bound.serve().await
}
