//! Jobs and cron jobs: defaults, the labels by which a job knows its pods, and what makes sense.

mod indexes;
mod status;

use apimachinery::invalid::{Field, Violation};
use apimachinery::labels::Selector;
use apimachinery::names;
use k8s_openapi::api::batch::v1::{
    CronJob, Job, JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule,
    SuccessPolicy,
};
use k8s_openapi::api::core::v1::{Affinity, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};

use super::checks::{
    domain_prefixed, immutable, is_readable, label_selector, not_negative, one_of, one_of_if_given, text,
};
use super::pods::{validate_template, warnings};
use super::workloads::COUNTED;
use super::{Rules, cron, pods, shown};
use crate::handlers::write::Part;

const UID_LABEL: &str = "batch.kubernetes.io/controller-uid";
const NAME_LABEL: &str = "batch.kubernetes.io/job-name";
/// The most pods of an indexed job at a time, and the most indexes that may fail.
const INDEXED: i32 = 100_000;
/// The same where an indexed job has more indexes than that.
const MANY: i32 = 10_000;
/// The most rules of a policy, and the most patterns of a rule.
const RULES: usize = 20;
/// The longest list of indexes that have to succeed, in bytes.
const INDEX_BYTES: usize = 64 << 10;
/// The most exit codes of a rule.
const CODES: usize = 255;
/// The longest name of a cron job: its jobs' names have eleven characters more.
const CRON_NAME: usize = 52;
/// The longest name of another controller.
const MANAGER: usize = 63;
const IMMUTABLE: &str = "field is immutable";

fn default_job(spec: &mut JobSpec) {
    if spec.completions.is_none() && spec.parallelism.is_none() {
        spec.completions = Some(1);
    }
    spec.parallelism.get_or_insert(1);
    if spec.backoff_limit.is_none() {
        spec.backoff_limit = Some(if spec.backoff_limit_per_index.is_some() { i32::MAX } else { 6 });
    }
    spec.completion_mode.get_or_insert_with(|| "NonIndexed".into());
    spec.suspend.get_or_insert(false);
    if spec.pod_replacement_policy.is_none() {
        let policy = if spec.pod_failure_policy.is_some() { "Failed" } else { "TerminatingOrFailed" };
        spec.pod_replacement_policy = Some(policy.into());
    }
    spec.manual_selector.get_or_insert(false);
    default_patterns(spec);
    pods::default_template(&mut spec.template);
}

fn default_patterns(spec: &mut JobSpec) {
    for rule in spec.pod_failure_policy.iter_mut().flat_map(|policy| &mut policy.rules) {
        for pattern in rule.on_pod_conditions.iter_mut().flatten() {
            text(&mut pattern.status, "True");
        }
    }
}

/// A job selects its own pods by a label that no other job's pods have.
fn own_pods(job: &mut Job) {
    let uid = job.metadata.uid.clone().unwrap_or_default();
    let name = job.metadata.name.clone().unwrap_or_default();
    let Some(spec) = &mut job.spec else { return };
    if spec.manual_selector == Some(true) {
        return;
    }
    // What the client has set is left to be judged.
    let labels = spec.template.metadata.get_or_insert_default().labels.get_or_insert_default();
    for (key, value) in
        [(UID_LABEL, &uid), ("controller-uid", &uid), (NAME_LABEL, &name), ("job-name", &name)]
    {
        labels.entry(key.to_string()).or_insert_with(|| value.clone());
    }
    let selector: &mut LabelSelector = spec.selector.get_or_insert_default();
    selector.match_labels.get_or_insert_default().entry(UID_LABEL.to_string()).or_insert(uid);
}

fn is_indexed(spec: &JobSpec) -> bool {
    spec.completion_mode.as_deref() == Some("Indexed")
}

