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
    let wanted = match &init.taints {
        Some(taints) => taints.clone(),
        None if init.single_node => Vec::new(),
        None => vec![json!({"key": TAINT, "effect": "NoSchedule"})],
    };
    if !wanted.is_empty() {
        let names: Vec<String> = wanted
            .iter()
            .map(|taint| {
                let part = |name: &str| taint[name].as_str().unwrap_or_default().to_string();
                format!("{}:{}", part("key"), part("effect"))
            })
            .collect();
        println!(
            "[mark-control-plane] Marking the node {} as control-plane by adding the taints [{}]",
            init.node_name,
            names.join(" ")
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
                let ours = |taint: &Value| {
                    taint["key"] == TAINT
                        || wanted
                            .iter()
                            .any(|one| one["key"] == taint["key"] && one["effect"] == taint["effect"])
                };
                let (before, mut after): (Vec<Value>, Vec<Value>) =
                    taints.into_iter().partition(|taint| ours(taint));
                if before == wanted {
                    return false;
                }
                after.extend(wanted.iter().cloned());
                node["spec"]["taints"] = json!(after);
                true
            })
            .await
            .context("cannot taint the node")?;
        Ok(())
    })
}
