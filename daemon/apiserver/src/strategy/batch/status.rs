//! What a job's status may say: a job ends once, in one way, and its counts go with that.
//!
//! A rule that the old status broke already holds only for what has changed: a spec may have been
//! edited since, and the controller needs a moment to follow.

use apimachinery::invalid::{Field, Violation};
use k8s_openapi::api::batch::v1::{Job, JobStatus, UncountedTerminatedPods};

use super::{indexes, is_indexed};
use crate::strategy::checks::counts;
use crate::strategy::shown;

/// One status, and what follows from its conditions.
struct Told {
    status: JobStatus,
    complete: bool,
    failed: bool,
    to_fail: bool,
    satisfied: bool,
}

impl Told {
    fn of(job: &Job) -> Self {
        let status = job.status.clone().unwrap_or_default();
        let has = |kind: &str| {
            status.conditions.iter().flatten().any(|one| one.type_ == kind && one.status == "True")
        };
        let (complete, failed) = (has("Complete"), has("Failed"));
        let (to_fail, satisfied) = (has("FailureTarget"), has("SuccessCriteriaMet"));
        Self { status, complete, failed, to_fail, satisfied }
    }

    fn is_finished(&self) -> bool {
        self.complete || self.failed
    }

    fn is_suspended(&self, status: &str) -> bool {
        let mut conditions = self.status.conditions.iter().flatten();
        conditions.any(|one| one.type_ == "Suspended" && one.status == status)
    }
}

/// What is wrong with the new status of a job.
pub fn check(new: &Job, old: &Job, wrong: &mut Vec<Violation>) {
    let (now, before) = (Told::of(new), Told::of(old));
    let field = Field::root("status");
    let status = &now.status;
    let given = [
        ("active", status.active.map(i64::from)),
        ("succeeded", status.succeeded.map(i64::from)),
        ("failed", status.failed.map(i64::from)),
        ("ready", status.ready.map(i64::from)),
        ("terminating", status.terminating.map(i64::from)),
    ];
    counts(&given, &field, wrong);
    if let Some(pods) = &status.uncounted_terminated_pods {
        uncounted(pods, &field.child("uncountedTerminatedPods"), wrong);
    }
    end(&now, &before, &field, wrong);
    finished(new, &now, &before, &field, wrong);
    listed(new, &now, &before, &field, wrong);
    success(new, &now, &before, &field, wrong);
    changes(new, &now, &before, &field, wrong);
}

fn uncounted(pods: &UncountedTerminatedPods, field: &Field, wrong: &mut Vec<Violation>) {
    let mut seen: Vec<&str> = Vec::new();
    for (name, list) in [("succeeded", &pods.succeeded), ("failed", &pods.failed)] {
        for (index, uid) in list.iter().flatten().enumerate() {
            let place = field.child(name).index(index);
            if uid.is_empty() {
                wrong.push(Violation::invalid(&place, uid, "must not be empty"));
            } else if seen.contains(&uid.as_str()) {
                wrong.push(Violation::duplicate(&place, uid));
            } else {
                seen.push(uid);
            }
        }
    }
}

