//! What holds for the metadata of every object.

use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::Object;
use apimachinery::names;
use apimachinery::resources::Resource;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use serde_json::{Value, json};

use super::Strategy;

/// The most bytes that all annotations may have together.
const ANNOTATIONS: usize = 256 << 10;

/// The finalizers that tell what becomes of dependents.
const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

/// What is wrong with a new object's metadata.
pub fn metadata(resource: &Resource, rules: &dyn Strategy, object: &dyn Object) -> Vec<Violation> {
    let mut violations = Vec::new();
    let meta = object.meta();
    let field = Field::root("metadata");
    let base = meta.generate_name.as_deref().unwrap_or_default();
    // What follows the hyphen at its end makes a name of it.
    let prefix = match base.strip_suffix('-') {
        Some(start) if !start.is_empty() => format!("{start}a"),
        _ => base.to_string(),
    };
    if let Err(reason) = if prefix.is_empty() { Ok(()) } else { (rules.name_rule())(&prefix) } {
        violations.push(Violation::invalid(&field.child("generateName"), base, &reason));
    }
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
    common(resource, object, &mut violations);
    violations
}

fn common(resource: &Resource, object: &dyn Object, violations: &mut Vec<Violation>) {
    let meta = object.meta();
    let field = Field::root("metadata");
    labels(meta.labels.iter().flatten(), &field.child("labels"), violations);
    annotations(meta.annotations.iter().flatten(), &field.child("annotations"), violations);
    owners(meta.owner_references.as_deref().unwrap_or_default(), &field.child("ownerReferences"), violations);
    let finalizers = meta.finalizers.as_deref().unwrap_or_default();
    let field = field.child("finalizers");
    // Elsewhere upstream takes any name.
    let known = resource.custom.is_none()
        && !matches!(
            resource.group,
            "apiextensions.k8s.io" | "apiregistration.k8s.io" | "admissionregistration.k8s.io"
        );
    for (index, finalizer) in finalizers.iter().enumerate() {
        if let Err(reason) = names::qualified_name(finalizer) {
            violations.push(Violation::invalid(&field, finalizer, &reason));
        } else if known
            && !finalizer.contains('/')
            && !matches!(finalizer.as_str(), ORPHAN | FOREGROUND | "kubernetes")
        {
            let why = "name is neither a standard finalizer name nor is it fully qualified";
            violations.push(Violation::invalid(&field.index(index), finalizer, why));
        }
    }
    if [ORPHAN, FOREGROUND].iter().all(|name| finalizers.iter().any(|have| have == name)) {
        let why = format!("finalizer {ORPHAN} and {FOREGROUND} cannot be both set");
        violations.push(Violation::invalid_value(&field, &finalizers, &why));
    }
}

/// What is wrong with an object's owners. As upstream, no place in the list is named.
fn owners(owners: &[OwnerReference], field: &Field, violations: &mut Vec<Violation>) {
    let mut first: Option<String> = None;
    for owner in owners {
        let (group, version) = owner.api_version.split_once('/').unwrap_or(("", &owner.api_version));
        if version.is_empty() {
            let why = "version must not be empty";
            violations.push(Violation::invalid(&field.child("apiVersion"), &owner.api_version, why));
        }
        for (name, value) in [("kind", &owner.kind), ("name", &owner.name), ("uid", &owner.uid)] {
            if value.is_empty() {
                violations.push(Violation::invalid(&field.child(name), value, "must not be empty"));
            }
        }
        if (group, version, owner.kind.as_str()) == ("", "v1", "Event") {
            let why = "/v1, Kind=Event is disallowed from being an owner";
            violations.push(Violation::invalid_value(field, &shown(owner), why));
        }
        if owner.controller != Some(true) {
            continue;
        }
        let this = format!("{}/{}", owner.kind, owner.name);
        match &first {
            None => first = Some(this),
            Some(first) => {
                let why = format!(
                    "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {this}"
                );
                let all: Vec<Value> = owners.iter().map(shown).collect();
                violations.push(Violation::invalid_value(field, &all, &why));
            }
        }
    }
}

/// An owner, its fields in the order in which upstream writes them.
fn shown(owner: &OwnerReference) -> Value {
    let mut shown = json!({
        "apiVersion": owner.api_version, "kind": owner.kind, "name": owner.name, "uid": owner.uid,
    });
    for (name, flag) in [("controller", owner.controller), ("blockOwnerDeletion", owner.block_owner_deletion)]
    {
        if let Some(flag) = flag {
            shown[name] = json!(flag);
        }
    }
    shown
}

/// Takes owners that stand in an object twice out of it; gives their UIDs.
pub fn without_doubles(object: &mut dyn Object) -> Vec<String> {
    let Some(owners) = &mut object.meta_mut().owner_references else { return Vec::new() };
    let mut doubles = Vec::new();
    let mut kept: Vec<OwnerReference> = Vec::with_capacity(owners.len());
    for owner in owners.drain(..) {
        if kept.contains(&owner) {
            doubles.push(owner.uid);
        } else {
            kept.push(owner);
        }
    }
    *owners = kept;
    doubles
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

/// What is wrong with the metadata in a template of another object: it holds labels and annotations.
pub fn template(meta: &ObjectMeta, field: &Field, violations: &mut Vec<Violation>) {
    for key in meta.annotations.iter().flatten().map(|(key, _)| key) {
        if let Err(reason) = names::qualified_name(&key.to_lowercase()) {
            violations.push(Violation::invalid(&field.child("annotations"), key, &reason));
        }
    }
    labels(meta.labels.iter().flatten(), &field.child("labels"), violations);
    let rest = ObjectMeta { annotations: None, labels: None, ..meta.clone() };
    let rest = serde_json::to_value(&rest).unwrap_or_default();
    for name in rest.as_object().into_iter().flatten().map(|(name, _)| name) {
        violations.push(Violation::forbidden(&field.child(name), "cannot be set"));
    }
}

/// What is wrong with a changed object's metadata.
pub fn metadata_update(
    resource: &Resource,
    _: &dyn Strategy,
    object: &dyn Object,
    old: &dyn Object,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    let field = Field::root("metadata");
    common(resource, object, &mut violations);
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
