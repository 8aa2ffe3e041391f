#![no_main]

#[path = "../src/layout.rs"]
#[expect(dead_code, reason = "seeds are written and other targets run with the rest of it")]
mod layout;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| layout::npy(bytes));
