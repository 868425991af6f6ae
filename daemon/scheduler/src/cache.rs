//! What is where: nodes, the pods on them, and pods that are about to be there (assumed).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use client::Key;

use crate::framework::ClusterEvent;
use crate::objects::{Amounts, LabelSelector, Node, Pod, Port, requests};

/// A pod with what is computed from it once.
#[derive(Debug)]
pub struct PodInfo {
    pub pod: Arc<Pod>,
    pub requests: Amounts,
    pub ports: Vec<Port>,
}

impl PodInfo {
    pub fn new(pod: Arc<Pod>) -> Self {
        let ports = pod
            .spec
            .containers
            .iter()
            .chain(&pod.spec.init_containers)
            .flat_map(|container| &container.ports)
            .filter(|port| port.host_port > 0)
            .cloned()
            .collect();
        Self { requests: requests(&pod.spec), ports, pod }
    }

    pub fn priority(&self) -> i32 {
        self.pod.spec.priority.unwrap_or_default()
    }
}

/// A node and the pods on it.
#[derive(Clone)]
pub struct NodeInfo {
    pub node: Arc<Node>,
    pub allocatable: Amounts,
    pub requested: Amounts,
    /// As requested, but with a minimum for pods that ask for nothing, for scoring.
    pub nonzero_cpu: i64,
    pub nonzero_memory: i64,
    pub pods: BTreeMap<Key, Arc<PodInfo>>,
    /// Those of the pods that care where other pods are.
    pub affine: BTreeMap<Key, Arc<PodInfo>>,
    pub images: HashMap<String, i64>,
}

/// What a container that asks for nothing is taken to use when nodes are ranked.
const DEFAULT_CPU: i64 = 100;
const DEFAULT_MEMORY: i64 = 200 << 20;

/// CPU and memory as ranking sees them.
pub fn nonzero(pod: &PodInfo) -> (i64, i64) {
    let pick = |asked: i64, default: i64| if asked == 0 { default } else { asked };
    (pick(pod.requests.cpu, DEFAULT_CPU), pick(pod.requests.memory, DEFAULT_MEMORY))
}

impl NodeInfo {
    fn new(node: Arc<Node>) -> Self {
        let mut info = Self {
            allocatable: Amounts::default(),
            requested: Amounts::default(),
            nonzero_cpu: 0,
            nonzero_memory: 0,
            pods: BTreeMap::new(),
            affine: BTreeMap::new(),
            images: HashMap::new(),
            node: node.clone(),
        };
        info.set(node);
        info
    }

    pub fn name(&self) -> &str {
        &self.node.metadata.name
    }

    fn set(&mut self, node: Arc<Node>) {
        self.allocatable = Amounts::new(&node.status.allocatable);
        self.images = node
            .status
            .images
            .iter()
            .flat_map(|image| image.names.iter().map(|name| (name.clone(), image.size_bytes)))
            .collect();
        self.node = node;
    }

    fn add(&mut self, pod: Arc<PodInfo>) {
        let (cpu, memory) = nonzero(&pod);
        self.requested.add(&pod.requests);
        self.nonzero_cpu += cpu;
        self.nonzero_memory += memory;
        if pod.pod.spec.affinity.is_about_pods() {
            self.affine.insert(pod.pod.key(), pod.clone());
        }
        self.pods.insert(pod.pod.key(), pod);
    }

    fn remove(&mut self, key: &Key) -> bool {
        let Some(pod) = self.pods.remove(key) else { return false };
        self.affine.remove(key);
        let (cpu, memory) = nonzero(&pod);
        self.requested.subtract(&pod.requests);
        self.nonzero_cpu -= cpu;
        self.nonzero_memory -= memory;
        true
    }
}

/// What decisions are made on.
pub struct Cluster<'a> {
    pub nodes: &'a [NodeInfo],
    /// The labels of namespaces.
    pub namespaces: &'a HashMap<String, BTreeMap<String, String>>,
    /// What selects a pod: its services and controllers together, if there are any.
    pub selected_by: &'a dyn Fn(&Pod) -> Option<LabelSelector>,
}

/// All nodes.
#[derive(Default)]
pub struct Cache {
    nodes: Vec<NodeInfo>,
    index: HashMap<String, usize>,
    /// Where each pod is, assumed or known.
    places: HashMap<Key, Place>,
    /// Pods on nodes that are not known (yet).
    homeless: HashMap<String, BTreeMap<Key, Arc<PodInfo>>>,
    namespaces: HashMap<String, BTreeMap<String, String>>,
}

struct Place {
    node: String,
    uid: String,
    assumed: bool,
}

impl Cache {
    pub fn nodes(&self) -> &[NodeInfo] {
        &self.nodes
    }

    /// The whole of it, with a way to ask what selects a pod.
    pub fn cluster<'a>(&'a self, selected_by: &'a dyn Fn(&Pod) -> Option<LabelSelector>) -> Cluster<'a> {
        Cluster { nodes: &self.nodes, namespaces: &self.namespaces, selected_by }
    }

    /// Takes a namespace's labels in; tells whether they have changed.
    pub fn set_namespace(&mut self, name: &str, labels: BTreeMap<String, String>) -> bool {
        self.namespaces.insert(name.to_string(), labels.clone()) != Some(labels)
    }

    pub fn remove_namespace(&mut self, name: &str) {
        self.namespaces.remove(name);
    }

