//! What may change in a pod that is there, and in its status.

use std::net::IpAddr;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::{
    Affinity, Container, ContainerStatus, NodeAffinity, NodeSelectorTerm, Pod, PodSpec, PodStatus,
    ResourceRequirements, Toleration,
};
use serde_json::Value;

use super::qos;
use crate::handlers::write::Part;
use crate::strategy::addresses;

const MIRROR: &str = "kubernetes.io/config.mirror";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

const CHANGEABLE: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// What is wrong with a change.
pub fn validate(new: &Pod, old: &Pod, part: Part, out: &mut Vec<Violation>) {
    annotations(new, old, &Field::root("metadata").child("annotations"), out);
    let (Some(now), Some(before)) = (&new.spec, &old.spec) else { return };
    let field = Field::root("spec");
    match part {
        Part::Main => main(now, before, &field, out),
        Part::EphemeralContainers => {
            if is_mirror(old) {
                out.clear();
                let why = "static pods do not support ephemeral containers";
                return out.push(Violation::forbidden(&Field::root(""), why));
            }
            debugging(now, before, &field.child("ephemeralContainers"), out);
        }
        Part::Resize => resize(now, before, old, &field, out),
        Part::Status => status(new, old, before, out),
        _ => {}
    }
}

fn is_mirror(pod: &Pod) -> bool {
    pod.metadata.annotations.as_ref().is_some_and(|all| all.contains_key(MIRROR))
}

/// Some annotations are the kubelet's.
fn annotations(new: &Pod, old: &Pod, field: &Field, out: &mut Vec<Violation>) {
    let none = std::collections::BTreeMap::new();
    let [now, before] = [new, old].map(|pod| pod.metadata.annotations.as_ref().unwrap_or(&none));
    let kind = |key: &str| match key {
        MIRROR => "mirror pod annotation",
        key if key.starts_with(APP_ARMOR) => "AppArmor annotations",
        _ => "",
    };
    for key in before.keys().filter(|key| now.get(*key) != before.get(*key) && !kind(key).is_empty()) {
        let why = format!("may not remove or update {}", kind(key));
        out.push(Violation::forbidden(&field.key(key), &why));
    }
    for key in now.keys().filter(|key| !before.contains_key(*key) && !kind(key).is_empty()) {
        out.push(Violation::forbidden(&field.key(key), &format!("may not add {}", kind(key))));
    }
}

fn main(now: &PodSpec, before: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    let none = Vec::new();
    for (name, new, old) in [
        ("containers", &now.containers, &before.containers),
        (
            "initContainers",
            now.init_containers.as_ref().unwrap_or(&none),
            before.init_containers.as_ref().unwrap_or(&none),
        ),
    ] {
        if new.len() != old.len() {
            let why = "pod updates may not add or remove containers";
            return out.push(Violation::forbidden(&field.child(name), why));
        }
    }
    let place = field.child("activeDeadlineSeconds");
    match (now.active_deadline_seconds, before.active_deadline_seconds) {
        (Some(new), Some(old)) if new > old => {
            let why = "must be less than or equal to previous value";
            return out.push(Violation::invalid_value(&place, &new, why));
        }
        (None, Some(_)) => {
            let why = "must not update from a positive integer to nil value";
            out.push(Violation::invalid_value(&place, &Value::Null, why));
        }
        _ => {}
    }
    tolerations(now, before, &field.child("tolerations"), out);
    let had = before.scheduling_gates.as_deref().unwrap_or_default();
    for (index, gate) in now.scheduling_gates.iter().flatten().enumerate() {
        if had.iter().all(|old| old.name != gate.name) {
            let why = format!("only deletion is allowed, but found new scheduling gate '{}'", gate.name);
            let place = field.child("schedulingGates").index(index).child("name");
            out.push(Violation::forbidden(&place, &why));
        }
    }
    if now == before {
        return;
    }
    if qos(now) != qos(before) {
        let why = "Pod QoS is immutable";
        out.push(Violation::invalid(&Field::root("metadata"), qos(before), why));
    }
    // What may change is made equal; the rest must be.
    let mut rest = now.clone();
    let images = |new: &mut [Container], old: &[Container]| {
        new.iter_mut().zip(old).for_each(|(new, old)| new.image.clone_from(&old.image));
    };
    images(&mut rest.containers, &before.containers);
    images(
        rest.init_containers.as_deref_mut().unwrap_or_default(),
        before.init_containers.as_deref().unwrap_or_default(),
    );
    rest.active_deadline_seconds = before.active_deadline_seconds;
    rest.scheduling_gates.clone_from(&before.scheduling_gates);
    rest.tolerations.clone_from(&before.tolerations);
    let grace = (before.termination_grace_period_seconds, now.termination_grace_period_seconds);
    if matches!(grace, (Some(old), Some(1)) if old < 0) {
        rest.termination_grace_period_seconds = before.termination_grace_period_seconds;
    }
    if !had.is_empty() {
        steered(&mut rest, before, field, out);
    }
    if rest != *before {
        out.push(Violation::forbidden(field, CHANGEABLE));
    }
}

