//! Autoscalers: what they look at, how they judge it, and how fast they act.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use apimachinery::quantity::Quantity as Amount;
use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscaler,
    HorizontalPodAutoscalerSpec, MetricIdentifier, MetricSpec, MetricTarget, ResourceMetricSource,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::checks::{at_least, counts, named, required_name};
use super::{GENERAL, Rules, pods};
use crate::handlers::write::Part;

/// The longest that an autoscaler looks back, in seconds.
const WINDOW: i32 = 3600;
/// The longest period of a policy, in seconds.
const PERIOD: i32 = 1800;

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
            rules.select_policy.get_or_insert_with(|| "Max".into());
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
        let place = field.child("maxReplicas");
        if spec.max_replicas == 0 {
            wrong.push(Violation::required(&place, "must be set and greater than 0"));
        } else if spec.max_replicas < 0 {
            wrong.push(Violation::invalid_value(&place, &spec.max_replicas, "must be greater than 0"));
        }
        if spec.max_replicas < spec.min_replicas.unwrap_or(1) {
            let why = "must be greater than or equal to `minReplicas`";
            wrong.push(Violation::invalid_value(&place, &spec.max_replicas, why));
        }
        let behavior = spec.behavior.clone().unwrap_or_default();
        let field = field.child("behavior");
        for (name, rules) in [("scaleUp", behavior.scale_up), ("scaleDown", behavior.scale_down)] {
            if let Some(rules) = rules {
                pace(&rules, &field.child(name), wrong);
            }
        }
    },
    validate_create: |scaler, wrong| check(&scaler.spec, None, wrong),
    validate_update: |new, old, part, wrong| match part {
        Part::Status => {
            let status = new.status.clone().unwrap_or_default();
            let given = [
                ("currentReplicas", status.current_replicas.map(i64::from)),
                ("desiredReplicas", Some(status.desired_replicas.into())),
            ];
            counts(&given, &Field::root("status"), wrong);
        }
        _ => check(&new.spec, Some(&old.spec), wrong),
    },
    ..Rules::new(GENERAL)
};

/// What is wrong with the rest, in which what an older server took may stay.
fn check(
    spec: &HorizontalPodAutoscalerSpec,
    old: Option<&HorizontalPodAutoscalerSpec>,
    wrong: &mut Vec<Violation>,
) {
    let field = Field::root("spec");
    let least = i32::from(old.is_none_or(|old| old.min_replicas != Some(0)));
    at_least(spec.min_replicas, least.into(), &field.child("minReplicas"), wrong);
    let target = &spec.scale_target_ref;
    let same = |old: &HorizontalPodAutoscalerSpec| {
        let old = &old.scale_target_ref;
        (&old.api_version, &old.kind) == (&target.api_version, &target.kind)
    };
    let asked = match target.kind.as_str() {
        _ if old.is_some_and(same) => Version::Any,
        // The one kind that scales in the group without a name.
        "ReplicationController" => Version::Readable,
        _ => Version::Grouped,
    };
    reference(target, asked, &field.child("scaleTargetRef"), wrong);
    let described = |one: &MetricSpec| {
        let described = one.object.as_ref().filter(|_| one.type_ == "Object");
        described.is_some_and(|one| misversioned(&one.described_object, Version::Readable).is_some())
    };
    let was_odd = old.is_some_and(|old| old.metrics.iter().flatten().any(described));
    let asked = if was_odd { Version::Any } else { Version::Readable };
    let field = field.child("metrics");
    for (index, one) in spec.metrics.iter().flatten().enumerate() {
        metric(one, asked, &field.index(index), wrong);
    }
    let is_counted = |one: &MetricSpec| matches!(one.type_.as_str(), "Object" | "External");
    if spec.min_replicas == Some(0) && !spec.metrics.iter().flatten().any(is_counted) {
        let why = "must specify at least one Object or External metric to support scaling to zero replicas";
        wrong.push(Violation::forbidden(&field, why));
    }
}

/// What the API version of something referred to has to be.
#[derive(Clone, Copy)]
enum Version {
    Any,
    Readable,
    Grouped,
}

