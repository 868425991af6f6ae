//! What a scalar stands for: text, number, boolean or null, by YAML 1.1's rules as go-yaml has them.

use base64::Engine;
use serde_json::{Number, Value};

/// The scalar's value. `plain` says that it is written without quotes.
///
/// # Errors
/// Fails when it is not what its tag says, and on numbers that JSON has not.
pub fn resolve(text: &str, plain: bool, tag: Option<&str>) -> Result<Value, String> {
    let tag = tag.map(|tag| tag.strip_prefix("tag:yaml.org,2002:").unwrap_or(tag));
    match tag {
        None if !plain => return Ok(text.into()),
        None | Some("bool" | "int" | "float" | "null") => {}
        Some("binary") => {
            let joined: String = text.split_whitespace().collect();
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(joined)
                .map_err(|_| "!!binary value contains invalid base64 data".to_string())?;
            return Ok(String::from_utf8_lossy(&bytes).into());
        }
        Some(_) => return Ok(text.into()),
    }
    let (kind, value) = guess(text)?;
    match tag {
        None => Ok(value),
        Some(tag) if tag == kind || (tag == "float" && kind == "int") => Ok(value),
        Some(tag) => Err(format!("cannot decode !!{kind} `{text}` as a !!{tag}")),
    }
}

fn guess(text: &str) -> Result<(&'static str, Value), String> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Ok(("bool", true.into()));
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(("bool", false.into()));
        }
        "" | "~" | "null" | "Null" | "NULL" => return Ok(("null", Value::Null)),
        ".nan" | ".NaN" | ".NAN" => return Err("unsupported value: NaN".into()),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Err("unsupported value: +Inf".into());
        }
        "-.inf" | "-.Inf" | "-.INF" => return Err("unsupported value: -Inf".into()),
        _ => {}
    }
    let first = text.bytes().next().unwrap_or_default();
    if first == b'.' {
        let number = Some(text).filter(|text| is_float(text)).and_then(|text| text.parse().ok());
        return Ok(number.and_then(float).map_or(("str", text.into()), |number| ("float", number)));
    }
    if !first.is_ascii_digit() && first != b'+' && first != b'-' {
        return Ok(("str", text.into()));
    }
    let digits = text.replace('_', "");
    if let Some(number) = integer(&digits) {
        return Ok(("int", number));
    }
    let number = Some(&digits).filter(|digits| is_float(digits)).and_then(|digits| digits.parse().ok());
    Ok(number.and_then(float).map_or(("str", text.into()), |number| ("float", number)))
}

/// A whole number: decimal, or with the base in its prefix, octal by a zero alone.
fn integer(text: &str) -> Option<Value> {
    let (negative, unsigned) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = unsigned.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    // Without a sign 64 bits may be used in full; what has no room in 63 is floating further on.
    let amount = i128::from(u64::from_str_radix(digits, base).ok()?);
    let amount = if negative { -amount } else { amount };
    match i64::try_from(amount) {
        Ok(number) => Some(number.into()),
        Err(_) if negative || text.starts_with('+') => None,
        #[expect(
            clippy::cast_precision_loss,
            reason = "as in Go's tools, whose JSON numbers are 64 bits wide"
        )]
        Err(_) => float(amount as f64),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match number.split_once('.') {
        Some(("", after)) => !after.is_empty() && digits(after),
        Some((before, after)) => digits(before) && digits(after),
        None => !number.is_empty() && digits(number),
    };
    whole && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// A floating number as JSON has it; one without a fraction is whole, as Go writes it.
pub fn float(number: f64) -> Option<Value> {
    if !number.is_finite() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range is looked at before")]
    if number.fract() == 0.0 && number.abs() < 9.2e18 {
        return Some((number as i64).into());
    }
    Number::from_f64(number).map(Value::Number)
}
