//! Making, deleting, adopting and releasing pods for their controllers.

use client::events::{ObjectReference, Recorder};
use client::informer::Event;
use client::queue::WorkQueue;
use client::{Client, Error, Key, Meta, PatchType};
use futures::future::join_all;
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::expectations::Expectations;
use crate::objects::{Pod, Resource};

/// A pod from a template, owned by `owner` (an owner reference).
pub fn from_template(template: &Value, namespace: &str, generate_name: &str, owner: Value) -> Value {
    let mut metadata = Map::new();
    for field in ["labels", "annotations", "finalizers"] {
        if let Some(value) = template["metadata"].get(field) {
            metadata.insert(field.into(), value.clone());
        }
    }
    metadata.insert("generateName".into(), generate_name.into());
    metadata.insert("namespace".into(), namespace.into());
    metadata.insert("ownerReferences".into(), json!([owner]));
    json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"] })
}

/// Queues the owners, of kind `kind`, of pods that come, change or go, and notes what was waited for. For a pod
/// that is nobody's, `adopters` tells who may want it.
pub fn follow(
    context: &Context,
    kind: &'static str,
    queue: &WorkQueue<Key>,
    expectations: &Expectations,
    adopters: impl Fn(&Pod) -> Vec<Key> + Send + 'static,
) {
    let (queue, expectations) = (queue.clone(), expectations.clone());
    context.on::<Pod>(move |event| {
        let pod = event.object();
        let owner = |pod: &Pod| {
            let owner = pod.metadata.controller().filter(|owner| owner.kind == kind)?;
            Some(Key::new(&*pod.metadata.namespace, &*owner.name))
        };
        let current = owner(pod);
        match (&event, &current) {
            (Event::Added(_), Some(key)) => expectations.created(key),
            (Event::Deleted(pod), Some(key)) => expectations.deleted(key, &pod.metadata.uid),
            // A pod on its way out counts as gone.
            (Event::Modified { new, .. }, Some(key)) if new.metadata.deletion_timestamp.is_some() => {
                expectations.deleted(key, &new.metadata.uid);
            }
            _ => {}
        }
        if let Event::Modified { old, .. } = &event
            && let Some(before) = owner(old)
            && Some(&before) != current.as_ref()
        {
            queue.add(before);
        }
        match current {
            Some(key) => queue.add(key),
            None if pod.metadata.controller().is_none() && !matches!(event, Event::Deleted(_)) => {
                adopters(pod).into_iter().for_each(|key| queue.add(key));
            }
            None => {}
        }
    });
}

/// What acts on pods for one controller.
#[derive(Clone)]
pub struct PodControl {
    pub client: Client,
    pub recorder: Recorder,
    pub expectations: Expectations,
}

impl PodControl {
    /// Creates pods: one at first, then twice as many each time as long as they succeed, so that
    /// a mistake in the template costs one request and not a thousand. Returns the first failure.
    pub async fn create(&self, owner: &ObjectReference, bodies: Vec<Value>) -> Result<(), Error> {
        let key = Key::new(&*owner.namespace, &*owner.name);
        let path = Pod::path(Some(&owner.namespace), None, None);
        let mut rest = bodies.as_slice();
        let mut size = 1;
        while !rest.is_empty() {
            let (batch, after) = rest.split_at(size.min(rest.len()));
            let outcomes = join_all(batch.iter().map(|body| self.client.create::<_, Pod>(&path, body))).await;
            let mut failure = None;
            for outcome in outcomes {
                match outcome {
                    Ok(pod) => {
                        let message = format!("Created pod: {}", pod.metadata.name);
                        self.recorder.event(owner, "Normal", "SuccessfulCreate", message);
                    }
                    Err(error) => {
                        self.expectations.created(&key);
                        let message = format!("Error creating: {error}");
                        self.recorder.event(owner, "Warning", "FailedCreate", message);
                        failure = Some(error);
                    }
                }
            }
            if let Some(error) = failure {
                for _ in after {
                    self.expectations.created(&key);
                }
                return Err(error);
            }
            rest = after;
            size *= 2;
        }
        Ok(())
    }

