//! What watches that are behind read, once for all that watch the same.
//!
//! History comes in steps that begin and end at the same revisions for everybody (see
//! [`crate::mvcc::history`]), so a thousand watches that fell behind together cost the store what one
//! costs. Steps are kept only while some watch is behind.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::mvcc::Store;
use crate::watch::{Events, Interest, Watcher};

/// Bytes of events that are kept, and steps. Watches that are further apart read for themselves.
const BYTES: usize = 16 << 20;
const STEPS: usize = 64;

/// The steps read lately, and how many watches may want them.
#[derive(Default)]
pub struct History(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    behind: usize,
    /// The newest first.
    steps: VecDeque<(Interest, i64, Step)>,
}

/// A stretch of history, as one kind of watch is told it.
#[derive(Clone)]
pub struct Step {
    /// What happened that the watch wants to know of.
    pub events: Option<Events>,
    /// All up to this revision is in it.
    pub upto: i64,
}

/// A watch that is behind; history is kept as long as there is one.
pub struct Behind(Arc<History>);

impl History {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a watch that is behind.
    pub fn behind(self: &Arc<Self>) -> Behind {
        self.kept().behind += 1;
        Behind(self.clone())
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        let mut kept = self.0.kept();
        kept.behind -= 1;
        if kept.behind == 0 {
            kept.steps = VecDeque::new();
        }
    }
}

impl Behind {
    /// The step from `next` on, which is not before the watcher's start.
    ///
    /// # Errors
    /// Fails when `next` is compacted or the store can't be read.
    pub fn step(&self, store: &Store, watcher: &Watcher, next: i64) -> Result<Step, Error> {
        if next <= store.compact_revision() {
            return Err(Error::Compacted);
        }
        // Held while the store is read: who wants the same waits for it.
        let mut kept = self.0.kept();
        let found =
            kept.steps.iter().find(|(interest, from, _)| *from == next && *interest == watcher.interest);
        if let Some((_, _, step)) = found {
            return Ok(step.clone());
        }
        let (changes, upto) = store.history(&watcher.interest.keys, next)?;
        let events = watcher.events(&changes, |at| {
            let kv = &changes[at].kv;
            store.get_at(&kv.key, kv.mod_revision - 1).ok().flatten()
        });
        let step = Step { events, upto };
        // One that reaches the end grows.
        if upto < store.revision() {
            kept.steps.push_front((watcher.interest.clone(), next, step.clone()));
            let mut left = BYTES;
            let within = kept.steps.iter().take(STEPS).take_while(|(_, _, step)| {
                let size = step.events.as_ref().map_or(0, |events| events.framed.len());
                left.checked_sub(size).map(|rest| left = rest).is_some()
            });
            let within = within.count();
            kept.steps.truncate(within);
        }
        Ok(step)
    }
}

#[cfg(test)]
mod tests {
    use etcdapi::etcdserverpb::PutRequest;

    use super::*;
    use crate::mvcc::KeyRange;

    fn watcher(keys: KeyRange, start: i64) -> Watcher {
        let interest = Interest { keys, no_put: false, no_delete: true, prev_kv: false };
        Watcher { id: 0, interest, fragment: false, progress: false, start, queue: Arc::default() }
    }

    #[test]
    fn who_watches_the_same_shares_what_was_read_until_all_are_there() {
        let dir = tempfile::tempdir().expect("a directory");
        let (mut store, _) = Store::open(&dir.path().join("db")).expect("opens");
        for at in 0..3000 {
            let key = format!("a{:03}", at % 200).into();
            store.put(PutRequest { key, value: "v".into(), ..Default::default() }).expect("puts");
            store.commit();
        }
        let history = Arc::new(History::default());
        let (one, two) = (history.behind(), history.behind());
        let wide = KeyRange::new("a".into(), "b".into());
        let (mut next, mut seen) = (5, 0);
        let mut steps = Vec::new();
        while next <= store.revision() {
            let step = one.step(&store, &watcher(wide.clone(), 5), next).expect("reads");
            seen += step.events.as_ref().map_or(0, |events| events.count);
            next = step.upto + 1;
            steps.push(step);
        }
        assert_eq!(seen as i64, store.revision() - 4);
        // The last one was at the end.
        assert_eq!(history.kept().steps.len(), steps.len() - 1);
        let again = two.step(&store, &watcher(wide.clone(), 2), steps[0].upto + 1).expect("reads");
        let framed = |step: &Step| step.events.as_ref().map(|events| events.framed.as_ptr());
        assert_eq!(framed(&again), framed(&steps[1]), "the very same bytes");
        let other = watcher(KeyRange::new("a0".into(), "b".into()), 2);
        assert_ne!(framed(&two.step(&store, &other, steps[0].upto + 1).expect("reads")), framed(&steps[1]));
        store.compact(2000).expect("compacts");
        assert!(matches!(two.step(&store, &watcher(wide, 2), steps[0].upto + 1), Err(Error::Compacted)));
        drop(one);
        assert!(!history.kept().steps.is_empty());
        drop(two);
        assert!(history.kept().steps.is_empty());
    }
}
