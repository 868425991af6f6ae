//! One etcd: the connection to it, up to where its events have been seen, and the leases granted there.
//!
//! Each counts revisions of its own: what is stored in one can't be compared with what is stored in another.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use apimachinery::Status;
use bytes::Bytes;
use etcdapi::etcdserverpb as pb;
use tokio::sync::{Notify, oneshot, watch};

use crate::metrics::parts;

use super::{Kv, PATIENCE, ask, etcd_error, patiently};

/// An etcd that is followed.
pub struct Backend {
    pub(super) etcd: etcdapi::Client,
    pub(super) kv: Kv,
    /// The revision up to which every cache of its objects has seen all events.
    pub(super) observed: watch::Sender<i64>,
    /// Asks the feed to make etcd tell its progress.
    pub(super) nudge: Notify,
    /// Whether a mark is being written, for an etcd that can't tell its progress.
    pub(super) marking: AtomicBool,
    /// Whether the feed is connected, for the health check.
    pub(super) connected: watch::Sender<bool>,
    /// Since when it is not, if it was.
    lost: Mutex<Option<Instant>>,
    reads: Mutex<Reads>,
    lease: tokio::sync::Mutex<Option<Lease>>,
    lease_reuse: Duration,
}

/// Readers that wait for the same answer: which revision is current.
#[derive(Default)]
struct Reads {
    running: bool,
    waiting: Vec<oneshot::Sender<Result<i64, Status>>>,
}

/// A lease that objects can still be given.
struct Lease {
    id: i64,
    granted: tokio::time::Instant,
    seconds: i64,
    /// To how many objects it was given.
    objects: u64,
}

impl Backend {
    /// Connects; leases are used again for `lease_reuse`.
    ///
    /// # Errors
    /// Fails when etcd can't be reached.
    pub(super) async fn connect(config: etcdapi::Config, lease_reuse: Duration) -> Result<Arc<Self>, String> {
        let etcd = etcdapi::Client::connect(config).await.map_err(|error| error.to_string())?;
        let backend = Self {
            kv: etcd.kv(),
            etcd,
            observed: watch::Sender::new(0),
            nudge: Notify::new(),
            marking: AtomicBool::default(),
            connected: watch::Sender::new(false),
            lost: Mutex::default(),
            reads: Mutex::default(),
            lease: tokio::sync::Mutex::default(),
            lease_reuse,
        };
        let revision = backend.ask_revision().await.map_err(|status| status.message)?;
        backend.observed.send_replace(revision);
        Ok(Arc::new(backend))
    }

    /// Whether it is followed right now.
    pub fn is_connected(&self) -> bool {
        *self.connected.borrow()
    }

    /// Whether it is followed, or has not been for no longer than `patience`.
    pub fn is_within(&self, patience: Duration) -> bool {
        let lost = || *self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_connected() || lost().is_some_and(|since| since.elapsed() < patience)
    }

