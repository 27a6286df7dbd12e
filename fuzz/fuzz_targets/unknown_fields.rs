//! Started by libFuzzer; what it does stands in `src/unknown.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| protocall_fuzz::unknown::run(data));
