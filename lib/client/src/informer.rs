//! An informer keeps a local copy of a collection in step with the server and tells its
//! subscribers what changed.
//!
//! It lists once, then watches from there. A watch that ends is resumed; only a revision that
//! the server no longer has leads to another list. It never polls.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use rand::Rng;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::object::{Key, Object};
use crate::rest::{Client, ListParams};
use crate::watch::WatchEvent;

/// A change of the local copy.
#[derive(Debug)]
pub enum Event<T> {
    Added(Arc<T>),
    Modified { old: Arc<T>, new: Arc<T> },
    Deleted(Arc<T>),
}

impl<T> Clone for Event<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Added(object) => Self::Added(object.clone()),
            Self::Modified { old, new } => Self::Modified { old: old.clone(), new: new.clone() },
            Self::Deleted(object) => Self::Deleted(object.clone()),
        }
    }
}

impl<T> Event<T> {
    /// The object as it is now, or as it was last.
    pub fn object(&self) -> &Arc<T> {
        match self {
            Self::Added(object) | Self::Deleted(object) | Self::Modified { new: object, .. } => object,
        }
    }
}

/// The local copy. Clones share it.
pub struct Store<T> {
    inner: Arc<RwLock<Inner<T>>>,
}

impl<T> Clone for Store<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

struct Inner<T> {
    objects: HashMap<Key, Arc<T>>,
    subscribers: Vec<mpsc::UnboundedSender<Event<T>>>,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { inner: Arc::new(RwLock::new(Inner { objects: HashMap::new(), subscribers: Vec::new() })) }
    }
}

impl<T: Object> Store<T> {
    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Inner<T>> {
        self.inner.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Inner<T>> {
        self.inner.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The object of that key.
    pub fn get(&self, key: &Key) -> Option<Arc<T>> {
        self.read().objects.get(key).cloned()
    }

    /// All objects, in no order.
    pub fn list(&self) -> Vec<Arc<T>> {
        self.read().objects.values().cloned().collect()
    }

    /// The objects of one namespace, in no order.
    pub fn list_namespace(&self, namespace: &str) -> Vec<Arc<T>> {
        self.read()
            .objects
            .iter()
            .filter(|(key, _)| key.namespace == namespace)
            .map(|(_, object)| object.clone())
            .collect()
    }

    /// The objects that `keep` picks.
    pub fn filter(&self, keep: impl Fn(&T) -> bool) -> Vec<Arc<T>> {
        self.read().objects.values().filter(|object| keep(object)).cloned().collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.read().objects.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts an object in, for tests and for what a caller knows before the watch tells.
    pub fn put(&self, object: T) {
        let object = Arc::new(object);
        let mut inner = self.write();
        let event = match inner.objects.insert(object.meta().key(), object.clone()) {
            None => Event::Added(object),
            // The same revision again, after a reconnect, is no news.
            Some(old)
                if !object.meta().resource_version.is_empty()
                    && old.meta().resource_version == object.meta().resource_version =>
            {
                return;
            }
            Some(old) => Event::Modified { old, new: object },
        };
        inner.tell(event);
    }

    /// Takes an object out.
    pub fn remove(&self, key: &Key) {
        let mut inner = self.write();
        if let Some(old) = inner.objects.remove(key) {
            inner.tell(Event::Deleted(old));
        }
    }

    fn replace(&self, objects: Vec<T>) {
        let present: std::collections::HashSet<Key> =
            objects.iter().map(|object| object.meta().key()).collect();
        let gone: Vec<Key> =
            self.read().objects.keys().filter(|key| !present.contains(*key)).cloned().collect();
        for key in gone {
            self.remove(&key);
        }
        for object in objects {
            self.put(object);
        }
    }

    /// The changes from here on, preceded by an `Added` for each object that is already there.
    pub fn subscribe(&self) -> mpsc::UnboundedReceiver<Event<T>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut inner = self.write();
        for object in inner.objects.values() {
            let _ = sender.send(Event::Added(object.clone()));
        }
        inner.subscribers.push(sender);
        receiver
    }
}

impl<T> Inner<T> {
    fn tell(&mut self, event: Event<T>) {
        self.subscribers.retain(|subscriber| subscriber.send(event.clone()).is_ok());
    }
}

/// A collection that is kept in step. It runs until its shutdown token is cancelled.
pub struct Informer<T> {
    store: Store<T>,
    synced: watch::Receiver<bool>,
}

impl<T> Clone for Informer<T> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), synced: self.synced.clone() }
    }
}

impl<T: Object> Informer<T> {
    /// Begins to follow `path`.
    pub fn start(
        client: Client,
        path: impl Into<String>,
        params: ListParams,
        shutdown: CancellationToken,
    ) -> Self {
        let store = Store::default();
        let (sender, synced) = watch::channel(false);
        let path = path.into();
        let target = store.clone();
        tokio::spawn(async move {
            let work = async {
                if client.config().behind_service {
                    crate::reach::wait(client.config()).await;
                }
                follow(&client, &path, &params, &target, &sender).await;
            };
            tokio::select! {
                () = work => {}
                () = shutdown.cancelled() => {}
            }
        });
        Self { store, synced }
    }

