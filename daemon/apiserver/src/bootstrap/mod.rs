//! What the server does when it starts: its health checks, and the objects that every cluster has.

mod checks;
mod defaults;
mod endpoints;
pub mod identity;
mod policy;
mod tracking;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use apimachinery::Status;
use apimachinery::kinds::{self, Object};
use apimachinery::resources::{self, Resource};
use bytes::Bytes;
use futures::StreamExt;
use serde_json::{Value, json};

use crate::handlers::{key, write};
use crate::options::{KeyPair, Options};
use crate::server::Server;
use crate::storage::Written;
use crate::strategy;

pub use checks::{Hook, Hooks, register as health};
pub use defaults::mandatory;
pub use endpoints::{farewell, others, own_address};
pub use policy::node_rules;

/// Runs the hooks until each has succeeded.
pub async fn run(server: Arc<Server>) {
    let mut pause = Duration::from_millis(50);
    loop {
        let done = tokio::join!(
            step(&server, Hook::Namespaces, namespaces(&server)),
            step(&server, Hook::Roles, policy::ensure(&server)),
            step(&server, Hook::PriorityClasses, priority_classes(&server)),
            step(&server, Hook::Endpoints, endpoints::ensure(&server)),
            step(&server, Hook::AuthenticationInfo, authentication_info(&server)),
            step(&server, Hook::FlowControl, defaults::flow_control(&server)),
            step(&server, Hook::ApiServices, defaults::api_services(&server)),
            step(&server, Hook::ServiceCidr, defaults::service_range(&server)),
            step(&server, Hook::Lease, identity::renew(&server)),
            step(&server, Hook::LegacyTokens, tracking::begin(&server)),
        );
        if done == (true, true, true, true, true, true, true, true, true, true) {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(Duration::from_secs(2)),
            () = server.shutdown.cancelled() => return,
        }
    }
    tracing::info!("start-up hooks are done");
    tokio::join!(endpoints::keep(server.clone()), identity::keep(&server), tracking::keep(&server));
}

async fn step(server: &Server, hook: Hook, work: impl Future<Output = Result<(), Status>>) -> bool {
    if server.hooks.is_done(hook) {
        return true;
    }
    match work.await {
        Ok(()) => {
            server.hooks.mark(hook);
            true
        }
        Err(status) => {
            tracing::warn!(hook = ?hook, error = status.message, "start-up hook failed; trying again");
            false
        }
    }
}

/// Creates the object if it is missing. Gives whether it was.
pub async fn ensure(
    server: &Arc<Server>,
    resource: &'static Resource,
    value: &Value,
) -> Result<bool, Status> {
    let cache = server.store.cache(resource).ok_or_else(Status::no_such_path)?;
    let kind = kinds::find(resource.group, resource.version, resource.kind)
        .ok_or_else(|| Status::internal("no such kind"))?;
    let text = serde_json::to_vec(value).map_err(Status::internal)?;
    let mut object: Box<dyn Object> = (kind.decode)(&text).map_err(Status::internal)?;
    let key = key(resource, object.namespace(), object.name());
    if server.store.glance(cache, &key).await?.is_some() {
        return Ok(false);
    }
    let rules = strategy::of(resource);
    let meta = object.meta_mut();
    meta.uid = Some(uuid::Uuid::new_v4().to_string());
    meta.creation_timestamp = Some(write::now());
    meta.generation = rules.has_generation().then_some(1);
    rules.default(object.as_mut());
    rules.prepare_create(object.as_mut());
    let written = server.store.create(cache, &key, Bytes::from(object.encode()), None).await?;
    Ok(matches!(written, Written::At(_)))
}

/// The resource of the table.
pub fn resource(group: &str, plural: &str) -> &'static Resource {
    resources::RESOURCES
        .iter()
        .find(|resource| resource.group == group && resource.plural == plural)
        .unwrap_or(&resources::RESOURCES[0])
}

/// Creates what is missing, many at a time.
async fn ensure_all(
    server: &Arc<Server>,
    resource: &'static Resource,
    values: Vec<Value>,
) -> Result<(), Status> {
    if let Some(cache) = server.store.cache(resource) {
        server.store.load(cache).await?;
    }
    let mut results = futures::stream::iter(values)
        .map(|value| async move { ensure(server, resource, &value).await })
        .buffer_unordered(64);
    while let Some(result) = results.next().await {
        result?;
    }
    Ok(())
}

async fn namespaces(server: &Arc<Server>) -> Result<(), Status> {
    let values = ["kube-system", "kube-public", "kube-node-lease", "default"]
        .map(|name| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
    ensure_all(server, resource("", "namespaces"), values.to_vec()).await
}

async fn priority_classes(server: &Arc<Server>) -> Result<(), Status> {
    let classes = [
        (
            "system-node-critical",
            2_000_001_000,
            "Used for system critical pods that must not be moved from their current node.",
        ),
        (
            "system-cluster-critical",
            2_000_000_000,
            "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
        ),
    ];
    let values = classes.map(|(name, value, description)| {
        json!({
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name},
            "value": value, "description": description, "preemptionPolicy": "PreemptLowerPriority",
        })
    });
    ensure_all(server, resource("scheduling.k8s.io", "priorityclasses"), values.to_vec()).await
}

