//! Fields that a message's schema does not name, kept as they arrived. Held by every message; filled by `input`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::Output;
use super::region::{Put, append};
use super::varint;

/// The fields of a message that its schema does not name: kept in the order of their arrival and written back
/// behind the others, so that a message passes through a program with an older schema without a loss.
///
/// Eight bytes in the message, and no allocation while there are none.
#[derive(Default, Eq)]
pub struct UnknownFields {
    /// Whole fields, tag and value, as they stand on the wire.
    // A `Vec` in the message would be 24 bytes in every message for what few of them have.
    #[allow(clippy::box_collection)]
    bytes: Option<Box<Vec<u8>>>,
}

/// One unknown field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownField<'a> {
    /// Its number.
    pub number: u32,
    /// Its value, as far as it can be told without a schema.
    pub value: UnknownValue<'a>,
}

/// The value of an unknown field, by its wire type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownValue<'a> {
    /// An integer, a bool or an enum.
    Varint(u64),
    /// Eight bytes: fixed64, sfixed64 or double.
    Fixed64(u64),
    /// Text, bytes, a message, or packed numbers.
    Bytes(&'a [u8]),
    /// The fields of a group, without its two tags.
    Group(&'a [u8]),
    /// Four bytes: fixed32, sfixed32 or float.
    Fixed32(u32),
}

impl UnknownFields {
    /// No fields.
    pub const fn new() -> Self {
        Self { bytes: None }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_none()
    }

    /// Drops all of them.
    pub fn clear(&mut self) {
        self.bytes = None;
    }

    /// Bytes that they take on the wire.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn len(&self) -> usize {
        self.bytes.as_ref().map_or(0, |bytes| bytes.len())
    }

    /// The fields as they stand on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_deref().map_or(&[], Vec::as_slice)
    }

    /// The fields one by one, in the order of their arrival.
    pub fn iter(&self) -> UnknownIter<'_> {
        UnknownIter { rest: self.as_bytes() }
    }

    /// Adds a varint field.
    pub fn push_varint(&mut self, number: u32, value: u64) {
        self.extend(&mut |out| {
            out.put_varint(value);
            out.put_tag(number, 0);
        });
    }

    /// Adds a field of bytes: text, bytes or an encoded message.
    pub fn push_bytes(&mut self, number: u32, value: &[u8]) {
        self.extend(&mut |out| {
            out.put_slice(value);
            out.put_varint(value.len() as u64);
            out.put_tag(number, 2);
        });
    }

    /// Removes all fields of that number; whether there were any.
    pub fn remove(&mut self, number: u32) -> bool {
        self.remove_where(|field| field.number == number)
    }

    /// Removes all fields of which `is_one` says so; whether there were any.
    pub(crate) fn remove_where(&mut self, is_one: impl Fn(&UnknownField<'_>) -> bool) -> bool {
        let mut kept = Self::new();
        let mut found = false;
        let mut rest = self.iter();
        loop {
            let before = rest.rest;
            let Some(field) = rest.next() else { break };
            let whole = before.get(..before.len() - rest.rest.len()).unwrap_or_default();
            if is_one(&field) {
                found = true;
            } else {
                kept.buffer().extend_from_slice(whole);
            }
        }
        if found {
            *self = kept;
        }
        found
    }

    /// Adds fields that `put` writes, in front of the first of which `is_behind` says so. So do extensions lie in the
    /// order of their numbers, in whatever order they are set.
    pub(crate) fn insert(&mut self, is_behind: impl Fn(&UnknownField<'_>) -> bool, put: Put<'_>) {
        let mut rest = self.iter();
        let behind = loop {
            let before = rest.rest.len();
            match rest.next() {
                Some(field) if is_behind(&field) => break before,
                Some(_) => {}
                None => break 0,
            }
        };
        let tail = self.bytes.as_mut().map(|bytes| bytes.split_off(bytes.len() - behind)).unwrap_or_default();
        self.extend(put);
        if !tail.is_empty() {
            self.buffer().extend_from_slice(&tail);
        }
    }

    /// Adds other fields behind these.
    pub(crate) fn append(&mut self, other: Self) {
        match (&mut self.bytes, other.bytes) {
            (Some(bytes), Some(more)) => bytes.extend_from_slice(&more),
            (none, more) => *none = none.take().or(more),
        }
    }

    /// Adds fields that `put` writes.
    pub(crate) fn extend(&mut self, put: Put<'_>) {
        let mut bytes = self.bytes.take().unwrap_or_default();
        // There is no limit to break.
        let _ = append(&mut bytes, usize::MAX, put);
        self.bytes = Some(bytes).filter(|bytes| !bytes.is_empty());
    }

    /// Adds a field as it stood on the wire: `raw` is all that came behind `tag`.
    pub(super) fn push_raw(&mut self, tag: u32, raw: &[u8]) {
        self.extend(&mut |out| {
            out.put_slice(raw);
            out.put_varint(tag.into());
        });
    }

    fn buffer(&mut self) -> &mut Vec<u8> {
        self.bytes.get_or_insert_default()
    }

    /// Writes them.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn put(&self, out: &mut Output<'_>) {
        if let Some(bytes) = &self.bytes {
            out.put_slice(bytes);
        }
    }
}

