//! Deployments and their kin: defaults, and the rules that their selectors and templates follow.

use apimachinery::invalid::{Field, Violation};
use apimachinery::labels::Selector;
use k8s_openapi::api::apps::v1::{
    ControllerRevision, DaemonSet, DaemonSetUpdateStrategy, Deployment, DeploymentStrategy, ReplicaSet,
    RollingUpdateDaemonSet, RollingUpdateDeployment,
};
use k8s_openapi::api::core::v1::{PodTemplateSpec, ReplicationController};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::checks::{
    amount, at_most_all, counts, grows, is_none, is_readable, label_selector, not_negative, one_of_if_given,
    selects_everything, text,
};
use super::pods::{default_template, validate_template, warnings};
use super::{GENERAL, General, Rules, shown};
use crate::handlers::write::Part;

pub const COUNTED: General = General { generation: true, ..GENERAL };
const UNUSABLE: &str = "invalid label selector";
const MISMATCH: &str = "`selector` does not match template `labels`";

/// A selector must select something, and the template above all; one that selects everything can't be told
/// from one that is not there. `unusable` is what is said of one that can't be used, and where there is no
/// word for that, it need not be there either. Tells whether it can be used.
pub fn check_selector(
    selector: &LabelSelector,
    template: &PodTemplateSpec,
    unusable: Option<&str>,
    field: &Field,
    out: &mut Vec<Violation>,
) -> bool {
    let here = field.child("selector");
    let is_missing = selects_everything(selector);
    if is_missing && unusable.is_some() {
        out.push(Violation::required(&here, ""));
    }
    label_selector(selector, &here, out);
    if !is_readable(selector) {
        if let Some(why) = unusable {
            out.push(Violation::invalid_value(&here, &shown::selector(selector), why));
        }
        return false;
    }
    let labels = template.metadata.as_ref().and_then(|meta| meta.labels.clone());
    let fits = |selector: Selector| selector.matches(&labels);
    if is_missing || !Selector::try_from(selector).is_ok_and(fits) {
        let here = field.child("template").child("metadata").child("labels");
        out.push(Violation::invalid_value(&here, &labels, MISMATCH));
    }
    true
}

/// A selector stays.
fn same_selector(new: &LabelSelector, old: &LabelSelector, out: &mut Vec<Violation>) {
    if new != old {
        let field = Field::root("spec").child("selector");
        out.push(Violation::invalid_value(&field, &shown::selector(new), "field is immutable"));
    }
}

/// The template of pods that are to run for ever.
fn check_template(template: &PodTemplateSpec, kind: &str, field: &Field, out: &mut Vec<Violation>) {
    validate_template(template, &field.child("template"), out);
    check_lasting(template, kind, field, out);
}

/// That the pods of a template may run for ever.
pub fn check_lasting(template: &PodTemplateSpec, kind: &str, field: &Field, out: &mut Vec<Violation>) {
    let field = field.child("template").child("spec");
    let Some(spec) = &template.spec else { return };
    one_of_if_given(spec.restart_policy.as_deref(), &["Always"], &field.child("restartPolicy"), out);
    if spec.active_deadline_seconds.is_some() {
        let why = format!("activeDeadlineSeconds in {kind} is not Supported");
        out.push(Violation::forbidden(&field.child("activeDeadlineSeconds"), &why));
    }
}

/// What a status counts must fit together.
pub fn fits(name: &str, count: Option<i32>, most: Option<i32>, why: &str, out: &mut Vec<Violation>) {
    if count.unwrap_or(0) > most.unwrap_or(0) {
        out.push(Violation::invalid_value(&Field::root("status").child(name), &count.unwrap_or(0), why));
    }
}

pub const OVER: &str = "cannot be greater than status.replicas";

/// What the client should know about something that makes pods: about its name when it is `new`, and
/// about its template unless nothing `changed`.
fn told(meta: &ObjectMeta, template: &PodTemplateSpec, old: Option<&ObjectMeta>) -> Vec<String> {
    let mut found: Vec<String> =
        if old.is_none() { warnings::of_name(meta) } else { None }.into_iter().collect();
    found.extend(template_warnings(meta, template, old));
    found
}

/// The generation counts changes of the spec; without one there is nothing new to tell.
pub fn template_warnings(
    meta: &ObjectMeta,
    template: &PodTemplateSpec,
    old: Option<&ObjectMeta>,
) -> Vec<String> {
    if old.is_some_and(|old| old.generation == meta.generation) {
        return Vec::new();
    }
    warnings::of_template(template, &Field::root("spec").child("template"))
}

