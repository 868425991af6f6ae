//! Nodes.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::{Node, NodeSpec, Taint};

use super::checks::one_of;
use super::limits::amount;
use super::{GENERAL, General, Part, Rules, addresses};

/// Nodes.
pub static NODES: Rules<Node> = Rules {
    default: |node| {
        if let Some(status) = node.status.as_mut().filter(|status| status.allocatable.is_none()) {
            status.allocatable.clone_from(&status.capacity);
        }
        // The first range stands in two fields.
        if let Some(spec) = &mut node.spec {
            let one = spec.pod_cidr.clone().filter(|range| !range.is_empty());
            if spec.pod_cidrs.as_ref().is_none_or(Vec::is_empty) {
                spec.pod_cidrs = one.map(|range| vec![range]);
            } else if one.is_none() {
                spec.pod_cidr = spec.pod_cidrs.as_ref().and_then(|all| all.first().cloned());
            }
        }
    },
    prepare_create: forget,
    prepare_update: |new, _, _| forget(new),
    validate: |node, out| {
        measured(node, out);
        let Some(spec) = &node.spec else { return };
        // They are shown as if they were part of the metadata.
        taints(spec.taints.as_deref().unwrap_or_default(), &Field::root("metadata").child("taints"), out);
        ranges(spec, out);
    },
    validate_update: |new, old, part, out| {
        if part == Part::Status {
            measured(new, out);
        }
        let addresses = new.status.as_ref().and_then(|status| status.addresses.as_deref());
        let addresses = addresses.unwrap_or_default();
        for (index, address) in addresses.iter().enumerate() {
            if addresses[..index].contains(address) {
                let place = Field::root("status").child("addresses").index(index);
                out.push(Violation::duplicate(&place, &address.address));
            }
        }
        if let (Some(new), Some(old)) = (&new.spec, &old.spec) {
            for_life(new, old, out);
        }
    },
    warnings: |node, _| {
        let Some(spec) = &node.spec else { return Vec::new() };
        let mut found = Vec::new();
        if spec.external_id.as_deref().is_some_and(|id| !id.is_empty()) {
            found.push("spec.externalID: this field is deprecated, and is unused by Kubernetes".into());
        }
        for (index, range) in spec.pod_cidrs.iter().flatten().enumerate() {
            let place = Field::root("spec").child("podCIDRs").index(index);
            found.extend(addresses::range_warnings(range, &place));
        }
        found
    },
    // A kubelet registers with its status.
    ..Rules::new(General { keeps_status: true, ..GENERAL })
};

/// Kubelets are not configured through their nodes any more.
fn forget(node: &mut Node) {
    if let Some(spec) = &mut node.spec {
        spec.config_source = None;
    }
    if let Some(status) = &mut node.status {
        status.config = None;
    }
}

fn taints(given: &[Taint], field: &Field, out: &mut Vec<Violation>) {
    for (index, taint) in given.iter().enumerate() {
        let field = field.index(index);
        let value = taint.value.as_deref().unwrap_or_default();
        if let Err(reason) = names::qualified_name(&taint.key) {
            out.push(Violation::invalid(&field.child("key"), &taint.key, &reason));
        }
        if let Err(reason) = names::label_value(value) {
            out.push(Violation::invalid(&field.child("value"), value, &reason));
        }
        let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
        one_of(&taint.effect, &effects, &field.child("effect"), out);
        let same = |other: &Taint| (&other.key, &other.effect) == (&taint.key, &taint.effect);
        if given[..index].iter().any(same) {
            let shown = format!("{}={value}:{}", taint.key, taint.effect);
            let why = "taints must be unique by key and effect pair";
            out.push(Violation::duplicate(&field, &shown).with(why));
        }
    }
}

