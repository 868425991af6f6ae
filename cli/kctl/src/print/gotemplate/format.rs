//! Values as text, as Go's package `fmt` writes them.

use serde_json::Value;

use super::item::{Item, Val};

/// A value as `%v` prints it.
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
pub fn float(value: f64) -> String {
    if value != 0.0 && !(1e-4..1e6).contains(&value.abs()) {
        return exponent(&format!("{value:e}"));
    }
    format!("{value}")
}

/// Rust's exponent as Go writes it: signed, of two digits at least.
fn exponent(text: &str) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(("+", exponent), |digits| ("-", digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// Go's name for a value's type.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// `Sprint`: a blank between operands when neither is a string.
pub fn print(arguments: &[Item<'_>]) -> String {
    let mut out = String::new();
    for (index, value) in arguments.iter().enumerate() {
        if index > 0 && value.as_text().is_none() && arguments[index - 1].as_text().is_none() {
            out.push(' ');
        }
        out.push_str(&value.shown());
    }
    out
}

/// What stands between `%` and its verb.
#[derive(Clone, Copy, Default)]
struct Flags {
    left: bool,
    zero: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    width: usize,
    precision: Option<usize>,
}

impl Flags {
    fn pad(self, text: &str, is_number: bool) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if self.left {
            return format!("{text}{}", " ".repeat(missing));
        }
        if self.zero && is_number {
            let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+', ' '])));
            return format!("{sign}{}{digits}", "0".repeat(missing));
        }
        format!("{}{text}", " ".repeat(missing))
    }

    fn signed(self, text: String) -> String {
        match (text.starts_with('-'), self.plus, self.space) {
            (false, true, _) => format!("+{text}"),
            (false, false, true) => format!(" {text}"),
            _ => text,
        }
    }
}

/// Go's formatting.
pub fn printf(format: &str, arguments: &[Item<'_>]) -> String {
    let mut out = String::new();
    let mut at = 0;
    let mut reordered = false;
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let mut flags = Flags::default();
        while let Some(flag) = letters.peek().copied().filter(|flag| "-0+# ".contains(*flag)) {
            match flag {
                '-' => flags.left = true,
                '0' => flags.zero = true,
                '+' => flags.plus = true,
                '#' => flags.sharp = true,
                _ => flags.space = true,
            }
            letters.next();
        }
        // `[2]`: which argument comes.
        let mut place = |letters: &mut std::iter::Peekable<std::str::Chars<'_>>, at: &mut usize| {
            if letters.peek() != Some(&'[') {
                return true;
            }
            letters.next();
            let inner: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
            reordered = true;
            match inner.parse::<usize>() {
                Ok(number) if (1..=arguments.len()).contains(&number) => {
                    *at = number - 1;
                    true
                }
                _ => false,
            }
        };
        let number = |letters: &mut std::iter::Peekable<std::str::Chars<'_>>, at: &mut usize| {
            if letters.peek() == Some(&'*') {
                letters.next();
                *at += 1;
                return arguments.get(*at - 1).and_then(Item::integer);
            }
            let mut digits = String::new();
            while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            digits.parse().ok()
        };
        let mut good = place(&mut letters, &mut at);
        if let Some(width) = number(&mut letters, &mut at) {
            flags.left |= width < 0;
            flags.width = usize::try_from(width.unsigned_abs()).unwrap_or_default().min(1_000_000);
        }
        if letters.next_if_eq(&'.').is_some() {
            good &= place(&mut letters, &mut at);
            let precision = number(&mut letters, &mut at).unwrap_or_default();
            flags.precision = usize::try_from(precision).ok();
        }
        good &= place(&mut letters, &mut at);
        let Some(verb) = letters.next() else {
            out.push_str("%!(NOVERB)");
            break;
        };
        if verb == '%' {
            out.push('%');
            continue;
        }
        if !good {
            out.push_str(&format!("%!{verb}(BADINDEX)"));
            continue;
        }
        let Some(value) = arguments.get(at) else {
            out.push_str(&format!("%!{verb}(MISSING)"));
            continue;
        };
        at += 1;
        // The plus is for fields' names then.
        flags.plus &= verb != 'v';
        out.push_str(&one(verb, flags, value));
    }
    if !reordered && at < arguments.len() {
        let extra: Vec<String> = arguments[at..]
            .iter()
            .map(|value| match value.val {
                Val::None => "<nil>".into(),
                _ => format!("{}={}", value.kind(), value.shown()),
            })
            .collect();
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    out
}

fn one(verb: char, flags: Flags, item: &Item<'_>) -> String {
    match &item.val {
        _ if verb == 'T' => flags.pad(item.kind(), false),
        Val::None if verb == 'v' => flags.pad("<nil>", false),
        Val::None => format!("%!{verb}(<nil>)"),
        Val::Json(json) => value(verb, flags, json),
        Val::Int(number) => integer(verb, flags, *number, "int"),
        Val::Byte(byte) => integer(verb, flags, (*byte).into(), "uint8"),
        Val::Complex(_) => flags.pad(&item.shown(), true),
    }
}

fn value(verb: char, flags: Flags, json: &Value) -> String {
    let wrong = || format!("%!{verb}({}={})", kind(json), text(json));
    match json {
        Value::Null => flags.pad("<nil>", false),
        Value::Bool(value) if matches!(verb, 't' | 'v') => flags.pad(&value.to_string(), false),
        Value::Number(number) if number.is_f64() => {
            let value = number.as_f64().unwrap_or_default();
            let shown = match (verb, flags.precision) {
                ('f' | 'F', precision) => format!("{value:.*}", precision.unwrap_or(6)),
                ('e', precision) => exponent(&format!("{value:.*e}", precision.unwrap_or(6))),
                ('E', precision) => exponent(&format!("{value:.*e}", precision.unwrap_or(6))).to_uppercase(),
                ('v', None) => float(value),
                ('g' | 'G' | 'v', precision) => {
                    let text = general(value, precision);
                    if verb == 'G' { text.to_uppercase() } else { text }
                }
                _ => return wrong(),
            };
            flags.pad(&flags.signed(shown), true)
        }
        Value::Number(number) => integer(verb, flags, number.as_i64().unwrap_or(i64::MAX), "int64"),
        Value::String(text) => {
            let shortened = |text: &str| match flags.precision {
                Some(most) => text.chars().take(most).collect(),
                None => text.to_string(),
            };
            let shown = match verb {
                'v' if flags.sharp => quoted(text),
                'v' | 's' => shortened(text),
                'q' => quoted(&shortened(text)),
                'x' => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
                'X' => text.bytes().map(|byte| format!("{byte:02X}")).collect(),
                _ => return wrong(),
            };
            flags.pad(&shown, false)
        }
        Value::Array(list) => {
            let inner: Vec<String> = list.iter().map(|item| value(verb, flags, item)).collect();
            if flags.sharp && verb == 'v' {
                return format!("[]interface {{}}{{{}}}", inner.join(", "));
            }
            format!("[{}]", inner.join(" "))
        }
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let inner: Vec<String> = keys
                .into_iter()
                .map(|key| {
                    let name = value(verb, flags, &Value::from(key.as_str()));
                    format!("{name}:{}", value(verb, flags, &map[key]))
                })
                .collect();
            if flags.sharp && verb == 'v' {
                return format!("map[string]interface {{}}{{{}}}", inner.join(", "));
            }
            format!("map[{}]", inner.join(" "))
        }
        Value::Bool(_) => wrong(),
    }
}

