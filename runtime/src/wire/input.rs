//! The cursor that decoding reads from: one contiguous slice, never copied. Called by every kind and shape.
//!
//! It is two pointers, so that the compiler keeps it in registers across a message's loop; nested messages get a
//! shorter one by value. All of its methods are safe: whatever a hand-written message does with a cursor, it stays
//! inside the slice.

use std::cell::Cell;
use std::marker::PhantomData;

use bytes::Bytes;

use super::unknown::UnknownFields;
use super::{DecodeError, text, varint, wire_type};

/// What all levels of one decode share.
#[derive(Debug)]
pub struct Session<'a> {
    /// The buffer that is decoded, where it may be shared: `bytes` fields then become slices of it.
    source: Option<&'a Bytes>,
    depth: u32,
    /// Bytes that elements may still take in memory beyond those that they took on the wire.
    budget: Cell<usize>,
    /// Whether required fields may be missing.
    partial: bool,
    /// Bytes left behind the end tag of the group that was read last.
    after_group: Cell<Option<usize>>,
}

/// How deep messages and groups may nest: what every other implementation allows by default.
const DEPTH: u32 = 100;

/// What every message may take in memory beyond its bytes, and what each of its bytes adds to that.
const BUDGET: usize = 64 * 1024 * 1024;
const BUDGET_PER_BYTE: usize = 32;

impl<'a> Session<'a> {
    /// For a decode of `length` bytes, which are `source` where they may be shared; with the usual limits.
    pub(crate) fn new(length: usize, source: Option<&'a Bytes>) -> Self {
        let budget = length.saturating_mul(BUDGET_PER_BYTE).saturating_add(BUDGET);
        Self { source, depth: DEPTH, budget: Cell::new(budget), partial: false, after_group: Cell::new(None) }
    }

    /// Sets the limits that are given in place of the usual ones.
    pub(crate) fn limited(mut self, depth: Option<u32>, budget: Option<usize>) -> Self {
        self.depth = depth.unwrap_or(self.depth);
        self.budget = budget.map_or(self.budget, Cell::new);
        self
    }

    /// Bytes that elements may still take.
    #[cfg(any(feature = "json", feature = "text"))]
    pub(crate) fn left(&self) -> usize {
        self.budget.get()
    }

    /// Says whether required fields may be missing.
    pub(crate) fn partial(mut self, allowed: bool) -> Self {
        self.partial = allowed;
        self
    }
}

/// A cursor over the bytes of one message or group.
///
/// The compiler keeps it in registers as long as nothing but inlined code borrows it: what stands out of line gets a
/// copy, see [`Input::apart`].
#[derive(Debug)]
pub struct Input<'a, 's> {
    /// Invariant: `position..end` lies in one slice that lives for `'a`.
    position: *const u8,
    end: *const u8,
    session: &'s Session<'s>,
    /// How many more levels may open.
    depth: u32,
    /// The number of the group that is being read; 0 in a message, where no end tag may come.
    group: u32,
    slice: PhantomData<&'a [u8]>,
}

impl<'a, 's> Input<'a, 's> {
    /// A cursor at the start of `bytes`.
    pub fn new(bytes: &'a [u8], session: &'s Session<'s>) -> Self {
        let range = bytes.as_ptr_range();
        Self {
            position: range.start,
            end: range.end,
            session,
            depth: session.depth,
            group: 0,
            slice: PhantomData,
        }
    }

