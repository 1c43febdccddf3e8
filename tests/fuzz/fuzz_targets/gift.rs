#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ascertain::fuzz_text("gift", bytes));
