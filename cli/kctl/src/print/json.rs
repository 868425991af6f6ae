//! JSON as Go writes it: four blanks, and `<`, `>`, `&` escaped.

use serde_json::Value;

/// An indented document with a line feed at its end. Fields keep their order.
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, Some(0), "    ");
    out.push('\n');
    out
}

/// One line, without a line feed.
pub fn line(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, None, "");
    out
}

fn write(out: &mut String, value: &Value, depth: Option<usize>, indent: &str) {
    let fresh = |out: &mut String, depth: Option<usize>| {
        if let Some(depth) = depth {
            out.push('\n');
            (0..depth).for_each(|_| out.push_str(indent));
        }
    };
    let inner = depth.map(|depth| depth + 1);
    match value {
        Value::String(text) => string(out, text),
        Value::Array(list) if list.is_empty() => out.push_str("[]"),
        Value::Object(map) if map.is_empty() => out.push_str("{}"),
        Value::Array(list) => {
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                fresh(out, inner);
                write(out, item, inner, indent);
            }
            fresh(out, depth);
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (index, (key, item)) in map.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                fresh(out, inner);
                string(out, key);
                out.push_str(if depth.is_some() { ": " } else { ":" });
                write(out, item, inner, indent);
            }
            fresh(out, depth);
            out.push('}');
        }
        Value::Number(held) => out.push_str(&yaml::number(held)),
        plain => out.push_str(&plain.to_string()),
    }
}

/// A string with Go's escapes.
pub fn string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\x1f' => {
                out.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn as_go_writes_it() {
        let value = json!({"b": "<a>&\u{7}", "a": [], "c": {}, "d": [1, {"e": null}]});
        assert_eq!(
            pretty(&value),
            "{\n    \"b\": \"\\u003ca\\u003e\\u0026\\u0007\",\n    \"a\": [],\n    \"c\": {},\n    \"d\": [\n        1,\n        {\n            \"e\": null\n        }\n    ]\n}\n"
        );
        assert_eq!(line(&value), r#"{"b":"\u003ca\u003e\u0026\u0007","a":[],"c":{},"d":[1,{"e":null}]}"#);
    }
}
