//! Kubelets: they may read what the pods bound to their node need, and write what is theirs.
//! Which objects belong to a node is found in the pods' cache when it is asked.

use std::sync::Arc;

use apimachinery::{Status, fields};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};

use super::{Attributes, Decision, rbac};
use crate::authn::User;
use crate::bootstrap;
use crate::server::Server;
use crate::storage::Filter;

/// Judges.
pub async fn decide(server: &Arc<Server>, user: &User, wanted: &Attributes) -> Result<Decision, Status> {
    if !user.is_in("system:nodes") {
        return Ok(Decision::NoOpinion(String::new()));
    }
    let Some(node) = user.node() else {
        return Ok(Decision::NoOpinion(String::new()));
    };
    let no = |why: String| Ok(Decision::NoOpinion(why));
    if wanted.is_resource {
        let reads = matches!(wanted.verb.as_str(), "get" | "list" | "watch") && wanted.subresource.is_empty();
        match (wanted.group.as_str(), wanted.resource.as_str()) {
            ("", kind @ ("secrets" | "configmaps" | "persistentvolumeclaims" | "persistentvolumes")) => {
                if wanted.subresource == "status" && kind == "persistentvolumeclaims" {
                    return generic(wanted);
                }
                if !reads {
                    return no(format!("can only get {kind}s"));
                }
                if wanted.name.is_empty() {
                    return no(format!("No Object name found ({kind})"));
                }
                if needs(server, node, kind, &wanted.namespace, &wanted.name).await? {
                    return Ok(Decision::Allow(String::new()));
                }
                return no(format!("no relationship found between node '{node}' and this object"));
            }
            ("", "serviceaccounts") => {
                if wanted.verb == "create" && wanted.subresource == "token" {
                    if needs(server, node, "serviceaccounts", &wanted.namespace, &wanted.name).await? {
                        return Ok(Decision::Allow(String::new()));
                    }
                    return no(format!("no relationship found between node '{node}' and this object"));
                }
                if reads
                    && wanted.verb == "get"
                    && needs(server, node, "serviceaccounts", &wanted.namespace, &wanted.name).await?
                {
                    return Ok(Decision::Allow(String::new()));
                }
            }
            ("", "nodes") if reads => {
                if wanted.name == node {
                    return Ok(Decision::Allow(String::new()));
                }
                return no(format!("node '{node}' cannot read '{}', only its own Node object", wanted.name));
            }
            ("", "pods") if reads => {
                let own = if wanted.verb == "get" {
                    bound_here(server, node, &wanted.namespace, &wanted.name).await?
                } else {
                    wanted.fields.exact("spec.nodeName") == Some(node)
                };
                if own {
                    return Ok(Decision::Allow(String::new()));
                }
                return no("can only list/watch pods with spec.nodeName field selector".into());
            }
            ("coordination.k8s.io", "leases") => {
                let verb = matches!(wanted.verb.as_str(), "get" | "create" | "update" | "patch" | "delete");
                if verb && wanted.namespace == "kube-node-lease" {
                    // The name of what is being created is seen by admission.
                    if wanted.verb == "create" || wanted.name == node {
                        return Ok(Decision::Allow(String::new()));
                    }
                    return no("can only access node lease with the same name as the requesting node".into());
                }
                return no("can only access leases in the \"kube-node-lease\" namespace".into());
            }
            ("storage.k8s.io", "csinodes") => {
                if wanted.verb == "create" || wanted.name == node {
                    return generic_or_own(wanted);
                }
                return no("can only access CSINode with the same name as the requesting node".into());
            }
            _ => {}
        }
    }
    generic(wanted)
}

fn generic_or_own(wanted: &Attributes) -> Result<Decision, Status> {
    let verb = matches!(wanted.verb.as_str(), "get" | "create" | "update" | "patch" | "delete");
    if verb { Ok(Decision::Allow(String::new())) } else { generic(wanted) }
}

fn generic(wanted: &Attributes) -> Result<Decision, Status> {
    if bootstrap::node_rules().iter().any(|rule| rbac::allows(rule, wanted)) {
        return Ok(Decision::Allow(String::new()));
    }
    Ok(Decision::NoOpinion(String::new()))
}

async fn bound_here(server: &Arc<Server>, node: &str, namespace: &str, name: &str) -> Result<bool, Status> {
    let cache = server.store.known("pods");
    let found = server.store.get(cache, &format!("{namespace}/{name}")).await?;
    // A pod that is gone may be asked for: how else would a kubelet learn that it is.
    Ok(found.is_none_or(|pod| pod.field(cache.resource, "spec.nodeName") == node))
}

