//! What a job says about failures and success beyond counting: rules about how pods failed
//! (`podFailurePolicy`), limits for each index (`backoffLimitPerIndex`), and when part of the
//! work is enough (`successPolicy`). Decisions only. Sources: KEP-3329, KEP-3850, KEP-3998.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{index, parse_indexes};
use crate::objects::{ContainerStatus, Job, Pod};

/// How many times a pod's index had failed when the pod was made.
pub const FAILURES: &str = "batch.kubernetes.io/job-index-failure-count";
/// The same for failures that a rule ignores.
pub const IGNORED: &str = "batch.kubernetes.io/job-index-ignored-failure-count";

/// `spec.podFailurePolicy`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct FailurePolicy {
    pub rules: Vec<FailureRule>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FailureRule {
    pub action: String,
    pub on_exit_codes: Option<ExitCodes>,
    pub on_pod_conditions: Vec<PodCondition>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExitCodes {
    pub container_name: Option<String>,
    pub operator: String,
    pub values: Vec<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PodCondition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
}

/// `spec.successPolicy`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SuccessPolicy {
    pub rules: Vec<SuccessRule>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SuccessRule {
    pub succeeded_indexes: Option<String>,
    pub succeeded_count: Option<i64>,
}

/// What a failed pod means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It counts towards the limit.
    Count,
    /// As if it had not been.
    Ignore,
    /// Its index has failed for good.
    FailIndex,
    /// The job has; why.
    FailJob(String),
}

impl ExitCodes {
    fn matches<'a>(&self, statuses: impl Iterator<Item = &'a ContainerStatus>) -> Option<(&'a str, i32)> {
        statuses
            .filter(|status| self.container_name.as_ref().is_none_or(|name| *name == status.name))
            .filter_map(|status| Some((status.name.as_str(), status.state.terminated.as_ref()?.exit_code)))
            // 0 is no failure, whatever the values are.
            .find(|(_, code)| *code != 0 && self.values.contains(code) == (self.operator == "In"))
    }
}

/// What the first rule that fits says of a failed pod; without one it counts.
pub fn judge(job: &Job, pod: &Pod) -> Failure {
    let rules = job.spec.pod_failure_policy.iter().flat_map(|policy| &policy.rules);
    for (at, rule) in rules.enumerate() {
        let name = format!("{}/{}", pod.metadata.namespace, pod.metadata.name);
        let because = if let Some(codes) = &rule.on_exit_codes {
            let statuses = pod.status.init_container_statuses.iter().chain(&pod.status.container_statuses);
            codes.matches(statuses).map(|(container, code)| {
                format!(
                    "Container {container} for pod {name} failed with exit code {code} matching {} rule at index {at}",
                    rule.action
                )
            })
        } else {
            let fits = |wanted: &&PodCondition| {
                let mut all = pod.status.conditions.iter();
                all.any(|condition| condition.kind == wanted.kind && condition.status == wanted.status)
            };
            rule.on_pod_conditions.iter().find(fits).map(|wanted| {
                format!(
                    "Pod {name} has condition {} matching {} rule at index {at}",
                    wanted.kind, rule.action
                )
            })
        };
        let Some(because) = because else { continue };
        return match rule.action.as_str() {
            "FailJob" => Failure::FailJob(because),
            "FailIndex" if job.spec.backoff_limit_per_index.is_some() => Failure::FailIndex,
            "Ignore" => Failure::Ignore,
            _ => Failure::Count,
        };
    }
    Failure::Count
}

