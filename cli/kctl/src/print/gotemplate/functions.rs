//! The functions that templates may call.

use std::cmp::Ordering;

use anyhow::{Context, Result, bail};
use base64::Engine;
use serde_json::Value;

const NAMES: &[&str] = &[
    "and",
    "or",
    "not",
    "len",
    "index",
    "slice",
    "print",
    "printf",
    "println",
    "html",
    "js",
    "urlquery",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "exists",
    "base64decode",
];

/// Whether there is a function of that name.
pub fn exists(name: &str) -> bool {
    NAMES.contains(&name)
}

/// What counts as true: anything but false, nothing, zero and the empty.
pub fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

/// A value as Go's `%v` prints it.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".into(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => float(number.as_f64().unwrap_or_default()),
        Value::Array(list) => format!("[{}]", list.iter().map(text).collect::<Vec<_>>().join(" ")),
        Value::Object(map) => {
            let mut pairs: Vec<String> =
                map.iter().map(|(key, value)| format!("{key}:{}", text(value))).collect();
            pairs.sort();
            format!("map[{}]", pairs.join(" "))
        }
        other => other.to_string(),
    }
}

/// `%v` of a float: the shortest form, with an exponent from a million on.
fn float(value: f64) -> String {
    if value != 0.0 && !(1e-4..1e6).contains(&value.abs()) {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(("+", exponent), |digits| ("-", digits));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    format!("{value}")
}

/// Go's name for a value's kind, in errors.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "type nil",
        Value::Bool(_) => "type bool",
        Value::Number(number) if number.is_f64() => "type float64",
        Value::Number(_) => "type int64",
        Value::String(_) => "type string",
        Value::Array(_) => "type []interface {}",
        Value::Object(_) => "type map[string]interface {}",
    }
}

