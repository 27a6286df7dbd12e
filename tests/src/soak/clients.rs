//! The clients of the soak: each with connections of its own, and a way to speak of its own.

use std::time::Duration;

use protocall::{ClientTls, Connect, Keepalive, Retry};

use super::Fleet;
use super::fleet::NAME;
use crate::shop::ProductServiceClient;

type Shop = ProductServiceClient;

/// See the head of the file.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Those over HTTP/2, which all shapes of calls can use.
    pub http2: Vec<Shop>,
    /// Those that speak gRPC-Web besides, for requests that are one message.
    pub all: Vec<Shop>,
    targets: Targets,
}

#[derive(Clone, Debug)]
struct Targets {
    plain: String,
    secure: String,
    rock: String,
    authority: String,
}

impl Clients {
    /// Of all servers of a fleet.
    pub fn of(fleet: &Fleet) -> Self {
        let targets = Targets {
            plain: format!("static:{}", fleet.plain().join(",")),
            secure: format!("static:{}", fleet.secure().join(",")),
            rock: format!("http://{}", fleet.rock()),
            authority: fleet.authority.clone(),
        };
        let keepalive = Keepalive::every(Duration::from_secs(300));
        let http2 = vec![
            built(targets.plain().round_robin()),
            built(targets.plain().least_request().keepalive(keepalive)),
            built(targets.secure().round_robin()),
            built(ours(&targets.rock)),
        ];
        // HTTP/1.1 takes a connection for each call at a time, and keeps it: at a rest there would be any number of them.
        let http1 = ours(&targets.rock).grpc_web().http1().idle_timeout(Duration::from_millis(300));
        let web = [ours(&targets.rock).grpc_web(), http1];
        let all = http2.iter().cloned().chain(web.map(built)).collect();
        Self { http2, all, targets }
    }

    /// A client that nobody has used, with TLS or without.
    pub fn fresh(&self, secure: bool) -> Shop {
        let connect = if secure { self.targets.secure() } else { self.targets.plain() };
        built(connect.round_robin())
    }
}

impl Targets {
    fn plain(&self) -> Connect<Shop> {
        ours(&self.plain)
    }

    fn secure(&self) -> Connect<Shop> {
        ours(&self.secure).authority(NAME).tls(ClientTls::new().ca_pem(self.authority.clone()))
    }
}

/// As users set a client up, but for the waits: servers come back within a second here.
fn ours(target: &str) -> Connect<Shop> {
    let connect = Shop::connect(target.to_owned()).retry(Retry::standard());
    connect.connect_backoff(Duration::from_millis(100), Duration::from_millis(500))
}

fn built(connect: Connect<Shop>) -> Shop {
    connect.build().expect("the settings are good")
}