/// A job is complete or failed, and when it was completed is told with that.
fn end(now: &Told, before: &Told, field: &Field, wrong: &mut Vec<Violation>) {
    let conditions = field.child("conditions");
    let mut unfit = |why: &str| wrong.push(Violation::unfit(&conditions, why));
    let completed = now.complete != before.complete;
    let failed = now.failed != before.failed;
    if (completed || failed) && now.complete && now.failed {
        unfit("cannot set Complete=True and Failed=true conditions");
    }
    if (completed || now.to_fail != before.to_fail) && now.complete && now.to_fail {
        unfit("cannot set Complete=True and FailureTarget=true conditions");
    }
    let place = field.child("completionTime");
    let (time, start) = (&now.status.completion_time, &now.status.start_time);
    let timed = *time != before.status.completion_time;
    if (completed || timed) && time.is_some() && !now.complete {
        let why = "cannot set completionTime when there is no Complete=True condition";
        wrong.push(Violation::invalid_value(&place, time, why));
    }
    if (completed || timed) && time.is_none() && now.complete {
        wrong.push(Violation::required(&place, "completionTime is required for Complete jobs"));
    }
    if (timed || *start != before.status.start_time)
        && let (Some(time), Some(start)) = (time, start)
        && time.0 < start.0
    {
        let why = "must be equal to or after `startTime`";
        wrong.push(Violation::invalid_value(&place, time, why));
    }
    let listed = now.status.failed_indexes != before.status.failed_indexes;
    if (failed || listed) && now.failed && !now.to_fail {
        let why = "cannot set Failed=True condition without the FailureTarget=true condition";
        wrong.push(Violation::unfit(&conditions, why));
    }
    if (completed || now.satisfied != before.satisfied) && now.complete && !now.satisfied {
        let why = "cannot set Complete=True condition without the SuccessCriteriaMet=true condition";
        wrong.push(Violation::unfit(&conditions, why));
    }
}

/// A job that has ended has no pods at work, and has been started.
fn finished(job: &Job, now: &Told, before: &Told, field: &Field, wrong: &mut Vec<Violation>) {
    let (status, old) = (&now.status, &before.status);
    let ended = now.is_finished() != before.is_finished();
    let is_finished = now.is_finished();
    let active = status.active.unwrap_or(0);
    let spec = job.spec.clone().unwrap_or_default();
    if (ended || status.active != old.active) && is_finished && active > 0 {
        let why = "active>0 is invalid for finished job";
        wrong.push(Violation::invalid_value(&field.child("active"), &active, why));
    }
    // What waits for no completions ends before it starts.
    let idle = spec.suspend == Some(true) && spec.completions == Some(0);
    let started = status.start_time != old.start_time;
    if (ended || started) && !idle && is_finished && status.start_time.is_none() {
        let why = "startTime is required for finished job";
        wrong.push(Violation::required(&field.child("startTime"), why));
    }
    if let Some(pods) = &status.uncounted_terminated_pods {
        let changed = status.uncounted_terminated_pods != old.uncounted_terminated_pods;
        let some = pods.succeeded.iter().chain(&pods.failed).any(|list| !list.is_empty());
        if (ended || changed) && is_finished && some {
            let (shown, why) = (shown::uncounted(pods), "must be empty for finished job");
            wrong.push(Violation::invalid_value(&field.child("uncountedTerminatedPods"), &shown, why));
        }
    }
    let terminating = status.terminating.unwrap_or(0);
    if (ended || status.terminating != old.terminating) && is_finished && terminating > 0 {
        let why = "terminating>0 is invalid for finished job";
        wrong.push(Violation::invalid_value(&field.child("terminating"), &terminating, why));
    }
    let counted = status.ready != old.ready || status.active != old.active;
    if let Some(ready) = status.ready.filter(|ready| counted && *ready > active) {
        let why = "cannot set more ready pods than active";
        wrong.push(Violation::invalid_value(&field.child("ready"), &ready, why));
    }
}

