//! Started by libFuzzer; what it does stands in `src/decode.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| protocall_fuzz::decode::run(data));
