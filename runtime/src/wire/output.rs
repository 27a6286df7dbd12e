//! The writer that encoding puts into: one region, filled from its back to its front. Called by every kind and shape;
//! `region` makes the writers.
//!
//! Back to front means that a nested message is written before its length, which is then known: no pass for the sizes,
//! none of them kept. When its region is full, a writer goes on in a larger one, or lets go of what it wrote and goes on
//! counting.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

use super::{varint_len, wire_type};

/// A value of so many bytes is not written on trial: to move it twice costs more than to walk the message twice.
const WEIGHTY: usize = 16 * 1024;

/// A writer that is filled from the back.
#[derive(Debug)]
pub struct Output<'a> {
    /// Invariant: `start..end` is one region, writable for `'a`, and `cursor..end` of it is initialised.
    start: *mut u8,
    cursor: *mut u8,
    end: *mut u8,
    /// The address of `end`, plus the bytes that were let go.
    origin: usize,
    /// Owns the region once the caller's has been outgrown.
    spilled: Vec<MaybeUninit<u8>>,
    /// Whether a full region is let go of, rather than outgrown.
    counts: bool,
    /// Whether bytes were let go: the rest needs to be counted only.
    counting: bool,
    deterministic: bool,
    region: PhantomData<&'a mut [MaybeUninit<u8>]>,
}

impl<'a> Output<'a> {
    /// A writer that moves to a larger region of its own when this one is full.
    pub(super) fn growing(region: &'a mut [MaybeUninit<u8>]) -> Self {
        let range = region.as_mut_ptr_range();
        let end = range.end.cast::<u8>();
        Self {
            start: range.start.cast(),
            cursor: end,
            end,
            origin: end as usize,
            spilled: Vec::new(),
            counts: false,
            counting: false,
            deterministic: false,
            region: PhantomData,
        }
    }

    /// A writer that lets go of what it wrote when this region is full, and counts.
    pub(super) fn trying(region: &'a mut [MaybeUninit<u8>]) -> Self {
        Self { counts: true, ..Self::growing(region) }
    }

    /// A writer that counts from the start; the region is what it works in.
    pub(super) fn counting(region: &'a mut [MaybeUninit<u8>]) -> Self {
        Self { counting: true, ..Self::trying(region) }
    }

    /// Asks for the same bytes for equal messages: maps are written in the order of their keys.
    pub(crate) fn set_deterministic(&mut self) {
        self.deterministic = true;
    }

