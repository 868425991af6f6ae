//! WebSocket clients and kubelets that speak SPDY (KEP-4006): for exec and attach the streams are
//! translated one by one, for port forwarding a tunnel's bytes are passed on unread.

use std::time::Duration;

use bytes::BytesMut;
use component::http::{Request, empty};
use futures::{SinkExt, StreamExt};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::BodyStream;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use spdy::channels::{ERROR, RESIZE, Reader, STDERR, STDIN, STDOUT, Said, frame, pump, send_all};
use spdy::header::STREAM_TYPE;
use spdy::tunnel::{self, Tunnel};
use spdy::{Headers, Session, Stream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use super::paced::Paced;

/// The remote command protocol that lets a client close stdin alone.
const V5: &str = "v5.channel.k8s.io";
/// Its like over SPDY, where every stream has an end of its own.
const V4: &str = "v4.channel.k8s.io";

/// How long output is waited for after the last word, should something hold it open.
const DRAIN: Duration = Duration::from_secs(5);

/// What becomes of a WebSocket on its way to the kubelet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Every stream of its own.
    Translate { stdin: bool, stdout: bool, stderr: bool, tty: bool },
    /// Bytes.
    Tunnel,
}

impl Way {
    /// Which way this request goes; `None`: as it is.
    pub fn of(headers: &HeaderMap, subresource: &str, flag: impl Fn(&str) -> bool) -> Option<Self> {
        let is = |name, wanted: &str| {
            headers.get(name).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(wanted.as_bytes()))
        };
        if !is(header::UPGRADE, "websocket") {
            return None;
        }
        let offers = |wanted: &str| {
            let values = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
            values
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .any(|offer| offer.trim() == wanted)
        };
        match subresource {
            "portforward" if offers(tunnel::PORT_FORWARD) => Some(Self::Tunnel),
            "exec" | "attach" if offers(V5) => {
                let tty = flag("tty");
                Some(Self::Translate {
                    stdin: flag("stdin"),
                    stdout: flag("stdout"),
                    stderr: flag("stderr") && !tty,
                    tty,
                })
            }
            _ => None,
        }
    }

    /// Turns the request's headers into those of an upgrade to SPDY.
    pub fn ask(self, headers: &mut HeaderMap) {
        let websocket: Vec<_> =
            headers.keys().filter(|name| name.as_str().starts_with("sec-websocket-")).cloned().collect();
        for name in websocket {
            headers.remove(name);
        }
        let protocol = match self {
            Self::Translate { .. } => V4,
            Self::Tunnel => spdy::PORT_FORWARD,
        };
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static(spdy::UPGRADE));
        headers.insert(spdy::PROTOCOL_HEADER, HeaderValue::from_static(protocol));
    }

    /// The answer to the client, and the work that begins once it is sent.
    pub fn grant(
        self,
        mut client: Request,
        mut kubelet: Response<hyper::body::Incoming>,
        rate: Option<std::num::NonZeroU64>,
    ) -> Response<component::http::Body> {
        let mut answer = Response::new(empty());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let protocol = match self {
            Self::Translate { .. } => V5,
            Self::Tunnel => tunnel::PORT_FORWARD,
        };
        let headers = answer.headers_mut();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(protocol));
        if let Some(key) = client.headers().get(header::SEC_WEBSOCKET_KEY)
            && let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes()))
        {
            headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        }
        let (ours, theirs) = (hyper::upgrade::on(&mut client), hyper::upgrade::on(&mut kubelet));
        tokio::spawn(async move {
            let (Ok(client), Ok(kubelet)) = tokio::join!(ours, theirs) else { return };
            let socket = WebSocketStream::from_raw_socket(TokioIo::new(client), Role::Server, None).await;
            let kubelet = Paced::new(TokioIo::new(kubelet), rate);
            match self {
                Self::Tunnel => {
                    let (mut client, mut kubelet) = (Tunnel::new(socket), kubelet);
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut kubelet).await;
                }
                Self::Translate { .. } => self.translate(socket, kubelet).await,
            }
        });
        answer
    }

    async fn translate(self, socket: Socket, kubelet: Paced<TokioIo<Upgraded>>) {
        let (sink, incoming) = socket.split();
        let (outgoing, queue) = mpsc::channel(16);
        let writer = send_all(sink, queue);
        let work = async move {
            let streams = match self.open(kubelet).await {
                Ok(streams) => streams,
                Err(error) => {
                    let status = apimachinery::Status::internal(error);
                    let text = serde_json::to_vec(&status).unwrap_or_default();
                    let _ = outgoing.send(frame(ERROR, &text)).await;
                    return;
                }
            };
            tokio::select! {
                () = from_client(Reader::new(incoming, outgoing.clone(), true), streams.stdin, streams.resize) => {}
                () = to_client(streams.stdout, streams.stderr, streams.error, outgoing) => {}
            }
            drop(streams.session);
        };
        tokio::join!(writer, work);
    }

    async fn open(self, kubelet: Paced<TokioIo<Upgraded>>) -> Result<Streams, spdy::Error> {
        let Self::Translate { stdin, stdout, stderr, tty } = self else { return Err(spdy::Error::Closed) };
        let (session, _none) = Session::client(kubelet)?;
        let open = async |wanted: bool, kind: &str| match wanted {
            true => session.open(Headers::new([(STREAM_TYPE, kind)])).await.map(Some),
            false => Ok(None),
        };
        Ok(Streams {
            error: open(true, "error").await?,
            stdin: open(stdin, "stdin").await?,
            stdout: open(stdout, "stdout").await?,
            stderr: open(stderr, "stderr").await?,
            resize: open(tty, "resize").await?,
            session,
        })
    }
}

