#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| family_context_fuzz::run("compare_names", bytes));
