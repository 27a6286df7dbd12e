//! The wire format as the specification has it, slowly: index by index, by a message's descriptor. Called by `decode`,
//! which gives prost-reflect the result, and by `unknown`.
//!
//! Where prost-reflect is known to differ from the specification, the bytes are rewritten to what it reads as it
//! should; each such place says so. upb does what is done here but for two things that the specification leaves open: it
//! takes a varint whose tenth byte has more than one bit, and keeps an entry of a map that has anything odd in it as an
//! unknown field of the message.

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor, Syntax};

const LENGTH: u32 = 2;
const GROUP: u32 = 3;
const END_GROUP: u32 = 4;

/// How deep messages, groups and entries of maps may nest.
const DEPTH: u32 = 100;

/// Makes a number that no schema here has. A field that is unknown although its number is known, as it has another wire
/// type or names no value of a closed enum, gets it: prost-reflect refuses the one and takes the other for known.
const UNKNOWN: u32 = 1 << 28;

/// `bytes` as prost-reflect reads what the specification says; `None` where they are not a message.
pub(crate) fn rewritten(message: &MessageDescriptor, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    Reader::new(bytes).message(message, DEPTH, None, &mut out)?;
    Some(out)
}

/// Reads bytes one by one; `None` is a mistake in them.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The number, the wire type and the bytes of the next field: without its tag, and without the end tag of a group.
    pub(crate) fn field(&mut self) -> Option<(u32, u32, &'a [u8])> {
        let (number, wire) = self.tag()?;
        Some((number, wire, self.raw(number, wire, DEPTH)?))
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    /// At most ten bytes, of which the tenth has one bit left.
    pub(crate) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for index in 0..10 {
            let byte = self.take(1)?[0];
            if index == 9 && byte > 1 {
                return None;
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// At most five bytes and 32 bits. prost-reflect takes longer ones; upb does not.
    fn tag(&mut self) -> Option<(u32, u32)> {
        let start = self.at;
        let tag = u32::try_from(self.varint()?).ok()?;
        let (number, wire) = (tag >> 3, tag & 7);
        (self.at - start <= 5 && number > 0 && wire <= 5).then_some((number, wire))
    }

    fn delimited(&mut self) -> Option<&'a [u8]> {
        let length = self.varint()?;
        self.take(usize::try_from(length).ok()?)
    }

    /// The bytes of a value of which nothing but the wire type is known.
    fn raw(&mut self, number: u32, wire: u32, depth: u32) -> Option<&'a [u8]> {
        let start = self.at;
        let mut end = None;
        match wire {
            0 => self.varint().map(drop)?,
            1 => self.take(8).map(drop)?,
            LENGTH => self.delimited().map(drop)?,
            GROUP => end = Some(self.pass_group(number, depth.checked_sub(1)?)?),
            5 => self.take(4).map(drop)?,
            _ => return None,
        }
        self.bytes.get(start..end.unwrap_or(self.at))
    }

    /// Where the end tag of the group stands.
    fn pass_group(&mut self, opened: u32, depth: u32) -> Option<usize> {
        loop {
            let before = self.at;
            let (number, wire) = self.tag()?;
            if wire == END_GROUP {
                return (number == opened).then_some(before);
            }
            self.raw(number, wire, depth)?;
        }
    }

    /// Rewrites fields up to the end, or to the end tag of the group that is read.
    fn message(
        &mut self,
        message: &MessageDescriptor,
        depth: u32,
        group: Option<u32>,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let options = message.descriptor_proto().options.as_ref();
        let is_set = options.is_some_and(|options| options.message_set_wire_format());
        while !self.is_at_end() {
            let (number, wire) = self.tag()?;
            if wire == END_GROUP {
                return (Some(number) == group).then_some(());
            }
            if is_set && matches!((number, wire), (1, GROUP) | (_, LENGTH)) {
                self.item(number, wire, depth, out)?;
                continue;
            }
            match message.get_field(number) {
                Some(field) if takes(&field, wire) => self.known(&field, wire, depth, out)?,
                Some(_) => put(number ^ UNKNOWN, wire, self.raw(number, wire, depth)?, out),
                None => put(number, wire, self.raw(number, wire, depth)?, out),
            }
        }
        group.is_none().then_some(())
    }

    /// An item of a message set, or an extension that stands there as in any other message: rewritten to an item with the
    /// number first. Of two parts that are alike the first counts; an item that lacks one says nothing.
    fn item(&mut self, number: u32, wire: u32, depth: u32, out: &mut Vec<u8>) -> Option<()> {
        let (mut id, mut value) = (None, None);
        if wire == LENGTH {
            (id, value) = (Some(number), Some(self.delimited()?));
        } else {
            let inside = depth.checked_sub(1)?;
            loop {
                match self.tag()? {
                    (1, END_GROUP) => break,
                    (_, END_GROUP) => return None,
                    (2, 0) => {
                        let part = self.varint()? as u32;
                        id = id.or(Some(part));
                    }
                    (3, LENGTH) => {
                        let part = self.delimited()?;
                        value = value.or(Some(part));
                    }
                    (other, wire) => _ = self.raw(other, wire, inside)?,
                }
            }
        }
        if let (Some(id), Some(value)) = (id, value) {
            let mut item = Vec::new();
            put(2, 0, &varint(id.into()), &mut item);
            put_delimited(3, value, &mut item);
            put(1, GROUP, &item, out);
        }
        Some(())
    }

    fn known(&mut self, field: &FieldDescriptor, wire: u32, depth: u32, out: &mut Vec<u8>) -> Option<()> {
        let number = field.number();
        match field.kind() {
            Kind::Message(entry) if field.is_map() => {
                // prost-reflect counts no level for an entry; upb does.
                let whole = self.delimited()?;
                match Reader::new(whole).entry(&entry, depth.checked_sub(1)?)? {
                    Some(entry) => put_delimited(number, &entry, out),
                    None => put_delimited(number ^ UNKNOWN, whole, out),
                }
            }
            Kind::Message(nested) if wire == GROUP => {
                let mut inside = Vec::new();
                self.message(&nested, depth.checked_sub(1)?, Some(number), &mut inside)?;
                put(number, GROUP, &inside, out);
            }
            Kind::Message(nested) => {
                let mut inside = Vec::new();
                let whole = self.delimited()?;
                Reader::new(whole).message(&nested, depth.checked_sub(1)?, None, &mut inside)?;
                put_delimited(number, &inside, out);
            }
            Kind::Enum(_) if wire == LENGTH => {
                let mut packed = Reader::new(self.delimited()?);
                while !packed.is_at_end() {
                    put_enum(field, packed.varint()?, out);
                }
            }
            Kind::Enum(_) => put_enum(field, self.varint()?, out),
            Kind::String => {
                let text = self.delimited()?;
                std::str::from_utf8(text).ok()?;
                put_delimited(number, text, out);
            }
            _ => put(number, wire, self.raw(number, wire, depth)?, out),
        }
        Some(())
    }

    /// An entry of a map; `None` inside where its value is a number that its closed enum does not name: then it is an
    /// unknown field of the message as a whole. What else stands in an entry is passed over; prost-reflect refuses some.
    fn entry(&mut self, entry: &MessageDescriptor, depth: u32) -> Option<Option<Vec<u8>>> {
        let (mut out, mut is_named) = (Vec::new(), true);
        while !self.is_at_end() {
            let (number, wire) = self.tag()?;
            match entry.get_field(number).filter(|field| takes(field, wire)) {
                Some(value) if matches!(value.kind(), Kind::Enum(_)) => {
                    let wire = self.varint()?;
                    is_named = is_known(&value, wire);
                    put(number, 0, &varint(wire), &mut out);
                }
                Some(field) => self.known(&field, wire, depth, &mut out)?,
                None => self.raw(number, wire, depth).map(drop)?,
            }
        }
        Some(is_named.then_some(out))
    }
}

