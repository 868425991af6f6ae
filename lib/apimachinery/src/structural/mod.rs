//! The schemas of custom resources: structural OpenAPI v3, read from a definition. What they ask
//! for is in the modules: fields that do not exist are pruned, missing ones defaulted, values
//! validated; server-side apply takes list and map types from them.

mod defaults;
mod merge;
mod prune;
mod validate;

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Map, Value};

pub use merge::merge_schema;

/// A value's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A map or a struct.
    Object,
    /// A list.
    Array,
    /// A text.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
}

impl Kind {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "object" => Self::Object,
            "array" => Self::Array,
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            _ => return None,
        })
    }

    /// The word in a schema.
    pub fn word(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Array => "array",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

/// How the elements of a list are merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ListType {
    /// Not at all.
    #[default]
    Atomic,
    /// As a set.
    Set,
    /// By these keys.
    Map(Vec<String>),
}

/// One rule in the Common Expression Language.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// The expression.
    pub rule: String,
    /// What is said when it is false.
    pub message: String,
    /// An expression that says it.
    pub message_expression: String,
    /// The kind of violation; empty for an invalid value.
    pub reason: String,
    /// The field that is blamed, relative to the rule's place.
    pub field_path: String,
    /// Whether a rule about the old value also holds for new objects.
    pub optional_old_self: bool,
    /// A number for whoever evaluates it, to find it again by.
    pub number: usize,
}

/// A schema, or a part of one.
#[derive(Debug, Default)]
pub struct Structural {
    /// The type; `None` for anything, or for integers and texts.
    pub kind: Option<Kind>,
    /// The declared fields.
    pub properties: BTreeMap<String, Structural>,
    /// The schema of undeclared fields.
    pub additional: Option<Box<Structural>>,
    /// Whether any undeclared field is allowed by `additionalProperties: true`.
    pub any_additional: bool,
    /// The schema of a list's elements.
    pub items: Option<Box<Structural>>,
    /// The value of a missing field.
    pub default: Option<Value>,
    /// Whether null is a value.
    pub nullable: bool,
    /// Whether undeclared fields stay.
    pub preserve: bool,
    /// Whether the value is an object with `apiVersion`, `kind` and `metadata`.
    pub embedded: bool,
    /// Whether both integers and texts are values.
    pub int_or_string: bool,
    /// How a list is merged.
    pub list_type: ListType,
    /// Whether a map is replaced as a whole.
    pub atomic_map: bool,
    /// Rules in the expression language.
    pub rules: Vec<Rule>,
    required: Vec<String>,
    one_of_values: Vec<Value>,
    format: String,
    minimum: Option<f64>,
    maximum: Option<f64>,
    exclusive_minimum: bool,
    exclusive_maximum: bool,
    multiple_of: Option<f64>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    pattern: Option<(String, Regex)>,
    min_items: Option<u64>,
    max_items: Option<u64>,
    unique_items: bool,
    min_properties: Option<u64>,
    max_properties: Option<u64>,
    all_of: Vec<Structural>,
    any_of: Vec<Structural>,
    one_of: Vec<Structural>,
    not: Option<Box<Structural>>,
}

/// The deepest nesting that is read.
const DEEPEST: usize = 100;

impl Structural {
    /// The format of a text or number; empty for none.
    pub fn format(&self) -> &str {
        &self.format
    }

    /// The most letters of a text.
    pub fn most_letters(&self) -> Option<u64> {
        self.max_length
    }

    /// The most elements of a list.
    pub fn most_items(&self) -> Option<u64> {
        self.max_items
    }

    /// The most fields of a map.
    pub fn most_properties(&self) -> Option<u64> {
        self.max_properties
    }

    /// The fields that must be there.
    pub fn required(&self) -> &[String] {
        &self.required
    }

    /// The only values that there are, if they are named.
    pub fn only_values(&self) -> &[Value] {
        &self.one_of_values
    }

