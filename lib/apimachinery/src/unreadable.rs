//! Why a body is no object of its kind, in the words that Go's JSON has for it: clients and people know them.

use serde_json::{Map, Value};

use crate::protobuf::{Field, Simple, TABLES, Type};

/// Deeper than this nothing is read. Go goes down to 10,000, on a stack that grows.
const DEEPEST: usize = 256;

/// What is wrong with the text as JSON; `None` when nothing is.
pub fn syntax_error(text: &[u8]) -> Option<String> {
    let mut scan = Scan { text, at: 0 };
    scan.value(0).and_then(|()| scan.end()).err()
}

/// The way through a text, with Go's words for the first byte that does not belong there.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

type Step = Result<(), String>;

fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_string(),
        b'"' => "'\"'".to_string(),
        b'\\' => r"'\\'".to_string(),
        b'\n' => r"'\n'".to_string(),
        b'\r' => r"'\r'".to_string(),
        b'\t' => r"'\t'".to_string(),
        7 => r"'\a'".to_string(),
        8 => r"'\b'".to_string(),
        11 => r"'\v'".to_string(),
        12 => r"'\f'".to_string(),
        0..=31 | 127 => format!("'\\x{byte:02x}'"),
        128..=160 | 173 => format!("'\\u{:04x}'", u32::from(byte)),
        _ => format!("'{}'", char::from(byte)),
    }
}

impl Scan<'_> {
    /// The next byte, which stays.
    fn peek(&self) -> Result<u8, String> {
        self.text.get(self.at).copied().ok_or_else(|| "unexpected end of JSON input".to_string())
    }

    fn next(&mut self) -> Result<u8, String> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    /// The next byte that is no space; it stays.
    fn token(&mut self) -> Result<u8, String> {
        while self.text.get(self.at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.peek()
    }

    fn wrong<T>(&self, byte: u8, place: &str) -> Result<T, String> {
        Err(format!("invalid character {} {place}", quoted(byte)))
    }

    fn end(&mut self) -> Step {
        match self.token() {
            Ok(byte) => self.wrong(byte, "after top-level value"),
            Err(_) => Ok(()),
        }
    }

    fn value(&mut self, depth: usize) -> Step {
        if depth > DEEPEST {
            return Err("exceeded max depth".to_string());
        }
        match self.token()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            other => self.wrong(other, "looking for beginning of value"),
        }
    }

    fn object(&mut self, depth: usize) -> Step {
        self.at += 1;
        if self.token()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        loop {
            match self.token()? {
                b'"' => self.string()?,
                other => return self.wrong(other, "looking for beginning of object key string"),
            }
            match self.token()? {
                b':' => self.at += 1,
                other => return self.wrong(other, "after object key"),
            }
            self.value(depth + 1)?;
            let byte = self.token()?;
            self.at += 1;
            match byte {
                b',' => {}
                b'}' => return Ok(()),
                other => return self.wrong(other, "after object key:value pair"),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Step {
        self.at += 1;
        if self.token()? == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            let byte = self.token()?;
            self.at += 1;
            match byte {
                b',' => {}
                b']' => return Ok(()),
                other => return self.wrong(other, "after array element"),
            }
        }
    }

    fn string(&mut self) -> Step {
        self.at += 1;
        loop {
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => match self.next()? {
                    b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => {}
                    b'u' => {
                        for _ in 0..4 {
                            let byte = self.next()?;
                            if !byte.is_ascii_hexdigit() {
                                return self.wrong(byte, "in \\u hexadecimal character escape");
                            }
                        }
                    }
                    other => return self.wrong(other, "in string escape code"),
                },
                byte if byte < 0x20 => return self.wrong(byte, "in string literal"),
                _ => {}
            }
        }
    }

    fn digits(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    /// A digit that must come, and those behind it.
    fn digit(&mut self, place: &str) -> Step {
        match self.peek()? {
            b'0'..=b'9' => {
                self.digits();
                Ok(())
            }
            other => self.wrong(other, place),
        }
    }

    fn number(&mut self) -> Step {
        if self.peek()? == b'-' {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            _ => self.digit("in numeric literal")?,
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digit("after decimal point in numeric literal")?;
        }
        if matches!(self.text.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek()?, b'+' | b'-') {
                self.at += 1;
            }
            self.digit("in exponent of numeric literal")?;
        }
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Step {
        for expected in word.bytes() {
            let byte = self.next()?;
            if byte != expected {
                let expected = char::from(expected);
                return self.wrong(byte, &format!("in literal {word} (expecting '{expected}')"));
            }
        }
        Ok(())
    }
}

/// The first value of an object that is of another type than its field, in the order of the text; `None` when
/// there is none, or the kind's fields are not known.
pub fn type_error(object: &Value, group_version_kind: (&str, &str, &str)) -> Option<String> {
    let message = TABLES.message(group_version_kind)?;
    in_fields(object.as_object()?, message, &mut Vec::new())
}

fn in_fields<'v>(object: &'v Map<String, Value>, message: usize, path: &mut Vec<&'v str>) -> Option<String> {
    for (name, value) in object {
        let Some(field) = TABLES.field(message, name).filter(|_| !value.is_null()) else { continue };
        path.push(name);
        let found = in_field(field, value, message, path);
        path.pop();
        if found.is_some() {
            return found;
        }
    }
    None
}

