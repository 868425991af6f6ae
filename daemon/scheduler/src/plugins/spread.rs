//! PodTopologySpread: like pods even over zones, nodes or any other topology; as a rule
//! (DoNotSchedule) or as a wish (ScheduleAnyway). Pods that ask for nothing are spread by what
//! selects them: their services and controllers.

use std::collections::HashMap;

use crate::cache::{Cluster, NodeInfo, PodInfo};
use crate::framework::{
    ClusterEvent, CycleState, Filter, MAX_SCORE, Plugin, PreFilter, PreScore, Rejection, Score,
};
use crate::objects::{LabelSelector, SpreadConstraint};
use crate::plugins::basic::{selected, untolerated};

const NAME: &str = "PodTopologySpread";
const HOSTNAME: &str = "kubernetes.io/hostname";

/// What holds for pods that have no constraints of their own.
#[derive(Clone, Debug, PartialEq)]
pub enum Defaults {
    /// Over nodes and zones, gently.
    System,
    /// What the configuration lists.
    List(Vec<SpreadConstraint>),
}

impl Defaults {
    fn constraints(&self) -> Vec<SpreadConstraint> {
        let soft = |key: &str, max_skew| SpreadConstraint {
            topology_key: key.into(),
            when_unsatisfiable: "ScheduleAnyway".into(),
            max_skew,
            ..SpreadConstraint::default()
        };
        match self {
            Self::System => vec![soft(HOSTNAME, 3), soft("topology.kubernetes.io/zone", 5)],
            Self::List(list) => list.clone(),
        }
    }
}

/// The plugin.
pub struct PodTopologySpread {
    pub defaults: Defaults,
}

/// A constraint with the selector that it comes to for one pod.
struct Constraint {
    rule: SpreadConstraint,
    selector: LabelSelector,
}

impl Constraint {
    fn matches(&self, pod: &PodInfo, other: &PodInfo) -> bool {
        other.pod.metadata.namespace == pod.pod.metadata.namespace
            && other.pod.metadata.deletion_timestamp.is_none()
            && self.selector.matches(&other.pod.metadata.labels)
    }

    fn count(&self, pod: &PodInfo, node: &NodeInfo) -> i64 {
        let matching = node.pods.values().filter(|other| self.matches(pod, other)).count();
        i64::try_from(matching).unwrap_or(i64::MAX)
    }

    /// Whether the node's pods count: nodes that the pod could not run on anyway don't.
    fn includes(&self, pod: &PodInfo, node: &NodeInfo) -> bool {
        (self.rule.node_affinity_policy == "Ignore" || selected(pod, &node.node))
            && (self.rule.node_taints_policy != "Honor" || untolerated(pod, &node.node).is_none())
    }
}

impl PodTopologySpread {
    /// The constraints of one kind, and whether they are the pod's own.
    fn constraints(&self, pod: &PodInfo, cluster: &Cluster<'_>, when: &str) -> (Vec<Constraint>, bool) {
        let own = &pod.pod.spec.topology_spread_constraints;
        let of_kind = |rule: &SpreadConstraint| rule.when_unsatisfiable == when;
        let labels = &pod.pod.metadata.labels;
        if !own.is_empty() {
            let resolve = |rule: &SpreadConstraint| Constraint {
                // A selector that is missing selects nothing, an empty one everything.
                selector: match &rule.label_selector {
                    None => LabelSelector::nothing(),
                    Some(selector) => selector.with_values_of(&rule.match_label_keys, labels),
                },
                rule: rule.clone(),
            };
            return (own.iter().filter(|rule| of_kind(rule)).map(resolve).collect(), true);
        }
        let defaults: Vec<_> = self.defaults.constraints().into_iter().filter(of_kind).collect();
        if defaults.is_empty() {
            return (Vec::new(), false);
        }
        let Some(selector) = (cluster.selected_by)(&pod.pod) else { return (Vec::new(), false) };
        let resolve = |rule| Constraint { rule, selector: selector.clone() };
        (defaults.into_iter().map(resolve).collect(), false)
    }
}

fn has_all_keys(constraints: &[Constraint], node: &NodeInfo) -> bool {
    constraints.iter().all(|one| node.node.metadata.labels.contains_key(&one.rule.topology_key))
}

/// For each hard constraint: matching pods by domain.
struct Counts(Vec<(Constraint, HashMap<String, i64>)>);

impl Plugin for PodTopologySpread {
    fn name(&self) -> &'static str {
        NAME
    }
    fn helps(&self, event: ClusterEvent) -> bool {
        !matches!(event, ClusterEvent::NodeAllocatable | ClusterEvent::NamespaceLabels)
    }
}

impl PreFilter for PodTopologySpread {
    fn pre_filter(
        &self,
        state: &mut CycleState,
        pod: &PodInfo,
        cluster: &Cluster<'_>,
    ) -> Result<Option<Vec<String>>, Rejection> {
        let (hard, _) = self.constraints(pod, cluster, "DoNotSchedule");
        if hard.is_empty() {
            state.skip_filter.push(NAME);
            return Ok(None);
        }
        let mut domains: Vec<HashMap<String, i64>> = hard.iter().map(|_| HashMap::new()).collect();
        for node in cluster.nodes.iter().filter(|node| has_all_keys(&hard, node)) {
            for (constraint, domains) in hard.iter().zip(&mut domains) {
                let value = node.node.metadata.labels.get(&constraint.rule.topology_key);
                if let Some(value) = value.filter(|_| constraint.includes(pod, node)) {
                    *domains.entry(value.clone()).or_default() += constraint.count(pod, node);
                }
            }
        }
        state.note(NAME, Counts(hard.into_iter().zip(domains).collect()));
        Ok(None)
    }
}

