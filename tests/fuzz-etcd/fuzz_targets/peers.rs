//! Messages of other members, as Raft takes them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| etcd::fuzzing::peers(bytes));
