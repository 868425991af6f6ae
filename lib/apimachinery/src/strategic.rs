//! Strategic merge patches: a merge patch that knows which lists are sets or maps, and obeys
//! the directives `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…`.

use serde_json::{Map, Value};

use crate::generated::patch_facts::{ROOTS, TYPES};
use crate::patch::PatchError;

/// How one field is merged; fields that are not listed follow the plain rule (maps merge, all
/// else is replaced) and their contents too.
pub struct Fact {
    /// The field's name.
    pub field: &'static str,
    /// A list that is merged by element.
    pub merge: bool,
    /// A map or element whose other keys go when the patch says `$retainKeys`.
    pub retain_keys: bool,
    /// A map that is replaced as a whole.
    pub replace: bool,
    /// The key that tells elements apart; empty for lists of scalars.
    pub key: &'static str,
    /// The type of the field's value or elements in [`TYPES`].
    pub of: Option<u16>,
}

/// The facts of a kind's fields, if there are any.
pub fn root(group: &str, version: &str, kind: &str) -> Option<u16> {
    ROOTS.iter().find(|root| root.0 == group && root.1 == version && root.2 == kind).map(|root| root.3)
}

/// The fact about one field of the type `of`.
pub fn fact(of: Option<u16>, field: &str) -> Option<&'static Fact> {
    TYPES.get(usize::from(of?))?.iter().find(|fact| fact.field == field)
}

const PATCH: &str = "$patch";
const RETAIN: &str = "$retainKeys";
const ORDER: &str = "$setElementOrder/";
const DELETE: &str = "$deleteFromPrimitiveList/";

/// Merges `patch` into `object` of the type `of`.
///
/// # Errors
/// Fails when the patch is no object or a directive is malformed.
pub fn merge(object: &mut Value, patch: Value, of: Option<u16>) -> Result<(), PatchError> {
    let (Value::Object(object), Value::Object(patch)) = (object, patch) else {
        return Err(PatchError::Malformed("a strategic merge patch must be a JSON object".into()));
    };
    merge_map(object, patch, of)
}

fn malformed(what: &str) -> PatchError {
    PatchError::Malformed(format!("invalid directive in strategic merge patch: {what}"))
}

fn merge_map(
    object: &mut Map<String, Value>,
    mut patch: Map<String, Value>,
    of: Option<u16>,
) -> Result<(), PatchError> {
    match patch.shift_remove(PATCH) {
        None => {}
        Some(Value::String(word)) if word == "merge" => {}
        Some(Value::String(word)) if word == "replace" => {
            *object = patch;
            return Ok(());
        }
        Some(Value::String(word)) if word == "delete" => {
            object.clear();
            return Ok(());
        }
        Some(_) => return Err(malformed("$patch must be merge, replace or delete")),
    }
    if let Some(kept) = patch.shift_remove(RETAIN) {
        let Value::Array(kept) = kept else { return Err(malformed("$retainKeys must be a list")) };
        object.retain(|key, _| kept.iter().any(|kept| kept == key));
    }
    // Deletions and orders first: they speak about fields that the same patch may also set.
    let mut orders = Vec::new();
    for (key, value) in patch.iter_mut() {
        if let Some(field) = key.strip_prefix(DELETE) {
            let Value::Array(gone) = value else { return Err(malformed(key)) };
            if let Some(Value::Array(list)) = object.get_mut(field) {
                list.retain(|element| !gone.contains(element));
            }
        } else if let Some(field) = key.strip_prefix(ORDER) {
            let Value::Array(order) = value.take() else { return Err(malformed(key)) };
            orders.push((field.to_string(), order));
        }
    }
    patch.retain(|key, _| !key.starts_with(DELETE) && !key.starts_with(ORDER));
    for (field, order) in &orders {
        let key = fact(of, field).map_or("", |fact| fact.key);
        in_order(patch.get(field), order, key)?;
    }
    let before: Vec<(String, Vec<Value>)> = orders
        .iter()
        .filter_map(|(field, _)| Some((field.clone(), object.get(field)?.as_array()?.clone())))
        .collect();

    for (key, value) in patch {
        let fact = fact(of, &key);
        if value.is_null() {
            object.shift_remove(&key);
            continue;
        }
        match (object.get_mut(&key), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => {
                if fact.is_some_and(|fact| fact.replace) {
                    *inner = value;
                } else {
                    merge_map(inner, value, fact.and_then(|fact| fact.of))?;
                }
            }
            (Some(Value::Array(list)), Value::Array(value)) => match fact {
                Some(fact) if fact.merge => merge_list(list, value, fact)?,
                _ => *list = value.into_iter().map(plain).collect(),
            },
            (Some(slot), value) => *slot = plain(value),
            (None, value) => {
                // A list of deletions alone makes nothing.
                let value = plain(value);
                object.insert(key, value);
            }
        }
    }
    for (field, order) in orders {
        let key = fact(of, &field).map_or("", |fact| fact.key);
        if let Some(Value::Array(list)) = object.get_mut(&field) {
            let before = before.iter().find(|(name, _)| *name == field).map_or(&[][..], |(_, list)| list);
            // As upstream, which deletes and appends in place: new elements take the places at the
            // end of the old list that deleted ones left, as if they had been there.
            let known = |element: &Value, all: &[Value]| all.iter().any(|other| same(element, other, key));
            let stayed = before.iter().filter(|element| known(element, list));
            let new = list.iter().filter(|element| !known(element, before));
            let before: Vec<Value> = stayed.chain(new).take(before.len()).cloned().collect();
            reorder(list, &order, &before, key);
        }
    }
    Ok(())
}

