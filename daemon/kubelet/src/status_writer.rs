//! Sends pods' statuses to the API server: the latest of each pod, when it has changed, in the
//! background; and takes pods off the server once they are gone from the node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client::queue::WorkQueue;
use client::{Client, PatchType, path};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

/// Which API object a status belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub namespace: String,
    pub name: String,
    /// The UID that the API object must have.
    pub uid: String,
}

struct Entry {
    target: Option<Target>,
    status: Value,
    sent: Option<(String, Value)>,
    delete: bool,
}

/// The statuses of this node's pods, by the pod's UID on this node. Clones share them.
#[derive(Clone)]
pub struct StatusWriter {
    entries: Arc<Mutex<HashMap<String, Entry>>>,
    queue: WorkQueue<String>,
}

impl StatusWriter {
    /// Starts the tasks that write, when there is a server.
    pub fn start(client: Option<Client>, shutdown: CancellationToken) -> Self {
        let writer = Self { entries: Arc::default(), queue: WorkQueue::new() };
        if let Some(client) = client {
            let (entries, queue) = (writer.entries.clone(), writer.queue.clone());
            tokio::spawn(async move {
                queue
                    .run(4, &shutdown, move |uid| {
                        let (client, entries) = (client.clone(), entries.clone());
                        async move { write(&client, &entries, &uid).await }
                    })
                    .await;
            });
        }
        writer
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The pod's status is now this. Without a target (a static pod whose mirror is not there
    /// yet) it waits.
    pub fn set(&self, uid: &str, target: Option<Target>, status: Value) {
        {
            let mut entries = self.entries();
            let entry = entries.entry(uid.to_string()).or_insert(Entry {
                target: None,
                status: Value::Null,
                sent: None,
                delete: false,
            });
            if entry.target == target && entry.status == status {
                return;
            }
            entry.target = target;
            entry.status = status;
        }
        self.queue.add(uid.to_string());
    }

    /// The pod is gone from the node: delete it from the server after its last status.
    pub fn delete(&self, uid: &str, target: Target) {
        {
            let mut entries = self.entries();
            let entry = entries.entry(uid.to_string()).or_insert(Entry {
                target: None,
                status: Value::Null,
                sent: None,
                delete: false,
            });
            entry.target = Some(target);
            entry.delete = true;
        }
        self.queue.add(uid.to_string());
    }

    /// The pod is gone from the server.
    pub fn forget(&self, uid: &str) {
        self.entries().remove(uid);
    }
}

async fn write(
    client: &Client,
    entries: &Mutex<HashMap<String, Entry>>,
    uid: &str,
) -> Result<Option<Duration>, client::Error> {
    let (target, status, sent, delete) = {
        let entries = entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(entry) = entries.get(uid) else { return Ok(None) };
        let Some(target) = entry.target.clone() else { return Ok(None) };
        (target, entry.status.clone(), entry.sent.clone(), entry.delete)
    };
    let object = |sub: Option<&str>| path("", "v1", "pods", Some(&target.namespace), Some(&target.name), sub);
    let before = sent.filter(|(sent_to, _)| *sent_to == target.uid).map(|(_, status)| status);
    if !status.is_null() && before.as_ref() != Some(&status) {
        let patch =
            json!({"metadata": {"uid": target.uid}, "status": with_removals(&status, before.as_ref())});
        match client
            .patch::<_, serde::de::IgnoredAny>(&object(Some("status")), PatchType::Merge, &patch)
            .await
        {
            Ok(_) => {
                let mut entries = entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                if let Some(entry) = entries.get_mut(uid) {
                    entry.sent = Some((target.uid.clone(), status));
                }
            }
            // Gone, or another pod of that name by now: nothing to tell.
            Err(error) if error.is_not_found() || error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    if delete {
        let options = json!({"gracePeriodSeconds": 0, "preconditions": {"uid": target.uid}});
        match client.delete(&object(None), Some(&options)).await {
            Ok(_) => {}
            Err(error) if error.is_not_found() || error.is_conflict() => {}
            Err(error) => return Err(error),
        }
        entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(uid);
    }
    Ok(None)
}

/// A merge patch keeps what it does not name: name what the new status no longer has. Without a
/// known predecessor (the kubelet has restarted) all fields that we ever set count as such.
fn with_removals(status: &Value, before: Option<&Value>) -> Value {
    const OURS: &[&str] = &[
        "reason",
        "message",
        "podIP",
        "podIPs",
        "containerStatuses",
        "initContainerStatuses",
        "ephemeralContainerStatuses",
    ];
    let mut patch: Map<String, Value> = status.as_object().cloned().unwrap_or_default();
    let names: Vec<String> = match before.and_then(Value::as_object) {
        Some(before) => before.keys().cloned().collect(),
        None => OURS.iter().map(|name| (*name).to_string()).collect(),
    };
    for name in names {
        patch.entry(name).or_insert(Value::Null);
    }
    Value::Object(patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_vanished_is_named() {
        let patch =
            with_removals(&json!({"phase": "Running"}), Some(&json!({"phase": "Pending", "message": "m"})));
        assert_eq!(patch, json!({"phase": "Running", "message": null}));
    }
}
