//! One member: the state, the log in front of it, and the way from a proposal to its answer.
//!
//! The order is: propose → log (many proposals, one sync) → apply, in log order → watchers →
//! answer. Whoever replicates the log later takes the place of [`crate::log`] between the first
//! two steps; the rest stays.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use etcdapi::etcdserverpb::{AlarmRequest, AlarmType, Member, ResponseHeader, alarm_request::AlarmAction};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::apply::Outcome;
use crate::auth::token::Tokens;
use crate::auth::{By, CommonName};
use crate::command::{Command, Entry};
use crate::error::Error;
use crate::lease::Lessor;
use crate::mvcc::Store;
use crate::watch::Hub;

/// Proposals that may wait for the log before more are turned away.
const WAITING: usize = 50_000;

/// What the answer to a proposal says, and the store's revision right after it.
pub type Answer = Result<(Outcome, i64), (Error, i64)>;

/// Work for the log's thread.
pub enum Work {
    /// Put a command into the log and answer when it is applied.
    Propose(Entry, oneshot::Sender<Answer>),
    /// The backend now holds everything up to this index.
    Flushed(u64),
    /// Bring the backend up to date and tell when it is.
    Flush(oneshot::Sender<()>),
    /// Flush, then end.
    Stop,
}

/// Limits and names from the flags.
#[derive(Clone, Debug)]
pub struct Limits {
    pub max_txn_ops: usize,
    pub max_request_bytes: usize,
    pub quota_bytes: u64,
    pub progress_interval: std::time::Duration,
    /// Whether JSON requests are answered.
    pub gateway: bool,
    /// The cost of hashing a password.
    pub bcrypt_cost: u32,
    /// Whether a client certificate's common name says which user it is.
    pub trust_common_name: bool,
}

/// One member of a cluster, shared by everything that serves it.
pub struct Node {
    pub cluster_id: u64,
    pub member: Member,
    pub limits: Limits,
    pub hub: Hub,
    pub lessor: Lessor,
    pub tokens: Tokens,
    /// Cancelled when the member ends.
    pub shutdown: CancellationToken,
    store: RwLock<Store>,
    work: mpsc::Sender<Work>,
    waiting: AtomicUsize,
    pub(crate) auth_enabled: AtomicBool,
    pub(crate) applied: AtomicU64,
    pub(crate) term: AtomicU64,
    pub(crate) revision: AtomicI64,
}

impl Node {
    /// A member on top of `store`; its proposals go into `work`.
    pub fn new(
        store: Store,
        work: mpsc::Sender<Work>,
        cluster_id: u64,
        member: Member,
        limits: Limits,
        tokens: Tokens,
        shutdown: CancellationToken,
    ) -> Arc<Self> {
        let revision = store.revision();
        let lessor = Lessor::default();
        for (id, lease) in store.leases() {
            lessor.granted(*id, lease.ttl);
        }
        Arc::new(Self {
            cluster_id,
            member,
            limits,
            hub: Hub::new(revision),
            lessor,
            tokens,
            auth_enabled: AtomicBool::new(store.rules().enabled()),
            shutdown,
            store: RwLock::new(store),
            work,
            waiting: AtomicUsize::new(0),
            applied: AtomicU64::new(0),
            term: AtomicU64::new(0),
            revision: AtomicI64::new(revision),
        })
    }

    /// The state, for reading. Everything in it is on disk: entries are applied after the sync.
    pub fn store(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn store_mut(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The header of an answer at `revision`.
    pub fn header(&self, revision: i64) -> Option<ResponseHeader> {
        Some(ResponseHeader {
            cluster_id: self.cluster_id,
            member_id: self.member.id,
            revision,
            raft_term: self.term.load(Ordering::Relaxed),
        })
    }

    /// The header of an answer that has nothing to do with a particular revision.
    pub fn header_now(&self) -> Option<ResponseHeader> {
        self.header(self.revision.load(Ordering::Acquire))
    }

    /// On whose behalf a request is: by its token, or else by its connection's certificate.
    ///
    /// # Errors
    /// Fails when there is a token but it isn't good.
    pub fn caller<T>(&self, request: &tonic::Request<T>) -> Result<By, Error> {
        if !self.auth_enabled.load(Ordering::Acquire) {
            return Ok(By::Nobody);
        }
        let metadata = request.metadata();
        let revision = || self.store().rules().revision();
        if let Some(token) = metadata.get("token").or_else(|| metadata.get("authorization")) {
            return self.tokens.who(token.to_str().unwrap_or_default(), revision());
        }
        match request.extensions().get::<CommonName>() {
            // What came through the JSON gateway has the gateway's connection, not a user's.
            Some(CommonName(name))
                if self.limits.trust_common_name && metadata.get("grpcgateway-accept").is_none() =>
            {
                Ok(By::User { name: name.to_string(), revision: revision() })
            }
            _ => Ok(By::Nobody),
        }
    }

    /// Puts a command through the log; returns when it is on disk and applied.
    ///
    /// # Errors
    /// Fails when the command is too large, does not apply, or the member is ending.
    pub async fn propose(&self, by: By, command: Command) -> Result<(Outcome, i64), Error> {
        let entry = Entry { by, command };
        if entry.encoded_len() > self.limits.max_request_bytes {
            return Err(Error::TooLarge);
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::TooManyRequests);
        }
        let (sender, receiver) = oneshot::channel();
        let sent = self.work.send(Work::Propose(entry, sender));
        let answer = match sent {
            Ok(()) => receiver.await,
            Err(_) => return Err(Error::Stopped),
        };
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        match answer {
            Ok(answer) => answer.map_err(|(error, _)| error),
            Err(_) => Err(Error::Stopped),
        }
    }

    /// Refuses `bytes` more when the backend has no room for them, and raises the alarm.
    ///
    /// # Errors
    /// Fails with `NoSpace` then.
    pub async fn check_quota(&self, bytes: usize) -> Result<(), Error> {
        let quota = self.limits.quota_bytes;
        let full = {
            let store = self.store();
            let used = store.backend().size() + store.pending_bytes() as u64;
            quota != 0 && used + bytes as u64 > quota
        };
        if !full {
            return Ok(());
        }
        let alarm = AlarmType::Nospace as i32;
        if !self.store().alarms().contains(&(self.member.id, alarm)) {
            tracing::warn!(quota, "the backend is over its quota: raising the NOSPACE alarm");
            let request =
                AlarmRequest { action: AlarmAction::Activate as i32, member_id: self.member.id, alarm };
            self.propose(By::Server, Command::Alarm(request)).await?;
        }
        Err(Error::NoSpace)
    }

    /// Brings the backend up to date with the log.
    pub async fn flush(&self) {
        let (sender, receiver) = oneshot::channel();
        if self.work.send(Work::Flush(sender)).is_ok() {
            let _ = receiver.await;
        }
    }

    /// Ends the log's thread after a last flush.
    pub fn stop(&self) {
        // It has ended already, then.
        let _ = self.work.send(Work::Stop);
    }
}
