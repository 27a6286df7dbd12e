//! Started by libFuzzer; what it does stands in `src/web.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| protocall_fuzz::web::run(data));
