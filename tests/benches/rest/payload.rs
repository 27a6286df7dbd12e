//! Messages in both forms: how large they are, and how long it takes to write and to read them. Called by `main`.

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use protocall::Message;
use serde::{Serialize, de::DeserializeOwned};

use crate::panel::{Bar, Group, Panel, Side};
use crate::sample_order::order;
use crate::sample_product::product;
use crate::{Effort, plain_order, plain_product};

/// How long one codec works before the other has its turn.
const TURN: Duration = Duration::from_millis(2);

/// A message, and the same as a REST service has it.
struct Pair<M, P> {
    name: &'static str,
    message: M,
    plain: P,
    protobuf: Vec<u8>,
    json: Vec<u8>,
}

impl<M, P> Pair<M, P>
where
    M: Message + Clone + PartialEq,
    P: Serialize + DeserializeOwned + PartialEq + From<M>,
{
    /// Panics where what was written is not read as the same.
    fn new(name: &'static str, message: M) -> Self {
        let plain = P::from(message.clone());
        let protobuf = message.encode_to_vec();
        let json = serde_json::to_vec(&plain).expect("serde_json writes it");
        assert!(read_protobuf::<M>(&protobuf) == message, "{name}: another message is read from protobuf");
        assert!(read_json::<P>(&json) == plain, "{name}: another message is read from JSON");
        assert!(P::from(read_protobuf(&protobuf)) == plain, "{name}: the two forms are not of one message");
        Self { name, message, plain, protobuf, json }
    }

    fn sizes(&self) -> [Group; 2] {
        let length = |bytes: &[u8]| bytes.len() as f64;
        let [json, protobuf] = [&self.json, &self.protobuf].map(|bytes| gzipped(bytes));
        [
            group(self.name.to_owned(), [length(&self.json), length(&self.protobuf)]),
            group(format!("{}, by gzip", self.name), [length(&json), length(&protobuf)]),
        ]
    }

    fn times(&self, rounds: usize) -> [Group; 2] {
        let written = medians(
            rounds,
            [&mut || drop(black_box(serde_json::to_vec(black_box(&self.plain)))), &mut || {
                drop(black_box(black_box(&self.message).encode_to_vec()))
            }],
        );
        let read = medians(
            rounds,
            [&mut || drop(black_box(read_json::<P>(black_box(&self.json)))), &mut || {
                drop(black_box(read_protobuf::<M>(black_box(&self.protobuf))))
            }],
        );
        [group(format!("write: {}", self.name), written), group(format!("read: {}", self.name), read)]
    }
}

fn read_json<P: DeserializeOwned>(bytes: &[u8]) -> P {
    serde_json::from_slice(bytes).expect("serde_json reads it")
}

fn read_protobuf<M: Message>(bytes: &[u8]) -> M {
    M::decode(bytes).expect("protocall reads it")
}

/// As HTTP and gRPC compress it, by the usual level.
fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("a Vec takes all");
    encoder.finish().expect("a Vec takes all")
}

/// The figures of JSON and of ours.
fn group(name: String, [json, ours]: [f64; 2]) -> Group {
    let json = Bar { label: "JSON", side: Side::Json, figure: json };
    let ours = Bar { label: "protobuf", side: Side::Ours, figure: ours };
    Group { name, bars: vec![json, ours] }
}

/// The median times in microseconds of two kinds of work, which take turns.
fn medians(rounds: usize, mut works: [&mut dyn FnMut(); 2]) -> [f64; 2] {
    let once = works.iter_mut().map(|work| run(work, 64) / 64).max().unwrap_or_default();
    let times = (TURN.as_nanos() / once.as_nanos().max(1)).clamp(2, 1_000_000) as u32;
    let mut turns: [Vec<f64>; 2] = Default::default();
    for round in 0..rounds {
        for turn in 0..2 {
            let who = (round + turn) % 2;
            turns[who].push(run(works[who], times).as_secs_f64() * 1e6 / f64::from(times));
        }
    }
    turns.map(|mut turns| median(&mut turns))
}

fn run(work: &mut dyn FnMut(), times: u32) -> Duration {
    let start = Instant::now();
    (0..times).for_each(|_| work());
    start.elapsed()
}

pub(crate) fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The sizes, and the times.
pub(crate) fn measure(effort: Effort) -> [Panel; 2] {
    let product = Pair::<_, plain_product::Product>::new("product", product());
    let order = Pair::<_, plain_order::Order>::new("order", order());
    let rounds = effort.codec_rounds;
    [
        Panel {
            title: "Size of a message",
            note: "bytes, less is better",
            groups: [product.sizes(), order.sizes()].concat(),
        },
        Panel {
            title: "Time to write and to read it",
            note: "µs, less is better",
            groups: [product.times(rounds), order.times(rounds)].concat(),
        },
    ]
}
