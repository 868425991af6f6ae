//! The functions that templates may call: Go's, and kubectl's `exists` and `base64decode`.

use std::cmp::Ordering;

use base64::Engine;
use serde_json::Value;

use super::format::{print, printf};
use super::item::{Item, Val};

/// Their names, the arguments that they need, and whether they take no more.
const FUNCTIONS: &[(&str, usize, bool)] = &[
    ("and", 1, false),
    ("base64decode", 1, true),
    ("call", 1, false),
    ("eq", 1, false),
    ("exists", 1, false),
    ("ge", 2, true),
    ("gt", 2, true),
    ("html", 0, false),
    ("index", 1, false),
    ("js", 0, false),
    ("le", 2, true),
    ("len", 1, true),
    ("lt", 2, true),
    ("ne", 2, true),
    ("not", 1, true),
    ("or", 1, false),
    ("print", 0, false),
    ("printf", 1, false),
    ("println", 0, false),
    ("slice", 1, false),
    ("urlquery", 0, false),
];

/// Whether there is a function of that name.
pub fn exists(name: &str) -> bool {
    FUNCTIONS.iter().any(|(known, ..)| *known == name)
}

/// How many arguments a function needs, and, if there is a limit, takes.
pub fn arity(name: &str) -> (usize, Option<usize>) {
    let found = FUNCTIONS.iter().find(|(known, ..)| *known == name);
    found.map_or((0, None), |(_, least, exact)| (*least, exact.then_some(*least)))
}

/// Whether an argument must be a text.
pub fn wants_text(name: &str, index: usize) -> bool {
    index == 0 && matches!(name, "printf" | "base64decode")
}

type Outcome<T> = Result<T, String>;

/// What reflection says of a value that is none.
const ZERO: &str = "reflect: call of reflect.Value.Type on zero Value";

/// Calls a function; `written` is how its first argument reads in the template.
pub fn call<'a>(name: &str, written: &str, arguments: &[Item<'a>]) -> Outcome<Item<'a>> {
    let first = arguments.first().cloned().unwrap_or(Item::NONE);
    let rest = arguments.get(1..).unwrap_or_default();
    Ok(match name {
        "not" => Item::json(!first.is_true()),
        "len" => Item::of(Val::Int(length(&first)?)),
        "index" => index(first, rest)?,
        "slice" => slice(&first, rest)?,
        "print" => Item::text(print(arguments)),
        "println" => Item::text(arguments.iter().map(Item::shown).collect::<Vec<_>>().join(" ") + "\n"),
        "printf" => Item::text(printf(first.as_text().unwrap_or_default(), rest)),
        "html" => Item::text(html(&evaluated(arguments))),
        "js" => Item::text(js(&evaluated(arguments))),
        "urlquery" => Item::text(
            url::form_urlencoded::byte_serialize(evaluated(arguments).as_bytes()).collect::<String>(),
        ),
        "eq" => Item::json(equals(&first, rest)?),
        "ne" => Item::json(!equals(&first, rest)?),
        "lt" => Item::json(less(&first, rest)?),
        "le" => Item::json(less(&first, rest)? || equals(&first, rest)?),
        "gt" => Item::json(!(less(&first, rest)? || equals(&first, rest)?)),
        "ge" => Item::json(!less(&first, rest)?),
        "exists" => Item::json(is_there(first, rest)),
        "base64decode" => {
            let text = first.as_text().unwrap_or_default();
            let bytes = base64::engine::general_purpose::STANDARD.decode(text.as_bytes());
            let bytes = bytes.map_err(|_| {
                let at = illegal_byte(text.as_bytes());
                format!("base64 decode failed: illegal base64 data at input byte {at}")
            })?;
            Item::text(String::from_utf8_lossy(&bytes))
        }
        _ => match first.val {
            Val::None => return Err("call of nil".into()),
            _ => return Err(format!("non-function {written} of type {}", first.kind())),
        },
    })
}

/// Where Go finds the first byte that is no base64.
fn illegal_byte(text: &[u8]) -> usize {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'\r' | b'\n');
    let wrong = text.iter().position(|byte| !is_digit(byte)).unwrap_or(text.len());
    match text.get(wrong) {
        // An end that comes too early, or has something behind it.
        Some(b'=') => text[wrong..].iter().position(|byte| *byte != b'=').map_or(wrong, |more| wrong + more),
        Some(_) => wrong,
        None => text.len() / 4 * 4,
    }
}

