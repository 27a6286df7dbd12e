//! Every input of up to three bytes, and many longer ones: read as a slow and plain reader of the specification reads
//! them, and every varint wherever it may stand.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use protocall::Message;

protocall::include_proto!("proto/every_shape.proto");
use shapes::v1::every::Either;
use shapes::v1::*;

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const LENGTH: u32 = 2;
const GROUP: u32 = 3;
const END_GROUP: u32 = 4;
const FIXED32: u32 = 5;

/// Reads by index, one byte at a time. `None` is a mistake in the bytes.
struct Plain<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The message that the bytes are, if they are one.
fn reference(bytes: &[u8]) -> Option<Every> {
    let mut every = Every::default();
    Plain { bytes, at: 0 }.every(&mut every, None)?;
    Some(every)
}

impl<'a> Plain<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for index in 0..10 {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            if index == 9 && byte > 1 {
                return None;
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// The number and the wire type.
    fn tag(&mut self) -> Option<(u32, u32)> {
        let start = self.at;
        let tag = u32::try_from(self.varint()?).ok()?;
        let exists = tag >> 3 > 0 && tag & 7 <= FIXED32 && self.at - start <= 5;
        exists.then_some((tag >> 3, tag & 7))
    }

    fn delimited(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.varint()?).ok()?;
        let bytes = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(bytes)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.delimited()?.to_vec()).ok()
    }

    /// Passes over a value.
    fn skip(&mut self, number: u32, wire: u32) -> Option<()> {
        match wire {
            VARINT => self.varint().map(drop),
            LENGTH => self.delimited().map(drop),
            FIXED64 | FIXED32 => {
                self.at += if wire == FIXED64 { 8 } else { 4 };
                (self.at <= self.bytes.len()).then_some(())
            }
            GROUP => loop {
                match self.tag()? {
                    (end, END_GROUP) => return (end == number).then_some(()),
                    (number, wire) => self.skip(number, wire)?,
                }
            },
            _ => None,
        }
    }

    fn unknown(&mut self, every: &mut Every, (number, wire): (u32, u32)) -> Option<()> {
        let start = self.at;
        self.skip(number, wire)?;
        keep(every, number, wire, &self.bytes[start..self.at]);
        Some(())
    }

    /// Reads to the end, or to the end tag of the group.
    fn every(&mut self, every: &mut Every, group: Option<u32>) -> Option<()> {
        while !self.is_at_end() {
            let (number, wire) = self.tag()?;
            match (number, wire) {
                (_, END_GROUP) => return (group == Some(number)).then_some(()),
                (1 | 2 | 3 | 11 | 13 | 16, VARINT) => self.single(every, number)?,
                (4 | 5 | 14 | 17, _) if wire != GROUP => self.list(every, (number, wire))?,
                (6, LENGTH) => every.text = Some(self.text()?),
                (7, LENGTH) => every.blob = Some(self.delimited()?.to_vec().into()),
                (19, LENGTH) => every.texts.push(self.text()?),
                (8, LENGTH) => {
                    Plain::new(self.delimited()?).every(every.nested.get_or_insert_default(), None)?;
                }
                (9, GROUP) => self.every(every.group.get_or_insert_default(), Some(9))?,
                (12, LENGTH) => self.member(every)?,
                (15, LENGTH) => every.needs.push(need(self.delimited()?)?),
                (10, LENGTH) => {
                    let (key, value) = entry(self.delimited()?)?;
                    every.map.insert(key as i32, value != 0);
                }
                (18, LENGTH) => {
                    let whole = self.delimited()?;
                    let (key, value) = entry(whole)?;
                    match closed(value) {
                        Some(value) => _ = every.closed_map.insert(key != 0, value),
                        None => keep(every, 18, LENGTH, &[&shortest(whole.len() as u64), whole].concat()),
                    }
                }
                field => self.unknown(every, field)?,
            }
        }
        group.is_none().then_some(())
    }

    fn single(&mut self, every: &mut Every, number: u32) -> Option<()> {
        let wire = self.varint()?;
        let zigzag = wire as u32;
        match number {
            1 => every.explicit = Some(wire as i32),
            2 => {
                every.implicit =
                    (zigzag >> 1) as i32 * if zigzag & 1 == 0 { 1 } else { -1 } - (zigzag & 1) as i32
            }
            3 => every.flag = wire != 0,
            11 => every.either = Some(Either::Number(wire as i32)),
            16 if wire as i32 == 0 => every.open = Open::Zero,
            16 if wire as i32 == 1 => every.open = Open::One,
            16 => every.open = Open::Unrecognized(wire as i32),
            _ => match closed(wire) {
                Some(value) => every.closed = Some(value),
                None => keep(every, number, VARINT, &shortest(wire)),
            },
        }
        Some(())
    }

    /// Lists of numbers, packed or not, whichever the schema prefers.
    fn list(&mut self, every: &mut Every, (number, wire): (u32, u32)) -> Option<()> {
        let own = if number == 17 { FIXED32 } else { VARINT };
        if wire == LENGTH {
            let mut packed = Plain::new(self.delimited()?);
            while !packed.is_at_end() {
                packed.element(every, number)?;
            }
            Some(())
        } else if wire == own {
            self.element(every, number)
        } else {
            self.unknown(every, (number, wire))
        }
    }

    fn element(&mut self, every: &mut Every, number: u32) -> Option<()> {
        if number == 17 {
            let bytes = self.bytes.get(self.at..self.at + 4)?;
            self.at += 4;
            every.fixed.push(u32::from_le_bytes(bytes.try_into().ok()?));
            return Some(());
        }
        let wire = self.varint()?;
        match number {
            4 => every.packed.push(wire),
            5 => every.unpacked.push(wire),
            _ => match closed(wire) {
                Some(value) => every.closed_list.push(value),
                None => keep(every, number, VARINT, &shortest(wire)),
            },
        }
        Some(())
    }

    /// The message of the oneof: into the one that is set, else anew.
    fn member(&mut self, every: &mut Every) -> Option<()> {
        let mut member = match every.either.take() {
            Some(Either::Member(member)) => member,
            _ => Box::default(),
        };
        Plain::new(self.delimited()?).every(&mut member, None)?;
        every.either = Some(Either::Member(member));
        Some(())
    }
}

