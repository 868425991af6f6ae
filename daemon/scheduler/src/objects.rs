//! Lean views of what the scheduler reads.

use std::collections::BTreeMap;

use apimachinery::quantity::Quantity;
use client::{Key, Meta, Object};
use serde::Deserialize;

/// A pod.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pod {
    pub metadata: Meta,
    pub spec: PodSpec,
    pub status: PodStatus,
}

impl Object for Pod {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl Pod {
    pub fn key(&self) -> Key {
        self.metadata.key()
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    pub scheduler_name: String,
    pub node_name: String,
    pub priority: Option<i32>,
    pub host_network: bool,
    pub node_selector: BTreeMap<String, String>,
    pub affinity: Affinity,
    pub tolerations: Vec<Toleration>,
    pub containers: Vec<Container>,
    pub init_containers: Vec<Container>,
    pub overhead: BTreeMap<String, String>,
    pub resources: Resources,
    pub scheduling_gates: Vec<Gate>,
    pub topology_spread_constraints: Vec<SpreadConstraint>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Gate {
    pub name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    pub phase: String,
    pub nominated_node_name: String,
    pub conditions: Vec<Condition>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Condition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    pub reason: String,
    pub message: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    pub image: String,
    pub resources: Resources,
    pub ports: Vec<Port>,
    pub restart_policy: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Resources {
    pub requests: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct Port {
    pub host_port: i32,
    #[serde(rename = "hostIP")]
    pub host_ip: String,
    pub protocol: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Toleration {
    pub key: String,
    pub operator: String,
    pub value: String,
    pub effect: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Affinity {
    pub node_affinity: NodeAffinity,
    pub pod_affinity: PodAffinity,
    pub pod_anti_affinity: PodAffinity,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeAffinity {
    #[serde(rename = "requiredDuringSchedulingIgnoredDuringExecution")]
    pub required: Option<NodeSelector>,
    #[serde(rename = "preferredDuringSchedulingIgnoredDuringExecution")]
    pub preferred: Vec<PreferredTerm>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSelector {
    pub node_selector_terms: Vec<NodeSelectorTerm>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PreferredTerm {
    pub weight: i64,
    pub preference: NodeSelectorTerm,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSelectorTerm {
    pub match_expressions: Vec<Expression>,
    pub match_fields: Vec<Expression>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Expression {
    pub key: String,
    pub operator: String,
    pub values: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodAffinity {
    #[serde(rename = "requiredDuringSchedulingIgnoredDuringExecution")]
    pub required: Vec<PodAffinityTerm>,
    #[serde(rename = "preferredDuringSchedulingIgnoredDuringExecution")]
    pub preferred: Vec<WeightedTerm>,
}

impl Affinity {
    /// Whether it is about other pods at all.
    pub fn is_about_pods(&self) -> bool {
        [&self.pod_affinity, &self.pod_anti_affinity]
            .iter()
            .any(|affinity| !affinity.required.is_empty() || !affinity.preferred.is_empty())
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WeightedTerm {
    pub weight: i64,
    pub pod_affinity_term: PodAffinityTerm,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodAffinityTerm {
    pub label_selector: Option<LabelSelector>,
    pub namespaces: Vec<String>,
    pub namespace_selector: Option<LabelSelector>,
    pub topology_key: String,
    pub match_label_keys: Vec<String>,
    pub mismatch_label_keys: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    pub match_labels: BTreeMap<String, String>,
    pub match_expressions: Vec<Expression>,
}

impl LabelSelector {
    /// One that selects nothing.
    pub fn nothing() -> Self {
        let never = Expression { key: String::new(), operator: "In".into(), values: Vec::new() };
        Self { match_expressions: vec![never], ..Self::default() }
    }

    /// Whether it says nothing, and so selects everything.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// With the values that `labels` has for these keys as further conditions.
    pub fn with_values_of(&self, keys: &[String], labels: &BTreeMap<String, String>) -> Self {
        let mut all = self.clone();
        for key in keys {
            if let Some(value) = labels.get(key) {
                let values = vec![value.clone()];
                all.match_expressions.push(Expression { key: key.clone(), operator: "In".into(), values });
            }
        }
        all
    }

    /// What both select.
    pub fn and(mut self, other: &Self) -> Self {
        for (key, value) in &other.match_labels {
            let (operator, values) = ("In".to_string(), vec![value.clone()]);
            self.match_expressions.push(Expression { key: key.clone(), operator, values });
        }
        self.match_expressions.extend(other.match_expressions.iter().cloned());
        self
    }

    /// Whether the labels satisfy all of it.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.match_expressions.iter().all(|expression| expression.matches(labels.get(&expression.key)))
    }
}

impl Expression {
    /// Whether a label (or field) with this value satisfies it.
    pub fn matches(&self, value: Option<&String>) -> bool {
        let number = |text: &String| text.parse::<i64>().ok();
        let compare = |holds: fn(i64, i64) -> bool| {
            value.and_then(number).zip(self.values.first().and_then(number)).is_some_and(|(a, b)| holds(a, b))
        };
        match self.operator.as_str() {
            "In" => value.is_some_and(|value| self.values.contains(value)),
            "NotIn" => value.is_none_or(|value| !self.values.contains(value)),
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            "Gt" => compare(|a, b| a > b),
            "Lt" => compare(|a, b| a < b),
            _ => false,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SpreadConstraint {
    pub max_skew: i64,
    pub topology_key: String,
    pub when_unsatisfiable: String,
    pub label_selector: Option<LabelSelector>,
    pub match_label_keys: Vec<String>,
    pub min_domains: Option<i64>,
    /// `Honor`, also when empty, or `Ignore`.
    pub node_affinity_policy: String,
    /// `Ignore`, also when empty, or `Honor`.
    pub node_taints_policy: String,
}

/// A node.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Node {
    pub metadata: Meta,
    pub spec: NodeSpec,
    pub status: NodeStatus,
}

impl Object for Node {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct NodeSpec {
    pub unschedulable: bool,
    pub taints: Vec<Taint>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Taint {
    pub key: String,
    pub value: String,
    pub effect: String,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct NodeStatus {
    pub allocatable: BTreeMap<String, String>,
    pub images: Vec<Image>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct Image {
    pub names: Vec<String>,
    pub size_bytes: i64,
}

impl Toleration {
    /// Whether the taint is tolerated.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        (self.effect.is_empty() || self.effect == taint.effect)
            && (self.key.is_empty() || self.key == taint.key)
            && match self.operator.as_str() {
                // An empty key needs Exists; with Equal it would match nothing.
                "Exists" => true,
                _ => !self.key.is_empty() && self.value == taint.value,
            }
    }
}

/// Amounts of resources: CPU in thousandths, others in units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    pub cpu: i64,
    pub memory: i64,
    pub others: BTreeMap<String, i64>,
}

impl Amounts {
    /// Reads a map of quantities; what isn't one counts as nothing (the API server refuses it).
    pub fn new(map: &BTreeMap<String, String>) -> Self {
        let mut amounts = Self::default();
        for (name, text) in map {
            let Ok(quantity) = text.parse::<Quantity>() else { continue };
            match name.as_str() {
                "cpu" => amounts.cpu = quantity.millis(),
                "memory" => amounts.memory = quantity.units(),
                _ => {
                    amounts.others.insert(name.clone(), quantity.units());
                }
            }
        }
        amounts
    }

    pub fn add(&mut self, other: &Self) {
        self.cpu = self.cpu.saturating_add(other.cpu);
        self.memory = self.memory.saturating_add(other.memory);
        for (name, amount) in &other.others {
            let sum = self.others.entry(name.clone()).or_default();
            *sum = sum.saturating_add(*amount);
        }
    }

    pub fn subtract(&mut self, other: &Self) {
        self.cpu -= other.cpu;
        self.memory -= other.memory;
        for (name, amount) in &other.others {
            *self.others.entry(name.clone()).or_default() -= amount;
        }
    }

    fn max(&mut self, other: &Self) {
        self.cpu = self.cpu.max(other.cpu);
        self.memory = self.memory.max(other.memory);
        for (name, amount) in &other.others {
            let most = self.others.entry(name.clone()).or_default();
            *most = (*most).max(*amount);
        }
    }

    /// The amount of any resource by name.
    pub fn get(&self, name: &str) -> i64 {
        match name {
            "cpu" => self.cpu,
            "memory" => self.memory,
            _ => self.others.get(name).copied().unwrap_or_default(),
        }
    }
}

/// What a pod asks for: its containers and sidecars together, or an init container with the
/// sidecars started before it if that is more; what the pod as a whole asks for overrides that;
/// overhead comes on top.
pub fn requests(spec: &PodSpec) -> Amounts {
    let mut sum = Amounts::default();
    for container in &spec.containers {
        sum.add(&Amounts::new(&container.resources.requests));
    }
    let mut sidecars = Amounts::default();
    let mut most = Amounts::default();
    for container in &spec.init_containers {
        let mut amounts = Amounts::new(&container.resources.requests);
        if container.restart_policy == "Always" {
            sum.add(&amounts);
            sidecars.add(&amounts);
            amounts = sidecars.clone();
        } else {
            amounts.add(&sidecars);
        }
        most.max(&amounts);
    }
    sum.max(&most);
    let whole = Amounts::new(&spec.resources.requests);
    for name in spec.resources.requests.keys() {
        match name.as_str() {
            "cpu" => sum.cpu = whole.cpu,
            "memory" => sum.memory = whole.memory,
            _ => {
                sum.others.insert(name.clone(), whole.get(name));
            }
        }
    }
    sum.add(&Amounts::new(&spec.overhead));
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pod_asks_for() {
        let spec: PodSpec = serde_json::from_value(serde_json::json!({
            "containers": [
                {"resources": {"requests": {"cpu": "100m", "memory": "1Gi"}}},
                {"resources": {"requests": {"cpu": "200m"}}},
            ],
            "initContainers": [
                {"resources": {"requests": {"cpu": "50m"}}, "restartPolicy": "Always"},
                {"resources": {"requests": {"cpu": "1", "example.com/gpu": "2"}}},
            ],
            "overhead": {"cpu": "10m"},
        }))
        .expect("decodes");
        let amounts = requests(&spec);
        assert_eq!((amounts.cpu, amounts.memory, amounts.get("example.com/gpu")), (1060, 1 << 30, 2));
    }

    #[test]
    fn tolerations() {
        let taint = Taint { key: "k".into(), value: "v".into(), effect: "NoSchedule".into() };
        let toleration = |key: &str, operator: &str, value: &str, effect: &str| Toleration {
            key: key.into(),
            operator: operator.into(),
            value: value.into(),
            effect: effect.into(),
        };
        assert!(toleration("", "Exists", "", "").tolerates(&taint));
        assert!(toleration("k", "Equal", "v", "NoSchedule").tolerates(&taint));
        assert!(toleration("k", "", "v", "").tolerates(&taint));
        assert!(!toleration("k", "Equal", "w", "").tolerates(&taint));
        assert!(!toleration("k", "Exists", "", "NoExecute").tolerates(&taint));
        assert!(!toleration("", "", "", "").tolerates(&taint));
    }
}
