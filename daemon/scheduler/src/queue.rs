//! Pods that wait for a node: active ones in order of priority, those that failed a moment ago
//! (backoff), those that nothing has changed for (unschedulable), and those behind a gate.
//!
//! Time is given by the caller.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use client::Key;

use crate::cache::PodInfo;

/// How long a pod may lie unschedulable before it is tried again anyway.
const LEFT_OVER: Duration = Duration::from_secs(5 * 60);

/// A pod in the queue.
#[derive(Clone)]
pub struct Queued {
    pub info: Arc<PodInfo>,
    /// When it came into the queue first: older ones go first.
    pub since: Instant,
    pub attempts: u32,
    /// The plugins that rejected it last.
    pub rejected_by: Vec<&'static str>,
}

/// Where a pod is in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Next in order of priority.
    Active { order: u64 },
    /// Becomes active at a time; at once when nothing else is to do, unless it was an error that
    /// a pause may cure (KEP-5142).
    Backoff { until: Instant, error: bool },
    /// Waits for a change that may help; its time of failure is kept.
    Unschedulable { at: Instant },
    /// Waits for its gates to go.
    Gated,
    /// A decision is being made or carried out. `moved` says that a change came meanwhile.
    InFlight { moved: bool },
}

struct Entry {
    queued: Queued,
    state: State,
}

/// Higher priority first, then the older.
#[derive(PartialEq, Eq)]
struct Rank {
    priority: i32,
    since: Instant,
    order: u64,
    key: Key,
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .priority
            .cmp(&self.priority)
            .then(self.since.cmp(&other.since))
            .then(self.order.cmp(&other.order))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The queue.
pub struct Queue {
    entries: HashMap<Key, Entry>,
    active: BTreeSet<Rank>,
    backoff: BTreeSet<(Instant, Key)>,
    orders: u64,
    initial: Duration,
    most: Duration,
}

impl Queue {
    /// With these bounds of the time between attempts.
    pub fn new(initial: Duration, most: Duration) -> Self {
        Self {
            entries: HashMap::new(),
            active: BTreeSet::new(),
            backoff: BTreeSet::new(),
            orders: 0,
            initial,
            most,
        }
    }

    fn rank(queued: &Queued, order: u64) -> Rank {
        Rank { priority: queued.info.priority(), since: queued.since, order, key: queued.info.pod.key() }
    }

    fn place(&mut self, queued: Queued, state: State) {
        let key = queued.info.pod.key();
        match state {
            State::Active { order } => {
                self.active.insert(Self::rank(&queued, order));
            }
            State::Backoff { until, .. } => {
                self.backoff.insert((until, key.clone()));
            }
            State::Unschedulable { .. } | State::Gated | State::InFlight { .. } => {}
        }
        self.entries.insert(key, Entry { queued, state });
    }

    fn lift(&mut self, key: &Key) -> Option<Entry> {
        let entry = self.entries.remove(key)?;
        match entry.state {
            State::Active { order } => {
                self.active.remove(&Self::rank(&entry.queued, order));
            }
            State::Backoff { until, .. } => {
                self.backoff.remove(&(until, key.clone()));
            }
            State::Unschedulable { .. } | State::Gated | State::InFlight { .. } => {}
        }
        Some(entry)
    }

    fn activate(&mut self, queued: Queued) {
        self.orders += 1;
        let order = self.orders;
        self.place(queued, State::Active { order });
    }

    /// A pod is new or has changed. `gated` keeps it out of turn; a change gives it another try.
    pub fn set(&mut self, info: Arc<PodInfo>, gated: bool, now: Instant) {
        let key = info.pod.key();
        let old = self.lift(&key);
        let mut queued = match &old {
            Some(entry) if entry.queued.info.pod.metadata.uid == info.pod.metadata.uid => {
                Queued { info, ..entry.queued.clone() }
            }
            _ => Queued { info, since: now, attempts: 0, rejected_by: Vec::new() },
        };
        match old.map(|entry| (entry.state, entry.queued)) {
            _ if gated => self.place(queued, State::Gated),
            Some((State::InFlight { .. }, _)) => self.place(queued, State::InFlight { moved: true }),
            Some((state @ State::Backoff { .. }, _)) => self.place(queued, state),
            // Only a change that scheduling looks at is worth another attempt: our own status
            // updates are not.
            Some((State::Unschedulable { at }, old)) if !differs(&old.info, &queued.info) => {
                self.place(queued, State::Unschedulable { at });
            }
            Some((State::Active { order }, _)) => self.place(queued, State::Active { order }),
            Some((State::Gated, _)) => {
                queued.since = now;
                self.activate(queued);
            }
            _ => self.activate(queued),
        }
    }