fn check_job(spec: &JobSpec, field: &Field, wrong: &mut Vec<Violation>) {
    for (name, value) in [
        ("parallelism", spec.parallelism),
        ("completions", spec.completions),
        ("backoffLimit", spec.backoff_limit),
        ("ttlSecondsAfterFinished", spec.ttl_seconds_after_finished),
        ("backoffLimitPerIndex", spec.backoff_limit_per_index),
        ("maxFailedIndexes", spec.max_failed_indexes),
    ] {
        not_negative(value, &field.child(name), wrong);
    }
    not_negative(spec.active_deadline_seconds, &field.child("activeDeadlineSeconds"), wrong);
    if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
        let why = "when maxFailedIndexes is specified";
        wrong.push(Violation::required(&field.child("backoffLimitPerIndex"), why));
    }
    if let Some(manager) = &spec.managed_by {
        let place = field.child("managedBy");
        domain_prefixed(manager, &place, wrong);
        if manager.len() > MANAGER {
            wrong.push(Violation::too_long(&place, MANAGER));
        }
    }
    let modes = ["NonIndexed", "Indexed"];
    one_of_if_given(spec.completion_mode.as_deref(), &modes, &field.child("completionMode"), wrong);
    if is_indexed(spec) {
        indexes(spec, field, wrong);
    } else {
        for (name, value) in [
            ("backoffLimitPerIndex", spec.backoff_limit_per_index),
            ("maxFailedIndexes", spec.max_failed_indexes),
        ] {
            if let Some(value) = value {
                let why = "requires indexed completion mode";
                wrong.push(Violation::invalid_value(&field.child(name), &value, why));
            }
        }
    }
    if let Some(policy) = &spec.pod_failure_policy {
        failures(policy, spec, &field.child("podFailurePolicy"), wrong);
    }
    if let Some(policy) = &spec.success_policy {
        successes(policy, spec, &field.child("successPolicy"), wrong);
    }
    let policies: &[&str] =
        if spec.pod_failure_policy.is_some() { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] };
    let place = field.child("podReplacementPolicy");
    one_of_if_given(spec.pod_replacement_policy.as_deref(), policies, &place, wrong);
    validate_template(&spec.template, &field.child("template"), wrong);
    let place = field.child("template").child("spec").child("restartPolicy");
    let allowed = ["OnFailure", "Never"];
    match spec.template.spec.as_ref().and_then(|pod| pod.restart_policy.as_deref()).unwrap_or_default() {
        // `Always` is what stands there when nothing was said.
        "" | "Always" => {
            wrong.push(Violation::required(&place, "valid values: \"OnFailure\", \"Never\""));
        }
        policy if !allowed.contains(&policy) => {
            wrong.push(Violation::unsupported(&place, policy, &allowed));
        }
        policy if policy != "Never" && spec.pod_failure_policy.is_some() => {
            let why = "only \"Never\" is supported when podFailurePolicy is specified";
            wrong.push(Violation::invalid(&place, policy, why));
        }
        _ => {}
    }
}

/// What an indexed job may ask for: its status notes indexes, and has to stay small.
fn indexes(spec: &JobSpec, field: &Field, wrong: &mut Vec<Violation>) {
    if spec.completions.is_none() {
        wrong.push(Violation::required(&field.child("completions"), "when completion mode is Indexed"));
    }
    let bounded = |name: &str, value: Option<i32>, most: i32, why: &str, wrong: &mut Vec<Violation>| {
        if let Some(value) = value.filter(|value| *value > most) {
            wrong.push(Violation::invalid_value(&field.child(name), &value, why));
        }
    };
    let why = format!("must be less than or equal to {INDEXED} when completion mode is Indexed");
    bounded("parallelism", spec.parallelism, INDEXED, &why, wrong);
    let completions = spec.completions.unwrap_or(i32::MAX);
    let why = "must be less than or equal to completions";
    bounded("maxFailedIndexes", spec.max_failed_indexes, completions, why, wrong);
    let why = format!("must be less than or equal to {INDEXED}");
    bounded("maxFailedIndexes", spec.max_failed_indexes, INDEXED, &why, wrong);
    let many = spec.completions.is_some_and(|completions| completions > INDEXED);
    if many && spec.backoff_limit_per_index.is_some() {
        let why = format!(
            "must be less than or equal to {MANY} when completions are above {INDEXED} and used with backoff limit per index"
        );
        if spec.max_failed_indexes.is_none() {
            let why = format!("must be specified when completions is above {INDEXED}");
            wrong.push(Violation::required(&field.child("maxFailedIndexes"), &why));
        }
        bounded("parallelism", spec.parallelism, MANY, &why, wrong);
        bounded("maxFailedIndexes", spec.max_failed_indexes, MANY, &why, wrong);
    }
}

