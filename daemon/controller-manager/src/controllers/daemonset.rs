//! Daemon sets: one pod on every node that should have one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use client::informer::{Event, Informer};
use client::queue::WorkQueue;
use client::{Client, Key, PatchType};
use serde_json::{Value, json};

use super::rollout;
use crate::context::{Context, controller_of, gone_is_fine, merge, recorder, reference};
use crate::expectations::Expectations;
use crate::objects::{
    ControllerRevision, DaemonSet, Node, Pod, Resource, Toleration, int_or_percent, selector,
};
use crate::pods::{PodControl, adopt, from_template, release};

/// The label with the version of the template that a pod is made from.
const HASH: &str = "controller-revision-hash";

struct Controller {
    sets: Informer<DaemonSet>,
    pods: Informer<Pod>,
    nodes: Informer<Node>,
    revisions: Informer<ControllerRevision>,
    client: Client,
    control: PodControl,
}

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of("daemon-set-controller").await;
    let expectations = Expectations::default();
    let controller = Arc::new(Controller {
        sets: context.informer(),
        pods: context.informer(),
        nodes: context.informer(),
        revisions: context.informer(),
        control: PodControl {
            client: client.clone(),
            recorder: recorder(&client, "daemonset-controller"),
            expectations: expectations.clone(),
        },
        client,
    });
    let queue: WorkQueue<Key> = WorkQueue::new();
    context.enqueue::<DaemonSet>(&queue);
    let sender = queue.clone();
    context.on::<Pod>(move |event| {
        let pod = event.object();
        let Some(owner) = pod.metadata.controller().filter(|owner| owner.kind == "DaemonSet") else { return };
        let key = Key::new(&*pod.metadata.namespace, &*owner.name);
        match &event {
            Event::Added(_) => expectations.created(&key),
            Event::Deleted(pod) => expectations.deleted(&key, &pod.metadata.uid),
            Event::Modified { .. } => {}
        }
        sender.add(key);
    });
    let (sender, sets) = (queue.clone(), controller.sets.clone());
    context.on::<Node>(move |event| {
        // Heartbeats change nothing here.
        if let Event::Modified { old, new } = &event
            && old.metadata.labels == new.metadata.labels
            && old.spec.taints == new.spec.taints
            && old.spec.unschedulable == new.spec.unschedulable
        {
            return;
        }
        for set in sets.store().list() {
            sender.add(set.metadata.key());
        }
    });
    for informer in [
        controller.sets.wait_synced().await,
        controller.pods.wait_synced().await,
        controller.nodes.wait_synced().await,
        controller.revisions.wait_synced().await,
    ] {
        if !informer {
            return;
        }
    }
    context
        .work(&queue, context.config.daemon_sets_at_once, move |key| {
            let controller = controller.clone();
            async move { controller.sync(key).await }
        })
        .await;
}

