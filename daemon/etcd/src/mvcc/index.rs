//! The key index: for each key the revisions that touched it since the last compaction.
//!
//! It stays in memory, as etcd's does; values do not.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;

use super::{KeyRange, Revision, Version};

/// A name of a key. It is short, so its bytes are with its count.
pub type Key = Arc<[u8]>;

/// Keys and their versions, oldest first.
#[derive(Default)]
pub struct Index {
    keys: BTreeMap<Key, Versions>,
    /// Keys with something to drop once a compaction reaches the revision, in order: a
    /// compaction then costs what it removes, not what exists.
    superseded: VecDeque<(i64, Key)>,
}

/// A version in 16 bytes.
#[derive(Clone, Copy)]
struct Stamp {
    main: i64,
    /// The part of the revision, and [`TOMBSTONE`].
    sub: u32,
}

/// Parts of a revision are operations of one transaction: there are never so many.
const TOMBSTONE: u32 = 1 << 31;

impl From<Version> for Stamp {
    fn from(version: Version) -> Self {
        let tombstone = if version.tombstone { TOMBSTONE } else { 0 };
        Self { main: version.revision.main, sub: version.revision.sub | tombstone }
    }
}

impl Stamp {
    fn tombstone(self) -> bool {
        self.sub & TOMBSTONE != 0
    }

    fn revision(self) -> Revision {
        Revision { main: self.main, sub: self.sub & !TOMBSTONE }
    }

    fn version(self) -> Version {
        Version { revision: self.revision(), tombstone: self.tombstone() }
    }
}

/// The life that a key leads at the moment: what a put needs to know of those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// The revision of its first put.
    pub created: i64,
    /// Puts since, that one included; 0: it is deleted.
    pub version: i64,
}

/// The versions of one key. Most reads want the newest, and most keys have no other, so it is
/// where the key is: walking over keys touches nothing else.
struct Versions {
    past: Option<Box<Past>>,
    last: Stamp,
}

/// What keys have that were not put just once.
#[derive(Default)]
struct Past {
    older: Vec<Stamp>,
    life: Life,
}

impl Versions {
    fn new(version: Version) -> Self {
        Self { past: None, last: version.into() }
    }

    fn push(&mut self, version: Version) {
        let life = self.life();
        let last = std::mem::replace(&mut self.last, version.into());
        let past = self.past.get_or_insert_default();
        past.older.push(last);
        past.life = match life {
            _ if version.tombstone => Life::default(),
            Life { version: 0, .. } => Life { created: version.revision.main, version: 1 },
            Life { created, version } => Life { created, version: version + 1 },
        };
    }

    fn life(&self) -> Life {
        match &self.past {
            Some(past) => past.life,
            None if self.last.tombstone() => Life::default(),
            None => Life { created: self.last.main, version: 1 },
        }
    }

    fn older(&self) -> &[Stamp] {
        self.past.as_ref().map_or(&[], |past| &past.older)
    }

    /// Gives room back that nothing needs any more.
    fn shrink(&mut self) {
        let Some(past) = &mut self.past else { return };
        if past.older.is_empty() {
            let bare = Self { past: None, last: self.last };
            if bare.life() == past.life {
                self.past = None;
                return;
            }
        }
        if past.older.capacity() > 4 * past.older.len() {
            past.older.shrink_to_fit();
        }
    }

    /// Oldest first.
    fn all(&self) -> impl Iterator<Item = Stamp> {
        self.older().iter().copied().chain([self.last])
    }

    /// The version that is current at `revision`, were it only a tombstone.
    fn current(&self, revision: i64) -> Option<Stamp> {
        if self.last.main <= revision {
            return Some(self.last);
        }
        let after = self.older().partition_point(|stamp| stamp.main <= revision);
        after.checked_sub(1).map(|at| self.older()[at])
    }

    /// The put that is current at `revision`.
    fn put(&self, revision: i64) -> Option<Revision> {
        self.current(revision).filter(|stamp| !stamp.tombstone()).map(Stamp::revision)
    }
}

