//! The labels and the taint of a control-plane node.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use client::PatchType;
use serde_json::{Value, json};

use super::api::admin;
use crate::config::Init;

/// The taint that keeps ordinary pods away.
const TAINT: &str = "node-role.kubernetes.io/control-plane";

/// Marks this node, as soon as it has registered itself.
///
/// # Errors
/// Fails when the node does not appear.
pub fn run(init: &Init) -> Result<()> {
    println!(
        "[mark-control-plane] Marking the node {} as control-plane by adding the labels: [node-role.kubernetes.io/control-plane node.kubernetes.io/exclude-from-external-load-balancers]",
        init.node_name
    );
    if !init.single_node {
        println!(
            "[mark-control-plane] Marking the node {} as control-plane by adding the taints [{TAINT}:NoSchedule]",
            init.node_name
        );
    }
    let path = client::path("", "v1", "nodes", None, Some(&init.node_name), None);
    admin(async |client| {
        let begun = Instant::now();
        loop {
            match client.get::<Value>(&path).await {
                Ok(_) => break,
                Err(error) if error.is_not_found() && begun.elapsed() < Duration::from_secs(60) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => {
                    return Err(error).with_context(|| {
                        format!("the node {} did not register itself; see the kubelet's log", init.node_name)
                    });
                }
            }
        }
        let labels = json!({"metadata": {"labels": {
            TAINT: "", "node.kubernetes.io/exclude-from-external-load-balancers": "",
        }}});
        client.patch::<_, Value>(&path, PatchType::Merge, &labels).await.context("cannot label the node")?;
        client
            .modify(&path, |node| {
                let taints = node["spec"]["taints"].as_array().cloned().unwrap_or_default();
                let has = taints.iter().any(|taint| taint["key"] == TAINT);
                if has != init.single_node {
                    return false;
                }
                let mut taints: Vec<Value> =
                    taints.into_iter().filter(|taint| taint["key"] != TAINT).collect();
                if !init.single_node {
                    taints.push(json!({"key": TAINT, "effect": "NoSchedule"}));
                }
                node["spec"]["taints"] = json!(taints);
                true
            })
            .await
            .context("cannot taint the node")?;
        Ok(())
    })
}
