//! When leases end. The state knows which leases there are; this knows the time.
//!
//! After a restart every lease gets its whole time again, as after a change of leaders in etcd.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use etcdapi::etcdserverpb::LeaseRevokeRequest;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::auth::By;
use crate::command::Command;
use crate::error::Error;
use crate::node::Node;

/// How long to wait before trying again to end a lease that could not be ended.
const AGAIN: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Times {
    leases: HashMap<i64, (Instant, i64)>,
    order: BTreeSet<(Instant, i64)>,
}

impl Times {
    fn set(&mut self, id: i64, ttl: i64, end: Instant) {
        if let Some((old, _)) = self.leases.insert(id, (end, ttl)) {
            self.order.remove(&(old, id));
        }
        self.order.insert((end, id));
    }
}

/// The end of each lease.
#[derive(Default)]
pub struct Lessor {
    times: Mutex<Times>,
    changed: Notify,
}

fn seconds(ttl: i64) -> Duration {
    Duration::from_secs(ttl.max(0).cast_unsigned())
}

impl Lessor {
    fn lock(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state has these leases and no others, each with its TTL.
    pub fn replaced(&self, leases: impl Iterator<Item = (i64, i64)>) {
        let mut times = self.lock();
        *times = Times::default();
        for (id, ttl) in leases {
            times.set(id, ttl, Instant::now() + seconds(ttl));
        }
        drop(times);
        self.changed.notify_one();
    }

    /// This member leads now. It can't know how long leases had left, so all begin anew.
    pub fn promoted(&self) {
        let mut times = self.lock();
        let all: Vec<(i64, i64)> = times.leases.iter().map(|(id, (_, ttl))| (*id, *ttl)).collect();
        for (id, ttl) in all {
            times.set(id, ttl, Instant::now() + seconds(ttl));
        }
        drop(times);
        self.changed.notify_one();
    }

    /// A lease begins.
    pub fn granted(&self, id: i64, ttl: i64) {
        let mut times = self.lock();
        let end = Instant::now() + seconds(ttl);
        times.set(id, ttl, end);
        let first = times.order.first() == Some(&(end, id));
        drop(times);
        if first {
            self.changed.notify_one();
        }
    }

    /// A lease begins anew; returns its TTL, or `None` when there is no such lease.
    pub fn keep_alive(&self, id: i64) -> Option<i64> {
        let mut times = self.lock();
        let (end, ttl) = *times.leases.get(&id)?;
        // A lease whose time is over is as good as gone, even if its end isn't applied yet.
        if end <= Instant::now() {
            return None;
        }
        times.set(id, ttl, Instant::now() + seconds(ttl));
        crate::metrics::RENEWED.inc();
        Some(ttl)
    }

    /// A lease is gone.
    pub fn revoked(&self, id: i64) {
        let mut times = self.lock();
        if let Some((end, _)) = times.leases.remove(&id) {
            times.order.remove(&(end, id));
        }
    }

    /// The time that a lease has left.
    pub fn remaining(&self, id: i64) -> Option<Duration> {
        self.lock().leases.get(&id).map(|(end, _)| end.saturating_duration_since(Instant::now()))
    }

    /// Leases whose time is over; they are asked for again after [`AGAIN`] unless revoked.
    fn take_expired(&self, now: Instant) -> (Vec<i64>, Option<Instant>) {
        let mut times = self.lock();
        let expired: Vec<i64> =
            times.order.iter().take_while(|(end, _)| *end <= now).map(|(_, id)| *id).collect();
        for id in &expired {
            if let Some((old, ttl)) = times.leases.get(id).copied() {
                // The lease itself keeps its end, so that it can't be kept alive any more.
                times.order.remove(&(old, *id));
                times.leases.insert(*id, (old, ttl));
            }
        }
        (expired, times.order.first().map(|(end, _)| *end))
    }

    fn retry(&self, id: i64) {
        let mut times = self.lock();
        if let Some((_, ttl)) = times.leases.get(&id).copied() {
            times.set(id, ttl, Instant::now() + AGAIN);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn leases_end_unless_kept_alive() {
        let lessor = Lessor::default();
        lessor.granted(1, 5);
        lessor.granted(2, 5);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(lessor.keep_alive(2), Some(5));
        assert_eq!(lessor.remaining(1), Some(Duration::from_secs(2)));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(lessor.take_expired(Instant::now()).0, [1]);
        assert_eq!(lessor.keep_alive(1), None);
        lessor.revoked(1);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(lessor.take_expired(Instant::now()).0, [2]);
    }
}
