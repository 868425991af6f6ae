//! When leases end. The state knows which leases there are; this knows the time.
//!
//! A new leader, and a member that starts, gives every lease its whole time again, as in etcd,
//! unless checkpoints (feature gate `LeaseCheckpoint`) have put what a lease had left into the log.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use etcdapi::etcdserverpb::LeaseRevokeRequest;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::auth::By;
use crate::command::{Command, LeaseCheckpoint, LeaseCheckpoints};
use crate::error::Error;
use crate::node::Node;

/// How long to wait before trying again to end a lease that could not be ended.
const AGAIN: Duration = Duration::from_secs(1);
/// How often what a lease has left is put into the log, as etcd has it.
pub const CHECKPOINTS: Duration = Duration::from_secs(300);
/// Leases in one entry of the log at most, as etcd has it.
const BATCH: usize = 1000;

/// What is known of a lease's time.
#[derive(Clone, Copy)]
struct Time {
    end: Instant,
    ttl: i64,
    /// What it had left at its last checkpoint; 0: none since it began.
    remaining: i64,
    /// When its next checkpoint is.
    due: Option<Instant>,
}

impl Time {
    /// What a new leader gives it.
    fn whole(&self) -> i64 {
        if self.remaining > 0 { self.remaining } else { self.ttl }
    }
}

#[derive(Default)]
struct Times {
    leases: HashMap<i64, Time>,
    order: BTreeSet<(Instant, i64)>,
    due: BTreeSet<(Instant, i64)>,
}

impl Times {
    /// Replaces what is known of a lease.
    fn set(&mut self, id: i64, time: Time) {
        self.remove(id);
        self.order.insert((time.end, id));
        self.due.extend(time.due.map(|due| (due, id)));
        self.leases.insert(id, time);
    }

    fn remove(&mut self, id: i64) {
        if let Some(old) = self.leases.remove(&id) {
            self.order.remove(&(old.end, id));
            if let Some(due) = old.due {
                self.due.remove(&(due, id));
            }
        }
    }
}

/// The end of each lease.
#[derive(Default)]
pub struct Lessor {
    times: Mutex<Times>,
    changed: Notify,
    /// How often there are checkpoints.
    interval: Option<Duration>,
}

/// A lease's new time after it was kept alive.
#[derive(Debug, PartialEq, Eq)]
pub struct Renewed {
    pub ttl: i64,
    /// Whether the log still says that it has less.
    pub checkpointed: bool,
}

fn seconds(ttl: i64) -> Duration {
    Duration::from_secs(ttl.max(0).cast_unsigned())
}

