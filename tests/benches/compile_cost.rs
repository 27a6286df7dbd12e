//! What 300 messages cost a user's build, ours against prost's and buffa's:
//! `cargo bench -p protocall-tests --bench compile_cost [-- codec… phase… rounds]`, for one `-- ours check 1`.
//!
//! `schema` draws the messages, `scratch` makes of them a crate for each codec, with a program that uses every type;
//! `cost` times the builds of each `phase`, `table` prints them with the verdicts. Every program that was built is run: it must write
//! the bytes that it read.

#[path = "compile_cost/codec.rs"]
mod codec;
#[path = "compile_cost/cost.rs"]
mod cost;
#[path = "compile_cost/draw.rs"]
mod draw;
#[path = "compile_cost/phase.rs"]
mod phase;
#[path = "compile_cost/proto.rs"]
mod proto;
#[path = "compile_cost/sample.rs"]
mod sample;
#[path = "compile_cost/schema.rs"]
mod schema;
#[path = "compile_cost/scratch.rs"]
mod scratch;
#[path = "compile_cost/table.rs"]
mod table;

use std::io::{self, Write};

use codec::Codec;
use cost::Cost;
use phase::{Phase, text_size};
use schema::Schema;
use scratch::Scratch;
use table::{Figures, Measure};

const ROUNDS: usize = 3;

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let codecs = chosen(&words, Codec::ALL, Codec::name);
    let phases = chosen(&words, Phase::ALL, Phase::name);
    let rounds = words.iter().find_map(|word| word.parse().ok()).unwrap_or(ROUNDS);
    let out = &mut io::stdout().lock();

    let (schema, scratch) = (Schema::draw(), Scratch::new());
    for phase in &phases {
        codecs.iter().for_each(|codec| scratch.build_dependencies(*codec, *phase));
    }
    scratch.fill(&schema);
    let (messages, fields) = (schema.messages.len(), schema.field_count());
    writeln!(
        out,
        "{messages} messages, {fields} fields, {} enums; medians of {rounds}\n",
        schema.enums.len()
    )?;
    let mut figures = Figures::default();
    for round in 0..rounds {
        for phase in &phases {
            for turn in 0..codecs.len() {
                let codec = codecs[(round + turn) % codecs.len()];
                measure(&scratch, codec, *phase, &mut figures);
            }
        }
    }
    figures.print(out)
}

/// Those of `all` that are named, or all if none is.
fn chosen<T: Copy, const N: usize>(words: &[String], all: [T; N], name: fn(T) -> &'static str) -> Vec<T> {
    let named: Vec<T> = all.into_iter().filter(|it| words.iter().any(|word| word == name(*it))).collect();
    if named.is_empty() { all.to_vec() } else { named }
}

fn measure(scratch: &Scratch, codec: Codec, phase: Phase, figures: &mut Figures) {
    let (cost, _) = Cost::with(&mut scratch.outdated(codec, phase));
    scratch.prove(codec, phase);
    figures.add(codec, Measure::Wall(phase), cost.wall);
    figures.add(codec, Measure::Cpu(phase), cost.cpu);
    if let (Phase::Release, Some(program)) = (phase, scratch.program(codec, phase)) {
        figures.add(codec, Measure::Text, text_size(&program));
    }
}