fn text(path: Option<&Path>) -> Option<String> {
    path.and_then(|path| std::fs::read_to_string(path).ok())
}

/// Tells extension servers how to authenticate: the CAs and the front proxy's headers.
async fn authentication_info(server: &Arc<Server>) -> Result<(), Status> {
    let options = &server.options;
    let mut data = serde_json::Map::new();
    if let Some(ca) = text(options.client_ca.as_deref()) {
        data.insert("client-ca-file".into(), json!(ca));
    }
    if let Some(ca) = text(options.header_ca.as_deref()) {
        data.insert("requestheader-client-ca-file".into(), json!(ca));
        for (key, list) in [
            ("requestheader-allowed-names", &options.header_names),
            ("requestheader-extra-headers-prefix", &options.header_extra),
            ("requestheader-group-headers", &options.header_groups),
            ("requestheader-uid-headers", &options.header_uids),
            ("requestheader-username-headers", &options.header_users),
        ] {
            data.insert(key.into(), json!(serde_json::to_string(list).unwrap_or_default()));
        }
    }
    if data.is_empty() {
        return Ok(());
    }
    let maps = resource("", "configmaps");
    let wanted = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "extension-apiserver-authentication", "namespace": "kube-system"}, "data": data,
    });
    if ensure(server, maps, &wanted).await? {
        return Ok(());
    }
    // The CAs of a server that starts anew may be others.
    replace(server, maps, "kube-system/extension-apiserver-authentication", |object| {
        let changed = object["data"] != wanted["data"];
        object["data"] = wanted["data"].clone();
        changed
    })
    .await
}

/// Changes a stored object if `change` says that it did; beginning again when someone was faster.
pub async fn replace(
    server: &Arc<Server>,
    resource: &'static Resource,
    key: &str,
    mut change: impl FnMut(&mut Value) -> bool,
) -> Result<(), Status> {
    let cache = server.store.cache(resource).ok_or_else(Status::no_such_path)?;
    let kind = kinds::find(resource.group, resource.version, resource.kind)
        .ok_or_else(|| Status::internal("no such kind"))?;
    for _ in 0..16 {
        let Some(entry) = server.store.read(cache, key).await? else { return Ok(()) };
        let mut value: Value = serde_json::from_slice(&entry.bytes).map_err(Status::internal)?;
        if !change(&mut value) {
            return Ok(());
        }
        let text = serde_json::to_vec(&value).map_err(Status::internal)?;
        let mut object = (kind.decode)(&text).map_err(Status::internal)?;
        object.meta_mut().resource_version = None;
        let written =
            server.store.update(cache, key, entry.revision, Bytes::from(object.encode()), None).await?;
        if matches!(written, Written::At(_)) {
            return Ok(());
        }
    }
    Err(Status::modified(resource.group, resource.plural, key))
}

/// Puts a condition into a status in the place of the one of its type, or behind the others, which stay. Gives whether
/// that changes anything: the time of its last transition alone does not.
pub fn set_condition(status: &mut Value, mut new: Value) -> bool {
    let conditions = &mut status["conditions"];
    if !conditions.is_array() {
        *conditions = json!([]);
    }
    let Some(all) = conditions.as_array_mut() else { return false };
    let Some(old) = all.iter_mut().find(|one| one["type"] == new["type"]) else {
        all.push(new);
        return true;
    };
    if old["status"] == new["status"] {
        new["lastTransitionTime"] = old["lastTransitionTime"].clone();
    }
    let differs = *old != new;
    *old = new;
    differs
}

/// A certificate for those who gave none, made once and kept in `--cert-dir`.
pub fn self_signed(options: &Options) -> Result<KeyPair> {
    let base = options.cert_dir.join("apiserver");
    let pair = KeyPair {
        cert: pki::cert::with_extension(&base, "crt"),
        key: pki::cert::with_extension(&base, "key"),
    };
    if pair.cert.exists() && pair.key.exists() {
        return Ok(pair);
    }
    std::fs::create_dir_all(&options.cert_dir)
        .with_context(|| format!("cannot create --cert-dir {}", options.cert_dir.display()))?;
    let mut addresses = vec![std::net::IpAddr::from([127, 0, 0, 1])];
    addresses.extend(options.advertise_address);
    let ca = pki::cert::Authority::new("kube-apiserver-ca")?;
    let names =
        ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"].map(str::to_string);
    let mut issued = ca.issue(&pki::cert::Leaf::server("kube-apiserver", names.to_vec(), addresses))?;
    // The file is also what clients are given to trust.
    issued.certificate += &ca.certificate;
    issued.write(&base)?;
    Ok(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_of_others_stay() {
        let other = json!({"type": "Other", "status": "True"});
        let available = |status: &str, reason: &str, time: &str| json!({"type": "Available", "status": status, "reason": reason, "lastTransitionTime": time});
        let mut status = json!({"conditions": [other]});
        assert!(set_condition(&mut status, available("False", "a", "1")));
        assert!(!set_condition(&mut status, available("False", "a", "2")));
        assert!(set_condition(&mut status, available("False", "b", "3")));
        assert_eq!(status["conditions"], json!([other, available("False", "b", "1")]));
        assert!(set_condition(&mut status, available("True", "b", "4")));
        assert_eq!(status["conditions"], json!([other, available("True", "b", "4")]));
    }
}
