//! The JSON of a typed object made whole: what upstream's types always write is there, what they leave away is
//! not.
//!
//! The generated types write a field when it is set, and fields in the order of their names. Upstream's leave a
//! zero away unless it is told from nothing (`"paused": false`, an empty list), and write what is no pointer
//! even when it is nothing (`"resources": {}`, `"status": {}`, `"lastProbeTime": null`). One pass over the text
//! does both, without a tree of values.

use std::sync::LazyLock;

use crate::protobuf::{Always, Field, Simple, TABLES, Type};

/// The text of an object of that kind as upstream would write it, but for the order of fields, which stays.
/// Kinds without known fields, and text that is not of the generated types' own making, come back as they are.
pub fn complete(text: Vec<u8>, group_version_kind: (&str, &str, &str)) -> Vec<u8> {
    pass(&text, group_version_kind, true).unwrap_or(text)
}

/// The same of a text whose fields may come in any order; what is missing comes last. `None` when it is not
/// known how, or the text is not compact.
pub fn made_whole(text: &[u8], group_version_kind: (&str, &str, &str)) -> Option<Vec<u8>> {
    pass(text, group_version_kind, false)
}

fn pass(text: &[u8], group_version_kind: (&str, &str, &str), sorted: bool) -> Option<Vec<u8>> {
    let message = TABLES.message(group_version_kind)?;
    let mut pass = Pass { text, at: 0, out: Vec::with_capacity(text.len() + 64), sorted };
    pass.object(message, true)?;
    (pass.at == text.len()).then_some(pass.out)
}

/// What each message is when nothing is in it.
static EMPTY: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..TABLES.len()).map(|message| empty(message, 0)).collect());

fn empty(message: usize, depth: usize) -> String {
    let mut out = String::from("{");
    // No message is always in itself; the depth is a guard against tables that say so.
    for field in TABLES.by_name(message).filter(|_| depth < 16) {
        let value = match (field.always, field.kind) {
            (Some(Always::Zero), Type::Message(inner)) => empty(inner, depth + 1),
            (Some(always), kind) => nothing(always, kind).to_string(),
            (None, _) => continue,
        };
        if out.len() > 1 {
            out.push(',');
        }
        out.push('"');
        out.push_str(field.name);
        out.push_str("\":");
        out.push_str(&value);
    }
    out.push('}');
    out
}

/// A field's value that is not there.
fn nothing(always: Always, kind: Type) -> &'static str {
    match (always, kind) {
        (Always::Null, _) => "null",
        (_, Type::Text | Type::Bytes) => "\"\"",
        (_, Type::Boolean) => "false",
        (_, Type::Integer | Type::Double | Type::IntOrText) => "0",
        (_, Type::Quantity) => "\"0\"",
        (_, Type::Message(message)) => EMPTY.get(message).map_or("{}", String::as_str),
        (_, Type::Time | Type::MicroTime | Type::Raw | Type::Texts | Type::Either(..)) => "null",
    }
}

/// Whether a value, as text, is what Go leaves away. Another type's nothing is none: it is refused.
fn is_zero(field: &Field, value: &[u8]) -> bool {
    let many = field.repeated || field.map;
    match value {
        b"null" => true,
        b"false" => !many && field.kind == Type::Boolean,
        b"\"\"" => !many && matches!(field.kind, Type::Text | Type::Bytes | Type::Quantity),
        b"0" => !many && matches!(field.kind, Type::Integer | Type::Double | Type::Quantity),
        b"0.0" | b"-0.0" => !many && matches!(field.kind, Type::Double),
        b"[]" => field.repeated || field.kind == Type::Texts,
        b"{}" => field.map,
        _ => false,
    }
}

/// The way through a compact text; each step gives `None` where it is not what the types write.
struct Pass<'a> {
    text: &'a [u8],
    at: usize,
    out: Vec<u8>,
    /// Whether fields come in the order of their names, and what is missing is put where it belongs.
    sorted: bool,
}