fn failures(policy: &PodFailurePolicy, spec: &JobSpec, field: &Field, wrong: &mut Vec<Violation>) {
    let field = field.child("rules");
    if policy.rules.len() > RULES {
        wrong.push(Violation::too_many(&field, policy.rules.len(), RULES));
    }
    for (index, rule) in policy.rules.iter().enumerate() {
        failure(rule, spec, &field.index(index), wrong);
    }
}

fn failure(rule: &PodFailurePolicyRule, spec: &JobSpec, field: &Field, wrong: &mut Vec<Violation>) {
    let actions = ["Count", "FailIndex", "FailJob", "Ignore"];
    let place = field.child("action");
    if rule.action == "FailIndex" && spec.backoff_limit_per_index.is_none() {
        wrong.push(Violation::invalid(&place, &rule.action, "requires the backoffLimitPerIndex to be set"));
    } else {
        listed(&rule.action, &actions, &place, wrong);
    }
    if let Some(codes) = &rule.on_exit_codes {
        exit_codes(codes, &spec.template, &field.child("onExitCodes"), wrong);
    }
    let patterns = rule.on_pod_conditions.as_deref().unwrap_or_default();
    let place = field.child("onPodConditions");
    if patterns.len() > RULES {
        wrong.push(Violation::too_many(&place, patterns.len(), RULES));
    }
    for (index, pattern) in patterns.iter().enumerate() {
        let place = place.index(index);
        super::checks::named(names::qualified_name, &pattern.type_, &place.child("type"), wrong);
        let status = pattern.status.as_deref().unwrap_or_default();
        listed(status, &["False", "True", "Unknown"], &place.child("status"), wrong);
    }
    match (&rule.on_exit_codes, patterns.is_empty()) {
        (Some(_), false) => {
            let why = "specifying both OnExitCodes and OnPodConditions is not supported";
            wrong.push(Violation::unfit(field, why));
        }
        (None, true) => {
            let why = "specifying one of OnExitCodes and OnPodConditions is required";
            wrong.push(Violation::unfit(field, why));
        }
        _ => {}
    }
}

/// The text must be one of `allowed`, which are named where it is missing.
fn listed(value: &str, allowed: &[&str], field: &Field, wrong: &mut Vec<Violation>) {
    if value.is_empty() {
        let quoted: Vec<String> = allowed.iter().map(|one| format!("{one:?}")).collect();
        wrong.push(Violation::required(field, &format!("valid values: [{}]", quoted.join(" "))));
    } else if !allowed.contains(&value) {
        wrong.push(Violation::unsupported(field, value, allowed));
    }
}

fn exit_codes(
    codes: &PodFailurePolicyOnExitCodesRequirement,
    template: &PodTemplateSpec,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    listed(&codes.operator, &["In", "NotIn"], &field.child("operator"), wrong);
    if let Some(name) = codes.container_name.as_ref().filter(|name| !has_container(template, name)) {
        let why = "must be one of the container or initContainer names in the pod template";
        wrong.push(Violation::invalid(&field.child("containerName"), name, why));
    }
    let field = field.child("values");
    if codes.values.is_empty() {
        wrong.push(Violation::invalid_value(&field, &codes.values, "at least one value is required"));
    } else if codes.values.len() > CODES {
        wrong.push(Violation::too_many(&field, codes.values.len(), CODES));
    }
    for (index, code) in codes.values.iter().enumerate() {
        if codes.operator == "In" && *code == 0 {
            let why = "must not be 0 for the In operator";
            wrong.push(Violation::invalid_value(&field.index(index), code, why));
        }
        if codes.values[..index].contains(code) {
            wrong.push(Violation::duplicate_value(&field.index(index), code));
        }
    }
    if !codes.values.is_sorted() {
        wrong.push(Violation::invalid_value(&field, &codes.values, "must be ordered"));
    }
}

