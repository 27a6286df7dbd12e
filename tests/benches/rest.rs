//! The shop by gRPC beside the shop by REST: `cargo bench -p protocall-tests --bench rest` measures JSON of serde_json and axum,
//! over HTTP/1.1 and HTTP/2, and ours, prints the figures and draws `rest/figures.svg`, which README shows. `-- quick`
//! takes one short round and draws into the target folder. Linux only.
//!
//! `payload` compares sizes, and the times of reading and writing; `load` compares servers, each a process of its own,
//! after it has proved that both answer the same; `panel` holds figures, `chart` draws them.

#[path = "rest/chart.rs"]
mod chart;
#[path = "rpc/h2load.rs"]
mod h2load;
#[path = "rest/load.rs"]
mod load;
#[path = "rest/machine.rs"]
mod machine;
#[path = "rest/panel.rs"]
mod panel;
#[path = "rest/payload.rs"]
mod payload;
#[path = "rest/plain_order.rs"]
mod plain_order;
#[path = "rest/plain_product.rs"]
mod plain_product;
#[path = "rpc/processor.rs"]
mod processor;
#[path = "rpc/program.rs"]
mod program;
#[path = "codec/sample_order.rs"]
mod sample_order;
#[path = "codec/sample_product.rs"]
mod sample_product;

use std::error::Error;
use std::fs;
use std::io::{self, Write};

use protocall_tests::program::{target_dir, workspace};

use program::Program;

/// Our messages, and the client that proves the answers.
mod ours {
    protocall::include_proto!(
        [
            "benches/proto/rest.proto",
            "../examples/proto/ecommerce/v1/product.proto",
            "../examples/proto/ecommerce/v1/order.proto"
        ],
        include = ["benches/proto", "../examples/proto"],
        server = false,
    );
    pub(crate) use ecommerce::v1 as shop;
}

/// How long figures are taken.
#[derive(Debug, Clone, Copy)]
struct Effort {
    /// Of reading and writing.
    codec_rounds: usize,
    load_rounds: usize,
    /// Seconds of a server's turn.
    turn: f64,
}

const FULL: Effort = Effort { codec_rounds: 101, load_rounds: 7, turn: 0.8 };
const QUICK: Effort = Effort { codec_rounds: 5, load_rounds: 1, turn: 0.2 };

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|word| word == "quick");
    let effort = if quick { QUICK } else { FULL };
    let program = Program::build();
    let [sizes, times] = payload::measure(effort);
    let [rates, processor] = load::measure(&program, effort)?;
    let panels = [sizes, times, rates, processor];
    let out = &mut io::stdout().lock();
    panels.iter().try_for_each(|panel| panel.print(out))?;
    let folder = if quick { target_dir().join("tmp") } else { workspace().join("tests/benches/rest") };
    fs::create_dir_all(&folder)?;
    let path = folder.join("figures.svg");
    fs::write(&path, chart::draw(&panels, &machine::told()?))?;
    Ok(writeln!(out, "drawn: {}", path.display())?)
}
