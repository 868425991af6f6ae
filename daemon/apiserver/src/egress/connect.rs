//! Connections through a proxy that speaks HTTP's CONNECT (RFC 9110, section 9.3.6).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use client::config::{Config, Identity};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::config::{Place, Tls};
use super::{Stream, Unreachable};

/// The longest head of an answer that is read.
const HEAD: usize = 8 << 10;

/// A proxy.
pub struct Proxy(Kind);

enum Kind {
    Unix(PathBuf),
    Tcp { host: String, port: u16, tls: Option<(ServerName<'static>, TlsConnector)> },
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}

impl Proxy {
    /// # Errors
    /// Says why TLS can't be set up.
    pub fn new(place: Place) -> Result<Self, String> {
        let (url, tls) = match place {
            Place::Unix(path) => return Ok(Self(Kind::Unix(path))),
            Place::Tcp(url, tls) => (url, tls),
        };
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_string();
        let port = url.port_or_known_default().unwrap_or(80);
        let tls = match tls {
            None => None,
            Some(tls) => {
                let name = ServerName::try_from(host.clone()).map_err(|error| format!("{url}: {error}"))?;
                Some((name, connector(&tls)?))
            }
        };
        Ok(Self(Kind::Tcp { host, port, tls }))
    }

    /// How it is reached, as metrics say it.
    pub fn transport(&self) -> &'static str {
        match self.0 {
            Kind::Unix(_) => "uds",
            Kind::Tcp { .. } => "tcp",
        }
    }

    fn name(&self) -> String {
        match &self.0 {
            Kind::Unix(path) => path.display().to_string(),
            Kind::Tcp { host, port, .. } => super::address(host, *port),
        }
    }

    async fn connect(&self) -> std::io::Result<Box<dyn Stream>> {
        match &self.0 {
            Kind::Unix(path) => Ok(Box::new(unixsocket::connect(&path.display().to_string()).await?)),
            Kind::Tcp { host, port, tls } => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                match tls {
                    None => Ok(Box::new(stream)),
                    Some((name, connector)) => Ok(Box::new(connector.connect(name.clone(), stream).await?)),
                }
            }
        }
    }

    /// A connection to `address`, a host and port.
    ///
    /// # Errors
    /// Says who could not be reached.
    pub async fn dial(&self, address: &str) -> Result<Box<dyn Stream>, Unreachable> {
        let name = self.name();
        let stream = self.connect().await;
        let mut stream = stream
            .map_err(|error| Unreachable::connect(format!("dialing proxy {name:?} failed: {error}")))?;
        let failed = |error: std::io::Error| {
            Unreachable::proxy(format!(
                "reading HTTP response from CONNECT to {address} via proxy {name} failed: {error}"
            ))
        };
        let request = format!("CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.map_err(failed)?;
        // Byte by byte: what follows the head is the other side's.
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.map_err(failed)?);
            if head.len() > HEAD {
                return Err(failed(std::io::Error::other("its head does not end")));
            }
        }
        let first = String::from_utf8_lossy(&head);
        let first = first.lines().next().unwrap_or_default();
        let status = first.split_once(' ').map_or("", |(_, status)| status);
        match status.split(' ').next().map(str::parse::<u16>) {
            Some(Ok(200)) if first.starts_with("HTTP/1.") => Ok(stream),
            Some(Ok(code)) if first.starts_with("HTTP/1.") => Err(Unreachable::proxy(format!(
                "proxy error from {name} while dialing {address}, code {code}: {status}"
            ))),
            _ => Err(failed(std::io::Error::other("it is no answer of HTTP/1.1"))),
        }
    }
}

fn connector(tls: &Tls) -> Result<TlsConnector, String> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let ca = if tls.ca_bundle.as_os_str().is_empty() { None } else { Some(read(&tls.ca_bundle)?) };
    let identity = Identity::Files { certificate: tls.client_cert.clone(), key: tls.client_key.clone() };
    let config = Config { ca, identity: Some(identity), ..Config::default() };
    let config = client::tls::client_config(&config, &[]).map_err(|error| error.to_string())?;
    Ok(TlsConnector::from(Arc::new(config)))
}
