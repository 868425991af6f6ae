//! The KV service.

use std::sync::Arc;

use bytes::Bytes;
use etcdapi::etcdserverpb::kv_server::Kv;
use etcdapi::etcdserverpb::{
    CompactionRequest, CompactionResponse, DeleteRangeRequest, DeleteRangeResponse, PutRequest, PutResponse,
    RangeRequest, RangeResponse, TxnRequest, TxnResponse,
};
use etcdapi::range::Writer;
use grpc::Gate;
use prost::Message;
use tokio::runtime::Handle;
use tonic::{Request, Response, Status};

use crate::apply::{self, Outcome};
use crate::auth::By;
use crate::check;
use crate::command::Command;
use crate::error::Error;
use crate::mvcc::store::Budget;
use crate::node::Node;
use crate::quota;

/// What a range may cost that is answered where its request is read: the connection's other requests, and
/// those of others on the same thread, wait for it.
pub const SHORT: Budget = Budget { keys: 2048, bytes: 1 << 20 };

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
    /// Whether a read with `request`'s consistency sees what it has to here, without asking other members.
    pub fn reads_here(&self, request: &RangeRequest) -> bool {
        request.serializable || self.node.reads_alone()
    }

    /// Appends the answer to a range without asking other members, if it costs no more than `budget`;
    /// tells whether it did.
    ///
    /// # Errors
    /// Fails when the request is wrong or not permitted, or its revision can't be read.
    pub fn found(
        &self,
        by: &By,
        request: &RangeRequest,
        budget: Budget,
        reply: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        check::range(request)?;
        let store = self.node.store();
        store.rules().read(by, &request.key, &request.range_end)?;
        let begin = reply.len();
        let mut writer = Writer::new(reply, self.node.header(store.revision()));
        let found = store.range_within(request, budget, |kv| writer.kv(kv));
        if let Ok(Some(found)) = &found {
            writer.end(found.more, found.count);
        } else {
            reply.truncate(begin);
        }
        Ok(found?.is_some())
    }

    /// What a read has to wait for that does not see here what it has to.
    pub fn round(&self, request: &RangeRequest) -> Option<Gate> {
        (!self.reads_here(request)).then(|| self.node.round())
    }

    /// Answers a range that sees here what it has to, whatever it costs: a message in its frame.
    ///
    /// # Errors
    /// As [`Self::found`].
    pub async fn answer_range(&self, by: By, request: RangeRequest) -> Result<Vec<u8>, Status> {
        check::range(&request)?;
        let node = self.node.clone();
        let walk = self.shared.spawn(async move {
            // Neither writes nor other reads wait until all records are read.
            let (held, header) = {
                let store = node.store();
                store.rules().read(&by, &request.key, &request.range_end)?;
                (store.hold(&request)?, node.header(store.revision()))
            };
            let mut reply = Vec::new();
            grpc::framed(&mut reply, |reply| {
                let mut writer = Writer::new(reply, header);
                let found = held.show(&request, |kv| writer.kv(kv))?;
                writer.end(found.more, found.count);
                Ok::<_, Error>(())
            })?;
            Ok::<_, Error>(reply)
        });
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
            if !check::serializable(&request) && !self.node.reads_alone() {
                self.node.round().await?;
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
        let request = request.into_inner();
        check::range(&request)?;
        if let Some(round) = self.round(&request) {
            round.await?;
        }
        let framed = Bytes::from(self.answer_range(by, request).await?);
        let response = RangeResponse::decode(framed.slice(grpc::PREFIX..)).map_err(|_| mixed_up())?;
        Ok(Response::new(response))
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
