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
use tokio::runtime::Handle;
use tonic::{Request, Response, Status};

use crate::apply::{self, Outcome};
use crate::auth::By;
use crate::check;
use crate::command::Command;
use crate::error::Error;
use crate::node::Node;
use crate::quota;

/// The service: by itself for whoever has the request's parts, and as gRPC has it.
#[derive(Clone)]
pub struct KvService {
    pub node: Arc<Node>,
    /// Where work goes that takes long, so that a connection's other requests need not wait.
    pub shared: Handle,
}

/// The log answered a proposal with another kind of outcome: a defect.
fn mixed_up() -> Status {
    Status::internal("the answer belongs to another request")
}

impl KvService {
    /// Whether a range is answered out of memory, without waiting for anybody.
    pub fn at_once(&self, request: &RangeRequest) -> bool {
        request.range_end.is_empty() && (request.serializable || self.node.reads_alone())
    }

    /// A range with its key-values as they are stored, without asking other members.
    ///
    /// # Errors
    /// Fails when the request is wrong or its revision can't be read.
    pub fn found(&self, by: &By, request: &RangeRequest) -> Result<EncodedRange, Error> {
        check::range(request)?;
        let store = self.node.store();
        store.rules().read(by, &request.key, &request.range_end)?;
        let revision = store.revision();
        let found = store.range(request)?;
        drop(store);
        Ok(EncodedRange {
            header: self.node.header(revision),
            kvs: found.kvs,
            more: found.more,
            count: found.count,
        })
    }

    /// Answers a range.
    ///
    /// # Errors
    /// As [`Self::found`], and when no majority answers.
    pub async fn answer_range(&self, by: By, request: RangeRequest) -> Result<EncodedRange, Status> {
        check::range(&request)?;
        if !request.serializable {
            self.node.linearizable().await?;
        }
        if request.range_end.is_empty() {
            return Ok(self.found(&by, &request)?);
        }
        let service = self.clone();
        let walk = self.shared.spawn(async move { service.found(&by, &request) });
        Ok(walk.await.map_err(|_| Status::internal("the range was cut short"))??)
    }

    /// Answers a put.
    ///
    /// # Errors
    /// Fails when the request is wrong, not permitted, there is no room, or the log can't take it.
    pub async fn answer_put(&self, by: By, request: PutRequest) -> Result<PutResponse, Status> {
        self.node.no_learner()?;
        check::put(&request)?;
        quota::check(&self.node, request.key.len() + request.value.len() + 256).await?;
        match self.node.propose(by, Command::Put(request)).await? {
            (Outcome::Put(prev_kv), revision) => {
                Ok(PutResponse { header: self.node.header(revision), prev_kv })
            }
            _ => Err(mixed_up()),
        }
    }

    /// Answers a deletion.
    ///
    /// # Errors
    /// As [`Self::answer_put`].
    pub async fn answer_delete(
        &self,
        by: By,
        request: DeleteRangeRequest,
    ) -> Result<DeleteRangeResponse, Status> {
        self.node.no_learner()?;
        check::delete_range(&request)?;
        match self.node.propose(by, Command::DeleteRange(request)).await? {
            (Outcome::DeleteRange(deleted, prev_kvs), revision) => {
                Ok(DeleteRangeResponse { header: self.node.header(revision), deleted, prev_kvs })
            }
            _ => Err(mixed_up()),
        }
    }

    /// Answers a transaction.
    ///
    /// # Errors
    /// As [`Self::answer_put`].
    pub async fn answer_txn(&self, by: By, request: TxnRequest) -> Result<TxnResponse, Status> {
        self.node.no_learner()?;
        check::txn(&request, self.node.limits.max_txn_ops)?;
        let (mut response, revision) = if check::read_only(&request) {
            if !check::serializable(&request) {
                self.node.linearizable().await?;
            }
            let store = self.node.store();
            store.rules().txn(&by, &request)?;
            (apply::read_txn(&store, &request)?, store.revision())
        } else {
            quota::check(&self.node, request.encoded_len()).await?;
            match self.node.propose(by, Command::Txn(request)).await? {
                (Outcome::Txn(response), revision) => (*response, revision),
                _ => return Err(mixed_up()),
            }
        };
        response.header = self.node.header(revision);
        Ok(response)
    }
}

#[tonic::async_trait]
impl Kv for KvService {
    async fn range(&self, request: Request<RangeRequest>) -> Result<Response<RangeResponse>, Status> {
        let by = self.node.caller(&request)?;
        let EncodedRange { header, kvs, more, count } = self.answer_range(by, request.into_inner()).await?;
        let kvs = kvs.into_iter().filter_map(|bytes| KeyValue::decode(bytes).ok()).collect();
        Ok(Response::new(RangeResponse { header, kvs, more, count }))
    }

    async fn put(&self, request: Request<PutRequest>) -> Result<Response<PutResponse>, Status> {
        let by = self.node.caller(&request)?;
        self.answer_put(by, request.into_inner()).await.map(Response::new)
    }

    async fn delete_range(
        &self,
        request: Request<DeleteRangeRequest>,
    ) -> Result<Response<DeleteRangeResponse>, Status> {
        let by = self.node.caller(&request)?;
        self.answer_delete(by, request.into_inner()).await.map(Response::new)
    }

    async fn txn(&self, request: Request<TxnRequest>) -> Result<Response<TxnResponse>, Status> {
        let by = self.node.caller(&request)?;
        self.answer_txn(by, request.into_inner()).await.map(Response::new)
    }

    async fn compact(
        &self,
        request: Request<CompactionRequest>,
    ) -> Result<Response<CompactionResponse>, Status> {
        self.node.no_learner()?;
        let by = self.node.caller(&request)?;
        let request = request.into_inner();
        let physical = request.physical;
        let (_, revision) = self.node.propose(by, Command::Compact(request)).await?;
        if physical {
            // Physical means that the space is free when the answer comes.
            self.node.flush().await;
        }
        Ok(Response::new(CompactionResponse { header: self.node.header(revision) }))
    }
}
