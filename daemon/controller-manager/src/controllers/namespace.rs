//! Namespaces on their way out: everything in them is deleted, then they are let go.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Client, Key, ListParams, PatchType};
use serde_json::{Value, json};

use crate::context::{Context, gone_is_fine, now};
use crate::discovery;
use crate::objects::{Namespace, Resource};

/// How soon to look again at what takes its time to go.
const AGAIN: Duration = Duration::from_secs(1);
const FINALIZER: &str = "kubernetes";

struct Controller {
    namespaces: Informer<Namespace>,
    client: Client,
}

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of("namespace-controller").await;
    let controller = Arc::new(Controller { namespaces: context.informer(), client });
    let queue: WorkQueue<Key> = WorkQueue::new();
    let terminating = queue.clone();
    context.on::<Namespace>(move |event| {
        if event.object().metadata.deletion_timestamp.is_some() {
            terminating.add(event.object().metadata.key());
        }
    });
    controller.namespaces.wait_synced().await;
    context
        .work(&queue, context.config.namespaces_at_once, move |key| {
            let controller = controller.clone();
            async move { controller.sync(key).await }
        })
        .await;
}

impl Controller {
    async fn sync(&self, key: Key) -> Result<Option<Duration>> {
        let Some(namespace) = self.namespaces.store().get(&key) else { return Ok(None) };
        let meta = &namespace.metadata;
        if meta.deletion_timestamp.is_none()
            || !namespace.spec.finalizers.iter().any(|name| name == FINALIZER)
        {
            return Ok(None);
        }
        let mut left = Vec::new();
        for resource in discovery::resources(&self.client).await? {
            if !resource.namespaced || !resource.can("list") || !resource.can("delete") {
                continue;
            }
            let path = resource.path(&meta.name, None);
            if resource.can("deletecollection") {
                let options = json!({ "propagationPolicy": "Background" });
                match self.client.delete(&path, Some(&options)).await {
                    Err(error) if !error.is_not_found() && error.status().is_none_or(|s| s.code != 405) => {
                        return Err(error.into());
                    }
                    _ => {}
                }
            }
            let params = ListParams { limit: Some(500), ..ListParams::default() };
            let rest = match self.client.list::<client::object::MetadataOnly>(&path, &params).await {
                Ok(list) => list.items,
                Err(error) if error.is_not_found() || error.status().is_some_and(|s| s.code == 405) => {
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if !resource.can("deletecollection") {
                for item in rest.iter().filter(|item| item.metadata.deletion_timestamp.is_none()) {
                    let path = resource.path(&meta.name, Some(&item.metadata.name));
                    gone_is_fine(self.client.delete(&path, None).await)?;
                }
            }
            if !rest.is_empty() {
                let name = if resource.group.is_empty() {
                    resource.plural.clone()
                } else {
                    format!("{}.{}", resource.plural, resource.group)
                };
                left.push((
                    name,
                    rest.len(),
                    rest.iter().flat_map(|item| item.metadata.finalizers.clone()).collect(),
                ));
            }
        }
        if left.is_empty() {
            self.finalize(&key).await?;
            return Ok(None);
        }
        self.explain(&key, &left).await?;
        Ok(Some(AGAIN))
    }

    async fn finalize(&self, key: &Key) -> Result<()> {
        let mut namespace: Value = match self.client.get(&Namespace::path(None, Some(&key.name), None)).await
        {
            Err(error) if error.is_not_found() => return Ok(()),
            other => other?,
        };
        if let Some(finalizers) = namespace["spec"]["finalizers"].as_array_mut() {
            finalizers.retain(|name| name != FINALIZER);
        }
        let path = Namespace::path(None, Some(&key.name), Some("finalize"));
        Ok(gone_is_fine(self.client.update::<_, Value>(&path, &namespace).await)?)
    }

    /// Says in the namespace's conditions what it still waits for.
    async fn explain(&self, key: &Key, left: &[(String, usize, Vec<String>)]) -> Result<()> {
        let parts: Vec<String> =
            left.iter().map(|(name, count, _)| format!("{name} has {count} resource instances")).collect();
        let mut finalizers: Vec<String> = left.iter().flat_map(|(_, _, names)| names.clone()).collect();
        finalizers.sort();
        finalizers.dedup();
        let remaining = json!({
            "type": "NamespaceContentRemaining", "status": "True", "reason": "SomeResourcesRemain",
            "message": format!("Some resources are remaining: {}", parts.join(", ")), "lastTransitionTime": now(),
        });
        let waiting = json!({
            "type": "NamespaceFinalizersRemaining",
            "status": if finalizers.is_empty() { "False" } else { "True" },
            "reason": if finalizers.is_empty() { "ContentHasNoFinalizers" } else { "SomeFinalizersRemain" },
            "message": if finalizers.is_empty() {
                "All content-preserving finalizers finished".to_string()
            } else {
                format!("Some content in the namespace has finalizers remaining: {}", finalizers.join(", "))
            },
            "lastTransitionTime": now(),
        });
        let path = Namespace::path(None, Some(&key.name), Some("status"));
        let patch = json!({ "status": { "conditions": [remaining, waiting] } });
        Ok(gone_is_fine(self.client.patch::<_, Value>(&path, PatchType::Merge, &patch).await)?)
    }
}
