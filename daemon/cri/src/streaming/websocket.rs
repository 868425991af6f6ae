//! Streams through a WebSocket, in the framing of Kubernetes' `v4.channel.k8s.io` and
//! `v5.channel.k8s.io`: the first byte of a message is its channel.

use std::collections::HashMap;
use std::sync::Arc;

use futures::StreamExt;
use http::{HeaderMap, HeaderValue, header};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use spdy::channels::{ERROR, RESIZE, Reader, STDERR, STDIN, STDOUT, Said, frame, pump, send_all};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::process::{self, Input, Output};
use super::{DRAIN, Session};
use crate::exec;
use crate::runtime::Runtime;

/// Sub-protocols of exec and attach, the best first. The last one is for who names none.
pub const PROCESSES: &[&str] = &["v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io", ""];
/// Those of port forwarding.
pub const FORWARDING: &[&str] = &["v4.channel.k8s.io", "portforward.k8s.io", ""];

/// The answer to a client's key.
pub fn accept(headers: &HeaderMap) -> Option<HeaderValue> {
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()
}

type Io = TokioIo<Upgraded>;
/// Exec and attach.
pub async fn process(runtime: &Arc<Runtime>, session: Session, protocol: &str, io: Io) {
    let socket = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
    let (sink, incoming) = socket.split();
    let (outgoing, queue) = mpsc::channel(16);
    let writer = tokio::spawn(send_all(sink, queue));
    let (input, from_client) = mpsc::channel(16);
    let (to_client, mut output) = mpsc::channel(16);
    let newer = protocol == PROCESSES[0];
    let reader = tokio::spawn(read_in(Reader::new(incoming, outgoing.clone(), newer), input));
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

async fn read_in(mut client: Reader<Io>, input: mpsc::Sender<Input>) {
    while let Some(said) = client.next().await {
        let message = match said {
            Said::Data(STDIN, bytes) => Input::Stdin(bytes),
            Said::Data(RESIZE, data) => match serde_json::from_slice(&data) {
                Ok(size) => Input::Resize(size),
                Err(_) => continue,
            },
            Said::End(STDIN) => Input::StdinEnds,
            Said::Data(..) | Said::End(_) => continue,
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
    let (sink, incoming) = socket.split();
    let (outgoing, queue) = mpsc::channel(16);
    let writer = tokio::spawn(send_all(sink, queue));
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
                let (read, write) = stream.into_split();
                writers.insert(data, write);
                readers.spawn(pump(read, data, outgoing.clone()));
            }
            Err(error) => {
                let _ = outgoing.send(frame(problem, format!("{error:#}").as_bytes())).await;
            }
        }
    }
    let mut client = Reader::new(incoming, outgoing.clone(), false);
    while !readers.is_empty() {
        let said = tokio::select! {
            said = client.next() => said,
            _ = readers.join_next() => continue,
        };
        match said {
            Some(Said::Data(channel, data)) => {
                if let Some(write) = writers.get_mut(&channel)
                    && write.write_all(&data).await.is_err()
                {
                    writers.remove(&channel);
                }
            }
            Some(Said::End(_)) => {}
            None => break,
        }
    }
    readers.abort_all();
    drop((client, outgoing));
    let _ = tokio::time::timeout(DRAIN, writer).await;
}