/// Whether a node satisfies one requirement of a node selector term.
fn expression(expression: &Value, value: Option<&str>) -> bool {
    let values: Vec<&str> =
        expression["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let numbers = || Some((value?.parse::<i64>().ok()?, values.first()?.parse::<i64>().ok()?));
    match expression["operator"].as_str() {
        Some("In") => value.is_some_and(|value| values.contains(&value)),
        Some("NotIn") => value.is_none_or(|value| !values.contains(&value)),
        Some("Exists") => value.is_some(),
        Some("DoesNotExist") => value.is_none(),
        Some("Gt") => numbers().is_some_and(|(a, b)| a > b),
        Some("Lt") => numbers().is_some_and(|(a, b)| a < b),
        _ => false,
    }
}

/// Whether the template's node selector, affinity and node name allow the node.
fn selects(template: &Value, node: &Node) -> bool {
    let labels = &node.metadata.labels;
    let spec = &template["spec"];
    let by_labels = spec["nodeSelector"]
        .as_object()
        .into_iter()
        .flatten()
        .all(|(key, value)| labels.get(key).map(String::as_str) == value.as_str());
    let by_name = spec["nodeName"].as_str().is_none_or(|name| name.is_empty() || name == node.metadata.name);
    let required = &spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let by_affinity = required.is_null()
        || required["nodeSelectorTerms"].as_array().into_iter().flatten().any(|term| {
            let labels_hold = term["matchExpressions"].as_array().into_iter().flatten().all(|one| {
                expression(one, one["key"].as_str().and_then(|key| labels.get(key)).map(String::as_str))
            });
            let fields_hold = term["matchFields"]
                .as_array()
                .into_iter()
                .flatten()
                .all(|one| one["key"] == "metadata.name" && expression(one, Some(&node.metadata.name)));
            labels_hold
                && fields_hold
                && (!term["matchExpressions"].is_null() || !term["matchFields"].is_null())
        });
    by_labels && by_name && by_affinity
}

/// The tolerations that every daemon has beside its own.
fn tolerations(template: &Value) -> Vec<Value> {
    let exists = |key: &str, effect: &str| json!({ "key": format!("node.kubernetes.io/{key}"), "operator": "Exists", "effect": effect });
    let mut all = vec![
        exists("not-ready", "NoExecute"),
        exists("unreachable", "NoExecute"),
        exists("disk-pressure", "NoSchedule"),
        exists("memory-pressure", "NoSchedule"),
        exists("pid-pressure", "NoSchedule"),
        exists("unschedulable", "NoSchedule"),
    ];
    if template["spec"]["hostNetwork"] == true {
        all.push(exists("network-unavailable", "NoSchedule"));
    }
    all
}

/// Whether the node should get the daemon, and whether it may keep it.
pub fn should_run(template: &Value, node: &Node) -> (bool, bool) {
    if !selects(template, node) {
        return (false, false);
    }
    let own = template["spec"]["tolerations"].as_array().cloned().unwrap_or_default();
    let tolerations: Vec<Toleration> = own
        .into_iter()
        .chain(tolerations(template))
        .filter_map(|value| serde_json::from_value(value).ok())
        .collect();
    let untolerated = |effect: &str| {
        node.spec.taints.iter().any(|taint| {
            taint.effect == effect && !tolerations.iter().any(|toleration| toleration.tolerates(taint))
        })
    };
    (!untolerated("NoSchedule") && !untolerated("NoExecute"), !untolerated("NoExecute"))
}

impl Controller {
    async fn sync(&self, key: Key) -> Result<Option<Duration>> {
        let Some(set) = self.sets.store().get(&key) else {
            self.control.expectations.forget(&key);
            return Ok(None);
        };
        let Some(select) = selector(&set.spec.selector).filter(|select| !select.is_everything()) else {
            return Ok(None);
        };
        let may_act = self.control.expectations.satisfied(&key);
        let mut pods: Vec<Arc<Pod>> = Vec::new();
        for pod in self.pods.store().list_namespace(&key.namespace) {
            let matches = select.matches(&pod.metadata.labels);
            match pod.metadata.controller() {
                Some(owner) if owner.uid == set.metadata.uid && matches => pods.push(pod),
                Some(owner) if owner.uid == set.metadata.uid && set.metadata.deletion_timestamp.is_none() => {
                    release::<Pod>(&self.client, &pod.metadata, &set.metadata.uid).await?;
                }
                None if matches && pod.is_active() && set.metadata.deletion_timestamp.is_none() => {
                    let owner = controller_of::<DaemonSet>(&set.metadata);
                    gone_is_fine(adopt::<Pod>(&self.client, &pod.metadata, &owner).await)?;
                    pods.push(pod);
                }
                _ => {}
            }
        }
        if set.metadata.deletion_timestamp.is_some() {
            return Ok(None);
        }
        let hash = self.revision(&set).await?;
        let nodes = self.nodes.store().list();
        let mut by_node: HashMap<String, Vec<&Arc<Pod>>> = HashMap::new();
        for pod in &pods {
            by_node.entry(target(pod)).or_default().push(pod);
        }
        let mut failure = None;
        if may_act {
            failure = self.place(&set, &hash, &nodes, &by_node).await.err();
            if failure.is_none() && self.control.expectations.satisfied(&key) {
                failure = self.update(&set, &hash, &nodes, &by_node).await.err();
            }
        }
        let next = self.status(&set, &hash, &nodes, &by_node).await?;
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(next),
        }
    }

    /// Creates and deletes pods so that each node that should has one.
    async fn place(
        &self,
        set: &DaemonSet,
        hash: &str,
        nodes: &[Arc<Node>],
        by_node: &HashMap<String, Vec<&Arc<Pod>>>,
    ) -> Result<(), client::Error> {
        let (mut create, mut delete): (Vec<&str>, Vec<&Pod>) = (Vec::new(), Vec::new());
        for node in nodes {
            let name = node.metadata.name.as_str();
            let (run, keep) = should_run(&set.spec.template, node);
            let here = by_node.get(name).map(Vec::as_slice).unwrap_or_default();
            let mut living: Vec<&Pod> = Vec::new();
            for pod in here {
                if pod.metadata.deletion_timestamp.is_some() {
                    continue;
                }
                if pod.has_ended() {
                    // A daemon that ended is started anew; the backoff is the queue's.
                    delete.push(pod);
                } else {
                    living.push(pod);
                }
            }
            if run && here.is_empty() {
                create.push(name);
            } else if !keep {
                delete.extend(living);
            } else if living.len() > 1 {
                living.sort_by_key(|pod| pod.metadata.creation_timestamp);
                let surging = max_surge(set, i64::MAX) > 0;
                delete.extend(superfluous(&living, hash, surging, set.spec.min_ready_seconds));
            }
        }
        // Pods for nodes that are gone.
        for (name, pods) in by_node {
            if !nodes.iter().any(|node| node.metadata.name == *name) {
                delete.extend(
                    pods.iter()
                        .map(|pod| pod.as_ref())
                        .filter(|pod| pod.metadata.deletion_timestamp.is_none()),
                );
            }
        }
        self.change(set, hash, create, delete).await
    }

    /// Deletes pods, and creates one on each of some nodes.
    async fn change(
        &self,
        set: &DaemonSet,
        hash: &str,
        create: Vec<&str>,
        delete: Vec<&Pod>,
    ) -> Result<(), client::Error> {
        if create.is_empty() && delete.is_empty() {
            return Ok(());
        }
        let owner = reference::<DaemonSet>(&set.metadata);
        let uids = delete.iter().map(|pod| pod.metadata.uid.clone());
        self.control.expectations.expect(&set.metadata.key(), create.len(), uids);
        let deleted = self.control.delete(&owner, delete).await;
        let bodies = create.into_iter().map(|node| body(set, hash, node)).collect();
        self.control.create(&owner, bodies).await?;
        deleted
    }

    /// Replaces pods of an older template, no more at once than may be missing.
    async fn update(
        &self,
        set: &DaemonSet,
        hash: &str,
        nodes: &[Arc<Node>],
        by_node: &HashMap<String, Vec<&Arc<Pod>>>,
    ) -> Result<(), client::Error> {
        let strategy = &set.spec.update_strategy;
        if strategy.kind == "OnDelete" {
            return Ok(());
        }
        let now = jiff::Timestamp::now();
        let desired: Vec<&Arc<Node>> =
            nodes.iter().filter(|node| should_run(&set.spec.template, node).0).collect();
        let total = i64::try_from(desired.len()).unwrap_or(i64::MAX);
        let surge = max_surge(set, total);
        if surge > 0 {
            let here = desired.iter().map(|node| {
                let name = node.metadata.name.as_str();
                let pods = by_node.get(name).map(Vec::as_slice).unwrap_or_default();
                (name, pods.iter().map(|pod| pod.as_ref()).collect())
            });
            let (create, delete) = surge_step(here.collect(), hash, surge, set.spec.min_ready_seconds, now);
            return self.change(set, hash, create, delete).await;
        }
        let most = match &strategy.rolling_update.max_unavailable {
            None => 1,
            some => int_or_percent(some.as_ref(), total, true).max(1),
        };
        let (mut missing, mut broken, mut working) = (0, Vec::new(), Vec::new());
        for node in desired {
            let here = by_node.get(&node.metadata.name).map(Vec::as_slice).unwrap_or_default();
            let Some(pod) = here.iter().find(|pod| pod.is_active()) else {
                missing += 1;
                continue;
            };
            let old = !is_new(pod, hash);
            let available = pod.is_available(set.spec.min_ready_seconds, now);
            match (old, available) {
                (true, false) => broken.push(pod.as_ref()),
                (true, true) => working.push(pod.as_ref()),
                (false, false) => missing += 1,
                (false, true) => {}
            }
        }
        // What doesn't work may go at once: nothing is lost.
        let room =
            usize::try_from(most - missing - i64::try_from(broken.len()).unwrap_or(i64::MAX)).unwrap_or(0);
        let delete: Vec<&Pod> = broken.into_iter().chain(working.into_iter().take(room)).collect();
        self.change(set, hash, Vec::new(), delete).await
    }

    /// Keeps a controller revision for the template; returns its hash.
    async fn revision(&self, set: &DaemonSet) -> Result<String> {
        let meta = &set.metadata;
        let hash = rollout::hash(&set.spec.template, set.status.collision_count.unwrap_or_default());
        let name = format!("{}-{hash}", meta.name);
        let mine: Vec<Arc<ControllerRevision>> = self
            .revisions
            .store()
            .list_namespace(&meta.namespace)
            .into_iter()
            .filter(|revision| revision.metadata.controller().is_some_and(|owner| owner.uid == meta.uid))
            .collect();
        let newest = mine.iter().map(|revision| revision.revision).max().unwrap_or_default();
        let current = mine.iter().find(|revision| revision.metadata.name == name);
        match current {
            Some(current) if current.revision == newest => {}
            Some(current) => {
                let path =
                    ControllerRevision::path(Some(&meta.namespace), Some(&current.metadata.name), None);
                let patch = json!({ "revision": newest + 1 });
                self.client.patch::<_, Value>(&path, PatchType::Merge, &patch).await?;
            }
            None => {
                let mut template = set.spec.template.clone();
                template["$patch"] = "replace".into();
                let mut labels: BTreeMap<String, Value> = set.spec.template["metadata"]["labels"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                labels.insert(HASH.into(), hash.clone().into());
                let body = json!({
                    "apiVersion": "apps/v1", "kind": "ControllerRevision",
                    "metadata": {
                        "name": name, "namespace": meta.namespace, "labels": labels,
                        "annotations": meta.annotations,
                        "ownerReferences": [controller_of::<DaemonSet>(meta)],
                    },
                    "data": { "spec": { "template": template } },
                    "revision": newest + 1,
                });
                let path = ControllerRevision::path(Some(&meta.namespace), None, None);
                match self.client.create::<_, Value>(&path, &body).await {
                    Err(error) if error.is_already_exists() => {}
                    other => {
                        other?;
                    }
                }
            }
        }
        let keep = usize::try_from(set.spec.revision_history_limit.unwrap_or(10)).unwrap_or(usize::MAX);
        let mut old: Vec<_> = mine.iter().filter(|revision| revision.metadata.name != name).collect();
        old.sort_by_key(|revision| revision.revision);
        for revision in old.iter().take(old.len().saturating_sub(keep)) {
            let path = ControllerRevision::path(Some(&meta.namespace), Some(&revision.metadata.name), None);
            gone_is_fine(self.client.delete(&path, None).await)?;
        }
        Ok(hash)
    }

    async fn status(
        &self,
        set: &DaemonSet,
        hash: &str,
        nodes: &[Arc<Node>],
        by_node: &HashMap<String, Vec<&Arc<Pod>>>,
    ) -> Result<Option<Duration>> {
        let now = jiff::Timestamp::now();
        let mut status = crate::objects::DaemonSetStatus {
            observed_generation: set.metadata.generation,
            collision_count: set.status.collision_count,
            ..Default::default()
        };
        let mut next: Option<jiff::Timestamp> = None;
        for node in nodes {
            let (run, _) = should_run(&set.spec.template, node);
            let here = by_node.get(&node.metadata.name).map(Vec::as_slice).unwrap_or_default();
            let pod =
                here.iter().filter(|pod| pod.is_active()).min_by_key(|pod| pod.metadata.creation_timestamp);
            if !run {
                status.number_misscheduled += i64::from(pod.is_some());
                continue;
            }
            status.desired_number_scheduled += 1;
            let Some(pod) = pod else { continue };
            status.current_number_scheduled += 1;
            status.number_ready += i64::from(pod.is_ready());
            if pod.is_available(set.spec.min_ready_seconds, now) {
                status.number_available += 1;
            } else if let Some(at) = pod.available_at(set.spec.min_ready_seconds) {
                next = Some(next.map_or(at, |next| next.min(at)));
            }
            if is_new(pod, hash) {
                status.updated_number_scheduled += 1;
            }
        }
        status.number_unavailable = status.desired_number_scheduled - status.number_available;
        if status != set.status {
            let changes = json!({ "status": {
                "observedGeneration": status.observed_generation,
                "currentNumberScheduled": status.current_number_scheduled,
                "numberMisscheduled": status.number_misscheduled,
                "desiredNumberScheduled": status.desired_number_scheduled,
                "numberReady": status.number_ready,
                "updatedNumberScheduled": status.updated_number_scheduled,
                "numberAvailable": status.number_available,
                "numberUnavailable": status.number_unavailable,
            } });
            merge::<DaemonSet>(&self.client, &set.metadata, Some("status"), None, &changes).await?;
        }
        Ok(next.map(|at| Duration::from_secs(at.duration_since(now).as_secs().unsigned_abs() + 1)))
    }
}

/// How many nodes may have a new pod beside the old one while a set is updated.
fn max_surge(set: &DaemonSet, nodes: i64) -> i64 {
    let strategy = &set.spec.update_strategy;
    if strategy.kind == "OnDelete" {
        return 0;
    }
    match &strategy.rolling_update.max_surge {
        // Only whether there is any is asked for.
        Some(Value::String(text)) if nodes == i64::MAX => i64::from(text.trim_end_matches('%') != "0"),
        some => int_or_percent(some.as_ref(), nodes, true),
    }
}

fn is_new(pod: &Pod, hash: &str) -> bool {
    pod.metadata.labels.get(HASH).map(String::as_str) == Some(hash)
}

/// Of a node's pods (the oldest first) those that are too many: all but the oldest; while the set
/// surges, all but the oldest new and the oldest old one, and that one too once the new one is
/// available or it isn't ready itself.
fn superfluous<'a>(pods: &[&'a Pod], hash: &str, surging: bool, min_ready: i64) -> Vec<&'a Pod> {
    if !surging {
        return pods[1..].to_vec();
    }
    let (mut new, mut old): (Option<&Pod>, Option<&Pod>) = (None, None);
    let mut out = Vec::new();
    for pod in pods {
        let slot = if is_new(pod, hash) { &mut new } else { &mut old };
        match slot {
            None => *slot = Some(pod),
            Some(_) => out.push(*pod),
        }
    }
    if let (Some(new), Some(old)) = (new, old)
        && (!old.is_ready() || new.is_available(min_ready, jiff::Timestamp::now()))
    {
        out.push(old);
    }
    out
}

