//! The state that the log's entries change, in order: keys, leases, alarms.
//!
//! Nothing here waits or looks at a clock: the same entries always give the same state.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use etcdapi::etcdserverpb::range_request::{SortOrder, SortTarget};
use etcdapi::etcdserverpb::{DeleteRangeRequest, PutRequest, RangeRequest};
use etcdapi::mvccpb::KeyValue;
use etcdfile::{MEMBERS, PLAN, Plan, REMAINING, RULES};
use prost::Message;

use super::backend::{Backend, BackendError, Batch, Contents, Meta};
use super::hash::Unhashed;
use super::index::{Index, Life};
use super::records::{Held, Records, Source};
use super::{KeyRange, Revision, Version};
use crate::auth::Rules;
use crate::command::{LeaseCheckpoint, LeaseCheckpoints};
use crate::error::Error;
use crate::members::Members;
use crate::metrics;

/// The longest lease, as etcd has it.
const MAX_TTL: i64 = 9_000_000_000;
/// The shortest lease: less could not be kept through a change of leaders.
const MIN_TTL: i64 = 2;

/// What happened to one key, for watchers.
#[derive(Clone, Debug)]
pub struct Change {
    /// The key after the change; of a deleted key only the name and the revision.
    pub kv: KeyValue,
    /// A deletion.
    pub deleted: bool,
}

/// What is known of a range beside its key-values.
#[derive(Debug, Default)]
pub struct Found {
    /// Whether the limit cut them short.
    pub more: bool,
    /// Keys in the range.
    pub count: i64,
}

/// What a range may cost.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Keys to walk over.
    pub keys: usize,
    /// Bytes of records; one that is on disk alone counts for more.
    pub bytes: usize,
}

impl Budget {
    /// Whatever it takes.
    const ANY: Self = Self { keys: usize::MAX, bytes: usize::MAX };
}

/// A lease.
#[derive(Debug, Default)]
pub struct Lease {
    /// Seconds that it lasts after being granted or kept alive.
    pub ttl: i64,
    /// Seconds that it had left at its last checkpoint; 0: none since it began.
    pub remaining: i64,
    /// Keys that die with it.
    pub keys: BTreeSet<Bytes>,
}

/// The keys of a range, of which the records are still to be read.
#[derive(Default)]
struct Walked {
    puts: Vec<Revision>,
    count: usize,
    order: SortOrder,
    target: SortTarget,
    /// The records need not be looked into to know which come, and in which order.
    in_order: bool,
}

