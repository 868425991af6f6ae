//! The JSONPath of printer columns and scale paths: fields, elements, wildcards and filters that
//! compare one field with a constant.

use serde_json::Value;

/// A parsed path.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    Index(i64),
    All,
    /// Elements whose field, by its path, equals or differs from the value.
    Filter(JsonPath, bool, Value),
}

impl JsonPath {
    /// Reads `.spec.replicas`, `.status.conditions[?(@.type=="Ready")].status`, `.metadata.labels['a.b/c']`.
    ///
    /// # Errors
    /// Tells what it does not understand.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_start_matches('{').trim_end_matches('}').trim();
        let mut steps = Vec::new();
        let mut rest = text.strip_prefix('$').unwrap_or(text);
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('[') {
                let end = closing(after).ok_or_else(|| format!("{text:?} has no closing bracket"))?;
                let inner = after[..end].trim();
                rest = &after[end + 1..];
                steps.push(Self::bracket(inner)?);
                continue;
            }
            let after = rest.strip_prefix('.').unwrap_or(rest);
            if after.is_empty() && steps.is_empty() {
                break;
            }
            // A dot in a name may be escaped.
            let mut name = String::new();
            let mut chars = after.char_indices().peekable();
            let mut end = after.len();
            while let Some((at, c)) = chars.next() {
                match c {
                    '\\' => name.extend(chars.next().map(|(_, c)| c)),
                    '.' | '[' => {
                        end = at;
                        break;
                    }
                    c => name.push(c),
                }
            }
            rest = &after[end..];
            match name.as_str() {
                "" => return Err(format!("{text:?} has an empty step")),
                "*" => steps.push(Step::All),
                _ => steps.push(Step::Field(name)),
            }
        }
        Ok(Self(steps))
    }

    fn bracket(inner: &str) -> Result<Step, String> {
        let unquoted = |text: &str| {
            let text = text.trim();
            ['\'', '"']
                .iter()
                .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
                .map(str::to_string)
        };
        if inner == "*" {
            return Ok(Step::All);
        }
        if let Some(name) = unquoted(inner) {
            return Ok(Step::Field(name));
        }
        if let Ok(index) = inner.parse() {
            return Ok(Step::Index(index));
        }
        let filter = inner.strip_prefix("?(").and_then(|text| text.strip_suffix(')'));
        let filter = filter.and_then(|text| text.trim().strip_prefix('@'));
        if let Some(filter) = filter {
            for (operator, equal) in [("==", true), ("!=", false)] {
                if let Some((path, value)) = filter.split_once(operator) {
                    let value = match unquoted(value) {
                        Some(text) => Value::from(text),
                        None => serde_json::from_str(value.trim())
                            .map_err(|_| format!("{value:?} is no constant"))?,
                    };
                    return Ok(Step::Filter(Self::parse(path.trim())?, equal, value));
                }
            }
        }
        Err(format!("[{inner}] is not understood"))
    }

    /// The values that the path leads to.
    pub fn find<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        let mut found = vec![value];
        for step in &self.0 {
            found = found.into_iter().flat_map(|value| step.take(value)).collect();
        }
        found
    }

    /// The first of them.
    pub fn first<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.find(value).into_iter().next()
    }

    /// Sets the value at a path of plain fields, and makes the maps on the way.
    pub fn set(&self, value: &mut Value, new: Value) {
        let mut at = value;
        for step in &self.0 {
            let Step::Field(name) = step else { return };
            if at.is_null() {
                *at = Value::Object(serde_json::Map::new());
            }
            let Value::Object(map) = at else { return };
            at = map.entry(name.clone()).or_insert(Value::Null);
        }
        *at = new;
    }
}

/// Where the bracket ends that was opened before, quotes and inner brackets considered.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') if depth == 0 => return Some(at),
            (None, ']') => depth -= 1,
            _ => {}
        }
    }
    None
}

impl Step {
    fn take<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match self {
            Self::Field(name) => value.get(name).into_iter().collect(),
            Self::Index(index) => {
                let Some(list) = value.as_array() else { return Vec::new() };
                let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
                let index = if *index < 0 { index + length } else { *index };
                usize::try_from(index).ok().and_then(|index| list.get(index)).into_iter().collect()
            }
            Self::All => match value {
                Value::Array(list) => list.iter().collect(),
                Value::Object(map) => map.values().collect(),
                _ => Vec::new(),
            },
            Self::Filter(path, equal, wanted) => {
                let list = value.as_array().into_iter().flatten();
                list.filter(|element| (path.first(element) == Some(wanted)) == *equal).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_to_values() {
        let object = json!({
            "spec": {"replicas": 3, "a.b": {"c": 1}},
            "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False"}]},
        });
        let check = |path: &str, want: Value| {
            let path = JsonPath::parse(path).expect("a path");
            assert_eq!(json!(path.find(&object)), want);
        };
        check(".spec.replicas", json!([3]));
        check("{.spec.replicas}", json!([3]));
        check(".spec['a.b'].c", json!([1]));
        check(".spec.a\\.b.c", json!([1]));
        check(".status.conditions[?(@.type==\"Ready\")].status", json!(["True"]));
        check(".status.conditions[?(@.type!='Ready')].status", json!(["False"]));
        check(".status.conditions[*].type", json!(["Ready", "Other"]));
        check(".status.conditions[-1].type", json!(["Other"]));
        check(".status.none.at[0].all", json!([]));
        assert!(JsonPath::parse(".a[").is_err());
        assert!(JsonPath::parse(".a..b").is_err());
        let mut made = json!({});
        JsonPath::parse(".spec.replicas").expect("a path").set(&mut made, json!(2));
        assert_eq!(made, json!({"spec": {"replicas": 2}}));
    }
}
