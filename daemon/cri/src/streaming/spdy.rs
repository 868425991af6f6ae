//! Streams over SPDY: each of a process' streams is one of the connection's, named by its
//! `streamType`; a forwarded connection is a pair of `data` and `error`, joined by `requestID`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use spdy::{Stream, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt, WriteHalf};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::Session;
use super::process::{self, Input, Output};
use crate::exec;
use crate::runtime::Runtime;

/// Protocols of exec and attach, the best first: 4 ends with a Status, 3 has resizing, the
/// older ones end with a sentence.
pub const PROCESSES: &[&str] =
    &["v5.channel.k8s.io", "v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"];
/// Those of port forwarding.
pub const FORWARDING: &[&str] = &[spdy::PORT_FORWARD];

/// How long a client may take to open its streams.
const OPENING: Duration = Duration::from_secs(30);

type Io = TokioIo<Upgraded>;

/// A process' streams, as the client opened them.
#[derive(Default)]
struct Opened {
    stdin: Option<Stream>,
    stdout: Option<Stream>,
    stderr: Option<Stream>,
    error: Option<Stream>,
    resize: Option<Stream>,
}

/// Which streams a session has: stdin, stdout, stderr, resize; the error stream is always there.
fn expected(session: &Session, protocol: &str) -> usize {
    let resizes = !matches!(protocol, "v2.channel.k8s.io" | "channel.k8s.io");
    let (tty, streams) = match session {
        Session::Exec { tty, stdin, stdout, stderr, .. } => (*tty, [*stdin, *stdout, *stderr && !*tty]),
        Session::Attach { tty, stdin, stdout, stderr, .. } => (*tty, [*stdin, *stdout, *stderr && !*tty]),
        Session::PortForward { .. } => (false, [false; 3]),
    };
    1 + streams.into_iter().filter(|asked| *asked).count() + usize::from(tty && resizes)
}

/// Exec and attach.
pub async fn process(runtime: &Arc<Runtime>, session: Session, protocol: &str, io: Io) {
    // The session must live as long as its streams are waited for.
    let Ok((connection, mut incoming)) = spdy::Session::server(io) else { return };
    let mut opened = Opened::default();
    let all = async {
        for _ in 0..expected(&session, protocol) {
            let stream = incoming.next().await?;
            let slot = match stream.headers().get(header::STREAM_TYPE)? {
                "stdin" => &mut opened.stdin,
                "stdout" => &mut opened.stdout,
                "stderr" => &mut opened.stderr,
                "error" => &mut opened.error,
                "resize" => &mut opened.resize,
                _ => return None,
            };
            *slot = Some(stream);
        }
        Some(())
    };
    if !matches!(tokio::time::timeout(OPENING, all).await, Ok(Some(()))) {
        tracing::debug!("a client did not open the streams that it asked for");
        return;
    }
    let (input, from_client) = mpsc::channel(16);
    let (to_client, output) = mpsc::channel(16);
    let readers = [
        tokio::spawn(read_stdin(opened.stdin, input.clone())),
        tokio::spawn(read_sizes(opened.resize, input.clone())),
        // The client going away is the end of what it may open: nothing else tells.
        tokio::spawn(async move {
            let _held = input;
            while incoming.next().await.is_some() {}
        }),
    ];
    let writer = write_out(opened.stdout, opened.stderr, opened.error, protocol, output);
    let serve = async {
        let serve = process::serve(runtime, session, from_client, to_client);
        serve.await;
        for reader in &readers {
            reader.abort();
        }
    };
    tokio::join!(serve, writer);
    drop(connection);
}

async fn read_stdin(stream: Option<Stream>, input: mpsc::Sender<Input>) {
    let Some(mut stream) = stream else { return };
    let mut buffer = bytes::BytesMut::with_capacity(32 * 1024);
    while let Ok(1..) = stream.read_buf(&mut buffer).await {
        if input.send(Input::Stdin(buffer.split().freeze())).await.is_err() {
            return;
        }
        buffer.reserve(32 * 1024);
    }
    let _ = input.send(Input::StdinEnds).await;
}

