//! The Lease service.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use etcdapi::etcdserverpb::lease_server::Lease;
use etcdapi::etcdserverpb::{
    LeaseGrantRequest, LeaseGrantResponse, LeaseKeepAliveRequest, LeaseKeepAliveResponse, LeaseLeasesRequest,
    LeaseLeasesResponse, LeaseRevokeRequest, LeaseRevokeResponse, LeaseStatus, LeaseTimeToLiveRequest,
    LeaseTimeToLiveResponse,
};
use futures::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status, Streaming};

use crate::apply::Outcome;
use crate::command::Command;
use crate::error::Error;
use crate::node::Node;
use crate::peer::proto::peer_client::PeerClient;

/// The service.
#[derive(Clone)]
pub struct LeaseService(pub Arc<Node>);

/// How long to wait before asking again who leads.
const AGAIN: Duration = Duration::from_millis(50);

/// Asks the leader, whoever that is by now, until it answers or the time for a request is over.
async fn of_leader<'a, T>(
    node: &'a Node,
    here: impl Fn() -> BoxFuture<'a, Result<T, Status>>,
    there: impl Fn(PeerClient<Channel>) -> BoxFuture<'static, Result<Response<T>, Status>>,
) -> Result<T, Status> {
    let asking = async {
        loop {
            if node.leads() {
                return here().await;
            }
            if let Some(leader) = node.peers.client(node.leader()) {
                match there(leader).await {
                    Ok(answer) => return Ok(answer.into_inner()),
                    // It leads no more, or can't be reached: another will.
                    Err(status) if matches!(status.code(), Code::FailedPrecondition | Code::Unavailable) => {}
                    Err(status) => return Err(status),
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    };
    match tokio::time::timeout(node.limits.request_timeout, asking).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::Timeout.into()),
    }
}

/// Gives a lease its whole time again. Only the leader knows the time.
async fn keep_alive(node: &Node, id: i64) -> Result<LeaseKeepAliveResponse, Status> {
    node.no_learner()?;
    let here = || -> BoxFuture<'_, Result<LeaseKeepAliveResponse, Status>> {
        Box::pin(async move {
            // 0 tells the client that the lease is gone.
            let ttl = crate::lease::renew(node, id).await?;
            Ok(LeaseKeepAliveResponse { header: node.header_now(), id, ttl })
        })
    };
    of_leader(node, here, move |mut leader| {
        Box::pin(async move { leader.lease_keep_alive(LeaseKeepAliveRequest { id }).await })
    })
    .await
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
        let here = || -> BoxFuture<'_, Result<LeaseTimeToLiveResponse, Status>> {
            Box::pin(std::future::ready(Ok(time_to_live(&self.0, &request))))
        };
        let found = of_leader(&self.0, here, move |mut leader| {
            Box::pin(async move { leader.lease_time_to_live(request).await })
        })
        .await?;
        Ok(Response::new(found))
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