/// Calls a function.
pub fn call(name: &str, arguments: &[Value]) -> Result<Value> {
    let first = || arguments.first().context("wrong number of args: want at least 1 got 0");
    Ok(match name {
        "not" => Value::Bool(!truth(first()?)),
        "len" => match first()? {
            Value::String(text) => text.len().into(),
            Value::Array(list) => list.len().into(),
            Value::Object(map) => map.len().into(),
            other => bail!("len of {}", kind(other)),
        },
        "index" => {
            let mut value = first()?;
            for key in &arguments[1..] {
                value = match (value, key) {
                    (Value::Array(list), Value::Number(number)) => {
                        let at = number.as_u64().and_then(|at| usize::try_from(at).ok());
                        at.and_then(|at| list.get(at))
                            .with_context(|| format!("index out of range: {number}"))?
                    }
                    (Value::Object(map), Value::String(key)) => map.get(key).unwrap_or(&Value::Null),
                    (Value::Null, _) => bail!("index of untyped nil"),
                    (value, key) => bail!("cannot index {} with {}", kind(value), kind(key)),
                };
            }
            value.clone()
        }
        "slice" => {
            let bound = |index: usize, default: usize| {
                arguments.get(index).map_or(Some(default), |value| usize::try_from(value.as_u64()?).ok())
            };
            match first()? {
                Value::String(text) => {
                    let (from, to) = (bound(1, 0), bound(2, text.len()));
                    let found = from.zip(to).and_then(|(from, to)| text.get(from..to));
                    found.context("slice index out of range")?.into()
                }
                Value::Array(list) => {
                    let (from, to) = (bound(1, 0), bound(2, list.len()));
                    let found = from.zip(to).and_then(|(from, to)| list.get(from..to));
                    found.context("slice index out of range")?.to_vec().into()
                }
                other => bail!("can't slice item of {}", kind(other)),
            }
        }
        "print" => print(arguments).into(),
        "println" => format!("{}\n", arguments.iter().map(text).collect::<Vec<_>>().join(" ")).into(),
        "printf" => {
            let Value::String(format) = first()? else { bail!("wrong type for value; expected string") };
            printf(format, &arguments[1..]).into()
        }
        "html" => {
            let mut out = String::new();
            for letter in print(arguments).chars() {
                match letter {
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '&' => out.push_str("&amp;"),
                    '"' => out.push_str("&#34;"),
                    '\'' => out.push_str("&#39;"),
                    other => out.push(other),
                }
            }
            out.into()
        }
        "js" => {
            let mut out = String::new();
            for letter in print(arguments).chars() {
                match letter {
                    '\\' | '\'' | '"' => out.extend(['\\', letter]),
                    '<' | '>' | '&' | '=' => out.push_str(&format!("\\u{:04X}", u32::from(letter))),
                    control if control.is_control() => {
                        out.push_str(&format!("\\u{:04X}", u32::from(control)));
                    }
                    other => out.push(other),
                }
            }
            out.into()
        }
        "urlquery" => {
            url::form_urlencoded::byte_serialize(print(arguments).as_bytes()).collect::<String>().into()
        }
        "eq" => {
            let left = first()?;
            if arguments.len() < 2 {
                bail!("missing argument for comparison");
            }
            let mut found = false;
            for right in &arguments[1..] {
                found |= equal(left, right)?;
            }
            found.into()
        }
        "ne" => (!equal(first()?, arguments.get(1).context("missing argument for comparison")?)?).into(),
        "lt" | "le" | "gt" | "ge" => {
            let order = order(first()?, arguments.get(1).context("missing argument for comparison")?)?;
            match name {
                "lt" => order == Ordering::Less,
                "le" => order != Ordering::Greater,
                "gt" => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }
            .into()
        }
        "exists" => {
            let mut value = first()?;
            for key in &arguments[1..] {
                let next = match (value, key) {
                    (Value::Array(list), Value::Number(number)) => {
                        number.as_u64().and_then(|at| list.get(usize::try_from(at).ok()?))
                    }
                    (Value::Object(map), Value::String(key)) => map.get(key),
                    _ => None,
                };
                match next {
                    Some(found) => value = found,
                    None => return Ok(false.into()),
                }
            }
            true.into()
        }
        "base64decode" => {
            let Value::String(text) = first()? else { bail!("wrong type for value; expected string") };
            let bytes = base64::engine::general_purpose::STANDARD.decode(text.as_bytes());
            let bytes = bytes.map_err(|_| anyhow::anyhow!("illegal base64 data"))?;
            String::from_utf8_lossy(&bytes).into_owned().into()
        }
        other => bail!("function {other:?} not defined"),
    })
}

/// `Sprint`: a blank between operands when neither is a string.
fn print(arguments: &[Value]) -> String {
    let mut out = String::new();
    for (index, value) in arguments.iter().enumerate() {
        if index > 0 && !value.is_string() && !arguments[index - 1].is_string() {
            out.push(' ');
        }
        out.push_str(&text(value));
    }
    out
}

fn equal(left: &Value, right: &Value) -> Result<bool> {
    Ok(match (left, right) {
        (Value::Null, other) | (other, Value::Null) => other.is_null(),
        (Value::Number(a), Value::Number(b)) if a.is_f64() == b.is_f64() => a.as_f64() == b.as_f64(),
        (Value::String(_), Value::String(_)) | (Value::Bool(_), Value::Bool(_)) => left == right,
        (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => {
            bail!(
                "non-comparable type {}",
                kind(if left.is_array() || left.is_object() { left } else { right })
            )
        }
        _ => bail!("incompatible types for comparison"),
    })
}

fn order(left: &Value, right: &Value) -> Result<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() == b.is_f64() => {
            a.as_f64().partial_cmp(&b.as_f64()).context("incompatible types for comparison")
        }
        (Value::String(a), Value::String(b)) => Ok(a.cmp(b)),
        _ => bail!("incompatible types for comparison"),
    }
}

