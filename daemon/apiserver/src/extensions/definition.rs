//! From a CustomResourceDefinition to what the server needs of it, and what makes one invalid.

use std::cmp::Ordering;
use std::sync::Arc;

use apimachinery::invalid::{Field, Violation};
use apimachinery::jsonpath::JsonPath;
use apimachinery::names;
use apimachinery::structural::{Structural, merge_schema};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, CustomResourceDefinitionNames, CustomResourceDefinitionStatus,
    CustomResourceDefinitionVersion,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Column, Conversion, Scale, Version, conversion};
use crate::handlers::write::Part;
use crate::strategy::{GENERAL, General, Rules};

/// The finalizer that keeps a definition until its objects are gone.
pub const FINALIZER: &str = "customresourcecleanup.apiextensions.k8s.io";

/// A definition's names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// In paths.
    pub plural: String,
    /// For one.
    pub singular: String,
    /// Abbreviations.
    pub short: Vec<String>,
    /// Of its objects.
    pub kind: String,
    /// Of lists of them.
    pub list_kind: String,
    /// Groups of resources.
    pub categories: Vec<String>,
}

impl Names {
    /// From a definition.
    pub fn of(names: &CustomResourceDefinitionNames) -> Self {
        Self {
            plural: names.plural.clone(),
            singular: names.singular.clone().unwrap_or_else(|| names.kind.to_lowercase()),
            short: names.short_names.clone().unwrap_or_default(),
            kind: names.kind.clone(),
            list_kind: names.list_kind.clone().unwrap_or_else(|| format!("{}List", names.kind)),
            categories: names.categories.clone().unwrap_or_default(),
        }
    }
}

/// Reads one version of a definition.
///
/// # Errors
/// Tells each thing that is wrong with it.
pub fn version(
    given: &CustomResourceDefinitionVersion,
    path: &str,
) -> Result<Version, Vec<(String, String)>> {
    let schema = given.schema.as_ref().and_then(|schema| schema.open_api_v3_schema.as_ref());
    let schema = match schema {
        Some(schema) => serde_json::to_value(schema).unwrap_or_default(),
        None => {
            let field = format!("{path}.schema.openAPIV3Schema");
            return Err(vec![(field, "Required value: schemas are required".into())]);
        }
    };
    let mut structural = Structural::parse(&schema, &format!("{path}.schema.openAPIV3Schema"))?;
    let mut wrong = Vec::new();
    let mut parse = |text: &str, field: String| match JsonPath::parse(text) {
        Ok(path) => Some(path),
        Err(reason) => {
            wrong.push((field, format!("Invalid value: {text:?}: {reason}")));
            None
        }
    };
    let mut columns = Vec::new();
    for (index, column) in given.additional_printer_columns.iter().flatten().enumerate() {
        let field = format!("{path}.additionalPrinterColumns[{index}].jsonPath");
        let Some(json_path) = parse(&column.json_path, field) else { continue };
        columns.push(Column {
            name: column.name.clone(),
            kind: column.type_.clone(),
            format: column.format.clone().unwrap_or_default(),
            description: column.description.clone().unwrap_or_default(),
            priority: i64::from(column.priority.unwrap_or(0)),
            path: json_path,
        });
    }
    if columns.is_empty()
        && let Ok(path) = JsonPath::parse(".metadata.creationTimestamp")
    {
        columns.push(Column {
            name: "Age".into(),
            kind: "date".into(),
            format: String::new(),
            description: "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.".into(),
            priority: 0,
            path,
        });
    }
    let parts = given.subresources.as_ref();
    let scale = parts.and_then(|parts| parts.scale.as_ref()).and_then(|scale| {
        Some(Scale {
            spec: parse(&scale.spec_replicas_path, format!("{path}.subresources.scale.specReplicasPath"))?,
            status: parse(
                &scale.status_replicas_path,
                format!("{path}.subresources.scale.statusReplicasPath"),
            )?,
            selector: scale
                .label_selector_path
                .as_ref()
                .filter(|text| !text.is_empty())
                .and_then(|text| parse(text, format!("{path}.subresources.scale.labelSelectorPath"))),
        })
    });
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Version {
        name: given.name.clone(),
        programs: super::rules::Programs::of(&mut structural),
        merge: merge_schema(&structural),
        schema: structural,
        hash: hex::encode(&Sha256::digest(schema.to_string())[..8]),
        given: schema,
        columns,
        scale,
        status: parts.is_some_and(|parts| parts.status.is_some()),
        warning: None,
        conversion: Arc::new(Conversion::None),
    })
}

