//! A work queue of keys: a key waits at most once, is never worked on twice at the same time,
//! and failed keys come back later, longer each time.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The queue. Clones share it.
pub struct WorkQueue<K> {
    inner: Arc<Shared<K>>,
}

impl<K> Clone for WorkQueue<K> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

struct Shared<K> {
    state: Mutex<State<K>>,
    wake: Notify,
}

struct State<K> {
    /// The order of work; authoritative for what waits.
    ready: VecDeque<K>,
    /// What is in `ready`, or will be once its present run is done.
    dirty: HashSet<K>,
    /// What a worker has in hand.
    running: HashSet<K>,
    failures: HashMap<K, u32>,
}

impl<K: Clone + Eq + Hash + Send + 'static> Default for WorkQueue<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Clone + Eq + Hash + Send + 'static> WorkQueue<K> {
    /// An empty queue.
    pub fn new() -> Self {
        let state = State {
            ready: VecDeque::new(),
            dirty: HashSet::new(),
            running: HashSet::new(),
            failures: HashMap::new(),
        };
        Self { inner: Arc::new(Shared { state: Mutex::new(state), wake: Notify::new() }) }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State<K>> {
        self.inner.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Wants work on `key`. A key in a worker's hands is taken up again afterwards.
    pub fn add(&self, key: K) {
        let mut state = self.state();
        if !state.dirty.insert(key.clone()) {
            return;
        }
        if !state.running.contains(&key) {
            state.ready.push_back(key);
            drop(state);
            self.inner.wake.notify_one();
        }
    }

    /// Wants work on `key` later.
    pub fn add_after(&self, key: K, delay: Duration) {
        if delay.is_zero() {
            return self.add(key);
        }
        let queue = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            queue.add(key);
        });
    }

    /// Wants another try: after 5 ms, doubling with each failure up to 1,000 s, as upstream's
    /// default rate limiter.
    pub fn retry(&self, key: K) {
        let failures = {
            let mut state = self.state();
            let failures = state.failures.entry(key.clone()).or_default();
            *failures += 1;
            *failures
        };
        let delay =
            Duration::from_millis(5).saturating_mul(1u32.checked_shl(failures - 1).unwrap_or(u32::MAX));
        self.add_after(key, delay.min(Duration::from_secs(1000)));
    }

    /// How often `key` has failed in a row.
    pub fn failures(&self, key: &K) -> u32 {
        self.state().failures.get(key).copied().unwrap_or_default()
    }

    /// Forgets the failures of `key`.
    pub fn forget(&self, key: &K) {
        self.state().failures.remove(key);
    }

    /// How many keys wait.
    pub fn len(&self) -> usize {
        self.state().ready.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next key; it is in the caller's hands until [`done`](Self::done).
    pub async fn next(&self) -> K {
        loop {
            let waiting = self.inner.wake.notified();
            {
                let mut state = self.state();
                if let Some(key) = state.ready.pop_front() {
                    state.dirty.remove(&key);
                    state.running.insert(key.clone());
                    if !state.ready.is_empty() {
                        self.inner.wake.notify_one();
                    }
                    return key;
                }
            }
            waiting.await;
        }
    }

    /// The caller is done with `key`.
    pub fn done(&self, key: &K) {
        let mut state = self.state();
        state.running.remove(key);
        if state.dirty.contains(key) {
            state.ready.push_back(key.clone());
            drop(state);
            self.inner.wake.notify_one();
        }
    }

    /// Runs `workers` workers until `shutdown`. `work` says when to try again: `Ok(None)` means
    /// done, `Ok(Some(delay))` once more later, an error a retry with growing delays.
    pub async fn run<F, Fut, E>(&self, workers: usize, shutdown: &CancellationToken, work: F)
    where
        F: Fn(K) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<Option<Duration>, E>> + Send,
        E: std::fmt::Display + Send,
        K: std::fmt::Display,
    {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..workers {
            let queue = self.clone();
            let work = work.clone();
            let shutdown = shutdown.clone();
            tasks.spawn(async move {
                loop {
                    let key = tokio::select! {
                        key = queue.next() => key,
                        () = shutdown.cancelled() => return,
                    };
                    match work(key.clone()).await {
                        Ok(None) => queue.forget(&key),
                        Ok(Some(delay)) => {
                            queue.forget(&key);
                            queue.add_after(key.clone(), delay);
                        }
                        Err(error) => {
                            tracing::debug!(key = %key, error = %format!("{error:#}"), "trying again later");
                            queue.retry(key.clone());
                        }
                    }
                    queue.done(&key);
                }
            });
        }
        while tasks.join_next().await.is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_waits_once_and_never_runs_twice_at_once() {
        let queue = WorkQueue::new();
        queue.add("a");
        queue.add("a");
        queue.add("b");
        assert_eq!(queue.next().await, "a");
        queue.add("a");
        assert_eq!(queue.len(), 1, "a is in hand and must not be ready as well");
        assert_eq!(queue.next().await, "b");
        queue.done(&"b");
        assert!(queue.is_empty());
        queue.done(&"a");
        assert_eq!(queue.next().await, "a");
    }

    #[tokio::test(start_paused = true)]
    async fn retries_wait_longer_each_time() {
        let queue = WorkQueue::new();
        let start = tokio::time::Instant::now();
        for _ in 0..4 {
            queue.retry(1);
            assert_eq!(queue.next().await, 1);
            queue.done(&1);
        }
        let waited = start.elapsed();
        assert!(waited >= Duration::from_millis(75) && waited < Duration::from_millis(85), "{waited:?}");
    }
}
