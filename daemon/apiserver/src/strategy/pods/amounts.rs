//! What may not be in what a pod and its containers ask for.

use std::collections::BTreeMap;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use apimachinery::quantity::Quantity as Amount;
use k8s_openapi::api::core::v1::{PodSpec, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use crate::admission::usage;

fn amount(given: Option<&Quantity>) -> Option<Amount> {
    given.and_then(|given| given.0.parse().ok())
}

/// The resources that a quota may limit without the name of a domain.
pub const OF_QUOTAS: [&str; 19] = [
    "configmaps",
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
];

/// Pages of memory, as pods have them and as quotas count them.
pub fn is_huge(name: &str) -> bool {
    name.starts_with("hugepages-") || name.starts_with("requests.hugepages-")
}

/// A name of the form `domain/name`, neither of Kubernetes' own nor a request for a quota.
pub fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && names::qualified_name(&format!("requests.{name}")).is_ok()
}

/// The name of a resource of any kind.
pub fn resource_name(name: &str, field: &Field, out: &mut Vec<Violation>) {
    if let Err(reason) = names::qualified_name(name) {
        out.push(Violation::invalid(field, name, &reason));
    } else if !name.contains('/') && !OF_QUOTAS.contains(&name) && name != "storage" && !is_huge(name) {
        out.push(Violation::invalid(field, name, "must be a standard resource type or fully qualified"));
    }
}

/// Kubernetes' own names.
pub fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Whether more may be promised of it than there is.
pub fn is_overcommitted(name: &str) -> bool {
    is_native(name) && !name.starts_with("hugepages-")
}

/// The name of something that a container may ask for.
pub fn container_name(name: &str, field: &Field, out: &mut Vec<Violation>) {
    resource_name(name, field, out);
    let of_containers =
        matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-");
    if !name.contains('/') && !of_containers {
        out.push(Violation::invalid(field, name, "must be a standard resource for containers"));
    } else if !is_native(name) && !is_extended(name) {
        out.push(Violation::invalid(field, name, "doesn't follow extended resource name standard"));
    }
}

/// What is wrong with what a container asks for.
pub fn container(resources: &ResourceRequirements, field: &Field, out: &mut Vec<Violation>) {
    each(resources, container_name, field, out);
    let mut seen = std::collections::BTreeSet::new();
    for (index, claim) in resources.claims.iter().flatten().enumerate() {
        let field = field.child("claims").index(index);
        if claim.name.is_empty() {
            out.push(Violation::required(&field.child("name"), ""));
        } else if !seen.insert((&claim.name, &claim.request)) {
            out.push(Violation::duplicate(&field, &claim.name));
        }
    }
}

/// The same for both: names, amounts, and requests beside their limits.
fn each(
    resources: &ResourceRequirements,
    name_rule: fn(&str, &Field, &mut Vec<Violation>),
    field: &Field,
    out: &mut Vec<Violation>,
) {
    let none = BTreeMap::new();
    let limits = resources.limits.as_ref().unwrap_or(&none);
    let requests = resources.requests.as_ref().unwrap_or(&none);
    for (which, map) in [("limits", limits), ("requests", requests)] {
        for (name, given) in map {
            let here = field.child(which).key(name);
            name_rule(name, &here, out);
            let parsed = match given.0.parse::<Amount>() {
                Ok(parsed) => parsed,
                Err(error) => {
                    out.push(Violation::invalid(&here, &given.0, &error.to_string()));
                    continue;
                }
            };
            if parsed.signum() < 0 {
                out.push(Violation::invalid(&here, &given.0, "must be greater than or equal to 0"));
            }
            if !is_native(name) && !parsed.is_whole() {
                out.push(Violation::invalid(&here, &given.0, "must be an integer"));
            }
            if which == "limits" {
                continue;
            }
            match amount(limits.get(name)) {
                Some(limit) if !is_overcommitted(name) && parsed != limit => {
                    let why = format!("must be equal to {name} limit of {limit}");
                    out.push(Violation::invalid(&here, &given.0, &why));
                }
                Some(limit) if parsed > limit => {
                    let why = format!("must be less than or equal to {name} limit of {limit}");
                    out.push(Violation::invalid(&here, &given.0, &why));
                }
                None if !is_overcommitted(name) => {
                    let why = "Limit must be set for non overcommitable resources";
                    out.push(Violation::required(&field.child("limits"), why));
                }
                _ => {}
            }
        }
    }
    let asks = |wanted: fn(&str) -> bool| limits.keys().chain(requests.keys()).any(|name| wanted(name));
    if asks(|name| name.starts_with("hugepages-")) && !asks(|name| matches!(name, "cpu" | "memory")) {
        out.push(Violation::forbidden(field, "HugePages require cpu or memory"));
    }
}

/// What is wrong with what a pod asks for as a whole.
pub fn pod(spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    let Some(resources) = &spec.resources else { return };
    let field = field.child("resources");
    if resources.claims.as_ref().is_some_and(|claims| !claims.is_empty()) {
        out.push(Violation::forbidden(
            &field.child("claims"),
            "claims are not supported for Resources at pod-level",
        ));
    }
    fn name_rule(name: &str, field: &Field, out: &mut Vec<Violation>) {
        if !matches!(name, "cpu" | "memory") && !name.starts_with("hugepages-") {
            out.push(Violation::unsupported(field, name, &["cpu", "hugepages-", "memory"]));
        }
    }
    each(resources, name_rule, &field, out);
    // What the containers ask for together fits into what the pod asks for.
    let alone = PodSpec { resources: None, overhead: None, ..spec.clone() };
    let together = usage::requests(&alone);
    for (name, given) in resources.requests.iter().flatten() {
        let (Some(whole), Some(sum)) = (amount(Some(given)), amount(together.get(name))) else { continue };
        if sum > whole {
            let why = format!("must be greater than or equal to aggregate container requests of {sum}");
            out.push(Violation::invalid(&field.child("requests").key(name), &given.0, &why));
        }
    }
    for (list, containers) in [
        ("initContainers", spec.init_containers.as_deref().unwrap_or_default()),
        ("containers", &spec.containers),
    ] {
        for (index, one) in containers.iter().enumerate() {
            let own = one.resources.as_ref().and_then(|own| own.limits.as_ref());
            for (name, limit) in own.into_iter().flatten() {
                let whole = resources.limits.as_ref().and_then(|limits| limits.get(name));
                if let (Some(own), Some(whole)) = (amount(Some(limit)), amount(whole))
                    && own > whole
                {
                    let root = Field::root(field.to_string().trim_end_matches(".resources"));
                    let place = root.child(list).index(index).child("resources").child("limits").key(name);
                    let why = format!("must be less than or equal to pod limits of {whole}");
                    out.push(Violation::invalid(&place, &limit.0, &why));
                }
            }
        }
    }
}