/// Whether a field of this wire type is read as that field of the schema.
fn takes(field: &FieldDescriptor, wire: u32) -> bool {
    let own = match field.kind() {
        Kind::Double | Kind::Fixed64 | Kind::Sfixed64 => 1,
        Kind::String | Kind::Bytes => LENGTH,
        Kind::Message(_) if field.is_group() => GROUP,
        Kind::Message(_) => LENGTH,
        Kind::Float | Kind::Fixed32 | Kind::Sfixed32 => 5,
        _ => 0,
    };
    wire == own || wire == LENGTH && field.is_list() && matches!(own, 0 | 1 | 5)
}

/// Whether the enum has room for the number: enums of proto2 are closed.
fn is_known(field: &FieldDescriptor, wire: u64) -> bool {
    let Kind::Enum(of) = field.kind() else { return true };
    of.parent_file().syntax() != Syntax::Proto2 || of.get_value(wire as i32).is_some()
}

fn put_enum(field: &FieldDescriptor, wire: u64, out: &mut Vec<u8>) {
    let number = if is_known(field, wire) { field.number() } else { field.number() ^ UNKNOWN };
    put(number, 0, &varint(wire), out);
}

fn put_delimited(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    put(number, LENGTH, &[&varint(bytes.len() as u64), bytes].concat(), out);
}

/// Writes a field of which `raw` is all but its tags.
pub(crate) fn put(number: u32, wire: u32, raw: &[u8], out: &mut Vec<u8>) {
    out.extend(varint(u64::from(number << 3 | wire)));
    out.extend(raw);
    if wire == GROUP {
        out.extend(varint(u64::from(number << 3 | END_GROUP)));
    }
}

/// A varint in its shortest form.
pub(crate) fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
