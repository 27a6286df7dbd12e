//! The work of the programs: a message of each type, made from the schema without any of the codecs. Fields stand by
//! their numbers and maps have one entry, so what a codec writes back must be the same bytes. Called by `scratch`.

use crate::draw::Draw;
use crate::schema::{Field, Kind, Label, Schema};

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const LENGTH: u32 = 2;
const FIXED32: u32 = 5;

impl Schema {
    /// All messages, each behind its length as four bytes.
    pub(crate) fn samples(&self) -> Vec<u8> {
        let mut sampler = Sampler { schema: self, draw: Draw::new() };
        let mut all = Vec::new();
        for index in 0..self.messages.len() {
            let bytes = sampler.message(index);
            all.extend((bytes.len() as u32).to_le_bytes());
            all.extend(bytes);
        }
        all
    }
}

struct Sampler<'a> {
    schema: &'a Schema,
    draw: Draw,
}

impl Sampler<'_> {
    fn message(&mut self, index: usize) -> Vec<u8> {
        let schema = self.schema;
        let fields = &schema.messages[index].fields;
        let members: Vec<u32> =
            fields.iter().filter(|it| it.label == Label::Member).map(|it| it.number).collect();
        let set = self.draw.below(members.len() as u32) as usize;
        let mut bytes = Vec::new();
        for field in fields {
            if field.label != Label::Member || members[set] == field.number {
                self.field(field, index, &mut bytes);
            }
        }
        bytes
    }

    fn field(&mut self, field: &Field, index: usize, out: &mut Vec<u8>) {
        let Field { number, kind, .. } = *field;
        match (field.label, kind) {
            (Label::Plain | Label::Optional | Label::Member, _) => self.single(number, kind, out),
            // A list of the message itself ends with an empty one.
            (_, Kind::Message(held)) if held == index => put_bytes(number, &[], out),
            (Label::Repeated, kind) if is_packed(kind) => {
                let mut packed = Vec::new();
                (0..3).for_each(|_| self.value(kind, &mut packed));
                put_bytes(number, &packed, out);
            }
            (Label::Repeated, kind) => (0..2).for_each(|_| self.single(number, kind, out)),
            (Label::Map(key), kind) => {
                let mut entry = Vec::new();
                self.single(1, Kind::Scalar(key), &mut entry);
                self.single(2, kind, &mut entry);
                put_bytes(number, &entry, out);
            }
        }
    }

    fn single(&mut self, number: u32, kind: Kind, out: &mut Vec<u8>) {
        varint(u64::from(number << 3 | wire_type(kind)), out);
        self.value(kind, out);
    }

    /// A value that is not its type's zero, without a tag.
    fn value(&mut self, kind: Kind, out: &mut Vec<u8>) {
        match kind {
            Kind::Message(index) => delimited(&self.message(index), out),
            Kind::Enum(index) => {
                let values = self.schema.enums[index].values;
                varint(u64::from(1 + self.draw.below(values - 1)), out);
            }
            Kind::Timestamp => {
                let mut time = Vec::new();
                self.single(1, Kind::Scalar("int64"), &mut time);
                self.single(2, Kind::Scalar("uint32"), &mut time);
                delimited(&time, out);
            }
            Kind::Scalar(scalar) => self.scalar(scalar, out),
        }
    }

    fn scalar(&mut self, scalar: &str, out: &mut Vec<u8>) {
        let number = 1 + self.draw.below(100_000);
        match scalar {
            "string" => delimited(&format!("text \u{e9} {number}").into_bytes(), out),
            "bytes" => delimited(&number.to_be_bytes(), out),
            "bool" => varint(1, out),
            "double" => out.extend(f64::from(number).to_le_bytes()),
            "float" => out.extend((number as f32).to_le_bytes()),
            "fixed32" | "sfixed32" => out.extend(number.to_le_bytes()),
            "fixed64" | "sfixed64" => out.extend(u64::from(number).to_le_bytes()),
            _ => varint(number.into(), out),
        }
    }
}

fn is_packed(kind: Kind) -> bool {
    !matches!(kind, Kind::Scalar("string" | "bytes") | Kind::Message(_) | Kind::Timestamp)
}

fn wire_type(kind: Kind) -> u32 {
    match kind {
        Kind::Message(_) | Kind::Timestamp | Kind::Scalar("string" | "bytes") => LENGTH,
        Kind::Scalar("double" | "fixed64" | "sfixed64") => FIXED64,
        Kind::Scalar("float" | "fixed32" | "sfixed32") => FIXED32,
        Kind::Scalar(_) | Kind::Enum(_) => VARINT,
    }
}

fn put_bytes(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    varint(u64::from(number << 3 | LENGTH), out);
    delimited(bytes, out);
}

fn delimited(bytes: &[u8], out: &mut Vec<u8>) {
    varint(bytes.len() as u64, out);
    out.extend(bytes);
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
