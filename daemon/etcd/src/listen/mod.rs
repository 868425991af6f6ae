//! Listening on the client and metrics URLs: gRPC and plain HTTP on the same port.

mod calls;
mod services;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use component::lanes::Place;
use component::near::Near;
use component::tls::ServerTls;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::runtime::Handle;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::allowed::Allowed;
use crate::auth::CommonName;
use crate::node::Node;
use crate::peer::proto::peer_server::PeerServer;
use crate::peer::service::PeerService;
use crate::rpcs::Sent;

use calls::Calls;
pub use services::{RequestBody, Services};
use services::{longest, uncounted};

/// How long a client may take for the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// What a message may be longer than a request's limit: the request is then refused by name.
const SLACK: usize = 512 << 10;
/// How long a client may take to say what it wants.
const FIRST: Duration = Duration::from_secs(32);

/// What answers under way get when the member ends.
const GRACE: Duration = Duration::from_secs(1);

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

/// Finds out whether a client speaks HTTP/2. `None`: it has closed the connection, the member ends, or
/// the client does not say: somebody who only connects costs a descriptor, and not for ever.
async fn begin<S: AsyncRead + Unpin>(
    stream: S,
    shutdown: &CancellationToken,
) -> Option<(bool, grpc::Sniffed<S>)> {
    tokio::select! {
        sniffed = tokio::time::timeout(FIRST, grpc::sniff(stream)) => sniffed.ok()?.ok(),
        () = shutdown.cancelled() => None,
    }
}

async fn drive<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    site: Site,
    name: Option<CommonName>,
    secure: bool,
) {
    let Some((multiplexed, stream)) = begin(stream, &site.shutdown()).await else { return };
    let (Site::Clients(services, talk), true) = (&site, multiplexed) else {
        return general(stream, site, name, secure).await;
    };
    let node = &services.node;
    let limits = grpc::Limits {
        streams: node.limits.max_streams,
        message: longest(node),
        keepalive: node.limits.keepalive,
        pings: node.limits.pings,
        grace: GRACE,
    };
    let shutdown = site.shutdown();
    let calls = Calls { services: services.clone(), talk: *talk, name, secure };
    if let Err(error) = grpc::serve(stream, calls, limits, shutdown).await {
        tracing::trace!(%error, "connection ended early");
    }
}

/// A connection of another member, one for metrics, and one whose client has one request at a time.
async fn general<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    site: Site,
    name: Option<CommonName>,
    secure: bool,
) {
    let shutdown = site.shutdown();
    let near = Near::default();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let site = site.clone();
        if let Some(name) = &name {
            request.extensions_mut().insert(name.clone());
        }
        async move { Ok::<_, Infallible>(site.answer(request, secure).await) }
    });
    let mut builder = Builder::new(near.clone());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(FIRST);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(u32::MAX)
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(8 << 20)
        .keep_alive_interval(Duration::from_secs(2 * 60 * 60))
        .keep_alive_timeout(Duration::from_secs(20));
    let stream = near.gather(stream);
    let connection = async move {
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return ended,
            () = shutdown.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        tokio::time::timeout(GRACE, connection).await.unwrap_or(Ok(()))
    };
    if let Err(error) = near.drive(connection).await {
        tracing::trace!(%error, "connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_only_connects_is_let_go() {
        for said in [&b""[..], b"PRI * HTTP/2.0\r\n"] {
            let (mut client, server) = tokio::io::duplex(64);
            client.write_all(said).await.expect("writes");
            let waiting =
                tokio::spawn(async move { begin(server, &CancellationToken::new()).await.is_none() });
            // Time goes on by itself as soon as everybody waits.
            assert_eq!(client.read(&mut [0; 1]).await.expect("reads"), 0, "{said:?}");
            assert!(waiting.await.expect("joins"));
        }
    }

    #[tokio::test]
    async fn whoever_only_connects_does_not_keep_a_member_from_ending() {
        let (_client, server) = tokio::io::duplex(64);
        let shutdown = CancellationToken::new();
        let waiting = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { begin(server, &shutdown).await.is_none() }
        });
        shutdown.cancel();
        assert!(waiting.await.expect("joins"));
    }

    #[tokio::test]
    async fn the_first_bytes_tell() {
        for (said, multiplexed) in
            [(&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], true), (b"GET /health HTTP/1.1\r\n", false)]
        {
            let (mut client, server) = tokio::io::duplex(64);
            client.write_all(said).await.expect("writes");
            let (found, mut stream) = begin(server, &CancellationToken::new()).await.expect("says it");
            let mut again = vec![0; said.len()];
            stream.read_exact(&mut again).await.expect("reads");
            assert_eq!((found, &again[..]), (multiplexed, said));
        }
    }
}
