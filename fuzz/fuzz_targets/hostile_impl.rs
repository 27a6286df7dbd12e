//! Started by libFuzzer; what it does stands in `src/hostile.rs`.
#![no_main]

use protocall_fuzz::hostile;

libfuzzer_sys::fuzz_target!(init: hostile::expect_panics(), |data: &[u8]| hostile::run(data));
