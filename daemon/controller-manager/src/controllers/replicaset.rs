//! Replica sets and replication controllers: as many pods as asked for.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use apimachinery::labels::Selector;
use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Client, Key};
use serde_json::{Value, json};

use crate::context::{Context, controller_of, gone_is_fine, merge, now, recorder, reference};
use crate::expectations::Expectations;
use crate::objects::{Pod, ReplicaSet, ReplicationController, Resource, selector};
use crate::pods::{self, PodControl, adopt, from_template, rank_for_deletion, release};

/// Pods created or deleted in one go at most.
const BURST: usize = 500;

/// The two kinds that differ in little but their selector.
pub trait Replicated: Resource {
    fn set(&self) -> &ReplicaSet;
    fn selector(&self) -> Option<Selector>;
}

impl Replicated for ReplicaSet {
    fn set(&self) -> &ReplicaSet {
        self
    }
    fn selector(&self) -> Option<Selector> {
        selector(&self.spec.selector)
    }
}

impl Replicated for ReplicationController {
    fn set(&self) -> &ReplicaSet {
        &self.0
    }
    fn selector(&self) -> Option<Selector> {
        let map = serde_json::from_value(self.0.spec.selector.clone()).ok()?;
        Some(Selector::from_map(&map))
    }
}

struct Controller<R> {
    sets: Informer<R>,
    pods: Informer<Pod>,
    client: Client,
    control: PodControl,
}

/// Runs the controller for one of the kinds.
pub async fn run<R: Replicated>(context: Arc<Context>, account: &'static str, name: &'static str) {
    let client = context.client_of(account).await;
    let expectations = Expectations::default();
    let control = PodControl {
        recorder: recorder(&client, name),
        client: client.clone(),
        expectations: expectations.clone(),
    };
    let controller =
        Arc::new(Controller::<R> { sets: context.informer(), pods: context.informer(), client, control });
    let queue: WorkQueue<Key> = WorkQueue::new();
    context.enqueue::<R>(&queue);
    let sets = controller.sets.clone();
    pods::follow(&context, R::KIND, &queue, &expectations, move |pod| {
        let all = sets.store().list_namespace(&pod.metadata.namespace);
        let chosen = |set: &R| set.selector().is_some_and(|selector| selector.matches(&pod.metadata.labels));
        all.iter().filter(|set| chosen(set)).map(|set| set.meta().key()).collect()
    });
    controller.sets.wait_synced().await;
    controller.pods.wait_synced().await;
    context
        .work(&queue, context.config.replica_sets_at_once, move |key| {
            let controller = controller.clone();
            async move { controller.sync(key).await }
        })
        .await;
}

impl<R: Replicated> Controller<R> {
    async fn sync(&self, key: Key) -> Result<Option<Duration>> {
        let Some(object) = self.sets.store().get(&key) else {
            self.control.expectations.forget(&key);
            return Ok(None);
        };
        let set = object.set();
        let Some(selector) = object.selector().filter(|selector| !selector.is_everything()) else {
            return Ok(None);
        };
        let may_act = self.control.expectations.satisfied(&key);
        let pods = self.claim(set, &selector).await?;
        let active: Vec<&Pod> = pods.iter().map(Arc::as_ref).filter(|pod| pod.is_active()).collect();
        let mut failure = None;
        if may_act && set.metadata.deletion_timestamp.is_none() {
            failure = self.scale(set, &active).await.err();
        }
        self.status(set, &selector, &pods, failure.as_ref()).await?;
        if let Some(error) = failure {
            return Err(error.into());
        }
        // Pods become available by mere passing of time.
        let now = jiff::Timestamp::now();
        let next = active
            .iter()
            .filter_map(|pod| pod.available_at(set.spec.min_ready_seconds))
            .filter(|at| *at > now)
            .min();
        Ok(next
            .map(|at| Duration::from_millis(at.duration_since(now).as_millis().unsigned_abs() as u64 + 50)))
    }

    /// The set's pods: those it owns, and those without an owner that it selects.
    async fn claim(&self, set: &ReplicaSet, selector: &Selector) -> Result<Vec<Arc<Pod>>> {
        let mut mine = Vec::new();
        for pod in self.pods.store().list_namespace(&set.metadata.namespace) {
            let matches = selector.matches(&pod.metadata.labels);
            match pod.metadata.controller() {
                Some(owner) if owner.uid == set.metadata.uid => {
                    if matches || set.metadata.deletion_timestamp.is_some() {
                        mine.push(pod);
                    } else {
                        release::<Pod>(&self.client, &pod.metadata, &set.metadata.uid).await?;
                    }
                }
                None if matches && pod.is_active() && set.metadata.deletion_timestamp.is_none() => {
                    let owner = controller_of::<R>(&set.metadata);
                    gone_is_fine(adopt::<Pod>(&self.client, &pod.metadata, &owner).await)?;
                    mine.push(pod);
                }
                _ => {}
            }
        }
        Ok(mine)
    }

