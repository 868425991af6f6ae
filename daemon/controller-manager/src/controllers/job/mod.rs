//! Jobs: pods that run to their end, as many successes as asked for.
//!
//! A pod carries a finalizer until its end is counted, so that no end is missed or counted twice.

mod claim;
pub mod policy;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Client, Key, PatchType};
use serde_json::{Value, json};

use crate::context::{Context, controller_of, gone_is_fine, merge, now, recorder, reference, time};
use crate::controllers::job::claim::Claim;
use crate::controllers::job::policy::Failure;
use crate::expectations::Expectations;
use crate::objects::{Job, Pod, Resource, condition, others};
use crate::pods::{self, PodControl, from_template, rank_for_deletion};

const FINALIZER: &str = "batch.kubernetes.io/job-tracking";
const INDEX: &str = "batch.kubernetes.io/job-completion-index";
/// The conditions that this controller sets.
const OWN_CONDITIONS: &[&str] = &["Suspended", "SuccessCriteriaMet", "Complete", "FailureTarget", "Failed"];
const BACKOFF: Duration = Duration::from_secs(10);
const MOST_BACKOFF: Duration = Duration::from_secs(10 * 60);

struct Controller {
    jobs: Informer<Job>,
    pods: Informer<Pod>,
    client: Client,
    control: PodControl,
}

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of("job-controller").await;
    let expectations = Expectations::default();
    let controller = Arc::new(Controller {
        jobs: context.informer(),
        pods: context.informer(),
        control: PodControl {
            client: client.clone(),
            recorder: recorder(&client, "job-controller"),
            expectations: expectations.clone(),
        },
        client,
    });
    let queue: WorkQueue<Key> = WorkQueue::new();
    context.enqueue::<Job>(&queue);
    let jobs = controller.jobs.clone();
    pods::follow(&context, Job::KIND, &queue, &expectations, move |pod| {
        let all = jobs.store().list_namespace(&pod.metadata.namespace);
        let adopt = all.iter().filter(|job| Claim::of(job, pod) == Claim::Adopt);
        adopt.map(|job| job.metadata.key()).collect()
    });
    controller.jobs.wait_synced().await;
    controller.pods.wait_synced().await;
    context
        .work(&queue, context.config.jobs_at_once, move |key| {
            let controller = controller.clone();
            async move { controller.sync(key).await }
        })
        .await;
}

/// How far a job has come.
struct Tally {
    succeeded: i64,
    failed: i64,
    /// Pods that are deleted and have not ended yet.
    terminating: usize,
    completed: BTreeSet<i64>,
    /// Indexes that have failed for good.
    given_up: BTreeSet<i64>,
}

fn index(pod: &Pod) -> Option<i64> {
    pod.metadata.annotations.get(INDEX)?.parse().ok()
}

fn is_indexed(job: &Job) -> bool {
    job.spec.completion_mode.as_deref() == Some("Indexed")
}

fn is_tracked(pod: &Pod) -> bool {
    pod.metadata.finalizers.iter().any(|name| name == FINALIZER)
}

/// Whether a pod on its way out is waited for: how it ends is known when it has, and its successor comes after it.
fn waits_for_the_end(job: &Job) -> bool {
    job.spec.pod_replacement_policy.as_deref() == Some("Failed") || job.spec.pod_failure_policy.is_some()
}

/// Whether a pod has failed. Where nobody waits for its end, its deletion is enough.
fn has_failed(job: &Job, pod: &Pod) -> bool {
    let deleted = pod.metadata.deletion_timestamp.is_some() && pod.status.phase != "Succeeded";
    pod.status.phase == "Failed" || (deleted && !waits_for_the_end(job))
}

/// The indexes that have a pod, or one on its way out that is waited for.
fn taken(job: &Job, pods: &[&Pod]) -> BTreeSet<i64> {
    let holds = |pod: &Pod| pod.is_active() || (!pod.has_ended() && waits_for_the_end(job));
    pods.iter().filter(|pod| holds(pod)).filter_map(|pod| index(pod)).collect()
}

/// Pods, by their uids, whose end is counted and that are free to go.
#[derive(Debug, Default)]
struct Ends {
    done: Vec<String>,
    lost: Vec<String>,
    /// Those that count for nothing.
    dropped: Vec<String>,
}

impl Ends {
    fn all(&self) -> impl Iterator<Item = &String> {
        self.done.iter().chain(&self.lost).chain(&self.dropped)
    }

    fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }
}

