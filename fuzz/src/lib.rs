//! What the fuzz targets do with the bytes that libFuzzer gives them: one module each, called by `fuzz_targets/`.
//!
//! How to run them stands in the manifest. No module here holds `unsafe`: what is examined is whether the codec can be
//! made to misbehave from safe code and from foreign bytes.
#![deny(unsafe_code)]

pub mod decode;
mod draw;
mod extended;
pub mod hostile;
mod noise;
pub mod round_trip;
mod schema;
pub mod seed;
mod shown;
mod specification;
pub mod unknown;
