//! Listening on the client and metrics URLs: gRPC and plain HTTP on the same port.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use component::lanes::{Lanes, Place};
use component::near::Near;
use component::tls::ServerTls;
use etcdapi::etcdserverpb::RangeRequest;
use etcdapi::etcdserverpb::auth_server::AuthServer;
use etcdapi::etcdserverpb::cluster_server::ClusterServer;
use etcdapi::etcdserverpb::kv_server::KvServer;
use etcdapi::etcdserverpb::lease_server::LeaseServer;
use etcdapi::etcdserverpb::maintenance_server::MaintenanceServer;
use etcdapi::etcdserverpb::watch_server::WatchServer;
use etcdapi::health::health_server::HealthServer;
use etcdapi::range::EncodedRange;
use etcdapi::v3electionpb::election_server::ElectionServer;
use etcdapi::v3lockpb::lock_server::LockServer;
use futures::future::BoxFuture;
use http::uri::PathAndQuery;
use http::{Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::runtime::Handle;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::body::Body;
use tonic::server::{Grpc, UnaryService};
use tonic_prost::ProstCodec;

use crate::allowed::Allowed;
use crate::auth::CommonName;
use crate::authority::Lenient;
use crate::gateway;
use crate::metrics;
use crate::node::Node;
use crate::peer::proto::peer_server::PeerServer;
use crate::peer::service::PeerService;
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

/// How long a client may take for the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// What a message may be longer than a request's limit: the request is then refused by name.
const SLACK: usize = 512 << 10;

/// What is answered on a client URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    All,
    Grpc,
    /// JSON and pages.
    Http,
}

/// TLS on a socket, and whose certificates are let in.
#[derive(Clone)]
pub struct Secured {
    pub tls: Arc<ServerTls>,
    pub allowed: Arc<Allowed>,
}

/// A bound socket.
pub enum Socket {
    Tcp(TcpListener, Option<Secured>),
    Unix(UnixListener),
}

