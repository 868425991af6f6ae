//! The records on disk: one redb file, written in batches.
//!
//! A batch carries the log index it is up to (the *consistent index*); the write-ahead log from
//! there on makes up for what the file lacks.

use std::collections::BTreeMap;
use std::fs;
use std::ops::{Bound, ControlFlow};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use bytes::Bytes;
use etcdfile::{ALARM, FORMAT, KEY, LEASE, META, PARTS};
use redb::{Database, ReadOnlyTable, ReadableDatabase, ReadableTable};

use super::records::Pending;
use super::{Revision, Version};
use crate::faults::{self, Point};

/// Pages that redb may keep in memory. Hot records have their own cache above.
pub(super) const CACHE: usize = 4 << 20;

/// Why the backend can't be used; names the file.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    #[error("{path}: {cause}")]
    Database { path: PathBuf, cause: Box<redb::Error> },
    #[error("{path} has layout {found}, this build reads layout {FORMAT}; start the etcd that wrote it")]
    Format { path: PathBuf, found: u64 },
    #[error("{path}: {cause}")]
    Io { path: PathBuf, cause: std::io::Error },
    #[error("{path}: {what}; restore the member from a snapshot")]
    Damaged { path: PathBuf, what: String },
}

impl BackendError {
    /// What redb says of a file.
    pub(super) fn of(path: &Path, source: redb::Error) -> Self {
        match source {
            redb::Error::Corrupted(what) => Self::Damaged { path: path.into(), what },
            source => Self::Database { path: path.into(), cause: Box::new(source) },
        }
    }
}

/// The numbers beside the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// The last log entry whose effect is in the file.
    pub index: u64,
    /// That entry's term.
    pub term: u64,
    /// The store's revision after that entry.
    pub revision: i64,
    /// The last compaction.
    pub compact_revision: i64,
    /// The cluster and the member that the file belongs to.
    pub cluster_id: u64,
    /// See `cluster_id`.
    pub member_id: u64,
}

