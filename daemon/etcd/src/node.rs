//! One member: the state, and the way from a proposal to its answer.
//!
//! The order is: propose → Raft (many proposals, one sync, a majority's disks) → apply, in log
//! order → watchers → answer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use etcdapi::etcdserverpb::ResponseHeader;
use grpc::Gate;
use tokio::sync::{Notify, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::applier::Apply;
use crate::apply::Outcome;
use crate::auth::token::Tokens;
use crate::auth::{By, CommonName};
use crate::command::{Command, Entry};
use crate::consensus::{Shared, Standing, Work};
use crate::error::Error;
use crate::history::History;
use crate::inbox::Inbox;
use crate::lease::Lessor;
use crate::members::Members;
use crate::metrics;
use crate::mvcc::Store;
use crate::mvcc::hash::Remembered;
use crate::peer::Peers;
use crate::raft::{Kind, NONE};
use crate::round::Rounds;
use crate::watch::Hub;

/// Proposals that may wait for the log before more are turned away.
const WAITING: usize = 50_000;

/// What the answer to a proposal says, and the store's revision right after it.
pub type Answer = Result<(Outcome, i64), (Error, i64)>;

/// Limits and names from the flags.
#[derive(Clone, Debug)]
pub struct Limits {
    pub max_txn_ops: usize,
    pub max_request_bytes: usize,
    pub quota_bytes: u64,
    pub progress_interval: Duration,
    /// Whether JSON requests are answered.
    pub gateway: bool,
    /// The cost of hashing a password.
    pub bcrypt_cost: u32,
    /// Whether a client certificate's common name says which user it is.
    pub trust_common_name: bool,
    /// Requests that one connection may have at a time.
    pub max_streams: u32,
    /// How often a connection is probed, and how long that may go unanswered.
    pub keepalive: Option<(Duration, Duration)>,
    /// The shortest time between a client's own probes.
    pub pings: Duration,
    /// A request that takes longer is logged; zero: none is.
    pub slow: Duration,
    /// Which HTTP requests are answered.
    pub access: crate::access::Access,
    /// How long a request may take that needs other members.
    pub request_timeout: Duration,
    /// Whether changes of members that would cost the majority are refused.
    pub strict_reconfig: bool,
    pub max_learners: usize,
    /// How often what leases have left is put into the log, if it is.
    pub lease_checkpoints: Option<Duration>,
    /// Whether compactions are hashed, so that members can be compared.
    pub hash_compactions: bool,
    /// Entries that are kept in memory for members that are a little behind; who is further behind
    /// gets a snapshot.
    pub catchup_entries: u64,
}

/// Where the threads of a member take their work from.
pub struct Threads {
    pub consensus: Inbox,
    pub applier: mpsc::Sender<Apply>,
}

/// One member of a cluster, shared by everything that serves it.
pub struct Node {
    pub id: u64,
    pub cluster_id: u64,
    pub limits: Limits,
    pub hub: Hub,
    pub history: Arc<History>,
    pub lessor: Lessor,
    pub tokens: Tokens,
    pub peers: Arc<Peers>,
    /// Hashes of the last compactions.
    pub compactions: Remembered,
    /// Cancelled when the member ends.
    pub shutdown: CancellationToken,
    store: RwLock<Store>,
    threads: Threads,
    /// Raft, once it runs, for whoever tends to it.
    raft: OnceLock<Shared>,
    waiters: Mutex<HashMap<u64, oneshot::Sender<Answer>>>,
    waiting: AtomicUsize,
    pub(crate) auth_enabled: AtomicBool,
    /// The last entry applied.
    pub(crate) applied: watch::Sender<u64>,
    pub(crate) committed: AtomicU64,
    pub(crate) term: AtomicU64,
    pub(crate) revision: AtomicI64,
    /// Who leads.
    pub(crate) leader: AtomicU64,
    /// The leader has changed.
    pub(crate) led: Notify,
    /// The backend was written.
    pub(crate) flushed: Notify,
    /// This member leads and nobody else could: what it has applied is the truth.
    pub(crate) alone: AtomicBool,
    /// This member only listens.
    learner: AtomicBool,
    rounds: Rounds,
}

/// Ends the process: what is on disk is unknown, or known to be wrong. Nothing was promised that
/// the disk doesn't hold.
pub fn die(what: &str, error: impl std::fmt::Display) -> ! {
    tracing::error!(%error, "{what}; ending at once, so that nothing is acknowledged that may be lost");
    std::process::exit(1);
}

/// A place among the proposals that wait; given back also when whoever waits goes away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < WAITING).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Node {
    /// A member on top of `store`.
    pub fn new(
        mut store: Store,
        threads: Threads,
        (cluster_id, id): (u64, u64),
        limits: Limits,
        tokens: Tokens,
        peers: Arc<Peers>,
        shutdown: CancellationToken,
    ) -> Arc<Self> {
        store.hash_compactions(limits.hash_compactions);
        let revision = store.revision();
        let store_learner = store.members().get(id).is_some_and(|member| member.is_learner);
        let lessor = Lessor::new(limits.lease_checkpoints);
        lessor.replaced(store.leases().iter().map(|(id, lease)| (*id, lease.ttl, lease.remaining)));
        Arc::new(Self {
            id,
            cluster_id,
            limits,
            hub: Hub::new(revision),
            history: Arc::default(),
            lessor,
            tokens,
            peers,
            compactions: Remembered::default(),
            auth_enabled: AtomicBool::new(store.rules().enabled()),
            shutdown,
            store: RwLock::new(store),
            threads,
            raft: OnceLock::new(),
            waiters: Mutex::default(),
            waiting: AtomicUsize::new(0),
            applied: watch::Sender::new(0),
            committed: AtomicU64::new(0),
            term: AtomicU64::new(0),
            revision: AtomicI64::new(revision),
            leader: AtomicU64::new(NONE),
            led: Notify::new(),
            flushed: Notify::new(),
            alone: AtomicBool::new(false),
            learner: AtomicBool::new(store_learner),
            rounds: Rounds::default(),
        })
    }

    /// The state, for reading. Everything in it is on a majority's disks: entries are applied
    /// when they are committed.
    pub fn store(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn store_mut(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn waiters(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Answer>>> {
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Proposals that wait.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// The header of an answer at `revision`.
    pub fn header(&self, revision: i64) -> Option<ResponseHeader> {
        Some(ResponseHeader {
            cluster_id: self.cluster_id,
            member_id: self.id,
            revision,
            raft_term: self.term.load(Ordering::Relaxed),
        })
    }

    /// The header of an answer that has nothing to do with a particular revision.
    pub fn header_now(&self) -> Option<ResponseHeader> {
        self.header(self.revision.load(Ordering::Acquire))
    }

    /// Who leads; 0: nobody, as far as is known here.
    pub fn leader(&self) -> u64 {
        self.leader.load(Ordering::Acquire)
    }

    /// Whether this member leads.
    pub fn leads(&self) -> bool {
        self.leader() == self.id
    }

    /// Whether this member is a learner, which answers almost nothing.
    ///
    /// # Errors
    /// Fails when it is.
    pub fn no_learner(&self) -> Result<(), Error> {
        if self.learner.load(Ordering::Relaxed) { Err(Error::LearnerCannot) } else { Ok(()) }
    }

    /// On whose behalf a request is: by its token, or else by its connection's certificate.
    ///
    /// # Errors
    /// Fails when there is a token but it isn't good, and when the request wants a leader and
    /// there is none.
    pub fn caller<T>(&self, request: &tonic::Request<T>) -> Result<By, Error> {
        let metadata = request.metadata();
        let text = |name: &str| metadata.get(name).map(|value| value.to_str().unwrap_or_default());
        // What came through the JSON gateway has the gateway's connection, not a user's.
        let own = metadata.get("grpcgateway-accept").is_none();
        let name = request.extensions().get::<CommonName>().filter(|_| own);
        self.caller_named(text("hasleader"), text("token").or_else(|| text("authorization")), name)
    }

    /// [`Self::caller`] for whoever has the headers and the certificate's name.
    ///
    /// # Errors
    /// As there.
    pub fn caller_named(
        &self,
        has_leader: Option<&str>,
        token: Option<&str>,
        name: Option<&CommonName>,
    ) -> Result<By, Error> {
        if self.leader() == NONE && has_leader == Some("true") {
            return Err(Error::NoLeader);
        }
        if !self.auth_enabled.load(Ordering::Acquire) {
            return Ok(By::Nobody);
        }
        let revision = || self.store().rules().revision();
        if let Some(token) = token {
            return self.tokens.who(token, revision());
        }
        match name {
            Some(CommonName(name)) if self.limits.trust_common_name => {
                Ok(By::User { name: name.to_string(), revision: revision() })
            }
            _ => Ok(By::Nobody),
        }
    }

    /// Puts a command through the log; returns when it is on a majority's disks and applied here.
    ///
    /// # Errors
    /// Fails when the command is too large, does not apply, takes too long (it may still happen
    /// then), or the member is ending.
    pub async fn propose(&self, by: By, command: Command) -> Result<(Outcome, i64), Error> {
        let kind = match command {
            Command::AddMember(_) | Command::RemoveMember(_) | Command::PromoteMember(_) => Kind::Members,
            _ => Kind::Normal,
        };
        let entry = Entry { by, command };
        if entry.encoded_len() > self.limits.max_request_bytes {
            return Err(Error::TooLarge);
        }
        let Some(_place) = Place::take(&self.waiting) else { return Err(Error::TooManyRequests) };
        let (answer, receiver) = oneshot::channel();
        let work = Work::Propose { entry, kind, answer };
        let alone = self.alone.load(Ordering::Relaxed);
        let sent = if alone && grpc::tended() {
            self.threads.consensus.leave(work)
        } else {
            self.threads.consensus.send(work)
        };
        let answer = match sent {
            Err(_) => Err(Error::Stopped),
            // Nothing but this member's own disk can keep it waiting.
            Ok(()) if alone => receiver.await.map_err(|_| Error::Stopped),
            Ok(()) => match tokio::time::timeout(self.limits.request_timeout, receiver).await {
                Ok(answer) => answer.map_err(|_| Error::Stopped),
                Err(_) => Err(Error::Timeout),
            },
        };
        if matches!(answer, Err(Error::Timeout | Error::Stopped)) {
            metrics::FAILED.inc();
        }
        answer?.map_err(|(error, _)| error)
    }

    /// Works off what [`Self::propose`] has left, in the caller's thread if nobody else does and
    /// the disk is fast: that saves a change of threads there and another one back, which cost
    /// about what writing does. Tells whether it did something.
    pub fn tend(&self) -> bool {
        if self.threads.consensus.is_empty() {
            return false;
        }
        if self.raft.get().is_some_and(Shared::tend) {
            return true;
        }
        self.threads.consensus.wake();
        false
    }

    /// Lets others tend to Raft's work.
    pub(crate) fn shares(&self, raft: Shared) {
        let _ = self.raft.set(raft);
    }

    /// Whether a read here sees everything that was acknowledged anywhere, without asking others.
    pub fn reads_alone(&self) -> bool {
        self.alone.load(Ordering::Acquire)
    }

    /// Returns when a read here sees everything that was acknowledged anywhere before the call.
    ///
    /// # Errors
    /// Fails when no majority answers in time, or the member is ending.
    pub async fn linearizable(&self) -> Result<(), Error> {
        if self.reads_alone() {
            return Ok(());
        }
        self.no_learner()?;
        let confirm = async {
            let (sender, receiver) = oneshot::channel();
            self.threads.consensus.send(Work::Read(sender)).map_err(|_| Error::Stopped)?;
            let index = receiver.await.map_err(|_| Error::Stopped)?;
            let mut applied = self.applied.subscribe();
            applied.wait_for(|applied| *applied >= index).await.map(|_| ()).map_err(|_| Error::Stopped)
        };
        let confirmed = tokio::time::timeout(self.limits.request_timeout, confirm).await;
        let confirmed = confirmed.unwrap_or(Err(Error::Timeout));
        if confirmed.is_err() {
            metrics::READS_FAILED.inc();
        }
        confirmed
    }

    /// [`Self::linearizable`] for many reads at once.
    pub fn round(self: &Arc<Self>) -> Gate {
        self.rounds.join(|| {
            let node = Arc::downgrade(self);
            async move { Ok(node.upgrade().ok_or(Error::Stopped)?.linearizable().await?) }
        })
    }

    /// Brings the backend up to date with what was applied.
    pub async fn flush(&self) {
        let (sender, receiver) = oneshot::channel();
        if self.threads.applier.send(Apply::Flush(sender)).is_ok() {
            let _ = receiver.await;
        }
    }

    /// Hands a message of another member to Raft.
    pub fn step(&self, message: crate::raft::Message) {
        let _ = self.threads.consensus.send(Work::Message(message));
    }

    /// What this member, if it leads, knows of the others.
    pub async fn standing(&self) -> Standing {
        let (sender, receiver) = oneshot::channel();
        match self.threads.consensus.send(Work::Progress(sender)) {
            Ok(()) => receiver.await.unwrap_or_default(),
            Err(_) => Standing::default(),
        }
    }

    /// Hands leadership to `to` and waits until it leads.
    ///
    /// # Errors
    /// Fails when it doesn't take over in time.
    pub async fn transfer(&self, to: u64) -> Result<(), Error> {
        let _ = self.threads.consensus.send(Work::Transfer(to));
        let taken = async {
            loop {
                let mut changed = std::pin::pin!(self.led.notified());
                changed.as_mut().enable();
                if self.leader() == to {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(self.limits.request_timeout, taken).await.map_err(|_| Error::Timeout)
    }

    /// The members have changed.
    pub(crate) fn members_changed(&self, members: &Members) {
        if members.was_removed(self.id) {
            tracing::error!("this member was removed from the cluster for ever; ending");
            self.shutdown.cancel();
        }
        let learner = members.get(self.id).is_some_and(|member| member.is_learner);
        self.learner.store(learner, Ordering::Relaxed);
        self.peers.update(&members.list());
    }

    /// Lets another member lead, if this one does.
    pub async fn hand_over(&self) {
        if self.leads() && !self.alone.load(Ordering::Acquire) {
            let standing = self.standing().await;
            let voters = self.store().members().ids().0;
            let next = standing
                .members
                .iter()
                .filter(|(id, (_, active))| **id != self.id && *active && voters.contains(id))
                .max_by_key(|(_, (matched, _))| *matched)
                .map(|(id, _)| *id);
            if let Some(next) = next
                && self.transfer(next).await.is_err()
            {
                tracing::warn!("no other member took over in time");
            }
        }
    }

    /// Ends the threads after a last flush.
    pub fn stop(&self) {
        // They have ended already, then.
        let _ = self.threads.consensus.send(Work::Stop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back_by_those_who_get_none_too() {
        let waiting = AtomicUsize::new(WAITING - 1);
        let last = Place::take(&waiting).expect("room for one");
        assert!(Place::take(&waiting).is_none());
        drop(last);
        assert_eq!(waiting.load(Ordering::Relaxed), WAITING - 1);
    }
}
