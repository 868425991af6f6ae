//! Sets of field paths, and their form in `managedFields` (`FieldsV1`).

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// A value that tells an element of a list from the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar {
    /// A whole number.
    Int(i64),
    /// Any other number, as JSON has it.
    Number(Box<str>),
    /// A text.
    Text(Box<str>),
    /// True or false.
    Bool(bool),
    /// Nothing.
    Null,
}

impl Scalar {
    /// From JSON; `None` for lists and maps.
    pub fn from_json(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::String(text) => Self::Text(text.as_str().into()),
            Value::Number(number) => match number.as_i64() {
                Some(number) => Self::Int(number),
                None => Self::Number(number.to_string().into()),
            },
            Value::Array(_) | Value::Object(_) => return None,
        })
    }

    fn json(&self) -> Value {
        match self {
            Self::Int(number) => Value::from(*number),
            Self::Number(text) => serde_json::from_str(text).unwrap_or_default(),
            Self::Text(text) => Value::from(&**text),
            Self::Bool(flag) => Value::from(*flag),
            Self::Null => Value::Null,
        }
    }
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// A field, or a key of a map.
    Field(Box<str>),
    /// The element of a keyed list, by its keys in the order of their names.
    Key(Vec<(Box<str>, Scalar)>),
    /// The element of a set.
    Value(Scalar),
    /// The element at a place.
    Index(i64),
}

impl Element {
    pub(super) fn encode(&self) -> String {
        match self {
            Self::Field(name) => ["f:", name].concat(),
            Self::Key(keys) => {
                let map: Map<String, Value> =
                    keys.iter().map(|(name, value)| (name.to_string(), value.json())).collect();
                format!("k:{}", Value::Object(map))
            }
            Self::Value(value) => format!("v:{}", value.json()),
            Self::Index(index) => format!("i:{index}"),
        }
    }

    fn decode(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        Some(match kind {
            "f" => Self::Field(rest.into()),
            "k" => {
                let Value::Object(map) = serde_json::from_str(rest).ok()? else { return None };
                let mut keys = map
                    .iter()
                    .map(|(name, value)| Some((name.as_str().into(), Scalar::from_json(value)?)))
                    .collect::<Option<Vec<_>>>()?;
                keys.sort();
                Self::Key(keys)
            }
            "v" => Self::Value(Scalar::from_json(&serde_json::from_str(rest).ok()?)?),
            "i" => Self::Index(rest.parse().ok()?),
            _ => return None,
        })
    }
}

impl fmt::Display for Element {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(out, ".{name}"),
            Self::Key(keys) => {
                out.write_str("[")?;
                for (index, (name, value)) in keys.iter().enumerate() {
                    write!(out, "{}{name}={}", if index > 0 { "," } else { "" }, value.json())?;
                }
                out.write_str("]")
            }
            Self::Value(value) => write!(out, "[={}]", value.json()),
            Self::Index(index) => write!(out, "[{index}]"),
        }
    }
}

/// A set of paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set(pub(super) BTreeMap<Element, Member>);

/// What a set holds at and below one element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// Whether the path that ends here is in the set.
    pub own: bool,
    /// The longer paths.
    pub below: Set,
}

impl Member {
    /// Whether nothing is in the set at or below the element.
    pub fn is_empty(&self) -> bool {
        !self.own && self.below.is_empty()
    }
}

impl Set {
    /// Whether there is no path in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A set of one path of fields.
    pub fn of_fields(path: &[&str]) -> Self {
        let path: Vec<Element> = path.iter().map(|name| Element::Field((*name).into())).collect();
        let mut set = Self::default();
        set.insert(&path);
        set
    }

    /// Adds a path.
    pub fn insert(&mut self, path: &[Element]) {
        let Some((first, rest)) = path.split_first() else { return };
        let member = match self.0.get_mut(first) {
            Some(member) => member,
            None => self.0.entry(first.clone()).or_default(),
        };
        if rest.is_empty() {
            member.own = true;
        } else {
            member.below.insert(rest);
        }
    }

    /// What is in either.
    pub fn union(&self, other: &Self) -> Self {
        let mut out = self.clone();
        out.add(other);
        out
    }

    /// Adds all of another set.
    pub fn add(&mut self, other: &Self) {
        for (element, member) in &other.0 {
            match self.0.get_mut(element) {
                Some(have) => {
                    have.own |= member.own;
                    have.below.add(&member.below);
                }
                None => {
                    self.0.insert(element.clone(), member.clone());
                }
            }
        }
    }

