//! Who belongs to the cluster. Part of the state: only entries of the log change it.

use std::collections::{BTreeMap, BTreeSet};

use etcdapi::etcdserverpb::Member;
use prost::Message;

use crate::error::Error;

/// The members as they are stored.
#[derive(Clone, PartialEq, Message)]
struct Stored {
    #[prost(message, repeated, tag = "1")]
    members: Vec<Member>,
    #[prost(uint64, repeated, tag = "2")]
    removed: Vec<u64>,
}

/// All members, and the ids of those that have left: they never come back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members {
    members: BTreeMap<u64, Member>,
    removed: BTreeSet<u64>,
}

/// The voters and the learners, by id.
pub type Ids = (BTreeSet<u64>, BTreeSet<u64>);

impl Members {
    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// Fails when the bytes are something else.
    pub fn decode(bytes: &[u8]) -> Result<Self, prost::DecodeError> {
        let stored = Stored::decode(bytes)?;
        Ok(Self {
            members: stored.members.into_iter().map(|member| (member.id, member)).collect(),
            removed: stored.removed.into_iter().collect(),
        })
    }

    /// The members' bytes in the backend.
    pub fn encode(&self) -> Vec<u8> {
        Stored { members: self.list(), removed: self.removed.iter().copied().collect() }.encode_to_vec()
    }

    /// All members by id.
    pub fn list(&self) -> Vec<Member> {
        self.members.values().cloned().collect()
    }

    /// One member.
    pub fn get(&self, id: u64) -> Option<&Member> {
        self.members.get(&id)
    }

    /// Whether a member has left for ever.
    pub fn was_removed(&self, id: u64) -> bool {
        self.removed.contains(&id)
    }

    /// The ids for Raft.
    pub fn ids(&self) -> Ids {
        let of = |learner: bool| {
            self.members
                .values()
                .filter(|member| member.is_learner == learner)
                .map(|member| member.id)
                .collect()
        };
        (of(false), of(true))
    }

    fn check_urls(&self, id: u64, urls: &[String]) -> Result<(), Error> {
        let taken = self
            .members
            .values()
            .any(|other| other.id != id && other.peer_urls.iter().any(|url| urls.contains(url)));
        if taken { Err(Error::PeerUrlExists) } else { Ok(()) }
    }

    /// Adds a member.
    ///
    /// # Errors
    /// Fails when it is there, was removed, or shares an address with another.
    pub fn add(&mut self, member: Member) -> Result<(), Error> {
        if self.members.contains_key(&member.id) || self.removed.contains(&member.id) {
            return Err(Error::MemberExists);
        }
        self.check_urls(member.id, &member.peer_urls)?;
        self.members.insert(member.id, member);
        Ok(())
    }

    /// Makes a learner a voter.
    ///
    /// # Errors
    /// Fails when it isn't there or votes already.
    pub fn promote(&mut self, id: u64) -> Result<(), Error> {
        let member = self.members.get_mut(&id).ok_or(Error::MemberNotFound)?;
        if !member.is_learner {
            return Err(Error::NotLearner);
        }
        member.is_learner = false;
        Ok(())
    }

    /// Removes a member for ever.
    ///
    /// # Errors
    /// Fails when it isn't there.
    pub fn remove(&mut self, id: u64) -> Result<(), Error> {
        self.members.remove(&id).ok_or(Error::MemberNotFound)?;
        self.removed.insert(id);
        Ok(())
    }

    /// Gives a member other addresses.
    ///
    /// # Errors
    /// Fails when it isn't there or the addresses are another's.
    pub fn update(&mut self, id: u64, peer_urls: Vec<String>) -> Result<(), Error> {
        self.check_urls(id, &peer_urls)?;
        self.members.get_mut(&id).ok_or(Error::MemberNotFound)?.peer_urls = peer_urls;
        Ok(())
    }

    /// A member tells its name and where its clients find it.
    ///
    /// # Errors
    /// Fails when it isn't there.
    pub fn publish(&mut self, id: u64, name: String, client_urls: Vec<String>) -> Result<(), Error> {
        let member = self.members.get_mut(&id).ok_or(Error::MemberNotFound)?;
        (member.name, member.client_urls) = (name, client_urls);
        Ok(())
    }

    /// Whether a majority of voters would have started if one more voter joined.
    pub fn may_add_voter(&self) -> bool {
        let (started, voters) = self.started(None);
        let voters = voters + 1;
        // The second member can't have started before it is added.
        (started == 1 && voters == 2) || started > voters / 2
    }

    /// Whether a majority of voters would have started if this one left.
    pub fn may_remove(&self, id: u64) -> bool {
        match self.members.get(&id) {
            // One that never started takes nothing away.
            Some(member) if !member.is_learner && !member.name.is_empty() => {
                let (started, voters) = self.started(Some(id));
                voters > 0 && started > voters / 2
            }
            _ => true,
        }
    }

    fn started(&self, without: Option<u64>) -> (usize, usize) {
        let voters: Vec<&Member> =
            self.members.values().filter(|member| !member.is_learner && Some(member.id) != without).collect();
        (voters.iter().filter(|member| !member.name.is_empty()).count(), voters.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: u64, started: bool, is_learner: bool) -> Member {
        Member {
            id,
            name: if started { format!("m{id}") } else { String::new() },
            peer_urls: vec![format!("http://h{id}:2380")],
            client_urls: Vec::new(),
            is_learner,
        }
    }

    #[test]
    fn members_come_and_go_for_ever() {
        let mut members = Members::default();
        members.add(member(1, true, false)).expect("adds");
        assert!(members.may_add_voter());
        members.add(member(2, false, true)).expect("adds");
        assert_eq!(members.add(member(2, true, false)), Err(Error::MemberExists));
        let twin = Member { id: 9, ..member(1, false, false) };
        assert_eq!(members.add(twin), Err(Error::PeerUrlExists));
        members.promote(2).expect("promotes");
        assert_eq!(members.promote(2), Err(Error::NotLearner));
        assert!(!members.may_add_voter(), "the second has not started");
        assert!(!members.may_remove(1), "only one has started");
        assert!(members.may_remove(2));
        members.remove(2).expect("removes");
        assert_eq!(members.add(member(2, true, false)), Err(Error::MemberExists));
        let again = Members::decode(&members.encode()).expect("decodes");
        assert_eq!(again, members);
        assert_eq!(members.ids().0.len(), 1);
    }
}
