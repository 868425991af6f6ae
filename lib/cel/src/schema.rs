//! Types of objects, read from what a server publishes of them in OpenAPI v3.

use serde_json::{Map, Value as Json, json};

use crate::Type;

/// The type of a kind's objects by its schema, one of a document's `definitions` (`components.schemas`).
/// Messages call it, and what is in it, by `name`. `None` for one that expressions can't read.
///
/// As `SchemaDeclType` of k8s.io/apiserver/pkg/cel/common has it, but for one thing: what has no type of its own because
/// it may be of several (a quantity: a text or a number) is anything here, as integers or texts are in both. There it is
/// no field at all, and whoever reads the limits of a container is warned that they are not there.
pub fn type_of(name: &str, schema: &Json, definitions: &Map<String, Json>) -> Option<Type> {
    Reader { definitions, within: Vec::new() }.read(name, schema, true)
}

struct Reader<'d> {
    definitions: &'d Map<String, Json>,
    /// The names of the definitions that are being read: one inside of itself is not followed.
    within: Vec<&'d str>,
}

/// The definition that a schema stands for. Beside a description, a reference is wrapped.
fn reference(schema: &Json) -> Option<&str> {
    let own = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/components/schemas/"));
    own.or_else(|| schema["allOf"].as_array()?.iter().find_map(reference))
}

impl<'d> Reader<'d> {
    fn read(&mut self, name: &str, schema: &Json, whole: bool) -> Option<Type> {
        let Some(target) = reference(schema) else { return self.plain(name, schema, whole) };
        let (target, schema) = self.definitions.get_key_value(target)?;
        if self.within.contains(&target.as_str()) {
            return Some(Type::object(name, []));
        }
        self.within.push(target);
        let found = self.read(name, schema, whole);
        self.within.pop();
        found
    }

    /// What is no reference.
    fn plain(&mut self, name: &str, schema: &Json, whole: bool) -> Option<Type> {
        let format = schema["format"].as_str().unwrap_or_default();
        if format == "int-or-string" || schema["x-kubernetes-int-or-string"] == true {
            return Some(Type::Dyn);
        }
        let kind = schema["type"].as_str();
        Some(match kind {
            Some("object") | None if whole => self.object(name, schema, whole),
            Some("object") => match &schema["additionalProperties"] {
                values @ Json::Object(_) => {
                    Type::map(Type::Text, self.below(&format!("{name}.@elem"), values)?)
                }
                _ => self.object(name, schema, whole),
            },
            Some("array") => match &schema["items"] {
                items @ Json::Object(_) => Type::list(self.below(&format!("{name}.@idx"), items)?),
                _ => return None,
            },
            Some("string") => match format {
                "byte" => Type::Bytes,
                "duration" => Type::Duration,
                "date" | "date-time" => Type::Timestamp,
                _ => Type::Text,
            },
            Some("integer") => Type::Int,
            Some("number") => Type::Double,
            Some("boolean") => Type::Bool,
            None if schema["oneOf"]
                .as_array()
                .is_some_and(|of| of.iter().all(|one| one["type"].is_string())) =>
            {
                Type::Dyn
            }
            _ => return None,
        })
    }

    fn below(&mut self, name: &str, schema: &Json) -> Option<Type> {
        self.read(name, schema, schema["x-kubernetes-embedded-resource"] == true)
    }

    fn object(&mut self, name: &str, schema: &Json, whole: bool) -> Type {
        let properties = schema["properties"].as_object();
        let mut fields: Vec<(String, Type)> = properties
            .into_iter()
            .flatten()
            .filter_map(|(field, schema)| {
                Some((field.clone(), self.below(&format!("{name}.{field}"), schema)?))
            })
            .collect();
        // A whole object says at least what it is and how it is called.
        if whole {
            let text = json!({"type": "string"});
            let least = json!({"type": "object", "properties": {"name": text, "generateName": text}});
            for (field, schema) in [("apiVersion", &text), ("kind", &text), ("metadata", &least)] {
                let is_there = match fields.iter().find(|(name, _)| name == field) {
                    Some((_, Type::Object(meta))) => meta.fields.contains_key("generateName"),
                    Some((_, kind)) => *kind == Type::Text,
                    None => false,
                };
                if !is_there {
                    fields.retain(|(name, _)| name != field);
                    let kind = self.plain(&format!("{name}.{field}"), schema, false);
                    fields.extend(kind.map(|kind| (field.to_string(), kind)));
                }
            }
        }
        Type::object(name, fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Program;

    fn definitions() -> Map<String, Json> {
        let text = json!({"type": "string"});
        let meta = json!({"$ref": "#/components/schemas/Meta"});
        let all = json!({
            "Meta": {"type": "object", "properties": {
                "name": text, "generateName": text, "labels": {"type": "object", "additionalProperties": text},
                "creationTimestamp": {"allOf": [{"$ref": "#/components/schemas/Time"}], "description": "when"},
            }},
            "Time": {"type": "string", "format": "date-time"},
            "Amount": {"oneOf": [{"type": "string"}, {"type": "number"}]},
            "Web": {"type": "object", "properties": {"apiVersion": text, "kind": text, "metadata": meta, "spec": {
                "type": "object", "properties": {
                    "replicas": {"type": "integer"}, "ratio": {"type": "number"}, "on": {"type": "boolean"},
                    "port": {"type": "string", "format": "int-or-string"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
                    "limits": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Amount"}},
                    "template": {"type": "object", "x-kubernetes-embedded-resource": true},
                    "anything": {"x-kubernetes-preserve-unknown-fields": true},
                }}}},
            "Part": {"type": "object", "properties": {"name": text, "part": {"$ref": "#/components/schemas/Part"}}},
        });
        all.as_object().cloned().unwrap_or_default()
    }

    fn check(text: &str) -> Result<String, String> {
        let definitions = definitions();
        let web = type_of("Web", &definitions["Web"], &definitions).expect("a type");
        let outcome = Program::compile(text, &[("object", web)]);
        outcome.map(|(_, kind)| kind.to_string()).map_err(|error| error.message)
    }

    #[test]
    fn objects_have_the_fields_of_their_schemas() {
        for (text, kind) in [
            ("object", "Web"),
            ("object.spec.parts", "list(Web.spec.parts.@idx)"),
            ("object.spec.parts[0].part.name", ""),
            ("object.spec.parts[0].name", "string"),
            ("object.spec.replicas", "int"),
            ("object.spec.ratio", "double"),
            ("object.spec.on", "bool"),
            ("object.spec.port", "dyn"),
            ("object.spec.limits", "map(string, dyn)"),
            ("object.spec.limits['cpu'] == '1'", "bool"),
            ("object.spec.template.metadata.name", "string"),
            ("object.spec.template.metadata.labels", ""),
            ("object.metadata.labels['app']", "string"),
            ("object.metadata.creationTimestamp", "google.protobuf.Timestamp"),
            ("object.spec.anything", ""),
            ("object.replicas", ""),
        ] {
            match check(text) {
                Ok(found) => assert_eq!(found, kind, "{text}"),
                Err(error) => {
                    assert!(kind.is_empty() && error.contains("undefined field"), "{text}: {error}")
                }
            }
        }
    }

    #[test]
    fn what_says_little_is_still_an_object() {
        let bare = type_of("Bare", &json!({"x-kubernetes-preserve-unknown-fields": true}), &Map::new());
        let text = Program::compile("self.metadata.name", &[("self", bare.expect("a type"))]);
        assert_eq!(text.map(|(_, kind)| kind), Ok(Type::Text));
    }
}
