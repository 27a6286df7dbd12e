//! Started by libFuzzer; what it does stands in `src/http2.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| protocall_fuzz::http2::run(data));
