//! Streaming connections to exec, attach and port-forward: WebSocket, as KEP-4006 has it.

use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use crate::config::Config;
use crate::error::{Error, Status};
use crate::rest::Client;

/// The channels of the remote command protocol: the first byte of every message.
pub mod channel {
    pub const STDIN: u8 = 0;
    pub const STDOUT: u8 = 1;
    pub const STDERR: u8 = 2;
    /// A `Status` when the command is over.
    pub const ERROR: u8 = 3;
    /// `{"Width":…,"Height":…}`.
    pub const RESIZE: u8 = 4;
    /// Version 5 only: the next byte names the channel that ends here.
    pub const CLOSE: u8 = 255;
}

/// The remote command protocol with half-close.
pub const V5: &str = "v5.channel.k8s.io";
/// The remote command protocol without half-close.
pub const V4: &str = "v4.channel.k8s.io";

/// The transport under a WebSocket.
pub trait Transport: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}
impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Transport for T {}

/// A WebSocket to the API server.
pub type Socket = WebSocketStream<Box<dyn Transport>>;

impl Client {
    /// A connection to the server, through a proxy where there is one, with TLS where its URL has it, for
    /// HTTP/1.1 that is to be upgraded.
    ///
    /// # Errors
    /// Says which address, proxy or handshake failed.
    pub async fn connect(&self) -> Result<Box<dyn Transport>, Error> {
        let config = self.config();
        let url = url::Url::parse(&config.server)
            .map_err(|_| Error::Config(format!("server {:?} is not a URL", config.server)))?;
        let host =
            url.host_str().ok_or_else(|| Error::Config(format!("server {:?} has no host", config.server)))?;
        let port = url.port_or_known_default().unwrap_or(443);
        let bare = host.trim_matches(['[', ']']);
        let transport = match crate::proxy::between(config, &url)? {
            Some(proxy) => crate::proxy::through(config, &proxy, host, port).await?,
            None => crate::proxy::tcp(bare, port).await?,
        };
        if url.scheme() != "https" {
            return Ok(transport);
        }
        let name = config.tls_server_name.as_deref().unwrap_or(bare);
        secured(config, name, transport)
            .await
            .map_err(|error| Error::Stream(format!("TLS with {host}:{port}: {error}")))
    }

    /// Opens a WebSocket at `path_and_query`, offering `protocols`.
    ///
    /// # Errors
    /// [`Error::Status`] when the server refuses the upgrade.
    pub async fn websocket(
        &self,
        path_and_query: &str,
        protocols: &[&str],
    ) -> Result<(Socket, String), Error> {
        let config = self.config();
        let url = url::Url::parse(&config.server)
            .map_err(|_| Error::Config(format!("server {:?} is not a URL", config.server)))?;
        let host =
            url.host_str().ok_or_else(|| Error::Config(format!("server {:?} has no host", config.server)))?;
        let port = url.port_or_known_default().unwrap_or(443);
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        let transport = self.connect().await?;
        let prefix = url.path().trim_end_matches('/');
        let mut request = format!("{scheme}://{host}:{port}{prefix}{path_and_query}")
            .into_client_request()
            .map_err(|error| Error::Stream(error.to_string()))?;
        for (name, value) in &self.identity_headers()? {
            request.headers_mut().append(name, value.clone());
        }
        let offered =
            HeaderValue::from_str(&protocols.join(", ")).map_err(|error| Error::Stream(error.to_string()))?;
        request.headers_mut().insert("sec-websocket-protocol", offered);
        match tokio_tungstenite::client_async(request, transport).await {
            Ok((socket, response)) => {
                let chosen = response
                    .headers()
                    .get("sec-websocket-protocol")
                    .and_then(|value| value.to_str().ok())
                    .unwrap_or_default()
                    .to_string();
                Ok((socket, chosen))
            }
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                let status: Status = crate::rest::status_of(response.status().as_u16(), &body);
                Err(Error::Status(Box::new(status)))
            }
            Err(error) => Err(Error::Stream(error.to_string())),
        }
    }
}

/// TLS on a connection, with a server of that name.
///
/// # Errors
/// Fails on settings that can't be used, and when the handshake does.
pub(crate) async fn secured(
    config: &Config,
    name: &str,
    transport: Box<dyn Transport>,
) -> Result<Box<dyn Transport>, Error> {
    let tls = crate::tls::client_config(config, &[b"http/1.1"])?;
    let name = rustls::pki_types::ServerName::try_from(name.to_string())
        .map_err(|_| Error::Config(format!("{name:?} is not a host name")))?;
    let stream = TlsConnector::from(std::sync::Arc::new(tls))
        .connect(name, transport)
        .await
        .map_err(|error| Error::Stream(error.to_string()))?;
    Ok(Box::new(stream))
}