/// Whether a failure of this pod counts: not when a rule says so, nor when its index is none of the job's.
fn counts(job: &Job, pod: &Pod) -> bool {
    let most = job.spec.completions.unwrap_or_default();
    (!is_indexed(job) || index(pod).is_some_and(|at| (0..most).contains(&at)))
        && policy::judge(job, pod) != Failure::Ignore
}

/// Counts what has ended since, each once.
fn count(job: &Job, pods: &[&Pod]) -> (Tally, Ends) {
    let indexed = is_indexed(job);
    let mut completed = parse_indexes(&job.status.completed_indexes);
    let (mut succeeded, mut failed) = (job.status.succeeded, job.status.failed);
    let counted: HashSet<&str> = job.status.uncounted.all().collect();
    let mut ends = Ends::default();
    // Those that were running when enough had succeeded were deleted for that: they have not failed.
    let decided = condition(&job.status.conditions, "SuccessCriteriaMet");
    let is_enough = decided.is_some_and(|decided| decided.status == "True");
    let mut failures: Vec<&Pod> = Vec::new();
    for pod in pods.iter().copied().filter(|pod| is_tracked(pod)) {
        let uid = &pod.metadata.uid;
        let is_new = !counted.contains(uid.as_str());
        if pod.status.phase == "Succeeded" {
            ends.done.push(uid.clone());
            if is_new && indexed {
                completed.extend(index(pod));
            } else if is_new {
                succeeded += 1;
            }
        } else if has_failed(job, pod) && (pod.status.phase == "Failed" || !is_enough) {
            ends.lost.push(uid.clone());
            if is_new {
                failures.push(pod);
                failed += i64::from(counts(job, pod));
            }
        }
    }
    if indexed {
        let most = job.spec.completions.unwrap_or_default();
        completed.retain(|index| *index < most);
        succeeded = i64::try_from(completed.len()).unwrap_or(i64::MAX);
    }
    // The status tells what has become of the indexes of those that were counted before.
    let given_up = policy::failed_indexes(job, &failures, &completed);
    let on_their_way = |pod: &&&Pod| pod.metadata.deletion_timestamp.is_some() && !pod.has_ended();
    let terminating = pods.iter().filter(on_their_way).count();
    (Tally { succeeded, failed, terminating, completed, given_up }, ends)
}

/// Counts those that were running when the job ended, or were on their way out. With a job that failed each of them has,
/// but not its index: it was not given the time. With one that succeeded they count for nothing. None of them is waited
/// for: what they still come to changes nothing.
fn close(job: &Job, pods: &[&Pod], success: bool, tally: &mut Tally, ends: &mut Ends) {
    let counted: HashSet<&str> = job.status.uncounted.all().collect();
    let known: HashSet<String> = ends.all().cloned().collect();
    for pod in pods.iter().filter(|pod| is_tracked(pod) && !known.contains(&pod.metadata.uid)) {
        let uid = pod.metadata.uid.clone();
        if success {
            ends.dropped.push(uid);
            continue;
        }
        if !counted.contains(uid.as_str()) {
            tally.failed += i64::from(counts(job, pod));
        }
        ends.lost.push(uid);
    }
}

/// `0-2,5` as numbers.
pub fn parse_indexes(text: &str) -> BTreeSet<i64> {
    text.split(',')
        .filter_map(|part| match part.split_once('-') {
            Some((from, to)) => Some(from.parse().ok()?..=to.parse().ok()?),
            None => part.parse().ok().map(|one: i64| one..=one),
        })
        .flatten()
        .collect()
}

/// Numbers as `0-2,5`.
pub fn format_indexes(indexes: &BTreeSet<i64>) -> String {
    let mut parts: Vec<(i64, i64)> = Vec::new();
    for index in indexes {
        match parts.last_mut() {
            Some((_, to)) if *to + 1 == *index => *to = *index,
            _ => parts.push((*index, *index)),
        }
    }
    let text = |(from, to): &(i64, i64)| match to - from {
        0 => from.to_string(),
        1 => format!("{from},{to}"),
        _ => format!("{from}-{to}"),
    };
    parts.iter().map(text).collect::<Vec<_>>().join(",")
}