    /// A pod needs no node any more.
    pub fn remove(&mut self, key: &Key) {
        self.lift(key);
    }

    /// The pod whose turn it is; it stays known until [`Self::failed`] or [`Self::remove`].
    pub fn pop(&mut self, now: Instant) -> Option<Queued> {
        while let Some((until, key)) = self.backoff.first().cloned() {
            if until > now {
                break;
            }
            if let Some(entry) = self.lift(&key) {
                self.activate(entry.queued);
            }
        }
        if self.active.is_empty() {
            let idle = self.backoff.iter().find(|(_, key)| {
                self.entries
                    .get(key)
                    .is_some_and(|entry| matches!(entry.state, State::Backoff { error: false, .. }))
            });
            if let Some((_, key)) = idle.cloned()
                && let Some(entry) = self.lift(&key)
            {
                self.activate(entry.queued);
            }
        }
        let key = self.active.first()?.key.clone();
        let mut entry = self.lift(&key)?;
        entry.queued.attempts += 1;
        self.place(entry.queued.clone(), State::InFlight { moved: false });
        Some(entry.queued)
    }

    /// When there will be something to do without anything happening.
    pub fn next_due(&self) -> Option<Instant> {
        let left = self.entries.values().filter_map(|entry| match entry.state {
            State::Unschedulable { at } => Some(at + LEFT_OVER),
            _ => None,
        });
        self.backoff.first().map(|(until, _)| *until).into_iter().chain(left.min()).min()
    }

    fn backoff_of(&self, attempts: u32) -> Duration {
        self.initial.saturating_mul(1 << attempts.saturating_sub(1).min(16)).min(self.most)
    }

    /// An attempt failed. `retry` means that the pod is not to blame and just waits its backoff.
    pub fn failed(&mut self, key: &Key, rejected_by: Vec<&'static str>, retry: bool, now: Instant) {
        let Some(mut entry) = self.lift(key) else { return };
        entry.queued.rejected_by = rejected_by;
        let moved = matches!(entry.state, State::InFlight { moved: true });
        if retry || moved {
            let until = now + self.backoff_of(entry.queued.attempts);
            self.place(entry.queued, State::Backoff { until, error: retry });
        } else {
            self.place(entry.queued, State::Unschedulable { at: now });
        }
    }

    /// Something changed: pods that `helps` picks get another try once their backoff is over.
    pub fn wake(&mut self, now: Instant, helps: impl Fn(&Queued) -> bool) {
        let woken: Vec<Key> = self
            .entries
            .iter_mut()
            .filter_map(|(key, entry)| match &mut entry.state {
                State::InFlight { moved } => {
                    *moved = true;
                    None
                }
                State::Unschedulable { .. } if helps(&entry.queued) => Some(key.clone()),
                _ => None,
            })
            .collect();
        for key in woken {
            self.retry_soon(&key, now);
        }
    }

    /// Pods that have lain for long get another try.
    pub fn flush_left_over(&mut self, now: Instant) {
        let old: Vec<Key> = self
            .entries
            .iter()
            .filter(|(_, entry)| matches!(entry.state, State::Unschedulable { at } if now >= at + LEFT_OVER))
            .map(|(key, _)| key.clone())
            .collect();
        for key in old {
            self.retry_soon(&key, now);
        }
    }

    fn retry_soon(&mut self, key: &Key, now: Instant) {
        let Some(entry) = self.lift(key) else { return };
        let State::Unschedulable { at } = entry.state else { return };
        let until = at + self.backoff_of(entry.queued.attempts);
        if until > now {
            self.place(entry.queued, State::Backoff { until, error: false });
        } else {
            self.activate(entry.queued);
        }
    }

