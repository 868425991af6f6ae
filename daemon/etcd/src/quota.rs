//! Room: who needs more than the quota raises the NOSPACE alarm; when there is room again it is
//! cleared by itself.
//!
//! What counts is what the records take, not how long the file is: pages of records that were
//! compacted away are used again.

use std::sync::Arc;

use etcdapi::etcdserverpb::{AlarmRequest, AlarmType, alarm_request::AlarmAction};

use crate::auth::By;
use crate::command::Command;
use crate::error::Error;
use crate::node::Node;

fn used(node: &Node) -> u64 {
    let store = node.store();
    store.backend().in_use() + store.pending_bytes() as u64
}

fn alarmed(node: &Node) -> bool {
    node.store().alarms().contains(&(node.id, AlarmType::Nospace as i32))
}

async fn set(node: &Node, action: AlarmAction) -> Result<(), Error> {
    let alarm = AlarmType::Nospace as i32;
    let request = AlarmRequest { action: action as i32, member_id: node.id, alarm };
    node.propose(By::Server, Command::Alarm(request)).await.map(|_| ())
}

/// Refuses `bytes` more when there is no room for them, and raises the alarm.
///
/// # Errors
/// Fails with `NoSpace` then.
pub async fn check(node: &Node, bytes: usize) -> Result<(), Error> {
    let quota = node.limits.quota_bytes;
    if quota == 0 || used(node) + bytes as u64 <= quota {
        return Ok(());
    }
    if !alarmed(node) {
        tracing::warn!(quota, "the records are over their quota: raising the NOSPACE alarm");
        set(node, AlarmAction::Activate).await?;
    }
    Err(Error::NoSpace)
}

/// Clears this member's alarm when a tenth of the quota is free again, until the member ends.
pub async fn run(node: Arc<Node>) {
    let quota = node.limits.quota_bytes;
    loop {
        tokio::select! {
            () = node.flushed.notified() => {}
            () = node.shutdown.cancelled() => return,
        }
        if alarmed(&node) && (quota == 0 || used(&node) <= quota / 10 * 9) {
            match set(&node, AlarmAction::Deactivate).await {
                Ok(()) => tracing::info!("there is room again: cleared the NOSPACE alarm"),
                Err(error) => tracing::warn!(%error, "cannot clear the NOSPACE alarm yet"),
            }
        }
    }
}
