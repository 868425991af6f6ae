//! Streams through a WebSocket, in the framing of Kubernetes' `v4.channel.k8s.io` and
//! `v5.channel.k8s.io`: the first byte of a message is its channel.

use std::collections::HashMap;
use std::sync::Arc;

use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use http::{HeaderMap, HeaderValue, header};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use super::process::{self, Input, Output};
use super::{DRAIN, Session};
use crate::exec;
use crate::runtime::Runtime;

/// Sub-protocols of exec and attach, the best first. The last one is for who names none.
pub const PROCESSES: &[&str] = &["v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io", ""];
/// Those of port forwarding.
pub const FORWARDING: &[&str] = &["v4.channel.k8s.io", "portforward.k8s.io", ""];

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const ERROR: u8 = 3;
const RESIZE: u8 = 4;
/// Version 5's message that closes a channel.
const CLOSE: u8 = 255;

/// The answer to a client's key.
pub fn accept(headers: &HeaderMap) -> Option<HeaderValue> {
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()
}

type Io = TokioIo<Upgraded>;
type Socket = WebSocketStream<Io>;

fn frame(channel: u8, bytes: &[u8]) -> Message {
    let mut message = Vec::with_capacity(bytes.len() + 1);
    message.push(channel);
    message.extend_from_slice(bytes);
    Message::binary(message)
}

/// Sends everything from `outgoing` until its senders are gone, then closes.
async fn write_out(mut sink: SplitSink<Socket, Message>, mut outgoing: mpsc::Receiver<Message>) {
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

/// Exec and attach.
pub async fn process(runtime: &Arc<Runtime>, session: Session, protocol: &str, io: Io) {
    let socket = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
    let (sink, incoming) = socket.split();
    let (outgoing, queue) = mpsc::channel(16);
    let writer = tokio::spawn(write_out(sink, queue));
    let (input, from_client) = mpsc::channel(16);
    let (to_client, mut output) = mpsc::channel(16);
    let newer = protocol == PROCESSES[0];
    let reader = tokio::spawn(read_in(incoming, input, outgoing.clone(), newer));
    let relay = async {
        while let Some(message) = output.recv().await {
            let message = match message {
                Output::Stdout(bytes) => frame(STDOUT, &bytes),
                Output::Stderr(bytes) => frame(STDERR, &bytes),
                Output::End(status) => frame(ERROR, process::last_words(&status, protocol).as_bytes()),
            };
            if outgoing.send(message).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(process::serve(runtime, session, from_client, to_client), relay);
    reader.abort();
    drop(outgoing);
    let _ = tokio::time::timeout(DRAIN, writer).await;
}

async fn read_in(
    mut incoming: SplitStream<Socket>,
    input: mpsc::Sender<Input>,
    outgoing: mpsc::Sender<Message>,
    newer: bool,
) {
    while let Some(Ok(message)) = incoming.next().await {
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Text(text) => text.into(),
            Message::Ping(payload) => {
                let _ = outgoing.send(Message::Pong(payload)).await;
                continue;
            }
            Message::Close(_) => return,
            _ => continue,
        };
        let message = match bytes.split_first() {
            Some((&STDIN, _)) => Input::Stdin(bytes.slice(1..)),
            Some((&RESIZE, data)) => match serde_json::from_slice(data) {
                Ok(size) => Input::Resize(size),
                Err(_) => continue,
            },
            Some((&CLOSE, [STDIN])) if newer => Input::StdinEnds,
            _ => continue,
        };
        if input.send(message).await.is_err() {
            return;
        }
    }
}

/// Port forwarding: for the n-th port, channel 2n carries data and 2n+1 errors; each begins with
/// the port as two bytes, lowest first. Each socket carries one connection to each port.
pub async fn forward(runtime: &Arc<Runtime>, sandbox: &str, ports: &[i32], io: Io) {
    let socket = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
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