/// One step of an update that surges: nodes that get a new pod beside their old one, and old pods
/// whose successor is available. An old pod that isn't available is replaced whatever the limit.
fn surge_step<'a>(
    nodes: Vec<(&'a str, Vec<&'a Pod>)>,
    hash: &str,
    surge: i64,
    min_ready: i64,
    now: jiff::Timestamp,
) -> (Vec<&'a str>, Vec<&'a Pod>) {
    let (mut create, mut candidates, mut delete) = (Vec::new(), Vec::new(), Vec::new());
    let mut waiting = 0;
    for (node, pods) in nodes {
        let living = || pods.iter().copied().filter(|pod| pod.is_active());
        let new = living().find(|pod| is_new(pod, hash));
        let old = living().find(|pod| !is_new(pod, hash));
        match (new, old) {
            (_, None) => {}
            (None, Some(old)) if !old.is_available(min_ready, now) => create.push(node),
            (None, Some(_)) => candidates.push(node),
            (Some(new), Some(_)) if !new.is_available(min_ready, now) => waiting += 1,
            (Some(_), Some(old)) => delete.push(old),
        }
    }
    let room = usize::try_from(surge - waiting).unwrap_or(0);
    create.extend(candidates.into_iter().take(room));
    (create, delete)
}

/// The node that a daemon's pod is for, assigned or not.
fn target(pod: &Pod) -> String {
    if !pod.spec.node_name.is_empty() {
        return pod.spec.node_name.clone();
    }
    let terms = &pod.spec.affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
    terms[0]["matchFields"][0]["values"][0].as_str().unwrap_or_default().to_string()
}