impl Index {
    /// Keys known, also deleted ones that are not compacted yet.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// The put of `key` that is current at `revision`.
    pub fn at(&self, key: &[u8], revision: i64) -> Option<Revision> {
        self.keys.get(key)?.put(revision)
    }

    fn within(&self, range: &KeyRange) -> impl Iterator<Item = (&Key, &Versions)> {
        range.bounds().into_iter().flat_map(|bounds| self.keys.range::<[u8], _>(bounds))
    }

    /// Whether no more than `count` keys of `range` are known.
    pub fn has_at_most(&self, range: &KeyRange, count: usize) -> bool {
        self.within(range).nth(count).is_none()
    }

    /// The keys of `range` that live at `revision`, in order, with their puts.
    pub fn range(&self, range: &KeyRange, revision: i64) -> impl Iterator<Item = (&Key, Revision)> {
        self.within(range).filter_map(move |(key, versions)| Some((key, versions.put(revision)?)))
    }

    /// Everything that happened to keys of `range` from revision `from` to `to`, in order.
    pub fn history(&self, range: &KeyRange, from: i64, to: i64) -> Vec<Version> {
        let mut found: Vec<Version> = self
            .within(range)
            .filter(|(_, versions)| versions.last.main >= from)
            .flat_map(|(_, versions)| {
                let older = versions.older();
                let before = older.partition_point(|stamp| stamp.main < from);
                let all = older[before..].iter().copied().chain([versions.last]);
                all.take_while(|stamp| stamp.main <= to).map(Stamp::version)
            })
            .collect();
        found.sort_unstable_by_key(|version| version.revision);
        found
    }

    /// Notes a change, and tells what life the key leads with it. Changes come in the order of their
    /// revisions.
    pub fn insert(&mut self, key: &[u8], version: Version) -> Life {
        self.note(key, version, None)
    }

    /// Notes a change that is of a file, where earlier ones may be compacted away.
    pub fn load(&mut self, key: &[u8], version: Version, life: Life) {
        self.note(key, version, Some(life));
    }

    fn note(&mut self, key: &[u8], version: Version, known: Option<Life>) -> Life {
        let settle = |versions: &mut Versions| {
            let life = versions.life();
            match known.filter(|known| *known != life) {
                Some(known) => {
                    versions.past.get_or_insert_default().life = known;
                    known
                }
                None => life,
            }
        };
        // One way down the tree: it costs more than a name that is made and not needed.
        match self.keys.entry(Key::from(key)) {
            Entry::Occupied(mut here) => {
                self.superseded.push_back((version.revision.main, here.key().clone()));
                here.get_mut().push(version);
                settle(here.get_mut())
            }
            Entry::Vacant(free) => {
                if version.tombstone {
                    self.superseded.push_back((version.revision.main, free.key().clone()));
                }
                settle(free.insert(Versions::new(version)))
            }
        }
    }

    /// Records of before the last compaction (to `compacted`) that `revision` no longer shows. It
    /// costs what was changed since the compaction, not what exists.
    pub fn hidden(&self, compacted: i64, revision: i64) -> HashSet<Revision> {
        let changed = self.superseded.iter().take_while(|(at, _)| *at <= revision);
        let hidden = changed.filter_map(|(_, key)| {
            let versions = self.keys.get(key)?;
            // A compaction leaves at most one of them.
            let old = versions.all().next().filter(|stamp| stamp.main <= compacted)?;
            (versions.put(revision) != Some(old.revision())).then(|| old.revision())
        });
        hidden.collect()
    }

