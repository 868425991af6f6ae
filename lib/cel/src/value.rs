//! Values: those of the language, JSON that is looked into where it stands, and the types of
//! Kubernetes' libraries.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use apimachinery::quantity::Quantity;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use crate::functions::authorizer::{Answer, Check, Stage};

/// The names of types, which are values too.
pub const TYPES: [&str; 12] = [
    "bool",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "list",
    "map",
    "null_type",
    "type",
    "google",
    "optional_type",
];

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Double(f64),
    Text(Arc<str>),
    Bytes(Arc<[u8]>),
}

/// A key of a map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Bool(bool),
    Int(i64),
    UInt(u64),
    Text(Arc<str>),
}

/// An address range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cidr {
    pub address: IpAddr,
    pub bits: u8,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Value<'v> {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Double(f64),
    Text(Arc<str>),
    Bytes(Arc<[u8]>),
    Duration(SignedDuration),
    Timestamp(Timestamp),
    List(Arc<Vec<Value<'v>>>),
    Map(Arc<BTreeMap<Key, Value<'v>>>),
    /// A list or object of JSON.
    Json(&'v Json),
    Type(&'static str),
    Optional(Option<Arc<Value<'v>>>),
    Quantity(Arc<Quantity>),
    Ip(IpAddr),
    Cidr(Arc<Cidr>),
    Url(Arc<url::Url>),
    Semver(Arc<Semver>),
    /// A named format that texts can be held against.
    Format(&'static str),
    /// A question about permissions that is being put.
    Check(Arc<Check>),
    /// The answer to one.
    Decision(Arc<Answer>),
}

/// A semantic version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Semver {
    pub numbers: [u64; 3],
    pub pre: Vec<String>,
}

impl PartialOrd for Semver {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Semver {
    fn cmp(&self, other: &Self) -> Ordering {
        let part = |a: &String, b: &String| match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => a.cmp(b),
        };
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            // A release comes after what led to it.
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let pairs = self.pre.iter().zip(&other.pre);
                pairs
                    .map(|(a, b)| part(a, b))
                    .find(|o| o.is_ne())
                    .unwrap_or(self.pre.len().cmp(&other.pre.len()))
            }
        })
    }
}

impl<'v> From<&'v Json> for Value<'v> {
    fn from(json: &'v Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Bool(*flag),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => Self::Int(number),
                (None, Some(number)) => Self::UInt(number),
                (None, None) => Self::Double(number.as_f64().unwrap_or_default()),
            },
            Json::String(text) => Self::Text(text.as_str().into()),
            Json::Array(_) | Json::Object(_) => Self::Json(json),
        }
    }
}

impl<'v> From<&Constant> for Value<'v> {
    fn from(constant: &Constant) -> Self {
        match constant {
            Constant::Null => Self::Null,
            Constant::Bool(flag) => Self::Bool(*flag),
            Constant::Int(number) => Self::Int(*number),
            Constant::UInt(number) => Self::UInt(*number),
            Constant::Double(number) => Self::Double(*number),
            Constant::Text(text) => Self::Text(text.clone()),
            Constant::Bytes(bytes) => Self::Bytes(bytes.clone()),
        }
    }
}

/// The words that CEL keeps for itself (<https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax>):
/// nothing is named so.
#[rustfmt::skip]
pub const RESERVED: [&str; 21] = [
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
    "loop", "package", "namespace", "return", "var", "void", "while",
];

/// The name of a field as expressions write it: words of the language and signs are escaped.
pub fn unescaped(name: &str) -> Option<String> {
    if !name.contains("__") {
        return None;
    }
    let word = name.strip_prefix("__").and_then(|name| name.strip_suffix("__"));
    if let Some(word) = word.filter(|word| RESERVED.contains(word)) {
        return Some(word.to_string());
    }
    Some(
        name.replace("__underscores__", "\u{0}")
            .replace("__dot__", ".")
            .replace("__dash__", "-")
            .replace("__slash__", "/")
            .replace('\u{0}', "__"),
    )
}