    /// Notes that it is not followed any more.
    pub(super) fn disconnected(&self) {
        if self.connected.send_replace(false) {
            *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
    }

    /// How large its database is, as its first endpoint tells.
    pub async fn size(&self) -> Option<i64> {
        let answer = patiently(self.etcd.maintenance().status(pb::StatusRequest {})).await;
        answer.ok().map(|status| status.db_size)
    }

    /// The revision up to which all caches of its objects have seen every event.
    pub fn observed(&self) -> i64 {
        *self.observed.borrow()
    }

    /// Notes that they have seen every event up to `revision`.
    pub(super) fn has_observed(&self, revision: i64) {
        self.observed.send_if_modified(|observed| {
            let newer = revision > *observed;
            *observed = revision.max(*observed);
            newer
        });
    }

    async fn ask_revision(&self) -> Result<i64, Status> {
        let request = pb::RangeRequest {
            key: Bytes::from_static(b"\0"),
            count_only: true,
            ..pb::RangeRequest::default()
        };
        let answer = ask(&self.kv, request).await?;
        Ok(answer.header.map_or(0, |header| header.revision))
    }

    fn reads(&self) -> MutexGuard<'_, Reads> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A revision that no write acknowledged before this call is newer than. Readers that ask at
    /// the same time share one question to etcd.
    ///
    /// # Errors
    /// Fails when etcd does not answer.
    pub(super) async fn current_revision(self: &Arc<Self>) -> Result<i64, Status> {
        let (answer, wait) = oneshot::channel();
        let start = {
            let mut reads = self.reads();
            reads.waiting.push(answer);
            !std::mem::replace(&mut reads.running, true)
        };
        if start {
            let backend = self.clone();
            tokio::spawn(async move {
                loop {
                    let batch = {
                        let mut reads = backend.reads();
                        if reads.waiting.is_empty() {
                            reads.running = false;
                            return;
                        }
                        std::mem::take(&mut reads.waiting)
                    };
                    let revision = backend.ask_revision().await;
                    for waiting in batch {
                        // A reader that hung up needs no answer.
                        let _ = waiting.send(revision.clone());
                    }
                }
            });
        }
        wait.await.unwrap_or_else(|_| Err(Status::timeout("etcdserver: request timed out")))
    }

    /// Waits until the caches have seen everything up to `revision`.
    ///
    /// # Errors
    /// 504 when that takes too long: the revision is from somewhere else, or etcd is silent.
    pub(super) async fn wait_for(&self, revision: i64) -> Result<(), Status> {
        let mut observed = self.observed.subscribe();
        if *observed.borrow() >= revision {
            return Ok(());
        }
        let seen = async { observed.wait_for(|seen| *seen >= revision).await.map(|_| ()) };
        tokio::pin!(seen);
        let started = tokio::time::Instant::now();
        // The events are on their way, as a rule. Should the revision be someone else's, outside
        // of our keys, only etcd's progress can tell.
        let mut patience = Duration::from_millis(3);
        loop {
            match tokio::time::timeout(patience, &mut seen).await {
                Ok(_) => return Ok(()),
                Err(_) if started.elapsed() > Duration::from_secs(3) => {
                    let mut status = Status::timeout(format!(
                        "Too large resource version: {revision}, current: {}",
                        self.observed()
                    ));
                    status.details = Some(apimachinery::status::Details {
                        retry_after_seconds: Some(1),
                        causes: vec![apimachinery::status::Cause {
                            reason: "ResourceVersionTooLarge".into(),
                            message: "Too large resource version".into(),
                            field: String::new(),
                        }],
                        ..Default::default()
                    });
                    return Err(status);
                }
                Err(_) => {
                    self.nudge.notify_one();
                    patience = Duration::from_millis(50);
                }
            }
        }
    }

    /// Throws history up to `revision` away.
    ///
    /// # Errors
    /// Fails when etcd says so; that it is silent is noticed elsewhere.
    pub async fn compact(&self, revision: i64) -> Result<(), Status> {
        let request = pb::CompactionRequest { revision, physical: false };
        match tokio::time::timeout(PATIENCE, self.kv.clone().compact(request)).await {
            // Another server was faster.
            Ok(Err(error)) if error.code() == tonic::Code::OutOfRange => Ok(()),
            Ok(Err(error)) => Err(etcd_error(&error)),
            _ => Ok(()),
        }
    }

    /// A new lease.
    ///
    /// # Errors
    /// Fails when etcd does not grant it.
    pub(super) async fn grant(&self, ttl: Duration) -> Result<i64, Status> {
        let seconds = i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX);
        let request = pb::LeaseGrantRequest { ttl: seconds, id: 0 };
        Ok(patiently(self.etcd.lease().lease_grant(request)).await?.id)
    }

    /// A lease for an object that expires: together with others of the same minute, or as long as leases are
    /// used again.
    ///
    /// # Errors
    /// Fails when etcd does not grant it.
    pub(super) async fn lease(&self, ttl: Duration) -> Result<i64, Status> {
        let seconds = i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX);
        let mut lease = self.lease.lock().await;
        if let Some(lease) = lease.as_mut()
            && lease.seconds == seconds
            && lease.granted.elapsed() < self.lease_reuse.min(ttl / 20)
        {
            lease.objects += 1;
            return Ok(lease.id);
        }
        let id = self.grant(ttl).await?;
        let new = Lease { id, granted: tokio::time::Instant::now(), seconds, objects: 1 };
        if let Some(old) = lease.replace(new) {
            parts::LEASE_OBJECTS.observe([], old.objects as f64);
        }
        Ok(id)
    }
}
