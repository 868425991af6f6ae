//! How much pods and the node use: the summary API, and `/metrics/resource` for metrics-server.

use std::collections::BTreeMap;
use std::fmt::Write;

use component::http::{Body, text, typed};
use criapi::{ContainerStats, ListContainerStatsRequest};
use http::{Response, StatusCode};
use serde_json::{Value, json};

use crate::kubelet::Kubelet;
use crate::pod::runtime::{LABEL_CONTAINER, LABEL_NAME, LABEL_NAMESPACE, LABEL_UID};

struct Usage {
    cpu_nanos: u64,
    memory: u64,
}

struct One {
    namespace: String,
    pod: String,
    uid: String,
    container: String,
    usage: Usage,
}

async fn containers(kubelet: &Kubelet) -> Result<Vec<One>, Box<Response<Body>>> {
    let answer = kubelet.cri.runtime.clone().list_container_stats(ListContainerStatsRequest::default()).await;
    let stats = answer
        .map_err(|status| Box::new(text(StatusCode::INTERNAL_SERVER_ERROR, status.message().to_string())))?;
    Ok(stats.into_inner().stats.into_iter().filter_map(one).collect())
}

fn one(stats: ContainerStats) -> Option<One> {
    let attributes = stats.attributes?;
    let label = |name: &str| attributes.labels.get(name).cloned();
    Some(One {
        namespace: label(LABEL_NAMESPACE)?,
        pod: label(LABEL_NAME)?,
        uid: label(LABEL_UID)?,
        container: label(LABEL_CONTAINER)?,
        usage: Usage {
            cpu_nanos: stats.cpu.and_then(|cpu| cpu.usage_core_nano_seconds).map_or(0, |value| value.value),
            memory: stats.memory.and_then(|memory| memory.working_set_bytes).map_or(0, |value| value.value),
        },
    })
}

/// The whole machine's use since it booted.
fn node() -> Usage {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let ticks: Vec<u64> = stat
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    // user, nice, system, irq, softirq; idle and waiting are not use.
    let used: u64 = [0, 1, 2, 5, 6].iter().filter_map(|index| ticks.get(*index)).sum();
    let info = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = |name: &str| {
        info.lines()
            .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok())
            .unwrap_or_default()
    };
    Usage {
        cpu_nanos: used * 10_000_000,
        memory: (kib("MemTotal:") - kib("MemAvailable:").min(kib("MemTotal:"))) * 1024,
    }
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `/stats/summary`.
pub async fn summary(kubelet: &Kubelet) -> Response<Body> {
    let all = match containers(kubelet).await {
        Ok(all) => all,
        Err(refusal) => return *refusal,
    };
    let time = now();
    let show = |usage: &Usage| {
        (
            json!({"time": time, "usageCoreNanoSeconds": usage.cpu_nanos}),
            json!({"time": time, "workingSetBytes": usage.memory}),
        )
    };
    let mut pods: BTreeMap<String, (Value, Usage, Vec<Value>)> = BTreeMap::new();
    for one in all {
        let entry = pods.entry(one.uid.clone()).or_insert_with(|| {
            (
                json!({"name": one.pod, "namespace": one.namespace, "uid": one.uid}),
                Usage { cpu_nanos: 0, memory: 0 },
                Vec::new(),
            )
        });
        entry.1.cpu_nanos += one.usage.cpu_nanos;
        entry.1.memory += one.usage.memory;
        let (cpu, memory) = show(&one.usage);
        entry.2.push(json!({"name": one.container, "startTime": time, "cpu": cpu, "memory": memory}));
    }
    let pods: Vec<Value> = pods
        .into_values()
        .map(|(reference, usage, containers)| {
            let (cpu, memory) = show(&usage);
            json!({"podRef": reference, "startTime": time, "containers": containers, "cpu": cpu, "memory": memory})
        })
        .collect();
    let (cpu, memory) = show(&node());
    super::json_answer(&json!({
        "node": {"nodeName": kubelet.node_name, "startTime": time, "cpu": cpu, "memory": memory}, "pods": pods,
    }))
}

/// `/metrics/resource`.
pub async fn resource(kubelet: &Kubelet) -> Response<Body> {
    let all = match containers(kubelet).await {
        Ok(all) => all,
        Err(refusal) => return *refusal,
    };
    let mut out = String::new();
    let node = node();
    let head = |out: &mut String, name: &str, kind: &str| {
        let _ = writeln!(out, "# TYPE {name} {kind}");
    };
    head(&mut out, "node_cpu_usage_seconds_total", "counter");
    let _ = writeln!(out, "node_cpu_usage_seconds_total {}", node.cpu_nanos as f64 / 1e9);
    head(&mut out, "node_memory_working_set_bytes", "gauge");
    let _ = writeln!(out, "node_memory_working_set_bytes {}", node.memory);
    head(&mut out, "container_cpu_usage_seconds_total", "counter");
    let labels = |one: &One| {
        format!("{{container={:?},namespace={:?},pod={:?}}}", one.container, one.namespace, one.pod)
    };
    for one in &all {
        let _ = writeln!(
            out,
            "container_cpu_usage_seconds_total{} {}",
            labels(one),
            one.usage.cpu_nanos as f64 / 1e9
        );
    }
    head(&mut out, "container_memory_working_set_bytes", "gauge");
    for one in &all {
        let _ = writeln!(out, "container_memory_working_set_bytes{} {}", labels(one), one.usage.memory);
    }
    let mut pods: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
    for one in &all {
        let sum = pods.entry((&one.namespace, &one.pod)).or_default();
        sum.0 += one.usage.cpu_nanos;
        sum.1 += one.usage.memory;
    }
    head(&mut out, "pod_cpu_usage_seconds_total", "counter");
    for ((namespace, pod), (cpu, _)) in &pods {
        let _ = writeln!(
            out,
            "pod_cpu_usage_seconds_total{{namespace={namespace:?},pod={pod:?}}} {}",
            *cpu as f64 / 1e9
        );
    }
    head(&mut out, "pod_memory_working_set_bytes", "gauge");
    for ((namespace, pod), (_, memory)) in &pods {
        let _ = writeln!(out, "pod_memory_working_set_bytes{{namespace={namespace:?},pod={pod:?}}} {memory}");
    }
    typed(StatusCode::OK, "text/plain; version=0.0.4", out)
}
