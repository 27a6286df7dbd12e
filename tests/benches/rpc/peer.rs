//! Who is measured: started, and proved to answer as they should. Called by whatever takes figures.

use std::path::PathBuf;
use std::process::Command;

use protocall_tests::program::Running;

use crate::program::Program;
use crate::sample::{product, small};
use crate::schema::ecommerce::v1::Product;
use crate::schema::rpc::v1::BenchClient;

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    Ours,
    Tonic,
    /// tonic with windows of 16 MiB on both ends.
    Wide,
    /// hyper with a handler for the two unary methods.
    Hyper,
}

impl Peer {
    pub(crate) const ALL: [Self; 4] = [Self::Ours, Self::Tonic, Self::Wide, Self::Hyper];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Tonic => "tonic",
            Self::Wide => "wide",
            Self::Hyper => "hyper",
        }
    }
}

impl Program {
    fn of(&self, peer: Peer) -> PathBuf {
        self.built(if peer == Peer::Ours { "ours" } else { "peers" })
    }

    /// Starts a server, after whose first calls it is warm and known to answer well.
    pub(crate) fn serve(&self, peer: Peer) -> Running {
        let server = self.start(&self.of(peer), &["serve", peer.name()]);
        protocall::run(prove(&server.address));
        server
    }

    /// A client of `peer` at work on a server.
    pub(crate) fn drive(&self, peer: Peer, address: &str, work: &str) -> Command {
        let mut command = self.load(&self.of(peer));
        command.args(["drive", peer.name(), address, work]);
        command
    }
}

/// h2load does not look into replies, and takes an error status for a success: so the replies are looked at here.
async fn prove(address: &str) {
    let client = BenchClient::connect(format!("http://{address}")).build().expect("a sound target");
    for number in 0..100 {
        let reply = client.tiny(small(number)).await.expect("the server answers");
        assert_eq!((reply.a, reply.b), (number + 1, i64::from(number) + 1));
        let reply = client.reprice(product()).await.expect("the server answers");
        assert_eq!(reply, Product { price: 130.95, ..product() });
    }
}