fn closed(wire: u64) -> Option<Closed> {
    match wire as i32 {
        0 => Some(Closed::Zero),
        2 => Some(Closed::Two),
        _ => None,
    }
}

/// Key and value of an entry, both of them varints.
fn entry(bytes: &[u8]) -> Option<(u64, u64)> {
    let (mut reader, mut key, mut value) = (Plain::new(bytes), 0, 0);
    while !reader.is_at_end() {
        match reader.tag()? {
            (1, VARINT) => key = reader.varint()?,
            (2, VARINT) => value = reader.varint()?,
            (number, wire) => reader.skip(number, wire)?,
        }
    }
    Some((key, value))
}

fn need(bytes: &[u8]) -> Option<Need> {
    let (mut reader, mut number, mut need) = (Plain::new(bytes), None, Need::default());
    let mut others = Every::default();
    while !reader.is_at_end() {
        match reader.tag()? {
            (1, VARINT) => number = Some(reader.varint()? as i32),
            field => reader.unknown(&mut others, field)?,
        }
    }
    need.number = number?;
    need.unknown_fields = others.unknown_fields;
    Some(need)
}

/// Keeps an unknown field. The bytes are the reference's; the type that holds them is not its business.
fn keep(every: &mut Every, number: u32, wire: u32, raw: &[u8]) {
    let mut bytes = every.unknown_fields.as_bytes().to_vec();
    bytes.extend(shortest(u64::from(number << 3 | wire)));
    bytes.extend(raw);
    every.unknown_fields = Blank::decode(&bytes).expect("the reader has checked it").unknown_fields;
    assert_eq!(every.unknown_fields.as_bytes(), bytes);
}