// Not derived: every message has a copy of what these do where there are no fields, and of a call.
impl Clone for UnknownFields {
    #[inline]
    fn clone(&self) -> Self {
        match &self.bytes {
            None => Self::new(),
            Some(bytes) => copied(bytes),
        }
    }
}

impl PartialEq for UnknownFields {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.bytes.is_none() && other.bytes.is_none() || same(self, other)
    }
}

// By their bytes, for messages that are to have an order: `derive = [("shop.v1.Order", [PartialOrd, Ord])]`.
impl Ord for UnknownFields {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialOrd for UnknownFields {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for UnknownFields {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

#[cold]
#[inline(never)]
fn copied(bytes: &[u8]) -> UnknownFields {
    UnknownFields { bytes: Some(Box::new(bytes.to_vec())) }
}

#[cold]
#[inline(never)]
fn same(left: &UnknownFields, right: &UnknownFields) -> bool {
    left.as_bytes() == right.as_bytes()
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|field| (field.number, field.value))).finish()
    }
}

impl<'a> IntoIterator for &'a UnknownFields {
    type Item = UnknownField<'a>;
    type IntoIter = UnknownIter<'a>;

    fn into_iter(self) -> UnknownIter<'a> {
        self.iter()
    }
}

/// Iterates over [`UnknownFields`].
#[derive(Clone, Debug)]
pub struct UnknownIter<'a> {
    rest: &'a [u8],
}

impl<'a> UnknownIter<'a> {
    fn varint(&mut self) -> Option<u64> {
        let (value, count) = varint::read(self.rest)?;
        self.rest = self.rest.get(count..)?;
        Some(value)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (value, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*value)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.varint()?).ok()?;
        let (value, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(value)
    }

    /// What stands before the end tag of the group that was just opened.
    fn group(&mut self) -> Option<&'a [u8]> {
        let start = self.rest;
        loop {
            let before = self.rest.len();
            let tag = u32::try_from(self.varint()?).ok()?;
            if tag & 7 == 4 {
                return start.get(..start.len() - before);
            }
            self.value(tag)?;
        }
    }

    fn value(&mut self, tag: u32) -> Option<UnknownValue<'a>> {
        Some(match tag & 7 {
            0 => UnknownValue::Varint(self.varint()?),
            1 => UnknownValue::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => UnknownValue::Bytes(self.bytes()?),
            3 => UnknownValue::Group(self.group()?),
            5 => UnknownValue::Fixed32(u32::from_le_bytes(self.array()?)),
            _ => return None,
        })
    }
}

impl<'a> Iterator for UnknownIter<'a> {
    type Item = UnknownField<'a>;

    fn next(&mut self) -> Option<UnknownField<'a>> {
        let tag = u32::try_from(self.varint()?).ok()?;
        Some(UnknownField { number: tag >> 3, value: self.value(tag)? })
    }
}

#[cfg(test)]
mod tests {
    use super::{UnknownFields, UnknownValue};

    #[test]
    fn fields_come_back_as_they_were_added() {
        let mut fields = UnknownFields::new();
        assert!(fields.is_empty());
        fields.push_varint(1, 300);
        fields.push_bytes(2, b"abc");
        // The group 3 with the group 4 in it, which holds one varint.
        fields.push_raw(3 << 3 | 3, &[4 << 3 | 3, 8, 7, 4 << 3 | 4, 3 << 3 | 4]);
        fields.push_raw(5 << 3 | 5, &[1, 0, 0, 0]);
        fields.push_raw(6 << 3 | 1, &[2, 0, 0, 0, 0, 0, 0, 0]);
        let found: Vec<_> = fields.iter().map(|field| (field.number, field.value)).collect();
        let mut without = fields.clone();
        assert!(without.remove(3) && without.remove(1) && !without.remove(9));
        assert_eq!(without.iter().map(|field| field.number).collect::<Vec<_>>(), [2, 5, 6]);
        assert_eq!(
            found,
            [
                (1, UnknownValue::Varint(300)),
                (2, UnknownValue::Bytes(b"abc")),
                (3, UnknownValue::Group(&[4 << 3 | 3, 8, 7, 4 << 3 | 4])),
                (5, UnknownValue::Fixed32(1)),
                (6, UnknownValue::Fixed64(2)),
            ]
        );
    }
}
