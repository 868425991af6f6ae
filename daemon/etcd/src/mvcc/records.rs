//! Where the record of a revision is: not yet flushed, in the cache, or in the backend.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::backend::{Backend, BackendError, Reader};
use super::cache::{Cache, Neighbours};
use super::{Revision, Version};

/// An encoded key-value, or a tombstone's key.
#[derive(Clone, Debug)]
pub struct Record {
    /// The message as it goes over the wire and to disk.
    pub bytes: Bytes,
    /// A deletion.
    pub tombstone: bool,
}

/// Records by revision.
pub type Pending = BTreeMap<Revision, Record>;

/// What finding a record in the file costs, in bytes of records that are in memory.
const PAGE: usize = 4 << 10;

/// All records of the store.
pub struct Records {
    backend: Arc<Backend>,
    pending: Pending,
    pending_bytes: usize,
    removed: Vec<Version>,
    flushing: Option<Arc<Pending>>,
    /// What the flush under way removes.
    removing: Arc<Vec<Version>>,
    cache: Mutex<Cache>,
}

impl Records {
    /// Those of `backend`.
    pub fn new(backend: Arc<Backend>) -> Self {
        Self {
            backend,
            pending: Pending::new(),
            pending_bytes: 0,
            removed: Vec::new(),
            flushing: None,
            removing: Arc::default(),
            cache: Mutex::default(),
        }
    }

    /// The file below.
    pub fn backend(&self) -> &Arc<Backend> {
        &self.backend
    }

    /// Bytes that wait for the next flush.
    pub fn pending_bytes(&self) -> usize {
        self.pending_bytes
    }

    /// Adds a new record.
    pub fn insert(&mut self, version: Version, bytes: Bytes) {
        self.pending_bytes += bytes.len() + 17;
        if !version.tombstone {
            let cache = self.cache.get_mut().unwrap_or_else(PoisonError::into_inner);
            cache.insert(version.revision, bytes.clone());
        }
        self.pending.insert(version.revision, Record { bytes, tombstone: version.tombstone });
    }

    /// Forgets records that a compaction dropped.
    pub fn remove(&mut self, versions: Vec<Version>) {
        let mut cache = self.cache();
        for version in &versions {
            cache.remove(version.revision);
        }
        drop(cache);
        for version in versions {
            match self.pending.remove(&version.revision) {
                Some(record) => self.pending_bytes -= record.bytes.len() + 17,
                // Being written right now, or there already: the next batch removes it.
                None => self.removed.push(version),
            }
        }
    }

    /// Takes what waits, for a flush; until [`Self::flushed`] it still answers reads.
    pub fn begin_flush(&mut self) -> (Arc<Pending>, Arc<Vec<Version>>) {
        let records = Arc::new(std::mem::take(&mut self.pending));
        self.pending_bytes = 0;
        self.flushing = Some(records.clone());
        self.removing = Arc::new(std::mem::take(&mut self.removed));
        (records, self.removing.clone())
    }

    /// What [`Self::begin_flush`] took is in the backend now.
    pub fn flushed(&mut self) {
        self.removing = Arc::default();
        self.flushing = None;
    }

    /// A record that is not in the file yet.
    fn fresh(&self, revision: Revision) -> Option<&Record> {
        let pending = self.pending.get(&revision);
        pending.or_else(|| self.flushing.as_ref().and_then(|flushing| flushing.get(&revision)))
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Revisions that the file may still have though they are removed.
    fn gone(&self) -> HashSet<Revision> {
        self.removed.iter().chain(self.removing.iter()).map(|version| version.revision).collect()
    }

    /// All records as they are now, whatever becomes of them.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn view(&self) -> Result<View, BackendError> {
        Ok(View {
            reader: self.backend.reader()?,
            flushing: self.flushing.clone(),
            pending: self.pending.clone(),
            gone: self.gone(),
        })
    }

    /// Holds these puts' records as they are, to be read without the store. Those in memory are not copied.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn hold(&self, puts: &[Revision]) -> Result<Held, BackendError> {
        let mut cache = self.cache();
        let in_memory = puts.iter().filter_map(|put| {
            let bytes = cache.get(*put).or_else(|| self.fresh(*put).map(|record| &record.bytes))?;
            Some((*put, bytes.clone()))
        });
        Ok(Held { in_memory: in_memory.collect(), reader: self.backend.reader()? })
    }

    /// Shows `take` all records from revision `from` on, in order, until it has had enough.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn since(
        &self,
        from: i64,
        mut take: impl FnMut(Version, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), BackendError> {
        let from = Revision { main: from, sub: 0 };
        let flushing = self.flushing.as_deref();
        let mut fresh = flushing.into_iter().chain([&self.pending]).flat_map(|records| records.range(from..));
        // What is not written yet is newer than all that is; what is being written may be in both.
        let written = flushing.unwrap_or(&self.pending).first_key_value().map(|(revision, _)| *revision);
        if written.is_none_or(|until| from < until)
            && self.backend.reader()?.since(from, written, &mut take)?.is_break()
        {
            return Ok(());
        }
        let _ = fresh.try_for_each(|(revision, record)| {
            take(Version { revision: *revision, tombstone: record.tombstone }, &record.bytes)
        });
        Ok(())
    }

    /// Starts a number of reads.
    pub fn read(&self) -> Reading<'_> {
        Reading { records: self, cache: self.cache(), reader: OnceCell::new(), spent: 0 }
    }
}

