//! Bodies of requests: JSON and protobuf of every kind.
#![no_main]

use apimachinery::kinds::KINDS;
use apimachinery::{protobuf, strict, typed, unreadable};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let parsed = strict::parse(bytes);
    let wrong = unreadable::syntax_error(bytes);
    assert!(parsed.is_err() || wrong.is_none(), "{wrong:?} with what was read");
    for kind in KINDS {
        let gvk = (kind.group, kind.version, kind.kind);
        if let Ok(value) = protobuf::decode(bytes, gvk) {
            let _ = protobuf::encode(&value, gvk);
        }
        if let Ok((value, _)) = &parsed {
            let _ = unreadable::type_error(value, gvk);
            let mut value = value.clone();
            if typed::settle(&mut value, gvk).changed {
                assert!(!typed::settle(&mut value, gvk).changed, "settled once is settled");
            }
        }
        if let Ok(object) = (kind.decode)(bytes) {
            let text = object.encode();
            let again = (kind.decode)(&text).expect("what was written is read");
            assert_eq!(again.encode(), text);
        }
    }
});
