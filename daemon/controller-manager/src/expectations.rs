//! What a controller has done that its informer has not shown yet. Until then its view of the
//! pods is old, and acting on it would create or delete twice.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use client::Key;

/// After this long an expectation is given up: an event was lost, or came and went too fast.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

struct Expected {
    creations: i64,
    /// Uids.
    deletions: HashSet<String>,
    since: Instant,
}

/// Expectations by owner.
#[derive(Clone, Default)]
pub struct Expectations {
    owners: Arc<Mutex<HashMap<Key, Expected>>>,
}

impl Expectations {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Expected>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before acting: how many will be created, and which (by uid) deleted.
    pub fn expect(&self, owner: &Key, creations: usize, deletions: impl IntoIterator<Item = String>) {
        let expected = Expected {
            creations: i64::try_from(creations).unwrap_or(i64::MAX),
            deletions: deletions.into_iter().collect(),
            since: Instant::now(),
        };
        self.lock().insert(owner.clone(), expected);
    }

    /// One has appeared, or could not be created.
    pub fn created(&self, owner: &Key) {
        if let Some(expected) = self.lock().get_mut(owner) {
            expected.creations -= 1;
        }
    }

    /// One has gone, or could not be deleted.
    pub fn deleted(&self, owner: &Key, uid: &str) {
        if let Some(expected) = self.lock().get_mut(owner) {
            expected.deletions.remove(uid);
        }
    }

    /// Whether the owner may act.
    pub fn satisfied(&self, owner: &Key) -> bool {
        let mut owners = self.lock();
        let Some(expected) = owners.get(owner) else { return true };
        let done =
            (expected.creations <= 0 && expected.deletions.is_empty()) || expected.since.elapsed() > PATIENCE;
        if done {
            owners.remove(owner);
        }
        done
    }

    /// The owner is gone.
    pub fn forget(&self, owner: &Key) {
        self.lock().remove(owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_waits_until_all_is_seen() {
        let (expectations, owner) = (Expectations::default(), Key::new("n", "o"));
        assert!(expectations.satisfied(&owner));
        expectations.expect(&owner, 2, ["u".to_string()]);
        expectations.created(&owner);
        expectations.created(&owner);
        assert!(!expectations.satisfied(&owner));
        expectations.deleted(&owner, "u");
        assert!(expectations.satisfied(&owner));
    }
}
