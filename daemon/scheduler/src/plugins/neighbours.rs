//! Plugins that look at the pods around: required affinity and anti-affinity, and even spreading.

use std::collections::{HashMap, HashSet};

use crate::cache::{NodeInfo, PodInfo};
use crate::framework::{ClusterEvent, CycleState, Filter, Plugin, PreFilter, Rejection};
use crate::objects::{PodAffinityTerm, SpreadConstraint};

/// A topology key and a value of it.
type Domain = (String, String);

fn domain(key: &str, node: &NodeInfo) -> Option<Domain> {
    Some((key.to_string(), node.node.metadata.labels.get(key)?.clone()))
}

/// Whether `other` is one of the pods that a term of `owner` speaks of.
fn speaks_of(term: &PodAffinityTerm, owner: &PodInfo, other: &PodInfo) -> bool {
    let namespace = &other.pod.metadata.namespace;
    let here = match &term.namespace_selector {
        // An empty selector is all namespaces. Labels of namespaces aren't known here; a
        // selector that needs them selects by the names beside it only.
        Some(selector) if selector.as_object().is_some_and(serde_json::Map::is_empty) => true,
        _ if term.namespaces.is_empty() => *namespace == owner.pod.metadata.namespace,
        _ => term.namespaces.contains(namespace),
    };
    here && term.label_selector.as_ref().is_some_and(|selector| selector.matches(&other.pod.metadata.labels))
}

pub struct InterPodAffinity;

#[derive(Default)]
struct Near {
    /// For each required term, the domains with a matching pod.
    affinity: Vec<(String, HashSet<Domain>)>,
    /// No pod matches any term anywhere, but this one matches its own: it may be the first.
    first: bool,
    /// Domains with a pod that this one keeps away from.
    avoids: HashSet<Domain>,
    /// Domains with a pod that keeps away from this one.
    avoided: HashSet<Domain>,
}

impl Plugin for InterPodAffinity {
    fn name(&self) -> &'static str {
        "InterPodAffinity"
    }
    fn helps(&self, event: ClusterEvent) -> bool {
        matches!(
            event,
            ClusterEvent::NodeAdded
                | ClusterEvent::NodeLabels
                | ClusterEvent::PodGone
                | ClusterEvent::PodBound
        )
    }
}

impl PreFilter for InterPodAffinity {
    fn pre_filter(
        &self,
        state: &mut CycleState,
        pod: &PodInfo,
        nodes: &[NodeInfo],
    ) -> Result<Option<Vec<String>>, Rejection> {
        let mine = &pod.pod.spec.affinity;
        let (wanted, unwanted) = (&mine.pod_affinity.required, &mine.pod_anti_affinity.required);
        let mut near = Near {
            affinity: wanted.iter().map(|term| (term.topology_key.clone(), HashSet::new())).collect(),
            ..Near::default()
        };
        for node in nodes {
            for other in node.pods.values() {
                for term in &other.pod.spec.affinity.pod_anti_affinity.required {
                    if speaks_of(term, other, pod) {
                        near.avoided.extend(domain(&term.topology_key, node));
                    }
                }
                for term in unwanted {
                    if speaks_of(term, pod, other) {
                        near.avoids.extend(domain(&term.topology_key, node));
                    }
                }
                // A pod counts for affinity when it matches every term.
                if !wanted.is_empty() && wanted.iter().all(|term| speaks_of(term, pod, other)) {
                    for (key, domains) in &mut near.affinity {
                        domains.extend(domain(key, node));
                    }
                }
            }
        }
        near.first = near.affinity.iter().all(|(_, domains)| domains.is_empty())
            && wanted.iter().all(|term| speaks_of(term, pod, pod));
        if wanted.is_empty() && near.avoids.is_empty() && near.avoided.is_empty() {
            state.skip_filter.push("InterPodAffinity");
        } else {
            state.note("InterPodAffinity", near);
        }
        Ok(None)
    }
}

