//! The Cluster service of a cluster that has one member.

use std::sync::Arc;

use etcdapi::etcdserverpb::cluster_server::Cluster;
use etcdapi::etcdserverpb::{
    MemberAddRequest, MemberAddResponse, MemberListRequest, MemberListResponse, MemberPromoteRequest,
    MemberPromoteResponse, MemberRemoveRequest, MemberRemoveResponse, MemberUpdateRequest,
    MemberUpdateResponse,
};
use tonic::{Request, Response, Status};

use crate::error::Error;
use crate::node::Node;

/// The service.
#[derive(Clone)]
pub struct ClusterService(pub Arc<Node>);

/// Replication between members does not exist yet.
fn alone() -> Status {
    Status::unimplemented("this etcd runs as a single member; clusters of several are not built yet")
}

#[tonic::async_trait]
impl Cluster for ClusterService {
    async fn member_list(
        &self,
        _request: Request<MemberListRequest>,
    ) -> Result<Response<MemberListResponse>, Status> {
        let members = vec![self.0.member.clone()];
        Ok(Response::new(MemberListResponse { header: self.0.header_now(), members }))
    }

    async fn member_add(&self, _: Request<MemberAddRequest>) -> Result<Response<MemberAddResponse>, Status> {
        Err(alone())
    }

    async fn member_remove(
        &self,
        request: Request<MemberRemoveRequest>,
    ) -> Result<Response<MemberRemoveResponse>, Status> {
        if request.get_ref().id != self.0.member.id {
            return Err(Error::MemberNotFound.into());
        }
        Err(alone())
    }

    async fn member_update(
        &self,
        request: Request<MemberUpdateRequest>,
    ) -> Result<Response<MemberUpdateResponse>, Status> {
        if request.get_ref().id != self.0.member.id {
            return Err(Error::MemberNotFound.into());
        }
        Err(alone())
    }

    async fn member_promote(
        &self,
        request: Request<MemberPromoteRequest>,
    ) -> Result<Response<MemberPromoteResponse>, Status> {
        if request.get_ref().id != self.0.member.id {
            return Err(Error::MemberNotFound.into());
        }
        Err(Error::NotLearner.into())
    }
}
