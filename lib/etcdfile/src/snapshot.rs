//! Snapshots: the backend's file with the SHA-256 of it behind.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use etcdapi::mvccpb::KeyValue;
use prost::Message;
use redb::{Database, ReadableDatabase, ReadableTable};
use serde::{Deserialize, Serialize};

use crate::bolt::Bolt;
use crate::shown::Shown;
use crate::{ALARM, FORMAT, KEY, LEASE, MEMBERS, META, PARTS, PLAN, STORAGE_VERSION, Version, upstream};

/// The checksum's length.
const SUM: u64 = 32;
/// The file itself comes in whole sectors.
const SECTOR: u64 = 512;

/// Why a snapshot can't be used; names the file.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It can't be read, or the other not written.
    #[error("{path}: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    /// Its checksum says that it was changed.
    #[error("{path}: expected sha256 {expected}, got {found}")]
    Sum { path: PathBuf, expected: String, found: String },
    /// It has no checksum, as a copy of a data directory's file.
    #[error("{path}: snapshot missing hash but --skip-hash-check=false")]
    NoSum { path: PathBuf },
    /// The database in it can't be read.
    #[error("{path}: {cause}")]
    Database { path: PathBuf, cause: Box<redb::Error> },
    /// It is none of ours.
    #[error("{path} is no snapshot of this etcd (it is of layout {found}, not {FORMAT})")]
    Format { path: PathBuf, found: u64 },
    /// It is of upstream's etcd.
    #[error(
        "{path} is a file of upstream's etcd: save a snapshot with that etcd and make a data directory \
         of it with `ectl snapshot restore`"
    )]
    Upstream { path: PathBuf },
    /// The history of that revision is not in it.
    #[error("{path}: {what}")]
    Revision { path: PathBuf, what: &'static str },
    /// There is something already.
    #[error("data-dir {path:?} not empty or could not be read")]
    NotEmpty { path: PathBuf },
}

/// What is in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// CRC-32C over all records.
    pub hash: u32,
    pub revision: i64,
    /// Records, of all revisions.
    pub total_keys: u64,
    /// Bytes of the file.
    pub total_size: u64,
    /// The storage's version; empty when the file has none (before 3.6).
    pub version: String,
}

/// A hash over the history of all keys, as members compare it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashKv {
    pub hash: u32,
    /// The revision that it goes up to.
    pub hash_revision: i64,
    /// -1 when nothing is compacted.
    pub compact_revision: i64,
}

/// The cluster that a restored file's first member begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub name: String,
    pub token: String,
    /// Names and peer URLs of all members.
    pub cluster: Vec<(String, Vec<String>)>,
}

/// How to restore.
#[derive(Clone, Debug)]
pub struct Restore {
    /// What is added to the revision, so that no client has seen a later one.
    pub bump_revision: i64,
    /// Whether the history before counts as compacted, so that watchers start over.
    pub mark_compacted: bool,
    pub skip_hash_check: bool,
    pub plan: Plan,
}

pub(crate) fn io_error(path: &Path) -> impl Fn(io::Error) -> SnapshotError {
    move |cause| SnapshotError::Io { path: path.into(), cause }
}

pub(crate) fn database_error(path: &Path) -> impl Fn(redb::Error) -> SnapshotError {
    move |cause| SnapshotError::Database { path: path.into(), cause: Box::new(cause) }
}

/// The revision that is hashed when one is wanted (zero: the newest).
pub(crate) fn checked(wanted: i64, compacted: i64, newest: i64, path: &Path) -> Result<i64, SnapshotError> {
    let refuse = |what| Err(SnapshotError::Revision { path: path.into(), what });
    match wanted {
        0 => Ok(newest),
        wanted if wanted < compacted => refuse("mvcc: required revision has been compacted"),
        wanted if wanted > newest => refuse("mvcc: required revision is a future revision"),
        wanted => Ok(wanted),
    }
}

