//! Events about objects (`v1 Event`). Repeats within ten minutes raise the count of the first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::rest::{Client, PatchType, path};

/// What an event is about.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectReference {
    pub api_version: String,
    pub kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uid: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub resource_version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field_path: String,
}

/// Sends events from one component. Clones share it; sending never blocks the caller.
#[derive(Clone)]
pub struct Recorder {
    sender: mpsc::Sender<Pending>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Kind {
    object: ObjectReference,
    kind: &'static str,
    reason: String,
    message: String,
}

struct Pending {
    kind: Kind,
    at: jiff::Timestamp,
}

struct Sent {
    name: String,
    count: u64,
    last: Instant,
}

/// How many events may wait for the server; beyond that they are dropped, as upstream does.
const WAITING: usize = 1000;
/// How long a repeat is counted instead of written anew.
const AGGREGATE: Duration = Duration::from_secs(600);

impl Recorder {
    /// Starts the task that writes. `component` and `host` become the event's source.
    pub fn new(client: Client, component: &str, host: &str) -> Self {
        let (sender, mut receiver) = mpsc::channel::<Pending>(WAITING);
        let source = json!({"component": component, "host": host});
        let component = component.to_string();
        let instance = if host.is_empty() { component.clone() } else { format!("{component}-{host}") };
        let sent: Arc<Mutex<HashMap<Kind, Sent>>> = Arc::default();
        tokio::spawn(async move {
            while let Some(pending) = receiver.recv().await {
                if let Err(error) = write(&client, &source, &component, &instance, &sent, &pending).await {
                    tracing::debug!(reason = %pending.kind.reason, object = %pending.kind.object.name, %error, "cannot write an event");
                }
            }
        });
        Self { sender }
    }

    /// A recorder that drops everything, for tests.
    pub fn discard() -> Self {
        let (sender, receiver) = mpsc::channel(1);
        drop(receiver);
        Self { sender }
    }

    /// Tells that something happened to `object`. `kind` is `Normal` or `Warning`.
    pub fn event(
        &self,
        object: &ObjectReference,
        kind: &'static str,
        reason: &str,
        message: impl Into<String>,
    ) {
        let mut message: String = message.into();
        if message.len() > 1024 {
            let end = (0..=1021).rev().find(|end| message.is_char_boundary(*end)).unwrap_or(0);
            message.truncate(end);
            message.push_str("...");
        }
        let kind = Kind {
            object: ObjectReference { resource_version: String::new(), ..object.clone() },
            kind,
            reason: reason.into(),
            message,
        };
        let _ = self.sender.try_send(Pending { kind, at: jiff::Timestamp::now() });
    }
}

async fn write(
    client: &Client,
    source: &Value,
    component: &str,
    instance: &str,
    sent: &Mutex<HashMap<Kind, Sent>>,
    pending: &Pending,
) -> Result<(), crate::Error> {
    let object = &pending.kind.object;
    let namespace = if object.namespace.is_empty() { "default" } else { &object.namespace };
    let now = pending.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let repeat = {
        let mut sent = sent.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        sent.retain(|_, sent| sent.last.elapsed() < AGGREGATE);
        sent.get_mut(&pending.kind).map(|sent| {
            sent.count += 1;
            sent.last = Instant::now();
            (sent.name.clone(), sent.count)
        })
    };
    if let Some((name, count)) = repeat {
        let patch = json!({"count": count, "lastTimestamp": now});
        let target = path("", "v1", "events", Some(namespace), Some(&name), None);
        match client.patch::<_, Value>(&target, PatchType::Merge, &patch).await {
            Err(error) if error.is_not_found() => {}
            other => return other.map(|_| ()),
        }
    }
    let name = format!("{}.{:x}", object.name, pending.at.as_nanosecond());
    let event = json!({
        "apiVersion": "v1", "kind": "Event",
        "metadata": {"name": name, "namespace": namespace},
        "involvedObject": object, "reason": pending.kind.reason, "message": pending.kind.message,
        "type": pending.kind.kind, "source": source, "reportingComponent": component, "reportingInstance": instance,
        "firstTimestamp": now, "lastTimestamp": now, "count": 1,
    });
    client.create::<_, Value>(&path("", "v1", "events", Some(namespace), None, None), &event).await?;
    sent.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .insert(pending.kind.clone(), Sent { name, count: 1, last: Instant::now() });
    Ok(())
}
