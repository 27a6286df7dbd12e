//! The hostile message as it is encoded. Called by `hostile`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use bytes::BufMut;
use protocall::__private_0_1_0::{Group, Int32, Nested, Output, Sint64, Str, implicit, map, packed};
use protocall::{EncodeOptions, Message, UnknownFields};

use super::{Hostile, deeper, give_up, noise, reader, survived};
use crate::noise::Noise;
use crate::specification::varint;

thread_local! {
    /// What was put so far: one for each message that is being encoded, the outermost first.
    static MODELS: RefCell<Vec<Vec<u8>>> = RefCell::default();
}

/// What the message says that it will write.
pub(super) fn lie() -> usize {
    match noise(|noise| noise.below(8)) {
        0 | 1 => 0,
        2 | 3 => usize::from(noise(Noise::byte)),
        4 => usize::from(noise(Noise::byte)) * 40,
        5 => 1 << noise(|noise| noise.below(20)),
        // Whoever reserves as much panics.
        6 => usize::MAX - usize::from(noise(Noise::byte)),
        _ => model_len(),
    }
}

/// Encodes in one of all ways, and looks at what came out.
pub(super) fn write() {
    let outer = MODELS.with_borrow(Vec::len);
    MODELS.with_borrow_mut(|models| models.push(Vec::new()));
    let written = survived(encoded).flatten();
    let model = MODELS.with_borrow_mut(|models| models.drain(outer..).next());
    let Some((written, whole)) = written else { return };
    let model = model.unwrap_or_default();
    // What is larger than the codec's scratch region is put twice, and this message puts something else then: a buffer
    // of a fixed size takes of it what it has room for.
    assert!(model.starts_with(&written), "what was put is not what was written");
    assert!(
        !whole || model.len() == written.len(),
        "{} of {} bytes were written",
        written.len(),
        model.len()
    );
}

/// The bytes, and whether they must be all; `None` where the buffer refused them.
fn encoded() -> Option<(Vec<u8>, bool)> {
    let message = Hostile::default();
    let head = noise(Noise::slice);
    let mut room = vec![0xa5; usize::from(noise(Noise::byte)) * 8];
    match noise(|noise| noise.below(6)) {
        0 => Some((message.encode_to_vec(), true)),
        1 => Some((message.encode_to_bytes().into(), true)),
        2 => Some((EncodeOptions::new().deterministic(true).encode_to_vec(&message), true)),
        3 => {
            let mut behind = head.clone();
            message.encode(&mut behind).ok()?;
            assert_eq!(behind[..head.len()], head, "what stood before was overwritten");
            Some((behind.split_off(head.len()), true))
        }
        4 => {
            let middle = head.len().min(room.len() / 2);
            let (first, second) = room.split_at_mut(middle);
            let length = into(&message, &mut first.chain_mut(second))?;
            Some((room[..length].to_vec(), false))
        }
        _ => {
            // What lies behind the message is not looked at: the region that a lie asked for ends there.
            let length = into(&message, &mut &mut room[..])?;
            Some((room[..length].to_vec(), false))
        }
    }
}

/// How many bytes were written.
fn into(message: &Hostile, buffer: &mut impl BufMut) -> Option<usize> {
    let before = buffer.remaining_mut();
    let result = message.encode(buffer);
    let written = before - buffer.remaining_mut();
    assert!(result.is_ok() || written == 0, "{result:?} after {written} bytes");
    result.ok().map(|()| written)
}

/// What the message puts, and the model with it.
pub(super) fn put(out: &mut Output<'_>) {
    if out.written() == 0 {
        // The first pass, or a second one.
        MODELS.with_borrow_mut(|models| models.last_mut().map(Vec::clear));
    }
    loop {
        let number = noise(Noise::number) as u32;
        match noise(|noise| noise.below(16)) {
            0 => return,
            1 | 2 => {
                let bytes = noise(Noise::slice);
                out.put_slice(&bytes);
                model(&bytes);
            }
            3 | 4 => {
                let value = noise(Noise::number);
                out.put_varint(value);
                model(&varint(value));
            }
            5 => {
                let wire = u32::from(noise(Noise::byte));
                out.put_tag(number, wire);
                model(&varint((number << 3 | wire).into()));
            }
            6 | 7 => deeper(|| put_nested(number, out)),
            8 => deeper(|| put_group(number, out)),
            9 => put_kinds(number, out),
            10 => put_map(number, out),
            11 => put_unknown(out),
            12 => deeper(write),
            13 => deeper(reader::read),
            14 if noise(Noise::byte) == 255 => give_up(),
            _ => _ = out.is_deterministic(),
        }
        assert_eq!(out.written(), model_len(), "what was put is not counted");
    }
}

fn put_nested(number: u32, out: &mut Output<'_>) {
    let before = model_len();
    // The model of its fields grows while they are put.
    implicit::put::<Nested<Hostile>>(number, &Hostile::default(), out);
    let length = model_len() - before;
    model(&varint(length as u64));
    model_tag(number, 2);
}

fn put_group(number: u32, out: &mut Output<'_>) {
    model_tag(number, 4);
    implicit::put::<Group<Hostile>>(number, &Hostile::default(), out);
    model_tag(number, 3);
}

fn put_kinds(number: u32, out: &mut Output<'_>) {
    let (value, text) = (noise(Noise::number), text());
    implicit::put::<Str>(number, &text, out);
    if !text.is_empty() {
        model_delimited(number, text.as_bytes());
    }
    let values = [value as i64, -1, 0];
    packed::put::<Sint64>(number, &values, out);
    let zigzag = |value: i64| varint((value << 1 ^ value >> 63) as u64);
    model_delimited(number, &values.map(zigzag).concat());
}

fn put_map(number: u32, out: &mut Output<'_>) {
    let (key, text) = (noise(Noise::number) as i32, text());
    map::put::<Int32, Str>(number, &BTreeMap::from([(key, text.clone())]), out);
    let key = varint(key as u64);
    let value = [&[0x12], &varint(text.len() as u64)[..], text.as_bytes()].concat();
    model_delimited(number, &[&[8], &key[..], &value].concat());
}

fn put_unknown(out: &mut Output<'_>) {
    let mut unknown = UnknownFields::new();
    unknown.push_bytes(noise(Noise::number) as u32, &noise(Noise::slice));
    unknown.put(out);
    model(unknown.as_bytes());
}

fn text() -> String {
    String::from_utf8_lossy(&noise(Noise::slice)).into_owned()
}

fn model_len() -> usize {
    MODELS.with_borrow(|models| models.last().map_or(0, Vec::len))
}

fn model(bytes: &[u8]) {
    MODELS.with_borrow_mut(|models| {
        if let Some(model) = models.last_mut() {
            model.splice(..0, bytes.iter().copied());
        }
    });
}

fn model_tag(number: u32, wire: u32) {
    model(&varint((number << 3 | wire).into()));
}

fn model_delimited(number: u32, bytes: &[u8]) {
    model(bytes);
    model(&varint(bytes.len() as u64));
    model_tag(number, 2);
}
