//! Plugins that are off until someone switches them on: AlwaysPullImages, DenyServiceExternalIPs,
//! NamespaceExists, NamespaceAutoProvision, LimitPodHardAntiAffinityTopology, PodNodeSelector. And
//! StorageObjectInUseProtection and PodTopologyLabels, which are on.

use std::collections::BTreeMap;

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::names;
use k8s_openapi::api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim, Pod, Service};
use k8s_openapi::api::storage::v1::VolumeAttributesClass;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::json;

use super::{Attributes, Operation, matching};
use crate::bootstrap::{ensure, resource};

/// Every container's image is pulled, so that no one uses an image that another one may pull.
pub fn pull(pod: &mut Pod) {
    let Some(spec) = &mut pod.spec else { return };
    for container in spec.init_containers.iter_mut().flatten().chain(&mut spec.containers) {
        container.image_pull_policy = Some("Always".into());
    }
    for container in spec.ephemeral_containers.iter_mut().flatten() {
        container.image_pull_policy = Some("Always".into());
    }
}

/// Services get no external addresses that they did not have.
pub fn external(attributes: &Attributes<'_>, service: &Service) -> Result<(), Status> {
    let of = |service: &Service| {
        service.spec.as_ref().and_then(|spec| spec.external_ips.clone()).unwrap_or_default()
    };
    let before = attributes.old.and_then(|old| old.of::<Service>()).map(of).unwrap_or_default();
    if of(service).iter().all(|address| before.contains(address)) {
        return Ok(());
    }
    Err(attributes.forbidden("Use of external IPs is denied by admission control."))
}

/// What is created in a namespace that is missing creates the namespace.
pub async fn provision(attributes: &Attributes<'_>) -> Result<(), Status> {
    if attributes.operation != Operation::Create || !attributes.resource.namespaced {
        return Ok(());
    }
    let namespace =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": attributes.namespace}});
    ensure(attributes.server(), resource("", "namespaces"), &namespace).await.map(|_| ())
}

/// Required anti-affinity is by host alone.
pub fn anti_affinity(attributes: &Attributes<'_>, pod: &Pod) -> Result<(), Status> {
    let affinity =
        pod.spec.as_ref().and_then(|spec| spec.affinity.as_ref()).and_then(|a| a.pod_anti_affinity.as_ref());
    let terms = affinity.and_then(|it| it.required_during_scheduling_ignored_during_execution.as_ref());
    for term in terms.into_iter().flatten() {
        if term.topology_key != "kubernetes.io/hostname" {
            return Err(attributes.forbidden(format!(
                "affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey {} but only key kubernetes.io/hostname is allowed",
                term.topology_key
            )));
        }
    }
    Ok(())
}

/// PodNodeSelector's settings: where pods go whose namespaces say nothing, and which labels of nodes each
/// namespace's pods may ask for.
#[derive(Debug, Default)]
pub struct NodeSelectors {
    default: BTreeMap<String, String>,
    allowed: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeSelectorConfiguration {
    pod_node_selector_plugin_config: BTreeMap<String, String>,
}

/// Labels from `key=value` pairs with commas between them.
fn pairs(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut labels = BTreeMap::new();
    for part in text.split(',').filter(|_| !text.is_empty()) {
        let (key, value) = part.split_once('=').ok_or_else(|| format!("invalid selector: {text:?}"))?;
        let (key, value) = (key.trim(), value.trim());
        names::qualified_name(key).map_err(|why| format!("invalid label key {key:?}: {why}"))?;
        names::label_value(value).map_err(|why| format!("invalid label value {value:?}: {why}"))?;
        labels.insert(key.to_string(), value.to_string());
    }
    Ok(labels)
}

impl NodeSelectors {
    /// From the plugin's settings.
    ///
    /// # Errors
    /// Names the entry that is no selector.
    pub fn new(configuration: NodeSelectorConfiguration) -> Result<Self, String> {
        let mut selectors = Self::default();
        for (name, text) in configuration.pod_node_selector_plugin_config {
            let labels = pairs(&text).map_err(|why| format!("podNodeSelectorPluginConfig.{name}: {why}"))?;
            if name == "clusterDefaultNodeSelector" {
                selectors.default = labels;
            } else {
                selectors.allowed.insert(name, labels);
            }
        }
        Ok(selectors)
    }
}

/// Pods go where their namespace's annotation says, or the default, and nowhere that is not on their
/// namespace's list.
pub async fn node_selector(attributes: &Attributes<'_>, pod: &mut Pod) -> Result<(), Status> {
    const ANNOTATION: &str = "scheduler.alpha.kubernetes.io/node-selector";
    let server = attributes.server();
    let selectors = &server.admission.settings.node_selectors;
    let found = server.store.glance(server.store.known("namespaces"), &attributes.namespace).await?;
    let namespace = found.and_then(|entry| serde_json::from_slice::<serde_json::Value>(&entry.bytes).ok());
    let namespace = namespace.unwrap_or_default();
    let labels = match namespace["metadata"]["annotations"][ANNOTATION].as_str() {
        Some(text) => pairs(text).map_err(Status::internal)?,
        None => selectors.default.clone(),
    };
    let Some(spec) = &mut pod.spec else { return Ok(()) };
    let mut all = labels;
    for (key, value) in spec.node_selector.iter().flatten() {
        if all.insert(key.clone(), value.clone()).is_some_and(|have| have != *value) {
            return Err(attributes
                .forbidden("pod node label selector conflicts with its namespace node label selector"));
        }
    }
    let allowed = selectors.allowed.get(&attributes.namespace).filter(|allowed| !allowed.is_empty());
    if allowed.is_some_and(|allowed| all.iter().any(|(key, value)| allowed.get(key) != Some(value))) {
        return Err(
            attributes.forbidden("pod node label selector labels conflict with its namespace whitelist")
        );
    }
    spec.node_selector = (!all.is_empty()).then_some(all);
    Ok(())
}

/// The namespace must be there, whatever else is switched off.
pub async fn exists(attributes: &Attributes<'_>) -> Result<(), Status> {
    if attributes.resource.namespaced && attributes.operation == Operation::Create {
        matching::namespace_labels(attributes).await?;
    }
    Ok(())
}

/// Claims, volumes and classes of their attributes that are in use are not deleted: a finalizer
/// keeps them, which the protection controllers take away once nothing uses them any more.
pub fn protect(object: &mut dyn Object) {
    let finalizer = if object.of::<PersistentVolumeClaim>().is_some() {
        "kubernetes.io/pvc-protection"
    } else if object.of::<PersistentVolume>().is_some() {
        "kubernetes.io/pv-protection"
    } else if object.of::<VolumeAttributesClass>().is_some() {
        "kubernetes.io/vac-protection"
    } else {
        return;
    };
    let all = object.meta_mut().finalizers.get_or_insert_default();
    if !all.iter().any(|have| have == finalizer) {
        all.push(finalizer.into());
    }
}

/// A pod's labels tell where its node is.
pub async fn topology(attributes: &Attributes<'_>, node: &str, meta: &mut ObjectMeta) -> Result<(), Status> {
    let server = attributes.server();
    let found = server.store.glance(server.store.known("minions"), node).await?;
    let labels = found.and_then(|entry| entry.typed::<Node>()).and_then(|node| node.metadata.labels);
    for key in ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"] {
        if let Some(value) = labels.as_ref().and_then(|labels| labels.get(key)) {
            meta.labels.get_or_insert_default().insert(key.into(), value.clone());
        }
    }
    Ok(())
}