/// Copies the snapshot's database to `target`, and checks it on the way.
fn unpack(source: &Path, target: &Path, skip_hash_check: bool) -> Result<(), SnapshotError> {
    let mut file = File::open(source).map_err(io_error(source))?;
    let len = file.metadata().map_err(io_error(source))?.len();
    let summed = len % SECTOR == SUM;
    if !summed && !skip_hash_check {
        return Err(SnapshotError::NoSum { path: source.into() });
    }
    let mut options = File::options();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut copy = options.write(true).create(true).truncate(true).open(target).map_err(io_error(target))?;
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    let mut remaining = if summed { len - SUM } else { len };
    let mut buffer = vec![0; 256 << 10];
    while remaining > 0 {
        let part = usize::try_from(remaining.min(buffer.len() as u64)).unwrap_or(buffer.len());
        file.read_exact(&mut buffer[..part]).map_err(io_error(source))?;
        digest.update(&buffer[..part]);
        copy.write_all(&buffer[..part]).map_err(io_error(target))?;
        remaining -= part as u64;
    }
    copy.sync_all().map_err(io_error(target))?;
    if summed && !skip_hash_check {
        let mut expected = Vec::new();
        file.read_to_end(&mut expected).map_err(io_error(source))?;
        let found = digest.finish();
        if found.as_ref() != &expected[..] {
            let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            return Err(SnapshotError::Sum {
                path: source.into(),
                expected: hex(&expected),
                found: hex(found.as_ref()),
            });
        }
    }
    Ok(())
}

fn open(path: &Path, shown: &Path) -> Result<Database, SnapshotError> {
    let failed = database_error(shown);
    // Without the check of every page a damaged one could end in a panic.
    let mut builder = Database::builder();
    builder.set_check_integrity_on_open(true);
    let database = builder.open(path).map_err(|error| failed(error.into()))?;
    let format = || -> Result<u64, redb::Error> {
        let meta = match database.begin_read()?.open_table(META) {
            Ok(meta) => meta,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(0),
            Err(error) => return Err(error.into()),
        };
        Ok(meta.get("format")?.map(|value| value.value()).unwrap_or_default())
    };
    match format().map_err(failed)? {
        FORMAT => Ok(database),
        found => Err(SnapshotError::Format { path: shown.into(), found }),
    }
}

/// Looks at a snapshot.
///
/// # Errors
/// Fails when it can't be read or was changed.
pub fn status(path: &Path) -> Result<Status, SnapshotError> {
    let copy = std::env::temp_dir().join(format!("snapshot-{}-{:x}.db", std::process::id(), stamp()));
    let looked = unpack(path, &copy, false).and_then(|()| {
        if Bolt::is(&copy).map_err(io_error(&copy))? {
            upstream::status(&copy, path)
        } else {
            look(&copy, path)
        }
    });
    let _ = fs::remove_file(&copy);
    looked
}

/// The hash over the history in a file: a snapshot, or that of a data directory which no member
/// uses. Of revision zero: the newest.
///
/// # Errors
/// Fails when the file can't be read, was changed, or does not have that revision.
pub fn hash_kv(path: &Path, revision: i64) -> Result<HashKv, SnapshotError> {
    if Bolt::is(path).map_err(io_error(path))? {
        return upstream::hash_kv(path, path, revision);
    }
    let copy = std::env::temp_dir().join(format!("hashkv-{}-{:x}.db", std::process::id(), stamp()));
    // A data directory's file has no checksum.
    let found = unpack(path, &copy, true).and_then(|()| {
        let database = open(&copy, path)?;
        hash(&database, revision, path)
    });
    let _ = fs::remove_file(&copy);
    found
}

/// What is done with each record: its version, key and value.
type TakeRecord<'a> = dyn FnMut(Version, &[u8], &[u8]) + 'a;