    fn combine(&self, other: &Self, both: fn(&Member, &Member) -> Member, alone: bool) -> Self {
        let mut out = BTreeMap::new();
        for (element, member) in &self.0 {
            let kept = match other.0.get(element) {
                Some(other) => both(member, other),
                None if alone => member.clone(),
                None => continue,
            };
            if !kept.is_empty() {
                out.insert(element.clone(), kept);
            }
        }
        Self(out)
    }

    /// What is in this set and not in the other.
    pub fn difference(&self, other: &Self) -> Self {
        self.combine(other, |a, b| Member { own: a.own && !b.own, below: a.below.difference(&b.below) }, true)
    }

    /// What is in both.
    pub fn intersection(&self, other: &Self) -> Self {
        self.combine(
            other,
            |a, b| Member { own: a.own && b.own, below: a.below.intersection(&b.below) },
            false,
        )
    }

    /// What is in this set, without the paths of the other and all that lies below them.
    #[must_use]
    pub fn without(mut self, other: &Self) -> Self {
        self.remove(other);
        self
    }

    fn remove(&mut self, other: &Self) {
        for (element, gone) in &other.0 {
            let Some(member) = self.0.get_mut(element) else { continue };
            if !gone.own {
                member.below.remove(&gone.below);
            }
            if gone.own || member.is_empty() {
                self.0.remove(element);
            }
        }
    }

    /// Every path, in order.
    pub fn paths(&self) -> Vec<Vec<Element>> {
        fn walk(set: &Set, path: &mut Vec<Element>, out: &mut Vec<Vec<Element>>) {
            for (element, member) in &set.0 {
                path.push(element.clone());
                if member.own {
                    out.push(path.clone());
                }
                walk(&member.below, path, out);
                path.pop();
            }
        }
        let mut out = Vec::new();
        walk(self, &mut Vec::new(), &mut out);
        out
    }

    /// As `FieldsV1` has it.
    pub fn encode(&self) -> Value {
        self.encode_with(false)
    }

    /// The same; `own`: the path that ends here is in the set, too.
    fn encode_with(&self, own: bool) -> Value {
        let mut map = Map::with_capacity(self.0.len() + usize::from(own));
        if own {
            map.insert(".".into(), Value::Object(Map::new()));
        }
        for (element, member) in &self.0 {
            let own = member.own && !member.below.is_empty();
            map.insert(element.encode(), member.below.encode_with(own));
        }
        Value::Object(map)
    }

    /// From `FieldsV1`; `None` when it is malformed.
    pub fn decode(fields: &Value) -> Option<Self> {
        let mut set = Self::default();
        for (key, value) in fields.as_object()? {
            if key == "." {
                continue;
            }
            let inner = value.as_object()?;
            let below = Self::decode(value)?;
            let own = inner.is_empty() || inner.contains_key(".");
            set.0.insert(Element::decode(key)?, Member { own, below });
        }
        Some(set)
    }
}

/// A path as people read it: `.spec.containers[name="a"].image`.
pub fn display(path: &[Element]) -> String {
    path.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_v1_goes_there_and_back() {
        let fields = json!({
            "f:metadata": {"f:labels": {".": {}, "f:a": {}}, "f:finalizers": {"v:\"x\"": {}}},
            "f:spec": {"f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:name": {}}}},
        });
        let set = Set::decode(&fields).expect("well formed");
        assert_eq!(set.encode(), fields);
        let paths: Vec<String> = set.paths().iter().map(|path| display(path)).collect();
        assert_eq!(
            paths,
            [
                ".metadata.finalizers[=\"x\"]",
                ".metadata.labels",
                ".metadata.labels.a",
                ".spec.ports[containerPort=80,protocol=\"TCP\"]",
                ".spec.ports[containerPort=80,protocol=\"TCP\"].name",
            ]
        );
        assert!(Set::decode(&json!({"x:y": {}})).is_none());
        assert!(Set::decode(&json!({"f:y": 1})).is_none());
    }

    #[test]
    fn arithmetic() {
        let set = |fields: Value| Set::decode(&fields).expect("well formed");
        let a = set(json!({"f:a": {".": {}, "f:b": {}}, "f:c": {}}));
        let b = set(json!({"f:a": {"f:b": {}}, "f:d": {}}));
        assert_eq!(a.difference(&b), set(json!({"f:a": {}, "f:c": {}})));
        assert_eq!(a.intersection(&b), set(json!({"f:a": {"f:b": {}}})));
        assert_eq!(a.union(&b), set(json!({"f:a": {".": {}, "f:b": {}}, "f:c": {}, "f:d": {}})));
        assert_eq!(a.without(&Set::of_fields(&["a"])), set(json!({"f:c": {}})));
    }
}
