//! Bodies of the JSON gateway.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| etcd::fuzzing::gateway(bytes));