fn has_container(template: &PodTemplateSpec, name: &str) -> bool {
    template.spec.as_ref().is_some_and(|pod| {
        pod.containers.iter().chain(pod.init_containers.iter().flatten()).any(|one| one.name == name)
    })
}

fn successes(policy: &SuccessPolicy, spec: &JobSpec, field: &Field, wrong: &mut Vec<Violation>) {
    if !is_indexed(spec) {
        let why = "requires indexed completion mode";
        return wrong.push(Violation::invalid_value(field, &shown::successes(policy), why));
    }
    let field = field.child("rules");
    if policy.rules.is_empty() {
        let why = "at least one rules must be specified when the successPolicy is specified";
        wrong.push(Violation::required(&field, why));
    }
    if policy.rules.len() > RULES {
        wrong.push(Violation::too_many(&field, policy.rules.len(), RULES));
    }
    let completions = spec.completions.unwrap_or(0);
    for (index, rule) in policy.rules.iter().enumerate() {
        let field = field.index(index);
        if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
            let why = "at least one of succeededCount or succeededIndexes must be specified";
            wrong.push(Violation::required(&field, why));
        }
        let mut total = None;
        if let Some(text) = &rule.succeeded_indexes {
            let place = field.child("succeededIndexes");
            if text.len() > INDEX_BYTES {
                wrong.push(Violation::too_long(&place, INDEX_BYTES));
            }
            total = Some(indexes::count(text, completions).unwrap_or_else(|why| {
                let why = format!("error parsing succeededIndexes: {why}");
                wrong.push(Violation::invalid(&place, text, &why));
                0
            }));
        }
        if let Some(count) = rule.succeeded_count {
            let place = field.child("succeededCount");
            not_negative(Some(count), &place, wrong);
            if count > completions {
                let why = format!(
                    "must be less than or equal to {completions} (the number of specified completions)"
                );
                wrong.push(Violation::invalid_value(&place, &count, &why));
            }
            if let Some(total) = total.filter(|total| count > *total) {
                let why = format!(
                    "must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
                );
                wrong.push(Violation::invalid_value(&place, &count, &why));
            }
        }
    }
}

/// The labels that a job's pods get, and nobody else's. Jobs of old have only those without a prefix.
fn generated(job: &Job, prefixed: bool, wrong: &mut Vec<Violation>) {
    let Some(spec) = job.spec.as_ref().filter(|spec| spec.manual_selector != Some(true)) else { return };
    let Some(selector) = &spec.selector else { return };
    let (uid, name) = (job.metadata.uid.as_deref(), job.metadata.name.as_deref());
    let uid = uid.unwrap_or_default();
    if uid.is_empty() {
        wrong.push(Violation::required(&Field::root("metadata").child("uid"), ""));
    }
    let name = name.unwrap_or_default();
    let own = [("controller-uid", uid), ("job-name", name), (UID_LABEL, uid), (NAME_LABEL, name)];
    let own = if prefixed { &own[..] } else { &own[..2] };
    let labels = spec.template.metadata.as_ref().and_then(|meta| meta.labels.clone()).unwrap_or_default();
    for (key, value) in own.iter().copied() {
        let place = Field::root("spec").child("template").child("metadata").child("labels").key(key);
        let why = format!("must be '{value}'");
        match labels.get(key) {
            None => wrong.push(Violation::required(&place, &why)),
            Some(found) if found != value => wrong.push(Violation::invalid_value(&place, &labels, &why)),
            Some(_) => {}
        }
    }
    let expected: std::collections::BTreeMap<String, String> =
        own.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string())).collect();
    if Selector::try_from(selector).is_ok_and(|selector| !selector.matches(&expected)) {
        let place = Field::root("spec").child("selector");
        let why = "`selector` not auto-generated";
        wrong.push(Violation::invalid_value(&place, &shown::selector(selector), why));
    }
}

