//! Lean views of the objects that controllers read. What a controller only passes on (a pod
//! template) stays JSON.

use crate::controllers::job::policy::{FailurePolicy, SuccessPolicy};
use std::collections::BTreeMap;

use client::{Meta, Object};
use serde::Deserialize;
use serde_json::Value;

pub use crate::conditions::{Condition, condition, others};

/// A kind that an informer can follow: it knows its own path.
pub trait Resource: Object {
    const GROUP: &'static str;
    const VERSION: &'static str;
    const PLURAL: &'static str;
    const KIND: &'static str;

    /// `v1`, `apps/v1`.
    fn api_version() -> String {
        if Self::GROUP.is_empty() {
            Self::VERSION.into()
        } else {
            format!("{}/{}", Self::GROUP, Self::VERSION)
        }
    }

    /// The path of the collection, an object or its subresource.
    fn path(namespace: Option<&str>, name: Option<&str>, subresource: Option<&str>) -> String {
        client::path(Self::GROUP, Self::VERSION, Self::PLURAL, namespace, name, subresource)
    }
}

macro_rules! resource {
    ($type:ty, $group:literal, $plural:literal, $kind:literal) => {
        impl Object for $type {
            fn meta(&self) -> &Meta {
                &self.metadata
            }
        }
        impl Resource for $type {
            const GROUP: &'static str = $group;
            const VERSION: &'static str = "v1";
            const PLURAL: &'static str = $plural;
            const KIND: &'static str = $kind;
        }
    };
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pod {
    pub metadata: Meta,
    pub spec: PodSpec,
    pub status: PodStatus,
}
resource!(Pod, "", "pods", "Pod");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    pub node_name: String,
    pub restart_policy: String,
    pub hostname: String,
    pub subdomain: String,
    pub containers: Vec<Container>,
    pub tolerations: Vec<Toleration>,
    pub affinity: Value,
    pub volumes: Vec<PodVolume>,
}

/// A volume of a pod, as far as it comes from a claim.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodVolume {
    pub name: String,
    pub persistent_volume_claim: Option<ClaimSource>,
    pub ephemeral: Option<serde::de::IgnoredAny>,
}

/// The claim that a volume names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimSource {
    pub claim_name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PersistentVolumeClaim {
    pub metadata: Meta,
    pub spec: VolumeSpec,
    pub status: ClaimStatus,
}
resource!(PersistentVolumeClaim, "", "persistentvolumeclaims", "PersistentVolumeClaim");

/// What a claim or a volume says of its class of attributes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeSpec {
    pub volume_attributes_class_name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimStatus {
    pub current_volume_attributes_class_name: String,
    pub modify_volume_status: ModifyVolume,
}

