//! The plugins, by name, and the profile that they make by default.

mod affinity;
mod basic;
mod resources;
mod spread;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::framework::Profile;

pub use resources::Strategy;
pub use spread::Defaults;

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
    /// How pods are spread that don't say.
    pub spread: Defaults,
    /// InterPodAffinity's `hardPodAffinityWeight`.
    pub hard_affinity_weight: i64,
    /// InterPodAffinity's `ignorePreferredTermsOfExistingPods`.
    pub ignore_others_affinity: bool,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            disabled: Vec::new(),
            score_disabled: Vec::new(),
            weights: BTreeMap::new(),
            strategy: Strategy::LeastAllocated,
            spread: Defaults::System,
            hard_affinity_weight: 1,
            ignore_others_affinity: false,
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
    let spread = Arc::new(spread::PodTopologySpread { defaults: choice.spread.clone() });
    if on("PodTopologySpread") {
        profile.pre_filter.push(spread.clone());
        profile.filter.push(spread.clone());
    }
    if let Some(weight) = weight("PodTopologySpread", 2) {
        profile.pre_score.push(spread.clone());
        profile.score.push((spread, weight));
    }
    let near = Arc::new(affinity::InterPodAffinity {
        hard_weight: choice.hard_affinity_weight,
        ignore_others: choice.ignore_others_affinity,
    });
    if on("InterPodAffinity") {
        profile.pre_filter.push(near.clone());
        profile.filter.push(near.clone());
    }
    if let Some(weight) = weight("InterPodAffinity", 2) {
        profile.pre_score.push(near.clone());
        profile.score.push((near, weight));
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
