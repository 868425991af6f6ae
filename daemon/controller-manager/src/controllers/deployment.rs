//! Deployments: a replica set for each version of the template, and the way from one to the next.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use apimachinery::labels::Selector;
use client::events::Recorder;
use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Client, Key, PatchType};
use serde_json::{Map, Value, json};

use super::rollout::{self, DESIRED, HASH, MAX, REVISION};
use crate::context::{Context, controller_of, gone_is_fine, merge, now, recorder, reference};
use crate::objects::{Condition, Deployment, Pod, ReplicaSet, Resource, condition, others, selector};
use crate::pods::{adopt, release};

struct Controller {
    deployments: Informer<Deployment>,
    sets: Informer<ReplicaSet>,
    pods: Informer<Pod>,
    client: Client,
    recorder: Recorder,
}

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of("deployment-controller").await;
    let controller = Arc::new(Controller {
        deployments: context.informer(),
        sets: context.informer(),
        pods: context.informer(),
        recorder: recorder(&client, "deployment-controller"),
        client,
    });
    let queue: WorkQueue<Key> = WorkQueue::new();
    context.enqueue::<Deployment>(&queue);
    let (deployments, set_queue) = (controller.deployments.clone(), queue.clone());
    context.on::<ReplicaSet>(move |event| {
        let set = event.object();
        match set.metadata.controller() {
            Some(owner) if owner.kind == "Deployment" => {
                set_queue.add(Key::new(&*set.metadata.namespace, &*owner.name));
            }
            Some(_) => {}
            None => {
                for deployment in deployments.store().list_namespace(&set.metadata.namespace) {
                    let matches = selector(&deployment.spec.selector)
                        .is_some_and(|selector| selector.matches(&set.metadata.labels));
                    if matches {
                        set_queue.add(deployment.metadata.key());
                    }
                }
            }
        }
    });
    // With Recreate the last old pod must be gone before the first new one comes.
    let (sets, pod_queue) = (controller.sets.clone(), queue.clone());
    context.on::<Pod>(move |event| {
        if let client::informer::Event::Deleted(pod) = event
            && let Some(owner) = pod.metadata.controller().filter(|owner| owner.kind == "ReplicaSet")
            && let Some(set) = sets.store().get(&Key::new(&*pod.metadata.namespace, &*owner.name))
            && let Some(owner) = set.metadata.controller()
        {
            pod_queue.add(Key::new(&*pod.metadata.namespace, &*owner.name));
        }
    });
    controller.deployments.wait_synced().await;
    controller.sets.wait_synced().await;
    controller.pods.wait_synced().await;
    context
        .work(&queue, context.config.deployments_at_once, move |key| {
            let controller = controller.clone();
            async move { controller.sync(key).await }
        })
        .await;
}

fn revision(set: &ReplicaSet) -> i64 {
    set.metadata.annotations.get(REVISION).and_then(|text| text.parse().ok()).unwrap_or_default()
}

