//! Whether a node has room, and which room is best.

use crate::cache::{NodeInfo, PodInfo, nonzero};
use crate::framework::{ClusterEvent, CycleState, Filter, MAX_SCORE, Plugin, Rejection, Score};

/// What NodeResourcesFit prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Nodes with much room left.
    LeastAllocated,
    /// Nodes that are full already.
    MostAllocated,
}

pub struct Fit {
    pub strategy: Strategy,
}

impl Plugin for Fit {
    fn name(&self) -> &'static str {
        "NodeResourcesFit"
    }
    fn helps(&self, event: ClusterEvent) -> bool {
        matches!(event, ClusterEvent::NodeAdded | ClusterEvent::NodeAllocatable | ClusterEvent::PodGone)
    }
}

impl Filter for Fit {
    fn filter(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection> {
        let mut reasons = Vec::new();
        // What the node doesn't have at all it won't have when pods go.
        let mut unresolvable = false;
        let most = node.allocatable.get("pods");
        if most > 0 && i64::try_from(node.pods.len()).unwrap_or(i64::MAX) + 1 > most {
            reasons.push("Too many pods".to_string());
        }
        let mut check = |name: &str, asked: i64| {
            if asked > 0 && asked > node.allocatable.get(name) - node.requested.get(name) {
                reasons.push(format!("Insufficient {name}"));
                unresolvable |= asked > node.allocatable.get(name);
            }
        };
        check("cpu", pod.requests.cpu);
        check("memory", pod.requests.memory);
        for (name, asked) in &pod.requests.others {
            check(name, *asked);
        }
        if reasons.is_empty() { Ok(()) } else { Err(Rejection { reasons, unresolvable }) }
    }
}

/// Allocatable and requested (with the pod) CPU and memory, as ranking sees them.
fn usage(pod: &PodInfo, node: &NodeInfo) -> [(i64, i64); 2] {
    let (cpu, memory) = nonzero(pod);
    [(node.allocatable.cpu, node.nonzero_cpu + cpu), (node.allocatable.memory, node.nonzero_memory + memory)]
}

impl Score for Fit {
    fn score(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> i64 {
        let (mut sum, mut weights) = (0, 0);
        for (allocatable, requested) in usage(pod, node) {
            if allocatable <= 0 {
                continue;
            }
            weights += 1;
            let requested = requested.min(allocatable);
            sum += match self.strategy {
                Strategy::LeastAllocated => (allocatable - requested) * MAX_SCORE / allocatable,
                Strategy::MostAllocated => requested * MAX_SCORE / allocatable,
            };
        }
        if weights == 0 { 0 } else { sum / weights }
    }
}

pub struct BalancedAllocation;

impl Plugin for BalancedAllocation {
    fn name(&self) -> &'static str {
        "NodeResourcesBalancedAllocation"
    }
}

impl Score for BalancedAllocation {
    fn score(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> i64 {
        let real = [
            (node.allocatable.cpu, node.requested.cpu + pod.requests.cpu),
            (node.allocatable.memory, node.requested.memory + pod.requests.memory),
        ];
        let fractions: Vec<f64> = real
            .iter()
            .filter(|(allocatable, _)| *allocatable > 0)
            .map(|(allocatable, requested)| (*requested as f64 / *allocatable as f64).min(1.0))
            .collect();
        // With two resources the standard deviation is half their distance.
        let deviation = match fractions.as_slice() {
            [a, b] => (a - b).abs() / 2.0,
            _ => 0.0,
        };
        ((1.0 - deviation) * MAX_SCORE as f64) as i64
    }
}