/// What one write adds to the file.
pub struct Batch {
    /// Numbers after the batch.
    pub meta: Meta,
    /// New records.
    pub records: Arc<Pending>,
    /// Records that compactions dropped.
    pub removed: Arc<Vec<Version>>,
    /// Leases granted (with their TTL) or gone.
    pub leases: Vec<(i64, Option<i64>)>,
    /// All alarms, when they changed.
    pub alarms: Option<Vec<(u64, i32)>>,
    /// Other parts of the state that changed, by name.
    pub parts: Vec<(&'static str, Vec<u8>)>,
}

/// What a file holds, read once at the start.
#[derive(Default)]
pub struct Contents {
    /// `None` in a new file.
    pub meta: Option<Meta>,
    /// Leases and their TTLs.
    pub leases: Vec<(i64, i64)>,
    /// Members and their alarms.
    pub alarms: Vec<(u64, i32)>,
    /// Other parts of the state, by name.
    pub parts: BTreeMap<String, Vec<u8>>,
}

/// The open file.
pub struct Backend {
    pub(super) path: PathBuf,
    /// Another one after a defragmentation; each reader keeps the one that it began with.
    pub(super) database: RwLock<Arc<Database>>,
    writing: Mutex<Writing>,
    /// Held by the defragmentation under way.
    pub(super) defragmenting: Mutex<()>,
    size: AtomicU64,
    in_use: AtomicU64,
}

/// What whoever writes, or takes the file's place, holds.
#[derive(Default)]
pub(super) struct Writing {
    /// Records removed since the defragmentation under way began.
    pub removed: Option<Vec<Version>>,
    /// See [`Backend::retire`].
    pub retired: bool,
}

/// Opens or makes a file, with what tests want to go wrong with it.
pub(super) fn database(path: &Path) -> Result<Database, BackendError> {
    let mut builder = redb::Builder::new();
    // Without the check of every page a flipped bit would go unnoticed, or end in a panic.
    builder.set_cache_size(CACHE).set_check_integrity_on_open(true);
    let storage = faults::storage(path).map_err(|cause| BackendError::Io { path: path.into(), cause })?;
    let database = match storage {
        None => builder.create(path),
        Some(faulty) => builder.create_with_backend(faulty),
    };
    database.map_err(|error| BackendError::of(path, error.into()))
}

impl Backend {
    /// Opens or makes the file; `record` gets every record in the order of revisions.
    ///
    /// # Errors
    /// Fails when the file can't be read, is of another layout, or is damaged.
    pub fn open(
        path: &Path,
        mut record: impl FnMut(Version, &[u8]),
    ) -> Result<(Self, Contents), BackendError> {
        let failed = |source: redb::Error| BackendError::of(path, source);
        let database = database(path)?;
        let mut contents = Contents::default();
        let mut in_use = 0;
        let read = || -> Result<Option<()>, redb::Error> {
            let txn = database.begin_read()?;
            let meta = match txn.open_table(META) {
                Ok(meta) => meta,
                Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let number =
                |name| Ok::<_, redb::Error>(meta.get(name)?.map(|value| value.value()).unwrap_or_default());
            let signed = |name| number(name).map(u64::cast_signed);
            if number("format")? != FORMAT {
                // Told apart below: a format that is missing is a file that we did not write.
                contents.meta = Some(Meta { index: number("format")?, ..Meta::default() });
                return Ok(None);
            }
            contents.meta = Some(Meta {
                index: number("index")?,
                term: number("term")?,
                revision: signed("revision")?,
                compact_revision: signed("compact-revision")?,
                cluster_id: number("cluster-id")?,
                member_id: number("member-id")?,
            });
            for item in txn.open_table(LEASE)?.iter()? {
                let (id, ttl) = item?;
                contents.leases.push((id.value(), ttl.value()));
            }
            for item in txn.open_table(ALARM)?.iter()? {
                let (member, alarm) = item?;
                contents.alarms.push((member.value(), alarm.value()));
            }
            match txn.open_table(PARTS) {
                Ok(parts) => {
                    for item in parts.iter()? {
                        let (name, bytes) = item?;
                        contents.parts.insert(name.value().into(), bytes.value().into());
                    }
                }
                Err(redb::TableError::TableDoesNotExist(_)) => {}
                Err(error) => return Err(error.into()),
            }
            for item in txn.open_table(KEY)?.iter()? {
                let (key, value) = item?;
                if let Some(version) = Version::from_backend_key(key.value()) {
                    in_use += (key.value().len() + value.value().len()) as u64;
                    record(version, value.value());
                }
            }
            Ok(Some(()))
        };
        let mut read = read;
        if read().map_err(failed)?.is_none()
            && let Some(meta) = contents.meta
        {
            return Err(BackendError::Format { path: path.into(), found: meta.index });
        }
        if contents.meta.is_none() {
            let create = || -> Result<(), redb::Error> {
                let txn = database.begin_write()?;
                txn.open_table(KEY)?;
                txn.open_table(LEASE)?;
                txn.open_table(ALARM)?;
                Ok(txn.commit()?)
            };
            create().map_err(failed)?;
        }
        let backend = Self {
            path: path.into(),
            database: RwLock::new(Arc::new(database)),
            writing: Mutex::default(),
            defragmenting: Mutex::default(),
            size: AtomicU64::new(0),
            in_use: AtomicU64::new(in_use),
        };
        backend.measure();
        Ok((backend, contents))
    }

    pub(super) fn database(&self) -> Arc<Database> {
        self.database.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn failed(&self, source: impl Into<redb::Error>) -> BackendError {
        BackendError::Database { path: self.path.clone(), cause: Box::new(source.into()) }
    }

    pub(super) fn measure(&self) {
        if let Ok(metadata) = fs::metadata(&self.path) {
            self.size.store(metadata.len(), Ordering::Relaxed);
        }
    }

    /// The file's length.
    pub fn size(&self) -> u64 {
        self.size.load(Ordering::Relaxed)
    }

    /// The bytes of all records in it.
    pub fn in_use(&self) -> u64 {
        self.in_use.load(Ordering::Relaxed)
    }

    /// Writes a batch; it is on disk when this returns.
    ///
    /// # Errors
    /// Fails when the disk does. The file then holds the state before the batch.
    pub fn write(&self, batch: &Batch) -> Result<(), BackendError> {
        faults::hit(Point::BeforeCommit);
        if !batch.removed.is_empty() {
            faults::hit(Point::BeforeCompact);
        }
        let mut writing = self.writing();
        let (mut added, mut freed) = (0u64, 0u64);
        let mut write = || -> Result<(), redb::Error> {
            let database = self.database();
            let mut txn = database.begin_write()?;
            // The list of free pages is saved with each commit, so that opening after a crash
            // does not walk the whole file.
            txn.set_quick_repair(true);
            {
                let mut records = txn.open_table(KEY)?;
                // New revisions are behind all others: they are packed into pages one after the
                // other, without a look-up for each.
                let mut end = records.upper_bound_mut(Bound::<&[u8]>::Unbounded)?;
                for (revision, record) in batch.records.iter() {
                    let key = Version { revision: *revision, tombstone: record.tombstone }.backend_key();
                    end.insert_before(key.as_ref(), &record.bytes[..])?;
                    added += (key.as_ref().len() + record.bytes.len()) as u64;
                }
                end.close()?;
                for version in batch.removed.iter() {
                    if let Some(old) = records.remove(version.backend_key().as_ref())? {
                        freed += (17 + old.value().len()) as u64;
                    }
                }
                let mut leases = txn.open_table(LEASE)?;
                for (id, ttl) in &batch.leases {
                    match ttl {
                        Some(ttl) => leases.insert(id, ttl)?,
                        None => leases.remove(id)?,
                    };
                }
                let mut alarms = txn.open_table(ALARM)?;
                if let Some(all) = &batch.alarms {
                    alarms.retain(|_, _| false)?;
                    for (member, alarm) in all {
                        alarms.insert(member, alarm)?;
                    }
                }
                if !batch.parts.is_empty() {
                    let mut parts = txn.open_table(PARTS)?;
                    for (name, bytes) in &batch.parts {
                        parts.insert(name, bytes.as_slice())?;
                    }
                }
                let mut meta = txn.open_table(META)?;
                for (name, value) in [
                    ("format", FORMAT),
                    ("index", batch.meta.index),
                    ("term", batch.meta.term),
                    ("revision", batch.meta.revision.cast_unsigned()),
                    ("compact-revision", batch.meta.compact_revision.cast_unsigned()),
                    ("cluster-id", batch.meta.cluster_id),
                    ("member-id", batch.meta.member_id),
                ] {
                    meta.insert(name, value)?;
                }
            }
            txn.commit()?;
            Ok(())
        };
        write().map_err(|error| self.failed(error))?;
        if let Some(removed) = &mut writing.removed {
            removed.extend_from_slice(&batch.removed);
        }
        drop(writing);
        faults::hit(Point::AfterCommit);
        if !batch.removed.is_empty() {
            faults::hit(Point::AfterCompact);
        }
        self.in_use.fetch_add(added, Ordering::Relaxed);
        self.in_use.fetch_sub(freed.min(self.in_use()), Ordering::Relaxed);
        self.measure();
        Ok(())
    }

    /// A view of the records as they are now, for several reads.
    ///
    /// # Errors
    /// Fails when the file can't be read.
    pub fn reader(&self) -> Result<Reader, BackendError> {
        let database = self.database();
        let open = || -> Result<_, redb::Error> { Ok(database.begin_read()?.open_table(KEY)?) };
        let table = open().map_err(|error| self.failed(error))?;
        Ok(Reader { table, path: self.path.clone(), _database: database })
    }
}

/// A view of the records at one moment.
pub struct Reader {
    table: ReadOnlyTable<&'static [u8], &'static [u8]>,
    path: PathBuf,
    /// A file that is closed can't be read: it may have been replaced since.
    _database: Arc<Database>,
}

impl Reader {
    /// The record of a put.
    ///
    /// # Errors
    /// Fails when the file can't be read or lacks the record.
    pub fn get(&self, version: Version) -> Result<Bytes, BackendError> {
        match self.table.get(version.backend_key().as_ref()) {
            Ok(Some(value)) => Ok(Bytes::copy_from_slice(value.value())),
            Ok(None) => Err(BackendError::Damaged {
                path: self.path.clone(),
                what: format!("the record of revision {} is missing", version.revision.main),
            }),
            Err(error) => {
                Err(BackendError::Database { path: self.path.clone(), cause: Box::new(error.into()) })
            }
        }
    }

    /// Feeds every record up to `to` to `take`, in order.
    ///
    /// # Errors
    /// Fails when the file can't be read.
    pub fn each(&self, to: i64, mut take: impl FnMut(Version, &[u8])) -> Result<(), BackendError> {
        let end = Revision { main: to.saturating_add(1), sub: 0 };
        let all = self.since(Revision::default(), Some(end), |version, record| {
            take(version, record);
            ControlFlow::Continue(())
        });
        all.map(|_| ())
    }

    /// Shows `take` the records from revision `from` on, to but without `until`, in order, as long as
    /// it goes on.
    ///
    /// # Errors
    /// Fails when the file can't be read.
    pub fn since(
        &self,
        from: Revision,
        until: Option<Revision>,
        mut take: impl FnMut(Version, &[u8]) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, BackendError> {
        let from = Version { revision: from, tombstone: false }.backend_key();
        let mut walk = || -> Result<ControlFlow<()>, redb::Error> {
            for item in self.table.range::<&[u8]>(from.as_ref()..)? {
                let (key, value) = item?;
                let Some(version) = Version::from_backend_key(key.value()) else { continue };
                if until.is_some_and(|until| version.revision >= until) {
                    break;
                }
                if take(version, value.value()).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        };
        walk().map_err(|error| BackendError::Database { path: self.path.clone(), cause: Box::new(error) })
    }
}
