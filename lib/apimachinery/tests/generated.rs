//! Makes `src/generated/patch_facts.rs` and `src/generated/schema.txt` from the published
//! OpenAPI documents, and checks that the committed files are what it makes. `KADM_GENERATE=1`
//! writes them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use serde_json::Value;

fn reference() -> Option<PathBuf> {
    let path = std::env::var_os("KADM_REFERENCE")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/api"), PathBuf::from);
    // A worktree lies one folder deeper than a clone.
    let deeper = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/api");
    let found = [path, deeper].into_iter().find(|path| path.exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "the reference data is missing");
        println!("skipped: no reference data");
    }
    found
}

struct Fact {
    field: String,
    merge: bool,
    retain: bool,
    replace: bool,
    key: String,
    of: Option<String>,
}

#[test]
fn patch_facts_are_current() {
    let Some(reference) = reference() else { return };
    let text = std::fs::read(reference.join("openapi/swagger.json")).expect("swagger.json");
    let swagger: Value = serde_json::from_slice(&text).expect("JSON");
    let definitions = swagger["definitions"].as_object().expect("definitions");
    let target = |schema: &Value| {
        let path = schema["$ref"].as_str().or_else(|| schema["items"]["$ref"].as_str());
        let path = path.or_else(|| schema["additionalProperties"]["$ref"].as_str());
        // A map's values are of the type, the map itself is not: its keys are no fields.
        if schema.get("additionalProperties").is_some() {
            return None;
        }
        path.and_then(|path| path.strip_prefix("#/definitions/")).map(str::to_string)
    };
    let mut types: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
    for (name, schema) in definitions {
        let facts = schema["properties"].as_object().into_iter().flatten().map(|(field, schema)| {
            let strategy = schema["x-kubernetes-patch-strategy"].as_str().unwrap_or_default();
            Fact {
                field: field.clone(),
                merge: strategy.split(',').any(|word| word == "merge"),
                retain: strategy.split(',').any(|word| word == "retainKeys"),
                replace: strategy == "replace",
                key: schema["x-kubernetes-patch-merge-key"].as_str().unwrap_or_default().to_string(),
                of: target(schema),
            }
        });
        types.insert(name.clone(), facts.collect());
    }
    // Keep only what says something, directly or through the types that it leads to.
    loop {
        let telling: Vec<String> =
            types.iter().filter(|(_, f)| !f.is_empty()).map(|(n, _)| n.clone()).collect();
        let mut changed = false;
        for facts in types.values_mut() {
            for fact in facts.iter_mut() {
                if fact.of.as_ref().is_some_and(|of| !telling.contains(of)) {
                    fact.of = None;
                    changed = true;
                }
            }
            let before = facts.len();
            facts.retain(|fact| fact.merge || fact.retain || fact.replace || fact.of.is_some());
            changed |= facts.len() != before;
        }
        if !changed {
            break;
        }
    }
    let mut roots = Vec::new();
    for (name, schema) in definitions {
        for kind in schema["x-kubernetes-group-version-kind"].as_array().into_iter().flatten() {
            let part = |part: &str| kind[part].as_str().unwrap_or_default().to_string();
            let stable = !part("version").contains("alpha") && !part("version").contains("beta");
            if stable
                && schema["properties"]["metadata"].is_object()
                && !types[name].is_empty()
                && !part("kind").ends_with("List")
            {
                roots.push((part("group"), part("version"), part("kind"), name.clone()));
            }
        }
    }
    roots.sort();
    let mut used: Vec<String> = Vec::new();
    let mut queue: Vec<String> = roots.iter().map(|root| root.3.clone()).collect();
    while let Some(name) = queue.pop() {
        if !used.contains(&name) {
            queue.extend(types[&name].iter().filter_map(|fact| fact.of.clone()));
            used.push(name);
        }
    }
    used.sort();
    let index = |name: &String| used.binary_search(name).expect("used");
    let mut out = String::from(
        "//! How strategic merge patches treat each field. Made by `tests/generated.rs`; do not edit.\n\nuse crate::strategic::Fact;\n\n/// Group, version and kind, and the kind's place in [`TYPES`].\npub static ROOTS: &[(&str, &str, &str, u16)] = &[\n",
    );
    for (group, version, kind, name) in &roots {
        let _ = writeln!(out, "    ({group:?}, {version:?}, {kind:?}, {}),", index(name));
    }
    out.push_str("];\n\nconst fn fact(field: &'static str, flags: u8, key: &'static str, of: i32) -> Fact {\n    Fact {\n        field,\n        merge: flags & 1 != 0,\n        retain_keys: flags & 2 != 0,\n        replace: flags & 4 != 0,\n        key,\n        of: if of < 0 { None } else { Some(of as u16) },\n    }\n}\n\n/// The fields of each type that are merged in their own way, or lead to such.\n#[rustfmt::skip]\npub static TYPES: &[&[Fact]] = &[\n");
    for name in &used {
        let _ = writeln!(out, "    // {}: {name}\n    &[", index(name));
        for fact in &types[name] {
            let flags = u8::from(fact.merge) | u8::from(fact.retain) << 1 | u8::from(fact.replace) << 2;
            let of = fact.of.as_ref().map_or(-1, |of| index(of) as i32);
            let _ = writeln!(out, "        fact({:?}, {flags}, {:?}, {of}),", fact.field, fact.key);
        }
        out.push_str("    ],\n");
    }
    out.push_str("];\n");
    is_current("patch_facts.rs", &out);
}

