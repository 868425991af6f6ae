//! Which records count in a hash: all, but of those that are older than the last compaction only
//! what the hashed revision still shows.

use std::collections::{HashMap, HashSet};

use etcdapi::mvccpb::KeyValue;
use prost::{DecodeError, Message};

use crate::{Revision, Version};

/// The newest put of each key that lives, as far as records were added.
#[derive(Default)]
pub(crate) struct Shown(HashMap<Vec<u8>, Revision>);

impl Shown {
    /// Adds a record; they come in the order of revisions.
    ///
    /// # Errors
    /// Fails when it is no key-value.
    pub fn add(&mut self, version: Version, record: &[u8]) -> Result<(), DecodeError> {
        let kv = KeyValue::decode(record)?;
        if version.tombstone {
            self.0.remove(&kv.key[..]);
        } else {
            self.0.insert(kv.key.to_vec(), version.revision);
        }
        Ok(())
    }

    /// All are added, up to the revision to hash.
    pub fn end(self, compact_revision: i64) -> Kept {
        Kept { compact_revision, shown: self.0.into_values().collect() }
    }
}

/// See [`Shown`].
pub(crate) struct Kept {
    compact_revision: i64,
    shown: HashSet<Revision>,
}

impl Kept {
    /// Whether a record counts. Where nothing is shown everything does, as in etcd.
    pub fn counts(&self, version: Version) -> bool {
        version.revision.main > self.compact_revision
            || self.shown.is_empty()
            || self.shown.contains(&version.revision)
    }
}