/// A pod for a node: the scheduler binds it, told by an affinity which node is meant.
fn body(set: &DaemonSet, hash: &str, node: &str) -> Value {
    let mut template = set.spec.template.clone();
    template["metadata"]["labels"][HASH] = hash.into();
    let field = json!({ "key": "metadata.name", "operator": "In", "values": [node] });
    template["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
        json!({ "nodeSelectorTerms": [{ "matchFields": [field] }] });
    let mut all = template["spec"]["tolerations"].as_array().cloned().unwrap_or_default();
    for toleration in tolerations(&set.spec.template) {
        if !all.contains(&toleration) {
            all.push(toleration);
        }
    }
    template["spec"]["tolerations"] = all.into();
    let owner = controller_of::<DaemonSet>(&set.metadata);
    from_template(&template, &set.metadata.namespace, &format!("{}-", set.metadata.name), owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_chosen_by_labels_and_taints() {
        let node = |taints: Value| -> Node {
            serde_json::from_value(json!({
                "metadata": {"name": "n", "labels": {"os": "linux"}}, "spec": {"taints": taints}}))
            .expect("decodes")
        };
        let plain = json!({"spec": {"nodeSelector": {"os": "linux"}}});
        assert_eq!(should_run(&plain, &node(json!([]))), (true, true));
        assert_eq!(
            should_run(&json!({"spec": {"nodeSelector": {"os": "x"}}}), &node(json!([]))),
            (false, false)
        );
        let taint = |key: &str, effect: &str| json!([{"key": key, "effect": effect}]);
        assert_eq!(should_run(&plain, &node(taint("k", "NoSchedule"))), (false, true));
        assert_eq!(should_run(&plain, &node(taint("k", "NoExecute"))), (false, false));
        assert_eq!(
            should_run(&plain, &node(taint("node.kubernetes.io/unreachable", "NoExecute"))),
            (true, true)
        );
        let tolerant = json!({"spec": {"tolerations": [{"operator": "Exists"}]}});
        assert_eq!(should_run(&tolerant, &node(taint("k", "NoExecute"))), (true, true));
    }

    fn daemon(name: &str, hash: &str, ready: bool) -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": name, "uid": name, "labels": {HASH: hash}},
            "status": {"phase": "Running", "conditions": [{
                "type": "Ready", "status": if ready { "True" } else { "False" },
                "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}))
        .expect("decodes")
    }

    #[test]
    fn a_surge_adds_before_it_takes_away() {
        let (old, broken) = (daemon("old", "1", true), daemon("broken", "1", false));
        let (new, starting) = (daemon("new", "2", true), daemon("starting", "2", false));
        let step = |nodes: Vec<(&'static str, Vec<&Pod>)>, surge| {
            let nodes = nodes.into_iter().collect();
            let (create, delete) = surge_step(nodes, "2", surge, 0, jiff::Timestamp::now());
            let delete: Vec<String> = delete.iter().map(|pod| pod.metadata.name.clone()).collect();
            (create.iter().map(ToString::to_string).collect::<Vec<_>>(), delete)
        };
        let all = |surge| {
            step(
                vec![
                    ("a", vec![&old]),
                    ("b", vec![&old]),
                    ("c", vec![&broken]),
                    ("d", vec![&old, &starting]),
                    ("e", vec![&old, &new]),
                    ("f", vec![&new]),
                ],
                surge,
            )
        };
        // The one that is starting takes the only place; what is broken is replaced anyway.
        assert_eq!(all(1), (vec!["c".to_string()], vec!["old".to_string()]));
        assert_eq!(all(2), (vec!["c".to_string(), "a".into()], vec!["old".to_string()]));
    }

    #[test]
    fn a_node_keeps_an_old_and_a_new_pod_only_while_it_surges() {
        let (one, two) = (daemon("one", "1", true), daemon("two", "1", true));
        let (new, starting) = (daemon("new", "2", true), daemon("starting", "2", false));
        let names = |pods: &[&Pod], surging| -> Vec<String> {
            superfluous(pods, "2", surging, 0).iter().map(|pod| pod.metadata.name.clone()).collect()
        };
        assert_eq!(names(&[&one, &starting], false), ["starting"]);
        assert!(names(&[&one, &starting], true).is_empty());
        assert_eq!(names(&[&one, &two, &starting], true), ["two"]);
        assert_eq!(names(&[&one, &new], true), ["one"]);
    }

    #[test]
    fn a_pod_names_its_node_before_it_is_bound() {
        let set: DaemonSet = serde_json::from_value(json!({
            "metadata": {"name": "d", "namespace": "s"},
            "spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}}}}))
        .expect("decodes");
        let body = body(&set, "h", "n7");
        assert_eq!(body["metadata"]["labels"][HASH], "h");
        let pod: Pod = serde_json::from_value(body).expect("decodes");
        assert_eq!(target(&pod), "n7");
    }
}
