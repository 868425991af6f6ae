//! Plugins that look at one pod and one node: names, taints, labels, ports, images; and the
//! gates and the binding.

use std::collections::HashMap;
use std::sync::Arc;

use client::{Client, path};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::cache::{Cluster, NodeInfo, PodInfo};
use crate::framework::{
    Bind, ClusterEvent, CycleState, Filter, MAX_SCORE, Plugin, PreEnqueue, PreFilter, PreScore, Rejection,
    Score,
};
use crate::objects::{Node, NodeSelectorTerm, Port, Taint};

/// Scores to 0 to 100, the greatest to 100; or the other way round.
pub fn normalize(scores: &mut [i64], reverse: bool) {
    let most = scores.iter().copied().max().unwrap_or_default();
    for score in scores {
        *score = match (most, reverse) {
            (0, true) => MAX_SCORE,
            (0, false) => 0,
            (_, true) => MAX_SCORE - MAX_SCORE * *score / most,
            (_, false) => MAX_SCORE * *score / most,
        };
    }
}

pub struct SchedulingGates;

impl Plugin for SchedulingGates {
    fn name(&self) -> &'static str {
        "SchedulingGates"
    }
}

impl PreEnqueue for SchedulingGates {
    fn pre_enqueue(&self, pod: &PodInfo) -> Result<(), String> {
        let gates: Vec<&str> = pod.pod.spec.scheduling_gates.iter().map(|gate| gate.name.as_str()).collect();
        if gates.is_empty() { Ok(()) } else { Err(format!("waiting for scheduling gates: {gates:?}")) }
    }
}

pub struct NodeName;

impl Plugin for NodeName {
    fn name(&self) -> &'static str {
        "NodeName"
    }
    fn helps(&self, event: ClusterEvent) -> bool {
        event == ClusterEvent::NodeAdded
    }
}

impl Filter for NodeName {
    fn filter(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection> {
        let wanted = &pod.pod.spec.node_name;
        if wanted.is_empty() || wanted == node.name() {
            Ok(())
        } else {
            Err(Rejection::unresolvable("node(s) didn't match the requested node name"))
        }
    }
}

pub struct NodeUnschedulable;

impl Plugin for NodeUnschedulable {
    fn name(&self) -> &'static str {
        "NodeUnschedulable"
    }
    fn helps(&self, event: ClusterEvent) -> bool {
        matches!(event, ClusterEvent::NodeAdded | ClusterEvent::NodeTaints)
    }
}

impl Filter for NodeUnschedulable {
    fn filter(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection> {
        if !node.node.spec.unschedulable {
            return Ok(());
        }
        let taint = Taint {
            key: "node.kubernetes.io/unschedulable".into(),
            value: String::new(),
            effect: "NoSchedule".into(),
        };
        if pod.pod.spec.tolerations.iter().any(|toleration| toleration.tolerates(&taint)) {
            Ok(())
        } else {
            Err(Rejection::unresolvable("node(s) were unschedulable"))
        }
    }
}

pub struct TaintToleration;

impl Plugin for TaintToleration {
    fn name(&self) -> &'static str {
        "TaintToleration"
    }
    fn helps(&self, event: ClusterEvent) -> bool {
        matches!(event, ClusterEvent::NodeAdded | ClusterEvent::NodeTaints)
    }
}

fn tolerated(pod: &PodInfo, taint: &Taint) -> bool {
    pod.pod.spec.tolerations.iter().any(|toleration| toleration.tolerates(taint))
}

/// The first taint that keeps the pod off the node.
pub fn untolerated<'a>(pod: &PodInfo, node: &'a Node) -> Option<&'a Taint> {
    let forbids = |taint: &&Taint| taint.effect == "NoSchedule" || taint.effect == "NoExecute";
    node.spec.taints.iter().filter(forbids).find(|taint| !tolerated(pod, taint))
}