    /// Whether equal messages must give the same bytes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn is_deterministic(&self) -> bool {
        self.deterministic
    }

    /// Whether only the number of bytes matters from here on.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn is_counting(&self) -> bool {
        self.counting
    }

    /// Bytes written so far. A nested message asks twice: the difference is its length.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn written(&self) -> usize {
        self.origin.wrapping_sub(self.cursor as usize)
    }

    /// Bytes that still fit.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn room(&self) -> usize {
        debug_assert!(self.start <= self.cursor && self.cursor <= self.end, "the cursor left its region");
        self.cursor as usize - self.start as usize
    }

    /// Moves the cursor `count` bytes to the front, and returns it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn claim(&mut self, count: usize) -> *mut u8 {
        if self.room() < count {
            self.make_room(count);
        }
        // SAFETY: `start..cursor` holds at least `count` bytes: it did, or `make_room` has made sure of it.
        self.cursor = unsafe { self.cursor.sub(count) };
        self.assert_in_region();
        self.cursor
    }

    /// The invariant, as far as it can be asked for.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn assert_in_region(&self) {
        debug_assert!(self.start <= self.cursor && self.cursor <= self.end, "the cursor has left its region");
        debug_assert!(
            self.spilled.is_empty() || self.spilled.as_ptr_range().start.cast() == self.start.cast_const(),
            "the region is not the one that the writer owns"
        );
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self, count: usize) {
        if self.counts {
            self.count(0);
        }
        if self.room() < count {
            self.grow(count);
        }
    }

    /// Lets go of what the region holds, and counts `more` bytes beside it.
    #[cold]
    pub(crate) fn count(&mut self, more: usize) {
        self.counting = true;
        let held = self.end as usize - self.cursor as usize;
        self.origin = self.origin.wrapping_add(held).wrapping_add(more);
        self.cursor = self.end;
    }

    /// Moves what the region holds to the back of one with room for `count` more bytes.
    fn grow(&mut self, count: usize) {
        let held = self.end as usize - self.cursor as usize;
        let gone = self.written() - held;
        let needed = held.checked_add(count).and_then(usize::checked_next_power_of_two);
        // On a 32-bit machine no power of two is left above 2 GiB: then this is the panic of a `Vec` too large.
        let mut larger = vec![MaybeUninit::uninit(); needed.unwrap_or(usize::MAX).max(256)];
        let range = larger.as_mut_ptr_range();
        self.start = range.start.cast();
        self.end = range.end.cast();
        self.origin = (self.end as usize).wrapping_add(gone);
        // SAFETY: the new region is larger than `held`; the old one holds as many initialised bytes from `cursor` on,
        // and the two are different allocations.
        unsafe {
            let cursor = self.end.sub(held);
            std::ptr::copy_nonoverlapping(self.cursor, cursor, held);
            self.cursor = cursor;
        }
        self.spilled = larger;
        self.assert_in_region();
    }

    /// Puts `bytes` in front of what is written.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn put_slice(&mut self, bytes: &[u8]) {
        if self.counts && self.room() < bytes.len() {
            return self.count(bytes.len());
        }
        let target = self.claim(bytes.len());
        // SAFETY: `claim` returned room for as many bytes, in a region that only the writer can reach.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len()) }
    }

    /// Puts a field of bytes: its tag, their number and the bytes.
    // Out of line: the commonest field of all, and the longest to spell out.
    #[inline(never)]
    pub fn put_bytes(&mut self, number: u32, bytes: &[u8]) {
        if self.counts && bytes.len() >= WEIGHTY {
            self.count(bytes.len());
        } else {
            self.put_slice(bytes);
        }
        self.put_varint(bytes.len() as u64);
        self.put_tag(number, wire_type::LENGTH);
    }

    /// Puts a field of a varint.
    // Out of line, and both at once where both are short: next to these two stores the checks are all there is.
    #[inline(never)]
    pub fn put_number(&mut self, tag: u32, value: u64) {
        if tag < 0x80 && value < 0x80 {
            let target = self.claim(2);
            // SAFETY: `claim` returned room for two bytes.
            return unsafe { target.cast::<[u8; 2]>().write_unaligned([tag as u8, value as u8]) };
        }
        self.put_any_varint(value);
        self.put_short_varint(tag);
    }

    /// Puts a field of a fixed width.
    #[inline(never)]
    pub fn put_fixed<const N: usize>(&mut self, tag: u32, value: [u8; N]) {
        let target = self.claim(N);
        // SAFETY: `claim` returned room for `N` bytes.
        unsafe { target.cast::<[u8; N]>().write_unaligned(value) }
        self.put_short_varint(tag);
    }

    /// Puts a varint.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn put_varint(&mut self, value: u64) {
        if value < 0x80 {
            let target = self.claim(1);
            // SAFETY: `claim` returned room for one byte.
            return unsafe { target.write(value as u8) };
        }
        self.put_long_varint(value);
    }

    /// Puts a varint of two or more bytes.
    #[inline(never)]
    fn put_long_varint(&mut self, value: u64) {
        self.put_any_varint(value);
    }

    /// Puts a varint whose length is no one's guess: those of a packed field stand one behind the other.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn put_any_varint(&mut self, mut value: u64) {
        let length = varint_len(value);
        let mut target = self.claim(length);
        for _ in 1..length {
            // SAFETY: `claim` returned room for `length` bytes, and the loop writes one less.
            unsafe {
                target.write(value as u8 | 0x80);
                target = target.add(1);
            }
            value >>= 7;
        }
        // SAFETY: the last of the `length` bytes.
        unsafe { target.write(value as u8) }
    }

    /// Puts the tag of the field `number`. With a constant number this is one comparison and one or two stores.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn put_tag(&mut self, number: u32, wire_type: u32) {
        self.put_short_varint(number << 3 | wire_type);
    }

    /// Puts a varint that is known when the program is compiled, as tags are: no call and no loop.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put_short_varint(&mut self, value: u32) {
        match value {
            0..0x80 => self.put_varint(value.into()),
            0x80..0x4000 => {
                let target = self.claim(2);
                // SAFETY: `claim` returned room for two bytes.
                unsafe { target.cast::<[u8; 2]>().write([value as u8 | 0x80, (value >> 7) as u8]) }
            }
            _ => self.put_long_varint(value.into()),
        }
    }

    /// What was written, unless some of it was let go.
    pub(super) fn as_slice(&self) -> Option<&[u8]> {
        let held = self.end as usize - self.cursor as usize;
        self.assert_in_region();
        // SAFETY: the invariant: `cursor..end` is initialised.
        let bytes = unsafe { std::slice::from_raw_parts(self.cursor, held) };
        (!self.counting).then_some(bytes)
    }

    /// Whether the caller's region is filled from its first to its last byte.
    pub(super) fn fills_region(&self) -> bool {
        self.spilled.is_empty() && !self.counting && self.cursor == self.start
    }
}
