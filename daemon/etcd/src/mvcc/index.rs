//! The key index: for each key the revisions that touched it since the last compaction.
//!
//! It stays in memory, as etcd's does; values do not.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use bytes::Bytes;

use super::{KeyRange, Revision, Version};

/// Keys and their versions, oldest first.
#[derive(Default)]
pub struct Index {
    keys: BTreeMap<Bytes, Vec<Version>>,
    /// Keys with something to drop once a compaction reaches the revision, in order: a
    /// compaction then costs what it removes, not what exists.
    superseded: VecDeque<(i64, Bytes)>,
}

/// The version that is current at `revision`, were it only a tombstone.
fn current(versions: &[Version], revision: i64) -> Option<&Version> {
    // Most reads want the newest.
    match versions.last() {
        Some(last) if last.revision.main <= revision => Some(last),
        _ => {
            let after = versions.partition_point(|version| version.revision.main <= revision);
            after.checked_sub(1).map(|at| &versions[at])
        }
    }
}

impl Index {
    /// Keys known, also deleted ones that are not compacted yet.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// The put of `key` that is current at `revision`.
    pub fn at(&self, key: &[u8], revision: i64) -> Option<Revision> {
        current(self.keys.get(key)?, revision).filter(|version| !version.tombstone).map(|v| v.revision)
    }

    /// The keys of `range` that live at `revision`, in order, with their puts.
    pub fn range<'a>(
        &'a self,
        range: &'a KeyRange,
        revision: i64,
    ) -> impl Iterator<Item = (&'a Bytes, Revision)> {
        range.bounds().into_iter().flat_map(move |bounds| self.keys.range::<[u8], _>(bounds)).filter_map(
            move |(key, versions)| {
                let version = current(versions, revision)?;
                (!version.tombstone).then_some((key, version.revision))
            },
        )
    }

    /// Everything that happened to keys of `range` from revision `from` to `to`, in order.
    pub fn history(&self, range: &KeyRange, from: i64, to: i64) -> Vec<Version> {
        let mut found: Vec<Version> = range
            .bounds()
            .into_iter()
            .flat_map(|bounds| self.keys.range::<[u8], _>(bounds))
            .flat_map(|(_, versions)| {
                let start = versions.partition_point(|version| version.revision.main < from);
                versions[start..].iter().take_while(|version| version.revision.main <= to).copied()
            })
            .collect();
        found.sort_unstable_by_key(|version| version.revision);
        found
    }

    /// Notes a change. Changes come in the order of their revisions.
    pub fn insert(&mut self, key: &[u8], version: Version) {
        let mut here = self.keys.range_mut::<[u8], _>((Bound::Included(key), Bound::Included(key)));
        if let Some((owned, versions)) = here.next() {
            self.superseded.push_back((version.revision.main, owned.clone()));
            versions.push(version);
        } else {
            let key = Bytes::copy_from_slice(key);
            if version.tombstone {
                self.superseded.push_back((version.revision.main, key.clone()));
            }
            self.keys.insert(key, vec![version]);
        }
    }

    /// Drops what no read at `revision` or later can see, and returns it.
    pub fn compact(&mut self, revision: i64) -> Vec<Version> {
        let mut removed = Vec::new();
        while self.superseded.front().is_some_and(|(at, _)| *at <= revision) {
            let Some((_, key)) = self.superseded.pop_front() else { break };
            let Some(versions) = self.keys.get_mut(&key) else { continue };
            let Some(visible) =
                versions.partition_point(|version| version.revision.main <= revision).checked_sub(1)
            else {
                continue;
            };
            let keep_from = if versions[visible].tombstone { visible + 1 } else { visible };
            removed.extend(versions.drain(..keep_from));
            if versions.is_empty() {
                self.keys.remove(&key);
            } else if versions.capacity() > 4 * versions.len() {
                versions.shrink_to_fit();
            }
        }
        removed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(main: i64, tombstone: bool) -> Version {
        Version { revision: Revision { main, sub: 0 }, tombstone }
    }

    #[test]
    fn a_key_lives_dies_and_is_compacted() {
        let mut index = Index::default();
        for (main, tombstone) in [(2, false), (3, false), (5, true), (7, false)] {
            index.insert(b"k", version(main, tombstone));
        }
        let at = |index: &Index, revision| index.at(b"k", revision).map(|found| found.main);
        assert_eq!([1, 2, 4, 5, 6, 9].map(|r| at(&index, r)), [None, Some(2), Some(3), None, None, Some(7)]);
        let dropped = |removed: Vec<Version>| removed.iter().map(|v| v.revision.main).collect::<Vec<_>>();
        assert_eq!(dropped(index.compact(4)), [2]);
        assert_eq!(at(&index, 4), Some(3));
        assert_eq!(dropped(index.compact(6)), [3, 5]);
        assert_eq!(at(&index, 8), Some(7));
        assert!(index.compact(9).is_empty());
        index.insert(b"k", version(10, true));
        assert_eq!(dropped(index.compact(10)), [7, 10]);
        assert_eq!(index.len(), 0);
    }
}
