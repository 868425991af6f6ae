//! The plugins, by name, and the profile that they make by default.

mod basic;
mod neighbours;
mod resources;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::framework::Profile;

pub use resources::Strategy;

/// What a profile's configuration changes.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Plugins that are off, everywhere.
    pub disabled: Vec<String>,
    /// Plugins that only score no more.
    pub score_disabled: Vec<String>,
    /// Weights other than the default ones.
    pub weights: BTreeMap<String, i64>,
    /// How NodeResourcesFit ranks.
    pub strategy: Strategy,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            disabled: Vec::new(),
            score_disabled: Vec::new(),
            weights: BTreeMap::new(),
            strategy: Strategy::LeastAllocated,
        }
    }
}

/// All plugins that there are.
pub const NAMES: &[&str] = &[
    "SchedulingGates",
    "PrioritySort",
    "NodeUnschedulable",
    "NodeName",
    "TaintToleration",
    "NodeAffinity",
    "NodePorts",
    "NodeResourcesFit",
    "PodTopologySpread",
    "InterPodAffinity",
    "NodeResourcesBalancedAllocation",
    "ImageLocality",
    "DefaultBinder",
];

/// The profile that a choice makes.
pub fn profile(choice: &Choice) -> Profile {
    let on = |name: &str| !choice.disabled.iter().any(|off| off == name || off == "*");
    let weight = |name: &str, default: i64| -> Option<i64> {
        let off = choice.score_disabled.iter().any(|off| off == name || off == "*");
        (on(name) && !off).then(|| choice.weights.get(name).copied().unwrap_or(default))
    };
    let mut profile = Profile::default();
    // A decision needs a binding, whatever is configured.
    profile.bind.push(Arc::new(basic::DefaultBinder));
    if on("SchedulingGates") {
        profile.pre_enqueue.push(Arc::new(basic::SchedulingGates));
    }
    if on("NodeUnschedulable") {
        profile.filter.push(Arc::new(basic::NodeUnschedulable));
    }
    if on("NodeName") {
        profile.filter.push(Arc::new(basic::NodeName));
    }
    let taints = Arc::new(basic::TaintToleration);
    if on("TaintToleration") {
        profile.filter.push(taints.clone());
    }
    if let Some(weight) = weight("TaintToleration", 3) {
        profile.score.push((taints, weight));
    }
    let affinity = Arc::new(basic::NodeAffinity);
    if on("NodeAffinity") {
        profile.pre_filter.push(affinity.clone());
        profile.filter.push(affinity.clone());
    }
    if let Some(weight) = weight("NodeAffinity", 2) {
        profile.pre_score.push(affinity.clone());
        profile.score.push((affinity, weight));
    }
    let ports = Arc::new(basic::NodePorts);
    if on("NodePorts") {
        profile.pre_filter.push(ports.clone());
        profile.filter.push(ports);
    }
    let fit = Arc::new(resources::Fit { strategy: choice.strategy });
    if on("NodeResourcesFit") {
        profile.filter.push(fit.clone());
    }
    if let Some(weight) = weight("NodeResourcesFit", 1) {
        profile.score.push((fit, weight));
    }
    if on("PodTopologySpread") {
        let spread = Arc::new(neighbours::PodTopologySpread);
        profile.pre_filter.push(spread.clone());
        profile.filter.push(spread);
    }
    if on("InterPodAffinity") {
        let near = Arc::new(neighbours::InterPodAffinity);
        profile.pre_filter.push(near.clone());
        profile.filter.push(near);
    }
    if let Some(weight) = weight("NodeResourcesBalancedAllocation", 1) {
        profile.score.push((Arc::new(resources::BalancedAllocation), weight));
    }
    if let Some(weight) = weight("ImageLocality", 1) {
        let images = Arc::new(basic::ImageLocality);
        profile.pre_score.push(images.clone());
        profile.score.push((images, weight));
    }
    profile
}
