//! Who owns what of an object that was not there before: all that is in it belongs to its writer.
//!
//! It says what [`Managers::update`](super::managed::Managers::update) says of an object without a past, from
//! the object's text and in one pass: a cluster makes most objects once, and changes few of them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::managed::is_nobodys;
use super::schema::{Node, Struct, Type};
use super::set::{Element, Scalar};

type Keys = [(Cow<'static, str>, Option<Value>)];

/// As `FieldsV1`: the fields of the object in `text` but for those `ignored` at its top; `None` when there
/// are none, or when it is no object.
pub fn fields(node: Node<'_>, ignored: &[&str], text: &[u8]) -> Option<Value> {
    let seed = Root { node, ignored };
    let branch = seed.deserialize(&mut serde_json::Deserializer::from_slice(text)).ok()?;
    (!branch.below.is_empty()).then(|| branch.encode(false))
}

/// What is owned at one place and below.
#[derive(Default)]
struct Branch {
    own: bool,
    /// By the steps that lead there, as `FieldsV1` writes them.
    below: Vec<(String, Branch)>,
}

impl Branch {
    fn leaf() -> Self {
        Self { own: true, below: Vec::new() }
    }

    fn put(&mut self, field: &str, branch: Self) {
        if branch.own || !branch.below.is_empty() {
            self.below.push((["f:", field].concat(), branch));
        }
    }

    /// Fields come in the order of their names.
    fn sort(&mut self) {
        self.below.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    }

    fn encode(self, own: bool) -> Value {
        let mut map = Map::with_capacity(self.below.len() + usize::from(own));
        if own {
            map.insert(".".into(), Value::Object(Map::new()));
        }
        for (step, branch) in self.below {
            let own = branch.own && !branch.below.is_empty();
            map.insert(step, branch.encode(own));
        }
        Value::Object(map)
    }
}

/// What was at a place before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Old {
    /// Nothing, as there was nothing around it.
    Absent,
    /// The empty value of a field that is always there: of no fields, or null.
    Empty,
    Null,
}

/// The fields of a map that is declared, if there are any.
fn declared<'s>(node: Node<'s>) -> Option<&'s Struct> {
    match node.kind() {
        Type::Struct(fields) if !fields.fields.is_empty() => Some(fields),
        _ => None,
    }
}

fn has_always(node: Node<'_>) -> bool {
    declared(node).is_some_and(|fields| fields.fields.values().any(|field| field.always))
}

/// What a field was that is always there.
fn always(node: Node<'_>) -> Old {
    if declared(node).is_some() { Old::Empty } else { Old::Null }
}

/// A field that is always there, of something new that does not name it.
fn unnamed(node: Node<'_>) -> Branch {
    let mut branch = Branch::leaf();
    for (name, field) in declared(node).into_iter().flat_map(|fields| &fields.fields) {
        if field.always {
            branch.put(name, unnamed(node.at(field.id)));
        }
    }
    branch
}

/// The whole object.
struct Root<'a> {
    node: Node<'a>,
    ignored: &'a [&'a str],
}

impl<'de> DeserializeSeed<'de> for Root<'_> {
    type Value = Branch;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Branch, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = Branch;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Branch, A::Error> {
        let mut root = Branch::default();
        while let Some(Name(name)) = map.next_key()? {
            let child = self.node.field(&name).filter(|_| !self.ignored.contains(&&*name));
            let (Some((child, _)), false) = (child, matches!(&*name, "apiVersion" | "kind")) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let is_always = declared(self.node)
                .and_then(|fields| fields.fields.get(&*name))
                .is_some_and(|field| field.always);
            let old = match &*name {
                "metadata" => Old::Empty,
                _ if is_always => always(child),
                _ => Old::Absent,
            };
            let mut branch = map.next_value_seed(At { node: child, old, keys: &[], wanted: false })?.branch;
            if name == "metadata" {
                branch.own = false;
                branch.below.retain_mut(|(step, branch)| {
                    branch.own &= !is_nobodys(&["metadata", &step[2..]]);
                    branch.own || !branch.below.is_empty()
                });
            }
            root.put(&name, branch);
        }
        root.sort();
        Ok(root)
    }
}

/// A value at some place of the object.
struct At<'a> {
    node: Node<'a>,
    old: Old,
    /// The fields that tell it from the others of its list.
    keys: &'a Keys,
    /// Whether it is one of those, or itself an element.
    wanted: bool,
}

/// What was found there.
#[derive(Default)]
struct Found {
    branch: Branch,
    /// The value, if it is wanted and no map or list.
    scalar: Option<Scalar>,
    /// The element that it is of its list, if it has what it takes.
    element: Option<Element>,
}

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Found, D::Error> {
        // Of what is told apart as a whole nothing is read, except whether it is null where null was.
        if matches!(self.node.kind(), Type::Leaf) && self.old == Old::Absent && !self.wanted {
            from.deserialize_ignored_any(IgnoredAny)?;
            return Ok(Found { branch: Branch::leaf(), ..Found::default() });
        }
        from.deserialize_any(self)
    }
}

