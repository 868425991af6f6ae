//! A byte stream through a WebSocket: SPDY's way through proxies that know only WebSockets
//! (KEP-4006). The sub-protocol is `SPDY/3.1+` before the one that runs over the streams.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::{Sink, Stream, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

/// What a tunnel's sub-protocol begins with.
pub const PREFIX: &str = "SPDY/3.1+";
/// The sub-protocol of port forwarding.
pub const PORT_FORWARD: &str = "SPDY/3.1+portforward.k8s.io";

/// The most bytes in one message.
const CHUNK: usize = 32 * 1024;

/// Binary messages as a stream of bytes.
pub struct Tunnel<T> {
    socket: WebSocketStream<T>,
    rest: Bytes,
}

impl<T> Tunnel<T> {
    /// Through a WebSocket whose sub-protocol was agreed on.
    pub fn new(socket: WebSocketStream<T>) -> Self {
        Self { socket, rest: Bytes::new() }
    }
}

fn failed(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        other => io::Error::new(io::ErrorKind::ConnectionAborted, other),
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Tunnel<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.rest.is_empty() {
            match ready!(Pin::new(&mut self.socket).poll_next(context)) {
                None | Some(Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::AlreadyClosed)) => {
                    return Poll::Ready(Ok(()));
                }
                Some(Ok(Message::Binary(bytes))) => self.rest = bytes,
                // Pings are answered by the socket itself as it is read on.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Text(_))) => {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "a text message in a tunnel of bytes",
                    )));
                }
                Some(Err(error)) => return Poll::Ready(Err(failed(error))),
            }
        }
        let size = self.rest.len().min(buffer.remaining());
        buffer.put_slice(&self.rest.split_to(size));
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Tunnel<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut socket = Pin::new(&mut self.socket);
        ready!(socket.as_mut().poll_ready(context)).map_err(failed)?;
        let size = bytes.len().min(CHUNK);
        socket.start_send(Message::Binary(Bytes::copy_from_slice(&bytes[..size]))).map_err(failed)?;
        Poll::Ready(Ok(size))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context).map_err(failed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = Pin::new(&mut self.socket);
        match ready!(socket.as_mut().poll_ready(context)) {
            Ok(()) => {
                // With its code: clients take a close without one for a broken connection.
                let normal = CloseFrame { code: CloseCode::Normal, reason: "".into() };
                match socket.as_mut().start_send(Message::Close(Some(normal))) {
                    Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_)) => {}
                    Err(error) => return Poll::Ready(Err(failed(error))),
                }
            }
            Err(Error::ConnectionClosed | Error::AlreadyClosed) => return Poll::Ready(Ok(())),
            Err(error) => return Poll::Ready(Err(failed(error))),
        }
        match ready!(socket.poll_flush(context)) {
            Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(Err(failed(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Headers, Session};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_tungstenite::tungstenite::protocol::Role;

    #[tokio::test]
    async fn a_session_runs_through_it() {
        let (ours, theirs) = tokio::io::duplex(4096);
        let ours = Tunnel::new(WebSocketStream::from_raw_socket(ours, Role::Client, None).await);
        let theirs = Tunnel::new(WebSocketStream::from_raw_socket(theirs, Role::Server, None).await);
        let (client, _a) = Session::client(ours).expect("a client");
        let (_server, mut incoming) = Session::server(theirs).expect("a server");
        let echo = tokio::spawn(async move {
            let stream = incoming.next().await.expect("a stream");
            let (mut read, mut write) = tokio::io::split(stream);
            tokio::io::copy(&mut read, &mut write).await.expect("copied");
            write.shutdown().await.expect("shut down");
        });
        let stream = client.open(Headers::new([("port", "80")])).await.expect("a stream");
        let (mut read, mut write) = tokio::io::split(stream);
        let sent = vec![9u8; 300_000];
        let (_, back) = tokio::join!(
            async {
                write.write_all(&sent).await.expect("written");
                write.shutdown().await.expect("shut down");
            },
            async {
                let mut back = Vec::new();
                read.read_to_end(&mut back).await.expect("read");
                back
            }
        );
        assert!(back == sent);
        echo.await.expect("the echo");
    }
}
