//! Started by libFuzzer; what it does stands in `src/round_trip.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| protocall_fuzz::round_trip::run(data));
