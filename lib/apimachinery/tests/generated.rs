//! Makes `src/generated/patch_facts.rs` from the published OpenAPI document, and checks that
//! the committed file is what it makes. `KADM_GENERATE=1` writes the file.

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
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/generated/patch_facts.rs");
    if std::env::var_os("KADM_GENERATE").is_some() {
        std::fs::write(&file, &out).expect("writable");
    }
    let have = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(have == out, "{} is stale; run this test with KADM_GENERATE=1", file.display());
}
