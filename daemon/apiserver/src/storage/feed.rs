//! The one watch on everything below the store's root, in each etcd, which keeps all caches current.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use etcdapi::etcdserverpb as pb;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use super::cache::{Cache, Change};
use super::{Backend, Entry, Store, etcd_error, patiently};

/// The key of marks, below the store's root.
const MARK: &str = "kadm/progress";

/// Follows one of the store's etcds from what it was when the store was opened, and reconnects for ever.
pub async fn run(store: Arc<Store>, home: usize, shutdown: CancellationToken) {
    let backend = &store.backends[home];
    let mut next = backend.observed() + 1;
    let mut pause = Duration::from_millis(50);
    loop {
        let outcome = tokio::select! {
            outcome = follow(&store, home, &mut next) => outcome,
            () = shutdown.cancelled() => return,
        };
        backend.disconnected();
        match outcome {
            Ok(End::Compacted(revision)) => {
                tracing::warn!(revision, "etcd compacted what was not seen yet; reading everything again");
                next = next.max(revision);
                for cache in store.all().iter().filter(|cache| cache.home == home) {
                    cache.reset();
                }
            }
            Ok(End::Closed) => tracing::warn!("etcd closed the watch"),
            Err(status) => tracing::warn!(error = status.message, "lost the watch on etcd"),
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(Duration::from_secs(1)),
            () = shutdown.cancelled() => return,
        }
        if backend.is_connected() {
            pause = Duration::from_millis(50);
        }
    }
}

enum End {
    Compacted(i64),
    Closed,
}

async fn follow(store: &Arc<Store>, home: usize, next: &mut i64) -> Result<End, apimachinery::Status> {
    use pb::watch_request::RequestUnion;
    let backend = &store.backends[home];
    let (send, receive) = tokio::sync::mpsc::channel(4);
    let prefix = format!("{}/", store.root);
    let create = pb::WatchCreateRequest {
        key: Bytes::from(prefix.clone()),
        range_end: Bytes::from(etcdapi::prefix_end(prefix.as_bytes())),
        start_revision: *next,
        ..pb::WatchCreateRequest::default()
    };
    let request = |union| pb::WatchRequest { request_union: Some(union) };
    // The channel has room: this is the first message.
    let _ = send.send(request(RequestUnion::CreateRequest(create))).await;
    let exact = progress_is_exact(backend).await;
    let answer = backend.etcd.watch().watch(ReceiverStream::new(receive)).await;
    let mut stream = answer.map_err(|error| etcd_error(&error))?.into_inner();
    loop {
        let message = tokio::select! {
            message = stream.message() => message.map_err(|error| etcd_error(&error))?,
            () = backend.nudge.notified() => {
                if !exact {
                    mark(backend, &store.root);
                    continue;
                }
                let progress = pb::WatchProgressRequest {};
                // Full means that a request is on its way already.
                let _ = send.try_send(request(RequestUnion::ProgressRequest(progress)));
                continue;
            }
        };
        let Some(message) = message else { return Ok(End::Closed) };
        if message.compact_revision > 0 {
            return Ok(End::Compacted(message.compact_revision));
        }
        if message.canceled {
            tracing::warn!(reason = message.cancel_reason, "etcd cancelled the watch");
            return Ok(End::Closed);
        }
        if message.created {
            backend.connected.send_replace(true);
            continue;
        }
        let mut reached = 0;
        if message.events.is_empty() && exact {
            // Progress: everything up to here has been sent.
            reached = message.header.map_or(0, |header| header.revision);
        }
        let mut changes: HashMap<&'static str, (&Arc<Cache>, Vec<Change>)> = HashMap::new();
        for event in message.events {
            let is_put = event.r#type == i32::from(etcdapi::mvccpb::event::EventType::Put);
            let Some(kv) = event.kv else { continue };
            reached = reached.max(kv.mod_revision);
            let Some((cache, key)) = locate(store, prefix.len(), &kv.key) else { continue };
            // What lies in another etcd than it should is not there.
            if cache.home != home {
                continue;
            }
            cache.costs().told();
            if !cache.is_wanted() {
                continue;
            }
            let entry = match is_put {
                true => match read(store, cache, &kv).await {
                    Ok(Some(entry)) => Some(entry),
                    Ok(None) => continue,
                    // Watchers end; who lists again is told why.
                    Err(_) => {
                        changes.remove(cache.resource.prefix);
                        cache.reset();
                        continue;
                    }
                },
                false => None,
            };
            let change = Change { key: key.into(), revision: kv.mod_revision, entry };
            changes.entry(cache.resource.prefix).or_insert_with(|| (cache, Vec::new())).1.push(change);
        }
        for (cache, changes) in changes.into_values() {
            cache.apply(changes);
        }
        if reached > 0 {
            *next = (*next).max(reached + 1);
            backend.has_observed(reached);
        }
    }
}