/// The elements of a patch, but for those with a directive, must come in the order that goes with them.
fn in_order(patch: Option<&Value>, order: &[Value], key: &str) -> Result<(), PatchError> {
    let Some(Value::Array(patch)) = patch else { return Ok(()) };
    let mut places = order.iter();
    let mut set = patch
        .iter()
        .filter(|element| key.is_empty() || element.get(PATCH).is_none_or(|word| word != "delete"));
    if order.is_empty() || set.all(|element| places.any(|place| same(place, element, key))) {
        return Ok(());
    }
    let (patch, order) = (Value::Array(patch.clone()), Value::Array(order.to_vec()));
    Err(PatchError::Malformed(format!(
        "The order in patch list:\n{patch}\n doesn't match $setElementOrder list:\n{order}\n"
    )))
}

fn same(a: &Value, b: &Value, key: &str) -> bool {
    if key.is_empty() { a == b } else { a.get(key).is_some() && a.get(key) == b.get(key) }
}

fn merge_list(list: &mut Vec<Value>, patch: Vec<Value>, fact: &Fact) -> Result<(), PatchError> {
    let before = list.clone();
    // What stays is in the patch's order, without a directive too.
    let order: Vec<Value> = patch
        .iter()
        .filter(|element| element.get(PATCH).is_none_or(|word| word != "delete"))
        .cloned()
        .collect();
    if fact.key.is_empty() {
        for value in patch {
            if !list.contains(&value) {
                list.push(value);
            }
        }
        reorder(list, &order, &before, fact.key);
        return Ok(());
    }
    if patch.iter().any(|element| element.get(PATCH).is_some_and(|word| word == "replace")) {
        *list = patch.into_iter().filter(|element| element.get(PATCH).is_none()).map(plain).collect();
        return Ok(());
    }
    for element in patch {
        let Value::Object(map) = &element else {
            return Err(PatchError::Malformed(format!(
                "an element of the list {:?} must be an object",
                fact.field
            )));
        };
        if map.get(fact.key).is_none() {
            return Err(PatchError::DoesNotFit(format!(
                "map: {element} does not contain declared merge key: {}",
                fact.key
            )));
        }
        if map.get(PATCH).is_some_and(|word| word == "delete") {
            list.retain(|have| !same(have, &element, fact.key));
            continue;
        }
        match list.iter_mut().find(|have| same(have, &element, fact.key)) {
            Some(Value::Object(have)) => {
                let Value::Object(map) = element else { continue };
                merge_map(have, map, fact.of)?;
            }
            _ => list.push(plain(element)),
        }
    }
    reorder(list, &order, &before, fact.key);
    Ok(())
}

/// The value without nulls and directives: what a patch means where nothing was before.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(key, value)| !value.is_null() && !key.starts_with('$'))
                .map(|(key, value)| (key, plain(value)))
                .collect(),
        ),
        Value::Array(list) => Value::Array(
            list.into_iter()
                .filter(|element| element.get(PATCH).is_none_or(|word| word != "delete"))
                .map(plain)
                .collect(),
        ),
        other => other,
    }
}