impl Controller {
    async fn sync(&self, key: Key) -> Result<Option<Duration>> {
        let Some(job) = self.jobs.store().get(&key) else {
            self.control.expectations.forget(&key);
            self.free_orphans(&key).await?;
            return Ok(None);
        };
        let about = reference::<Job>(&job.metadata);
        if job.spec.managed_by.as_deref().is_some_and(|by| by != "kubernetes.io/job-controller") {
            return Ok(None);
        }
        let may_act = self.control.expectations.satisfied(&key);
        let pods = self.claim(&job).await?;
        if job.is_finished() || job.metadata.deletion_timestamp.is_some() {
            self.free(pods.iter().map(Arc::as_ref)).await?;
            if job.is_finished() {
                let running: Vec<&Pod> = pods.iter().map(Arc::as_ref).filter(|pod| pod.is_active()).collect();
                self.control.delete(&about, running).await?;
            }
            return Ok(None);
        }
        let all: Vec<&Pod> = pods.iter().map(Arc::as_ref).collect();
        let indexed = is_indexed(&job);
        let (mut tally, mut ends) = count(&job, &all);
        let failed_pods: Vec<&Pod> = all.iter().copied().filter(|pod| has_failed(&job, pod)).collect();
        let active: Vec<&Pod> = all.iter().copied().filter(|pod| pod.is_active()).collect();
        let verdict = self.verdict(&job, &active, &failed_pods, &tally);
        let start = match (job.status.start_time, job.spec.suspend) {
            (_, true) => None,
            (Some(start), _) => Some(start),
            (None, _) => Some(jiff::Timestamp::now()),
        };
        let mut next = None;
        let mut failure = None;
        let mut running = active.len();
        let mut ready = active.iter().filter(|pod| pod.is_ready()).count();
        if let Some((success, ..)) = &verdict {
            if may_act {
                failure = self.stop(&job, active.iter().copied()).await.err();
            }
            // Who was still running has no part in it any more: its end is counted here, or not at all.
            if may_act && failure.is_none() {
                close(&job, &all, *success, &mut tally, &mut ends);
                tally.terminating += active.len();
                (running, ready) = (0, 0);
            }
        } else if job.spec.suspend {
            if may_act {
                failure = self.dismiss(&job, &active).await.err();
            }
            if may_act && failure.is_none() {
                tally.terminating += active.len();
                (running, ready) = (0, 0);
            }
        } else if may_act {
            match self.scale(&job, &active, &all, &tally).await {
                Ok((count, again)) => {
                    running = count;
                    next = again;
                }
                Err(error) => failure = Some(error),
            }
        }
        // A job ends when its pods have, and every end is counted and its pod freed.
        let settled = active.is_empty() && tally.terminating == 0 && ends.is_empty();
        let over = verdict.as_ref().filter(|_| settled);
        let status = json!({
            "startTime": start.map(time), "active": running, "ready": ready, "terminating": tally.terminating,
            "succeeded": tally.succeeded, "failed": tally.failed,
            "completedIndexes": if indexed && !tally.completed.is_empty() { format_indexes(&tally.completed).into() } else { Value::Null },
            "failedIndexes": if job.spec.backoff_limit_per_index.is_some() { format_indexes(&tally.given_up).into() } else { Value::Null },
            "uncountedTerminatedPods": { "succeeded": ends.done, "failed": ends.lost },
            "conditions": self.conditions(&job, verdict.as_ref(), over.is_some()),
            "completionTime": match over { Some((true, ..)) => now().into(), _ => Value::Null },
        });
        self.write(&job, &status).await?;
        // What is counted is free to go.
        let mut ended: HashSet<&String> = ends.all().collect();
        if job.spec.backoff_limit_per_index.is_some() && verdict.is_none() {
            // The last failed pod of an index tells its successor how often the index has failed.
            let tracked: Vec<&Pod> = failed_pods.iter().copied().filter(|pod| is_tracked(pod)).collect();
            for last in latest_failures(&tracked) {
                let replaced = active.iter().any(|pod| index(pod) == index(last));
                let settled = index(last)
                    .is_none_or(|at| tally.completed.contains(&at) || tally.given_up.contains(&at));
                if !replaced && !settled {
                    ended.remove(&last.metadata.uid);
                }
            }
        }
        self.free(all.iter().copied().filter(|pod| ended.contains(&pod.metadata.uid))).await?;
        if let Some((success, _, message)) = over {
            if *success {
                self.control.recorder.event(&about, "Normal", "Completed", "Job completed");
            } else {
                let reason = verdict.as_ref().map(|(_, reason, _)| reason.clone()).unwrap_or_default();
                self.control.recorder.event(&about, "Warning", &reason, message.clone());
            }
        }
        if let Some(error) = failure {
            return Err(error.into());
        }
        if let (Some(deadline), Some(start), None) = (job.spec.active_deadline_seconds, start, &verdict) {
            let left =
                (start + jiff::SignedDuration::from_secs(deadline)).duration_since(jiff::Timestamp::now());
            let left = Duration::try_from(left).unwrap_or_default() + Duration::from_millis(100);
            next = Some(next.map_or(left, |next: Duration| next.min(left)));
        }
        Ok(next)
    }