fn hash(database: &Database, wanted: i64, path: &Path) -> Result<HashKv, SnapshotError> {
    let failed = database_error(path);
    let numbers = || -> Result<(i64, i64), redb::Error> {
        let meta = database.begin_read()?.open_table(META)?;
        let number = |name: &str| -> Result<i64, redb::Error> {
            Ok(meta.get(name)?.map(|value| value.value().cast_signed()).unwrap_or_default())
        };
        // Members say -1 as long as nothing is compacted.
        let compacted = Some(number("compact-revision")?).filter(|revision| *revision > 0).unwrap_or(-1);
        Ok((compacted, number("revision")?))
    };
    let (compact_revision, newest) = numbers().map_err(&failed)?;
    let hash_revision = checked(wanted, compact_revision, newest, path)?;
    let each = |take: &mut TakeRecord<'_>| -> Result<(), redb::Error> {
        for item in database.begin_read()?.open_table(KEY)?.iter()? {
            let (key, value) = item?;
            let version = Version::from_backend_key(key.value());
            if let Some(version) = version.filter(|version| version.revision.main <= hash_revision) {
                take(version, key.value(), value.value());
            }
        }
        Ok(())
    };
    let (mut shown, mut undecoded) = (Shown::default(), None);
    each(&mut |version, _, value| undecoded = shown.add(version, value).err().or(undecoded.take()))
        .map_err(&failed)?;
    if let Some(error) = undecoded {
        let cause = std::io::Error::new(std::io::ErrorKind::InvalidData, error);
        return Err(SnapshotError::Io { path: path.into(), cause });
    }
    let kept = shown.end(compact_revision);
    let mut hash = crc32c::crc32c(b"key");
    each(&mut |version, key, value| {
        if kept.counts(version) {
            hash = crc32c::crc32c_append(crc32c::crc32c_append(hash, key), value);
        }
    })
    .map_err(&failed)?;
    Ok(HashKv { hash, hash_revision, compact_revision })
}

/// Gives back the room that a data directory's file doesn't use; no member may run on it. Returns
/// its size before and after.
///
/// # Errors
/// Fails when the file can't be opened: there is none, a member runs on it, or it is upstream's.
pub fn defragment(data_dir: &Path) -> Result<(u64, u64), SnapshotError> {
    let path = data_dir.join("member/snap/db");
    let size = || fs::metadata(&path).map(|meta| meta.len()).map_err(io_error(&path));
    let before = size()?;
    if Bolt::is(&path).map_err(io_error(&path))? {
        return Err(SnapshotError::Upstream { path });
    }
    let mut database = open(&path, &path)?;
    while database.compact().map_err(|error| database_error(&path)(error.into()))? {}
    drop(database);
    Ok((before, size()?))
}

/// Whether the file of a data directory is of this layout.
///
/// # Errors
/// Fails when it isn't, or can't be opened.
pub fn check_layout(data_dir: &Path) -> Result<(), SnapshotError> {
    let path = data_dir.join("member/snap/db");
    if Bolt::is(&path).map_err(io_error(&path))? {
        return Err(SnapshotError::Upstream { path });
    }
    open(&path, &path).map(drop)
}

/// Tells copies of one process apart.
fn stamp() -> u128 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |now| now.as_nanos())
}

fn look(copy: &Path, shown: &Path) -> Result<Status, SnapshotError> {
    let database = open(copy, shown)?;
    let total_size = fs::metadata(copy).map_err(io_error(copy))?.len();
    let read = || -> Result<Status, redb::Error> {
        let txn = database.begin_read()?;
        let mut crc = crc32c::crc32c(b"key");
        let mut total_keys = 0;
        for item in txn.open_table(KEY)?.iter()? {
            let (key, value) = item?;
            crc = crc32c::crc32c_append(crc, key.value());
            crc = crc32c::crc32c_append(crc, value.value());
            total_keys += 1;
        }
        let meta = txn.open_table(META)?;
        let revision = meta.get("revision")?.map(|value| value.value().cast_signed()).unwrap_or_default();
        Ok(Status { hash: crc, revision, total_keys, total_size, version: STORAGE_VERSION.into() })
    };
    read().map_err(database_error(shown))
}

