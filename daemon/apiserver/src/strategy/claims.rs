//! Claims on volumes.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use apimachinery::quantity::Quantity as Amount;
use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeClaimStatus, TypedLocalObjectReference,
    TypedObjectReference,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::Rules;
use super::checks::{immutable, label_selector_if_given, named, one_of_if_given, text};
use super::pods::amounts::is_native;
use super::pods::warnings;
use super::volumes::{BETA_CLASS, BETA_CLASS_IS_OLD, RETURNED, access_modes, class_name, size};
use crate::handlers::write::Part;

/// What is wrong with what a claim asks for; claims in templates are held to it, too.
pub fn claim_spec(spec: &PersistentVolumeClaimSpec, field: &Field, wrong: &mut Vec<Violation>) {
    label_selector_if_given(spec.selector.as_ref(), &field.child("selector"), wrong);
    let why = "at least 1 access mode is required";
    access_modes(spec.access_modes.as_ref(), why, &field.child("accessModes"), wrong);
    let place = field.child("resources").key("storage");
    let requests = spec.resources.as_ref().and_then(|resources| resources.requests.as_ref());
    match requests.and_then(|requests| requests.get("storage")) {
        None => wrong.push(Violation::required(&place, "")),
        Some(amount) => size(amount, &place, wrong),
    }
    class_name(spec.storage_class_name.as_ref(), &field.child("storageClassName"), wrong);
    let modes = ["Block", "Filesystem"];
    one_of_if_given(spec.volume_mode.as_deref(), &modes, &field.child("volumeMode"), wrong);
    if let Some(source) = &spec.data_source {
        let place = field.child("dataSource");
        data_source(&source.name, &source.kind, source.api_group.as_deref(), &place, wrong);
    }
    if let Some(source) = &spec.data_source_ref {
        let place = field.child("dataSourceRef");
        data_source(&source.name, &source.kind, source.api_group.as_deref(), &place, wrong);
    }
    if let (Some(one), Some(other)) = (&spec.data_source, &spec.data_source_ref)
        && other.namespace.is_none()
        && (&one.name, &one.kind, &one.api_group) != (&other.name, &other.kind, &other.api_group)
    {
        wrong.push(Violation::invalid_value(field, &one.name, "must match dataSourceRef"));
    }
    if let Some(name) = spec.volume_attributes_class_name.as_ref().filter(|name| !name.is_empty()) {
        named(names::dns_subdomain, name, &field.child("volumeAttributesClassName"), wrong);
    }
}

fn data_source(name: &str, kind: &str, group: Option<&str>, field: &Field, wrong: &mut Vec<Violation>) {
    if name.is_empty() {
        wrong.push(Violation::required(&field.child("name"), ""));
    }
    if kind.is_empty() {
        wrong.push(Violation::required(&field.child("kind"), ""));
    }
    let group = group.unwrap_or_default();
    if group.is_empty() && kind != "PersistentVolumeClaim" {
        let why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
        wrong.push(Violation::invalid(field, kind, why));
    }
    if !group.is_empty() {
        named(names::dns_subdomain, group, &field.child("apiGroup"), wrong);
    }
}

/// What a claim's volume is filled from: other namespaces have nothing to give yet, and the older of
/// the two fields takes claims and snapshots alone. Each is filled in from the other.
fn settle_source(spec: &mut PersistentVolumeClaimSpec, old: Option<&PersistentVolumeClaimSpec>) {
    let referred = old.is_some_and(|old| old.data_source_ref.is_some());
    let is_elsewhere = |source: &TypedObjectReference| source.namespace.iter().any(|name| !name.is_empty());
    if !referred {
        spec.data_source_ref.take_if(|source| is_elsewhere(source));
    }
    if !referred && spec.data_source_ref.is_none() && old.is_none_or(|old| old.data_source.is_none()) {
        spec.data_source.take_if(|source| {
            let group = source.api_group.as_deref().unwrap_or_default();
            !matches!(
                (group, source.kind.as_str()),
                ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
            )
        });
    }
    match (&spec.data_source, &spec.data_source_ref) {
        (Some(source), None) => {
            let TypedLocalObjectReference { api_group, kind, name } = source.clone();
            spec.data_source_ref = Some(TypedObjectReference { api_group, kind, name, namespace: None });
        }
        (None, Some(source)) if !is_elsewhere(source) => {
            let TypedObjectReference { api_group, kind, name, .. } = source.clone();
            spec.data_source = Some(TypedLocalObjectReference { api_group, kind, name });
        }
        _ => {}
    }
}

/// What is wrong with what is told of a claim.
fn told(status: &PersistentVolumeClaimStatus, wrong: &mut Vec<Violation>) {
    let field = Field::root("status");
    let whole = |given: &Quantity, field: &Field, wrong: &mut Vec<Violation>| {
        if let Ok(amount) = given.0.parse::<Amount>()
            && amount.signum() < 0
        {
            let why = "must be a valid resource quantity";
            wrong.push(Violation::invalid_value(field, &amount.units(), why));
        }
    };
    for (name, given) in status.capacity.iter().flatten() {
        whole(given, &field.child("capacity").key(name), wrong);
    }
    let place = field.child("allocatedResourceStatus");
    for (name, state) in status.allocated_resource_statuses.iter().flatten() {
        resource_key(name, &place, wrong);
        if !RESIZES.contains(&state.as_str()) {
            wrong.push(Violation::unsupported(&place, name, &RESIZES));
        }
    }
    let place = field.child("allocatedResources");
    for (name, given) in status.allocated_resources.iter().flatten() {
        if resource_key(name, &place, wrong) {
            whole(given, &place.key(name), wrong);
        }
    }
}

