//! From one type to another.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::{Outcome, time};
use crate::eval::fail;
use crate::value::Value;

/// A value as messages show it.
pub fn display(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Double(number) => double(*number),
        Value::Duration(duration) => time::seconds(*duration),
        Value::Timestamp(at) => at.to_string(),
        Value::Type(name) => (*name).to_string(),
        Value::Ip(address) => address.to_string(),
        Value::Cidr(cidr) => format!("{}/{}", cidr.address, cidr.bits),
        Value::Url(url) => url.to_string(),
        Value::Quantity(quantity) => quantity.to_string(),
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => other.json().map_or_else(|| other.type_name().to_string(), |json| json.to_string()),
    }
}

/// A number as Go's `%v` shows it.
pub fn double(number: f64) -> String {
    if number.is_nan() {
        "NaN".into()
    } else if number.is_infinite() {
        if number > 0.0 { "+Inf".into() } else { "-Inf".into() }
    } else if number != 0.0 && (number.abs() < 1e-4 || number.abs() >= 1e21) {
        let text = format!("{number:e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let power: i32 = power.parse().unwrap_or(0);
        format!("{digits}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs())
    } else {
        number.to_string()
    }
}

pub fn call<'v>(name: &str, method: bool, arguments: &[Value<'v>]) -> Option<Outcome<'v>> {
    let [value] = arguments else { return None };
    if method && !matches!(name, "size") {
        return None;
    }
    Some(match (name, value) {
        ("dyn", value) => Ok(value.clone()),
        ("type", value) => Ok(Value::Type(value.type_name())),
        ("size", value) => match value.size() {
            Some(size) => Ok(Value::Int(i64::try_from(size).unwrap_or(i64::MAX))),
            None => return None,
        },
        ("bool", Value::Bool(_)) => Ok(value.clone()),
        ("bool", Value::Text(text)) => match &**text {
            "true" | "True" | "TRUE" | "t" | "1" => Ok(Value::Bool(true)),
            "false" | "False" | "FALSE" | "f" | "0" => Ok(Value::Bool(false)),
            _ => fail(format!("type conversion error from 'string' to 'bool': {text}")),
        },
        ("int", Value::Int(_)) => Ok(value.clone()),
        ("int", Value::UInt(number)) => int(i64::try_from(*number).ok()),
        ("int", Value::Double(number)) => {
            int((number.is_finite() && number.abs() < 9.3e18).then_some(*number as i64))
        }
        ("int", Value::Text(text)) => int(text.parse().ok()),
        ("int", Value::Timestamp(at)) => Ok(Value::Int(at.as_second())),
        ("uint", Value::UInt(_)) => Ok(value.clone()),
        ("uint", Value::Int(number)) => uint(u64::try_from(*number).ok()),
        ("uint", Value::Double(number)) => {
            uint((*number >= 0.0 && *number < 1.8e19).then_some(*number as u64))
        }
        ("uint", Value::Text(text)) => uint(text.parse().ok()),
        ("double", Value::Double(_)) => Ok(value.clone()),
        ("double", Value::Int(number)) => Ok(Value::Double(*number as f64)),
        ("double", Value::UInt(number)) => Ok(Value::Double(*number as f64)),
        ("double", Value::Text(text)) => match text.parse() {
            Ok(number) => Ok(Value::Double(number)),
            Err(_) => fail(format!("type conversion error from 'string' to 'double': {text}")),
        },
        (
            "string",
            Value::Text(_)
            | Value::Bool(_)
            | Value::Int(_)
            | Value::UInt(_)
            | Value::Double(_)
            | Value::Duration(_)
            | Value::Timestamp(_)
            | Value::Ip(_)
            | Value::Cidr(_)
            | Value::Url(_)
            | Value::Quantity(_),
        ) => Ok(Value::text(display(value))),
        ("string", Value::Bytes(bytes)) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Value::text(text)),
            Err(_) => fail("invalid UTF-8 in bytes, cannot convert to string"),
        },
        ("bytes", Value::Bytes(_)) => Ok(value.clone()),
        ("bytes", Value::Text(text)) => Ok(Value::Bytes(text.as_bytes().into())),
        ("base64.encode", Value::Bytes(bytes)) => Ok(Value::text(STANDARD.encode(bytes))),
        ("base64.decode", Value::Text(text)) => {
            match STANDARD.decode(&**text).or_else(|_| STANDARD_NO_PAD.decode(&**text)) {
                Ok(bytes) => Ok(Value::Bytes(bytes.into())),
                Err(error) => fail(error.to_string()),
            }
        }
        _ => return None,
    })
}

fn int<'v>(number: Option<i64>) -> Outcome<'v> {
    number.map_or_else(|| fail("integer overflow or no number"), |number| Ok(Value::Int(number)))
}

fn uint<'v>(number: Option<u64>) -> Outcome<'v> {
    number.map_or_else(|| fail("unsigned integer overflow or no number"), |number| Ok(Value::UInt(number)))
}
