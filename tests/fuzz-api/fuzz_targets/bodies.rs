//! Bodies of requests: JSON and protobuf of every kind.
#![no_main]

use apimachinery::kinds::KINDS;
use apimachinery::{protobuf, strict};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = strict::parse(bytes);
    for kind in KINDS {
        let gvk = (kind.group, kind.version, kind.kind);
        if let Ok(value) = protobuf::decode(bytes, gvk) {
            let _ = protobuf::encode(&value, gvk);
        }
        if let Ok(object) = (kind.decode)(bytes) {
            let text = object.encode();
            let again = (kind.decode)(&text).expect("what was written is read");
            assert_eq!(again.encode(), text);
        }
    }
});