/// How far the growing of a volume has come.
const RESIZES: [&str; 5] = [
    "ControllerResizeInProgress",
    "ControllerResizeInfeasible",
    "NodeResizeInProgress",
    "NodeResizeInfeasible",
    "NodeResizePending",
];

/// Of Kubernetes' own resources a claim has storage alone. Gives whether the name is right.
fn resource_key(name: &str, field: &Field, wrong: &mut Vec<Violation>) -> bool {
    let found = wrong.len();
    if let Err(why) = names::qualified_name(name) {
        wrong.push(Violation::invalid(field, name, &why));
    } else if is_native(name) && name != "storage" {
        wrong.push(Violation::unsupported(field, name, &["storage"]));
    }
    wrong.len() == found
}

fn requested(spec: &PersistentVolumeClaimSpec) -> Option<Amount> {
    spec.resources.as_ref()?.requests.as_ref()?.get("storage")?.0.parse().ok()
}

/// Claims of volumes.
pub static CLAIMS: Rules<PersistentVolumeClaim> = Rules {
    default: |claim| {
        claim.status.get_or_insert_default().phase.get_or_insert_with(|| "Pending".into());
        if let Some(spec) = &mut claim.spec {
            text(&mut spec.volume_mode, "Filesystem");
        }
    },
    prepare_create: |claim| {
        if let Some(spec) = &mut claim.spec {
            settle_source(spec, None);
        }
    },
    prepare_update: |new, old, _| {
        if let Some(spec) = &mut new.spec {
            settle_source(spec, old.spec.as_ref());
        }
    },
    validate: |claim, wrong| {
        let field = Field::root("spec");
        let Some(spec) = &claim.spec else { return wrong.push(Violation::required(&field, "")) };
        claim_spec(spec, &field, wrong);
    },
    validate_update: |new, old, part, wrong| {
        if part == Part::Status {
            return told(&new.status.clone().unwrap_or_default(), wrong);
        }
        let (Part::Main, Some(spec), Some(before)) = (part, &new.spec, &old.spec) else { return };
        let field = Field::root("spec");
        let mut same = spec.clone();
        // The binder sets the volume; the class may be filled in later.
        if before.volume_name.as_deref().unwrap_or_default().is_empty() {
            same.volume_name.clone_from(&before.volume_name);
        }
        // It was once named by an annotation; that may turn into the field, and else stays.
        let class = |claim: &PersistentVolumeClaim| {
            claim.metadata.annotations.as_ref().and_then(|all| all.get(BETA_CLASS).cloned())
        };
        let (annotated, annotation) = (class(new), class(old));
        let fits = annotation.is_none() || annotation == spec.storage_class_name;
        let moved = annotation.is_some() && fits && before.storage_class_name.is_none();
        if !(moved && (annotated.is_none() || annotated == annotation))
            && annotated.as_deref().unwrap_or_default() != annotation.as_deref().unwrap_or_default()
        {
            let place = Field::root("metadata").child("annotations").child(BETA_CLASS);
            let shown = annotated.unwrap_or_default();
            wrong.push(Violation::invalid(&place, &shown, "field is immutable"));
        }
        if before.storage_class_name.is_none() && fits {
            same.storage_class_name = None;
        }
        let bound = old.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Bound");
        if bound {
            let storage =
                before.resources.as_ref().and_then(|r| r.requests.as_ref()).and_then(|r| r.get("storage"));
            if let (Some(storage), Some(requests)) =
                (storage, same.resources.as_mut().and_then(|r| r.requests.as_mut()))
            {
                requests.insert("storage".into(), storage.clone());
            }
            same.volume_attributes_class_name.clone_from(&before.volume_attributes_class_name);
        }
        if same != *before {
            let why = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
            wrong.push(Violation::forbidden(&field, why));
        }
        let capacity = old.status.as_ref().and_then(|status| status.capacity.as_ref());
        let capacity =
            capacity.and_then(|all| all.get("storage")).and_then(|amount| amount.0.parse::<Amount>().ok());
        if let (Some(new), Some(before)) = (requested(spec), requested(before))
            && new < before
            && capacity.is_none_or(|capacity| new <= capacity)
        {
            let place = field.child("resources").child("requests").child("storage");
            let why = "field can not be less than status.capacity";
            wrong.push(Violation::forbidden(&place, why));
        }
        immutable(&spec.volume_mode, &before.volume_mode, &Field::root("volumeMode"), wrong);
        let applied =
            old.status.as_ref().and_then(|status| status.current_volume_attributes_class_name.as_ref());
        let wanted = spec.volume_attributes_class_name.as_deref();
        if applied.is_some()
            && wanted.unwrap_or_default().is_empty()
            && spec.volume_attributes_class_name != before.volume_attributes_class_name
        {
            let what = if wanted.is_none() { "nil" } else { "empty string" };
            let why = format!(
                "update to {what} is forbidden when status.currentVolumeAttributesClassName is not nil"
            );
            wrong.push(Violation::forbidden(&field.child("volumeAttributesClassName"), &why));
        }
    },
    warnings: |claim, _| {
        let mut found = Vec::new();
        if claim.metadata.annotations.as_ref().is_some_and(|all| all.contains_key(BETA_CLASS)) {
            let place = Field::root("metadata").child("annotations").key(BETA_CLASS);
            found.push(format!("{place}: {BETA_CLASS_IS_OLD}"));
        }
        found.extend(claim.spec.iter().flat_map(|spec| warnings::of_claim(spec, &Field::root("spec"))));
        found
    },
    ..Rules::new(RETURNED)
};
