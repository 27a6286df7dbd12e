//! The reading of messages: from tag to slot, until the bytes end. Called by generated code, one line per message.
//!
//! The kinds that most fields have are read in the message's own loop, where the compiler joins the match on the tag with
//! the match on the slot and keeps the kinds only that the message has. All others are read out of line, by code that all
//! messages share.

use super::slot::{EnumSlot, Fields, Slot};
use crate::wire::field::{implicit, optional, packed, repeated};
use crate::wire::kind::{
    Bool, Double, Fixed32, Fixed64, Float, Int32, Int64, Packable, Raw, RawView, Sfixed32, Sfixed64, Sint32,
    Sint64, Str, StrView, Uint32, Uint64, Varint,
};
use crate::wire::{DecodeError, Input, Merge, UnknownFields, wire_type};

/// Reads the fields of a message up to the end of `input`.
// Where nothing is inlined a loop for each message would be all loss: the builds of a debugger share one.
#[cfg(debug_assertions)]
pub fn read<'a, M: Fields<'a>>(message: &mut M, input: Input<'a, '_>) -> Result<(), DecodeError> {
    read_shared(message, input)
}

/// Reads the fields of a message up to the end of `input`.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn read<'a, M: Fields<'a>>(message: &mut M, input: Input<'a, '_>) -> Result<(), DecodeError> {
    // The argument lies in memory, and would stay there.
    let mut input = input.copied();
    while let Some(tag) = input.tag()? {
        read_field(message, tag, &mut input)?;
    }
    Ok(())
}

/// As [`read`], by code that all messages share: smaller, and slower.
pub fn read_shared<'a>(message: &mut dyn Fields<'a>, mut input: Input<'a, '_>) -> Result<(), DecodeError> {
    while let Some(tag) = input.tag()? {
        read_field(message, tag, &mut input)?;
    }
    Ok(())
}

/// As [`read_shared`], for a message with required fields, those of `numbers`.
///
/// A message whose fields come in two parts, each without what the other has, counts as incomplete: encoders do not
/// write such parts.
pub fn read_required<'a>(
    message: &mut dyn Fields<'a>,
    mut input: Input<'a, '_>,
    numbers: &[u32],
) -> Result<(), DecodeError> {
    let mut missing: Vec<u32> = numbers.to_vec();
    while let Some(tag) = input.tag()? {
        if read_field(message, tag, &mut input)? {
            missing.retain(|number| *number != tag >> 3);
        }
    }
    match missing.first() {
        Some(&number) if !input.is_partial() => Err(DecodeError::MissingRequired { number }),
        _ => Ok(()),
    }
}

/// Reads the field behind `tag`; whether it came to its slot.
#[cfg_attr(not(debug_assertions), inline(always))]
fn read_field<'a, M: Fields<'a> + ?Sized>(
    message: &mut M,
    tag: u32,
    input: &mut Input<'a, '_>,
) -> Result<bool, DecodeError> {
    let slot = message.slot(tag, input);
    match slot {
        Slot::Bool(_)
        | Slot::Int32(_)
        | Slot::Int64(_)
        | Slot::Sint32(_)
        | Slot::Sint64(_)
        | Slot::Uint32(_)
        | Slot::Uint64(_) => fill_varint(slot, input.varint()?),
        Slot::Fixed32(_) | Slot::Float(_) | Slot::Sfixed32(_) => fill_four(slot, input.array()?),
        Slot::Double(_) | Slot::Fixed64(_) | Slot::Sfixed64(_) => fill_eight(slot, input.array()?),
        Slot::Str(value) => implicit::merge::<Str>(0, value, input)?,
        Slot::StrView(value) => implicit::merge::<StrView<'_>>(0, value, input)?,
        Slot::RawView(value) => implicit::merge::<RawView<'_>>(0, value, input)?,
        Slot::Message(slot) => input.apart(|input| slot.read(tag, input))?,
        Slot::View(slot) => input.apart(|input| slot.read(tag, input))?,
        Slot::OptionalStr(value) => optional::merge::<Str>(0, value, input)?,
        Slot::ListStr(values) => repeated::merge::<Str>(tag >> 3, values, input)?,
        Slot::Done(done) => done?,
        Slot::Unknown => return input.unknown(tag, message.unknown()).map(|()| false),
        slot => {
            if let Some(rest) = fill_apart(slot, tag, input)? {
                return keep(rest, (tag, input), message.unknown()).map(|()| false);
            }
        }
    }
    Ok(true)
}