impl Controller {
    async fn sync(&self, key: Key) -> Result<Option<Duration>> {
        let Some(deployment) = self.deployments.store().get(&key) else { return Ok(None) };
        let Some(select) = selector(&deployment.spec.selector) else { return Ok(None) };
        if select.is_everything() {
            let message = "This deployment is selecting all pods. A non-empty selector is required.";
            self.event(&deployment, "Warning", "SelectingAll", message);
            return Ok(None);
        }
        let mut sets = self.claim(&deployment, &select).await?;
        // Oldest first.
        sets.sort_by(|a, b| {
            (a.metadata.creation_timestamp, &a.metadata.name)
                .cmp(&(b.metadata.creation_timestamp, &b.metadata.name))
        });
        let found = sets
            .iter()
            .find(|set| rollout::same_template(&set.spec.template, &deployment.spec.template))
            .cloned();
        if deployment.metadata.deletion_timestamp.is_some() {
            return self.status(&deployment, &sets, found.as_ref()).await;
        }
        if deployment.spec.paused {
            self.scale_all(&deployment, &sets, found.as_ref()).await?;
            return self.status(&deployment, &sets, found.as_ref()).await;
        }
        let new = match found {
            Some(found) => self.keep_annotated(&deployment, found, &sets).await?,
            None if deployment.spec.strategy.kind == "Recreate" && self.old_pods_left(&deployment, &sets) => {
                for set in sets.iter().filter(|set| set.replicas() > 0) {
                    self.scale(&deployment, set, 0).await?;
                }
                return self.status(&deployment, &sets, None).await;
            }
            None => match self.create(&deployment, &sets).await? {
                Some(created) => created,
                // The name was taken by another template: the next round takes another hash.
                None => return Ok(None),
            },
        };
        let old: Vec<&ReplicaSet> =
            sets.iter().map(Arc::as_ref).filter(|set| set.metadata.uid != new.metadata.uid).collect();
        if self.is_scaling(&deployment, &sets) {
            self.scale_all(&deployment, &sets, Some(&new)).await?;
            return self.status(&deployment, &sets, Some(&new)).await;
        }
        if deployment.spec.strategy.kind == "Recreate" {
            let mut busy = false;
            for set in old.iter().filter(|set| set.replicas() > 0) {
                busy = true;
                self.scale(&deployment, set, 0).await?;
            }
            let others: Vec<Arc<ReplicaSet>> =
                sets.iter().filter(|set| set.metadata.uid != new.metadata.uid).cloned().collect();
            if !busy && !self.old_pods_left(&deployment, &others) {
                self.scale(&deployment, &new, deployment.replicas()).await?;
            }
        } else {
            let all = rollout::wanted(old.iter().copied()) + new.replicas();
            let size = rollout::new_replicas(&deployment, &new, all);
            if size != new.replicas() {
                self.scale(&deployment, &new, size).await?;
            } else if new.replicas() > deployment.replicas() {
                self.scale(&deployment, &new, deployment.replicas()).await?;
            } else {
                for (at, size) in rollout::old_replicas(&deployment, &new, &old) {
                    self.scale(&deployment, old[at], size).await?;
                }
            }
        }
        if complete(&deployment, &sets, Some(&new)) {
            self.clean_up(&deployment, &old).await?;
        }
        let mut all = sets.clone();
        if !all.iter().any(|set| set.metadata.uid == new.metadata.uid) {
            all.push(new.clone());
        }
        self.status(&deployment, &all, Some(&new)).await
    }

    fn event(&self, deployment: &Deployment, kind: &'static str, reason: &str, message: impl Into<String>) {
        self.recorder.event(&reference::<Deployment>(&deployment.metadata), kind, reason, message);
    }

    async fn claim(&self, deployment: &Deployment, select: &Selector) -> Result<Vec<Arc<ReplicaSet>>> {
        let mut mine = Vec::new();
        for set in self.sets.store().list_namespace(&deployment.metadata.namespace) {
            let matches = select.matches(&set.metadata.labels);
            match set.metadata.controller() {
                Some(owner) if owner.uid == deployment.metadata.uid && matches => mine.push(set),
                Some(owner)
                    if owner.uid == deployment.metadata.uid
                        && deployment.metadata.deletion_timestamp.is_none() =>
                {
                    release::<ReplicaSet>(&self.client, &set.metadata, &deployment.metadata.uid).await?;
                }
                None if matches
                    && set.metadata.deletion_timestamp.is_none()
                    && deployment.metadata.deletion_timestamp.is_none() =>
                {
                    let owner = controller_of::<Deployment>(&deployment.metadata);
                    gone_is_fine(adopt::<ReplicaSet>(&self.client, &set.metadata, &owner).await)?;
                    mine.push(set);
                }
                _ => {}
            }
        }
        Ok(mine)
    }

