//! The functions of the language and of Kubernetes' libraries. A method's receiver is its first
//! argument; a library's function has the library's name in front.

pub mod authorizer;
mod convert;
mod lists;
mod net;
mod numbers;
mod strings;
mod time;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ast::Operator;
use crate::eval::{EvalError, fail};
use crate::value::{Key, Value};

pub use convert::display;

type Outcome<'v> = Result<Value<'v>, EvalError>;

/// Every function there is.
const NAMES: &[&str] = &[
    // The language's own.
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "type",
    "dyn",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "duration",
    "timestamp",
    "getFullYear",
    "getMonth",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
    // Optional values.
    "optional.of",
    "optional.none",
    "optional.ofNonZeroValue",
    "hasValue",
    "value",
    "orValue",
    "or",
    // Texts.
    "charAt",
    "indexOf",
    "lastIndexOf",
    "join",
    "lowerAscii",
    "upperAscii",
    "replace",
    "split",
    "substring",
    "trim",
    "reverse",
    "format",
    "strings.quote",
    "find",
    "findAll",
    "base64.encode",
    "base64.decode",
    // Lists, sets.
    "isSorted",
    "sum",
    "min",
    "max",
    "sort",
    "distinct",
    "slice",
    "flatten",
    "first",
    "last",
    "lists.range",
    "sets.contains",
    "sets.equivalent",
    "sets.intersects",
    "includes",
    // Numbers.
    "math.greatest",
    "math.least",
    "math.ceil",
    "math.floor",
    "math.round",
    "math.trunc",
    "math.abs",
    "math.sign",
    "math.isNaN",
    "math.isInf",
    "math.isFinite",
    "math.sqrt",
    "math.bitAnd",
    "math.bitOr",
    "math.bitXor",
    "math.bitNot",
    "math.bitShiftLeft",
    "math.bitShiftRight",
    // Kubernetes' types.
    "quantity",
    "isQuantity",
    "isInteger",
    "asInteger",
    "asApproximateFloat",
    "sign",
    "add",
    "sub",
    "isGreaterThan",
    "isLessThan",
    "compareTo",
    "url",
    "isURL",
    "getScheme",
    "getHost",
    "getHostname",
    "getPort",
    "getEscapedPath",
    "getQuery",
    "ip",
    "isIP",
    "ip.isCanonical",
    "family",
    "isUnspecified",
    "isLoopback",
    "isLinkLocalMulticast",
    "isLinkLocalUnicast",
    "isGlobalUnicast",
    "cidr",
    "isCIDR",
    "containsIP",
    "containsCIDR",
    "masked",
    "prefixLength",
    "semver",
    "isSemver",
    "major",
    "minor",
    "patch",
    "validate",
    "format.named",
    "format.dns1123Label",
    "format.dns1123Subdomain",
    "format.dns1035Label",
    "format.qualifiedName",
    "format.dns1123LabelPrefix",
    "format.dns1123SubdomainPrefix",
    "format.dns1035LabelPrefix",
    "format.labelValue",
    "format.uri",
    "jsonpatch.escapeKey",
    // Permissions.
    "serviceAccount",
    "path",
    "group",
    "resource",
    "subresource",
    "namespace",
    "name",
    "fieldSelector",
    "labelSelector",
    "check",
    "allowed",
    "reason",
    "errored",
    "error",
    "format.uuid",
    "format.byte",
    "format.date",
    "format.datetime",
];

/// The names of all functions.
#[cfg(test)]
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied()
}

/// Whether there is a function of that name.
pub fn knows(name: &str) -> bool {
    NAMES.contains(&name)
}

fn no_overload<'v>(name: &str, arguments: &[Value<'v>]) -> Outcome<'v> {
    let types: Vec<&str> = arguments.iter().map(Value::type_name).collect();
    fail(format!("no such overload: {name}({})", types.join(", ")))
}

/// Calls a function; `method` tells whether the first argument stood before the dot.
pub fn call<'v>(name: &str, method: bool, arguments: Vec<Value<'v>>) -> Outcome<'v> {
    if let Some(outcome) = optional(name, &arguments) {
        return outcome;
    }
    let arguments = arguments.as_slice();
    convert::call(name, method, arguments)
        .or_else(|| strings::call(name, method, arguments))
        .or_else(|| lists::call(name, method, arguments))
        .or_else(|| numbers::call(name, method, arguments))
        .or_else(|| time::call(name, method, arguments))
        .or_else(|| net::call(name, method, arguments))
        .or_else(|| authorizer::call(name, arguments))
        .unwrap_or_else(|| no_overload(name, arguments))
}

