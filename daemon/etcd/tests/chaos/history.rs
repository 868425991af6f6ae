//! What clients and watchers saw, and the judgement over it.
//!
//! etcd gives each write a revision, which orders all of them. So nothing has to be searched for:
//! the history is linearizable if the order of revisions agrees with real time and every read
//! returns the last write before its own revision. That is checked for every operation, in the
//! time that sorting takes, where a search over orders would only manage short histories.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

/// What an operation did, as far as its client knows.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A write happened at this revision.
    Wrote { key: u64, value: u64, revision: i64 },
    /// A key was deleted at this revision.
    Deleted { key: u64, revision: i64 },
    /// A write may have happened, or may still.
    Unknown { value: u64 },
    /// A deletion of this key may have happened, or may still.
    UnknownDelete { key: u64 },
    /// A conditional write did not happen, or a read: what the key held, and the store's revision.
    Read { key: u64, found: Option<(u64, i64)>, revision: i64 },
}

impl Outcome {
    /// Whether nobody knows what happened.
    pub fn unknown(&self) -> bool {
        matches!(self, Outcome::Unknown { .. } | Outcome::UnknownDelete { .. })
    }
}

/// An operation and its time.
#[derive(Clone, Debug)]
pub struct Record {
    pub began: Instant,
    pub ended: Instant,
    pub outcome: Outcome,
}

/// A change that a watcher saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    pub key: u64,
    /// `None`: deleted.
    pub value: Option<u64>,
    pub revision: i64,
}

/// What is wrong with the history; nothing, if it is linearizable and each watch told the truth.
/// The first of the watches is of all keys; the others are of one key, or of all.
pub fn judge(history: &[Record], watches: &[(Option<u64>, Vec<Event>)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some((_, all)) = watches.first() else { return vec!["nobody watched".into()] };
    for (at, (_, events)) in watches.iter().enumerate() {
        for pair in events.windows(2) {
            if pair[1].revision <= pair[0].revision {
                let (from, to) = (pair[0].revision, pair[1].revision);
                wrong.push(format!("watch {at} went from revision {from} to {to}"));
            }
        }
    }
    // What one of them saw all have seen.
    for (at, (key, events)) in watches.iter().enumerate().skip(1) {
        let expected = all.iter().filter(|event| key.is_none_or(|key| key == event.key));
        if let Some((found, due)) = differ(events.iter(), expected) {
            wrong.push(format!("watch {at} saw {found:?} where the first saw {due:?}"));
        }
    }
    wrong.extend(ghosts(history, all));
    wrong.extend(answers(history, all));
    wrong.extend(real_time(history, all));
    wrong
}

fn differ<'a>(
    mut left: impl Iterator<Item = &'a Event>,
    mut right: impl Iterator<Item = &'a Event>,
) -> Option<(Option<&'a Event>, Option<&'a Event>)> {
    loop {
        match (left.next(), right.next()) {
            (None, None) => return None,
            (left, right) if left != right => return Some((left, right)),
            _ => {}
        }
    }
}

/// Events that nobody caused, and writes that happened twice.
fn ghosts(history: &[Record], all: &[Event]) -> Vec<String> {
    let mut written = HashSet::new();
    let (mut deleted, mut maybe_deleted) = (HashSet::new(), HashSet::new());
    for record in history {
        match record.outcome {
            Outcome::Wrote { value, .. } | Outcome::Unknown { value } => drop(written.insert(value)),
            Outcome::Deleted { revision, .. } => drop(deleted.insert(revision)),
            Outcome::UnknownDelete { key } => drop(maybe_deleted.insert(key)),
            Outcome::Read { .. } => {}
        }
    }
    let mut wrong = Vec::new();
    for event in all {
        match event.value {
            Some(value) if !written.remove(&value) => {
                wrong.push(format!("{event:?}: nobody wrote that, or it happened twice"));
            }
            None if !deleted.contains(&event.revision) && !maybe_deleted.contains(&event.key) => {
                wrong.push(format!("{event:?}: nobody deleted that"));
            }
            _ => {}
        }
    }
    wrong
}

/// Answers that don't agree with what happened.
fn answers(history: &[Record], all: &[Event]) -> Vec<String> {
    let mut keys: BTreeMap<u64, BTreeMap<i64, Option<u64>>> = BTreeMap::new();
    for event in all {
        keys.entry(event.key).or_default().insert(event.revision, event.value);
    }
    let at = |key: u64, revision: i64| keys.get(&key).and_then(|changes| changes.get(&revision)).copied();
    let mut wrong = Vec::new();
    for record in history {
        match record.outcome {
            Outcome::Wrote { key, value, revision } if at(key, revision) != Some(Some(value)) => {
                wrong.push(format!("{value} was acknowledged at {revision}, but not seen there"));
            }
            Outcome::Deleted { key, revision } if at(key, revision) != Some(None) => {
                wrong.push(format!("key {key} was deleted at {revision}, but that was not seen there"));
            }
            Outcome::Read { key, found, revision } => {
                let last = keys.get(&key).and_then(|changes| changes.range(..=revision).next_back());
                let last = last.and_then(|(revision, value)| Some(((*value)?, *revision)));
                if found != last {
                    wrong.push(format!("key {key} read at {revision}: {found:?}, but {last:?} was written"));
                }
            }
            _ => {}
        }
    }
    wrong
}

