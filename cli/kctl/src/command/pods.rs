//! The pods that a word on the command line means: one by its name, or those of a service or a workload, in kubectl's
//! order; and which of their containers is meant.

use std::cmp::Ordering;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::ArgMatches;
use client::ListParams;
use client::watch::WatchEvent;
use serde_json::Value;

use super::describe;
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{self, get};

/// What the pods are wanted for: it decides which comes first, and how a mistake is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// The one with most to tell: it has run longest, or failed most often.
    Logs,
    /// The one that is most alive.
    Streams,
}

/// The object that a word names: a pod, or `kind/name`.
///
/// # Errors
/// Fails when there is no such kind or object.
pub async fn object(session: &Session, word: &str) -> Result<(Kind, Value)> {
    let (kind, name) = word.split_once('/').unwrap_or(("pods", word));
    if name.contains('/') {
        bail!("arguments in resource/name form may not have more than one slash");
    }
    if kind.is_empty() || name.is_empty() {
        bail!("arguments in resource/name form must have a single resource and name");
    }
    let kind = session.discovery().await?.find(kind)?.clone();
    let namespace = kind.namespaced.then(|| session.namespace()).transpose()?;
    let found = session.fetch(&kind.path(namespace.as_deref(), Some(name), None)).await?;
    Ok((kind, found))
}

/// `--pod-running-timeout`.
///
/// # Errors
/// Fails on what is no time to wait.
pub fn running_timeout(matches: &ArgMatches) -> Result<Duration> {
    let text = get(matches, "pod-running-timeout").unwrap_or("1m0s");
    let limit = if text.starts_with('-') { Duration::ZERO } else { flags::duration(text)? };
    if limit.is_zero() {
        bail!("--pod-running-timeout must be higher than zero");
    }
    Ok(limit)
}

/// The selector of an object's pods.
///
/// # Errors
/// Fails for kinds that have no pods, and for services without a selector.
fn selector(kind: &Kind, object: &Value) -> Result<String> {
    let spec = &object["spec"]["selector"];
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    match (kind.group.as_str(), kind.plural.as_str()) {
        ("", "services") if spec.as_object().is_none_or(serde_json::Map::is_empty) => {
            bail!("invalid service '{name}': Service is defined without a selector")
        }
        ("", "services" | "replicationcontrollers") => Ok(describe::labels_line(spec)),
        ("apps", "deployments" | "replicasets" | "statefulsets" | "daemonsets") | ("batch", "jobs") => {
            Ok(describe::selector(spec))
        }
        _ => bail!("selector for *{}.{} not implemented", kind.version, kind.kind),
    }
}

/// The pods of an object, the one that is meant first. If there is none, the first that comes within `limit`.
///
/// # Errors
/// Fails when the kind has no pods, and when none comes.
pub async fn of(session: &Session, found: (Kind, Value), wanted: For, limit: Duration) -> Result<Vec<Value>> {
    let (kind, object) = found;
    if kind.group.is_empty() && kind.plural == "pods" {
        return Ok(vec![object]);
    }
    let selector = selector(&kind, &object).map_err(|error| {
        let what = if wanted == For::Logs { "get the logs from" } else { "attach to" };
        anyhow::anyhow!("cannot {what} *{}.{}: {error:#}", kind.version, kind.kind)
    })?;
    let path = client::path("", "v1", "pods", object["metadata"]["namespace"].as_str(), None, None);
    let mut params = ListParams::labels(selector);
    let list = session.client()?.list::<Value>(&path, &params).await?;
    let mut pods = list.items;
    if pods.is_empty() {
        params.resource_version = Some(list.metadata.resource_version);
        let coming = async {
            let seconds = u32::try_from(limit.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            let mut watch = session.client()?.watch::<Value>(&path, &params, seconds, &[]).await?;
            while let Some(event) = watch.next().await? {
                if let WatchEvent::Added(pod) | WatchEvent::Modified(pod) = event {
                    return Ok(pod);
                }
            }
            bail!("timed out waiting for the condition")
        };
        return match tokio::time::timeout(limit, coming).await {
            Ok(pod) => Ok(vec![pod?]),
            Err(_) => bail!("timed out waiting for the condition"),
        };
    }
    pods.sort_by(|a, b| order(wanted, a, b));
    Ok(pods)
}

/// When a pod became ready, if it is.
fn ready_since(pod: &Value) -> Option<Option<jiff::Timestamp>> {
    let mut conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    let ready = conditions.find(|held| held["type"] == "Ready" && held["status"] == "True")?;
    Some(time(&ready["lastTransitionTime"]))
}

fn time(value: &Value) -> Option<jiff::Timestamp> {
    value.as_str().and_then(|text| text.parse().ok())
}

/// Which of two pods comes first; pkg.go.dev/k8s.io/kubectl/pkg/util/podutils has the rules.
fn order(wanted: For, a: &Value, b: &Value) -> Ordering {
    let assigned = |pod: &Value| pod["spec"]["nodeName"].as_str().is_some_and(|node| !node.is_empty());
    let phase = |pod: &Value| match pod["status"]["phase"].as_str() {
        Some("Unknown") => 1,
        // What has ended is as good as what runs for its logs, and the last to be attached to.
        Some("Pending") => 2,
        Some("Succeeded" | "Failed") if wanted == For::Streams => 2,
        _ => 0,
    };
    let restarts = |pod: &Value| {
        let statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
        statuses.filter_map(|status| status["restartCount"].as_i64()).max().unwrap_or_default()
    };
    // Earlier is first, no time is last.
    let earlier =
        |a: Option<jiff::Timestamp>, b: Option<jiff::Timestamp>| (a.is_none(), a).cmp(&(b.is_none(), b));
    let (since_a, since_b) = (ready_since(a), ready_since(b));
    let by_restarts = match wanted {
        For::Logs => restarts(b).cmp(&restarts(a)),
        For::Streams => restarts(a).cmp(&restarts(b)),
    };
    (!assigned(a), phase(a), since_a.is_none())
        .cmp(&(!assigned(b), phase(b), since_b.is_none()))
        .then_with(|| since_a.zip(since_b).map_or(Ordering::Equal, |(a, b)| earlier(a, b)))
        .then(by_restarts)
        .then_with(|| {
            let created = |pod: &Value| time(&pod["metadata"]["creationTimestamp"]);
            earlier(created(a), created(b))
        })
}

/// The containers of a pod's list.
fn containers<'p>(pod: &'p Value, list: &str) -> impl Iterator<Item = &'p Value> {
    pod["spec"][list].as_array().into_iter().flatten()
}

