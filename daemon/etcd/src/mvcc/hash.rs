//! Hashes over records, as etcd makes them, so that members can be compared; and those of past
//! compactions.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::backend::BackendError;
use super::records::View;
use super::{Revision, Version};

/// Compactions whose hashes are remembered, as etcd has it.
const REMEMBERED: usize = 10;

/// A hash under way.
pub struct Hasher(u32);

impl Default for Hasher {
    fn default() -> Self {
        // The name of etcd's bucket.
        Self(crc32c::crc32c(b"key"))
    }
}

impl Hasher {
    /// Adds a record.
    pub fn add(&mut self, version: Version, bytes: &[u8]) {
        self.0 = crc32c::crc32c_append(self.0, version.backend_key().as_ref());
        self.0 = crc32c::crc32c_append(self.0, bytes);
    }

    /// The hash.
    pub fn end(self) -> u32 {
        self.0
    }
}

/// Records of which the hash is not made yet: those that a compaction found, or all there are.
pub struct Unhashed {
    /// The records; of a compaction, before it.
    pub view: View,
    /// Those that count no more: older than the compaction before, and not shown any more.
    pub skipped: HashSet<Revision>,
    /// The compaction before this one; 0: none.
    pub previous: i64,
    /// What was compacted to, or up to where is hashed.
    pub revision: i64,
}

impl Unhashed {
    /// Makes the hash: it takes as long as reading all records does.
    ///
    /// # Errors
    /// Fails when the backend can't be read.
    pub fn hash(&self) -> Result<CompactionHash, BackendError> {
        crate::faults::hash_begins();
        let mut hasher = Hasher::default();
        self.each(|version, bytes| hasher.add(version, bytes))?;
        Ok(CompactionHash { hash: hasher.end(), previous: self.previous, revision: self.revision })
    }

    /// Feeds every record that counts to `take`, in order.
    pub(super) fn each(&self, mut take: impl FnMut(Version, &[u8])) -> Result<(), BackendError> {
        self.view.each(self.revision, |version, bytes| {
            if !self.skipped.contains(&version.revision) {
                take(version, bytes);
            }
        })
    }
}

/// The hash over what a compaction found, or over all: all members must have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompactionHash {
    pub hash: u32,
    /// The compaction before this one; 0: none.
    pub previous: i64,
    /// What was compacted to, or up to where was hashed.
    pub revision: i64,
}

/// The hashes of the last compactions, oldest first.
#[derive(Default)]
pub struct Remembered(Mutex<VecDeque<CompactionHash>>);

impl Remembered {
    fn lock(&self) -> MutexGuard<'_, VecDeque<CompactionHash>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the newest.
    pub fn add(&self, hash: CompactionHash) {
        let mut all = self.lock();
        all.push_back(hash);
        if all.len() > REMEMBERED {
            all.pop_front();
        }
    }

    /// The one of a compaction to exactly this revision.
    pub fn of(&self, revision: i64) -> Option<CompactionHash> {
        self.lock().iter().find(|hash| hash.revision == revision).copied()
    }

    /// Those of compactions to later revisions, newest first.
    pub fn after(&self, revision: i64) -> Vec<CompactionHash> {
        self.lock().iter().rev().filter(|hash| hash.revision > revision).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ten_are_remembered() {
        let remembered = Remembered::default();
        for revision in 1..=12 {
            remembered.add(CompactionHash { hash: 7, previous: revision - 1, revision });
        }
        assert_eq!(remembered.of(2), None);
        assert_eq!(remembered.of(3).map(|hash| hash.previous), Some(2));
        assert_eq!(remembered.after(10).iter().map(|hash| hash.revision).collect::<Vec<_>>(), [12, 11]);
    }
}