impl<'a> Pass<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Copies a byte that must come now.
    fn copy(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| {
            self.at += 1;
            self.out.push(byte);
        })
    }

    /// The end of the string that begins here.
    fn string_end(&self, start: usize) -> Option<usize> {
        let mut at = start + 1;
        loop {
            match self.text.get(at)? {
                b'"' => return Some(at + 1),
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
    }

    /// Passes over a string; gives what stands between its quotes.
    fn string(&mut self) -> Option<&'a [u8]> {
        if self.peek()? != b'"' {
            return None;
        }
        let end = self.string_end(self.at)?;
        let text = self.text.get(self.at + 1..end - 1)?;
        self.at = end;
        Some(text)
    }

    /// Copies any value as it is.
    fn whole(&mut self) -> Option<()> {
        let start = self.at;
        let mut depth = 0usize;
        loop {
            match self.peek()? {
                b'"' => self.at = self.string_end(self.at)?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' => self.at += 1,
                _ => {
                    while !matches!(self.peek(), None | Some(b',' | b'}' | b']')) {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                break;
            }
        }
        self.out.extend_from_slice(self.text.get(start..self.at)?);
        Some(())
    }

    fn name(&mut self, start: usize, name: &[u8]) {
        if self.out.len() > start {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(name);
        self.out.extend_from_slice(b"\":");
    }

    /// Copies an object. In the outermost, the type and the metadata stand before all other fields.
    fn object(&mut self, message: usize, outermost: bool) -> Option<()> {
        self.copy(b'{')?;
        let start = self.out.len();
        let mut fields = TABLES.by_name(message).peekable();
        // Where nothing is always there, fields may come in any order.
        let ordered = self.sorted && TABLES.has_always(message);
        let mut seen = 0u128;
        let mut last: &[u8] = b"";
        if self.peek()? != b'}' {
            loop {
                let name = self.string()?;
                if self.peek()? != b':' {
                    return None;
                }
                self.at += 1;
                let leads = outermost && matches!(name, b"apiVersion" | b"kind" | b"metadata");
                if leads || !ordered {
                    let found = TABLES.place(message, std::str::from_utf8(name).ok()?);
                    if let Some((place, _)) = found {
                        // A field that stands there twice is for a slower reader.
                        if seen >> place & 1 == 1 {
                            return None;
                        }
                        seen |= 1 << place;
                    }
                    self.field(start, name, found.map(|(_, field)| field))?;
                } else {
                    if name <= last {
                        return None;
                    }
                    last = name;
                    while let Some(field) = fields.next_if(|field| field.name.as_bytes() < name) {
                        self.missing(start, field, outermost);
                    }
                    let field = fields.next_if(|field| field.name.as_bytes() == name);
                    self.field(start, name, field)?;
                }
                match self.peek()? {
                    b',' => self.at += 1,
                    b'}' => break,
                    _ => return None,
                }
            }
        }
        if ordered {
            fields.for_each(|field| self.missing(start, field, outermost));
        } else if TABLES.has_always(message) {
            let missing = TABLES.by_name(message).enumerate().filter(|(place, _)| seen >> place & 1 == 0);
            missing.for_each(|(_, field)| self.missing(start, field, outermost));
        }
        self.copy(b'}')
    }

    /// Writes a field that is always there, and is not.
    fn missing(&mut self, start: usize, field: &Field, outermost: bool) {
        if let Some(always) = field.always
            && !(outermost && field.name == "metadata")
        {
            self.name(start, field.name.as_bytes());
            self.out.extend_from_slice(nothing(always, field.kind).as_bytes());
        }
    }

    /// Copies a field, unless it is left away.
    fn field(&mut self, start: usize, name: &[u8], field: Option<&Field>) -> Option<()> {
        let before = self.out.len();
        self.name(start, name);
        let Some(field) = field else { return self.whole() };
        let value = self.out.len();
        match self.peek()? {
            b'[' if field.repeated => self.elements(field.kind, false)?,
            b'{' if field.map => self.elements(field.kind, true)?,
            _ => self.one(field.kind)?,
        }
        let written = self.out.get(value..)?;
        match field.always {
            Some(always) if written == b"null" => {
                self.out.truncate(value);
                self.out.extend_from_slice(nothing(always, field.kind).as_bytes());
            }
            None if written == b"null" || (!field.keeps_zero && is_zero(field, written)) => {
                self.out.truncate(before);
            }
            _ => {}
        }
        Some(())
    }

    /// Copies a list, or a map.
    fn elements(&mut self, kind: Type, map: bool) -> Option<()> {
        let (open, close) = if map { (b'{', b'}') } else { (b'[', b']') };
        self.copy(open)?;
        if self.peek()? == close {
            return self.copy(close);
        }
        loop {
            if map {
                let start = self.at;
                self.string()?;
                self.out.extend_from_slice(self.text.get(start..self.at)?);
                self.copy(b':')?;
            }
            self.one(kind)?;
            if self.copy(b',').is_none() {
                return self.copy(close);
            }
        }
    }

    fn one(&mut self, kind: Type) -> Option<()> {
        match kind {
            Type::Message(message) | Type::Either(_, message) if self.peek()? == b'{' => {
                self.object(message, false)
            }
            Type::Either(Simple::List, message) if self.peek()? == b'[' => {
                self.elements(Type::Message(message), false)
            }
            _ => self.whole(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{KINDS, Kind};
    use crate::typed;
    use serde_json::{Value, json};

    fn kind(group: &str, version: &str, name: &str) -> &'static Kind {
        crate::kinds::find(group, version, name).expect("a kind")
    }

    fn read(given: &Value) -> Vec<u8> {
        let (group, version) =
            given["apiVersion"].as_str().map_or(("", ""), |text| text.split_once('/').unwrap_or(("", text)));
        let kind = kind(group, version, given["kind"].as_str().unwrap_or_default());
        (kind.decode)(given.to_string().as_bytes()).expect("an object").encode()
    }

    #[test]
    fn zeros_are_left_away_and_the_rest_is_there() {
        let text = read(&json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x", "labels": {}},
            "spec": {"replicas": 0, "paused": false, "minReadySeconds": 0, "revisionHistoryLimit": 0,
                "selector": {"matchLabels": {"a": ""}},
                "template": {"spec": {"containers": [{"image": "x", "name": "c", "stdin": false, "args": []}]}}},
        }));
        assert_eq!(
            String::from_utf8_lossy(&text),
            r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{"replicas":0,"revisionHistoryLimit":0,"selector":{"matchLabels":{"a":""}},"strategy":{},"template":{"metadata":{},"spec":{"containers":[{"image":"x","name":"c","resources":{}}]}}},"status":{}}"#
        );
        let text = read(
            &json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}, "spec": {"unschedulable": false}}),
        );
        assert!(String::from_utf8_lossy(&text).contains(r#""spec":{},"status":{"daemonEndpoints":{"kubeletEndpoint":{"Port":0}},"nodeInfo":{"architecture":"","#));
    }

    #[test]
    fn nothing_is_told_from_null_where_upstream_does() {
        let text = read(
            &json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"}}),
        );
        assert!(text.ends_with(br#""rules":null}"#), "{}", String::from_utf8_lossy(&text));
        let text = read(
            &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "r"}, "data": {"k": ""}, "binaryData": {}}),
        );
        assert_eq!(
            String::from_utf8_lossy(&text),
            r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"r"},"data":{"k":""}}"#
        );
    }

    /// Values in the place of all of a golden object's: every kind of nothing.
    fn hollow(value: &Value, keep_lists: bool) -> Value {
        match value {
            Value::Object(map) => {
                map.iter().map(|(key, value)| (key.clone(), hollow(value, keep_lists))).collect()
            }
            Value::Array(list) if keep_lists => list.iter().map(|value| hollow(value, keep_lists)).collect(),
            Value::Array(_) => json!([]),
            Value::String(text) if text.parse::<jiff::Timestamp>().is_ok() => text.clone().into(),
            Value::String(text) if text.parse::<crate::quantity::Quantity>().is_ok() => "0".into(),
            Value::String(_) => "".into(),
            Value::Number(_) => json!(0),
            Value::Bool(_) => json!(false),
            Value::Null => Value::Null,
        }
    }

    /// All kinds with all fields, full and hollow: the text is what the tree of values would be written as, and
    /// stays as it is once it is read and written again.
    #[test]
    fn the_text_is_that_of_the_tree_for_every_kind() {
        let from = std::env::var("KADM_REFERENCE")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/api").to_string());
        let mut compared = 0;
        for kind in KINDS {
            let group = if kind.group.is_empty() { "core" } else { kind.group };
            let path = format!("{from}/golden/{group}.{}.{}.json", kind.version, kind.kind);
            let Ok(text) = std::fs::read(&path) else { continue };
            let golden: Value = serde_json::from_slice(&text).expect("golden JSON");
            for mut given in [golden.clone(), hollow(&golden, true), hollow(&golden, false), json!({})] {
                let bare = given == json!({});
                given["apiVersion"] = golden["apiVersion"].clone();
                given["kind"] = golden["kind"].clone();
                if kind.kind == "PodDisruptionBudget" && !bare {
                    given["status"]["disruptedPods"] = json!({"a": "2026-01-01T00:00:00Z"});
                }
                let object = (kind.decode)(given.to_string().as_bytes()).expect("an object");
                let text = object.encode();
                let have: Value = serde_json::from_slice(&text).expect("JSON");
                let tree = typed::written(&object.value()).unwrap_or_else(|| object.value());
                let mut added = crate::strict::unknown(&have, &tree);
                added.extend(crate::strict::unknown(&tree, &have));
                // Types within types keep their names, which upstream leaves away.
                added.retain(|field| !field.contains("volumeClaimTemplates"));
                assert!(added.is_empty(), "{path}: {added:?}");
                // The generated types can't tell no list from an empty one where a list must be.
                let text = if bare { (kind.decode)(&text).expect("our own text").encode() } else { text };
                let again = (kind.decode)(&text).expect("our own text").encode();
                assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&text), "{path}");
                compared += 1;
            }
        }
        let wanted = std::fs::metadata(format!("{from}/README.md")).map_or(0, |_| 240);
        assert!(compared >= wanted, "only {compared} objects were compared");
    }

    #[test]
    fn any_order_is_made_whole() {
        let text = br#"{"kind":"Pod","spec":{"containers":[{"name":"c","image":"x","args":[]}],"hostNetwork":false},"metadata":{}}"#;
        let whole = made_whole(text, ("", "v1", "Pod")).expect("known");
        assert_eq!(
            String::from_utf8_lossy(&whole),
            r#"{"kind":"Pod","spec":{"containers":[{"name":"c","image":"x","resources":{}}]},"metadata":{},"status":{}}"#
        );
        for text in [r#"{"metadata":{},"metadata":{}}"#, r#"{ "metadata":{}}"#, r#"{"spec":[}"#] {
            assert_eq!(made_whole(text.as_bytes(), ("", "v1", "Pod")), None, "{text}");
        }
        assert!((0..TABLES.len()).all(|message| TABLES.by_name(message).count() <= 128));
    }

    #[test]
    fn foreign_text_comes_back() {
        for text in ["", "{", "[]", r#"{"b":1,"a":2}"#, r#"{"metadata":{"name":"x","#, r#"{"spec":{"a":"\"#] {
            let out = complete(text.as_bytes().to_vec(), ("", "v1", "Pod"));
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
    }
}
