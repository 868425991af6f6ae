//! Schemas of custom resources, and objects held against them.
#![no_main]

use apimachinery::structural::{Structural, merge_schema};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    // The schema, a zero, and the object.
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let mut next = || parts.next().and_then(|part| serde_json::from_slice::<Value>(part).ok());
    let Some(Ok(schema)) = next().map(|schema| Structural::parse(&schema, "")) else { return };
    let _ = merge_schema(&schema);
    if let Some(Value::Object(mut object)) = next() {
        schema.prune(&mut object);
        schema.fill(&mut object);
        let _ = schema.validate(&Value::Object(object));
    }
});