/// Whether a pod on the node uses the object.
async fn needs(
    server: &Arc<Server>,
    node: &str,
    kind: &str,
    namespace: &str,
    name: &str,
) -> Result<bool, Status> {
    if uses(server, node, kind, namespace, name).await? {
        return Ok(true);
    }
    // The kubelet may have seen its pod before our cache has.
    server.store.fresh(server.store.known("pods")).await?;
    uses(server, node, kind, namespace, name).await
}

async fn uses(
    server: &Arc<Server>,
    node: &str,
    kind: &str,
    namespace: &str,
    name: &str,
) -> Result<bool, Status> {
    let cache = server.store.known("pods");
    let on_node = fields::Requirement { field: "spec.nodeName".into(), value: node.into(), negated: false };
    let filter = Filter {
        namespace: if kind == "persistentvolumes" { String::new() } else { namespace.to_string() },
        fields: fields::Selector { requirements: vec![on_node] },
        ..Filter::default()
    };
    for entry in server.store.list(cache, &filter).await?.entries {
        // Most pods do not even mention the name.
        if kind != "persistentvolumes" && !mentions(&entry.bytes, name) {
            continue;
        }
        let Some(pod) = entry.typed::<Pod>() else { continue };
        if kind == "persistentvolumes" {
            if claims_volume(server, &pod, entry.namespace(), name).await? {
                return Ok(true);
            }
        } else if refers(&pod, kind, name) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn mentions(text: &[u8], name: &str) -> bool {
    text.windows(name.len()).any(|window| window == name.as_bytes())
}

async fn claims_volume(
    server: &Arc<Server>,
    pod: &Pod,
    namespace: &str,
    volume: &str,
) -> Result<bool, Status> {
    let claims = server.store.known("persistentvolumeclaims");
    for name in claim_names(pod) {
        let found = server.store.glance(claims, &format!("{namespace}/{name}")).await?;
        let claim = found.and_then(|entry| entry.typed::<PersistentVolumeClaim>());
        if claim.and_then(|claim| claim.spec).and_then(|spec| spec.volume_name).as_deref() == Some(volume) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn claim_names(pod: &Pod) -> Vec<String> {
    let own = pod.metadata.name.clone().unwrap_or_default();
    let volumes = pod.spec.iter().flat_map(|spec| spec.volumes.iter().flatten());
    volumes
        .filter_map(|volume| {
            let claim = volume.persistent_volume_claim.as_ref().map(|claim| claim.claim_name.clone());
            claim.or_else(|| volume.ephemeral.as_ref().map(|_| format!("{own}-{}", volume.name)))
        })
        .collect()
}

fn refers(pod: &Pod, kind: &str, name: &str) -> bool {
    let Some(spec) = &pod.spec else { return false };
    match kind {
        "serviceaccounts" => return spec.service_account_name.as_deref() == Some(name),
        "persistentvolumeclaims" => return claim_names(pod).iter().any(|claim| claim == name),
        _ => {}
    }
    let secrets = kind == "secrets";
    if secrets && spec.image_pull_secrets.iter().flatten().any(|secret| secret.name == name) {
        return true;
    }
    for volume in spec.volumes.iter().flatten() {
        let direct = if secrets {
            volume.secret.as_ref().and_then(|s| s.secret_name.as_deref()) == Some(name)
                || volume
                    .csi
                    .as_ref()
                    .and_then(|c| c.node_publish_secret_ref.as_ref())
                    .is_some_and(|r| r.name == name)
        } else {
            volume.config_map.as_ref().is_some_and(|map| map.name == name)
        };
        let projected = volume.projected.iter().flat_map(|p| p.sources.iter().flatten()).any(|source| {
            if secrets {
                source.secret.as_ref().is_some_and(|secret| secret.name == name)
            } else {
                source.config_map.as_ref().is_some_and(|map| map.name == name)
            }
        });
        if direct || projected {
            return true;
        }
    }
    let env =
        spec.init_containers
            .iter()
            .flatten()
            .chain(&spec.containers)
            .map(|c| (c.env.as_deref().unwrap_or_default(), c.env_from.as_deref().unwrap_or_default()))
            .chain(
                spec.ephemeral_containers.iter().flatten().map(|c| {
                    (c.env.as_deref().unwrap_or_default(), c.env_from.as_deref().unwrap_or_default())
                }),
            );
    for (variables, sources) in env {
        let by_key = variables.iter().filter_map(|variable| variable.value_from.as_ref()).any(|from| {
            if secrets {
                from.secret_key_ref.as_ref().is_some_and(|key| key.name == name)
            } else {
                from.config_map_key_ref.as_ref().is_some_and(|key| key.name == name)
            }
        });
        let whole = sources.iter().any(|from| {
            if secrets {
                from.secret_ref.as_ref().is_some_and(|secret| secret.name == name)
            } else {
                from.config_map_ref.as_ref().is_some_and(|map| map.name == name)
            }
        });
        if by_key || whole {
            return true;
        }
    }
    false
}
