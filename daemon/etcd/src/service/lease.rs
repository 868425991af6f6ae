//! The Lease service.

use std::pin::Pin;
use std::sync::Arc;

use etcdapi::etcdserverpb::lease_server::Lease;
use etcdapi::etcdserverpb::{
    LeaseGrantRequest, LeaseGrantResponse, LeaseKeepAliveRequest, LeaseKeepAliveResponse, LeaseLeasesRequest,
    LeaseLeasesResponse, LeaseRevokeRequest, LeaseRevokeResponse, LeaseStatus, LeaseTimeToLiveRequest,
    LeaseTimeToLiveResponse,
};
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::apply::Outcome;
use crate::command::Command;
use crate::error::Error;
use crate::node::Node;

/// The service.
#[derive(Clone)]
pub struct LeaseService(pub Arc<Node>);

/// Gives a lease its whole time again. Only the leader knows the time.
async fn keep_alive(node: &Node, id: i64) -> Result<LeaseKeepAliveResponse, Status> {
    node.no_learner()?;
    if node.leads() {
        // 0 tells the client that the lease is gone.
        let ttl = node.lessor.keep_alive(id).unwrap_or(0);
        return Ok(LeaseKeepAliveResponse { header: node.header_now(), id, ttl });
    }
    match node.peers.client(node.leader()) {
        Some(mut leader) => {
            let asked = leader.lease_keep_alive(LeaseKeepAliveRequest { id });
            match tokio::time::timeout(node.limits.request_timeout, asked).await {
                Ok(answer) => answer.map(Response::into_inner),
                Err(_) => Err(Error::Timeout.into()),
            }
        }
        None => Err(Error::NoLeader.into()),
    }
}

/// What the leader knows of a lease.
pub fn time_to_live(node: &Node, request: &LeaseTimeToLiveRequest) -> LeaseTimeToLiveResponse {
    let store = node.store();
    let mut response = LeaseTimeToLiveResponse {
        header: node.header(store.revision()),
        id: request.id,
        ttl: -1,
        ..Default::default()
    };
    if let (Some(lease), Some(remaining)) =
        (store.leases().get(&request.id), node.lessor.remaining(request.id))
    {
        response.ttl = i64::try_from(remaining.as_secs()).unwrap_or(i64::MAX);
        response.granted_ttl = lease.ttl;
        if request.keys {
            response.keys = lease.keys.iter().cloned().collect();
        }
    }
    response
}

#[tonic::async_trait]
impl Lease for LeaseService {
    async fn lease_grant(
        &self,
        request: Request<LeaseGrantRequest>,
    ) -> Result<Response<LeaseGrantResponse>, Status> {
        let by = self.0.caller(&request)?;
        self.0.no_learner()?;
        let mut request = request.into_inner();
        while request.id == 0 {
            request.id = i64::from_be_bytes(rand::random()) & i64::MAX;
        }
        match self.0.propose(by, Command::LeaseGrant(request)).await? {
            (Outcome::Granted(id, ttl), revision) => Ok(Response::new(LeaseGrantResponse {
                header: self.0.header(revision),
                id,
                ttl,
                error: String::new(),
            })),
            _ => Err(Status::internal("the answer belongs to another request")),
        }
    }

    async fn lease_revoke(
        &self,
        request: Request<LeaseRevokeRequest>,
    ) -> Result<Response<LeaseRevokeResponse>, Status> {
        let by = self.0.caller(&request)?;
        let (_, revision) = self.0.propose(by, Command::LeaseRevoke(request.into_inner())).await?;
        Ok(Response::new(LeaseRevokeResponse { header: self.0.header(revision) }))
    }

    type LeaseKeepAliveStream = Pin<Box<dyn Stream<Item = Result<LeaseKeepAliveResponse, Status>> + Send>>;

    async fn lease_keep_alive(
        &self,
        request: Request<Streaming<LeaseKeepAliveRequest>>,
    ) -> Result<Response<Self::LeaseKeepAliveStream>, Status> {
        let by = self.0.caller(&request)?;
        let mut requests = request.into_inner();
        let node = self.0.clone();
        let (sender, receiver) = mpsc::channel(16);
        tokio::spawn(async move {
            loop {
                let request = tokio::select! {
                    request = requests.message() => request,
                    () = node.shutdown.cancelled() => return,
                };
                let Ok(Some(LeaseKeepAliveRequest { id })) = request else { return };
                let permitted = {
                    let store = node.store();
                    let rules = store.rules();
                    rules.somebody(&by).and_then(|()| rules.lease(&by, store.lease_keys(id)))
                };
                if let Err(error) = permitted {
                    let _ = sender.send(Err(error.into())).await;
                    return;
                }
                let response = keep_alive(&node, id).await;
                let failed = response.is_err();
                if sender.send(response).await.is_err() || failed {
                    return;
                }
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn lease_time_to_live(
        &self,
        request: Request<LeaseTimeToLiveRequest>,
    ) -> Result<Response<LeaseTimeToLiveResponse>, Status> {
        let by = self.0.caller(&request)?;
        self.0.no_learner()?;
        let request = request.into_inner();
        {
            let store = self.0.store();
            store.rules().somebody(&by)?;
            if request.keys && store.rules().admin(&by).is_err() {
                let mut keys = store.lease_keys(request.id);
                keys.try_for_each(|key| store.rules().read(&by, key, b""))?;
            }
        }
        if self.0.leads() {
            return Ok(Response::new(time_to_live(&self.0, &request)));
        }
        match self.0.peers.client(self.0.leader()) {
            Some(mut leader) => leader.lease_time_to_live(request).await,
            None => Err(Error::NoLeader.into()),
        }
    }

    async fn lease_leases(
        &self,
        request: Request<LeaseLeasesRequest>,
    ) -> Result<Response<LeaseLeasesResponse>, Status> {
        let by = self.0.caller(&request)?;
        let store = self.0.store();
        store.rules().somebody(&by)?;
        if store.rules().admin(&by).is_err() {
            let mut keys = store.leases().values().flat_map(|lease| &lease.keys);
            keys.try_for_each(|key| store.rules().read(&by, key, b""))?;
        }
        Ok(Response::new(LeaseLeasesResponse {
            header: self.0.header(store.revision()),
            leases: store.leases().keys().map(|id| LeaseStatus { id: *id }).collect(),
        }))
    }
}