/// Deployments.
pub static DEPLOYMENTS: Rules<Deployment> = Rules {
    default: |deployment| {
        let spec = deployment.spec.get_or_insert_default();
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
        if check_selector(&spec.selector, &spec.template, Some(UNUSABLE), &field, out) {
            check_template(&spec.template, "ReplicaSet", &field, out);
        }
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
                    let (surge, unavailable) = (&rolling.max_surge, &rolling.max_unavailable);
                    amount(unavailable.as_ref(), &here.child("maxUnavailable"), out);
                    amount(surge.as_ref(), &here.child("maxSurge"), out);
                    if is_none(surge.as_ref()) && is_none(unavailable.as_ref()) {
                        let why = "may not be 0 when `maxSurge` is 0";
                        out.push(Violation::invalid_value(&here.child("maxUnavailable"), unavailable, why));
                    }
                    at_most_all(unavailable.as_ref(), &here.child("maxUnavailable"), out);
                }
                _ => {
                    let (shown, known) = (shown::of_deployment(strategy), ["Recreate", "RollingUpdate"]);
                    out.push(Violation::unsupported_value(&here, &shown, &known));
                }
            }
        }
        not_negative(spec.min_ready_seconds, &field.child("minReadySeconds"), out);
        not_negative(spec.revision_history_limit, &field.child("revisionHistoryLimit"), out);
        not_negative(spec.progress_deadline_seconds, &field.child("progressDeadlineSeconds"), out);
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
    validate_update: |new, old, part, out| match part {
        Part::Status => {
            let (status, old) =
                (new.status.clone().unwrap_or_default(), old.status.clone().unwrap_or_default());
            let given = [
                ("observedGeneration", status.observed_generation),
                ("replicas", status.replicas.map(i64::from)),
                ("updatedReplicas", status.updated_replicas.map(i64::from)),
                ("readyReplicas", status.ready_replicas.map(i64::from)),
                ("availableReplicas", status.available_replicas.map(i64::from)),
                ("unavailableReplicas", status.unavailable_replicas.map(i64::from)),
                ("terminatingReplicas", status.terminating_replicas.map(i64::from)),
                ("collisionCount", status.collision_count.map(i64::from)),
            ];
            counts(&given, &Field::root("status"), out);
            fits("updatedReplicas", status.updated_replicas, status.replicas, OVER, out);
            fits("readyReplicas", status.ready_replicas, status.replicas, OVER, out);
            fits("availableReplicas", status.available_replicas, status.replicas, OVER, out);
            let why = "cannot be greater than readyReplicas";
            fits("availableReplicas", status.available_replicas, status.ready_replicas, why, out);
            let place = Field::root("status").child("collisionCount");
            grows(status.collision_count, old.collision_count, &place, out);
        }
        _ => {
            if let (Some(new), Some(old)) = (&new.spec, &old.spec) {
                same_selector(&new.selector, &old.selector, out);
            }
        }
    },
    warnings: |deployment, old| {
        let template = deployment.spec.as_ref().map(|spec| &spec.template);
        let told = |template| told(&deployment.metadata, template, old.map(|old| &old.metadata));
        template.map(told).unwrap_or_default()
    },
    ..Rules::new(COUNTED)
};

/// Replica sets.
pub static REPLICA_SETS: Rules<ReplicaSet> = Rules {
    default: |set| {
        let spec = set.spec.get_or_insert_default();
        spec.replicas.get_or_insert(1);
        default_template(spec.template.get_or_insert_default());
    },
    prepare_create: |set| {
        set.status = Some(k8s_openapi::api::apps::v1::ReplicaSetStatus::default());
    },
    validate: |set, out| {
        let field = Field::root("spec");
        let Some(spec) = &set.spec else { return out.push(Violation::required(&field, "")) };
        not_negative(spec.replicas, &field.child("replicas"), out);
        not_negative(spec.min_ready_seconds, &field.child("minReadySeconds"), out);
        let template = spec.template.clone().unwrap_or_default();
        if check_selector(&spec.selector, &template, Some(UNUSABLE), &field, out) {
            check_template(&template, "ReplicaSet", &field, out);
        }
    },
    validate_update: |new, old, part, out| match part {
        Part::Status => {
            let status = new.status.clone().unwrap_or_default();
            let counted = Copies {
                replicas: status.replicas,
                fully_labeled: status.fully_labeled_replicas,
                ready: status.ready_replicas,
                available: status.available_replicas,
                observed: status.observed_generation,
                terminating: status.terminating_replicas,
            };
            check_copies(&counted, out);
        }
        _ => {
            if let (Some(new), Some(old)) = (&new.spec, &old.spec) {
                same_selector(&new.selector, &old.selector, out);
            }
        }
    },
    warnings: |set, old| {
        let template = set.spec.as_ref().and_then(|spec| spec.template.as_ref());
        let told = |template| told(&set.metadata, template, old.map(|old| &old.metadata));
        template.map(told).unwrap_or_default()
    },
    ..Rules::new(COUNTED)
};