impl<'v> Value<'v> {
    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A list.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(items))
    }

    /// The name of its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::UInt(_) => "uint",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::List(_) | Self::Json(Json::Array(_)) => "list",
            Self::Map(_) | Self::Json(_) => "map",
            Self::Type(_) => "type",
            Self::Optional(_) => "optional_type",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Ip(_) => "net.IP",
            Self::Cidr(_) => "net.CIDR",
            Self::Url(_) => "kubernetes.URL",
            Self::Semver(_) => "kubernetes.Semver",
            Self::Format(_) => "kubernetes.NamedFormat",
            Self::Check(check) => match check.stage {
                Stage::Start => "kubernetes.authorization.Authorizer",
                Stage::Path => "kubernetes.authorization.PathCheck",
                Stage::Group => "kubernetes.authorization.GroupCheck",
                Stage::Resource => "kubernetes.authorization.ResourceCheck",
            },
            Self::Decision(_) => "kubernetes.authorization.Decision",
        }
    }

    /// The elements, if it is a list.
    pub fn items(&self) -> Option<Vec<Self>> {
        match self {
            Self::List(items) => Some(items.to_vec()),
            Self::Json(Json::Array(items)) => Some(items.iter().map(Self::from).collect()),
            _ => None,
        }
    }

    /// The entries, if it is a map.
    pub fn entries(&self) -> Option<Vec<(Self, Self)>> {
        match self {
            Self::Map(map) => Some(map.iter().map(|(key, value)| (Self::from(key), value.clone())).collect()),
            Self::Json(Json::Object(map)) => {
                Some(map.iter().map(|(key, value)| (Self::text(key.as_str()), Self::from(value))).collect())
            }
            _ => None,
        }
    }

    /// How many elements, entries, characters or bytes it has.
    pub fn size(&self) -> Option<usize> {
        match self {
            Self::Text(text) => Some(text.chars().count()),
            Self::Bytes(bytes) => Some(bytes.len()),
            Self::List(items) => Some(items.len()),
            Self::Map(map) => Some(map.len()),
            Self::Json(Json::Array(items)) => Some(items.len()),
            Self::Json(Json::Object(map)) => Some(map.len()),
            _ => None,
        }
    }

    /// A field of a map, its name escaped or not.
    pub fn field(&self, name: &str) -> Option<Self> {
        match self {
            Self::Map(map) => map
                .get(&Key::Text(name.into()))
                .or_else(|| map.get(&Key::Text(unescaped(name)?.into())))
                .cloned(),
            Self::Json(Json::Object(map)) => {
                map.get(name).or_else(|| map.get(&unescaped(name)?)).map(Self::from)
            }
            _ => None,
        }
    }

    /// Whether it is a map.
    pub fn is_map(&self) -> bool {
        matches!(self, Self::Map(_) | Self::Json(Json::Object(_)))
    }

    /// As JSON; `None` where JSON has no such value.
    pub fn json(&self) -> Option<Json> {
        Some(match self {
            Self::Null => Json::Null,
            Self::Bool(flag) => Json::from(*flag),
            Self::Int(number) => Json::from(*number),
            Self::UInt(number) => Json::from(*number),
            Self::Double(number) => Json::from(*number),
            Self::Text(text) => Json::from(&**text),
            Self::Json(json) => (*json).clone(),
            Self::List(items) => Json::Array(items.iter().map(Self::json).collect::<Option<_>>()?),
            Self::Map(map) => Json::Object(
                map.iter()
                    .map(|(key, value)| match key {
                        Key::Text(key) => Some((key.to_string(), value.json()?)),
                        _ => None,
                    })
                    .collect::<Option<_>>()?,
            ),
            Self::Quantity(quantity) => Json::from(quantity.to_string()),
            Self::Timestamp(time) => Json::from(time.to_string()),
            Self::Optional(Some(value)) => value.json()?,
            _ => return None,
        })
    }

    /// As the key of a map.
    pub fn key(&self) -> Option<Key> {
        Some(match self {
            Self::Bool(flag) => Key::Bool(*flag),
            Self::Int(number) => Key::Int(*number),
            Self::UInt(number) => match i64::try_from(*number) {
                Ok(number) => Key::Int(number),
                Err(_) => Key::UInt(*number),
            },
            Self::Double(number) if number.fract() == 0.0 && number.abs() < 9e15 => Key::Int(*number as i64),
            Self::Text(text) => Key::Text(text.clone()),
            _ => return None,
        })
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::UInt(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether two values are the same; numbers of different types may be.
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::UInt(a), Self::UInt(b)) => a == b,
            (Self::Int(a), Self::UInt(b)) | (Self::UInt(b), Self::Int(a)) => i128::from(*a) == i128::from(*b),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Duration(a), Self::Duration(b)) => a == b,
            (Self::Timestamp(a), Self::Timestamp(b)) => a == b,
            (Self::Type(a), Self::Type(b)) => a == b,
            (Self::Quantity(a), Self::Quantity(b)) => a == b,
            (Self::Ip(a), Self::Ip(b)) => a == b,
            (Self::Cidr(a), Self::Cidr(b)) => a == b,
            (Self::Url(a), Self::Url(b)) => a == b,
            (Self::Semver(a), Self::Semver(b)) => a == b,
            (Self::Format(a), Self::Format(b)) => a == b,
            (Self::Json(a), Self::Json(b)) if a == b => true,
            (Self::Optional(a), Self::Optional(b)) => match (a, b) {
                (None, None) => true,
                (Some(a), Some(b)) => a.equals(b),
                _ => false,
            },
            _ => {
                if let (Some(a), Some(b)) = (self.number(), other.number()) {
                    return a == b;
                }
                if let (Some(a), Some(b)) = (self.items(), other.items()) {
                    return a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.equals(b));
                }
                if let (Some(a), Some(b)) = (self.entries(), other.entries()) {
                    return a.len() == b.len()
                        && a.iter().all(|(key, value)| {
                            b.iter().any(|(other, found)| key.equals(other) && value.equals(found))
                        });
                }
                false
            }
        }
    }

    /// The order of two values, where they have one.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::UInt(a), Self::UInt(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::UInt(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
            (Self::UInt(a), Self::Int(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Bytes(a), Self::Bytes(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Timestamp(a), Self::Timestamp(b)) => Some(a.cmp(b)),
            (Self::Quantity(a), Self::Quantity(b)) => Some(a.cmp(b)),
            (Self::Semver(a), Self::Semver(b)) => Some(a.cmp(b)),
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }
}

impl<'v> From<&Key> for Value<'v> {
    fn from(key: &Key) -> Self {
        match key {
            Key::Bool(flag) => Self::Bool(*flag),
            Key::Int(number) => Self::Int(*number),
            Key::UInt(number) => Self::UInt(*number),
            Key::Text(text) => Self::Text(text.clone()),
        }
    }
}
