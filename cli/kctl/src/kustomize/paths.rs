//! Field paths with dots, as `replacements` and `vars` have them: `spec.containers.[name=x].image`.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// The steps of a path. `\.` is a dot within a step, and so is each within brackets.
pub fn steps(path: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut glue = false;
    for piece in path.split('.') {
        let (piece, more) = piece.strip_suffix('\\').map_or((piece, false), |piece| (piece, true));
        match pieces.last_mut() {
            Some(last) if glue => {
                last.push('.');
                last.push_str(piece);
            }
            _ => pieces.push(piece.into()),
        }
        glue = more;
    }
    let mut found: Vec<String> = Vec::new();
    for piece in pieces {
        match found.last_mut() {
            Some(last) if last.starts_with('[') && !last.ends_with(']') => {
                last.push('.');
                last.push_str(&piece);
            }
            _ => found.push(piece),
        }
    }
    found.retain(|step| !step.is_empty());
    // Brackets around several pieces without a key hold a name.
    for step in found.iter_mut().filter(|step| step.contains('.')) {
        if let Some(name) = step.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
            && !name.contains('=')
        {
            *step = name.to_string();
        }
    }
    found
}

/// The steps of a path as `vars` have them: `ports[0]` is an item.
pub fn steps_with_indices(path: &str) -> Vec<String> {
    let split = |piece: &str| match piece.strip_suffix(']').and_then(|piece| piece.split_once('[')) {
        Some((name, index)) => [name, index].iter().map(|step| step.to_string()).collect(),
        None => vec![piece.to_string()],
    };
    path.split('.').flat_map(split).filter(|step| !step.is_empty()).collect()
}

/// `[field=value]`, and `[=value]` for lists of plain values.
fn key(step: &str) -> Option<(&str, &str)> {
    step.strip_prefix('[')?.strip_suffix(']')?.split_once('=')
}

/// A plain value's text.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn has(item: &Value, field: &str, value: &str) -> bool {
    let held = if field.is_empty() { item } else { &item[field] };
    !held.is_null() && !held.is_object() && !held.is_array() && plain(held) == value
}

/// The field at a path, if it is there. Keys of list items are taken as they are.
pub fn get<'a>(object: &'a Value, path: &[String]) -> Option<&'a Value> {
    let mut here = object;
    for step in path {
        here = match (here, key(step)) {
            (Value::Array(items), Some((field, value))) => {
                items.iter().find(|item| has(item, field, value))?
            }
            (Value::Array(items), None) if step == "-" => items.last()?,
            (Value::Array(items), None) => items.get(step.parse::<usize>().ok()?)?,
            (Value::Object(map), _) => map.get(step)?,
            _ => return None,
        };
    }
    Some(here).filter(|found| !found.is_null())
}

/// Calls `set` with each field at a path, which may have `*` for all items; keys of list items are regular
/// expressions. With `create`, what is not there is made. Gives how many fields there were.
///
/// # Errors
/// Fails on steps that can't be taken, and when `set` fails.
pub fn visit(
    here: &mut Value,
    path: &[String],
    create: bool,
    set: &mut dyn FnMut(&mut Value) -> Result<()>,
) -> Result<usize> {
    let Some((step, rest)) = path.split_first() else {
        set(here)?;
        return Ok(1);
    };
    if here.is_null() && create {
        *here = if key(step).is_some() { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    }
    match here {
        Value::Array(items) => visit_items(items, step, rest, create, set),
        Value::Object(_) if step == "*" => bail!("wrong node kind: expected a list, not a map, for *"),
        Value::Object(_) if step.starts_with('[') && step.ends_with(']') && key(step).is_none() => {
            bail!("list path element must contain fieldName=fieldValue for element to match")
        }
        Value::Object(map) => match map.get_mut(step) {
            Some(field) => visit(field, rest, create, set),
            None if create => visit(map.entry(step).or_insert(Value::Null), rest, create, set),
            None => Ok(0),
        },
        Value::Null => Ok(0),
        _ => bail!("wrong node kind: expected a map or a list at {step:?}"),
    }
}

fn visit_items(
    items: &mut Vec<Value>,
    step: &str,
    rest: &[String],
    create: bool,
    set: &mut dyn FnMut(&mut Value) -> Result<()>,
) -> Result<usize> {
    let mut count = 0;
    if step == "*" {
        for item in items {
            count += visit(item, rest, create, set)?;
        }
        return Ok(count);
    }
    let Some((field, value)) = key(step) else {
        let at = step.parse::<usize>().with_context(|| format!("{step:?} is no index of a list"))?;
        if create && at == items.len() {
            items.push(Value::Null);
        }
        let count = items.len();
        let Some(item) = items.get_mut(at) else {
            bail!("index {at} specified but only {count} elements found");
        };
        return visit(item, rest, create, set);
    };
    let pattern = regex::Regex::new(value).with_context(|| format!("{value:?} is no regular expression"))?;
    for item in items.iter_mut() {
        let held = if field.is_empty() { &*item } else { &item[field] };
        if !held.is_null() && pattern.is_match(&plain(held)) {
            count += visit(item, rest, create, set)?;
        }
    }
    if count == 0 && create {
        let mut fresh = Value::Null;
        if field.is_empty() {
            fresh = value.into();
        } else {
            fresh[field] = value.into();
        }
        items.push(fresh);
        if let Some(last) = items.last_mut() {
            count = visit(last, rest, create, set)?;
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn steps_have_brackets_and_escapes() {
        assert_eq!(steps("a.[x=1.2].b"), ["a", "[x=1.2]", "b"]);
        assert_eq!(steps("a.[b.c/d].e"), ["a", "b.c/d", "e"]);
        assert_eq!(steps_with_indices("spec.ports[0].port"), ["spec", "ports", "0", "port"]);
        assert_eq!(steps_with_indices("spec.ports.[0].port"), ["spec", "ports", "0", "port"]);
        assert_eq!(steps(r"metadata.annotations.a\.b/c"), ["metadata", "annotations", "a.b/c"]);
    }

    #[test]
    fn fields_are_found_and_made() {
        let mut object = json!({"l": [{"n": "ab", "v": 1}, {"n": "ac", "v": 2}], "p": ["x"]});
        assert_eq!(get(&object, &steps("l.[n=ac].v")), Some(&json!(2)));
        assert_eq!(get(&object, &steps("l.0.v")), Some(&json!(1)));
        assert_eq!(get(&object, &steps("l.-.v")), Some(&json!(2)));
        assert_eq!(get(&object, &steps("l.[n=a].v")), None);
        let mut visits = |path: &str, create| {
            visit(&mut object, &steps(path), create, &mut |field| {
                *field = json!("new");
                Ok(())
            })
        };
        assert_eq!(visits("l.[n=a].v", false).expect("both"), 2);
        assert_eq!(visits("l.*.w", false).expect("none"), 0);
        assert_eq!(visits("a.b.[n=z].v", true).expect("made"), 1);
        assert_eq!(visits("p.[=x]", false).expect("plain"), 1);
        assert!(visits("p.7", false).is_err());
        assert_eq!(object["a"], json!({"b": [{"n": "z", "v": "new"}]}));
        assert_eq!(object["p"], json!(["new"]));
    }
}
