//! The streaming server behind the URLs that Exec, Attach and PortForward answer with: a
//! listener on loopback, one-time tokens, and the two ways in which Kubernetes' streams travel:
//! WebSockets ([`websocket`]) and SPDY ([`spdy`]). What runs over them is the same ([`process`]).

mod process;
mod spdy;
mod websocket;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Result;
use component::http::{Body, Request as HttpRequest, empty, text};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use hyper_util::rt::TokioIo;

use crate::runtime::Runtime;

/// How long a URL may wait for its use.
const TOKEN_LIFE: Duration = Duration::from_secs(60);
/// How many may wait.
const MOST_TOKENS: usize = 1000;
/// How long output is waited for after a command's end, should something hold it open.
const DRAIN: Duration = Duration::from_secs(5);

/// What a token stands for.
#[derive(Clone, Debug)]
pub enum Session {
    /// A command in a container.
    Exec { id: String, command: Vec<String>, tty: bool, stdin: bool, stdout: bool, stderr: bool },
    /// A container's own streams.
    Attach { id: String, tty: bool, stdin: bool, stdout: bool, stderr: bool },
    /// Ports of a pod.
    PortForward { sandbox: String, ports: Vec<i32> },
}

/// The server's side of URLs that were given out.
pub struct Streaming {
    address: SocketAddr,
    tokens: Mutex<HashMap<String, (Session, Instant)>>,
}

impl Streaming {
    /// URLs will name this address.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, tokens: Mutex::default() }
    }

    /// A URL that can be used once, soon.
    pub fn url(&self, session: Session) -> Result<String> {
        let kind = match session {
            Session::Exec { .. } => "exec",
            Session::Attach { .. } => "attach",
            Session::PortForward { .. } => "portforward",
        };
        let token = hex::encode(rand::random::<[u8; 16]>());
        let mut tokens = self.tokens.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        tokens.retain(|_, (_, since)| since.elapsed() < TOKEN_LIFE);
        if tokens.len() >= MOST_TOKENS {
            anyhow::bail!("maximum number of in-flight requests exceeded");
        }
        tokens.insert(token.clone(), (session, Instant::now()));
        Ok(format!("http://{}/{kind}/{token}", self.address))
    }

    fn take(&self, token: &str) -> Option<Session> {
        let (session, since) =
            self.tokens.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(token)?;
        (since.elapsed() < TOKEN_LIFE).then_some(session)
    }

    /// Answers one request.
    pub async fn handle(self: Arc<Self>, runtime: Arc<Runtime>, mut request: HttpRequest) -> Response<Body> {
        let token = request.uri().path().rsplit('/').next().unwrap_or_default();
        let Some(session) = self.take(token) else {
            return text(StatusCode::NOT_FOUND, "the token is unknown, used or expired\n");
        };
        let protocol = match protocol(request.headers(), &session) {
            Ok(agreed) => agreed,
            Err(refusal) => return text(StatusCode::BAD_REQUEST, refusal),
        };
        let ports = match &session {
            Session::PortForward { ports, .. } if ports.is_empty() => ports_of(request.uri().query()),
            Session::PortForward { ports, .. } => ports.clone(),
            _ => Vec::new(),
        };
        let mut response = Response::new(empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        for (name, value) in protocol.headers(request.headers()) {
            response.headers_mut().insert(name, value);
        }
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let Ok(upgraded) = upgrade.await else { return };
            let io = TokioIo::new(upgraded);
            match (protocol, session) {
                (Protocol::Spdy(_), Session::PortForward { sandbox, .. }) => {
                    spdy::forward(&runtime, &sandbox, io).await;
                }
                (Protocol::Spdy(name), session) => spdy::process(&runtime, session, name, io).await,
                (Protocol::WebSocket(_), Session::PortForward { sandbox, .. }) => {
                    websocket::forward(&runtime, &sandbox, &ports, io).await;
                }
                (Protocol::WebSocket(name), session) => {
                    websocket::process(&runtime, session, name, io).await;
                }
            }
        });
        response
    }
}

/// How the two ends talk: the transport, and the sub-protocol over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    WebSocket(&'static str),
    Spdy(&'static str),
}