impl Filter for InterPodAffinity {
    fn filter(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection> {
        let Some(near) = state.read::<Near>("InterPodAffinity") else { return Ok(()) };
        let labels = &node.node.metadata.labels;
        for (key, domains) in &near.affinity {
            let there = domain(key, node).is_some_and(|domain| near.first || domains.contains(&domain));
            if !there {
                return Err(Rejection::unresolvable("node(s) didn't match pod affinity rules"));
            }
        }
        let inside =
            |domains: &HashSet<Domain>| domains.iter().any(|(key, value)| labels.get(key) == Some(value));
        if inside(&near.avoids) {
            return Err(Rejection::new("node(s) didn't match pod anti-affinity rules"));
        }
        if inside(&near.avoided) {
            return Err(Rejection::new("node(s) didn't satisfy existing pods anti-affinity rules"));
        }
        Ok(())
    }
}

pub struct PodTopologySpread;

/// For each hard constraint: matching pods by domain.
struct Counts(Vec<(SpreadConstraint, HashMap<String, i64>)>);

impl Plugin for PodTopologySpread {
    fn name(&self) -> &'static str {
        "PodTopologySpread"
    }
    fn helps(&self, event: ClusterEvent) -> bool {
        event != ClusterEvent::NodeAllocatable
    }
}

impl PreFilter for PodTopologySpread {
    fn pre_filter(
        &self,
        state: &mut CycleState,
        pod: &PodInfo,
        nodes: &[NodeInfo],
    ) -> Result<Option<Vec<String>>, Rejection> {
        let hard: Vec<&SpreadConstraint> = pod
            .pod
            .spec
            .topology_spread_constraints
            .iter()
            .filter(|constraint| constraint.when_unsatisfiable == "DoNotSchedule")
            .collect();
        if hard.is_empty() {
            state.skip_filter.push("PodTopologySpread");
            return Ok(None);
        }
        let mut counts = Vec::new();
        for constraint in hard {
            let mut domains: HashMap<String, i64> = HashMap::new();
            for node in nodes {
                // Nodes that the pod could not run on anyway don't count.
                let selector = &pod.pod.spec.node_selector;
                let labels = &node.node.metadata.labels;
                if selector.iter().any(|(key, value)| labels.get(key) != Some(value)) {
                    continue;
                }
                let Some(value) = labels.get(&constraint.topology_key) else { continue };
                let matching = node.pods.values().filter(|other| {
                    other.pod.metadata.namespace == pod.pod.metadata.namespace
                        && other.pod.metadata.deletion_timestamp.is_none()
                        && constraint
                            .label_selector
                            .as_ref()
                            .is_some_and(|selector| selector.matches(&other.pod.metadata.labels))
                });
                *domains.entry(value.clone()).or_default() +=
                    i64::try_from(matching.count()).unwrap_or(i64::MAX);
            }
            counts.push((constraint.clone(), domains));
        }
        state.note("PodTopologySpread", Counts(counts));
        Ok(None)
    }
}

impl Filter for PodTopologySpread {
    fn filter(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection> {
        let Some(Counts(counts)) = state.read("PodTopologySpread") else { return Ok(()) };
        for (constraint, domains) in counts {
            let Some(value) = node.node.metadata.labels.get(&constraint.topology_key) else {
                return Err(Rejection::unresolvable(
                    "node(s) didn't match pod topology spread constraints (missing required label)",
                ));
            };
            let itself = constraint
                .label_selector
                .as_ref()
                .is_some_and(|selector| selector.matches(&pod.pod.metadata.labels));
            let here = domains.get(value).copied().unwrap_or_default() + i64::from(itself);
            let least = domains.values().copied().min().unwrap_or_default();
            if here - least > constraint.max_skew {
                return Err(Rejection::new("node(s) didn't match pod topology spread constraints"));
            }
        }
        Ok(())
    }
}
