//! What selectors ask of an object, read from its JSON without making a tree of the rest.

use std::collections::BTreeMap;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What was found.
#[derive(Debug, Default)]
pub struct Picked {
    pub labels: BTreeMap<Box<str>, Box<str>>,
    /// The values at the paths, in their order; what is not there is what it is by default.
    pub fields: Box<[Box<str>]>,
}

/// Reads the labels and the fields at `paths`.
///
/// # Errors
/// Fails when `json` is none, or its labels are no texts.
pub fn pick(json: &[u8], paths: &[&str]) -> Result<Picked, serde_json::Error> {
    let mut picked =
        Picked { fields: paths.iter().map(|path| by_default(path).into()).collect(), ..Picked::default() };
    let fields = paths.iter().enumerate().map(|(index, path)| (place(path), Goal::Field(index)));
    let wanted: Vec<_> = fields.chain([("metadata.labels", Goal::Labels)]).collect();
    let mut json = serde_json::Deserializer::from_slice(json);
    Value { wanted, picked: &mut picked }.deserialize(&mut json)?;
    json.end()?;
    Ok(picked)
}

/// Where a selectable field is.
fn place(path: &str) -> &str {
    // It is named after its object.
    if path == "source" { "source.component" } else { path }
}

/// A field's value where the object has none.
fn by_default(path: &str) -> &'static str {
    match path {
        "spec.unschedulable" | "spec.hostNetwork" => "false",
        "status.replicas" | "status.successful" => "0",
        _ => "",
    }
}

/// What a path leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Field(usize),
    Labels,
}

/// Paths from here on, and their goals; the empty one is here.
type Wanted<'p> = Vec<(&'p str, Goal)>;

/// A value in which something is wanted.
struct Value<'p, 'a> {
    wanted: Wanted<'p>,
    picked: &'a mut Picked,
}

impl Value<'_, '_> {
    fn scalar<E>(self, text: &str) -> Result<(), E> {
        for (path, goal) in &self.wanted {
            if let (true, Goal::Field(index)) = (path.is_empty(), goal)
                && let Some(field) = self.picked.fields.get_mut(*index)
            {
                *field = text.into();
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(if value { "true" } else { "false" })
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(&value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(&serde_json::Value::from(value).to_string())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(inside) = map.next_key_seed(Key(&self.wanted))? {
            if inside.is_empty() {
                map.next_value::<IgnoredAny>()?;
            } else if inside.contains(&("", Goal::Labels)) {
                self.picked.labels = map.next_value::<Option<_>>()?.unwrap_or_default();
            } else {
                map.next_value_seed(Value { wanted: inside, picked: self.picked })?;
            }
        }
        Ok(())
    }
}

/// A field's name; gives what is wanted of its value.
struct Key<'p, 'w>(&'w Wanted<'p>);

impl<'de, 'p> DeserializeSeed<'de> for Key<'p, '_> {
    type Value = Wanted<'p>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Wanted<'p>, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for Key<'p, '_> {
    type Value = Wanted<'p>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a field's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Wanted<'p>, E> {
        let inside = self.0.iter().filter_map(|(path, goal)| {
            let rest = path.strip_prefix(name)?;
            if rest.is_empty() { Some((rest, *goal)) } else { Some((rest.strip_prefix('.')?, *goal)) }
        });
        Ok(inside.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_fields_are_found_wherever_they_stand() {
        let paths = [
            "spec.nodeName",
            "spec.hostNetwork",
            "status.phase",
            "status.replicas",
            "source",
            "type",
            "spec.deep.er",
        ];
        let read = |json: &str| pick(json.as_bytes(), &paths).expect("JSON");
        let found = read(
            r#"{"type":"t","metadata":{"name":"n","labels":{"a":"b","c":""},"other":{"labels":{"x":"y"}}},
                "status":{"replicas":3,"phase":null},"source":{"component":"k"},
                "spec":{"list":[{"nodeName":"no"}],"nodeName":"a\"b","hostNetwork":true,"deep":{"er":1.5,"spec":{"nodeName":"no"}}}}"#,
        );
        assert_eq!(*found.fields, ["a\"b", "true", "", "3", "k", "t", "1.5"].map(Box::from));
        let labels: Vec<(&str, &str)> = found.labels.iter().map(|(key, value)| (&**key, &**value)).collect();
        assert_eq!(labels, [("a", "b"), ("c", "")]);
        let none = read(r#"{"metadata":{"labels":null},"spec":[],"status":"s","source":"text","typed":1}"#);
        assert_eq!(*none.fields, ["", "false", "", "0", "", "", ""].map(Box::from));
        assert!(none.labels.is_empty());
        for bad in ["", "{", r#"{"a":1} x"#, r#"{"metadata":{"labels":{"a":1}}}"#] {
            assert!(pick(bad.as_bytes(), &paths).is_err(), "{bad}");
        }
    }
}
