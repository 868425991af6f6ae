//! Beginnings of HTTP/2 connections.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| etcd::fuzzing::connection(bytes));