/// A container by its name.
pub fn container<'p>(pod: &'p Value, name: &str) -> Option<&'p Value> {
    let lists = ["containers", "initContainers", "ephemeralContainers"];
    lists.iter().flat_map(|list| containers(pod, list)).find(|held| held["name"] == name)
}

/// The names of all containers of a pod, as they are told to choose from.
pub fn container_names(pod: &Value) -> String {
    let lists = [("containers", ""), ("ephemeralContainers", " (ephem)"), ("initContainers", " (init)")];
    let named = lists.iter().flat_map(|(list, mark)| {
        containers(pod, list).map(move |held| format!("{}{mark}", held["name"].as_str().unwrap_or_default()))
    });
    named.collect::<Vec<_>>().join(", ")
}

/// Which container is meant where none is named.
#[derive(Debug, PartialEq, Eq)]
pub struct Chosen<'p> {
    pub name: &'p str,
    /// What to tell of the choice.
    pub told: Option<String>,
    /// The pod names one that it does not have.
    pub absent: Option<&'p str>,
}

/// The container that a pod's annotation names, or its first.
///
/// # Errors
/// Fails when the pod has none.
pub fn default_container(pod: &Value) -> Result<Chosen<'_>> {
    let named = pod["metadata"]["annotations"]["kubectl.kubernetes.io/default-container"].as_str();
    let named = named.filter(|name| !name.is_empty());
    if let Some(name) = named.filter(|name| container(pod, name).is_some()) {
        return Ok(Chosen { name, told: None, absent: None });
    }
    let Some(name) = containers(pod, "containers").next().and_then(|first| first["name"].as_str()) else {
        let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default();
        bail!("pod {}/{} does not have any containers", text("namespace"), text("name"));
    };
    let several = containers(pod, "containers").count() > 1
        || containers(pod, "initContainers").chain(containers(pod, "ephemeralContainers")).next().is_some();
    let told = several.then(|| format!("Defaulted container {name:?} out of: {}", container_names(pod)));
    Ok(Chosen { name, told, absent: named })
}

/// The container that is named, which the server may find or not; else the default, which is told of unless `quiet`.
///
/// # Errors
/// Fails when the pod has no containers, and none is named.
pub fn named_or_default(pod: &Value, named: Option<&str>, quiet: bool) -> Result<String> {
    if let Some(name) = named.filter(|name| !name.is_empty()) {
        return Ok(name.to_string());
    }
    let chosen = default_container(pod)?;
    if let Some(told) = chosen.told.filter(|_| !quiet) {
        eprintln!("{told}");
    }
    Ok(chosen.name.to_string())
}