impl At<'_> {
    fn scalar<E>(self, scalar: impl FnOnce() -> Scalar) -> Result<Found, E> {
        let scalar = self.wanted.then(scalar);
        Ok(Found { branch: Branch::leaf(), scalar, element: None })
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = Found;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Found, E> {
        self.scalar(|| Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Found, E> {
        self.scalar(|| Scalar::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Found, E> {
        self.scalar(|| Scalar::from_json(&value.into()).unwrap_or(Scalar::Null))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Found, E> {
        self.scalar(|| Scalar::from_json(&value.into()).unwrap_or(Scalar::Null))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Found, E> {
        self.scalar(|| Scalar::Text(value.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Found, E> {
        let own = match self.old {
            Old::Absent => true,
            Old::Empty => !has_always(self.node),
            Old::Null => false,
        };
        let scalar = self.wanted.then_some(Scalar::Null);
        Ok(Found { branch: Branch { own, below: Vec::new() }, scalar, element: None })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found, A::Error> {
        let (node, keys): (Node<'_>, &Keys) = match self.node.kind() {
            Type::Set => (self.node, &[]),
            Type::Keyed { element, keys } => (self.node.at(*element), keys),
            _ => {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Found { branch: Branch::leaf(), ..Found::default() });
            }
        };
        let is_set = matches!(self.node.kind(), Type::Set);
        let mut elements: Vec<(Element, Branch)> = Vec::new();
        let mut count = 0;
        let seed = || At { node, old: Old::Absent, keys, wanted: is_set };
        while let Some(found) = list.next_element_seed(seed())? {
            count += 1;
            let element = if is_set { found.scalar.map(Element::Value) } else { found.element };
            let Some(element) = element else { continue };
            match elements.iter_mut().find(|(other, _)| *other == element) {
                // Elements that stand more than once are one thing.
                Some((_, branch)) => branch.below = Vec::new(),
                None => elements.push((element, if is_set { Branch::leaf() } else { found.branch })),
            }
        }
        elements.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let below = elements.into_iter().map(|(element, branch)| (element.encode(), branch)).collect();
        let branch = Branch { own: self.old == Old::Absent || count == 0, below };
        Ok(Found { branch, ..Found::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        if !matches!(self.node.kind(), Type::Struct(_) | Type::Deduced) {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Found { branch: Branch::leaf(), ..Found::default() });
        }
        let fields = declared(self.node);
        let mut branch = Branch::default();
        let mut named: Vec<Cow<'static, str>> = Vec::new();
        let mut count = 0;
        let mut key: Vec<(Box<str>, Option<Scalar>)> = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            count += 1;
            let wanted = self.keys.iter().any(|(key, _)| *key == name);
            let Some((child, _)) = self.node.field(&name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let mut old = Old::Absent;
            if let Some((name, field)) = fields.and_then(|fields| fields.fields.get_key_value(&*name))
                && field.always
            {
                named.push(name.clone());
                if self.old == Old::Empty {
                    old = always(child);
                }
            }
            let found = map.next_value_seed(At { node: child, old, keys: &[], wanted })?;
            if wanted {
                key.push((name.as_ref().into(), found.scalar));
            }
            branch.put(&name, found.branch);
        }
        match self.old {
            Old::Absent => {
                branch.own = true;
                for (name, field) in fields.into_iter().flat_map(|fields| &fields.fields) {
                    if field.always && !named.contains(name) {
                        branch.put(name, unnamed(self.node.at(field.id)));
                    }
                }
            }
            Old::Null => branch.own = count == 0,
            Old::Empty => {}
        }
        branch.sort();
        Ok(Found { branch, scalar: None, element: element(self.keys, key) })
    }
}

/// The element that has such keys; `None` where it has none, or one that tells nothing apart.
fn element(keys: &Keys, mut found: Vec<(Box<str>, Option<Scalar>)>) -> Option<Element> {
    let mut key = Vec::with_capacity(keys.len());
    for (name, default) in keys {
        match found.iter().position(|(own, _)| **own == **name) {
            Some(at) => key.push((found[at].0.clone(), found[at].1.take()?)),
            None => {
                if let Some(default) = default {
                    key.push((Box::from(&**name), Scalar::from_json(default)?));
                }
            }
        }
    }
    (!key.is_empty()).then_some(Element::Key(key))
}

/// A name, copied only where it is written with escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::BoxedStrategy;
    use serde_json::json;

    use super::super::managed::{Context, Managers, Writer};
    use super::super::schema::builtin;
    use super::super::set::Set;
    use super::*;
    use crate::resources::RESOURCES;

    /// What the comparison with an object of which nothing is there says.
    fn compared(node: Node<'_>, ignored: &[&str], new: &Value) -> Option<Value> {
        let old = json!({"apiVersion": new["apiVersion"], "kind": new["kind"], "metadata": {}});
        let now = k8s_openapi::apimachinery::pkg::apis::meta::v1::Time(jiff::Timestamp::UNIX_EPOCH);
        let writer = Writer { manager: "m", api_version: "v1", subresource: "", now };
        let ignored = if ignored.is_empty() { Set::default() } else { Set::of_fields(ignored) };
        let context = Context { node, ignored: &ignored, convert: &|_, _| None };
        let mut managers = Managers::default();
        managers.update(&context, &writer, &old, new);
        managers.encode().map(|entries| entries[0].fields_v1.clone().expect("there").0)
    }

    /// Any value that has something to do with the type.
    fn fitting(node: Node<'static>, depth: u32) -> BoxedStrategy<Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-2i64..3).prop_map(Value::from),
            Just(Value::from(u64::MAX)),
            Just(Value::from(0.5)),
            "[ab\"é]{0,2}".prop_map(Value::from),
        ];
        let odd = prop_oneof![
            8 => scalar,
            1 => Just(json!([])), 1 => Just(json!({})), 1 => Just(json!([1])), 1 => Just(json!({"a": 1})),
        ];
        if depth == 0 {
            return odd.boxed();
        }
        let inside = match node.kind() {
            Type::Struct(fields) => {
                let mut children: Vec<(String, Node<'static>)> =
                    fields.fields.iter().map(|(name, field)| (name.to_string(), node.at(field.id))).collect();
                if let Some(rest) = fields.rest {
                    children.extend(["a", "b\n"].map(|name| (name.to_string(), node.at(rest))));
                }
                children.push(("noSuchField".into(), node));
                prop::sample::subsequence(children.clone(), 0..=children.len().min(6))
                    .prop_flat_map(move |chosen| {
                        chosen
                            .into_iter()
                            .map(|(name, node)| fitting(node, depth - 1).prop_map(move |v| (name.clone(), v)))
                            .collect::<Vec<_>>()
                    })
                    .prop_map(|entries| Value::Object(entries.into_iter().collect()))
                    .boxed()
            }
            Type::Keyed { element, keys } => {
                let keys: Vec<String> = keys.iter().map(|(name, _)| name.to_string()).collect();
                prop::collection::vec((fitting(node.at(*element), depth - 1), any::<u8>()), 0..4)
                    .prop_map(move |mut items| {
                        for (item, dice) in &mut items {
                            if let (Value::Object(map), true) = (item, *dice > 40) {
                                for (at, key) in keys.iter().enumerate() {
                                    let value = (*dice >> at) % 3;
                                    let value = if dice.is_multiple_of(2) {
                                        value.into()
                                    } else {
                                        value.to_string().into()
                                    };
                                    map.insert(key.clone(), value);
                                }
                            }
                        }
                        Value::Array(items.into_iter().map(|(item, _)| item).collect())
                    })
                    .boxed()
            }
            Type::Set => prop::collection::vec(fitting(node, 0), 0..4).prop_map(Value::Array).boxed(),
            Type::Leaf => odd.clone().boxed(),
            Type::Deduced => prop::collection::vec(fitting(node, depth - 1), 0..3)
                .prop_map(|values| {
                    let named = values.into_iter().enumerate().map(|(at, value)| (format!("d{at}"), value));
                    Value::Object(named.collect())
                })
                .boxed(),
        };
        prop_oneof![1 => odd, 9 => inside].boxed()
    }

    fn objects() -> impl Strategy<Value = (Node<'static>, bool, Value)> {
        let kinds: Vec<Node<'static>> = RESOURCES
            .iter()
            .filter_map(|resource| builtin(resource.group, resource.version, resource.kind))
            .chain([super::super::schema::unknown()])
            .collect();
        (prop::sample::select(kinds), any::<bool>()).prop_flat_map(|(node, ignores)| {
            let object = (fitting(node, 5), fitting(node.field("metadata").expect("there").0, 3));
            object.prop_filter_map("no object", move |(mut object, metadata)| {
                let map = object.as_object_mut()?;
                map.insert("apiVersion".into(), "v1".into());
                map.insert("kind".into(), "K".into());
                map.insert("metadata".into(), if metadata.is_object() { metadata } else { json!({}) });
                Some((node, ignores, object))
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn it_says_what_a_comparison_with_nothing_says((node, ignores, object) in objects()) {
            let ignored: &[&str] = if ignores { &["status"] } else { &[] };
            let text = serde_json::to_vec(&object).expect("JSON");
            prop_assert_eq!(
                fields(node, ignored, &text).map(|fields| fields.to_string()),
                compared(node, ignored, &object).map(|fields| fields.to_string())
            );
        }
    }
}
