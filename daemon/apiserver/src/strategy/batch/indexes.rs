//! Lists of an indexed job's indexes, such as `1,3-5`.

/// How many indexes the list has, which must be in order and below `completions`.
pub fn count(text: &str, completions: i32) -> Result<i32, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let mut count = 0;
    let mut previous = None;
    for part in text.split(',') {
        let (from, to) = interval(part, completions)?;
        if let Some(previous) = previous.filter(|previous| *previous >= from) {
            return Err(format!("non-increasing order, previous: {previous}, current: {from}"));
        }
        count += to - from + 1;
        previous = Some(to);
    }
    Ok(count)
}

/// The first index that both lists have; parts that can't be read are passed over.
pub fn common(one: &str, other: &str, completions: i32) -> Option<i32> {
    let read = |text: &str| -> Vec<(i32, i32)> {
        text.split(',').filter_map(|part| interval(part, completions).ok()).collect()
    };
    let (one, other) = (read(one), read(other));
    let (mut ones, mut others) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(a), Some(b)) = (ones.peek(), others.peek()) {
        if a.0 <= b.1 && b.0 <= a.1 {
            return Some(a.0.max(b.0));
        }
        if a.0 <= b.0 {
            ones.next()
        } else {
            others.next()
        };
    }
    None
}

fn interval(part: &str, completions: i32) -> Result<(i32, i32), String> {
    let ends: Vec<&str> = part.split('-').collect();
    if ends.len() > 2 {
        return Err(format!(
            "the fragment {part:?} violates the requirement that an index interval can have at most two parts separated by '-'"
        ));
    }
    let number = |text: &str| {
        let parsed: Result<i64, _> = text.parse();
        let value = parsed.map_err(|_| format!("cannot convert string to integer for index: {text:?}"))?;
        i32::try_from(value)
            .ok()
            .filter(|value| *value < completions)
            .ok_or_else(|| format!("too large index: {text:?}"))
    };
    let from = number(ends[0])?;
    let to = ends.get(1).map_or(Ok(from), |text| number(text))?;
    if ends.len() > 1 && from >= to {
        return Err(format!("non-increasing order, previous: {from}, current: {to}"));
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        for (text, found) in [("", Ok(0)), ("0", Ok(1)), ("0,2-4", Ok(4))] {
            assert_eq!(count(text, 5), found, "{text}");
        }
        for (text, said) in [
            ("x", "cannot convert string to integer for index: \"x\""),
            ("5", "too large index: \"5\""),
            ("9999999999", "too large index: \"9999999999\""),
            ("1-2-3", "the fragment \"1-2-3\" violates"),
            ("3-1", "non-increasing order, previous: 3, current: 1"),
            ("2,1", "non-increasing order, previous: 2, current: 1"),
        ] {
            let found = count(text, 5).expect_err(text);
            assert!(found.starts_with(said), "{text}: {found}");
        }
    }

    #[test]
    fn overlaps() {
        assert_eq!(common("0-3,7", "4,5-9", 10), Some(7));
        assert_eq!(common("0-3", "4-9", 10), None);
        assert_eq!(common("x,2", "2", 10), Some(2));
        assert_eq!(common("", "2", 10), None);
    }
}
