//! The Election service: a campaign returns when the caller leads.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use etcdapi::etcdserverpb::request_op::Request as Op;
use etcdapi::etcdserverpb::{DeleteRangeRequest, PutRequest, RangeRequest, TxnRequest};
use etcdapi::mvccpb::KeyValue;
use etcdapi::prefix_end;
use etcdapi::v3electionpb::election_server::Election;
use etcdapi::v3electionpb::{
    CampaignRequest, CampaignResponse, LeaderKey, LeaderRequest, LeaderResponse, ProclaimRequest,
    ProclaimResponse, ResignRequest, ResignResponse,
};
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::queue::{Place, Watch, created_at, first, join, op, txn};
use crate::auth::By;
use crate::error::Error;
use crate::mvcc::KeyRange;
use crate::node::Node;

/// The service.
#[derive(Clone)]
pub struct ElectionService(pub Arc<Node>);

fn not_leading() -> Status {
    Status::unknown("election: not leader")
}

/// Who leads, and the revision at which that was read.
fn leader(node: &Node, by: &By, name: &Bytes) -> Result<(Option<KeyValue>, i64), Error> {
    let prefix: Bytes = [&name[..], b"/"].concat().into();
    let request = RangeRequest {
        range_end: prefix_end(&prefix).into(),
        key: prefix,
        sort_target: 2,
        sort_order: 1,
        limit: 1,
        ..Default::default()
    };
    let store = node.store();
    store.rules().read(by, &request.key, &request.range_end)?;
    let (kvs, _) = store.decoded(&request)?;
    Ok((kvs.into_iter().next(), store.revision()))
}

impl ElectionService {
    async fn write(&self, by: &By, leader: &LeaderKey, write: Op) -> Result<(bool, i64), Error> {
        let request = TxnRequest {
            compare: vec![created_at(&leader.key, leader.rev)],
            success: vec![op(write)],
            failure: Vec::new(),
        };
        let (response, revision) = txn(&self.0, by, request).await?;
        Ok((response.succeeded, revision))
    }
}

#[tonic::async_trait]
impl Election for ElectionService {
    async fn campaign(
        &self,
        request: Request<CampaignRequest>,
    ) -> Result<Response<CampaignResponse>, Status> {
        let by = self.0.caller(&request)?;
        let CampaignRequest { name, lease, value } = request.into_inner();
        let Place { key, revision, lease, found } = join(&self.0, &by, &name, lease, value.clone()).await?;
        let mine = LeaderKey { name: name.clone(), key: key.clone(), rev: revision, lease };
        // Who campaigns again says something new.
        if found.is_some_and(|kv| kv.value != value) {
            let put = PutRequest { key: key.clone(), value, lease, ..Default::default() };
            if !self.write(&by, &mine, Op::RequestPut(put)).await?.0 {
                return Err(not_leading());
            }
        }
        first(&self.0, &by, &name, revision).await?;
        if !self.0.store().exists(&key) {
            return Err(Error::LeaseNotFound.into());
        }
        Ok(Response::new(CampaignResponse { header: self.0.header_now(), leader: Some(mine) }))
    }

    async fn proclaim(
        &self,
        request: Request<ProclaimRequest>,
    ) -> Result<Response<ProclaimResponse>, Status> {
        let by = self.0.caller(&request)?;
        let ProclaimRequest { leader, value } = request.into_inner();
        let leader = leader.ok_or_else(|| Status::invalid_argument("\"leader\" field must be provided"))?;
        let put = PutRequest { key: leader.key.clone(), value, lease: leader.lease, ..Default::default() };
        match self.write(&by, &leader, Op::RequestPut(put)).await? {
            (true, revision) => Ok(Response::new(ProclaimResponse { header: self.0.header(revision) })),
            (false, _) => Err(not_leading()),
        }
    }

    async fn leader(&self, request: Request<LeaderRequest>) -> Result<Response<LeaderResponse>, Status> {
        let by = self.0.caller(&request)?;
        self.0.linearizable().await?;
        match leader(&self.0, &by, &request.get_ref().name)? {
            (Some(kv), revision) => {
                Ok(Response::new(LeaderResponse { header: self.0.header(revision), kv: Some(kv) }))
            }
            (None, _) => Err(Status::unknown("election: no leader")),
        }
    }

    type ObserveStream = Pin<Box<dyn Stream<Item = Result<LeaderResponse, Status>> + Send>>;

    async fn observe(
        &self,
        request: Request<LeaderRequest>,
    ) -> Result<Response<Self::ObserveStream>, Status> {
        let by = self.0.caller(&request)?;
        let name = request.into_inner().name;
        let node = self.0.clone();
        let (sender, receiver) = mpsc::channel(16);
        tokio::spawn(async move {
            let prefix: Bytes = [&name[..], b"/"].concat().into();
            let mut last = 0;
            loop {
                let (kv, revision) = match leader(&node, &by, &name) {
                    Ok(found) => found,
                    Err(error) => {
                        let _ = sender.send(Err(error.into())).await;
                        return;
                    }
                };
                if let Some(kv) = kv
                    && kv.mod_revision > last
                {
                    last = kv.mod_revision;
                    let response = LeaderResponse { header: node.header(revision), kv: Some(kv) };
                    if sender.send(Ok(response)).await.is_err() {
                        return;
                    }
                }
                let keys = KeyRange::new(prefix.clone(), prefix_end(&prefix).into());
                let mut watch = Watch::new(&node, keys, revision + 1, true);
                tokio::select! {
                    happened = watch.next() => if happened.is_err() { return },
                    () = sender.closed() => return,
                }
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn resign(&self, request: Request<ResignRequest>) -> Result<Response<ResignResponse>, Status> {
        let by = self.0.caller(&request)?;
        let leader = request
            .into_inner()
            .leader
            .ok_or_else(|| Status::invalid_argument("\"leader\" field must be provided"))?;
        let delete = DeleteRangeRequest { key: leader.key.clone(), ..Default::default() };
        // Who leads no more has resigned.
        let (_, revision) = self.write(&by, &leader, Op::RequestDeleteRange(delete)).await?;
        Ok(Response::new(ResignResponse { header: self.0.header(revision) }))
    }
}