/// Sizes follow each other as JSON values.
async fn read_sizes(stream: Option<Stream>, input: mpsc::Sender<Input>) {
    let Some(mut stream) = stream else { return };
    let mut waiting = Vec::new();
    while let Ok(1..) = stream.read_buf(&mut waiting).await {
        let mut values = serde_json::Deserializer::from_slice(&waiting).into_iter();
        let mut used = 0;
        while let Some(Ok(size)) = values.next() {
            used = values.byte_offset();
            if input.send(Input::Resize(size)).await.is_err() {
                return;
            }
        }
        waiting.drain(..used);
        // A size is a few dozen bytes; this is something else.
        if waiting.len() > 4096 {
            return;
        }
    }
}

async fn write_out(
    mut stdout: Option<Stream>,
    mut stderr: Option<Stream>,
    error: Option<Stream>,
    protocol: &str,
    mut output: mpsc::Receiver<Output>,
) {
    let Some(mut error) = error else { return };
    while let Some(message) = output.recv().await {
        match message {
            Output::Stdout(bytes) => send(&mut stdout, &bytes).await,
            Output::Stderr(bytes) => send(&mut stderr, &bytes).await,
            Output::End(status) => {
                let _ = error.write_all(process::last_words(&status, protocol).as_bytes()).await;
            }
        }
    }
    for stream in [stdout.as_mut(), stderr.as_mut(), Some(&mut error)].into_iter().flatten() {
        let _ = stream.shutdown().await;
    }
}

/// Writes to a stream for as long as the client takes it.
async fn send(stream: &mut Option<Stream>, bytes: &[u8]) {
    if let Some(open) = stream
        && open.write_all(bytes).await.is_err()
    {
        *stream = None;
    }
}

/// Port forwarding: connections to ports of the pod for as long as the client wants.
pub async fn forward(runtime: &Arc<Runtime>, sandbox: &str, io: Io) {
    let Ok((_connection, mut incoming)) = spdy::Session::server(io) else { return };
    let mut halves: HashMap<String, Stream> = HashMap::new();
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            stream = incoming.next() => stream,
            Some(_) = connections.join_next() => continue,
        };
        let Some(stream) = stream else { return };
        let headers = stream.headers();
        let Some(request) = headers.get(header::REQUEST_ID).map(str::to_string) else { continue };
        let is_data = headers.get(header::STREAM_TYPE) == Some("data");
        let Some(other) = halves.remove(&request) else {
            halves.insert(request, stream);
            continue;
        };
        let (data, problem) = if is_data { (stream, other) } else { (other, stream) };
        let (runtime, sandbox) = (runtime.clone(), sandbox.to_string());
        connections.spawn(async move { connect(&runtime, &sandbox, data, problem).await });
    }
}

/// One connection.
async fn connect(runtime: &Arc<Runtime>, sandbox: &str, data: Stream, mut problem: Stream) {
    let text = data.headers().get(header::PORT).unwrap_or_default().to_string();
    let refused = match text.parse::<u16>() {
        Ok(port) if port > 0 => match exec::connect(runtime, sandbox, port).await {
            Ok(stream) => return join(stream, data, problem).await,
            Err(error) => format!("error forwarding port {port} to pod {sandbox}: {error:#}"),
        },
        _ => format!("{text:?} is not a port"),
    };
    let _ = problem.write_all(refused.as_bytes()).await;
    let _ = problem.shutdown().await;
}

async fn join(stream: tokio::net::TcpStream, data: Stream, mut problem: Stream) {
    let (mut from_pod, mut to_pod) = stream.into_split();
    let (mut from_client, mut to_client): (_, WriteHalf<Stream>) = tokio::io::split(data);
    let back = async {
        let _ = tokio::io::copy(&mut from_pod, &mut to_client).await;
        let _ = to_client.shutdown().await;
        let _ = problem.shutdown().await;
    };
    let forth = async {
        let _ = tokio::io::copy(&mut from_client, &mut to_pod).await;
        let _ = to_pod.shutdown().await;
    };
    tokio::join!(back, forth);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_that_a_session_has() {
        let exec = |tty| Session::Exec {
            id: "x".into(),
            command: Vec::new(),
            tty,
            stdin: true,
            stdout: true,
            stderr: true,
        };
        assert_eq!(expected(&exec(false), "v4.channel.k8s.io"), 4);
        assert_eq!(expected(&exec(true), "v4.channel.k8s.io"), 4, "stdin, stdout, error, resize");
        assert_eq!(expected(&exec(true), "v2.channel.k8s.io"), 3);
    }
}