    /// Active, backoff, unschedulable and gated pods, for metrics.
    pub fn counts(&self) -> [usize; 4] {
        let count = |pick: fn(&State) -> bool| self.entries.values().filter(|e| pick(&e.state)).count();
        [
            self.active.len(),
            self.backoff.len(),
            count(|state| matches!(state, State::Unschedulable { .. })),
            count(|state| matches!(state, State::Gated)),
        ]
    }
}

/// Whether scheduling could come out differently.
fn differs(old: &PodInfo, new: &PodInfo) -> bool {
    let (a, b) = (&old.pod, &new.pod);
    old.requests != new.requests
        || a.metadata.labels != b.metadata.labels
        || a.spec.node_selector != b.spec.node_selector
        || a.spec.tolerations.len() != b.spec.tolerations.len()
        || a.spec.scheduling_gates.len() != b.spec.scheduling_gates.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::Pod;

    fn info(name: &str, priority: i32, cpu: &str) -> Arc<PodInfo> {
        let pod: Pod = serde_json::from_value(serde_json::json!({
            "metadata": {"name": name, "uid": name},
            "spec": {"priority": priority, "containers": [{"resources": {"requests": {"cpu": cpu}}}]},
        }))
        .expect("decodes");
        Arc::new(PodInfo::new(Arc::new(pod)))
    }

    fn queue() -> Queue {
        Queue::new(Duration::from_secs(1), Duration::from_secs(10))
    }

    fn pop(queue: &mut Queue, now: Instant) -> Option<String> {
        queue.pop(now).map(|queued| queued.info.pod.metadata.name.clone())
    }

    #[test]
    fn priority_then_age() {
        let (mut queue, start) = (queue(), Instant::now());
        queue.set(info("old", 0, "1"), false, start);
        queue.set(info("young", 0, "1"), false, start + Duration::from_millis(1));
        queue.set(info("high", 9, "1"), false, start + Duration::from_millis(2));
        queue.set(info("gated", 99, "1"), true, start);
        let order: Vec<_> = std::iter::from_fn(|| pop(&mut queue, start)).collect();
        assert_eq!(order, ["high", "old", "young"]);
        queue.set(info("gated", 99, "1"), false, start);
        assert_eq!(pop(&mut queue, start).as_deref(), Some("gated"));
    }

    #[test]
    fn a_failed_pod_waits_for_a_change_and_for_its_backoff() {
        let (mut queue, start) = (queue(), Instant::now());
        let second = Duration::from_secs(1);
        queue.set(info("p", 0, "1"), false, start);
        let key = queue.pop(start).expect("there").info.pod.key();
        queue.failed(&key, vec!["Fit"], false, start);
        assert_eq!(pop(&mut queue, start + 60 * second), None);
        queue.set(info("p", 0, "1"), false, start + 60 * second);
        assert_eq!(pop(&mut queue, start + 60 * second), None, "our own status update is no change");
        queue.wake(start, |queued| queued.rejected_by == ["Other"]);
        assert_eq!(queue.counts(), [0, 0, 1, 0]);
        queue.wake(start, |queued| queued.rejected_by == ["Fit"]);
        assert_eq!(queue.next_due(), Some(start + second));
        // Others go first; with none left the wait would be for nothing.
        queue.set(info("other", 0, "1"), false, start);
        assert_eq!(pop(&mut queue, start).as_deref(), Some("other"));
        assert_eq!(pop(&mut queue, start).as_deref(), Some("p"));
        // A change during the attempt counts.
        queue.wake(start + second, |_| true);
        queue.failed(&key, vec!["Fit"], false, start + second);
        assert_eq!(queue.next_due(), Some(start + 3 * second));
        assert_eq!(pop(&mut queue, start + second).as_deref(), Some("p"));
        // What failed with an error waits, whatever else there is.
        queue.failed(&key, vec![], true, start + second);
        assert_eq!(pop(&mut queue, start + second), None);
        assert_eq!(pop(&mut queue, start + 6 * second).as_deref(), Some("p"));
        queue.failed(&key, vec!["Fit"], false, start + 3 * second);
        queue.set(info("p", 0, "2"), false, start + 4 * second);
        assert_eq!(pop(&mut queue, start + 4 * second).as_deref(), Some("p"), "its spec changed");
        queue.failed(&key, vec![], false, start + 4 * second);
        queue.flush_left_over(start + 400 * second);
        assert_eq!(pop(&mut queue, start + 400 * second).as_deref(), Some("p"));
    }
}