/// Jobs.
pub static JOBS: Rules<Job> = Rules {
    default: |job| {
        let labels =
            job.spec.as_ref().and_then(|s| s.template.metadata.as_ref()).and_then(|m| m.labels.clone());
        if job.metadata.labels.as_ref().is_none_or(std::collections::BTreeMap::is_empty) && labels.is_some() {
            job.metadata.labels = labels;
        }
        default_job(job.spec.get_or_insert_default());
    },
    prepare_create: own_pods,
    validate: |job, wrong| {
        let field = Field::root("spec");
        let Some(spec) = &job.spec else { return wrong.push(Violation::required(&field, "")) };
        check_job(spec, &field, wrong);
        let place = field.child("selector");
        let labels = spec.template.metadata.as_ref().and_then(|meta| meta.labels.clone());
        let matches = match &spec.selector {
            None => {
                wrong.push(Violation::required(&place, ""));
                false
            }
            Some(selector) => {
                label_selector(selector, &place, wrong);
                let misses = |selector: Selector| !selector.matches(&labels);
                !(is_readable(selector) && Selector::try_from(selector).is_ok_and(misses))
            }
        };
        if !matches {
            let place = field.child("template").child("metadata").child("labels");
            let why = "`selector` does not match template `labels`";
            wrong.push(Violation::invalid_value(&place, &labels, why));
        }
        // Each pod's host name has its index behind the job's name.
        if let (true, Some(last), Some(name)) = (is_indexed(spec), spec.completions, &job.metadata.name)
            && last > 0
        {
            let pod = format!("{name}-{}", last - 1);
            if names::dns_label(&pod).is_err() {
                let why = format!("will not able to create pod with invalid DNS label: {pod}");
                wrong.push(Violation::invalid(&Field::root("metadata").child("name"), name, &why));
            }
        }
    },
    validate_create: |job, wrong| generated(job, true, wrong),
    validate_update: |new, old, part, wrong| {
        if part == Part::Status {
            return status::check(new, old, wrong);
        }
        let (Part::Main, Some(spec), Some(before)) = (part, &new.spec, &old.spec) else { return };
        let labels = before.template.metadata.as_ref().and_then(|meta| meta.labels.as_ref());
        let has = |label: &str| labels.is_some_and(|labels| labels.contains_key(label));
        generated(new, has(UID_LABEL) && has(NAME_LABEL), wrong);
        let field = Field::root("spec");
        completions(spec, before, &field, wrong);
        if spec.selector != before.selector {
            let shown = spec.selector.as_ref().map(shown::selector);
            wrong.push(Violation::invalid_value(&field.child("selector"), &shown, IMMUTABLE));
        }
        let place = field.child("template");
        if is_steered(old) {
            let (mut pod, wanted) = (before.template.spec.clone(), &spec.template.spec);
            if let (Some(pod), Some(wanted)) = (&mut pod, wanted) {
                steer(pod, wanted);
            }
            immutable(wanted, &pod, &place.child("spec"), wrong);
        } else {
            immutable(&spec.template, &before.template, &place, wrong);
        }
        immutable(&spec.completion_mode, &before.completion_mode, &field.child("completionMode"), wrong);
        if spec.pod_failure_policy != before.pod_failure_policy {
            let shown = spec.pod_failure_policy.as_ref().map(shown::failures);
            wrong.push(Violation::invalid_value(&field.child("podFailurePolicy"), &shown, IMMUTABLE));
        }
        let place = field.child("backoffLimitPerIndex");
        immutable(&spec.backoff_limit_per_index, &before.backoff_limit_per_index, &place, wrong);
        immutable(&spec.managed_by, &before.managed_by, &field.child("managedBy"), wrong);
        if spec.success_policy != before.success_policy {
            let shown = spec.success_policy.as_ref().map(shown::successes);
            wrong.push(Violation::invalid_value(&field.child("successPolicy"), &shown, IMMUTABLE));
        }
    },
    warnings: |job, old| {
        let Some(spec) = &job.spec else { return Vec::new() };
        told(&job.metadata, spec, &Field::root("spec"), old.map(|old| &old.metadata))
    },
    orphans: true,
    ..Rules::new(COUNTED)
};