/// Lists of indexes can be read, and no index is in both.
fn listed(job: &Job, now: &Told, before: &Told, field: &Field, wrong: &mut Vec<Violation>) {
    let (status, old) = (&now.status, &before.status);
    let spec = job.spec.clone().unwrap_or_default();
    let done = status.completed_indexes.as_deref().unwrap_or_default();
    let failed = status.failed_indexes.as_deref();
    let place = field.child("completedIndexes");
    let completions = spec.completions;
    let done_changed = done != old.completed_indexes.as_deref().unwrap_or_default();
    let failed_changed = status.failed_indexes != old.failed_indexes;
    if let Some(completions) = completions.filter(|_| done_changed)
        && let Err(why) = indexes::count(done, completions)
    {
        wrong.push(Violation::invalid(&place, done, &format!("error parsing completedIndexes: {why}")));
    }
    let missed = field.child("failedIndexes");
    let per_index = spec.backoff_limit_per_index.is_some();
    if let (true, Some(completions), Some(failed)) = (failed_changed && per_index, completions, failed)
        && let Err(why) = indexes::count(failed, completions)
    {
        wrong.push(Violation::invalid(&missed, failed, &format!("error parsing failedIndexes: {why}")));
    }
    if done_changed && !done.is_empty() && !is_indexed(&spec) {
        let why = "cannot set non-empty completedIndexes when non-indexed completion mode";
        wrong.push(Violation::invalid(&place, done, why));
    }
    let Some(failed) = failed else { return };
    if failed_changed && !per_index {
        let why = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
        wrong.push(Violation::invalid(&missed, failed, why));
    }
    if (failed_changed || done_changed)
        && let Some(completions) = completions
        && let Some(index) = indexes::common(done, failed, completions)
    {
        let why = format!("failedIndexes and completedIndexes overlap at index: {index}");
        wrong.push(Violation::invalid(&missed, failed, &why));
    }
}

/// A job that has succeeded has not failed.
fn success(job: &Job, now: &Told, before: &Told, field: &Field, wrong: &mut Vec<Violation>) {
    let conditions = field.child("conditions");
    let mut unfit = |why: &str| wrong.push(Violation::unfit(&conditions, why));
    if now.satisfied && now.failed {
        unfit("cannot set SuccessCriteriaMet=True and Failed=true conditions");
    }
    if now.satisfied && now.to_fail {
        unfit("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
    }
    let policy = job.spec.as_ref().is_some_and(|spec| spec.success_policy.is_some());
    if policy && !now.satisfied && now.complete {
        unfit("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
    }
    for (kind, was, is) in [
        ("Failed", before.failed, now.failed),
        ("Complete", before.complete, now.complete),
        ("FailureTarget", before.to_fail, now.to_fail),
    ] {
        if was && !is {
            unfit(&format!("cannot disable the terminal {kind}=True condition"));
        }
    }
}

/// What has happened stays so.
fn changes(job: &Job, now: &Told, before: &Told, field: &Field, wrong: &mut Vec<Violation>) {
    let (status, old) = (&now.status, &before.status);
    let spec = job.spec.clone().unwrap_or_default();
    let count = |value: Option<i32>| value.unwrap_or(0);
    if count(status.failed) < count(old.failed) {
        let why = "cannot decrease the failed counter";
        wrong.push(Violation::invalid_value(&field.child("failed"), &count(status.failed), why));
    }
    // Indexed jobs with as many completions as pods can be made smaller.
    let scales = is_indexed(&spec) && spec.completions == spec.parallelism;
    if count(status.succeeded) < count(old.succeeded) && !scales {
        let why = "cannot decrease the succeeded counter";
        wrong.push(Violation::invalid_value(&field.child("succeeded"), &count(status.succeeded), why));
    }
    if let (Some(time), Some(earlier)) = (&status.completion_time, &old.completion_time)
        && time != earlier
    {
        let why = "field is immutable";
        wrong.push(Violation::invalid_value(&field.child("completionTime"), time, why));
    }
    // Who goes on after a pause starts anew.
    let goes_on = before.is_suspended("True") && now.is_suspended("False");
    if old.start_time.is_some()
        && status.start_time != old.start_time
        && spec.suspend != Some(true)
        && !goes_on
    {
        let why = "startTime cannot be removed for unsuspended job";
        wrong.push(Violation::required(&field.child("startTime"), why));
    }
    let conditions = field.child("conditions");
    if before.satisfied && !now.satisfied {
        let why = "cannot disable the SuccessCriteriaMet=True condition";
        wrong.push(Violation::unfit(&conditions, why));
    }
    if before.complete && !before.satisfied && now.satisfied {
        let why = "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions";
        wrong.push(Violation::unfit(&conditions, why));
    }
}
