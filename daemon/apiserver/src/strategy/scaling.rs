//! Autoscalers, disruption budgets, quotas, leases, runtime classes, revisions, templates.

use apimachinery::invalid::{Field, Violation};
use apimachinery::{labels, names};
use k8s_openapi::api::autoscaling::v2::{
    HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscaler, MetricSpec, MetricTarget,
    ResourceMetricSource,
};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{PodTemplate, ResourceQuota};
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::checks::text;
use super::{GENERAL, General, Rules, pods};

const COUNTED: General = General { generation: true, ..GENERAL };

/// Autoscalers.
pub static AUTOSCALERS: Rules<HorizontalPodAutoscaler> = Rules {
    default: |scaler| {
        let spec = &mut scaler.spec;
        spec.min_replicas.get_or_insert(1);
        if spec.metrics.as_ref().is_none_or(Vec::is_empty) {
            spec.metrics = Some(vec![MetricSpec {
                type_: "Resource".into(),
                resource: Some(ResourceMetricSource {
                    name: "cpu".into(),
                    target: MetricTarget {
                        type_: "Utilization".into(),
                        average_utilization: Some(80),
                        ..MetricTarget::default()
                    },
                }),
                ..MetricSpec::default()
            }]);
        }
        let Some(behavior) = &mut spec.behavior else { return };
        let percent = |value| HPAScalingPolicy { type_: "Percent".into(), value, period_seconds: 15 };
        let pods = |value| HPAScalingPolicy { type_: "Pods".into(), value, period_seconds: 15 };
        let fill = |rules: &mut HPAScalingRules, policies: Vec<HPAScalingPolicy>| {
            text(&mut rules.select_policy, "Max");
            rules.policies.get_or_insert(policies);
        };
        let up = behavior.scale_up.get_or_insert_default();
        up.stabilization_window_seconds.get_or_insert(0);
        fill(up, vec![pods(4), percent(100)]);
        fill(behavior.scale_down.get_or_insert_default(), vec![percent(100)]);
    },
    validate: |scaler, wrong| {
        let field = Field::root("spec");
        let spec = &scaler.spec;
        let least = spec.min_replicas.unwrap_or(1);
        if least < 1 {
            let why = "must be greater than or equal to 1";
            wrong.push(Violation::invalid_value(&field.child("minReplicas"), &least, why));
        }
        if spec.max_replicas < 1 {
            let why = "must be greater than 0";
            wrong.push(Violation::invalid_value(&field.child("maxReplicas"), &spec.max_replicas, why));
        } else if spec.max_replicas < least {
            let why = "must be greater than or equal to `minReplicas`";
            wrong.push(Violation::invalid_value(&field.child("maxReplicas"), &spec.max_replicas, why));
        }
        let target = field.child("scaleTargetRef");
        for (name, value) in [("kind", &spec.scale_target_ref.kind), ("name", &spec.scale_target_ref.name)] {
            if value.is_empty() {
                wrong.push(Violation::required(&target.child(name), ""));
            }
        }
        for (index, metric) in spec.metrics.iter().flatten().enumerate() {
            let place = field.child("metrics").index(index);
            let has = match metric.type_.as_str() {
                "Resource" => metric.resource.is_some(),
                "ContainerResource" => metric.container_resource.is_some(),
                "Pods" => metric.pods.is_some(),
                "Object" => metric.object.is_some(),
                "External" => metric.external.is_some(),
                other => {
                    let allowed = ["ContainerResource", "External", "Object", "Pods", "Resource"];
                    wrong.push(Violation::unsupported(&place.child("type"), other, &allowed));
                    continue;
                }
            };
            if !has {
                let mut name = metric.type_.clone();
                name[..1].make_ascii_lowercase();
                wrong.push(Violation::required(
                    &place.child(&name),
                    "must populate information for the given metric source",
                ));
            }
        }
    },
    ..Rules::new(GENERAL)
};

