//! First inputs for the targets that read what a peer sends over a network. Called by `seed`.

use bytes::Bytes;
use protocall::__fuzz::write_answer;
use protocall::Message;

use crate::schema::ours::test::v1::Ping;
use crate::{frame, lines};

type Seeds = Vec<(String, Vec<u8>)>;

const HEADERS: &str = include_str!("../phrases/headers.txt");

/// Each header by itself, and all of them in groups.
pub(crate) fn headers() -> Seeds {
    let lines: Vec<&str> = HEADERS.lines().collect();
    let single = lines.iter().map(|line| (*line).to_owned());
    let grouped =
        (2..9).flat_map(|size| lines.chunks(size).map(|group| group.join("\n")).collect::<Vec<_>>());
    single
        .chain(grouped)
        .enumerate()
        .map(|(number, text)| (format!("lines{number}"), text.into_bytes()))
        .collect()
}

/// Frames by everything that compresses, up to limits above and below what they hold; and noise that makes such.
pub(crate) fn frames(noise: impl Fn(u64) -> Vec<u8>) -> Seeds {
    let mut seeds = Vec::new();
    for kind in 0..8 {
        for limit in 0..8_u8 {
            let noise = noise(u64::from(kind) * 8 + u64::from(limit));
            seeds.push((
                format!("made{kind}.{limit}"),
                [&[kind | 0x80, limit, limit * 9][..], &noise].concat(),
            ));
            let bytes = frame::sample(kind, &noise);
            seeds.push((format!("frames{kind}.{limit}"), [&[kind, limit, limit * 5][..], &bytes].concat()));
        }
    }
    seeds
}

/// Requests of all methods in both forms, and answers in both.
pub(crate) fn web() -> Seeds {
    let mut seeds = Vec::new();
    let requests =
        [vec![], vec![ping("a", 0)], vec![ping("b", 3), ping("", 0)], vec![ping(&"c".repeat(2000), 1)]];
    let trailers = lines::headers(HEADERS.as_bytes());
    for (number, pings) in requests.iter().enumerate() {
        for in_text in [false, true] {
            let body = pings.concat();
            let whole = write_answer(Bytes::from(body.clone()), trailers.clone(), in_text);
            // In one piece of text with padding only at its end, and in one for each message.
            let sent =
                if in_text { write_answer(body.into(), Default::default(), true)[0].to_vec() } else { body };
            for method in 0..4_u8 {
                let kind = 2 | method << 2 | u8::from(in_text) << 5;
                let name = format!("request{number}.{kind}");
                seeds.push((
                    name,
                    [&[kind, method * 7], &b"origin: https://shop.example\n\n"[..], &sent].concat(),
                ));
            }
            let form = if in_text { "-text" } else { "" };
            let head = format!("content-type: application/grpc-web{form}\ngrpc-encoding: gzip\n\n");
            seeds.push((
                format!("answer{number}{form}"),
                [&[0, 3], head.as_bytes(), &whole.concat()].concat(),
            ));
            let through = [&[1 | u8::from(in_text) << 2, 11], HEADERS.as_bytes(), b"\n\nhello"].concat();
            seeds.push((format!("through{number}{form}"), through));
        }
    }
    for (number, method) in [0xc3, 0x83, 0xd3].into_iter().enumerate() {
        let head = "origin: https://shop.example\naccess-control-request-method: POST\naccess-control-request-headers: x\n\n";
        seeds.push((format!("question{number}"), [&[method, 0], head.as_bytes()].concat()));
    }
    seeds
}

fn ping(text: &str, count: i32) -> Vec<u8> {
    let message = Ping { text: text.to_owned(), count, ..Default::default() }.encode_to_vec();
    [&[0], &(message.len() as u32).to_be_bytes()[..], &message].concat()
}