    /// Whether the job is over: success or not, the reason and a sentence.
    fn verdict(
        &self,
        job: &Job,
        active: &[&Pod],
        failed_pods: &[&Pod],
        tally: &Tally,
    ) -> Option<(bool, String, String)> {
        // What was decided stays decided, though pods go.
        for (kind, success) in [("SuccessCriteriaMet", true), ("FailureTarget", false)] {
            let decided = condition(&job.status.conditions, kind).filter(|decided| decided.status == "True");
            if let Some(decided) = decided {
                return Some((success, decided.reason.clone(), decided.message.clone()));
            }
        }
        let by_rule = failed_pods.iter().find_map(|pod| match policy::judge(job, pod) {
            Failure::FailJob(why) => Some(why),
            _ => None,
        });
        if let Some(why) = by_rule {
            return Some((false, "PodFailurePolicy".into(), why));
        }
        if let Some(why) = policy::succeeded(job, &tally.completed) {
            return Some((true, "SuccessPolicy".into(), why));
        }
        let retries: i64 = if job.spec.template["spec"]["restartPolicy"] == "OnFailure" {
            let restarts = |pod: &&Pod| {
                pod.status.container_statuses.iter().map(|s| i64::from(s.restart_count)).sum::<i64>()
            };
            active.iter().map(restarts).sum()
        } else {
            0
        };
        let limit = job.spec.backoff_limit.unwrap_or(6);
        if tally.failed > limit || (retries > 0 && retries >= limit.max(1)) {
            let message = "Job has reached the specified backoff limit";
            return Some((false, "BackoffLimitExceeded".into(), message.into()));
        }
        if let (Some(deadline), Some(start), false) =
            (job.spec.active_deadline_seconds, job.status.start_time, job.spec.suspend)
            && jiff::Timestamp::now() >= start + jiff::SignedDuration::from_secs(deadline)
        {
            let message = "Job was active longer than specified deadline";
            return Some((false, "DeadlineExceeded".into(), message.into()));
        }
        let lost = i64::try_from(tally.given_up.len()).unwrap_or(i64::MAX);
        if job.spec.max_failed_indexes.is_some_and(|most| lost > most) {
            let message = "Job has exceeded the specified maximal number of failed indexes";
            return Some((false, "MaxFailedIndexesExceeded".into(), message.into()));
        }
        if lost > 0 && job.spec.completions.is_some_and(|completions| tally.succeeded + lost >= completions) {
            return Some((false, "FailedIndexes".into(), "Job has failed indexes".into()));
        }
        let complete = match job.spec.completions {
            Some(completions) => tally.succeeded >= completions,
            // Without a number one success says that the work is done, when the others are too.
            None => tally.succeeded > 0 && active.is_empty(),
        };
        complete
            .then(|| (true, "CompletionsReached".into(), "Reached expected number of succeeded pods".into()))
    }

    async fn scale(
        &self,
        job: &Job,
        active: &[&Pod],
        pods: &[&Pod],
        tally: &Tally,
    ) -> Result<(usize, Option<Duration>), client::Error> {
        let about = reference::<Job>(&job.metadata);
        let key = job.metadata.key();
        let parallelism = job.spec.parallelism.unwrap_or(1).max(0);
        let wanted = match job.spec.completions {
            Some(completions) => {
                let lost = i64::try_from(tally.given_up.len()).unwrap_or(i64::MAX);
                parallelism.min((completions - tally.succeeded - lost).max(0))
            }
            // Once one has succeeded no new ones begin.
            None if tally.succeeded > 0 => i64::try_from(active.len()).unwrap_or_default().min(parallelism),
            None => parallelism,
        };
        let wanted = usize::try_from(wanted).unwrap_or_default();
        if active.len() > wanted {
            let mut order = active.to_vec();
            rank_for_deletion(&mut order, |_| 0);
            order.truncate(active.len() - wanted);
            self.dismiss(job, &order).await?;
            return Ok((wanted, None));
        }
        // With this policy pods on their way out still hold their place; it goes with rules about
        // failures.
        let held = active.len() + if waits_for_the_end(job) { tally.terminating } else { 0 };
        let missing = wanted.saturating_sub(held);
        if missing == 0 {
            return Ok((active.len(), None));
        }
        let owner = controller_of::<Job>(&job.metadata);
        if job.spec.backoff_limit_per_index.is_some() {
            let (bodies, next) = successors(job, &owner, pods, missing, tally);
            let count = bodies.len();
            self.control.expectations.expect(&key, count, []);
            self.control.create(&about, bodies).await?;
            return Ok((active.len() + count, next));
        }
        // After a failure the next attempt waits, longer each time.
        if tally.failed > 0 {
            let last =
                pods.iter().filter(|pod| pod.status.phase == "Failed").filter_map(|pod| ended_at(pod)).max();
            if let Some(left) = last.and_then(|last| backoff_left(tally.failed, last)) {
                return Ok((active.len(), Some(left)));
            }
        }
        let mut bodies = Vec::new();
        if job.spec.completion_mode.as_deref() == Some("Indexed") {
            let taken = taken(job, pods);
            let free = (0..job.spec.completions.unwrap_or_default())
                .filter(|index| !tally.completed.contains(index) && !taken.contains(index));
            for index in free.take(missing) {
                bodies.push(body(job, &owner, Some(index)));
            }
        } else {
            bodies = vec![body(job, &owner, None); missing];
        }
        let count = bodies.len();
        self.control.expectations.expect(&key, count, []);
        self.control.create(&about, bodies).await?;
        Ok((active.len() + count, None))
    }

