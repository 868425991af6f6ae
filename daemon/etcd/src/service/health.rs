//! gRPC's health service.

use std::pin::Pin;
use std::sync::Arc;

use etcdapi::health::health_check_response::ServingStatus;
use etcdapi::health::health_server::Health;
use etcdapi::health::{HealthCheckRequest, HealthCheckResponse};
use futures::stream::StreamExt;
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

use crate::node::Node;

/// The service.
#[derive(Clone)]
pub struct HealthService(pub Arc<Node>);

fn serving() -> HealthCheckResponse {
    HealthCheckResponse { status: ServingStatus::Serving as i32 }
}

#[tonic::async_trait]
impl Health for HealthService {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match request.get_ref().service.as_str() {
            "" | "etcdserverpb.KV" => Ok(Response::new(serving())),
            _ => Err(Status::not_found("unknown service")),
        }
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let node = self.0.clone();
        let end = futures::stream::once(async move {
            node.shutdown.cancelled().await;
            Ok(HealthCheckResponse { status: ServingStatus::NotServing as i32 })
        });
        Ok(Response::new(Box::pin(futures::stream::iter([Ok(serving())]).chain(end))))
    }
}
