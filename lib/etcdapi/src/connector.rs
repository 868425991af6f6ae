//! Connections to etcd's endpoints: plain, TLS or a unix socket; the next one when one is down.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

/// Where TLS material lies. The files are read at each connection, so renewed ones are picked up.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// The certificates that the server's must descend from.
    pub ca: Option<PathBuf>,
    /// The client's certificate, with `key`.
    pub cert: Option<PathBuf>,
    /// The client's private key.
    pub key: Option<PathBuf>,
    /// The name to look for in the server's certificate, when it isn't the endpoint's host.
    pub server_name: Option<String>,
    /// Takes any server certificate. For experiments only.
    pub insecure_skip_verify: bool,
}

/// Why an endpoint can't be used or reached.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No endpoint was given.
    #[error("no endpoint given")]
    NoEndpoints,
    /// An endpoint that isn't an address.
    #[error("endpoint {0:?} is not an address; write it like https://127.0.0.1:2379")]
    BadEndpoint(String),
    /// TLS material that can't be used.
    #[error("cannot use {path} for TLS: {reason}")]
    Tls { path: PathBuf, reason: String },
    /// An https endpoint, but nothing to verify its certificate with.
    #[error("https needs the CA certificate of the server")]
    NoRoots,
    /// The endpoint does not answer.
    #[error("{endpoint}: {source}")]
    Io { endpoint: String, source: io::Error },
}

/// One address of an etcd server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Host and port, with TLS or without.
    Tcp { host: String, port: u16, tls: bool },
    /// A unix socket.
    Unix { path: PathBuf, tls: bool },
}

impl Endpoint {
    /// Reads `http://host:port`, `https://host:port`, `unix:///path` or a bare `host:port`, which
    /// is TLS when `tls_default`.
    ///
    /// # Errors
    /// Fails when the text is none of these.
    pub fn parse(text: &str, tls_default: bool) -> Result<Self, ConnectError> {
        let bad = || ConnectError::BadEndpoint(text.to_string());
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme, rest),
            None => match text.strip_prefix("unix:") {
                Some(path) => ("unix", path),
                None => ("", text),
            },
        };
        let tls = match scheme {
            "http" => false,
            "https" => true,
            "" => tls_default,
            "unix" | "unixs" => {
                let path = PathBuf::from(rest);
                return Ok(Self::Unix { path, tls: scheme == "unixs" });
            }
            _ => return Err(bad()),
        };
        let authority: http::uri::Authority = rest.trim_end_matches('/').parse().map_err(|_| bad())?;
        let port = authority.port_u16().unwrap_or(if scheme == "https" { 443 } else { 2379 });
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_string();
        if host.is_empty() { Err(bad()) } else { Ok(Self::Tcp { host, port, tls }) }
    }

    /// What goes into the `:authority` of requests.
    pub(crate) fn authority(&self) -> String {
        match self {
            Self::Tcp { host, port, .. } if host.contains(':') => format!("[{host}]:{port}"),
            Self::Tcp { host, port, .. } => format!("{host}:{port}"),
            Self::Unix { .. } => "localhost".into(),
        }
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp { tls, .. } => {
                write!(f, "{}://{}", if *tls { "https" } else { "http" }, self.authority())
            }
            Self::Unix { path, .. } => write!(f, "unix://{}", path.display()),
        }
    }
}

/// Whether an endpoint answers and, if it is one with TLS, shows a certificate that `tls` takes.
///
/// # Errors
/// Fails with why it is none that can be used.
pub async fn reachable(endpoint: Endpoint, tls: Tls, timeout: Duration) -> Result<(), ConnectError> {
    Connector::new(vec![endpoint], tls, timeout).connect().await.map(|_| ())
}

/// A connection that somebody else has made.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

type Dialed = Pin<Box<dyn Future<Output = io::Result<Box<dyn Duplex>>> + Send>>;

/// Makes the connections to a host's port in another way than straight, by a proxy for example.
#[derive(Clone)]
pub struct Dial(Arc<dyn Fn(String, u16) -> Dialed + Send + Sync>);

impl Dial {
    /// What makes them.
    pub fn new(dial: impl Fn(String, u16) -> Dialed + Send + Sync + 'static) -> Self {
        Self(Arc::new(dial))
    }
}

impl std::fmt::Debug for Dial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dial")
    }
}

/// Connects to the first endpoint that answers, beginning with the one that answered last.
#[derive(Clone)]
pub(crate) struct Connector {
    endpoints: Arc<[Endpoint]>,
    tls: Arc<Tls>,
    timeout: Duration,
    dial: Option<Dial>,
    last: Arc<AtomicUsize>,
}

impl Connector {
    pub(crate) fn new(endpoints: Vec<Endpoint>, tls: Tls, timeout: Duration) -> Self {
        let (endpoints, tls) = (endpoints.into(), Arc::new(tls));
        Self { endpoints, tls, timeout, dial: None, last: Arc::default() }
    }

    /// With connections to hosts that `dial` makes, where there is one.
    pub(crate) fn by(self, dial: Option<Dial>) -> Self {
        Self { dial, ..self }
    }