fn in_field<'v>(field: &Field, value: &'v Value, owner: usize, path: &mut Vec<&'v str>) -> Option<String> {
    let one = type_name(field.kind, field.wide);
    match value {
        Value::Array(list) if field.repeated => {
            list.iter().find_map(|value| in_value(field, value, owner, path))
        }
        Value::Object(map) if field.map => map.values().find_map(|value| in_value(field, value, owner, path)),
        _ if field.repeated => Some(mismatch(value, owner, path, &format!("[]{one}"))),
        _ if field.map => Some(mismatch(value, owner, path, &format!("map[string]{one}"))),
        value => in_value(field, value, owner, path),
    }
}

fn in_value<'v>(field: &Field, value: &'v Value, owner: usize, path: &mut Vec<&'v str>) -> Option<String> {
    let fits = match (field.kind, value) {
        (_, Value::Null) => true,
        (Type::Message(message) | Type::Either(_, message), Value::Object(object)) => {
            return in_fields(object, message, path);
        }
        (Type::Text | Type::Bytes, value) => value.is_string(),
        (Type::Boolean, value) => value.is_boolean(),
        (Type::Integer, Value::Number(number)) => {
            number.as_i64().is_some_and(|number| field.wide || i32::try_from(number).is_ok())
        }
        (Type::Double, value) => value.is_number(),
        (Type::Texts, value) => value.is_array(),
        (Type::IntOrText, value @ (Value::Bool(_) | Value::Array(_) | Value::Object(_))) => {
            return Some(format!("json: cannot unmarshal {} into Go value of type int32", kind_of(value)));
        }
        // These read themselves.
        (
            Type::IntOrText | Type::Quantity | Type::Time | Type::MicroTime | Type::Raw | Type::Either(..),
            _,
        ) => true,
        (Type::Message(_) | Type::Integer, _) => false,
    };
    (!fits).then(|| mismatch(value, owner, path, &type_name(field.kind, field.wide)))
}

fn mismatch(value: &Value, owner: usize, path: &[&str], wanted: &str) -> String {
    let (owner, path) = (TABLES.name(owner), path.join("."));
    let given = match value {
        Value::Number(number) if wanted.starts_with("int") => format!("number {number}"),
        value => kind_of(value).to_string(),
    };
    format!("json: cannot unmarshal {given} into Go struct field {owner}.{path} of type {wanted}")
}

