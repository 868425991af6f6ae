//! The member's metrics, under etcd's names.

use component::metrics::{Counter, Gauge, Histogram, Metric};

use crate::node::Node;

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
    drop(store);
    let all: [&dyn Metric; 12] = [
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
    ];
    component::metrics::render(&all)
}