impl Walked {
    fn show(
        self,
        request: &RangeRequest,
        source: &mut impl Source,
        budget: Budget,
        mut take: impl FnMut(&Bytes),
    ) -> Result<Option<Found>, Error> {
        let limit = usize::try_from(request.limit).unwrap_or(0);
        let mut found = Found { more: false, count: i64::try_from(self.count).unwrap_or(i64::MAX) };
        let mut take = |bytes: &Bytes| {
            if request.keys_only {
                let kv = KeyValue { value: Bytes::new(), ..decode(bytes.clone()) };
                take(&kv.encode_to_vec().into());
            } else {
                take(bytes);
            }
        };
        if !self.in_order {
            let Some(kvs) = self.pick(request, source, budget)? else { return Ok(None) };
            found.more = limit > 0 && kvs.len() > limit;
            let shown = if found.more { &kvs[..limit] } else { &kvs };
            shown.iter().for_each(take);
            return Ok(Some(found));
        }
        found.more = limit > 0 && self.puts.len() > limit;
        let shown = if found.more { &self.puts[..limit] } else { &self.puts };
        for put in shown {
            source.show(*put, &mut take).map_err(backend)?;
            if source.spent() > budget.bytes {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }

    /// Filters and orders look into the records.
    fn pick(
        self,
        request: &RangeRequest,
        source: &mut impl Source,
        budget: Budget,
    ) -> Result<Option<Vec<Bytes>>, Error> {
        let within =
            |value: i64, min: i64, max: i64| (min == 0 || value >= min) && (max == 0 || value <= max);
        let mut kvs = Vec::with_capacity(self.puts.len());
        for put in self.puts {
            if !within(put.main, request.min_mod_revision, request.max_mod_revision) {
                continue;
            }
            let bytes = source.show(put, Bytes::clone).map_err(backend)?;
            if source.spent() > budget.bytes {
                return Ok(None);
            }
            let kv = decode(bytes.clone());
            if within(kv.create_revision, request.min_create_revision, request.max_create_revision) {
                kvs.push((kv, bytes));
            }
        }
        // Keys come in order already; sorting is stable.
        match self.target {
            SortTarget::Key => {}
            SortTarget::Version => kvs.sort_by_key(|(kv, _)| kv.version),
            SortTarget::Create => kvs.sort_by_key(|(kv, _)| kv.create_revision),
            SortTarget::Mod => kvs.sort_by_key(|(kv, _)| kv.mod_revision),
            SortTarget::Value => kvs.sort_by(|(a, _), (b, _)| a.value.cmp(&b.value)),
        }
        if self.order == SortOrder::Descend {
            kvs.reverse();
        }
        Ok(Some(kvs.into_iter().map(|(_, bytes)| bytes).collect()))
    }
}

/// See [`Store::hold`].
pub struct HeldRange {
    walked: Walked,
    records: Held,
}

impl HeldRange {
    /// Shows `take` the encoded key-values, in their order; `request` is that which it was begun with.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn show(mut self, request: &RangeRequest, take: impl FnMut(&Bytes)) -> Result<Found, Error> {
        self.walked.show(request, &mut self.records, Budget::ANY, take).map(Option::unwrap_or_default)
    }
}

/// The whole state.
pub struct Store {
    index: Index,
    records: Records,
    revision: i64,
    compact_revision: i64,
    leases: BTreeMap<i64, Lease>,
    attached: HashMap<Bytes, i64>,
    alarms: BTreeSet<(u64, i32)>,
    rules: Rules,
    touched_rules: bool,
    members: Members,
    touched_members: bool,
    plan: Option<Plan>,
    touched_leases: BTreeSet<i64>,
    touched_alarms: bool,
    touched_remaining: bool,
    next_sub: u32,
    changes: Vec<Change>,
    hashing: bool,
    unhashed: Option<Unhashed>,
}

/// Logs why the backend failed; the client is told only that it did.
pub fn backend(error: BackendError) -> Error {
    tracing::error!(%error, "the backend failed");
    Error::Backend
}

pub(super) fn decode(bytes: Bytes) -> KeyValue {
    // Records are written by `put` alone and checked by redb's checksums.
    KeyValue::decode(bytes).unwrap_or_default()
}

/// Bytes of a file's records that go to the index together, and how many such lots may wait.
const LOT: usize = 256 << 10;
const READ_AHEAD: usize = 8;

/// Records of a file, one behind the other: an allocation for each of them would be what both
/// threads wait for.
#[derive(Default)]
struct Lot {
    bytes: Vec<u8>,
    /// Each record's version, and where it ends.
    ends: Vec<(Version, usize)>,
}

impl Lot {
    fn records(self) -> impl Iterator<Item = (Version, KeyValue)> {
        let bytes = Bytes::from(self.bytes);
        let mut at = 0;
        self.ends.into_iter().map(move |(version, end)| {
            let record = bytes.slice(at..end);
            at = end;
            (version, decode(record))
        })
    }
}

/// The index of a file's records, and the leases of keys.
fn index(lots: impl IntoIterator<Item = Lot>) -> (Index, HashMap<Bytes, i64>) {
    let mut index = Index::default();
    let mut attached: HashMap<Bytes, i64> = HashMap::new();
    for (version, kv) in lots.into_iter().flat_map(Lot::records) {
        index.load(&kv.key, version, Life { created: kv.create_revision, version: kv.version });
        if kv.lease != 0 && !version.tombstone {
            attached.insert(Bytes::copy_from_slice(&kv.key), kv.lease);
        } else if !attached.is_empty() {
            attached.remove(&kv.key[..]);
        }
    }
    (index, attached)
}

impl Store {
    /// Opens the file at `path`; also tells what the file is up to (`None`: it is new).
    ///
    /// # Errors
    /// Fails when the file can't be used.
    pub fn open(path: &std::path::Path) -> Result<(Self, Option<Meta>), BackendError> {
        // One thread reads the file, another makes the index of what the first has read: each takes
        // about half of the time that a large file needs.
        let (sender, receiver) = std::sync::mpsc::sync_channel::<Lot>(READ_AHEAD);
        let (opened, (index, attached)) = std::thread::scope(|scope| {
            let indexed = scope.spawn(move || index(receiver));
            let mut lot = Lot::default();
            let opened = Backend::open(path, |version, bytes| {
                lot.bytes.extend_from_slice(bytes);
                lot.ends.push((version, lot.bytes.len()));
                if lot.bytes.len() >= LOT {
                    // The other side takes all there is; if it panics, so does the join below.
                    let _ = sender.send(std::mem::take(&mut lot));
                }
            });
            let _ = sender.send(lot);
            drop(sender);
            (opened, indexed.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let (backend, contents) = opened?;
        let Contents { meta, leases, alarms, parts } = contents;
        let mut leases: BTreeMap<i64, Lease> =
            leases.into_iter().map(|(id, ttl)| (id, Lease { ttl, ..Lease::default() })).collect();
        for (key, lease) in &attached {
            if let Some(lease) = leases.get_mut(lease) {
                lease.keys.insert(key.clone());
            }
        }
        let damaged = |what: &str| BackendError::Damaged {
            path: path.into(),
            what: format!("its part {what:?} can't be decoded"),
        };
        let rules = match parts.get(RULES) {
            Some(bytes) => Rules::decode(bytes).map_err(|_| damaged(RULES))?,
            None => Rules::default(),
        };
        if let Some(bytes) = parts.get(REMAINING) {
            let remaining = LeaseCheckpoints::decode(&bytes[..]).map_err(|_| damaged(REMAINING))?;
            for LeaseCheckpoint { id, remaining_ttl } in remaining.checkpoints {
                if let Some(lease) = leases.get_mut(&id) {
                    lease.remaining = remaining_ttl;
                }
            }
        }
        let members = match parts.get(MEMBERS) {
            Some(bytes) => Members::decode(bytes).map_err(|_| damaged(MEMBERS))?,
            None => Members::default(),
        };
        let numbers = meta.unwrap_or(Meta { revision: 1, ..Meta::default() });
        let store = Self {
            index,
            records: Records::new(Arc::new(backend)),
            revision: numbers.revision,
            compact_revision: numbers.compact_revision,
            leases,
            attached,
            alarms: alarms.into_iter().collect(),
            rules,
            touched_rules: false,
            members,
            touched_members: false,
            plan: parts.get(PLAN).and_then(|bytes| serde_json::from_slice(bytes).ok()),
            touched_leases: BTreeSet::new(),
            touched_alarms: false,
            touched_remaining: false,
            next_sub: 0,
            changes: Vec::new(),
            hashing: false,
            unhashed: None,
        };
        Ok((store, meta))
    }

    /// The newest revision.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// The revision that the transaction under way makes, or the newest if it changed nothing.
    pub fn writing_revision(&self) -> i64 {
        self.revision + i64::from(self.next_sub > 0)
    }

    /// Keys known, also deleted ones that are not compacted yet.
    pub fn keys(&self) -> usize {
        self.index.len()
    }

    /// The last compaction.
    pub fn compact_revision(&self) -> i64 {
        self.compact_revision
    }

    /// The file below.
    pub fn backend(&self) -> &Arc<Backend> {
        self.records.backend()
    }

    /// Bytes that only the log holds yet.
    pub fn pending_bytes(&self) -> usize {
        self.records.pending_bytes()
    }

    /// Takes all that the file lacks; [`Self::flushed`] follows when it is written.
    pub fn begin_flush(&mut self, mut meta: Meta) -> Batch {
        meta.revision = self.revision;
        meta.compact_revision = self.compact_revision;
        let (records, removed) = self.records.begin_flush();
        let leases = std::mem::take(&mut self.touched_leases)
            .into_iter()
            .map(|id| (id, self.leases.get(&id).map(|lease| lease.ttl)))
            .collect();
        let alarms = std::mem::take(&mut self.touched_alarms).then(|| self.alarms.iter().copied().collect());
        let mut parts = Vec::new();
        if std::mem::take(&mut self.touched_rules) {
            parts.push((RULES, self.rules.encode()));
        }
        if std::mem::take(&mut self.touched_remaining) {
            let left = self.leases.iter().filter(|(_, lease)| lease.remaining > 0);
            let checkpoints =
                left.map(|(id, lease)| LeaseCheckpoint { id: *id, remaining_ttl: lease.remaining }).collect();
            parts.push((REMAINING, LeaseCheckpoints { checkpoints }.encode_to_vec()));
        }
        if std::mem::take(&mut self.touched_members) {
            parts.push((MEMBERS, self.members.encode()));
        }
        Batch { meta, records, removed, leases, alarms, parts }
    }

    /// The last batch is in the file.
    pub fn flushed(&mut self) {
        self.records.flushed();
    }

    // ---- reads ----

    /// Answers a range: `take` sees the encoded key-values in their order. Inside a transaction that has
    /// written, the range sees those writes.
    ///
    /// # Errors
    /// Fails when the revision is compacted or not there yet, and when the backend can't be read: some
    /// key-values may have been shown by then.
    pub fn range(&self, request: &RangeRequest, take: impl FnMut(&Bytes)) -> Result<Found, Error> {
        self.range_within(request, Budget::ANY, take).map(Option::unwrap_or_default)
    }

    /// The key-values of a range, decoded; else as [`Self::range`].
    ///
    /// # Errors
    /// As there.
    pub fn decoded(&self, request: &RangeRequest) -> Result<(Vec<KeyValue>, Found), Error> {
        let mut kvs = Vec::new();
        let found = self.range(request, |bytes| kvs.push(decode(bytes.clone())))?;
        Ok((kvs, found))
    }

    /// As [`Self::range`], as long as it costs no more than `budget`; else `None`, when some key-values may
    /// have been shown.
    ///
    /// # Errors
    /// As there.
    pub fn range_within(
        &self,
        request: &RangeRequest,
        budget: Budget,
        take: impl FnMut(&Bytes),
    ) -> Result<Option<Found>, Error> {
        let Some(walked) = self.walk(request, budget)? else { return Ok(None) };
        walked.show(request, &mut self.records.read(), budget, take)
    }

    /// Begins a range whose key-values are read later, without the store: others need not wait for it. It shows
    /// what [`Self::range`] would show now.
    ///
    /// # Errors
    /// As there.
    pub fn hold(&self, request: &RangeRequest) -> Result<HeldRange, Error> {
        let walked = self.walk(request, Budget::ANY)?.unwrap_or_default();
        let records = self.records.hold(&walked.puts).map_err(backend)?;
        Ok(HeldRange { walked, records })
    }

    /// Walks over the keys of a range; `None` if there are too many of them.
    fn walk(&self, request: &RangeRequest, budget: Budget) -> Result<Option<Walked>, Error> {
        let newest = self.writing_revision();
        self.check_revision(request.revision)?;
        let revision = if request.revision > 0 { request.revision } else { newest };
        let keys = KeyRange::new(request.key.clone(), request.range_end.clone());
        let limit = usize::try_from(request.limit).unwrap_or(0);
        let order = SortOrder::try_from(request.sort_order).map_err(|_| Error::InvalidSort)?;
        let target = SortTarget::try_from(request.sort_target).map_err(|_| Error::InvalidSort)?;
        let filtered = request.min_mod_revision != 0
            || request.max_mod_revision != 0
            || request.min_create_revision != 0
            || request.max_create_revision != 0;
        let in_order = !filtered && target == SortTarget::Key && order != SortOrder::Descend;
        let mut walked = Walked { order, target, in_order, ..Walked::default() };
        for (_, put) in self.index.range(&keys, revision) {
            if walked.count == budget.keys {
                return Ok(None);
            }
            walked.count += 1;
            if !request.count_only && (!in_order || limit == 0 || walked.puts.len() <= limit) {
                walked.puts.push(put);
            }
        }
        Ok(Some(walked))
    }

    /// Whether a read at `revision` (0: now) can be answered.
    ///
    /// # Errors
    /// Fails when the revision is compacted or not there yet.
    pub fn check_revision(&self, revision: i64) -> Result<(), Error> {
        if revision > self.revision {
            Err(Error::FutureRevision)
        } else if revision > 0 && revision < self.compact_revision {
            Err(Error::Compacted)
        } else {
            Ok(())
        }
    }

    /// The key as it is now (inside a transaction: as the transaction has made it).
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn get(&self, key: &[u8]) -> Result<Option<KeyValue>, Error> {
        self.get_at(key, i64::MAX)
    }

    /// The key as it was at `revision`.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn get_at(&self, key: &[u8], revision: i64) -> Result<Option<KeyValue>, Error> {
        let Some(put) = self.index.at(key, revision) else { return Ok(None) };
        self.records.read().get(put).map(|bytes| Some(decode(bytes))).map_err(backend)
    }

    /// Whether the key lives.
    pub fn exists(&self, key: &[u8]) -> bool {
        self.index.at(key, i64::MAX).is_some()
    }

    /// The keys of a range that live now, decoded.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn all(&self, keys: &KeyRange) -> Result<Vec<KeyValue>, Error> {
        let mut reading = self.records.read();
        self.index
            .range(keys, i64::MAX)
            .map(|(_, put)| reading.get(put).map(decode).map_err(backend))
            .collect()
    }

    /// What etcd's hash over all records up to `revision` (0: all) is made of. What is older than
    /// the last compaction counts only as far as `revision` still shows it. Making it reads every
    /// record, so that is left to whoever has it: the store need not wait.
    ///
    /// # Errors
    /// Fails when the revision is compacted or not there yet, or the backend can't be read.
    pub fn to_hash(&self, revision: i64) -> Result<Unhashed, Error> {
        self.check_revision(revision)?;
        let revision = if revision > 0 { revision } else { self.revision };
        // As in etcd: where nothing is shown, everything counts.
        let skipped = if self.compact_revision > 0 && self.shows(revision) {
            self.index.hidden(self.compact_revision, revision)
        } else {
            HashSet::new()
        };
        let view = self.records.view().map_err(backend)?;
        Ok(Unhashed { view, skipped, previous: self.compact_revision, revision })
    }

    /// The hash itself, and the revision hashed.
    ///
    /// # Errors
    /// As [`Self::to_hash`].
    #[cfg(any(test, fuzzing))]
    pub fn hash(&self, revision: i64) -> Result<(u32, i64), Error> {
        let found = self.to_hash(revision)?.hash().map_err(backend)?;
        Ok((found.hash, found.revision))
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn records(&self) -> &Records {
        &self.records
    }

    /// Whether any key lives at a revision.
    fn shows(&self, revision: i64) -> bool {
        self.index.range(&KeyRange::From(Bytes::new()), revision).next().is_some()
    }

    /// From now on compactions are to be hashed: see [`Self::unhashed`].
    pub fn hash_compactions(&mut self, on: bool) {
        self.hashing = on;
    }

    /// Whether compactions are hashed.
    pub fn hashes_compactions(&self) -> bool {
        self.hashing
    }

    /// What the last compaction's hash is made of, if it is to be hashed and wasn't taken yet.
    pub fn unhashed(&mut self) -> Option<Unhashed> {
        self.unhashed.take()
    }

    // ---- writes ----

    fn next(&mut self, tombstone: bool) -> Version {
        let revision = Revision { main: self.revision + 1, sub: self.next_sub };
        self.next_sub += 1;
        Version { revision, tombstone }
    }

    /// Ends a transaction: what it changed becomes the next revision, or nothing did.
    pub fn commit(&mut self) -> Vec<Change> {
        if self.next_sub > 0 {
            self.revision += 1;
            self.next_sub = 0;
        }
        std::mem::take(&mut self.changes)
    }

    /// Whether a put can be done.
    ///
    /// # Errors
    /// Fails when it wants to keep a value or lease that isn't there, or names an unknown lease.
    pub fn check_put(&self, request: &PutRequest) -> Result<(), Error> {
        if (request.ignore_value || request.ignore_lease) && !self.exists(&request.key) {
            return Err(Error::KeyNotFound);
        }
        if request.lease != 0 && !self.leases.contains_key(&request.lease) {
            return Err(Error::LeaseNotFound);
        }
        Ok(())
    }

    /// Puts, after [`Self::check_put`]; returns the key as it was if that was asked for.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn put(&mut self, request: PutRequest) -> Result<Option<KeyValue>, Error> {
        metrics::PUTS.inc();
        // The index knows what most puts need: what was there before may be on disk only.
        let previous = if request.prev_kv || request.ignore_value { self.get(&request.key)? } else { None };
        let lease = if request.ignore_lease { self.lease_of(&request.key) } else { request.lease };
        let value = match &previous {
            Some(previous) if request.ignore_value => previous.value.clone(),
            _ => request.value,
        };
        let version = self.next(false);
        let life = self.index.insert(&request.key, version);
        let kv = KeyValue {
            key: request.key,
            create_revision: life.created,
            mod_revision: version.revision.main,
            version: life.version,
            value,
            lease,
        };
        // One allocation of the right size for the record; the request's buffers, which may be
        // much larger, go.
        let mut buffer = BytesMut::with_capacity(kv.encoded_len());
        kv.encode_raw(&mut buffer);
        let bytes = buffer.freeze();
        let kv = decode(bytes.clone());
        self.attach(&kv.key, kv.lease);
        self.records.insert(version, bytes);
        self.changes.push(Change { kv, deleted: false });
        Ok(previous.filter(|_| request.prev_kv))
    }

    /// The lease that a key is attached to; 0: none.
    fn lease_of(&self, key: &[u8]) -> i64 {
        if self.attached.is_empty() { 0 } else { self.attached.get(key).copied().unwrap_or_default() }
    }

    fn attach(&mut self, key: &[u8], lease: i64) {
        let old = self.lease_of(key);
        if old == lease {
            return;
        }
        if old != 0 {
            self.attached.remove(key);
            if let Some(lease) = self.leases.get_mut(&old) {
                lease.keys.remove(key);
            }
        }
        if let Some(found) = self.leases.get_mut(&lease) {
            let key = Bytes::copy_from_slice(key);
            found.keys.insert(key.clone());
            self.attached.insert(key, lease);
        }
    }

    /// Deletes; returns how many keys, and the keys as they were if that was asked for.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn delete_range(&mut self, request: &DeleteRangeRequest) -> Result<(i64, Vec<KeyValue>), Error> {
        metrics::DELETES.inc();
        let range = KeyRange::new(request.key.clone(), request.range_end.clone());
        let previous = if request.prev_kv { self.all(&range)? } else { Vec::new() };
        let keys: Vec<Bytes> =
            self.index.range(&range, i64::MAX).map(|(key, _)| Bytes::copy_from_slice(key)).collect();
        let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
        for key in keys {
            self.delete(key);
        }
        Ok((count, previous))
    }

