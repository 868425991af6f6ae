//! What structured merge does with values: which fields they have, how two differ, what one
//! makes of the other, and what is left when fields are taken away.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::schema::{Node, Struct, Type};
use super::set::{Element, Member, Scalar, Set, display};

/// How a value is merged, its type and itself considered.
enum Class<'s> {
    Leaf,
    Map(Option<&'s Struct>),
    Set,
    Keyed(Node<'s>),
}

fn class<'s>(node: Node<'s>, value: &Value) -> Class<'s> {
    match (node.kind(), value) {
        (Type::Struct(fields), Value::Object(_) | Value::Null) => Class::Map(Some(fields)),
        (Type::Deduced, Value::Object(_)) => Class::Map(None),
        (Type::Set, Value::Array(_) | Value::Null) => Class::Set,
        (Type::Keyed { element, .. }, Value::Array(_) | Value::Null) => Class::Keyed(node.at(*element)),
        _ => Class::Leaf,
    }
}

/// The element of a list as a step of a path; `None` where it lacks its keys.
fn element(node: Node<'_>, value: &Value) -> Option<Element> {
    match node.kind() {
        Type::Set => Scalar::from_json(value).map(Element::Value),
        Type::Keyed { keys, .. } => {
            let map = value.as_object()?;
            let mut found = Vec::with_capacity(keys.len());
            for (name, default) in keys {
                if let Some(value) = map.get(&**name).or(default.as_ref()) {
                    found.push((Box::from(&**name), Scalar::from_json(value)?));
                }
            }
            (!found.is_empty()).then_some(Element::Key(found))
        }
        _ => None,
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The fields that a value has.
pub fn fields(node: Node<'_>, value: &Value) -> Set {
    let mut root = Member::default();
    collect(node, value, &mut root);
    root.below
}

fn collect(node: Node<'_>, value: &Value, at: &mut Member) {
    match class(node, value) {
        Class::Leaf => at.own = true,
        Class::Map(_) => {
            for (key, value) in value.as_object().into_iter().flatten() {
                let Some((child, declared)) = node.field(key) else { continue };
                let mut member = Member::default();
                collect(child, value, &mut member);
                let empty = value.is_null() || value.as_object().is_some_and(Map::is_empty);
                member.own |= empty || !declared;
                put(at, Element::Field(key.as_str().into()), member);
            }
        }
        Class::Set => {
            for value in list(value) {
                if let Some(element) = element(node, value) {
                    put(at, element, Member { own: true, ..Member::default() });
                }
            }
        }
        Class::Keyed(child) => {
            for value in list(value) {
                let Some(element) = element(node, value) else { continue };
                let mut member = Member::default();
                collect(child, value, &mut member);
                member.own = true;
                put(at, element, member);
            }
        }
    }
}

fn put(at: &mut Member, element: Element, member: Member) {
    if member.own || !member.below.is_empty() {
        at.below.0.insert(element, member);
    }
}

/// What is wrong with a configuration that is to be applied: fields that the schema does not
/// have, elements of lists that can't be told apart.
pub fn check(node: Node<'_>, value: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    check_at(node, value, &mut Vec::new(), &mut wrong);
    wrong
}

fn check_at(node: Node<'_>, value: &Value, path: &mut Vec<Element>, wrong: &mut Vec<String>) {
    match class(node, value) {
        Class::Leaf => match (node.kind(), value) {
            (Type::Struct(_), _) => wrong.push(format!("{}: expected map, got {value}", display(path))),
            (Type::Set | Type::Keyed { .. }, _) => {
                wrong.push(format!("{}: expected list, got {value}", display(path)));
            }
            _ => {}
        },
        Class::Map(_) => {
            for (key, value) in value.as_object().into_iter().flatten() {
                path.push(Element::Field(key.as_str().into()));
                match node.field(key) {
                    Some((child, _)) => check_at(child, value, path, wrong),
                    None => wrong.push(format!("{}: field not declared in schema", display(path))),
                }
                path.pop();
            }
        }
        Class::Set | Class::Keyed(_) => {
            let mut seen = std::collections::BTreeSet::new();
            for (index, value) in list(value).iter().enumerate() {
                let Some(found) = element(node, value) else {
                    let place = Element::Index(i64::try_from(index).unwrap_or(i64::MAX));
                    wrong.push(match node.kind() {
                        Type::Keyed { keys, .. } => format!(
                            "{}: element {place}: associative list with keys has an element that omits key field {:?} (and doesn't have default value)",
                            display(path),
                            keys.first().map_or("", |(name, _)| name)
                        ),
                        _ => format!("{}: element {place}: associative list without keys has an element that is no scalar", display(path)),
                    });
                    continue;
                };
                if !seen.insert(found.clone()) {
                    wrong.push(format!("{}: duplicate entries for key {found}", display(path)));
                }
                if let Class::Keyed(child) = class(node, &Value::Null) {
                    path.push(found);
                    check_at(child, value, path, wrong);
                    path.pop();
                }
            }
        }
    }
}

/// How one value differs from another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Fields that only the new value has.
    pub added: Set,
    /// Fields that both have with different values.
    pub modified: Set,
    /// Fields that only the old value has.
    pub removed: Set,
}

/// How `new` differs from `old`.
pub fn compare(node: Node<'_>, old: &Value, new: &Value) -> Difference {
    let found = Delta::between(node, Some(old), Some(new));
    Difference { added: found.added.below, modified: found.modified.below, removed: found.removed.below }
}

static EMPTY: LazyLock<Value> = LazyLock::new(|| Value::Object(Map::new()));

/// The difference at one place and below it.
#[derive(Default)]
struct Delta {
    added: Member,
    modified: Member,
    removed: Member,
}

/// A field of a map that is there; those that always are, are empty where they miss.
fn child<'v>(
    node: Node<'_>,
    fields: Option<&Struct>,
    map: Option<&'v Map<String, Value>>,
    name: &str,
) -> Option<&'v Value> {
    let map = map?;
    map.get(name).or_else(|| {
        let field = fields?.fields.get(name).filter(|field| field.always)?;
        Some(match node.at(field.id).kind() {
            Type::Struct(fields) if !fields.fields.is_empty() => &*EMPTY,
            _ => &Value::Null,
        })
    })
}

