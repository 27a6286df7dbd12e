//! The codec's speed against prost and buffa, side by side: `cargo bench -p protocall-tests --bench codec [shape…]`.
//! `-- json` measures JSON alone, against pbjson and buffa; without a name, all is measured.
//!
//! `samples` makes one message of each shape, `subject` puts the three codecs behind one door and proves that each
//! reads and writes the message, `rounds` takes the times in turns, `table` prints them with the verdicts; `json` does
//! this for JSON. Without `--bench`, which `cargo bench` adds, only the proof runs.

#[path = "codec/json.rs"]
mod json;
#[path = "codec/prost_messages.rs"]
mod prost_messages;
#[path = "codec/rounds.rs"]
mod rounds;
#[path = "codec/sample_order.rs"]
mod sample_order;
#[path = "codec/sample_product.rs"]
mod sample_product;
#[path = "codec/samples.rs"]
mod samples;
#[path = "codec/subject.rs"]
mod subject;
#[path = "codec/table.rs"]
mod table;

use std::io;

/// Our messages of the bench's schemas.
mod ours {
    protocall::include_proto!(
        [
            "benches/proto/shapes.proto",
            "benches/proto/google_message1.proto",
            "../examples/proto/ecommerce/v1/product.proto",
            "../examples/proto/ecommerce/v1/order.proto"
        ],
        include = ["benches/proto", "../examples/proto"],
        views = true,
        client = false,
        server = false,
    );
    pub(crate) use ecommerce::v1 as shop;
}

/// The messages as buffa generates them.
mod buffa_messages {
    pub(crate) use protocall_bench_peers::{ecommerce::v1 as shop, message1, shapes};
}

fn main() -> io::Result<()> {
    let (flags, names): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with('-'));
    let mut shapes = samples::shapes();
    shapes.retain(|shape| names.is_empty() || names.iter().any(|name| name == shape.name));
    let json =
        if names.is_empty() || names.iter().any(|name| name == "json") { json::shapes() } else { Vec::new() };
    if flags.iter().any(|flag| flag == "--bench") {
        let out = &mut io::stdout().lock();
        if !shapes.is_empty() {
            let rows: Vec<table::Row> = shapes.into_iter().map(table::Row::measure).collect();
            table::print(&rows, out)?;
        }
        if !json.is_empty() {
            json::measure(json, out)?;
        }
    }
    Ok(())
}
