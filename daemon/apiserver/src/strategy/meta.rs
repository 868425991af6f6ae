//! What holds for the metadata of every object.

use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::Object;
use apimachinery::names;
use apimachinery::resources::Resource;

use super::Strategy;

/// The most bytes that all annotations may have together.
const ANNOTATIONS: usize = 256 << 10;

/// What is wrong with a new object's metadata.
pub fn metadata(resource: &Resource, rules: &dyn Strategy, object: &dyn Object) -> Vec<Violation> {
    let mut violations = Vec::new();
    let meta = object.meta();
    let field = Field::root("metadata");
    let name = meta.name.as_deref().unwrap_or_default();
    if name.is_empty() {
        violations.push(Violation::required(&field.child("name"), "name or generateName is required"));
    } else if let Err(reason) = (rules.name_rule())(name) {
        violations.push(Violation::invalid(&field.child("name"), name, &reason));
    }
    if resource.namespaced {
        match meta.namespace.as_deref() {
            None | Some("") => violations.push(Violation::required(&field.child("namespace"), "")),
            Some(namespace) => {
                if let Err(reason) = names::dns_label(namespace) {
                    violations.push(Violation::invalid(&field.child("namespace"), namespace, &reason));
                }
            }
        }
    }
    common(object, &mut violations);
    violations
}

fn common(object: &dyn Object, violations: &mut Vec<Violation>) {
    let meta = object.meta();
    let field = Field::root("metadata");
    labels(meta.labels.iter().flatten(), &field.child("labels"), violations);
    annotations(meta.annotations.iter().flatten(), &field.child("annotations"), violations);
    let mut controllers = 0;
    for (index, owner) in meta.owner_references.iter().flatten().enumerate() {
        let field = field.child("ownerReferences").index(index);
        for (name, value) in [
            ("apiVersion", &owner.api_version),
            ("kind", &owner.kind),
            ("name", &owner.name),
            ("uid", &owner.uid),
        ] {
            if value.is_empty() {
                violations.push(Violation::invalid(&field.child(name), value, "must not be empty"));
            }
        }
        if owner.kind == "Event" && owner.api_version == "v1" {
            violations.push(Violation::invalid(&field, &owner.kind, "is disallowed from being an owner"));
        }
        controllers += usize::from(owner.controller == Some(true));
    }
    if controllers > 1 {
        violations.push(Violation::invalid(
            &field.child("ownerReferences"),
            "",
            "Only one reference can have Controller set to true",
        ));
    }
    for (index, finalizer) in meta.finalizers.iter().flatten().enumerate() {
        let field = field.child("finalizers").index(index);
        if let Err(reason) = names::qualified_name(finalizer) {
            violations.push(Violation::invalid(&field, finalizer, &reason));
        } else if !finalizer.contains('/')
            && !matches!(finalizer.as_str(), "orphan" | "foregroundDeletion" | "kubernetes")
        {
            violations.push(Violation::invalid(
                &field,
                finalizer,
                "name is neither a standard finalizer name nor is it fully qualified",
            ));
        }
    }
}

/// What is wrong with annotations.
pub fn annotations<'a>(
    annotations: impl Iterator<Item = (&'a String, &'a String)>,
    field: &Field,
    violations: &mut Vec<Violation>,
) {
    let mut size = 0;
    for (key, value) in annotations {
        size += key.len() + value.len();
        if let Err(reason) = names::qualified_name(&key.to_lowercase()) {
            violations.push(Violation::invalid(field, key, &reason));
        }
    }
    if size > ANNOTATIONS {
        violations.push(Violation::too_long(field, ANNOTATIONS));
    }
}

/// What is wrong with labels.
pub fn labels<'a>(
    labels: impl Iterator<Item = (&'a String, &'a String)>,
    field: &Field,
    violations: &mut Vec<Violation>,
) {
    for (key, value) in labels {
        if let Err(reason) = names::qualified_name(key) {
            violations.push(Violation::invalid(field, key, &reason));
        }
        if let Err(reason) = names::label_value(value) {
            violations.push(Violation::invalid(field, value, &reason));
        }
    }
}

/// What is wrong with a changed object's metadata.
pub fn metadata_update(
    _: &Resource,
    _: &dyn Strategy,
    object: &dyn Object,
    old: &dyn Object,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    let field = Field::root("metadata");
    common(object, &mut violations);
    if object.name() != old.name() {
        violations.push(Violation::invalid(&field.child("name"), object.name(), "field is immutable"));
    }
    let (new, before) = (object.meta(), old.meta());
    let fixed = "field is immutable";
    if new.uid != before.uid {
        violations.push(Violation::invalid_value(&field.child("uid"), &new.uid, fixed));
    }
    if new.deletion_timestamp != before.deletion_timestamp {
        let field = field.child("deletionTimestamp");
        violations.push(Violation::invalid_value(&field, &new.deletion_timestamp, fixed));
    }
    if new.deletion_grace_period_seconds != before.deletion_grace_period_seconds {
        let field = field.child("deletionGracePeriodSeconds");
        violations.push(Violation::invalid_value(&field, &new.deletion_grace_period_seconds, fixed));
    }
    if old.meta().deletion_timestamp.is_some() {
        let before: Vec<&String> = old.meta().finalizers.iter().flatten().collect();
        let added: Vec<&str> = object
            .meta()
            .finalizers
            .iter()
            .flatten()
            .filter(|name| !before.contains(name))
            .map(String::as_str)
            .collect();
        if !added.is_empty() {
            violations.push(Violation::forbidden(
                &field.child("finalizers"),
                &format!("no new finalizers can be added if the object is being deleted, found new finalizers {added:?}"),
            ));
        }
    }
    violations
}
