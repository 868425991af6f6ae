//! The KV service.

use std::sync::Arc;

use etcdapi::etcdserverpb::kv_server::Kv;
use etcdapi::etcdserverpb::{
    CompactionRequest, CompactionResponse, DeleteRangeRequest, DeleteRangeResponse, PutRequest, PutResponse,
    RangeRequest, RangeResponse, TxnRequest, TxnResponse,
};
use etcdapi::mvccpb::KeyValue;
use etcdapi::range::EncodedRange;
use prost::Message;
use tonic::{Request, Response, Status};

use crate::apply::{self, Outcome};
use crate::auth::By;
use crate::check;
use crate::command::Command;
use crate::error::Error;
use crate::node::Node;
use crate::quota;

/// The service.
#[derive(Clone)]
pub struct KvService(pub Arc<Node>);

/// The log answered a proposal with another kind of outcome: a defect.
fn mixed_up() -> Status {
    Status::internal("the answer belongs to another request")
}

impl KvService {
    /// Waits until a range may be answered: at once when it may be old.
    ///
    /// # Errors
    /// Fails when the request is wrong or no majority answers.
    pub async fn ready(&self, request: &RangeRequest) -> Result<(), Error> {
        check::range(request)?;
        if request.serializable { Ok(()) } else { self.0.linearizable().await }
    }

    /// A range with its key-values as they are stored.
    ///
    /// # Errors
    /// Fails when the request is wrong or its revision can't be read.
    pub fn encoded_range(&self, by: &By, request: &RangeRequest) -> Result<EncodedRange, Error> {
        let store = self.0.store();
        store.rules().read(by, &request.key, &request.range_end)?;
        let revision = store.revision();
        let found = store.range(request)?;
        drop(store);
        Ok(EncodedRange {
            header: self.0.header(revision),
            kvs: found.kvs,
            more: found.more,
            count: found.count,
        })
    }
}

#[tonic::async_trait]
impl Kv for KvService {
    async fn range(&self, request: Request<RangeRequest>) -> Result<Response<RangeResponse>, Status> {
        self.ready(request.get_ref()).await?;
        // The listener answers ranges by the shorter way; this one is for whoever calls the
        // service directly.
        let EncodedRange { header, kvs, more, count } =
            self.encoded_range(&self.0.caller(&request)?, request.get_ref())?;
        let kvs = kvs.into_iter().filter_map(|bytes| KeyValue::decode(bytes).ok()).collect();
        Ok(Response::new(RangeResponse { header, kvs, more, count }))
    }

    async fn put(&self, request: Request<PutRequest>) -> Result<Response<PutResponse>, Status> {
        self.0.no_learner()?;
        let by = self.0.caller(&request)?;
        let request = request.into_inner();
        check::put(&request)?;
        quota::check(&self.0, request.key.len() + request.value.len() + 256).await?;
        match self.0.propose(by, Command::Put(request)).await? {
            (Outcome::Put(prev_kv), revision) => {
                Ok(Response::new(PutResponse { header: self.0.header(revision), prev_kv }))
            }
            _ => Err(mixed_up()),
        }
    }

    async fn delete_range(
        &self,
        request: Request<DeleteRangeRequest>,
    ) -> Result<Response<DeleteRangeResponse>, Status> {
        self.0.no_learner()?;
        let by = self.0.caller(&request)?;
        let request = request.into_inner();
        check::delete_range(&request)?;
        match self.0.propose(by, Command::DeleteRange(request)).await? {
            (Outcome::DeleteRange(deleted, prev_kvs), revision) => {
                let header = self.0.header(revision);
                Ok(Response::new(DeleteRangeResponse { header, deleted, prev_kvs }))
            }
            _ => Err(mixed_up()),
        }
    }

    async fn txn(&self, request: Request<TxnRequest>) -> Result<Response<TxnResponse>, Status> {
        self.0.no_learner()?;
        let by = self.0.caller(&request)?;
        let request = request.into_inner();
        check::txn(&request, self.0.limits.max_txn_ops)?;
        let (mut response, revision) = if check::read_only(&request) {
            if !check::serializable(&request) {
                self.0.linearizable().await?;
            }
            let store = self.0.store();
            store.rules().txn(&by, &request)?;
            (apply::read_txn(&store, &request)?, store.revision())
        } else {
            quota::check(&self.0, request.encoded_len()).await?;
            match self.0.propose(by, Command::Txn(request)).await? {
                (Outcome::Txn(response), revision) => (*response, revision),
                _ => return Err(mixed_up()),
            }
        };
        response.header = self.0.header(revision);
        Ok(Response::new(response))
    }

    async fn compact(
        &self,
        request: Request<CompactionRequest>,
    ) -> Result<Response<CompactionResponse>, Status> {
        self.0.no_learner()?;
        let by = self.0.caller(&request)?;
        let request = request.into_inner();
        let physical = request.physical;
        let (_, revision) = self.0.propose(by, Command::Compact(request)).await?;
        if physical {
            // Physical means that the space is free when the answer comes.
            self.0.flush().await;
        }
        Ok(Response::new(CompactionResponse { header: self.0.header(revision) }))
    }
}
