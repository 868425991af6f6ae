//! Deployments and their kin: defaults, and the rules that their selectors and templates follow.

use apimachinery::invalid::{Field, Violation};
use apimachinery::labels::Selector;
use k8s_openapi::api::apps::v1::{
    DaemonSet, DaemonSetUpdateStrategy, Deployment, DeploymentStrategy, ReplicaSet, RollingUpdateDaemonSet,
    RollingUpdateDeployment, RollingUpdateStatefulSetStrategy, StatefulSet,
    StatefulSetPersistentVolumeClaimRetentionPolicy, StatefulSetUpdateStrategy,
};
use k8s_openapi::api::batch::v1::{CronJob, Job, JobSpec};
use k8s_openapi::api::core::v1::{PodTemplateSpec, ReplicationController};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::pods::{default_template, validate_template, warnings};
use super::{GENERAL, General, Rules};
use crate::handlers::write::Part;

const COUNTED: General = General { generation: true, ..GENERAL };

fn text(slot: &mut Option<String>, value: &str) {
    if slot.as_deref().unwrap_or_default().is_empty() {
        *slot = Some(value.to_string());
    }
}

fn not_negative(value: Option<i32>, field: &Field, out: &mut Vec<Violation>) {
    if let Some(value) = value.filter(|value| *value < 0) {
        out.push(Violation::invalid_value(field, &value, "must be greater than or equal to 0"));
    }
}

/// A selector must select something, and the template above all.
fn check_selector(
    selector: &LabelSelector,
    template: &PodTemplateSpec,
    field: &Field,
    out: &mut Vec<Violation>,
) {
    let here = field.child("selector");
    let empty = selector.match_labels.as_ref().is_none_or(std::collections::BTreeMap::is_empty)
        && selector.match_expressions.as_ref().is_none_or(Vec::is_empty);
    if empty {
        out.push(Violation::invalid_value(&here, selector, "empty selector is invalid for deployment"));
    }
    match Selector::try_from(selector) {
        Err(error) => out.push(Violation::invalid_value(&here, selector, &error.to_string())),
        Ok(parsed) => {
            let labels = template.metadata.as_ref().and_then(|meta| meta.labels.clone());
            if !empty && !parsed.matches(&labels) {
                out.push(Violation::invalid_value(
                    &field.child("template").child("metadata").child("labels"),
                    &labels.unwrap_or_default(),
                    "`selector` does not match template `labels`",
                ));
            }
        }
    }
}

fn check_template(template: &PodTemplateSpec, policies: &[&str], field: &Field, out: &mut Vec<Violation>) {
    let field = field.child("template");
    validate_template(template, &field, out);
    if let Some(policy) = template.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref())
        && !policies.contains(&policy)
    {
        out.push(Violation::unsupported(&field.child("spec").child("restartPolicy"), policy, policies));
    }
}

fn immutable<T: PartialEq + serde::Serialize>(new: &T, old: &T, field: &Field, out: &mut Vec<Violation>) {
    if new != old {
        out.push(Violation::invalid_value(field, new, "field is immutable"));
    }
}

fn template_warnings(template: &PodTemplateSpec) -> Vec<String> {
    template.spec.as_ref().map(|spec| warnings(spec, "spec.template.spec")).unwrap_or_default()
}

fn percent_or_count(value: &IntOrString) -> Option<i64> {
    match value {
        IntOrString::Int(number) => Some((*number).into()),
        IntOrString::String(text) => text.strip_suffix('%')?.parse().ok(),
    }
}

fn check_amount(value: Option<&IntOrString>, field: &Field, out: &mut Vec<Violation>) {
    let Some(value) = value else { return };
    match percent_or_count(value) {
        None => out.push(Violation::invalid_value(
            field,
            value,
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        )),
        Some(amount) if amount < 0 => {
            out.push(Violation::invalid_value(field, value, "must be greater than or equal to 0"));
        }
        Some(_) => {}
    }
}