/// Whether a map has no fields, counting those that are always there.
fn is_empty(fields: Option<&Struct>, map: Option<&Map<String, Value>>) -> bool {
    map.is_none_or(|map| {
        map.is_empty() && fields.is_none_or(|fields| !fields.fields.values().any(|field| field.always))
    })
}

impl Delta {
    /// Both are told apart as a whole.
    fn leaf(&mut self, old: Option<&Value>, new: Option<&Value>) {
        match (old, new) {
            (None, Some(_)) => self.added.own = true,
            (Some(_), None) => self.removed.own = true,
            (Some(old), Some(new)) if old != new => self.modified.own = true,
            _ => {}
        }
    }

    /// Takes over what differs in one of the elements.
    fn put(&mut self, element: Element, below: Self) {
        if !below.modified.is_empty() {
            self.modified.below.0.insert(element.clone(), below.modified);
        }
        if !below.removed.is_empty() {
            self.removed.below.0.insert(element.clone(), below.removed);
        }
        if !below.added.is_empty() {
            self.added.below.0.insert(element, below.added);
        }
    }

    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.modified.is_empty() && self.removed.is_empty()
    }

    fn between(node: Node<'_>, old: Option<&Value>, new: Option<&Value>) -> Self {
        let mut found = Self::default();
        let Some(any) = new.filter(|value| !value.is_null()).or(old).or(new) else { return found };
        if old == new {
            return found;
        }
        let inside = match class(node, any) {
            Class::Leaf => false,
            Class::Map(declared) => found.fields(node, declared, old, new),
            Class::Set => found.elements(node, None, old, new),
            Class::Keyed(below) => found.elements(node, Some(below), old, new),
        };
        if !inside {
            found.leaf(old, new);
        } else if old.is_none() {
            // A map or list that is new or gone is a change of its own, beside its contents.
            found.added.own = true;
        } else if new.is_none() {
            found.removed.own = true;
        }
        found
    }

    /// Looks into two maps; `false` when they are to be taken as a whole.
    fn fields(
        &mut self,
        node: Node<'_>,
        declared: Option<&Struct>,
        old: Option<&Value>,
        new: Option<&Value>,
    ) -> bool {
        let (a, b) = (old.and_then(Value::as_object), new.and_then(Value::as_object));
        let odd = |value: Option<&Value>| value.is_some_and(|v| !v.is_object() && !v.is_null());
        if odd(old) || odd(new) || (is_empty(declared, a) && is_empty(declared, b)) {
            return false;
        }
        let always = declared.into_iter().flat_map(|fields| {
            fields.fields.iter().filter(|(_, field)| field.always).map(|(name, _)| &**name)
        });
        let mut keys: Vec<&str> =
            a.into_iter().chain(b).flat_map(Map::keys).map(String::as_str).chain(always).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let (x, y) = (child(node, declared, a, key), child(node, declared, b, key));
            let Some((below, _)) = node.field(key) else { continue };
            let inside = Self::between(below, x, y);
            if !inside.is_empty() {
                self.put(Element::Field(key.into()), inside);
            }
        }
        true
    }

    /// Looks into two lists; `false` when they are to be taken as a whole.
    fn elements(
        &mut self,
        node: Node<'_>,
        below: Option<Node<'_>>,
        old: Option<&Value>,
        new: Option<&Value>,
    ) -> bool {
        let odd = |value: Option<&Value>| value.is_some_and(|v| !v.is_array() && !v.is_null());
        let (a, b) = (old.map_or(&[][..], list), new.map_or(&[][..], list));
        if odd(old) || odd(new) || (a.is_empty() && b.is_empty()) {
            return false;
        }
        let mut found: BTreeMap<Element, (Vec<&Value>, Vec<&Value>)> = BTreeMap::new();
        for value in a {
            if let Some(element) = element(node, value) {
                found.entry(element).or_default().0.push(value);
            }
        }
        for value in b {
            if let Some(element) = element(node, value) {
                found.entry(element).or_default().1.push(value);
            }
        }
        for (element, (x, y)) in found {
            let mut inside = Self::default();
            match (x.as_slice(), y.as_slice(), below) {
                ([] | [_], [] | [_], Some(below)) => {
                    inside = Self::between(below, x.first().copied(), y.first().copied());
                }
                ([] | [_], [] | [_], None) => inside.leaf(x.first().copied(), y.first().copied()),
                // Elements that stand more than once are one thing.
                _ if x.is_empty() => inside.added.own = true,
                _ if y.is_empty() => inside.removed.own = true,
                _ if x != y => inside.modified.own = true,
                _ => {}
            }
            self.put(element, inside);
        }
        true
    }
}

