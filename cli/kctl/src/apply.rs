//! The three-way patch of client-side apply: what the last apply set, what the file says now,
//! and what the server has.

use apimachinery::strategic::fact;
use serde_json::{Map, Value, json};

/// The annotation with what was applied last.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A patch that makes `current` like `modified`: fields are set as `modified` says, and fields
/// that `original` had and `modified` lacks are deleted. `of` is the kind's place among the
/// strategic-merge facts; without it the patch is a JSON merge patch.
pub fn three_way(original: &Value, modified: &Value, current: &Value, of: Option<u16>) -> Value {
    let strategic = of.is_some();
    let mut patch = changes(current, modified, of, strategic);
    let gone = deletions(original, modified, of, strategic);
    merge(&mut patch, gone);
    Value::Object(patch)
}

fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(held)), Value::Object(more)) => merge(held, more),
            (Some(Value::Array(held)), Value::Array(more)) => held.extend(more),
            // What `modified` sets is not deleted.
            (Some(_), _) => {}
            (None, value) => _ = into.insert(key, value),
        }
    }
}

fn element<'a>(list: &'a [Value], key: &str, like: &Value) -> Option<&'a Value> {
    list.iter().find(|element| element[key] == like[key])
}

/// What must be set so that `to` is true of `from`; nothing is deleted.
fn changes(from: &Value, to: &Value, of: Option<u16>, strategic: bool) -> Map<String, Value> {
    let mut patch = Map::new();
    for (key, wanted) in to.as_object().into_iter().flatten() {
        let held = &from[key.as_str()];
        if held == wanted {
            continue;
        }
        let fact = fact(of, key);
        match (held, wanted) {
            (Value::Object(_), Value::Object(_)) if !fact.is_some_and(|fact| fact.replace) => {
                let inner = changes(held, wanted, fact.and_then(|fact| fact.of), strategic);
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            (Value::Array(held), Value::Array(wanted_list))
                if strategic && fact.is_some_and(|fact| fact.merge) =>
            {
                let merge_key = fact.map_or("", |fact| fact.key);
                let inner: Vec<Value> = if merge_key.is_empty() {
                    wanted_list.iter().filter(|value| !held.contains(value)).cloned().collect()
                } else {
                    wanted_list
                        .iter()
                        .filter_map(|value| match element(held, merge_key, value) {
                            None => Some(value.clone()),
                            Some(other) => {
                                let mut inner =
                                    changes(other, value, fact.and_then(|fact| fact.of), strategic);
                                if inner.is_empty() {
                                    return None;
                                }
                                inner.insert(merge_key.into(), value[merge_key].clone());
                                Some(Value::Object(inner))
                            }
                        })
                        .collect()
                };
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Array(inner));
                }
            }
            _ => _ = patch.insert(key.clone(), wanted.clone()),
        }
    }
    patch
}

/// What `from` had and `to` lacks.
fn deletions(from: &Value, to: &Value, of: Option<u16>, strategic: bool) -> Map<String, Value> {
    let mut patch = Map::new();
    for (key, held) in from.as_object().into_iter().flatten() {
        let fact = fact(of, key);
        let inner_of = fact.and_then(|fact| fact.of);
        match (held, to.get(key)) {
            (_, None) => _ = patch.insert(key.clone(), Value::Null),
            (Value::Object(_), Some(wanted @ Value::Object(_))) => {
                let inner = deletions(held, wanted, inner_of, strategic);
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            (Value::Array(held), Some(Value::Array(wanted)))
                if strategic && fact.is_some_and(|fact| fact.merge) =>
            {
                let merge_key = fact.map_or("", |fact| fact.key);
                if merge_key.is_empty() {
                    let gone: Vec<Value> =
                        held.iter().filter(|value| !wanted.contains(value)).cloned().collect();
                    if !gone.is_empty() {
                        patch.insert(format!("$deleteFromPrimitiveList/{key}"), Value::Array(gone));
                    }
                    continue;
                }
                let inner: Vec<Value> = held
                    .iter()
                    .filter_map(|value| match element(wanted, merge_key, value) {
                        None => Some(json!({"$patch": "delete", merge_key: value[merge_key]})),
                        Some(other) => {
                            let mut inner = deletions(value, other, inner_of, strategic);
                            if inner.is_empty() {
                                return None;
                            }
                            inner.insert(merge_key.into(), value[merge_key].clone());
                            Some(Value::Object(inner))
                        }
                    })
                    .collect();
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Array(inner));
                }
            }
            _ => {}
        }
    }
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment() -> Option<u16> {
        apimachinery::strategic::root("apps", "v1", "Deployment")
    }

    #[test]
    fn what_others_set_stays_and_what_we_dropped_goes() {
        let original = json!({"metadata": {"labels": {"a": "1", "b": "1"}}, "spec": {"replicas": 1}});
        let modified = json!({"metadata": {"labels": {"a": "2"}}, "spec": {}});
        let current = json!({"metadata": {"labels": {"a": "1", "b": "1", "other": "x"}}, "spec": {"replicas": 1, "paused": true}});
        let patch = three_way(&original, &modified, &current, deployment());
        assert_eq!(patch, json!({"metadata": {"labels": {"a": "2", "b": null}}, "spec": {"replicas": null}}));
    }

    #[test]
    fn containers_are_merged_by_name() {
        let pod = |containers: Value| json!({"spec": {"template": {"spec": {"containers": containers}}}});
        let original = pod(json!([{"name": "a", "image": "1"}, {"name": "gone", "image": "1"}]));
        let modified = pod(json!([{"name": "a", "image": "2"}]));
        let current = pod(
            json!([{"name": "a", "image": "1", "imagePullPolicy": "Always"}, {"name": "gone", "image": "1"}]),
        );
        let patch = three_way(&original, &modified, &current, deployment());
        let containers = &patch["spec"]["template"]["spec"]["containers"];
        assert_eq!(*containers, json!([{"image": "2", "name": "a"}, {"$patch": "delete", "name": "gone"}]));
    }

    #[test]
    fn nothing_to_do_is_an_empty_patch() {
        let object = json!({"spec": {"replicas": 1}});
        assert_eq!(three_way(&object, &object, &object, deployment()), json!({}));
    }
}
