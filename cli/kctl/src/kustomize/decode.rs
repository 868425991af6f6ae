//! Decoding as Go's `encoding/json` has it: nothing is the empty value, names of fields count whatever
//! their case, and a list is no struct. Kustomizations are held to it, and plugins' configurations, where
//! plain values are texts where texts are wanted and unknown fields are passed over.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde_json::{Error, Map, Value};

/// Decodes what must be exactly as it is wanted.
///
/// # Errors
/// Names the field that is of a wrong type or that there is not.
pub fn strict<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Decoder { value, loose: false, path: String::new() })
}

/// Decodes a configuration, which may have fields that nobody knows.
///
/// # Errors
/// Names the field that is of a wrong type.
pub fn loose<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Decoder { value, loose: true, path: String::new() })
}

struct Decoder {
    value: Value,
    loose: bool,
    /// The names of the fields that led here.
    path: String,
}

impl Decoder {
    fn wrong(&self, wanted: &str) -> Error {
        let held = apimachinery::unreadable::kind_of(&self.value);
        let place = if self.path.is_empty() { "the document".into() } else { format!("field {}", self.path) };
        Error::custom(format!("cannot unmarshal {held} into {place} of type {wanted}"))
    }

    fn below(&self, name: &str, value: Value) -> Self {
        let path = if self.path.is_empty() { name.into() } else { format!("{}.{name}", self.path) };
        Self { value, loose: self.loose, path }
    }

    fn map<'de, V: Visitor<'de>>(self, visitor: V, fields: Option<&[&str]>) -> Result<V::Value, Error> {
        let held = match &self.value {
            Value::Null => Map::new(),
            Value::Object(map) => map.clone(),
            _ => return Err(self.wrong(if fields.is_some() { "struct" } else { "map" })),
        };
        let mut found: Vec<(String, Self)> = Vec::new();
        for (name, value) in held {
            let known = fields.map(|fields| {
                let exact = fields.iter().find(|field| **field == name);
                exact.or_else(|| fields.iter().find(|field| field.eq_ignore_ascii_case(&name)))
            });
            let name = match known {
                None => name,
                Some(Some(field)) => field.to_string(),
                Some(None) if self.loose => continue,
                Some(None) => {
                    let place = if self.path.is_empty() { "" } else { " of " };
                    let has = fields.unwrap_or_default().join(", ");
                    return Err(Error::custom(format!(
                        "unknown field {name:?}{place}{}; there are {has}",
                        self.path
                    )));
                }
            };
            let inner = self.below(&name, value);
            // The last one counts.
            found.retain(|(held, _)| *held != name);
            found.push((name, inner));
        }
        visitor.visit_map(MapDeserializer::new(found.into_iter()))
    }
}

impl IntoDeserializer<'_, Error> for Decoder {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match &self.value {
                Value::Null => visitor.visit_i64(0),
                Value::Number(number) if number.is_i64() || number.is_u64() => {
                    self.value.deserialize_any(visitor)
                }
                _ => Err(self.wrong("int")),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Decoder {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.value.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.map(visitor, Some(fields))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.map(visitor, None)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::Null => visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<Self>())),
            Value::Array(items) => {
                let items: Vec<Self> = items
                    .iter()
                    .map(|item| Self { value: item.clone(), loose: self.loose, path: self.path.clone() })
                    .collect();
                visitor.visit_seq(SeqDeserializer::new(items.into_iter()))
            }
            _ => Err(self.wrong("list")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::Null => visitor.visit_str(""),
            Value::String(text) => visitor.visit_str(text),
            Value::Number(_) | Value::Bool(_) if self.loose => visitor.visit_string(self.value.to_string()),
            _ => Err(self.wrong("string")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::Null => visitor.visit_bool(false),
            Value::Bool(value) => visitor.visit_bool(*value),
            _ => Err(self.wrong("bool")),
        }
    }

    numbers! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    serde::forward_to_deserialize_any! {
        f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct enum ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
    struct Inner {
        some_text: String,
        count: i64,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
    struct Outer {
        list: Vec<Inner>,
        inner: Inner,
        perhaps: Option<Vec<String>>,
        pairs: BTreeMap<String, String>,
        yes: bool,
        any: Value,
    }

    #[test]
    fn as_go_does() {
        let found: Outer = strict(json!({
            "list": [null, {"SOMETEXT": "a", "count": 3}], "inner": null, "perhaps": null,
            "pairs": {"a": null, "b": "c"}, "yes": null, "any": [1, {"x": null}],
        }))
        .expect("decodes");
        let wanted = Outer {
            list: vec![Inner::default(), Inner { some_text: "a".into(), count: 3 }],
            pairs: [("a".into(), String::new()), ("b".into(), "c".into())].into(),
            any: json!([1, {"x": null}]),
            ..Outer::default()
        };
        assert_eq!(found, wanted);
        for (value, why) in [
            (json!({"inner": []}), "cannot unmarshal array into field inner of type struct"),
            (json!({"pairs": {"a": 1}}), "cannot unmarshal number into field pairs.a of type string"),
            (json!({"list": [{"count": "3"}]}), "cannot unmarshal string into field list.count of type int"),
            (json!({"list": [{"count": 1.5}]}), "field list.count of type int"),
            (json!({"yes": "true"}), "cannot unmarshal string into field yes of type bool"),
            (json!({"inner": {"none": 1}}), "unknown field \"none\" of inner; there are someText, count"),
            (json!([]), "cannot unmarshal array into the document"),
        ] {
            let error = strict::<Outer>(value).expect_err(why).to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn texts_are_made_of_what_is_plain() {
        let found: Outer =
            loose(json!({"pairs": {"a": 1, "b": true}, "none": [], "inner": {"x": 1}})).expect("decodes");
        assert_eq!(found.pairs, [("a".into(), "1".into()), ("b".into(), "true".into())].into());
        assert!(loose::<Outer>(json!({"pairs": {"a": {}}})).is_err());
    }
}