/// `live` with `config` laid over it.
pub fn merge(node: Node<'_>, live: &Value, config: &Value) -> Value {
    merge_at(node, Some(live), Some(config)).unwrap_or_default()
}

fn merge_at(node: Node<'_>, live: Option<&Value>, config: Option<&Value>) -> Option<Value> {
    let Some(config) = config else { return live.cloned() };
    let Some(live) = live else { return Some(config.clone()) };
    let whole = Some(config.clone());
    match class(node, config) {
        Class::Leaf => whole,
        Class::Map(_) => {
            let (Value::Object(a), Value::Object(b)) = (live, config) else {
                // Nothing does not undo something.
                return if config.is_null() && live.is_object() { Some(live.clone()) } else { whole };
            };
            let mut out = Map::new();
            for (key, value) in a {
                let merged = match (b.get(key), node.field(key)) {
                    (Some(new), Some((below, _))) => merge_at(below, Some(value), Some(new)),
                    (Some(new), None) => Some(new.clone()),
                    (None, _) => Some(value.clone()),
                };
                if let Some(merged) = merged {
                    out.insert(key.clone(), merged);
                }
            }
            for (key, value) in b {
                if !a.contains_key(key) {
                    out.insert(key.clone(), value.clone());
                }
            }
            Some(Value::Object(out))
        }
        kind @ (Class::Set | Class::Keyed(_)) => {
            let (Value::Array(a), Value::Array(b)) = (live, config) else {
                return if config.is_null() && live.is_array() { Some(live.clone()) } else { whole };
            };
            let below = match kind {
                Class::Keyed(below) => Some(below),
                _ => None,
            };
            Some(Value::Array(merge_lists(node, below, a, b)))
        }
    }
}