    fn conditions(&self, job: &Job, verdict: Option<&(bool, String, String)>, over: bool) -> Value {
        let mut conditions = others(&job.status.conditions, OWN_CONDITIONS);
        let mut put = |kind: &str, status: &str, reason: &str, message: &str| {
            let before = condition(&job.status.conditions, kind).filter(|before| before.status == status);
            let since = before.and_then(|before| before.last_transition_time).map_or_else(now, time);
            conditions.push(json!({
                "type": kind, "status": status, "reason": reason, "message": message,
                "lastProbeTime": since, "lastTransitionTime": since,
            }));
        };
        if job.spec.suspend {
            put("Suspended", "True", "JobSuspended", "Job suspended");
        } else if condition(&job.status.conditions, "Suspended").is_some() {
            put("Suspended", "False", "JobResumed", "Job resumed");
        }
        if let Some((success, reason, message)) = verdict {
            let (target, end) =
                if *success { ("SuccessCriteriaMet", "Complete") } else { ("FailureTarget", "Failed") };
            put(target, "True", reason, message);
            if over {
                put(end, "True", reason, message);
            }
        }
        if conditions.is_empty() { Value::Null } else { conditions.into() }
    }

    async fn write(&self, job: &Job, status: &Value) -> Result<()> {
        let old = &job.status;
        let kinds = |value: &Value| -> Vec<(String, String)> {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
            value.as_array().into_iter().flatten().map(|c| (text(&c["type"]), text(&c["status"]))).collect()
        };
        let before: Vec<(String, String)> =
            old.conditions.iter().map(|c| (c.kind.clone(), c.status.clone())).collect();
        let uids = |value: &Value| -> HashSet<String> {
            value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|uid| uid.as_str().map(str::to_string))
                .collect()
        };
        let listed: HashSet<String> = uids(&status["uncountedTerminatedPods"]["succeeded"])
            .into_iter()
            .chain(uids(&status["uncountedTerminatedPods"]["failed"]))
            .collect();
        let same = status["active"] == old.active
            && status["succeeded"] == old.succeeded
            && status["failed"] == old.failed
            && status["ready"] == old.ready.unwrap_or_default()
            && status["terminating"] == old.terminating.unwrap_or_default()
            && status["failedIndexes"].as_str() == old.failed_indexes.as_deref()
            && status["completedIndexes"].as_str().unwrap_or_default() == old.completed_indexes
            && status["startTime"].is_null() == old.start_time.is_none()
            && kinds(&status["conditions"]) == before
            && listed == old.uncounted.all().map(str::to_string).collect();
        if same {
            return Ok(());
        }
        // Counting on an old view would count twice.
        let revision = Some(job.metadata.resource_version.as_str());
        let changes = json!({ "status": status });
        Ok(merge::<Job>(&self.client, &job.metadata, Some("status"), revision, &changes).await?)
    }

    /// Deletes pods of a job that is over; their ends are still to be counted.
    async fn stop<'p>(
        &self,
        job: &Job,
        pods: impl Iterator<Item = &'p Pod> + Clone,
    ) -> Result<(), client::Error> {
        if pods.clone().next().is_none() {
            return Ok(());
        }
        let uids = pods.clone().map(|pod| pod.metadata.uid.clone());
        self.control.expectations.expect(&job.metadata.key(), 0, uids);
        self.control.delete(&reference::<Job>(&job.metadata), pods).await
    }

    /// Deletes pods that are not needed now: what becomes of them counts for nothing.
    async fn dismiss(&self, job: &Job, pods: &[&Pod]) -> Result<(), client::Error> {
        self.free(pods.iter().copied()).await?;
        self.stop(job, pods.iter().copied()).await
    }

    async fn free<'a>(&self, pods: impl Iterator<Item = &'a Pod>) -> Result<(), client::Error> {
        for pod in pods.filter(|pod| is_tracked(pod)) {
            let path = Pod::path(Some(&pod.metadata.namespace), Some(&pod.metadata.name), None);
            let patch = json!({ "metadata": {
                "uid": pod.metadata.uid, "$deleteFromPrimitiveList/finalizers": [FINALIZER],
            } });
            gone_is_fine(self.client.patch::<_, Value>(&path, PatchType::Strategic, &patch).await)?;
        }
        Ok(())
    }

    /// The job's pods: those it owns and selects, and those without an owner that it selects.
    async fn claim(&self, job: &Job) -> Result<Vec<Arc<Pod>>> {
        let mut mine = Vec::new();
        for pod in self.pods.store().list_namespace(&job.metadata.namespace) {
            let claim = Claim::of(job, &pod);
            let meta = match claim {
                Claim::None => continue,
                Claim::Owned => {
                    mine.push(pod);
                    continue;
                }
                Claim::Adopt => json!({
                    "uid": pod.metadata.uid, "finalizers": [FINALIZER],
                    "ownerReferences": [controller_of::<Job>(&job.metadata)],
                }),
                Claim::Release => json!({
                    "uid": pod.metadata.uid, "$deleteFromPrimitiveList/finalizers": [FINALIZER],
                    "ownerReferences": [{ "$patch": "delete", "uid": job.metadata.uid }],
                }),
            };
            let path = Pod::path(Some(&pod.metadata.namespace), Some(&pod.metadata.name), None);
            let patch = json!({ "metadata": meta });
            gone_is_fine(self.client.patch::<_, Value>(&path, PatchType::Strategic, &patch).await)?;
            if claim == Claim::Adopt {
                mine.push(pod);
            }
        }
        Ok(mine)
    }

    /// Pods of a job that is gone must not be held back by its finalizer.
    async fn free_orphans(&self, key: &Key) -> Result<()> {
        let pods: Vec<Arc<Pod>> = self
            .pods
            .store()
            .list_namespace(&key.namespace)
            .into_iter()
            .filter(|pod| {
                pod.metadata.controller().is_some_and(|owner| owner.kind == "Job" && owner.name == key.name)
            })
            .collect();
        Ok(self.free(pods.iter().map(Arc::as_ref)).await?)
    }
}

