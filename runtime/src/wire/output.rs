//! The writer that encoding puts into: one region, filled from its back to its front. Called by every kind and shape.
//!
//! Back to front means that a nested message is written before its length, which is then known: no pass per level,
//! no kept sizes. The region is as large as the message said that it would be; one that said too little is not
//! trusted, the writer moves to a larger region of its own.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

use bytes::BufMut;

use super::varint_len;

/// A writer that is filled from the back.
#[derive(Debug)]
pub struct Output<'a> {
    /// Invariant: `start..end` is one region, writable for `'a`, and `cursor..end` of it is initialised.
    start: *mut u8,
    cursor: *mut u8,
    end: *mut u8,
    /// Owns the region once the caller's has been outgrown.
    spilled: Vec<MaybeUninit<u8>>,
    deterministic: bool,
    region: PhantomData<&'a mut [MaybeUninit<u8>]>,
}

impl<'a> Output<'a> {
    fn new(region: &'a mut [MaybeUninit<u8>]) -> Self {
        let range = region.as_mut_ptr_range();
        let end = range.end.cast();
        Self {
            start: range.start.cast(),
            cursor: end,
            end,
            spilled: Vec::new(),
            deterministic: false,
            region: PhantomData,
        }
    }

    /// Asks for the same bytes for equal messages: maps are written in the order of their keys.
    pub(crate) fn set_deterministic(&mut self) {
        self.deterministic = true;
    }

    /// Whether equal messages must give the same bytes.
    #[inline(always)]
    pub fn is_deterministic(&self) -> bool {
        self.deterministic
    }

    /// Bytes written so far. A nested message asks twice: the difference is its length.
    #[inline(always)]
    pub fn written(&self) -> usize {
        self.end as usize - self.cursor as usize
    }

    /// Moves the cursor `count` bytes to the front, and returns it.
    #[inline(always)]
    fn claim(&mut self, count: usize) -> *mut u8 {
        if (self.cursor as usize - self.start as usize) < count {
            self.grow(count);
        }
        // SAFETY: `grow` has made sure that `start..cursor` holds at least `count` bytes.
        self.cursor = unsafe { self.cursor.sub(count) };
        self.assert_in_region();
        self.cursor
    }

    /// The invariant, as far as it can be asked for.
    #[inline(always)]
    fn assert_in_region(&self) {
        debug_assert!(self.start <= self.cursor && self.cursor <= self.end, "the cursor has left its region");
        debug_assert!(
            self.spilled.is_empty() || self.spilled.as_ptr_range().start.cast() == self.start.cast_const(),
            "the region is not the one that the writer owns"
        );
    }

    /// Moves what is written to the back of a region with room for `count` more bytes.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, count: usize) {
        let written = self.written();
        let needed = written.checked_add(count).and_then(usize::checked_next_power_of_two);
        // On a 32-bit machine no power of two is left above 2 GiB: then this is the panic of a `Vec` too large.
        let capacity = needed.unwrap_or(usize::MAX).max(256);
        let mut larger = vec![MaybeUninit::uninit(); capacity];
        let range = larger.as_mut_ptr_range();
        self.start = range.start.cast();
        self.end = range.end.cast();
        // SAFETY: the new region is larger than `written`; the old one holds as many initialised bytes from
        // `cursor` on, and the two are different allocations.
        unsafe {
            let cursor = self.end.sub(written);
            std::ptr::copy_nonoverlapping(self.cursor, cursor, written);
            self.cursor = cursor;
        }
        self.spilled = larger;
        self.assert_in_region();
    }

    /// Puts `bytes` in front of what is written.
    #[inline(always)]
    pub fn put_slice(&mut self, bytes: &[u8]) {
        let target = self.claim(bytes.len());
        // SAFETY: `claim` returned room for as many bytes, in a region that only the writer can reach.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len()) }
    }

    /// Puts a varint.
    #[inline(always)]
    pub fn put_varint(&mut self, mut value: u64) {
        if value < 0x80 {
            let target = self.claim(1);
            // SAFETY: `claim` returned room for one byte.
            return unsafe { target.write(value as u8) };
        }
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
    #[inline(always)]
    pub fn put_tag(&mut self, number: u32, wire_type: u32) {
        self.put_varint(u64::from(number << 3 | wire_type));
    }

    fn as_slice(&self) -> &[u8] {
        self.assert_in_region();
        // SAFETY: the invariant: `cursor..end` is initialised.
        unsafe { std::slice::from_raw_parts(self.cursor, self.written()) }
    }

    /// Whether the caller's region is filled from its first to its last byte.
    fn fills_region(&self) -> bool {
        self.spilled.is_empty() && self.cursor == self.start
    }
}