/// Deployments.
pub static DEPLOYMENTS: Rules<Deployment> = Rules {
    default: |deployment| {
        let Some(spec) = &mut deployment.spec else { return };
        spec.replicas.get_or_insert(1);
        spec.revision_history_limit.get_or_insert(10);
        spec.progress_deadline_seconds.get_or_insert(600);
        let strategy: &mut DeploymentStrategy = spec.strategy.get_or_insert_default();
        text(&mut strategy.type_, "RollingUpdate");
        if strategy.type_.as_deref() == Some("RollingUpdate") {
            let rolling: &mut RollingUpdateDeployment = strategy.rolling_update.get_or_insert_default();
            rolling.max_surge.get_or_insert(IntOrString::String("25%".into()));
            rolling.max_unavailable.get_or_insert(IntOrString::String("25%".into()));
        }
        default_template(&mut spec.template);
    },
    validate: |deployment, out| {
        let field = Field::root("spec");
        let Some(spec) = &deployment.spec else { return out.push(Violation::required(&field, "")) };
        not_negative(spec.replicas, &field.child("replicas"), out);
        not_negative(spec.min_ready_seconds, &field.child("minReadySeconds"), out);
        not_negative(spec.revision_history_limit, &field.child("revisionHistoryLimit"), out);
        check_selector(&spec.selector, &spec.template, &field, out);
        check_template(&spec.template, &["Always"], &field, out);
        let here = field.child("strategy");
        if let Some(strategy) = &spec.strategy {
            match strategy.type_.as_deref() {
                Some("Recreate") if strategy.rolling_update.is_some() => out.push(Violation::forbidden(
                    &here.child("rollingUpdate"),
                    "may not be specified when strategy `type` is 'Recreate'",
                )),
                Some("Recreate") => {}
                Some("RollingUpdate") => {
                    let rolling = strategy.rolling_update.clone().unwrap_or_default();
                    let here = here.child("rollingUpdate");
                    check_amount(rolling.max_surge.as_ref(), &here.child("maxSurge"), out);
                    check_amount(rolling.max_unavailable.as_ref(), &here.child("maxUnavailable"), out);
                    let zero =
                        |value: &Option<IntOrString>| value.as_ref().and_then(percent_or_count) == Some(0);
                    if zero(&rolling.max_surge) && zero(&rolling.max_unavailable) {
                        out.push(Violation::invalid_value(
                            &here.child("maxUnavailable"),
                            &rolling.max_unavailable,
                            "may not be 0 when `maxSurge` is 0",
                        ));
                    }
                }
                other => out.push(Violation::unsupported(
                    &here.child("type"),
                    other.unwrap_or_default(),
                    &["Recreate", "RollingUpdate"],
                )),
            }
        }
        if let Some(deadline) = spec.progress_deadline_seconds
            && deadline <= spec.min_ready_seconds.unwrap_or(0)
        {
            out.push(Violation::invalid_value(
                &field.child("progressDeadlineSeconds"),
                &deadline,
                "must be greater than minReadySeconds",
            ));
        }
    },
    validate_update: |new, old, part, out| {
        if let (Part::Main, Some(new), Some(old)) = (part, &new.spec, &old.spec) {
            immutable(&new.selector, &old.selector, &Field::root("spec").child("selector"), out);
        }
    },
    warnings: |deployment| {
        deployment.spec.as_ref().map(|s| template_warnings(&s.template)).unwrap_or_default()
    },
    ..Rules::new(COUNTED)
};

/// Replica sets.
pub static REPLICA_SETS: Rules<ReplicaSet> = Rules {
    default: |set| {
        let Some(spec) = &mut set.spec else { return };
        spec.replicas.get_or_insert(1);
        if let Some(template) = &mut spec.template {
            default_template(template);
        }
    },
    prepare_create: |set| {
        set.status = Some(k8s_openapi::api::apps::v1::ReplicaSetStatus::default());
    },
    validate: |set, out| {
        let field = Field::root("spec");
        let Some(spec) = &set.spec else { return out.push(Violation::required(&field, "")) };
        not_negative(spec.replicas, &field.child("replicas"), out);
        not_negative(spec.min_ready_seconds, &field.child("minReadySeconds"), out);
        match &spec.template {
            None => out.push(Violation::required(&field.child("template"), "")),
            Some(template) => {
                check_selector(&spec.selector, template, &field, out);
                check_template(template, &["Always"], &field, out);
            }
        }
    },
    validate_update: |new, old, part, out| {
        if let (Part::Main, Some(new), Some(old)) = (part, &new.spec, &old.spec) {
            immutable(&new.selector, &old.selector, &Field::root("spec").child("selector"), out);
        }
    },
    ..Rules::new(COUNTED)
};

