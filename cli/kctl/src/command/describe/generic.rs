//! Kinds without words of their own: field by field.

use serde_json::Value;

use super::{Page, entries, marks, text};

/// Any object.
pub fn object(page: &mut Page, object: &Value) -> bool {
    // Also where there is none.
    page.pair(0, "Name", text(&object["metadata"]["name"]));
    page.pair(0, "Namespace", text(&object["metadata"]["namespace"]));
    marks(page, object);
    page.pair(0, "API Version", text(&object["apiVersion"]));
    page.pair(0, "Kind", text(&object["kind"]));
    let mut rest = object.clone();
    if let Some(map) = rest.as_object_mut() {
        for field in ["apiVersion", "kind"] {
            map.shift_remove(field);
        }
        if let Some(metadata) = map.get_mut("metadata").and_then(Value::as_object_mut) {
            for field in ["managedFields", "name", "namespace", "labels", "annotations"] {
                metadata.shift_remove(field);
            }
        }
    }
    tree(page, 0, &rest);
    true
}

/// Words that stay as they are in a title.
const WHOLE: &[&str] = &["UID", "API", "HTTP", "HTTPS", "IP", "URL", "DNS", "CIDR", "CPU", "TLS", "CA", "ID"];

/// `podCIDR` as `Pod CIDR`, `uid` as `UID`.
fn words(name: &str) -> String {
    if name.contains(['.', '/', '-', '_']) {
        return name.to_string();
    }
    let letters: Vec<char> = name.chars().collect();
    let mut parts: Vec<String> = vec![String::new()];
    for (index, letter) in letters.iter().enumerate() {
        let begins = index > 0
            && letter.is_uppercase()
            && (letters[index - 1].is_lowercase()
                || letters.get(index + 1).is_some_and(|next| next.is_lowercase()));
        if begins {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(*letter);
        }
    }
    let titled = parts.into_iter().map(|part| {
        if WHOLE.contains(&part.to_uppercase().as_str()) {
            return part.to_uppercase();
        }
        let mut letters = part.chars();
        let rest = |letters: std::str::Chars<'_>| letters.as_str().to_lowercase();
        letters.next().map(|first| format!("{}{}", first.to_uppercase(), rest(letters))).unwrap_or_default()
    });
    titled.collect::<Vec<String>>().join(" ")
}

fn tree(page: &mut Page, level: usize, value: &Value) {
    for (key, inner) in entries(value) {
        let title = words(key);
        match inner {
            Value::Object(map) => {
                page.line(level, format!("{title}:"));
                if !map.is_empty() {
                    tree(page, level + 1, inner);
                }
            }
            Value::Array(items) => {
                page.line(level, format!("{title}:"));
                for item in items {
                    if item.is_object() {
                        tree(page, level + 1, item);
                    } else {
                        page.line(level + 1, scalar(item));
                    }
                }
            }
            plain => page.pair(level, &title, scalar(plain)),
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".into(),
        other => text(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        for (name, want) in [
            ("creationTimestamp", "Creation Timestamp"),
            ("uid", "UID"),
            ("podCIDR", "Pod CIDR"),
            ("holderIdentity", "Holder Identity"),
            ("a.b/c", "a.b/c"),
        ] {
            assert_eq!(words(name), want);
        }
    }
}
