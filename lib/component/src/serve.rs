//! Serving HTTP/1.1 and HTTP/2 on one listener, with or without TLS, until told to stop.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::http::{Body, Request};
use crate::near::Near;
use crate::tls::ServerTls;

/// What is known of the connection a request came over; found in the request's extensions.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The peer; `None` on a unix socket.
    pub remote: Option<SocketAddr>,
    /// The verified client certificate and its chain, leaf first. Empty without one.
    pub certificates: Arc<Vec<CertificateDer<'static>>>,
    /// What the program found out about the peer, so that it need not find out again for the
    /// connection's next request.
    pub peer: Arc<OnceLock<Arc<dyn Any + Send + Sync>>>,
    /// Cancelled to have the client go to another connection once its requests are answered, where that is
    /// wanted ([`Tuning::leave`]).
    pub leave: Option<CancellationToken>,
}

/// How connections are served.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// How many requests of an HTTP/2 connection may be open at once.
    pub streams: u32,
    /// Whether clients may be sent to another connection.
    pub leave: bool,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { streams: 250, leave: false }
    }
}

impl Connection {
    fn new(remote: Option<SocketAddr>, certificates: Vec<CertificateDer<'static>>, tuning: Tuning) -> Self {
        let leave = tuning.leave.then(CancellationToken::new);
        Self { remote, certificates: Arc::new(certificates), peer: Arc::default(), leave }
    }
}

/// How many TLS handshakes have failed.
pub static HANDSHAKE_ERRORS: AtomicU64 = AtomicU64::new(0);

/// How long a client may take for the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Answers every request with `handler` until `shutdown`; then no connection is accepted any
/// more, and those that are open get `grace` to finish.
pub async fn serve<H, F>(
    listener: TcpListener,
    tls: Option<Arc<ServerTls>>,
    handler: H,
    shutdown: CancellationToken,
    grace: Duration,
) where
    H: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    serve_tuned(listener, tls, handler, shutdown, grace, Tuning::default()).await;
}

/// [`serve`], as `tuning` says.
pub async fn serve_tuned<H, F>(
    listener: TcpListener,
    tls: Option<Arc<ServerTls>>,
    handler: H,
    shutdown: CancellationToken,
    grace: Duration,
    tuning: Tuning,
) where
    H: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    // Each connection holds a receiver: the sender knows when the last one is gone.
    let (all, open) = watch::channel(());
    loop {
        let (stream, remote) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: give others time to close some.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = shutdown.cancelled() => break,
        };
        let _ = stream.set_nodelay(true);
        let tls = tls.clone();
        let handler = handler.clone();
        let end = (shutdown.clone(), open.clone());
        tokio::spawn(async move {
            match tls {
                None => {
                    let connection = Connection::new(Some(remote), Vec::new(), tuning);
                    drive(stream, connection, handler, end, tuning).await;
                }
                Some(tls) => {
                    let local = stream.local_addr().ok().map(|address| address.ip());
                    let accept = TlsAcceptor::from(tls.current_at(local)).accept(stream);
                    let stream = match tokio::time::timeout(HANDSHAKE, accept).await {
                        Ok(Ok(stream)) => stream,
                        Ok(Err(error)) => {
                            HANDSHAKE_ERRORS.fetch_add(1, Ordering::Relaxed);
                            tracing::debug!(%remote, %error, "TLS handshake failed");
                            return;
                        }
                        Err(_) => return,
                    };
                    let certificates =
                        stream.get_ref().1.peer_certificates().map(<[_]>::to_vec).unwrap_or_default();
                    let connection = Connection::new(Some(remote), certificates, tuning);
                    drive(stream, connection, handler, end, tuning).await;
                }
            }
        });
    }
    drop((listener, open));
    let _ = tokio::time::timeout(grace, all.closed()).await;
}

/// [`serve`] on a unix socket, without TLS.
pub async fn serve_unix<H, F>(listener: UnixListener, handler: H, shutdown: CancellationToken)
where
    H: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let (all, open) = watch::channel(());
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted { Ok((stream, _)) => stream, Err(_) => continue },
            () = shutdown.cancelled() => break,
        };
        let tuning = Tuning::default();
        let connection = Connection::new(None, Vec::new(), tuning);
        tokio::spawn(drive(stream, connection, handler.clone(), (shutdown.clone(), open.clone()), tuning));
    }
    drop(open);
    let _ = tokio::time::timeout(Duration::from_secs(1), all.closed()).await;
}

async fn drive<S, H, F>(
    stream: S,
    connection: Connection,
    handler: H,
    (closing, open): (CancellationToken, watch::Receiver<()>),
    tuning: Tuning,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let leave = connection.leave.clone();
    let service = service_fn(move |mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        let answer = handler(request);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let near = Near::default();
    let mut builder = Builder::new(near.clone());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(32));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(tuning.streams)
        .initial_stream_window_size(256 * 1024)
        .initial_connection_window_size(1024 * 1024)
        .max_header_list_size(64 * 1024)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(15));
    let served = builder.serve_connection_with_upgrades(TokioIo::new(near.gather(stream)), service);
    let served = served.into_owned();
    let connection = async move {
        let mut served = pin!(served);
        let told = async {
            match &leave {
                Some(leave) => {
                    tokio::select! { () = leave.cancelled() => {}, () = closing.cancelled() => {} }
                }
                None => closing.cancelled().await,
            }
        };
        let outcome = tokio::select! {
            outcome = served.as_mut() => outcome,
            () = told => {
                served.as_mut().graceful_shutdown();
                served.await
            }
        };
        if let Err(error) = outcome {
            tracing::trace!(%error, "connection ended early");
        }
        drop(open);
    };
    near.drive(connection).await;
}
