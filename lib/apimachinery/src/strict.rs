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
    let duplicates = RefCell::new(Vec::new());
    let mut reader = serde_json::Deserializer::from_slice(text);
    let seed = Node { place: Place::Root, duplicates: &duplicates };
    let value = seed.deserialize(&mut reader)?;
    reader.end()?;
    Ok((value, duplicates.into_inner()))
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
                    None => found.push(format!("unknown field {here:?}")),
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

struct Node<'a> {
    place: Place<'a>,
    duplicates: &'a RefCell<Vec<String>>,
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
            match sequence.next_element_seed(Node { place, duplicates: self.duplicates })? {
                Some(value) => list.push(value),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let place = Place::Field(&self.place, &key);
            if map.contains_key(&key) {
                self.duplicates.borrow_mut().push(format!("duplicate field {:?}", place.to_string()));
            }
            let value = entries.next_value_seed(Node { place, duplicates: self.duplicates })?;
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
}
