//! Where a collector listens: gRPC's names of targets, as far as upstream's configuration takes them.

use std::io;

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tonic::transport::{Channel, Uri};

/// Either kind of connection.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Text that names no target.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEndpoint {
    /// Another scheme.
    #[error("unsupported scheme: {0}; options are none, dns, unix, or unix-abstract")]
    Scheme(String),
    /// No host, port or path.
    #[error("{0:?} is no endpoint; write it like localhost:4317 or unix:///run/collector.sock")]
    Form(String),
}

/// A collector's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// A host and port; 443 where none is given, as with gRPC.
    Tcp(String),
    /// The path of a unix socket.
    Unix(String),
    /// The name of an abstract one.
    Abstract(String),
}

impl Endpoint {
    /// Reads a target's name.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, BadEndpoint> {
        let form = || BadEndpoint::Form(text.to_string());
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        match scheme {
            // In dns://authority/name the authority is the DNS server to ask; hosts are looked up as the
            // system does here.
            "" | "dns" => {
                let name = rest.rsplit('/').next().filter(|name| !name.is_empty()).ok_or_else(form)?;
                let (host, port) = match name.rsplit_once(':') {
                    Some((host, port)) if !host.ends_with(':') => (host, port),
                    _ => (name, "443"),
                };
                if host.is_empty() || port.parse::<u16>().is_err() || name.contains(char::is_whitespace) {
                    return Err(form());
                }
                Ok(Self::Tcp(format!("{host}:{port}")))
            }
            "unix" if rest.starts_with('/') && rest.len() > 1 => Ok(Self::Unix(rest.to_string())),
            "unix-abstract" if !rest.is_empty() => Ok(Self::Abstract(rest.to_string())),
            "unix" | "unix-abstract" => Err(form()),
            other => Err(BadEndpoint::Scheme(other.to_string())),
        }
    }

    async fn connect(self) -> io::Result<Box<dyn Stream>> {
        Ok(match self {
            Self::Tcp(address) => {
                let stream = TcpStream::connect(&address).await?;
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
            Self::Unix(path) => Box::new(unixsocket::connect(&path).await?),
            Self::Abstract(name) => Box::new(unixsocket::connect(&format!("@{name}")).await?),
        })
    }

    /// A channel that connects with the first call, and anew whenever the connection is gone. Without TLS, as upstream's.
    pub(crate) fn channel(&self) -> Channel {
        let endpoint = self.clone();
        let connector = tower::service_fn(move |_: Uri| {
            let endpoint = endpoint.clone();
            async move { endpoint.connect().await.map(TokioIo::new) }
        });
        // The authority is never looked up; gRPC wants one for its `:authority` header.
        tonic::transport::Endpoint::from_static("http://localhost").connect_with_connector_lazy(connector)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        let tcp = |text: &str| Ok(Endpoint::Tcp(text.to_string()));
        assert_eq!(Endpoint::parse("localhost:4317"), tcp("localhost:4317"));
        assert_eq!(Endpoint::parse("collector"), tcp("collector:443"));
        assert_eq!(Endpoint::parse("[::1]:4317"), tcp("[::1]:4317"));
        assert_eq!(Endpoint::parse("dns:///collector:4317"), tcp("collector:4317"));
        assert_eq!(Endpoint::parse("dns://10.0.0.10/collector:4317"), tcp("collector:4317"));
        assert_eq!(Endpoint::parse("unix:///run/c.sock"), Ok(Endpoint::Unix("/run/c.sock".into())));
        assert_eq!(Endpoint::parse("unix-abstract://c"), Ok(Endpoint::Abstract("c".into())));
        let wrong = Endpoint::parse("http://localhost:4317").expect_err("is wrong");
        assert_eq!(wrong, BadEndpoint::Scheme("http".into()));
        for text in ["", ":4317", "host:", "host:x", "host:99999", "a b:1", "unix://", "unix://c", "dns://"] {
            assert!(matches!(Endpoint::parse(text), Err(BadEndpoint::Form(_))), "{text:?}");
        }
    }
}
