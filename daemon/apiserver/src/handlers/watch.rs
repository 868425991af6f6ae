//! Watch: events from the cache's log, framed once and shared, to whoever asks.

use std::sync::Arc;
use std::time::Duration;

use apimachinery::{Status, protobuf};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use component::http::{Body, BoxError};
use futures::StreamExt;
use http::{HeaderValue, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use rand::Rng;
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::read::{filter, revision};
use super::{options, stored_as, streams};
use crate::metrics::{Labels, Running, parts};
use crate::output::{self, Shape};
use crate::request::{Answer, Call};
use crate::server::Server;
use crate::storage::cache::frame;
use crate::storage::{Cache, Entry, Event, EventKind, Filter};

/// How often a watcher that wants bookmarks gets one.
const BOOKMARKS: Duration = Duration::from_secs(60);
/// How many events are taken from the log at once.
const BATCH: usize = 256;
/// How many bytes make a chunk.
const CHUNK: usize = 64 << 10;

/// Answers with a stream of events, through a WebSocket where the client wants one.
pub async fn watch(call: &Call) -> Answer {
    let shape = Shape::negotiate(call, true)?;
    if !streams::is_websocket(&call.headers) {
        return events(call, shape).await;
    }
    if shape.is_protobuf() {
        return Err(Status::not_acceptable("application/json"));
    }
    let response = events(call, shape).await?;
    Ok(streams::watch(call.take()?, response.into_body()))
}

async fn events(call: &Call, shape: Shape) -> Answer {
    let begun = Instant::now();
    let stored = stored_as(call.resource);
    let server = call.server.clone();
    let cache = server.store.cache(stored).ok_or_else(Status::no_such_path)?.clone();
    let filter = filter(call)?;
    let asked = call.query.get("resourceVersion");
    let bookmarks = call.query.flag("allowWatchBookmarks");
    let initial = call.query.has("sendInitialEvents");
    let seconds = options::number(call, "timeoutSeconds")?;
    options::number(call, "limit")?;
    options::of_watch(call)?;
    let send_initial = if initial {
        call.query.flag("sendInitialEvents")
    } else {
        // The old meaning: no version, or 0, begins with what is there.
        asked.is_empty() || asked == "0"
    };
    let mut first = Vec::new();
    let place;
    let epoch;
    let mut reached;
    if asked.is_empty() {
        server.store.fresh(&cache).await?;
    } else {
        let wanted = revision(asked)?;
        if send_initial {
            server.store.not_older(&cache, wanted).await?;
        } else {
            server.store.load(&cache).await?;
        }
    }
    if send_initial {
        let observed = server.store.observed_by(&cache);
        let snapshot = server.store.list(&cache, &filter).await?;
        reached = snapshot.revision.max(observed);
        (place, epoch) = (snapshot.next, snapshot.epoch);
        first = snapshot.entries;
    } else {
        reached = if asked.is_empty() { server.store.observed_by(&cache) } else { revision(asked)? };
        match cache.place(reached) {
            Ok(found) => (place, epoch) = found,
            Err(_) => {
                let message =
                    format!("too old resource version: {reached} ({})", server.store.observed(&cache));
                return Ok(only(&shape, &Status::expired(message)));
            }
        }
    }
    let seconds = match seconds {
        Some(seconds) if seconds > 0 => u64::try_from(seconds).unwrap_or(u64::MAX).min(365 * 86400),
        _ => {
            let least = server.options.min_request_timeout;
            rand::rng().random_range(least..least.saturating_mul(2).max(least + 1))
        }
    };
    let resource = call.resource;
    let mut head = BytesMut::new();
    let media = media(&shape);
    let renderer = Renderer { resource, shape };
    for entry in &first {
        head.extend_from_slice(&renderer.frame("ADDED", entry));
    }
    // In the old way, too: who takes bookmarks is told what was there.
    if send_initial && bookmarks {
        let mut notes = json!({"k8s.io/initial-events-end": "true"});
        if output::streams_a_list(call) {
            let list = output::empty_list(resource, &renderer.shape);
            notes["kubernetes.io/initial-events-list-blueprint"] = json!(STANDARD.encode(list));
        }
        head.extend_from_slice(&renderer.bookmark(reached, Some(notes)));
        if initial {
            let scope = Labels::of(resource, "watch", "", &call.route.name, &call.route.namespace).scope();
            let labels = [resource.group, resource.plural, scope, resource.version];
            parts::WATCH_LISTS.observe(labels, begun.elapsed().as_secs_f64());
        }
    }
    reached = reached.max(0);
    let now = Instant::now();
    let watcher = Watcher {
        events: cache.subscribe(),
        place,
        epoch,
        cache,
        filter,
        renderer,
        reached,
        since: reached,
        bookmarks: bookmarks.then(|| now + BOOKMARKS),
        deadline: now + Duration::from_secs(seconds),
        shutdown: server.shutdown.clone(),
        server,
        _running: Running::new(Labels::of(resource, "watch", "", &call.route.name, &call.route.namespace)),
        done: false,
    };
    let head = futures::stream::iter((!head.is_empty()).then(|| Ok(Frame::data(head.freeze()))));
    let events = futures::stream::unfold(watcher, |mut watcher| async move {
        let chunk = watcher.next().await?;
        Some((Ok::<_, BoxError>(Frame::data(chunk)), watcher))
    });
    Ok(stream(media, StreamBody::new(head.chain(events)).boxed_unsync()))
}

fn media(shape: &Shape) -> &'static str {
    if shape.is_protobuf() { "application/vnd.kubernetes.protobuf;stream=watch" } else { "application/json" }
}

