//! Both servers under the same load of h2load, turn by turn: 64 calls at a time, over 8 connections of HTTP/2 with 8 streams
//! each, or over 64 of HTTP/1.1. Called by `main`.

use std::error::Error;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;

use protocall::Message;
use protocall_tests::program::{Running, target_dir};
use protocall_tests::raw::frame;

use crate::Effort;
use crate::h2load::Load;
use crate::ours::rest::v1::ShopClient;
use crate::ours::shop::GetProductRequest;
use crate::panel::{Bar, Group, Panel, Side};
use crate::payload::median;
use crate::plain_product::Product;
use crate::program::Program;
use crate::sample_product::product;

/// How many calls tell how fast a server is, roughly.
const TRIAL: usize = 4_000;
const LABELS: [(&str, Side); 3] = [("HTTP/1.1", Side::Json), ("HTTP/2", Side::Json), ("gRPC", Side::Ours)];

/// What a program sends to have one thing done, by each way.
struct Call {
    name: &'static str,
    ways: [Load; 3],
}

impl Call {
    /// `rest` is the path and what h2load is told besides, `grpc` is the method and the message.
    fn new(name: &'static str, rest: (&str, Vec<String>), grpc: (&str, PathBuf)) -> Self {
        let json = |words: &[&str], connections, streams| Load {
            path: rest.0.to_owned(),
            words: [rest.1.clone(), words.iter().map(|word| (*word).to_owned()).collect()].concat(),
            connections,
            streams,
            reply: json_product().len(),
        };
        let body = grpc.1.to_string_lossy().into_owned();
        let words = ["-H", "content-type: application/grpc", "-H", "te: trailers", "-d", &body];
        let ours = Load {
            path: format!("/rest.v1.Shop/{}", grpc.0),
            words: words.map(str::to_owned).into(),
            connections: 8,
            streams: 8,
            reply: frame(&product()).len(),
        };
        Self { name, ways: [json(&["--h1"], 64, 1), json(&[], 8, 8), ours] }
    }
}

fn json_product() -> Vec<u8> {
    serde_json::to_vec(&Product::from(product())).expect("serde_json writes it")
}

fn wanted() -> GetProductRequest {
    GetProductRequest { id: product().id, ..Default::default() }
}

/// A path of REST.
fn place() -> String {
    format!("/products/{}", product().id)
}

fn calls() -> Result<[Call; 2], Box<dyn Error>> {
    let folder = target_dir().join("tmp");
    fs::create_dir_all(&folder)?;
    let body = |name: &str, bytes: Vec<u8>| fs::write(folder.join(name), bytes).map(|()| folder.join(name));
    let created = body("rest-created.json", json_product())?.to_string_lossy().into_owned();
    let posted = ["-H", "content-type: application/json", "-d", &created].map(str::to_owned).into();
    let asked = ("GetProduct", body("rest-wanted.bin", frame(&wanted()))?);
    let made = ("CreateProduct", body("rest-created.bin", frame(&product()))?);
    Ok([
        Call::new("get a product", (&place(), vec![]), asked),
        Call::new("create a product", ("/products", posted), made),
    ])
}

/// Calls a second, and the server's processor time for each.
pub(crate) fn measure(program: &Program, effort: Effort) -> Result<[Panel; 2], Box<dyn Error>> {
    let shop = program.built("shop");
    let [rest, grpc] = ["rest", "grpc"].map(|kind| program.start(&shop, &["serve", kind]));
    protocall::run(prove(&rest.address, &grpc.address));
    let servers = [&rest, &rest, &grpc];
    let mut rates = Vec::new();
    let mut processor = Vec::new();
    for call in calls()? {
        let [rate, cpu] = take_turns(program, (&call, servers), effort)?;
        rates.push(Group { name: call.name.to_owned(), bars: rate });
        processor.push(Group { name: call.name.to_owned(), bars: cpu });
    }
    Ok([
        Panel { title: "Calls that one core answers", note: "calls a second, more is better", groups: rates },
        Panel {
            title: "Processor time of the server", note: "µs a call, less is better", groups: processor
        },
    ])
}

/// The medians of all ways.
fn take_turns(
    program: &Program,
    (call, servers): (&Call, [&Running; 3]),
    effort: Effort,
) -> Result<[Vec<Bar>; 2], Box<dyn Error>> {
    let mut figures: [[Vec<f64>; 2]; 3] = Default::default();
    let mut calls = [0; 3];
    for (way, calls) in calls.iter_mut().enumerate() {
        *calls = (call.ways[way].run(program, servers[way], TRIAL)?.0 * effort.turn) as usize;
    }
    for round in 0..effort.load_rounds {
        for turn in 0..3 {
            let way = (round + turn) % 3;
            let (rate, cpu) = call.ways[way].run(program, servers[way], calls[way])?;
            figures[way][0].push(rate);
            figures[way][1].push(cpu);
        }
    }
    let mut bars = |kind: usize| {
        let bar = |(way, (label, side)): (usize, (&'static str, Side))| Bar {
            label,
            side,
            figure: median(&mut figures[way][kind]),
        };
        LABELS.into_iter().enumerate().map(bar).collect()
    };
    Ok([bars(0), bars(1)])
}

/// h2load does not look into replies: so they are looked at here, and must be of the same products.
async fn prove(rest: &str, grpc: &str) {
    let client = ShopClient::connect(format!("http://{grpc}")).build().expect("a sound target");
    let got = client.get_product(wanted()).await.expect("the server answers");
    assert_eq!(got, product());
    assert_eq!(asked(rest, &format!("GET {}", place()), &[]), Product::from(got));
    let created = client.create_product(product()).await.expect("the server answers");
    assert_eq!(created.id, "prod-00000000");
    assert_eq!(asked(rest, "POST /products", &json_product()), Product::from(created.clone()));
    assert_eq!(created.encoded_len(), product().encoded_len());
}

/// What the REST server answers.
fn asked(address: &str, line: &str, body: &[u8]) -> Product {
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    let mut answer = Vec::new();
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.write_all(&[head.as_bytes(), body].concat()).expect("the server reads");
    stream.read_to_end(&mut answer).expect("the server answers");
    let answer = String::from_utf8(answer).expect("JSON is UTF-8");
    let (head, json) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.starts_with("HTTP/1.1 20"), "{line}: {head}");
    serde_json::from_str(json).expect("a product")
}
