//! The streaming server behind the URLs that Exec, Attach and PortForward answer with: a
//! listener on loopback, one-time tokens, WebSockets in the framing of Kubernetes'
//! `v4.channel.k8s.io` and `v5.channel.k8s.io` (the first byte of a message is its channel).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Result;
use component::http::{Body, Request as HttpRequest, empty, text};
use futures::stream::SplitStream;
use futures::{SinkExt, StreamExt};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::exec::{self, Stream, Streams};
use crate::runtime::Runtime;

/// How long a URL may wait for its use.
const TOKEN_LIFE: Duration = Duration::from_secs(60);
/// How many may wait.
const MOST_TOKENS: usize = 1000;
/// How long output is waited for after a command's end, should something hold it open.
const DRAIN: Duration = Duration::from_secs(5);

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const ERROR: u8 = 3;
const RESIZE: u8 = 4;
/// Version 5's message that closes a channel.
const CLOSE: u8 = 255;

/// What a token stands for.
#[derive(Clone, Debug)]
pub enum Session {
    /// A command in a container.
    Exec { id: String, command: Vec<String>, tty: bool, stdin: bool, stdout: bool, stderr: bool },
    /// A container's own streams.
    Attach { id: String, stdin: bool, stdout: bool, stderr: bool },
    /// Ports of a pod.
    PortForward { sandbox: String, ports: Vec<i32> },
}

