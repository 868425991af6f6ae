//! kubectl's JSONPath: `{.items[*].metadata.name}`, `{range .items[*]}…{end}`, filters, slices.

mod template;

use anyhow::{Result, bail};
use serde_json::Value;

use template::{Form, Template};

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    /// `.*`
    Any,
    /// `[*]`, of lists alone
    All,
    Descend(String),
    Index(i64),
    Slice(Option<i64>, Option<i64>, Option<i64>),
    Several(Vec<String>),
    Filter(Box<Filter>),
}

#[derive(Clone, Debug, PartialEq)]
struct Filter {
    left: Operand,
    rest: Option<(String, Operand)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Operand {
    Path(Vec<Step>),
    Value(Value),
}

/// Renders a template.
///
/// # Errors
/// Says where the template is malformed.
pub fn render(template: &str, root: &Value, strict: bool) -> Result<String> {
    let parsed = Template::parse(template)?;
    parsed.render(root, strict, Form::Text).map_err(|error| executing(template, &error))
}

fn executing(template: &str, error: &anyhow::Error) -> anyhow::Error {
    anyhow::anyhow!("error executing jsonpath {template:?}: Error executing template: {error}")
}

/// What each part of a template finds, as a JSON list.
///
/// # Errors
/// Says where the template is malformed.
pub fn render_json(template: &str, root: &Value, strict: bool) -> Result<String> {
    let parsed = Template::parse(template)?;
    parsed.render(root, strict, Form::Json).map_err(|error| executing(template, &error))
}

/// Everything that one path (`.a.b`, `a.b` or `{.a.b}`) finds.
///
/// # Errors
/// Says where the path is malformed.
pub fn find<'a>(path: &str, root: &'a Value) -> Result<Vec<&'a Value>> {
    let path = path.trim().trim_start_matches('{').trim_end_matches('}');
    walk(&steps(path)?, root)
}

/// A path in its braces, as it is named in errors.
pub fn braced(path: &str) -> String {
    let path = path.trim().trim_start_matches('{').trim_end_matches('}');
    format!("{{{}{path}}}", if path.starts_with(['.', '[']) { "" } else { "." })
}

/// A value as kubectl prints it.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        // By itself a float is as Go prints it; inside others it is JSON.
        Value::Number(_) => super::gotemplate::text(value),
        other => super::json::line(&super::sorted(other)),
    }
}

/// Reads a path. `$` is what `@` is, as kubectl has it.
fn steps(path: &str) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path.trim_start_matches(['$', '@']);
    let name_end = |text: &str| {
        let mut escaped = false;
        text.char_indices()
            .find(|(_, letter)| {
                if escaped {
                    escaped = false;
                    return false;
                }
                escaped = *letter == '\\';
                matches!(letter, '.' | '[')
            })
            .map_or(text.len(), |(index, _)| index)
    };
    let unescaped = |name: &str| name.replace("\\.", ".").replace("\\/", "/");
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("..") {
            let end = name_end(after);
            steps.push(Step::Descend(unescaped(&after[..end])));
            rest = &after[end..];
        } else if let Some(after) = rest.strip_prefix('[') {
            let Some(end) = bracket(after) else { bail!("unterminated array in jsonpath {path:?}") };
            steps.push(subscript(after[..end].trim())?);
            rest = &after[end + 1..];
        } else {
            let after = rest.strip_prefix('.').unwrap_or(rest);
            let end = name_end(after);
            let name = &after[..end];
            if name == "*" {
                steps.push(Step::Any);
            } else if !name.is_empty() {
                steps.push(Step::Field(unescaped(name)));
            }
            rest = &after[end..];
        }
    }
    Ok(steps)
}

fn bracket(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0, None);
    for (index, letter) in text.char_indices() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None => match letter {
                '"' | '\'' => quote = Some(letter),
                '[' | '(' => depth += 1,
                ')' => depth -= 1,
                ']' if depth == 0 => return Some(index),
                ']' => depth -= 1,
                _ => {}
            },
        }
    }
    None
}