    fn delete(&mut self, key: Bytes) {
        let version = self.next(true);
        self.attach(&key, 0);
        let kv = KeyValue { key: key.clone(), ..KeyValue::default() };
        self.records.insert(version, kv.encode_to_vec().into());
        self.index.insert(&key, version);
        self.changes
            .push(Change { kv: KeyValue { mod_revision: version.revision.main, ..kv }, deleted: true });
    }

    /// Forgets what only reads before `revision` could see.
    ///
    /// # Errors
    /// Fails when that is done already, or the revision isn't there yet.
    pub fn compact(&mut self, revision: i64) -> Result<(), Error> {
        if revision <= self.compact_revision {
            return Err(Error::Compacted);
        }
        if revision > self.revision {
            return Err(Error::FutureRevision);
        }
        // Before they are gone.
        let hashed = self.hashing.then(|| (self.records.view(), self.shows(revision)));
        let previous = std::mem::replace(&mut self.compact_revision, revision);
        let removed = self.index.compact(revision);
        if let Some((view, skipping)) = hashed {
            let view = view.map_err(backend)?;
            let skipped = removed.iter().filter(|version| skipping && version.revision.main <= previous);
            let skipped = skipped.map(|version| version.revision).collect();
            self.unhashed = Some(Unhashed { view, skipped, previous, revision });
        }
        metrics::COMPACTED.add(removed.len() as u64);
        self.records.remove(removed);
        Ok(())
    }

