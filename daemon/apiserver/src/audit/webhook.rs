//! The audit webhook: events go to another server, in batches by the way, or one by one while the
//! request waits.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::remote::Remote;

/// The longest that the server may take for one batch.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the server's end waits for the last batches.
const FAREWELL: Duration = Duration::from_secs(5);

/// When events are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Together, by the way.
    Batch,
    /// Before the answer; a failure is logged.
    Blocking,
    /// As [`Self::Blocking`], and a request that can't be noted when it comes in is refused.
    Strict,
}

/// What the flags say.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the server is.
    pub kubeconfig: PathBuf,
    /// When events are sent.
    pub mode: Mode,
    /// How many events may wait.
    pub buffer: usize,
    /// How many events one batch has at most.
    pub batch: usize,
    /// How long a batch waits for more events.
    pub wait: Duration,
    /// How many batches go out in a second, and how many at once; `None`: as they come.
    pub throttle: Option<(f64, usize)>,
    /// The pause after a first failure.
    pub backoff: Duration,
    /// The most bytes of an event and of a batch; `None`: whatever they have.
    pub truncate: Option<(usize, usize)>,
}

/// The server, and what waits for it.
pub struct Webhook {
    settings: Settings,
    remote: Arc<Remote>,
    queue: std::sync::Mutex<Option<mpsc::Sender<Value>>>,
    worker: tokio::sync::Mutex<Option<tokio::task::JoinHandle<()>>>,
}

fn list(events: Vec<Value>) -> Value {
    json!({"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "metadata": {}, "items": events})
}

/// An event without its objects when it is too large with them; `None` when it is even so.
fn truncate(mut event: Value, most: usize) -> Option<Value> {
    if event.to_string().len() <= most {
        return Some(event);
    }
    if let Some(fields) = event.as_object_mut() {
        fields.shift_remove("requestObject");
        fields.shift_remove("responseObject");
    }
    event["annotations"]["audit.k8s.io/truncated"] = json!("true");
    (event.to_string().len() <= most).then_some(event)
}

/// Batches that are no larger than `most` bytes.
fn split(events: Vec<Value>, limits: Option<(usize, usize)>) -> Vec<Vec<Value>> {
    let Some((event_most, batch_most)) = limits else { return vec![events] };
    let mut batches = vec![Vec::new()];
    let mut size = 0;
    for event in events {
        let Some(event) = truncate(event, event_most) else {
            tracing::error!("an audit event is too large even without its objects, and is dropped");
            continue;
        };
        let length = event.to_string().len();
        if size + length > batch_most && size > 0 {
            batches.push(Vec::new());
            size = 0;
        }
        size += length;
        if let Some(batch) = batches.last_mut() {
            batch.push(event);
        }
    }
    batches.retain(|batch| !batch.is_empty());
    batches
}

impl Webhook {
    /// Reads the kubeconfig and starts what sends batches.
    ///
    /// # Errors
    /// Tells why the kubeconfig can't be used.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let remote = Arc::new(Remote::read(&settings.kubeconfig, PATIENCE, settings.backoff)?);
        let (mut queue, mut worker) = (None, None);
        if settings.mode == Mode::Batch {
            let (send, receive) = mpsc::channel(settings.buffer.max(1));
            queue = Some(send);
            worker = Some(tokio::spawn(work(settings.clone(), remote.clone(), receive)));
        }
        Ok(Self { settings, remote, queue: queue.into(), worker: worker.into() })
    }

    /// Takes an event. What comes back must be waited for before the request goes on.
    ///
    /// # Errors
    /// Says why the event could not be noted, where that is a reason to refuse the request.
    pub async fn take(&self, event: Value) -> Result<(), String> {
        if self.settings.mode == Mode::Batch {
            self.enqueue(event);
            return Ok(());
        }
        for batch in split(vec![event], self.settings.truncate) {
            if let Err(why) = self.remote.ask(&list(batch)).await {
                tracing::error!(why, "cannot send an audit event");
                if self.settings.mode == Mode::Strict {
                    return Err(why);
                }
            }
        }
        Ok(())
    }

    fn enqueue(&self, event: Value) {
        let queue = self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(queue) = &*queue
            && queue.try_send(event).is_err()
        {
            tracing::error!(
                "the audit webhook's buffer is full, and an event is lost (--audit-webhook-batch-buffer-size)"
            );
        }
    }

    /// Sends what still waits. Nothing is taken after that.
    pub async fn drain(&self) {
        self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(worker) = self.worker.lock().await.take() {
            let ended = tokio::time::timeout(FAREWELL, worker).await;
            if ended.is_err() {
                tracing::error!("the audit webhook does not take its last events, and they are lost");
            }
        }
    }
}

async fn work(settings: Settings, remote: Arc<Remote>, mut queue: mpsc::Receiver<Value>) {
    let mut sending = tokio::task::JoinSet::new();
    let mut allowance = settings.throttle.map(|(_, burst)| (burst as f64, Instant::now()));
    while let Some(first) = queue.recv().await {
        let mut events = vec![first];
        let until = Instant::now() + settings.wait;
        while events.len() < settings.batch.max(1) {
            match tokio::time::timeout_at(until, queue.recv()).await {
                Ok(Some(event)) => events.push(event),
                Ok(None) | Err(_) => break,
            }
        }
        if let (Some((rate, burst)), Some((left, since))) = (settings.throttle, &mut allowance) {
            *left = (*left + since.elapsed().as_secs_f64() * rate).min(burst as f64);
            *since = Instant::now();
            if *left < 1.0 {
                tokio::time::sleep(Duration::from_secs_f64((1.0 - *left) / rate)).await;
                *left = 1.0;
                *since = Instant::now();
            }
            *left -= 1.0;
        }
        let remote = remote.clone();
        let batches = split(events, settings.truncate);
        sending.spawn(async move {
            for batch in batches {
                let count = batch.len();
                if let Err(why) = remote.ask(&list(batch)).await {
                    tracing::error!(why, count, "cannot send audit events, and they are lost");
                }
            }
        });
        while sending.try_join_next().is_some() {}
    }
    while sending.join_next().await.is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_events() {
        let event = |size: usize| json!({"auditID": "a", "requestObject": "x".repeat(size)});
        assert_eq!(truncate(event(10), 100), Some(event(10)));
        let cut = truncate(event(1000), 100).expect("fits without its object");
        assert_eq!(cut, json!({"auditID": "a", "annotations": {"audit.k8s.io/truncated": "true"}}));
        assert_eq!(truncate(event(1000), 10), None);
        let batches = split(vec![event(10), event(10), event(500), event(2000)], Some((1000, 120)));
        assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1]);
        assert_eq!(split(vec![event(2000)], None), [[event(2000)]]);
    }
}
