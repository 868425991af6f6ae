//! Which HTTP a client speaks, told by the first bytes it sends.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};

use crate::frame::PREFACE;

/// A stream that begins with what was read from it already.
pub struct Sniffed<S> {
    head: Vec<u8>,
    stream: S,
}

/// Reads until it is clear whether this is HTTP/2.
///
/// # Errors
/// Fails when the stream does.
pub async fn sniff<S: AsyncRead + Unpin>(mut stream: S) -> io::Result<(bool, Sniffed<S>)> {
    let mut head = Vec::with_capacity(PREFACE.len());
    // Never more than the preface, so that little is kept.
    while head.len() < PREFACE.len() && PREFACE.starts_with(&head) {
        let left = (PREFACE.len() - head.len()) as u64;
        if (&mut stream).take(left).read_buf(&mut head).await? == 0 {
            break;
        }
    }
    Ok((head == PREFACE, Sniffed { head, stream }))
}

impl<S: AsyncRead + Unpin> AsyncRead for Sniffed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.head.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, into);
        }
        let length = self.head.len().min(into.remaining());
        into.put_slice(&self.head[..length]);
        self.head.drain(..length);
        if self.head.is_empty() {
            self.head = Vec::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Sniffed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