    /// Drops what no read at `revision` or later can see, and returns it.
    pub fn compact(&mut self, revision: i64) -> Vec<Version> {
        let mut removed = Vec::new();
        while self.superseded.front().is_some_and(|(at, _)| *at <= revision) {
            let Some((_, key)) = self.superseded.pop_front() else { break };
            let Some(versions) = self.keys.get_mut(&key) else { continue };
            if let Some(past) = &mut versions.past {
                let older = &mut past.older;
                let seen = older.partition_point(|stamp| stamp.main <= revision);
                // The newest of them is still visible, if nothing replaced it by then.
                let keep = usize::from(versions.last.main > revision);
                let keep_from = match seen.checked_sub(keep) {
                    Some(at) if keep == 1 && older[at].tombstone() => seen,
                    Some(at) => at,
                    None => continue,
                };
                removed.extend(older.drain(..keep_from).map(Stamp::version));
                versions.shrink();
            }
            if versions.older().is_empty() && versions.last.tombstone() && versions.last.main <= revision {
                removed.push(versions.last.version());
                self.keys.remove(&key);
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

    proptest::proptest! {
        /// Against a list of all that happened.
        #[test]
        fn says_what_the_list_says(
            steps in proptest::collection::vec((0u8..4, proptest::bool::weighted(0.3), 0u8..8), 1..60),
        ) {
            let mut index = Index::default();
            let mut list: Vec<(u8, Version)> = Vec::new();
            let put = |list: &[(u8, Version)], key: u8, revision: i64| {
                let current = list.iter().rfind(|(k, v)| *k == key && v.revision.main <= revision);
                current.filter(|(_, v)| !v.tombstone).map(|(_, v)| v.revision)
            };
            let mut compacted = 0;
            let mut lives = [Life::default(); 4];
            for (at, (key, delete, compact)) in steps.into_iter().enumerate() {
                let revision = i64::try_from(at).unwrap_or(0) + 2;
                // A key that isn't there can't be deleted.
                let tombstone = delete && put(&list, key, revision).is_some();
                let life = &mut lives[usize::from(key)];
                *life = match *life {
                    _ if tombstone => Life::default(),
                    Life { version: 0, .. } => Life { created: revision, version: 1 },
                    Life { created, version } => Life { created, version: version + 1 },
                };
                proptest::prop_assert_eq!(index.insert(&[key], version(revision, tombstone)), *life);
                list.push((key, version(revision, tombstone)));
                if compact == 0 {
                    compacted = revision - revision % 3;
                    let mut removed = index.compact(compacted);
                    removed.sort_unstable_by_key(|version| version.revision);
                    let (kept, dropped): (Vec<_>, Vec<_>) = list.iter().copied().partition(|(key, v)| {
                        v.revision.main > compacted || put(&list, *key, compacted) == Some(v.revision)
                    });
                    proptest::prop_assert_eq!(removed, dropped.iter().map(|(_, v)| *v).collect::<Vec<_>>());
                    list = kept;
                }
                let all = KeyRange::new(bytes::Bytes::from_static(&[0]), bytes::Bytes::from_static(&[0]));
                for at in compacted.max(1)..=revision {
                    let expected: Vec<_> =
                        (0..4).filter_map(|key| Some((key, put(&list, key, at)?))).collect();
                    let found: Vec<_> = index.range(&all, at).map(|(key, put)| (key[0], put)).collect();
                    proptest::prop_assert_eq!(found, expected);
                }
                let hidden: HashSet<_> = list
                    .iter()
                    .filter(|(key, v)| v.revision.main <= compacted && put(&list, *key, revision) != Some(v.revision))
                    .map(|(_, v)| v.revision)
                    .collect();
                proptest::prop_assert_eq!(index.hidden(compacted, revision), hidden);
                for (key, life) in lives.iter().enumerate() {
                    let found = index.keys.get(&[u8::try_from(key).unwrap_or(0)][..]).map(Versions::life);
                    proptest::prop_assert_eq!(found.unwrap_or_default(), *life);
                }
                let history: Vec<_> = list.iter().map(|(_, v)| *v).filter(|v| v.revision.main > compacted).collect();
                proptest::prop_assert_eq!(index.history(&all, compacted + 1, revision), history);
            }
        }
    }
}