/// Appends to `buffer` what `put` writes, which should be `length` bytes.
///
/// One allocation at the most, and no copy. Where `put` writes more or less than it should, the result is the same
/// at the price of a copy.
pub(crate) fn append(buffer: &mut Vec<u8>, length: usize, put: &mut dyn FnMut(&mut Output<'_>)) {
    buffer.reserve(length);
    let before = buffer.len();
    // `reserve` may give more than it was asked for; the region must end where the message should.
    let Some(region) = buffer.spare_capacity_mut().get_mut(..length) else { return };
    let mut out = Output::new(region);
    put(&mut out);
    if out.fills_region() {
        // SAFETY: `length` bytes behind `before` are reserved, and were just filled from the last to the first.
        unsafe { buffer.set_len(before + length) }
    } else {
        let written = out.as_slice().to_vec();
        buffer.extend_from_slice(&written);
    }
}

/// Puts into `buffer`, which has room for them, what `put` writes, which should be `length` bytes: in place where
/// the buffer's next chunk takes them all, else by way of a buffer of their own.
pub(crate) fn write_into(buffer: &mut impl BufMut, length: usize, put: &mut dyn FnMut(&mut Output<'_>)) {
    // SAFETY: the slice is only written to through `Output`, which writes initialised bytes.
    let chunk = unsafe { buffer.chunk_mut().as_uninit_slice_mut() };
    if let Some(region) = chunk.get_mut(..length) {
        let mut out = Output::new(region);
        put(&mut out);
        if out.fills_region() {
            // SAFETY: the first `length` bytes of the chunk were just filled.
            return unsafe { buffer.advance_mut(length) };
        }
        let written = out.as_slice().to_vec();
        return buffer.put_slice(&written);
    }
    let mut apart = Vec::new();
    append(&mut apart, length, put);
    buffer.put_slice(&apart);
}

#[cfg(test)]
mod tests {
    use super::{append, write_into};

    #[test]
    fn what_is_put_first_stands_last() {
        let mut buffer = b"head ".to_vec();
        append(&mut buffer, 4, &mut |out| {
            out.put_slice(b"cd");
            out.put_varint(300);
        });
        assert_eq!(buffer, b"head \xac\x02cd");
    }

    #[test]
    fn a_length_that_lies_costs_a_copy_and_nothing_else() {
        for promised in [0, 1, 5, 6, 7, 600, 5000] {
            let mut buffer = vec![9];
            append(&mut buffer, promised, &mut |out| {
                for byte in (0..6).rev() {
                    out.put_slice(&[byte]);
                }
            });
            assert_eq!(buffer, [9, 0, 1, 2, 3, 4, 5], "{promised}");
            let mut fixed = [7u8; 8];
            write_into(&mut &mut fixed[..], promised, &mut |out| out.put_slice(b"abcdef"));
            assert_eq!(&fixed[..6], b"abcdef", "{promised}");
        }
    }

    #[test]
    fn growth_keeps_what_is_written() {
        let mut buffer = Vec::new();
        append(&mut buffer, 0, &mut |out| {
            for index in (0..2000u32).rev() {
                out.put_slice(&index.to_le_bytes());
            }
        });
        let expected: Vec<u8> = (0..2000u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(buffer, expected);
    }

    #[test]
    fn varints_of_every_length() {
        for bits in 0..64 {
            for value in [1u64 << bits, (1u64 << bits) - 1, u64::MAX >> bits] {
                let mut buffer = Vec::new();
                append(&mut buffer, 10, &mut |out| out.put_varint(value));
                assert_eq!(crate::wire::varint::read(&buffer), Some((value, buffer.len())));
            }
        }
    }
}
