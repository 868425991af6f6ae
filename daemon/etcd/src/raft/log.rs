//! The part of the log that is in memory: from the last snapshot (or a little before) to its end.

use std::collections::VecDeque;

use bytes::Bytes;

use super::message::WireEntry;

/// What an entry is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// For the state. An empty one only shows that its leader leads.
    #[default]
    Normal,
    /// Changes the members.
    Members,
}

/// One entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub index: u64,
    pub term: u64,
    pub kind: Kind,
    pub data: Bytes,
}

impl From<WireEntry> for Entry {
    fn from(wire: WireEntry) -> Self {
        let kind = if wire.kind == 1 { Kind::Members } else { Kind::Normal };
        Self { index: wire.index, term: wire.term, kind, data: wire.data }
    }
}

impl From<&Entry> for WireEntry {
    fn from(entry: &Entry) -> Self {
        let kind = u32::from(entry.kind == Kind::Members);
        Self { index: entry.index, term: entry.term, kind, data: entry.data.clone() }
    }
}

/// The log in memory.
#[derive(Debug)]
pub struct Log {
    entries: VecDeque<Entry>,
    /// The entry before the first: known to be committed.
    base: (u64, u64),
    /// Known to be on a majority's disks.
    pub committed: u64,
    /// Handed out to be persisted.
    pub(super) persisting: u64,
    /// Handed out to be applied.
    pub(super) applying: u64,
    /// Applied.
    pub(super) applied: u64,
}

impl Log {
    /// A log that begins after `index`, of `term`, with entries that are on disk.
    pub fn new(index: u64, term: u64, entries: Vec<Entry>, committed: u64) -> Self {
        let last = entries.last().map_or(index, |entry| entry.index);
        Self {
            entries: entries.into(),
            base: (index, term),
            committed: committed.clamp(index, last),
            persisting: last,
            applying: index,
            applied: index,
        }
    }

    /// The first index that is here.
    pub fn first(&self) -> u64 {
        self.base.0 + 1
    }

    /// The last index.
    pub fn last(&self) -> u64 {
        self.base.0 + self.entries.len() as u64
    }

    /// The last entry's term.
    pub fn last_term(&self) -> u64 {
        self.entries.back().map_or(self.base.1, |entry| entry.term)
    }

    fn at(&self, index: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(index.checked_sub(self.first())?).ok()?)
    }

    /// The term of an entry, if it is known here.
    pub fn term(&self, index: u64) -> Option<u64> {
        if index == self.base.0 { Some(self.base.1) } else { self.at(index).map(|entry| entry.term) }
    }

    /// Whether a log with that last entry is at least as complete as this.
    pub fn up_to_date(&self, index: u64, term: u64) -> bool {
        (term, index) >= (self.last_term(), self.last())
    }

    /// Entries from `from` on: of at most about `bytes`, but at least one; `None` when the log
    /// doesn't reach back that far.
    pub fn slice(&self, from: u64, bytes: usize) -> Option<Vec<Entry>> {
        if from < self.first() {
            return None;
        }
        let skip = usize::try_from(from - self.first()).unwrap_or(usize::MAX);
        let mut size = 0;
        let take = |entry: &&Entry| {
            let first = size == 0;
            size += entry.data.len() + 16;
            first || size <= bytes
        };
        Some(self.entries.iter().skip(skip).take_while(take).cloned().collect())
    }

    /// Adds entries of the leader that follow entry `index` of `term`. `Err` is where to look for
    /// a match instead.
    pub fn append(&mut self, index: u64, term: u64, entries: Vec<Entry>) -> Result<u64, (u64, u64)> {
        // What is before the base is committed: it matches.
        if index >= self.base.0 && self.term(index) != Some(term) {
            return Err(self.hint(index, term));
        }
        let end = index + entries.len() as u64;
        for entry in entries {
            if entry.index <= self.base.0 || self.term(entry.index) == Some(entry.term) {
                continue;
            }
            self.truncate(entry.index);
            self.entries.push_back(entry);
        }
        Ok(end)
    }

    /// The last entry here that may agree with a log whose entry `index` has `term`.
    fn hint(&self, index: u64, term: u64) -> (u64, u64) {
        self.conflict(index.min(self.last()), term)
    }

    /// The last entry at or before `index` whose term is at most `term`.
    pub fn conflict(&self, mut index: u64, term: u64) -> (u64, u64) {
        loop {
            match self.term(index) {
                Some(found) if found > term && index > self.base.0 => index -= 1,
                Some(found) => return (index, found),
                None => return (index, 0),
            }
        }
    }

    /// Drops entries from `index` on.
    fn truncate(&mut self, index: u64) {
        let keep = usize::try_from(index.saturating_sub(self.first())).unwrap_or(usize::MAX);
        if keep < self.entries.len() {
            self.entries.truncate(keep);
            self.persisting = self.persisting.min(index - 1);
        }
    }

    /// Adds an entry of this member's own.
    pub fn push(&mut self, term: u64, kind: Kind, data: Bytes) -> u64 {
        let index = self.last() + 1;
        self.entries.push_back(Entry { index, term, kind, data });
        index
    }

    /// What is to be persisted next.
    pub fn unpersisted(&mut self) -> Vec<Entry> {
        let from = (self.persisting + 1).max(self.first());
        self.persisting = self.last();
        self.slice(from, usize::MAX).unwrap_or_default()
    }

    /// What is to be applied next: at most about `bytes`.
    pub fn unapplied(&mut self, bytes: usize) -> Vec<Entry> {
        let from = self.applying + 1;
        if from > self.committed {
            return Vec::new();
        }
        let mut found = self.slice(from, bytes).unwrap_or_default();
        let most = usize::try_from(self.committed - self.applying).unwrap_or(usize::MAX);
        found.truncate(most);
        self.applying = found.last().map_or(self.applying, |entry| entry.index);
        found
    }

    /// Whether a change of members is committed but not applied.
    pub fn members_unapplied(&self) -> bool {
        (self.applied + 1..=self.committed)
            .any(|index| self.at(index).is_some_and(|entry| entry.kind == Kind::Members))
    }

    /// Forgets entries up to `index`, which a snapshot holds.
    pub fn compact(&mut self, index: u64) {
        let index = index.min(self.applied);
        if let Some(term) = self.term(index)
            && index > self.base.0
        {
            let drop = usize::try_from(index - self.base.0).unwrap_or(usize::MAX);
            self.entries.drain(..drop.min(self.entries.len()));
            self.base = (index, term);
        }
    }

    /// How many entries and bytes lie up to `index`.
    pub fn weight(&self, index: u64) -> (usize, usize) {
        let count = usize::try_from(index.saturating_sub(self.base.0)).unwrap_or(usize::MAX);
        let bytes = self.entries.iter().take(count).map(|entry| entry.data.len() + 48).sum();
        (count.min(self.entries.len()), bytes)
    }

    /// Begins anew after a snapshot.
    pub fn restore(&mut self, index: u64, term: u64) {
        self.entries.clear();
        self.base = (index, term);
        self.committed = index;
        self.persisting = index;
        self.applying = index;
        self.applied = index;
    }
}
