//! From spans that have ended to a collector: in batches, by the way. Whoever ends a span never waits; when the
//! collector is slow or away, spans are dropped and counted. The sizes and times are those of
//! OpenTelemetry's batch processor and exporter.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tonic::Code;
use tonic::transport::Channel;

use crate::Endpoint;
use crate::wire::trace_service_client::TraceServiceClient;
use crate::wire::{
    ExportTraceServiceRequest, InstrumentationScope, KeyValue, Resource, ResourceSpans, ScopeSpans, Span,
};

/// How many spans may wait.
const QUEUE: usize = 2048;
/// How many go out at once.
const BATCH: usize = 512;
/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a batch is tried.
const TRIED: Duration = Duration::from_secs(60);

/// When batches go out.
#[derive(Clone, Copy)]
struct Times {
    /// How long the first span of a batch waits for others.
    wait: Duration,
    /// The pause before the second attempt, which doubles.
    pause: Duration,
    /// The longest pause.
    longest: Duration,
}

const TIMES: Times =
    Times { wait: Duration::from_secs(5), pause: Duration::from_secs(5), longest: Duration::from_secs(30) };

/// Who sends the spans.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    /// The program, by OpenTelemetry's attributes of resources.
    pub resource: Vec<KeyValue>,
    /// What makes the spans.
    pub scope: String,
    /// Its version.
    pub version: String,
}

enum Message {
    Span(Box<Span>),
    Drain(tokio::sync::oneshot::Sender<()>),
}

/// What spans that have ended are given to.
pub struct Exporter {
    queue: mpsc::Sender<Message>,
    dropped: std::sync::Arc<AtomicU64>,
}

impl Exporter {
    /// Sends to a collector, in a task that ends with the exporter.
    pub fn new(endpoint: &Endpoint, sender: Sender) -> Self {
        Self::with(endpoint.channel(), sender, TIMES)
    }

    /// [`Self::new`], over a connection that somebody else makes.
    pub fn over(channel: Channel, sender: Sender) -> Self {
        Self::with(channel, sender, TIMES)
    }

    fn with(channel: Channel, sender: Sender, times: Times) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let dropped = std::sync::Arc::<AtomicU64>::default();
        let client = TraceServiceClient::new(channel);
        tokio::spawn(work(client, sender, times, waiting, dropped.clone()));
        Self { queue, dropped }
    }

    /// Takes a span; drops it when too many wait.
    pub(crate) fn take(&self, span: Span) {
        if self.queue.try_send(Message::Span(Box::new(span))).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until all that was taken is sent, or `most` has passed.
    pub(crate) async fn drain(&self, most: Duration) {
        let _ = tokio::time::timeout(most, async {
            let (done, wait) = tokio::sync::oneshot::channel();
            if self.queue.send(Message::Drain(done)).await.is_ok() {
                let _ = wait.await;
            }
        })
        .await;
    }

    /// One that sends nothing, and what it was given.
    #[cfg(test)]
    pub(crate) fn held(most: usize) -> (Self, mpsc::UnboundedReceiver<Span>) {
        let (queue, mut waiting) = mpsc::channel(most);
        let (give, spans) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(message) = waiting.recv().await {
                if let Message::Span(span) = message {
                    let _ = give.send(*span);
                }
            }
        });
        (Self { queue, dropped: Default::default() }, spans)
    }
}

async fn work(
    client: TraceServiceClient<Channel>,
    sender: Sender,
    times: Times,
    mut waiting: mpsc::Receiver<Message>,
    dropped: std::sync::Arc<AtomicU64>,
) {
    let mut told = 0;
    while let Some(first) = waiting.recv().await {
        let mut spans = Vec::new();
        let mut drained = None;
        match first {
            Message::Span(span) => spans.push(*span),
            Message::Drain(done) => {
                let _ = done.send(());
                continue;
            }
        }
        let until = tokio::time::Instant::now() + times.wait;
        while spans.len() < BATCH && drained.is_none() {
            match tokio::time::timeout_at(until, waiting.recv()).await {
                Ok(Some(Message::Span(span))) => spans.push(*span),
                Ok(Some(Message::Drain(done))) => drained = Some(done),
                Ok(None) | Err(_) => break,
            }
        }
        send(&client, &sender, times, spans, drained.is_some()).await;
        if let Some(done) = drained {
            let _ = done.send(());
        }
        let lost = dropped.load(Ordering::Relaxed);
        if lost > told {
            tracing::warn!(
                spans = lost - told,
                "spans were dropped: the collector of traces is too slow or away"
            );
            told = lost;
        }
    }
}

