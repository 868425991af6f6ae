//! What clients send, whatever it is: nothing panics, and what is understood does what a plain model
//! says. The targets in `tests/fuzz-api` feed the same functions.

use std::collections::BTreeMap;

use apimachinery::jsonpath::JsonPath;
use apimachinery::kinds::KINDS;
use apimachinery::patch::{PatchType, apply};
use apimachinery::structural::Structural;
use apimachinery::{fields, labels, protobuf, strict, typed, unreadable};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const POD: (&str, &str, &str) = ("", "v1", "Pod");

/// Any JSON, with the names that patches and objects give a meaning.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z]{0,3}".prop_map(Value::from),
        Just(json!("delete")),
        Just(json!("replace")),
    ];
    let name = prop_oneof![
        "[a-c]",
        Just("name".to_string()),
        Just("containers".to_string()),
        Just("spec".to_string()),
        Just("metadata".to_string()),
        Just("$patch".to_string()),
        Just("$retainKeys".to_string()),
        Just("$setElementOrder/containers".to_string()),
        Just("$deleteFromPrimitiveList/finalizers".to_string()),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A list of a patch as upstream takes it: without the nulls of its objects, which the RFC would keep.
fn listed(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| (name.clone(), listed(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(list) => list.iter().map(listed).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

/// RFC 7386, as it is written there.
fn merged(target: &Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else {
        return if patch.is_array() { listed(patch) } else { patch.clone() };
    };
    let mut out = target.as_object().cloned().unwrap_or_default();
    for (name, value) in patch {
        if value.is_null() {
            out.shift_remove(name);
        } else {
            let before = out.get(name).cloned().unwrap_or_default();
            out.insert(name.clone(), merged(&before, value));
        }
    }
    Value::Object(out)
}

proptest! {
    #[test]
    fn no_patch_panics(object in value(), patch in value()) {
        for kind in [PatchType::Json, PatchType::Merge, PatchType::Strategic, PatchType::Apply] {
            let _ = apply(kind, &mut object.clone(), patch.clone(), POD);
        }
    }

    #[test]
    fn merge_patches_do_what_the_rfc_says(object in value(), patch in value()) {
        let mut have = object.clone();
        if apply(PatchType::Merge, &mut have, patch.clone(), POD).is_ok() {
            prop_assert_eq!(have, merged(&object, &patch));
        }
    }

    #[test]
    fn json_patches_do_what_a_map_does(before in prop::collection::btree_map("[a-d]", 0..9, 0..4), steps in prop::collection::vec(("[a-d]", prop::option::of(0..9)), 0..6)) {
        let mut model: BTreeMap<String, i32> = before.clone();
        let mut patch = Vec::new();
        for (name, new) in steps {
            match new {
                Some(new) => {
                    patch.push(json!({"op": "add", "path": format!("/{name}"), "value": new}));
                    model.insert(name, new);
                }
                None if model.remove(&name).is_some() => {
                    patch.push(json!({"op": "remove", "path": format!("/{name}")}));
                }
                None => {}
            }
        }
        let mut object = json!(before);
        apply(PatchType::Json, &mut object, json!(patch), POD).expect("every step fits");
        prop_assert_eq!(object, json!(model));
        // What is not there can't be tested, replaced or removed.
        let mut object = json!(model);
        let missing = json!([{"op": "replace", "path": "/z", "value": 1}]);
        prop_assert!(apply(PatchType::Json, &mut object, missing, POD).is_err());
    }

    #[test]
    fn strategic_patches_keep_containers_by_name(before in prop::collection::btree_map("[a-d]", "[xy]", 0..4), patch in prop::collection::btree_map("[a-d]", prop::option::of("[xy]"), 0..4)) {
        let containers = |all: &BTreeMap<String, String>| -> Vec<Value> {
            all.iter().map(|(name, image)| json!({"name": name, "image": image})).collect()
        };
        let mut model = before.clone();
        let mut list = Vec::new();
        for (name, image) in &patch {
            match image {
                Some(image) => {
                    model.insert(name.clone(), image.clone());
                    list.push(json!({"name": name, "image": image}));
                }
                None => {
                    model.remove(name);
                    list.push(json!({"name": name, "$patch": "delete"}));
                }
            }
        }
        let mut object = json!({"spec": {"containers": containers(&before)}});
        apply(PatchType::Strategic, &mut object, json!({"spec": {"containers": list}}), POD).expect("it fits");
        let mut have: Vec<Value> = object["spec"]["containers"].as_array().cloned().unwrap_or_default();
        have.sort_by_key(|one| one["name"].to_string());
        prop_assert_eq!(have, containers(&model));
    }

    #[test]
    fn no_body_panics(bytes in prop::collection::vec(any::<u8>(), 0..64), object in value()) {
        let wrong = unreadable::syntax_error(&bytes);
        prop_assert!(strict::parse(&bytes).is_err() || wrong.is_none(), "{:?}", wrong);
        let _ = protobuf::decode(&bytes, POD);
        let _ = protobuf::decode(&[b"k8s\0", &bytes[..]].concat(), POD);
        let text = object.to_string();
        let (parsed, duplicates) = strict::parse(text.as_bytes()).expect("it is JSON");
        prop_assert!(duplicates.is_empty());
        prop_assert_eq!(&parsed, &object);
        for kind in KINDS {
            let named = (kind.group, kind.version, kind.kind);
            let mut settled = object.clone();
            if typed::settle(&mut settled, named).changed {
                prop_assert!(!typed::settle(&mut settled, named).changed);
            }
            match (kind.decode)(text.as_bytes()) {
                Ok(typed) => {
                    let again = (kind.decode)(&typed.encode()).expect("what was written is read");
                    prop_assert_eq!(again.encode(), typed.encode());
                    prop_assert_eq!(unreadable::type_error(&object, named), None);
                }
                Err(_) => prop_assert!((kind.decode)(settled.to_string().as_bytes()).is_err()),
            }
        }
    }

    #[test]
    fn no_schema_or_path_panics(object in value(), path in "[.\\[\\]a-z0-9'\"*?@()=&|$ -]{0,24}") {
        let _ = Structural::parse(&object, "");
        if let Ok(path) = JsonPath::parse(&path) {
            path.find(&object);
            path.set(&mut object.clone(), json!(1));
        }
    }

    #[test]
    fn label_selectors_agree_with_a_naive_evaluator(
        have in prop::collection::btree_map("[a-c]", "[xy12]", 0..4),
        terms in prop::collection::vec(("[a-c]", 0..8usize, prop::collection::vec("[xy12]", 1..3)), 1..4),
    ) {
        let mut text = Vec::new();
        let mut wanted = true;
        for (key, operator, values) in &terms {
            let found = have.get(key);
            let number = |text: &str| text.parse::<i64>().ok();
            let (term, holds) = match operator {
                0 => (format!("{key}={}", values[0]), found == Some(&values[0])),
                1 => (format!("{key}=={}", values[0]), found == Some(&values[0])),
                2 => (format!("{key}!={}", values[0]), found != Some(&values[0])),
                3 => (format!("{key} in ({})", values.join(",")), found.is_some_and(|v| values.contains(v))),
                4 => (format!("{key} notin ({})", values.join(", ")), found.is_none_or(|v| !values.contains(v))),
                5 => (key.clone(), found.is_some()),
                6 => (format!("!{key}"), found.is_none()),
                _ => (format!("{key}>1"), found.and_then(|v| number(v)).is_some_and(|v| v > 1)),
            };
            text.push(term);
            wanted &= holds;
        }
        let text = text.join(",");
        let selector = labels::Selector::parse(&text).expect("it is a selector");
        prop_assert_eq!(selector.matches(&Some(have)), wanted, "{}", text);
    }

    #[test]
    fn field_selectors_agree_with_a_naive_evaluator(
        have in prop::collection::btree_map("[a-c]", "[xy,=\\\\]{0,3}", 3),
        terms in prop::collection::vec(("[a-c]", any::<bool>(), "[xy,=\\\\]{0,3}"), 1..4),
    ) {
        let escaped = |text: &str| text.replace('\\', "\\\\").replace(',', "\\,").replace('=', "\\=");
        let mut text = Vec::new();
        let mut wanted = true;
        let none = String::new();
        for (field, not, value) in &terms {
            text.push(format!("{field}{}{}", if *not { "!=" } else { "=" }, escaped(value)));
            wanted &= (have.get(field).unwrap_or(&none) == value) != *not;
        }
        let text = text.join(",");
        let selector = fields::Selector::parse(&text).expect("it is a selector");
        let found = selector.matches(|field| have.get(field).map_or("", String::as_str));
        prop_assert_eq!(found, wanted, "{}", text);
    }

    #[test]
    fn no_selector_panics(text in "\\PC{0,24}") {
        let _ = fields::Selector::parse(&text);
        let _ = labels::Selector::parse(&text);
    }
}
