//! Texts, regular expressions and named formats.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use apimachinery::names;
use regex::Regex;

use super::{Outcome, convert};
use crate::eval::{EvalError, fail};
use crate::value::Value;

/// The most compiled patterns that are kept.
const PATTERNS: usize = 512;

/// Patterns are constants as a rule, and dear to compile.
fn pattern(text: &str) -> Result<Regex, EvalError> {
    static KNOWN: Mutex<Option<HashMap<String, Regex>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_with(HashMap::new);
    if let Some(regex) = known.get(text) {
        return Ok(regex.clone());
    }
    let regex = match regex::RegexBuilder::new(text).size_limit(1 << 20).build() {
        Ok(regex) => regex,
        Err(error) => return fail(format!("error parsing regexp: {error}")),
    };
    if known.len() >= PATTERNS {
        known.clear();
    }
    known.insert(text.to_string(), regex.clone());
    Ok(regex)
}

fn index<'v>(text: &str, at: Option<usize>) -> Outcome<'v> {
    // Places are counted in characters.
    Ok(Value::Int(at.map_or(-1, |at| i64::try_from(text[..at].chars().count()).unwrap_or(i64::MAX))))
}

/// The byte at which a character stands.
fn byte(text: &str, place: i64) -> Result<usize, EvalError> {
    let found = usize::try_from(place).ok().and_then(|place| {
        text.char_indices().map(|(at, _)| at).chain(std::iter::once(text.len())).nth(place)
    });
    found.map_or_else(|| fail(format!("index out of range: {place}")), Ok)
}

pub fn call<'v>(name: &str, method: bool, arguments: &[Value<'v>]) -> Option<Outcome<'v>> {
    match (name, arguments) {
        ("format.named", [Value::Text(name)]) => return Some(Ok(named(name))),
        (name, []) if name.starts_with("format.") => return Some(Ok(named(&name["format.".len()..]))),
        ("validate", [Value::Format(format), Value::Text(text)]) => return Some(Ok(validate(format, text))),
        ("jsonpatch.escapeKey", [Value::Text(key)]) => {
            return Some(Ok(Value::text(key.replace('~', "~0").replace('/', "~1"))));
        }
        ("strings.quote", [Value::Text(text)]) => return Some(Ok(Value::text(format!("{text:?}")))),
        ("matches", [Value::Text(text), Value::Text(regex)]) => {
            return Some(pattern(regex).map(|regex| Value::Bool(regex.is_match(text))));
        }
        _ => {}
    }
    if !method {
        return None;
    }
    if name == "join" {
        let glue = match arguments.get(1) {
            Some(Value::Text(glue)) => glue.clone(),
            None => "".into(),
            Some(_) => return None,
        };
        let items = arguments.first()?.items()?;
        let texts: Option<Vec<String>> = items
            .iter()
            .map(|item| match item {
                Value::Text(text) => Some(text.to_string()),
                _ => None,
            })
            .collect();
        return Some(Ok(Value::text(texts?.join(&glue))));
    }
    let [Value::Text(text), rest @ ..] = arguments else { return None };
    let flag = |flag: bool| Ok(Value::Bool(flag));
    Some(match (name, rest) {
        ("contains", [Value::Text(part)]) => flag(text.contains(&**part)),
        ("startsWith", [Value::Text(part)]) => flag(text.starts_with(&**part)),
        ("endsWith", [Value::Text(part)]) => flag(text.ends_with(&**part)),
        ("lowerAscii", []) => Ok(Value::text(text.to_ascii_lowercase())),
        ("upperAscii", []) => Ok(Value::text(text.to_ascii_uppercase())),
        ("trim", []) => Ok(Value::text(text.trim())),
        ("reverse", []) => Ok(Value::text(text.chars().rev().collect::<String>())),
        ("charAt", [Value::Int(place)]) => byte(text, *place)
            .map(|at| Value::text(text[at..].chars().next().map(String::from).unwrap_or_default())),
        ("indexOf", [Value::Text(part)]) => index(text, text.find(&**part)),
        ("indexOf", [Value::Text(part), Value::Int(from)]) => {
            byte(text, *from).and_then(|from| index(text, text[from..].find(&**part).map(|at| at + from)))
        }
        ("lastIndexOf", [Value::Text(part)]) => index(text, text.rfind(&**part)),
        ("substring", [Value::Int(from)]) => byte(text, *from).map(|from| Value::text(&text[from..])),
        ("substring", [Value::Int(from), Value::Int(to)]) => match (byte(text, *from), byte(text, *to)) {
            (Ok(from), Ok(to)) if from <= to => Ok(Value::text(&text[from..to])),
            (Err(error), _) | (_, Err(error)) => Err(error),
            _ => fail(format!("invalid substring range. start: {from}, end: {to}")),
        },
        ("replace", [Value::Text(from), Value::Text(to)]) => Ok(Value::text(text.replace(&**from, to))),
        ("replace", [Value::Text(from), Value::Text(to), Value::Int(most)]) => {
            Ok(match usize::try_from(*most) {
                Ok(most) => Value::text(text.replacen(&**from, to, most)),
                Err(_) => Value::text(text.replace(&**from, to)),
            })
        }
        ("split", [Value::Text(by)]) => Ok(split(text, by, usize::MAX)),
        ("split", [Value::Text(by), Value::Int(most)]) => {
            Ok(split(text, by, usize::try_from(*most).unwrap_or(usize::MAX)))
        }
        ("find", [Value::Text(regex)]) => {
            pattern(regex).map(|regex| Value::text(regex.find(text).map_or("", |found| found.as_str())))
        }
        ("findAll", [Value::Text(regex)]) => find_all(text, regex, usize::MAX),
        ("findAll", [Value::Text(regex), Value::Int(most)]) => {
            find_all(text, regex, usize::try_from(*most).unwrap_or(usize::MAX))
        }
        ("format", [list]) => match list.items() {
            Some(items) => format(text, &items),
            None => return None,
        },
        _ => return None,
    })
}

