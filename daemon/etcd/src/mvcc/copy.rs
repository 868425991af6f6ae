//! Copies of the backend's file: one for whoever wants a snapshot, and one without free space that
//! takes the file's own place while it serves.
//!
//! Records are never changed, only added behind all others and removed. So a copy can be made in
//! steps, each from a view of its own, beside writes: what was written meanwhile is behind what is
//! copied, and what was removed meanwhile is noted and removed at the end.

use std::fs;
use std::io::Seek;
use std::ops::Bound;
use std::path::Path;
use std::sync::{Arc, PoisonError};

use etcdfile::{ALARM, KEY, LEASE, META, PARTS};
use redb::{Database, Key, ReadTransaction, ReadableDatabase, ReadableTable, Table, TableDefinition, Value};

use super::backend::{Backend, BackendError, database};
use crate::faults::{self, Point};
use crate::node::die;

/// Bytes of records that are copied from one view, before it is asked whether to go on.
const STEP: usize = 1 << 20;
/// How often what was written meanwhile is copied too, before the writer has to wait for the rest.
const ROUNDS: usize = 3;

impl Backend {
    /// Copies the file's contents, as they are now, to a new file, and opens that for reading.
    ///
    /// # Errors
    /// Fails when either file can't be used.
    pub fn copy_to(&self, path: &Path) -> Result<fs::File, BackendError> {
        let io = |cause| BackendError::Io { path: path.into(), cause };
        let copy = || -> Result<(), redb::Error> {
            let source = self.database();
            let source = source.begin_read()?;
            let target = redb::Builder::new().set_cache_size(super::backend::CACHE).create(path)?;
            let txn = target.begin_write()?;
            copy_table(&source, &txn, KEY)?;
            copy_small(&source, &txn)?;
            Ok(txn.commit()?)
        };
        copy().map_err(|error| self.failed(error))?;
        let mut file = fs::File::open(path).map_err(io)?;
        file.rewind().map_err(io)?;
        Ok(file)
    }

    /// Gives free space back to the file system, beside reads and writes. `go_on` is asked between
    /// steps; whoever calls it may read and write. Tells whether the file is a new one: it isn't
    /// when `go_on` said no, and when a snapshot took the file's place meanwhile.
    ///
    /// # Errors
    /// Fails when the disk does, or has no room for what lives. The file is then as it was.
    pub fn defragment(&self, mut go_on: impl FnMut() -> bool) -> Result<bool, BackendError> {
        let _alone = self.defragmenting.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = self.path.with_extension(format!("{:016x}.tmp", rand::random::<u64>()));
        self.writing().removed = Some(Vec::new());
        let done = self.rewrite(&fresh, &mut go_on);
        self.writing().removed = None;
        if !matches!(done, Ok(true)) {
            let _ = fs::remove_file(&fresh);
        }
        done
    }

    /// Whatever is under way on this file does not reach its name any more: another file has it.
    pub fn retire(&self) {
        self.writing().retired = true;
    }

