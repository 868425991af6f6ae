//! Objects as upstream's types write them as JSON: fields in the types' order, those that are always there,
//! none that are zero and need not be, and amounts in the form that they are given back in.
//!
//! Upstream's clients and servers read an object into a Go struct and write that. Most of it shows in no
//! other way than the order of fields; what is always there (`"status": {}`, `"resources": {}`) does.

use serde_json::{Map, Value, json};

use crate::protobuf::{Always, Field, Simple, TABLES, Type};
use crate::quantity;

/// An object as upstream's type of it is written; `None` when its kind is not among those with known fields.
pub fn written(object: &Value) -> Option<Value> {
    let text = |name: &str| object[name].as_str().unwrap_or_default();
    let (group, version) = text("apiVersion").split_once('/').unwrap_or(("", text("apiVersion")));
    let message = TABLES.message((group, version, text("kind")))?;
    let mut out = Map::new();
    for name in ["kind", "apiVersion"] {
        out.insert(name.into(), object[name].clone());
    }
    fields(object.as_object()?, message, &mut out);
    Some(Value::Object(out))
}

fn fields(object: &Map<String, Value>, message: usize, out: &mut Map<String, Value>) {
    for field in TABLES.fields(message) {
        if let (true, Type::Message(inner)) = (field.inline, field.kind) {
            fields(object, inner, out);
            continue;
        }
        let given = object.get(field.name).filter(|value| !value.is_null());
        let value = match (given, field.always) {
            (Some(value), _) => whole(field, value),
            (None, Some(Always::Zero)) => zero(field.kind),
            (None, Some(Always::Null)) => Value::Null,
            (None, None) => continue,
        };
        if field.always.is_some() || field.keeps_zero || !is_zero(field, &value) {
            out.insert(field.name.into(), value);
        }
    }
}

/// A field's value, with all elements of a list or map.
fn whole(field: &Field, value: &Value) -> Value {
    match value {
        Value::Array(list) if field.repeated => list.iter().map(|value| one(field.kind, value)).collect(),
        Value::Object(map) if field.map => {
            // Go writes maps by their keys.
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            Value::Object(
                entries.into_iter().map(|(key, value)| (key.clone(), one(field.kind, value))).collect(),
            )
        }
        value => one(field.kind, value),
    }
}

fn one(kind: Type, value: &Value) -> Value {
    match kind {
        Type::Either(Simple::List, message) if let Value::Array(list) = value => {
            list.iter().map(|value| one(Type::Message(message), value)).collect()
        }
        Type::Message(message) | Type::Either(_, message) => value.as_object().map_or_else(
            || value.clone(),
            |object| {
                let mut out = Map::new();
                fields(object, message, &mut out);
                Value::Object(out)
            },
        ),
        Type::Quantity => amount(value).unwrap_or_else(|| value.clone()),
        _ => value.clone(),
    }
}

/// What upstream gives back for an amount, where that is not what was given.
fn amount(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => quantity::given_back(text).map(Value::String),
        Value::Number(number) => {
            let text = number.to_string();
            Some(quantity::given_back(&text).unwrap_or(text).into())
        }
        _ => None,
    }
}

fn zero(kind: Type) -> Value {
    match kind {
        Type::Text | Type::Bytes => json!(""),
        Type::Boolean => json!(false),
        Type::Integer | Type::Double | Type::IntOrText => json!(0),
        Type::Quantity => json!("0"),
        Type::Message(message) => {
            let mut out = Map::new();
            fields(&Map::new(), message, &mut out);
            Value::Object(out)
        }
        Type::Time | Type::MicroTime | Type::Raw | Type::Texts | Type::Either(..) => Value::Null,
    }
}

/// Whether a value is what Go leaves away; one of another type is not. A message that is there is a pointer's, or
/// always there.
fn is_zero(field: &Field, value: &Value) -> bool {
    match (value, field.kind) {
        (Value::Null, _) => true,
        (Value::Array(list), _) => field.repeated && list.is_empty(),
        (Value::Object(map), _) => field.map && map.is_empty(),
        _ if field.repeated || field.map => false,
        (Value::String(text), Type::Text | Type::Bytes) => text.is_empty(),
        (Value::Number(number), Type::Integer | Type::Double) => number.as_f64() == Some(0.0),
        (Value::Bool(flag), Type::Boolean) => !flag,
        _ => false,
    }
}

/// What was found in an object that a client wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Something was changed.
    pub changed: bool,
    /// Some field may be one that the type does not have.
    pub unknown: bool,
}

/// Brings an object that a client wrote into the form that upstream's type would have read: amounts as they
/// are given back, and no field that is zero and told from nothing by nobody.
pub fn settle(object: &mut Value, group_version_kind: (&str, &str, &str)) -> Settled {
    let (Some(message), Some(object)) = (TABLES.message(group_version_kind), object.as_object_mut()) else {
        return Settled { changed: false, unknown: true };
    };
    let mut found = Settled::default();
    settle_fields(object, message, true, &mut found);
    found
}

