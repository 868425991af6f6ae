//! Times and durations.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Outcome;
use crate::eval::fail;
use crate::value::Value;

/// A duration as CEL writes it: in seconds.
pub fn seconds(duration: SignedDuration) -> String {
    let nanos = duration.as_nanos();
    let (whole, rest) = (nanos / 1_000_000_000, (nanos % 1_000_000_000).abs());
    if rest == 0 {
        return format!("{whole}s");
    }
    let sign = if nanos < 0 && whole == 0 { "-" } else { "" };
    format!("{sign}{whole}.{}s", format!("{rest:09}").trim_end_matches('0'))
}

/// A duration as Go reads it: `1h30m`, `1.5s`, `-2ms`.
fn duration(text: &str) -> Option<SignedDuration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(SignedDuration::ZERO);
    }
    let mut total = 0f64;
    let mut exact = 0i128;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (digits, after) = rest.split_at(end);
        let unit_end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let nanos: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        match digits.parse::<i64>() {
            Ok(number) => exact += i128::from(number) * nanos,
            Err(_) => total += digits.parse::<f64>().ok()? * nanos as f64,
        }
        rest = after;
    }
    let nanos = exact + total.round() as i128;
    let nanos = i64::try_from(if negative { -nanos } else { nanos }).ok()?;
    Some(SignedDuration::from_nanos(nanos))
}

pub fn call<'v>(name: &str, _: bool, arguments: &[Value<'v>]) -> Option<Outcome<'v>> {
    Some(match (name, arguments) {
        ("duration", [Value::Duration(_)]) | ("timestamp", [Value::Timestamp(_)]) => Ok(arguments[0].clone()),
        ("duration", [Value::Text(text)]) => duration(text)
            .map_or_else(|| fail(format!("invalid duration {text:?}")), |it| Ok(Value::Duration(it))),
        ("timestamp", [Value::Text(text)]) => match text.parse() {
            Ok(time) => Ok(Value::Timestamp(time)),
            Err(_) => fail(format!("invalid timestamp {text:?}")),
        },
        ("timestamp", [Value::Int(seconds)]) => match Timestamp::from_second(*seconds) {
            Ok(time) => Ok(Value::Timestamp(time)),
            Err(_) => fail("timestamp out of range"),
        },
        ("getHours", [Value::Duration(it)]) => Ok(Value::Int(it.as_hours())),
        ("getMinutes", [Value::Duration(it)]) => Ok(Value::Int(it.as_mins())),
        ("getSeconds", [Value::Duration(it)]) => Ok(Value::Int(it.as_secs())),
        ("getMilliseconds", [Value::Duration(it)]) => Ok(Value::Int(i64::from(it.subsec_millis()))),
        (name, [Value::Timestamp(time)]) => return part(name, *time, TimeZone::UTC),
        (name, [Value::Timestamp(time), Value::Text(zone)]) if name.starts_with("get") => {
            match self::zone(zone) {
                Some(zone) => return part(name, *time, zone),
                None => fail(format!("unknown time zone {zone}")),
            }
        }
        _ => return None,
    })
}

fn zone(name: &str) -> Option<TimeZone> {
    if let Some((hours, minutes)) = name.split_once(':') {
        let negative = hours.starts_with('-');
        let hours: i32 = hours.trim_start_matches(['+', '-']).parse().ok()?;
        let minutes: i32 = minutes.parse().ok()?;
        let seconds = (hours * 60 + minutes) * 60;
        let offset = jiff::tz::Offset::from_seconds(if negative { -seconds } else { seconds }).ok()?;
        return Some(TimeZone::fixed(offset));
    }
    if name == "UTC" { Some(TimeZone::UTC) } else { TimeZone::get(name).ok() }
}

fn part<'v>(name: &str, time: Timestamp, zone: TimeZone) -> Option<Outcome<'v>> {
    let it = time.to_zoned(zone);
    let number = match name {
        "getFullYear" => i64::from(it.year()),
        "getMonth" => i64::from(it.month()) - 1,
        "getDate" => i64::from(it.day()),
        "getDayOfMonth" => i64::from(it.day()) - 1,
        "getDayOfWeek" => i64::from(it.weekday().to_sunday_zero_offset()),
        "getDayOfYear" => i64::from(it.day_of_year()) - 1,
        "getHours" => i64::from(it.hour()),
        "getMinutes" => i64::from(it.minute()),
        "getSeconds" => i64::from(it.second()),
        "getMilliseconds" => i64::from(it.millisecond()),
        _ => return None,
    };
    Some(Ok(Value::Int(number)))
}