    fn rewrite(&self, fresh: &Path, go_on: &mut impl FnMut() -> bool) -> Result<bool, BackendError> {
        let target = database(fresh)?;
        let failed = |error| BackendError::of(fresh, error);
        let mut last = Vec::new();
        for _ in 0..ROUNDS {
            match self.round(&target, &mut last, go_on).map_err(failed)? {
                None => return Ok(false),
                Some(copied) if copied < STEP => break,
                Some(_) => {}
            }
        }
        // The rest, while nobody writes: then both files hold the same.
        let mut writing = self.writing();
        if writing.retired {
            return Ok(false);
        }
        let mut rest = || -> Result<(), redb::Error> {
            let source = self.database();
            let source = source.begin_read()?;
            let mut txn = target.begin_write()?;
            txn.set_quick_repair(true);
            {
                let mut records = txn.open_table(KEY)?;
                copy_records(&source, &mut records, &mut last, None, usize::MAX)?;
                for version in writing.removed.take().unwrap_or_default() {
                    records.remove(version.backend_key().as_ref())?;
                }
            }
            copy_small(&source, &txn)?;
            Ok(txn.commit()?)
        };
        rest().map_err(failed)?;
        faults::hit(Point::DefragmentMade);
        let io = |cause| BackendError::Io { path: self.path.clone(), cause };
        let folder = self.path.parent().map(fs::File::open).transpose().map_err(io)?;
        fs::rename(fresh, &self.path).map_err(io)?;
        faults::hit(Point::DefragmentRenamed);
        // Which of the two has the name after a power loss is unknown until this is done, and only
        // one of them gets what is written from here on.
        if let Some(Err(error)) = folder.map(|folder| folder.sync_all()) {
            die("the defragmented file can't be made the member's", error);
        }
        let mut current = self.database.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *current, Arc::new(target));
        drop(current);
        self.measure();
        drop(writing);
        // Closes it, unless somebody still reads; nobody waits for that.
        drop(old);
        Ok(true)
    }

    /// Copies the records that there are now and that are not copied yet; tells how many bytes,
    /// or `None` when it was told to stop.
    fn round(
        &self,
        target: &Database,
        last: &mut Vec<u8>,
        go_on: &mut impl FnMut() -> bool,
    ) -> Result<Option<usize>, redb::Error> {
        let newest =
            self.database().begin_read()?.open_table(KEY)?.last()?.map(|(key, _)| key.value().to_vec());
        let Some(newest) = newest.filter(|newest| newest > last) else { return Ok(Some(0)) };
        let mut txn = target.begin_write()?;
        txn.set_quick_repair(true);
        let mut all = 0;
        {
            let mut records = txn.open_table(KEY)?;
            loop {
                // A view of a moment: what is freed beside us can be used again.
                let source = self.database().begin_read()?;
                let copied = copy_records(&source, &mut records, last, Some(&newest), STEP)?;
                all += copied;
                faults::hit(Point::DefragmentStep);
                if copied < STEP {
                    break;
                }
                if !go_on() {
                    return Ok(None);
                }
            }
        }
        txn.commit()?;
        Ok(Some(all))
    }
}

/// Copies records behind `last` up to `end`, until that is `limit` bytes; tells how many bytes.
fn copy_records(
    source: &ReadTransaction,
    records: &mut Table<&'static [u8], &'static [u8]>,
    last: &mut Vec<u8>,
    end: Option<&[u8]>,
    limit: usize,
) -> Result<usize, redb::Error> {
    let mut copied = 0;
    let mut at = None;
    let behind = (Bound::Excluded(last.as_slice()), end.map_or(Bound::Unbounded, Bound::Included));
    if end.is_some_and(|end| end <= last.as_slice()) {
        return Ok(0);
    }
    let mut target = records.upper_bound_mut(Bound::<&[u8]>::Unbounded)?;
    for item in source.open_table(KEY)?.range::<&[u8]>(behind)? {
        let (key, value) = item?;
        target.insert_before(key.value(), value.value())?;
        copied += key.value().len() + value.value().len();
        at = Some(key);
        if copied >= limit {
            break;
        }
    }
    target.close()?;
    if let Some(at) = at {
        last.clear();
        last.extend_from_slice(at.value());
    }
    Ok(copied)
}

/// Copies everything beside the records.
fn copy_small(source: &ReadTransaction, txn: &redb::WriteTransaction) -> Result<(), redb::Error> {
    copy_table(source, txn, LEASE)?;
    copy_table(source, txn, ALARM)?;
    copy_table(source, txn, PARTS)?;
    copy_table(source, txn, META)
}

