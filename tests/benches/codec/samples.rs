//! One message of each shape, made by code with our types; the others get theirs from its bytes.

use crate::ours::message1::*;
use crate::ours::shapes::value::Kind;
use crate::ours::shapes::*;
use crate::sample_order::order;
use crate::sample_product::product;
use crate::subject::{Shape, Types};
use crate::{buffa_messages, prost_messages};

/// The types of the same name in the modules of both peers.
macro_rules! shape {
    ($module:ident::$message:ident, $name:literal, $sample:expr) => {
        Types::<prost_messages::$module::$message, buffa_messages::$module::$message>::shape($name, &$sample)
    };
}

pub(crate) fn shapes() -> Vec<Shape> {
    let tiny = Tiny { id: 7, code: -3, name: "some name".into(), ..Default::default() };
    let content = vec![1; 1 << 20].into();
    let blob = Blob { name: "b".into(), offset: 1, content, checksum: 7, ..Default::default() };
    vec![
        shape!(shapes::Tiny, "tiny", tiny),
        shape!(shop::Product, "product", product()),
        shape!(shop::Order, "order", order()),
        shape!(shapes::Batch, "telemetry", telemetry()),
        shape!(shapes::Numbers, "numbers", numbers()),
        shape!(shapes::DeepNode, "tree_deep", deep(60)),
        shape!(shapes::WideNode, "tree_wide", wide(3)),
        shape!(shapes::Blob, "blob_1m", blob),
        shape!(shapes::Maps, "maps", maps()),
        shape!(message1::GoogleMessage1, "google_message1", google_message1()),
    ]
}

/// 4 sources of 25 records.
pub(crate) fn telemetry() -> Batch {
    let source = |dropped| Source {
        attributes: (0..5).map(attribute).collect(),
        dropped,
        records: (0..25).map(record).collect(),
        ..Default::default()
    };
    Batch { sources: (0..4).map(source).collect(), ..Default::default() }
}

fn record(number: u64) -> Record {
    let text = "request handled in time by the worker".to_owned();
    Record {
        time_ns: 1_700_000_000_000_000_000 + number,
        severity: 9,
        severity_text: "INFO".into(),
        body: Some(value(Kind::StringValue(text))),
        attributes: (0..6).map(attribute).collect(),
        flags: 1,
        trace_id: vec![7; 16].into(),
        span_id: vec![9; 8].into(),
        observed_ns: 1_700_000_000_000_000_500,
        ..Default::default()
    }
}

fn attribute(number: i64) -> Attribute {
    let kind = match number % 2 {
        0 => Kind::StringValue(format!("value number {number}")),
        _ => Kind::IntValue(number * 1000),
    };
    Attribute { key: format!("http.attribute.{number}"), value: Some(value(kind)), ..Default::default() }
}

fn value(kind: Kind) -> Value {
    Value { kind: Some(kind), ..Default::default() }
}

/// 1,000 of each kind, of every length on the wire; the same in each run.
fn numbers() -> Numbers {
    let mut state = 12_345_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut of_any_length = |bits: u64| {
        let shift = 64 - bits + random() % bits;
        random() >> shift
    };
    Numbers {
        ints: (0..1000).map(|_| of_any_length(31) as i32).collect(),
        ids: (0..1000).map(|_| of_any_length(64)).collect(),
        deltas: (0..1000).map(|_| of_any_length(64) as i64).collect(),
        samples: (0..1000).map(|number| f64::from(number) * 0.5).collect(),
        ..Default::default()
    }
}

fn deep(levels: i64) -> DeepNode {
    let left = (levels > 0).then(|| deep(levels - 1).into());
    DeepNode { label: format!("n{levels}"), value: levels, left, ..Default::default() }
}

/// 8 children at each level.
fn wide(levels: i64) -> WideNode {
    let children = if levels == 0 { Vec::new() } else { (0..8).map(|_| wide(levels - 1)).collect() };
    WideNode { label: format!("w{levels}"), value: levels, children, ..Default::default() }
}

fn maps() -> Maps {
    let entry =
        |number| Entry { name: format!("e{number}"), weight: f64::from(number), ..Default::default() };
    Maps {
        counters: (0..1000).map(|number| (format!("counter.name.{number}"), number)).collect(),
        entries: (0..1000).map(|number| (number, entry(number))).collect(),
        ..Default::default()
    }
}

/// The values of Google's payload; its zeros and empty strings are not on the wire, for here their presence is implicit.
fn google_message1() -> GoogleMessage1 {
    let inner = GoogleMessage1SubMessage {
        field1: 25,
        field2: 36,
        field15: r#""?6PY4]L2c<}~2;\TVF_w^[@YfbIc*v/N+Z-oYuaWZr4C;5ib|*s@RCBbuvrQ3g(k,N"#.into(),
        field21: 0x2700_0a1a_de08_43ff,
        field22: 38,
        field23: true,
        ..Default::default()
    };
    GoogleMessage1 {
        field2: 8,
        field3: 2_066_379,
        field4: "3K+6)#".into(),
        field9:
            r##"10)2uiSuoXL1^)v}icF@>P(j<t#~tz\lg??S&(<hr7EVs'l{'5`Gohc_(=t eS s{_I?iCwaG]L'*Pu5(&w_:4{~Z"##
                .into(),
        field12: true,
        field14: true,
        field15: Some(inner),
        field18: "{=Qwfe~#n{".into(),
        field67: 1_591_432,
        field100: 31,
        ..Default::default()
    }
}