/// A hash of what objects and their conversion depend on.
pub fn hash(definition: &CustomResourceDefinition) -> String {
    let parts = json!({"versions": definition.spec.versions, "conversion": definition.spec.conversion});
    hex::encode(&Sha256::digest(parts.to_string())[..8])
}

/// What clients of a deprecated version are told.
pub fn warning(
    definition: &CustomResourceDefinition,
    version: &CustomResourceDefinitionVersion,
) -> Option<String> {
    version.deprecated.unwrap_or(false).then(|| {
        version.deprecation_warning.clone().unwrap_or_else(|| {
            format!("{}/{} {} is deprecated", definition.spec.group, version.name, definition.spec.names.kind)
        })
    })
}

/// The order of versions in discovery: stable before beta before alpha, higher numbers first,
/// then all other names.
pub fn order(a: &str, b: &str) -> Ordering {
    fn rank(version: &str) -> Option<(u8, u64, u64)> {
        let rest = version.strip_prefix('v')?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let major = rest[..digits].parse().ok()?;
        let rest = &rest[digits..];
        if rest.is_empty() {
            return Some((2, major, 0));
        }
        for (word, stage) in [("beta", 1), ("alpha", 0)] {
            if let Some(minor) = rest.strip_prefix(word) {
                return Some((stage, major, minor.parse().ok()?));
            }
        }
        None
    }
    match (rank(a), rank(b)) {
        (Some(a), Some(b)) => b.cmp(&a),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// The rules of definitions.
pub static DEFINITIONS: Rules<CustomResourceDefinition> = Rules {
    default: |definition| {
        let names = &mut definition.spec.names;
        if names.singular.as_deref().unwrap_or_default().is_empty() {
            names.singular = Some(names.kind.to_lowercase());
        }
        if names.list_kind.as_deref().unwrap_or_default().is_empty() {
            names.list_kind = Some(format!("{}List", names.kind));
        }
        let conversion = definition.spec.conversion.get_or_insert_default();
        if conversion.strategy.is_empty() {
            conversion.strategy = "None".into();
        }
        let client = conversion.webhook.as_mut().and_then(|webhook| webhook.client_config.as_mut());
        if let Some(service) = client.and_then(|client| client.service.as_mut()) {
            service.port.get_or_insert(443);
        }
    },
    prepare_create: |definition| {
        definition.status = Some(CustomResourceDefinitionStatus {
            stored_versions: storage(definition).map(|version| vec![version.name.clone()]),
            ..CustomResourceDefinitionStatus::default()
        });
    },
    prepare_update: |new, old, _| {
        // A version that objects may be stored in is remembered until someone migrates them.
        let storage = storage(new).map(|version| version.name.clone());
        let status = new.status.get_or_insert_with(|| old.status.clone().unwrap_or_default());
        let stored = status.stored_versions.get_or_insert_default();
        if let Some(name) = storage.filter(|name| !stored.contains(name)) {
            stored.push(name);
        }
    },
    validate: |definition, wrong| validate(definition, wrong),
    validate_create: |definition, wrong| costs(definition, None, wrong),
    deleted: |definition| {
        // Its objects go first.
        let finalizers = definition.metadata.finalizers.get_or_insert_default();
        if !finalizers.iter().any(|name| name == FINALIZER) {
            finalizers.push(FINALIZER.into());
        }
    },
    validate_update: |new, old, part, wrong| {
        let spec = Field::root("spec");
        if part != Part::Status {
            costs(new, Some(old), wrong);
        }
        let established =
            old.status.as_ref().and_then(|status| status.conditions.as_ref()).is_some_and(|list| {
                list.iter().any(|condition| condition.type_ == "Established" && condition.status == "True")
            });
        if new.spec.group != old.spec.group {
            wrong.push(Violation::invalid(&spec.child("group"), &new.spec.group, "field is immutable"));
        }
        if established && new.spec.scope != old.spec.scope {
            wrong.push(Violation::invalid(&spec.child("scope"), &new.spec.scope, "field is immutable"));
        }
        if established && new.spec.names.plural != old.spec.names.plural {
            let field = spec.child("names").child("plural");
            wrong.push(Violation::invalid(&field, &new.spec.names.plural, "field is immutable"));
        }
        let stored =
            new.status.as_ref().and_then(|status| status.stored_versions.clone()).unwrap_or_default();
        for name in
            stored.iter().filter(|name| !new.spec.versions.iter().any(|version| version.name == **name))
        {
            wrong.push(Violation::invalid(
                &Field::root("status").child("storedVersions").index(0),
                name,
                "missing from spec.versions; must be in spec.versions as long as it is in status.storedVersions",
            ));
        }
    },
    ..Rules::new(General { generation: true, keeps_status: true, ..GENERAL })
};

fn storage(definition: &CustomResourceDefinition) -> Option<&CustomResourceDefinitionVersion> {
    definition.spec.versions.iter().find(|version| version.storage)
}

fn validate(definition: &CustomResourceDefinition, wrong: &mut Vec<Violation>) {
    let spec = Field::root("spec");
    let it = &definition.spec;
    let given = &it.names;
    let expected = format!("{}.{}", given.plural, it.group);
    let name = definition.metadata.name.as_deref().unwrap_or_default();
    if name != expected {
        wrong.push(Violation::invalid(
            &Field::root("metadata").child("name"),
            name,
            "must be spec.names.plural+\".\"+spec.group",
        ));
    }
    if it.group.is_empty() {
        wrong.push(Violation::required(&spec.child("group"), ""));
    } else if let Err(reason) = names::dns_subdomain(&it.group) {
        wrong.push(Violation::invalid(&spec.child("group"), &it.group, &reason));
    } else if !it.group.contains('.') {
        wrong.push(Violation::invalid(
            &spec.child("group"),
            &it.group,
            "should be a domain with at least one dot",
        ));
    }
    if !matches!(it.scope.as_str(), "Cluster" | "Namespaced") {
        wrong.push(Violation::unsupported(&spec.child("scope"), &it.scope, &["Cluster", "Namespaced"]));
    }
    let field = spec.child("names");
    for (child, value) in
        [("plural", given.plural.as_str()), ("singular", given.singular.as_deref().unwrap_or_default())]
    {
        if value.is_empty() {
            wrong.push(Violation::required(&field.child(child), ""));
        } else if let Err(reason) = names::dns_label(value) {
            wrong.push(Violation::invalid(&field.child(child), value, &reason));
        }
    }
    for (child, value) in
        [("kind", given.kind.as_str()), ("listKind", given.list_kind.as_deref().unwrap_or_default())]
    {
        if value.is_empty() {
            wrong.push(Violation::required(&field.child(child), ""));
        } else if let Err(reason) = names::dns_label(&value.to_lowercase()) {
            wrong.push(Violation::invalid(
                &field.child(child),
                value,
                &format!("may have mixed case, but should otherwise match: {reason}"),
            ));
        }
    }
    if given.list_kind.as_deref() == Some(given.kind.as_str()) {
        wrong.push(Violation::invalid(
            &field.child("listKind"),
            &given.kind,
            "kind and listKind may not be the same",
        ));
    }
    for (index, short) in given.short_names.iter().flatten().enumerate() {
        if let Err(reason) = names::dns_label(short) {
            wrong.push(Violation::invalid(&field.child("shortNames").index(index), short, &reason));
        }
    }
    if it.preserve_unknown_fields == Some(true) {
        wrong.push(Violation::invalid_value(
            &spec.child("preserveUnknownFields"),
            &true,
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead",
        ));
    }
    if let Some(given) = &it.conversion {
        conversion::wrong(given, &spec.child("conversion"), wrong);
    }
    versions(definition, wrong);
}

fn versions(definition: &CustomResourceDefinition, wrong: &mut Vec<Violation>) {
    let field = Field::root("spec").child("versions");
    let given = &definition.spec.versions;
    if given.is_empty() {
        wrong.push(Violation::required(&field, "must have at least one version"));
        return;
    }
    if given.iter().filter(|version| version.storage).count() != 1 {
        wrong.push(Violation::invalid_value(
            &field,
            &given.iter().map(|version| &version.name).collect::<Vec<_>>(),
            "must have exactly one version marked as storage version",
        ));
    }
    for (index, one) in given.iter().enumerate() {
        let place = field.index(index);
        if let Err(reason) = names::dns_label(&one.name) {
            wrong.push(Violation::invalid(&place.child("name"), &one.name, &reason));
        }
        if given[..index].iter().any(|other| other.name == one.name) {
            wrong.push(Violation::duplicate(&place.child("name"), &one.name));
        }
        match version(one, &place.to_string()) {
            Ok(mut version) => {
                let root = &version.given;
                if root["type"] != json!("object") {
                    let field = place.child("schema").child("openAPIV3Schema").child("type");
                    let kind = root["type"].as_str().unwrap_or_default();
                    wrong.push(Violation::invalid(&field, kind, "must be object at the root"));
                }
                super::rules::check(
                    &mut version.schema,
                    &place.child("schema").child("openAPIV3Schema"),
                    wrong,
                );
            }
            Err(problems) => {
                for (path, why) in problems {
                    let (title, detail) = why.split_once(": ").unwrap_or(("Invalid value", &why));
                    let field = Field::root(&path);
                    wrong.push(match title {
                        "Required value" => Violation::required(&field, detail),
                        "Forbidden" => Violation::forbidden(&field, detail),
                        _ => Violation::invalid(&field, "", detail),
                    });
                }
            }
        }
        for (index, selectable) in one.selectable_fields.iter().flatten().enumerate() {
            if JsonPath::parse(&selectable.json_path).is_err() || !selectable.json_path.starts_with('.') {
                wrong.push(Violation::invalid(
                    &place.child("selectableFields").index(index).child("jsonPath"),
                    &selectable.json_path,
                    "is an invalid path",
                ));
            }
        }
    }
}

/// What the rules of schemas would cost too much. A schema that stays as it was is not held against
/// limits that it has passed, or that were others then.
fn costs(
    definition: &CustomResourceDefinition,
    old: Option<&CustomResourceDefinition>,
    wrong: &mut Vec<Violation>,
) {
    for (index, one) in definition.spec.versions.iter().enumerate() {
        let old = old.and_then(|old| old.spec.versions.iter().find(|old| old.name == one.name));
        if old.is_some_and(|old| old.schema == one.schema) {
            continue;
        }
        let place = Field::root("spec").child("versions").index(index);
        if let Ok(version) = version(one, &place.to_string()) {
            let field = place.child("schema").child("openAPIV3Schema");
            super::costs::check(&version.schema, &field, wrong);
        }
    }
}

/// The status conditions that tell whether a definition's names are accepted and it is served.
pub fn condition(kind: &str, status: bool, reason: &str, message: &str, now: &Value) -> Value {
    json!({
        "type": kind, "status": if status { "True" } else { "False" }, "reason": reason, "message": message,
        "lastTransitionTime": now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_order() {
        let mut versions = vec![
            "v1",
            "v2",
            "foo1",
            "v11alpha2",
            "v10beta3",
            "v3beta1",
            "v12alpha1",
            "v11beta2",
            "foo10",
            "v10",
        ];
        versions.sort_by(|a, b| order(a, b));
        assert_eq!(
            versions,
            ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10"]
        );
    }
}