/// The server's side of URLs that were given out.
pub struct Streaming {
    address: SocketAddr,
    tokens: Mutex<HashMap<String, (Session, Instant)>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resize {
    width: u16,
    height: u16,
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
        let (key, protocol) = match negotiate(request.headers(), &session) {
            Ok(agreed) => agreed,
            Err(refusal) => return *refusal,
        };
        let ports = match &session {
            Session::PortForward { ports, .. } if ports.is_empty() => ports_of(request.uri().query()),
            Session::PortForward { ports, .. } => ports.clone(),
            _ => Vec::new(),
        };
        let upgrade = hyper::upgrade::on(&mut request);
        let newer = protocol == "v5.channel.k8s.io";
        tokio::spawn(async move {
            let Ok(upgraded) = upgrade.await else { return };
            let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
            match session {
                Session::PortForward { sandbox, .. } => forward(&runtime, &sandbox, &ports, socket).await,
                session => process(&runtime, session, socket, newer).await,
            }
        });
        let mut response = Response::new(empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        if let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
            headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        }
        if let Ok(protocol) = HeaderValue::from_str(&protocol)
            && !protocol.is_empty()
        {
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        response
    }
}

/// The client's key and the protocol to speak.
fn negotiate(headers: &HeaderMap, session: &Session) -> Result<(String, String), Box<Response<Body>>> {
    let get =
        |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    if !get(header::UPGRADE).eq_ignore_ascii_case("websocket") {
        return Err(Box::new(text(
            StatusCode::BAD_REQUEST,
            "upgrade to WebSocket required; SPDY is not served here\n",
        )));
    }
    let offered: Vec<&str> = headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let known: &[&str] = match session {
        Session::PortForward { .. } => &["v4.channel.k8s.io", "portforward.k8s.io"],
        _ => &["v5.channel.k8s.io", "v4.channel.k8s.io"],
    };
    let chosen = known.iter().find(|known| offered.contains(known));
    match chosen {
        Some(chosen) => Ok((get(header::SEC_WEBSOCKET_KEY).into(), chosen.to_string())),
        None if offered.is_empty() && matches!(session, Session::PortForward { .. }) => {
            Ok((get(header::SEC_WEBSOCKET_KEY).into(), String::new()))
        }
        None => Err(Box::new(text(
            StatusCode::BAD_REQUEST,
            format!("none of the subprotocols {offered:?} is known; offer one of {known:?}\n"),
        ))),
    }
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

type Socket = WebSocketStream<TokioIo<Upgraded>>;

fn frame(channel: u8, bytes: &[u8]) -> Message {
    let mut message = Vec::with_capacity(bytes.len() + 1);
    message.push(channel);
    message.extend_from_slice(bytes);
    Message::binary(message)
}

/// Sends everything from `outgoing` until its senders are gone, then closes.
async fn write_out(
    mut sink: futures::stream::SplitSink<Socket, Message>,
    mut outgoing: mpsc::Receiver<Message>,
) {
    while let Some(message) = outgoing.recv().await {
        if sink.send(message).await.is_err() {
            return;
        }
    }
    // With its code: clients take a close without one for a broken connection.
    let normal = CloseFrame { code: CloseCode::Normal, reason: "".into() };
    let _ = sink.send(Message::Close(Some(normal))).await;
    let _ = sink.close().await;
}

async fn pump_out(stream: Option<Stream>, channel: u8, outgoing: mpsc::Sender<Message>) {
    let Some(stream) = stream else { return };
    let mut buffer = vec![0u8; 32 * 1024];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if outgoing.send(frame(channel, &buffer[..count])).await.is_err() {
            return;
        }
    }
}

/// Exec and attach.
async fn process(runtime: &Arc<Runtime>, session: Session, socket: Socket, newer: bool) {
    let (sink, incoming) = socket.split();
    let (outgoing, queue) = mpsc::channel(16);
    let writer = tokio::spawn(write_out(sink, queue));
    let status = match session {
        Session::Exec { id, command, tty, stdin, stdout, stderr } => {
            match exec::execute(runtime, &id, &command, tty, (stdin, stdout, stderr && !tty)).await {
                Ok(mut execution) => {
                    let streams = std::mem::take(&mut execution.streams);
                    let (reader, mut output) = join(streams, incoming, &outgoing, newer);
                    let mut reader = reader;
                    let code = tokio::select! {
                        code = execution.exit_code() => code,
                        // The client went away: nobody is left to run the command for.
                        gone = &mut reader => {
                            if gone.unwrap_or(true) {
                                execution.kill();
                            }
                            execution.exit_code().await
                        }
                    };
                    let _ = tokio::time::timeout(DRAIN, &mut output).await;
                    output.abort();
                    reader.abort();
                    match code {
                        Ok(code) => exit_status(code),
                        Err(error) => failure(&format!("{error:#}")),
                    }
                }
                Err(error) => failure(&format!("{error:#}")),
            }
        }
        Session::Attach { id, stdin, stdout, stderr } => {
            match exec::attach(runtime, &id, (stdin, stdout, stderr)).await {
                Ok(streams) => {
                    let (reader, mut output) = join(streams, incoming, &outgoing, newer);
                    let mut reader = reader;
                    tokio::select! {
                        _ = &mut output => {}
                        gone = &mut reader => {
                            if !gone.unwrap_or(true) {
                                // Only stdin is over.
                                let _ = (&mut output).await;
                            }
                        }
                    }
                    output.abort();
                    reader.abort();
                    exit_status(0)
                }
                Err(error) => failure(&format!("{error:#}")),
            }
        }
        Session::PortForward { .. } => return,
    };
    let _ = outgoing.send(frame(ERROR, status.to_string().as_bytes())).await;
    drop(outgoing);
    let _ = tokio::time::timeout(DRAIN, writer).await;
}

/// Starts both directions: a reader that tells whether the client went away, and the output.
fn join(
    streams: Streams,
    incoming: SplitStream<Socket>,
    outgoing: &mpsc::Sender<Message>,
    newer: bool,
) -> (tokio::task::JoinHandle<bool>, tokio::task::JoinHandle<()>) {
    let reader = tokio::spawn(read_in(incoming, streams.stdin, streams.terminal, outgoing.clone(), newer));
    let (out, problem) = (outgoing.clone(), outgoing.clone());
    let output = tokio::spawn(async move {
        tokio::join!(pump_out(streams.stdout, STDOUT, out), pump_out(streams.stderr, STDERR, problem));
    });
    (reader, output)
}

async fn read_in(
    mut incoming: SplitStream<Socket>,
    mut stdin: Option<Stream>,
    terminal: Option<Stream>,
    outgoing: mpsc::Sender<Message>,
    newer: bool,
) -> bool {
    while let Some(Ok(message)) = incoming.next().await {
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Text(text) => text.into(),
            Message::Ping(payload) => {
                let _ = outgoing.send(Message::Pong(payload)).await;
                continue;
            }
            Message::Close(_) => return true,
            _ => continue,
        };
        match bytes.split_first() {
            Some((&STDIN, data)) => {
                if let Some(stream) = &stdin
                    && stream.write_all(data).await.is_err()
                {
                    stdin = None;
                }
            }
            Some((&RESIZE, data)) => {
                if let (Some(terminal), Ok(size)) = (&terminal, serde_json::from_slice::<Resize>(data)) {
                    let _ = terminal.resize(size.width, size.height);
                }
            }
            Some((&CLOSE, [STDIN])) if newer => stdin = None,
            _ => {}
        }
    }
    true
}

