//! NodeRestriction: a kubelet changes its own node, its own lease and the pods bound to it, and
//! does not give itself labels by which others choose nodes.

use apimachinery::Status;
use apimachinery::kinds::Object;
use k8s_openapi::api::authentication::v1::TokenRequest;
use k8s_openapi::api::core::v1::{Node, Pod};

use super::{Attributes, Operation};

const MIRROR: &str = "kubernetes.io/config.mirror";

/// Labels that kubelets may set on their nodes, besides those of the kubelet itself.
const LABELS: &[&str] = &[
    "kubernetes.io/hostname",
    "kubernetes.io/arch",
    "kubernetes.io/os",
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/os",
    "beta.kubernetes.io/instance-type",
    "node.kubernetes.io/instance-type",
    "node.kubernetes.io/windows-build",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.kubernetes.io/zone",
    "failure-domain.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
];

/// Judges.
pub async fn admit(attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), Status> {
    let user = &attributes.call.user;
    if !user.is_in("system:nodes") {
        return Ok(());
    }
    let Some(node) = user.node() else {
        return Err(attributes.forbidden(format!("could not determine node from user {:?}", user.name)));
    };
    if attributes.is("", "pods") {
        return match attributes.subresource {
            "" | "status" => pod(attributes, node, object),
            "eviction" => Ok(()),
            other => Err(attributes.forbidden(format!(
                "unexpected pod subresource {other:?}, only 'status' and 'eviction' are allowed"
            ))),
        };
    }
    if attributes.is("", "nodes") {
        return own_node(attributes, node, object);
    }
    if attributes.is("coordination.k8s.io", "leases") {
        if attributes.namespace != "kube-node-lease" {
            let why = format!(
                "can only access leases in the \"kube-node-lease\" system namespace, not {:?}",
                attributes.namespace
            );
            return Err(attributes.forbidden(why));
        }
        if attributes.name != node {
            return Err(
                attributes.forbidden("can only access node lease with the same name as the requesting node")
            );
        }
    }
    if attributes.is("storage.k8s.io", "csinodes") && attributes.name != node {
        return Err(attributes.forbidden("can only access CSINode with the same name as the requesting node"));
    }
    Ok(())
}

fn pod(attributes: &Attributes<'_>, node: &str, object: Option<&dyn Object>) -> Result<(), Status> {
    let of = |pod: &Pod| pod.spec.as_ref().and_then(|spec| spec.node_name.clone()).unwrap_or_default();
    let Some(pod) = object.and_then(|object| object.of::<Pod>()) else { return Ok(()) };
    match attributes.operation {
        Operation::Create => {
            if pod.metadata.annotations.as_ref().is_none_or(|all| !all.contains_key(MIRROR)) {
                let why = format!(
                    "pod does not have {MIRROR:?} annotation, node {node:?} can only create mirror pods"
                );
                return Err(attributes.forbidden(why));
            }
            if of(pod) != node {
                return Err(attributes.forbidden(format!(
                    "node {node:?} can only create pods with spec.nodeName set to itself"
                )));
            }
            let owners = pod.metadata.owner_references.as_deref().unwrap_or_default();
            if owners.len() > 1 || owners.iter().any(|owner| owner.kind != "Node" || owner.name != node) {
                let why = format!("node {node:?} can only create pods with an owner reference set to itself");
                return Err(attributes.forbidden(why));
            }
            let spec = pod.spec.clone().unwrap_or_default();
            let uses = spec.volumes.iter().flatten().any(|volume| {
                volume.secret.is_some()
                    || volume.config_map.is_some()
                    || volume.persistent_volume_claim.is_some()
            });
            if spec.service_account_name.as_deref().is_some_and(|name| !name.is_empty()) || uses {
                return Err(attributes
                    .forbidden(format!("node {node:?} can not create pods that reference other objects")));
            }
        }
        Operation::Update => {
            let old = attributes.old.and_then(|old| old.of::<Pod>()).unwrap_or(pod);
            if attributes.subresource != "status" {
                return Err(attributes.forbidden(format!("node {node:?} cannot update pods")));
            }
            if of(old) != node {
                let why = format!(
                    "node {node:?} can only update pod status for pods with spec.nodeName set to itself"
                );
                return Err(attributes.forbidden(why));
            }
            if pod.metadata.labels != old.metadata.labels {
                return Err(
                    attributes.forbidden(format!("node {node:?} cannot update labels through pod status"))
                );
            }
        }
        Operation::Delete => {
            if of(pod) != node {
                let why = format!("node {node:?} can only delete pods with spec.nodeName set to itself");
                return Err(attributes.forbidden(why));
            }
        }
        Operation::Connect => {}
    }
    Ok(())
}

