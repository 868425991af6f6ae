//! The Cluster service: members join, are promoted, move and leave.

use std::sync::Arc;

use etcdapi::etcdserverpb::cluster_server::Cluster;
use etcdapi::etcdserverpb::{
    Member, MemberAddRequest, MemberAddResponse, MemberListRequest, MemberListResponse, MemberPromoteRequest,
    MemberPromoteResponse, MemberRemoveRequest, MemberRemoveResponse, MemberUpdateRequest,
    MemberUpdateResponse,
};
use tonic::{Request, Response, Status};

use crate::apply::Outcome;
use crate::auth::By;
use crate::command::Command;
use crate::error::Error;
use crate::node::Node;
use crate::server::member_id;

/// The service.
#[derive(Clone)]
pub struct ClusterService(pub Arc<Node>);

impl ClusterService {
    /// Whether the caller may change the members.
    fn admin<T>(&self, request: &Request<T>) -> Result<By, Error> {
        let by = self.0.caller(request)?;
        self.0.store().rules().admin(&by)?;
        Ok(by)
    }
}

/// Puts a change through the log; returns the members after it.
async fn change(node: &Node, by: By, command: Command) -> Result<(Vec<Member>, i64), Error> {
    match node.propose(by, command).await? {
        (Outcome::Members(members), revision) => Ok((members, revision)),
        _ => Err(Error::Backend),
    }
}

/// Peer URLs are http or https addresses with a port and no path.
fn check_urls(urls: &[String]) -> Result<(), Error> {
    let right = |text: &String| {
        url::Url::parse(text).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.host().is_some()
                && text.rsplit(':').next().is_some_and(|port| port.parse::<u16>().is_ok())
        })
    };
    if urls.is_empty() || !urls.iter().all(right) { Err(Error::MemberBadUrls) } else { Ok(()) }
}

/// Promotes a learner, on the leader: it must have almost all that the leader has.
///
/// # Errors
/// Fails when it hasn't, or isn't a learner.
pub async fn promote(
    node: &Node,
    by: By,
    request: MemberPromoteRequest,
) -> Result<MemberPromoteResponse, Error> {
    match node.store().members().get(request.id) {
        None => return Err(Error::MemberNotFound),
        Some(member) if !member.is_learner => return Err(Error::NotLearner),
        Some(_) => {}
    }
    let standing = node.standing().await;
    let matched = standing.members.get(&request.id).map_or(0, |(matched, _)| *matched);
    if matched * 10 < standing.last * 9 {
        return Err(Error::LearnerNotReady);
    }
    let (members, revision) = change(node, by, Command::PromoteMember(request)).await?;
    crate::metrics::PROMOTED.inc();
    Ok(MemberPromoteResponse { header: node.header(revision), members })
}

#[tonic::async_trait]
impl Cluster for ClusterService {
    async fn member_list(
        &self,
        request: Request<MemberListRequest>,
    ) -> Result<Response<MemberListResponse>, Status> {
        if request.get_ref().linearizable {
            self.0.linearizable().await?;
        }
        let members = self.0.store().members().list();
        Ok(Response::new(MemberListResponse { header: self.0.header_now(), members }))
    }

    async fn member_add(
        &self,
        request: Request<MemberAddRequest>,
    ) -> Result<Response<MemberAddResponse>, Status> {
        let by = self.admin(&request)?;
        let MemberAddRequest { peer_urls, is_learner } = request.into_inner();
        check_urls(&peer_urls)?;
        {
            let store = self.0.store();
            let members = store.members();
            let learners = members.ids().1.len();
            if is_learner && learners >= self.0.limits.max_learners {
                return Err(Error::TooManyLearners.into());
            }
            if self.0.limits.strict_reconfig && !is_learner && !members.may_add_voter() {
                return Err(Error::NotEnoughStarted.into());
            }
        }
        // The time makes it another than a member that had these addresses before.
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let id = member_id(&peer_urls, &format!("{:x}{}", self.0.cluster_id, now.as_nanos()));
        let member = Member { id, peer_urls, is_learner, ..Member::default() };
        let (members, revision) = change(&self.0, by, Command::AddMember(member)).await?;
        let member = members.iter().find(|member| member.id == id).cloned();
        Ok(Response::new(MemberAddResponse { header: self.0.header(revision), member, members }))
    }

    async fn member_remove(
        &self,
        request: Request<MemberRemoveRequest>,
    ) -> Result<Response<MemberRemoveResponse>, Status> {
        let by = self.admin(&request)?;
        let request = request.into_inner();
        {
            let store = self.0.store();
            let members = store.members();
            if members.get(request.id).is_none() {
                return Err(Error::MemberNotFound.into());
            }
            if self.0.limits.strict_reconfig && !members.may_remove(request.id) {
                return Err(Error::NotEnoughStarted.into());
            }
        }
        let (members, revision) = change(&self.0, by, Command::RemoveMember(request)).await?;
        Ok(Response::new(MemberRemoveResponse { header: self.0.header(revision), members }))
    }

    async fn member_update(
        &self,
        request: Request<MemberUpdateRequest>,
    ) -> Result<Response<MemberUpdateResponse>, Status> {
        let by = self.admin(&request)?;
        let request = request.into_inner();
        check_urls(&request.peer_urls)?;
        let (members, revision) = change(&self.0, by, Command::UpdateMember(request)).await?;
        Ok(Response::new(MemberUpdateResponse { header: self.0.header(revision), members }))
    }

    async fn member_promote(
        &self,
        request: Request<MemberPromoteRequest>,
    ) -> Result<Response<MemberPromoteResponse>, Status> {
        let by = self.admin(&request)?;
        let request = request.into_inner();
        if self.0.leads() {
            return Ok(Response::new(promote(&self.0, by, request).await?));
        }
        match self.0.peers.client(self.0.leader()) {
            Some(mut leader) => leader.promote(request).await,
            None => Err(Error::NoLeader.into()),
        }
    }
}