/// What channel 3 carries at the end: a Kubernetes `Status`.
fn exit_status(code: i32) -> serde_json::Value {
    if code == 0 {
        return json!({ "metadata": {}, "status": "Success" });
    }
    json!({
        "metadata": {},
        "status": "Failure",
        "message": format!("command terminated with non-zero exit code: exit status {code}"),
        "reason": "NonZeroExitCode",
        "details": { "causes": [{ "reason": "ExitCode", "message": code.to_string() }] },
    })
}

fn failure(message: &str) -> serde_json::Value {
    json!({
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "InternalError",
        "details": { "causes": [{ "message": message }] },
        "code": 500,
    })
}

/// Port forwarding: for the n-th port, channel 2n carries data and 2n+1 errors; each begins with
/// the port as two bytes, lowest first. Each socket carries one connection to each port.
async fn forward(runtime: &Arc<Runtime>, sandbox: &str, ports: &[i32], socket: Socket) {
    let (sink, mut incoming) = socket.split();
    let (outgoing, queue) = mpsc::channel(16);
    let writer = tokio::spawn(write_out(sink, queue));
    let mut writers: HashMap<u8, tokio::net::tcp::OwnedWriteHalf> = HashMap::new();
    let mut readers = tokio::task::JoinSet::new();
    for (index, port) in ports.iter().enumerate().take(100) {
        let (data, problem) = (index as u8 * 2, index as u8 * 2 + 1);
        let Ok(port) = u16::try_from(*port) else { continue };
        for channel in [data, problem] {
            let _ = outgoing.send(frame(channel, &port.to_le_bytes())).await;
        }
        match exec::connect(runtime, sandbox, port).await {
            Ok(stream) => {
                let (mut read, write) = stream.into_split();
                writers.insert(data, write);
                let outgoing = outgoing.clone();
                readers.spawn(async move {
                    let mut buffer = vec![0u8; 32 * 1024];
                    while let Ok(count @ 1..) = read.read(&mut buffer).await {
                        if outgoing.send(frame(data, &buffer[..count])).await.is_err() {
                            return;
                        }
                    }
                });
            }
            Err(error) => {
                let _ = outgoing.send(frame(problem, format!("{error:#}").as_bytes())).await;
            }
        }
    }
    while !readers.is_empty() {
        let message = tokio::select! {
            message = incoming.next() => message,
            ended = readers.join_next() => {
                // The last connection's end is the session's.
                if ended.is_some() && readers.is_empty() { None } else { continue }
            }
        };
        let bytes = match message {
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(Message::Ping(payload))) => {
                let _ = outgoing.send(Message::Pong(payload)).await;
                continue;
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            Some(Ok(_)) => continue,
        };
        if let Some((channel, data)) = bytes.split_first()
            && let Some(write) = writers.get_mut(channel)
            && write.write_all(data).await.is_err()
        {
            writers.remove(channel);
        }
    }
    readers.abort_all();
    drop(outgoing);
    let _ = tokio::time::timeout(DRAIN, writer).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_work_once() {
        let streaming = Streaming::new(([127, 0, 0, 1], 99).into());
        let session = || Session::Attach { id: "x".into(), stdin: false, stdout: true, stderr: true };
        let url = streaming.url(session()).expect("a url");
        assert!(url.starts_with("http://127.0.0.1:99/attach/"));
        let token = url.rsplit('/').next().unwrap_or_default();
        assert!(streaming.take(token).is_some());
        assert!(streaming.take(token).is_none());
    }

    #[test]
    fn statuses() {
        assert_eq!(exit_status(0)["status"], "Success");
        assert_eq!(exit_status(3)["details"]["causes"][0]["message"], "3");
        assert_eq!(exit_status(3)["reason"], "NonZeroExitCode");
    }

    #[test]
    fn ports_come_from_the_query() {
        assert_eq!(ports_of(Some("port=80&port=81,82&x=1")), [80, 81, 82]);
        assert_eq!(ports_of(Some("ports=80%2C443")), [80, 443]);
        assert!(ports_of(None).is_empty());
    }
}
