//! JSON beside pbjson's, on prost's messages, and buffa's, both by serde_json: the shop's messages and telemetry, by
//! `-- json` or where no shape is named. Before anything is timed, each must read what each of the others has written.

use std::fmt::Debug;
use std::io::{self, Write};
use std::marker::PhantomData;

use protocall::{Json, Message};
use protocall_bench_peers::with_pbjson;
use serde::{Serialize, de::DeserializeOwned};

use crate::buffa_messages;
use crate::rounds::{Operation, medians};
use crate::sample_order::order;
use crate::sample_product::product;
use crate::samples;
use crate::subject::{Codec, Shape, Work};
use crate::table::{geometric_mean, verdict};

/// The most that ours may take of the time of the faster of the two others, as a geometric mean over the shapes.
const MOST: f64 = 1.00;
/// What is timed, by the name that the table gives it.
const OPERATIONS: [(&str, Operation); 2] = [("from_json", Operation::Decode), ("to_json", Operation::Fresh)];

struct Ours<M>(PhantomData<M>);
/// A codec whose messages have serde's traits.
struct Serde<M>(PhantomData<M>);

impl<M: Json> Codec for Ours<M> {
    type Message = M;

    fn decode(bytes: &[u8]) -> M {
        M::from_json(text(bytes)).expect("protocall reads JSON")
    }

    fn encode_to_vec(message: &M) -> Vec<u8> {
        message.to_json().expect("protocall writes JSON").into_bytes()
    }

    fn encode(message: &M, buffer: &mut Vec<u8>) {
        buffer.extend(Self::encode_to_vec(message));
    }
}

impl<M: Serialize + DeserializeOwned> Codec for Serde<M> {
    type Message = M;

    fn decode(bytes: &[u8]) -> M {
        serde_json::from_str(text(bytes)).expect("serde reads JSON")
    }

    fn encode_to_vec(message: &M) -> Vec<u8> {
        serde_json::to_string(message).expect("serde writes JSON").into_bytes()
    }

    fn encode(message: &M, buffer: &mut Vec<u8>) {
        serde_json::to_writer(buffer, message).expect("serde writes JSON");
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("JSON is UTF-8")
}

/// The types of the same name in the modules of both peers.
macro_rules! shape {
    ($module:ident::$message:ident, $name:literal, $sample:expr) => {
        Types::<with_pbjson::$module::$message, buffa_messages::$module::$message>::shape($name, &$sample)
    };
}

/// The messages, each proved.
pub(crate) fn shapes() -> Vec<Shape> {
    vec![
        shape!(shop::Product, "product", product()),
        shape!(shop::Order, "order", order()),
        shape!(shapes::Batch, "telemetry", samples::telemetry()),
    ]
}

/// The message types of one shape.
struct Types<P, B>(PhantomData<(P, B)>);

impl<P, B> Types<P, B>
where
    P: prost::Message + Default + PartialEq + Serialize + DeserializeOwned + 'static,
    B: buffa::Message + Serialize + DeserializeOwned + 'static,
{
    /// Panics where one does not read what another has written of `sample`.
    fn shape<O: Json + Message + PartialEq + Debug + 'static>(name: &'static str, sample: &O) -> Shape {
        let bytes = sample.encode_to_vec();
        let pbjson = P::decode(&*bytes).expect("prost decodes");
        let buffa = B::decode_from_slice(&bytes).expect("buffa decodes");
        let json = <Ours<O>>::encode_to_vec(sample);
        let texts = [<Serde<P>>::encode_to_vec(&pbjson), json.clone(), <Serde<B>>::encode_to_vec(&buffa)];
        for (codec, written) in ["pbjson", "protocall", "buffa"].iter().zip(&texts) {
            let whose = format!("{name}, written by {codec} as JSON");
            assert!(<Ours<O>>::decode(written) == *sample, "{whose}: protocall reads another message");
            assert!(<Serde<P>>::decode(written) == pbjson, "{whose}: pbjson reads another message");
            assert!(<Serde<B>>::decode(written) == buffa, "{whose}: buffa reads another message");
        }
        let subjects = [
            Box::new(Work::<Serde<P>>::new(&json)) as _,
            Box::new(Work::<Ours<O>>::new(&json)) as _,
            Box::new(Work::<Serde<B>>::new(&json)) as _,
        ];
        Shape { name, bytes: json.len(), subjects }
    }
}

/// Times all operations on all shapes and prints how they stand.
pub(crate) fn measure(mut shapes: Vec<Shape>, out: &mut impl Write) -> io::Result<()> {
    for (title, operation) in OPERATIONS {
        writeln!(out, "{title:16}{:>9} B |  pbjson ns   ours  buffa", "bytes")?;
        let mut shares = Vec::new();
        for shape in &mut shapes {
            let [pbjson, ours, buffa] = medians(shape, operation);
            let [ours, buffa] = [ours / pbjson, buffa / pbjson];
            writeln!(out, "{:16}{:>9}   | {pbjson:>10.0} {ours:>6.2} {buffa:>6.2}", shape.name, shape.bytes)?;
            shares.push([ours, buffa]);
        }
        let [ours, buffa] = [0, 1].map(|whose| geometric_mean(&shares, |share| share[whose]));
        writeln!(out, "{:27} | {:>10} {ours:>6.3} {buffa:>6.3}", "geometric mean", 1)?;
        let share = ours / buffa.min(1.0);
        let held = verdict(share <= MOST);
        writeln!(
            out,
            "{held} {title}: {share:.3} of the faster of pbjson and buffa, to be at most {MOST:.2}\n"
        )?;
    }
    Ok(())
}
