//! Started by libFuzzer; what it does stands in `src/frame.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| protocall_fuzz::frame::run(data));
