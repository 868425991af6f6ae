//! Disruption budgets, leases, runtime classes, templates of pods.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{PodTemplate, ResourceRequirements, Toleration};
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;

use super::checks::{
    amount, at_most_all, conditions, counts, label_selector_if_given, not_negative, one_of_if_given,
    required_name,
};
use super::{GENERAL, General, Rules, meta, pods, shown};
use crate::handlers::write::Part;

/// Disruption budgets.
pub static BUDGETS: Rules<PodDisruptionBudget> = Rules {
    validate: |budget, wrong| {
        let field = Field::root("spec");
        let spec = budget.spec.clone().unwrap_or_default();
        if spec.min_available.is_some() && spec.max_unavailable.is_some() {
            let why = "minAvailable and maxUnavailable cannot be both set";
            wrong.push(Violation::invalid_value(&field, &shown::budget(&spec), why));
        }
        for (name, value) in
            [("minAvailable", &spec.min_available), ("maxUnavailable", &spec.max_unavailable)]
        {
            amount(value.as_ref(), &field.child(name), wrong);
            at_most_all(value.as_ref(), &field.child(name), wrong);
        }
        label_selector_if_given(spec.selector.as_ref(), &field.child("selector"), wrong);
        let allowed = ["AlwaysAllow", "IfHealthyBudget"];
        let place = field.child("unhealthyPodEvictionPolicy");
        one_of_if_given(spec.unhealthy_pod_eviction_policy.as_deref(), &allowed, &place, wrong);
    },
    validate_update: |new, _, part, wrong| {
        if part == Part::Status {
            let status = new.status.clone().unwrap_or_default();
            let told = status.conditions.as_deref().unwrap_or_default();
            conditions(told, &Field::root("status").child("conditions"), wrong);
            let given = [
                ("disruptionsAllowed", status.disruptions_allowed.map(i64::from)),
                ("currentHealthy", status.current_healthy.map(i64::from)),
                ("desiredHealthy", status.desired_healthy.map(i64::from)),
                ("expectedPods", status.expected_pods.map(i64::from)),
            ];
            counts(&given, &Field::root("status"), wrong);
        }
    },
    ..Rules::new(General { name: names::path_segment, generation: true, versioned: true, ..GENERAL })
};

/// Leases.
pub static LEASES: Rules<Lease> = Rules {
    prepare_create: uncoordinated,
    prepare_update: |lease, _, _| uncoordinated(lease),
    validate: |lease, wrong| {
        let field = Field::root("spec");
        let spec = lease.spec.clone().unwrap_or_default();
        if let Some(seconds) = spec.lease_duration_seconds.filter(|seconds| *seconds <= 0) {
            wrong.push(Violation::invalid_value(
                &field.child("leaseDurationSeconds"),
                &seconds,
                "must be greater than 0",
            ));
        }
        not_negative(spec.lease_transitions, &field.child("leaseTransitions"), wrong);
    },
    ..Rules::new(General { creates: true, versioned: true, ..GENERAL })
};

/// Leaders that are chosen by the server are behind a gate that is shut.
fn uncoordinated(lease: &mut Lease) {
    if let Some(spec) = &mut lease.spec {
        (spec.strategy, spec.preferred_holder) = (None, None);
    }
}

/// Runtime classes.
pub static RUNTIMES: Rules<RuntimeClass> = Rules {
    validate: |class, wrong| {
        required_name(names::dns_label, &class.handler, &Field::root("handler"), wrong);
        if let Some(overhead) = &class.overhead {
            // Judged as the limits of a container, and told of so.
            let limits = overhead.pod_fixed.clone();
            let limits = ResourceRequirements { limits, ..ResourceRequirements::default() };
            pods::container_amounts(&limits, &Field::root("overhead"), wrong);
        }
        let Some(scheduling) = &class.scheduling else { return };
        let field = Field::root("scheduling");
        meta::labels(scheduling.node_selector.iter().flatten(), &field.child("nodeSelector"), wrong);
        let tolerations = scheduling.tolerations.as_deref().unwrap_or_default();
        pods::tolerations(tolerations, &field.child("tolerations"), wrong);
        for (index, one) in tolerations.iter().enumerate() {
            let key = |one: &Toleration| {
                let [key, operator, value, effect] =
                    [&one.key, &one.operator, &one.value, &one.effect].map(Option::clone);
                (key, operator, value, effect)
            };
            if tolerations[..index].iter().any(|other| key(other) == key(one)) {
                let place = field.child("tolerations").index(index);
                wrong.push(Violation::duplicate_value(&place, &shown::toleration(one)));
            }
        }
    },
    validate_update: |new, old, _, wrong| {
        if new.handler != old.handler {
            wrong.push(Violation::invalid(&Field::root("handler"), &new.handler, "field is immutable"));
        }
    },
    ..Rules::new(General { versioned: true, ..GENERAL })
};

/// Templates of pods.
pub static TEMPLATES: Rules<PodTemplate> = Rules {
    default: |template| {
        if let Some(template) = &mut template.template {
            pods::default_template(template);
        }
    },
    validate: |template, wrong| match &template.template {
        Some(template) => pods::validate_template(template, &Field::root("template"), wrong),
        None => wrong.push(Violation::required(&Field::root("template"), "")),
    },
    ..Rules::new(General { generation: true, returns: true, ..GENERAL })
};