/// Merges two lists: elements of both come in the order of the new one, those of the old one
/// alone stay where they were between them.
fn merge_lists(node: Node<'_>, below: Option<Node<'_>>, old: &[Value], new: &[Value]) -> Vec<Value> {
    let keyed =
        |values: &[Value]| -> Vec<Option<Element>> { values.iter().map(|v| element(node, v)).collect() };
    let (old_keys, new_keys) = (keyed(old), keyed(new));
    let in_old = |key: &Option<Element>| old_keys.iter().position(|other| other == key && key.is_some());
    let in_new = |key: &Option<Element>| new_keys.iter().position(|other| other == key && key.is_some());
    let both = |i: Option<usize>, j: usize| match (i, below) {
        (Some(i), Some(below)) => merge_at(below, Some(&old[i]), Some(&new[j])).unwrap_or_default(),
        _ => new[j].clone(),
    };
    let mut shared = new_keys.iter().filter(|key| in_old(key).is_some());
    let mut next = shared.next();
    let mut taken = vec![false; new.len()];
    let mut out = Vec::with_capacity(old.len().max(new.len()));
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() {
            let key = &old_keys[i];
            if key.is_some() && *key == new_keys[j] {
                taken[j] = true;
                out.push(both(in_old(key), j));
                i += 1;
                j += 1;
                next = shared.next();
                continue;
            }
            if in_new(key).is_some() && next.is_some_and(|next| next != key) {
                // It is in both, but not its turn.
                i += 1;
                continue;
            }
        }
        if i < old.len() {
            match in_new(&old_keys[i]) {
                None => {
                    out.push(old[i].clone());
                    i += 1;
                    continue;
                }
                Some(at) if taken[at] => i += 1,
                Some(_) => {}
            }
        }
        if j < new.len() {
            let key = &new_keys[j];
            taken[j] = true;
            out.push(both(in_old(key), j));
            j += 1;
            if next.is_some_and(|next| next == key) {
                next = shared.next();
            }
        }
    }
    out
}

/// `value` without the fields of `gone`; maps and lists that become empty go with them.
pub fn remove(node: Node<'_>, value: &Value, gone: &Set) -> Option<Value> {
    match class(node, value) {
        Class::Leaf => Some(value.clone()),
        Class::Map(_) => {
            let map = value.as_object()?;
            let mut out = Map::new();
            for (key, value) in map {
                match gone.0.get(&Element::Field(key.as_str().into())) {
                    Some(member) if member.own => {}
                    Some(member) => {
                        let kept = match node.field(key) {
                            Some((below, _)) => remove(below, value, &member.below),
                            None => Some(value.clone()),
                        };
                        if let Some(kept) = kept {
                            out.insert(key.clone(), kept);
                        }
                    }
                    None => {
                        out.insert(key.clone(), value.clone());
                    }
                }
            }
            (!out.is_empty() || map.is_empty()).then_some(Value::Object(out))
        }
        kind @ (Class::Set | Class::Keyed(_)) => {
            let old = value.as_array()?;
            let mut out = Vec::new();
            for value in old {
                match (element(node, value).and_then(|element| gone.0.get(&element)), &kind) {
                    (Some(member), _) if member.own => {}
                    (Some(member), Class::Keyed(below)) => out.extend(remove(*below, value, &member.below)),
                    _ => out.push(value.clone()),
                }
            }
            (!out.is_empty() || old.is_empty()).then_some(Value::Array(out))
        }
    }
}

/// The set with every declared field a member of which is in it.
pub fn with_named_fields(node: Node<'_>, set: &Set) -> Set {
    let mut out = Set::default();
    for (element, member) in &set.0 {
        let (below, named) = match element {
            Element::Field(name) => match node.field(name) {
                Some((below, declared)) => (Some(below), declared),
                None => (None, false),
            },
            Element::Key(_) => match node.kind() {
                Type::Keyed { element, .. } => (Some(node.at(*element)), false),
                _ => (None, false),
            },
            Element::Value(_) | Element::Index(_) => (None, false),
        };
        let inner = match below {
            Some(below) => with_named_fields(below, &member.below),
            None => member.below.clone(),
        };
        out.0.insert(
            element.clone(),
            Member { own: member.own || (named && !member.below.is_empty()), below: inner },
        );
    }
    out
}