/// Replication controllers.
pub static CONTROLLERS: Rules<ReplicationController> = Rules {
    default: |controller| {
        let labels =
            controller.spec.as_ref().and_then(|s| s.template.as_ref()).and_then(|t| t.metadata.as_ref());
        let labels = labels.and_then(|meta| meta.labels.clone());
        if let Some(labels) = &labels {
            let own = &mut controller.metadata.labels;
            if own.as_ref().is_none_or(std::collections::BTreeMap::is_empty) {
                *own = Some(labels.clone());
            }
        }
        let Some(spec) = &mut controller.spec else { return };
        spec.replicas.get_or_insert(1);
        if spec.selector.as_ref().is_none_or(std::collections::BTreeMap::is_empty) {
            spec.selector = labels;
        }
        if let Some(template) = &mut spec.template {
            default_template(template);
        }
    },
    prepare_create: |controller| {
        controller.status = Some(k8s_openapi::api::core::v1::ReplicationControllerStatus::default());
    },
    validate: |controller, out| {
        let field = Field::root("spec");
        let Some(spec) = &controller.spec else { return out.push(Violation::required(&field, "")) };
        not_negative(spec.replicas, &field.child("replicas"), out);
        let selector = spec.selector.clone().unwrap_or_default();
        if selector.is_empty() {
            out.push(Violation::required(&field.child("selector"), ""));
        }
        match &spec.template {
            None => out.push(Violation::required(&field.child("template"), "")),
            Some(template) => {
                let labels = template.metadata.as_ref().and_then(|meta| meta.labels.clone());
                if !Selector::from_map(&selector).matches(&labels) {
                    out.push(Violation::invalid_value(
                        &field.child("template").child("metadata").child("labels"),
                        &labels.unwrap_or_default(),
                        "`selector` does not match template `labels`",
                    ));
                }
                check_template(template, &["Always"], &field, out);
            }
        }
    },
    orphans: true,
    ..Rules::new(COUNTED)
};

/// Daemon sets.
pub static DAEMON_SETS: Rules<DaemonSet> = Rules {
    default: |set| {
        let Some(spec) = &mut set.spec else { return };
        spec.revision_history_limit.get_or_insert(10);
        let strategy: &mut DaemonSetUpdateStrategy = spec.update_strategy.get_or_insert_default();
        text(&mut strategy.type_, "RollingUpdate");
        if strategy.type_.as_deref() == Some("RollingUpdate") {
            let rolling: &mut RollingUpdateDaemonSet = strategy.rolling_update.get_or_insert_default();
            rolling.max_unavailable.get_or_insert(IntOrString::Int(1));
            rolling.max_surge.get_or_insert(IntOrString::Int(0));
        }
        default_template(&mut spec.template);
    },
    prepare_create: |set| {
        set.status = Some(k8s_openapi::api::apps::v1::DaemonSetStatus::default());
    },
    validate: |set, out| {
        let field = Field::root("spec");
        let Some(spec) = &set.spec else { return out.push(Violation::required(&field, "")) };
        check_selector(&spec.selector, &spec.template, &field, out);
        check_template(&spec.template, &["Always"], &field, out);
        not_negative(spec.min_ready_seconds, &field.child("minReadySeconds"), out);
        if let Some(strategy) = &spec.update_strategy {
            let here = field.child("updateStrategy");
            match strategy.type_.as_deref() {
                Some("OnDelete" | "RollingUpdate") => {}
                other => out.push(Violation::unsupported(
                    &here.child("type"),
                    other.unwrap_or_default(),
                    &["OnDelete", "RollingUpdate"],
                )),
            }
        }
    },
    validate_update: |new, old, part, out| {
        if let (Part::Main, Some(new), Some(old)) = (part, &new.spec, &old.spec) {
            immutable(&new.selector, &old.selector, &Field::root("spec").child("selector"), out);
        }
    },
    warnings: |set| set.spec.as_ref().map(|s| template_warnings(&s.template)).unwrap_or_default(),
    ..Rules::new(COUNTED)
};

