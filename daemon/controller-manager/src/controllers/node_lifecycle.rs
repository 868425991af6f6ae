//! Nodes that fall silent are marked, tainted, and after a while emptied.
//!
//! A node's sign of life is its lease in kube-node-lease or its Ready condition changing; what
//! counts is when that was seen here, so that clocks need not agree.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use client::events::Recorder;
use client::informer::{Event, Informer};
use client::queue::WorkQueue;
use client::{Client, Key, ListParams, PatchType};
use serde_json::{Value, json};

use crate::context::{Context, gone_is_fine, now, recorder, reference};
use crate::objects::{Condition, Lease, Node, Pod, Resource, Taint, condition};

const NOT_READY: &str = "node.kubernetes.io/not-ready";
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";

/// The last sign of life of a node.
struct Sign {
    lease: String,
    ready: Option<Condition>,
    seen: Instant,
}

/// The taints that a node's conditions ask for: (key, effect).
pub fn wanted_taints(node: &Node) -> Vec<(&'static str, &'static str)> {
    let status = |kind: &str| condition(&node.status.conditions, kind).map(|found| found.status.as_str());
    let mut taints = Vec::new();
    match status("Ready") {
        Some("True") => {}
        Some("Unknown") => taints.extend([(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute")]),
        _ => taints.extend([(NOT_READY, "NoSchedule"), (NOT_READY, "NoExecute")]),
    }
    for (kind, key) in [
        ("MemoryPressure", "node.kubernetes.io/memory-pressure"),
        ("DiskPressure", "node.kubernetes.io/disk-pressure"),
        ("PIDPressure", "node.kubernetes.io/pid-pressure"),
        ("NetworkUnavailable", "node.kubernetes.io/network-unavailable"),
    ] {
        if status(kind) == Some("True") {
            taints.push((key, "NoSchedule"));
        }
    }
    if node.spec.unschedulable {
        taints.push(("node.kubernetes.io/unschedulable", "NoSchedule"));
    }
    taints
}

/// The taints that this controller alone puts on and takes off.
fn is_ours(taint: &Taint) -> bool {
    let keys = ["memory-pressure", "disk-pressure", "pid-pressure", "network-unavailable", "unschedulable"];
    taint.key == NOT_READY
        || taint.key == UNREACHABLE
        || (taint.effect == "NoSchedule"
            && keys.iter().any(|key| taint.key.strip_prefix("node.kubernetes.io/") == Some(key)))
}

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of("node-controller").await;
    let events = recorder(&client, "node-controller");
    let nodes: Informer<Node> = context.informer();
    let pods: Informer<Pod> = context.informer();
    let leases: Informer<Lease> = Informer::start(
        context.client.clone(),
        Lease::path(Some("kube-node-lease"), None, None),
        ListParams::default(),
        context.shutdown.clone(),
    );
    nodes.wait_synced().await;
    pods.wait_synced().await;
    leases.wait_synced().await;
    let (mut node_events, mut lease_events) = (nodes.subscribe(), leases.subscribe());
    let mut signs: HashMap<String, Sign> = HashMap::new();
    let config = context.config.clone();
    loop {
        // When the next node will have been silent for too long.
        let deadline = nodes
            .store()
            .list()
            .iter()
            .filter_map(|node| {
                let sign = signs.get(&node.metadata.name)?;
                let ready = condition(&node.status.conditions, "Ready");
                // Nothing more happens to a node that is marked.
                let grace = match ready {
                    Some(ready) if ready.status == "Unknown" => return None,
                    Some(_) => config.node_grace,
                    None => config.node_startup_grace,
                };
                Some((sign.seen + grace, node.clone()))
            })
            .min_by_key(|(at, _)| *at);
        let due = async {
            match &deadline {
                Some((at, _)) => tokio::time::sleep_until((*at).into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = node_events.recv() => match event {
                None => return,
                Some(Event::Deleted(node)) => {
                    signs.remove(&node.metadata.name);
                    events.event(&reference::<Node>(&node.metadata), "Normal", "RemovingNode",
                        format!("Node {0} event: Removing Node {0} from Controller", node.metadata.name));
                }
                Some(Event::Added(node) | Event::Modified { new: node, .. }) => {
                    let new = !signs.contains_key(&node.metadata.name);
                    let sign = signs.entry(node.metadata.name.clone()).or_insert_with(|| Sign {
                        lease: String::new(), ready: None, seen: Instant::now(),
                    });
                    let ready = condition(&node.status.conditions, "Ready").cloned();
                    if sign.ready != ready && ready.as_ref().is_none_or(|ready| ready.status != "Unknown") {
                        sign.seen = Instant::now();
                    }
                    sign.ready = ready;
                    if new {
                        events.event(&reference::<Node>(&node.metadata), "Normal", "RegisteredNode",
                            format!("Node {0} event: Registered Node {0} in Controller", node.metadata.name));
                    }
                    if let Err(error) = taint(&client, &node).await {
                        tracing::warn!(node = node.metadata.name, %error, "cannot update the node's taints");
                    }
                    if sign.ready.as_ref().is_some_and(|ready| ready.status != "True") {
                        unready_pods(&client, &pods, &node.metadata.name).await;
                    }
                }
            },
            event = lease_events.recv() => match event {
                None => return,
                Some(Event::Deleted(_)) => {}
                Some(Event::Added(lease) | Event::Modified { new: lease, .. }) => {
                    if let Some(sign) = signs.get_mut(&lease.metadata.name)
                        && sign.lease != lease.spec.renew_time
                    {
                        sign.lease.clone_from(&lease.spec.renew_time);
                        sign.seen = Instant::now();
                    }
                }
            },
            () = due => {
                if let Some((_, node)) = deadline {
                    silent(&client, &events, &node, config.node_monitor_period).await;
                    // Whether it worked or not, not at once again.
                    if let Some(sign) = signs.get_mut(&node.metadata.name) {
                        let grace = config.node_grace;
                        sign.seen = Instant::now().checked_sub(grace.saturating_sub(config.node_monitor_period)).unwrap_or_else(Instant::now);
                    }
                }
            }
            () = context.shutdown.cancelled() => return,
        }
    }
}

/// Marks a node whose kubelet is silent.
async fn silent(client: &Client, events: &Recorder, node: &Node, _period: Duration) {
    let name = &node.metadata.name;
    let conditions: Vec<Value> = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"]
        .into_iter()
        .map(|kind| {
            let (reason, message) = match condition(&node.status.conditions, kind) {
                Some(_) => ("NodeStatusUnknown", "Kubelet stopped posting node status."),
                None => ("NodeStatusNeverUpdated", "Kubelet never posted node status."),
            };
            json!({
                "type": kind, "status": "Unknown", "reason": reason, "message": message,
                "lastTransitionTime": now(),
            })
        })
        .collect();
    let path = Node::path(None, Some(name), Some("status"));
    let patch = json!({ "status": { "conditions": conditions } });
    match gone_is_fine(client.patch::<_, Value>(&path, PatchType::Strategic, &patch).await) {
        Ok(()) => {
            let about = reference::<Node>(&node.metadata);
            events.event(
                &about,
                "Normal",
                "NodeNotReady",
                format!("Node {name} status is now: NodeNotReady"),
            );
        }
        Err(error) => tracing::warn!(node = name, %error, "cannot mark the silent node"),
    }
}

/// Puts on the taints that the conditions ask for, and takes off those they don't.
async fn taint(client: &Client, node: &Node) -> Result<(), client::Error> {
    let wanted = wanted_taints(node);
    let right =
        |taint: &Taint| wanted.iter().any(|(key, effect)| taint.key == *key && taint.effect == *effect);
    let there = |(key, effect): &(&str, &str)| {
        node.spec.taints.iter().any(|taint| taint.key == *key && taint.effect == *effect)
    };
    if wanted.iter().all(there) && node.spec.taints.iter().all(|taint| !is_ours(taint) || right(taint)) {
        return Ok(());
    }
    let path = Node::path(None, Some(&node.metadata.name), None);
    let change = |object: &mut Value| {
        let mut taints = object["spec"]["taints"].as_array().cloned().unwrap_or_default();
        taints.retain(|value| match serde_json::from_value::<Taint>(value.clone()) {
            Ok(taint) => !is_ours(&taint) || right(&taint),
            Err(_) => true,
        });
        for (key, effect) in &wanted {
            if !taints.iter().any(|taint| taint["key"] == *key && taint["effect"] == *effect) {
                let mut taint = json!({ "key": key, "effect": effect });
                if *effect == "NoExecute" {
                    taint["timeAdded"] = now().into();
                }
                taints.push(taint);
            }
        }
        object["spec"]["taints"] = taints.into();
        true
    };
    gone_is_fine(client.modify(&path, change).await)
}

/// Services must not send to a node that doesn't answer.
async fn unready_pods(client: &Client, pods: &Informer<Pod>, node: &str) {
    for pod in pods.store().filter(|pod| pod.spec.node_name == node && pod.is_ready()) {
        let path = Pod::path(Some(&pod.metadata.namespace), Some(&pod.metadata.name), Some("status"));
        let patch = json!({ "status": { "conditions": [{
            "type": "Ready", "status": "False", "lastTransitionTime": now(),
        }] } });
        if let Err(error) = gone_is_fine(client.patch::<_, Value>(&path, PatchType::Strategic, &patch).await)
        {
            tracing::warn!(pod = %pod.metadata.key(), %error, "cannot mark the pod of a silent node");
        }
    }
}

/// When a pod has to leave a node with these taints: `None` never, else the time it may stay.
pub fn stay(pod: &Pod, taints: &[Taint]) -> Option<Duration> {
    let mut shortest: Option<Duration> = None;
    for taint in taints.iter().filter(|taint| taint.effect == "NoExecute") {
        let tolerating: Vec<_> =
            pod.spec.tolerations.iter().filter(|toleration| toleration.tolerates(taint)).collect();
        if tolerating.is_empty() {
            return Some(Duration::ZERO);
        }
        let seconds = tolerating.iter().filter_map(|toleration| toleration.toleration_seconds).min();
        if let Some(seconds) = seconds {
            let time = Duration::from_secs(seconds.max(0).unsigned_abs());
            shortest = Some(shortest.map_or(time, |shortest| shortest.min(time)));
        }
    }
    shortest
}

/// Since when a pod is on a node with these taints.
type Stays = BTreeMap<Key, (Instant, Vec<Taint>)>;

/// Evicts pods from nodes with NoExecute taints that they don't tolerate (any more).
pub async fn run_eviction(context: Arc<Context>) {
    let client = context.client_of("node-controller").await;
    let events = recorder(&client, "taint-eviction-controller");
    let (nodes, pods): (Informer<Node>, Informer<Pod>) = (context.informer(), context.informer());
    nodes.wait_synced().await;
    pods.wait_synced().await;
    let queue: WorkQueue<Key> = WorkQueue::new();
    let sender = queue.clone();
    context.on::<Pod>(move |event| {
        if let Event::Added(pod) | Event::Modified { new: pod, .. } = event
            && !pod.spec.node_name.is_empty()
            && pod.metadata.deletion_timestamp.is_none()
        {
            sender.add(pod.metadata.key());
        }
    });
    let (sender, all) = (queue.clone(), pods.clone());
    context.on::<Node>(move |event| {
        if let Event::Modified { old, new } = event
            && old.spec.taints != new.spec.taints
        {
            for pod in all.store().filter(|pod| pod.spec.node_name == new.metadata.name) {
                sender.add(pod.metadata.key());
            }
        }
    });
    // Since when each pod has been on a node with the taints it has.
    let since: Arc<std::sync::Mutex<Stays>> = Arc::default();
    context
        .work(&queue, 4, move |key| {
            let (client, events, nodes, pods, since) =
                (client.clone(), events.clone(), nodes.clone(), pods.clone(), since.clone());
            async move {
                let forget = |key: &Key| {
                    since.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(key);
                };
                let pod = pods.store().get(&key).filter(|pod| pod.metadata.deletion_timestamp.is_none());
                let node =
                    pod.as_ref().and_then(|pod| nodes.store().get(&Key::new("", &*pod.spec.node_name)));
                let (Some(pod), Some(node)) = (pod, node) else {
                    forget(&key);
                    return Ok(None);
                };
                let Some(time) = stay(&pod, &node.spec.taints) else {
                    forget(&key);
                    return Ok(None);
                };
                let taints: Vec<Taint> =
                    node.spec.taints.iter().filter(|taint| taint.effect == "NoExecute").cloned().collect();
                let start = {
                    let mut since = since.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    let entry = since.entry(key.clone()).or_insert_with(|| (Instant::now(), taints.clone()));
                    if entry.1 != taints {
                        *entry = (Instant::now(), taints);
                    }
                    entry.0
                };
                let left = time.saturating_sub(start.elapsed());
                if !left.is_zero() {
                    return Ok(Some(left));
                }
                let meta = &pod.metadata;
                let about = reference::<Pod>(meta);
                events.event(
                    &about,
                    "Normal",
                    "TaintManagerEviction",
                    format!("Marking for deletion Pod {key}"),
                );
                let status = Pod::path(Some(&meta.namespace), Some(&meta.name), Some("status"));
                let patch = json!({ "status": { "conditions": [{
                    "type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager",
                    "message": "Taint manager: deleting due to NoExecute taint", "lastTransitionTime": now(),
                }] } });
                gone_is_fine(client.patch::<_, Value>(&status, PatchType::Strategic, &patch).await)?;
                let path = Pod::path(Some(&meta.namespace), Some(&meta.name), None);
                let options = json!({ "preconditions": { "uid": meta.uid } });
                gone_is_fine(client.delete(&path, Some(&options)).await)?;
                forget(&key);
                Ok(None)
            }
        })
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_ask_for_taints() {
        let node = |ready: &str| -> Node {
            serde_json::from_value(json!({"spec": {"unschedulable": true}, "status": {"conditions": [
                {"type": "Ready", "status": ready}, {"type": "DiskPressure", "status": "True"}]}}))
            .expect("decodes")
        };
        assert_eq!(
            wanted_taints(&node("True")),
            [
                ("node.kubernetes.io/disk-pressure", "NoSchedule"),
                ("node.kubernetes.io/unschedulable", "NoSchedule")
            ]
        );
        assert_eq!(
            wanted_taints(&node("Unknown"))[..2],
            [(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute")]
        );
        assert_eq!(wanted_taints(&Node::default()), [(NOT_READY, "NoSchedule"), (NOT_READY, "NoExecute")]);
    }

    #[test]
    fn tolerations_buy_time() {
        let pod = |tolerations: Value| -> Pod {
            serde_json::from_value(json!({"spec": {"tolerations": tolerations}})).expect("decodes")
        };
        let taints = [Taint { key: UNREACHABLE.into(), effect: "NoExecute".into(), ..Taint::default() }];
        assert_eq!(stay(&pod(json!([])), &taints), Some(Duration::ZERO));
        assert_eq!(stay(&pod(json!([{"operator": "Exists"}])), &taints), None);
        let brief = json!([{"key": UNREACHABLE, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}]);
        assert_eq!(stay(&pod(brief), &taints), Some(Duration::from_secs(300)));
        assert_eq!(stay(&pod(json!([])), &[]), None);
    }
}