fn settle_fields(object: &mut Map<String, Value>, message: usize, outermost: bool, found: &mut Settled) {
    object.retain(|name, value| {
        let Some(field) = TABLES.field(message, name) else {
            found.unknown |= !(outermost && matches!(name.as_str(), "apiVersion" | "kind"));
            return true;
        };
        match &mut *value {
            Value::Array(list) if field.repeated => {
                list.iter_mut().for_each(|value| settle_one(value, field.kind, found));
            }
            Value::Object(map) if field.map => {
                map.values_mut().for_each(|value| settle_one(value, field.kind, found));
            }
            value => settle_one(value, field.kind, found),
        }
        let stays = value.is_null() || field.always.is_some() || field.keeps_zero || !is_zero(field, value);
        found.changed |= !stays;
        stays
    });
}

fn settle_one(value: &mut Value, kind: Type, found: &mut Settled) {
    match (kind, value) {
        (Type::Message(inner) | Type::Either(_, inner), Value::Object(object)) => {
            settle_fields(object, inner, false, found);
        }
        (Type::Either(Simple::List, inner), Value::Array(list)) => {
            list.iter_mut().for_each(|value| settle_one(value, Type::Message(inner), found));
        }
        (Type::Quantity, value) => {
            if let Some(other) = amount(value) {
                *value = other;
                found.changed = true;
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(name: &str) -> Option<String> {
        let from = std::env::var("KADM_REFERENCE")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/api").to_string());
        std::fs::read_to_string(format!("{from}/{name}")).ok()
    }

    /// Upstream's own texts of objects with all their fields: the same order, nothing lost.
    #[test]
    fn golden_objects_are_written_as_they_are() {
        let mut compared = 0;
        for (group, version, kind) in TABLES.kinds() {
            let file = if group.is_empty() { "core" } else { group };
            let Some(text) = reference(&format!("golden/{file}.{version}.{kind}.json")) else { continue };
            let given: Value = serde_json::from_str(&text).expect("JSON");
            let ours = written(&given).expect("a known kind");
            assert_eq!(ours.to_string(), given.to_string(), "{group} {version} {kind}");
            compared += 1;
        }
        let wanted = reference("README.md").map_or(0, |_| 60);
        assert!(compared >= wanted, "{compared} golden objects");
    }

    #[test]
    fn what_is_always_there_and_what_is_left_away() {
        let given = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "unknown": 1,
            "spec": {"replicas": 0, "paused": false, "minReadySeconds": 0,
                "template": {"spec": {"containers": [{"image": "x", "name": "c", "stdin": false, "args": []}]}}},
        });
        let text = r#"{"kind":"Deployment","apiVersion":"apps/v1","metadata":{},"spec":{"replicas":0,"selector":null,"template":{"metadata":{},"spec":{"containers":[{"name":"c","image":"x","resources":{}}]}},"strategy":{}},"status":{}}"#;
        assert_eq!(written(&given).expect("known").to_string(), text);
        let service = json!({"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 1}]}});
        let text = r#"{"kind":"Service","apiVersion":"v1","metadata":{},"spec":{"ports":[{"port":1,"targetPort":0}]},"status":{"loadBalancer":{}}}"#;
        assert_eq!(written(&service).expect("known").to_string(), text);
        assert_eq!(written(&json!({"apiVersion": "example.com/v1", "kind": "Thing"})), None);
    }

    #[test]
    fn amounts_and_zeros_are_settled() {
        let pod = ("", "v1", "Pod");
        let mut given = json!({"metadata": {"labels": {}, "name": "x", "finalizers": []}, "spec": {
            "containers": [{
                "name": "", "command": [], "stdin": false,
                "resources": {"limits": {"cpu": 0.5, "memory": "1000m", "x": "0500m"}},
                "ports": [{"containerPort": 0, "hostPort": 0}],
                "livenessProbe": {"httpGet": {"port": 0}, "periodSeconds": 0, "terminationGracePeriodSeconds": 0},
                "volumeMounts": [{"recursiveReadOnly": "", "subPath": ""}],
            }],
            "volumes": [{"emptyDir": {"sizeLimit": "1024Mi", "medium": ""}}, {"name": "e", "emptyDir": {}}],
            "overhead": {"cpu": "250m"}, "nodeSelector": {}, "hostNetwork": false, "hostUsers": false,
            "securityContext": {}, "priority": 0, "nodeName": "", "unknown": false, "hostPID": "",
        }});
        assert_eq!(settle(&mut given, pod), Settled { changed: true, unknown: true });
        assert_eq!(
            given,
            json!({"metadata": {"name": "x"}, "spec": {
                "containers": [{
                    "name": "",
                    "resources": {"limits": {"cpu": "500m", "memory": "1", "x": "0500m"}},
                    "ports": [{"containerPort": 0}],
                    "livenessProbe": {"httpGet": {"port": 0}, "terminationGracePeriodSeconds": 0},
                    "volumeMounts": [{"recursiveReadOnly": ""}],
                }],
                "volumes": [{"emptyDir": {"sizeLimit": "1Gi"}}, {"name": "e", "emptyDir": {}}],
                "overhead": {"cpu": "250m"}, "hostUsers": false,
                "securityContext": {}, "priority": 0, "unknown": false, "hostPID": "",
            }})
        );
        assert_eq!(settle(&mut given, pod), Settled { changed: false, unknown: true });
        assert!(!settle(&mut json!({"spec": {"x": false}}), ("example.com", "v1", "Thing")).changed);
        let mut known = json!({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "c"}]}});
        assert_eq!(settle(&mut known, pod), Settled::default());
    }
}
