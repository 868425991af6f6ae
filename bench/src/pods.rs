//! Pods from creation to readiness, as a client sees it: one after the other, and a Deployment.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ArgMatches;
use client::watch::{Watch, WatchEvent};
use client::{Client, Config, ListParams, path};
use serde_json::{Value, json};

use crate::report::Report;
use crate::space::Space;

/// How long one measurement may take.
const LIMIT: Duration = Duration::from_secs(300);

/// Runs both measurements in a namespace of their own.
pub async fn run(matches: &ArgMatches) -> Result<Report> {
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or(1);
    let client = Client::new(Config::from_kubeconfig(Path::new(&text("kubeconfig")))?)?;
    let space = Space::new(&client, "pods").await?;
    let measured = measure(&client, &space.name, &text("image"), number("pods"), number("replicas")).await;
    space.remove(&client).await?;
    measured
}

async fn measure(client: &Client, space: &str, image: &str, pods: u64, replicas: u64) -> Result<Report> {
    let mut report = Report::new(Report::LATENCIES);
    let collection = path("", "v1", "pods", Some(space), None, None);
    let (mut running, mut gone) = (Vec::new(), Vec::new());
    let begun = Instant::now();
    for index in 0..pods {
        let name = format!("p{index}");
        let list = client.list::<serde::de::IgnoredAny>(&collection, &ListParams::default()).await?;
        let params = ListParams {
            resource_version: Some(list.metadata.resource_version),
            ..ListParams::fields(format!("metadata.name={name}"))
        };
        let mut watch = client.watch::<Value>(&collection, &params, 600, &[]).await?;
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
            "spec": {"terminationGracePeriodSeconds": 1, "containers": [container(image)]},
        });
        let start = Instant::now();
        client.create::<_, serde::de::IgnoredAny>(&collection, &pod).await?;
        until(
            &mut watch,
            |event| matches!(event, WatchEvent::Modified(pod) if pod["status"]["phase"] == "Running"),
        )
        .await?;
        running.push(start.elapsed());
        let start = Instant::now();
        client.delete(&format!("{collection}/{name}"), None).await?;
        until(&mut watch, |event| matches!(event, WatchEvent::Deleted(_))).await?;
        gone.push(start.elapsed());
    }
    let total = begun.elapsed();
    report.latencies("create pod to Running", running, total);
    report.latencies("delete pod to gone, grace 1 s", gone, total);
    report.row(deployment(client, space, image, replicas).await?);
    Ok(report)
}

async fn deployment(client: &Client, space: &str, image: &str, replicas: u64) -> Result<Vec<String>> {
    let collection = path("apps", "v1", "deployments", Some(space), None, None);
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "many"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "many"}},
            "template": {
                "metadata": {"labels": {"app": "many"}},
                "spec": {"terminationGracePeriodSeconds": 1, "containers": [container(image)]},
            },
        },
    });
    let list = client.list::<serde::de::IgnoredAny>(&collection, &ListParams::default()).await?;
    let params =
        ListParams { resource_version: Some(list.metadata.resource_version), ..ListParams::default() };
    let mut watch = client.watch::<Value>(&collection, &params, 600, &[]).await?;
    let start = Instant::now();
    client.create::<_, serde::de::IgnoredAny>(&collection, &deployment).await?;
    until(&mut watch, |event| {
        matches!(event, WatchEvent::Modified(deployment)
            if deployment["status"]["availableReplicas"] == replicas)
    })
    .await?;
    let took = start.elapsed();
    Ok(vec![
        format!("deployment of {replicas}, created to rolled out"),
        replicas.to_string(),
        format!("{:.1}", replicas as f64 / took.as_secs_f64()),
        String::new(),
        String::new(),
        format!("{:.2}", took.as_secs_f64() * 1000.0),
    ])
}

fn container(image: &str) -> Value {
    json!({"name": "c", "image": image, "imagePullPolicy": "IfNotPresent"})
}

/// Reads events until one fits.
async fn until(watch: &mut Watch<Value>, fits: impl Fn(&WatchEvent<Value>) -> bool) -> Result<()> {
    let read = async {
        while let Some(event) = watch.next().await? {
            if fits(&event) {
                return Ok(());
            }
        }
        bail!("the watch ended before what was waited for")
    };
    match tokio::time::timeout(LIMIT, read).await {
        Ok(read) => read,
        Err(_) => bail!("what was waited for did not come within {} s", LIMIT.as_secs()),
    }
}
