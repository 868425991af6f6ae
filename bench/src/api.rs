//! Requests to an API server, over one connection as client-go has it.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ArgMatches;
use client::{Client, Config, ListParams, PatchType, path};
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::report::Report;
use crate::space::Space;

/// Runs `count` calls, `in_flight` at a time; gives each one's time and the whole's.
pub async fn load<F, Fut>(count: u64, in_flight: u64, call: F) -> Result<(Vec<Duration>, Duration)>
where
    F: Fn(u64) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    let next = Arc::new(AtomicU64::new(0));
    let call = Arc::new(call);
    let begun = Instant::now();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..in_flight.max(1) {
        let (next, call) = (next.clone(), call.clone());
        workers.spawn(async move {
            let mut times = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return Ok::<_, anyhow::Error>(times);
                }
                let begun = Instant::now();
                call(index).await?;
                times.push(begun.elapsed());
            }
        });
    }
    let mut times = Vec::new();
    while let Some(worker) = workers.join_next().await {
        times.extend(worker??);
    }
    Ok((times, begun.elapsed()))
}

/// Runs all measurements in a namespace of its own, which is removed in the end.
pub async fn run(matches: &ArgMatches) -> Result<Report> {
    let text = matches.get_one::<String>("kubeconfig").cloned().unwrap_or_default();
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or(1);
    let (objects, in_flight, watchers) = (number("objects"), number("in-flight"), number("watchers"));
    let client = Client::new(Config::from_kubeconfig(Path::new(&text))?)?;
    let space = Space::new(&client, "api").await?;
    let maps = path("", "v1", "configmaps", Some(&space.name), None, None);
    let mut report = Report::new(Report::LATENCIES);
    let filler = "x".repeat(1000);
    {
        let (client, maps, filler) = (client.clone(), maps.clone(), filler.clone());
        let (times, total) = load(objects, in_flight, move |index| {
            let (client, maps) = (client.clone(), maps.clone());
            let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("c{index}")}, "data": {"k": filler}});
            async move {
                client.create::<_, serde::de::IgnoredAny>(&maps, &body).await?;
                Ok(())
            }
        })
        .await?;
        report.latencies("create config map", times, total);
    }
    {
        let (client, maps) = (client.clone(), maps.clone());
        let (times, total) = load(objects * 5, in_flight, move |index| {
            let (client, target) = (client.clone(), format!("{maps}/c{}", index % objects));
            async move {
                client.get_bytes(&target, &[], None).await?;
                Ok(())
            }
        })
        .await?;
        report.latencies("get config map", times, total);
    }
    {
        let (client, maps) = (client.clone(), maps.clone());
        let (times, total) = load(20, 1, move |_| {
            let (client, maps) = (client.clone(), maps.clone());
            async move {
                client.get_bytes(&maps, &[], None).await?;
                Ok(())
            }
        })
        .await?;
        report.latencies(&format!("list {objects} config maps"), times, total);
    }
    {
        let (client, maps) = (client.clone(), maps.clone());
        let (times, total) = load(objects, in_flight, move |index| {
            let (client, target) = (client.clone(), format!("{maps}/c{index}"));
            async move {
                client
                    .patch::<_, serde::de::IgnoredAny>(
                        &target,
                        PatchType::Merge,
                        &json!({"data": {"p": "1"}}),
                    )
                    .await?;
                Ok(())
            }
        })
        .await?;
        report.latencies("merge patch config map", times, total);
    }
    fan_out(&client, &maps, objects, watchers, in_flight, &mut report).await?;
    let (times, total) = create_pods(&client, &space.name, objects, in_flight).await?;
    report.latencies("create pod", times, total);
    {
        let (client, maps) = (client.clone(), maps.clone());
        let (times, total) = load(objects, in_flight, move |index| {
            let (client, target) = (client.clone(), format!("{maps}/c{index}"));
            async move {
                client.delete(&target, None).await?;
                Ok(())
            }
        })
        .await?;
        report.latencies("delete config map", times, total);
    }
    space.remove(&client).await?;
    Ok(report)
}

