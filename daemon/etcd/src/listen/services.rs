//! Everything that a connection can ask for: gRPC, JSON and pages.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use component::lanes::Lanes;
use etcdapi::etcdserverpb::auth_server::AuthServer;
use etcdapi::etcdserverpb::cluster_server::ClusterServer;
use etcdapi::etcdserverpb::kv_server::KvServer;
use etcdapi::etcdserverpb::lease_server::LeaseServer;
use etcdapi::etcdserverpb::maintenance_server::MaintenanceServer;
use etcdapi::health::health_server::HealthServer;
use etcdapi::v3electionpb::election_server::ElectionServer;
use etcdapi::v3lockpb::lock_server::LockServer;
use http::{Method, Request, Response, StatusCode, header};
use tokio::runtime::Handle;
use tonic::Status;
use tonic::body::Body;

use super::{SLACK, Talk};
use crate::auth::CommonName;
use crate::gateway;
use crate::node::Node;
use crate::rpcs::{self, Received, Sent};
use crate::service::auth::AuthService;
use crate::service::cluster::ClusterService;
use crate::service::election::ElectionService;
use crate::service::health::HealthService;
use crate::service::kv::KvService;
use crate::service::lease::LeaseService;
use crate::service::lock::LockService;
use crate::service::maintenance::MaintenanceService;
use crate::service::watch::WatchService;

/// The body of a request, whoever reads the connection.
pub trait RequestBody:
    hyper::body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send>
    + Send
    + Unpin
    + 'static
{
}

impl<B> RequestBody for B where
    B: hyper::body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send>
        + Send
        + Unpin
        + 'static
{
}

/// The longest message that a client may send.
pub fn longest(node: &Node) -> usize {
    node.limits.max_request_bytes + SLACK
}

/// Notes calls that take long.
#[derive(Clone, Copy)]
pub struct Clock(Option<(Instant, Duration)>);

impl Clock {
    pub fn start(node: &Node) -> Self {
        let slow = node.limits.slow;
        Self((!slow.is_zero()).then(|| (Instant::now(), slow)))
    }

    pub fn stop(&self, request: &str) {
        if let Some((started, slow)) = self.0
            && started.elapsed() > slow
        {
            tracing::warn!(
                request,
                took = ?started.elapsed(),
                "a request took longer than --warning-unary-request-duration"
            );
        }
    }
}

/// Everything that a connection can ask for.
#[derive(Clone)]
pub struct Services {
    pub(super) node: Arc<Node>,
    /// Where connections are tended to.
    pub(super) lanes: Lanes,
    /// What answers the calls that come most often.
    pub(super) direct: KvService,
    kv: KvServer<KvService>,
    lease: LeaseServer<LeaseService>,
    cluster: ClusterServer<ClusterService>,
    maintenance: MaintenanceServer<MaintenanceService>,
    auth: AuthServer<AuthService>,
    health: HealthServer<HealthService>,
    lock: LockServer<LockService>,
    election: ElectionServer<ElectionService>,
}

impl Services {
    /// The services of a member, whose clients are spread over `lanes`; snapshots are made in `snap`.
    pub fn new(node: Arc<Node>, snap: PathBuf, lanes: Lanes) -> Self {
        let limit = longest(&node);
        let direct = KvService { node: node.clone(), shared: Handle::current() };
        Self {
            kv: KvServer::new(direct.clone())
                .max_decoding_message_size(limit)
                .max_encoding_message_size(usize::MAX),
            lease: LeaseServer::new(LeaseService(node.clone())).max_encoding_message_size(usize::MAX),
            cluster: ClusterServer::new(ClusterService(node.clone())),
            maintenance: MaintenanceServer::new(MaintenanceService { node: node.clone(), snap }),
            auth: AuthServer::new(AuthService(node.clone())),
            health: HealthServer::new(HealthService(node.clone())),
            lock: LockServer::new(LockService(node.clone())),
            election: ElectionServer::new(ElectionService(node.clone())),
            direct,
            node,
            lanes,
        }
    }