/// Whether the client wants a WebSocket.
pub fn is_websocket(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// The answer to a client that wants a WebSocket. A sub-protocol that carries its token is not
/// agreed on; the first other one is.
fn switching(headers: &HeaderMap) -> Response<component::http::Body> {
    let mut answer = Response::new(empty());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let out = answer.headers_mut();
    out.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    out.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    let offers = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    let mut offers = offers.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    if let Some(protocol) = offers.find(|offer| !offer.trim().starts_with("base64url.bearer."))
        && let Ok(protocol) = HeaderValue::from_str(protocol.trim())
    {
        out.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    if let Some(key) = headers.get(header::SEC_WEBSOCKET_KEY)
        && let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes()))
    {
        out.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    answer
}

/// A watch through a WebSocket: one message for each event.
pub fn watch(mut client: Request, events: component::http::Body) -> Response<component::http::Body> {
    let answer = switching(client.headers());
    let upgrade = hyper::upgrade::on(&mut client);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
        let (mut sink, mut incoming) = socket.split();
        let mut events = BodyStream::new(events);
        let mut rest = BytesMut::new();
        loop {
            let frame = tokio::select! {
                frame = events.next() => frame,
                // Nothing that a client says matters, but that it is there.
                said = incoming.next() => match said {
                    None | Some(Err(_) | Ok(Message::Close(_))) => return,
                    Some(Ok(_)) => continue,
                },
            };
            let Some(Ok(frame)) = frame else { break };
            let Ok(data) = frame.into_data() else { continue };
            rest.extend_from_slice(&data);
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let event = rest.split_to(end + 1);
                let text = String::from_utf8_lossy(&event).into_owned();
                if sink.send(Message::text(text)).await.is_err() {
                    return;
                }
            }
        }
        let normal = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        let _ = sink.send(Message::Close(Some(normal))).await;
        let _ = sink.close().await;
    });
    answer
}

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// A process' streams at the kubelet.
struct Streams {
    session: Session,
    error: Option<Stream>,
    stdin: Option<Stream>,
    stdout: Option<Stream>,
    stderr: Option<Stream>,
    resize: Option<Stream>,
}

/// Ends when the client has gone.
async fn from_client(
    mut client: Reader<TokioIo<Upgraded>>,
    mut stdin: Option<Stream>,
    mut resize: Option<Stream>,
) {
    while let Some(said) = client.next().await {
        let (target, data) = match said {
            Said::Data(STDIN, data) => (&mut stdin, data),
            Said::Data(RESIZE, data) => (&mut resize, data),
            Said::End(STDIN) => {
                if let Some(mut ended) = stdin.take() {
                    let _ = ended.shutdown().await;
                }
                continue;
            }
            Said::Data(..) | Said::End(_) => continue,
        };
        if let Some(stream) = target
            && stream.write_all(&data).await.is_err()
        {
            *target = None;
        }
    }
}

/// Ends when the last word is said.
async fn to_client(
    stdout: Option<Stream>,
    stderr: Option<Stream>,
    error: Option<Stream>,
    outgoing: mpsc::Sender<Message>,
) {
    let mut output = tokio::spawn({
        let (one, two) = (outgoing.clone(), outgoing.clone());
        async move {
            let stream = async |stream: Option<Stream>, channel, queue| {
                if let Some(stream) = stream {
                    pump(stream, channel, queue).await;
                }
            };
            tokio::join!(stream(stdout, STDOUT, one), stream(stderr, STDERR, two));
        }
    });
    let mut last = Vec::new();
    if let Some(error) = error {
        // A Status is far smaller.
        let _ = error.take(1 << 20).read_to_end(&mut last).await;
    }
    let _ = tokio::time::timeout(DRAIN, &mut output).await;
    output.abort();
    if !last.is_empty() {
        let _ = outgoing.send(frame(ERROR, &last)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways() {
        let mut headers = HeaderMap::new();
        let way = |headers: &HeaderMap, sub| Way::of(headers, sub, |name| name != "stdin");
        headers.insert(header::UPGRADE, HeaderValue::from_static("SPDY/3.1"));
        assert_eq!(way(&headers, "exec"), None);
        headers.insert(header::UPGRADE, HeaderValue::from_static("WebSocket"));
        assert_eq!(way(&headers, "exec"), None);
        let offers = HeaderValue::from_static("v5.channel.k8s.io, v4.channel.k8s.io");
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, offers);
        assert_eq!(
            way(&headers, "attach"),
            Some(Way::Translate { stdin: false, stdout: true, stderr: false, tty: true })
        );
        assert_eq!(way(&headers, "portforward"), None);
        let offers = HeaderValue::from_static("SPDY/3.1+portforward.k8s.io");
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, offers);
        headers.insert(header::SEC_WEBSOCKET_KEY, HeaderValue::from_static("x"));
        assert_eq!(way(&headers, "portforward"), Some(Way::Tunnel));
        Way::Tunnel.ask(&mut headers);
        assert_eq!(headers.len(), 3);
        assert_eq!(headers[spdy::PROTOCOL_HEADER], "portforward.k8s.io");
    }
}
