//! What may not be in what a pod says about where it runs: affinity, spreading, gates.

use std::collections::BTreeSet;

use apimachinery::invalid::{Field, Violation};
use apimachinery::labels::Selector;
use apimachinery::names;
use k8s_openapi::api::core::v1::{
    Affinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm, PodSpec,
    TopologySpreadConstraint,
};

/// What is wrong.
pub fn validate(spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    if let Some(given) = &spec.affinity {
        affinity(given, &field.child("affinity"), out);
    }
    let mut seen = BTreeSet::new();
    for (index, one) in spec.topology_spread_constraints.iter().flatten().enumerate() {
        let field = field.child("topologySpreadConstraints").index(index);
        spread(one, &field, out);
        if !seen.insert((one.topology_key.as_str(), one.when_unsatisfiable.as_str())) {
            let pair = format!("{{{}, {}}}", one.topology_key, one.when_unsatisfiable);
            out.push(Violation::duplicate(&field.child("{topologyKey, whenUnsatisfiable}"), &pair));
        }
    }
    let mut gates = BTreeSet::new();
    for (index, gate) in spec.scheduling_gates.iter().flatten().enumerate() {
        let field = field.child("schedulingGates").index(index);
        if let Err(reason) = names::qualified_name(&gate.name) {
            out.push(Violation::invalid(&field, &gate.name, &reason));
        }
        if !gates.insert(gate.name.as_str()) {
            out.push(Violation::duplicate(&field, &gate.name));
        }
    }
    for (index, gate) in spec.readiness_gates.iter().flatten().enumerate() {
        if let Err(reason) = names::qualified_name(&gate.condition_type) {
            let field = field.child("readinessGates").index(index).child("conditionType");
            out.push(Violation::invalid(&field, &gate.condition_type, &reason));
        }
    }
}

fn weight(given: i32, field: &Field, out: &mut Vec<Violation>) {
    if !(1..=100).contains(&given) {
        out.push(Violation::invalid_value(&field.child("weight"), &given, "must be in the range 1-100"));
    }
}

fn affinity(given: &Affinity, field: &Field, out: &mut Vec<Violation>) {
    const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
    const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
    if let Some(node) = &given.node_affinity {
        let field = field.child("nodeAffinity");
        if let Some(required) = &node.required_during_scheduling_ignored_during_execution {
            node_selector(required, &field.child(REQUIRED), out);
        }
        let preferred = node.preferred_during_scheduling_ignored_during_execution.iter().flatten();
        for (index, one) in preferred.enumerate() {
            let field = field.child(PREFERRED).index(index);
            weight(one.weight, &field, out);
            node_term(&one.preference, &field.child("preference"), out);
        }
    }
    let pods = given.pod_affinity.as_ref().map(|all| {
        (
            "podAffinity",
            &all.required_during_scheduling_ignored_during_execution,
            &all.preferred_during_scheduling_ignored_during_execution,
        )
    });
    let anti = given.pod_anti_affinity.as_ref().map(|all| {
        (
            "podAntiAffinity",
            &all.required_during_scheduling_ignored_during_execution,
            &all.preferred_during_scheduling_ignored_during_execution,
        )
    });
    for (name, required, preferred) in [pods, anti].into_iter().flatten() {
        let field = field.child(name);
        for (index, term) in required.iter().flatten().enumerate() {
            pod_term(term, &field.child(REQUIRED).index(index), out);
        }
        for (index, one) in preferred.iter().flatten().enumerate() {
            let field = field.child(PREFERRED).index(index);
            weight(one.weight, &field, out);
            pod_term(&one.pod_affinity_term, &field.child("podAffinityTerm"), out);
        }
    }
}

/// Terms of which a node must meet one.
pub fn node_selector(required: &NodeSelector, field: &Field, out: &mut Vec<Violation>) {
    let field = field.child("nodeSelectorTerms");
    if required.node_selector_terms.is_empty() {
        out.push(Violation::required(&field, "must have at least one node selector term"));
    }
    for (index, term) in required.node_selector_terms.iter().enumerate() {
        let field = field.index(index);
        node_term(term, &field, out);
        for (index, one) in term.match_expressions.iter().flatten().enumerate() {
            let field = field.child("matchExpressions").index(index).child("values");
            for (index, value) in one.values.iter().flatten().enumerate() {
                if let Err(reason) = names::label_value(value) {
                    out.push(Violation::invalid(&field.index(index), value, &reason));
                }
            }
        }
    }
}

fn node_term(term: &NodeSelectorTerm, field: &Field, out: &mut Vec<Violation>) {
    for (index, one) in term.match_expressions.iter().flatten().enumerate() {
        let field = field.child("matchExpressions").index(index);
        operator(one, &field, out);
        if let Err(reason) = names::qualified_name(&one.key) {
            out.push(Violation::invalid(&field.child("key"), &one.key, &reason));
        }
    }
    for (index, one) in term.match_fields.iter().flatten().enumerate() {
        let field = field.child("matchFields").index(index);
        match one.operator.as_str() {
            "In" | "NotIn" => {
                if one.values.as_ref().map_or(0, Vec::len) != 1 {
                    let why =
                        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
                    out.push(Violation::required(&field.child("values"), why));
                }
            }
            other => {
                out.push(Violation::invalid(&field.child("operator"), other, "not a valid selector operator"))
            }
        }
        if one.key != "metadata.name" {
            out.push(Violation::invalid(&field.child("key"), &one.key, "not a valid field selector key"));
        }
    }
}