fn amount(value: Option<&IntOrString>, field: &Field, wrong: &mut Vec<Violation>) {
    match value {
        Some(IntOrString::Int(number)) if *number < 0 => {
            wrong.push(Violation::invalid_value(field, number, "must be greater than or equal to 0"));
        }
        Some(IntOrString::String(text)) => {
            let number = text.strip_suffix('%').and_then(|number| number.parse::<u32>().ok());
            match number {
                None => wrong.push(Violation::invalid(field, text, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')")),
                Some(number) if number > 100 => wrong.push(Violation::invalid(field, text, "must not be greater than 100%")),
                Some(_) => {}
            }
        }
        _ => {}
    }
}

/// Disruption budgets.
pub static BUDGETS: Rules<PodDisruptionBudget> = Rules {
    validate: |budget, wrong| {
        let field = Field::root("spec");
        let spec = budget.spec.clone().unwrap_or_default();
        if spec.min_available.is_some() && spec.max_unavailable.is_some() {
            wrong.push(Violation::invalid(&field, "", "minAvailable and maxUnavailable cannot be both set"));
        }
        amount(spec.min_available.as_ref(), &field.child("minAvailable"), wrong);
        amount(spec.max_unavailable.as_ref(), &field.child("maxUnavailable"), wrong);
        if let Some(policy) = spec.unhealthy_pod_eviction_policy.as_deref() {
            let allowed = ["AlwaysAllow", "IfHealthyBudget"];
            if !allowed.contains(&policy) {
                wrong.push(Violation::unsupported(
                    &field.child("unhealthyPodEvictionPolicy"),
                    policy,
                    &allowed,
                ));
            }
        }
        if let Some(Err(error)) = spec.selector.as_ref().map(labels::Selector::try_from) {
            wrong.push(Violation::invalid(&field.child("selector"), "", &error.to_string()));
        }
    },
    ..Rules::new(COUNTED)
};

/// Quotas.
pub static QUOTAS: Rules<ResourceQuota> = Rules {
    validate: |quota, wrong| {
        let field = Field::root("spec");
        let spec = quota.spec.clone().unwrap_or_default();
        for (name, quantity) in spec.hard.iter().flatten() {
            let place = field.child("hard").key(name);
            match quantity.0.parse::<apimachinery::quantity::Quantity>() {
                Ok(amount) if amount.signum() < 0 => {
                    wrong.push(Violation::invalid(&place, &quantity.0, "must be greater than or equal to 0"));
                }
                Ok(_) => {}
                Err(error) => wrong.push(Violation::invalid(&place, &quantity.0, &error.to_string())),
            }
            if let Err(reason) = names::qualified_name(name.strip_prefix("count/").unwrap_or(name)) {
                wrong.push(Violation::invalid(&place, name, &reason));
            }
        }
        let allowed = [
            "BestEffort",
            "CrossNamespacePodAffinity",
            "NotBestEffort",
            "NotTerminating",
            "PriorityClass",
            "Terminating",
            "VolumeAttributesClass",
        ];
        for (index, scope) in spec.scopes.iter().flatten().enumerate() {
            if !allowed.contains(&scope.as_str()) {
                wrong.push(Violation::invalid(
                    &field.child("scopes").index(index),
                    scope,
                    "unsupported scope",
                ));
            }
        }
    },
    validate_update: |new, old, _, wrong| {
        let of = |quota: &ResourceQuota| quota.spec.as_ref().and_then(|spec| spec.scopes.clone());
        if of(new) != of(old) {
            wrong.push(Violation::invalid_value(
                &Field::root("spec").child("scopes"),
                &of(new),
                "field is immutable",
            ));
        }
    },
    ..Rules::new(General { returns: true, ..GENERAL })
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
        if let Some(count) = spec.lease_transitions.filter(|count| *count < 0) {
            let why = "must be greater than or equal to 0";
            wrong.push(Violation::invalid_value(&field.child("leaseTransitions"), &count, why));
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

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use serde_json::json;

    #[test]
    fn each_rule_accepts_and_refuses() {
        let target = json!({"kind": "Deployment", "name": "d"});
        check(&AUTOSCALERS, json!({"spec": {"maxReplicas": 3, "scaleTargetRef": target}}), &[]);
        check(
            &AUTOSCALERS,
            json!({"spec": {"minReplicas": 0, "maxReplicas": 0, "scaleTargetRef": {"kind": "", "name": "d"}, "metrics": [{"type": "Pods"}]}}),
            &[
                "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1",
                "spec.maxReplicas: Invalid value: 0: must be greater than 0",
                "spec.scaleTargetRef.kind: Required value",
                "spec.metrics[0].pods: Required value: must populate information for the given metric source",
            ],
        );
        check(&BUDGETS, json!({"spec": {"minAvailable": "50%"}}), &[]);
        check(
            &BUDGETS,
            json!({"spec": {"minAvailable": "101%", "maxUnavailable": -1}}),
            &[
                "spec: Invalid value: \"\": minAvailable and maxUnavailable cannot be both set",
                "spec.minAvailable: Invalid value: \"101%\": must not be greater than 100%",
                "spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0",
            ],
        );
        check(&QUOTAS, json!({"spec": {"hard": {"pods": "1", "count/deployments.apps": "2"}}}), &[]);
        check(
            &QUOTAS,
            json!({"spec": {"hard": {"pods": "-1"}, "scopes": ["X"]}}),
            &[
                "spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0",
                "spec.scopes[0]: Invalid value: \"X\": unsupported scope",
            ],
        );
        check(&LEASES, json!({"spec": {"leaseDurationSeconds": 1}}), &[]);
        check(
            &LEASES,
            json!({"spec": {"leaseDurationSeconds": 0, "leaseTransitions": -1}}),
            &[
                "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
                "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
            ],
        );
        check(&RUNTIMES, json!({"handler": "runc"}), &[]);
        check(&TEMPLATES, json!({}), &["template: Required value"]);
    }
}