/// Why the API version of what is referred to will not do.
fn misversioned(given: &CrossVersionObjectReference, asked: Version) -> Option<String> {
    let version = given.api_version.as_deref().unwrap_or_default();
    let group = version.split_once('/').map_or("", |(group, _)| group);
    match asked {
        Version::Readable | Version::Grouped if version.matches('/').count() > 1 => {
            Some(format!("unexpected GroupVersion string: {version}"))
        }
        Version::Grouped if group.is_empty() => Some("apiVersion must specify API group".into()),
        _ => None,
    }
}

fn reference(given: &CrossVersionObjectReference, asked: Version, field: &Field, wrong: &mut Vec<Violation>) {
    required_name(names::path_segment, &given.kind, &field.child("kind"), wrong);
    required_name(names::path_segment, &given.name, &field.child("name"), wrong);
    if let Some(why) = misversioned(given, asked) {
        let version = given.api_version.as_deref().unwrap_or_default();
        wrong.push(Violation::invalid(&field.child("apiVersion"), version, &why));
    }
}

/// Where a metric comes from: exactly what its type says.
fn metric(given: &MetricSpec, asked: Version, field: &Field, wrong: &mut Vec<Violation>) {
    let types = ["ContainerResource", "External", "Object", "Pods", "Resource"];
    let place = field.child("type");
    if given.type_.is_empty() {
        wrong.push(Violation::required(&place, "must specify a metric source type"));
    }
    let is_known = types.contains(&given.type_.as_str());
    if !is_known {
        wrong.push(Violation::unsupported(&place, &given.type_, &types));
    }
    let present = [
        ("object", given.object.is_some()),
        ("external", given.external.is_some()),
        ("pods", given.pods.is_some()),
        ("resource", given.resource.is_some()),
        ("containerResource", given.container_resource.is_some()),
    ];
    // The first one is looked at, whatever the type says.
    if let Some((name, _)) = present.iter().find(|(_, given)| *given) {
        source(given, name, asked, &field.child(name), wrong);
    }
    let own = given.type_.get(..1).map(str::to_ascii_lowercase).unwrap_or_default()
        + given.type_.get(1..).unwrap_or_default();
    if is_known && present.contains(&(own.as_str(), false)) {
        let why = "must populate information for the given metric source";
        wrong.push(Violation::required(&field.child(&own), why));
    }
    let others = present.iter().filter(|(name, given)| *given && *name != own);
    if present.iter().filter(|(_, given)| *given).count() != 1 {
        for (name, _) in others {
            let why = "must populate the given metric source only";
            wrong.push(Violation::forbidden(&field.child(name), why));
        }
    }
}

/// What one of the sources says.
fn source(given: &MetricSpec, name: &str, asked: Version, field: &Field, wrong: &mut Vec<Violation>) {
    let place = field.child("target");
    match name {
        "object" => {
            let Some(source) = &given.object else { return };
            reference(&source.described_object, asked, &field.child("describedObject"), wrong);
            identifier(&source.metric, &field.child("metric"), wrong);
            target(&source.target, &place, wrong);
            if source.target.value.is_none() && source.target.average_value.is_none() {
                let why = "must set either a target value or averageValue";
                wrong.push(Violation::required(&place.child("averageValue"), why));
            }
        }
        "external" => {
            let Some(source) = &given.external else { return };
            identifier(&source.metric, &field.child("metric"), wrong);
            target(&source.target, &place, wrong);
            match (&source.target.value, &source.target.average_value) {
                (None, None) => {
                    let why = "must set either a target value for metric or a per-pod target";
                    wrong.push(Violation::required(&place.child("averageValue"), why));
                }
                (Some(_), Some(_)) => {
                    let why = "may not set both a target value for metric and a per-pod target";
                    wrong.push(Violation::forbidden(&place.child("value"), why));
                }
                _ => {}
            }
        }
        "pods" => {
            let Some(source) = &given.pods else { return };
            identifier(&source.metric, &field.child("metric"), wrong);
            target(&source.target, &place, wrong);
            if source.target.average_value.is_none() {
                let why = "must specify a positive target averageValue";
                wrong.push(Violation::required(&place.child("averageValue"), why));
            }
        }
        "resource" => {
            let Some(source) = &given.resource else { return };
            if source.name.is_empty() {
                wrong.push(Violation::required(&field.child("name"), "must specify a resource name"));
            }
            resource(&source.target, field, wrong);
        }
        _ => {
            let Some(source) = &given.container_resource else { return };
            if source.name.is_empty() {
                wrong.push(Violation::required(&field.child("name"), "must specify a resource name"));
            } else {
                pods::container_resource(&source.name, &field.child("name"), wrong);
            }
            if source.container.is_empty() {
                wrong.push(Violation::required(&field.child("container"), "must specify a container"));
            } else {
                named(names::dns_label, &source.container, &field.child("container"), wrong);
            }
            resource(&source.target, field, wrong);
        }
    }
}

