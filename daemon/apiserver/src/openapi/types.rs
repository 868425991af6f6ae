//! The types of the API as OpenAPI schemas: their structure from `generated/openapi.txt` (its form is
//! told in `tests/generated.rs`, which writes it), their descriptions from the types.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use apimachinery::kinds::KINDS;
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The package of what all kinds share.
pub const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// The two versions of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Swagger.
    V2,
    /// OpenAPI 3.0.
    V3,
}

impl Form {
    /// A reference to a schema.
    pub fn reference(self, name: &str) -> Value {
        match self {
            Self::V2 => json!({"$ref": format!("#/definitions/{name}")}),
            Self::V3 => json!({"$ref": format!("#/components/schemas/{name}")}),
        }
    }
}

/// A field of a type.
#[derive(Debug)]
struct Field {
    name: &'static str,
    shape: &'static str,
    required: bool,
    list: Option<&'static str>,
    keys: Option<&'static str>,
    strategy: Option<&'static str>,
    merge_key: Option<&'static str>,
    map: Option<&'static str>,
    default: Option<Value>,
}

/// A type.
#[derive(Debug, Default)]
pub struct Type {
    atomic: bool,
    /// What it is a kind of: groups, versions and kinds.
    pub kinds: Vec<(&'static str, &'static str, &'static str)>,
    union: Option<Value>,
    raw: Option<Value>,
    fields: Vec<Field>,
}

/// Every type, by name.
pub static TYPES: LazyLock<BTreeMap<&'static str, Type>> =
    LazyLock::new(|| read(include_str!("../generated/openapi.txt")));

fn read(text: &'static str) -> BTreeMap<&'static str, Type> {
    let mut types: BTreeMap<&'static str, Type> = BTreeMap::new();
    let mut name = "";
    for line in text.lines() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "@type" {
            let (own, mark) = rest.split_once(' ').unwrap_or((rest, ""));
            name = own;
            types.insert(own, Type { atomic: mark == "atomic", ..Type::default() });
            continue;
        }
        let Some(one) = types.get_mut(name) else { continue };
        match word {
            "@gvk" => {
                if let [group, version, kind] = rest.split(' ').collect::<Vec<_>>()[..] {
                    one.kinds.push((if group == "-" { "" } else { group }, version, kind));
                }
            }
            "@union" => one.union = serde_json::from_str(rest).ok(),
            "@raw" => one.raw = serde_json::from_str(rest).ok(),
            field => one.fields.push(line_of(field, rest)),
        }
    }
    types
}

fn line_of(name: &'static str, rest: &'static str) -> Field {
    // The default comes last, and may have spaces in it.
    let (marks, default) = match rest.split_once(" =") {
        Some((marks, default)) => (marks, serde_json::from_str(default).ok()),
        None => (rest, None),
    };
    let mut words = marks.split(' ');
    let shape = words.next().unwrap_or_default();
    let mut field = Field {
        name,
        shape,
        required: false,
        list: None,
        keys: None,
        strategy: None,
        merge_key: None,
        map: None,
        default,
    };
    for word in words {
        match word.split_at_checked(1) {
            Some(("*", _)) => field.required = true,
            Some(("#", map)) => field.map = Some(map),
            Some(("+", list)) => field.list = Some(list),
            Some((":", keys)) => field.keys = Some(keys),
            Some(("^", strategy)) => field.strategy = Some(strategy),
            Some(("%", key)) => field.merge_key = Some(key),
            _ => {}
        }
    }
    field
}

/// The type that a shape refers to, in a package.
fn target(shape: &str, package: &str) -> Option<String> {
    let reference = shape.trim_start_matches(['[', '{']).strip_prefix('&')?;
    Some(match reference.strip_prefix('~') {
        Some(short) => format!("{package}.{short}"),
        None => reference.to_string(),
    })
}

fn package(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(package, _)| package)
}

fn shape(shape: &str, package: &str, form: Form) -> Value {
    match shape.split_at_checked(1) {
        Some(("[", items)) => json!({"type": "array", "items": self::shape(items, package, form)}),
        Some(("{", values)) => {
            json!({"type": "object", "additionalProperties": self::shape(values, package, form)})
        }
        Some(("&", _)) => form.reference(&target(shape, package).unwrap_or_default()),
        _ => match shape {
            "y" => json!({"type": "string", "format": "byte"}),
            "b" => json!({"type": "boolean"}),
            "i32" => json!({"type": "integer", "format": "int32"}),
            "i64" => json!({"type": "integer", "format": "int64"}),
            "d" => json!({"type": "number", "format": "double"}),
            "o" => json!({"type": "object"}),
            _ => json!({"type": "string"}),
        },
    }
}

/// The names of types, and of all that they refer to.
pub fn closure(roots: impl IntoIterator<Item = String>) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut left: Vec<String> = roots.into_iter().collect();
    while let Some(name) = left.pop() {
        let Some((name, one)) = TYPES.get_key_value(name.as_str()) else { continue };
        if found.insert(*name) {
            left.extend(one.fields.iter().filter_map(|field| target(field.shape, package(name))));
        }
    }
    found
}

/// The name of a kind's type.
pub fn of_kind(group: &str, version: &str, kind: &str) -> Option<&'static str> {
    let own = |one: &Type| one.kinds.iter().any(|(g, v, k)| *g == group && *v == version && *k == kind);
    TYPES.iter().find(|(_, one)| own(one)).map(|(name, _)| *name)
}