/// What the status of a replica set, or of a replication controller, counts.
struct Copies {
    replicas: i32,
    fully_labeled: Option<i32>,
    ready: Option<i32>,
    available: Option<i32>,
    observed: Option<i64>,
    terminating: Option<i32>,
}

fn check_copies(counted: &Copies, out: &mut Vec<Violation>) {
    let given = [
        ("replicas", Some(counted.replicas.into())),
        ("fullyLabeledReplicas", counted.fully_labeled.map(i64::from)),
        ("readyReplicas", counted.ready.map(i64::from)),
        ("availableReplicas", counted.available.map(i64::from)),
        ("observedGeneration", counted.observed),
        ("terminatingReplicas", counted.terminating.map(i64::from)),
    ];
    counts(&given, &Field::root("status"), out);
    let most = Some(counted.replicas);
    fits("fullyLabeledReplicas", counted.fully_labeled, most, OVER, out);
    fits("readyReplicas", counted.ready, most, OVER, out);
    fits("availableReplicas", counted.available, most, OVER, out);
    fits("availableReplicas", counted.available, counted.ready, "cannot be greater than readyReplicas", out);
}

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
        let spec = controller.spec.get_or_insert_default();
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
        not_negative(spec.min_ready_seconds, &field.child("minReadySeconds"), out);
        let selector = spec.selector.clone().unwrap_or_default();
        if selector.is_empty() {
            out.push(Violation::required(&field.child("selector"), ""));
        }
        match &spec.template {
            None => out.push(Violation::required(&field.child("template"), "")),
            Some(template) => {
                let labels = template.metadata.as_ref().and_then(|meta| meta.labels.clone());
                if !Selector::from_map(&selector).matches(&labels) {
                    let here = field.child("template").child("metadata").child("labels");
                    out.push(Violation::invalid_value(&here, &labels, MISMATCH));
                }
                check_template(template, "ReplicationController", &field, out);
            }
        }
    },
    validate_update: |new, _, part, out| {
        if part != Part::Status {
            return;
        }
        let status = new.status.clone().unwrap_or_default();
        let counted = Copies {
            replicas: status.replicas,
            fully_labeled: status.fully_labeled_replicas,
            ready: status.ready_replicas,
            available: status.available_replicas,
            observed: status.observed_generation,
            terminating: None,
        };
        check_copies(&counted, out);
    },
    warnings: |controller, old| {
        let template = controller.spec.as_ref().and_then(|spec| spec.template.as_ref());
        let told = |template| told(&controller.metadata, template, old.map(|old| &old.metadata));
        template.map(told).unwrap_or_default()
    },
    orphans: true,
    ..Rules::new(COUNTED)
};

/// Counts the changes of a daemon set's template, for those who knew daemon sets before revisions.
const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

