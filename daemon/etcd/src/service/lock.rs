//! The Lock service: the call returns when the caller holds the lock.

use std::sync::Arc;

use etcdapi::etcdserverpb::DeleteRangeRequest;
use etcdapi::v3lockpb::lock_server::Lock;
use etcdapi::v3lockpb::{LockRequest, LockResponse, UnlockRequest, UnlockResponse};
use tonic::{Request, Response, Status};

use super::queue::{first, join};
use crate::command::Command;
use crate::error::Error;
use crate::node::Node;

/// The service.
#[derive(Clone)]
pub struct LockService(pub Arc<Node>);

#[tonic::async_trait]
impl Lock for LockService {
    async fn lock(&self, request: Request<LockRequest>) -> Result<Response<LockResponse>, Status> {
        let by = self.0.caller(&request)?;
        let LockRequest { name, lease } = request.into_inner();
        let place = join(&self.0, &by, &name, lease, bytes::Bytes::new()).await?;
        first(&self.0, &by, &name, place.revision).await?;
        // The lease may have ended while it waited.
        if !self.0.store().exists(&place.key) {
            return Err(Error::LeaseNotFound.into());
        }
        Ok(Response::new(LockResponse { header: self.0.header_now(), key: place.key }))
    }

    async fn unlock(&self, request: Request<UnlockRequest>) -> Result<Response<UnlockResponse>, Status> {
        let by = self.0.caller(&request)?;
        let UnlockRequest { key } = request.into_inner();
        if key.is_empty() {
            return Err(Error::EmptyKey.into());
        }
        let delete = DeleteRangeRequest { key, ..Default::default() };
        let (_, revision) = self.0.propose(by, Command::DeleteRange(delete)).await?;
        Ok(Response::new(UnlockResponse { header: self.0.header(revision) }))
    }
}
