//! How audit events reach where they go: in batches by the way, or one by one while the request waits;
//! cut when they are too large. The log and the webhook differ in their defaults alone.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::metrics::parts;

/// How long the server's end waits for the last batches.
const FAREWELL: Duration = Duration::from_secs(5);
/// What stands in metrics for the buffer before a backend.
const BUFFERED: &str = "buffered";

/// When events are handed on.
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
pub struct Batching {
    /// When events are handed on.
    pub mode: Mode,
    /// How many events may wait.
    pub buffer: usize,
    /// How many events one batch has at most.
    pub batch: usize,
    /// How long a batch waits for more events.
    pub wait: Duration,
    /// How many batches go out in a second, and how many at once; `None`: as they come.
    pub throttle: Option<(f64, usize)>,
    /// The most bytes of an event and of a batch; `None`: whatever they have.
    pub truncate: Option<(usize, usize)>,
}

/// Where events go.
pub trait Sink: Send + Sync + 'static {
    /// What the flags call it.
    fn name(&self) -> &'static str;

    /// Whether a batch must be through before the next one begins.
    fn keeps_order(&self) -> bool;

    /// Takes events.
    fn take(&self, events: Vec<Value>) -> BoxFuture<'_, Result<(), String>>;
}

/// A sink, and what waits for it.
pub struct Backend {
    batching: Batching,
    sink: Arc<dyn Sink>,
    queue: std::sync::Mutex<Option<mpsc::Sender<Value>>>,
    worker: tokio::sync::Mutex<Option<tokio::task::JoinHandle<()>>>,
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

impl Backend {
    /// Hands events on to a sink.
    pub fn new(batching: Batching, sink: Arc<dyn Sink>) -> Self {
        let (mut queue, mut worker) = (None, None);
        if batching.mode == Mode::Batch {
            let (send, receive) = mpsc::channel(batching.buffer.max(1));
            queue = Some(send);
            worker = Some(tokio::spawn(work(batching.clone(), sink.clone(), receive)));
        }
        Self { batching, sink, queue: queue.into(), worker: worker.into() }
    }

    /// Takes an event. What comes back must be waited for before the request goes on.
    ///
    /// # Errors
    /// Says why the event could not be noted, where that is a reason to refuse the request.
    pub async fn take(&self, event: Value) -> Result<(), String> {
        if self.batching.mode == Mode::Batch {
            self.enqueue(event);
            return Ok(());
        }
        for batch in split(vec![event], self.batching.truncate) {
            let count = batch.len() as u64;
            if let Err(why) = self.sink.take(batch).await {
                parts::AUDIT_ERRORS.add([self.sink.name()], count);
                tracing::error!(why, sink = self.sink.name(), "cannot note an audit event");
                if self.batching.mode == Mode::Strict {
                    return Err(why);
                }
            }
        }
        Ok(())
    }

    fn enqueue(&self, event: Value) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = &*queue
            && queue.try_send(event).is_err()
        {
            parts::AUDIT_ERRORS.add([BUFFERED], 1);
            tracing::error!(
                "an audit buffer is full, and an event is lost (--audit-{}-batch-buffer-size)",
                self.sink.name()
            );
        }
    }

    /// Hands on what still waits. Nothing is taken after that.
    pub async fn drain(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = self.worker.lock().await.take() {
            let ended = tokio::time::timeout(FAREWELL, worker).await;
            if ended.is_err() {
                tracing::error!(
                    sink = self.sink.name(),
                    "the last audit events are not taken in time, and are lost"
                );
            }
        }
    }
}

async fn hand_on(sink: Arc<dyn Sink>, batches: Vec<Vec<Value>>) {
    for batch in batches {
        let count = batch.len();
        if let Err(why) = sink.take(batch).await {
            parts::AUDIT_ERRORS.add([sink.name()], count as u64);
            tracing::error!(why, count, sink = sink.name(), "cannot note audit events, and they are lost");
        }
    }
}

async fn work(settings: Batching, sink: Arc<dyn Sink>, mut queue: mpsc::Receiver<Value>) {
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
        let batches = split(events, settings.truncate);
        if sink.keeps_order() {
            hand_on(sink.clone(), batches).await;
        } else {
            sending.spawn(hand_on(sink.clone(), batches));
            while sending.try_join_next().is_some() {}
        }
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

    /// Keeps what it is given, or refuses it.
    struct Shelf {
        taken: std::sync::Mutex<Vec<Vec<Value>>>,
        refuses: bool,
    }

    impl Sink for Shelf {
        fn name(&self) -> &'static str {
            "log"
        }

        fn keeps_order(&self) -> bool {
            true
        }

        fn take(&self, events: Vec<Value>) -> BoxFuture<'_, Result<(), String>> {
            self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(events);
            Box::pin(async { if self.refuses { Err("it is full".to_string()) } else { Ok(()) } })
        }
    }

    async fn through(mode: Mode, refuses: bool) -> (Vec<usize>, Vec<Result<(), String>>) {
        let shelf = Arc::new(Shelf { taken: std::sync::Mutex::default(), refuses });
        let batching = Batching {
            mode,
            buffer: 100,
            batch: 3,
            wait: Duration::from_secs(3600),
            throttle: None,
            truncate: None,
        };
        let backend = Backend::new(batching, shelf.clone());
        let mut outcomes = Vec::new();
        for number in 0..7 {
            outcomes.push(backend.take(json!({"auditID": number})).await);
        }
        backend.drain().await;
        let taken = shelf.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let all: Vec<i64> = taken.iter().flatten().filter_map(|event| event["auditID"].as_i64()).collect();
        assert_eq!(all, [0, 1, 2, 3, 4, 5, 6], "in order, and none is missing");
        (taken.iter().map(Vec::len).collect(), outcomes)
    }

    #[tokio::test]
    async fn modes() {
        // What waits for a batch to fill goes out at the end.
        assert_eq!(through(Mode::Batch, false).await.0, [3, 3, 1]);
        let (taken, outcomes) = through(Mode::Blocking, true).await;
        assert_eq!(taken, [1; 7]);
        assert!(outcomes.iter().all(Result::is_ok), "a failure is no reason to refuse a request");
        let (_, outcomes) = through(Mode::Strict, true).await;
        assert!(outcomes.iter().all(|outcome| outcome == &Err("it is full".to_string())));
    }

    #[tokio::test]
    async fn a_full_buffer_loses_events_and_nothing_else() {
        let shelf = Arc::new(Shelf { taken: std::sync::Mutex::default(), refuses: false });
        let batching = Batching {
            mode: Mode::Batch,
            buffer: 2,
            batch: 1,
            wait: Duration::ZERO,
            throttle: None,
            truncate: None,
        };
        let backend = Backend::new(batching, shelf.clone());
        // The worker has no turn before the first wait.
        for number in 0..5 {
            backend.enqueue(json!(number));
        }
        backend.drain().await;
        let taken = shelf.taken.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(*taken, [[json!(0)], [json!(1)]]);
    }
}