fn split<'v>(text: &str, by: &str, most: usize) -> Value<'v> {
    if most == 0 {
        return Value::list(Vec::new());
    }
    if by.is_empty() {
        let chars: Vec<String> = text.chars().map(String::from).collect();
        let head = chars.iter().take(most - 1).cloned();
        let tail: String = chars.iter().skip(most - 1).map(String::as_str).collect();
        let parts = head.chain((!tail.is_empty() && chars.len() >= most).then_some(tail));
        return Value::list(parts.map(Value::text).collect());
    }
    Value::list(text.splitn(most, by).map(Value::text).collect())
}

fn find_all<'v>(text: &str, regex: &str, most: usize) -> Outcome<'v> {
    let regex = pattern(regex)?;
    Ok(Value::list(regex.find_iter(text).take(most).map(|found| Value::text(found.as_str())).collect()))
}

/// Fills the clauses of a format: `%s`, `%d`, `%f`, `%e`, `%x`, `%X`, `%o`, `%b`, `%%`.
fn format<'v>(text: &str, arguments: &[Value<'v>]) -> Outcome<'v> {
    let mut out = String::new();
    let mut arguments = arguments.iter();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut precision = None;
        if chars.peek() == Some(&'.') {
            chars.next();
            let mut digits = String::new();
            while let Some(digit) = chars.peek().filter(|c| c.is_ascii_digit()) {
                digits.push(*digit);
                chars.next();
            }
            precision = digits.parse::<usize>().ok().filter(|precision| *precision <= 100);
        }
        let Some(verb) = chars.next() else { return fail("unexpected end of format string") };
        if verb == '%' {
            out.push('%');
            continue;
        }
        let Some(value) = arguments.next() else { return fail("index out of range in format arguments") };
        let wrong = || fail(format!("could not format {} with %{verb}", value.type_name()));
        match (verb, value) {
            ('s', value) => out.push_str(&convert::display(value)),
            ('d', Value::Int(number)) => out.push_str(&number.to_string()),
            ('d', Value::UInt(number)) => out.push_str(&number.to_string()),
            ('d', Value::Double(number)) if number.fract() == 0.0 => out.push_str(&number.to_string()),
            ('f', value) => match convert::call("double", false, std::slice::from_ref(value)) {
                Some(Ok(Value::Double(number))) => {
                    out.push_str(&format!("{number:.*}", precision.unwrap_or(6)))
                }
                _ => return wrong(),
            },
            ('e', Value::Double(number)) => out.push_str(&format!("{number:.*e}", precision.unwrap_or(6))),
            ('x', Value::Int(number)) => out.push_str(&format!("{number:x}")),
            ('X', Value::Int(number)) => out.push_str(&format!("{number:X}")),
            ('o', Value::Int(number)) => out.push_str(&format!("{number:o}")),
            ('b', Value::Int(number)) => out.push_str(&format!("{number:b}")),
            ('b', Value::Bool(flag)) => out.push_str(if *flag { "1" } else { "0" }),
            ('x', Value::Text(text)) => text.bytes().for_each(|byte| out.push_str(&format!("{byte:02x}"))),
            _ => return wrong(),
        }
    }
    Ok(Value::text(out))
}