fn optional<'v>(name: &str, arguments: &[Value<'v>]) -> Option<Outcome<'v>> {
    let some = |value: &Value<'v>| Value::Optional(Some(Arc::new(value.clone())));
    Some(Ok(match (name, arguments) {
        ("optional.of", [value]) => some(value),
        ("optional.none", []) => Value::Optional(None),
        ("optional.ofNonZeroValue", [value]) => {
            let zero = match value {
                Value::Null => true,
                Value::Bool(flag) => !flag,
                Value::Int(number) => *number == 0,
                Value::UInt(number) => *number == 0,
                Value::Double(number) => *number == 0.0,
                other => other.size() == Some(0),
            };
            if zero { Value::Optional(None) } else { some(value) }
        }
        ("hasValue", [Value::Optional(value)]) => Value::Bool(value.is_some()),
        ("value", [Value::Optional(value)]) => match value {
            Some(value) => (**value).clone(),
            None => return Some(fail("optional.none() dereference")),
        },
        ("orValue", [Value::Optional(value), other]) => match value {
            Some(value) => (**value).clone(),
            None => other.clone(),
        },
        ("or", [first @ Value::Optional(value), other]) => {
            if value.is_some() {
                first.clone()
            } else {
                other.clone()
            }
        }
        _ => return None,
    }))
}

/// A message of the admission types: a map; patches are checked where they are used.
pub fn message<'v>(name: &str, fields: BTreeMap<Key, Value<'v>>) -> Outcome<'v> {
    if name == "JSONPatch" || name == "Object" || name.starts_with("Object.") {
        return Ok(Value::Map(Arc::new(fields)));
    }
    fail(format!("unknown type: {name}"))
}

/// `+ - * / %` of two values.
pub fn arithmetic<'v>(operator: Operator, a: Value<'v>, b: Value<'v>) -> Outcome<'v> {
    use Operator::{Add, Divide, Modulo, Multiply, Subtract};
    let overflow = |value: Option<Value<'v>>| value.map_or_else(|| fail("integer overflow"), Ok);
    match (operator, &a, &b) {
        (Divide, Value::Int(_), Value::Int(0)) | (Divide, Value::UInt(_), Value::UInt(0)) => {
            fail("division by zero")
        }
        (Modulo, Value::Int(_), Value::Int(0)) | (Modulo, Value::UInt(_), Value::UInt(0)) => {
            fail("modulus by zero")
        }
        (_, Value::Int(a), Value::Int(b)) => overflow(
            match operator {
                Add => a.checked_add(*b),
                Subtract => a.checked_sub(*b),
                Multiply => a.checked_mul(*b),
                Divide => a.checked_div(*b),
                _ => a.checked_rem(*b),
            }
            .map(Value::Int),
        ),
        (_, Value::UInt(a), Value::UInt(b)) => overflow(
            match operator {
                Add => a.checked_add(*b),
                Subtract => a.checked_sub(*b),
                Multiply => a.checked_mul(*b),
                Divide => a.checked_div(*b),
                _ => a.checked_rem(*b),
            }
            .map(Value::UInt),
        ),
        // A whole number in JSON may be meant as any number.
        (
            _,
            Value::Double(_) | Value::Int(_) | Value::UInt(_),
            Value::Double(_) | Value::Int(_) | Value::UInt(_),
        ) => {
            let number = |value: &Value<'_>| match value {
                Value::Double(number) => *number,
                Value::Int(number) => *number as f64,
                Value::UInt(number) => *number as f64,
                _ => 0.0,
            };
            let (x, y) = (number(&a), number(&b));
            match operator {
                Add => Ok(Value::Double(x + y)),
                Subtract => Ok(Value::Double(x - y)),
                Multiply => Ok(Value::Double(x * y)),
                Divide => Ok(Value::Double(x / y)),
                _ => no_overload("_%_", &[a, b]),
            }
        }
        (Add, Value::Text(a), Value::Text(b)) => Ok(Value::text(format!("{a}{b}"))),
        (Add, Value::Bytes(a), Value::Bytes(b)) => Ok(Value::Bytes([&a[..], &b[..]].concat().into())),
        (Add, Value::Duration(a), Value::Duration(b)) => overflow(a.checked_add(*b).map(Value::Duration)),
        (Subtract, Value::Duration(a), Value::Duration(b)) => {
            overflow(a.checked_sub(*b).map(Value::Duration))
        }
        (Add, Value::Timestamp(time), Value::Duration(by))
        | (Add, Value::Duration(by), Value::Timestamp(time)) => {
            overflow(time.checked_add(*by).ok().map(Value::Timestamp))
        }
        (Subtract, Value::Timestamp(time), Value::Duration(by)) => {
            overflow(time.checked_sub(*by).ok().map(Value::Timestamp))
        }
        (Subtract, Value::Timestamp(a), Value::Timestamp(b)) => Ok(Value::Duration(a.duration_since(*b))),
        (Add, _, _) => match (a.items(), b.items()) {
            (Some(mut first), Some(second)) => {
                first.extend(second);
                Ok(Value::list(first))
            }
            _ => no_overload("_+_", &[a, b]),
        },
        _ => no_overload(&format!("{operator:?}"), &[a, b]),
    }
}
