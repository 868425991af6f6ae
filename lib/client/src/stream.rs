//! Streaming connections to exec, attach and port-forward: WebSocket, as KEP-4006 has it.

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

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

/// What a proxy may answer at most before the connection is ours.
const MOST_HEAD: usize = 16 * 1024;

impl Client {
    /// The proxy on the way to the server: the kubeconfig's, or the environment's.
    fn proxy(&self, server: &url::Url) -> Result<Option<Intercept>, Error> {
        let config = self.config();
        let matcher = match &config.proxy_url {
            Some(url) => Matcher::builder().all(url.as_str()).build(),
            // As for requests: nothing is between us and this machine.
            None if config.server.contains("//127.") || config.server.contains("//localhost") => {
                return Ok(None);
            }
            None => Matcher::from_env(),
        };
        let uri: http::Uri = server
            .as_str()
            .parse()
            .map_err(|_| Error::Config(format!("server {:?} is not a URL", config.server)))?;
        let Some(found) = matcher.intercept(&uri) else { return Ok(None) };
        match found.uri().scheme_str() {
            Some("http") | None => Ok(Some(found)),
            Some(other) => Err(Error::Config(format!(
                "exec, attach, port-forward and upgraded connections go through http:// proxies only, not {other}://"
            ))),
        }
    }

    /// A connection to the server, with TLS where its URL has it, for HTTP/1.1 that is to be
    /// upgraded.
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
        let proxy = self.proxy(&url)?;
        let (first, first_port) = match &proxy {
            None => (bare, port),
            Some(proxy) => {
                let name = proxy.uri().host().unwrap_or_default().trim_matches(['[', ']']);
                (name, proxy.uri().port_u16().unwrap_or(80))
            }
        };
        let mut tcp = TcpStream::connect((first, first_port))
            .await
            .map_err(|error| Error::Stream(format!("cannot connect to {first}:{first_port}: {error}")))?;
        let _ = tcp.set_nodelay(true);
        if let Some(proxy) = &proxy {
            tunnel(&mut tcp, &format!("{host}:{port}"), proxy)
                .await
                .map_err(|error| Error::Stream(format!("proxy {first}:{first_port}: {error}")))?;
        }
        if url.scheme() != "https" {
            return Ok(Box::new(tcp));
        }
        let tls = crate::tls::client_config(config, &[b"http/1.1"])?;
        let name = config.tls_server_name.clone().unwrap_or_else(|| bare.to_string());
        let name = rustls::pki_types::ServerName::try_from(name)
            .map_err(|_| Error::Config(format!("{bare:?} is not a host name")))?;
        let stream = TlsConnector::from(std::sync::Arc::new(tls))
            .connect(name, tcp)
            .await
            .map_err(|error| Error::Stream(format!("TLS with {host}:{port}: {error}")))?;
        Ok(Box::new(stream))
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

/// Has a proxy connect us with `authority`.
async fn tunnel(tcp: &mut TcpStream, authority: &str, proxy: &Intercept) -> std::io::Result<()> {
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n").into_bytes();
    if let Some(credentials) = proxy.basic_auth() {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(credentials.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    tcp.write_all(&request).await?;
    // Byte by byte: what follows the head is the server's.
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(tcp.read_u8().await?);
        if head.len() > MOST_HEAD {
            return Err(std::io::Error::other("its answer has no end"));
        }
    }
    let head = String::from_utf8_lossy(&head);
    let status = head.lines().next().unwrap_or_default();
    match status.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(std::io::Error::other(format!("it answers {status:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// A server that is reached through a proxy: the proxy is told where to, and who asks.
    #[tokio::test]
    async fn streams_go_through_the_proxy() {
        let proxy = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = proxy.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            let (mut stream, _) = proxy.accept().await.expect("a connection");
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.expect("a request"));
            }
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\nhello").await.expect("answered");
            String::from_utf8_lossy(&head).into_owned()
        });
        let client = Client::new(Config {
            server: "http://server.example:6443".into(),
            proxy_url: Some(format!("http://me:pw@{address}")),
            ..Config::default()
        })
        .expect("a client");
        let mut stream = client.connect().await.expect("connected");
        let mut text = [0; 5];
        stream.read_exact(&mut text).await.expect("the server's first words");
        assert_eq!(&text, b"hello");
        let head = serving.await.expect("ends");
        assert!(head.starts_with("CONNECT server.example:6443 HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("Proxy-Authorization: Basic bWU6cHc=\r\n"), "{head}");

        let client = Client::new(Config {
            server: "https://server.example".into(),
            proxy_url: Some("https://127.0.0.1:1".into()),
            ..Config::default()
        })
        .expect("a client");
        let error = client.connect().await.err().expect("refused").to_string();
        assert!(error.contains("not https://"), "{error}");
    }
}