fn stream(media: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    response
}

/// A stream that tells one error and ends.
fn only(shape: &Shape, status: &Status) -> Response<Body> {
    stream(media(shape), component::http::full(failure(shape, status)))
}

/// An error as an event.
fn failure(shape: &Shape, status: &Status) -> Bytes {
    if shape.is_protobuf()
        && let Some(bytes) = serde_json::to_value(status).ok().and_then(|value| output::binary(&value))
    {
        return protobuf::watch_frame("ERROR", &bytes).into();
    }
    frame("ERROR", &status.encode())
}

struct Renderer {
    resource: &'static apimachinery::resources::Resource,
    shape: Shape,
}

impl Renderer {
    fn frame(&self, kind: &str, entry: &Entry) -> Bytes {
        match self.shape.render(self.resource, &entry.bytes) {
            Some(bytes) if self.shape.is_protobuf() => protobuf::watch_frame(kind, &bytes).into(),
            Some(text) => frame(kind, &text),
            None => frame(kind, &entry.bytes),
        }
    }

    /// How far the client has been told of everything, with annotations that tell more.
    fn bookmark(&self, revision: i64, notes: Option<Value>) -> Bytes {
        let mut meta = json!({"resourceVersion": revision.to_string(), "creationTimestamp": null});
        if let Some(notes) = notes {
            meta["annotations"] = notes;
        }
        let mut object =
            json!({"kind": self.resource.kind, "apiVersion": self.resource.api_version(), "metadata": meta});
        if let Shape::Table(_, version) = self.shape {
            object = json!({
                "kind": "Table", "apiVersion": version.text(), "metadata": {"resourceVersion": revision.to_string()},
                "columnDefinitions": null,
                "rows": [{"cells": null, "object": {"kind": "PartialObjectMetadata", "apiVersion": version.text(), "metadata": meta}}],
            });
        } else if let Shape::Partial(version) = self.shape {
            object["kind"] = json!("PartialObjectMetadata");
            object["apiVersion"] = json!(version.text());
        }
        let bytes = match self.shape {
            Shape::Protobuf => output::binary(&object),
            Shape::ProtobufPartial(version) => protobuf::encode_partial(version.text(), &object),
            _ => None,
        };
        match bytes {
            Some(bytes) => protobuf::watch_frame("BOOKMARK", &bytes).into(),
            None => frame("BOOKMARK", object.to_string().as_bytes()),
        }
    }

    /// An event as it happened, framed once for all watchers that take it in this form.
    fn shared(&self, event: &Event) -> Option<Bytes> {
        if self.shape.is_plain(self.resource) {
            return Some(event.frame());
        }
        if self.shape == Shape::Protobuf && !crate::convert::needed(self.resource) {
            return Some(event.binary(|| self.frame(event.kind.word(), &event.entry)));
        }
        None
    }
}

struct Watcher {
    server: Arc<Server>,
    cache: Arc<Cache>,
    events: Receiver<u64>,
    place: u64,
    epoch: u64,
    filter: Filter,
    renderer: Renderer,
    reached: i64,
    /// Up to which revision the client has seen everything when it begins.
    since: i64,
    /// When the next bookmark is due.
    bookmarks: Option<Instant>,
    deadline: Instant,
    shutdown: CancellationToken,
    _running: Running,
    done: bool,
}

