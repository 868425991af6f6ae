//! The layout of etcd's backend file, and what can be done with a snapshot of it while no member
//! runs: look at it, and make a member's data directory of it. Snapshots of upstream's etcd are
//! read too.

mod bolt;
mod revision;
mod shown;
mod snapshot;
mod upstream;

use etcdapi::authpb::{Role, User};
use redb::TableDefinition;

pub use revision::{BackendKey, Revision, Version};
pub use snapshot::{
    HashKv, Plan, Restore, SnapshotError, Status, check_layout, defragment, hash_kv, restore, status,
};

/// Encoded key-values (of a deletion only the key) by [`Version::backend_key`].
pub const KEY: TableDefinition<&[u8], &[u8]> = TableDefinition::new("key");
/// TTLs by lease.
pub const LEASE: TableDefinition<i64, i64> = TableDefinition::new("lease");
/// Alarms by member.
pub const ALARM: TableDefinition<u64, i32> = TableDefinition::new("alarm");
/// Numbers by name: `format`, `index`, `term`, `revision`, `compact-revision`, `cluster-id`,
/// `member-id`.
pub const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
/// Small parts of the state that are written as a whole: the rules of who may do what, the
/// members, and the plan that a restored file begins with. Files of earlier versions lack it.
pub const PARTS: TableDefinition<&str, &[u8]> = TableDefinition::new("parts");

/// The layout of the file; another number is another layout.
pub const FORMAT: u64 = 1;
/// The part with the members of the cluster.
pub const MEMBERS: &str = "members";
/// The part with the [`Plan`] of a restored file.
pub const PLAN: &str = "plan";
/// The part with what leases have left, as their last checkpoints say.
pub const REMAINING: &str = "lease-remaining";
/// The part with the [`StoredRules`].
pub const RULES: &str = "rules";
/// The version of etcd's storage that this layout stands for.
pub const STORAGE_VERSION: &str = "3.6.0";

/// Users and roles as they are stored.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StoredRules {
    #[prost(bool, tag = "1")]
    pub enabled: bool,
    #[prost(uint64, tag = "2")]
    pub revision: u64,
    #[prost(message, repeated, tag = "3")]
    pub users: Vec<User>,
    #[prost(message, repeated, tag = "4")]
    pub roles: Vec<Role>,
}