/// What a value is, in Go's words for JSON.
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn type_name(kind: Type, wide: bool) -> String {
    match kind {
        Type::Text => "string".into(),
        Type::Bytes => "[]uint8".into(),
        Type::Integer => if wide { "int64" } else { "int32" }.into(),
        Type::Boolean => "bool".into(),
        Type::Double => "float64".into(),
        Type::Time => "v1.Time".into(),
        Type::MicroTime => "v1.MicroTime".into(),
        Type::Quantity => "resource.Quantity".into(),
        Type::IntOrText => "intstr.IntOrString".into(),
        Type::Raw => "runtime.RawExtension".into(),
        Type::Texts => "[]string".into(),
        Type::Message(message) => format!("v1.{}", TABLES.name(message)),
        Type::Either(simple, message) => {
            let or = match simple {
                Simple::Boolean => "Bool",
                Simple::List => "Array",
                Simple::Texts => "StringArray",
            };
            format!("v1.{}Or{or}", TABLES.name(message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn texts_are_refused_in_gos_words() {
        for (text, said) in [
            ("", "unexpected end of JSON input"),
            ("{\"a\":", "unexpected end of JSON input"),
            ("x", "invalid character 'x' looking for beginning of value"),
            ("{a:1}", "invalid character 'a' looking for beginning of object key string"),
            ("{\"a\":1,}", "invalid character '}' looking for beginning of object key string"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            ("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"),
            ("{} {}", "invalid character '{' after top-level value"),
            ("\"a\nb\"", "invalid character '\\n' in string literal"),
            ("\"\\q\"", "invalid character 'q' in string escape code"),
            ("\"\\u00g0\"", "invalid character 'g' in \\u hexadecimal character escape"),
            ("[tru]", "invalid character ']' in literal true (expecting 'e')"),
            ("[-]", "invalid character ']' in numeric literal"),
            ("[1.]", "invalid character ']' after decimal point in numeric literal"),
            ("[1e+]", "invalid character ']' in exponent of numeric literal"),
            ("apiVersion: v1", "invalid character 'a' looking for beginning of value"),
            ("'", "invalid character '\\'' looking for beginning of value"),
        ] {
            assert_eq!(syntax_error(text.as_bytes()).as_deref(), Some(said), "{text}");
        }
        assert_eq!(syntax_error(b" {\"a\": [1, -0.5e3, true, null, \"\\u00e4\\n\"]} \n"), None);
        assert_eq!(syntax_error("[".repeat(20_000).as_bytes()).as_deref(), Some("exceeded max depth"));
    }

    #[test]
    fn types_are_refused_in_gos_words() {
        let deployment = ("apps", "v1", "Deployment");
        let template = |spec: Value| json!({"spec": {"template": {"spec": spec}}});
        for (object, said) in [
            (
                json!({"spec": {"replicas": "3"}}),
                "string into Go struct field DeploymentSpec.spec.replicas of type int32",
            ),
            (
                json!({"spec": {"replicas": 1.5}}),
                "number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
            ),
            (
                json!({"metadata": {"labels": {"a": 1}}}),
                "number into Go struct field ObjectMeta.metadata.labels of type string",
            ),
            (json!({"metadata": []}), "array into Go struct field Deployment.metadata of type v1.ObjectMeta"),
            (
                json!({"metadata": {"labels": "a"}}),
                "string into Go struct field ObjectMeta.metadata.labels of type map[string]string",
            ),
            (
                template(json!({"containers": {}})),
                "object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
            ),
            (
                template(json!({"containers": [{"env": [{"name": "A", "value": 5}]}]})),
                "number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
            ),
            (
                template(json!({"containers": [{"livenessProbe": {"httpGet": {"path": true}}}]})),
                "bool into Go struct field HTTPGetAction.spec.template.spec.containers.livenessProbe.httpGet.path of type string",
            ),
            (
                template(json!({"terminationGracePeriodSeconds": "1"})),
                "string into Go struct field PodSpec.spec.template.spec.terminationGracePeriodSeconds of type int64",
            ),
        ] {
            let said = format!("json: cannot unmarshal {said}");
            assert_eq!(type_error(&object, deployment), Some(said), "{object}");
        }
        assert_eq!(type_error(&json!({"spec": {"replicas": null, "unknown": []}}), deployment), None);
    }

    proptest! {
        /// What serde reads is no error, and what it refuses is one.
        #[test]
        fn the_same_texts_are_refused(text in "[\\[\\]{}\",:0-9a-z\\\\ .+-]{0,12}") {
            let read = serde_json::from_str::<Value>(&text);
            let large = text.bytes().filter(u8::is_ascii_digit).count() > 2 && text.contains('e');
            prop_assume!(!large && !text.contains("\\u"));
            prop_assert_eq!(read.is_err(), syntax_error(text.as_bytes()).is_some(), "{:?}", read);
        }
    }
}
