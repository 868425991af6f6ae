//! TaintNodesByCondition: a new node takes no pods until it is found ready.

use k8s_openapi::api::core::v1::{Node, Taint};

const NOT_READY: &str = "node.kubernetes.io/not-ready";
const EFFECT: &str = "NoSchedule";

/// Completes a new node. The node lifecycle controller takes the taint away.
pub fn admit(node: &mut Node) {
    let taints = node.spec.get_or_insert_default().taints.get_or_insert_default();
    if taints.iter().all(|taint| taint.key != NOT_READY || taint.effect != EFFECT) {
        taints.push(Taint { key: NOT_READY.into(), effect: EFFECT.into(), ..Taint::default() });
    }
}
