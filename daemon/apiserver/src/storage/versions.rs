//! Custom resources in versions other than the stored one: objects are converted as they come from
//! etcd and as they go there, and each such version that is asked for has a cache of its own, which
//! follows the stored version's.

use std::sync::Arc;
use std::time::{Duration, Instant};

use apimachinery::Status;
use apimachinery::resources::Resource;
use bytes::Bytes;
use etcdapi::mvccpb::KeyValue;
use serde::Deserialize;

use super::cache::Change;
use super::encryption::Seal;
use super::{Cache, Entry, Filter, Store, foreign};
use crate::extensions;

/// How many events of the stored version are converted at once.
const BATCH: usize = 256;

/// An object as it lies in etcd, decrypted.
pub struct Opened {
    key: Box<str>,
    value: Bytes,
    seal: Seal,
    revision: i64,
    is_outdated: bool,
}

/// Whether a stored object has the version of `resource`.
fn is_of(resource: &Resource, stored: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Head<'h> {
        #[serde(borrow, rename = "apiVersion")]
        api_version: std::borrow::Cow<'h, str>,
    }
    let version = resource.api_version();
    // As this program writes it.
    if let Some(rest) = stored.strip_prefix(b"{\"apiVersion\":\"")
        && let Some(rest) = rest.strip_prefix(version.as_bytes())
    {
        return rest.first() == Some(&b'"');
    }
    // What can't be read is told by whoever reads it.
    serde_json::from_slice::<Head<'_>>(stored).map_or(true, |head| head.api_version == version)
}

impl Opened {
    /// Whether it has to be converted for this cache.
    pub fn is_foreign(&self, cache: &Cache) -> bool {
        cache.resource.custom.is_some() && !is_of(cache.resource, &self.value)
    }
}

impl Store {
    /// Decrypts an object; `None` when its key is none of the cache's.
    ///
    /// # Errors
    /// 500 when it can't be decrypted: a list without it would be a lie.
    pub(super) async fn open_sealed(&self, cache: &Cache, kv: &KeyValue) -> Result<Option<Opened>, Status> {
        let prefix = self.root.len() + cache.resource.prefix.len() + 2;
        let Some(key) = kv.key.get(prefix..).and_then(|key| std::str::from_utf8(key).ok()) else {
            return Ok(None);
        };
        let rules = self.encryption.rules();
        let opened = match rules.prepare(cache.resource, &kv.value).await {
            Ok(()) => rules.open(cache.resource, &kv.key, &kv.value),
            Err(error) => Err(error),
        };
        let (value, seal) = opened.map_err(|error| {
            let key = String::from_utf8_lossy(&kv.key);
            tracing::error!(%key, error, "an object in etcd cannot be decrypted");
            Status::internal(format!("unable to transform key {key:?}: {error}"))
        })?;
        let stored = cache.base.as_ref().map_or(cache.resource, |base| base.resource);
        let is_outdated = stored.custom.is_some() && !is_of(stored, &value);
        Ok(Some(Opened { key: key.into(), value, seal, revision: kv.mod_revision, is_outdated }))
    }

    /// Objects in the cache's version; those that can't be read are left out, with a word in the log.
    ///
    /// # Errors
    /// Fails when one can't be converted.
    pub(super) async fn entries(
        &self,
        cache: &Cache,
        mut opened: Vec<Opened>,
    ) -> Result<Vec<Arc<Entry>>, Status> {
        let foreign: Vec<usize> = opened
            .iter()
            .enumerate()
            .filter(|(_, one)| one.is_foreign(cache))
            .map(|(index, _)| index)
            .collect();
        let values = foreign.iter().map(|index| opened[*index].value.clone()).collect();
        for (index, value) in foreign.into_iter().zip(self.convert(cache.resource, values).await?) {
            opened[index].value = value;
        }
        let mut entries = Vec::with_capacity(opened.len());
        for one in opened {
            let entry = foreign::read(cache.resource, &one.value).and_then(|foreign| {
                let is_foreign = foreign.is_some();
                let value = extensions::as_read(cache.resource, foreign.unwrap_or(one.value));
                Ok((is_foreign, Entry::new(cache.resource, &one.key, &value, one.revision)?))
            });
            match entry {
                Ok((is_foreign, mut entry)) => {
                    entry.seal = one.seal;
                    entry.is_outdated = one.is_outdated || is_foreign;
                    entries.push(Arc::new(entry));
                }
                Err(error) => {
                    cache.costs().unreadable();
                    tracing::error!(key = %one.key, resource = cache.resource.plural, %error, "an object in etcd cannot be read; it is left out until it is deleted or written anew");
                }
            }
        }
        Ok(entries)
    }

    /// Stored objects in another version, encoded as this program does.
    async fn convert(&self, to: &'static Resource, objects: Vec<Bytes>) -> Result<Vec<Bytes>, Status> {
        if objects.is_empty() {
            return Ok(objects);
        }
        let mut values = Vec::with_capacity(objects.len());
        for object in &objects {
            values.push(serde_json::from_slice(object).map_err(Status::internal)?);
        }
        let kind = crate::decode::kind_of(to)?;
        let converted = extensions::convert(self, to, values).await?;
        converted
            .into_iter()
            .map(|value| {
                let text = serde_json::to_vec(&value).map_err(Status::internal)?;
                Ok((kind.decode)(&text).map_err(Status::internal)?.encode().into())
            })
            .collect()
    }

    /// An object of the cache's version as it is to be stored.
    ///
    /// # Errors
    /// Fails when it can't be converted.
    pub(super) async fn as_stored(&self, cache: &Cache, value: Bytes) -> Result<Bytes, Status> {
        let Some(base) = &cache.base else { return Ok(value) };
        let converted = self.convert(base.resource, vec![value]).await?;
        let stored = converted.into_iter().next();
        let stored = stored.ok_or_else(|| Status::internal("a conversion lost its object"))?;
        Ok(extensions::as_written(base.resource, stored))
    }