fn operator(one: &NodeSelectorRequirement, field: &Field, out: &mut Vec<Violation>) {
    let count = one.values.as_ref().map_or(0, Vec::len);
    let values = field.child("values");
    match one.operator.as_str() {
        "In" | "NotIn" if count == 0 => {
            let why = "must be specified when `operator` is 'In' or 'NotIn'";
            out.push(Violation::required(&values, why));
        }
        "Exists" | "DoesNotExist" if count > 0 => {
            let why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            out.push(Violation::forbidden(&values, why));
        }
        "Gt" | "Lt" if count != 1 => {
            let why = "must be specified single value when `operator` is 'Lt' or 'Gt'";
            out.push(Violation::required(&values, why));
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        other => {
            out.push(Violation::invalid(&field.child("operator"), other, "not a valid selector operator"))
        }
    }
}

fn topology_key(key: &str, field: &Field, out: &mut Vec<Violation>) {
    let field = field.child("topologyKey");
    if key.is_empty() {
        out.push(Violation::required(&field, "can not be empty"));
    } else if let Err(reason) = names::qualified_name(key) {
        out.push(Violation::invalid(&field, key, &reason));
    }
}

fn pod_term(term: &PodAffinityTerm, field: &Field, out: &mut Vec<Violation>) {
    for (name, selector) in
        [("labelSelector", &term.label_selector), ("namespaceSelector", &term.namespace_selector)]
    {
        if let Some(selector) = selector
            && let Err(error) = Selector::try_from(selector)
        {
            out.push(Violation::invalid(&field.child(name), "", &error.to_string()));
        }
    }
    for (index, name) in term.namespaces.iter().flatten().enumerate() {
        if let Err(reason) = names::dns_label(name) {
            out.push(Violation::invalid(&field.child("namespaces").index(index), name, &reason));
        }
    }
    topology_key(&term.topology_key, field, out);
    let lists =
        [("matchLabelKeys", &term.match_label_keys), ("mismatchLabelKeys", &term.mismatch_label_keys)];
    for (name, keys) in lists {
        let keys = keys.as_deref().unwrap_or_default();
        let field = field.child(name);
        if term.label_selector.is_none() && !keys.is_empty() {
            out.push(Violation::forbidden(&field, "must not be specified when labelSelector is not set"));
        }
        for (index, key) in keys.iter().enumerate() {
            let place = field.index(index);
            if let Err(reason) = names::qualified_name(key) {
                out.push(Violation::invalid(&place, key, &reason));
            }
            let other = term.mismatch_label_keys.as_deref().unwrap_or_default();
            if name == "matchLabelKeys" && other.contains(key) {
                let why = "exists in both matchLabelKeys and mismatchLabelKeys";
                out.push(Violation::invalid(&place, key, why));
            }
        }
    }
}

fn spread(one: &TopologySpreadConstraint, field: &Field, out: &mut Vec<Violation>) {
    if one.max_skew <= 0 {
        out.push(Violation::invalid_value(
            &field.child("maxSkew"),
            &one.max_skew,
            "must be greater than zero",
        ));
    }
    topology_key(&one.topology_key, field, out);
    let allowed = ["DoNotSchedule", "ScheduleAnyway"];
    if !allowed.contains(&one.when_unsatisfiable.as_str()) {
        out.push(Violation::unsupported(
            &field.child("whenUnsatisfiable"),
            &one.when_unsatisfiable,
            &allowed,
        ));
    }
    if let Some(least) = one.min_domains {
        let field = field.child("minDomains");
        if least <= 0 {
            out.push(Violation::invalid_value(&field, &least, "must be greater than zero"));
        }
        if one.when_unsatisfiable != "DoNotSchedule" {
            let why = "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway";
            out.push(Violation::invalid_value(&field, &least, why));
        }
    }
    for (name, policy) in
        [("nodeAffinityPolicy", &one.node_affinity_policy), ("nodeTaintsPolicy", &one.node_taints_policy)]
    {
        if let Some(policy) = policy.as_deref().filter(|policy| !matches!(*policy, "Honor" | "Ignore")) {
            out.push(Violation::unsupported(&field.child(name), policy, &["Honor", "Ignore"]));
        }
    }
    match &one.label_selector {
        None if one.match_label_keys.as_ref().is_some_and(|keys| !keys.is_empty()) => {
            let why = "must not be specified when labelSelector is not set";
            out.push(Violation::forbidden(&field.child("matchLabelKeys"), why));
        }
        None => {}
        Some(selector) => {
            if let Err(error) = Selector::try_from(selector) {
                out.push(Violation::invalid(&field.child("labelSelector"), "", &error.to_string()));
            }
        }
    }
}