fn resource(given: &MetricTarget, field: &Field, wrong: &mut Vec<Violation>) {
    let field = field.child("target");
    target(given, &field, wrong);
    match (given.average_utilization, &given.average_value) {
        (None, None) => {
            let why = "must set either a target raw value or a target utilization";
            wrong.push(Violation::required(&field.child("averageUtilization"), why));
        }
        (Some(_), Some(_)) => {
            let why = "may not set both a target raw value and a target utilization";
            wrong.push(Violation::forbidden(&field.child("averageValue"), why));
        }
        _ => {}
    }
}

fn identifier(given: &MetricIdentifier, field: &Field, wrong: &mut Vec<Violation>) {
    if given.name.is_empty() {
        wrong.push(Violation::required(&field.child("name"), "must specify a metric name"));
    } else {
        named(names::path_segment, &given.name, &field.child("name"), wrong);
    }
}

fn positive(given: Option<&Quantity>, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(given) =
        given.filter(|given| !given.0.parse::<Amount>().is_ok_and(|value| value.signum() > 0))
    {
        wrong.push(Violation::invalid(field, &given.0, "must be positive"));
    }
}

fn target(given: &MetricTarget, field: &Field, wrong: &mut Vec<Violation>) {
    let place = field.child("type");
    if given.type_.is_empty() {
        wrong.push(Violation::required(&place, "must specify a metric target type"));
    }
    if !["Utilization", "Value", "AverageValue"].contains(&given.type_.as_str()) {
        let why = "must be either Utilization, Value, or AverageValue";
        wrong.push(Violation::invalid(&place, &given.type_, why));
    }
    positive(given.value.as_ref(), &field.child("value"), wrong);
    positive(given.average_value.as_ref(), &field.child("averageValue"), wrong);
    if let Some(share) = given.average_utilization.filter(|share| *share < 1) {
        let place = field.child("averageUtilization");
        wrong.push(Violation::invalid_value(&place, &share, "must be greater than 0"));
    }
}

/// How fast it may go one way.
fn pace(rules: &HPAScalingRules, field: &Field, wrong: &mut Vec<Violation>) {
    let bounded = |value: i32, least: i32, most: i32, field: &Field, wrong: &mut Vec<Violation>| {
        if value < least {
            let why = if least == 0 {
                "must be greater than or equal to zero"
            } else {
                "must be greater than zero"
            };
            wrong.push(Violation::invalid_value(field, &value, why));
        } else if value > most {
            wrong.push(Violation::invalid_value(
                field,
                &value,
                &format!("must be less than or equal to {most}"),
            ));
        }
    };
    if let Some(window) = rules.stabilization_window_seconds {
        bounded(window, 0, WINDOW, &field.child("stabilizationWindowSeconds"), wrong);
    }
    let selects = ["Disabled", "Max", "Min"];
    let select = rules.select_policy.as_deref();
    super::checks::one_of_if_given(select, &selects, &field.child("selectPolicy"), wrong);
    let policies = rules.policies.as_deref().unwrap_or_default();
    if policies.is_empty() {
        wrong.push(Violation::required(&field.child("policies"), "must specify at least one Policy"));
    }
    for (index, policy) in policies.iter().enumerate() {
        let field = field.child("policies").index(index);
        super::checks::one_of_if_given(
            Some(&policy.type_),
            &["Percent", "Pods"],
            &field.child("type"),
            wrong,
        );
        bounded(policy.value, 1, i32::MAX, &field.child("value"), wrong);
        bounded(policy.period_seconds, 1, PERIOD, &field.child("periodSeconds"), wrong);
    }
    if let Some(given) = &rules.tolerance
        && given.0.parse::<Amount>().is_ok_and(|value| value.signum() < 0)
    {
        let place = field.child("tolerance");
        wrong.push(Violation::invalid(&place, &given.0, "must be greater than or equal to 0"));
    }
}
