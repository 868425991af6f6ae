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
    use proptest::prelude::*;

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

    proptest! {
        /// Against a model: who is there, who votes, and who was there.
        #[test]
        fn changes_are_what_a_list_of_them_says(
            changes in prop::collection::vec((0u8..4, 1u64..6, any::<bool>(), any::<bool>()), 0..40),
        ) {
            let mut members = Members::default();
            // By id: whether it started and whether it votes; `None` once it is gone.
            let mut model: BTreeMap<u64, Option<(bool, bool)>> = BTreeMap::new();
            for (what, id, started, votes) in changes {
                let known = model.get(&id).copied();
                let there = known.flatten();
                match what {
                    0 => {
                        let added = members.add(member(id, started, !votes));
                        prop_assert_eq!(added, if known.is_none() { Ok(()) } else { Err(Error::MemberExists) });
                        model.entry(id).or_insert(Some((started, votes)));
                    }
                    1 => {
                        let expected = match there {
                            None => Err(Error::MemberNotFound),
                            Some((_, true)) => Err(Error::NotLearner),
                            Some((_, false)) => Ok(()),
                        };
                        prop_assert_eq!(members.promote(id), expected);
                        if let Some((started, false)) = there {
                            model.insert(id, Some((started, true)));
                        }
                    }
                    2 => {
                        // What strict checks allow leaves a majority of those who vote started.
                        let left = |without| {
                            let voters: Vec<bool> = model
                                .iter()
                                .filter(|(id, _)| **id != without)
                                .filter_map(|(_, state)| state.filter(|(_, votes)| *votes).map(|(started, _)| started))
                                .collect();
                            voters.iter().filter(|started| **started).count() > voters.len() / 2
                        };
                        let may = there.is_none_or(|(started, votes)| !started || !votes) || left(id);
                        prop_assert_eq!(members.may_remove(id), may);
                        let expected = there.map(|_| ()).ok_or(Error::MemberNotFound);
                        prop_assert_eq!(members.remove(id), expected);
                        if there.is_some() {
                            model.insert(id, None);
                        }
                    }
                    _ => {
                        let expected = there.map(|_| ()).ok_or(Error::MemberNotFound);
                        let name = if started { "named".to_string() } else { String::new() };
                        prop_assert_eq!(members.publish(id, name, Vec::new()), expected);
                        if let Some((_, votes)) = there {
                            model.insert(id, Some((started, votes)));
                        }
                    }
                }
                let of = |wanted: bool| -> BTreeSet<u64> {
                    let those = model.iter().filter(|(_, state)| state.is_some_and(|(_, votes)| votes == wanted));
                    those.map(|(id, _)| *id).collect()
                };
                prop_assert_eq!(members.ids(), (of(true), of(false)));
                prop_assert!(model.iter().all(|(id, state)| members.was_removed(*id) == state.is_none()));
                prop_assert_eq!(&Members::decode(&members.encode()).expect("decodes"), &members);
            }
        }
    }
}