    fn old_pods_left(&self, deployment: &Deployment, sets: &[Arc<ReplicaSet>]) -> bool {
        let owned = |pod: &Pod| {
            pod.metadata
                .controller()
                .is_some_and(|owner| sets.iter().any(|set| set.metadata.uid == owner.uid))
        };
        let pods = self.pods.store().list_namespace(&deployment.metadata.namespace);
        pods.iter().any(|pod| !pod.has_ended() && owned(pod))
    }

    /// Annotations that a replica set has from its deployment.
    fn annotations(deployment: &Deployment, revision: i64) -> Map<String, Value> {
        let (surge, _) = rollout::limits(deployment);
        let mut annotations: Map<String, Value> = deployment
            .metadata
            .annotations
            .iter()
            .filter(|(name, _)| {
                name.as_str() != "kubectl.kubernetes.io/last-applied-configuration"
                    && name.as_str() != REVISION
                    && name.as_str() != "deprecated.deployment.rollback.to"
            })
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        annotations.insert(REVISION.into(), revision.to_string().into());
        annotations.insert(DESIRED.into(), deployment.replicas().to_string().into());
        annotations.insert(MAX.into(), (deployment.replicas() + surge).to_string().into());
        annotations
    }

    async fn note_revision(&self, deployment: &Deployment, revision: i64) -> Result<()> {
        let text = revision.to_string();
        if deployment.metadata.annotations.get(REVISION) == Some(&text) {
            return Ok(());
        }
        let meta = &deployment.metadata;
        let changes = json!({ "metadata": { "annotations": { REVISION: text } } });
        Ok(merge::<Deployment>(&self.client, meta, None, None, &changes).await?)
    }

    /// The set of the current template, with its revision the newest.
    async fn keep_annotated(
        &self,
        deployment: &Deployment,
        set: Arc<ReplicaSet>,
        sets: &[Arc<ReplicaSet>],
    ) -> Result<Arc<ReplicaSet>> {
        let others =
            sets.iter().filter(|other| other.metadata.uid != set.metadata.uid).map(|other| revision(other));
        let newest = others.max().unwrap_or_default() + 1;
        let number = revision(&set).max(newest);
        self.note_revision(deployment, number).await?;
        if revision(&set) == number {
            return Ok(set);
        }
        // Going back to an earlier template: its set becomes the newest of all.
        let path = ReplicaSet::path(Some(&set.metadata.namespace), Some(&set.metadata.name), None);
        let mut annotations = Map::new();
        annotations.insert(REVISION.into(), number.to_string().into());
        let patch = json!({ "metadata": { "annotations": annotations } });
        let updated: ReplicaSet = self.client.patch(&path, PatchType::Merge, &patch).await?;
        Ok(Arc::new(updated))
    }