/// Stateful sets.
pub static STATEFUL_SETS: Rules<StatefulSet> = Rules {
    default: |set| {
        let Some(spec) = &mut set.spec else { return };
        spec.replicas.get_or_insert(1);
        spec.revision_history_limit.get_or_insert(10);
        text(&mut spec.pod_management_policy, "OrderedReady");
        let strategy: &mut StatefulSetUpdateStrategy = spec.update_strategy.get_or_insert_default();
        text(&mut strategy.type_, "RollingUpdate");
        if strategy.type_.as_deref() == Some("RollingUpdate") {
            let rolling: &mut RollingUpdateStatefulSetStrategy =
                strategy.rolling_update.get_or_insert_default();
            rolling.partition.get_or_insert(0);
        }
        let retention: &mut StatefulSetPersistentVolumeClaimRetentionPolicy =
            spec.persistent_volume_claim_retention_policy.get_or_insert_default();
        text(&mut retention.when_deleted, "Retain");
        text(&mut retention.when_scaled, "Retain");
        default_template(&mut spec.template);
        for claim in spec.volume_claim_templates.iter_mut().flatten() {
            if let Some(spec) = &mut claim.spec {
                text(&mut spec.volume_mode, "Filesystem");
            }
            let status = claim.status.get_or_insert_default();
            text(&mut status.phase, "Pending");
        }
    },
    prepare_create: |set| {
        set.status = Some(k8s_openapi::api::apps::v1::StatefulSetStatus::default());
    },
    validate: |set, out| {
        let field = Field::root("spec");
        let Some(spec) = &set.spec else { return out.push(Violation::required(&field, "")) };
        not_negative(spec.replicas, &field.child("replicas"), out);
        check_selector(&spec.selector, &spec.template, &field, out);
        let mut template = spec.template.clone();
        // The claims become volumes of the pods.
        if let Some(pod) = &mut template.spec {
            for claim in spec.volume_claim_templates.iter().flatten() {
                let name = claim.metadata.name.clone().unwrap_or_default();
                let volumes = pod.volumes.get_or_insert_default();
                if volumes.iter().all(|volume| volume.name != name) {
                    volumes.push(k8s_openapi::api::core::v1::Volume { name, ..Default::default() });
                }
            }
        }
        check_template(&template, &["Always"], &field, out);
        if let Some(policy) = spec.pod_management_policy.as_deref()
            && !matches!(policy, "OrderedReady" | "Parallel")
        {
            let here = field.child("podManagementPolicy");
            out.push(Violation::unsupported(&here, policy, &["OrderedReady", "Parallel"]));
        }
    },
    validate_update: |new, old, part, out| {
        let (Part::Main, Some(new), Some(old)) = (part, &new.spec, &old.spec) else { return };
        let mut same = new.clone();
        same.replicas = old.replicas;
        same.ordinals.clone_from(&old.ordinals);
        same.template.clone_from(&old.template);
        same.update_strategy.clone_from(&old.update_strategy);
        same.revision_history_limit = old.revision_history_limit;
        same.persistent_volume_claim_retention_policy
            .clone_from(&old.persistent_volume_claim_retention_policy);
        same.min_ready_seconds = old.min_ready_seconds;
        if same != *old {
            out.push(Violation::forbidden(
                &Field::root("spec"),
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
            ));
        }
    },
    ..Rules::new(COUNTED)
};

const UID_LABEL: &str = "batch.kubernetes.io/controller-uid";
const NAME_LABEL: &str = "batch.kubernetes.io/job-name";

fn default_job(spec: &mut JobSpec) {
    if spec.completions.is_none() && spec.parallelism.is_none() {
        spec.completions = Some(1);
    }
    spec.parallelism.get_or_insert(1);
    if spec.backoff_limit.is_none() {
        spec.backoff_limit = Some(if spec.backoff_limit_per_index.is_some() { i32::MAX } else { 6 });
    }
    text(&mut spec.completion_mode, "NonIndexed");
    spec.suspend.get_or_insert(false);
    if spec.pod_replacement_policy.is_none() {
        let policy = if spec.pod_failure_policy.is_some() { "Failed" } else { "TerminatingOrFailed" };
        spec.pod_replacement_policy = Some(policy.into());
    }
    default_template(&mut spec.template);
}

/// A job selects its own pods by a label that no other job's pods have.
fn own_pods(job: &mut Job) {
    let uid = job.metadata.uid.clone().unwrap_or_default();
    let name = job.metadata.name.clone().unwrap_or_default();
    let Some(spec) = &mut job.spec else { return };
    if spec.manual_selector == Some(true) {
        return;
    }
    let labels = spec.template.metadata.get_or_insert_default().labels.get_or_insert_default();
    for (key, value) in
        [(UID_LABEL, &uid), ("controller-uid", &uid), (NAME_LABEL, &name), ("job-name", &name)]
    {
        labels.insert(key.to_string(), value.clone());
    }
    let selector: &mut LabelSelector = spec.selector.get_or_insert_default();
    selector.match_labels.get_or_insert_default().insert(UID_LABEL.to_string(), uid);
}

