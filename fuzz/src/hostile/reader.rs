//! The hostile message as it is decoded. Called by `hostile`.

use std::collections::HashMap;
use std::hint::black_box;

use bytes::Bytes;
use protocall::__private_0_1_0::{
    Bool, Fixed32, Group, Input, Int32, Nested, Raw, Sint64, Str, implicit, map, optional, packed, repeated,
};
use protocall::{DecodeError, DecodeOptions, Message, UnknownFields};

use super::{Hostile, deeper, give_up, noise, survived, writer};
use crate::noise::Noise;

/// Decodes in one of all ways, and looks at what was kept once the input is gone.
pub(super) fn read() {
    let bytes = Bytes::from(noise(Noise::slice));
    let options = DecodeOptions::new()
        .max_depth(u32::from(noise(Noise::byte)))
        .memory_budget(noise(Noise::number) as usize)
        .partial(noise(Noise::bool));
    let read = survived(|| match noise(|noise| noise.below(5)) {
        0 => Hostile::decode(&bytes),
        1 => Hostile::decode_bytes(bytes.clone()),
        2 => options.decode(&bytes),
        3 => options.decode_bytes(bytes.clone()),
        _ => {
            let mut message = Hostile::default();
            message.merge(&bytes).map(|()| message)
        }
    });
    drop(bytes);
    if let Some(Ok(message)) = read {
        message.kept.iter().for_each(|bytes| look_at(bytes));
    }
}

/// Touches each byte, so that AddressSanitizer sees it.
fn look_at(bytes: &[u8]) {
    black_box(bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)));
}

/// What the message reads: it goes on after mistakes, and has several cursors at a time.
pub(super) fn merge(message: &mut Hostile, input: Input<'_, '_>) -> Result<(), DecodeError> {
    let mut inputs = vec![input];
    while let Some(last) = inputs.len().checked_sub(1) {
        let index = usize::from(noise(Noise::byte)) % inputs.len();
        match noise(|noise| noise.below(8)) {
            0 => break,
            1 => inputs.swap(index, last),
            2 => drop(inputs.swap_remove(index)),
            3 if noise(Noise::byte) < 32 => {
                let mut sum = 0u64;
                let _ = inputs.swap_remove(index).varints(|batch| {
                    batch.iter().for_each(|value| sum = sum.wrapping_add(*value));
                });
            }
            4 => open(message, &mut inputs, index),
            5 => deeper_still(message, &mut inputs[index]),
            _ => take(message, &mut inputs[index]),
        }
        inputs.iter().for_each(|input| assert_eq!(input.rest().len(), input.remaining()));
    }
    match noise(Noise::byte) {
        0..200 => Ok(()),
        200..254 => Err(DecodeError::Truncated),
        _ => give_up(),
    }
}

/// Takes values, whatever stands there.
fn take(message: &mut Hostile, input: &mut Input<'_, '_>) {
    let before = input.rest();
    let mut unknown = UnknownFields::new();
    let mut taken: &[u8] = &[];
    match noise(|noise| noise.below(16)) {
        0 => _ = input.tag(),
        1 => _ = input.take_tag(noise(Noise::number) as u32),
        2 => _ = input.varint(),
        3 => _ = input.array::<0>(),
        4 => _ = input.array::<1>(),
        5 => _ = input.array::<8>(),
        6 => _ = input.array::<17>(),
        7 => taken = input.slice().unwrap_or_default(),
        8 => {
            taken = input.text().unwrap_or_default().as_bytes();
            assert!(std::str::from_utf8(taken).is_ok(), "{taken:x?} was taken for text");
        }
        9 => message.kept.extend(input.shared()),
        10 => _ = input.unknown(noise(Noise::number) as u32, Some(&mut unknown)),
        11 => _ = input.unknown_text(noise(Noise::number) as u32, Some(&mut unknown)),
        12 => _ = input.skip(noise(Noise::number) as u32),
        13 => _ = input.charge(noise(Noise::number) as usize, noise(Noise::byte).into()),
        14 => {
            let (tag, most) = (noise(Noise::number) as u32, noise(Noise::byte).into());
            _ = (input.is_partial(), input.count_varints(), input.count_run(tag, most));
        }
        _ => look_at(input.rest()),
    }
    look_at(taken);
    let after = input.rest();
    assert!(before.ends_with(after), "the cursor went back or left its slice");
    assert!(before[..before.len() - after.len()].ends_with(taken), "what was given is not what was passed");
    unknown.iter().for_each(|field| _ = black_box(field));
    message.kept.push(Bytes::copy_from_slice(unknown.as_bytes()));
}

/// Opens what is nested and keeps the cursor of it.
fn open<'a, 's>(message: &mut Hostile, inputs: &mut Vec<Input<'a, 's>>, index: usize) {
    let input = &mut inputs[index];
    let mut opened = None;
    match noise(|noise| noise.below(4)) {
        0 => opened = input.packed().ok(),
        1 => opened = input.nested().ok(),
        // The group's cursor is carried out of it, unread.
        2 => {
            let _ = input.group(noise(Noise::number) as u32, &mut |inner| {
                opened = Some(inner);
                Ok(())
            });
        }
        _ => {
            let _ = input.group(noise(Noise::number) as u32, &mut |inner| merge(message, inner));
        }
    }
    inputs.extend(opened);
}

/// Lets the codec read fields, some of which are hostile messages again.
fn deeper_still(message: &mut Hostile, input: &mut Input<'_, '_>) {
    let number = noise(Noise::number) as u32;
    let (mut text, mut numbers, mut fixed) = (None, Vec::new(), Vec::new());
    let mut many = Vec::<Hostile>::new();
    let mut entries = HashMap::<i32, Hostile>::new();
    let mut blob = Bytes::new();
    match noise(|noise| noise.below(12)) {
        0 => _ = implicit::merge::<Nested<Hostile>>(number, message, input),
        1 => _ = implicit::merge::<Group<Hostile>>(number, message, input),
        2 => _ = repeated::merge::<Nested<Hostile>>(number, &mut many, input),
        3 => _ = repeated::merge::<Group<Hostile>>(number, &mut many, input),
        4 => _ = map::merge::<Int32, Nested<Hostile>>(number, &mut entries, input),
        5 => _ = packed::merge::<Sint64>(number, &mut numbers, input),
        6 => _ = packed::merge::<Fixed32>(number, &mut fixed, input),
        7 => _ = optional::merge::<Str>(number, &mut text, input),
        8 => _ = implicit::merge::<Raw>(number, &mut blob, input),
        9 => _ = implicit::merge::<Bool>(number, &mut false, input),
        10 => deeper(read),
        _ => deeper(writer::write),
    }
    message.kept.push(blob);
    many.into_iter().chain(entries.into_values()).for_each(|other| message.kept.extend(other.kept));
    black_box((text, numbers, fixed));
}