impl Watcher {
    /// The next chunk; `None` ends the stream.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.done {
                return None;
            }
            self.events.borrow_and_update();
            let Ok(batch) = self.cache.events(self.place, self.epoch, BATCH) else {
                self.done = true;
                if self.cache.version().0 == self.epoch {
                    // It was not the log that was thrown away: the client reads too slowly.
                    self.cache.costs().terminated();
                }
                let message = format!(
                    "too old resource version: {} ({})",
                    self.reached,
                    self.server.store.observed(&self.cache)
                );
                return Some(failure(&self.renderer.shape, &Status::expired(message)));
            };
            if !batch.is_empty() {
                let chunk = self.chunk(&batch);
                if !chunk.is_empty() {
                    return Some(chunk);
                }
                continue;
            }
            let bookmark = self.bookmarks.unwrap_or(self.deadline);
            tokio::select! {
                changed = self.events.changed() => if changed.is_err() { return None },
                () = tokio::time::sleep_until(bookmark.min(self.deadline)) => {
                    if Instant::now() >= self.deadline {
                        return None;
                    }
                    self.bookmarks = Some(Instant::now() + BOOKMARKS);
                    // What was observed before the log was found empty is in what was sent.
                    let observed = self.server.store.observed_by(&self.cache);
                    match self.cache.events(self.place, self.epoch, 1) {
                        Ok(new) if new.is_empty() => {
                            self.reached = self.reached.max(observed);
                            return Some(self.renderer.bookmark(self.reached, None));
                        }
                        _ => {}
                    }
                }
                () = self.shutdown.cancelled() => return None,
            }
        }
    }

    /// As many of the events as make a chunk.
    fn chunk(&mut self, batch: &[Arc<Event>]) -> Bytes {
        let everything = self.filter.is_everything();
        let mut out = BytesMut::new();
        let mut sizes = Vec::new();
        for event in batch {
            self.place += 1;
            // The client may have seen events elsewhere that reach this server only now.
            if event.revision <= self.since {
                continue;
            }
            self.reached = event.revision;
            if !self.filter.namespace.is_empty() && event.entry.namespace() != self.filter.namespace {
                continue;
            }
            if everything && let Some(frame) = self.renderer.shared(event) {
                sizes.push(frame.len() as f64);
                if out.is_empty() && batch.len() == 1 {
                    self.told(sizes);
                    return frame;
                }
                out.extend_from_slice(&frame);
            } else if let Some((kind, entry)) = self.seen(event) {
                let before = out.len();
                match self.renderer.shared(event).filter(|_| kind == event.kind) {
                    Some(frame) => out.extend_from_slice(&frame),
                    None => out.extend_from_slice(&self.renderer.frame(kind.word(), &entry)),
                }
                sizes.push((out.len() - before) as f64);
            }
            if out.len() >= CHUNK {
                break;
            }
        }
        self.told(sizes);
        out.freeze()
    }

    /// Counts events of these sizes.
    fn told(&self, sizes: Vec<f64>) {
        if sizes.is_empty() {
            return;
        }
        let resource = self.renderer.resource;
        let labels = [resource.group, resource.plural, resource.version];
        parts::WATCH_EVENTS.add(labels, sizes.len() as u64);
        parts::WATCH_EVENT_SIZES.observe_all(labels, sizes);
    }

    /// The event as it looks through the filter: an object may come into view or leave it.
    fn seen(&self, event: &Event) -> Option<(EventKind, Arc<Entry>)> {
        let resource = self.cache.resource;
        let before = event.previous.as_ref().is_some_and(|entry| self.filter.matches(resource, entry));
        let after = event.kind != EventKind::Deleted && self.filter.matches(resource, &event.entry);
        match (before, after) {
            (false, false) => None,
            (false, true) => Some((EventKind::Added, event.entry.clone())),
            (true, true) => Some((EventKind::Modified, event.entry.clone())),
            (true, false) if event.kind == EventKind::Deleted => {
                Some((EventKind::Deleted, event.entry.clone()))
            }
            (true, false) => {
                let previous = event.previous.as_ref()?;
                Some((EventKind::Deleted, Arc::new(previous.at(event.revision))))
            }
        }
    }
}