    /// gRPC by its content type, JSON by its path, and else plain pages.
    pub(super) async fn answer<B: RequestBody>(
        &self,
        request: Request<B>,
        talk: Talk,
        secure: bool,
    ) -> Response<Sent> {
        if is_grpc(&request) && talk != Talk::Http {
            return self.grpc(request).await;
        }
        if talk == Talk::Grpc {
            let only = "gRPC only; JSON and pages are on --listen-client-http-urls\n";
            return uncounted(plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, only.into()));
        }
        let origin = request.headers().get(header::ORIGIN).cloned();
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host
            .or_else(|| request.uri().authority().map(|authority| authority.as_str()))
            .unwrap_or_default();
        let access = &self.node.limits.access;
        if let Some(refusal) = access.refusal(host).filter(|_| !secure) {
            tracing::warn!(host, "rejecting HTTP request to prevent DNS rebinding attacks");
            return uncounted(plain(StatusCode::MISDIRECTED_REQUEST, refusal));
        }
        let mut answer = if request.method() == Method::OPTIONS {
            uncounted(plain(StatusCode::OK, String::new()))
        } else {
            self.http(request).await
        };
        access.allow(origin.as_ref(), answer.headers_mut());
        answer
    }

    /// JSON by its path, and else plain pages.
    async fn http<B: RequestBody>(&self, request: Request<B>) -> Response<Sent> {
        if !self.node.limits.gateway || !request.uri().path().starts_with("/v3/") {
            return self.page(&request, true).await;
        }
        let answer = match gateway::find(request.uri().path()) {
            None => gateway::refuse(&Status::not_found("Not Found")),
            Some(_) if request.method() != Method::POST => {
                gateway::refuse(&Status::unimplemented("Method Not Allowed"))
            }
            // As etcd: who asks here is to say so by a token.
            Some(_) if request.extensions().get::<CommonName>().is_some() && self.judges_names() => {
                let refusal = "CommonName of client sending a request against gateway will be ignored and not used as expected\n";
                return uncounted(plain(StatusCode::BAD_REQUEST, refusal.into()));
            }
            Some(call) => {
                let answer = self.grpc(gateway::request(&call, request)).await;
                gateway::response(&call, answer.map(Body::new)).await
            }
        };
        uncounted(answer)
    }

    /// Whether a certificate's name says who asks.
    fn judges_names(&self) -> bool {
        self.node.limits.trust_common_name && self.node.store().rules().enabled()
    }

    pub(super) async fn page<B: RequestBody>(&self, request: &Request<B>, version: bool) -> Response<Sent> {
        let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
        uncounted(crate::pages::answer(&self.node, request.method(), path, query, version).await)
    }

    async fn grpc<B: RequestBody>(&self, request: Request<B>) -> Response<Sent> {
        use tower_service::Service as _;
        let never =
            |answer: Result<Response<Body>, Infallible>| answer.unwrap_or_else(|never| match never {});
        let path = request.uri().path();
        let Some((service, method)) = path.get(1..).and_then(|path| path.split_once('/')) else {
            return uncounted(Status::unimplemented("malformed method name").into_http());
        };
        let begun = rpcs::begin(service, method);
        let streams = matches!(method, "Watch" | "LeaseKeepAlive" | "Snapshot" | "Observe");
        // The name is kept, not copied: few calls are slow.
        let name = (!streams).then(|| request.uri().path_and_query().cloned()).flatten();
        let clock = Clock::start(&self.node);
        let counted = |request: Request<B>| request.map(|body| Received::new(body, begun));
        let response = match (service, method) {
            ("etcdserverpb.KV", _) => never(self.kv.clone().call(counted(request)).await),
            ("etcdserverpb.Watch", "Watch") => {
                WatchService(self.node.clone()).watch(counted(request), longest(&self.node))
            }
            ("etcdserverpb.Lease", _) => never(self.lease.clone().call(counted(request)).await),
            ("etcdserverpb.Cluster", _) => never(self.cluster.clone().call(counted(request)).await),
            ("etcdserverpb.Maintenance", _) => never(self.maintenance.clone().call(counted(request)).await),
            ("etcdserverpb.Auth", _) => never(self.auth.clone().call(counted(request)).await),
            ("grpc.health.v1.Health", _) => never(self.health.clone().call(counted(request)).await),
            ("v3lockpb.Lock", _) => never(self.lock.clone().call(counted(request)).await),
            ("v3electionpb.Election", _) => never(self.election.clone().call(counted(request)).await),
            _ => Status::unimplemented(format!("unknown service {service}")).into_http(),
        };
        if let Some(name) = name {
            clock.stop(name.path());
        }
        let response = too_large(response);
        match begun {
            Some(begun) => begun.answered(response),
            None => uncounted(response),
        }
    }
}

fn plain(code: StatusCode, text: String) -> Response<Body> {
    let mut answer = Response::new(Body::new(http_body_util::Full::from(text)));
    *answer.status_mut() = code;
    answer
}

/// An answer that is no call's.
pub(super) fn uncounted(response: Response<Body>) -> Response<Sent> {
    response.map(|body| Sent::new(body, None))
}

/// A message that our library has refused for its length, in grpc-go's words.
fn too_large(response: Response<Body>) -> Response<Body> {
    let Some(status) = response.headers().get(Status::GRPC_STATUS).and_then(|code| {
        // Answers that are good have their status at their end.
        (code == "11").then(|| Status::from_header_map(response.headers())).flatten()
    }) else {
        return response;
    };
    let lengths = status
        .message()
        .strip_prefix("Error, decoded message length too large: found ")
        .and_then(|rest| rest.strip_suffix(" bytes")?.split_once(" bytes, the limit is: "));
    match lengths {
        Some((found, limit)) => grpc::too_long(found, limit).into_http(),
        None => response,
    }
}

fn is_grpc<B>(request: &Request<B>) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}