    /// Bytes that are left.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn remaining(&self) -> usize {
        debug_assert!(self.position <= self.end, "the cursor passed its end");
        self.end as usize - self.position as usize
    }

    /// The bytes that are left.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn rest(&self) -> &'a [u8] {
        // SAFETY: the invariant of `position` and `end`.
        unsafe { std::slice::from_raw_parts(self.position, self.remaining()) }
    }

    /// Takes the next `count` bytes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let bytes = self.rest().get(..count).ok_or(DecodeError::Truncated)?;
        self.pass(bytes.len());
        Ok(bytes)
    }

    /// Moves the cursor over `count` bytes, which the caller has seen in `rest`.
    // From the cursor itself: a pointer that was made from the bytes taken must not be read beyond them, which Miri
    // checks and a compiler may one day rely on.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn pass(&mut self, count: usize) {
        debug_assert!(count <= self.remaining(), "the cursor would pass its end");
        self.position = self.position.wrapping_add(count);
    }

    /// A second cursor at the same place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn copied(&self) -> Self {
        Self { ..*self }
    }

    /// Lets `read` work on a copy of the cursor, and goes on where it has come to.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn apart<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let mut copy = self.copied();
        let value = read(&mut copy)?;
        self.position = copy.position;
        Ok(value)
    }

    /// The next tag (number << 3 | wire type), or `None` at the end of the message or group.
    ///
    /// # Errors
    /// A tag that is cut short or does not fit 32 bits. Whether its number and wire type exist is asked of those
    /// only that the message does not know, in [`Input::unknown`].
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn tag(&mut self) -> Result<Option<u32>, DecodeError> {
        let (tag, length) = match *self.rest() {
            [] => return Ok(None),
            [first, ..] if first < 0x80 => (u32::from(first), 1),
            [first, second, ..] if second < 0x80 => (u32::from(first & 0x7f) | u32::from(second) << 7, 2),
            _ => long_tag(self.rest())?,
        };
        self.take(length)?;
        Ok(Some(tag))
    }

    /// Takes the next tag if it is `tag` in its shortest form: a repeated field asks this before its message's
    /// loop goes round again.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn take_tag(&mut self, tag: u32) -> bool {
        match behind_tag(self.rest(), tag) {
            Some(rest) => {
                self.pass(self.remaining() - rest.len());
                true
            }
            None => false,
        }
    }

    /// How many fields of bytes with the tag `tag` stand here one behind the other, the one whose tag was just taken
    /// included, and not more than `most`.
    pub fn count_run(&self, tag: u32, most: usize) -> usize {
        count_run(self.rest(), tag, most)
    }

    /// A varint of up to 64 bits.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn varint(&mut self) -> Result<u64, DecodeError> {
        if let [first, ..] = *self.rest()
            && first < 0x80
        {
            self.take(1)?;
            return Ok(u64::from(first));
        }
        let (value, count) = long_varint(self.rest());
        if count == 0 {
            return Err(bad_varint(self.rest()));
        }
        self.take(count)?;
        Ok(value)
    }

    /// Every varint that is left, from a packed field; `take` gets batches of them, one after the other.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn varints(self, mut take: impl FnMut(&[u64])) -> Result<(), DecodeError> {
        let mut rest = self.rest();
        let mut batch = [0; varint::BATCH];
        while !rest.is_empty() {
            let (count, length) = varint::read_batch(rest, &mut batch).ok_or_else(|| bad_varint(rest))?;
            take(batch.get(..count).unwrap_or_default());
            rest = rest.get(length..).unwrap_or_default();
        }
        Ok(())
    }

    /// How many varints are left if nothing but varints is: one for each byte that ends one.
    pub fn count_varints(&self) -> usize {
        varint::count_ends(self.rest())
    }

    /// `N` bytes of a fixed-width value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let bytes = self.rest().first_chunk::<N>().ok_or(DecodeError::Truncated)?;
        self.pass(N);
        Ok(*bytes)
    }

    /// A length and as many bytes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn slice(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.varint()?;
        // On a 32-bit machine a length beyond the address space is beyond the input too.
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// A length and as many bytes of UTF-8.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn text(&mut self) -> Result<&'a str, DecodeError> {
        text::utf8(self.slice()?)
    }

    /// A length and as many bytes of UTF-8, in place of `text`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn text_into(&mut self, text: &mut String) -> Result<(), DecodeError> {
        text::replace(text, self.slice()?)
    }

    /// A length and as many bytes, shared with the source where there is one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn shared(&mut self) -> Result<Bytes, DecodeError> {
        let bytes = self.slice()?;
        Ok(share_or_copy(self.session.source, bytes))
    }

    /// The values of a packed field: a cursor over a length and as many bytes, at the same depth.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn packed(&mut self) -> Result<Self, DecodeError> {
        let bytes = self.slice()?;
        Ok(self.within(bytes, self.depth, 0))
    }

    /// The bytes of a nested message: a cursor over a length and as many bytes, one level deeper.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn nested(&mut self) -> Result<Self, DecodeError> {
        let bytes = self.slice()?;
        let depth = self.depth.checked_sub(1).ok_or(DecodeError::RecursionLimit)?;
        Ok(self.within(bytes, depth, 0))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn within(&self, bytes: &'a [u8], depth: u32, group: u32) -> Self {
        let range = bytes.as_ptr_range();
        debug_assert!(range.end <= self.end, "a part ends behind its whole");
        debug_assert!(depth <= self.depth && self.depth <= self.session.depth, "a level was opened twice");
        Input { position: range.start, end: range.end, depth, group, ..*self }
    }

    /// Whether required fields may be missing.
    pub fn is_partial(&self) -> bool {
        self.session.partial
    }

    /// Takes from the budget what a value of `size` bytes costs that took `wire` bytes: a short element that is large
    /// in memory must not let a small message fill it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn charge(&self, size: usize, wire: usize) -> Result<(), DecodeError> {
        let cost = size.saturating_sub(wire);
        match self.session.budget.get().checked_sub(cost) {
            Some(left) => {
                self.session.budget.set(left);
                Ok(())
            }
            None => Err(DecodeError::MemoryBudget),
        }
    }

    /// Reads the group `number`, whose start tag was just taken: `read` gets a cursor whose end is where the end
    /// tag stands, and must read to it.
    ///
    /// # Errors
    /// Those of `read`; and a group that has no end tag.
    // Not generic: groups are rare, and each message would have a copy of this.
    #[inline(never)]
    pub fn group(
        &mut self,
        number: u32,
        read: &mut dyn FnMut(Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let depth = self.depth.checked_sub(1).ok_or(DecodeError::RecursionLimit)?;
        self.session.after_group.set(None);
        read(self.within(self.rest(), depth, number))?;
        let left = self.session.after_group.take().ok_or(DecodeError::Truncated)?;
        let length = self.remaining().checked_sub(left).ok_or(DecodeError::Truncated)?;
        self.take(length).map(drop)
    }

    /// Takes the value behind `tag`, which the message does not know, into `unknown`, or passes over it where there is
    /// none. The end tag of the group that is being read ends this cursor.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn unknown(&mut self, tag: u32, unknown: Option<&mut UnknownFields>) -> Result<(), DecodeError> {
        self.apart(|input| input.keep(tag, unknown))
    }

    #[cold]
    #[inline(never)]
    fn keep(&mut self, tag: u32, unknown: Option<&mut UnknownFields>) -> Result<(), DecodeError> {
        if tag & 7 == wire_type::END_GROUP {
            return self.end_group(tag >> 3);
        }
        let start = self.rest();
        self.skip(tag)?;
        let length = start.len() - self.remaining();
        if let Some(unknown) = unknown {
            unknown.push_raw(tag, start.get(..length).unwrap_or_default());
        }
        Ok(())
    }

    /// As [`Input::unknown`], for an extension that is known to be text: it stays as it came, once it was checked.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn unknown_text(&mut self, tag: u32, unknown: Option<&mut UnknownFields>) -> Result<(), DecodeError> {
        self.apart(|input| {
            input.copied().text()?;
            input.keep(tag, unknown)
        })
    }

    fn end_group(&mut self, number: u32) -> Result<(), DecodeError> {
        if number == 0 || number != self.group {
            return Err(DecodeError::UnexpectedEndGroup);
        }
        self.session.after_group.set(Some(self.remaining()));
        self.pass(self.remaining());
        Ok(())
    }

    /// Passes over the value behind `tag`.
    pub fn skip(&mut self, tag: u32) -> Result<(), DecodeError> {
        if tag >> 3 == 0 {
            return Err(DecodeError::InvalidTag);
        }
        match tag & 7 {
            0 => self.varint().map(drop),
            1 => self.array::<8>().map(drop),
            2 => self.slice().map(drop),
            3 => self.group(tag >> 3, &mut |mut inner| {
                while let Some(tag) = inner.tag()? {
                    if tag & 7 == wire_type::END_GROUP {
                        inner.end_group(tag >> 3)?
                    } else {
                        inner.skip(tag)?
                    }
                }
                Ok(())
            }),
            5 => self.array::<4>().map(drop),
            _ => Err(DecodeError::InvalidTag),
        }
    }
}