    // ---- leases and alarms ----

    /// Grants a lease; returns the TTL, which has a minimum.
    ///
    /// # Errors
    /// Fails when the id is taken or the TTL too large.
    pub fn grant(&mut self, id: i64, ttl: i64) -> Result<i64, Error> {
        if ttl > MAX_TTL {
            return Err(Error::LeaseTtlTooLarge);
        }
        if self.leases.contains_key(&id) {
            return Err(Error::LeaseExists);
        }
        let ttl = ttl.max(MIN_TTL);
        self.leases.insert(id, Lease { ttl, ..Lease::default() });
        self.touched_leases.insert(id);
        Ok(ttl)
    }

    /// Ends a lease and deletes its keys.
    ///
    /// # Errors
    /// Fails when there is no such lease.
    pub fn revoke(&mut self, id: i64) -> Result<(), Error> {
        let lease = self.leases.remove(&id).ok_or(Error::LeaseNotFound)?;
        self.touched_leases.insert(id);
        // Another one may have its id some day.
        self.touched_remaining |= lease.remaining > 0;
        for key in lease.keys {
            self.delete(key);
        }
        Ok(())
    }

    /// Remembers what a lease has left, as its leader said (0: all). Of a lease that is gone it
    /// means nothing.
    pub fn checkpoint(&mut self, id: i64, remaining: i64) {
        if let Some(lease) = self.leases.get_mut(&id) {
            lease.remaining = remaining;
            self.touched_remaining = true;
        }
    }

