//! The layout of etcd's backend file, and what can be done with a snapshot of it while no member
//! runs: look at it, and make a member's data directory of it.

mod revision;
mod snapshot;

use redb::TableDefinition;

pub use revision::{BackendKey, Revision, Version};
pub use snapshot::{Plan, Restore, SnapshotError, Status, restore, status};

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
