//! `--force-new-cluster`: the way out when a majority of members is lost for ever. The member goes
//! on alone with what it has: entries at the end of its log remove all others.
//!
//! Upstream drops entries that are not known to be committed. Here they stay: what a member knows
//! of that lags behind what was acknowledged, and the others, who could contradict, are gone.

use anyhow::{Context, Result, bail};
use etcdapi::etcdserverpb::{MemberPromoteRequest, MemberRemoveRequest};

use crate::applier;
use crate::apply;
use crate::auth::By;
use crate::command::{Command, Entry};
use crate::members::Members;
use crate::raft::{self, Kind};

/// The entries to add behind `entries` and in term `term`, which make the member `id` the only
/// one. `members` are those before `entries`, of which the last has the index `last`.
///
/// # Errors
/// Fails when an entry can't be read and when the member was removed.
pub fn entries(
    id: u64,
    mut members: Members,
    entries: &[raft::Entry],
    last: u64,
    term: u64,
) -> Result<Vec<raft::Entry>> {
    for entry in entries.iter().filter(|entry| entry.kind == Kind::Members) {
        // An id comes first.
        let data = entry.data.slice(entry.data.len().min(8)..);
        let change =
            Entry::decode(data).with_context(|| format!("entry {} of the log can't be read", entry.index))?;
        // What is refused here is refused when it is applied.
        let _ = apply::change_members(&mut members, change.command);
    }
    let Some(me) = members.get(id) else {
        bail!("member {id:x} was removed from its cluster: it can't go on with --force-new-cluster");
    };
    let mut commands = Vec::new();
    if me.is_learner {
        commands.push(Command::PromoteMember(MemberPromoteRequest { id }));
    }
    for member in members.list().into_iter().filter(|member| member.id != id) {
        commands.push(Command::RemoveMember(MemberRemoveRequest { id: member.id }));
    }
    let added = (last + 1..).zip(commands).map(|(index, command)| {
        let entry = applier::initial(&Entry { by: By::Server, command }, index);
        raft::Entry { term, ..entry }
    });
    Ok(added.collect())
}
