//! Whether all members hold the same: hashes of the whole history are compared, and those of what
//! each compaction found.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use etcdapi::etcdserverpb::{
    AlarmRequest, AlarmType, HashKvRequest, HashKvResponse, alarm_request::AlarmAction,
};

use crate::auth::By;
use crate::command::Command;
use crate::error::Error;
use crate::mvcc::hash::CompactionHash;
use crate::mvcc::store::backend;
use crate::node::Node;

/// How long another member may take to hash what it has.
const PATIENCE: Duration = Duration::from_secs(30);

/// The hash of this member's history up to a revision (0: all).
///
/// # Errors
/// Fails when the revision is compacted or not there yet, or the backend can't be read.
pub async fn hash(node: &Arc<Node>, revision: i64) -> Result<HashKvResponse, Error> {
    if let Some(known) = node.compactions.of(revision) {
        return Ok(HashKvResponse {
            header: node.header_now(),
            hash: known.hash,
            compact_revision: shown(known.previous),
            hash_revision: known.revision,
        });
    }
    let hashing = node.clone();
    let hashed = tokio::task::spawn_blocking(move || {
        let (unhashed, header) = {
            let store = hashing.store();
            (store.to_hash(revision)?, hashing.header(store.revision()))
        };
        let CompactionHash { hash, previous, revision } = unhashed.hash().map_err(backend)?;
        Ok(HashKvResponse { header, hash, compact_revision: shown(previous), hash_revision: revision })
    });
    hashed.await.unwrap_or(Err(Error::Stopped))
}

/// etcd says -1 as long as nothing was compacted.
fn shown(compact_revision: i64) -> i64 {
    if compact_revision == 0 { -1 } else { compact_revision }
}

/// The members that hold something else than this one at its current revision. Members that
/// don't answer, or are compacted differently at the moment, can't be compared.
async fn different(node: &Arc<Node>) -> Result<Vec<(u64, HashKvResponse, HashKvResponse)>, Error> {
    node.linearizable().await?;
    let own = hash(node, 0).await?;
    let mut found = Vec::new();
    let members = node.store().members().list();
    for member in members.iter().filter(|member| member.id != node.id) {
        let Some(other) = ask(node, member.id, own.hash_revision).await else { continue };
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

/// Waits until this member leads after another `period`; false when it ends.
async fn turn(node: &Node, period: Duration) -> bool {
    loop {
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            () = node.shutdown.cancelled() => return false,
        }
        if node.leads() {
            return true;
        }
    }
}

/// What another member says of its history up to a revision, if it says anything.
async fn ask(node: &Node, member: u64, revision: i64) -> Option<HashKvResponse> {
    let mut peer = node.peers.client(member)?;
    let asked = peer.hash_kv(HashKvRequest { revision });
    let answer = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?;
    Some(answer.into_inner())
}

/// Compares all members every `period` while this one leads, until it ends.
pub async fn run(node: Arc<Node>, period: Duration) {
    while turn(&node, period).await {
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
                    raise(&node, member_id).await;
                }
            }
            Err(error) => tracing::warn!(%error, "cannot compare the members now"),
        }
    }
}

/// Raises the CORRUPT alarm for a member; 0: some member.
async fn raise(node: &Node, member_id: u64) {
    let (action, alarm) = (AlarmAction::Activate as i32, AlarmType::Corrupt as i32);
    let request = AlarmRequest { action, member_id, alarm };
    if let Err(error) = node.propose(By::Server, Command::Alarm(request)).await {
        tracing::warn!(%error, "cannot raise the alarm");
    }
}

/// What the members' hashes of one compaction say.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Same,
    /// Those that could be compared are the same; the others could not.
    Partly,
    /// Most have one hash; these members another.
    Differ(Vec<u64>),
    /// There is no majority with one hash, so that nobody knows who is right.
    Unknown,
}

