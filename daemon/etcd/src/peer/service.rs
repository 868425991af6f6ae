//! What other members may ask of this one.

use std::io::Read;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use etcdapi::etcdserverpb::{
    HashKvRequest, HashKvResponse, LeaseKeepAliveRequest, LeaseKeepAliveResponse, LeaseTimeToLiveRequest,
    LeaseTimeToLiveResponse, MemberPromoteRequest, MemberPromoteResponse,
};
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::proto::peer_server::Peer;
use super::proto::{MembersResponse, Nothing, Part};
use super::{CLUSTER, FROM, REMOVED};
use crate::auth::By;
use crate::error::Error;
use crate::mvcc::store::backend;
use crate::node::Node;
use crate::raft::Message;
use crate::service::cluster::promote;

/// Bytes in one part of a snapshot.
const PART: usize = 256 << 10;

/// The service.
#[derive(Clone)]
pub struct PeerService {
    pub node: Arc<Node>,
    /// Where snapshots are made.
    pub snap: PathBuf,
}

#[tonic::async_trait]
impl Peer for PeerService {
    async fn messages(&self, request: Request<Streaming<Message>>) -> Result<Response<Nothing>, Status> {
        let number = |name| {
            let text = request.metadata().get(name).and_then(|value| value.to_str().ok());
            text.and_then(|text| text.parse::<u64>().ok())
        };
        if number(CLUSTER) != Some(self.node.cluster_id) {
            return Err(Status::failed_precondition(format!(
                "cluster ID mismatch: this is a member of {:x}",
                self.node.cluster_id
            )));
        }
        let from =
            number(FROM).ok_or_else(|| Status::invalid_argument("the stream does not say whose it is"))?;
        if self.node.store().members().was_removed(from) {
            return Err(Status::permission_denied(REMOVED));
        }
        let mut messages = request.into_inner();
        loop {
            tokio::select! {
                message = messages.message() => match message? {
                    Some(message) if message.to == self.node.id && message.from == from => {
                        // It may not have heard of its own removal: nobody sends it entries since.
                        if self.node.store().members().was_removed(from) {
                            return Err(Status::permission_denied(REMOVED));
                        }
                        self.node.step(message);
                    }
                    Some(_) => return Err(Status::invalid_argument("a message for another member")),
                    None => return Ok(Response::new(Nothing {})),
                },
                () = self.node.shutdown.cancelled() => return Err(Error::Stopped.into()),
            }
        }
    }

    type SnapshotStream = Pin<Box<dyn Stream<Item = Result<Part, Status>> + Send>>;

    async fn snapshot(&self, _: Request<Nothing>) -> Result<Response<Self::SnapshotStream>, Status> {
        self.node.flush().await;
        let node = self.node.clone();
        let path = self.snap.join(format!("outgoing-{:016x}.tmp", rand::random::<u64>()));
        let (sender, receiver) = mpsc::channel(4);
        tokio::task::spawn_blocking(move || {
            let file = node.store().backend().clone().copy_to(&path);
            // The open file is enough: nothing is left behind, whatever happens to us.
            let _ = std::fs::remove_file(&path);
            let mut file = match file.map_err(backend) {
                Ok(file) => file,
                Err(error) => {
                    let _ = sender.blocking_send(Err(error.into()));
                    return;
                }
            };
            let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
            let mut buffer = vec![0; PART];
            loop {
                match file.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(len) => {
                        digest.update(&buffer[..len]);
                        let part = Part { data: Bytes::copy_from_slice(&buffer[..len]), sum: Bytes::new() };
                        if sender.blocking_send(Ok(part)).is_err() {
                            return;
                        }
                    }
                    Err(error) => {
                        let failed = Status::internal(format!("cannot read the snapshot: {error}"));
                        let _ = sender.blocking_send(Err(failed));
                        return;
                    }
                }
            }
            let sum = Bytes::copy_from_slice(digest.finish().as_ref());
            let _ = sender.blocking_send(Ok(Part { data: Bytes::new(), sum }));
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn members(&self, _: Request<Nothing>) -> Result<Response<MembersResponse>, Status> {
        let members = self.node.store().members().list();
        Ok(Response::new(MembersResponse { cluster_id: self.node.cluster_id, members }))
    }

    async fn lease_keep_alive(
        &self,
        request: Request<LeaseKeepAliveRequest>,
    ) -> Result<Response<LeaseKeepAliveResponse>, Status> {
        if !self.node.leads() {
            return Err(Error::NotLeader.into());
        }
        let id = request.into_inner().id;
        let ttl = crate::lease::renew(&self.node, id).await?;
        Ok(Response::new(LeaseKeepAliveResponse { header: self.node.header_now(), id, ttl }))
    }

    async fn lease_time_to_live(
        &self,
        request: Request<LeaseTimeToLiveRequest>,
    ) -> Result<Response<LeaseTimeToLiveResponse>, Status> {
        if !self.node.leads() {
            return Err(Error::NotLeader.into());
        }
        Ok(Response::new(crate::service::lease::time_to_live(&self.node, request.get_ref())))
    }

    async fn hash_kv(&self, request: Request<HashKvRequest>) -> Result<Response<HashKvResponse>, Status> {
        let revision = request.into_inner().revision;
        // It may be a little behind whoever asks.
        let mut applied = self.node.applied.subscribe();
        let behind = || self.node.store().revision() < revision;
        let reached = async { while behind() && applied.changed().await.is_ok() {} };
        let _ = tokio::time::timeout(self.node.limits.request_timeout, reached).await;
        Ok(Response::new(crate::corruption::hash(&self.node, revision).await?))
    }

    async fn promote(
        &self,
        request: Request<MemberPromoteRequest>,
    ) -> Result<Response<MemberPromoteResponse>, Status> {
        if !self.node.leads() {
            return Err(Error::NotLeader.into());
        }
        // Whoever passed it on has asked whether the caller may.
        Ok(Response::new(promote(&self.node, By::Server, request.into_inner()).await?))
    }
}