impl Lessor {
    /// No leases yet; `interval` says how often checkpoints are made, if they are.
    pub fn new(interval: Option<Duration>) -> Self {
        Self { interval, ..Self::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A lease that begins, or begins anew, with what is `remaining` of it (0: all).
    fn fresh(&self, ttl: i64, remaining: i64) -> Time {
        let now = Instant::now();
        let mut time = Time { end: now, ttl, remaining, due: None };
        time.end = now + seconds(time.whole());
        self.schedule(time)
    }

    /// Says when the next checkpoint is. A lease that ends before has none.
    fn schedule(&self, time: Time) -> Time {
        let interval = self.interval.filter(|interval| seconds(time.whole()) > *interval);
        Time { due: interval.map(|interval| Instant::now() + interval), ..time }
    }

    /// The state has these leases and no others, each with its TTL and what its last checkpoint says.
    pub fn replaced(&self, leases: impl Iterator<Item = (i64, i64, i64)>) {
        let mut times = self.lock();
        *times = Times::default();
        for (id, ttl, remaining) in leases {
            times.set(id, self.fresh(ttl, remaining));
        }
        drop(times);
        self.changed.notify_one();
    }

    /// This member leads now. It can't know how long leases had left, so all begin anew, or from
    /// their last checkpoints.
    pub fn promoted(&self) {
        let mut times = self.lock();
        let all: Vec<(i64, Time)> = times.leases.iter().map(|(id, time)| (*id, *time)).collect();
        for (id, time) in all {
            times.set(id, self.fresh(time.ttl, time.remaining));
        }
        drop(times);
        self.changed.notify_one();
    }

    /// A lease begins.
    pub fn granted(&self, id: i64, ttl: i64) {
        let mut times = self.lock();
        let time = self.fresh(ttl, 0);
        times.set(id, time);
        let first = times.order.first() == Some(&(time.end, id));
        drop(times);
        if first {
            self.changed.notify_one();
        }
    }

    /// A lease begins anew; `None` when there is no such lease.
    pub fn keep_alive(&self, id: i64) -> Option<Renewed> {
        let mut times = self.lock();
        let time = *times.leases.get(&id)?;
        // A lease whose time is over is as good as gone, even if its end isn't applied yet.
        if time.end <= Instant::now() {
            return None;
        }
        // Its next checkpoint stays where it is: else one that is kept alive often had none.
        times.set(id, Time { end: Instant::now() + seconds(time.ttl), ..time });
        crate::metrics::RENEWED.inc();
        Some(Renewed { ttl: time.ttl, checkpointed: time.remaining > 0 })
    }

    /// The log says how much a lease has left (0: it has begun anew).
    pub fn checkpointed(&self, id: i64, remaining: i64) {
        let mut times = self.lock();
        if let Some(time) = times.leases.get(&id).copied() {
            times.set(id, self.schedule(Time { remaining, ..time }));
        }
    }

    /// Leases whose checkpoints are due, and when the next one is.
    fn take_due(&self, now: Instant) -> (Vec<LeaseCheckpoint>, Option<Instant>) {
        let mut times = self.lock();
        let mut found = Vec::new();
        while let Some((due, id)) = times.due.first().copied().filter(|_| found.len() < BATCH) {
            if due > now {
                break;
            }
            let Some(time) = times.leases.get(&id).copied() else { break };
            times.set(id, self.schedule(time));
            let left = time.end.saturating_duration_since(now);
            let left = i64::try_from(left.as_millis().div_ceil(1000)).unwrap_or(i64::MAX);
            if left > 0 && left < time.ttl {
                found.push(LeaseCheckpoint { id, remaining_ttl: left });
            }
        }
        (found, times.due.first().map(|(due, _)| *due))
    }

    /// A lease is gone.
    pub fn revoked(&self, id: i64) {
        self.lock().remove(id);
    }

    /// The time that a lease has left.
    pub fn remaining(&self, id: i64) -> Option<Duration> {
        self.lock().leases.get(&id).map(|time| time.end.saturating_duration_since(Instant::now()))
    }

    /// Leases whose time is over; they are asked for again after [`AGAIN`] unless revoked.
    fn take_expired(&self, now: Instant) -> (Vec<i64>, Option<Instant>) {
        let mut times = self.lock();
        let expired: Vec<i64> =
            times.order.iter().take_while(|(end, _)| *end <= now).map(|(_, id)| *id).collect();
        for id in &expired {
            // The lease itself keeps its end, so that it can't be kept alive any more.
            if let Some(end) = times.leases.get(id).map(|time| time.end) {
                times.order.remove(&(end, *id));
            }
        }
        (expired, times.order.first().map(|(end, _)| *end))
    }

    fn retry(&self, id: i64) {
        let mut times = self.lock();
        if let Some(time) = times.leases.get(&id).copied() {
            times.set(id, Time { end: Instant::now() + AGAIN, ..time });
        }
        drop(times);
        self.changed.notify_one();
    }
}

/// Ends leases when their time is over, until the member ends.
pub async fn run(node: Arc<Node>) {
    loop {
        // Only the leader ends leases; whoever comes to lead is woken.
        let (expired, next) =
            if node.leads() { node.lessor.take_expired(Instant::now()) } else { (Vec::new(), None) };
        crate::metrics::EXPIRED.add(expired.len() as u64);
        for id in expired {
            let node = node.clone();
            tokio::spawn(async move {
                match node.propose(By::Server, Command::LeaseRevoke(LeaseRevokeRequest { id })).await {
                    Ok(_) | Err(Error::LeaseNotFound | Error::Stopped) => {}
                    Err(error) => {
                        tracing::warn!(lease = id, %error, "cannot end an expired lease yet");
                        node.lessor.retry(id);
                    }
                }
            });
        }
        let sleep = async {
            match next {
                Some(end) => tokio::time::sleep_until(end).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sleep => {}
            () = node.lessor.changed.notified() => {}
            () = node.shutdown.cancelled() => return,
        }
    }
}

/// Gives a lease its whole time again, here, where the leader is; its TTL, or 0: it is gone.
///
/// # Errors
/// Fails when the log has a checkpoint of it and can't be told that it begins anew.
pub async fn renew(node: &Node, id: i64) -> Result<i64, Error> {
    let Some(renewed) = node.lessor.keep_alive(id) else { return Ok(0) };
    if renewed.checkpointed {
        let checkpoints = vec![LeaseCheckpoint { id, remaining_ttl: 0 }];
        node.propose(By::Server, Command::LeaseCheckpoint(LeaseCheckpoints { checkpoints })).await?;
    }
    Ok(renewed.ttl)
}

/// Puts what leases have left into the log every `interval` while this member leads, until it ends.
pub async fn run_checkpoints(node: Arc<Node>, interval: Duration) {
    loop {
        let (checkpoints, next) =
            if node.leads() { node.lessor.take_due(Instant::now()) } else { (Vec::new(), None) };
        if !checkpoints.is_empty() {
            let command = Command::LeaseCheckpoint(LeaseCheckpoints { checkpoints });
            if let Err(error) = node.propose(By::Server, command).await {
                tracing::warn!(%error, "what leases have left can't be put into the log now");
            }
        }
        // Whatever is scheduled in the meantime comes later than that.
        let latest = Instant::now() + interval;
        tokio::select! {
            () = tokio::time::sleep_until(next.map_or(latest, |next| next.min(latest))) => {}
            () = node.shutdown.cancelled() => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn leases_end_unless_kept_alive() {
        let lessor = Lessor::default();
        lessor.granted(1, 5);
        lessor.granted(2, 5);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(lessor.keep_alive(2), Some(Renewed { ttl: 5, checkpointed: false }));
        assert_eq!(lessor.remaining(1), Some(Duration::from_secs(2)));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(lessor.take_expired(Instant::now()).0, [1]);
        assert_eq!(lessor.keep_alive(1), None);
        lessor.revoked(1);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(lessor.take_expired(Instant::now()).0, [2]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_leader_goes_on_from_the_last_checkpoint() {
        let lessor = Lessor::new(Some(Duration::from_secs(60)));
        lessor.granted(1, 300);
        lessor.granted(2, 300);
        lessor.granted(3, 60);
        assert_eq!(lessor.take_due(Instant::now()).0, []);
        tokio::time::advance(Duration::from_secs(59)).await;
        lessor.keep_alive(2).expect("lives");
        tokio::time::advance(Duration::from_millis(1500)).await;
        // The last one is too short for a checkpoint.
        let (due, next) = lessor.take_due(Instant::now());
        let checkpoint = |id, remaining_ttl| LeaseCheckpoint { id, remaining_ttl };
        assert_eq!(due, [checkpoint(1, 240), checkpoint(2, 299)]);
        assert_eq!(next, Some(Instant::now() + Duration::from_secs(60)));
        for LeaseCheckpoint { id, remaining_ttl } in due {
            lessor.checkpointed(id, remaining_ttl);
        }
        let left = |id| lessor.remaining(id).map(|left| left.as_secs());
        assert_eq!(left(1), Some(239), "a checkpoint itself changes nothing");
        // Another member comes to lead that has heard the same.
        tokio::time::advance(Duration::from_secs(30)).await;
        lessor.promoted();
        assert_eq!([1, 2, 3].map(left), [Some(240), Some(299), Some(60)]);
        // Who is kept alive has its whole time, also for the next leader once the log says so.
        assert_eq!(lessor.keep_alive(1), Some(Renewed { ttl: 300, checkpointed: true }));
        assert_eq!(left(1), Some(300));
        lessor.checkpointed(1, 0);
        assert_eq!(lessor.keep_alive(1), Some(Renewed { ttl: 300, checkpointed: false }));
        lessor.promoted();
        assert_eq!(left(1), Some(300));
        lessor.revoked(1);
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(lessor.take_due(Instant::now()).0, [checkpoint(2, 238)]);
    }

    #[tokio::test(start_paused = true)]
    async fn many_checkpoints_come_in_batches() {
        let lessor = Lessor::new(Some(Duration::from_secs(60)));
        for id in 0..2500 {
            lessor.granted(id, 1000);
        }
        tokio::time::advance(Duration::from_secs(60)).await;
        let sizes = [(); 4].map(|()| lessor.take_due(Instant::now()).0.len());
        assert_eq!(sizes, [1000, 1000, 500, 0]);
    }
}
