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
    let mut patch = changes(current, modified, of, strategic, false);
    let gone = deletions(original, modified, of, strategic);
    merge(&mut patch, gone);
    Value::Object(patch)
}

fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(held)), Value::Object(more)) => merge(held, more),
            // Both speak of the same order.
            (Some(_), _) if key.starts_with(ORDER) => {}
            (Some(Value::Array(held)), Value::Array(more)) => merge_lists(held, more),
            // What `modified` sets is not deleted.
            (Some(_), _) => {}
            (None, value) => _ = into.insert(key, value),
        }
    }
    // A server refuses elements in another order than the one that goes with them.
    let orders: Vec<(String, Vec<Value>)> = into
        .iter()
        .filter_map(|(key, order)| Some((key.strip_prefix(ORDER)?.to_string(), order.as_array()?.clone())))
        .collect();
    for (field, order) in orders {
        if let Some(Value::Array(list)) = into.get_mut(&field) {
            list.sort_by_key(|element| {
                order.iter().position(|place| names(place, element)).unwrap_or(usize::MAX)
            });
        }
    }
}

/// Whether a place in an order is that of the element.
fn names(place: &Value, element: &Value) -> bool {
    match place.as_object().and_then(|place| place.iter().next()) {
        Some((key, value)) => element.get(key) == Some(value) && element.get("$patch").is_none(),
        None => place == element,
    }
}

/// What is set and what is deleted of one element go into one.
fn merge_lists(held: &mut Vec<Value>, more: Vec<Value>) {
    for element in more {
        let (Value::Object(new), None) = (&element, element.get("$patch")) else {
            held.push(element);
            continue;
        };
        // The key is last: see `changes` and `deletions`.
        let key = new.iter().next_back();
        let same = held.iter_mut().find_map(|other| {
            let (key, value) = key?;
            let other = other.as_object_mut()?;
            (other.get(key) == Some(value)).then_some(other)
        });
        match (same, element) {
            (Some(other), Value::Object(new)) => merge(other, new),
            (_, element) => held.push(element),
        }
    }
}

fn element<'a>(list: &'a [Value], key: &str, like: &Value) -> Option<&'a Value> {
    list.iter().find(|element| element[key] == like[key])
}

/// In which order the elements of a list go.
const ORDER: &str = "$setElementOrder/";

/// The elements of a merged list by what tells them apart, for [`ORDER`].
fn order(list: &[Value], key: &str) -> Value {
    let one = |value: &Value| if key.is_empty() { value.clone() } else { json!({key: value[key]}) };
    list.iter().map(one).collect::<Vec<_>>().into()
}