/// A tag is a varint of 32 bits, so of five bytes at the most: padding beyond them is an error too.
#[cold]
#[inline(never)]
fn long_tag(bytes: &[u8]) -> Result<(u32, usize), DecodeError> {
    let (value, length) = long_varint(bytes);
    match u32::try_from(value) {
        _ if length == 0 => Err(bad_varint(bytes)),
        Ok(tag) if length <= 5 => Ok((tag, length)),
        _ => Err(DecodeError::InvalidTag),
    }
}

/// A varint of two or more bytes, out of line; the length is 0 for a bad one. Both come back in registers.
#[inline(never)]
fn long_varint(bytes: &[u8]) -> (u64, usize) {
    varint::read(bytes).unwrap_or((0, 0))
}

/// What is wrong with bytes that do not begin with a varint.
#[cold]
#[inline(never)]
fn bad_varint(bytes: &[u8]) -> DecodeError {
    let all_continue = bytes.iter().all(|byte| *byte >= 0x80);
    if all_continue && bytes.len() < 10 { DecodeError::Truncated } else { DecodeError::InvalidVarint }
}

/// The bytes behind `tag`, if they begin with it in its shortest form, and that is of one or two bytes.
#[cfg_attr(not(debug_assertions), inline(always))]
fn behind_tag(bytes: &[u8], tag: u32) -> Option<&[u8]> {
    match bytes {
        [first, rest @ ..] if tag < 0x80 => (u32::from(*first) == tag).then_some(rest),
        [first, second, rest @ ..] if tag < 0x4000 => {
            (u32::from(*first) == (tag & 0x7f | 0x80) && u32::from(*second) == tag >> 7).then_some(rest)
        }
        _ => None,
    }
}

