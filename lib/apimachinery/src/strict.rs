//! Reads JSON and notes what a lenient reader passes over: keys that stand twice, and fields
//! that the object's type does not have.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Parses `text`. The second part names each duplicate, as upstream words it.
///
/// # Errors
/// Fails when the text is not JSON.
pub fn parse(text: &[u8]) -> Result<(Value, Vec<String>), serde_json::Error> {
    let notes = RefCell::default();
    let mut reader = serde_json::Deserializer::from_slice(text);
    let seed = Node { place: Place::Root, notes: &notes };
    let value = seed.deserialize(&mut reader)?;
    reader.end()?;
    Ok((value, notes.into_inner().duplicates))
}

/// Brings what is wrong with `text`, fields of both sorts, into the order in which a reader meets it.
fn sort(text: &[u8], problems: &mut [String]) {
    let notes = RefCell::new(Notes { met: Some(Vec::new()), ..Notes::default() });
    let mut reader = serde_json::Deserializer::from_slice(text);
    if (Node { place: Place::Root, notes: &notes }).deserialize(&mut reader).is_err() {
        return;
    }
    let met = notes.into_inner().met.unwrap_or_default();
    problems.sort_by_cached_key(|problem| met.iter().position(|one| one == problem));
}

/// The fields of `input` that `decoded`, the same object after it went through its type, lacks.
pub fn unknown(input: &Value, decoded: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(input, decoded, "", &mut found);
    found
}

fn walk(input: &Value, decoded: &Value, path: &str, found: &mut Vec<String>) {
    match (input, decoded) {
        (Value::Object(input), Value::Object(decoded)) => {
            for (key, value) in input {
                let here = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match decoded.get(key) {
                    Some(kept) => walk(value, kept, &here, found),
                    None if value.is_null() => {}
                    None => found.push(unknown_field(&here)),
                }
            }
        }
        (Value::Array(input), Value::Array(decoded)) => {
            for (index, (value, kept)) in input.iter().zip(decoded).enumerate() {
                walk(value, kept, &format!("{path}[{index}]"), found);
            }
        }
        _ => {}
    }
}

/// Where a value stands. It is written out only for what is told of.
#[derive(Clone, Copy)]
enum Place<'a> {
    Root,
    Field(&'a Place<'a>, &'a str),
    Element(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(Self::Root, name) => out.write_str(name),
            Self::Field(parent, name) => write!(out, "{parent}.{name}"),
            Self::Element(parent, index) => write!(out, "{parent}[{index}]"),
        }
    }
}

/// What is said of a field that is not known.
pub fn unknown_field(path: &str) -> String {
    format!("unknown field {path:?}")
}

fn duplicate_field(path: &str) -> String {
    format!("duplicate field {path:?}")
}

/// Adds what is `unknown` in `text` to what stands in it twice, in the order in which a reader meets them. What is
/// unknown is told of once, however often it is there.
pub fn with_unknown(text: &[u8], duplicates: &mut Vec<String>, unknown: Vec<String>) {
    if duplicates.is_empty() || unknown.is_empty() {
        duplicates.extend(unknown);
        return;
    }
    fn path<'p>(problem: &'p str, what: &str) -> Option<&'p str> {
        problem.strip_prefix(what)?.strip_prefix(" \"")?.strip_suffix('"')
    }
    let covered: Vec<&str> = unknown.iter().filter_map(|problem| path(problem, "unknown field")).collect();
    let is_within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    duplicates.retain(|problem| {
        let twice = path(problem, "duplicate field").unwrap_or_default();
        !covered.iter().any(|outer| is_within(twice, outer))
    });
    duplicates.extend(unknown);
    sort(text, duplicates);
}

#[derive(Default)]
struct Notes {
    duplicates: Vec<String>,
    /// What every field would be told of as, if that is asked for.
    met: Option<Vec<String>>,
}

struct Node<'a> {
    place: Place<'a>,
    notes: &'a RefCell<Notes>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    crate::scalars::visits!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let place = Place::Element(&self.place, list.len());
            match sequence.next_element_seed(Node { place, notes: self.notes })? {
                Some(value) => list.push(value),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let place = Place::Field(&self.place, &key);
            let twice = map.contains_key(&key);
            let mut notes = self.notes.borrow_mut();
            if twice {
                notes.duplicates.push(duplicate_field(&place.to_string()));
            }
            if let Notes { duplicates, met: Some(met) } = &mut *notes {
                met.push(match duplicates.last() {
                    Some(duplicate) if twice => duplicate.clone(),
                    _ => unknown_field(&place.to_string()),
                });
            }
            drop(notes);
            let value = entries.next_value_seed(Node { place, notes: self.notes })?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_duplicates_and_unknowns() {
        let text = br#"{"a":1,"b":[{"c":1,"c":2}],"d":null}"#;
        let (value, duplicates) = parse(text).expect("parses");
        assert_eq!(duplicates, [r#"duplicate field "b[0].c""#]);
        let decoded = serde_json::json!({"b": [{}]});
        assert_eq!(unknown(&value, &decoded), [r#"unknown field "a""#, r#"unknown field "b[0].c""#]);
        assert!(parse(b"{").is_err());
    }

    #[test]
    fn what_is_unknown_is_told_once() {
        let text = br#"{"a":{"x":1,"x":2},"a":{"x":1,"x":2},"ab":1,"ab":2,"c":1}"#;
        let (_, mut wrong) = parse(text).expect("parses");
        with_unknown(text, &mut wrong, vec![unknown_field("a"), unknown_field("c")]);
        assert_eq!(wrong, [r#"unknown field "a""#, r#"duplicate field "ab""#, r#"unknown field "c""#]);
    }

    #[test]
    fn what_is_wrong_is_told_in_its_order() {
        let text = br#"{"a":{"x":1},"b":1,"b":2,"c":1}"#;
        let wrong = [r#"unknown field "a.x""#, r#"duplicate field "b""#, r#"unknown field "c""#];
        let mut problems = [wrong[1], wrong[0], wrong[2]].map(String::from);
        sort(text, &mut problems);
        assert_eq!(problems, wrong);
    }
}