/// Puts the elements that `order` names in its order; the others stay before the element that
/// they stood before.
fn reorder(list: &mut Vec<Value>, order: &[Value], before: &[Value], key: &str) {
    let rank = |element: &Value| order.iter().position(|other| same(element, other, key));
    let place = |element: &Value| before.iter().position(|other| same(element, other, key));
    let (mut named, others): (Vec<Value>, Vec<Value>) = list.drain(..).partition(|e| rank(e).is_some());
    named.sort_by_key(|element| rank(element));
    let mut others = others.into_iter().peekable();
    for element in named {
        let here = place(&element);
        while let Some(other) = others.peek() {
            match (place(other), here) {
                (Some(other), Some(here)) if other < here => list.extend(others.next()),
                _ => break,
            }
        }
        list.push(element);
    }
    list.extend(others);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(kind: (&str, &str, &str), mut object: Value, patch: Value, want: Value) {
        merge(&mut object, patch, root(kind.0, kind.1, kind.2)).expect("applies");
        assert_eq!(object, want);
    }

    const POD: (&str, &str, &str) = ("", "v1", "Pod");

    #[test]
    fn containers_merge_by_name() {
        check(
            POD,
            json!({"spec": {"containers": [{"name": "a", "image": "1", "args": ["x"]}, {"name": "b"}]}}),
            json!({"spec": {"containers": [{"name": "a", "image": "2", "args": ["y", "z"]}, {"name": "c"}]}}),
            json!({"spec": {"containers": [{"name": "a", "image": "2", "args": ["y", "z"]}, {"name": "c"}, {"name": "b"}]}}),
        );
    }

    #[test]
    fn elements_in_another_order_than_theirs_are_refused() {
        let mut object = json!({"spec": {"containers": [{"name": "a"}, {"name": "b"}]}});
        let patch = |first: &str, second: &str| {
            json!({"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}], "containers": [
                {"name": "z", "$patch": "delete"}, {"name": first, "image": "1"}, {"name": second, "image": "2"}]}})
        };
        let of = root("", "v1", "Pod");
        assert!(merge(&mut object, patch("a", "b"), of).is_err());
        assert!(merge(&mut object, patch("b", "new"), of).is_err());
        merge(&mut object, patch("b", "a"), of).expect("in order");
    }

    #[test]
    fn directives() {
        check(
            POD,
            json!({"spec": {"containers": [{"name": "a"}, {"name": "b"}]}}),
            json!({"spec": {"containers": [{"name": "a", "$patch": "delete"}]}}),
            json!({"spec": {"containers": [{"name": "b"}]}}),
        );
        check(
            POD,
            json!({"spec": {"containers": [{"name": "a"}, {"name": "b"}]}}),
            json!({"spec": {"containers": [{"$patch": "replace"}, {"name": "c"}]}}),
            json!({"spec": {"containers": [{"name": "c"}]}}),
        );
        check(
            POD,
            json!({"spec": {"volumes": [{"name": "v", "emptyDir": {}}]}}),
            json!({"spec": {"volumes": [{"name": "v", "hostPath": {"path": "/"}, "$retainKeys": ["name", "hostPath"]}]}}),
            json!({"spec": {"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}}),
        );
        check(
            POD,
            json!({"metadata": {"finalizers": ["a", "b"]}}),
            json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c"]}}),
            json!({"metadata": {"finalizers": ["c", "b"]}}),
        );
        check(
            POD,
            json!({"spec": {"containers": [{"name": "a"}, {"name": "s"}, {"name": "b"}]}}),
            json!({"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}], "containers": [{"name": "b", "image": "x"}]}}),
            json!({"spec": {"containers": [{"name": "s"}, {"name": "b", "image": "x"}, {"name": "a"}]}}),
        );
    }

    #[test]
    fn nulls_remove_and_unknown_types_merge_plainly() {
        check(
            ("x", "v1", "Y"),
            json!({"a": {"b": 1, "c": 2}, "l": [1]}),
            json!({"a": {"b": null, "d": {"e": null, "f": 1}}, "l": [2]}),
            json!({"a": {"c": 2, "d": {"f": 1}}, "l": [2]}),
        );
    }
}
