//! Pods that nobody else removes: ended ones beyond the threshold, those of nodes that are gone,
//! and those that were deleted before they had a node.

use std::sync::Arc;
use std::time::Duration;

use client::informer::Informer;
use client::{Client, PatchType};
use serde_json::{Value, json};

use crate::context::{Context, gone_is_fine, now};
use crate::objects::{Node, Pod, Resource};

/// Upstream's period.
const PERIOD: Duration = Duration::from_secs(20);
/// A node must be missing in this many rounds in a row: informers differ in age.
const ROUNDS: u32 = 2;

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of("pod-garbage-collector").await;
    let (pods, nodes): (Informer<Pod>, Informer<Node>) = (context.informer(), context.informer());
    pods.wait_synced().await;
    nodes.wait_synced().await;
    let mut missing: std::collections::HashMap<String, u32> = std::collections::HashMap::new();
    loop {
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            () = context.shutdown.cancelled() => return,
        }
        let all = pods.store().list();
        let mut ended: Vec<&Arc<Pod>> = all.iter().filter(|pod| pod.has_ended()).collect();
        let surplus = match context.config.terminated_pods {
            0 => 0,
            most => ended.len().saturating_sub(most),
        };
        ended.sort_by_key(|pod| pod.metadata.creation_timestamp);
        for pod in &ended[..surplus] {
            delete(&client, pod, None).await;
        }
        let known: std::collections::HashSet<String> =
            nodes.store().list().iter().map(|node| node.metadata.name.clone()).collect();
        missing.retain(|node, _| !known.contains(node));
        for pod in &all {
            let node = &pod.spec.node_name;
            if !node.is_empty() && !known.contains(node) {
                missing.entry(node.clone()).or_default();
            }
        }
        for rounds in missing.values_mut() {
            *rounds += 1;
        }
        for pod in &all {
            let node = &pod.spec.node_name;
            if missing.get(node).is_some_and(|rounds| *rounds >= ROUNDS) {
                delete(&client, pod, Some("PodGC: node no longer exists")).await;
            } else if node.is_empty() && pod.metadata.deletion_timestamp.is_some() {
                delete(&client, pod, None).await;
            }
        }
        missing.retain(|_, rounds| *rounds < 1000);
    }
}

async fn delete(client: &Client, pod: &Pod, orphaned: Option<&str>) {
    let meta = &pod.metadata;
    let work = async {
        if let Some(message) = orphaned.filter(|_| !pod.has_ended()) {
            let path = Pod::path(Some(&meta.namespace), Some(&meta.name), Some("status"));
            let patch = json!({ "status": { "phase": "Failed", "conditions": [{
                "type": "DisruptionTarget", "status": "True", "reason": "DeletionByPodGC", "message": message,
                "lastTransitionTime": now(),
            }] } });
            gone_is_fine(client.patch::<_, Value>(&path, PatchType::Strategic, &patch).await)?;
        }
        let path = Pod::path(Some(&meta.namespace), Some(&meta.name), None);
        let options = json!({ "gracePeriodSeconds": 0, "preconditions": { "uid": meta.uid } });
        gone_is_fine(client.delete(&path, Some(&options)).await)
    };
    match work.await {
        Ok(()) => tracing::info!(pod = %meta.key(), "removed a pod that nobody else would"),
        Err(error) => tracing::warn!(pod = %meta.key(), %error, "cannot remove the pod"),
    }
}