impl Filter for PodTopologySpread {
    fn filter(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection> {
        let Some(Counts(counts)) = state.read(NAME) else { return Ok(()) };
        for (constraint, domains) in counts {
            let Some(value) = node.node.metadata.labels.get(&constraint.rule.topology_key) else {
                return Err(Rejection::unresolvable(
                    "node(s) didn't match pod topology spread constraints (missing required label)",
                ));
            };
            let itself = constraint.selector.matches(&pod.pod.metadata.labels);
            let here = domains.get(value).copied().unwrap_or_default() + i64::from(itself);
            let wanted = usize::try_from(constraint.rule.min_domains.unwrap_or(1)).unwrap_or(1);
            // With too few domains none counts as filled.
            let least = match domains.len() < wanted {
                true => 0,
                false => domains.values().copied().min().unwrap_or_default(),
            };
            if here - least > constraint.rule.max_skew {
                return Err(Rejection::new("node(s) didn't match pod topology spread constraints"));
            }
        }
        Ok(())
    }
}

/// What the score of a node comes from.
struct Spread {
    constraints: Vec<Constraint>,
    /// Whether a node must have every key to count.
    all_keys: bool,
    /// Matching pods by domain; nodes themselves are counted when they are scored.
    domains: Vec<HashMap<String, i64>>,
    /// Domains of a topology with many values weigh more.
    weights: Vec<f64>,
}

/// The score of a node that lacks a topology.
const NO_SCORE: i64 = -1;

impl PreScore for PodTopologySpread {
    fn pre_score(&self, state: &mut CycleState, pod: &PodInfo, cluster: &Cluster<'_>, nodes: &[&NodeInfo]) {
        let (soft, own) = self.constraints(pod, cluster, "ScheduleAnyway");
        if soft.is_empty() {
            state.skip_score.push(NAME);
            return;
        }
        // Gentle defaults spread over nodes where there are no zones, too.
        let all_keys = own || self.defaults != Defaults::System;
        let mut domains: Vec<HashMap<String, i64>> = soft.iter().map(|_| HashMap::new()).collect();
        let counted: Vec<&&NodeInfo> =
            nodes.iter().filter(|node| !all_keys || has_all_keys(&soft, node)).collect();
        for node in &counted {
            for (constraint, domains) in soft.iter().zip(&mut domains) {
                let key = &constraint.rule.topology_key;
                if let Some(value) = node.node.metadata.labels.get(key).filter(|_| key != HOSTNAME) {
                    domains.entry(value.clone()).or_default();
                }
            }
        }
        let weights = soft
            .iter()
            .zip(&domains)
            .map(|(constraint, domains)| {
                let size =
                    if constraint.rule.topology_key == HOSTNAME { counted.len() } else { domains.len() };
                ((size + 2) as f64).ln()
            })
            .collect();
        for node in cluster.nodes.iter().filter(|node| !all_keys || has_all_keys(&soft, node)) {
            for (constraint, domains) in soft.iter().zip(&mut domains) {
                let value = node.node.metadata.labels.get(&constraint.rule.topology_key);
                if let Some(sum) = value.and_then(|value| domains.get_mut(value))
                    && constraint.includes(pod, node)
                {
                    *sum += constraint.count(pod, node);
                }
            }
        }
        state.note("PodTopologySpread/score", Spread { constraints: soft, all_keys, domains, weights });
    }
}

impl Score for PodTopologySpread {
    /// The pods that match, weighted; fewer are better.
    fn score(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> i64 {
        let Some(spread) = state.read::<Spread>("PodTopologySpread/score") else { return 0 };
        if spread.all_keys && !has_all_keys(&spread.constraints, node) {
            return NO_SCORE;
        }
        let mut score = 0.0;
        for ((constraint, domains), weight) in
            spread.constraints.iter().zip(&spread.domains).zip(&spread.weights)
        {
            let key = &constraint.rule.topology_key;
            let Some(value) = node.node.metadata.labels.get(key) else { continue };
            let count = match key.as_str() {
                HOSTNAME => constraint.count(pod, node),
                _ => domains.get(value).copied().unwrap_or_default(),
            };
            score += count as f64 * weight + (constraint.rule.max_skew - 1) as f64;
        }
        score.round() as i64
    }

    fn normalize(&self, scores: &mut [i64]) {
        let counted = || scores.iter().copied().filter(|score| *score != NO_SCORE);
        let least = counted().min().unwrap_or_default();
        let most = counted().max().unwrap_or_default();
        for score in scores {
            *score = match (*score, most) {
                (NO_SCORE, _) => 0,
                (_, 0) => MAX_SCORE,
                (score, most) => MAX_SCORE * (most + least - score) / most,
            };
        }
    }
}