/// What is left of a field once its slot had it.
enum Rest {
    /// All of it, once it was checked to be text.
    Text,
    /// Numbers that an enum does not name, as fields.
    Numbers(UnknownFields),
}

#[cold]
#[inline(never)]
fn keep_apart(
    rest: Rest,
    (tag, input): (u32, &mut Input<'_, '_>),
    unknown: Option<&mut UnknownFields>,
) -> Result<(), DecodeError> {
    match rest {
        Rest::Text => input.unknown_text(tag, unknown)?,
        Rest::Numbers(fields) => {
            if let Some(unknown) = unknown {
                unknown.append(fields);
            }
        }
    }
    Ok(())
}

/// Keeps what is left of a field.
#[cfg_attr(not(debug_assertions), inline(always))]
fn keep(
    rest: Rest,
    (tag, input): (u32, &mut Input<'_, '_>),
    unknown: Option<&mut UnknownFields>,
) -> Result<(), DecodeError> {
    input.apart(|input| keep_apart(rest, (tag, input), unknown))
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn fill_apart<'a>(
    slot: Slot<'_, 'a>,
    tag: u32,
    input: &mut Input<'a, '_>,
) -> Result<Option<Rest>, DecodeError> {
    input.apart(|input| fill(slot, tag, input))
}

