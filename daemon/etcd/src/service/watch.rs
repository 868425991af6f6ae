//! The Watch service: one future for each stream, which owns the stream's watchers. It runs where
//! the stream's responses are polled, in the connection's task: an event then wakes nobody else.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use etcdapi::etcdserverpb::watch_create_request::FilterType;
use etcdapi::etcdserverpb::watch_request::RequestUnion;
use etcdapi::etcdserverpb::{WatchCreateRequest, WatchRequest, WatchResponse};
use etcdapi::watch::EncodedWatch;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use hyper::body::{Body as HttpBody, Frame};
use tokio::sync::mpsc;
use tonic::body::Body;
use tonic::codec::Codec;
use tonic::metadata::MetadataMap;
use tonic::{Request, Status, Streaming};
use tonic_prost::ProstCodec;

use crate::error::Error;
use crate::history::{Behind, Step};
use crate::listen::RequestBody;
use crate::metrics;
use crate::mvcc::KeyRange;
use crate::node::Node;
use crate::watch::{Events, Interest, Item, Queue, Watcher};

/// The id in answers that belong to no watch.
const NO_WATCH: i64 = -1;

/// The service.
#[derive(Clone)]
pub struct WatchService(pub Arc<Node>);

impl WatchService {
    /// Answers a call of the one method, whose messages are no longer than `longest`.
    pub fn watch<B: RequestBody>(&self, request: http::Request<B>, longest: usize) -> http::Response<Body> {
        match self.begin(request, longest) {
            Ok(responses) => {
                let mut response = http::Response::new(Body::new(responses));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
                response
            }
            Err(status) => status.into_http(),
        }
    }

    fn begin<B: RequestBody>(&self, request: http::Request<B>, longest: usize) -> Result<Responses, Status> {
        let (head, body) = request.into_parts();
        if let Some(encoding) = head.headers.get("grpc-encoding").filter(|encoding| *encoding != "identity") {
            return Err(Status::unimplemented(format!(
                "grpc: Decompressor is not installed for grpc-encoding {encoding:?}"
            )));
        }
        self.0.no_learner()?;
        let decoder = ProstCodec::<(), WatchRequest>::default().decoder();
        let requests = Streaming::new_request(decoder, body, None, Some(longest));
        let (sender, receiver) = mpsc::channel(16);
        metrics::STREAMS.add(1);
        let task = Task {
            who: Request::from_parts(MetadataMap::from_headers(head.headers), head.extensions, ()),
            node: self.0.clone(),
            queue: Arc::default(),
            watches: BTreeMap::new(),
            behind: VecDeque::new(),
            progress_wanted: false,
            next_id: 0,
            out: sender,
        };
        let work = Some(Box::pin(task.run(requests)) as Pin<Box<dyn Future<Output = ()> + Send>>);
        Ok(Responses { work, receiver, parts: VecDeque::new(), ended: false })
    }
}

/// Responses, and the future that makes them.
struct Responses {
    work: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    receiver: mpsc::Receiver<Result<EncodedWatch, Status>>,
    /// What is left of the response that is being sent.
    parts: VecDeque<Bytes>,
    ended: bool,
}

impl Responses {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<EncodedWatch, Status>>> {
        if let Poll::Ready(item) = self.receiver.poll_recv(context) {
            return Poll::Ready(item);
        }
        if let Some(work) = &mut self.work
            && work.as_mut().poll(context).is_ready()
        {
            self.work = None;
        }
        self.receiver.poll_recv(context)
    }
}

impl HttpBody for Responses {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if this.parts.is_empty() {
            if this.ended {
                return Poll::Ready(None);
            }
            match std::task::ready!(this.poll_next(context)) {
                Some(Ok(response)) => response.parts(&mut this.parts),
                ended => {
                    this.ended = true;
                    let status = ended.and_then(Result::err).unwrap_or_else(|| Status::ok(""));
                    let mut trailers = HeaderMap::new();
                    return Poll::Ready(Some(
                        status.add_header(&mut trailers).map(|()| Frame::trailers(trailers)),
                    ));
                }
            }
        }
        Poll::Ready(this.parts.pop_front().map(|part| Ok(Frame::data(part))))
    }
}

/// Where a watch stands.
enum State {
    /// The hub puts its events into the queue. Left when the queue overflows.
    Synced,
    /// It has everything before `next` and reads on from there. Left when the hub takes it.
    CatchingUp { next: i64, behind: Behind },
}

struct Entry {
    watcher: Arc<Watcher>,
    state: State,
    /// Whether it was told anything since the last progress tick.
    told: bool,
}

struct Task {
    /// What the stream's request said about its author.
    who: Request<()>,
    node: Arc<Node>,
    queue: Arc<Queue>,
    watches: BTreeMap<i64, Entry>,
    /// Watches that are catching up, in turn: those that watch the same then share what is read.
    behind: VecDeque<i64>,
    progress_wanted: bool,
    next_id: i64,
    out: mpsc::Sender<Result<EncodedWatch, Status>>,
}