fn length(item: &Item<'_>) -> Outcome<i64> {
    let count = match &item.val {
        Val::None => return Err(ZERO.into()),
        Val::Json(json) => match &**json {
            Value::String(text) => text.len(),
            Value::Array(list) => list.len(),
            Value::Object(map) => map.len(),
            _ => return Err(format!("len of type {}", item.kind())),
        },
        _ => return Err(format!("len of type {}", item.kind())),
    };
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// An argument as a place in something of that length.
fn place(index: &Item<'_>, most: usize) -> Outcome<usize> {
    let number = match (&index.val, index.integer()) {
        (Val::None, _) => return Err("cannot index slice/array with nil".into()),
        _ if index.interface => return Err(format!("cannot index slice/array with type {}", index.kind())),
        (_, None) => return Err(format!("cannot index slice/array with type {}", index.kind())),
        (_, Some(number)) => number,
    };
    let place = usize::try_from(number).ok().filter(|place| *place <= most);
    place.ok_or_else(|| format!("index out of range: {number}"))
}

fn index<'a>(mut item: Item<'a>, indexes: &[Item<'a>]) -> Outcome<Item<'a>> {
    if let Val::None = item.val {
        return Err("index of untyped nil".into());
    }
    for index in indexes {
        item.interface = false;
        let Val::Json(json) = &item.val else {
            return Err(format!("can't index item of type {}", item.kind()));
        };
        item = match &**json {
            Value::Null => return Err("index of nil pointer".into()),
            Value::Array(list) => {
                let at = place(index, list.len())?;
                item.nth(at).ok_or("reflect: slice index out of range")?
            }
            Value::String(text) => {
                let at = place(index, text.len())?;
                let byte = text.as_bytes().get(at).ok_or("reflect: string index out of range")?;
                Item::of(Val::Byte(*byte))
            }
            Value::Object(_) => match (&index.val, index.as_text()) {
                (_, Some(key)) => {
                    item.get(key).unwrap_or_else(|| Item { interface: true, ..Item::json(Value::Null) })
                }
                (Val::None, _) => return Err("value is nil; should be of type string".into()),
                _ => return Err(format!("value has type {}; should be string", index.kind())),
            },
            _ => return Err(format!("can't index item of type {}", item.kind())),
        };
    }
    Ok(item)
}

fn slice<'a>(item: &Item<'a>, indexes: &[Item<'a>]) -> Outcome<Item<'a>> {
    if let Val::None = item.val {
        return Err("slice of untyped nil".into());
    }
    if indexes.len() > 3 {
        return Err(format!("too many slice indexes: {}", indexes.len()));
    }
    let Val::Json(json) = &item.val else {
        return Err(format!("can't slice item of type {}", item.kind()));
    };
    let most = match &**json {
        Value::String(_) if indexes.len() == 3 => return Err("cannot 3-index slice a string".into()),
        Value::String(text) => text.len(),
        Value::Array(list) => list.len(),
        _ => return Err(format!("can't slice item of type {}", item.kind())),
    };
    let mut bounds = [0, most, most];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        *bound = place(index, most)?;
    }
    let [from, to, end] = bounds;
    for (low, high) in [(from, to), (to, end)] {
        if low > high {
            return Err(format!("invalid slice index: {low} > {high}"));
        }
    }
    Ok(match &**json {
        Value::String(text) => Item::text(String::from_utf8_lossy(&text.as_bytes()[from..to])),
        Value::Array(list) => Item::json(list[from..to].to_vec()),
        _ => Item::NONE,
    })
}

/// What the escaping functions work on.
fn evaluated(arguments: &[Item<'_>]) -> String {
    let shown: Vec<Item<'_>> = arguments
        .iter()
        .map(|item| match item.val {
            Val::None => Item::text("<no value>"),
            _ => item.clone(),
        })
        .collect();
    print(&shown)
}

fn html(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '\0' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

fn js(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | '\'' | '"' => out.extend(['\\', letter]),
            '<' | '>' | '&' | '=' => out.push_str(&format!("\\u{:04X}", u32::from(letter))),
            control if control.is_control() => {
                out.push_str(&format!("\\u{:04X}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out
}

/// What can be compared with what.
#[derive(Debug, PartialEq)]
enum Basic<'v> {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'v str),
    /// Bytes have no sign in Go.
    Unsigned(i64),
    Complex(f64),
}

fn basic<'v>(item: &'v Item<'_>) -> Option<Basic<'v>> {
    Some(match &item.val {
        Val::None => return None,
        Val::Int(number) => Basic::Int(*number),
        Val::Byte(byte) => Basic::Unsigned((*byte).into()),
        Val::Complex(part) => Basic::Complex(*part),
        Val::Json(json) => match &**json {
            Value::Bool(value) => Basic::Bool(*value),
            Value::String(text) => Basic::Text(text),
            Value::Number(number) if number.is_f64() => Basic::Float(number.as_f64()?),
            Value::Number(number) => Basic::Int(number.as_i64()?),
            _ => return None,
        },
    })
}

/// How two values are ordered; `None` if they are not comparable at all.
fn compared(left: &Basic<'_>, right: &Basic<'_>) -> Option<Option<Ordering>> {
    use Basic::{Bool, Complex, Float, Int, Text, Unsigned};
    Some(match (left, right) {
        (Bool(a), Bool(b)) => (a == b).then_some(Ordering::Equal),
        (Complex(a), Complex(b)) => (a == b).then_some(Ordering::Equal),
        (Int(a) | Unsigned(a), Int(b) | Unsigned(b)) => Some(a.cmp(b)),
        (Float(a), Float(b)) => a.partial_cmp(b),
        (Text(a), Text(b)) => Some(a.cmp(b)),
        _ => return None,
    })
}

fn incompatible(left: &Item<'_>, right: &Item<'_>) -> String {
    format!("incompatible types for comparison: {} and {}", left.kind(), right.kind())
}

fn equals(left: &Item<'_>, others: &[Item<'_>]) -> Outcome<bool> {
    if others.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for right in others {
        let same = match (basic(left), basic(right)) {
            (Some(a), Some(b)) => {
                compared(&a, &b).ok_or_else(|| incompatible(left, right))? == Some(Ordering::Equal)
            }
            (None, None) => match (&left.val, &right.val) {
                (Val::None, Val::None) => true,
                (Val::None, _) | (_, Val::None) => false,
                _ if left.kind() != right.kind() => {
                    let strings = |item: &Item<'_>| printf("%s", std::slice::from_ref(item));
                    return Err(format!(
                        "non-comparable types {}: {}, {}: {}",
                        strings(left),
                        left.kind(),
                        right.kind(),
                        strings(right)
                    ));
                }
                _ => {
                    let shown = printf("%s", std::slice::from_ref(right));
                    return Err(format!("non-comparable type {shown}: {}", right.kind()));
                }
            },
            _ if matches!(left.val, Val::None) || matches!(right.val, Val::None) => false,
            _ => return Err(incompatible(left, right)),
        };
        if same {
            return Ok(true);
        }
    }
    Ok(false)
}

fn less(left: &Item<'_>, rest: &[Item<'_>]) -> Outcome<bool> {
    const INVALID: &str = "invalid type for comparison";
    let right = rest.first().cloned().unwrap_or(Item::NONE);
    let (a, b) = (basic(left).ok_or(INVALID)?, basic(&right).ok_or(INVALID)?);
    let order = compared(&a, &b).ok_or_else(|| incompatible(left, &right))?;
    if matches!(a, Basic::Bool(_) | Basic::Complex(_)) {
        return Err(INVALID.into());
    }
    Ok(order == Some(Ordering::Less))
}

fn is_there(mut item: Item<'_>, path: &[Item<'_>]) -> bool {
    for step in path {
        let next = match (step.as_text(), step.integer()) {
            (Some(key), _) => item.get(key),
            (_, Some(at)) => usize::try_from(at).ok().and_then(|at| item.nth(at)),
            _ => None,
        };
        match next {
            Some(found) => item = found,
            None => return false,
        }
    }
    true
}