/// The shortest varint.
fn shortest(value: u64) -> Vec<u8> {
    let count = (1..10).find(|count| value >> (7 * count) == 0).unwrap_or(10);
    (0..count)
        .map(|index| (value >> (7 * index)) as u8 & 0x7f | if index + 1 < count { 0x80 } else { 0 })
        .collect()
}

fn check(bytes: &[u8]) {
    match (Every::decode(bytes), reference(bytes)) {
        (Ok(read), Some(expected)) => {
            assert_eq!(read, expected, "{bytes:x?}");
            // What was read can be written and is the same again.
            let written = read.encode_to_vec();
            assert_eq!(written.len(), read.encoded_len(), "{bytes:x?}");
            assert_eq!(Every::decode(&written).as_ref(), Ok(&read), "{bytes:x?}");
        }
        (Err(_), None) => {}
        (read, expected) => panic!("{bytes:x?} is read as {read:?} and should be {expected:?}"),
    }
}

/// Checks every string of these lengths over the alphabet, on all cores: a thread takes one first byte after the other.
fn check_all(alphabet: &[u8], lengths: RangeInclusive<usize>) {
    let next = AtomicU32::new(0);
    let work = || {
        while let Some(first) = alphabet.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
            for length in lengths.clone() {
                let mut bytes = vec![alphabet[0]; length];
                bytes[0] = *first;
                check_tails(alphabet, &mut bytes, 1);
            }
        }
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(2, usize::from);
        (0..threads).for_each(|_| _ = scope.spawn(work));
    });
}

fn check_tails(alphabet: &[u8], bytes: &mut [u8], from: usize) {
    if from == bytes.len() {
        return check(bytes);
    }
    for byte in alphabet {
        bytes[from] = *byte;
        check_tails(alphabet, bytes, from + 1);
    }
}

/// Tags of one byte for the fields of `Every`, the first bytes of longer tags, and bytes that are edges as values.
const EDGES: [u8; 30] = [
    0x08, 0x10, 0x18, 0x20, 0x22, 0x28, 0x2a, 0x32, 0x3a, 0x42, 0x4b, 0x4c, 0x52, 0x58, 0x62, 0x68, 0x70,
    0x72, 0x7a, 0x80, 0x82, 0x92, 0x00, 0x01, 0x02, 0x03, 0x04, 0x7f, 0xc3, 0xff,
];

#[test]
fn every_input_of_up_to_three_bytes() {
    check(&[]);
    let all: Vec<u8> = (0..=255).collect();
    check_all(&all, 1..=3);
}

#[test]
fn every_input_of_four_bytes_that_are_edges() {
    check_all(&EDGES, 4..=4);
}

#[test]
fn every_short_nest_of_messages_and_groups() {
    // Nested, group, its end, the oneof's message, a length, a number and its value, and the longest continuation.
    check_all(&[0x42, 0x4b, 0x4c, 0x62, 0x08, 0x00, 0x02, 0xff], 5..=6);
}

#[test]
fn every_short_entry_of_both_maps() {
    // The tags of the two maps, of key and value, lengths, and a value that the closed enum does not name.
    check_all(&[0x52, 0x92, 0x01, 0x08, 0x10, 0x02, 0x04, 0x03], 5..=6);
}

#[test]
fn every_short_list_of_fixed_width_and_every_wrong_wire_type() {
    // The field 17 with each wire type, and the field 1 with those of a fixed width.
    check_all(&[0x8d, 0x8a, 0x8b, 0x89, 0x01, 0x0d, 0x04, 0x8c], 5..=6);
}

#[test]
fn every_short_run_of_fields_with_longer_tags() {
    // The tags of the texts, of a field that is unknown but begins with the same byte, and of a map; lengths, and a letter.
    check_all(&[0x9a, 0x01, 0x02, 0x00, 0x92, b'a'], 5..=7);
}