/// The client has gone.
struct Gone;

impl Drop for Task {
    fn drop(&mut self) {
        metrics::STREAMS.add(-1);
        metrics::WATCHERS.add(-i64::try_from(self.watches.len()).unwrap_or_default());
        let mut hub = self.node.hub.lock();
        for entry in self.watches.values() {
            hub.unregister(&entry.watcher);
        }
    }
}

impl Task {
    async fn run(mut self, mut requests: Streaming<WatchRequest>) {
        let mut tick = tokio::time::interval(self.node.limits.progress_interval);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // The first tick comes at once.
        tick.tick().await;
        let queue = self.queue.clone();
        let node = self.node.clone();
        let mut open = true;
        loop {
            let ticking = self.watches.values().any(|entry| entry.watcher.progress);
            let done = tokio::select! {
                () = node.shutdown.cancelled() => {
                    let _ = self.out.try_send(Err(Error::Stopped.into()));
                    return;
                }
                () = self.out.closed() => return,
                request = requests.message(), if open => match request {
                    Ok(Some(request)) => self.request(request).await,
                    // A client that has said all it wants to say may still listen.
                    Ok(None) => { open = false; Ok(()) }
                    Err(_) => return,
                },
                () = queue.ready() => self.drain().await,
                () = std::future::ready(()), if !self.behind.is_empty() => self.catch_up().await,
                _ = tick.tick(), if ticking => { self.tick(); Ok(()) }
            };
            if done.is_err() || (!open && self.watches.is_empty()) {
                return;
            }
        }
    }

    async fn send(&self, response: impl Into<EncodedWatch>) -> Result<(), Gone> {
        self.out.send(Ok(response.into())).await.map_err(|_| Gone)
    }

