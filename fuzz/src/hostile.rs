//! A message written by hand that keeps no promise: it lies about its length, writes more or less than it says, reads
//! past its end and in odd orders, keeps cursors for later and swaps them, stops early and panics.
//!
//! What the noise decides is done by safe code through public methods. AddressSanitizer watches the memory; what was put
//! must come out, whatever was promised, or the caller's buffer must have refused it with a panic.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};

use protocall::__private_0_1_0::{Input, Output};
use protocall::{DecodeError, Message};

use crate::noise::Noise;

mod reader;
mod writer;

thread_local! {
    static NOISE: RefCell<Noise> = RefCell::default();
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Whether a panic is what may happen now.
    static MAY_PANIC: Cell<bool> = const { Cell::new(false) };
}

/// How deep hostile messages call each other beyond what the codec limits.
const DEEPEST: u32 = 12;

/// The message; what it does is decided by the noise while it does it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hostile {
    /// What it has read, to be looked at when the input is gone.
    kept: Vec<bytes::Bytes>,
}

impl Message for Hostile {
    const NAME: &'static str = "Hostile";

    // Nothing relies on it; a user's impl may have one.
    fn encoded_len(&self) -> usize {
        writer::lie()
    }

    fn put_fields(&self, out: &mut Output<'_>) {
        writer::put(out);
    }

    fn merge_fields(&mut self, input: Input<'_, '_>) -> Result<(), DecodeError> {
        reader::merge(self, input)
    }
}

/// What may not fail, whatever a hostile message does: the codec's unsafe code and what is asserted here.
const MUST_HOLD: [&str; 7] = [
    "wire/input.rs",
    "wire/output.rs",
    "wire/region.rs",
    "wire/text.rs",
    "hostile.rs",
    "hostile/reader.rs",
    "hostile/writer.rs",
];

/// libFuzzer takes every panic for a finding. Those that a hostile message brings upon itself are none.
pub fn expect_panics() {
    let finding = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let file = info.location().map_or("", |location| location.file());
        // That is how a length near `usize::MAX` ends.
        let is_overflow = info.payload_as_str() == Some("capacity overflow");
        if !MAY_PANIC.get() || MUST_HOLD.iter().any(|own| file.ends_with(own)) && !is_overflow {
            finding(info);
        }
    }));
}

/// What the target does with an input.
pub fn run(data: &[u8]) {
    NOISE.set(Noise::new(data));
    DEPTH.set(0);
    while !NOISE.with_borrow(Noise::is_used_up) {
        match noise(Noise::bool) {
            true => reader::read(),
            false => writer::write(),
        }
    }
}

fn noise<T>(draw: impl FnOnce(&mut Noise) -> T) -> T {
    NOISE.with_borrow_mut(draw)
}

/// One level deeper, if that is not too deep.
fn deeper(act: impl FnOnce()) {
    let depth = DEPTH.get();
    if depth < DEEPEST {
        DEPTH.set(depth + 1);
        act();
        DEPTH.set(depth);
    }
}

/// Panics on purpose, which no hook hears.
fn give_up() -> ! {
    panic::resume_unwind(Box::new(()))
}

/// Does what may panic; `None` if it did.
fn survived<T>(act: impl FnOnce() -> T) -> Option<T> {
    let (depth, before) = (DEPTH.get(), MAY_PANIC.replace(true));
    let result = panic::catch_unwind(AssertUnwindSafe(act)).ok();
    MAY_PANIC.set(before);
    DEPTH.set(depth);
    result
}