fn check_job(spec: &JobSpec, field: &Field, out: &mut Vec<Violation>) {
    for (name, value) in [
        ("parallelism", spec.parallelism),
        ("completions", spec.completions),
        ("backoffLimit", spec.backoff_limit),
        ("ttlSecondsAfterFinished", spec.ttl_seconds_after_finished),
    ] {
        not_negative(value, &field.child(name), out);
    }
    if let Some(seconds) = spec.active_deadline_seconds.filter(|seconds| *seconds < 0) {
        out.push(Violation::invalid_value(
            &field.child("activeDeadlineSeconds"),
            &seconds,
            "must be greater than or equal to 0",
        ));
    }
    match spec.completion_mode.as_deref() {
        None | Some("NonIndexed") => {}
        Some("Indexed") => {
            if spec.completions.is_none() {
                out.push(Violation::required(&field.child("completions"), "when completion mode is Indexed"));
            }
        }
        Some(other) => {
            out.push(Violation::unsupported(
                &field.child("completionMode"),
                other,
                &["Indexed", "NonIndexed"],
            ));
        }
    }
    check_template(&spec.template, &["OnFailure", "Never"], field, out);
}

/// Jobs.
pub static JOBS: Rules<Job> = Rules {
    default: |job| {
        let labels =
            job.spec.as_ref().and_then(|s| s.template.metadata.as_ref()).and_then(|m| m.labels.clone());
        if job.metadata.labels.as_ref().is_none_or(std::collections::BTreeMap::is_empty) && labels.is_some() {
            job.metadata.labels = labels;
        }
        if let Some(spec) = &mut job.spec {
            default_job(spec);
        }
    },
    prepare_create: own_pods,
    validate: |job, out| {
        let field = Field::root("spec");
        match &job.spec {
            None => out.push(Violation::required(&field, "")),
            Some(spec) => {
                check_job(spec, &field, out);
                match &spec.selector {
                    None => out.push(Violation::required(&field.child("selector"), "")),
                    Some(selector) => check_selector(selector, &spec.template, &field, out),
                }
            }
        }
    },
    validate_update: |new, old, part, out| {
        let (Part::Main, Some(new), Some(old)) = (part, &new.spec, &old.spec) else { return };
        let field = Field::root("spec");
        immutable(&new.selector, &old.selector, &field.child("selector"), out);
        immutable(&new.completion_mode, &old.completion_mode, &field.child("completionMode"), out);
        // A job that waits may still be steered.
        if old.suspend != Some(true) && new.suspend != Some(true) {
            immutable(&new.template, &old.template, &field.child("template"), out);
        }
        if new.completions != old.completions && new.completion_mode.as_deref() != Some("Indexed") {
            out.push(Violation::invalid_value(
                &field.child("completions"),
                &new.completions,
                "field is immutable",
            ));
        }
    },
    warnings: |job| job.spec.as_ref().map(|s| template_warnings(&s.template)).unwrap_or_default(),
    orphans: true,
    ..Rules::new(COUNTED)
};

/// Cron jobs.
pub static CRON_JOBS: Rules<CronJob> = Rules {
    default: |job| {
        let spec = &mut job.spec;
        text(&mut spec.concurrency_policy, "Allow");
        spec.suspend.get_or_insert(false);
        spec.successful_jobs_history_limit.get_or_insert(3);
        spec.failed_jobs_history_limit.get_or_insert(1);
        if let Some(job) = &mut spec.job_template.spec {
            default_template(&mut job.template);
        }
    },
    validate: |job, out| {
        let field = Field::root("spec");
        let spec = &job.spec;
        if spec.schedule.is_empty() {
            out.push(Violation::required(&field.child("schedule"), ""));
        } else if !spec.schedule.starts_with('@') && spec.schedule.split_whitespace().count() != 5 {
            let found = spec.schedule.split_whitespace().count();
            let why = format!("expected exactly 5 fields, found {found}: [{}]", spec.schedule);
            out.push(Violation::invalid(&field.child("schedule"), &spec.schedule, &why));
        }
        if let Some(policy) = spec.concurrency_policy.as_deref()
            && !matches!(policy, "Allow" | "Forbid" | "Replace")
        {
            let here = field.child("concurrencyPolicy");
            out.push(Violation::unsupported(&here, policy, &["Allow", "Forbid", "Replace"]));
        }
        not_negative(spec.successful_jobs_history_limit, &field.child("successfulJobsHistoryLimit"), out);
        not_negative(spec.failed_jobs_history_limit, &field.child("failedJobsHistoryLimit"), out);
        match &spec.job_template.spec {
            None => out.push(Violation::required(&field.child("jobTemplate").child("spec"), "")),
            Some(job) => check_job(job, &field.child("jobTemplate").child("spec"), out),
        }
        if job.metadata.name.as_deref().is_some_and(|name| name.len() > 52) {
            out.push(Violation::invalid(
                &Field::root("metadata").child("name"),
                job.metadata.name.as_deref().unwrap_or_default(),
                "must be no more than 52 characters",
            ));
        }
    },
    ..Rules::new(COUNTED)
};