fn tolerations(now: &PodSpec, before: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    let timeless = |one: &Toleration| Toleration { toleration_seconds: None, ..one.clone() };
    let kept = |old: &Toleration| now.tolerations.iter().flatten().any(|new| timeless(new) == timeless(old));
    if !before.tolerations.iter().flatten().all(kept) {
        let why = "existing toleration can not be modified except its tolerationSeconds";
        out.push(Violation::forbidden(field, why));
    }
}

/// A pod that waits may be given fewer nodes.
fn steered(rest: &mut PodSpec, before: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    let none = std::collections::BTreeMap::new();
    let [new, old] =
        [&rest.node_selector, &before.node_selector].map(|given| given.as_ref().unwrap_or(&none));
    if old.iter().any(|(key, value)| new.get(key) != Some(value)) {
        let why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
        out.push(Violation::invalid_value(&field.child("nodeSelector"), new, why));
    }
    rest.node_selector.clone_from(&before.node_selector);
    let of = |affinity: &Option<Affinity>| affinity.as_ref().and_then(|one| one.node_affinity.clone());
    let (new, old) = (of(&rest.affinity), of(&before.affinity));
    if new == old {
        return;
    }
    node_affinity(new.as_ref(), old.as_ref(), &field.child("affinity").child("nodeAffinity"), out);
    let alone = |affinity: &Affinity| affinity.pod_affinity.is_none() && affinity.pod_anti_affinity.is_none();
    match (&mut rest.affinity, &before.affinity) {
        (None, _) => rest.affinity = Some(Affinity { node_affinity: old, ..Affinity::default() }),
        (Some(affinity), None) if alone(affinity) => rest.affinity = None,
        (Some(affinity), _) => affinity.node_affinity = old,
    }
}

fn node_affinity(
    new: Option<&NodeAffinity>,
    old: Option<&NodeAffinity>,
    field: &Field,
    out: &mut Vec<Violation>,
) {
    fn terms(affinity: Option<&NodeAffinity>) -> &[NodeSelectorTerm] {
        let required =
            affinity.and_then(|one| one.required_during_scheduling_ignored_during_execution.as_ref());
        required.map_or(&[], |selector| selector.node_selector_terms.as_slice())
    }
    fn extends<T: PartialEq>(new: &Option<Vec<T>>, old: &Option<Vec<T>>) -> bool {
        new.as_deref().unwrap_or_default().starts_with(old.as_deref().unwrap_or_default())
    }
    let (new, old) = (terms(new), terms(old));
    let place = field.child("requiredDuringSchedulingIgnoredDuringExecution").child("nodeSelectorTerms");
    if !old.is_empty() && old.len() != new.len() {
        let why = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        return out.push(Violation::invalid_value(&place, &new, why));
    }
    for (index, (new, old)) in new.iter().zip(old).enumerate() {
        let empty = |term: &NodeSelectorTerm| {
            term.match_expressions.as_ref().is_none_or(Vec::is_empty)
                && term.match_fields.as_ref().is_none_or(Vec::is_empty)
        };
        // No node fits an empty term: one that is filled fits more.
        let grows = extends(&new.match_expressions, &old.match_expressions)
            && extends(&new.match_fields, &old.match_fields);
        if !grows || empty(old) && !empty(new) {
            let why = "only additions are allowed (no mutations or deletions)";
            out.push(Violation::invalid_value(&place.index(index), new, why));
        }
    }
}

fn debugging(now: &PodSpec, before: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    for old in before.ephemeral_containers.iter().flatten() {
        let new = now.ephemeral_containers.iter().flatten().find(|new| new.name == old.name);
        let how = match new {
            None => "removed",
            Some(new) if new != old => "changed",
            Some(_) => continue,
        };
        let why = format!("existing ephemeral containers {:?} may not be {how}\n", old.name);
        out.push(Violation::forbidden(field, &why));
    }
}