/// What the client should know about what makes the pods of jobs.
fn told(meta: &ObjectMeta, spec: &JobSpec, field: &Field, old: Option<&ObjectMeta>) -> Vec<String> {
    if old.is_some_and(|old| old.generation == meta.generation) {
        return Vec::new();
    }
    let mut found: Vec<String> = match old {
        None => warnings::of_name(meta).into_iter().collect(),
        Some(_) => Vec::new(),
    };
    let many = |value: Option<i32>, most: i32| value.unwrap_or(0) > most;
    if is_indexed(spec) && many(spec.completions, INDEXED) && many(spec.parallelism, MANY) {
        found.push(format!(
            "{field}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        ));
    }
    found.extend(warnings::of_template(&spec.template, &field.child("template")));
    found
}

/// Whether a job waits, with no pods at work: then where its pods go may still be changed.
fn is_steered(old: &Job) -> bool {
    let status = old.status.clone().unwrap_or_default();
    let waits = old.spec.as_ref().is_some_and(|spec| spec.suspend == Some(true));
    let told = status.conditions.iter().flatten().any(|one| one.type_ == "Suspended" && one.status == "True");
    waits && status.active.unwrap_or(0) == 0 && (status.start_time.is_none() || told)
}

/// The number of completions stays; that of an indexed job may follow its parallelism.
fn completions(new: &JobSpec, old: &JobSpec, field: &Field, wrong: &mut Vec<Violation>) {
    if new.completions == old.completions {
        return;
    }
    let place = field.child("completions");
    if !is_indexed(new) {
        wrong.push(Violation::invalid_value(&place, &new.completions, "field is immutable"));
    } else if new.completions.is_some() && new.completions != new.parallelism {
        let why = "can only be modified in tandem with spec.parallelism";
        wrong.push(Violation::invalid_value(&place, &new.completions, why));
    }
}

/// Takes over what decides where pods may go, and what they need.
fn steer(pod: &mut PodSpec, wanted: &PodSpec) {
    pod.node_selector.clone_from(&wanted.node_selector);
    pod.tolerations.clone_from(&wanted.tolerations);
    pod.scheduling_gates.clone_from(&wanted.scheduling_gates);
    let nodes = wanted.affinity.as_ref().and_then(|affinity| affinity.node_affinity.clone());
    let own: &mut Affinity = pod.affinity.get_or_insert_default();
    own.node_affinity = nodes;
    if wanted.affinity.is_none() && *own == Affinity::default() {
        pod.affinity = None;
    }
    for (own, wanted) in pod.containers.iter_mut().zip(&wanted.containers) {
        own.resources.clone_from(&wanted.resources);
    }
    let init = pod.init_containers.iter_mut().flatten();
    for (own, wanted) in init.zip(wanted.init_containers.iter().flatten()) {
        own.resources.clone_from(&wanted.resources);
    }
}

fn is_zoned(schedule: &str) -> bool {
    schedule.contains("TZ")
}

/// Cron jobs.
pub static CRON_JOBS: Rules<CronJob> = Rules {
    default: |job| {
        let spec = &mut job.spec;
        text(&mut spec.concurrency_policy, "Allow");
        spec.suspend.get_or_insert(false);
        spec.successful_jobs_history_limit.get_or_insert(3);
        spec.failed_jobs_history_limit.get_or_insert(1);
        let job = spec.job_template.spec.get_or_insert_default();
        default_patterns(job);
        pods::default_template(&mut job.template);
    },
    validate: |job, wrong| {
        let field = Field::root("spec");
        let spec = &job.spec;
        let place = field.child("schedule");
        if spec.schedule.is_empty() {
            wrong.push(Violation::required(&place, ""));
        } else if let Err(why) = cron::check(&spec.schedule) {
            wrong.push(Violation::invalid(&place, &spec.schedule, &why));
        }
        not_negative(spec.starting_deadline_seconds, &field.child("startingDeadlineSeconds"), wrong);
        let policies = ["Allow", "Forbid", "Replace"];
        let policy = spec.concurrency_policy.as_deref().unwrap_or_default();
        one_of(policy, &policies, &field.child("concurrencyPolicy"), wrong);
        let place = field.child("jobTemplate").child("spec");
        if let Some(job) = &spec.job_template.spec {
            check_job(job, &place, wrong);
            if let Some(selector) = &job.selector {
                let (shown, why) = (shown::selector(selector), "`selector` will be auto-generated");
                wrong.push(Violation::invalid_value(&place.child("selector"), &shown, why));
            }
            if job.manual_selector == Some(true) {
                let place = place.child("manualSelector");
                wrong.push(Violation::unsupported_value(&place, &true, &["nil", "false"]));
            }
        }
        not_negative(spec.successful_jobs_history_limit, &field.child("successfulJobsHistoryLimit"), wrong);
        not_negative(spec.failed_jobs_history_limit, &field.child("failedJobsHistoryLimit"), wrong);
    },
    validate_create: |job, wrong| {
        zoned_schedule(job, false, wrong);
        zone(job, wrong);
        let name = job.metadata.name.as_deref().unwrap_or_default();
        if name.len() > CRON_NAME {
            let why = "must be no more than 52 characters";
            wrong.push(Violation::invalid(&Field::root("metadata").child("name"), name, why));
        }
    },
    validate_update: |new, old, part, wrong| {
        if part != Part::Main {
            return;
        }
        // What was taken once stays, though this server may not know it.
        zoned_schedule(new, is_zoned(&old.spec.schedule), wrong);
        if new.spec.time_zone != old.spec.time_zone {
            zone(new, wrong);
        }
    },
    warnings: |job, old| {
        let place = Field::root("spec").child("jobTemplate").child("spec");
        let told = |spec| told(&job.metadata, spec, &place, old.map(|old| &old.metadata));
        let mut found = job.spec.job_template.spec.as_ref().map(told).unwrap_or_default();
        if old.is_some() && is_zoned(&job.spec.schedule) {
            found.push("cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details".into());
        }
        found
    },
    ..Rules::new(COUNTED)
};

/// A schedule may name its time zone only where it did before there was a field for it.
fn zoned_schedule(job: &CronJob, before: bool, wrong: &mut Vec<Violation>) {
    let spec = &job.spec;
    let why = match (is_zoned(&spec.schedule), before) {
        (true, true) if spec.time_zone.is_some() => {
            "cannot use both timeZone field and TZ or CRON_TZ in schedule"
        }
        (true, false) => "cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
        _ => return,
    };
    wrong.push(Violation::invalid(&Field::root("spec").child("schedule"), &spec.schedule, why));
}

fn zone(job: &CronJob, wrong: &mut Vec<Violation>) {
    let Some(name) = &job.spec.time_zone else { return };
    let place = Field::root("spec").child("timeZone");
    if name.is_empty() {
        wrong.push(Violation::invalid(&place, name, "timeZone must be nil or non-empty string"));
        return;
    }
    if name.eq_ignore_ascii_case("local") {
        let why = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
        wrong.push(Violation::invalid(&place, name, why));
    }
    // The one name that the library knows without a file.
    if name != "Local"
        && let Err(why) = cron::zoned(name)
    {
        wrong.push(Violation::invalid(&place, name, &why));
    }
}
