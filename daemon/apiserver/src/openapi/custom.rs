//! The schemas of custom resources, with the fields that every object has.

use apimachinery::resources::Resource;
use serde_json::{Map, Value, json};

use super::types::{Form, META};
use crate::extensions;

/// Where the sentences about the fields that every object has lead to.
const CONVENTIONS: &str =
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";

/// The name of a resource's schema.
pub fn name(resource: &Resource) -> String {
    name_of(resource, resource.kind)
}

/// The name of the schema of a resource's lists.
pub fn list_name(resource: &Resource) -> String {
    name_of(resource, &extensions::list_kind(resource))
}

fn name_of(resource: &Resource, kind: &str) -> String {
    let mut domain: Vec<&str> = resource.group.split('.').collect();
    domain.reverse();
    format!("{}.{}.{kind}", domain.join("."), resource.version)
}

/// The schema of a resource, and that of its lists.
pub fn schemas(resource: &Resource, form: Form, schemas: &mut Map<String, Value>) {
    let Some(version) = extensions::version_of(resource) else { return };
    let gvk = |kind: &str| json!([{"group": resource.group, "version": resource.version, "kind": kind}]);
    let mut schema = version.given.clone();
    if form == Form::V2 && preserves(&schema) {
        // Beside any named field, kubectl would refuse all others.
        schema = json!({"type": "object"});
    } else {
        if form == Form::V2 {
            simplify(&mut schema);
        }
        schema["properties"]["metadata"] = metadata("ObjectMeta", form);
        told(&mut schema);
        embedded(&mut schema, form);
    }
    schema["x-kubernetes-group-version-kind"] = gvk(resource.kind);

    let list_kind = extensions::list_kind(resource);
    let mut list = json!({
        "type": "object", "description": format!("{list_kind} is a list of {}", resource.kind), "required": ["items"],
        "properties": {
            "items": {
                "type": "array", "description": format!("List of {}. More info: {CONVENTIONS}", resource.plural),
                "items": form.reference(&name(resource)),
            },
            "metadata": metadata("ListMeta", form),
        },
        "x-kubernetes-group-version-kind": gvk(&list_kind),
    });
    told(&mut list);
    schemas.insert(list_name(resource), list);
    schemas.insert(name(resource), schema);
}

/// Whether a part of a schema lets any field through.
fn preserves(schema: &Value) -> bool {
    schema["x-kubernetes-preserve-unknown-fields"] == true
}

fn metadata(kind: &str, form: Form) -> Value {
    let what = match kind {
        "ListMeta" => format!("Standard list metadata. More info: {CONVENTIONS}#types-kinds"),
        _ => format!("Standard object's metadata. More info: {CONVENTIONS}#metadata"),
    };
    let reference = form.reference(&format!("{META}.{kind}"));
    match form {
        Form::V2 => json!({"$ref": reference["$ref"], "description": what}),
        Form::V3 => json!({"allOf": [reference], "description": what}),
    }
}

/// Adds the fields that say what an object is.
fn told(schema: &mut Value) {
    schema["properties"]["apiVersion"] = text(format!(
        "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: {CONVENTIONS}#resources"
    ));
    schema["properties"]["kind"] = text(format!(
        "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: {CONVENTIONS}#types-kinds"
    ));
}

fn text(what: String) -> Value {
    json!({"type": "string", "description": what})
}

/// The parts of a schema right below it.
fn below(schema: &mut Value) -> Vec<&mut Value> {
    let Some(map) = schema.as_object_mut() else { return Vec::new() };
    let mut found = Vec::new();
    for (word, part) in map {
        match (word.as_str(), part) {
            ("items" | "additionalProperties", part) => found.push(part),
            ("properties", Value::Object(properties)) => found.extend(properties.values_mut()),
            _ => {}
        }
    }
    found
}

/// Adds to whole objects inside of others what every object has.
fn embedded(schema: &mut Value, form: Form) {
    below(schema).into_iter().for_each(|part| embedded(part, form));
    let open = form == Form::V2 && preserves(schema);
    if open || schema["x-kubernetes-embedded-resource"] != true {
        return;
    }
    schema["properties"]["apiVersion"] = text(format!(
        "apiVersion defines the versioned schema of this representation of an object. More info: {CONVENTIONS}#resources"
    ));
    schema["properties"]["kind"] = text(format!(
        "kind is a string value representing the type of this object. In CamelCase. More info: {CONVENTIONS}#types-kinds"
    ));
    schema["properties"]["metadata"] = metadata("ObjectMeta", form);
    let mut required: Vec<Value> = schema["required"].as_array().cloned().unwrap_or_default();
    for name in ["kind", "apiVersion"] {
        if !required.contains(&json!(name)) {
            required.push(json!(name));
        }
    }
    schema["required"] = json!(required);
}

/// Takes away what OpenAPI v2 has no word for, and what kubectl would misread.
fn simplify(schema: &mut Value) {
    let open = preserves(schema);
    let Some(map) = schema.as_object_mut() else { return };
    for word in ["oneOf", "anyOf", "allOf", "not"] {
        map.shift_remove(word);
    }
    let nullable = map.shift_remove("nullable") == Some(Value::Bool(true));
    if nullable || open {
        map.shift_remove("items");
        map.shift_remove("properties");
    }
    let kind = map.get("type").and_then(Value::as_str);
    if nullable || (kind == Some("array") && !map.contains_key("items")) || (open && kind == Some("object")) {
        map.shift_remove("type");
    }
    // A field that may be null may be missing.
    let is_nullable = |part: &Value| part["nullable"] == true;
    if map.get("additionalProperties").is_some_and(is_nullable) {
        map.shift_remove("required");
    }
    let without: Vec<String> = map
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(_, part)| is_nullable(part))
        .map(|(name, _)| name.clone())
        .collect();
    if let Some(Value::Array(required)) = map.get_mut("required") {
        required.retain(|name| !without.iter().any(|one| name == one));
        if required.is_empty() {
            map.shift_remove("required");
        }
    }
    below(schema).into_iter().for_each(simplify);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_two_is_what_kubectl_can_read() {
        let mut schema = json!({"type": "object", "required": ["a", "b"], "properties": {
            "a": {"type": "object", "nullable": true, "properties": {"x": {"type": "string"}}},
            "b": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {"x": {}}},
            "c": {"type": "array", "items": {"anyOf": [{}], "type": "string"}},
            "d": {"type": "array", "x-kubernetes-preserve-unknown-fields": true, "items": {"type": "object"}},
            "e": {"type": "object", "required": ["x"], "additionalProperties": {"nullable": true}},
        }});
        simplify(&mut schema);
        let want = json!({"type": "object", "required": ["b"], "properties": {
            "a": {},
            "b": {"x-kubernetes-preserve-unknown-fields": true},
            "c": {"type": "array", "items": {"type": "string"}},
            "d": {"x-kubernetes-preserve-unknown-fields": true},
            "e": {"type": "object", "additionalProperties": {}},
        }});
        assert_eq!(schema, want);
    }

    #[test]
    fn embedded_objects_have_what_every_object_has() {
        let inner = json!({"type": "object", "x-kubernetes-embedded-resource": true});
        let mut schema = json!({"type": "object", "properties": {"template": inner}});
        embedded(&mut schema, Form::V3);
        let template = &schema["properties"]["template"];
        assert_eq!(template["required"], json!(["kind", "apiVersion"]));
        assert!(template["properties"]["metadata"]["allOf"].is_array(), "{template}");
        assert!(schema["required"].is_null(), "{schema}");
    }
}