/// Everything that a connection can ask for.
#[derive(Clone)]
pub struct Services {
    node: Arc<Node>,
    /// Where connections are tended to.
    lanes: Lanes,
    /// Where work goes that takes long.
    shared: Handle,
    range: KvService,
    kv: KvServer<KvService>,
    watch: WatchServer<WatchService>,
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
        let limit = node.limits.max_request_bytes + SLACK;
        Self {
            range: KvService(node.clone()),
            kv: KvServer::new(KvService(node.clone()))
                .max_decoding_message_size(limit)
                .max_encoding_message_size(usize::MAX),
            watch: WatchServer::new(WatchService(node.clone()))
                .max_decoding_message_size(limit)
                .max_encoding_message_size(usize::MAX),
            lease: LeaseServer::new(LeaseService(node.clone())).max_encoding_message_size(usize::MAX),
            cluster: ClusterServer::new(ClusterService(node.clone())),
            maintenance: MaintenanceServer::new(MaintenanceService { node: node.clone(), snap }),
            auth: AuthServer::new(AuthService(node.clone())),
            health: HealthServer::new(HealthService(node.clone())),
            lock: LockServer::new(LockService(node.clone())),
            election: ElectionServer::new(ElectionService(node.clone())),
            node,
            lanes,
            shared: Handle::current(),
        }
    }

    /// gRPC by its content type, JSON by its path, and else plain pages.
    async fn answer(&self, request: Request<Incoming>, talk: Talk, secure: bool) -> Response<Sent> {
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
    async fn http(&self, request: Request<Incoming>) -> Response<Sent> {
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

    async fn page(&self, request: &Request<Incoming>, version: bool) -> Response<Sent> {
        let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
        uncounted(crate::pages::answer(&self.node, request.method(), path, query, version).await)
    }

    async fn grpc<B>(&self, request: Request<B>) -> Response<Sent>
    where
        B: hyper::body::Body<Data = bytes::Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
    {
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
        let timed = (!streams && !self.node.limits.slow.is_zero())
            .then(|| (Instant::now(), request.uri().path_and_query().cloned()));
        let counted = |request: Request<B>| request.map(|body| Received::new(body, begun));
        let response = match (service, method) {
            ("etcdserverpb.KV", "Range") => {
                metrics::RANGES.inc();
                self.range(counted(request)).await
            }
            ("etcdserverpb.KV", _) => never(self.kv.clone().call(counted(request)).await),
            ("etcdserverpb.Watch", _) => never(self.watch.clone().call(counted(request)).await),
            ("etcdserverpb.Lease", _) => never(self.lease.clone().call(counted(request)).await),
            ("etcdserverpb.Cluster", _) => never(self.cluster.clone().call(counted(request)).await),
            ("etcdserverpb.Maintenance", _) => never(self.maintenance.clone().call(counted(request)).await),
            ("etcdserverpb.Auth", _) => never(self.auth.clone().call(counted(request)).await),
            ("grpc.health.v1.Health", _) => never(self.health.clone().call(counted(request)).await),
            ("v3lockpb.Lock", _) => never(self.lock.clone().call(counted(request)).await),
            ("v3electionpb.Election", _) => never(self.election.clone().call(counted(request)).await),
            _ => Status::unimplemented(format!("unknown service {service}")).into_http(),
        };
        if let Some((started, name)) = timed
            && started.elapsed() > self.node.limits.slow
        {
            tracing::warn!(
                request = name.as_ref().map(PathAndQuery::path),
                took = ?started.elapsed(),
                "a request took longer than --warning-unary-request-duration"
            );
        }
        let response = too_large(response);
        match begun {
            Some(begun) => begun.answered(response),
            None => uncounted(response),
        }
    }

    /// Ranges are most of the work, so they have a way of their own: stored bytes go out as
    /// they are.
    async fn range<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: hyper::body::Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
    {
        struct Range(KvService, Handle);
        impl UnaryService<RangeRequest> for Range {
            type Response = EncodedRange;
            type Future = BoxFuture<'static, Result<tonic::Response<EncodedRange>, Status>>;
            fn call(&mut self, request: tonic::Request<RangeRequest>) -> Self::Future {
                let (service, shared) = (self.0.clone(), self.1.clone());
                Box::pin(async move {
                    service.ready(request.get_ref()).await?;
                    let by = service.0.caller(&request)?;
                    let request = request.into_inner();
                    if request.range_end.is_empty() {
                        return Ok(tonic::Response::new(service.encoded_range(&by, &request)?));
                    }
                    // The connection's other requests need not wait for a walk over many keys.
                    let walk = shared.spawn(async move { service.encoded_range(&by, &request) });
                    let found = walk.await.map_err(|_| Status::internal("the range was cut short"))?;
                    Ok(tonic::Response::new(found?))
                })
            }
        }
        let limit = self.node.limits.max_request_bytes + SLACK;
        let codec: ProstCodec<EncodedRange, RangeRequest> = ProstCodec::default();
        Grpc::new(codec)
            .apply_max_message_size_config(Some(limit), Some(usize::MAX))
            .unary(Range(self.range.clone(), self.shared.clone()), request)
            .await
    }
}

fn plain(code: StatusCode, text: String) -> Response<Body> {
    let mut answer = Response::new(Body::new(http_body_util::Full::from(text)));
    *answer.status_mut() = code;
    answer
}

/// An answer that is no call's.
fn uncounted(response: Response<Body>) -> Response<Sent> {
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
        Some((found, limit)) => {
            let message = format!("grpc: received message larger than max ({found} vs. {limit})");
            Status::resource_exhausted(message).into_http()
        }
        None => response,
    }
}

fn is_grpc<B>(request: &Request<B>) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// Who answers on a socket.
#[derive(Clone)]
pub enum Site {
    /// Clients.
    Clients(Arc<Services>, Talk),
    /// Health and metrics alone.
    Metrics(Arc<Services>),
    /// Other members.
    Peers(PeerServer<PeerService>, Arc<Node>),
}

impl Site {
    /// The answer to other members.
    pub fn peers(node: Arc<Node>, snap: PathBuf) -> Self {
        let server = PeerServer::new(PeerService { node: node.clone(), snap })
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX);
        Self::Peers(server, node)
    }

    fn node(&self) -> &Arc<Node> {
        match self {
            Self::Clients(services, _) | Self::Metrics(services) => &services.node,
            Self::Peers(_, node) => node,
        }
    }

    fn shutdown(&self) -> CancellationToken {
        self.node().shutdown.clone()
    }

    /// What runs a connection's requests. Clients' proposals are worked off when all of a
    /// connection's requests wait.
    fn near(&self) -> Near {
        match self {
            Self::Clients(services, _) => {
                let node = services.node.clone();
                Near::tending(move || node.tend())
            }
            Self::Metrics(_) | Self::Peers(..) => Near::default(),
        }
    }

    /// Where a connection is tended to. Other members' must not wait behind clients'.
    fn runtime(&self) -> (Handle, Option<Place>) {
        match self {
            Self::Clients(services, _) => {
                let (handle, place) = services.lanes.place();
                (handle, Some(place))
            }
            Self::Metrics(_) | Self::Peers(..) => (Handle::current(), None),
        }
    }

    async fn answer(self, request: Request<Incoming>, secure: bool) -> Response<Sent> {
        use tower_service::Service as _;
        match self {
            Self::Clients(services, talk) => services.answer(request, talk, secure).await,
            Self::Metrics(services) => services.page(&request, false).await,
            Self::Peers(mut server, _) => {
                uncounted(server.call(request).await.unwrap_or_else(|never: Infallible| match never {}))
            }
        }
    }
}