const FORMATS: &[&str] = &[
    "dns1123Label",
    "dns1123Subdomain",
    "dns1035Label",
    "qualifiedName",
    "dns1123LabelPrefix",
    "dns1123SubdomainPrefix",
    "dns1035LabelPrefix",
    "labelValue",
    "uri",
    "uuid",
    "byte",
    "date",
    "datetime",
];

fn named<'v>(name: &str) -> Value<'v> {
    let found = FORMATS.iter().find(|format| **format == name);
    Value::Optional(found.map(|format| Arc::new(Value::Format(format)))).or_format(found.copied())
}

impl<'v> Value<'v> {
    /// `format.dns1123Label()` is the format itself; `format.named(…)` may be none.
    fn or_format(self, format: Option<&'static str>) -> Self {
        match (self, format) {
            (Value::Optional(Some(_)), Some(format)) => Value::Format(format),
            (other, _) => other,
        }
    }
}

/// What is wrong with a text of a format; none, when nothing is.
fn validate<'v>(format: &str, text: &str) -> Value<'v> {
    use base64::Engine;
    let prefix = text.strip_suffix('-').unwrap_or(text);
    let outcome = match format {
        "dns1123Label" => names::dns_label(text),
        "dns1123Subdomain" => names::dns_subdomain(text),
        "dns1035Label" => names::dns_1035_label(text),
        "dns1123LabelPrefix" => names::dns_label(prefix),
        "dns1123SubdomainPrefix" => names::dns_subdomain(prefix),
        "dns1035LabelPrefix" => names::dns_1035_label(prefix),
        "qualifiedName" => names::qualified_name(text),
        "labelValue" => names::label_value(text),
        "uri" => url::Url::parse(text).map(|_| ()).map_err(|error| error.to_string()),
        "uuid" => {
            let hex = text.chars().filter(|c| *c != '-').all(|c| c.is_ascii_hexdigit());
            if hex && text.len() == 36 { Ok(()) } else { Err("does not match the UUID format".into()) }
        }
        "byte" => {
            base64::engine::general_purpose::STANDARD.decode(text).map(|_| ()).map_err(|e| e.to_string())
        }
        "date" => text.parse::<jiff::civil::Date>().map(|_| ()).map_err(|_| "invalid date".into()),
        _ => text.parse::<jiff::Timestamp>().map(|_| ()).map_err(|_| "invalid datetime".into()),
    };
    match outcome {
        Ok(()) => Value::Optional(None),
        Err(reason) => Value::Optional(Some(Arc::new(Value::list(vec![Value::text(reason)])))),
    }
}