    pub(crate) async fn connect(self) -> Result<TokioIo<Stream>, ConnectError> {
        let first = self.last.load(Ordering::Relaxed);
        let mut failure = ConnectError::NoEndpoints;
        for round in 0..self.endpoints.len() {
            let index = (first + round) % self.endpoints.len();
            let endpoint = &self.endpoints[index];
            let timeout = || ConnectError::Io {
                endpoint: endpoint.to_string(),
                source: io::Error::new(io::ErrorKind::TimedOut, "no connection in time"),
            };
            match tokio::time::timeout(self.timeout, self.reach(endpoint)).await {
                Ok(Ok(stream)) => {
                    self.last.store(index, Ordering::Relaxed);
                    return Ok(TokioIo::new(stream));
                }
                Ok(Err(error)) => failure = error,
                Err(_) => failure = timeout(),
            }
        }
        // The next attempt begins elsewhere.
        self.last.store(first.wrapping_add(1) % self.endpoints.len().max(1), Ordering::Relaxed);
        Err(failure)
    }

    async fn reach(&self, endpoint: &Endpoint) -> Result<Stream, ConnectError> {
        let failed = |source| ConnectError::Io { endpoint: endpoint.to_string(), source };
        let (stream, tls, host): (Stream, bool, &str) = match endpoint {
            Endpoint::Tcp { host, port, tls } => {
                let stream = match &self.dial {
                    Some(Dial(dial)) => {
                        Stream(Box::into_pin(dial(host.clone(), *port).await.map_err(failed)?))
                    }
                    None => {
                        let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(failed)?;
                        stream.set_nodelay(true).map_err(failed)?;
                        Stream(Box::pin(stream))
                    }
                };
                (stream, *tls, host)
            }
            Endpoint::Unix { path, tls } => {
                let stream = UnixStream::connect(path).await.map_err(failed)?;
                (Stream(Box::pin(stream)), *tls, "localhost")
            }
        };
        if !tls {
            return Ok(stream);
        }
        let name = self.tls.server_name.as_deref().unwrap_or(host).to_string();
        let name = ServerName::try_from(name.clone()).map_err(|_| ConnectError::BadEndpoint(name))?;
        let connector = tokio_rustls::TlsConnector::from(Arc::new(self.tls.client_config()?));
        let stream = connector.connect(name, stream).await.map_err(failed)?;
        Ok(Stream(Box::pin(stream)))
    }
}

impl Tls {
    /// Whether anything is set: then an endpoint without a scheme means https, as for etcdctl.
    pub fn is_set(&self) -> bool {
        self.ca.is_some() || self.cert.is_some() || self.insecure_skip_verify
    }

    fn client_config(&self) -> Result<ClientConfig, ConnectError> {
        fn refused(path: &std::path::Path, reason: impl ToString) -> ConnectError {
            ConnectError::Tls { path: path.into(), reason: reason.to_string() }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| refused(std::path::Path::new("the TLS library"), error))?;
        let builder = if self.insecure_skip_verify {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(TakeAny(provider)))
        } else {
            let path = self.ca.as_deref().ok_or(ConnectError::NoRoots)?;
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| refused(path, error))? {
                roots
                    .add(certificate.map_err(|error| refused(path, error))?)
                    .map_err(|error| refused(path, error))?;
            }
            builder.with_root_certificates(roots)
        };
        let mut config = match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => {
                let chain = CertificateDer::pem_file_iter(cert)
                    .and_then(Iterator::collect)
                    .map_err(|error| refused(cert, error))?;
                let private = PrivateKeyDer::from_pem_file(key).map_err(|error| refused(key, error))?;
                builder.with_client_auth_cert(chain, private).map_err(|error| refused(cert, error))?
            }
            (None, None) => builder.with_no_client_auth(),
            (Some(cert), None) => return Err(refused(cert, "the key to this certificate is not given")),
            (None, Some(key)) => return Err(refused(key, "the certificate to this key is not given")),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(config)
    }
}

/// Verifies nothing but that the server holds its certificate's key.
#[derive(Debug)]
struct TakeAny(Arc<CryptoProvider>);

impl ServerCertVerifier for TakeAny {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// A connection of any kind.
pub(crate) struct Stream(Pin<Box<dyn Duplex>>);

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.0.as_mut().poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.0.as_mut().poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints() {
        let tcp = |host: &str, port, tls| Some(Endpoint::Tcp { host: host.into(), port, tls });
        let parse = |text| Endpoint::parse(text, false).ok();
        assert_eq!(parse("127.0.0.1:2379"), tcp("127.0.0.1", 2379, false));
        assert_eq!(parse("https://db:1/"), tcp("db", 1, true));
        assert_eq!(parse("http://[::1]:2379"), tcp("::1", 2379, false));
        assert_eq!(parse("unix:///run/e"), Some(Endpoint::Unix { path: "/run/e".into(), tls: false }));
        assert_eq!(parse("ftp://x"), None);
        assert_eq!(parse(""), None);
        assert_eq!(Endpoint::parse("h:1", true).ok(), tcp("h", 1, true));
    }
}
