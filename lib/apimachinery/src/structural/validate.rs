//! Values are held against their schema. The wording is that of upstream's validator.

use serde_json::Value;

use crate::invalid::{Field, Violation};

use super::{Kind, Structural, is_head};

impl Structural {
    /// Everything that is wrong with an object.
    pub fn validate(&self, object: &Value) -> Vec<Violation> {
        let mut wrong = Vec::new();
        self.check(object, &Field::root(""), true, &mut wrong);
        wrong
    }

    /// Everything that is wrong with a value that stands at `field` of something else.
    pub fn misfits(&self, value: &Value, field: &Field) -> Vec<Violation> {
        let mut wrong = Vec::new();
        self.check(value, field, false, &mut wrong);
        wrong
    }

    fn check(&self, value: &Value, field: &Field, root: bool, wrong: &mut Vec<Violation>) {
        if value.is_null() && (self.nullable || (self.kind.is_none() && !self.int_or_string)) {
            return;
        }
        let name = if root { "<nil>".to_string() } else { field.to_string() };
        if !self.is_of_type(value) {
            let kind = if self.int_or_string { "integer,string" } else { self.kind.map_or("", Kind::word) };
            let shown = match value {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::Number(number) if number.is_f64() => "number",
                Value::Number(_) => "integer",
                Value::String(_) => "string",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
            };
            wrong.push(Violation::invalid(
                field,
                shown,
                &format!("{name} in body must be of type {kind}: {shown:?}"),
            ));
            return;
        }
        if !self.one_of_values.is_empty() && !self.one_of_values.contains(value) {
            let allowed: Vec<String> = self.one_of_values.iter().map(plain).collect();
            let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
            wrong.push(Violation::unsupported(field, &plain(value), &allowed));
        }
        let mut invalid = |why: String| {
            wrong.push(Violation::invalid_value(field, value, &format!("{name} in body {why}")))
        };
        match value {
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                if let Some(least) = self.minimum {
                    if self.exclusive_minimum && number <= least {
                        invalid(format!("should be greater than {least}"));
                    } else if number < least {
                        invalid(format!("should be greater than or equal to {least}"));
                    }
                }
                if let Some(most) = self.maximum {
                    if self.exclusive_maximum && number >= most {
                        invalid(format!("should be less than {most}"));
                    } else if number > most {
                        invalid(format!("should be less than or equal to {most}"));
                    }
                }
                if let Some(step) = self.multiple_of.filter(|step| *step != 0.0)
                    && (number / step).fract() != 0.0
                {
                    invalid(format!("should be a multiple of {step}"));
                }
            }
            Value::String(text) => {
                let length = text.chars().count() as u64;
                if self.min_length.is_some_and(|least| length < least) {
                    invalid(format!("should be at least {} chars long", self.min_length.unwrap_or_default()));
                }
                if let Some((source, pattern)) = &self.pattern
                    && !pattern.is_match(text)
                {
                    invalid(format!("should match '{source}'"));
                }
                if !has_format(&self.format, text) {
                    invalid(format!("must be of type {}: {text:?}", self.format));
                }
                if let Some(most) = self.max_length.filter(|most| length > *most) {
                    wrong.push(Violation::too_long(field, usize::try_from(most).unwrap_or(usize::MAX)));
                }
            }
            Value::Array(list) => {
                let length = list.len() as u64;
                if let Some(least) = self.min_items.filter(|least| length < *least) {
                    wrong.push(Violation::invalid_value(
                        field,
                        &length,
                        &format!("{name} in body should have at least {least} items"),
                    ));
                }
                if let Some(most) = self.max_items.filter(|most| length > *most) {
                    wrong.push(Violation::too_many(
                        field,
                        list.len(),
                        usize::try_from(most).unwrap_or(usize::MAX),
                    ));
                }
                if self.unique_items && (1..list.len()).any(|index| list[..index].contains(&list[index])) {
                    wrong.push(Violation::invalid_value(
                        field,
                        list,
                        &format!("{name} in body shouldn't contain duplicates"),
                    ));
                }
                self.check_list(list, field, wrong);
                if let Some(items) = &self.items {
                    for (index, value) in list.iter().enumerate() {
                        items.check(value, &field.index(index), false, wrong);
                    }
                }
            }
            Value::Object(map) => {
                let length = map.len() as u64;
                if let Some(least) = self.min_properties.filter(|least| length < *least) {
                    wrong.push(Violation::invalid_value(
                        field,
                        &length,
                        &format!("{name} in body should have at least {least} properties"),
                    ));
                }
                if let Some(most) = self.max_properties.filter(|most| length > *most) {
                    wrong.push(Violation::too_many(
                        field,
                        map.len(),
                        usize::try_from(most).unwrap_or(usize::MAX),
                    ));
                }
                for required in self.required.iter().filter(|required| !map.contains_key(*required)) {
                    wrong.push(Violation::required(&field.child(required), ""));
                }
                if self.embedded {
                    for required in ["apiVersion", "kind"] {
                        if map.get(required).and_then(Value::as_str).is_none_or(str::is_empty) {
                            wrong.push(Violation::required(&field.child(required), "must not be empty"));
                        }
                    }
                }
                for (key, value) in map {
                    if (root || self.embedded) && is_head(key) && !self.properties.contains_key(key) {
                        continue;
                    }
                    let below = match (self.properties.get(key), &self.additional) {
                        (Some(schema), _) => (schema, field.child(key)),
                        (None, Some(schema)) => (&**schema, field.child(key)),
                        (None, None) => continue,
                    };
                    below.0.check(value, &below.1, false, wrong);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
        self.check_combined(value, field, &name, root, wrong);
    }

    fn is_of_type(&self, value: &Value) -> bool {
        if self.int_or_string {
            return value.is_string() || value.as_i64().is_some() || value.as_u64().is_some();
        }
        match self.kind {
            None => true,
            Some(Kind::Object) => value.is_object(),
            Some(Kind::Array) => value.is_array(),
            Some(Kind::String) => value.is_string(),
            Some(Kind::Boolean) => value.is_boolean(),
            Some(Kind::Number) => value.is_number(),
            Some(Kind::Integer) => {
                value.as_i64().is_some()
                    || value.as_u64().is_some()
                    || value.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
        }
    }

    /// The elements of sets and keyed lists are distinct.
    fn check_list(&self, list: &[Value], field: &Field, wrong: &mut Vec<Violation>) {
        let key = |value: &Value| -> Option<String> {
            match &self.list_type {
                super::ListType::Atomic => None,
                super::ListType::Set => Some(value.to_string()),
                super::ListType::Map(keys) => {
                    let map: serde_json::Map<String, Value> =
                        keys.iter().filter_map(|key| Some((key.clone(), value.get(key)?.clone()))).collect();
                    Some(Value::Object(map).to_string())
                }
            }
        };
        let mut seen = std::collections::HashSet::new();
        for (index, value) in list.iter().enumerate() {
            if let Some(key) = key(value)
                && !seen.insert(key.clone())
            {
                let shown = serde_json::from_str(&key)
                    .ok()
                    .and_then(|value: Value| value.as_str().map(str::to_string));
                wrong.push(Violation::duplicate(&field.index(index), &shown.unwrap_or(key)));
            }
        }
    }

    fn check_combined(
        &self,
        value: &Value,
        field: &Field,
        name: &str,
        root: bool,
        wrong: &mut Vec<Violation>,
    ) {
        let passes = |schema: &Self| {
            let mut wrong = Vec::new();
            schema.check(value, field, root, &mut wrong);
            wrong.is_empty()
        };
        for schema in &self.all_of {
            schema.check(value, field, root, wrong);
        }
        let mut invalid = |why: &str| {
            wrong.push(Violation::invalid_value(field, value, &format!("{name} in body {why}")));
        };
        if !self.any_of.is_empty() && !self.any_of.iter().any(passes) {
            invalid("must validate at least one schema (anyOf)");
        }
        if !self.one_of.is_empty() {
            match self.one_of.iter().filter(|schema| passes(schema)).count() {
                1 => {}
                0 => invalid("must validate one and only one schema (oneOf). Found none valid"),
                count => invalid(&format!(
                    "must validate one and only one schema (oneOf). Found {count} valid alternatives"
                )),
            }
        }
        if self.not.as_deref().is_some_and(passes) {
            invalid("must not validate the schema (not)");
        }
    }
}

/// A value as it stands in lists of allowed ones.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

/// Whether a text has a format; those that upstream does not know allow everything.
fn has_format(format: &str, text: &str) -> bool {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    match format {
        "date-time" | "datetime" => text.parse::<jiff::Timestamp>().is_ok(),
        "date" => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
        "duration" => is_duration(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => text.split_once('/').is_some_and(|(address, bits)| {
            match (address.parse::<IpAddr>(), bits.parse::<u8>()) {
                (Ok(IpAddr::V4(_)), Ok(bits)) => bits <= 32,
                (Ok(IpAddr::V6(_)), Ok(bits)) => bits <= 128,
                _ => false,
            }
        }),
        "uuid" | "uuid3" | "uuid4" | "uuid5" => {
            let hex: String = text.chars().filter(|c| *c != '-').collect();
            hex.len() == 32 && hex.chars().all(|c| c.is_ascii_hexdigit())
        }
        "byte" => {
            use base64::Engine;
            base64::engine::general_purpose::STANDARD.decode(text).is_ok()
        }
        "email" => text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty()),
        "hostname" => {
            text.len() <= 255
                && text.split('.').all(|label| crate::names::dns_label(&label.to_lowercase()).is_ok())
        }
        "uri" => {
            text.split_once(':').is_some_and(|(scheme, _)| {
                !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            }) || text.starts_with('/')
        }
        "mac" => text.split([':', '-']).count() >= 6,
        _ => true,
    }
}

/// A duration as Go writes it, or in days and weeks as upstream's validator also takes it.
fn is_duration(text: &str) -> bool {
    let mut rest = text.trim_start_matches(['+', '-']);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if digits.len() == rest.len() {
            return false;
        }
        let digits = digits.trim_start();
        let unit: String = digits.chars().take_while(|c| c.is_alphabetic()).collect();
        if unit.is_empty() {
            return false;
        }
        let known = [
            "ns", "us", "µs", "μs", "ms", "s", "sec", "m", "min", "h", "hr", "hour", "d", "day", "w", "wk",
            "week",
        ];
        if !known.contains(&unit.trim_end_matches("s").to_string().as_str())
            && !known.contains(&unit.as_str())
        {
            return false;
        }
        rest = digits[unit.len()..].trim_start();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(schema: Value, good: Value, bad: Value, want: &str) {
        let schema = json!({"type": "object", "properties": {"spec": schema}});
        let schema = Structural::parse(&schema, "").expect("structural");
        assert_eq!(schema.validate(&json!({"spec": good})), [], "{want}");
        let wrong: Vec<String> =
            schema.validate(&json!({"spec": bad})).iter().map(ToString::to_string).collect();
        assert_eq!(wrong, [want]);
    }

    #[test]
    fn each_rule_accepts_and_refuses() {
        check(
            json!({"type": "integer"}),
            json!(1),
            json!("x"),
            "spec: Invalid value: \"string\": spec in body must be of type integer: \"string\"",
        );
        check(
            json!({"type": "integer", "minimum": 1}),
            json!(1),
            json!(0),
            "spec: Invalid value: 0: spec in body should be greater than or equal to 1",
        );
        check(
            json!({"type": "number", "maximum": 1.5, "exclusiveMaximum": true}),
            json!(1),
            json!(1.5),
            "spec: Invalid value: 1.5: spec in body should be less than 1.5",
        );
        check(
            json!({"type": "integer", "multipleOf": 5}),
            json!(10),
            json!(7),
            "spec: Invalid value: 7: spec in body should be a multiple of 5",
        );
        check(
            json!({"type": "string", "enum": ["a", "b"]}),
            json!("a"),
            json!("c"),
            "spec: Unsupported value: \"c\": supported values: \"a\", \"b\"",
        );
        check(
            json!({"type": "string", "minLength": 2}),
            json!("ab"),
            json!("a"),
            "spec: Invalid value: \"a\": spec in body should be at least 2 chars long",
        );
        check(
            json!({"type": "string", "maxLength": 2}),
            json!("ab"),
            json!("abc"),
            "spec: Too long: may not be more than 2 bytes",
        );
        check(
            json!({"type": "string", "pattern": "^[a-z]+$"}),
            json!("ab"),
            json!("A"),
            "spec: Invalid value: \"A\": spec in body should match '^[a-z]+$'",
        );
        check(
            json!({"type": "string", "format": "date-time"}),
            json!("2026-01-01T00:00:00Z"),
            json!("now"),
            "spec: Invalid value: \"now\": spec in body must be of type date-time: \"now\"",
        );
        check(
            json!({"type": "array", "items": {"type": "string"}, "minItems": 1}),
            json!(["a"]),
            json!([]),
            "spec: Invalid value: 0: spec in body should have at least 1 items",
        );
        check(
            json!({"type": "array", "items": {"type": "string"}, "maxItems": 1}),
            json!(["a"]),
            json!(["a", "b"]),
            "spec: Too many: 2: must have at most 1 items",
        );
        check(
            json!({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}),
            json!(["a", "b"]),
            json!(["a", "a"]),
            "spec[1]: Duplicate value: \"a\"",
        );
        check(
            json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}),
            json!({"a": "x"}),
            json!({}),
            "spec.a: Required value",
        );
        check(
            json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            json!({"a": 1}),
            json!({"a": true}),
            "spec.a: Invalid value: \"boolean\": spec.a in body must be of type integer: \"boolean\"",
        );
        check(
            json!({"x-kubernetes-int-or-string": true}),
            json!("10%"),
            json!(true),
            "spec: Invalid value: \"boolean\": spec in body must be of type integer,string: \"boolean\"",
        );
        check(
            json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}),
            json!({"a": "x"}),
            json!({"a": "x", "b": "y"}),
            "spec: Invalid value: {\"a\":\"x\",\"b\":\"y\"}: spec in body must validate one and only one schema (oneOf). Found 2 valid alternatives",
        );
        check(
            json!({"type": "string", "not": {"enum": ["x"]}}),
            json!("y"),
            json!("x"),
            "spec: Invalid value: \"x\": spec in body must not validate the schema (not)",
        );
        check(
            json!({"type": "string", "anyOf": [{"maxLength": 1}, {"pattern": "^x"}]}),
            json!("xyz"),
            json!("abc"),
            "spec: Invalid value: \"abc\": spec in body must validate at least one schema (anyOf)",
        );
    }
}