    /// Takes a node in; tells what about it may help waiting pods.
    pub fn set_node(&mut self, node: Arc<Node>) -> Vec<ClusterEvent> {
        let name = node.metadata.name.clone();
        match self.index.get(&name) {
            None => {
                let mut info = NodeInfo::new(node);
                for pod in self.homeless.remove(&name).into_iter().flat_map(BTreeMap::into_values) {
                    info.add(pod);
                }
                self.index.insert(name, self.nodes.len());
                self.nodes.push(info);
                vec![ClusterEvent::NodeAdded]
            }
            Some(at) => {
                let info = &mut self.nodes[*at];
                let old = info.node.clone();
                info.set(node);
                let new = &info.node;
                let mut events = Vec::new();
                if old.status.allocatable != new.status.allocatable {
                    events.push(ClusterEvent::NodeAllocatable);
                }
                if old.metadata.labels != new.metadata.labels {
                    events.push(ClusterEvent::NodeLabels);
                }
                if old.spec != new.spec {
                    events.push(ClusterEvent::NodeTaints);
                }
                events
            }
        }
    }

    pub fn remove_node(&mut self, name: &str) {
        let Some(at) = self.index.remove(name) else { return };
        let info = self.nodes.swap_remove(at);
        if let Some(moved) = self.nodes.get(at) {
            self.index.insert(moved.name().to_string(), at);
        }
        if !info.pods.is_empty() {
            self.homeless.insert(name.to_string(), info.pods);
        }
    }

    fn put(&mut self, node: &str, pod: Arc<PodInfo>) {
        match self.index.get(node) {
            Some(at) => self.nodes[*at].add(pod),
            None => {
                self.homeless.entry(node.to_string()).or_default().insert(pod.pod.key(), pod);
            }
        }
    }

    fn take(&mut self, key: &Key) -> Option<Place> {
        let place = self.places.remove(key)?;
        match self.index.get(&place.node) {
            Some(at) => {
                self.nodes[*at].remove(key);
            }
            None => {
                if let Some(pods) = self.homeless.get_mut(&place.node) {
                    pods.remove(key);
                    if pods.is_empty() {
                        self.homeless.remove(&place.node);
                    }
                }
            }
        }
        Some(place)
    }

    /// Counts a pod on the node that was decided, before the API server says so.
    pub fn assume(&mut self, pod: Arc<PodInfo>, node: &str) {
        let key = pod.pod.key();
        self.take(&key);
        let place = Place { node: node.into(), uid: pod.pod.metadata.uid.clone(), assumed: true };
        self.places.insert(key, place);
        self.put(node, pod);
    }

    /// The binding failed.
    pub fn forget(&mut self, key: &Key, uid: &str) {
        if self.places.get(key).is_some_and(|place| place.assumed && place.uid == uid) {
            self.take(key);
        }
    }

    /// Whether a pod is assumed to be somewhere.
    pub fn is_assumed(&self, key: &Key, uid: &str) -> bool {
        self.places.get(key).is_some_and(|place| place.assumed && place.uid == uid)
    }

    /// The API server says that a pod is on a node. Tells whether that is new.
    pub fn set_pod(&mut self, pod: Arc<Pod>) -> bool {
        let key = pod.key();
        let info = Arc::new(PodInfo::new(pod.clone()));
        let new = self.take(&key).is_none();
        let place = Place { node: pod.spec.node_name.clone(), uid: pod.metadata.uid.clone(), assumed: false };
        self.places.insert(key, place);
        self.put(&pod.spec.node_name, info);
        new
    }

    /// A pod is gone. Tells whether it took room.
    pub fn remove_pod(&mut self, key: &Key) -> bool {
        self.take(key).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, node: &str, cpu: &str) -> Arc<Pod> {
        Arc::new(
            serde_json::from_value(serde_json::json!({
                "metadata": {"name": name, "namespace": "d", "uid": name},
                "spec": {"nodeName": node, "containers": [{"resources": {"requests": {"cpu": cpu}}}]},
            }))
            .expect("decodes"),
        )
    }

    fn node(name: &str) -> Arc<Node> {
        let value = serde_json::json!({"metadata": {"name": name}, "status": {"allocatable": {"cpu": "4"}}});
        Arc::new(serde_json::from_value(value).expect("decodes"))
    }

    #[test]
    fn assumed_pods_count_once_and_go_when_forgotten() {
        let mut cache = Cache::default();
        cache.set_pod(pod("early", "a", "1"));
        assert_eq!(cache.set_node(node("a")), [ClusterEvent::NodeAdded]);
        assert_eq!(cache.nodes()[0].requested.cpu, 1000);
        let waiting = Arc::new(PodInfo::new(pod("p", "", "2")));
        cache.assume(waiting.clone(), "a");
        assert_eq!(cache.nodes()[0].requested.cpu, 3000);
        assert!(!cache.set_pod(pod("p", "a", "2")));
        assert_eq!(cache.nodes()[0].requested.cpu, 3000);
        cache.forget(&waiting.pod.key(), "p");
        assert_eq!(cache.nodes()[0].requested.cpu, 3000, "it is known to be there");
        assert!(cache.remove_pod(&waiting.pod.key()));
        assert_eq!(cache.nodes()[0].requested.cpu, 1000);
        cache.assume(waiting.clone(), "a");
        cache.forget(&waiting.pod.key(), "p");
        assert_eq!(cache.nodes()[0].requested.cpu, 1000);
        cache.remove_node("a");
        cache.set_node(node("a"));
        assert_eq!(cache.nodes()[0].requested.cpu, 1000);
    }
}
