//! Mathematics, quantities and semantic versions.

use std::sync::Arc;

use apimachinery::quantity::Quantity;

use super::Outcome;
use crate::eval::fail;
use crate::value::{Semver, Value};

fn extreme<'v>(arguments: &[Value<'v>], wanted: fn(std::cmp::Ordering) -> bool) -> Option<Outcome<'v>> {
    let items = match arguments {
        [one] => one.items().unwrap_or_else(|| vec![one.clone()]),
        many => many.to_vec(),
    };
    let mut items = items.into_iter();
    let mut best = items.next()?;
    for item in items {
        if wanted(item.compare(&best)?) {
            best = item;
        }
    }
    Some(Ok(best))
}

fn semver(text: &str) -> Option<Semver> {
    let (text, _) = text.split_once('+').unwrap_or((text, ""));
    let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
    let parts: Vec<&str> = core.split('.').collect();
    let [major, minor, patch] = parts.as_slice() else { return None };
    let number = |text: &str| {
        let plain = !text.is_empty() && (text == "0" || !text.starts_with('0'));
        text.parse().ok().filter(|_| plain && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let pre: Vec<String> = pre.map(|pre| pre.split('.').map(str::to_string).collect()).unwrap_or_default();
    if pre.iter().any(|part| part.is_empty() || !part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    {
        return None;
    }
    Some(Semver { numbers: [number(major)?, number(minor)?, number(patch)?], pre })
}

/// A version as people write it: with a `v`, with parts left out.
fn normalized(text: &str) -> String {
    let text = text.strip_prefix('v').unwrap_or(text);
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (core, rest) = text.split_at(end);
    let mut parts: Vec<String> = core
        .split('.')
        .map(|part| {
            let trimmed = part.trim_start_matches('0');
            if trimmed.is_empty() && !part.is_empty() { "0".to_string() } else { trimmed.to_string() }
        })
        .collect();
    while parts.len() < 3 {
        parts.push("0".into());
    }
    format!("{}{rest}", parts.join("."))
}

pub fn call<'v>(name: &str, _: bool, arguments: &[Value<'v>]) -> Option<Outcome<'v>> {
    let quantity =
        |text: &str| text.parse::<Quantity>().ok().map(|quantity| Value::Quantity(Arc::new(quantity)));
    let double = |value: f64| Ok(Value::Double(value));
    Some(match (name, arguments) {
        ("math.greatest", arguments) => return extreme(arguments, std::cmp::Ordering::is_gt),
        ("math.least", arguments) => return extreme(arguments, std::cmp::Ordering::is_lt),
        ("math.ceil", [Value::Double(number)]) => double(number.ceil()),
        ("math.floor", [Value::Double(number)]) => double(number.floor()),
        ("math.round", [Value::Double(number)]) => double(number.round()),
        ("math.trunc", [Value::Double(number)]) => double(number.trunc()),
        ("math.sqrt", [Value::Double(number)]) => double(number.sqrt()),
        ("math.sqrt", [Value::Int(number)]) => double((*number as f64).sqrt()),
        ("math.abs", [Value::Double(number)]) => double(number.abs()),
        ("math.abs", [Value::Int(number)]) => {
            number.checked_abs().map_or_else(|| fail("integer overflow"), |number| Ok(Value::Int(number)))
        }
        ("math.sign", [Value::Int(number)]) => Ok(Value::Int(number.signum())),
        ("math.sign", [Value::Double(number)]) => double(if *number == 0.0 { 0.0 } else { number.signum() }),
        ("math.isNaN", [Value::Double(number)]) => Ok(Value::Bool(number.is_nan())),
        ("math.isInf", [Value::Double(number)]) => Ok(Value::Bool(number.is_infinite())),
        ("math.isFinite", [Value::Double(number)]) => Ok(Value::Bool(number.is_finite())),
        ("math.bitAnd", [Value::Int(a), Value::Int(b)]) => Ok(Value::Int(a & b)),
        ("math.bitOr", [Value::Int(a), Value::Int(b)]) => Ok(Value::Int(a | b)),
        ("math.bitXor", [Value::Int(a), Value::Int(b)]) => Ok(Value::Int(a ^ b)),
        ("math.bitAnd", [Value::UInt(a), Value::UInt(b)]) => Ok(Value::UInt(a & b)),
        ("math.bitOr", [Value::UInt(a), Value::UInt(b)]) => Ok(Value::UInt(a | b)),
        ("math.bitXor", [Value::UInt(a), Value::UInt(b)]) => Ok(Value::UInt(a ^ b)),
        ("math.bitNot", [Value::Int(a)]) => Ok(Value::Int(!a)),
        ("math.bitNot", [Value::UInt(a)]) => Ok(Value::UInt(!a)),
        ("math.bitShiftLeft" | "math.bitShiftRight", [_, Value::Int(by)]) if *by < 0 => {
            fail(format!("{name}() negative offset: {by}"))
        }
        // All bits are gone when they are moved by as many; signs are not kept.
        ("math.bitShiftLeft", [Value::Int(a), Value::Int(by)]) => {
            Ok(Value::Int(u32::try_from(*by).ok().and_then(|by| a.checked_shl(by)).unwrap_or(0)))
        }
        ("math.bitShiftLeft", [Value::UInt(a), Value::Int(by)]) => {
            Ok(Value::UInt(u32::try_from(*by).ok().and_then(|by| a.checked_shl(by)).unwrap_or(0)))
        }
        ("math.bitShiftRight", [Value::Int(a), Value::Int(by)]) => Ok(Value::Int(
            u32::try_from(*by)
                .ok()
                .and_then(|by| a.cast_unsigned().checked_shr(by))
                .unwrap_or(0)
                .cast_signed(),
        )),
        ("math.bitShiftRight", [Value::UInt(a), Value::Int(by)]) => {
            Ok(Value::UInt(u32::try_from(*by).ok().and_then(|by| a.checked_shr(by)).unwrap_or(0)))
        }
        ("isQuantity", [Value::Text(text)]) => Ok(Value::Bool(quantity(text).is_some())),
        ("quantity", [Value::Text(text)]) => quantity(text)
            .map_or_else(|| fail(format!("quantities must match the regular expression: {text}")), Ok),
        // A field that may be written as a number.
        ("quantity", [Value::Int(number)]) => Ok(Value::Quantity(Arc::new(Quantity::from_units(*number)))),
        ("isInteger", [Value::Quantity(it)]) => Ok(Value::Bool(it.is_whole())),
        ("asInteger", [Value::Quantity(it)]) => {
            if it.is_whole() {
                Ok(Value::Int(it.units()))
            } else {
                fail("cannot convert value to integer")
            }
        }
        ("asApproximateFloat", [Value::Quantity(it)]) => double(it.millis() as f64 / 1000.0),
        ("sign", [Value::Quantity(it)]) => Ok(Value::Int(i64::from(it.signum()))),
        ("add", [Value::Quantity(a), Value::Quantity(b)]) => Ok(Value::Quantity(Arc::new(a.plus(b)))),
        ("sub", [Value::Quantity(a), Value::Quantity(b)]) => Ok(Value::Quantity(Arc::new(a.minus(b)))),
        ("add", [Value::Quantity(a), Value::Int(b)]) => {
            Ok(Value::Quantity(Arc::new(a.plus(&Quantity::from_units(*b)))))
        }
        ("sub", [Value::Quantity(a), Value::Int(b)]) => {
            Ok(Value::Quantity(Arc::new(a.minus(&Quantity::from_units(*b)))))
        }
        ("isGreaterThan", [a @ (Value::Quantity(_) | Value::Semver(_)), b]) => {
            Ok(Value::Bool(a.compare(b)?.is_gt()))
        }
        ("isLessThan", [a @ (Value::Quantity(_) | Value::Semver(_)), b]) => {
            Ok(Value::Bool(a.compare(b)?.is_lt()))
        }
        ("compareTo", [a @ (Value::Quantity(_) | Value::Semver(_)), b]) => {
            Ok(Value::Int(a.compare(b)? as i64))
        }
        ("semver", [Value::Text(text)]) => version(text, false),
        ("semver", [Value::Text(text), Value::Bool(normalize)]) => version(text, *normalize),
        ("isSemver", [Value::Text(text)]) => Ok(Value::Bool(semver(text).is_some())),
        ("isSemver", [Value::Text(text), Value::Bool(normalize)]) => {
            Ok(Value::Bool(if *normalize { semver(&normalized(text)) } else { semver(text) }.is_some()))
        }
        ("major" | "minor" | "patch", [Value::Semver(it)]) => {
            let place = ["major", "minor", "patch"].iter().position(|part| *part == name).unwrap_or(0);
            Ok(Value::Int(i64::try_from(it.numbers[place]).unwrap_or(i64::MAX)))
        }
        _ => return None,
    })
}

fn version<'v>(text: &str, normalize: bool) -> Outcome<'v> {
    let found = if normalize { semver(&normalized(text)) } else { semver(text) };
    found.map_or_else(
        || fail(format!("invalid semantic version: {text}")),
        |it| Ok(Value::Semver(Arc::new(it))),
    )
}