    /// An informer over a store that the caller fills, for tests.
    pub fn fixed(store: Store<T>) -> Self {
        let (sender, synced) = watch::channel(true);
        drop(sender);
        Self { store, synced }
    }

    /// The local copy.
    pub fn store(&self) -> &Store<T> {
        &self.store
    }

    /// See [`Store::subscribe`].
    pub fn subscribe(&self) -> mpsc::UnboundedReceiver<Event<T>> {
        self.store.subscribe()
    }

    /// Whether the first list is in.
    pub fn is_synced(&self) -> bool {
        *self.synced.borrow()
    }

    /// Waits for the first list. Returns `false` if the informer ended before it.
    pub async fn wait_synced(&self) -> bool {
        let mut synced = self.synced.clone();
        synced.wait_for(|done| *done).await.is_ok()
    }
}

/// Delays between attempts: doubling from 100 ms to 30 s, each with up to a half of jitter.
pub struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: Self::FIRST }
    }
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(100);
    const MOST: Duration = Duration::from_secs(30);

    /// Waits, longer each time.
    pub async fn wait(&mut self) {
        let jitter = rand::rng().random_range(1.0..1.5);
        tokio::time::sleep(self.next.mul_f64(jitter)).await;
        self.next = (self.next * 2).min(Self::MOST);
    }

    /// The last attempt worked: start short again.
    pub fn reset(&mut self) {
        self.next = Self::FIRST;
    }
}

async fn follow<T: Object>(
    client: &Client,
    path: &str,
    params: &ListParams,
    store: &Store<T>,
    synced: &watch::Sender<bool>,
) {
    let mut backoff = Backoff::default();
    // A server that is still starting refuses connections: try again soon and quietly.
    let mut failures = 0u32;
    loop {
        let revision = match list(client, path, params, store).await {
            Ok(revision) => revision,
            Err(error) => {
                failures += 1;
                if failures > 5 {
                    tracing::warn!(path, %error, "cannot list; trying again");
                } else {
                    tracing::debug!(path, %error, "cannot list; trying again");
                }
                if failures < 30 && matches!(error, Error::Transport(_)) {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                } else {
                    backoff.wait().await;
                }
                continue;
            }
        };
        failures = 0;
        backoff.reset();
        synced.send_replace(true);
        watch_from(client, path, params, store, revision, &mut backoff).await;
    }
}

async fn list<T: Object>(
    client: &Client,
    path: &str,
    params: &ListParams,
    store: &Store<T>,
) -> Result<String, Error> {
    // "0": whatever the server's cache has; the watch brings what is newer.
    let params = ListParams { resource_version: Some("0".into()), ..params.clone() };
    let list = client.list::<T>(path, &params).await?;
    store.replace(list.items);
    Ok(list.metadata.resource_version)
}

/// Watches until a new list is needed.
async fn watch_from<T: Object>(
    client: &Client,
    path: &str,
    params: &ListParams,
    store: &Store<T>,
    mut revision: String,
    backoff: &mut Backoff,
) {
    loop {
        let timeout = rand::rng().random_range(300..600);
        let accept = params.accept.map(|accept| {
            if accept == crate::rest::METADATA_ONLY_LIST { crate::rest::METADATA_ONLY } else { accept }
        });
        let params = ListParams { resource_version: Some(revision.clone()), accept, ..params.clone() };
        let mut watch = match client.watch::<T>(path, &params, timeout, &[]).await {
            Ok(watch) => watch,
            Err(error) if error.is_expired() => return,
            Err(error) => {
                tracing::debug!(path, %error, "cannot watch; trying again");
                if error.is_not_found() {
                    backoff.wait().await;
                    return;
                }
                backoff.wait().await;
                continue;
            }
        };
        loop {
            match watch.next().await {
                Ok(Some(event)) => {
                    backoff.reset();
                    match event {
                        WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                            revision.clone_from(&object.meta().resource_version);
                            store.put(object);
                        }
                        WatchEvent::Deleted(object) => {
                            revision.clone_from(&object.meta().resource_version);
                            store.remove(&object.meta().key());
                        }
                        WatchEvent::Bookmark { resource_version, .. } => revision = resource_version,
                    }
                }
                Ok(None) => break,
                Err(error) if error.is_expired() => return,
                Err(error) => {
                    tracing::debug!(path, %error, "watch ended; resuming");
                    backoff.wait().await;
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Meta, MetadataOnly};

    fn object(name: &str, revision: &str) -> MetadataOnly {
        MetadataOnly {
            metadata: Meta { name: name.into(), resource_version: revision.into(), ..Meta::default() },
            ..MetadataOnly::default()
        }
    }

    #[test]
    fn a_relist_tells_only_what_changed() {
        let store = Store::default();
        store.put(object("a", "1"));
        store.put(object("b", "2"));
        let mut events = store.subscribe();
        while events.try_recv().is_ok() {}
        store.replace(vec![object("a", "1"), object("c", "3")]);
        assert!(matches!(events.try_recv(), Ok(Event::Deleted(old)) if old.metadata.name == "b"));
        assert!(matches!(events.try_recv(), Ok(Event::Added(new)) if new.metadata.name == "c"));
        assert!(events.try_recv().is_err());
    }
}