/// `%g`: the shorter of both forms.
fn general(value: f64, precision: Option<usize>) -> String {
    let shortest = format!("{value:e}");
    let scientific = match precision {
        Some(digits) => format!("{value:.*e}", digits.max(1) - 1),
        None => shortest,
    };
    let power: i32 = scientific.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or_default();
    let most = precision.map_or(6, |digits| i32::try_from(digits.max(1)).unwrap_or(21));
    let trimmed = |text: String| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    };
    if power < -4 || power >= most {
        let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        return exponent(&format!("{}e{power}", trimmed(mantissa.into())));
    }
    match precision {
        Some(_) => trimmed(format!("{value:.*}", usize::try_from(most - 1 - power).unwrap_or_default())),
        None => format!("{value}"),
    }
}

fn integer(verb: char, flags: Flags, number: i64, kind: &str) -> String {
    let magnitude = number.unsigned_abs();
    let sign = if number < 0 { "-" } else { "" };
    let letter = || u32::try_from(number).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
    let shown = match verb {
        'v' | 'd' => format!("{sign}{magnitude}"),
        'b' => format!("{sign}{}{magnitude:b}", if flags.sharp { "0b" } else { "" }),
        'o' => format!("{sign}{}{magnitude:o}", if flags.sharp { "0" } else { "" }),
        'O' => format!("{sign}0o{magnitude:o}"),
        'x' => format!("{sign}{}{magnitude:x}", if flags.sharp { "0x" } else { "" }),
        'X' => format!("{sign}{}{magnitude:X}", if flags.sharp { "0X" } else { "" }),
        'c' => return flags.pad(&letter().to_string(), false),
        'q' => return flags.pad(&format!("'{}'", letter()), false),
        'U' => return flags.pad(&format!("U+{magnitude:04X}"), false),
        _ => return format!("%!{verb}({kind}={number})"),
    };
    flags.pad(&flags.signed(shown), true)
}

/// A text in Go's quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            control if control.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(control))),
            control if control.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out + "\""
}
