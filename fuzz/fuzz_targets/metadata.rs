//! Started by libFuzzer; what it does stands in `src/metadata.rs`.
#![no_main]

use libfuzzer_sys::fuzzer_mutate;
use protocall_fuzz::metadata;
use protocall_fuzz::mutate::mutate;

const PHRASES: &str = include_str!("../phrases/headers.txt");

libfuzzer_sys::fuzz_target!(|data: &[u8]| metadata::run(data));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| {
    mutate(&mut data[..max], size, seed, (0, PHRASES)).unwrap_or_else(|| fuzzer_mutate(data, size, max))
});