    /// Reads a definition's `openAPIV3Schema`.
    ///
    /// # Errors
    /// Tells each thing that is wrong with it, with the path below `path`.
    pub fn parse(schema: &Value, path: &str) -> Result<Self, Vec<(String, String)>> {
        let mut wrong = Vec::new();
        let parsed = Self::read(schema, path, true, 0, &mut wrong);
        if wrong.is_empty() { Ok(parsed) } else { Err(wrong) }
    }

    fn read(
        schema: &Value,
        path: &str,
        structural: bool,
        depth: usize,
        wrong: &mut Vec<(String, String)>,
    ) -> Self {
        let mut out = Self::default();
        if depth > DEEPEST {
            wrong.push((path.to_string(), "Invalid value: the schema is nested too deep".into()));
            return out;
        }
        let Some(map) = schema.as_object() else {
            wrong.push((path.to_string(), "Invalid value: a schema must be an object".into()));
            return out;
        };
        let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
        let flag = |key: &str| map.get(key).and_then(Value::as_bool).unwrap_or_default();
        let size = |key: &str| map.get(key).and_then(Value::as_u64);
        out.preserve = flag("x-kubernetes-preserve-unknown-fields");
        out.embedded = flag("x-kubernetes-embedded-resource");
        out.int_or_string = flag("x-kubernetes-int-or-string");
        out.nullable = flag("nullable");
        match text("type") {
            "" if structural && !out.preserve && !out.int_or_string => wrong.push((
                format!("{path}.type"),
                "Required value: must not be empty for specified object fields".into(),
            )),
            "" => {}
            kind => {
                out.kind = Kind::parse(kind);
                if out.kind.is_none() {
                    wrong.push((
                        format!("{path}.type"),
                        format!(
                            "Unsupported value: {kind:?}: supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\""
                        ),
                    ));
                }
            }
        }
        if structural && flag("uniqueItems") {
            wrong.push((
                format!("{path}.uniqueItems"),
                "Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
                    .into(),
            ));
        }
        for (name, schema) in map.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let path = format!("{path}.properties[{name}]");
            out.properties.insert(name.clone(), Self::read(schema, &path, structural, depth + 1, wrong));
        }
        match map.get("additionalProperties") {
            Some(Value::Bool(flag)) => out.any_additional = *flag,
            Some(schema @ Value::Object(_)) => {
                let path = format!("{path}.additionalProperties");
                out.additional = Some(Box::new(Self::read(schema, &path, structural, depth + 1, wrong)));
            }
            _ => {}
        }
        if structural && !out.properties.is_empty() && out.additional.is_some() {
            wrong.push((
                format!("{path}.additionalProperties"),
                "Forbidden: additionalProperties and properties are mutual exclusive".into(),
            ));
        }
        match map.get("items") {
            Some(schema @ Value::Object(_)) => {
                let path = format!("{path}.items");
                out.items = Some(Box::new(Self::read(schema, &path, structural, depth + 1, wrong)));
            }
            Some(Value::Array(_)) => wrong.push((
                format!("{path}.items"),
                "Forbidden: items must be a schema object and not an array".into(),
            )),
            _ if structural && out.kind == Some(Kind::Array) => {
                wrong.push((format!("{path}.items"), "Required value: must be specified".into()));
            }
            _ => {}
        }
        out.default = map.get("default").filter(|value| !value.is_null() || out.nullable).cloned();
        let texts = |key: &str| -> Vec<String> {
            let list = map.get(key).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_string).collect()
        };
        out.list_type = match text("x-kubernetes-list-type") {
            "" | "atomic" => ListType::Atomic,
            "set" => ListType::Set,
            "map" => {
                let mut keys = texts("x-kubernetes-list-map-keys");
                keys.sort();
                if keys.is_empty() {
                    wrong.push((
                        format!("{path}.x-kubernetes-list-map-keys"),
                        "Required value: must not be empty if x-kubernetes-list-type is map".into(),
                    ));
                }
                ListType::Map(keys)
            }
            other => {
                wrong.push((
                    format!("{path}.x-kubernetes-list-type"),
                    format!("Unsupported value: {other:?}: supported values: \"atomic\", \"set\", \"map\""),
                ));
                ListType::Atomic
            }
        };
        out.atomic_map = text("x-kubernetes-map-type") == "atomic";
        out.required = texts("required");
        out.one_of_values = map.get("enum").and_then(Value::as_array).cloned().unwrap_or_default();
        out.format = text("format").to_string();
        out.minimum = map.get("minimum").and_then(Value::as_f64);
        out.maximum = map.get("maximum").and_then(Value::as_f64);
        out.exclusive_minimum = flag("exclusiveMinimum");
        out.exclusive_maximum = flag("exclusiveMaximum");
        out.multiple_of = map.get("multipleOf").and_then(Value::as_f64);
        out.min_length = size("minLength");
        out.max_length = size("maxLength");
        out.min_items = size("minItems");
        out.max_items = size("maxItems");
        out.unique_items = flag("uniqueItems");
        out.min_properties = size("minProperties");
        out.max_properties = size("maxProperties");
        if !text("pattern").is_empty() {
            match Regex::new(text("pattern")) {
                Ok(pattern) => out.pattern = Some((text("pattern").to_string(), pattern)),
                Err(error) => wrong.push((
                    format!("{path}.pattern"),
                    format!(
                        "Invalid value: {:?}: must be a valid regular expression, but isn't: {error}",
                        text("pattern")
                    ),
                )),
            }
        }
        let mut schemas = |key: &str| -> Vec<Self> {
            let list = map.get(key).and_then(Value::as_array).into_iter().flatten().enumerate();
            list.map(|(index, schema)| {
                Self::read(schema, &format!("{path}.{key}[{index}]"), false, depth + 1, wrong)
            })
            .collect()
        };
        (out.all_of, out.any_of, out.one_of) = (schemas("allOf"), schemas("anyOf"), schemas("oneOf"));
        if let Some(schema) = map.get("not").filter(|schema| !schema.is_null()) {
            out.not = Some(Box::new(Self::read(schema, &format!("{path}.not"), false, depth + 1, wrong)));
        }
        for rule in map.get("x-kubernetes-validations").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| rule[key].as_str().unwrap_or_default().to_string();
            out.rules.push(Rule {
                rule: text("rule"),
                message: text("message"),
                message_expression: text("messageExpression"),
                reason: text("reason"),
                field_path: text("fieldPath"),
                optional_old_self: rule["optionalOldSelf"].as_bool().unwrap_or_default(),
                number: 0,
            });
        }
        out
    }

    /// The schema of a field, if one is told.
    fn field(&self, name: &str) -> Option<&Self> {
        self.properties.get(name).or(self.additional.as_deref())
    }

    /// Whether any part of the schema has rules.
    pub fn has_rules(&self) -> bool {
        !self.rules.is_empty()
            || self.properties.values().any(Self::has_rules)
            || self.additional.as_deref().is_some_and(Self::has_rules)
            || self.items.as_deref().is_some_and(Self::has_rules)
    }
}

/// Whether a key of an object with `apiVersion` and `kind` is one of those.
fn is_head(key: &str) -> bool {
    matches!(key, "apiVersion" | "kind" | "metadata")
}

/// The content of an object whose root the schema describes.
pub type Content = Map<String, Value>;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn schemas_that_are_not_structural_are_refused() {
        let check = |schema: Value, want: &str| {
            let wrong = Structural::parse(&schema, "s").expect_err("refused");
            assert!(wrong.iter().any(|(path, why)| format!("{path}: {why}").contains(want)), "{wrong:?}");
        };
        check(json!({"type": "object", "properties": {"a": {}}}), "s.properties[a].type: Required value");
        check(json!({"type": "array"}), "s.items: Required value");
        check(json!({"type": "objekt"}), "s.type: Unsupported value");
        check(json!({"type": "string", "pattern": "("}), "s.pattern: Invalid value");
        check(
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}),
            "mutual exclusive",
        );
        assert!(
            Structural::parse(&json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}), "s")
                .is_ok()
        );
    }
}