#[inline(never)]
fn count_run(mut bytes: &[u8], tag: u32, most: usize) -> usize {
    let mut count = 1;
    while count < most {
        let (length, taken) = match *bytes {
            [first, ..] if first < 0x80 => (u64::from(first), 1),
            _ => long_varint(bytes),
        };
        let end = usize::try_from(length).ok().and_then(|length| length.checked_add(taken));
        let behind = end.filter(|_| taken > 0).and_then(|end| bytes.get(end..));
        let Some(next) = behind.and_then(|rest| behind_tag(rest, tag)) else { break };
        bytes = next;
        count += 1;
    }
    count
}

#[inline(never)]
fn share_or_copy(source: Option<&Bytes>, part: &[u8]) -> Bytes {
    match source {
        Some(source) => share(source, part),
        None => Bytes::copy_from_slice(part),
    }
}

/// `part` as a slice of `source`, which it was read from.
fn share(source: &Bytes, part: &[u8]) -> Bytes {
    let start = (part.as_ptr() as usize).wrapping_sub(source.as_ptr() as usize);
    match start.checked_add(part.len()) {
        Some(end) if end <= source.len() => source.slice(start..end),
        _ => Bytes::copy_from_slice(part),
    }
}

#[cfg(test)]
mod tests {
    use super::{Input, Session};

    #[test]
    fn a_cursor_goes_on_behind_what_it_took() {
        let bytes = vec![8, 1, 0x15, 1, 2, 3, 4, 0x1a, 1, b'a', 0x22, 2, 8, 1];
        let session = Session::new(bytes.len(), None);
        let mut input = Input::new(&bytes, &session);
        assert_eq!(input.tag(), Ok(Some(8)));
        assert_eq!(input.varint(), Ok(1));
        assert_eq!(input.tag(), Ok(Some(0x15)));
        assert_eq!(input.array(), Ok([1, 2, 3, 4]));
        assert_eq!(input.tag(), Ok(Some(0x1a)));
        assert_eq!(input.text(), Ok("a"));
        assert!(input.take_tag(0x22));
        let mut nested = input.nested().expect("it is whole");
        assert_eq!(
            (input.tag(), nested.tag(), nested.varint(), nested.tag()),
            (Ok(None), Ok(Some(8)), Ok(1), Ok(None))
        );
    }
}