fn template_generation(set: &DaemonSet) -> i64 {
    let given = set.metadata.annotations.as_ref().and_then(|all| all.get(TEMPLATE_GENERATION));
    given.and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn set_template_generation(set: &mut DaemonSet, generation: i64) {
    let annotations = set.metadata.annotations.get_or_insert_default();
    annotations.insert(TEMPLATE_GENERATION.into(), generation.to_string());
}

/// Daemon sets.
pub static DAEMON_SETS: Rules<DaemonSet> = Rules {
    default: |set| {
        let spec = set.spec.get_or_insert_default();
        spec.revision_history_limit.get_or_insert(10);
        let strategy: &mut DaemonSetUpdateStrategy = spec.update_strategy.get_or_insert_default();
        text(&mut strategy.type_, "RollingUpdate");
        if strategy.type_.as_deref() == Some("RollingUpdate") {
            let rolling: &mut RollingUpdateDaemonSet = strategy.rolling_update.get_or_insert_default();
            rolling.max_unavailable.get_or_insert(IntOrString::Int(1));
            rolling.max_surge.get_or_insert(IntOrString::Int(0));
        }
        default_template(&mut spec.template);
        let generation = template_generation(set);
        set_template_generation(set, generation);
    },
    prepare_create: |set| {
        set.status = Some(k8s_openapi::api::apps::v1::DaemonSetStatus::default());
        let generation = template_generation(set).max(1);
        set_template_generation(set, generation);
    },
    prepare_update: |new, old, part| {
        let same = |new: &DaemonSet| {
            new.spec.as_ref().map(|spec| &spec.template) == old.spec.as_ref().map(|spec| &spec.template)
        };
        let more = i64::from(part == Part::Main && !same(new));
        set_template_generation(new, template_generation(old) + more);
    },
    validate: |set, out| {
        let field = Field::root("spec");
        let Some(spec) = &set.spec else { return out.push(Violation::required(&field, "")) };
        check_selector(&spec.selector, &spec.template, None, &field, out);
        check_template(&spec.template, "DaemonSet", &field, out);
        not_negative(spec.min_ready_seconds, &field.child("minReadySeconds"), out);
        let strategy = spec.update_strategy.clone().unwrap_or_default();
        daemon_strategy(&strategy, &field.child("updateStrategy"), out);
        not_negative(spec.revision_history_limit, &field.child("revisionHistoryLimit"), out);
    },
    validate_update: |new, old, part, out| match part {
        Part::Status => {
            let (status, old) =
                (new.status.clone().unwrap_or_default(), old.status.clone().unwrap_or_default());
            let given = [
                ("currentNumberScheduled", Some(status.current_number_scheduled.into())),
                ("numberMisscheduled", Some(status.number_misscheduled.into())),
                ("desiredNumberScheduled", Some(status.desired_number_scheduled.into())),
                ("numberReady", Some(status.number_ready.into())),
                ("observedGeneration", status.observed_generation),
                ("updatedNumberScheduled", status.updated_number_scheduled.map(i64::from)),
                ("numberAvailable", status.number_available.map(i64::from)),
                ("numberUnavailable", status.number_unavailable.map(i64::from)),
                ("collisionCount", status.collision_count.map(i64::from)),
            ];
            counts(&given, &Field::root("status"), out);
            let place = Field::root("status").child("collisionCount");
            grows(status.collision_count, old.collision_count, &place, out);
        }
        _ => {
            if let (Some(new), Some(old)) = (&new.spec, &old.spec) {
                same_selector(&new.selector, &old.selector, out);
            }
        }
    },
    warnings: |set, old| {
        let template = set.spec.as_ref().map(|spec| &spec.template);
        let told = |template| template_warnings(&set.metadata, template, old.map(|old| &old.metadata));
        template.map(told).unwrap_or_default()
    },
    ..Rules::new(COUNTED)
};

/// How daemons are replaced: all at a time, or by hand.
fn daemon_strategy(strategy: &DaemonSetUpdateStrategy, here: &Field, out: &mut Vec<Violation>) {
    match strategy.type_.as_deref() {
        Some("OnDelete") => return,
        Some("RollingUpdate") => {}
        _ => {
            let (shown, known) = (shown::of_daemons(strategy), ["RollingUpdate", "OnDelete"]);
            return out.push(Violation::unsupported_value(here, &shown, &known));
        }
    }
    let rolling = strategy.rolling_update.clone().unwrap_or_default();
    let here = here.child("rollingUpdate");
    let (surge, unavailable) = (rolling.max_surge.as_ref(), rolling.max_unavailable.as_ref());
    amount(unavailable, &here.child("maxUnavailable"), out);
    amount(surge, &here.child("maxSurge"), out);
    at_most_all(unavailable, &here.child("maxUnavailable"), out);
    at_most_all(surge, &here.child("maxSurge"), out);
    match (is_none(unavailable), is_none(surge)) {
        (false, false) => out.push(Violation::invalid_value(
            &here.child("maxSurge"),
            &rolling.max_surge,
            "may not be set when maxUnavailable is non-zero",
        )),
        (true, true) => {
            out.push(Violation::required(&here.child("maxUnavailable"), "cannot be 0 when maxSurge is 0"))
        }
        _ => {}
    }
}

/// Revisions of workloads.
pub static REVISIONS: Rules<ControllerRevision> = Rules {
    validate: |revision, out| {
        if revision.data.is_none() {
            out.push(Violation::required(&Field::root("data"), "data is mandatory"));
        }
        not_negative(Some(revision.revision), &Field::root("revision"), out);
    },
    validate_create: |revision, out| {
        if revision.data.as_ref().is_some_and(|data| !data.0.is_object()) {
            out.push(Violation::required(&Field::root("data"), "data must be a valid JSON object"));
        }
    },
    validate_update: |new, old, _, out| {
        if new.data != old.data {
            let value = serde_json::to_value(&new.data).unwrap_or_default();
            out.push(Violation::invalid_value(&Field::root("data"), &value, "field is immutable"));
        }
    },
    ..Rules::new(GENERAL)
};