/// When a pod ended, as far as that can be told.
fn ended_at(pod: &Pod) -> Option<jiff::Timestamp> {
    let ready = condition(&pod.status.conditions, "Ready").and_then(|c| c.last_transition_time);
    ready.or(pod.status.start_time).or(pod.metadata.creation_timestamp)
}

/// How long the next attempt still has to wait after so many failures.
fn backoff_left(failed: i64, last: jiff::Timestamp) -> Option<Duration> {
    let exponent = u32::try_from(failed - 1).unwrap_or(0).min(10);
    let wait = BACKOFF.saturating_mul(1 << exponent).min(MOST_BACKOFF);
    let passed = Duration::try_from(jiff::Timestamp::now().duration_since(last)).unwrap_or_default();
    (passed < wait).then(|| wait - passed)
}

/// Of each index the pod that failed last: the one that was told of the most failures.
fn latest_failures<'a>(failed: &[&'a Pod]) -> Vec<&'a Pod> {
    let told = |pod: &Pod| -> i64 {
        let note = |name: &str| pod.metadata.annotations.get(name).and_then(|text| text.parse::<i64>().ok());
        note(policy::FAILURES).unwrap_or_default() + note(policy::IGNORED).unwrap_or_default()
    };
    let mut latest: std::collections::BTreeMap<i64, &Pod> = std::collections::BTreeMap::new();
    for pod in failed {
        let Some(at) = index(pod) else { continue };
        let known = latest.entry(at).or_insert(pod);
        if told(pod) > told(known) {
            *known = pod;
        }
    }
    latest.into_values().collect()
}