fn is_current(name: &str, want: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/generated").join(name);
    if std::env::var_os("KADM_GENERATE").is_some() {
        std::fs::write(&file, want).expect("writable");
    }
    let have = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(have == want, "{} is stale; run this test with KADM_GENERATE=1", file.display());
}

/// The schemas of structured merge, one line a field:
///
/// - `@kind <group> <version> <kind> <type>` names a kind's type, `@type <number>` begins one,
///   `<field> <shape>` is one of its fields.
/// - Shapes: `s` is replaced as a whole, `S` is a set, `t<type>` a struct, `m<shape>` a map of
///   such values, `L<type>:<key>,…` a list of structs with these keys. `!` follows where the
///   field is there even when it is empty, `=<value>` is the default of a key.
#[test]
fn schemas_are_current() {
    let Some(reference) = reference() else { return };
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    for file in std::fs::read_dir(reference.join("openapi/v3")).expect("openapi/v3") {
        let path = file.expect("an entry").path();
        let document: Value = serde_json::from_slice(&std::fs::read(path).expect("readable")).expect("JSON");
        for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
            schemas.insert(name.clone(), schema.clone());
        }
    }
    let mut roots = Vec::new();
    for (name, schema) in &schemas {
        for kind in schema["x-kubernetes-group-version-kind"].as_array().into_iter().flatten() {
            let part = |part: &str| kind[part].as_str().unwrap_or_default().to_string();
            let stable = !part("version").contains("alpha") && !part("version").contains("beta");
            let object = schema["properties"]["metadata"].is_object() && !part("kind").ends_with("List");
            if stable && object {
                roots.push((part("group"), part("version"), part("kind"), name.clone()));
            }
        }
    }
    roots.sort();
    let mut order: Vec<String> = Vec::new();
    let mut bodies: Vec<Vec<(String, String)>> = Vec::new();
    let mut queue: Vec<String> = Vec::new();
    let mut number = |name: &str, queue: &mut Vec<String>| -> usize {
        order.iter().position(|other| other == name).unwrap_or_else(|| {
            order.push(name.to_string());
            queue.push(name.to_string());
            order.len() - 1
        })
    };
    let mut out = String::new();
    for (group, version, kind, name) in &roots {
        let group = if group.is_empty() { "-" } else { group };
        let _ = writeln!(out, "@kind {group} {version} {kind} {}", number(name, &mut queue));
    }
    let mut next = 0;
    while next < queue.len() {
        let name = queue[next].clone();
        next += 1;
        let mut fields = Vec::new();
        for (field, schema) in schemas[&name]["properties"].as_object().into_iter().flatten() {
            let mut text = shape(&schemas, schema, &mut |name| number(name, &mut queue));
            if schema["default"].as_object().is_some_and(serde_json::Map::is_empty) && text.starts_with('t') {
                text.push('!');
            }
            let required = schemas[&name]["required"]
                .as_array()
                .is_some_and(|list| list.contains(&Value::from(field.as_str())));
            if required && text.starts_with(['L', 'S', 'm']) {
                text.push('!');
            }
            if let Some(default) = schema["default"].as_str().filter(|text| !text.is_empty()) {
                text.push_str(&format!("={default}"));
            }
            fields.push((field.clone(), text));
        }
        bodies.push(fields);
    }
    for (index, fields) in bodies.iter().enumerate() {
        let _ = writeln!(out, "@type {index}");
        for (field, shape) in fields {
            let _ = writeln!(out, "{field} {shape}");
        }
    }
    is_current("schema.txt", &out);
}

fn shape(
    schemas: &BTreeMap<String, Value>,
    schema: &Value,
    number: &mut impl FnMut(&str) -> usize,
) -> String {
    if schema["x-kubernetes-map-type"] == "atomic" {
        return "s".into();
    }
    let target = |schema: &Value| {
        let path = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str())?;
        path.strip_prefix("#/components/schemas/").map(str::to_string)
    };
    if let Some(name) = target(schema) {
        let body = &schemas[&name];
        if body["properties"].is_object() && body["x-kubernetes-map-type"] != "atomic" {
            return format!("t{}", number(&name));
        }
        // A type that is a map or list by itself.
        return if body["additionalProperties"].is_object() {
            shape(schemas, body, number)
        } else {
            "s".into()
        };
    }
    if schema["type"] == "array" {
        let keys = schema["x-kubernetes-list-map-keys"].as_array();
        return match (schema["x-kubernetes-list-type"].as_str(), keys) {
            (Some("set"), _) => "S".into(),
            (Some("map"), Some(keys)) => {
                let name = target(&schema["items"]).expect("elements of keyed lists have a type");
                let mut keys: Vec<&str> = keys.iter().filter_map(Value::as_str).collect();
                keys.sort_unstable();
                format!("L{}:{}", number(&name), keys.join(","))
            }
            _ => "s".into(),
        };
    }
    match &schema["additionalProperties"] {
        inner @ Value::Object(_) => format!("m{}", shape(schemas, inner, number)),
        _ => "s".into(),
    }
}
