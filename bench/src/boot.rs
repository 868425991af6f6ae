//! From nothing to a cluster: each phase of `init`, then the node Ready, then all of kube-system
//! running. The command is given, so that any installer that prints `[phase] …` can be measured.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ArgMatches;
use client::{Client, Config, path};
use serde_json::Value;

use crate::report::Report;

/// How long a cluster may take.
const LIMIT: Duration = Duration::from_secs(300);
/// How often the cluster is asked, once the command has ended.
const ASK: Duration = Duration::from_millis(10);

/// Runs the command and waits for the cluster.
pub async fn run(matches: &ArgMatches) -> Result<Report> {
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let (command, kubeconfig) = (text("command"), text("kubeconfig"));
    if Path::new(&kubeconfig).exists() {
        bail!("{kubeconfig} exists: this machine has a cluster already; take it down first (kadm reset -f)");
    }
    let begun = Instant::now();
    let (mut marks, command) = tokio::task::spawn_blocking(move || {
        let marks = phases(&command, begun)?;
        Ok::<_, anyhow::Error>((marks, command))
    })
    .await??;
    marks.push((format!("`{command}` in all"), Duration::ZERO, begun.elapsed()));
    let client = Client::new(Config::from_kubeconfig(Path::new(&kubeconfig))?)?;
    for (what, ready) in [
        ("node Ready", nodes_ready as fn(&Value) -> bool),
        ("all of kube-system Running and Ready", pods_ready as fn(&Value) -> bool),
    ] {
        let list = match what {
            "node Ready" => path("", "v1", "nodes", None, None, None),
            _ => path("", "v1", "pods", Some("kube-system"), None, None),
        };
        loop {
            if client.get::<Value>(&list).await.is_ok_and(|list| ready(&list)) {
                break;
            }
            if begun.elapsed() > LIMIT {
                bail!("{what} did not come true within {} s", LIMIT.as_secs());
            }
            tokio::time::sleep(ASK).await;
        }
        marks.push((format!("{what}, from the start"), Duration::ZERO, begun.elapsed()));
    }
    let mut report = Report::new(&["what", "ms"]);
    for (what, from, to) in marks {
        report.row(vec![what, format!("{:.0}", (to - from).as_secs_f64() * 1000.0)]);
    }
    Ok(report)
}

/// Runs the command; gives each `[phase]` that it prints with its beginning and end.
fn phases(command: &str, begun: Instant) -> Result<Vec<(String, Duration, Duration)>> {
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run sh")?;
    let output = child.stdout.take().context("no standard output")?;
    let mut marks: Vec<(String, Duration, Duration)> = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = line?;
        let now = begun.elapsed();
        if let Some(last) = marks.last_mut() {
            last.2 = now;
        }
        let name = line.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name);
        if let Some(name) = name
            && marks.last().is_none_or(|(last, ..)| last != name)
        {
            marks.push((name.to_string(), now, now));
        }
    }
    let status = child.wait()?;
    if let Some(last) = marks.last_mut() {
        last.2 = begun.elapsed();
    }
    if !status.success() {
        bail!("`{command}` failed: {status}");
    }
    Ok(marks)
}

fn condition(object: &Value, kind: &str) -> bool {
    let all = object["status"]["conditions"].as_array().into_iter().flatten();
    all.into_iter().any(|condition| condition["type"] == kind && condition["status"] == "True")
}

fn nodes_ready(list: &Value) -> bool {
    let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    !items.is_empty() && items.iter().all(|node| condition(node, "Ready"))
}

fn pods_ready(list: &Value) -> bool {
    let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    !items.is_empty()
        && items.iter().all(|pod| pod["status"]["phase"] == "Running" && condition(pod, "Ready"))
}