fn subscript(text: &str) -> Result<Step> {
    if text == "*" {
        return Ok(Step::All);
    }
    if let Some(filter) = text.strip_prefix("?(").and_then(|inner| inner.strip_suffix(')')) {
        return Ok(Step::Filter(Box::new(self::filter(filter)?)));
    }
    let unquote = |text: &str| text.trim().trim_matches(['\'', '"']).to_string();
    if text.starts_with(['\'', '"']) {
        let names: Vec<String> = text.split(',').map(unquote).collect();
        return Ok(if let [name] = names.as_slice() {
            Step::Field(name.clone())
        } else {
            Step::Several(names)
        });
    }
    let number = |text: &str| text.trim().parse::<i64>();
    if text.contains(':') {
        let mut bounds = text
            .split(':')
            .map(|bound| if bound.trim().is_empty() { Ok(None) } else { number(bound).map(Some) });
        let mut next = || bounds.next().transpose().map(Option::flatten);
        if let (Ok(start), Ok(end), Ok(step)) = (next(), next(), next()) {
            return Ok(Step::Slice(start, end, step));
        }
    }
    match number(text) {
        Ok(index) => Ok(Step::Index(index)),
        Err(_) => bail!("invalid array index {text}"),
    }
}

fn filter(text: &str) -> Result<Filter> {
    for operator in ["==", "!=", "<=", ">=", "<", ">"] {
        if let Some((left, right)) = text.split_once(operator) {
            return Ok(Filter { left: operand(left)?, rest: Some((operator.into(), operand(right)?)) });
        }
    }
    Ok(Filter { left: operand(text)?, rest: None })
}

fn operand(text: &str) -> Result<Operand> {
    let text = text.trim();
    if text.starts_with(['@', '$']) {
        return Ok(Operand::Path(steps(text)?));
    }
    let quoted = text.strip_prefix(['"', '\'']).and_then(|text| text.strip_suffix(['"', '\'']));
    Ok(Operand::Value(match quoted {
        Some(text) => Value::String(text.into()),
        None => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.into())),
    }))
}

fn walk<'a>(steps: &[Step], from: &'a Value) -> Result<Vec<&'a Value>> {
    let mut found = vec![from];
    for step in steps {
        let mut next = Vec::new();
        for value in found {
            next.extend(one(step, value)?);
        }
        found = next;
    }
    Ok(found)
}

/// The elements from `start` up to `end`, which must be there; counted from the end if negative.
fn slice(value: &Value, start: i64, end: Option<i64>, step: Option<i64>) -> Result<Vec<&Value>> {
    let list = match value {
        Value::Array(list) => list,
        Value::Null => return Ok(Vec::new()),
        Value::Object(_) => bail!("map[string]interface {{}} is not array or slice"),
        Value::String(_) => bail!("string is not array or slice"),
        Value::Bool(_) => bail!("bool is not array or slice"),
        Value::Number(number) if number.is_f64() => bail!("float64 is not array or slice"),
        Value::Number(_) => bail!("int64 is not array or slice"),
    };
    let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
    let at = |bound: i64| if bound < 0 { length + bound } else { bound };
    let (start, end) = (at(start), end.map_or(length, at));
    if start == end {
        return Ok(Vec::new());
    }
    if start >= length || start < 0 {
        bail!("array index out of bounds: index {start}, length {length}");
    }
    if end > length || end < 0 {
        bail!("array index out of bounds: index {}, length {length}", end - 1);
    }
    if start > end {
        bail!("starting index {start} is greater than ending index {end}");
    }
    let step = step.unwrap_or(1);
    if step <= 0 {
        bail!("step must be > 0");
    }
    let step = usize::try_from(step)?;
    Ok(list[usize::try_from(start)?..usize::try_from(end)?].iter().step_by(step).collect())
}

fn one<'a>(step: &Step, value: &'a Value) -> Result<Vec<&'a Value>> {
    let children = |value: &'a Value| -> Vec<&'a Value> {
        match value {
            Value::Array(list) => list.iter().collect(),
            Value::Object(map) => map.values().collect(),
            _ => Vec::new(),
        }
    };
    Ok(match step {
        Step::Field(name) => value.get(name).into_iter().collect(),
        Step::Several(names) => names.iter().filter_map(|name| value.get(name)).collect(),
        Step::Any => children(value),
        Step::All => slice(value, 0, None, None)?,
        Step::Descend(name) => {
            let mut found = Vec::new();
            let mut stack = vec![value];
            while let Some(next) = stack.pop() {
                if name.is_empty() || name == "*" {
                    found.push(next);
                } else if let Some(hit) = next.get(name) {
                    found.push(hit);
                }
                stack.extend(children(next).into_iter().rev());
            }
            found
        }
        // The last one's end is the list's.
        Step::Index(index) => slice(value, *index, (*index != -1).then_some(index + 1), None)?,
        Step::Slice(start, end, step) => slice(value, start.unwrap_or(0), *end, *step)?,
        Step::Filter(filter) => match value {
            Value::Array(list) => {
                let mut found = Vec::new();
                for child in list {
                    if holds(filter, child)? {
                        found.push(child);
                    }
                }
                found
            }
            Value::Null => Vec::new(),
            other => bail!("{} is not array or slice and cannot be filtered", super::gotemplate::text(other)),
        },
    })
}