/// All records at one moment, for whoever needs longer than the store can wait.
pub struct View {
    reader: Reader,
    flushing: Option<Arc<Pending>>,
    pending: Pending,
    gone: HashSet<Revision>,
}

impl View {
    /// Feeds every record up to revision `to` to `take`, in order: those in the file, then the
    /// fresh ones.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn each(&self, to: i64, mut take: impl FnMut(Version, &[u8])) -> Result<(), BackendError> {
        // Records leave `flushing` only after they are in the file, so the newest that the file
        // has may be in both.
        let mut last = None;
        self.reader.each(to, |version, bytes| {
            last = Some(version.revision);
            if !self.gone.contains(&version.revision) {
                take(version, bytes);
            }
        })?;
        for (revision, record) in
            self.flushing.iter().flat_map(|flushing| flushing.iter()).chain(&self.pending)
        {
            if Some(*revision) > last && revision.main <= to && !self.gone.contains(revision) {
                take(Version { revision: *revision, tombstone: record.tombstone }, &record.bytes);
            }
        }
        Ok(())
    }
}

/// Where records are read from.
pub trait Source {
    /// Shows `take` the encoded key-value of a put.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    fn show<T>(&mut self, put: Revision, take: impl FnOnce(&Bytes) -> T) -> Result<T, BackendError>;

    /// The bytes of all records read so far, where those that were in no memory count for more.
    fn spent(&self) -> usize;
}

/// See [`Records::hold`]. What is read from the file is not remembered: there may be much of it.
pub struct Held {
    in_memory: HashMap<Revision, Bytes, BuildHasherDefault<Neighbours>>,
    reader: Reader,
}

impl Source for Held {
    fn show<T>(&mut self, put: Revision, take: impl FnOnce(&Bytes) -> T) -> Result<T, BackendError> {
        match self.in_memory.get(&put) {
            Some(bytes) => Ok(take(bytes)),
            None => Ok(take(&self.reader.get(Version { revision: put, tombstone: false })?)),
        }
    }

    fn spent(&self) -> usize {
        0
    }
}

/// Reads that share one lock of the cache and one view of the backend.
pub struct Reading<'a> {
    records: &'a Records,
    cache: MutexGuard<'a, Cache>,
    reader: OnceCell<Reader>,
    spent: usize,
}

impl Source for Reading<'_> {
    fn show<T>(&mut self, revision: Revision, take: impl FnOnce(&Bytes) -> T) -> Result<T, BackendError> {
        let held = self.cache.get(revision);
        if let Some(bytes) = held.or_else(|| self.records.fresh(revision).map(|record| &record.bytes)) {
            self.spent += bytes.len();
            return Ok(take(bytes));
        }
        let bytes = self.look_up(Version { revision, tombstone: false })?;
        self.spent += bytes.len() + PAGE;
        let taken = take(&bytes);
        self.cache.insert(revision, bytes);
        Ok(taken)
    }

    fn spent(&self) -> usize {
        self.spent
    }
}

impl Reading<'_> {
    /// The encoded key-value of a put.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn get(&mut self, revision: Revision) -> Result<Bytes, BackendError> {
        self.show(revision, Bytes::clone)
    }

    /// The encoded record of any version, for replaying history: the cache stays as it is.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn old(&mut self, version: Version) -> Result<Bytes, BackendError> {
        if !version.tombstone {
            return self.get(version.revision);
        }
        match self.records.fresh(version.revision) {
            Some(record) => Ok(record.bytes.clone()),
            None => self.look_up(version),
        }
    }

    fn look_up(&mut self, version: Version) -> Result<Bytes, BackendError> {
        if self.reader.get().is_none() {
            let _ = self.reader.set(self.records.backend.reader()?);
        }
        match self.reader.get() {
            Some(reader) => reader.get(version),
            None => self.records.backend.reader()?.get(version),
        }
    }
}