/// Compares the leader's hash of a compaction with what the others answered (`None`: nothing).
fn judge(leader: u64, own: CompactionHash, answers: &[(u64, Option<HashKvResponse>)]) -> Verdict {
    let mut members: BTreeMap<u32, Vec<u64>> = BTreeMap::from([(own.hash, vec![leader])]);
    let mut compared = 0;
    for (member, answer) in answers {
        // Another compaction before this one: it has seen other records.
        let known = answer.as_ref().filter(|answer| answer.compact_revision == shown(own.previous));
        if let Some(answer) = known.filter(|answer| answer.hash_revision == own.revision) {
            members.entry(answer.hash).or_default().push(*member);
            compared += 1;
        }
    }
    if members.len() == 1 {
        return if compared == answers.len() { Verdict::Same } else { Verdict::Partly };
    }
    let all = answers.len() + 1;
    let quorum = all / 2 + 1;
    if !members.values().any(|same| same.len() >= quorum) {
        return Verdict::Unknown;
    }
    Verdict::Differ(members.into_values().filter(|same| same.len() < quorum).flatten().collect())
}

/// Compares what compactions found every `period` while this member leads, until it ends. The
/// newest that all members know is enough: each covers all that the one before has left.
pub async fn run_compactions(node: Arc<Node>, period: Duration) {
    let mut checked = 0;
    while turn(&node, period).await {
        for own in node.compactions.after(checked) {
            match judge(node.id, own, &ask_all(&node, own.revision).await) {
                Verdict::Same => {
                    tracing::debug!(revision = own.revision, "all members hold the same");
                    checked = own.revision;
                }
                Verdict::Partly => {
                    tracing::warn!(revision = own.revision, "not all members could be compared");
                    continue;
                }
                Verdict::Differ(members) => {
                    for member in members {
                        tracing::error!(
                            member = format!("{member:x}"),
                            revision = own.revision,
                            "a member's compaction found something else: raising the CORRUPT alarm"
                        );
                        raise(&node, member).await;
                    }
                }
                Verdict::Unknown => {
                    tracing::error!(
                        revision = own.revision,
                        "members' compactions found different things, and no majority the same: raising \
                         the CORRUPT alarm"
                    );
                    raise(&node, 0).await;
                }
            }
            break;
        }
    }
}

/// What the other members say of a revision.
async fn ask_all(node: &Node, revision: i64) -> Vec<(u64, Option<HashKvResponse>)> {
    let members = node.store().members().list();
    let mut answers = Vec::new();
    for member in members.iter().filter(|member| member.id != node.id) {
        answers.push((member.id, ask(node, member.id, revision).await));
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_majority_is_right() {
        let own = CompactionHash { hash: 1, previous: 0, revision: 9 };
        let says = |member, hash| {
            (
                member,
                Some(HashKvResponse { hash, compact_revision: -1, hash_revision: 9, ..Default::default() }),
            )
        };
        let check = |answers: &[_], expected| assert_eq!(judge(1, own, answers), expected, "{answers:?}");
        check(&[], Verdict::Same);
        check(&[says(2, 1), says(3, 1)], Verdict::Same);
        check(&[says(2, 1), (3, None)], Verdict::Partly);
        check(&[says(2, 1), says(3, 2)], Verdict::Differ(vec![3]));
        check(&[says(2, 2), says(3, 2)], Verdict::Differ(vec![1]));
        check(&[says(2, 2), says(3, 3)], Verdict::Unknown);
        check(&[says(2, 2)], Verdict::Unknown);
        check(&[says(2, 1), says(3, 2), says(4, 2)], Verdict::Unknown);
        check(&[says(2, 1), says(3, 2), says(4, 1)], Verdict::Differ(vec![3]));
        check(&[says(2, 2), (3, None), says(4, 1), says(5, 1)], Verdict::Differ(vec![2]));
        let other = HashKvResponse { hash: 2, compact_revision: 5, hash_revision: 9, ..Default::default() };
        check(&[says(2, 1), (3, Some(other))], Verdict::Partly);
    }
}