/// Makes a data directory of a snapshot: a member of a new cluster, with the snapshot's keys.
/// Returns the revision that it begins with.
///
/// # Errors
/// Fails when the snapshot can't be used or the directory holds a member already.
pub fn restore(source: &Path, data_dir: &Path, how: &Restore) -> Result<i64, SnapshotError> {
    let folder = data_dir.join("member/snap");
    if data_dir.join("member").exists() {
        return Err(SnapshotError::NotEmpty { path: data_dir.into() });
    }
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(builder.recursive(true), 0o700);
    builder.create(&folder).map_err(io_error(&folder))?;
    let (temporary, target) = (folder.join("restore.tmp"), folder.join("db"));
    let restored = unpack(source, &temporary, how.skip_hash_check).and_then(|()| {
        if Bolt::is(&temporary).map_err(io_error(&temporary))? {
            let theirs = folder.join("upstream.tmp");
            fs::rename(&temporary, &theirs).map_err(io_error(&theirs))?;
            upstream::import(&theirs, source, &temporary)?;
            fs::remove_file(&theirs).map_err(io_error(&theirs))?;
        }
        let database = open(&temporary, source)?;
        let revision = change(&database, how).map_err(database_error(source))?;
        drop(database);
        Ok(revision)
    });
    if restored.is_err() {
        let _ = fs::remove_dir_all(data_dir.join("member"));
    }
    let revision = restored?;
    fs::rename(&temporary, &target).map_err(io_error(&target))?;
    File::open(&folder).and_then(|folder| folder.sync_all()).map_err(io_error(&folder))?;
    Ok(revision)
}

fn change(database: &Database, how: &Restore) -> Result<i64, redb::Error> {
    let txn = database.begin_write()?;
    let revision;
    {
        let mut meta = txn.open_table(META)?;
        let number = meta.get("revision")?.map(|value| value.value()).unwrap_or_default();
        revision = number.cast_signed() + how.bump_revision;
        // The log begins anew, and whose member it is is seen at the start.
        for name in ["index", "term", "cluster-id", "member-id"] {
            meta.insert(name, 0)?;
        }
        meta.insert("revision", revision.cast_unsigned())?;
        if how.mark_compacted {
            meta.insert("compact-revision", revision.cast_unsigned())?;
            let mut records = txn.open_table(KEY)?;
            for old in superseded(&records)? {
                records.remove(&old[..])?;
            }
        }
        txn.open_table(LEASE)?;
        txn.open_table(ALARM)?.retain(|_, _| false)?;
        let mut parts = txn.open_table(PARTS)?;
        parts.remove(MEMBERS)?;
        let plan = serde_json::to_vec(&how.plan).unwrap_or_default();
        parts.insert(PLAN, &plan[..])?;
    }
    txn.commit()?;
    Ok(revision)
}

