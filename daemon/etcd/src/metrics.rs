//! The member's metrics, under etcd's names.

use component::metrics::{Counter, Gauge, Histogram, Info, Metric};

use crate::node::Node;
use crate::rpcs::{Calls, Ranges};
use crate::service::maintenance::STORAGE_VERSION as CLUSTER_VERSION;

/// Entries applied.
pub static PROPOSALS: Counter =
    Counter::new("etcd_server_proposals_applied_total", "The total number of consensus proposals applied.");
/// Time for one sync of the log.
pub static WAL_SYNC: Histogram<14> = Histogram::new(
    "etcd_disk_wal_fsync_duration_seconds",
    "The latency distributions of fsync called by WAL.",
    [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192],
);
/// Times that somebody else came to lead.
pub static LEADER_CHANGES: Counter =
    Counter::new("etcd_server_leader_changes_seen_total", "The number of leader changes seen.");
/// See its help.
pub static PUTS: Counter = Counter::new("etcd_mvcc_put_total", "Total number of puts seen by this member.");
/// See its help.
pub static DELETES: Counter =
    Counter::new("etcd_mvcc_delete_total", "Total number of deletes seen by this member.");
/// See its help.
pub static TXNS: Counter = Counter::new("etcd_mvcc_txn_total", "Total number of txns seen by this member.");
/// See its help.
pub static GRANTED: Counter =
    Counter::new("etcd_debugging_lease_granted_total", "The total number of granted leases.");
/// See its help.
pub static REVOKED: Counter =
    Counter::new("etcd_debugging_lease_revoked_total", "The total number of revoked leases.");
/// See its help.
pub static RENEWED: Counter =
    Counter::new("etcd_debugging_lease_renewed_total", "The number of renewed leases seen by the leader.");
/// See its help.
pub static EXPIRED: Counter =
    Counter::new("etcd_debugging_server_lease_expired_total", "The total number of expired leases.");
/// See its help.
pub static COMPACTED: Counter =
    Counter::new("etcd_debugging_mvcc_db_compaction_keys_total", "Total number of db keys compacted.");
/// See its help.
pub static EVENTS: Counter =
    Counter::new("etcd_debugging_mvcc_events_total", "Total number of events sent by this member.");
/// See its help.
pub static FAILED: Counter =
    Counter::new("etcd_server_proposals_failed_total", "The total number of failed proposals seen.");
/// See its help.
pub static READS_FAILED: Counter =
    Counter::new("etcd_server_read_indexes_failed_total", "The total number of failed read indexes seen.");
/// See its help.
pub static HEALTHY: Counter =
    Counter::new("etcd_server_health_success", "The total number of successful health checks");
/// See its help.
pub static UNHEALTHY: Counter =
    Counter::new("etcd_server_health_failures", "The total number of failed health checks");
/// See its help.
pub static LOST_HEARTBEATS: Counter = Counter::new(
    "etcd_server_heartbeat_send_failures_total",
    "The total number of leader heartbeat send failures (likely overloaded from slow disk).",
);
/// See its help.
pub static PROMOTED: Counter = Counter::new(
    "etcd_server_learner_promote_successes",
    "The total number of successful learner promotions while this member is leader.",
);
/// See its help.
pub static RECEIVED: Counter = Counter::new(
    "etcd_network_client_grpc_received_bytes_total",
    "The total number of bytes received from grpc clients.",
);
/// See its help.
pub static SENT: Counter = Counter::new(
    "etcd_network_client_grpc_sent_bytes_total",
    "The total number of bytes sent to grpc clients.",
);
static PENDING: Gauge =
    Gauge::new("etcd_server_proposals_pending", "The current number of pending proposals to commit.");
static QUOTA: Gauge =
    Gauge::new("etcd_server_quota_backend_bytes", "Current backend storage quota size in bytes.");
static AUTH: Gauge = Gauge::new("etcd_debugging_auth_revision", "The current revision of auth store.");
/// See its help.
pub static STREAMS: Gauge =
    Gauge::new("etcd_debugging_mvcc_watch_stream_total", "Total number of watch streams.");
/// See its help.
pub static WATCHERS: Gauge = Gauge::new("etcd_debugging_mvcc_watcher_total", "Total number of watchers.");
/// See its help.
pub static INSTALLING: Gauge = Gauge::new(
    "etcd_server_snapshot_apply_in_progress_total",
    "1 if the server is applying the incoming snapshot. 0 if none.",
);
/// See its help.
pub static DEFRAGMENTING: Gauge = Gauge::new(
    "etcd_disk_defrag_inflight",
    "Whether or not defrag is active on the member. 1 means active, 0 means not.",
);
static FILES: Gauge = Gauge::new("os_fd_used", "The number of used file descriptors.");
static FILES_MOST: Gauge = Gauge::new("os_fd_limit", "The file descriptor limit.");
/// Time for one write to the backend.
pub static COMMIT: Histogram<14> = Histogram::new(
    "etcd_disk_backend_commit_duration_seconds",
    "The latency distributions of commit called by backend.",
    [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192],
);
/// Time for one defragmentation.
pub static DEFRAGMENT: Histogram<13> = Histogram::new(
    "etcd_disk_backend_defrag_duration_seconds",
    "The latency distribution of backend defragmentation.",
    [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6],
);
static COMMITTED: Gauge =
    Gauge::new("etcd_server_proposals_committed_total", "The total number of consensus proposals committed.");
