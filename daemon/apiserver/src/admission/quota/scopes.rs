//! Which objects a quota counts: its scopes.

use std::collections::BTreeSet;

use apimachinery::kinds::Object;
use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, Pod, PodSpec, ResourceQuota, ScopedResourceSelectorRequirement,
};

use crate::admission::usage;

/// A scope's name, operator and values.
pub type Scope<'a> = (&'a str, &'a str, &'a [String]);

/// The scopes of a quota.
pub fn of(quota: &ResourceQuota) -> Vec<Scope<'_>> {
    let Some(spec) = &quota.spec else { return Vec::new() };
    let plain = spec.scopes.iter().flatten().map(|scope| (scope.as_str(), "Exists", &[][..]));
    let chosen = spec.scope_selector.iter().flat_map(|selector| selector.match_expressions.iter().flatten());
    plain.chain(chosen.map(expression)).collect()
}

/// A requirement's parts.
pub fn expression(one: &ScopedResourceSelectorRequirement) -> Scope<'_> {
    (&one.scope_name, &one.operator, one.values.as_deref().unwrap_or_default())
}

/// Whether a quota's scopes include the object.
pub fn covers(quota: &ResourceQuota, object: &dyn Object) -> bool {
    quota.spec.is_some() && of(quota).into_iter().all(|scope| includes(object, scope))
}

/// Whether an object is within a scope. Those of pods include pods alone, that of volumes' attributes
/// claims alone.
pub fn includes(object: &dyn Object, scope: Scope<'_>) -> bool {
    if let Some(pod) = object.of::<Pod>() {
        return includes_pod(pod, scope);
    }
    let (name, operator, values) = scope;
    match object.of::<PersistentVolumeClaim>() {
        Some(claim) if name == "VolumeAttributesClass" => chooses(operator, values, &classes(claim)),
        _ => false,
    }
}

/// The classes of attributes that a claim has, gets, or asks for.
fn classes(claim: &PersistentVolumeClaim) -> BTreeSet<&str> {
    let wanted = claim.spec.as_ref().and_then(|spec| spec.volume_attributes_class_name.as_deref());
    let status = claim.status.as_ref();
    let current = status.and_then(|status| status.current_volume_attributes_class_name.as_deref());
    let target = status
        .and_then(|status| status.modify_volume_status.as_ref())
        .and_then(|modify| modify.target_volume_attributes_class_name.as_deref());
    [wanted, current, target].into_iter().flatten().filter(|name| !name.is_empty()).collect()
}

/// Whether a selector takes one of the names, or nothing where there is none.
fn chooses(operator: &str, values: &[String], names: &BTreeSet<&str>) -> bool {
    let listed = |name: &&str| values.iter().any(|value| value == name);
    match operator {
        "In" => names.iter().any(listed),
        "NotIn" => names.is_empty() || !names.iter().all(listed),
        "DoesNotExist" => names.is_empty(),
        _ => !names.is_empty(),
    }
}

fn includes_pod(pod: &Pod, (scope, operator, values): Scope<'_>) -> bool {
    let Some(spec) = &pod.spec else { return false };
    let best_effort = usage::requests(spec).is_empty() && usage::limits(spec).is_empty();
    let has = match scope {
        "Terminating" => spec.active_deadline_seconds.is_some_and(|seconds| seconds >= 0),
        "NotTerminating" => spec.active_deadline_seconds.is_none(),
        "BestEffort" => best_effort,
        "NotBestEffort" => !best_effort,
        "CrossNamespacePodAffinity" => crosses(spec),
        "PriorityClass" => {
            let class = spec.priority_class_name.as_deref().filter(|class| !class.is_empty());
            return chooses(operator, values, &class.into_iter().collect());
        }
        _ => false,
    };
    if operator == "DoesNotExist" { !has } else { has }
}

fn crosses(spec: &PodSpec) -> bool {
    let json = serde_json::to_value(&spec.affinity).unwrap_or_default();
    let text = json.to_string();
    text.contains("\"namespaces\":[\"") || text.contains("\"namespaceSelector\":{")
}
