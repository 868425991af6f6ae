//! Scheduling: nodes without kubelets, and pods until they are bound to them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ArgMatches;
use client::watch::WatchEvent;
use client::{Client, Config, Meta, PatchType, path};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::load;
use crate::report::Report;
use crate::space::Space;

/// How long the scheduler may say nothing.
const PATIENCE: u32 = 120;

#[derive(Deserialize)]
struct Pod {
    metadata: Meta,
    #[serde(default)]
    spec: Spec,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    node_name: String,
}

/// Makes nodes, then pods that fit nowhere else, and watches them being bound.
pub async fn run(matches: &ArgMatches) -> Result<Report> {
    let text = matches.get_one::<String>("kubeconfig").cloned().unwrap_or_default();
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or(1);
    let (nodes, pods, in_flight) = (number("nodes"), number("pods"), number("in-flight"));
    if pods > nodes * 100 {
        bail!("{pods} pods don't fit on {nodes} nodes of 100 each");
    }
    let client = Client::new(Config::from_kubeconfig(Path::new(&text))?)?;
    let space = Space::new(&client, "schedule").await?;
    let measured = measure(&client, &space.name, nodes, pods, in_flight).await;
    let all = path("", "v1", "pods", Some(&space.name), None, None);
    let at_once = json!({"gracePeriodSeconds": 0});
    client.delete(&all, Some(&at_once)).await?;
    let (owned, name) = (client.clone(), space.name.clone());
    load(nodes, in_flight, move |index| {
        let (client, node) = (owned.clone(), node_path(&name, index));
        async move {
            client.delete(&node, None).await?;
            Ok(())
        }
    })
    .await?;
    space.remove(&client).await?;
    measured
}

fn node_path(run: &str, index: u64) -> String {
    path("", "v1", "nodes", None, Some(&format!("{run}-{index}")), None)
}

async fn measure(client: &Client, run: &str, nodes: u64, pods: u64, in_flight: u64) -> Result<Report> {
    let mut report = Report::new(Report::LATENCIES);
    let (owned, name) = (client.clone(), run.to_string());
    let (times, total) = load(nodes, in_flight, move |index| {
        let (client, name) = (owned.clone(), name.clone());
        async move { make_node(&client, &name, index).await }
    })
    .await?;
    report.latencies("make node", times, total);

    let all = path("", "v1", "pods", Some(run), None, None);
    let list = client.list::<serde::de::IgnoredAny>(&all, &client::ListParams::default()).await?;
    let params = client::ListParams {
        resource_version: Some(list.metadata.resource_version),
        ..client::ListParams::default()
    };
    let mut watch = client.watch::<Pod>(&all, &params, 3600, &[]).await?;
    let created: Arc<Mutex<HashMap<String, Instant>>> = Arc::default();
    let begun = Instant::now();
    let (owned, collection, noted) = (client.clone(), all.clone(), created.clone());
    let run = run.to_string();
    let creating = tokio::spawn(load(pods, in_flight, move |index| {
        let (client, collection, noted) = (owned.clone(), collection.clone(), noted.clone());
        let pod = pod(&run, index);
        async move {
            let name = pod["metadata"]["name"].as_str().unwrap_or_default().to_string();
            noted.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Instant::now());
            client.create::<_, serde::de::IgnoredAny>(&collection, &pod).await?;
            Ok(())
        }
    }));
    let mut times = Vec::new();
    while (times.len() as u64) < pods {
        let next = tokio::time::timeout(Duration::from_secs(PATIENCE.into()), watch.next());
        let Ok(event) = next.await else {
            bail!("nothing was bound for {PATIENCE} s; {} of {pods} pods are", times.len());
        };
        let pod = match event? {
            Some(WatchEvent::Added(pod) | WatchEvent::Modified(pod)) => pod,
            Some(_) => continue,
            None => bail!("the watch ended; {} of {pods} pods are bound", times.len()),
        };
        if pod.spec.node_name.is_empty() {
            continue;
        }
        // Later changes of a bound pod are not counted again.
        let begun = created.lock().unwrap_or_else(PoisonError::into_inner).remove(&pod.metadata.name);
        times.extend(begun.map(|begun| begun.elapsed()));
    }
    let total = begun.elapsed();
    let (create, create_total) = creating.await??;
    report.latencies("create pod", create, create_total);
    report.latencies(&format!("create pod to bound, {nodes} nodes"), times, total);
    Ok(report)
}

/// A node as its kubelet would report it. No label of an operating system: daemon sets of the
/// cluster would put their pods there.
async fn make_node(client: &Client, run: &str, index: u64) -> Result<()> {
    let name = format!("{run}-{index}");
    let node = json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {
            "kubernetes.io/hostname": name, "kadm-bench": run,
            "topology.kubernetes.io/zone": format!("zone-{}", index % 3),
        }},
    });
    client.create::<_, Value>(&path("", "v1", "nodes", None, None, None), &node).await?;
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let resources = json!({"cpu": "32", "memory": "64Gi", "pods": "110", "ephemeral-storage": "100Gi"});
    let status = json!({"status": {
        "capacity": resources, "allocatable": resources,
        "conditions": [{
            "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status",
            "lastHeartbeatTime": now, "lastTransitionTime": now,
        }],
    }});
    let target = format!("{}/status", path("", "v1", "nodes", None, Some(&name), None));
    client.patch::<_, Value>(&target, PatchType::Merge, &status).await?;
    Ok(())
}

fn pod(run: &str, index: u64) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("p{index}"), "labels": {"app": "bench"}},
        "spec": {
            "nodeSelector": {"kadm-bench": run},
            // Nodes without kubelets lose their readiness in time.
            "tolerations": [{"operator": "Exists"}],
            "automountServiceAccountToken": false,
            "containers": [{
                "name": "c", "image": "bench/none",
                "resources": {"requests": {"cpu": "100m", "memory": "100Mi"}},
            }],
        },
    })
}