static LEARNER: Gauge =
    Gauge::new("etcd_server_is_learner", "Whether or not this member is a learner. 1 if is, 0 otherwise.");
static HAS_LEADER: Gauge =
    Gauge::new("etcd_server_has_leader", "Whether or not a leader exists. 1 is existence, 0 is not.");
static IS_LEADER: Gauge =
    Gauge::new("etcd_server_is_leader", "Whether or not this member is a leader. 1 if is, 0 otherwise.");
static DB_SIZE: Gauge = Gauge::new(
    "etcd_mvcc_db_total_size_in_bytes",
    "Total size of the underlying database physically allocated in bytes.",
);
static DB_IN_USE: Gauge = Gauge::new(
    "etcd_mvcc_db_total_size_in_use_in_bytes",
    "Total size of the underlying database logically in use in bytes.",
);
static REVISION: Gauge = Gauge::new("etcd_debugging_mvcc_current_revision", "The current revision of store.");
static COMPACT_REVISION: Gauge =
    Gauge::new("etcd_debugging_mvcc_compact_revision", "The revision of the last compaction in store.");
static KEYS: Gauge = Gauge::new("etcd_debugging_mvcc_keys_total", "Total number of keys.");

/// All of them as text.
pub fn render(node: &Node) -> String {
    let store = node.store();
    let int = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    HAS_LEADER.set(i64::from(node.leader() != 0));
    IS_LEADER.set(i64::from(node.leads()));
    COMMITTED.set(int(node.committed.load(std::sync::atomic::Ordering::Relaxed)));
    LEARNER.set(i64::from(store.members().get(node.id).is_some_and(|member| member.is_learner)));
    DB_SIZE.set(int(store.backend().size()));
    DB_IN_USE.set(int(store.backend().in_use()));
    REVISION.set(store.revision());
    COMPACT_REVISION.set(store.compact_revision());
    KEYS.set(int(store.keys() as u64));
    AUTH.set(i64::try_from(store.rules().revision()).unwrap_or(i64::MAX));
    drop(store);
    PENDING.set(int(node.waiting() as u64));
    QUOTA.set(int(node.limits.quota_bytes));
    FILES.set(std::fs::read_dir("/proc/self/fd").map_or(0, |files| int(files.count() as u64)));
    let limit = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE);
    FILES_MOST.set(limit.map_or(0, |(soft, _)| int(soft)));
    let id = format!("{:x}", node.id);
    let fact = |name, help, label, value| Info { name, help, label, value };
    let facts = [
        fact(
            "etcd_server_id",
            "Server or member ID in hexadecimal format. 1 for 'server_id' label with current ID.",
            "server_id",
            id.as_str(),
        ),
        fact(
            "etcd_server_version",
            "Which version is running. 1 for 'server_version' label with current version.",
            "server_version",
            component::ETCD_VERSION,
        ),
        fact(
            "etcd_cluster_version",
            "Which version is running. 1 for 'cluster_version' label with current cluster version",
            "cluster_version",
            CLUSTER_VERSION,
        ),
    ];
    let all: &[&dyn Metric] = &[
        &LEADER_CHANGES,
        &COMMITTED,
        &LEARNER,
        &PROPOSALS,
        &WAL_SYNC,
        &HAS_LEADER,
        &IS_LEADER,
        &DB_SIZE,
        &DB_IN_USE,
        &REVISION,
        &COMPACT_REVISION,
        &KEYS,
        &COMMIT,
        &DEFRAGMENT,
        &facts[0],
        &facts[1],
        &facts[2],
        &Calls,
        &crate::pages::Checks,
        &PUTS,
        &DELETES,
        &TXNS,
        &Ranges,
        &GRANTED,
        &REVOKED,
        &RENEWED,
        &EXPIRED,
        &COMPACTED,
        &EVENTS,
        &FAILED,
        &READS_FAILED,
        &HEALTHY,
        &UNHEALTHY,
        &LOST_HEARTBEATS,
        &PROMOTED,
        &RECEIVED,
        &SENT,
        &PENDING,
        &QUOTA,
        &AUTH,
        &STREAMS,
        &WATCHERS,
        &INSTALLING,
        &DEFRAGMENTING,
        &FILES,
        &FILES_MOST,
    ];
    component::metrics::render(all)
}
