//! What the fuzz targets do with the bytes that libFuzzer gives them: one module each, called by `fuzz_targets/`.
//!
//! How to run them stands in the manifest. No module here holds `unsafe` but the allocator that counts: what is examined
//! is whether the runtime can be made to misbehave from safe code and from foreign bytes.
#![deny(unsafe_code)]

mod answered;
mod base64;
pub mod decode;
mod draw;
mod echo;
mod extended;
pub mod frame;
mod frames;
#[allow(unsafe_code)]
mod heap;
pub mod hostile;
pub mod http2;
pub mod json;
mod lines;
pub mod metadata;
pub mod mutate;
mod noise;
mod pieces;
mod place;
pub mod proto;
pub mod round_trip;
mod schema;
mod script;
pub mod seed;
mod shown;
mod specification;
pub mod text;
mod traffic;
pub mod unknown;
pub mod web;

#[cfg(test)]
mod tests {
    use super::{hostile, round_trip, seed, unknown};

    /// Small inputs without libFuzzer: for Miri, which sees what AddressSanitizer does not.
    fn each_seed(target: &str, run: fn(&[u8])) {
        for (_, bytes) in seed::of(target).iter().filter(|(_, bytes)| bytes.len() <= 128) {
            run(bytes);
        }
    }

    #[test]
    fn hostile_messages_do_no_harm() {
        hostile::expect_panics();
        each_seed("hostile_impl", hostile::run);
    }

    #[test]
    fn unknown_fields_are_kept() {
        each_seed("unknown_fields", unknown::run);
    }

    #[test]
    fn messages_come_back() {
        each_seed("round_trip", round_trip::run);
    }
}