/// A change of a volume's attributes that is under way.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ModifyVolume {
    pub target_volume_attributes_class_name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PersistentVolume {
    pub metadata: Meta,
    pub spec: VolumeSpec,
    pub status: VolumeStatus,
}
resource!(PersistentVolume, "", "persistentvolumes", "PersistentVolume");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct VolumeStatus {
    pub phase: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct VolumeAttributesClass {
    pub metadata: Meta,
}
resource!(VolumeAttributesClass, "storage.k8s.io", "volumeattributesclasses", "VolumeAttributesClass");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceCidr {
    pub metadata: Meta,
    pub spec: ServiceCidrSpec,
    pub status: ServiceCidrStatus,
}
resource!(ServiceCidr, "networking.k8s.io", "servicecidrs", "ServiceCIDR");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceCidrSpec {
    pub cidrs: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceCidrStatus {
    pub conditions: Vec<Condition>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct IpAddress {
    pub metadata: Meta,
}
resource!(IpAddress, "networking.k8s.io", "ipaddresses", "IPAddress");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Container {
    pub name: String,
    pub ports: Vec<ContainerPort>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerPort {
    pub name: String,
    pub container_port: i32,
    pub protocol: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Toleration {
    pub key: String,
    pub operator: String,
    pub value: String,
    pub effect: String,
    pub toleration_seconds: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    pub phase: String,
    pub reason: String,
    #[serde(rename = "podIP")]
    pub pod_ip: String,
    pub conditions: Vec<Condition>,
    pub container_statuses: Vec<ContainerStatus>,
    pub init_container_statuses: Vec<ContainerStatus>,
    pub start_time: Option<jiff::Timestamp>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStatus {
    pub name: String,
    pub restart_count: i32,
    pub state: ContainerState,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ContainerState {
    pub terminated: Option<Terminated>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Terminated {
    pub exit_code: i32,
}

impl Pod {
    /// Neither ended nor on its way out.
    pub fn is_active(&self) -> bool {
        !self.has_ended() && self.metadata.deletion_timestamp.is_none()
    }

    pub fn has_ended(&self) -> bool {
        self.status.phase == "Succeeded" || self.status.phase == "Failed"
    }

    pub fn is_ready(&self) -> bool {
        condition(&self.status.conditions, "Ready").is_some_and(|ready| ready.status == "True")
    }

    /// When the pod counts as available: ready for that many seconds.
    pub fn available_at(&self, min_ready_seconds: i64) -> Option<jiff::Timestamp> {
        let ready = condition(&self.status.conditions, "Ready").filter(|ready| ready.status == "True")?;
        let since = ready.last_transition_time.or(self.metadata.creation_timestamp)?;
        Some(since + jiff::SignedDuration::from_secs(min_ready_seconds))
    }

    /// Whether it is available now.
    pub fn is_available(&self, min_ready_seconds: i64, now: jiff::Timestamp) -> bool {
        if min_ready_seconds == 0 {
            return self.is_ready();
        }
        self.available_at(min_ready_seconds).is_some_and(|at| at <= now)
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReplicaSet {
    pub metadata: Meta,
    pub spec: ReplicaSetSpec,
    pub status: ReplicaSetStatus,
}
resource!(ReplicaSet, "apps", "replicasets", "ReplicaSet");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSetSpec {
    pub replicas: Option<i64>,
    pub min_ready_seconds: i64,
    /// A selector; of a replication controller a map of labels.
    pub selector: Value,
    pub template: Value,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSetStatus {
    pub replicas: i64,
    pub fully_labeled_replicas: i64,
    pub ready_replicas: i64,
    pub available_replicas: i64,
    pub terminating_replicas: Option<i64>,
    pub observed_generation: i64,
    pub conditions: Vec<Condition>,
}

impl ReplicaSet {
    pub fn replicas(&self) -> i64 {
        self.spec.replicas.unwrap_or(1)
    }
}

/// The same as a replica set but for its selector.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct ReplicationController(pub ReplicaSet);

impl Object for ReplicationController {
    fn meta(&self) -> &Meta {
        &self.0.metadata
    }
}

impl Resource for ReplicationController {
    const GROUP: &'static str = "";
    const VERSION: &'static str = "v1";
    const PLURAL: &'static str = "replicationcontrollers";
    const KIND: &'static str = "ReplicationController";
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Deployment {
    pub metadata: Meta,
    pub spec: DeploymentSpec,
    pub status: DeploymentStatus,
}
resource!(Deployment, "apps", "deployments", "Deployment");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentSpec {
    pub replicas: Option<i64>,
    pub selector: Value,
    pub template: Value,
    pub strategy: Strategy,
    pub min_ready_seconds: i64,
    pub revision_history_limit: Option<i64>,
    pub paused: bool,
    pub progress_deadline_seconds: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Strategy {
    #[serde(rename = "type")]
    pub kind: String,
    pub rolling_update: RollingUpdate,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollingUpdate {
    pub max_surge: Option<Value>,
    pub max_unavailable: Option<Value>,
    pub partition: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentStatus {
    pub observed_generation: i64,
    pub replicas: i64,
    pub updated_replicas: i64,
    pub ready_replicas: i64,
    pub available_replicas: i64,
    pub unavailable_replicas: i64,
    pub collision_count: Option<i64>,
    pub conditions: Vec<Condition>,
}

impl Deployment {
    pub fn replicas(&self) -> i64 {
        self.spec.replicas.unwrap_or(1)
    }
}

/// A number or a percentage of `total`.
pub fn int_or_percent(value: Option<&Value>, total: i64, round_up: bool) -> i64 {
    match value {
        Some(Value::Number(number)) => number.as_i64().unwrap_or_default(),
        Some(Value::String(text)) => {
            let percent = text.trim_end_matches('%').parse::<i64>().unwrap_or_default();
            let product = percent * total;
            if round_up { (product + 99).div_euclid(100) } else { product.div_euclid(100) }
        }
        _ => 0,
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DaemonSet {
    pub metadata: Meta,
    pub spec: DaemonSetSpec,
    pub status: DaemonSetStatus,
}
resource!(DaemonSet, "apps", "daemonsets", "DaemonSet");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DaemonSetSpec {
    pub selector: Value,
    pub template: Value,
    pub update_strategy: Strategy,
    pub min_ready_seconds: i64,
    pub revision_history_limit: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct DaemonSetStatus {
    pub current_number_scheduled: i64,
    pub number_misscheduled: i64,
    pub desired_number_scheduled: i64,
    pub number_ready: i64,
    pub observed_generation: i64,
    pub updated_number_scheduled: i64,
    pub number_available: i64,
    pub number_unavailable: i64,
    pub collision_count: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ControllerRevision {
    pub metadata: Meta,
    pub revision: i64,
    pub data: Value,
}
resource!(ControllerRevision, "apps", "controllerrevisions", "ControllerRevision");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Job {
    pub metadata: Meta,
    pub spec: JobSpec,
    pub status: JobStatus,
}
resource!(Job, "batch", "jobs", "Job");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobSpec {
    pub parallelism: Option<i64>,
    pub completions: Option<i64>,
    pub completion_mode: Option<String>,
    pub backoff_limit: Option<i64>,
    pub backoff_limit_per_index: Option<i64>,
    pub max_failed_indexes: Option<i64>,
    pub pod_failure_policy: Option<FailurePolicy>,
    pub pod_replacement_policy: Option<String>,
    pub success_policy: Option<SuccessPolicy>,
    pub managed_by: Option<String>,
    pub active_deadline_seconds: Option<i64>,
    pub ttl_seconds_after_finished: Option<i64>,
    pub suspend: bool,
    pub selector: Value,
    pub template: Value,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobStatus {
    pub conditions: Vec<Condition>,
    pub start_time: Option<jiff::Timestamp>,
    pub completion_time: Option<jiff::Timestamp>,
    pub active: i64,
    pub succeeded: i64,
    pub failed: i64,
    pub ready: Option<i64>,
    pub terminating: Option<i64>,
    pub completed_indexes: String,
    pub failed_indexes: Option<String>,
    #[serde(rename = "uncountedTerminatedPods")]
    pub uncounted: Uncounted,
}

/// Pods whose end is counted but whose finalizer may still be there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Uncounted {
    pub succeeded: Vec<String>,
    pub failed: Vec<String>,
}

impl Uncounted {
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.succeeded.iter().chain(&self.failed).map(String::as_str)
    }
}

impl Job {
    /// Whether it is complete or has failed for good.
    pub fn is_finished(&self) -> bool {
        self.status.conditions.iter().any(|condition| {
            condition.status == "True" && (condition.kind == "Complete" || condition.kind == "Failed")
        })
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Namespace {
    pub metadata: Meta,
    pub spec: NamespaceSpec,
    pub status: NamespaceStatus,
}
resource!(Namespace, "", "namespaces", "Namespace");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NamespaceSpec {
    pub finalizers: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NamespaceStatus {
    pub phase: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceAccount {
    pub metadata: Meta,
}
resource!(ServiceAccount, "", "serviceaccounts", "ServiceAccount");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ConfigMap {
    pub metadata: Meta,
    pub data: BTreeMap<String, String>,
}
resource!(ConfigMap, "", "configmaps", "ConfigMap");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Secret {
    pub metadata: Meta,
    #[serde(rename = "type")]
    pub kind: String,
    pub data: BTreeMap<String, String>,
}
resource!(Secret, "", "secrets", "Secret");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Service {
    pub metadata: Meta,
    pub spec: ServiceSpec,
}
resource!(Service, "", "services", "Service");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceSpec {
    #[serde(rename = "type")]
    pub kind: String,
    pub selector: BTreeMap<String, String>,
    pub ports: Vec<ServicePort>,
    #[serde(rename = "clusterIP")]
    pub cluster_ip: String,
    pub publish_not_ready_addresses: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServicePort {
    pub name: String,
    pub port: i32,
    pub protocol: String,
    pub target_port: Value,
    pub app_protocol: Option<String>,
}

/// An object whose contents are compared and passed on as they are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Endpoints {
    pub metadata: Meta,
    pub subsets: Value,
}
resource!(Endpoints, "", "endpoints", "Endpoints");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointSlice {
    pub metadata: Meta,
    pub address_type: String,
    pub endpoints: Value,
    pub ports: Value,
}
resource!(EndpointSlice, "discovery.k8s.io", "endpointslices", "EndpointSlice");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Node {
    pub metadata: Meta,
    pub spec: NodeSpec,
    pub status: NodeStatus,
}
resource!(Node, "", "nodes", "Node");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NodeSpec {
    #[serde(rename = "podCIDR")]
    pub pod_cidr: String,
    #[serde(rename = "podCIDRs")]
    pub pod_cidrs: Vec<String>,
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

impl Toleration {
    /// Whether the taint is tolerated.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        (self.effect.is_empty() || self.effect == taint.effect)
            && (self.key.is_empty() || self.key == taint.key)
            && (self.operator == "Exists" || (!self.key.is_empty() && self.value == taint.value))
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NodeStatus {
    pub conditions: Vec<Condition>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Lease {
    pub metadata: Meta,
    pub spec: LeaseSpec,
}
resource!(Lease, "coordination.k8s.io", "leases", "Lease");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LeaseSpec {
    pub renew_time: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SigningRequest {
    pub metadata: Meta,
    pub spec: SigningRequestSpec,
    pub status: SigningRequestStatus,
}
resource!(SigningRequest, "certificates.k8s.io", "certificatesigningrequests", "CertificateSigningRequest");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SigningRequestSpec {
    pub request: String,
    pub signer_name: String,
    pub username: String,
    pub groups: Vec<String>,
    pub uid: String,
    pub extra: Value,
    pub usages: Vec<String>,
    pub expiration_seconds: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SigningRequestStatus {
    pub conditions: Vec<Condition>,
    pub certificate: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterRole {
    pub metadata: Meta,
    pub rules: Value,
    pub aggregation_rule: Option<AggregationRule>,
}
resource!(ClusterRole, "rbac.authorization.k8s.io", "clusterroles", "ClusterRole");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AggregationRule {
    pub cluster_role_selectors: Vec<Value>,
}

/// A policy that judges, as far as its types are checked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ValidatingAdmissionPolicy {
    pub metadata: Meta,
    pub spec: PolicySpec,
    pub status: PolicyStatus,
}
resource!(
    ValidatingAdmissionPolicy,
    "admissionregistration.k8s.io",
    "validatingadmissionpolicies",
    "ValidatingAdmissionPolicy"
);

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicySpec {
    pub param_kind: Option<ParamKind>,
    pub match_constraints: MatchResources,
    pub variables: Vec<PolicyVariable>,
    pub validations: Vec<Validation>,
}

/// The kind of a policy's parameters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ParamKind {
    pub api_version: String,
    pub kind: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MatchResources {
    pub resource_rules: Vec<ResourceRule>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceRule {
    pub api_groups: Vec<String>,
    pub api_versions: Vec<String>,
    pub resources: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PolicyVariable {
    pub name: String,
    pub expression: String,
}

/// What a policy asks, and what it answers to whoever does not comply.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Validation {
    pub expression: String,
    pub message_expression: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyStatus {
    pub observed_generation: i64,
}

/// A selector from its JSON; `None` when it is malformed or absent.
pub fn selector(value: &Value) -> Option<apimachinery::labels::Selector> {
    let selector = serde_json::from_value(value.clone()).ok()?;
    apimachinery::labels::Selector::try_from(&selector).ok()
}
