//! A server on loopback that says what a test has it say, also what no API server would.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use anyhow::Result;

/// A server; its connections end with the test's process.
pub struct Fixture {
    pub address: SocketAddr,
}

/// The request line's path, without taking anything from the connection: the head is whole in the first
/// packet of every client here, or is waited for.
fn path(stream: &TcpStream) -> Option<String> {
    let mut buffer = [0; 16 * 1024];
    let mut seen = 0;
    loop {
        let count = stream.peek(&mut buffer).ok()?;
        let head = String::from_utf8_lossy(&buffer[..count]).into_owned();
        if head.contains("\r\n\r\n") {
            return head.split(' ').nth(1).map(str::to_string);
        }
        if count == 0 || count == buffer.len() {
            return None;
        }
        if count == seen {
            // More is to come; peeking does not wait for it.
            std::thread::yield_now();
        }
        seen = count;
    }
}

impl Fixture {
    /// Has `serve` called with each connection and the path that is asked for. The request is still to be
    /// read.
    ///
    /// # Errors
    /// Fails when there is no port.
    pub fn start(serve: impl Fn(&str, TcpStream) + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let serve = Arc::new(serve);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serve = serve.clone();
                std::thread::spawn(move || {
                    if let Some(path) = path(&stream) {
                        serve(&path, stream);
                    }
                });
            }
        });
        Ok(Self { address })
    }
}

/// Reads a request's head, and answers it.
pub fn answer(mut stream: TcpStream, status: &str, kind: &str, body: &str) {
    take_head(&mut stream);
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    // A client that has gone away is no failure of the test.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

/// Reads a request's head.
pub fn take_head(stream: &mut TcpStream) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        head.push(byte[0]);
    }
}

/// A server with pods: their discovery, and whatever `pods` says of the other paths.
///
/// # Errors
/// Fails when there is no port.
pub fn pods(pods: impl Fn(&str, TcpStream) + Send + Sync + 'static) -> Result<Fixture> {
    const KIND: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let group = |items: &str| {
        format!(
            r#"{{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{{}},"items":[{items}]}}"#
        )
    };
    let core = group(
        r#"{"metadata":{"name":""},"versions":[{"version":"v1","freshness":"Current","resources":[{"resource":"pods","responseKind":{"group":"","version":"","kind":"Pod"},"scope":"Namespaced","singularResource":"pod","verbs":["get","list","watch"],"shortNames":["po"],"subresources":[{"subresource":"exec","responseKind":{"group":"","version":"","kind":"PodExecOptions"},"verbs":["create","get"]}]},{"resource":"services","responseKind":{"group":"","version":"","kind":"Service"},"scope":"Namespaced","singularResource":"service","verbs":["get"],"shortNames":["svc"]}]}]}"#,
    );
    let others = group("");
    Fixture::start(move |path, stream| match path.split('?').next().unwrap_or(path) {
        "/api" => answer(stream, "200 OK", KIND, &core),
        "/apis" => answer(stream, "200 OK", KIND, &others),
        _ => pods(path, stream),
    })
}