    async fn request(&mut self, request: WatchRequest) -> Result<(), Gone> {
        match request.request_union {
            Some(RequestUnion::CreateRequest(request)) => self.create(request).await,
            Some(RequestUnion::CancelRequest(request)) => {
                if self.forget(request.watch_id) {
                    let header = self.node.header_now();
                    let watch_id = request.watch_id;
                    self.send(WatchResponse { header, watch_id, canceled: true, ..Default::default() })
                        .await?;
                }
                Ok(())
            }
            Some(RequestUnion::ProgressRequest(_)) => {
                self.progress();
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn progress(&mut self) {
        // Only a stream that has caught up can say how far it is.
        self.progress_wanted = !self.behind.is_empty();
        if !self.progress_wanted {
            self.node.hub.lock().progress(&self.queue, NO_WATCH);
        }
    }

    async fn create(&mut self, request: WatchCreateRequest) -> Result<(), Gone> {
        let key = if request.key.is_empty() { Bytes::from_static(&[0]) } else { request.key };
        let permitted = self
            .node
            .caller(&self.who)
            .and_then(|by| self.node.store().rules().read(&by, &key, &request.range_end));
        let keys = KeyRange::new(key, request.range_end);
        let refusal = if let Err(error) = permitted {
            Some(error.as_go_prints())
        } else if keys.is_empty() {
            Some("mvcc: watcher range is empty".into())
        } else if request.watch_id != 0 && self.watches.contains_key(&request.watch_id) {
            Some("mvcc: duplicate watch ID provided on the WatchStream".into())
        } else {
            None
        };
        let revision = self.node.store().revision();
        let header = self.node.header(revision);
        if let Some(reason) = refusal {
            return self
                .send(WatchResponse {
                    header,
                    watch_id: NO_WATCH,
                    created: true,
                    canceled: true,
                    cancel_reason: reason,
                    ..Default::default()
                })
                .await;
        }
        let id = if request.watch_id != 0 {
            request.watch_id
        } else {
            while self.watches.contains_key(&self.next_id) {
                self.next_id += 1;
            }
            self.next_id += 1;
            self.next_id - 1
        };
        let next = if request.start_revision > 0 { request.start_revision } else { revision + 1 };
        let watcher = Arc::new(Watcher {
            id,
            interest: Interest {
                keys,
                no_put: request.filters.contains(&(FilterType::Noput as i32)),
                no_delete: request.filters.contains(&(FilterType::Nodelete as i32)),
                prev_kv: request.prev_kv,
            },
            fragment: request.fragment,
            progress: request.progress_notify,
            start: next,
            queue: self.queue.clone(),
        });
        self.send(WatchResponse { header, watch_id: id, created: true, ..Default::default() }).await?;
        let state = if self.node.hub.lock().register(watcher.clone(), next) {
            State::Synced
        } else {
            self.behind.push_back(id);
            State::CatchingUp { next, behind: self.node.history.behind() }
        };
        metrics::WATCHERS.add(1);
        self.watches.insert(id, Entry { watcher, state, told: false });
        Ok(())
    }

    fn forget(&mut self, id: i64) -> bool {
        self.behind.retain(|other| *other != id);
        match self.watches.remove(&id) {
            Some(entry) => {
                metrics::WATCHERS.add(-1);
                self.node.hub.lock().unregister(&entry.watcher);
                true
            }
            None => false,
        }
    }

    /// Sends what the hub has put into the queue.
    async fn drain(&mut self) -> Result<(), Gone> {
        while let Some(item) = self.queue.pop() {
            match item {
                Item::Events { watch_id, revision, events } => {
                    // A cancelled watch may have left some.
                    if let Some(entry) = self.watches.get_mut(&watch_id) {
                        entry.told = true;
                        let watcher = entry.watcher.clone();
                        self.events(&watcher, revision, events).await?;
                    }
                }
                Item::Lagging { watch_id, next } => {
                    if let Some(entry) = self.watches.get_mut(&watch_id) {
                        entry.state = State::CatchingUp { next, behind: self.node.history.behind() };
                        self.behind.push_back(watch_id);
                    }
                }
                Item::Progress { watch_id, revision } => {
                    if watch_id == NO_WATCH && !self.behind.is_empty() {
                        self.progress_wanted = true;
                    } else if watch_id == NO_WATCH
                        || self
                            .watches
                            .get(&watch_id)
                            .is_some_and(|entry| matches!(entry.state, State::Synced))
                    {
                        let header = self.node.header(revision);
                        self.send(WatchResponse { header, watch_id, ..Default::default() }).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn events(&self, watcher: &Watcher, revision: i64, events: Vec<Events>) -> Result<(), Gone> {
        metrics::EVENTS.add(events.iter().map(|events| events.count as u64).sum());
        let header = self.node.header(revision);
        let response = |events, fragment| EncodedWatch {
            rest: WatchResponse { header, watch_id: watcher.id, fragment, ..Default::default() },
            events,
        };
        let limit = self.node.limits.max_request_bytes;
        let size: usize = events.iter().map(|events| events.framed.len()).sum();
        if !watcher.fragment || size <= limit {
            let events = events.into_iter().map(|events| events.framed).collect();
            return self.send(response(events, false)).await;
        }
        let (mut part, mut size) = (Vec::new(), 0);
        for event in events.iter().flat_map(|events| etcdapi::watch::split(&events.framed)) {
            if size + event.len() > limit && !part.is_empty() {
                self.send(response(std::mem::take(&mut part), true)).await?;
                size = 0;
            }
            size += event.len();
            part.push(event);
        }
        self.send(response(part, false)).await
    }

    /// One step of history for one watch that is behind.
    async fn catch_up(&mut self) -> Result<(), Gone> {
        let Some(id) = self.behind.pop_front() else { return Ok(()) };
        let Some(entry) = self.watches.get_mut(&id) else { return Ok(()) };
        let State::CatchingUp { next, behind } = &mut entry.state else { return Ok(()) };
        let watcher = entry.watcher.clone();
        let (step, now) = {
            let store = self.node.store();
            (behind.step(&store, &watcher, *next), store.revision())
        };
        match step {
            Ok(Step { events, upto }) => {
                *next = upto + 1;
                let next = *next;
                if let Some(events) = events {
                    entry.told = true;
                    self.events(&watcher, now, vec![events]).await?;
                }
                if self.node.hub.lock().register(watcher, next) {
                    if let Some(entry) = self.watches.get_mut(&id) {
                        entry.state = State::Synced;
                    }
                } else {
                    self.behind.push_back(id);
                }
            }
            Err(Error::Compacted) => {
                self.forget(id);
                let compact_revision = self.node.store().compact_revision();
                self.send(WatchResponse {
                    header: self.node.header_now(),
                    watch_id: id,
                    canceled: true,
                    compact_revision,
                    cancel_reason: Error::Compacted.to_string(),
                    ..Default::default()
                })
                .await?;
            }
            Err(error) => {
                self.forget(id);
                self.send(WatchResponse {
                    header: self.node.header_now(),
                    watch_id: id,
                    canceled: true,
                    cancel_reason: error.to_string(),
                    ..Default::default()
                })
                .await?;
            }
        }
        if self.progress_wanted {
            self.progress();
        }
        Ok(())
    }

    /// Tells quiet watches that asked for it how far they are.
    fn tick(&mut self) {
        let hub = self.node.hub.lock();
        for (id, entry) in &mut self.watches {
            if entry.watcher.progress && matches!(entry.state, State::Synced) && !entry.told {
                hub.progress(&self.queue, *id);
            }
            entry.told = false;
        }
    }
}