    /// Fills the cache of another version than the stored one, and has it follow from now on.
    ///
    /// # Errors
    /// Fails when the objects can't be read or converted.
    pub(super) async fn derive(&self, cache: &Arc<Cache>, base: &Arc<Cache>) -> Result<(), Status> {
        let snapshot = loop {
            self.fill(base).await?;
            if let Some(snapshot) = base.current_list(&Filter::default()) {
                break snapshot;
            }
        };
        cache.begin();
        let entries = match self.derived(cache, snapshot.entries).await {
            Ok(entries) => entries,
            Err(status) => {
                cache.reset();
                return Err(status);
            }
        };
        cache.loaded(entries, snapshot.revision);
        let place = (snapshot.epoch, snapshot.next);
        cache.followed.send_replace(place);
        tokio::spawn(follow(self.this.clone(), cache.clone(), base.clone(), place));
        Ok(())
    }

    /// Objects of the stored version in the cache's.
    async fn derived(&self, cache: &Cache, entries: Vec<Arc<Entry>>) -> Result<Vec<Arc<Entry>>, Status> {
        let opened = entries.into_iter().map(|entry| Opened {
            key: entry.key.clone(),
            value: entry.stored(),
            seal: entry.seal.clone(),
            revision: entry.revision,
            is_outdated: entry.is_outdated,
        });
        self.entries(cache, opened.collect()).await
    }

    /// Waits until the cache holds all that has happened up to `revision`.
    ///
    /// # Errors
    /// Fails when the objects can't be read, or the revision is not reached in time.
    pub async fn not_older(&self, cache: &Arc<Cache>, revision: i64) -> Result<(), Status> {
        self.load(cache).await?;
        if cache.base.is_none() && self.observed(cache) >= revision {
            // As a rule: not even the clock is looked at.
            cache.costs().waited(Duration::ZERO);
            return Ok(());
        }
        let begun = Instant::now();
        let outcome = self.caught_up(cache, revision).await;
        cache.costs().waited(begun.elapsed());
        outcome
    }

    async fn caught_up(&self, cache: &Arc<Cache>, revision: i64) -> Result<(), Status> {
        self.wait_for(cache, revision).await?;
        let Some(base) = &cache.base else { return Ok(()) };
        loop {
            let mut followed = cache.followed.subscribe();
            let end = base.version();
            while cache.is_ready() {
                if *followed.borrow_and_update() >= end {
                    return Ok(());
                }
                // The sender is the cache's own.
                let _ = followed.changed().await;
            }
            // It could not follow: whoever loads it again is told why.
            self.load(cache).await?;
        }
    }

    /// The revision up to which a cache, looked at after this call, has seen every event.
    pub fn observed_by(&self, cache: &Cache) -> i64 {
        let observed = self.observed(cache);
        let Some(base) = &cache.base else { return observed };
        let end = base.version();
        if *cache.followed.borrow() >= end { observed } else { cache.latest() }
    }
}

/// Takes over from `base` what happens, as long as it can be converted.
async fn follow(
    store: std::sync::Weak<Store>,
    cache: Arc<Cache>,
    base: Arc<Cache>,
    (epoch, mut place): (u64, u64),
) {
    let own = cache.version().0;
    let mut events = base.subscribe();
    loop {
        events.borrow_and_update();
        let Ok(batch) = base.events(place, epoch, BATCH) else {
            if cache.version().0 == own {
                cache.reset();
            }
            return;
        };
        if batch.is_empty() {
            if !cache.follow(own, Vec::new(), (epoch, place)) || events.changed().await.is_err() {
                return;
            }
            continue;
        }
        let Some(store) = store.upgrade() else { return };
        let is_put = |event: &super::Event| event.kind != super::EventKind::Deleted;
        let puts = batch.iter().filter(|event| is_put(event)).map(|event| event.entry.clone()).collect();
        let converted = match store.derived(&cache, puts).await {
            Ok(converted) => converted,
            Err(status) => {
                tracing::warn!(
                    resource = cache.resource.plural,
                    version = cache.resource.version,
                    error = status.message,
                    "objects cannot be converted; watches of this version end"
                );
                if cache.version().0 == own {
                    cache.reset();
                }
                return;
            }
        };
        drop(store);
        place += batch.len() as u64;
        let mut converted = converted.into_iter().peekable();
        let mut changes = Vec::with_capacity(batch.len());
        for event in &batch {
            let key = event.entry.key.clone();
            let entry = match is_put(event) {
                false => None,
                true => match converted.next_if(|entry| entry.key == key && entry.revision == event.revision)
                {
                    Some(entry) => Some(entry),
                    // It can't be read, and the log says so.
                    None => continue,
                },
            };
            changes.push(Change { key, revision: event.revision, entry });
        }
        if !cache.follow(own, changes, (epoch, place)) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::resources;

    #[test]
    fn versions_are_told_by_the_first_field_or_the_whole() {
        let resource = resources::find("apps", "v1", "deployments").expect("in the table");
        assert!(is_of(resource, br#"{"apiVersion":"apps/v1","kind":"Deployment"}"#));
        assert!(is_of(resource, br#"{"kind":"Deployment","apiVersion":"apps/v1"}"#));
        assert!(!is_of(resource, br#"{"apiVersion":"apps/v1beta1","kind":"Deployment"}"#));
        assert!(!is_of(resource, br#"{"kind":"Deployment","apiVersion":"apps/v2"}"#));
        assert!(is_of(resource, b"no JSON"));
    }
}
