//! A string that is put together from short pieces: what JSON is. Called by `json`.
//!
//! `push_str` asks for room, calls `memcpy` and counts, for each piece; the pieces of JSON are a sign, a key, a quote. Here
//! several have one look at the room, and short ones are copied as two words that may overlap.

use std::ptr;

/// Puts `pieces` behind `text`.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn push_all<const N: usize>(text: &mut String, pieces: [&str; N]) {
    // The same piece may stand there often enough for a sum that overflows; no text has room for that.
    let length = pieces.iter().fold(0_usize, |sum, piece| sum.saturating_add(piece.len()));
    text.reserve(length);
    let before = text.len();
    // SAFETY: only whole pieces are added to it, which are UTF-8 each.
    let bytes = unsafe { text.as_mut_vec() };
    // SAFETY: the capacity is at least as large as the length.
    let mut to = unsafe { bytes.as_mut_ptr().add(before) };
    for piece in pieces {
        // SAFETY: `length` bytes of room follow `before`, and the pieces before this one took no more than their own of them.
        // None lies in that room: `text` is borrowed alone.
        unsafe {
            copy(piece.as_bytes(), to);
            to = to.add(piece.len());
        }
    }
    // SAFETY: the room was there, and each byte of it has been written by now.
    unsafe { bytes.set_len(before + length) };
}

/// Copies `from`.
///
/// # Safety
/// There is room for it at `to`, which does not overlap it.
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn copy(from: &[u8], to: *mut u8) {
    let length = from.len();
    // SAFETY: both words of a pair lie within `from`, so within the room, and the chunks are read where they are.
    unsafe {
        if length > 32 {
            ptr::copy_nonoverlapping(from.as_ptr(), to, length);
        } else if let (Some(first), Some(last)) = (from.first_chunk::<16>(), from.last_chunk::<16>()) {
            to.cast::<[u8; 16]>().write_unaligned(*first);
            to.add(length - 16).cast::<[u8; 16]>().write_unaligned(*last);
        } else if let (Some(first), Some(last)) = (from.first_chunk::<8>(), from.last_chunk::<8>()) {
            to.cast::<[u8; 8]>().write_unaligned(*first);
            to.add(length - 8).cast::<[u8; 8]>().write_unaligned(*last);
        } else if let (Some(first), Some(last)) = (from.first_chunk::<4>(), from.last_chunk::<4>()) {
            to.cast::<[u8; 4]>().write_unaligned(*first);
            to.add(length - 4).cast::<[u8; 4]>().write_unaligned(*last);
        } else if let (Some(first), Some(last)) = (from.first_chunk::<2>(), from.last_chunk::<2>()) {
            to.cast::<[u8; 2]>().write_unaligned(*first);
            to.add(length - 2).cast::<[u8; 2]>().write_unaligned(*last);
        } else if let [byte] = from {
            to.write(*byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::push_all;

    #[test]
    fn pieces_of_every_length_stand_behind_one_another() {
        let all: String = ('a'..='z').cycle().take(100).collect();
        for length in 0..=all.len() {
            let (first, last) = all.split_at(length);
            for room in [0, 1, 2 * length, 500] {
                let mut text = String::with_capacity(room);
                push_all(&mut text, ["\u{e4}", first, "", ",", last]);
                push_all(&mut text, [first]);
                assert_eq!(text, ["\u{e4}", first, ",", last, first].concat());
            }
        }
    }

    #[test]
    fn no_pieces_are_nothing() {
        let mut text = "before".to_owned();
        push_all(&mut text, []);
        push_all(&mut text, ["", ""]);
        assert_eq!(text, "before");
    }
}
