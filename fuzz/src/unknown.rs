//! Unknown fields under any order of changes: held against a plain list of fields after each.

use std::collections::HashSet;

use protocall::{Message, UnknownField, UnknownFields, UnknownValue};

use crate::noise::Noise;
use crate::schema::ours::kinds::v1::Nothing;
use crate::specification::{Reader, put, varint};

/// A field: its number, its wire type, and what stands between its tags.
type Field = (u32, u32, Vec<u8>);

/// What the target does with an input.
pub fn run(data: &[u8]) {
    let mut noise = Noise::new(data);
    let (mut message, mut model) = (Nothing::default(), Vec::new());
    while !noise.is_used_up() {
        change(&mut message, &mut model, &mut noise);
        // Often enough to say which change was wrong, and not so often that most of the time goes to looking.
        if noise.is_used_up() || noise.below(4) == 0 {
            compare(&message.unknown_fields, &model);
            passes_through(&message);
        }
    }
}

fn change(message: &mut Nothing, model: &mut Vec<Field>, noise: &mut Noise) {
    let fields = &mut message.unknown_fields;
    match noise.below(8) {
        0 | 1 => {
            let (number, value) = (number(noise), noise.number());
            fields.push_varint(number, value);
            model.push((number, 0, varint(value)));
        }
        2 | 3 => {
            let (number, value) = (number(noise), noise.slice());
            fields.push_bytes(number, &value);
            model.push((number, 2, [varint(value.len() as u64), value].concat()));
        }
        4 => {
            let number = number(noise);
            assert_eq!(fields.remove(number), model.iter().any(|field| field.0 == number));
            model.retain(|field| field.0 != number);
        }
        5 => {
            fields.clear();
            model.clear();
        }
        6 => *fields = fields.clone(),
        _ => merge(message, model, noise),
    }
}

/// Few small numbers, so that removing finds some, and all that have another length.
fn number(noise: &mut Noise) -> u32 {
    match noise.below(4) {
        3 => (noise.number() as u32 & 0x1fff_ffff).max(1),
        _ => u32::from(noise.below(5)) + 1,
    }
}

/// Reads bytes behind what is there; what stands before a mistake stays.
fn merge(message: &mut Nothing, model: &mut Vec<Field>, noise: &mut Noise) {
    let bytes = noise.slice();
    let result = message.merge(&bytes);
    let mut reader = Reader::new(&bytes);
    while !reader.is_at_end() {
        let Some((number, wire, raw)) = reader.field() else {
            return assert!(result.is_err(), "{bytes:x?} was read");
        };
        model.push((number, wire, raw.to_vec()));
    }
    assert_eq!(result, Ok(()), "{bytes:x?}");
}

fn compare(fields: &UnknownFields, model: &[Field]) {
    let mut written = Vec::new();
    model.iter().for_each(|(number, wire, raw)| put(*number, *wire, raw, &mut written));
    let found: Vec<_> = fields.iter().collect();
    assert_eq!(found.len(), model.len());
    for (field, (number, wire, raw)) in found.iter().zip(model) {
        assert_eq!(field.number, *number);
        is_value(field, *wire, raw);
    }
    assert_eq!(fields.is_empty(), model.is_empty());
    assert_eq!(fields.len(), fields.as_bytes().len());
    // An end tag may have come in a longer form than it is written in here, so the bytes are compared as fields.
    let again = Nothing::decode(&written).expect("it is well-formed").unknown_fields;
    assert_eq!(again.iter().collect::<Vec<_>>(), found);
}

fn is_value(field: &UnknownField<'_>, wire: u32, raw: &[u8]) {
    let mut reader = Reader::new(raw);
    match field.value {
        UnknownValue::Varint(value) => assert_eq!((wire, Some(value)), (0, reader.varint())),
        UnknownValue::Fixed64(value) => assert_eq!((wire, &value.to_le_bytes()[..]), (1, raw)),
        UnknownValue::Bytes(value) => {
            let length = reader.varint().expect("it is well-formed") as usize;
            assert_eq!((wire, length), (2, value.len()));
            assert!(raw.ends_with(value));
        }
        UnknownValue::Group(value) => assert_eq!((wire, value), (3, raw)),
        UnknownValue::Fixed32(value) => assert_eq!((wire, &value.to_le_bytes()[..]), (5, raw)),
    }
}

fn passes_through(message: &Nothing) {
    let bytes = message.encode_to_vec();
    assert_eq!(bytes, message.unknown_fields.as_bytes());
    let again = Nothing::decode(&bytes).expect("it is well-formed");
    assert_eq!(again.unknown_fields, message.unknown_fields);
    assert!(HashSet::from([again.unknown_fields.clone()]).contains(&message.unknown_fields));
    assert!(!format!("{:?}", again.unknown_fields).is_empty());
}
