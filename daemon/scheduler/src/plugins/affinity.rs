//! InterPodAffinity: pods that want to be, or must not be, where other pods are.

use std::collections::{HashMap, HashSet};

use crate::cache::{Cluster, NodeInfo, PodInfo};
use crate::framework::{
    ClusterEvent, CycleState, Filter, MAX_SCORE, Plugin, PreFilter, PreScore, Rejection, Score,
};
use crate::objects::PodAffinityTerm;

const NAME: &str = "InterPodAffinity";

/// A topology key and a value of it.
type Domain = (String, String);

fn domain(key: &str, node: &NodeInfo) -> Option<Domain> {
    Some((key.to_string(), node.node.metadata.labels.get(key)?.clone()))
}

/// Whether `other` is one of the pods that a term of `owner` speaks of.
fn speaks_of(term: &PodAffinityTerm, owner: &PodInfo, other: &PodInfo, cluster: &Cluster<'_>) -> bool {
    let namespace = &other.pod.metadata.namespace;
    let here = match &term.namespace_selector {
        None if term.namespaces.is_empty() => *namespace == owner.pod.metadata.namespace,
        None => term.namespaces.contains(namespace),
        // An empty selector is all namespaces.
        Some(selector) => {
            term.namespaces.contains(namespace)
                || selector.is_empty()
                || cluster.namespaces.get(namespace).is_some_and(|labels| selector.matches(labels))
        }
    };
    let (own, theirs) = (&owner.pod.metadata.labels, &other.pod.metadata.labels);
    // Keys that the API server has merged into the selector already just say it twice.
    here && term.label_selector.as_ref().is_some_and(|selector| selector.matches(theirs))
        && term
            .match_label_keys
            .iter()
            .all(|key| own.get(key).is_none_or(|value| theirs.get(key) == Some(value)))
        && term
            .mismatch_label_keys
            .iter()
            .all(|key| own.get(key).is_none_or(|value| theirs.get(key) != Some(value)))
}

/// The plugin, with what its arguments say.
pub struct InterPodAffinity {
    /// What a required term of a pod that runs counts when another pod would satisfy it.
    pub hard_weight: i64,
    /// Preferred terms of pods that run don't count.
    pub ignore_others: bool,
}

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
        NAME
    }
    fn helps(&self, event: ClusterEvent) -> bool {
        matches!(
            event,
            ClusterEvent::NodeAdded
                | ClusterEvent::NodeLabels
                | ClusterEvent::PodGone
                | ClusterEvent::PodBound
                | ClusterEvent::NamespaceLabels
        )
    }
}

impl PreFilter for InterPodAffinity {
    fn pre_filter(
        &self,
        state: &mut CycleState,
        pod: &PodInfo,
        cluster: &Cluster<'_>,
    ) -> Result<Option<Vec<String>>, Rejection> {
        let mine = &pod.pod.spec.affinity;
        let (wanted, unwanted) = (&mine.pod_affinity.required, &mine.pod_anti_affinity.required);
        let mut near = Near {
            affinity: wanted.iter().map(|term| (term.topology_key.clone(), HashSet::new())).collect(),
            ..Near::default()
        };
        for node in cluster.nodes {
            for other in node.affine.values() {
                for term in &other.pod.spec.affinity.pod_anti_affinity.required {
                    if speaks_of(term, other, pod, cluster) {
                        near.avoided.extend(domain(&term.topology_key, node));
                    }
                }
            }
            if wanted.is_empty() && unwanted.is_empty() {
                continue;
            }
            for other in node.pods.values() {
                for term in unwanted {
                    if speaks_of(term, pod, other, cluster) {
                        near.avoids.extend(domain(&term.topology_key, node));
                    }
                }
                // A pod counts for affinity when it matches every term.
                if !wanted.is_empty() && wanted.iter().all(|term| speaks_of(term, pod, other, cluster)) {
                    for (key, domains) in &mut near.affinity {
                        domains.extend(domain(key, node));
                    }
                }
            }
        }
        near.first = near.affinity.iter().all(|(_, domains)| domains.is_empty())
            && wanted.iter().all(|term| speaks_of(term, pod, pod, cluster));
        if wanted.is_empty() && near.avoids.is_empty() && near.avoided.is_empty() {
            state.skip_filter.push(NAME);
        } else {
            state.note(NAME, near);
        }
        Ok(None)
    }
}

impl Filter for InterPodAffinity {
    fn filter(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection> {
        let Some(near) = state.read::<Near>(NAME) else { return Ok(()) };
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

/// What each topology value is worth to the pod.
#[derive(Default)]
struct Worth(HashMap<String, HashMap<String, i64>>);

impl Worth {
    fn add(&mut self, term: &PodAffinityTerm, node: &NodeInfo, weight: i64) {
        if let Some((key, value)) = domain(&term.topology_key, node) {
            *self.0.entry(key).or_default().entry(value).or_default() += weight;
        }
    }
}

impl PreScore for InterPodAffinity {
    fn pre_score(&self, state: &mut CycleState, pod: &PodInfo, cluster: &Cluster<'_>, _: &[&NodeInfo]) {
        let mine = &pod.pod.spec.affinity;
        let (liked, disliked) = (&mine.pod_affinity.preferred, &mine.pod_anti_affinity.preferred);
        let mut worth = Worth::default();
        for node in cluster.nodes {
            // What this pod thinks of those that run.
            if !liked.is_empty() || !disliked.is_empty() {
                for other in node.pods.values() {
                    for (terms, sign) in [(liked, 1), (disliked, -1)] {
                        for term in terms {
                            if speaks_of(&term.pod_affinity_term, pod, other, cluster) {
                                worth.add(&term.pod_affinity_term, node, sign * term.weight);
                            }
                        }
                    }
                }
            }
            // What those that run think of this one.
            for other in node.affine.values() {
                let theirs = &other.pod.spec.affinity;
                if self.hard_weight > 0 {
                    for term in &theirs.pod_affinity.required {
                        if speaks_of(term, other, pod, cluster) {
                            worth.add(term, node, self.hard_weight);
                        }
                    }
                }
                if self.ignore_others {
                    continue;
                }
                for (terms, sign) in
                    [(&theirs.pod_affinity.preferred, 1), (&theirs.pod_anti_affinity.preferred, -1)]
                {
                    for term in terms {
                        if speaks_of(&term.pod_affinity_term, other, pod, cluster) {
                            worth.add(&term.pod_affinity_term, node, sign * term.weight);
                        }
                    }
                }
            }
        }
        if worth.0.is_empty() {
            state.skip_score.push(NAME);
        } else {
            state.note("InterPodAffinity/score", worth);
        }
    }
}

impl Score for InterPodAffinity {
    fn score(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> i64 {
        let Some(Worth(worth)) = state.read("InterPodAffinity/score") else { return 0 };
        let labels = &node.node.metadata.labels;
        let values = worth.iter().filter_map(|(key, values)| values.get(labels.get(key)?));
        values.sum()
    }

    fn normalize(&self, scores: &mut [i64]) {
        let least = scores.iter().copied().min().unwrap_or_default();
        let most = scores.iter().copied().max().unwrap_or_default();
        for score in scores {
            *score = if most > least { MAX_SCORE * (*score - least) / (most - least) } else { 0 };
        }
    }
}