/// Reads a value of a kind that is not read in the message's own loop.
#[inline(never)]
fn fill<'a>(slot: Slot<'_, 'a>, tag: u32, input: &mut Input<'a, '_>) -> Result<Option<Rest>, DecodeError> {
    match slot {
        Slot::ListStrView(values) => repeated::merge::<StrView<'_>>(tag >> 3, values, input)?,
        Slot::OptionalStrView(value) => optional::merge::<StrView<'_>>(0, value, input)?,
        Slot::Raw(value) => implicit::merge::<Raw>(0, value, input)?,
        Slot::Enum(slot) => return read_enum(slot, tag, input),
        Slot::Text => return Ok(Some(Rest::Text)),
        slot => fill_rare(slot, tag, input)?,
    }
    Ok(None)
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn fill_varint(slot: Slot<'_, '_>, wire: u64) {
    match slot {
        Slot::Bool(value) => *value = Bool::from_wire(wire),
        Slot::Int32(value) => *value = Int32::from_wire(wire),
        Slot::Int64(value) => *value = Int64::from_wire(wire),
        Slot::Sint32(value) => *value = Sint32::from_wire(wire),
        Slot::Sint64(value) => *value = Sint64::from_wire(wire),
        Slot::Uint32(value) => *value = Uint32::from_wire(wire),
        Slot::Uint64(value) => *value = wire,
        _ => {}
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn fill_four(slot: Slot<'_, '_>, wire: [u8; 4]) {
    match slot {
        Slot::Fixed32(value) => *value = u32::from_le_bytes(wire),
        Slot::Float(value) => *value = f32::from_le_bytes(wire),
        Slot::Sfixed32(value) => *value = i32::from_le_bytes(wire),
        _ => {}
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn fill_eight(slot: Slot<'_, '_>, wire: [u8; 8]) {
    match slot {
        Slot::Double(value) => *value = f64::from_le_bytes(wire),
        Slot::Fixed64(value) => *value = u64::from_le_bytes(wire),
        Slot::Sfixed64(value) => *value = i64::from_le_bytes(wire),
        _ => {}
    }
}

/// Reads a value of a kind and shape that few fields have.
#[inline(never)]
fn fill_rare<'a>(slot: Slot<'_, 'a>, tag: u32, input: &mut Input<'a, '_>) -> Result<(), DecodeError> {
    match slot {
        Slot::OptionalBool(value) => optional::merge::<Bool>(0, value, input),
        Slot::OptionalDouble(value) => optional::merge::<Double>(0, value, input),
        Slot::OptionalFixed32(value) => optional::merge::<Fixed32>(0, value, input),
        Slot::OptionalFixed64(value) => optional::merge::<Fixed64>(0, value, input),
        Slot::OptionalFloat(value) => optional::merge::<Float>(0, value, input),
        Slot::OptionalInt32(value) => optional::merge::<Int32>(0, value, input),
        Slot::OptionalInt64(value) => optional::merge::<Int64>(0, value, input),
        Slot::OptionalRaw(value) => optional::merge::<Raw>(0, value, input),
        Slot::OptionalRawView(value) => optional::merge::<RawView<'_>>(0, value, input),
        Slot::OptionalSfixed32(value) => optional::merge::<Sfixed32>(0, value, input),
        Slot::OptionalSfixed64(value) => optional::merge::<Sfixed64>(0, value, input),
        Slot::OptionalSint32(value) => optional::merge::<Sint32>(0, value, input),
        Slot::OptionalSint64(value) => optional::merge::<Sint64>(0, value, input),
        Slot::OptionalUint32(value) => optional::merge::<Uint32>(0, value, input),
        Slot::OptionalUint64(value) => optional::merge::<Uint64>(0, value, input),
        Slot::ListRaw(values) => repeated::merge::<Raw>(tag >> 3, values, input),
        Slot::ListRawView(values) => repeated::merge::<RawView<'_>>(tag >> 3, values, input),
        slot => fill_numbers(slot, tag, input),
    }
}

fn fill_numbers(slot: Slot<'_, '_>, tag: u32, input: &mut Input<'_, '_>) -> Result<(), DecodeError> {
    match slot {
        Slot::ListBool(values) => list::<Bool>(tag, values, input),
        Slot::ListDouble(values) => list::<Double>(tag, values, input),
        Slot::ListFixed32(values) => list::<Fixed32>(tag, values, input),
        Slot::ListFixed64(values) => list::<Fixed64>(tag, values, input),
        Slot::ListFloat(values) => list::<Float>(tag, values, input),
        Slot::ListInt32(values) => list::<Int32>(tag, values, input),
        Slot::ListInt64(values) => list::<Int64>(tag, values, input),
        Slot::ListSfixed32(values) => list::<Sfixed32>(tag, values, input),
        Slot::ListSfixed64(values) => list::<Sfixed64>(tag, values, input),
        Slot::ListSint32(values) => list::<Sint32>(tag, values, input),
        Slot::ListSint64(values) => list::<Sint64>(tag, values, input),
        Slot::ListUint32(values) => list::<Uint32>(tag, values, input),
        Slot::ListUint64(values) => list::<Uint64>(tag, values, input),
        // The others are filled before they come here.
        _ => Ok(()),
    }
}

/// "Parsers must accept both forms, whichever the schema declares."
fn list<'a, K: Packable + Merge<'a>>(
    tag: u32,
    values: &mut Vec<K::Value>,
    input: &mut Input<'a, '_>,
) -> Result<(), DecodeError> {
    if tag & 7 == wire_type::LENGTH {
        packed::merge::<K>(tag >> 3, values, input)
    } else {
        repeated::merge::<K>(tag >> 3, values, input)
    }
}

/// Reads one number or a packed list of them; gives back those that the enum does not name, as fields.
fn read_enum(
    slot: &mut dyn EnumSlot,
    tag: u32,
    input: &mut Input<'_, '_>,
) -> Result<Option<Rest>, DecodeError> {
    let mut unnamed = UnknownFields::new();
    let mut take = |wire: u64| {
        // The cut to 32 bits is the specification's.
        if !slot.take(wire as i32) {
            unnamed.push_varint(tag >> 3, wire);
        }
    };
    if tag & 7 == wire_type::LENGTH {
        input.packed()?.varints(|batch| batch.iter().for_each(|wire| take(*wire)))?;
    } else {
        take(input.varint()?);
    }
    Ok(if unnamed.is_empty() { None } else { Some(Rest::Numbers(unnamed)) })
}
