//! Serving HTTP/1.1 and HTTP/2 on one listener, with or without TLS, until told to stop.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
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
}

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
    let graceful = Arc::new(GracefulShutdown::new());
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
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            match tls {
                None => {
                    let connection = Connection {
                        remote: Some(remote),
                        certificates: Arc::default(),
                        peer: Arc::default(),
                    };
                    drive(stream, connection, handler, watcher).await;
                }
                Some(tls) => {
                    let accept = TlsAcceptor::from(tls.current()).accept(stream);
                    let stream = match tokio::time::timeout(HANDSHAKE, accept).await {
                        Ok(Ok(stream)) => stream,
                        Ok(Err(error)) => {
                            tracing::debug!(%remote, %error, "TLS handshake failed");
                            return;
                        }
                        Err(_) => return,
                    };
                    let certificates =
                        stream.get_ref().1.peer_certificates().map(<[_]>::to_vec).unwrap_or_default();
                    let connection = Connection {
                        remote: Some(remote),
                        certificates: Arc::new(certificates),
                        peer: Arc::default(),
                    };
                    drive(stream, connection, handler, watcher).await;
                }
            }
        });
    }
    drop(listener);
    if let Some(graceful) = Arc::into_inner(graceful) {
        let _ = tokio::time::timeout(grace, graceful.shutdown()).await;
    }
}

/// [`serve`] on a unix socket, without TLS.
pub async fn serve_unix<H, F>(listener: UnixListener, handler: H, shutdown: CancellationToken)
where
    H: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let graceful = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted { Ok((stream, _)) => stream, Err(_) => continue },
            () = shutdown.cancelled() => break,
        };
        let connection = Connection { remote: None, certificates: Arc::default(), peer: Arc::default() };
        tokio::spawn(drive(stream, connection, handler.clone(), graceful.watcher()));
    }
    let _ = tokio::time::timeout(Duration::from_secs(1), graceful.shutdown()).await;
}

async fn drive<S, H, F>(
    stream: S,
    connection: Connection,
    handler: H,
    watcher: hyper_util::server::graceful::Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
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
        .max_concurrent_streams(250)
        .initial_stream_window_size(256 * 1024)
        .initial_connection_window_size(1024 * 1024)
        .max_header_list_size(64 * 1024)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(15));
    let served = builder.serve_connection_with_upgrades(TokioIo::new(near.gather(stream)), service);
    let served = watcher.watch(served.into_owned());
    let connection = async move {
        if let Err(error) = served.await {
            tracing::trace!(%error, "connection ended early");
        }
    };
    near.drive(connection).await;
}