/// New pods for indexes that have none, each told how often its index has failed and each after
/// that index's own wait; and when the first of those that wait is due.
fn successors(
    job: &Job,
    owner: &Value,
    pods: &[&Pod],
    missing: usize,
    tally: &Tally,
) -> (Vec<Value>, Option<Duration>) {
    let failed: Vec<&Pod> =
        pods.iter().copied().filter(|pod| is_tracked(pod) && has_failed(job, pod)).collect();
    let failures = policy::index_failures(job, &failed);
    let taken = taken(job, pods);
    let latest = latest_failures(&failed);
    let (mut bodies, mut next) = (Vec::new(), None::<Duration>);
    for at in 0..job.spec.completions.unwrap_or_default() {
        if bodies.len() >= missing {
            break;
        }
        if tally.completed.contains(&at) || tally.given_up.contains(&at) || taken.contains(&at) {
            continue;
        }
        let seen = failures.get(&at).copied().unwrap_or_default();
        let last = latest.iter().find(|pod| index(pod) == Some(at)).and_then(|pod| ended_at(pod));
        if let Some(left) =
            last.filter(|_| seen.counted > 0).and_then(|last| backoff_left(seen.counted, last))
        {
            next = Some(next.map_or(left, |next| next.min(left)));
            continue;
        }
        let mut pod = body(job, owner, Some(at));
        pod["metadata"]["annotations"][policy::FAILURES] = seen.counted.to_string().into();
        if seen.ignored > 0 {
            pod["metadata"]["annotations"][policy::IGNORED] = seen.ignored.to_string().into();
        }
        bodies.push(pod);
    }
    (bodies, next)
}

