//! Cluster roles that are made up of others.

use std::sync::Arc;

use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Key, PatchType};
use serde_json::{Value, json};

use crate::context::{Context, gone_is_fine};
use crate::objects::{ClusterRole, Resource, selector};

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of("clusterrole-aggregation-controller").await;
    let roles: Informer<ClusterRole> = context.informer();
    let queue: WorkQueue<Key> = WorkQueue::new();
    let (sender, all) = (queue.clone(), roles.clone());
    context.on::<ClusterRole>(move |_| {
        for role in all.store().filter(|role| role.aggregation_rule.is_some()) {
            sender.add(role.metadata.key());
        }
    });
    roles.wait_synced().await;
    context
        .work(&queue, 1, move |key| {
            let (client, roles) = (client.clone(), roles.clone());
            async move {
                let Some(role) = roles.store().get(&key) else { return Ok(None) };
                let Some(rule) = &role.aggregation_rule else { return Ok(None) };
                let mut parts: Vec<_> = roles.store().filter(|other| {
                    other.metadata.name != role.metadata.name
                        && rule
                            .cluster_role_selectors
                            .iter()
                            .filter_map(selector)
                            .any(|selector| selector.matches(&other.metadata.labels))
                });
                parts.sort_by(|a, b| a.metadata.name.cmp(&b.metadata.name));
                let mut rules: Vec<Value> = Vec::new();
                for rule in parts.iter().flat_map(|part| part.rules.as_array().into_iter().flatten()) {
                    if !rules.contains(rule) {
                        rules.push(rule.clone());
                    }
                }
                let same = match role.rules.as_array() {
                    Some(old) => *old == rules,
                    None => rules.is_empty(),
                };
                if !same {
                    let path = ClusterRole::path(None, Some(&key.name), None);
                    let patch = json!({ "rules": rules });
                    gone_is_fine(client.patch::<_, Value>(&path, PatchType::Merge, &patch).await)?;
                }
                Ok(None)
            }
        })
        .await;
}