    /// Deletes pods side by side. Returns the first failure.
    pub async fn delete<'a>(
        &self,
        owner: &ObjectReference,
        pods: impl IntoIterator<Item = &'a Pod>,
    ) -> Result<(), Error> {
        let key = Key::new(&*owner.namespace, &*owner.name);
        let outcomes = join_all(pods.into_iter().map(|pod| {
            let key = key.clone();
            async move {
                let meta = &pod.metadata;
                let path = Pod::path(Some(&meta.namespace), Some(&meta.name), None);
                let options = json!({ "preconditions": { "uid": meta.uid } });
                match self.client.delete(&path, Some(&options)).await {
                    Ok(_) => {
                        let message = format!("Deleted pod: {}", meta.name);
                        self.recorder.event(owner, "Normal", "SuccessfulDelete", message);
                        Ok(())
                    }
                    Err(error) => {
                        self.expectations.deleted(&key, &meta.uid);
                        if error.is_not_found() || error.is_conflict() {
                            return Ok(());
                        }
                        let message = format!("Error deleting: {error}");
                        self.recorder.event(owner, "Warning", "FailedDelete", message);
                        Err(error)
                    }
                }
            }
        }))
        .await;
        outcomes.into_iter().collect()
    }
}

/// Makes `owner` (an owner reference) the controller of an object that has none.
pub async fn adopt<T: Resource>(client: &Client, meta: &Meta, owner: &Value) -> Result<(), Error> {
    let patch = json!({ "metadata": { "uid": meta.uid, "ownerReferences": [owner] } });
    let path = T::path(Some(&meta.namespace), Some(&meta.name), None);
    client.patch::<_, Value>(&path, PatchType::Strategic, &patch).await.map(|_| ())
}

/// Takes the owner with this uid off an object.
pub async fn release<T: Resource>(client: &Client, meta: &Meta, owner_uid: &str) -> Result<(), Error> {
    let patch = json!({ "metadata": {
        "uid": meta.uid, "ownerReferences": [{ "$patch": "delete", "uid": owner_uid }],
    } });
    let path = T::path(Some(&meta.namespace), Some(&meta.name), None);
    crate::context::gone_is_fine(client.patch::<_, Value>(&path, PatchType::Strategic, &patch).await)
}

/// Sorts pods so that those whose deletion hurts least come first.
pub fn rank_for_deletion(pods: &mut [&Pod], on_same_node: impl Fn(&Pod) -> usize) {
    let phase = |pod: &Pod| match pod.status.phase.as_str() {
        "Pending" => 0,
        "Running" => 2,
        _ => 1,
    };
    let cost = |pod: &Pod| {
        let text = pod.metadata.annotations.get("controller.kubernetes.io/pod-deletion-cost");
        text.and_then(|text| text.parse::<i64>().ok()).unwrap_or_default()
    };
    let restarts = |pod: &Pod| pod.status.container_statuses.iter().map(|status| status.restart_count).max();
    let ready_since = |pod: &Pod| pod.available_at(0);
    pods.sort_by(|a, b| {
        let assigned = |pod: &Pod| !pod.spec.node_name.is_empty();
        assigned(a)
            .cmp(&assigned(b))
            .then_with(|| phase(a).cmp(&phase(b)))
            .then_with(|| a.is_ready().cmp(&b.is_ready()))
            .then_with(|| cost(a).cmp(&cost(b)))
            // Among pods of equal rank those that share a node with others of the set.
            .then_with(|| on_same_node(b).cmp(&on_same_node(a)))
            .then_with(|| ready_since(b).cmp(&ready_since(a)))
            .then_with(|| restarts(b).cmp(&restarts(a)))
            .then_with(|| b.metadata.creation_timestamp.cmp(&a.metadata.creation_timestamp))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unassigned_then_unready_then_young_pods_go_first() {
        let pod = |name: &str, node: &str, phase: &str, ready: &str, created: &str| -> Pod {
            serde_json::from_value(json!({
                "metadata": {"name": name, "creationTimestamp": created},
                "spec": {"nodeName": node},
                "status": {"phase": phase, "conditions": [
                    {"type": "Ready", "status": ready, "lastTransitionTime": created}]},
            }))
            .expect("decodes")
        };
        let (early, late) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
        let pods = [
            pod("old", "n", "Running", "True", early),
            pod("young", "n", "Running", "True", late),
            pod("unready", "n", "Running", "False", early),
            pod("unassigned", "", "Pending", "False", early),
        ];
        let mut order: Vec<&Pod> = pods.iter().collect();
        rank_for_deletion(&mut order, |_| 0);
        let names: Vec<&str> = order.iter().map(|pod| pod.metadata.name.as_str()).collect();
        assert_eq!(names, ["unassigned", "unready", "young", "old"]);
    }

    #[test]
    fn a_pod_takes_labels_and_spec_from_its_template() {
        let template = json!({"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}});
        let pod = from_template(&template, "ns", "x-", json!({"uid": "u"}));
        assert_eq!(pod["metadata"]["labels"]["a"], "b");
        assert_eq!(pod["metadata"]["generateName"], "x-");
        assert_eq!(pod["metadata"]["ownerReferences"][0]["uid"], "u");
    }
}
