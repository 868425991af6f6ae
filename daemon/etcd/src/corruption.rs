//! Whether all members hold the same: hashes of the whole history are compared.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use etcdapi::etcdserverpb::{
    AlarmRequest, AlarmType, HashKvRequest, HashKvResponse, alarm_request::AlarmAction,
};

use crate::auth::By;
use crate::command::Command;
use crate::error::Error;
use crate::node::Node;

/// How long another member may take to hash what it has.
const PATIENCE: Duration = Duration::from_secs(30);

/// The hash of this member's history up to a revision (0: all).
///
/// # Errors
/// Fails when the revision is compacted or not there yet, or the backend can't be read.
pub async fn hash(node: &Arc<Node>, revision: i64) -> Result<HashKvResponse, Error> {
    let hashing = node.clone();
    let hashed = tokio::task::spawn_blocking(move || {
        let store = hashing.store();
        let (hash, hash_revision) = store.hash(revision)?;
        // etcd says -1 as long as nothing was compacted.
        let compact_revision = if store.compact_revision() == 0 { -1 } else { store.compact_revision() };
        Ok(HashKvResponse { header: hashing.header(store.revision()), hash, compact_revision, hash_revision })
    });
    hashed.await.unwrap_or(Err(Error::Stopped))
}

/// The members that hold something else than this one at its current revision. Members that
/// don't answer, or are compacted differently at the moment, can't be compared.
async fn different(node: &Arc<Node>) -> Result<Vec<(u64, HashKvResponse, HashKvResponse)>, Error> {
    node.linearizable().await?;
    let own = hash(node, 0).await?;
    let mut found = Vec::new();
    let members = node.store().members().list();
    for member in members {
        let Some(mut peer) = (member.id != node.id).then(|| node.peers.client(member.id)).flatten() else {
            continue;
        };
        let asked = peer.hash_kv(HashKvRequest { revision: own.hash_revision });
        let Ok(Ok(other)) = tokio::time::timeout(PATIENCE, asked).await else { continue };
        let other = other.into_inner();
        if other.compact_revision == own.compact_revision && other.hash != own.hash {
            found.push((member.id, own, other));
        }
    }
    Ok(found)
}

/// Compares this member with the others before it serves anybody.
///
/// # Errors
/// Fails when it holds something else than one of them.
pub async fn at_start(node: &Arc<Node>) -> Result<()> {
    // Who can't be compared now is compared later.
    let found = different(node).await.unwrap_or_default();
    if let Some((member, own, other)) = found.first() {
        bail!(
            "data inconsistency with peers: at revision {} the hash is {:x} here and {:x} on member {member:x}; \
             remove this member and add it anew, empty",
            own.hash_revision,
            own.hash,
            other.hash
        );
    }
    Ok(())
}

/// Compares all members every `period` while this one leads, until it ends.
pub async fn run(node: Arc<Node>, period: Duration) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            () = node.shutdown.cancelled() => return,
        }
        if !node.leads() {
            continue;
        }
        match different(&node).await {
            Ok(found) => {
                for (member_id, own, other) in found {
                    tracing::error!(
                        member = format!("{member_id:x}"),
                        revision = own.hash_revision,
                        "a member holds something else ({:x}, not {:x}): raising the CORRUPT alarm",
                        other.hash,
                        own.hash
                    );
                    let (action, alarm) = (AlarmAction::Activate as i32, AlarmType::Corrupt as i32);
                    let request = AlarmRequest { action, member_id, alarm };
                    if let Err(error) = node.propose(By::Server, Command::Alarm(request)).await {
                        tracing::warn!(%error, "cannot raise the alarm");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "cannot compare the members now"),
        }
    }
}
