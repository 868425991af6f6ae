//! The plugin framework: upstream's extension points as traits, and profiles made of plugins.
//! (The queue's own order, by priority and age, is not a point: no other was ever in use.)
//!
//! Plugins before binding do no I/O: they see a pod, a node and what they noted in the cycle.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use client::Client;
use futures::future::BoxFuture;

use crate::cache::{Cluster, NodeInfo, PodInfo};
use crate::decide::Unschedulable;

/// The best score that a plugin gives after normalization.
pub const MAX_SCORE: i64 = 100;

/// Why a node, or every node, is no place for a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// One or more reasons, in upstream's words.
    pub reasons: Vec<String>,
    /// No change to pods on the node could help.
    pub unresolvable: bool,
}

impl Rejection {
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reasons: vec![reason.into()], unresolvable: false }
    }

    pub fn unresolvable(reason: impl Into<String>) -> Self {
        Self { reasons: vec![reason.into()], unresolvable: true }
    }
}

/// What plugins note for themselves during one pod's scheduling.
#[derive(Default)]
pub struct CycleState {
    notes: HashMap<&'static str, Box<dyn Any + Send + Sync>>,
    /// Filters that PreFilter found to have nothing to say.
    pub skip_filter: Vec<&'static str>,
    /// The same for scores.
    pub skip_score: Vec<&'static str>,
}

impl CycleState {
    pub fn note<T: Send + Sync + 'static>(&mut self, plugin: &'static str, value: T) {
        self.notes.insert(plugin, Box::new(value));
    }

    pub fn read<T: 'static>(&self, plugin: &'static str) -> Option<&T> {
        self.notes.get(plugin)?.downcast_ref()
    }
}

/// A change in the cluster that may make room for pods that found none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusterEvent {
    NodeAdded,
    NodeAllocatable,
    NodeLabels,
    NodeTaints,
    /// A pod on a node has ended, was deleted or asks for less.
    PodGone,
    /// A pod was bound: others may want to be near it.
    PodBound,
    /// A namespace is new, or its labels have changed.
    NamespaceLabels,
}

/// What all plugins have.
pub trait Plugin: Send + Sync {
    fn name(&self) -> &'static str;
    /// Whether the event could let a pod through that this plugin rejected.
    fn helps(&self, _event: ClusterEvent) -> bool {
        true
    }
}

/// May keep a pod out of the queue.
pub trait PreEnqueue: Plugin {
    fn pre_enqueue(&self, pod: &PodInfo) -> Result<(), String>;
}

/// Looks at the pod before any node; may reject it everywhere, or name the only nodes to look at.
pub trait PreFilter: Plugin {
    fn pre_filter(
        &self,
        state: &mut CycleState,
        pod: &PodInfo,
        cluster: &Cluster<'_>,
    ) -> Result<Option<Vec<String>>, Rejection>;
}

/// Rejects nodes.
pub trait Filter: Plugin {
    fn filter(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<(), Rejection>;
}

/// Runs when no node is left; may make room somewhere, and says what came of it in a sentence
/// that ends the event about the pod.
pub trait PostFilter: Plugin {
    fn post_filter(&self, pod: &PodInfo, nodes: &[NodeInfo], none: &Unschedulable) -> String;
}

/// Prepares scoring; `nodes` are those that fit.
pub trait PreScore: Plugin {
    fn pre_score(&self, state: &mut CycleState, pod: &PodInfo, cluster: &Cluster<'_>, nodes: &[&NodeInfo]);
}

/// Ranks nodes.
pub trait Score: Plugin {
    fn score(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> i64;
    /// Brings the scores of all nodes to 0 to [`MAX_SCORE`].
    fn normalize(&self, _scores: &mut [i64]) {}
}

/// Is told what was decided; may object, and is told when it is undone.
pub trait Reserve: Plugin {
    fn reserve(&self, state: &CycleState, pod: &PodInfo, node: &str) -> Result<(), String>;
    fn unreserve(&self, state: &CycleState, pod: &PodInfo, node: &str);
}

/// May hold a decision back.
pub trait Permit: Plugin {
    fn permit(&self, state: &CycleState, pod: &PodInfo, node: &str) -> Result<(), String>;
}

/// I/O before the binding.
pub trait PreBind: Plugin {
    fn pre_bind(
        &self,
        client: Client,
        pod: Arc<PodInfo>,
        node: String,
    ) -> BoxFuture<'static, Result<(), String>>;
}

/// Makes the decision known.
pub trait Bind: Plugin {
    fn bind(&self, client: Client, pod: Arc<PodInfo>, node: String)
    -> BoxFuture<'static, Result<(), String>>;
}

/// Is told after the binding.
pub trait PostBind: Plugin {
    fn post_bind(&self, pod: &PodInfo, node: &str);
}

/// What a scheduler name stands for: the plugins of each extension point, in order.
#[derive(Default, Clone)]
pub struct Profile {
    pub pre_enqueue: Vec<Arc<dyn PreEnqueue>>,
    pub pre_filter: Vec<Arc<dyn PreFilter>>,
    pub filter: Vec<Arc<dyn Filter>>,
    pub post_filter: Vec<Arc<dyn PostFilter>>,
    pub pre_score: Vec<Arc<dyn PreScore>>,
    pub score: Vec<(Arc<dyn Score>, i64)>,
    pub reserve: Vec<Arc<dyn Reserve>>,
    pub permit: Vec<Arc<dyn Permit>>,
    pub pre_bind: Vec<Arc<dyn PreBind>>,
    pub bind: Vec<Arc<dyn Bind>>,
    pub post_bind: Vec<Arc<dyn PostBind>>,
}

impl Profile {
    /// Whether the event could help a pod that these plugins rejected.
    pub fn helps(&self, rejected_by: &[&'static str], event: ClusterEvent) -> bool {
        rejected_by.is_empty()
            || self
                .filter
                .iter()
                .map(|plugin| (plugin.name(), plugin.helps(event)))
                .chain(self.pre_filter.iter().map(|plugin| (plugin.name(), plugin.helps(event))))
                .any(|(name, helps)| helps && rejected_by.contains(&name))
    }
}
