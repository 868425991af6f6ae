//! Patches of all kinds, on any object.
#![no_main]

use apimachinery::patch::{PatchType, apply};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    // The object, a zero, and the patch.
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let mut next = || parts.next().and_then(|part| serde_json::from_slice::<Value>(part).ok());
    let (Some(object), Some(patch)) = (next(), next()) else { return };
    for kind in [PatchType::Json, PatchType::Merge, PatchType::Strategic] {
        let _ = apply(kind, &mut object.clone(), patch.clone(), ("apps", "v1", "Deployment"));
    }
});