    async fn scale(&self, set: &ReplicaSet, active: &[&Pod]) -> Result<(), client::Error> {
        let wanted = usize::try_from(set.replicas()).unwrap_or_default();
        let owner = reference::<R>(&set.metadata);
        let key = set.metadata.key();
        if active.len() < wanted {
            let count = (wanted - active.len()).min(BURST);
            self.control.expectations.expect(&key, count, []);
            let generate = format!("{}-", set.metadata.name);
            let body = from_template(
                &set.spec.template,
                &set.metadata.namespace,
                &generate,
                controller_of::<R>(&set.metadata),
            );
            self.control.create(&owner, vec![body; count]).await
        } else if active.len() > wanted {
            let count = (active.len() - wanted).min(BURST);
            let mut per_node: HashMap<&str, usize> = HashMap::new();
            for pod in active {
                *per_node.entry(&pod.spec.node_name).or_default() += 1;
            }
            let mut order = active.to_vec();
            rank_for_deletion(&mut order, |pod| {
                per_node.get(pod.spec.node_name.as_str()).copied().unwrap_or_default()
            });
            order.truncate(count);
            let uids = order.iter().map(|pod| pod.metadata.uid.clone());
            self.control.expectations.expect(&key, 0, uids);
            self.control.delete(&owner, order).await
        } else {
            Ok(())
        }
    }

    async fn status(
        &self,
        set: &ReplicaSet,
        _selector: &Selector,
        pods: &[Arc<Pod>],
        failure: Option<&client::Error>,
    ) -> Result<()> {
        let labels = set.spec.template["metadata"]["labels"].as_object().cloned().unwrap_or_default();
        let now_stamp = jiff::Timestamp::now();
        let count = |pick: &dyn Fn(&Pod) -> bool| {
            i64::try_from(pods.iter().filter(|pod| pod.is_active() && pick(pod)).count()).unwrap_or(i64::MAX)
        };
        let fully = count(&|pod| {
            labels
                .iter()
                .all(|(name, value)| pod.metadata.labels.get(name).map(String::as_str) == value.as_str())
        });
        let terminating =
            pods.iter().filter(|pod| pod.metadata.deletion_timestamp.is_some() && !pod.has_ended()).count();
        let mut conditions: Vec<Value> = set
            .status
            .conditions
            .iter()
            .filter(|condition| condition.kind != "ReplicaFailure")
            .map(|condition| {
                json!({
                    "type": condition.kind, "status": condition.status, "reason": condition.reason,
                    "message": condition.message, "lastTransitionTime": condition.last_transition_time,
                })
            })
            .collect();
        let failing = set.status.conditions.iter().any(|condition| condition.kind == "ReplicaFailure");
        if let Some(error) = failure {
            let reason = if set.replicas() >= set.status.replicas { "FailedCreate" } else { "FailedDelete" };
            conditions.push(json!({
                "type": "ReplicaFailure", "status": "True", "reason": reason,
                "message": error.to_string(), "lastTransitionTime": now(),
            }));
        }
        let (replicas, ready) = (count(&|_| true), count(&Pod::is_ready));
        let available = count(&|pod| pod.is_available(set.spec.min_ready_seconds, now_stamp));
        let old = &set.status;
        if old.replicas == replicas
            && old.fully_labeled_replicas == fully
            && old.ready_replicas == ready
            && old.available_replicas == available
            && old.observed_generation >= set.metadata.generation
            && failing == failure.is_some()
        {
            return Ok(());
        }
        let mut status = json!({
            "replicas": replicas, "fullyLabeledReplicas": fully, "readyReplicas": ready,
            "availableReplicas": available, "observedGeneration": set.metadata.generation,
            "conditions": if conditions.is_empty() { Value::Null } else { conditions.into() },
        });
        if R::GROUP == "apps" {
            status["terminatingReplicas"] = terminating.into();
        }
        let changes = json!({ "status": status });
        Ok(merge::<R>(&self.client, &set.metadata, Some("status"), None, &changes).await?)
    }
}