/// The amounts of CPU and memory that containers may use.
fn resize(now: &PodSpec, before: &PodSpec, old: &Pod, field: &Field, out: &mut Vec<Violation>) {
    let windows = before.os.as_ref().is_some_and(|os| os.name == "windows");
    for (is, why) in
        [(is_mirror(old), "static pods cannot be resized"), (windows, "windows pods cannot be resized")]
    {
        if is {
            out.clear();
            return out.push(Violation::forbidden(&Field::root(""), why));
        }
    }
    if qos(now) != qos(before) {
        let why = "Pod QOS Class may not change as a result of resizing";
        out.push(Violation::invalid(field, qos(before), why));
    }
    let mut rest = now.clone();
    for (index, (new, old)) in rest.containers.iter_mut().zip(&before.containers).enumerate() {
        let place = field.child("containers").index(index).child("resources");
        amounts(&mut new.resources, old.resources.as_ref(), &place, out);
        new.resize_policy.clone_from(&old.resize_policy);
    }
    let (new, old) = (rest.init_containers.as_deref_mut(), before.init_containers.as_deref());
    for (index, (new, old)) in new.unwrap_or_default().iter_mut().zip(old.unwrap_or_default()).enumerate() {
        // Others have ended, or will before anything is changed.
        if old.restart_policy.as_deref() == Some("Always") {
            let place = field.child("initContainers").index(index).child("resources");
            amounts(&mut new.resources, old.resources.as_ref(), &place, out);
            new.resize_policy.clone_from(&old.resize_policy);
        }
    }
    amounts(&mut rest.resources, before.resources.as_ref(), &field.child("resources"), out);
    if rest != *before {
        out.push(Violation::forbidden(field, "only cpu and memory resources are mutable"));
    }
}

/// Amounts may be added and changed, not taken away. They are made equal then.
fn amounts(
    new: &mut Option<ResourceRequirements>,
    old: Option<&ResourceRequirements>,
    field: &Field,
    out: &mut Vec<Violation>,
) {
    let given = new.clone().unwrap_or_default();
    let before = old.cloned().unwrap_or_default();
    let mut rest = given.clone();
    for (name, slot, now, was) in [
        ("requests", &mut rest.requests, &given.requests, &before.requests),
        ("limits", &mut rest.limits, &given.limits, &before.limits),
    ] {
        let has = |map: &Option<std::collections::BTreeMap<String, _>>, key: &str| {
            map.as_ref().is_some_and(|map| map.contains_key(key))
        };
        if ["cpu", "memory"].iter().any(|key| has(was, key) && !has(now, key)) {
            out.push(Violation::forbidden(&field.child(name), &format!("resource {name} cannot be removed")));
        }
        let mut rest = slot.clone().unwrap_or_default();
        for key in ["cpu", "memory"] {
            match was.as_ref().and_then(|was| was.get(key)) {
                Some(amount) => rest.insert(key.into(), amount.clone()),
                None => rest.remove(key),
            };
        }
        // None at all is as good as an empty list.
        *slot = if rest.is_empty() { was.clone().filter(|was| was.is_empty()) } else { Some(rest) };
    }
    *new = if rest == before { old.cloned() } else { Some(rest) };
}