    /// All leases.
    pub fn leases(&self) -> &BTreeMap<i64, Lease> {
        &self.leases
    }

    /// Raises (`on`) or clears an alarm; tells whether that changed anything.
    pub fn set_alarm(&mut self, member: u64, alarm: i32, on: bool) -> bool {
        let changed =
            if on { self.alarms.insert((member, alarm)) } else { self.alarms.remove(&(member, alarm)) };
        self.touched_alarms |= changed;
        changed
    }

    /// Who may do what.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The cluster that a restored file is to begin, until it has begun.
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    /// Who belongs to the cluster.
    pub fn members(&self) -> &Members {
        &self.members
    }

    /// The members, to change them.
    pub fn members_mut(&mut self) -> &mut Members {
        self.touched_members = true;
        &mut self.members
    }

    /// The rules, to change them.
    pub fn rules_mut(&mut self) -> &mut Rules {
        self.touched_rules = true;
        &mut self.rules
    }

    /// The keys that would die with a lease.
    pub fn lease_keys(&self, id: i64) -> impl Iterator<Item = &Bytes> {
        self.leases.get(&id).into_iter().flat_map(|lease| &lease.keys)
    }

    /// Members and their alarms.
    pub fn alarms(&self) -> &BTreeSet<(u64, i32)> {
        &self.alarms
    }
}