impl Filter for TaintToleration {
    fn filter(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection> {
        match untolerated(pod, &node.node) {
            None => Ok(()),
            Some(_) => Err(Rejection::unresolvable("node(s) had untolerated taint(s)")),
        }
    }
}

impl Score for TaintToleration {
    fn score(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> i64 {
        let soft = node.node.spec.taints.iter().filter(|taint| taint.effect == "PreferNoSchedule");
        i64::try_from(soft.filter(|taint| !tolerated(pod, taint)).count()).unwrap_or(i64::MAX)
    }
    fn normalize(&self, scores: &mut [i64]) {
        normalize(scores, true);
    }
}

pub struct NodeAffinity;

impl Plugin for NodeAffinity {
    fn name(&self) -> &'static str {
        "NodeAffinity"
    }
    fn helps(&self, event: ClusterEvent) -> bool {
        matches!(event, ClusterEvent::NodeAdded | ClusterEvent::NodeLabels)
    }
}

/// Whether the node satisfies a term. A term that says nothing selects nothing.
fn term_matches(term: &NodeSelectorTerm, node: &Node) -> bool {
    !(term.match_expressions.is_empty() && term.match_fields.is_empty())
        && term
            .match_expressions
            .iter()
            .all(|expression| expression.matches(node.metadata.labels.get(&expression.key)))
        && term.match_fields.iter().all(|expression| {
            expression.key == "metadata.name" && expression.matches(Some(&node.metadata.name))
        })
}

impl PreFilter for NodeAffinity {
    fn pre_filter(
        &self,
        state: &mut CycleState,
        pod: &PodInfo,
        _cluster: &Cluster<'_>,
    ) -> Result<Option<Vec<String>>, Rejection> {
        let spec = &pod.pod.spec;
        let Some(required) = &spec.affinity.node_affinity.required else {
            if spec.node_selector.is_empty() {
                state.skip_filter.push("NodeAffinity");
            }
            return Ok(None);
        };
        // Daemon set pods name their node in a field: only that one needs a look.
        let mut names = Vec::new();
        for term in &required.node_selector_terms {
            let field =
                term.match_fields.iter().find(|field| field.key == "metadata.name" && field.operator == "In");
            match field {
                Some(field) => names.extend(field.values.iter().cloned()),
                None => return Ok(None),
            }
        }
        Ok((!names.is_empty()).then_some(names))
    }
}

/// Whether the pod's selector and required affinity take the node.
pub fn selected(pod: &PodInfo, node: &Node) -> bool {
    let spec = &pod.pod.spec;
    let labels = &node.metadata.labels;
    spec.node_selector.iter().all(|(key, value)| labels.get(key) == Some(value))
        && spec
            .affinity
            .node_affinity
            .required
            .as_ref()
            .is_none_or(|required| required.node_selector_terms.iter().any(|term| term_matches(term, node)))
}

impl Filter for NodeAffinity {
    fn filter(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection> {
        if selected(pod, &node.node) {
            Ok(())
        } else {
            Err(Rejection::unresolvable("node(s) didn't match Pod's node affinity/selector"))
        }
    }
}

impl PreScore for NodeAffinity {
    fn pre_score(&self, state: &mut CycleState, pod: &PodInfo, _: &Cluster<'_>, _: &[&NodeInfo]) {
        if pod.pod.spec.affinity.node_affinity.preferred.is_empty() {
            state.skip_score.push("NodeAffinity");
        }
    }
}

impl Score for NodeAffinity {
    fn score(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> i64 {
        let preferred = pod.pod.spec.affinity.node_affinity.preferred.iter();
        preferred.filter(|term| term_matches(&term.preference, &node.node)).map(|term| term.weight).sum()
    }
    fn normalize(&self, scores: &mut [i64]) {
        normalize(scores, false);
    }
}

pub struct NodePorts;

impl Plugin for NodePorts {
    fn name(&self) -> &'static str {
        "NodePorts"
    }
    fn helps(&self, event: ClusterEvent) -> bool {
        matches!(event, ClusterEvent::NodeAdded | ClusterEvent::PodGone)
    }
}

impl PreFilter for NodePorts {
    fn pre_filter(
        &self,
        state: &mut CycleState,
        pod: &PodInfo,
        _cluster: &Cluster<'_>,
    ) -> Result<Option<Vec<String>>, Rejection> {
        if pod.ports.is_empty() {
            state.skip_filter.push("NodePorts");
        }
        Ok(None)
    }
}

fn collide(a: &Port, b: &Port) -> bool {
    let protocol = |port: &Port| if port.protocol.is_empty() { "TCP".into() } else { port.protocol.clone() };
    let any = |port: &Port| port.host_ip.is_empty() || port.host_ip == "0.0.0.0";
    a.host_port == b.host_port && protocol(a) == protocol(b) && (any(a) || any(b) || a.host_ip == b.host_ip)
}

impl Filter for NodePorts {
    fn filter(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection> {
        let mut taken = node.pods.values().flat_map(|other| &other.ports);
        if taken.any(|port| pod.ports.iter().any(|wanted| collide(port, wanted))) {
            return Err(Rejection::new("node(s) didn't have free ports for the requested pod ports"));
        }
        Ok(())
    }
}

pub struct ImageLocality;

/// Less is no reason to prefer a node.
const SMALL_IMAGE: i64 = 23 << 20;
/// More, for each container, is no further reason.
const LARGE_IMAGE: i64 = 1000 << 20;

impl Plugin for ImageLocality {
    fn name(&self) -> &'static str {
        "ImageLocality"
    }
}

/// The name as nodes report it: with a tag.
fn tagged(image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or(image);
    if last.contains(':') || last.contains('@') { image.to_string() } else { format!("{image}:latest") }
}

/// How widely each image is spread, from 0 to 1.
struct Spread(HashMap<String, f64>);

impl PreScore for ImageLocality {
    fn pre_score(&self, state: &mut CycleState, pod: &PodInfo, _: &Cluster<'_>, nodes: &[&NodeInfo]) {
        let spec = &pod.pod.spec;
        let mut spread = HashMap::new();
        for container in spec.containers.iter().chain(&spec.init_containers) {
            let image = tagged(&container.image);
            let holders = nodes.iter().filter(|node| node.images.contains_key(&image)).count();
            if holders > 0 {
                spread.insert(image, holders as f64 / nodes.len() as f64);
            }
        }
        if spread.is_empty() {
            state.skip_score.push("ImageLocality");
        } else {
            state.note("ImageLocality", Spread(spread));
        }
    }
}

impl Score for ImageLocality {
    fn score(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> i64 {
        let Some(Spread(spread)) = state.read("ImageLocality") else { return 0 };
        let spec = &pod.pod.spec;
        let containers: Vec<_> = spec.containers.iter().chain(&spec.init_containers).collect();
        let sum: i64 = containers
            .iter()
            .filter_map(|container| {
                let image = tagged(&container.image);
                let size = *node.images.get(&image)?;
                // An image that is everywhere should not draw all pods to where it came first.
                Some((size as f64 * spread.get(&image).copied().unwrap_or_default()) as i64)
            })
            .sum();
        let most = LARGE_IMAGE * i64::try_from(containers.len().max(1)).unwrap_or(1);
        MAX_SCORE * (sum.clamp(SMALL_IMAGE, most) - SMALL_IMAGE) / (most - SMALL_IMAGE)
    }
}

pub struct DefaultBinder;

impl Plugin for DefaultBinder {
    fn name(&self) -> &'static str {
        "DefaultBinder"
    }
}

impl Bind for DefaultBinder {
    fn bind(
        &self,
        client: Client,
        pod: Arc<PodInfo>,
        node: String,
    ) -> BoxFuture<'static, Result<(), String>> {
        Box::pin(async move {
            let meta = &pod.pod.metadata;
            let binding = json!({
                "apiVersion": "v1", "kind": "Binding",
                "metadata": { "name": meta.name, "namespace": meta.namespace, "uid": meta.uid },
                "target": { "apiVersion": "v1", "kind": "Node", "name": node },
            });
            let target = path("", "v1", "pods", Some(&meta.namespace), Some(&meta.name), Some("binding"));
            client.create::<_, Value>(&target, &binding).await.map(|_| ()).map_err(|error| error.to_string())
        })
    }
}