fn status(new: &Pod, old: &Pod, spec: &PodSpec, out: &mut Vec<Violation>) {
    let none = PodStatus::default();
    let [now, before] = [new, old].map(|pod| pod.status.as_ref().unwrap_or(&none));
    for (index, condition) in now.conditions.iter().flatten().enumerate() {
        let kind = condition.type_.as_str();
        if !matches!(kind, "PodScheduled" | "Ready" | "Initialized")
            && let Err(why) = names::qualified_name(kind)
        {
            // Upstream looks for them there.
            let place = Field::root("metadata").child("conditions").index(index).child("Type");
            out.push(Violation::invalid(&place, kind, &why));
        }
    }
    let field = Field::root("status");
    let nominated = now.nominated_node_name.as_deref().unwrap_or_default();
    if !nominated.is_empty() && now.nominated_node_name != before.nominated_node_name {
        crate::strategy::checks::named(
            names::dns_subdomain,
            nominated,
            &field.child("nominatedNodeName"),
            out,
        );
    }
    for (name, new, old) in [
        ("containerStatuses", &now.container_statuses, &before.container_statuses),
        ("initContainerStatuses", &now.init_container_statuses, &before.init_container_statuses),
        (
            "ephemeralContainerStatuses",
            &now.ephemeral_container_statuses,
            &before.ephemeral_container_statuses,
        ),
    ] {
        let [new, old] = [new, old].map(|list| list.as_deref().unwrap_or_default());
        revived(name, new, old, spec, &field.child(name), out);
    }
    let claims: Vec<&str> = spec.resource_claims.iter().flatten().map(|claim| claim.name.as_str()).collect();
    let told = now.resource_claim_statuses.as_deref().unwrap_or_default();
    for (index, one) in told.iter().enumerate() {
        let place = field.child("resourceClaimStatuses").index(index).child("name");
        if !claims.contains(&one.name.as_str()) {
            let why = "must match the name of an entry in `spec.resourceClaims`";
            out.push(Violation::invalid(&place, &one.name, why));
        }
        if told[..index].iter().any(|other| other.name == one.name) {
            out.push(Violation::duplicate(&place, &one.name));
        }
        if let Some(name) = &one.resource_claim_name {
            crate::strategy::checks::named(names::dns_subdomain, name, &place, out);
        }
    }
    let pods: Vec<&str> = now.pod_ips.iter().flatten().map(|one| one.ip.as_str()).collect();
    let hosts: Vec<&str> = now.host_ips.iter().flatten().map(|one| one.ip.as_str()).collect();
    let had: Vec<&str> = before.pod_ips.iter().flatten().map(|one| one.ip.as_str()).collect();
    let hosts_had: Vec<&str> = before.host_ips.iter().flatten().map(|one| one.ip.as_str()).collect();
    families(&pods, &had, &field.child("podIPs"), out);
    families(&hosts, &hosts_had, &field.child("hostIPs"), out);
}

/// A container that has ended, and is not to be started again, stays as it is.
fn revived(
    which: &str,
    new: &[ContainerStatus],
    old: &[ContainerStatus],
    spec: &PodSpec,
    field: &Field,
    out: &mut Vec<Violation>,
) {
    let debugs = which == "ephemeralContainerStatuses";
    let containers = || spec.containers.iter().chain(spec.init_containers.iter().flatten());
    let policy = if debugs { "Never" } else { spec.restart_policy.as_deref().unwrap_or("Always") };
    // One container's end may start all of them again.
    let all = containers().flat_map(|one| one.restart_policy_rules.iter().flatten());
    if policy == "Always" || !debugs && all.clone().any(|rule| rule.action == "RestartAllContainers") {
        return;
    }
    for (index, old) in old.iter().enumerate() {
        let Some(end) = old.state.as_ref().and_then(|state| state.terminated.as_ref()) else { continue };
        let own = containers().find(|one| !debugs && one.name == old.name);
        let own_policy = own.and_then(|one| one.restart_policy.as_deref());
        let by_rule =
            own.is_some_and(|one| one.restart_policy_rules.as_ref().is_some_and(|all| !all.is_empty()));
        let again = match own_policy.unwrap_or(policy) {
            "Always" => true,
            "OnFailure" => end.exit_code != 0,
            _ => false,
        };
        let goes_on = |new: &&ContainerStatus| {
            new.name == old.name && new.state.as_ref().is_none_or(|state| state.terminated.is_none())
        };
        if !again && !by_rule && new.iter().any(|new| goes_on(&new)) {
            let why = "may not be transitioned to non-terminated state";
            out.push(Violation::forbidden(&field.index(index).child("state"), why));
        }
    }
}

/// One address of each family at most. What was there before is not judged again.
fn families(all: &[&str], old: &[&str], field: &Field, out: &mut Vec<Violation>) {
    for (index, text) in all.iter().enumerate().filter(|(_, text)| !old.contains(text)) {
        addresses::address(text, &field.index(index), out);
    }
    let parsed: Vec<Option<IpAddr>> = all.iter().map(|text| addresses::lenient(text)).collect();
    let of = |six: bool| parsed.iter().flatten().filter(|ip| ip.is_ipv6() == six).count();
    if all.len() > 1 && parsed.iter().all(Option::is_some) {
        if of(true) > 1 || of(false) > 1 {
            let why = "may specify no more than one IP for each IP family";
            out.push(Violation::invalid_value(field, &all, why));
        }
        for (index, text) in all.iter().enumerate().filter(|(index, text)| all[..*index].contains(text)) {
            out.push(Violation::duplicate(&field.index(index), text));
        }
    }
}
