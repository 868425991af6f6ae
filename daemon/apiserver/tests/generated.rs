//! Makes `src/generated/openapi.txt` from the published OpenAPI documents, and checks that the
//! committed file is what it makes. `KADM_GENERATE=1` writes it.
//!
//! The file tells the structure of every type of the stable versions; what the fields are for
//! comes from the types themselves. One line each:
//!
//! - `@type <name>` begins a type, followed by `atomic` where its map is; `@gvk <group> <version>
//!   <kind>` tells what it is a kind of, `@union <JSON>` which fields exclude each other, `@raw
//!   <JSON>` the schema of a type without fields.
//! - `<field> <shape> <mark>…` is a field. Shapes: `s` text, `y` bytes, `b` boolean, `i32`, `i64`,
//!   `d` a number, `o` an object, `&<type>` (`&~<name>`: of the same package), `[<shape>` a list,
//!   `{<shape>` a map. Marks: `*` it is required, `+<list type>` and `:<keys>`, `^<patch strategy>`
//!   and `%<patch merge key>`, `#<map type>`, and at the end `=<JSON>`, the default.

mod published;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use published::reference;
use serde_json::{Map, Value, json};

/// Kinds that belong to every group: which, depends on the document.
const EVERYWHERE: [&str; 2] = ["DeleteOptions", "WatchEvent"];

#[test]
fn types_are_current() {
    let Some(reference) = reference() else { return };
    let mut types: BTreeMap<String, Value> = BTreeMap::new();
    for file in std::fs::read_dir(reference.join("openapi/v3")).expect("openapi/v3") {
        let path = file.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.contains("alpha") || name.contains("beta") {
            continue;
        }
        let document: Value = serde_json::from_slice(&std::fs::read(&path).expect("readable")).expect("JSON");
        for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
            types.insert(name.clone(), schema.clone());
        }
    }
    let mut out = String::new();
    for (name, schema) in &types {
        let _ = write!(out, "@type {name}");
        if schema["x-kubernetes-map-type"] == "atomic" {
            out.push_str(" atomic");
        }
        out.push('\n');
        let everywhere = EVERYWHERE.iter().any(|kind| name.ends_with(&format!(".meta.v1.{kind}")));
        for gvk in schema["x-kubernetes-group-version-kind"].as_array().into_iter().flatten() {
            let part = |part: &str| gvk[part].as_str().unwrap_or_default();
            let group = if part("group").is_empty() { "-" } else { part("group") };
            if !everywhere {
                let _ = writeln!(out, "@gvk {group} {} {}", part("version"), part("kind"));
            }
        }
        if let Some(union) = schema.get("x-kubernetes-unions") {
            let _ = writeln!(out, "@union {union}");
        }
        let Some(fields) = schema["properties"].as_object() else {
            let mut raw = schema.as_object().cloned().unwrap_or_default();
            for known in ["description", "x-kubernetes-map-type", "x-kubernetes-group-version-kind"] {
                raw.shift_remove(known);
            }
            let _ = writeln!(out, "@raw {}", Value::Object(raw));
            continue;
        };
        let package = name.rsplit_once('.').map_or("", |(package, _)| package);
        for (field, schema_of_field) in fields {
            let mut rest = schema_of_field.as_object().cloned().unwrap_or_default();
            rest.shift_remove("description");
            let mut line = format!("{field} {}", shape(&mut rest, package));
            let required = schema["required"].as_array().is_some_and(|all| all.contains(&json!(field)));
            if required {
                line.push_str(" *");
            }
            let mut mark = |word: &str, sign: char, rest: &mut Map<String, Value>| {
                if let Some(value) = rest.shift_remove(word) {
                    let text = match &value {
                        Value::Array(all) => {
                            all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
                        }
                        value => value.as_str().expect("a text").to_string(),
                    };
                    let _ = write!(line, " {sign}{text}");
                }
            };
            mark("x-kubernetes-list-type", '+', &mut rest);
            mark("x-kubernetes-list-map-keys", ':', &mut rest);
            mark("x-kubernetes-patch-strategy", '^', &mut rest);
            mark("x-kubernetes-patch-merge-key", '%', &mut rest);
            mark("x-kubernetes-map-type", '#', &mut rest);
            if let Some(default) = rest.shift_remove("default") {
                let _ = write!(line, " ={default}");
            }
            assert!(rest.is_empty(), "{name}.{field} has more: {rest:?}");
            out.push_str(&line);
            out.push('\n');
        }
    }
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/generated/openapi.txt");
    if std::env::var_os("KADM_GENERATE").is_some() {
        std::fs::write(&file, &out).expect("writable");
    }
    let have = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(have == out, "{} is stale; run this test with KADM_GENERATE=1", file.display());
}

/// The shape of a field or an element; takes from `schema` what it tells.
fn shape(schema: &mut Map<String, Value>, package: &str) -> String {
    let reference =
        schema.shift_remove("$ref").or_else(|| Some(schema.shift_remove("allOf")?[0]["$ref"].clone()));
    if let Some(reference) = reference {
        let name =
            reference.as_str().expect("a text").trim_start_matches("#/components/schemas/").to_string();
        return match name.rsplit_once('.') {
            Some((of, short)) if of == package => format!("&~{short}"),
            _ => format!("&{name}"),
        };
    }
    let kind = schema.shift_remove("type").expect("a type");
    let format = schema.shift_remove("format");
    let below = |word: &str, schema: &mut Map<String, Value>| {
        let Some(Value::Object(mut below)) = schema.shift_remove(word) else { return None };
        let found = shape(&mut below, package);
        // Elements have the defaults of their type.
        below.shift_remove("default");
        assert!(below.is_empty(), "{below:?}");
        Some(found)
    };
    match (kind.as_str().expect("a text"), format.as_ref().and_then(Value::as_str)) {
        ("string", None) => "s".into(),
        ("string", Some("byte")) => "y".into(),
        ("boolean", None) => "b".into(),
        ("integer", Some("int32")) => "i32".into(),
        ("integer", Some("int64")) => "i64".into(),
        ("number", Some("double")) => "d".into(),
        ("array", None) => format!("[{}", below("items", schema).expect("items")),
        ("object", None) => match below("additionalProperties", schema) {
            Some(values) => format!("{{{values}"),
            None => "o".into(),
        },
        (kind, format) => panic!("{kind} {format:?} has no shape"),
    }
}
