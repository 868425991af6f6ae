//! kubectl's JSONPath: `{.items[*].metadata.name}`, `{range .items[*]}…{end}`, filters, slices.

mod template;

use std::borrow::Cow;
use std::fmt;

use anyhow::{Result, bail};
use serde_json::Value;

use template::{Form, Template};

/// One step from a value to what it holds.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    /// `.*`
    Any,
    /// `..`: the value and all below it.
    Descend,
    Index(i64),
    Slice(Option<i64>, Option<i64>, Option<i64>),
}

/// What a path or a part of a template finds.
pub type Found<'a> = Vec<Cow<'a, Value>>;

/// One path, as columns, orders and waits name it: `a.b`, `.a.b`, `{a.b}` or `{.a.b}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// In braces.
    text: String,
    template: Template,
}

impl Path {
    /// Reads a path; nothing is the path to nothing.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(text: &str) -> Result<Self> {
        let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
        let inner = inner.strip_prefix('.').filter(|rest| !rest.is_empty()).unwrap_or(inner);
        if inner.contains(['{', '}']) || inner.is_empty() && !text.is_empty() {
            bail!(
                "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{{name1.name2}}' or '{{.name1.name2}}'"
            );
        }
        let text = if text.is_empty() { String::new() } else { format!("{{.{inner}}}") };
        let template = Template::parse(&text)?;
        Ok(Self { text, template })
    }

    /// Everything that it finds in a value; what is not there is no error.
    ///
    /// # Errors
    /// Says which part can't be applied to the value.
    pub fn find<'a>(&self, value: &'a Value) -> Result<Found<'a>> {
        self.template.find(value)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
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
        Step::Any => children(value),
        Step::Descend => {
            let mut found = Vec::new();
            let mut stack = vec![value];
            while let Some(next) = stack.pop() {
                found.push(next);
                stack.extend(children(next).into_iter().rev());
            }
            found
        }
        // The last one's end is the list's.
        Step::Index(index) => slice(value, *index, (*index != -1).then_some(index + 1), None)?,
        Step::Slice(start, end, step) => slice(value, start.unwrap_or(0), *end, *step)?,
    })
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

    #[test]
    fn paths() {
        let object = json!({"a": {"b": [1, 2], "c.d": "x"}});
        for (path, want) in [
            ("a.b[1]", vec![json!(2)]),
            (".a.b[*]", vec![json!(1), json!(2)]),
            ("{a.c\\.d}", vec![json!("x")]),
            ("{.a.none}", vec![]),
            ("..b", vec![json!([1, 2])]),
            ("a.b[?(@>1)]", vec![json!(2)]),
            ("", vec![]),
        ] {
            let found = Path::read(path).expect(path).find(&object).expect(path);
            assert_eq!(found.into_iter().map(Cow::into_owned).collect::<Vec<_>>(), want, "{path}");
        }
        for bad in ["{a}{b}", "{a", "{}", "a[", "a[x]"] {
            assert!(Path::read(bad).is_err(), "{bad}");
        }
        assert_eq!(Path::read("a.b").expect("a path").to_string(), "{.a.b}");
        assert!(Path::read("a[0]").expect("a path").find(&object).is_err());
    }
}
