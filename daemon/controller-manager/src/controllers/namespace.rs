//! Namespaces on their way out: everything in them is deleted, then they are let go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Client, Key, ListParams};
use serde_json::{Value, json};

use crate::context::{Context, gone_is_fine, now};
use crate::discovery::{self, ApiResource};
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
        let resources = discovery::resources(&self.client).await?;
        let usable =
            |resource: &&ApiResource| resource.namespaced && resource.can("list") && resource.can("delete");
        // What pods may still use stays until the last of them is gone.
        let is_pods = |resource: &ApiResource| resource.group.is_empty() && resource.plural == "pods";
        let (pods, others): (Vec<_>, Vec<_>) =
            resources.iter().filter(usable).partition(|resource| is_pods(resource));
        let mut rest = Rest::default();
        for some in [pods, others] {
            for resource in some {
                if let Err(error) = self.empty(&meta.name, resource, &mut rest).await {
                    rest.failures.push(error.to_string());
                }
            }
            if !rest.is_empty() {
                break;
            }
        }
        if rest.is_empty() {
            self.finalize(&key).await?;
            return Ok(None);
        }
        self.explain(&key, &rest).await?;
        anyhow::ensure!(rest.failures.is_empty(), "{}", rest.failures.join("; "));
        Ok(Some(AGAIN))
    }

    /// Deletes all objects of a resource, and notes those that stay.
    async fn empty(&self, namespace: &str, resource: &ApiResource, rest: &mut Rest) -> Result<()> {
        let path = resource.path(namespace, None);
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
        let items = match self.client.list::<client::object::MetadataOnly>(&path, &params).await {
            Ok(list) => list.items,
            Err(error) if error.is_not_found() || error.status().is_some_and(|s| s.code == 405) => {
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        if !resource.can("deletecollection") {
            for item in items.iter().filter(|item| item.metadata.deletion_timestamp.is_none()) {
                let path = resource.path(namespace, Some(&item.metadata.name));
                gone_is_fine(self.client.delete(&path, None).await)?;
            }
        }
        if !items.is_empty() {
            rest.kinds.push((format!("{}.{}", resource.plural, resource.group), items.len()));
        }
        for finalizer in items.iter().flat_map(|item| &item.metadata.finalizers) {
            *rest.finalizers.entry(finalizer.clone()).or_default() += 1;
        }
        Ok(())
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
    async fn explain(&self, key: &Key, rest: &Rest) -> Result<()> {
        let path = Namespace::path(None, Some(&key.name), Some("status"));
        let wanted = rest.conditions();
        let change = |namespace: &mut Value| {
            if !namespace["status"]["conditions"].is_array() {
                namespace["status"]["conditions"] = json!([]);
            }
            let Some(all) = namespace["status"]["conditions"].as_array_mut() else { return false };
            let mut changed = false;
            for want in &wanted {
                changed |= settle(all, want);
            }
            changed
        };
        Ok(gone_is_fine(self.client.modify(&path, change).await)?)
    }
}

/// Brings a condition into a list of them; tells whether that changed anything.
fn settle(all: &mut Vec<Value>, want: &Value) -> bool {
    let mut want = want.clone();
    want["lastTransitionTime"] = now().into();
    let Some(known) = all.iter_mut().find(|known| known["type"] == want["type"]) else {
        all.push(want);
        return true;
    };
    if known["status"] == want["status"] {
        want["lastTransitionTime"] = known["lastTransitionTime"].clone();
    }
    let changed = ["status", "reason", "message"].iter().any(|field| known[*field] != want[*field]);
    if changed {
        *known = want;
    }
    changed
}

/// What is still in a namespace.
#[derive(Default)]
struct Rest {
    kinds: Vec<(String, usize)>,
    finalizers: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl Rest {
    fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.failures.is_empty()
    }

    /// What it means for the namespace, in upstream's words.
    fn conditions(&self) -> Vec<Value> {
        let one = |kind: &str, bad: Option<(&str, String)>, good: (&str, &str)| {
            let (status, reason, message) = match bad {
                Some((reason, message)) => ("True", reason, message),
                None => ("False", good.0, good.1.to_string()),
            };
            json!({ "type": kind, "status": status, "reason": reason, "message": message })
        };
        let instances = |(name, count): (&String, &usize)| format!("{name} has {count} resource instances");
        let kinds: Vec<String> = self.kinds.iter().map(|(name, count)| instances((name, count))).collect();
        let finalizers: Vec<String> = self
            .finalizers
            .iter()
            .map(|(name, count)| format!("{name} in {count} resource instances"))
            .collect();
        let failed = (!self.failures.is_empty()).then(|| {
            let (count, all) = (self.failures.len(), self.failures.join(", "));
            (
                "ContentDeletionFailed",
                format!("Failed to delete all resource types, {count} remaining: {all}"),
            )
        });
        let remain = (!kinds.is_empty())
            .then(|| ("SomeResourcesRemain", format!("Some resources are remaining: {}", kinds.join(", "))));
        let held = (!finalizers.is_empty()).then(|| {
            let all = finalizers.join(", ");
            ("SomeFinalizersRemain", format!("Some content in the namespace has finalizers remaining: {all}"))
        });
        vec![
            one(
                "NamespaceDeletionDiscoveryFailure",
                None,
                ("ResourcesDiscovered", "All resources successfully discovered"),
            ),
            one(
                "NamespaceDeletionGroupVersionParsingFailure",
                None,
                ("ParsedGroupVersions", "All legacy kube types successfully parsed"),
            ),
            one(
                "NamespaceDeletionContentFailure",
                failed,
                ("ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
            ),
            one("NamespaceContentRemaining", remain, ("ContentRemoved", "All content successfully removed")),
            one(
                "NamespaceFinalizersRemaining",
                held,
                ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_tell_all_of_the_deletion() {
        let rest = Rest {
            kinds: vec![("pods.".into(), 2)],
            finalizers: [("example.com/wait".to_string(), 1)].into(),
            failures: Vec::new(),
        };
        let mut all = vec![json!({"type": "Other", "status": "True"})];
        for want in rest.conditions() {
            assert!(settle(&mut all, &want));
            assert!(!settle(&mut all, &want), "{want}");
        }
        let told: Vec<_> =
            all.iter().map(|one| (one["type"].as_str().unwrap_or(""), one["status"] == "True")).collect();
        assert_eq!(
            told,
            [
                ("Other", true),
                ("NamespaceDeletionDiscoveryFailure", false),
                ("NamespaceDeletionGroupVersionParsingFailure", false),
                ("NamespaceDeletionContentFailure", false),
                ("NamespaceContentRemaining", true),
                ("NamespaceFinalizersRemaining", true),
            ]
        );
        assert_eq!(all[4]["message"], "Some resources are remaining: pods. has 2 resource instances");
        let held = "Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances";
        assert_eq!(all[5]["message"], held);
        let failed = Rest { failures: vec!["no".into()], ..Rest::default() };
        assert!(!failed.is_empty());
        assert_eq!(failed.conditions()[2]["reason"], "ContentDeletionFailed");
    }
}