    async fn create(
        &self,
        deployment: &Deployment,
        sets: &[Arc<ReplicaSet>],
    ) -> Result<Option<Arc<ReplicaSet>>> {
        let meta = &deployment.metadata;
        let hash =
            rollout::hash(&deployment.spec.template, deployment.status.collision_count.unwrap_or_default());
        let number = sets.iter().map(|set| revision(set)).max().unwrap_or_default() + 1;
        let mut template = deployment.spec.template.clone();
        template["metadata"]["labels"][HASH] = hash.clone().into();
        let mut select = deployment.spec.selector.clone();
        select["matchLabels"][HASH] = hash.clone().into();
        let empty: ReplicaSet =
            serde_json::from_value(json!({ "spec": { "replicas": 0 } })).context("an empty set")?;
        let size = rollout::new_replicas(deployment, &empty, rollout::wanted(sets.iter().map(Arc::as_ref)));
        let name = format!("{}-{hash}", meta.name);
        let body = json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {
                "name": name, "namespace": meta.namespace,
                "labels": template["metadata"]["labels"],
                "annotations": Self::annotations(deployment, number),
                "ownerReferences": [controller_of::<Deployment>(meta)],
            },
            "spec": {
                "replicas": size, "minReadySeconds": deployment.spec.min_ready_seconds,
                "selector": select, "template": template,
            },
        });
        let path = ReplicaSet::path(Some(&meta.namespace), None, None);
        match self.client.create::<_, ReplicaSet>(&path, &body).await {
            Ok(created) => {
                self.note_revision(deployment, number).await?;
                if size > 0 {
                    let message = format!("Scaled up replica set {name} from 0 to {size}");
                    self.event(deployment, "Normal", "ScalingReplicaSet", message);
                }
                Ok(Some(Arc::new(created)))
            }
            Err(error) if error.is_already_exists() => {
                let path = ReplicaSet::path(Some(&meta.namespace), Some(&name), None);
                let there: ReplicaSet = self.client.get(&path).await?;
                let mine = there.metadata.controller().is_some_and(|owner| owner.uid == meta.uid);
                if mine && rollout::same_template(&there.spec.template, &deployment.spec.template) {
                    return Ok(Some(Arc::new(there)));
                }
                let count = deployment.status.collision_count.unwrap_or_default() + 1;
                let changes = json!({ "status": { "collisionCount": count } });
                merge::<Deployment>(&self.client, meta, Some("status"), None, &changes).await?;
                Ok(None)
            }
            Err(error) => {
                let message = format!("Failed to create new replica set {name:?}: {error}");
                self.event(deployment, "Warning", "ReplicaSetCreateError", message);
                Err(error.into())
            }
        }
    }

    /// Whether the deployment's size changed since its sets were last scaled.
    fn is_scaling(&self, deployment: &Deployment, sets: &[Arc<ReplicaSet>]) -> bool {
        sets.iter().filter(|set| set.replicas() > 0).any(|set| {
            let desired = set.metadata.annotations.get(DESIRED).and_then(|text| text.parse::<i64>().ok());
            desired.is_some_and(|desired| desired != deployment.replicas())
        })
    }

    async fn scale_all(
        &self,
        deployment: &Deployment,
        sets: &[Arc<ReplicaSet>],
        new: Option<&Arc<ReplicaSet>>,
    ) -> Result<()> {
        let mut active: Vec<&ReplicaSet> =
            sets.iter().map(Arc::as_ref).filter(|set| set.replicas() > 0).collect();
        if let [one] = active.as_slice() {
            return self.scale(deployment, one, deployment.replicas()).await;
        }
        if active.is_empty() {
            return match new.map(Arc::as_ref).or(sets.last().map(Arc::as_ref)) {
                Some(set) => self.scale(deployment, set, deployment.replicas()).await,
                None => Ok(()),
            };
        }
        // A new set that has all its pods takes everything; the old ones are done with.
        if let Some(new) = new
            && new.replicas() >= deployment.replicas()
            && new.status.available_replicas >= deployment.replicas()
        {
            for set in active.iter().filter(|set| set.metadata.uid != new.metadata.uid) {
                self.scale(deployment, set, 0).await?;
            }
            return self.scale(deployment, new, deployment.replicas()).await;
        }
        active.sort_by(|a, b| {
            b.replicas()
                .cmp(&a.replicas())
                .then(b.metadata.creation_timestamp.cmp(&a.metadata.creation_timestamp))
        });
        let sizes = rollout::proportional(deployment, &active);
        for (set, size) in active.iter().zip(sizes) {
            self.scale(deployment, set, size).await?;
        }
        Ok(())
    }

    /// Scales a set and notes for which size of the deployment.
    async fn scale(&self, deployment: &Deployment, set: &ReplicaSet, size: i64) -> Result<()> {
        let (surge, _) = rollout::limits(deployment);
        let desired = deployment.replicas().to_string();
        let most = (deployment.replicas() + surge).to_string();
        let annotations = &set.metadata.annotations;
        let noted = annotations.get(DESIRED) == Some(&desired) && annotations.get(MAX) == Some(&most);
        if set.replicas() == size && noted {
            return Ok(());
        }
        let path = ReplicaSet::path(Some(&set.metadata.namespace), Some(&set.metadata.name), None);
        let patch = json!({
            // What was decided on an old view must not win over a newer change.
            "metadata": {
                "resourceVersion": set.metadata.resource_version,
                "annotations": { DESIRED: desired, MAX: most },
            },
            "spec": { "replicas": size },
        });
        match self.client.patch::<_, ReplicaSet>(&path, PatchType::Merge, &patch).await {
            Err(error) if error.is_not_found() => return Ok(()),
            other => other?,
        };
        let before = set.replicas();
        if before != size {
            let way = if size > before { "up" } else { "down" };
            let message = format!("Scaled {way} replica set {} from {before} to {size}", set.metadata.name);
            self.event(deployment, "Normal", "ScalingReplicaSet", message);
        }
        Ok(())
    }

    /// Old sets beyond the history that is to be kept.
    async fn clean_up(&self, deployment: &Deployment, old: &[&ReplicaSet]) -> Result<()> {
        let keep =
            usize::try_from(deployment.spec.revision_history_limit.unwrap_or(10)).unwrap_or(usize::MAX);
        let mut done: Vec<&&ReplicaSet> = old
            .iter()
            .filter(|set| {
                set.replicas() == 0
                    && set.status.replicas == 0
                    && set.status.observed_generation >= set.metadata.generation
                    && set.metadata.deletion_timestamp.is_none()
            })
            .collect();
        done.sort_by_key(|set| revision(set));
        let surplus = done.len().saturating_sub(keep);
        for set in &done[..surplus] {
            let path = ReplicaSet::path(Some(&set.metadata.namespace), Some(&set.metadata.name), None);
            gone_is_fine(self.client.delete(&path, None).await)?;
        }
        Ok(())
    }

    async fn status(
        &self,
        deployment: &Deployment,
        sets: &[Arc<ReplicaSet>],
        new: Option<&Arc<ReplicaSet>>,
    ) -> Result<Option<Duration>> {
        let sum = |pick: fn(&ReplicaSet) -> i64| sets.iter().map(|set| pick(set)).sum::<i64>();
        let replicas = sum(|set| set.status.replicas);
        let available = sum(|set| set.status.available_replicas);
        let wanted = sum(ReplicaSet::replicas);
        let updated = new.map(|set| set.status.replicas).unwrap_or_default();
        let (conditions, next) = self.conditions(deployment, sets, new, available);
        let status = json!({
            "observedGeneration": deployment.metadata.generation,
            "replicas": replicas, "updatedReplicas": updated,
            "readyReplicas": sum(|set| set.status.ready_replicas),
            "availableReplicas": available,
            "unavailableReplicas": (wanted.max(deployment.replicas()) - available).max(0),
            "conditions": conditions,
        });
        let old = &deployment.status;
        let same = old.observed_generation == deployment.metadata.generation
            && status["replicas"] == old.replicas
            && status["updatedReplicas"] == old.updated_replicas
            && status["readyReplicas"] == old.ready_replicas
            && status["availableReplicas"] == old.available_replicas
            && status["unavailableReplicas"] == old.unavailable_replicas
            && serde_json::from_value::<Vec<Condition>>(status["conditions"].clone()).ok().as_ref()
                == Some(&old.conditions);
        if !same {
            let changes = json!({ "status": status });
            merge::<Deployment>(&self.client, &deployment.metadata, Some("status"), None, &changes).await?;
        }
        Ok(next)
    }

    /// The conditions, and when the progress deadline will be over.
    fn conditions(
        &self,
        deployment: &Deployment,
        sets: &[Arc<ReplicaSet>],
        new: Option<&Arc<ReplicaSet>>,
        available: i64,
    ) -> (Vec<Value>, Option<Duration>) {
        let stamp = jiff::Timestamp::now();
        let old = &deployment.status.conditions;
        let (_, unavailable) = rollout::limits(deployment);
        let mut conditions = others(old, &["Available", "Progressing", "ReplicaFailure"]);
        let mut put = |kind: &str, status: &str, reason: &str, message: String, fresh: bool| {
            let before = condition(old, kind);
            let changed = before.is_none_or(|before| before.status != status);
            let since = match before {
                Some(before) if !changed => before.last_transition_time,
                _ => Some(stamp),
            };
            let updated = match before {
                Some(before) if before.reason == reason && before.status == status && !fresh => {
                    json!(deployment_update_time(deployment, kind).unwrap_or_else(now))
                }
                _ => json!(now()),
            };
            conditions.push(json!({
                "type": kind, "status": status, "reason": reason, "message": message,
                "lastTransitionTime": since.map(crate::context::time), "lastUpdateTime": updated,
            }));
        };
        if available >= deployment.replicas() - unavailable {
            let message = "Deployment has minimum availability.";
            put("Available", "True", "MinimumReplicasAvailable", message.into(), false);
        } else {
            let message = "Deployment does not have minimum availability.";
            put("Available", "False", "MinimumReplicasUnavailable", message.into(), false);
        }
        let mut next = None;
        if let Some(deadline) = deployment.spec.progress_deadline_seconds {
            let name = new.map(|set| set.metadata.name.clone()).unwrap_or_default();
            let before = condition(old, "Progressing");
            let progressed = sets.iter().map(|set| set.status.available_replicas).sum::<i64>()
                > deployment.status.available_replicas
                || new.map(|set| set.status.replicas).unwrap_or_default()
                    > deployment.status.updated_replicas;
            if deployment.spec.paused {
                put("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused".into(), false);
            } else if complete(deployment, sets, new) {
                let message = format!("ReplicaSet \"{name}\" has successfully progressed.");
                put("Progressing", "True", "NewReplicaSetAvailable", message, false);
            } else if before.is_none() && new.is_some() {
                let message = format!("Created new replica set \"{name}\"");
                put("Progressing", "True", "NewReplicaSetCreated", message, true);
            } else if progressed || before.is_none_or(|b| b.reason == "NewReplicaSetAvailable") {
                let message = format!("ReplicaSet \"{name}\" is progressing.");
                put("Progressing", "True", "ReplicaSetUpdated", message, true);
            } else if let Some(before) = before {
                let since = deployment_update_time(deployment, "Progressing")
                    .and_then(|text| text.parse::<jiff::Timestamp>().ok())
                    .or(before.last_transition_time)
                    .unwrap_or(stamp);
                let over = since + jiff::SignedDuration::from_secs(deadline);
                if before.reason == "ProgressDeadlineExceeded" || stamp >= over {
                    let message = format!("ReplicaSet \"{name}\" has timed out progressing.");
                    put("Progressing", "False", "ProgressDeadlineExceeded", message, false);
                } else {
                    let (status, reason) = (before.status.clone(), before.reason.clone());
                    put("Progressing", &status, &reason, before.message.clone(), false);
                    next = Some(Duration::from_secs(over.duration_since(stamp).as_secs().unsigned_abs() + 1));
                }
            }
        }
        for set in sets {
            if let Some(failure) = condition(&set.status.conditions, "ReplicaFailure") {
                put("ReplicaFailure", "True", &failure.reason, failure.message.clone(), false);
                break;
            }
        }
        (conditions, next)
    }
}

/// When a condition was last confirmed.
fn deployment_update_time(deployment: &Deployment, kind: &str) -> Option<String> {
    condition(&deployment.status.conditions, kind)?.last_update_time.map(crate::context::time)
}

/// Whether all pods are new ones and available.
fn complete(deployment: &Deployment, sets: &[Arc<ReplicaSet>], new: Option<&Arc<ReplicaSet>>) -> bool {
    let Some(new) = new else { return false };
    let total: i64 = sets.iter().map(|set| set.status.replicas).sum();
    let available: i64 = sets.iter().map(|set| set.status.available_replicas).sum();
    new.status.replicas == deployment.replicas()
        && total == deployment.replicas()
        && available == deployment.replicas()
        && new.status.observed_generation >= new.metadata.generation
}
