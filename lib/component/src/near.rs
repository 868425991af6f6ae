//! The requests of an HTTP/2 connection, answered in the task that reads and writes it.
//!
//! Otherwise each request is a task of its own, and every answer costs two changes of threads:
//! one to the request's task, one back to the connection's. Here what one read brings is answered
//! before the one write that follows: [`Gather`] holds back what is written until then, which h2
//! by itself flushes for each answer of more than 256 bytes. Whoever has long work to do for an answer hands it to a task
//! of its own, so that its neighbours on the connection need not wait.

use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How often a connection reads and answers before others get their turn.
const ROUNDS: usize = 16;

/// The executor to build a connection with; [`Near::drive`] then runs what it was given.
#[derive(Clone, Default)]
pub struct Near {
    new: Arc<Mutex<Vec<Job>>>,
    held: Arc<AtomicBool>,
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Near {
    fn execute(&self, future: F) {
        // Tokio's budget for a task is meant for one request: with it, those that come last would
        // wait for ever behind newer ones. Fairness to other connections is `ROUNDS`.
        // One that panics takes nobody along, as if it had a task of its own.
        let job = AssertUnwindSafe(tokio::task::unconstrained(future)).catch_unwind().map(drop);
        let job = Box::pin(job);
        self.new.lock().unwrap_or_else(PoisonError::into_inner).push(job);
    }
}

impl Near {
    /// The stream to build the connection on.
    pub fn gather<S>(&self, stream: S) -> Gather<S> {
        Gather { stream, buffer: Vec::new(), held: self.held.clone() }
    }

    fn hold(&self, hold: bool) {
        self.held.store(hold, Ordering::Relaxed);
    }