fn body(job: &Job, owner: &Value, index: Option<i64>) -> Value {
    let mut template = job.spec.template.clone();
    let mut generate = format!("{}-", job.metadata.name);
    match template["metadata"]["finalizers"].as_array_mut() {
        Some(finalizers) => finalizers.push(FINALIZER.into()),
        None => template["metadata"]["finalizers"] = json!([FINALIZER]),
    }
    if let Some(index) = index {
        generate = format!("{}-{index}-", job.metadata.name);
        let text = index.to_string();
        template["metadata"]["annotations"][INDEX] = text.clone().into();
        template["metadata"]["labels"][INDEX] = text.into();
        if template["spec"]["hostname"].is_null() {
            template["spec"]["hostname"] = format!("{}-{index}", job.metadata.name).into();
        }
        let source = json!({ "fieldRef": { "fieldPath": format!("metadata.annotations['{INDEX}']") } });
        for list in ["containers", "initContainers"] {
            for container in template["spec"][list].as_array_mut().into_iter().flatten() {
                let variable = json!({ "name": "JOB_COMPLETION_INDEX", "valueFrom": source });
                match container["env"].as_array_mut() {
                    Some(all) => all.push(variable),
                    None => container["env"] = json!([variable]),
                }
            }
        }
    }
    from_template(&template, &job.metadata.namespace, &generate, owner.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes() {
        for text in ["", "0", "0-2,5", "1,2,4-9"] {
            let parsed = parse_indexes(text);
            assert_eq!(parse_indexes(&format_indexes(&parsed)), parsed, "{text}");
        }
        assert_eq!(format_indexes(&BTreeSet::from([0, 1, 2, 5])), "0-2,5");
        assert_eq!(format_indexes(&BTreeSet::from([3, 4])), "3,4");
    }

    fn job(spec: Value, status: Value) -> Job {
        let meta = json!({"name": "j", "namespace": "n", "uid": "u"});
        serde_json::from_value(json!({"metadata": meta, "spec": spec, "status": status})).expect("decodes")
    }

    /// A pod of an index; `marks`: `T` tracked, `D` on its way out.
    fn pod(at: i64, phase: &str, marks: &str) -> Pod {
        let deleted = marks.contains('D').then_some("2026-01-01T00:00:00Z");
        let finalizers = if marks.contains('T') { json!([FINALIZER]) } else { json!([]) };
        serde_json::from_value(json!({
            "metadata": {"name": format!("j-{at}"), "namespace": "n", "uid": format!("u{at}"), "deletionTimestamp": deleted,
                "finalizers": finalizers, "annotations": {INDEX: at.to_string(), policy::FAILURES: "0"}},
            "status": {"phase": phase}}))
        .expect("decodes")
    }

    fn indexed(more: Value) -> Value {
        let mut spec = json!({"completions": 3, "parallelism": 3, "completionMode": "Indexed", "backoffLimitPerIndex": 0});
        for (name, value) in more.as_object().into_iter().flatten() {
            spec[name] = value.clone();
        }
        spec
    }

    /// An index whose pod was killed because the job had failed has not failed itself, at no moment.
    #[test]
    fn a_job_that_fails_gives_up_no_index_that_ran() {
        for spec in [
            json!({"maxFailedIndexes": 0}),
            json!({"podFailurePolicy": {"rules": [{"action": "FailJob", "onPodConditions": [{"type": "X", "status": "True"}]}]}}),
        ] {
            let spec = indexed(spec);
            let pods = [pod(0, "Failed", "T"), pod(1, "Running", "T"), pod(2, "Succeeded", "T")];
            let pods: Vec<&Pod> = pods.iter().collect();
            let first = job(spec.clone(), json!({}));
            let (mut tally, mut ends) = count(&first, &pods);
            assert_eq!((tally.failed, &tally.given_up), (1, &BTreeSet::from([0])));
            close(&first, &pods, false, &mut tally, &mut ends);
            assert_eq!((tally.failed, &tally.given_up), (2, &BTreeSet::from([0])));
            assert_eq!((ends.lost.len(), ends.done.len(), ends.dropped.len()), (2, 1, 0));

            let status = json!({
                "failed": 2, "failedIndexes": "0", "completedIndexes": "2", "succeeded": 1,
                "uncountedTerminatedPods": {"failed": ends.lost, "succeeded": ends.done},
                "conditions": [{"type": "FailureTarget", "status": "True"}],
            });
            // What is seen of the pod later: deleted, free, and ended.
            for (phase, marks) in [("Running", "TD"), ("Running", "D"), ("Failed", "D"), ("Failed", "TD")] {
                let later = job(spec.clone(), status.clone());
                let pods = [pod(0, "Failed", ""), pod(1, phase, marks), pod(2, "Succeeded", "")];
                let pods: Vec<&Pod> = pods.iter().collect();
                let (mut tally, mut ends) = count(&later, &pods);
                close(&later, &pods, false, &mut tally, &mut ends);
                assert_eq!((tally.failed, &tally.given_up), (2, &BTreeSet::from([0])), "{phase} {marks}");
            }
        }
    }

    #[test]
    fn who_ran_when_enough_had_succeeded_has_not_failed() {
        let spec = indexed(json!({"successPolicy": {"rules": [{"succeededIndexes": "0"}]}}));
        let pods = [pod(0, "Succeeded", "T"), pod(1, "Running", "T"), pod(2, "Failed", "T")];
        let pods: Vec<&Pod> = pods.iter().collect();
        let first = job(spec.clone(), json!({}));
        let (mut tally, mut ends) = count(&first, &pods);
        close(&first, &pods, true, &mut tally, &mut ends);
        assert_eq!(
            (tally.failed, &tally.given_up, &ends.dropped),
            (1, &BTreeSet::from([2]), &vec!["u1".to_string()])
        );
        let later = job(
            spec,
            json!({
                "failed": 1, "failedIndexes": "2", "completedIndexes": "0", "succeeded": 1,
                "conditions": [{"type": "SuccessCriteriaMet", "status": "True"}],
            }),
        );
        let pods = [pod(1, "Running", "TD")];
        let pods: Vec<&Pod> = pods.iter().collect();
        let (mut tally, mut ends) = count(&later, &pods);
        close(&later, &pods, true, &mut tally, &mut ends);
        assert_eq!((tally.failed, &tally.given_up, ends.dropped.len()), (1, &BTreeSet::from([2]), 1));
    }

    #[test]
    fn a_deleted_pod_has_failed_unless_its_end_is_waited_for() {
        for (spec, failed) in [
            (json!({}), 1),
            (json!({"podReplacementPolicy": "TerminatingOrFailed"}), 1),
            (json!({"podReplacementPolicy": "Failed"}), 0),
            (json!({"podFailurePolicy": {"rules": []}}), 0),
        ] {
            let job = job(indexed(spec.clone()), json!({}));
            let pods = [pod(0, "Running", "TD"), pod(7, "Failed", "T")];
            let pods: Vec<&Pod> = pods.iter().collect();
            assert_eq!(count(&job, &pods).0.failed, failed, "{spec}");
            assert_eq!(taken(&job, &pods).is_empty(), failed == 1, "{spec}");
        }
    }

    #[test]
    fn an_indexed_pod_knows_its_index() {
        let job: Job = serde_json::from_value(json!({
            "metadata": {"name": "j", "namespace": "n", "uid": "u"},
            "spec": {"template": {"spec": {"containers": [{"name": "c"}]}}}}))
        .expect("decodes");
        let body = body(&job, &json!({}), Some(3));
        assert_eq!(body["metadata"]["generateName"], "j-3-");
        assert_eq!(body["spec"]["hostname"], "j-3");
        assert_eq!(body["spec"]["containers"][0]["env"][0]["name"], "JOB_COMPLETION_INDEX");
        assert_eq!(body["metadata"]["finalizers"][0], FINALIZER);
    }
}
