//! The types of expressions, and which functions take which.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, LazyLock};

/// What an expression can come to.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Anything: known only when it is evaluated.
    Dyn,
    /// Null.
    Null,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A whole number that is not negative.
    UInt,
    /// A number.
    Double,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
    /// A span of time.
    Duration,
    /// A point in time.
    Timestamp,
    /// A type, as a value.
    Type,
    /// A list of such elements.
    List(Arc<Type>),
    /// A map from such keys to such values.
    Map(Arc<Type>, Arc<Type>),
    /// A value that may be absent.
    Optional(Arc<Type>),
    /// An object with these fields.
    Object(Arc<Fields>),
    /// A type of a library.
    Opaque(&'static str),
    /// One that is not decided yet.
    Open(u32),
}

/// The fields of an object, as they are in JSON.
#[derive(Debug, Default, PartialEq)]
pub struct Fields {
    /// What messages call it.
    pub name: String,
    /// Each with its type.
    pub fields: BTreeMap<String, Type>,
}

impl Type {
    /// A list.
    pub fn list(of: Self) -> Self {
        Self::List(Arc::new(of))
    }

    /// A map.
    pub fn map(key: Self, value: Self) -> Self {
        Self::Map(Arc::new(key), Arc::new(value))
    }

    /// A value that may be absent.
    pub fn optional(of: Self) -> Self {
        Self::Optional(Arc::new(of))
    }

    /// An object.
    pub fn object(name: &str, fields: impl IntoIterator<Item = (String, Self)>) -> Self {
        Self::Object(Arc::new(Fields { name: name.into(), fields: fields.into_iter().collect() }))
    }
}

/// Libraries' types: in the table of overloads, and in messages.
const OPAQUE: &[(&str, &str)] = &[
    ("quantity", "kubernetes.Quantity"),
    ("url", "kubernetes.URL"),
    ("ip", "net.IP"),
    ("cidr", "net.CIDR"),
    ("semver", "kubernetes.Semver"),
    ("format", "kubernetes.NamedFormat"),
    ("authorizer", "kubernetes.authorization.Authorizer"),
    ("pathcheck", "kubernetes.authorization.PathCheck"),
    ("groupcheck", "kubernetes.authorization.GroupCheck"),
    ("resourcecheck", "kubernetes.authorization.ResourceCheck"),
    ("decision", "kubernetes.authorization.Decision"),
];

/// The type of a variable that answers questions about permissions.
pub const AUTHORIZER: Type = Type::Opaque("kubernetes.authorization.Authorizer");
/// The type of a question about a resource.
pub const RESOURCE_CHECK: Type = Type::Opaque("kubernetes.authorization.ResourceCheck");

impl fmt::Display for Type {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Dyn | Self::Open(_) => "dyn",
            Self::Null => "null",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::UInt => "uint",
            Self::Double => "double",
            Self::Text => "string",
            Self::Bytes => "bytes",
            Self::Duration => "google.protobuf.Duration",
            Self::Timestamp => "google.protobuf.Timestamp",
            Self::Type => "type",
            Self::Opaque(name) => name,
            Self::Object(fields) => &fields.name,
            Self::List(of) => return write!(out, "list({of})"),
            Self::Map(key, value) => return write!(out, "map({key}, {value})"),
            Self::Optional(of) => return write!(out, "optional_type({of})"),
        })
    }
}

/// One way to call a function. Open types are numbered from 0.
#[derive(Debug)]
pub struct Overload {
    /// Whether it is called on its first parameter.
    pub method: bool,
    /// What it takes.
    pub parameters: Vec<Type>,
    /// What it gives.
    pub result: Type,
}

/// Every function and operator whose types are known.
pub static OVERLOADS: LazyLock<HashMap<&'static str, Vec<Overload>>> = LazyLock::new(|| {
    let lines = include_str!("overloads.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(name, all)| (name, all.split(" | ").map(overload).collect()))
        .collect()
});

fn overload(text: &str) -> Overload {
    let (parameters, result) = text.rsplit_once(':').unwrap_or((text, "dyn"));
    let (receiver, rest) = match parameters.split_once('.') {
        Some((receiver, rest)) => (Some(receiver), rest),
        None => (None, parameters),
    };
    let parameters = receiver.into_iter().chain(split(rest)).map(parse).collect();
    Overload { method: receiver.is_some(), parameters, result: parse(result) }
}

/// Splits at the commas that are in no angle brackets.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut parts = Vec::new();
    let mut begin = 0;
    for (at, sign) in text.char_indices() {
        match sign {
            '<' => depth += 1,
            '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    if begin < text.len() {
        parts.push(&text[begin..]);
    }
    parts
}

fn parse(text: &str) -> Type {
    if let Some((outer, inner)) = text.strip_suffix('>').and_then(|text| text.split_once('<')) {
        let mut inner = split(inner).into_iter().map(parse);
        let mut next = || inner.next().unwrap_or(Type::Dyn);
        return match outer {
            "list" => Type::list(next()),
            "optional" => Type::optional(next()),
            _ => Type::map(next(), next()),
        };
    }
    match text {
        "A" => Type::Open(0),
        "B" => Type::Open(1),
        "null" => Type::Null,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uint" => Type::UInt,
        "double" => Type::Double,
        "string" => Type::Text,
        "bytes" => Type::Bytes,
        "duration" => Type::Duration,
        "timestamp" => Type::Timestamp,
        other => {
            OPAQUE.iter().find(|(short, _)| *short == other).map_or(Type::Dyn, |(_, name)| Type::Opaque(name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let get_query = &OVERLOADS["getQuery"][0];
        assert!(get_query.method);
        assert_eq!(get_query.result.to_string(), "map(string, list(string))");
        let index = &OVERLOADS["_[_]"];
        assert_eq!(index[1].parameters.len(), 2);
        assert_eq!(index[1].parameters[0].to_string(), "map(dyn, dyn)");
        assert_eq!(OVERLOADS["optional.none"][0].parameters, []);
        assert_eq!(OVERLOADS["size"].iter().filter(|one| one.method).count(), 4);
    }

    #[test]
    fn every_function_has_its_types() {
        // These take any number of numbers, or any value.
        let open = ["type", "math.greatest", "math.least"];
        for name in crate::functions::names().filter(|name| !open.contains(name)) {
            assert!(OVERLOADS.contains_key(name), "{name} is not in overloads.txt");
        }
    }
}