    /// Runs a connection that was built with this executor, and its requests, to its end. Requests
    /// that are not answered then are dropped: nobody is left to hear the answer.
    pub fn drive<C: Future>(self, connection: C) -> impl Future<Output = C::Output> {
        let mut connection = Box::pin(connection);
        let mut jobs = FuturesUnordered::new();
        // HTTP/1.1 has one request at a time, and runs it itself.
        let mut multiplexed = false;
        poll_fn(move |context| {
            for _ in 0..ROUNDS {
                self.hold(multiplexed);
                let polled = connection.as_mut().poll(context);
                self.hold(false);
                if polled.is_ready() {
                    return polled;
                }
                let ended = self.answer(&mut jobs, &mut multiplexed, context);
                if ended {
                    continue;
                }
                if multiplexed {
                    // Now everything is written.
                    let polled = connection.as_mut().poll(context);
                    if polled.is_ready() {
                        return polled;
                    }
                    if self.answer(&mut jobs, &mut multiplexed, context) {
                        continue;
                    }
                }
                return Poll::Pending;
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
    }

    /// Lets requests go on; whether any ended.
    fn answer(
        &self,
        jobs: &mut FuturesUnordered<Job>,
        multiplexed: &mut bool,
        context: &mut Context<'_>,
    ) -> bool {
        jobs.extend(self.new.lock().unwrap_or_else(PoisonError::into_inner).drain(..));
        *multiplexed |= !jobs.is_empty();
        advance(jobs, context)
    }
}

/// Polls the requests that can go on; whether any ended.
fn advance(jobs: &mut FuturesUnordered<Job>, context: &mut Context<'_>) -> bool {
    let mut ended = false;
    while let Poll::Ready(Some(())) = jobs.poll_next_unpin(context) {
        ended = true;
    }
    ended
}

/// A stream that keeps small writes together while a connection is busy.
pub struct Gather<S> {
    stream: S,
    buffer: Vec<u8>,
    held: Arc<AtomicBool>,
}

/// What is written at once at most.
const GATHERED: usize = 64 << 10;
/// What an idle connection may keep of its buffer.
const KEPT: usize = 8 << 10;

impl<S: AsyncWrite + Unpin> Gather<S> {
    /// Writes what was held back.
    fn drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut done = 0;
        let written = loop {
            if done == self.buffer.len() {
                break Poll::Ready(Ok(()));
            }
            match Pin::new(&mut self.stream).poll_write(context, &self.buffer[done..]) {
                Poll::Ready(Ok(0)) => break Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(count)) => done += count,
                Poll::Ready(Err(error)) => break Poll::Ready(Err(error)),
                Poll::Pending => break Poll::Pending,
            }
        };
        self.buffer.drain(..done);
        if self.buffer.is_empty() && self.buffer.capacity() > KEPT && !self.held.load(Ordering::Relaxed) {
            self.buffer = Vec::new();
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gather<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gather<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        // Whoever has one thing to say at a time need not flush: what has become another protocol.
        if !this.held.load(Ordering::Relaxed) {
            ready!(this.drain(context))?;
            return Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        }
        let size: usize = parts.iter().map(|part| part.len()).sum();
        if this.buffer.len() + size > GATHERED {
            ready!(this.drain(context))?;
        }
        if size > GATHERED {
            return Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        }
        for part in parts {
            this.buffer.extend_from_slice(part);
        }
        Poll::Ready(Ok(size))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.held.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        ready!(this.drain(context))?;
        Pin::new(&mut this.stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.drain(context))?;
        Pin::new(&mut this.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::AtomicUsize;

    use http_body_util::{BodyExt as _, Full};
    use hyper::service::service_fn;
    use hyper_util::rt::{TokioExecutor, TokioIo};
    use tokio::io::DuplexStream;

    use super::*;

    /// Counts what is written.
    struct Counted(DuplexStream, Arc<AtomicUsize>);

    impl AsyncRead for Counted {
        fn poll_read(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            into: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_read(context, into)
        }
    }

    impl AsyncWrite for Counted {
        fn poll_write(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.1.fetch_add(1, Ordering::Relaxed);
            Pin::new(&mut self.0).poll_write(context, bytes)
        }

        fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_flush(context)
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_shutdown(context)
        }
    }

    /// Answers, in the order in which the requests were seen, and how often the server wrote.
    async fn run(requests: usize, size: usize) -> (Vec<usize>, usize) {
        let (client, server) = tokio::io::duplex(1 << 20);
        let writes = Arc::new(AtomicUsize::new(0));
        let order: Arc<Mutex<Vec<usize>>> = Arc::default();
        let near = Near::default();
        let service = {
            let order = order.clone();
            service_fn(move |request: http::Request<hyper::body::Incoming>| {
                let order = order.clone();
                async move {
                    let number = request.uri().path()[1..].parse::<usize>().expect("a number");
                    order.lock().expect("a lock").push(number);
                    Ok::<_, Infallible>(http::Response::new(Full::new(bytes::Bytes::from(vec![7; size]))))
                }
            })
        };
        let stream = TokioIo::new(near.gather(Counted(server, writes.clone())));
        let connection = hyper::server::conn::http2::Builder::new(near.clone())
            .max_concurrent_streams(u32::MAX)
            .serve_connection(stream, service);
        tokio::spawn(near.drive(async move { drop(connection.await) }));
        let (mut sender, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
            .handshake(TokioIo::new(client))
            .await
            .expect("a handshake");
        tokio::spawn(connection);
        sender.ready().await.expect("ready");
        let answers: Vec<_> = (0..requests)
            .map(|number| {
                let request = http::Request::get(format!("http://h/{number}"));
                sender.send_request(request.body(Full::<bytes::Bytes>::default()).expect("a request"))
            })
            .collect();
        for answer in answers {
            let body = answer.await.expect("an answer").into_body().collect().await.expect("a body");
            assert_eq!(body.to_bytes(), vec![7; size]);
        }
        let order = order.lock().expect("a lock").clone();
        (order, writes.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn requests_are_answered_in_turn_and_written_together() {
        // More than Tokio's budget of 128.
        let (order, writes) = run(1000, 300).await;
        assert_eq!(order, (0..1000).collect::<Vec<_>>());
        assert!(writes < 200, "{writes} writes for 1,000 answers");
    }

    #[tokio::test]
    async fn a_request_that_panics_leaves_the_others_alone() {
        let mut jobs = FuturesUnordered::new();
        let near = Near::default();
        let done = Arc::new(AtomicUsize::new(0));
        let count = done.clone();
        hyper::rt::Executor::execute(&near, async { panic!("on purpose") });
        hyper::rt::Executor::execute(&near, async move {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let ended = poll_fn(|context| Poll::Ready(near.answer(&mut jobs, &mut false, context))).await;
        assert!(ended && jobs.is_empty());
        assert_eq!(done.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_connection_that_is_not_multiplexed_needs_no_flush() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut client, server) = tokio::io::duplex(64);
        let mut stream = Near::default().gather(server);
        stream.write_all(b"hello").await.expect("written");
        let mut seen = [0; 5];
        client.read_exact(&mut seen).await.expect("arrived");
        assert_eq!(&seen, b"hello");
    }

    #[tokio::test]
    async fn answers_longer_than_the_buffer_arrive_whole() {
        let (order, _) = run(3, 3 * GATHERED + 17).await;
        assert_eq!(order.len(), 3);
    }
}