fn own_node(attributes: &Attributes<'_>, node: &str, object: Option<&dyn Object>) -> Result<(), Status> {
    if attributes.name != node {
        return Err(attributes
            .forbidden(format!("node {node:?} is not allowed to modify node {:?}", attributes.name)));
    }
    let Some(new) = object.and_then(|object| object.of::<Node>()) else { return Ok(()) };
    let old = attributes.old.and_then(|old| old.of::<Node>());
    let empty = std::collections::BTreeMap::new();
    let labels = new.metadata.labels.as_ref().unwrap_or(&empty);
    let before = old.and_then(|old| old.metadata.labels.as_ref()).unwrap_or(&empty);
    match attributes.operation {
        Operation::Delete | Operation::Connect => return Ok(()),
        Operation::Update => {
            let taints =
                |node: &Node| node.spec.as_ref().and_then(|spec| spec.taints.clone()).unwrap_or_default();
            if old.is_some_and(|old| taints(old) != taints(new)) {
                return Err(attributes.forbidden(format!("node {node:?} is not allowed to modify taints")));
            }
            if old.is_some_and(|old| old.metadata.owner_references != new.metadata.owner_references) {
                return Err(
                    attributes.forbidden(format!("node {node:?} is not allowed to modify ownerReferences"))
                );
            }
        }
        Operation::Create => {}
    }
    let changed = labels
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(*value))
        .map(|(key, _)| key)
        .chain(before.keys().filter(|key| !labels.contains_key(*key)));
    let bad: Vec<&str> = changed.filter(|key| !allowed(key)).map(String::as_str).collect();
    if !bad.is_empty() {
        let why = format!("is not allowed to modify labels: {}", bad.join(", "));
        return Err(attributes.forbidden(why));
    }
    Ok(())
}

fn allowed(key: &str) -> bool {
    if LABELS.contains(&key) {
        return true;
    }
    let prefix = key.split_once('/').map_or("", |(prefix, _)| prefix);
    let within = |domain: &str| prefix == domain || prefix.ends_with(&format!(".{domain}"));
    if within("node-restriction.kubernetes.io") {
        return false;
    }
    if within("kubelet.kubernetes.io") || within("node.kubernetes.io") {
        return true;
    }
    !within("kubernetes.io") && !within("k8s.io")
}

/// A kubelet asks for tokens only of the pods that run on it.
pub fn token(
    attributes: &Attributes<'_>,
    request: &TokenRequest,
    pod_node: Option<&str>,
) -> Result<(), Status> {
    let user = &attributes.call.user;
    if !user.is_in("system:nodes") || !attributes.call.server.options.plugin("NodeRestriction") {
        return Ok(());
    }
    let node = user.node().unwrap_or_default();
    match request.spec.as_ref().and_then(|spec| spec.bound_object_ref.as_ref()) {
        Some(bound) if bound.kind.as_deref() == Some("Pod") && pod_node == Some(node) => Ok(()),
        Some(bound) if bound.kind.as_deref() == Some("Pod") => {
            Err(attributes.forbidden("node requested token bound to a pod scheduled on a different node"))
        }
        _ => Err(attributes.forbidden("node requested token not bound to a pod")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        assert!(allowed("kubernetes.io/hostname"));
        assert!(allowed("node.kubernetes.io/x"));
        assert!(allowed("example.com/x"));
        assert!(allowed("plain"));
        assert!(!allowed("node-role.kubernetes.io/control-plane"));
        assert!(!allowed("node-restriction.kubernetes.io/x"));
        assert!(!allowed("x.k8s.io/y"));
    }
}