/// Where a node's pods get their addresses from.
fn ranges(spec: &NodeSpec, out: &mut Vec<Violation>) {
    let ranges = spec.pod_cidrs.as_deref().unwrap_or_default();
    let field = Field::root("spec").child("podCIDRs");
    for (index, range) in ranges.iter().enumerate() {
        addresses::range(range, &field.index(index), out);
    }
    let is_four = |range: &String| addresses::lenient_range(range).map(|(address, _)| address.is_ipv4());
    let families: Vec<Option<bool>> = ranges.iter().map(is_four).collect();
    let both = [true, false].iter().all(|family| families.contains(&Some(*family)));
    if ranges.len() > 1 && (!both || ranges.len() > 2) {
        let why = "may specify no more than one CIDR for each IP family";
        out.push(Violation::invalid_value(&field, &ranges, why));
    }
    for (index, range) in ranges.iter().enumerate().filter(|(index, one)| ranges[..*index].contains(one)) {
        out.push(Violation::duplicate(&field.index(index), range));
    }
}

/// What a kubelet says that its node has.
fn measured(node: &Node, out: &mut Vec<Violation>) {
    let Some(status) = &node.status else { return };
    let field = Field::root("status");
    for (name, list) in [("capacity", &status.capacity), ("allocatable", &status.allocatable)] {
        for (key, given) in list.iter().flatten() {
            amount(key, given, &field.child(name).child(key), out);
        }
    }
    let features = status.declared_features.as_deref().unwrap_or_default();
    declared(features, &field.child("declaredFeatures"), out);
}

/// What a node keeps once it has it.
fn for_life(new: &NodeSpec, old: &NodeSpec, out: &mut Vec<Violation>) {
    let field = Field::root("spec");
    let list = |spec: &NodeSpec| spec.pod_cidrs.clone().unwrap_or_default();
    let (now, before) = (list(new), list(old));
    let changed = match now.len() == before.len() {
        true => now.iter().zip(&before).filter(|(now, before)| now != before).count(),
        false => usize::from(!before.is_empty()),
    };
    for _ in 0..changed {
        let why = "node updates may not change podCIDR except from \"\" to valid";
        out.push(Violation::forbidden(&field.child("podCIDRs"), why));
    }
    if old.provider_id.as_deref().is_some_and(|id| !id.is_empty()) && new.provider_id != old.provider_id {
        let why = "node updates may not change providerID except from \"\" to valid";
        out.push(Violation::forbidden(&field.child("providerID"), why));
    }
    if new.external_id.as_deref().unwrap_or_default() != old.external_id.as_deref().unwrap_or_default() {
        out.push(Violation::forbidden(&field.child("externalID"), "may not be updated"));
    }
}

/// What a kubelet declares that it can do.
fn declared(features: &[String], field: &Field, out: &mut Vec<Violation>) {
    /// The longest name.
    const LONGEST: usize = 253;
    let word = |text: &str, first: fn(&char) -> bool| {
        text.chars().next().is_some_and(|letter| first(&letter))
            && text.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    for (index, name) in features.iter().enumerate() {
        let place = field.index(index);
        let (first, rest) =
            name.split_once('/').map_or((name.as_str(), None), |(first, rest)| (first, Some(rest)));
        let well_formed = word(first, char::is_ascii_uppercase)
            && rest.is_none_or(|rest| rest.split('/').all(|part| word(part, char::is_ascii_alphabetic)));
        if name.len() > LONGEST {
            let why = format!("invalid feature name {name:?}: must be no more than {LONGEST} characters");
            out.push(Violation::invalid(&place, name, &why));
        } else if !well_formed {
            let why = format!(
                "invalid feature name {name:?}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes"
            );
            out.push(Violation::invalid(&place, name, &why));
        }
        match index.checked_sub(1).map(|before| &features[before]) {
            Some(before) if before == name => out.push(Violation::duplicate(&place, name)),
            Some(before) if before > name => {
                out.push(Violation::invalid(&place, name, "list must be sorted alphabetically"));
            }
            _ => {}
        }
    }
}
