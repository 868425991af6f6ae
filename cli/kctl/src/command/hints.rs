//! What a person on a terminal is told beyond what kubectl says: what is still waited for, what keeps
//! a namespace, and that a container had a life before. Scripts see none of it.

use std::io::IsTerminal;
use std::time::Duration;

use futures::StreamExt;
use serde_json::Value;

use crate::connect::Session;
use crate::select::Target;

/// How long a wait lasts before a person is told what it is for.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// How many pods or objects are told of.
const MOST: usize = 5;

/// How many lists are asked for at the same time.
const AT_ONCE: usize = 8;

/// Whether a person reads standard error.
pub fn wanted() -> bool {
    std::io::stderr().is_terminal()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// `reason: message`, whichever there are.
fn why(value: &Value) -> String {
    let parts: Vec<&str> =
        [text(value, "reason"), text(value, "message")].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(": ")
}

/// Why a pod is not ready; `None` when it is.
pub fn trouble(pod: &Value) -> Option<String> {
    let condition = |kind: &str| each(&pod["status"]["conditions"]).find(|held| held["type"] == kind);
    if condition("Ready").is_some_and(|ready| ready["status"] == "True") {
        return None;
    }
    if let Some(scheduled) = condition("PodScheduled").filter(|held| held["status"] == "False") {
        return Some(format!("not scheduled: {}", why(scheduled)));
    }
    for statuses in ["initContainerStatuses", "containerStatuses"] {
        for status in each(&pod["status"][statuses]) {
            let (name, state) = (text(status, "name"), &status["state"]);
            // What a container waits for in the end is told by the init container before it.
            if state["waiting"].is_object() && text(&state["waiting"], "reason") != "PodInitializing" {
                return Some(format!("container {name} waits: {}", why(&state["waiting"])));
            }
            let code = state["terminated"]["exitCode"].as_i64().unwrap_or_default();
            if code != 0 {
                return Some(format!("container {name} ended with exit code {code}"));
            }
        }
    }
    match condition("Ready") {
        Some(ready) if !why(ready).is_empty() => Some(why(ready)),
        _ if pod["spec"]["nodeName"].is_null() => Some("no node yet".into()),
        _ => Some(match text(&pod["status"], "phase") {
            "" => "no status yet".into(),
            phase => phase.to_string(),
        }),
    }
}

/// What a workload says of itself that keeps it back.
fn complaints(object: &Value) -> Vec<String> {
    each(&object["status"]["conditions"])
        .filter(|held| {
            (held["type"] == "ReplicaFailure" && held["status"] == "True")
                || (held["type"] == "Progressing" && held["status"] == "False")
        })
        .map(why)
        .collect()
}

/// What a workload's rollout still waits for, one line each.
pub async fn rollout(session: &Session, object: &Value) -> Vec<String> {
    let mut told = complaints(object);
    let selector = super::describe::selector(&object["spec"]["selector"]);
    let namespace = object["metadata"]["namespace"].as_str();
    let Ok(client) = session.client() else { return told };
    let path = client::path("", "v1", "pods", namespace, None, None);
    let Ok(pods) = client.list::<Value>(&path, &client::ListParams::labels(selector)).await else {
        return told;
    };
    if pods.items.is_empty() {
        told.push("there are no pods yet".into());
    }
    let troubled: Vec<String> = pods
        .items
        .iter()
        .filter_map(|pod| Some(format!("pod {}: {}", text(&pod["metadata"], "name"), trouble(pod)?)))
        .collect();
    let more = troubled.len().saturating_sub(MOST);
    told.extend(troubled.into_iter().take(MOST));
    if more > 0 {
        told.push(format!("{more} more pods are not ready"));
    }
    told
}

/// On a terminal, tells what a rollout still waits for whenever that has changed; never ends.
pub async fn follow_rollout(session: &Session, target: &Target) -> std::convert::Infallible {
    let mut last = Vec::new();
    while wanted() {
        tokio::time::sleep(PATIENCE).await;
        let Ok(client) = session.client() else { break };
        let Ok(object) = client.get::<Value>(&target.path(None)).await else { continue };
        let told = rollout(session, &object).await;
        if told != last {
            told.iter().for_each(|line| eprintln!("still waiting: {line}"));
            last = told;
        }
    }
    std::future::pending().await
}

/// The objects that are left in a namespace that is to go, and APIs that can't be asked.
pub async fn left_in(session: &Session, namespace: &str) -> Vec<String> {
    let (Ok(client), Ok(discovery)) = (session.client(), session.discovery().await) else {
        return Vec::new();
    };
    let has = |verbs: &[String], verb: &str| verbs.iter().any(|held| held == verb);
    let kinds: Vec<_> = discovery
        .preferred()
        .into_iter()
        .filter(|kind| kind.namespaced && has(&kind.verbs, "list") && has(&kind.verbs, "delete"))
        .filter(|kind| kind.plural != "events")
        .collect();
    let params = client::ListParams {
        limit: Some(MOST as i64),
        accept: Some(client::rest::METADATA_ONLY_LIST),
        ..client::ListParams::default()
    };
    let found: Vec<Vec<String>> = futures::stream::iter(kinds)
        .map(|kind| {
            let params = params.clone();
            async move {
                let path = kind.path(Some(namespace), None, None);
                match client.list::<Value>(&path, &params).await {
                    Ok(list) => {
                        list.items.iter().map(|item| kept(&kind.singular_qualified(), item)).collect()
                    }
                    Err(error) => vec![format!("{} can't be listed: {error}", kind.qualified())],
                }
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut told: Vec<String> = found.into_iter().flatten().collect();
    let more = told.len().saturating_sub(MOST * 2);
    told.truncate(MOST * 2);
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told
}

/// An object that is still there, and what holds it.
fn kept(kind: &str, object: &Value) -> String {
    let metadata = &object["metadata"];
    let finalizers: Vec<&str> = each(&metadata["finalizers"]).filter_map(Value::as_str).collect();
    let name = format!("{kind}/{}", text(metadata, "name"));
    match (metadata["deletionTimestamp"].is_string(), finalizers.is_empty()) {
        (_, false) => format!("{name} is held by {}", finalizers.join(", ")),
        (true, true) => format!("{name} is being deleted"),
        (false, true) => format!("{name} is there"),
    }
}

/// That a container's life before this one has a log too.
pub fn earlier_life(pod: &Value, container: &str) -> Option<String> {
    let status = ["containerStatuses", "initContainerStatuses"]
        .iter()
        .flat_map(|field| each(&pod["status"][*field]))
        .find(|status| status["name"] == container)?;
    let ended = &status["lastState"]["terminated"];
    let count = status["restartCount"].as_i64().filter(|count| *count > 0)?;
    // One that runs again and runs on is what was asked for.
    if !ended.is_object() || status["ready"] == true {
        return None;
    }
    let name = text(&pod["metadata"], "name");
    let code = ended["exitCode"].as_i64().unwrap_or_default();
    Some(format!(
        "container {container} was restarted {count} times, the last ended with exit code {code} ({}); its log: kctl logs -p {name} -c {container}",
        text(ended, "reason")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_wrong_with_a_pod() {
        for (status, want) in [
            (json!({"conditions": [{"type": "Ready", "status": "True"}]}), None),
            (
                json!({"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"}]}),
                Some("not scheduled: Unschedulable: 0/1 nodes"),
            ),
            (
                json!({"containerStatuses": [{"name": "c", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no image x"}}}]}),
                Some("container c waits: ImagePullBackOff: no image x"),
            ),
            (
                json!({
                    "initContainerStatuses": [{"name": "i", "state": {"terminated": {"exitCode": 3}}}],
                    "containerStatuses": [{"name": "c", "state": {"waiting": {"reason": "PodInitializing"}}}],
                }),
                Some("container i ended with exit code 3"),
            ),
            (
                json!({"conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "c"}]}),
                Some("ContainersNotReady: c"),
            ),
            (json!({"phase": "Pending"}), Some("Pending")),
        ] {
            let pod = json!({"spec": {"nodeName": "n"}, "status": status});
            assert_eq!(trouble(&pod).as_deref(), want, "{pod}");
        }
        assert_eq!(trouble(&json!({})).as_deref(), Some("no node yet"));
    }

    #[test]
    fn what_holds_an_object() {
        assert_eq!(
            kept("pod", &json!({"metadata": {"name": "a", "finalizers": ["x/y"]}})),
            "pod/a is held by x/y"
        );
        assert_eq!(
            kept("pod", &json!({"metadata": {"name": "a", "deletionTimestamp": "t"}})),
            "pod/a is being deleted"
        );
    }

    #[test]
    fn a_life_before() {
        let pod = |ready: bool, restarts: i64| {
            json!({"metadata": {"name": "p"}, "status": {"containerStatuses": [{
                "name": "c", "ready": ready, "restartCount": restarts,
                "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}},
            }]}})
        };
        let told = earlier_life(&pod(false, 2), "c").expect("it crashes");
        assert!(told.contains("kctl logs -p p -c c") && told.contains("exit code 1 (Error)"), "{told}");
        assert_eq!(earlier_life(&pod(true, 2), "c"), None);
        assert_eq!(earlier_life(&pod(false, 0), "c"), None);
        assert_eq!(earlier_life(&pod(false, 2), "other"), None);
    }
}