/// Accepts connections until the member ends.
pub async fn serve(socket: Socket, services: Site) {
    let shutdown = services.shutdown();
    loop {
        match &socket {
            Socket::Tcp(listener, tls) => {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = shutdown.cancelled() => return,
                };
                let Ok((stream, remote)) = accepted else {
                    // Out of file descriptors, most likely: give others time to close some.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                let _ = stream.set_nodelay(true);
                let Ok(stream) = stream.into_std() else { continue };
                let (services, tls) = (services.clone(), tls.clone());
                let (runtime, place) = services.runtime();
                runtime.spawn(async move {
                    let _place = place;
                    // From here on its events come to this thread.
                    let Ok(stream) = TcpStream::from_std(stream) else { return };
                    let Some(secured) = tls else { return drive(stream, services, None, false).await };
                    let accept = TlsAcceptor::from(secured.tls.current()).accept(stream);
                    match tokio::time::timeout(HANDSHAKE, accept).await {
                        Ok(Ok(stream)) => {
                            if let Err(error) = judge(&secured.allowed, &stream, remote, &services).await {
                                tracing::warn!(%remote, error, "rejected connection");
                                return;
                            }
                            let name = common_name(&stream);
                            drive(stream, services, name, true).await;
                        }
                        Ok(Err(error)) => tracing::warn!(%remote, %error, "rejected connection"),
                        Err(_) => tracing::warn!(%remote, "rejected connection: no TLS handshake"),
                    }
                });
            }
            Socket::Unix(listener) => {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = shutdown.cancelled() => return,
                };
                let Ok(stream) = accepted.and_then(|(stream, _)| stream.into_std()) else { continue };
                let services = services.clone();
                let (runtime, place) = services.runtime();
                runtime.spawn(async move {
                    let _place = place;
                    let Ok(stream) = UnixStream::from_std(stream) else { return };
                    drive(stream, services, None, false).await;
                });
            }
        }
    }
}

/// Whether the certificate that was shown is let in.
async fn judge(
    allowed: &Allowed,
    stream: &tokio_rustls::server::TlsStream<TcpStream>,
    remote: SocketAddr,
    site: &Site,
) -> Result<(), String> {
    if allowed.anybody() {
        return Ok(());
    }
    let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let members: Vec<String> = {
        let store = site.node().store();
        let urls = store.members().list().into_iter().flat_map(|member| member.peer_urls);
        urls.filter_map(|url| Some(url.parse::<http::Uri>().ok()?.host()?.to_string())).collect()
    };
    allowed.judge(shown, remote.ip().to_canonical(), &members).await
}

/// The common name in the certificate that the client has shown, which the handshake verified.
fn common_name<S>(stream: &tokio_rustls::server::TlsStream<S>) -> Option<CommonName> {
    let der = stream.get_ref().1.peer_certificates()?.first()?;
    let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    let name = certificate.subject().iter_common_name().next()?.as_str().ok()?;
    Some(CommonName(name.into()))
}

async fn drive<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    services: Site,
    name: Option<CommonName>,
    secure: bool,
) {
    let shutdown = services.shutdown();
    let near = services.near();
    let (max_streams, keepalive) = match &services {
        // Members keep what they always had between them.
        Site::Peers(..) => (u32::MAX, Some((Duration::from_secs(2 * 60 * 60), Duration::from_secs(20)))),
        site => (site.node().limits.max_streams, site.node().limits.keepalive),
    };
    let service = service_fn(move |mut request: Request<Incoming>| {
        let services = services.clone();
        if let Some(name) = &name {
            request.extensions_mut().insert(name.clone());
        }
        async move { Ok::<_, Infallible>(services.answer(request, secure).await) }
    });
    let mut builder = Builder::new(near.clone());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(32));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(max_streams)
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(8 << 20)
        .keep_alive_interval(keepalive.map(|(every, _)| every))
        .keep_alive_timeout(keepalive.map_or(Duration::from_secs(20), |(_, patience)| patience));
    let stream = near.gather(Lenient::new(stream));
    let connection = async move {
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return ended,
            () = shutdown.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        // Answers under way get a moment.
        tokio::time::timeout(Duration::from_secs(1), connection).await.unwrap_or(Ok(()))
    };
    if let Err(error) = near.drive(connection).await {
        tracing::trace!(%error, "connection ended early");
    }
}
