//! Expressions: parsed, checked, and evaluated within their budget.
#![no_main]

use cel::{Budget, Program, Type, Value, Variables};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let object = json!({"name": "a", "list": [1, 2, 3], "map": {"k": "v"}, "time": "2024-01-01T00:00:00Z"});
    let fields = [
        ("name".to_string(), Type::Text),
        ("list".to_string(), Type::list(Type::Int)),
        ("map".to_string(), Type::map(Type::Text, Type::Text)),
        ("time".to_string(), Type::Timestamp),
    ];
    for kind in [Type::Dyn, Type::object("object", fields)] {
        if let Ok((program, _)) = Program::compile(text, &[("self", kind)]) {
            let mut variables = Variables::new();
            variables.insert("self", Value::from(&object));
            let _ = program.evaluate(&variables, &mut Budget::new(10_000));
        }
    }
});