fn noted(pod: &Pod, annotation: &str) -> i64 {
    pod.metadata.annotations.get(annotation).and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Failures of one index so far: counted and ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexFailures {
    pub counted: i64,
    pub ignored: i64,
}

/// The failures of each index: what its latest failed pod was told, and that pod itself.
pub fn index_failures(job: &Job, failed: &[&Pod]) -> BTreeMap<i64, IndexFailures> {
    let mut all: BTreeMap<i64, IndexFailures> = BTreeMap::new();
    for pod in failed {
        let Some(index) = index(pod) else { continue };
        let mut here = IndexFailures { counted: noted(pod, FAILURES), ignored: noted(pod, IGNORED) };
        match judge(job, pod) {
            Failure::Ignore => here.ignored += 1,
            _ => here.counted += 1,
        }
        let known = all.entry(index).or_default();
        if here.counted + here.ignored > known.counted + known.ignored {
            *known = here;
        }
    }
    all
}

/// The indexes that have failed for good: those that had before, those over their limit, and
/// those that a rule gives up.
pub fn failed_indexes(job: &Job, failed: &[&Pod], completed: &BTreeSet<i64>) -> BTreeSet<i64> {
    let Some(limit) = job.spec.backoff_limit_per_index else { return BTreeSet::new() };
    let mut all = parse_indexes(job.status.failed_indexes.as_deref().unwrap_or_default());
    all.extend(
        index_failures(job, failed)
            .into_iter()
            .filter(|(_, seen)| seen.counted > limit)
            .map(|(index, _)| index),
    );
    let given_up = failed.iter().filter(|pod| judge(job, pod) == Failure::FailIndex);
    all.extend(given_up.filter_map(|pod| index(pod)));
    all.retain(|index| !completed.contains(index));
    all
}

/// The first rule by which enough has succeeded, in words.
pub fn succeeded(job: &Job, completed: &BTreeSet<i64>) -> Option<String> {
    let rules = &job.spec.success_policy.as_ref()?.rules;
    let at = rules.iter().position(|rule| {
        let wanted = rule.succeeded_indexes.as_deref().map(parse_indexes);
        let done = match &wanted {
            Some(wanted) => wanted.intersection(completed).count(),
            None => completed.len(),
        };
        match (rule.succeeded_count, &wanted) {
            (Some(count), _) => i64::try_from(done).unwrap_or(i64::MAX) >= count,
            (None, Some(wanted)) => done == wanted.len(),
            (None, None) => false,
        }
    })?;
    Some(format!("Matched rules at index {at}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn job(spec: Value) -> Job {
        serde_json::from_value(json!({"metadata": {"name": "j", "namespace": "n"}, "spec": spec}))
            .expect("decodes")
    }

    fn pod(index: i64, code: i32, failures: i64, conditions: Value) -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": "p", "namespace": "n", "annotations": {
                "batch.kubernetes.io/job-completion-index": index.to_string(), FAILURES: failures.to_string()}},
            "status": {"phase": "Failed", "conditions": conditions, "containerStatuses": [
                {"name": "c", "state": {"terminated": {"exitCode": code}}}]}}))
        .expect("decodes")
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let job = job(json!({"backoffLimitPerIndex": 1, "podFailurePolicy": {"rules": [
            {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
            {"action": "FailJob", "onExitCodes": {"containerName": "c", "operator": "In", "values": [42]}},
            {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [43]}},
            {"action": "Count", "onExitCodes": {"operator": "NotIn", "values": [1]}},
        ]}}));
        let disrupted = json!([{"type": "DisruptionTarget", "status": "True"}]);
        assert_eq!(judge(&job, &pod(0, 42, 0, disrupted)), Failure::Ignore);
        assert_eq!(
            judge(&job, &pod(0, 42, 0, json!([]))),
            Failure::FailJob(
                "Container c for pod n/p failed with exit code 42 matching FailJob rule at index 1".into()
            )
        );
        assert_eq!(judge(&job, &pod(0, 43, 0, json!([]))), Failure::FailIndex);
        assert_eq!(judge(&job, &pod(0, 7, 0, json!([]))), Failure::Count);
        assert_eq!(judge(&job, &pod(0, 1, 0, json!([]))), Failure::Count);
    }

    #[test]
    fn indexes_fail_one_by_one() {
        let job = job(json!({"backoffLimitPerIndex": 1, "podFailurePolicy": {"rules": [
            {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [43]}}]}}));
        let pods = [
            pod(0, 1, 0, json!([])),
            pod(1, 1, 0, json!([])),
            pod(1, 1, 1, json!([])),
            pod(2, 43, 0, json!([])),
            pod(3, 1, 5, json!([])),
        ];
        let pods: Vec<&Pod> = pods.iter().collect();
        assert_eq!(index_failures(&job, &pods)[&1], IndexFailures { counted: 2, ignored: 0 });
        assert_eq!(failed_indexes(&job, &pods, &BTreeSet::from([3])), BTreeSet::from([1, 2]));
    }

    #[test]
    fn part_of_the_work_may_be_enough() {
        let job = |rule: Value| job(json!({"successPolicy": {"rules": [rule]}}));
        let done = BTreeSet::from([0, 2, 5]);
        let enough = |rule| succeeded(&job(rule), &done).is_some();
        assert!(enough(json!({"succeededIndexes": "0,2"})));
        assert!(!enough(json!({"succeededIndexes": "0-2"})));
        assert!(enough(json!({"succeededIndexes": "0-2", "succeededCount": 2})));
        assert!(!enough(json!({"succeededIndexes": "0-1", "succeededCount": 2})));
        assert!(enough(json!({"succeededCount": 3})));
        assert_eq!(
            succeeded(&job(json!({"succeededCount": 1})), &done).as_deref(),
            Some("Matched rules at index 0")
        );
    }
}
