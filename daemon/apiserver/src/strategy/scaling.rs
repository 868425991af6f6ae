//! Disruption budgets, leases, runtime classes, templates of pods.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{PodTemplate, ResourceRequirements, Toleration};
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;

use super::checks::{
    amount, at_most_all, conditions, counts, label_selector_if_given, named, not_negative, one_of_if_given,
};
use super::{GENERAL, General, Rules, meta, pods};
use crate::handlers::write::Part;

const COUNTED: General = General { generation: true, ..GENERAL };

/// Disruption budgets.
pub static BUDGETS: Rules<PodDisruptionBudget> = Rules {
    validate: |budget, wrong| {
        let field = Field::root("spec");
        let spec = budget.spec.clone().unwrap_or_default();
        if spec.min_available.is_some() && spec.max_unavailable.is_some() {
            let why = "minAvailable and maxUnavailable cannot be both set";
            wrong.push(Violation::invalid_value(&field, &spec, why));
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
    ..Rules::new(COUNTED)
};

/// Leases.
pub static LEASES: Rules<Lease> = Rules {
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
        if let Some(strategy) = &spec.strategy {
            // Kubernetes' own strategies have no domain before them.
            let place = field.child("strategy").child("strategy");
            if strategy.contains('/') {
                named(names::qualified_name, strategy, &place, wrong);
            } else {
                one_of_if_given(Some(strategy), &["OldestEmulationVersion"], &place, wrong);
            }
        }
        if spec.preferred_holder.as_deref().is_some_and(|holder| !holder.is_empty())
            && spec.strategy.as_deref().unwrap_or_default().is_empty()
        {
            let why = "may only be specified if `strategy` is defined";
            wrong.push(Violation::forbidden(&field.child("preferredHolder"), why));
        }
    },
    ..Rules::new(General { creates: true, ..GENERAL })
};

/// Runtime classes.
pub static RUNTIMES: Rules<RuntimeClass> = Rules {
    validate: |class, wrong| {
        if let Err(reason) = names::dns_label(&class.handler) {
            wrong.push(Violation::invalid(&Field::root("handler"), &class.handler, &reason));
        }
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
                wrong.push(Violation::duplicate_value(&field.child("tolerations").index(index), one));
            }
        }
    },
    validate_update: |new, old, _, wrong| {
        if new.handler != old.handler {
            wrong.push(Violation::invalid(&Field::root("handler"), &new.handler, "field is immutable"));
        }
    },
    ..Rules::new(GENERAL)
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