/// Records that no read of the newest revision can see.
fn superseded(
    records: &impl ReadableTable<&'static [u8], &'static [u8]>,
) -> Result<Vec<Vec<u8>>, redb::Error> {
    let mut newest: HashMap<Bytes, Vec<u8>> = HashMap::new();
    let mut old = Vec::new();
    for item in records.iter()? {
        let (at, value) = item?;
        let Some(version) = Version::from_backend_key(at.value()) else { continue };
        let Ok(kv) = KeyValue::decode(value.value()) else { continue };
        let at = at.value().to_vec();
        let before = if version.tombstone {
            old.push(at);
            newest.remove(&kv.key)
        } else {
            newest.insert(kv.key, at)
        };
        old.extend(before);
    }
    Ok(old)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Revision;

    fn sample(path: &Path) {
        let database = Database::create(path).expect("creates");
        let txn = database.begin_write().expect("begins");
        {
            let mut records = txn.open_table(KEY).expect("opens");
            for (main, key, tombstone) in [(2, "a", false), (3, "a", false), (4, "b", false), (5, "b", true)]
            {
                let version = Version { revision: Revision { main, sub: 0 }, tombstone };
                let kv = KeyValue { key: key.into(), value: "v".into(), ..Default::default() };
                records.insert(version.backend_key().as_ref(), &kv.encode_to_vec()[..]).expect("inserts");
            }
            let mut meta = txn.open_table(META).expect("opens");
            for (name, value) in [("format", FORMAT), ("revision", 5), ("index", 9)] {
                meta.insert(name, value).expect("inserts");
            }
        }
        txn.commit().expect("commits");
        drop(database);
        let mut bytes = fs::read(path).expect("reads");
        let sum = ring::digest::digest(&ring::digest::SHA256, &bytes);
        bytes.extend_from_slice(sum.as_ref());
        fs::write(path, bytes).expect("writes");
    }

    fn how() -> Restore {
        let plan =
            Plan { name: "m".into(), token: "t".into(), cluster: vec![("m".into(), vec!["u".into()])] };
        Restore { bump_revision: 1000, mark_compacted: true, skip_hash_check: false, plan }
    }

    #[test]
    fn a_restored_file_has_the_newest_keys_at_a_later_revision() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("snapshot");
        sample(&path);
        let before = status(&path).expect("looks");
        assert_eq!((before.revision, before.total_keys), (5, 4));
        let data = dir.path().join("data");
        assert_eq!(restore(&path, &data, &how()).expect("restores"), 1005);
        let after = look(&data.join("member/snap/db"), &path).expect("looks");
        assert_eq!((after.revision, after.total_keys), (1005, 1));
        assert!(matches!(restore(&path, &data, &how()), Err(SnapshotError::NotEmpty { .. })));
    }

    #[test]
    fn a_flipped_bit_a_missing_checksum_and_a_foreign_file_are_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("snapshot");
        sample(&path);
        let whole = fs::read(&path).expect("reads");
        let mut bytes = whole.clone();
        bytes[5000] ^= 1;
        fs::write(&path, &bytes).expect("writes");
        assert!(matches!(status(&path), Err(SnapshotError::Sum { .. })));
        let data = dir.path().join("data");
        assert!(restore(&path, &data, &how()).is_err());
        assert!(!data.join("member").exists(), "nothing is left behind");
        fs::write(&path, &whole[..whole.len() - 32]).expect("writes");
        assert!(matches!(status(&path), Err(SnapshotError::NoSum { .. })));
        let anyhow = Restore { skip_hash_check: true, ..how() };
        assert!(restore(&path, &data, &anyhow).is_ok());
        fs::write(&path, vec![7; 8192]).expect("writes");
        assert!(restore(&path, &dir.path().join("other"), &anyhow).is_err());
    }

    #[test]
    fn damage_is_refused_or_means_nothing_even_without_the_checksum() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("db");
        sample(&path);
        let whole = fs::read(&path).expect("reads");
        let whole = &whole[..whole.len() - 32];
        fs::write(&path, whole).expect("writes");
        let expected = hash_kv(&path, 0).expect("hashes");
        let (mut refused, mut same) = (0, 0);
        let mut judge = |bad: &[u8], what: String| {
            fs::write(&path, bad).expect("writes");
            match hash_kv(&path, 0) {
                Ok(found) => {
                    assert_eq!(found, expected, "{what}");
                    same += 1;
                }
                Err(error) => {
                    assert!(error.to_string().contains("db"), "{error}");
                    refused += 1;
                }
            }
            let data = dir.path().join("data");
            let anyhow = Restore { skip_hash_check: true, ..how() };
            if restore(&path, &data, &anyhow).is_err() {
                assert!(!data.join("member").exists(), "{what}: nothing is left behind");
            }
            let _ = fs::remove_dir_all(data);
        };
        for at in (0..whole.len()).step_by((whole.len() / 150) | 1) {
            let mut bad = whole.to_vec();
            bad[at] ^= 1 << (at % 8);
            judge(&bad, format!("byte {at} is another"));
        }
        for keep in (4..whole.len()).step_by((whole.len() / 20) | 1) {
            judge(&whole[..keep], format!("only {keep} bytes are left"));
        }
        assert!(refused > 10 && same > 10, "{refused} refused, {same} the same");
    }

    #[test]
    fn a_newer_layout_is_refused_by_its_number() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("db");
        sample(&path);
        let whole = fs::read(&path).expect("reads");
        fs::write(&path, &whole[..whole.len() - 32]).expect("writes");
        let database = Database::open(&path).expect("opens");
        let txn = database.begin_write().expect("begins");
        txn.open_table(META).expect("opens").insert("format", 99).expect("inserts");
        txn.commit().expect("commits");
        drop(database);
        let anyhow = Restore { skip_hash_check: true, ..how() };
        for error in [
            hash_kv(&path, 0).map(drop).expect_err("refuses"),
            restore(&path, &dir.path().join("data"), &anyhow).map(drop).expect_err("refuses"),
        ] {
            assert!(matches!(error, SnapshotError::Format { found: 99, .. }), "{error}");
        }
    }
}
