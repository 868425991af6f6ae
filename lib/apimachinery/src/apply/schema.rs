//! What structured merge needs to know of each kind: which lists are sets or keyed, which maps
//! and lists are replaced as a whole. For the built-in kinds these facts are generated from the
//! published OpenAPI documents; for custom resources they come from their own schema.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde_json::Value;

/// The place of a type in its schema.
pub type TypeId = u32;

/// Types that refer to each other.
#[derive(Debug, Default)]
pub struct Schema {
    types: Vec<Type>,
}

/// How values of one type are merged.
#[derive(Debug)]
pub enum Type {
    /// Replaced as a whole: scalars, and atomic lists and maps.
    Leaf,
    /// Unknown: maps are merged by key, all else is replaced.
    Deduced,
    /// Merged field by field.
    Struct(Struct),
    /// A list of distinct scalars.
    Set,
    /// A list whose elements are told apart by keys.
    Keyed {
        /// The elements' type.
        element: TypeId,
        /// The keys in the order of their names, each with its default.
        keys: Vec<(Cow<'static, str>, Option<Value>)>,
    },
}

/// The fields of a map.
#[derive(Debug, Default)]
pub struct Struct {
    /// Those that are declared.
    pub fields: BTreeMap<Cow<'static, str>, Field>,
    /// The type of all others, if there may be others.
    pub rest: Option<TypeId>,
}

/// A declared field.
#[derive(Debug)]
pub struct Field {
    /// Its type.
    pub id: TypeId,
    /// Whether it is there even when it is empty: upstream's type has a value, not a pointer, or
    /// writes the empty list.
    pub always: bool,
}

/// A type in its schema.
#[derive(Clone, Copy, Debug)]
pub struct Node<'s> {
    schema: &'s Schema,
    id: TypeId,
}

impl Schema {
    /// Adds a type and gives its place.
    pub fn push(&mut self, kind: Type) -> TypeId {
        self.types.push(kind);
        TypeId::try_from(self.types.len() - 1).unwrap_or(TypeId::MAX)
    }

    /// Replaces a type: for those that refer to themselves.
    pub fn set(&mut self, id: TypeId, kind: Type) {
        if let Some(slot) = self.types.get_mut(id as usize) {
            *slot = kind;
        }
    }

    /// A type of this schema.
    pub fn node(&self, id: TypeId) -> Node<'_> {
        Node { schema: self, id }
    }
}

impl<'s> Node<'s> {
    /// How its values are merged.
    pub fn kind(&self) -> &'s Type {
        self.schema.types.get(self.id as usize).unwrap_or(&Type::Leaf)
    }

    /// Another type of the same schema.
    pub fn at(&self, id: TypeId) -> Node<'s> {
        Node { schema: self.schema, id }
    }

    /// The type of a field, and whether it is declared; `None` where there can't be such a field.
    pub fn field(&self, name: &str) -> Option<(Node<'s>, bool)> {
        match self.kind() {
            Type::Struct(fields) => match fields.fields.get(name) {
                Some(field) => Some((self.at(field.id), true)),
                None => fields.rest.map(|rest| (self.at(rest), false)),
            },
            Type::Deduced => Some((*self, false)),
            Type::Leaf | Type::Set | Type::Keyed { .. } => None,
        }
    }
}

struct Builtin {
    schema: Schema,
    kinds: HashMap<(&'static str, &'static str, &'static str), TypeId>,
}

const LEAF: TypeId = 0;
const DEDUCED: TypeId = 1;
const SET: TypeId = 2;

/// Reads `generated/schema.txt`; its form is told in `tests/generated.rs`, which writes it.
static BUILTIN: LazyLock<Builtin> = LazyLock::new(|| {
    let text = include_str!("../generated/schema.txt");
    let count = text.lines().filter(|line| line.starts_with("@type ")).count();
    let mut schema = Schema::default();
    for kind in [Type::Leaf, Type::Deduced, Type::Set] {
        schema.push(kind);
    }
    let first = SET + 1;
    for _ in 0..count {
        schema.push(Type::Leaf);
    }
    let mut kinds = HashMap::new();
    let mut defaults: HashMap<(TypeId, &str), &str> = HashMap::new();
    let mut lists: Vec<(TypeId, TypeId, Vec<&'static str>)> = Vec::new();
    let mut current: Option<(TypeId, Struct)> = None;
    let mut done: Vec<(TypeId, Struct)> = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next(), words.next(), words.next()) {
            (Some("@kind"), Some(group), Some(version), Some(kind), Some(id)) => {
                let group = if group == "-" { "" } else { group };
                kinds.insert((group, version, kind), first + id.parse::<TypeId>().unwrap_or_default());
            }
            (Some("@type"), Some(id), ..) => {
                done.extend(current.take());
                current = Some((first + id.parse::<TypeId>().unwrap_or_default(), Struct::default()));
            }
            (Some(name), Some(shape), ..) => {
                let Some((own, fields)) = &mut current else { continue };
                let (shape, default) = match shape.split_once('=') {
                    Some((shape, default)) => (shape, Some(default)),
                    None => (shape, None),
                };
                if let Some(default) = default {
                    defaults.insert((*own, name), default);
                }
                let always = shape.ends_with('!');
                let id = builtin_shape(&mut schema, &mut lists, shape.trim_end_matches('!'), first);
                fields.fields.insert(name.into(), Field { id, always });
            }
            _ => {}
        }
    }
    done.extend(current.take());
    for (id, fields) in done {
        schema.set(id, Type::Struct(fields));
    }
    for (id, element, keys) in lists {
        let keys = keys
            .into_iter()
            .map(|key| {
                let default = defaults.get(&(element, key)).map(|text| Value::from(*text));
                (Cow::Borrowed(key), default)
            })
            .collect();
        schema.set(id, Type::Keyed { element, keys });
    }
    Builtin { schema, kinds }
});

fn builtin_shape(
    schema: &mut Schema,
    lists: &mut Vec<(TypeId, TypeId, Vec<&'static str>)>,
    shape: &'static str,
    first: TypeId,
) -> TypeId {
    let number = |text: &str| first + text.parse::<TypeId>().unwrap_or_default();
    match shape.as_bytes().first() {
        Some(b'd') => DEDUCED,
        Some(b'S') => SET,
        Some(b't') => number(&shape[1..]),
        Some(b'm') => {
            let rest = builtin_shape(schema, lists, &shape[1..], first);
            schema.push(Type::Struct(Struct { rest: Some(rest), ..Struct::default() }))
        }
        Some(b'L') => {
            let (element, keys) = shape[1..].split_once(':').unwrap_or_default();
            let id = schema.push(Type::Leaf);
            lists.push((id, number(element), keys.split(',').collect()));
            id
        }
        _ => LEAF,
    }
}

/// The type of a built-in kind.
pub fn builtin(group: &str, version: &str, kind: &str) -> Option<Node<'static>> {
    let kinds: &HashMap<(&str, &str, &str), TypeId> = &BUILTIN.kinds;
    kinds.get(&(group, version, kind)).map(|id| BUILTIN.schema.node(*id))
}

/// A type of which nothing is known.
pub fn unknown() -> Node<'static> {
    BUILTIN.schema.node(DEDUCED)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_kind_has_its_schema() {
        for kind in crate::kinds::KINDS {
            let node = super::builtin(kind.group, kind.version, kind.kind);
            let node = node.unwrap_or_else(|| panic!("{} has none", kind.kind));
            assert!(node.field("metadata").is_some_and(|(_, declared)| declared), "{}", kind.kind);
        }
    }
}