/// What must be set so that `to` is true of `from`; nothing is deleted, but with `retain` whatever
/// `to` lacks: of a volume's sources there can be one.
fn changes(from: &Value, to: &Value, of: Option<u16>, strategic: bool, retain: bool) -> Map<String, Value> {
    let mut patch = Map::new();
    for (key, wanted) in to.as_object().into_iter().flatten() {
        let held = &from[key.as_str()];
        if held == wanted {
            continue;
        }
        let fact = fact(of, key);
        match (held, wanted) {
            (Value::Object(_), Value::Object(_)) if !fact.is_some_and(|fact| fact.replace) => {
                let retain = strategic && fact.is_some_and(|fact| fact.retain_keys);
                let inner = changes(held, wanted, fact.and_then(|fact| fact.of), strategic, retain);
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            (Value::Array(held), Value::Array(wanted_list))
                if strategic && fact.is_some_and(|fact| fact.merge) =>
            {
                let merge_key = fact.map_or("", |fact| fact.key);
                let retain = fact.is_some_and(|fact| fact.retain_keys);
                let inner: Vec<Value> = if merge_key.is_empty() {
                    wanted_list.iter().filter(|value| !held.contains(value)).cloned().collect()
                } else {
                    wanted_list
                        .iter()
                        .filter_map(|value| match element(held, merge_key, value) {
                            None => Some(value.clone()),
                            Some(other) => {
                                let mut inner =
                                    changes(other, value, fact.and_then(|fact| fact.of), strategic, retain);
                                if inner.is_empty() {
                                    return None;
                                }
                                inner.insert(merge_key.into(), value[merge_key].clone());
                                Some(Value::Object(inner))
                            }
                        })
                        .collect()
                };
                let wanted = order(wanted_list, merge_key);
                if !inner.is_empty() || order(held, merge_key) != wanted {
                    patch.insert(format!("{ORDER}{key}"), wanted);
                }
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Array(inner));
                }
            }
            _ => _ = patch.insert(key.clone(), wanted.clone()),
        }
    }
    if let (true, Some(from), Some(to)) = (retain, from.as_object(), to.as_object())
        && (!patch.is_empty() || from.keys().any(|key| !to.contains_key(key)))
    {
        let mut kept: Vec<&String> = to.keys().collect();
        kept.sort();
        patch.insert("$retainKeys".into(), json!(kept));
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
                        patch.insert(format!("{ORDER}{key}"), order(wanted, merge_key));
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
                    patch.insert(format!("{ORDER}{key}"), order(wanted, merge_key));
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
        let spec = &patch["spec"]["template"]["spec"];
        assert_eq!(
            *spec,
            json!({"$setElementOrder/containers": [{"name": "a"}],
                "containers": [{"image": "2", "name": "a"}, {"$patch": "delete", "name": "gone"}]})
        );
    }

    #[test]
    fn of_a_strategy_and_of_a_volume_only_what_is_wanted_stays() {
        let object = |strategy: Value, volume: Value| json!({"spec": {"strategy": strategy, "template": {"spec": {"volumes": [volume]}}}});
        let held = object(
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}),
            json!({"name": "v", "hostPath": {"path": "/"}}),
        );
        let wanted = object(json!({"type": "Recreate"}), json!({"name": "v", "emptyDir": {}}));
        let patch = three_way(&json!({}), &wanted, &held, deployment());
        assert_eq!(
            patch,
            json!({"spec": {
                "strategy": {"type": "Recreate", "$retainKeys": ["type"]},
                "template": {"spec": {
                    "$setElementOrder/volumes": [{"name": "v"}],
                    "volumes": [{"name": "v", "emptyDir": {}, "$retainKeys": ["emptyDir", "name"]}],
                }},
            }})
        );
        let mut changed = held;
        apimachinery::strategic::merge(&mut changed, patch, deployment()).expect("a patch");
        assert_eq!(changed, wanted);
    }

    #[test]
    fn elements_go_in_their_order() {
        let pod = |containers: Value| json!({"spec": {"template": {"spec": {"containers": containers}}}});
        let env = json!([{"name": "E", "value": "1"}]);
        let original = pod(json!([{"name": "a", "image": "1", "env": env}, {"name": "b", "image": "1"}]));
        let modified = pod(json!([{"name": "a", "image": "1"}, {"name": "b", "image": "2"}]));
        let patch = three_way(&original, &modified, &original, deployment());
        assert_eq!(
            patch["spec"]["template"]["spec"]["containers"],
            json!([{"env": null, "name": "a"}, {"image": "2", "name": "b"}])
        );
        let modified = pod(json!([{"name": "b", "image": "1"}, {"name": "a", "image": "2"}]));
        let patch = three_way(&original, &modified, &original, deployment());
        assert_eq!(
            patch["spec"]["template"]["spec"],
            json!({"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}],
                "containers": [{"image": "2", "name": "a", "env": null}]})
        );
        let mut changed = original;
        apimachinery::strategic::merge(&mut changed, patch, deployment()).expect("a patch");
        assert_eq!(changed, modified);
    }

    #[test]
    fn nothing_to_do_is_an_empty_patch() {
        let object = json!({"spec": {"replicas": 1}});
        assert_eq!(three_way(&object, &object, &object, deployment()), json!({}));
    }
}