/// What types and their fields are for.
pub struct Words(Map<String, Value>);

impl Words {
    /// Collects them from the types.
    pub fn new() -> Self {
        let settings = SchemaSettings::openapi3().with(|settings| settings.definitions_path = "/".into());
        let mut generator = settings.into_generator();
        for kind in KINDS {
            (kind.schema)(&mut generator);
        }
        generator.subschema_for::<meta::DeleteOptions>();
        generator.subschema_for::<meta::Status>();
        generator.subschema_for::<meta::APIResourceList>();
        generator.subschema_for::<meta::APIGroupList>();
        generator.subschema_for::<meta::APIVersions>();
        generator.subschema_for::<meta::ListMeta>();
        generator.subschema_for::<k8s_openapi::apimachinery::pkg::version::Info>();
        Self(generator.take_definitions(true))
    }

    /// What a type is for, or one of its fields.
    fn find(&self, name: &str, field: Option<&str>) -> Option<Value> {
        let one = self.0.get(name);
        let told = match field {
            None => one?.get("description")?.as_str()?,
            Some(field) => match one {
                Some(one) => one["properties"][field]["description"].as_str()?,
                None => match field {
                    "apiVersion" => "The group and version of the object's schema.",
                    "kind" => "What the object is.",
                    "metadata" => "What every list has.",
                    "items" => "The objects.",
                    "object" => {
                        "The object after the change; before it, when it is gone; a Status for an error."
                    }
                    _ => return None,
                },
            },
        };
        // In text, not in Rust's documentation: no line breaks.
        Some(told.replace("\n\n", " ").replace('\n', " ").into())
    }
}

/// The schema of a type. `everywhere` are the groups and versions whose options and events the types
/// are that belong to every group.
pub fn schema(name: &str, form: Form, words: &Words, everywhere: &[(&str, &str)]) -> Value {
    let Some(one) = TYPES.get(name) else { return Value::Null };
    let mut out = Map::new();
    if let Some(told) = words.find(name, None) {
        out.insert("description".into(), told);
    }
    if let Some(raw) = &one.raw {
        let mut raw = raw.as_object().cloned().unwrap_or_default();
        // Swagger has no word for a choice: such values are written as texts.
        if form == Form::V2 && raw.shift_remove("oneOf").is_some() {
            raw.insert("type".into(), "string".into());
        }
        out.append(&mut raw);
    } else {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in &one.fields {
            properties.insert(field.name.into(), property(name, field, form, words));
            if field.required {
                required.push(field.name);
            }
        }
        out.insert("type".into(), "object".into());
        out.insert("properties".into(), Value::Object(properties));
        if !required.is_empty() {
            out.insert("required".into(), json!(required));
        }
    }
    if one.atomic {
        out.insert("x-kubernetes-map-type".into(), "atomic".into());
    }
    if let Some(union) = &one.union {
        out.insert("x-kubernetes-unions".into(), union.clone());
    }
    let gvk = |(group, version, kind): (&str, &str, &str)| json!({"group": group, "version": version, "kind": kind});
    let short = name.strip_prefix(META).and_then(|rest| rest.strip_prefix('.'));
    let kinds: Vec<Value> = match short {
        Some(kind @ ("DeleteOptions" | "WatchEvent")) => {
            everywhere.iter().map(|(group, version)| gvk((group, version, kind))).collect()
        }
        _ => one.kinds.iter().copied().map(gvk).collect(),
    };
    if !kinds.is_empty() {
        out.insert("x-kubernetes-group-version-kind".into(), Value::Array(kinds));
    }
    Value::Object(out)
}

fn property(name: &str, field: &Field, form: Form, words: &Words) -> Value {
    let mut out = Map::new();
    let told = words.find(name, Some(field.name));
    let default = field.default.clone().filter(|_| form == Form::V3);
    match shape(field.shape, package(name), form) {
        // Beside a reference nothing else may stand in OpenAPI 3.0.
        reference
            if form == Form::V3
                && reference.get("$ref").is_some()
                && (told.is_some() || default.is_some()) =>
        {
            out.insert("allOf".into(), json!([reference]));
        }
        Value::Object(mut shape) => out.append(&mut shape),
        _ => {}
    }
    if let Some(told) = told {
        out.insert("description".into(), told);
    }
    if let Some(default) = default {
        out.insert("default".into(), default);
    }
    for (word, value) in [
        ("x-kubernetes-list-type", field.list),
        ("x-kubernetes-patch-strategy", field.strategy),
        ("x-kubernetes-patch-merge-key", field.merge_key),
        ("x-kubernetes-map-type", field.map),
    ] {
        if let Some(value) = value {
            out.insert(word.into(), value.into());
        }
    }
    if let Some(keys) = field.keys {
        out.insert("x-kubernetes-list-map-keys".into(), keys.split(',').collect());
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_has_its_type() {
        for (name, one) in TYPES.iter() {
            for field in &one.fields {
                if let Some(target) = target(field.shape, package(name)) {
                    assert!(TYPES.contains_key(target.as_str()), "{name}.{}: no type {target}", field.name);
                }
            }
        }
    }

    #[test]
    fn every_kind_has_its_type() {
        for kind in KINDS {
            assert!(of_kind(kind.group, kind.version, kind.kind).is_some(), "{}", kind.kind);
        }
    }
}
