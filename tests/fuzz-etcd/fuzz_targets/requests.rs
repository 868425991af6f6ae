//! Requests of clients, and entries of the log, applied to a store.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| etcd::fuzzing::requests(bytes));