/// Go's formatting verbs, those that make sense for JSON.
fn printf(format: &str, arguments: &[Value]) -> String {
    let mut out = String::new();
    let mut arguments = arguments.iter();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let (mut left, mut zero, mut plus, mut sharp) = (false, false, false, false);
        while let Some(flag) = letters.peek().filter(|flag| "-0+# ".contains(**flag)) {
            match flag {
                '-' => left = true,
                '0' => zero = true,
                '+' => plus = true,
                '#' => sharp = true,
                _ => {}
            }
            letters.next();
        }
        let mut digits = || {
            let mut text = String::new();
            while let Some(digit) = letters.peek().filter(|digit| digit.is_ascii_digit()) {
                text.push(*digit);
                letters.next();
            }
            text.parse::<usize>().ok()
        };
        let width = digits().unwrap_or(0);
        let mut precision = None;
        if letters.peek() == Some(&'.') {
            letters.next();
            let mut text = String::new();
            while let Some(digit) = letters.peek().filter(|digit| digit.is_ascii_digit()) {
                text.push(*digit);
                letters.next();
            }
            precision = Some(text.parse::<usize>().unwrap_or(0));
        }
        let Some(verb) = letters.next() else {
            out.push_str("%!(NOVERB)");
            break;
        };
        if verb == '%' {
            out.push('%');
            continue;
        }
        let Some(value) = arguments.next() else {
            out.push_str(&format!("%!{verb}(MISSING)"));
            continue;
        };
        let integer = value.as_i64();
        let signed = |text: String| if plus && !text.starts_with('-') { format!("+{text}") } else { text };
        let shown = match (verb, value) {
            ('s' | 'v', value) => {
                let text = if verb == 'v' && value.is_number() { signed(text(value)) } else { text(value) };
                match precision {
                    Some(most) if verb == 's' => text.chars().take(most).collect(),
                    _ => text,
                }
            }
            ('d', Value::Number(_)) if integer.is_some() => signed(integer.unwrap_or_default().to_string()),
            ('x', Value::Number(_)) if integer.is_some() => {
                format!("{}{:x}", if sharp { "0x" } else { "" }, integer.unwrap_or_default())
            }
            ('X', Value::Number(_)) if integer.is_some() => format!("{:X}", integer.unwrap_or_default()),
            ('o', Value::Number(_)) if integer.is_some() => format!("{:o}", integer.unwrap_or_default()),
            ('b', Value::Number(_)) if integer.is_some() => format!("{:b}", integer.unwrap_or_default()),
            ('c', Value::Number(_)) => integer
                .and_then(|code| char::from_u32(u32::try_from(code).ok()?))
                .unwrap_or('\u{fffd}')
                .into(),
            ('x', Value::String(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
            ('f' | 'F', Value::Number(number)) if number.is_f64() => {
                signed(format!("{:.*}", precision.unwrap_or(6), number.as_f64().unwrap_or_default()))
            }
            ('g', Value::Number(number)) if number.is_f64() => float(number.as_f64().unwrap_or_default()),
            ('q', Value::String(text)) => format!("{text:?}"),
            ('t', Value::Bool(value)) => value.to_string(),
            ('T', value) => kind(value).trim_start_matches("type ").into(),
            (verb, value) => {
                format!("%!{verb}({}={})", kind(value).trim_start_matches("type "), text(value))
            }
        };
        let pad = width.saturating_sub(shown.chars().count());
        if left {
            out.push_str(&shown);
            out.extend(std::iter::repeat_n(' ', pad));
        } else if zero && value.is_number() {
            let (sign, digits) = shown.split_at(usize::from(shown.starts_with(['-', '+'])));
            out.push_str(sign);
            out.extend(std::iter::repeat_n('0', pad));
            out.push_str(digits);
        } else {
            out.extend(std::iter::repeat_n(' ', pad));
            out.push_str(&shown);
        }
    }
    let extra: Vec<String> = arguments
        .map(|value| format!("{}={}", kind(value).trim_start_matches("type "), text(value)))
        .collect();
    if !extra.is_empty() {
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    out
}