fn holds(filter: &Filter, value: &Value) -> Result<bool> {
    let get = |operand: &Operand| -> Result<Vec<Value>> {
        Ok(match operand {
            Operand::Path(steps) => walk(steps, value)?.into_iter().cloned().collect(),
            Operand::Value(value) => vec![value.clone()],
        })
    };
    let left = get(&filter.left)?;
    let Some((operator, right)) = &filter.rest else { return Ok(!left.is_empty()) };
    let right = get(right)?;
    let (left, right) = match (left.as_slice(), right.as_slice()) {
        ([], _) | (_, []) => return Ok(false),
        ([left], [right]) => (left, right),
        _ => bail!("can only compare one element at a time"),
    };
    compare(left, operator, right)
}

fn compare(left: &Value, operator: &str, right: &Value) -> Result<bool> {
    let order = match (left, right) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() == b.is_f64() => {
            a.as_f64().partial_cmp(&b.as_f64())
        }
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) if matches!(operator, "==" | "!=") => Some(a.cmp(b)),
        (Value::Object(_) | Value::Array(_) | Value::Null, _) | (_, Value::Object(_) | Value::Array(_)) => {
            bail!("invalid type for comparison")
        }
        _ => bail!("incompatible types for comparison"),
    };
    Ok(order.is_some_and(|order| match operator {
        "==" => order.is_eq(),
        "!=" => order.is_ne(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_ge(),
    }))
}

/// A value that a template found.
fn printed(value: &Value) -> String {
    if value.is_null() { "null".into() } else { text(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn templates() {
        let list = json!({"kind": "List", "items": [
            {"metadata": {"name": "a", "labels": {"x.y/z": "1"}}, "n": 1}, {"metadata": {"name": "b"}, "n": 2},
        ], "none": null});
        for (template, want) in [
            ("{.items[*].metadata.name}", "a b"),
            ("{range .items[*]}{.metadata.name}{\"\\n\"}{end}", "a\nb\n"),
            ("{.items[0].metadata.labels.x\\.y/z}", "1"),
            // A key in quotes is a path, too.
            ("{.items[0]['metadata'].labels['x.y/z']}", ""),
            ("{.items[0]['metadata'].labels['x\\.y/z']}", "1"),
            ("{.items[0]['metadata.name']}", "a"),
            ("{range .none[*]}x{.y}{end}z", "z"),
            ("{range .items[*]}{range .none}x{end}{.n}{end}", "12"),
            ("{.items[0].n .items}{\"\\x41\\u00e9\\t\"}{1.5}{true}", "A\u{e9}\t1.5true"),
            ("{.items[0]['n','metadata.name']}", "1 a"),
            ("{range .items[*]}{.n}{range .metadata}{.name}", "1a2b"),
            ("{.items[-1:].n}", "2"),
            ("{.items[?(@.n>1)].metadata.name}", "b"),
            ("{.items[?(@.metadata.name==\"a\")].n}", "1"),
            ("{..name}", "a b"),
            ("kind={.kind}", "kind=List"),
            ("{.items[0].metadata.name} {.items[1].n}", "a 2"),
            ("{.missing}", ""),
            ("{range .items[*]}{.n}-", "1-2--"),
            ("{.none}", "null"),
            ("{.items[-1].n}{.items[1:1].n}{.none[*].x}", "2"),
            ("{.items[?(@.metadata.none>1)].n}", ""),
        ] {
            assert_eq!(render(template, &list, false).expect(template), want, "{template}");
        }
        for bad in [
            "{.a",
            "{end}",
            "{.a[x]}",
            "{.kind[0]}",
            "{.items[2]}",
            "{.items[-3]}",
            "{.items[0:3]}",
            "{.items[1:0]}",
            "{.items[*].metadata[*]}",
            "{.items[?(@.n>\"1\")]}",
            "{.items[?(@.metadata==1)]}",
            "{.kind[?(@.x)]}",
            "{metadata.name}",
            "{.a]}",
            "{.a{.b}",
            "{.items[?(@.n=!1)]}",
            "{.items[?(@.n>1]}",
            "{.items[1:2:3:4]}",
            "{....a}",
            "{-.a}",
            "{\"\\q\"}",
            "{\"a}",
            "{|}",
        ] {
            assert!(render(bad, &list, false).is_err(), "{bad}");
        }
    }
}