/// Whatever ends before another begins has no later revision, and a write an earlier one than what
/// follows it.
fn real_time(history: &[Record], all: &[Event]) -> Vec<String> {
    let happened: HashMap<u64, i64> =
        all.iter().filter_map(|event| Some((event.value?, event.revision))).collect();
    let revision_of = |record: &Record| match record.outcome {
        Outcome::Wrote { revision, .. } | Outcome::Deleted { revision, .. } => Some((revision, true)),
        Outcome::Read { revision, .. } => Some((revision, false)),
        // Where it happened, if it did.
        Outcome::Unknown { value } => happened.get(&value).map(|revision| (*revision, true)),
        Outcome::UnknownDelete { .. } => None,
    };
    let mut by_start: Vec<&Record> = history.iter().collect();
    by_start.sort_by_key(|record| record.began);
    // What nobody knows the end of has not ended before anything.
    let mut by_end: Vec<&Record> = history.iter().filter(|record| !record.outcome.unknown()).collect();
    by_end.sort_by_key(|record| record.ended);
    let (mut ended, mut newest) = (0, 0);
    let mut wrong = Vec::new();
    for record in by_start {
        while ended < by_end.len() && by_end[ended].ended < record.began {
            newest = newest.max(revision_of(by_end[ended]).map_or(0, |(revision, _)| revision));
            ended += 1;
        }
        if let Some((revision, write)) = revision_of(record)
            && (revision < newest || (write && revision == newest))
        {
            wrong.push(format!("{:?} began after revision {newest} was known", record.outcome));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_judge_can_say_no() {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let record = |began, ended, outcome| Record { began: at(began), ended: at(ended), outcome };
        let wrote = |value, revision| Outcome::Wrote { key: 0, value, revision };
        let deleted = |revision| Outcome::Deleted { key: 0, revision };
        let read = |found, revision| Outcome::Read { key: 0, found, revision };
        let event = |value, revision| Event { key: 0, value, revision };
        let seen = vec![event(Some(1), 2), event(Some(2), 3), event(None, 4)];
        let judged = |history: &[Record], watched: &[Event]| judge(history, &[(None, watched.to_vec())]);
        let good = [
            record(0, 1, wrote(1, 2)),
            record(2, 9, wrote(2, 3)),
            record(3, 4, read(Some((1, 2)), 2)),
            record(5, 6, read(Some((2, 3)), 3)),
            record(10, 12, deleted(4)),
            record(13, 14, read(None, 4)),
        ];
        assert_eq!(judged(&good, &seen), Vec::<String>::new());
        let with = |more: &[Record]| [&[good[0].clone(), good[1].clone(), good[4].clone()], more].concat();
        let not = |more: Record, why: &str| assert!(!judged(&with(&[more]), &seen).is_empty(), "{why}");
        not(record(13, 14, read(Some((2, 3)), 3)), "a read that misses an acknowledged deletion");
        not(record(13, 14, wrote(7, 5)), "an acknowledged write that never happened");
        not(record(13, 14, deleted(5)), "an acknowledged deletion that never happened");
        not(record(13, 14, read(Some((9, 2)), 4)), "a value that nobody wrote");
        assert!(!judged(&good, &[seen[1], seen[0], seen[2]]).is_empty(), "a watch that goes back");
        assert!(!judged(&good, &[seen[0], seen[0], seen[1], seen[2]]).is_empty(), "an event twice");
        assert!(!judged(&good[1..], &seen).is_empty(), "a ghost: a write by nobody");
        assert!(!judged(&good[..4], &seen).is_empty(), "a ghost: a deletion by nobody");
        let other = |key, events: Vec<Event>| judge(&good, &[(None, seen.clone()), (key, events)]);
        assert!(other(Some(0), seen.clone()).is_empty());
        assert!(other(Some(1), Vec::new()).is_empty());
        assert!(!other(None, vec![seen[0], seen[2]]).is_empty(), "a watch with a gap");
        assert!(!other(Some(1), seen.clone()).is_empty(), "events of another key");
        let back = with(&[record(10, 11, wrote(1, 2))]);
        assert!(!judged(&back[1..], &seen).is_empty(), "a write before one that was acknowledged");
    }
}
