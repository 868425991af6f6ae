//! Objects read for a purpose: what it does not need is passed over, not built.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Who wrote which field: often as long as the rest of an object, and looked at by nobody who shows it.
const MANAGED_FIELDS: &str = "managedFields";

/// A field's name, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// A JSON object without `managedFields`; with `fields`, with the fields of these names alone, at
/// whatever depth they are.
///
/// # Errors
/// Fails when it is no JSON.
pub fn read(json: &[u8], fields: Option<&[&str]>) -> serde_json::Result<Value> {
    let mut from = serde_json::Deserializer::from_slice(json);
    let value = Seed { fields }.deserialize(&mut from)?;
    from.end()?;
    Ok(value)
}

/// An object's `metadata`, as it is written.
pub fn metadata(json: &[u8]) -> Option<&RawValue> {
    struct Find;

    impl<'de> Visitor<'de> for Find {
        type Value = Option<&'de RawValue>;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(name) = map.next_key::<Name<'de>>()? {
                if found.is_none() && name.0 == "metadata" {
                    found = Some(map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    serde_json::Deserializer::from_slice(json).deserialize_map(Find).ok().flatten()
}

#[derive(Clone, Copy)]
struct Seed<'f> {
    fields: Option<&'f [&'f str]>,
}

impl Seed<'_> {
    fn wants(self, name: &str) -> bool {
        match self.fields {
            Some(fields) => fields.contains(&name),
            None => name != MANAGED_FIELDS,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    crate::scalars::visits!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(value) = seq.next_element_seed(self)? {
            all.push(value);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(Name(name)) = map.next_key()? {
            if self.wants(&name) {
                all.insert(name.into_owned(), map.next_value_seed(self)?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_wanted_is_left_out() {
        let json = br#"{"kind":"X","metadata":{"name":"a\n","managedFields":[{"f":{}}]},"n":[1,-2,1.5,null,true,{"b":{"c":"d"}}]}"#;
        assert_eq!(
            read(json, None).expect("JSON"),
            json!({"kind": "X", "metadata": {"name": "a\n"}, "n": [1, -2, 1.5, null, true, {"b": {"c": "d"}}]})
        );
        assert_eq!(
            read(json, Some(&["metadata", "name", "n", "b"])).expect("JSON"),
            json!({"metadata": {"name": "a\n"}, "n": [1, -2, 1.5, null, true, {"b": {}}]})
        );
        assert_eq!(metadata(json).expect("is there").get(), r#"{"name":"a\n","managedFields":[{"f":{}}]}"#);
        assert!(metadata(b"{}").is_none());
        assert!(metadata(b"{\"metadata\":").is_none());
        assert!(read(b"{\"a\":1", None).is_err());
        assert!(read(b"{} x", None).is_err());
    }
}
