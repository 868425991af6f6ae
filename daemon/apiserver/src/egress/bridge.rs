//! A proxy of HTTP's CONNECT in this process, for clients that can only be told of such a one. It listens on the
//! loopback, where others could find it: each connection must show a secret that is made anew with each start.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::Hop;
use crate::authn::files::same;

/// Says that a connection leads where it is asked for.
const ANYWHERE: &str = "-";

/// The proxy.
pub struct Bridge {
    address: SocketAddr,
    secret: String,
}

impl std::fmt::Debug for Bridge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.address)
    }
}

impl Bridge {
    /// Listens until `shutdown`.
    ///
    /// # Errors
    /// Fails when it can't.
    pub async fn open(hop: Arc<Hop>, shutdown: CancellationToken) -> std::io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let secret = hex::encode(rand::random::<[u8; 32]>());
        let known = secret.clone();
        tokio::spawn(async move {
            loop {
                let stream = tokio::select! {
                    stream = listener.accept() => stream,
                    () = shutdown.cancelled() => return,
                };
                match stream {
                    Ok((stream, _)) => {
                        tokio::spawn(serve(stream, hop.clone(), known.clone(), shutdown.clone()));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "cannot take a connection to a proxy");
                        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                    }
                }
            }
        });
        Ok(Self { address, secret })
    }

    /// Its URL, with the secret. Connections lead to `address` if that is given.
    pub fn url(&self, address: Option<&str>) -> String {
        let user = utf8_percent_encode(address.unwrap_or(ANYWHERE), NON_ALPHANUMERIC);
        format!("http://{user}:{}@{}", self.secret, self.address)
    }
}

async fn serve(stream: TcpStream, hop: Arc<Hop>, secret: String, shutdown: CancellationToken) {
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request| {
        let (hop, secret) = (hop.clone(), secret.clone());
        async move { Ok::<_, std::convert::Infallible>(answer(request, hop, &secret).await) }
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        _ = connection.with_upgrades() => {}
        () = shutdown.cancelled() => {}
    }
}

async fn answer(request: Request<Incoming>, hop: Arc<Hop>, secret: &str) -> Response<Full<Bytes>> {
    let refused = |code: StatusCode| {
        let mut answer = Response::new(Full::default());
        *answer.status_mut() = code;
        answer
    };
    let asked = request.uri().authority().map(ToString::to_string);
    let given = request.headers().get(header::PROXY_AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(to) = given.and_then(|given| allowed(given, secret)) else {
        return refused(StatusCode::PROXY_AUTHENTICATION_REQUIRED);
    };
    let (Some(asked), &Method::CONNECT) = (asked, request.method()) else {
        return refused(StatusCode::METHOD_NOT_ALLOWED);
    };
    let to = if to == ANYWHERE { asked } else { to };
    match hop.dial(&to).await {
        Ok(mut far) => {
            tokio::spawn(async move {
                let Ok(near) = hyper::upgrade::on(request).await else { return };
                let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(near), &mut far).await;
            });
            refused(StatusCode::OK)
        }
        Err(why) => {
            // The client tells its caller no more than that there is no connection.
            tracing::warn!(address = to, why, "no way out to an address");
            refused(StatusCode::BAD_GATEWAY)
        }
    }
}

/// Where someone who shows these credentials may go.
fn allowed(given: &str, secret: &str) -> Option<String> {
    let text = BASE64.decode(given.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(text).ok()?;
    // The secret has no colon, an address has.
    let (to, shown) = text.rsplit_once(':')?;
    same(shown.as_bytes(), secret.as_bytes()).then(|| to.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the bridge answers to somebody on this host, by the first line.
    async fn answered(bridge: &Bridge, credentials: &str) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = TcpStream::connect(bridge.address).await.expect("connects");
        let head = format!("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n{credentials}\r\n");
        stream.write_all(head.as_bytes()).await.expect("written");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn others_are_turned_away() {
        let shutdown = CancellationToken::new();
        let nowhere = Arc::new(Hop::Grpc("/nonexistent/proxy.sock".into()));
        let bridge = Bridge::open(nowhere, shutdown.clone()).await.expect("opens");
        let shown = |secret: &str| {
            format!("Proxy-Authorization: Basic {}\r\n", BASE64.encode(format!("{ANYWHERE}:{secret}")))
        };
        assert_eq!(answered(&bridge, "").await, "HTTP/1.1 407");
        assert_eq!(answered(&bridge, &shown("guess")).await, "HTTP/1.1 407");
        // Who knows it is let through to a proxy that is not there.
        assert_eq!(answered(&bridge, &shown(&bridge.secret)).await, "HTTP/1.1 502");
        shutdown.cancel();
    }

    #[test]
    fn who_may_go_where() {
        let shown = |text: &str| allowed(&format!("Basic {}", BASE64.encode(text)), "s3");
        assert_eq!(shown("-:s3").as_deref(), Some("-"));
        assert_eq!(shown("10.96.0.1:443:s3").as_deref(), Some("10.96.0.1:443"));
        assert_eq!(shown("[fd00::1]:443:s3").as_deref(), Some("[fd00::1]:443"));
        for text in ["-:s4", "-:", "s3", "-:s33", ""] {
            assert_eq!(shown(text), None, "{text:?}");
        }
        assert_eq!(allowed("Bearer s3", "s3"), None);
    }
}