fn copy_table<K: Key + 'static, V: Value + 'static>(
    source: &ReadTransaction,
    txn: &redb::WriteTransaction,
    table: TableDefinition<K, V>,
) -> Result<(), redb::Error> {
    let from = match source.open_table(table) {
        Ok(from) => from,
        // Files of earlier versions lack some, and a new file all.
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut to = txn.open_table(table)?;
    for item in from.iter()? {
        let (key, value) = item?;
        to.insert(key.value(), value.value())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use etcdapi::etcdserverpb::PutRequest;

    use super::super::backend::Meta;
    use super::super::{Revision, Store, Version};
    use super::*;

    fn put(store: &mut Store, key: &str, value: &str) {
        let (key, value) = (key.to_string().into(), value.to_string().into());
        store.put(PutRequest { key, value, ..Default::default() }).expect("puts");
        store.commit();
    }

    fn flush(store: &mut Store) {
        let batch = store.begin_flush(Meta::default());
        store.backend().write(&batch).expect("writes");
        store.flushed();
    }

    /// A store of which most is compacted away: 8,000 revisions of 1.6 kB, of 2,000 keys.
    fn mostly_free(path: &Path) -> Store {
        let (mut store, _) = Store::open(path).expect("opens");
        for round in 0..4 {
            for n in 0..2000 {
                put(&mut store, &format!("key{n:04}"), &format!("{round:<1600}"));
            }
            flush(&mut store);
        }
        store.compact(store.revision()).expect("compacts");
        flush(&mut store);
        store
    }

    fn files(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).expect("reads").flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn others_read_and_write_while_space_is_given_back() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("db");
        let mut store = mostly_free(&path);
        let backend = store.backend().clone();
        let before = backend.size();
        let early = backend.reader().expect("reads");
        let version = |main| Version { revision: Revision { main, sub: 0 }, tombstone: false };
        let last = store.revision();
        let mut steps = 0;
        let fresh = backend.defragment(|| {
            steps += 1;
            // Behind what is copied: something new, and the end of something that was copied.
            put(&mut store, "key0000", &format!("{steps:<1000}"));
            put(&mut store, &format!("new{steps}"), "x");
            store.compact(store.revision()).expect("compacts");
            flush(&mut store);
            assert!(store.get(b"key1999").expect("reads").is_some());
            true
        });
        assert!(fresh.expect("succeeds") && steps >= 2, "{steps} steps");
        assert!(backend.size() < before / 2, "{before} bytes became {}", backend.size());
        assert!(early.get(version(last)).is_ok(), "who began before keeps the old file");
        put(&mut store, "after", "y");
        flush(&mut store);
        let hash = store.hash(0).expect("hashes");
        let everything = store.all(&crate::mvcc::KeyRange::new([0].as_slice().into(), [0].as_slice().into()));
        drop((store, backend, early));
        assert_eq!(files(dir.path()), ["db"]);
        let (store, _) = Store::open(&path).expect("opens again");
        assert_eq!(store.hash(0).expect("hashes"), hash);
        let again = store.all(&crate::mvcc::KeyRange::new([0].as_slice().into(), [0].as_slice().into()));
        let (everything, again) = (everything.expect("reads"), again.expect("reads"));
        assert_eq!(everything.len(), 2000 + steps + 1);
        assert_eq!(everything, again);
    }

    #[test]
    fn who_is_told_to_stop_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("db");
        let store = mostly_free(&path);
        let before = store.backend().size();
        assert!(!store.backend().defragment(|| false).expect("stops"));
        assert_eq!((store.backend().size(), files(dir.path())), (before, vec!["db".to_string()]));
        assert!(store.backend().defragment(|| true).expect("succeeds"), "and it can be asked again");
        assert!(store.backend().size() < before / 2);
    }

    #[test]
    fn a_file_that_another_has_replaced_does_not_come_back() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("db");
        let store = mostly_free(&path);
        let backend = store.backend().clone();
        let done = backend.defragment(|| {
            backend.retire();
            let other = dir.path().join("other");
            fs::write(&other, "another").expect("writes");
            fs::rename(other, &path).expect("renames");
            true
        });
        assert!(!done.expect("ends"));
        assert_eq!(fs::read(&path).expect("reads"), b"another");
        assert_eq!(files(dir.path()), ["db"]);
    }
}
