//! The programs that are measured: built, started on their processors, and proved to answer as they should. Called by
//! whatever takes figures.

use std::path::PathBuf;
use std::process::Command;

use protocall_tests::program::{Running, cargo, finish, installed, target_dir, workspace};

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

/// Where servers run, and where what loads them does.
const SERVER: &str = "0";
const LOAD: &str = "1";

/// The paths of what is started.
#[derive(Debug)]
pub(crate) struct Program {
    ours: PathBuf,
    peers: PathBuf,
    taskset: PathBuf,
    pub(crate) h2load: PathBuf,
}

impl Program {
    /// Builds both programs.
    pub(crate) fn build() -> Self {
        let target = target_dir().join("rpc_programs");
        let mut build = cargo();
        build.current_dir(workspace().join("tests/benches/rpc_programs"));
        build.args(["build", "--release", "--locked", "--target-dir"]).arg(&target);
        finish(&mut build);
        Self {
            ours: target.join("release/ours"),
            peers: target.join("release/peers"),
            taskset: installed("taskset", "util-linux"),
            h2load: installed("h2load", "nghttp2-client"),
        }
    }

    fn of(&self, peer: Peer) -> &PathBuf {
        if peer == Peer::Ours { &self.ours } else { &self.peers }
    }

    /// Starts a server, after whose first calls it is warm and known to answer well.
    pub(crate) fn serve(&self, peer: Peer) -> Running {
        let program = self.of(peer).to_string_lossy();
        let server = Running::start(&self.taskset, &["-c", SERVER, &program, "serve", peer.name()]);
        protocall::run(prove(&server.address));
        server
    }

    /// A command that loads a server.
    pub(crate) fn load(&self, program: &PathBuf) -> Command {
        let mut command = Command::new(&self.taskset);
        command.args(["-c", LOAD]).arg(program);
        command
    }

    /// A client of `peer` at work on a server.
    pub(crate) fn drive(&self, peer: Peer, address: &str, work: &str) -> Command {
        let mut command = self.load(self.of(peer));
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
