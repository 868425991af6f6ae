//! KYAML: YAML in flow style, every string quoted, nothing that depends on indentation.

use serde_json::Value;

/// A document, opened with `---`.
pub fn document(value: &Value) -> String {
    let mut out = String::from("---\n");
    write(&mut out, value, 0);
    out.push('\n');
    out
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn write(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(map) if map.is_empty() => out.push_str("{}"),
        Value::Array(list) if list.is_empty() => out.push_str("[]"),
        Value::Object(map) => {
            out.push_str("{\n");
            for (key, inner) in map {
                indent(out, depth + 1);
                if plain_key(key) {
                    out.push_str(key)
                } else {
                    string(out, key, depth + 1)
                }
                out.push_str(": ");
                write(out, inner, depth + 1);
                out.push_str(",\n");
            }
            indent(out, depth);
            out.push('}');
        }
        // Objects and lists hug the brackets; plain values have a line each.
        Value::Array(list) if list.iter().all(|inner| inner.is_object() || inner.is_array()) => {
            out.push('[');
            for (index, inner) in list.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write(out, inner, depth);
            }
            out.push(']');
        }
        Value::Array(list) => {
            out.push_str("[\n");
            for inner in list {
                indent(out, depth + 1);
                write(out, inner, depth + 1);
                out.push_str(",\n");
            }
            indent(out, depth);
            out.push(']');
        }
        Value::String(text) => string(out, text, depth),
        plain => out.push_str(&plain.to_string()),
    }
}

/// Keys that no YAML reader takes for anything but a string.
fn plain_key(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    !key.is_empty()
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-./".contains(letter))
        && key.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&lower.as_str())
}

fn string(out: &mut String, text: &str, depth: usize) {
    out.push('"');
    let lines = text.contains('\n');
    let fresh = |out: &mut String| {
        out.push_str("\\\n");
        indent(out, depth);
        out.push(' ');
    };
    if lines {
        fresh(out);
    }
    let mut line_begins = lines;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => {
                out.push_str("\\n");
                if letters.peek().is_some() {
                    fresh(out);
                }
                line_begins = true;
                continue;
            }
            '\r' => out.push_str("\\r"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0b' => out.push_str("\\v"),
            '\x0c' => out.push_str("\\f"),
            '\x1b' => out.push_str("\\e"),
            '\0' => out.push_str("\\0"),
            '\u{a0}' => out.push_str("\\_"),
            '\u{85}' => out.push_str("\\N"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            // A blank at a line's begin would be taken for indentation.
            ' ' | '\t' if line_begins => {
                out.push('\\');
                out.push(letter);
            }
            '\t' => out.push('\t'),
            control if control.is_control() => out.push_str(&format!("\\x{:02X}", u32::from(control))),
            other => out.push(other),
        }
        line_begins = false;
    }
    if lines {
        out.push_str("\\\n");
        indent(out, depth);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shapes() {
        let value = json!({"a": "true", "y": "it's", "l": ["x", 1], "o": [{"b": 1}, {}], "e": [], "n": null});
        let text = document(&value);
        assert_eq!(
            text,
            "---\n{\n  a: \"true\",\n  \"y\": \"it's\",\n  l: [\n    \"x\",\n    1,\n  ],\n  o: [{\n    b: 1,\n  }, {}],\n  e: [],\n  \"n\": null,\n}\n"
        );
        let back: Value = serde_yaml::from_str(&text).expect("is YAML");
        assert_eq!(back, value);
    }

    #[test]
    fn lines_are_folded_and_read_back() {
        for text in ["a\nb\n", "\n", "\nx", "a\n\tb", "a\n  b \nc"] {
            let value = json!({"k": text});
            let back: Value = serde_yaml::from_str(&document(&value)).expect("is YAML");
            assert_eq!(back, value, "{}", document(&value));
        }
    }
}