/// The same, of containers that the pod has.
///
/// # Errors
/// Fails when the pod has none, or not that one.
pub fn chosen_container(pod: &Value, named: Option<&str>, quiet: bool) -> Result<String> {
    let name = named_or_default(pod, named, quiet)?;
    if container(pod, &name).is_none() {
        let pod = pod["metadata"]["name"].as_str().unwrap_or_default();
        bail!("container {name} not found in pod {pod}");
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(name: &str, more: Value) -> Value {
        let mut pod =
            json!({"metadata": {"name": name}, "spec": {"nodeName": "n"}, "status": {"phase": "Running"}});
        super::super::run::merge(&mut pod, &more);
        pod
    }

    fn ready(since: &str) -> Value {
        json!({"type": "Ready", "status": "True", "lastTransitionTime": since})
    }

    #[test]
    fn the_best_comes_first() {
        let restarted = |count: i64| json!([{"restartCount": count}]);
        let pods = [
            pod("long", json!({"status": {"conditions": [ready("2026-01-01T00:00:00Z")]}})),
            pod("ready", json!({"status": {"conditions": [ready("2026-01-02T00:00:00Z")]}})),
            pod("restarted", json!({"status": {"containerStatuses": restarted(3)}})),
            pod("old", json!({"metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"}})),
            pod("new", json!({"metadata": {"creationTimestamp": "2026-01-02T00:00:00Z"}})),
            pod("unknown", json!({"status": {"phase": "Unknown"}})),
            pod("pending", json!({"status": {"phase": "Pending"}})),
            pod("unassigned", json!({"spec": {"nodeName": ""}})),
        ];
        let sorted = |wanted: For| {
            let mut sorted: Vec<&Value> = pods.iter().rev().collect();
            sorted.sort_by(|a, b| order(wanted, a, b));
            sorted.iter().filter_map(|pod| pod["metadata"]["name"].as_str()).collect::<Vec<_>>()
        };
        let logs = ["long", "ready", "restarted", "old", "new", "unknown", "pending", "unassigned"];
        assert_eq!(sorted(For::Logs), logs);
        let streams = ["long", "ready", "old", "new", "restarted", "unknown", "pending", "unassigned"];
        assert_eq!(sorted(For::Streams), streams);
    }

    #[test]
    fn selectors() {
        let kind = |group: &str, plural: &str, kind: &str| Kind {
            group: group.into(),
            version: "v1".into(),
            plural: plural.into(),
            kind: kind.into(),
            ..Kind::default()
        };
        let deployment = json!({"spec": {"selector": {
            "matchLabels": {"a": "b"}, "matchExpressions": [{"key": "c", "operator": "In", "values": ["y", "x"]}],
        }}});
        let found = selector(&kind("apps", "deployments", "Deployment"), &deployment).expect("a selector");
        assert_eq!(found, "a=b,c in (x,y)");
        let service = json!({"metadata": {"name": "s"}, "spec": {"selector": {"a": "b", "c": "d"}}});
        assert_eq!(selector(&kind("", "services", "Service"), &service).expect("a selector"), "a=b,c=d");
        for (bad, object, want) in [
            (kind("", "services", "Service"), json!({"metadata": {"name": "s"}}), "without a selector"),
            (kind("", "configmaps", "ConfigMap"), json!({}), "selector for *v1.ConfigMap not implemented"),
        ] {
            let error = selector(&bad, &object).expect_err("no pods").to_string();
            assert!(error.contains(want), "{error}");
        }
    }

    #[test]
    fn default_containers() {
        let several = json!({"metadata": {"name": "p", "namespace": "n", "annotations": {}}, "spec": {
            "containers": [{"name": "a"}, {"name": "b"}], "initContainers": [{"name": "i"}],
            "ephemeralContainers": [{"name": "e"}],
        }});
        let told = Some("Defaulted container \"a\" out of: a, b, e (ephem), i (init)".to_string());
        assert_eq!(default_container(&several).expect("one"), Chosen { name: "a", told, absent: None });
        let mut annotated = several.clone();
        let annotation = "kubectl.kubernetes.io/default-container";
        annotated["metadata"]["annotations"][annotation] = "b".into();
        assert_eq!(
            default_container(&annotated).expect("one"),
            Chosen { name: "b", told: None, absent: None }
        );
        annotated["metadata"]["annotations"][annotation] = "none".into();
        let chosen = default_container(&annotated).expect("one");
        assert_eq!((chosen.name, chosen.absent), ("a", Some("none")));
        let single = json!({"spec": {"containers": [{"name": "a"}]}});
        assert_eq!(default_container(&single).expect("one").told, None);
        assert_eq!(chosen_container(&several, Some("e"), true).expect("there"), "e");
        let error = chosen_container(&several, Some("x"), true).expect_err("absent");
        assert_eq!(error.to_string(), "container x not found in pod p");
        assert!(default_container(&json!({"spec": {}})).is_err());
    }
}
