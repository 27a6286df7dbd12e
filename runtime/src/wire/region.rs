//! Where encoding writes to: regions for the writer, and what becomes of them. Called by `message` and `grpc`.
//!
//! A message is written once, into a scratch region that stays with the thread, and copied from there: its length is
//! known when it is written. One that the scratch region does not hold is counted to its end, and written a second time,
//! then into its place.

use std::cell::Cell;
use std::mem::MaybeUninit;

use bytes::BufMut;

use super::{EncodeError, Output};

/// What writes: called once, or twice with the same result.
pub(crate) type Put<'a> = &'a mut dyn FnMut(&mut Output<'_>);

/// The most that a thread's scratch region holds. Copying more costs more than counting.
const SCRATCH: usize = 256 * 1024;

/// Holds almost every message; larger ones make the scratch region grow.
const FIRST_SCRATCH: usize = 4 * 1024;

thread_local! {
    /// Empty; its capacity is the scratch region. Taken while it is in use, so that a message that encodes another one
    /// finds none, and makes its own.
    static OF_THREAD: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Gives what `put` writes to `take`, or only its length where the scratch region does not hold it.
fn written<R>(put: Put<'_>, take: impl FnOnce(Result<&[u8], usize>) -> R) -> R {
    // There is none while the thread ends, which is no reason to fail.
    let mut scratch = OF_THREAD.try_with(Cell::take).unwrap_or_default();
    if scratch.capacity() == 0 {
        scratch.reserve_exact(FIRST_SCRATCH);
    }
    let mut out = Output::trying(scratch.spare_capacity_mut());
    put(&mut out);
    let length = out.written();
    let result = take(out.as_slice().ok_or(length));
    if length > scratch.capacity() && length <= SCRATCH {
        scratch = Vec::with_capacity(length.next_power_of_two());
    }
    // Where it fails, the thread ends.
    let _ = OF_THREAD.try_with(|kept| kept.set(scratch));
    result
}

/// Bytes that `put` writes.
pub(crate) fn count(put: Put<'_>) -> usize {
    let mut region = [MaybeUninit::uninit(); 256];
    let mut out = Output::counting(&mut region);
    put(&mut out);
    out.written()
}

/// What `put` writes, in one allocation of the exact size.
pub(crate) fn to_vec(put: Put<'_>) -> Vec<u8> {
    let length = match written(put, |written| written.map(<[u8]>::to_vec)) {
        Ok(bytes) => return bytes,
        Err(length) => length,
    };
    let mut bytes = Vec::with_capacity(length);
    append_exactly(&mut bytes, length, put);
    bytes
}

/// Appends to `buffer` what `put` writes: how many bytes.
///
/// # Errors
/// The number of bytes, where they are more than `limit`; nothing is appended then.
pub(crate) fn append(buffer: &mut Vec<u8>, limit: usize, put: Put<'_>) -> Result<usize, usize> {
    let length = written(put, |written| match written {
        Ok(bytes) if bytes.len() <= limit => {
            // A `Vec` rounds the first growth up.
            if buffer.capacity() == 0 {
                buffer.reserve_exact(bytes.len());
            }
            buffer.extend_from_slice(bytes);
            Ok(bytes.len())
        }
        Ok(bytes) => Err(bytes.len()),
        Err(length) => Err(length),
    });
    match length {
        Err(length) if length <= limit => {
            buffer.reserve_exact(length);
            append_exactly(buffer, length, put);
            Ok(length)
        }
        other => other,
    }
}

/// Puts into `buffer` what `put` writes, where it fits.
///
/// # Errors
/// When it is more than `limit` or than the buffer takes; nothing is put then.
pub(crate) fn write_into(buffer: &mut impl BufMut, limit: usize, put: Put<'_>) -> Result<(), EncodeError> {
    let remaining = buffer.remaining_mut();
    let fits = |required: usize| match required {
        _ if required > limit => Err(EncodeError::TooLarge { required }),
        _ if required > remaining => Err(EncodeError::InsufficientCapacity { required, remaining }),
        _ => Ok(()),
    };
    let length = written(put, |written| match written {
        Ok(bytes) => fits(bytes.len()).map(|()| {
            buffer.put_slice(bytes);
            None
        }),
        Err(length) => fits(length).map(|()| Some(length)),
    })?;
    if let Some(length) = length {
        write_exactly(buffer, length, put);
    }
    Ok(())
}

/// Appends to `buffer` what `put` writes, which should be `length` bytes.
///
/// Where `put` writes more or less than it should, the result is the same at the price of a copy.
fn append_exactly(buffer: &mut Vec<u8>, length: usize, put: Put<'_>) {
    buffer.reserve(length);
    let before = buffer.len();
    // `reserve` may give more than it was asked for; the region must end where the message should.
    let Some(region) = buffer.spare_capacity_mut().get_mut(..length) else { return };
    let mut out = Output::growing(region);
    put(&mut out);
    if out.fills_region() {
        // SAFETY: `length` bytes behind `before` are reserved, and were just filled from the last to the first.
        unsafe { buffer.set_len(before + length) }
    } else {
        let written = out.as_slice().map(<[u8]>::to_vec).unwrap_or_default();
        buffer.extend_from_slice(&written);
    }
}

/// Puts into `buffer`, which has room for them, what `put` writes, which should be `length` bytes: in place where
/// the buffer's next chunk takes them all, else by way of a buffer of their own.
fn write_exactly(buffer: &mut impl BufMut, length: usize, put: Put<'_>) {
    // SAFETY: the slice is only written to through `Output`, which writes initialised bytes.
    let chunk = unsafe { buffer.chunk_mut().as_uninit_slice_mut() };
    if let Some(region) = chunk.get_mut(..length) {
        let mut out = Output::growing(region);
        put(&mut out);
        if out.fills_region() {
            // SAFETY: the first `length` bytes of the chunk were just filled.
            return unsafe { buffer.advance_mut(length) };
        }
        let written = out.as_slice().map(<[u8]>::to_vec).unwrap_or_default();
        return put_what_fits(buffer, &written);
    }
    let mut apart = Vec::new();
    append_exactly(&mut apart, length, put);
    put_what_fits(buffer, &apart);
}

/// A message that changes between two passes is wrong in any case, but must not make the buffer panic.
fn put_what_fits(buffer: &mut impl BufMut, bytes: &[u8]) {
    let fitting = bytes.len().min(buffer.remaining_mut());
    buffer.put_slice(bytes.get(..fitting).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use bytes::BufMut;

    use super::{append, append_exactly, count, to_vec, write_exactly, write_into};
    use crate::wire::{EncodeError, Output, varint};

    #[test]
    fn what_is_put_first_stands_last() {
        let mut buffer = b"head ".to_vec();
        let mut put = |out: &mut Output<'_>| {
            out.put_slice(b"cd");
            out.put_varint(300);
        };
        assert_eq!(append(&mut buffer, 4, &mut put), Ok(4));
        assert_eq!(buffer, b"head \xac\x02cd");
        assert_eq!(append(&mut buffer, 3, &mut put), Err(4));
        assert_eq!(buffer.len(), 9);
        assert_eq!((count(&mut put), to_vec(&mut put)), (4, b"\xac\x02cd".to_vec()));
    }

    #[test]
    fn a_length_that_lies_costs_a_copy_and_nothing_else() {
        for promised in [0, 1, 5, 6, 7, 600, 5000] {
            let mut buffer = vec![9];
            append_exactly(&mut buffer, promised, &mut |out| {
                for byte in (0..6).rev() {
                    out.put_slice(&[byte]);
                }
            });
            assert_eq!(buffer, [9, 0, 1, 2, 3, 4, 5], "{promised}");
            let mut fixed = [7u8; 8];
            write_exactly(&mut &mut fixed[..], promised, &mut |out| out.put_slice(b"abcdef"));
            assert_eq!(&fixed[..6], b"abcdef", "{promised}");
        }
    }

    #[test]
    fn a_message_that_changes_between_two_passes_is_cut_to_the_room_there_is() {
        // More than any scratch region holds; for Miri, to which each byte is work, more than the first one does.
        let size = if cfg!(miri) { 5_000 } else { 300_000 };
        let mut passes = 0;
        let mut put = |out: &mut Output<'_>| {
            passes += 1;
            out.put_slice(&vec![passes; size * usize::from(passes)]);
        };
        let mut fixed = vec![0; size + size / 2];
        let room = fixed.len();
        assert_eq!(write_into(&mut (&mut fixed[..]).limit(room), usize::MAX, &mut put), Ok(()));
        assert_eq!(fixed, vec![2; room]);
    }

    #[test]
    fn sizes_around_those_of_the_scratch_region() {
        // Miri takes a thousand times as long.
        let most = if cfg!(miri) { 5000 } else { usize::MAX };
        let lengths = [0, 1, 4095, 4096, 4097, 9000, 262_143, 262_144, 262_145, 600_000];
        for length in lengths.into_iter().filter(|length| *length <= most) {
            let expected: Vec<u8> = (0..length).map(|index| index as u8).collect();
            let mut by_bytes = |out: &mut Output<'_>| {
                expected.iter().rev().for_each(|byte| out.put_slice(&[*byte]));
            };
            // Twice, since the first may have made the region grow.
            for _ in 0..2 {
                assert_eq!(to_vec(&mut by_bytes), expected, "{length}");
            }
            let mut at_once = |out: &mut Output<'_>| out.put_slice(&expected);
            assert_eq!(to_vec(&mut at_once), expected, "{length}");
            assert_eq!((count(&mut by_bytes), count(&mut at_once)), (length, length));
            let mut buffer = vec![1, 2];
            assert_eq!(append(&mut buffer, length, &mut by_bytes), Ok(length));
            assert_eq!(&buffer[2..], expected);
            let mut short = vec![0; length.saturating_sub(1)];
            let short = write_into(&mut &mut short[..], usize::MAX, &mut by_bytes);
            let (required, remaining) = (length, length.saturating_sub(1));
            let refused = Err(EncodeError::InsufficientCapacity { required, remaining });
            assert_eq!(short, if length == 0 { Ok(()) } else { refused });
        }
    }

    #[test]
    fn weighty_values_between_light_ones() {
        let sizes = [0, 3, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 70_000];
        let sizes = || sizes.into_iter().filter(|size| !cfg!(miri) || *size < 17_000);
        let mut expected = Vec::new();
        for size in sizes() {
            expected.extend(to_vec(&mut |out| out.put_varint(size as u64 + 300)));
            let mut length = to_vec(&mut |out| out.put_varint(size as u64));
            length.insert(0, 3 << 3 | 2);
            expected.extend(length);
            expected.extend(vec![7; size]);
        }
        let mut put = |out: &mut Output<'_>| {
            for size in sizes().collect::<Vec<_>>().into_iter().rev() {
                out.put_bytes(3, &vec![7; size]);
                out.put_varint(size as u64 + 300);
            }
        };
        for _ in 0..2 {
            assert!(to_vec(&mut put) == expected);
            let mut buffer = vec![1];
            assert_eq!(append(&mut buffer, expected.len(), &mut put), Ok(expected.len()));
            assert!(buffer[1..] == expected);
            let short = append(&mut buffer, expected.len() - 1, &mut put);
            assert_eq!((short, buffer.len()), (Err(expected.len()), 1 + expected.len()));
        }
    }

    #[test]
    fn a_writer_within_a_writer() {
        let inner = |byte: u8| to_vec(&mut |out| out.put_slice(&[byte; 5]));
        assert_eq!(
            to_vec(&mut |out| (b'a'..b'c').for_each(|byte| out.put_slice(&inner(byte)))),
            b"bbbbbaaaaa"
        );
    }

    #[test]
    fn growth_keeps_what_is_written() {
        let mut buffer = Vec::new();
        append_exactly(&mut buffer, 0, &mut |out| {
            for index in (0..2000u32).rev() {
                out.put_slice(&index.to_le_bytes());
            }
        });
        let expected: Vec<u8> = (0..2000u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(buffer, expected);
    }

    #[test]
    fn varints_and_tags_of_every_length() {
        for bits in 0..64 {
            for value in [1u64 << bits, (1u64 << bits) - 1, u64::MAX >> bits] {
                let bytes = to_vec(&mut |out| out.put_varint(value));
                assert_eq!(varint::read(&bytes), Some((value, bytes.len())));
                assert_eq!(to_vec(&mut |out| out.put_any_varint(value)), bytes);
                let number = (value & 0x1fff_ffff) as u32;
                let bytes = to_vec(&mut |out| out.put_tag(number, 5));
                assert_eq!(varint::read(&bytes), Some((u64::from(number << 3 | 5), bytes.len())));
            }
        }
    }
}
