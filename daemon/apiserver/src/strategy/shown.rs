//! Values as upstream shows them when it refuses them: with the fields of its own types, which have their
//! Go names and are all there.

use k8s_openapi::api::apps::v1::{DaemonSetUpdateStrategy, DeploymentStrategy, StatefulSetUpdateStrategy};
use k8s_openapi::api::batch::v1::{PodFailurePolicy, SuccessPolicy, UncountedTerminatedPods};
use k8s_openapi::api::core::v1::Toleration;
use k8s_openapi::api::policy::v1::PodDisruptionBudgetSpec;
use k8s_openapi::api::rbac::v1::RoleRef;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;
use std::collections::BTreeMap;

/// A selector; it is one of the few types that have JSON names there, too.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Selector<'a> {
    #[serde(skip_serializing_if = "is_empty_map")]
    match_labels: Option<&'a BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "is_empty_list")]
    match_expressions: Option<&'a [LabelSelectorRequirement]>,
}

fn is_empty_map(map: &Option<&BTreeMap<String, String>>) -> bool {
    map.is_none_or(BTreeMap::is_empty)
}

fn is_empty_list(list: &Option<&[LabelSelectorRequirement]>) -> bool {
    list.is_none_or(<[_]>::is_empty)
}

/// The selector.
pub fn selector(given: &LabelSelector) -> Selector<'_> {
    Selector {
        match_labels: given.match_labels.as_ref(),
        match_expressions: given.match_expressions.as_deref(),
    }
}

/// How the pods of a workload are replaced.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Strategy<R> {
    #[serde(rename = "Type")]
    kind: String,
    rolling_update: Option<R>,
}

/// How many pods may be missing or more than wanted meanwhile.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rolling {
    max_unavailable: IntOrString,
    max_surge: IntOrString,
}

/// Which pods are replaced, and how many may be missing meanwhile.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Partitioned {
    partition: i32,
    max_unavailable: Option<IntOrString>,
}

fn amount(given: Option<&IntOrString>) -> IntOrString {
    given.cloned().unwrap_or(IntOrString::Int(0))
}

/// A deployment's.
pub fn of_deployment(given: &DeploymentStrategy) -> Strategy<Rolling> {
    let rolling_update = given.rolling_update.as_ref().map(|rolling| Rolling {
        max_unavailable: amount(rolling.max_unavailable.as_ref()),
        max_surge: amount(rolling.max_surge.as_ref()),
    });
    Strategy { kind: given.type_.clone().unwrap_or_default(), rolling_update }
}

/// A daemon set's.
pub fn of_daemons(given: &DaemonSetUpdateStrategy) -> Strategy<Rolling> {
    let rolling_update = given.rolling_update.as_ref().map(|rolling| Rolling {
        max_unavailable: amount(rolling.max_unavailable.as_ref()),
        max_surge: amount(rolling.max_surge.as_ref()),
    });
    Strategy { kind: given.type_.clone().unwrap_or_default(), rolling_update }
}

/// A stateful set's.
pub fn of_stateful(given: &StatefulSetUpdateStrategy) -> Strategy<Partitioned> {
    Strategy { kind: given.type_.clone().unwrap_or_default(), rolling_update: partitioned(given) }
}

/// What a stateful set's strategy holds.
pub fn partitioned(given: &StatefulSetUpdateStrategy) -> Option<Partitioned> {
    let rolling = given.rolling_update.as_ref()?;
    Some(Partitioned {
        partition: rolling.partition.unwrap_or(0),
        max_unavailable: rolling.max_unavailable.clone(),
    })
}

/// What a disruption budget wants.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Budget<'a> {
    min_available: Option<&'a IntOrString>,
    selector: Option<Selector<'a>>,
    max_unavailable: Option<&'a IntOrString>,
    unhealthy_pod_eviction_policy: Option<&'a str>,
}

/// The budget.
pub fn budget(given: &PodDisruptionBudgetSpec) -> Budget<'_> {
    Budget {
        min_available: given.min_available.as_ref(),
        selector: given.selector.as_ref().map(selector),
        max_unavailable: given.max_unavailable.as_ref(),
        unhealthy_pod_eviction_policy: given.unhealthy_pod_eviction_policy.as_deref(),
    }
}

/// The role that a binding grants.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role<'a> {
    #[serde(rename = "APIGroup")]
    group: &'a str,
    kind: &'a str,
    name: &'a str,
}

/// The role.
pub fn role(given: &RoleRef) -> Role<'_> {
    Role { group: given.api_group.as_deref().unwrap_or_default(), kind: &given.kind, name: &given.name }
}

/// A taint that is tolerated.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tolerated<'a> {
    key: &'a str,
    operator: &'a str,
    value: &'a str,
    effect: &'a str,
    toleration_seconds: Option<i64>,
}

/// The toleration.
pub fn toleration(given: &Toleration) -> Tolerated<'_> {
    fn of(text: &Option<String>) -> &str {
        text.as_deref().unwrap_or_default()
    }
    Tolerated {
        key: of(&given.key),
        operator: of(&given.operator),
        value: of(&given.value),
        effect: of(&given.effect),
        toleration_seconds: given.toleration_seconds,
    }
}

/// The rules of a policy.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy<R> {
    rules: Vec<R>,
}

/// When a job has succeeded.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Success<'a> {
    succeeded_indexes: Option<&'a str>,
    succeeded_count: Option<i32>,
}

/// When a job has succeeded.
pub fn successes(given: &SuccessPolicy) -> Policy<Success<'_>> {
    let rules = given.rules.iter().map(|rule| Success {
        succeeded_indexes: rule.succeeded_indexes.as_deref(),
        succeeded_count: rule.succeeded_count,
    });
    Policy { rules: rules.collect() }
}

/// What follows from a failed pod.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Failure<'a> {
    action: &'a str,
    on_exit_codes: Option<Codes<'a>>,
    on_pod_conditions: Option<Vec<Pattern<'a>>>,
}

/// Exit codes that a rule is about.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Codes<'a> {
    container_name: Option<&'a str>,
    operator: &'a str,
    values: &'a [i32],
}

/// Conditions that a rule is about.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Pattern<'a> {
    #[serde(rename = "Type")]
    kind: &'a str,
    status: &'a str,
}

/// What follows from failed pods.
pub fn failures(given: &PodFailurePolicy) -> Policy<Failure<'_>> {
    let rules = given.rules.iter().map(|rule| Failure {
        action: &rule.action,
        on_exit_codes: rule.on_exit_codes.as_ref().map(|codes| Codes {
            container_name: codes.container_name.as_deref(),
            operator: &codes.operator,
            values: &codes.values,
        }),
        on_pod_conditions: rule.on_pod_conditions.as_ref().map(|all| {
            let all = all.iter();
            all.map(|one| Pattern { kind: &one.type_, status: one.status.as_deref().unwrap_or_default() })
                .collect()
        }),
    });
    Policy { rules: rules.collect() }
}

/// Pods that have ended and are not counted yet.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Uncounted<'a> {
    succeeded: Option<&'a [String]>,
    failed: Option<&'a [String]>,
}

/// The pods.
pub fn uncounted(given: &UncountedTerminatedPods) -> Uncounted<'_> {
    Uncounted { succeeded: given.succeeded.as_deref(), failed: given.failed.as_deref() }
}