/// Whether an etcd of this version tells its progress only after the events before: releases up to
/// 3.4.24 and 3.5.7 may be ahead of them (etcd's issue 15220).
fn is_exact(version: &str) -> bool {
    let mut parts = version.split(['.', '-', '+']).map(str::parse::<u32>);
    let mut next = || parts.next().and_then(Result::ok).unwrap_or(0);
    let (major, minor, patch) = (next(), next(), next());
    match (major, minor) {
        (3, ..=3) => false,
        (3, 4) => patch >= 25,
        (3, 5) => patch >= 8,
        _ => major >= 3,
    }
}

async fn progress_is_exact(backend: &Backend) -> bool {
    let answer = patiently(backend.etcd.maintenance().status(pb::StatusRequest::default())).await;
    answer.is_ok_and(|status| is_exact(&status.version))
}

/// Writes a key that the watch shows: when it comes, all that was before has come.
fn mark(backend: &Arc<Backend>, root: &str) {
    if backend.marking.swap(true, Ordering::AcqRel) {
        return;
    }
    let (backend, key) = (backend.clone(), format!("{root}/{MARK}"));
    tokio::spawn(async move {
        let request = pb::PutRequest { key: Bytes::from(key), ..pb::PutRequest::default() };
        if let Err(status) = patiently(backend.kv.clone().put(request)).await {
            tracing::debug!(error = status.message, "cannot write a mark for the watch");
        }
        backend.marking.store(false, Ordering::Release);
    });
}

/// The object that an event tells of. All caches wait for the feed, so that it asks no webhook: what
/// another server has stored in a version that this one takes for the old one is an error here, and
/// converted when the cache is loaded again.
async fn read(
    store: &Store,
    cache: &Cache,
    kv: &etcdapi::mvccpb::KeyValue,
) -> Result<Option<Arc<Entry>>, apimachinery::Status> {
    let Some(opened) = store.open_sealed(cache, kv).await? else { return Ok(None) };
    if opened.is_foreign(cache) {
        return Err(apimachinery::Status::internal("the object is stored in another version"));
    }
    Ok(store.entries(cache, vec![opened]).await?.pop())
}

/// The cache that a key belongs to, and the key below the cache's prefix.
fn locate<'s, 'k>(store: &'s Store, skip: usize, key: &'k [u8]) -> Option<(&'s Arc<Cache>, &'k str)> {
    let key = std::str::from_utf8(key.get(skip..)?).ok()?;
    let one = key.find('/')?;
    if let Some(two) = key[one + 1..].find('/').map(|at| one + 1 + at)
        && let Some(cache) = store.caches.get(&key[..two])
    {
        return Some((cache, &key[two + 1..]));
    }
    if let Some(cache) = store.caches.get(&key[..one]) {
        return Some((cache, &key[one + 1..]));
    }
    let two = key[one + 1..].find('/').map(|at| one + 1 + at)?;
    let cache = store.customs().get(&key[..two])?.first().copied()?;
    Some((cache, &key[two + 1..]))
}

#[cfg(test)]
mod tests {
    use super::is_exact;

    #[test]
    fn versions_that_tell_their_progress_in_order() {
        for version in ["3.4.25", "3.4.37", "3.5.8", "3.5.13", "3.6.0", "3.6.0-alpha.0", "4.0.0"] {
            assert!(is_exact(version), "{version}");
        }
        for version in ["3.4.23", "3.4.24", "3.5.0", "3.5.7", "3.3.99", "2.3.7", "", "x"] {
            assert!(!is_exact(version), "{version}");
        }
    }
}