impl Protocol {
    /// What the answer to the upgrade says.
    fn headers(self, asked: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
        let mut all = vec![(header::CONNECTION, HeaderValue::from_static("Upgrade"))];
        match self {
            Self::WebSocket(name) => {
                all.push((header::UPGRADE, HeaderValue::from_static("websocket")));
                if let Some(accept) = websocket::accept(asked) {
                    all.push((header::SEC_WEBSOCKET_ACCEPT, accept));
                }
                if !name.is_empty() {
                    all.push((header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(name)));
                }
            }
            Self::Spdy(name) => {
                all.push((header::UPGRADE, HeaderValue::from_static(::spdy::UPGRADE)));
                let known = HeaderName::from_static(::spdy::PROTOCOL_HEADER);
                all.push((known, HeaderValue::from_static(name)));
            }
        }
        all
    }
}

/// The best protocol that the client offers and we know.
fn protocol(headers: &HeaderMap, session: &Session) -> Result<Protocol, String> {
    let upgrade = headers.get(header::UPGRADE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let forward = matches!(session, Session::PortForward { .. });
    let offered = |name: &str| -> Vec<String> {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).map(|value| value.trim().to_string()).collect()
    };
    let choose = |known: &'static [&'static str], offered: Vec<String>| match known
        .iter()
        .find(|known| offered.iter().any(|offer| offer == *known))
    {
        Some(known) => Ok(*known),
        // Clients from before there was a choice.
        None if offered.is_empty() => Ok(known.last().copied().unwrap_or_default()),
        None => Err(format!("none of the sub-protocols {offered:?} is known; offer one of {known:?}\n")),
    };
    if upgrade.eq_ignore_ascii_case("websocket") {
        let known = if forward { websocket::FORWARDING } else { websocket::PROCESSES };
        return choose(known, offered(header::SEC_WEBSOCKET_PROTOCOL.as_str())).map(Protocol::WebSocket);
    }
    if upgrade.eq_ignore_ascii_case(::spdy::UPGRADE) {
        let known = if forward { spdy::FORWARDING } else { spdy::PROCESSES };
        return choose(known, offered(::spdy::PROTOCOL_HEADER)).map(Protocol::Spdy);
    }
    Err("ask for an upgrade to WebSocket or SPDY/3.1\n".into())
}

fn ports_of(query: Option<&str>) -> Vec<i32> {
    let query = query.unwrap_or_default();
    let values =
        query.split('&').filter_map(|part| part.strip_prefix("port=").or(part.strip_prefix("ports=")));
    values
        .flat_map(|list| list.split("%2C").flat_map(|list| list.split(',')))
        .filter_map(|port| port.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_work_once() {
        let streaming = Streaming::new(([127, 0, 0, 1], 99).into());
        let session =
            || Session::Attach { id: "x".into(), tty: false, stdin: false, stdout: true, stderr: true };
        let url = streaming.url(session()).expect("a url");
        assert!(url.starts_with("http://127.0.0.1:99/attach/"));
        let token = url.rsplit('/').next().unwrap_or_default();
        assert!(streaming.take(token).is_some());
        assert!(streaming.take(token).is_none());
    }

    #[test]
    fn protocols_are_agreed_on() {
        let exec = Session::Attach { id: "x".into(), tty: false, stdin: false, stdout: true, stderr: true };
        let ports = Session::PortForward { sandbox: "x".into(), ports: Vec::new() };
        let asks = |pairs: &[(&'static str, &'static str)]| {
            let all = pairs
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            all.collect::<HeaderMap>()
        };
        let chosen = |session, pairs: &[_]| protocol(&asks(pairs), session);
        let websocket =
            [("upgrade", "websocket"), ("sec-websocket-protocol", "x, v4.channel.k8s.io,v5.channel.k8s.io")];
        assert_eq!(chosen(&exec, &websocket), Ok(Protocol::WebSocket("v5.channel.k8s.io")));
        let spdy = |offer| [("upgrade", "SPDY/3.1"), ("x-stream-protocol-version", offer)];
        assert_eq!(
            chosen(&exec, &spdy("v3.channel.k8s.io, v4.channel.k8s.io")),
            Ok(Protocol::Spdy("v4.channel.k8s.io"))
        );
        assert_eq!(chosen(&ports, &spdy("portforward.k8s.io")), Ok(Protocol::Spdy("portforward.k8s.io")));
        assert_eq!(chosen(&ports, &[("upgrade", "websocket")]), Ok(Protocol::WebSocket("")));
        assert!(chosen(&ports, &spdy("v9")).is_err());
        assert!(chosen(&exec, &[]).is_err());
    }

    #[test]
    fn ports_come_from_the_query() {
        assert_eq!(ports_of(Some("port=80&port=81,82&x=1")), [80, 81, 82]);
        assert_eq!(ports_of(Some("ports=80%2C443")), [80, 443]);
        assert!(ports_of(None).is_empty());
    }
}
