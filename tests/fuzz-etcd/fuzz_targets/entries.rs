//! Entries of the log, messages of other members, members and rules as they are kept.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| etcd::fuzzing::entries(bytes));