/// A pod of the usual kind, which no scheduler looks for.
fn pod(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": "bench", "tier": "web"}},
        "spec": {
            "schedulerName": "nobody",
            "containers": [{
                "name": "main", "image": "registry.example.com/bench/main:1.0",
                "args": ["--port=8080", "--verbose"],
                "ports": [{"name": "http", "containerPort": 8080}],
                "env": [{"name": "MODE", "value": "bench"}],
                "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
                "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}},
            }],
        },
    })
}

/// Creates pods, so many at once; gives each one's time and the whole's.
pub async fn create_pods(
    client: &Client,
    space: &str,
    pods: u64,
    in_flight: u64,
) -> Result<(Vec<Duration>, Duration)> {
    let (client, collection) = (client.clone(), path("", "v1", "pods", Some(space), None, None));
    load(pods, in_flight, move |index| {
        let (client, collection) = (client.clone(), collection.clone());
        async move {
            client.create::<_, serde::de::IgnoredAny>(&collection, &pod(&format!("p{index}"))).await?;
            Ok(())
        }
    })
    .await
}

/// Opens a watch that counts lines and reads nothing else into them: what a watcher makes of its events is
/// its own business, and here it would be done on the same cores. The task ends after `events`.
async fn counted(
    client: &Client,
    maps: &str,
    revision: &str,
    events: u64,
) -> Result<impl Future<Output = Result<u64>> + Send + use<>> {
    let query = vec![
        ("watch", "true".to_string()),
        ("timeoutSeconds", "300".to_string()),
        ("resourceVersion", revision.to_string()),
    ];
    let response = client.request(http::Method::GET, maps, &query, http::HeaderMap::new(), None).await?;
    let mut body = Box::pin(response.bytes_stream());
    Ok(async move {
        let mut seen = 0;
        while seen < events {
            let Some(chunk) = body.next().await else {
                bail!("a watch ended after {seen} of {events} events");
            };
            seen += chunk?.iter().filter(|byte| **byte == b'\n').count() as u64;
        }
        Ok(seen)
    })
}

/// Changes while watchers look on, and then the same changes from the log: the first is bounded by how fast
/// changes are made, the second only by how fast they are told.
async fn fan_out(
    client: &Client,
    maps: &str,
    objects: u64,
    watchers: u64,
    in_flight: u64,
    report: &mut Report,
) -> Result<()> {
    let list = client
        .list::<serde::de::IgnoredAny>(maps, &ListParams { limit: Some(1), ..ListParams::default() })
        .await?;
    let revision = list.metadata.resource_version;
    // A server's log of events has an end: what is told again has to be in it.
    let changes = (objects * 2).min(5000);
    for live in [true, false] {
        let mut reading = tokio::task::JoinSet::new();
        let mut begun = Instant::now();
        for _ in 0..watchers {
            reading.spawn(counted(client, maps, &revision, changes).await?);
        }
        if live {
            begun = Instant::now();
            let (owned, collection) = (client.clone(), maps.to_string());
            load(changes, in_flight, move |index| {
                let (client, target) = (owned.clone(), format!("{collection}/c{}", index % objects));
                async move {
                    let change = json!({"data": {"w": index.to_string()}});
                    client.patch::<_, serde::de::IgnoredAny>(&target, PatchType::Merge, &change).await?;
                    Ok(())
                }
            })
            .await?;
        }
        let mut events = 0;
        while let Some(seen) = reading.join_next().await {
            events += seen??;
        }
        let rate = events as f64 / begun.elapsed().as_secs_f64();
        let how = if live { "while changes are made" } else { "from the log" };
        report.row(vec![
            format!("watch fan-out, {watchers} watchers, {how}"),
            events.to_string(),
            format!("{rate:.0}"),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }
    Ok(())
}