/// Sends a batch, several times where that may help.
async fn send(
    client: &TraceServiceClient<Channel>,
    sender: &Sender,
    times: Times,
    spans: Vec<Span>,
    once: bool,
) {
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource { attributes: sender.resource.clone() }),
            scope_spans: vec![ScopeSpans {
                scope: Some(InstrumentationScope {
                    name: sender.scope.clone(),
                    version: sender.version.clone(),
                }),
                spans,
            }],
        }],
    };
    let begun = tokio::time::Instant::now();
    let mut pause = times.pause;
    loop {
        let mut client = client.clone();
        let why = match tokio::time::timeout(TIMEOUT, client.export(request.clone())).await {
            Ok(Ok(answer)) => {
                if let Some(partial) = answer.into_inner().partial_success
                    && (partial.rejected_spans > 0 || !partial.error_message.is_empty())
                {
                    let (spans, why) = (partial.rejected_spans, partial.error_message);
                    tracing::warn!(spans, why, "the collector of traces did not take all spans");
                }
                return;
            }
            Ok(Err(status)) => status,
            Err(_) => tonic::Status::deadline_exceeded(format!("no answer in {TIMEOUT:?}")),
        };
        let again = matches!(
            why.code(),
            Code::Cancelled
                | Code::DeadlineExceeded
                | Code::Aborted
                | Code::OutOfRange
                | Code::Unavailable
                | Code::DataLoss
        );
        if once || !again || begun.elapsed() + pause > TRIED {
            tracing::warn!(code = ?why.code(), why = why.message(), "a batch of spans cannot be sent, and is dropped");
            return;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(times.longest);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::wire::trace_service_server::{TraceService, TraceServiceServer};
    use crate::wire::{ExportTraceServiceResponse, SpanKind};
    use crate::{Parent, Tracer};

    /// A collector that fails so often first.
    struct Collector {
        fails: Mutex<usize>,
        spans: mpsc::UnboundedSender<ExportTraceServiceRequest>,
    }

    #[tonic::async_trait]
    impl TraceService for Collector {
        async fn export(
            &self,
            request: tonic::Request<ExportTraceServiceRequest>,
        ) -> Result<tonic::Response<ExportTraceServiceResponse>, tonic::Status> {
            let mut fails = self.fails.lock().expect("a lock");
            if *fails > 0 {
                *fails -= 1;
                return Err(tonic::Status::unavailable("not yet"));
            }
            let _ = self.spans.send(request.into_inner());
            Ok(tonic::Response::new(ExportTraceServiceResponse::default()))
        }
    }

    async fn collector(fails: usize) -> (Endpoint, mpsc::UnboundedReceiver<ExportTraceServiceRequest>) {
        let (spans, given) = mpsc::unbounded_channel();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let service = Arc::new(Collector { fails: fails.into(), spans });
        tokio::spawn(async move {
            let incoming = tonic::transport::server::TcpIncoming::from(listener);
            let service = TraceServiceServer::from_arc(service);
            let _ =
                tonic::transport::Server::builder().add_service(service).serve_with_incoming(incoming).await;
        });
        (Endpoint::parse(&address.to_string()).expect("an endpoint"), given)
    }

    fn sender() -> Sender {
        let resource = vec![crate::attribute("service.name", "test")];
        Sender { resource, scope: "tests".into(), version: "1".into() }
    }

    fn span(tracer: &Tracer, name: &str) {
        let begun = std::time::SystemTime::now();
        let mut span = tracer.begin(Parent::None, SpanKind::Server, begun).expect("is recorded");
        span.name(name);
    }

    #[tokio::test]
    async fn spans_arrive() {
        let (endpoint, mut given) = collector(0).await;
        let tracer = Tracer::new(1_000_000, Exporter::new(&endpoint, sender()));
        span(&tracer, "a");
        span(&tracer, "b");
        tracer.drain(Duration::from_secs(60)).await;
        let request = given.recv().await.expect("spans");
        let [resource] = &request.resource_spans[..] else { panic!("{request:?}") };
        assert_eq!(resource.resource.as_ref().map(|it| &it.attributes[..]), Some(&sender().resource[..]));
        let [scope] = &resource.scope_spans[..] else { panic!("{request:?}") };
        assert_eq!(scope.scope.as_ref().map(|it| it.name.as_str()), Some("tests"));
        assert_eq!(scope.spans.iter().map(|span| span.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[tokio::test]
    async fn a_collector_that_is_away_for_a_moment_gets_them_later() {
        let (endpoint, mut given) = collector(1).await;
        let soon = Duration::from_millis(1);
        let times = Times { wait: soon, pause: soon, longest: soon };
        let tracer = Tracer::new(1_000_000, Exporter::with(endpoint.channel(), sender(), times));
        span(&tracer, "a");
        let request = given.recv().await.expect("spans");
        assert_eq!(request.resource_spans[0].scope_spans[0].spans[0].name, "a");
    }

    #[tokio::test]
    async fn nobody_waits_for_a_collector_that_never_answers() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let endpoint = Endpoint::parse(&address).expect("an endpoint");
        let exporter = Exporter::new(&endpoint, sender());
        let dropped = exporter.dropped.clone();
        let tracer = Tracer::new(1_000_000, exporter);
        for _ in 0..QUEUE + BATCH + 10 {
            span(&tracer, "a");
        }
        assert!(dropped.load(Ordering::Relaxed) >= 10);
        tracer.drain(Duration::from_millis(10)).await;
    }

    #[test]
    fn wire_numbers() {
        use prost::Message as _;
        let span = Span {
            trace_id: vec![1],
            span_id: vec![2],
            trace_state: "s".into(),
            parent_span_id: vec![3],
            name: "n".into(),
            kind: SpanKind::Server.into(),
            start_time_unix_nano: 1,
            end_time_unix_nano: 2,
            attributes: vec![crate::number("k", 5)],
            links: vec![crate::wire::Link { trace_id: vec![4], flags: 1, ..Default::default() }],
            status: Some(crate::wire::Status { message: "m".into(), code: 2 }),
            flags: 0x101,
        };
        let wire = [
            0x0a, 1, 1, 0x12, 1, 2, 0x1a, 1, b's', 0x22, 1, 3, 0x2a, 1, b'n', 0x30, 2, 0x39, 1, 0, 0, 0, 0,
            0, 0, 0, 0x41, 2, 0, 0, 0, 0, 0, 0, 0, 0x4a, 7, 0x0a, 1, b'k', 0x12, 2, 0x18, 5, 0x6a, 8, 0x0a,
            1, 4, 0x35, 1, 0, 0, 0, 0x7a, 5, 0x12, 1, b'm', 0x18, 2, 0x85, 1, 1, 1, 0, 0,
        ];
        assert_eq!(span.encode_to_vec(), wire);
    }
}
