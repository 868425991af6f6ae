//! Files of upstream's etcd (3.4 to 3.6): looked at, hashed, and made into one of ours.

use std::io;
use std::path::Path;

use etcdapi::authpb::{Role, User};
use etcdapi::mvccpb::KeyValue;
use prost::Message;
use redb::Database;

use crate::bolt::Bolt;
use crate::shown::Shown;
use crate::snapshot::{SnapshotError, Status, database_error, io_error};
use crate::{ALARM, FORMAT, HashKv, KEY, LEASE, META, PARTS, RULES, StoredRules, Version};

/// Records that are written at once.
const BATCH: usize = 20_000;

/// A lease as upstream stores it; what remains of it is known to the leader alone.
#[derive(Clone, PartialEq, Message)]
struct StoredLease {
    #[prost(int64, tag = "1")]
    id: i64,
    #[prost(int64, tag = "2")]
    ttl: i64,
}

/// What is done with each record: its version, key and value.
type TakeRecord<'a> = dyn FnMut(Version, &[u8], &[u8]) -> io::Result<()> + 'a;

fn invalid(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// What is in a file: upstream counts and hashes the entries of all buckets.
pub(crate) fn status(path: &Path, shown: &Path) -> Result<Status, SnapshotError> {
    let read = || -> io::Result<Status> {
        let bolt = Bolt::open(path)?;
        let (mut hash, mut total_keys, mut revision) = (0, 0, 0);
        let mut version = String::new();
        for bucket in bolt.buckets()? {
            hash = crc32c::crc32c_append(hash, &bucket.name);
            bolt.each(&bucket, &mut |key, value| {
                hash = crc32c::crc32c_append(crc32c::crc32c_append(hash, key), value);
                total_keys += 1;
                if bucket.name == b"key"
                    && let Some(version) = Version::from_backend_key(key)
                {
                    revision = version.revision.main;
                }
                if bucket.name == b"meta" && key == b"storageVersion" {
                    version = String::from_utf8_lossy(value).into_owned();
                }
                Ok(())
            })?;
        }
        Ok(Status { hash, revision, total_keys, total_size: bolt.size(), version })
    };
    read().map_err(io_error(shown))
}

/// The revision before which history is compacted; -1 when none is.
fn compacted(bolt: &Bolt) -> io::Result<i64> {
    let mut found = -1;
    bolt.each_of("meta", &mut |key, value| {
        if (key == b"finishedCompactRev" || key == b"scheduledCompactRev")
            && let Some(version) = Version::from_backend_key(value)
        {
            found = found.max(version.revision.main);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The hash over the history up to a revision (zero: the newest), as upstream computes it.
pub(crate) fn hash_kv(path: &Path, shown: &Path, wanted: i64) -> Result<HashKv, SnapshotError> {
    let bolt = Bolt::open(path).map_err(io_error(shown))?;
    let compact_revision = compacted(&bolt).map_err(io_error(shown))?;
    let mut newest = compact_revision.max(1);
    let mut shown_then = Shown::default();
    let each = |take: &mut TakeRecord<'_>| {
        bolt.each_of("key", &mut |key, value| match Version::from_backend_key(key) {
            Some(version) => take(version, key, value),
            None => Err(invalid("a record's revision can't be read".into())),
        })
        .map_err(io_error(shown))
    };
    each(&mut |version, _, value| {
        newest = newest.max(version.revision.main);
        if wanted == 0 || version.revision.main <= wanted {
            shown_then.add(version, value).map_err(|error| invalid(error.to_string()))?;
        }
        Ok(())
    })?;
    let hash_revision = crate::snapshot::checked(wanted, compact_revision, newest, shown)?;
    let kept = shown_then.end(compact_revision);
    let mut hash = crc32c::crc32c(b"key");
    each(&mut |version, key, value| {
        if version.revision.main <= hash_revision && kept.counts(version) {
            hash = crc32c::crc32c_append(crc32c::crc32c_append(hash, key), value);
        }
        Ok(())
    })?;
    Ok(HashKv { hash, hash_revision, compact_revision })
}

/// Makes a file of ours at `target` of one of upstream's: records, leases, users and roles.
///
/// # Errors
/// Fails when either can't be read or written, and leaves a part of `target` behind then.
pub(crate) fn import(path: &Path, shown: &Path, target: &Path) -> Result<(), SnapshotError> {
    let bolt = Bolt::open(path).map_err(io_error(shown))?;
    let failed = |error: redb::Error| database_error(target)(error);
    let database = Database::create(target).map_err(|error| failed(error.into()))?;
    let mut revision = 1;
    let mut batch: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let write = |batch: &mut Vec<(Vec<u8>, Vec<u8>)>| -> Result<(), redb::Error> {
        let txn = database.begin_write()?;
        {
            let mut records = txn.open_table(KEY)?;
            for (key, value) in batch.drain(..) {
                records.insert(&key[..], &value[..])?;
            }
        }
        Ok(txn.commit()?)
    };
    let into_io = |error: redb::Error| io::Error::other(error.to_string());
    bolt.each_of("key", &mut |key, value| {
        let version = Version::from_backend_key(key);
        let version = version.ok_or_else(|| invalid("a record's revision can't be read".into()))?;
        let mut value = value.to_vec();
        if version.tombstone {
            // Older versions may have more in it than ours, where a deletion has only the key.
            let kv = KeyValue::decode(&value[..]).map_err(|error| invalid(error.to_string()))?;
            value = KeyValue { key: kv.key, ..KeyValue::default() }.encode_to_vec();
        }
        revision = revision.max(version.revision.main);
        batch.push((version.backend_key().as_ref().to_vec(), value));
        if batch.len() >= BATCH { write(&mut batch).map_err(into_io) } else { Ok(()) }
    })
    .map_err(io_error(shown))?;
    write(&mut batch).map_err(failed)?;
    let compact_revision = compacted(&bolt).map_err(io_error(shown))?.max(0);
    let mut leases = Vec::new();
    bolt.each_of("lease", &mut |_, value| {
        let lease = StoredLease::decode(value).map_err(|error| invalid(error.to_string()))?;
        leases.push((lease.id, lease.ttl));
        Ok(())
    })
    .map_err(io_error(shown))?;
    let rules = rules(&bolt).map_err(io_error(shown))?;
    let finish = || -> Result<(), redb::Error> {
        let txn = database.begin_write()?;
        {
            let mut table = txn.open_table(LEASE)?;
            for (id, ttl) in &leases {
                table.insert(id, ttl)?;
            }
            txn.open_table(ALARM)?;
            let mut meta = txn.open_table(META)?;
            let revision = revision.max(compact_revision);
            for (name, value) in [
                ("format", FORMAT),
                ("revision", revision.cast_unsigned()),
                ("compact-revision", compact_revision.cast_unsigned()),
            ] {
                meta.insert(name, value)?;
            }
            txn.open_table(PARTS)?.insert(RULES, &rules.encode_to_vec()[..])?;
        }
        Ok(txn.commit()?)
    };
    finish().map_err(failed)
}

/// Users and roles.
fn rules(bolt: &Bolt) -> io::Result<StoredRules> {
    let mut rules = StoredRules { revision: 1, ..StoredRules::default() };
    bolt.each_of("auth", &mut |key, value| {
        match key {
            b"authEnabled" => rules.enabled = value == [1],
            b"authRevision" => {
                rules.revision = u64::from_be_bytes(
                    value.try_into().map_err(|_| invalid("the auth revision can't be read".into()))?,
                );
            }
            _ => {}
        }
        Ok(())
    })?;
    bolt.each_of("authUsers", &mut |_, value| {
        rules.users.push(User::decode(value).map_err(|error| invalid(error.to_string()))?);
        Ok(())
    })?;
    bolt.each_of("authRoles", &mut |_, value| {
        rules.roles.push(Role::decode(value).map_err(|error| invalid(error.to_string()))?);
        Ok(())
    })?;
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Plan, Restore, Revision, bolt};

    fn record(main: i64, key: &str, tombstone: bool) -> (Vec<u8>, Vec<u8>) {
        let version = Version { revision: Revision { main, sub: 0 }, tombstone };
        let kv = KeyValue { key: key.to_string().into(), ..KeyValue::default() };
        (version.backend_key().as_ref().to_vec(), kv.encode_to_vec())
    }

    #[test]
    fn a_file_of_upstream_is_looked_at_hashed_and_restored() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("theirs");
        let records =
            [record(2, "a", false), record(3, "a", false), record(4, "b", false), record(5, "b", true)];
        let all: Vec<(&[u8], Vec<u8>)> =
            records.iter().map(|(key, value)| (&key[..], value.clone())).collect();
        let version = Version { revision: Revision { main: 2, sub: 0 }, tombstone: false };
        let compact = version.backend_key().as_ref().to_vec();
        bolt::tests::sample(&path, &[(b"finishedCompactRev", compact)], [&all[..2], &all[2..]]);
        let found = status(&path, &path).expect("looks");
        assert_eq!((found.revision, found.total_keys), (5, 5));
        let hashed = hash_kv(&path, &path, 0).expect("hashes");
        // Revision 2 is compacted: the hash is over the other three records.
        let mut hash = crc32c::crc32c(b"key");
        for (key, value) in &records[1..] {
            hash = crc32c::crc32c_append(crc32c::crc32c_append(hash, key), value);
        }
        assert_eq!(hashed, HashKv { hash, hash_revision: 5, compact_revision: 2 });
        assert!(matches!(hash_kv(&path, &path, 1), Err(SnapshotError::Revision { .. })));
        assert!(matches!(hash_kv(&path, &path, 6), Err(SnapshotError::Revision { .. })));

        let plan =
            Plan { name: "m".into(), token: "t".into(), cluster: vec![("m".into(), vec!["u".into()])] };
        let how = Restore { bump_revision: 10, mark_compacted: true, skip_hash_check: true, plan };
        let data = dir.path().join("data");
        assert_eq!(crate::restore(&path, &data, &how).expect("restores"), 15);
        let ours = crate::hash_kv(&data.join("member/snap/db"), 0).expect("hashes");
        assert_eq!((ours.hash_revision, ours.compact_revision), (15, 15));
    }
}
