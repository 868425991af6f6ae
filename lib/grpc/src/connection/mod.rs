//! A connection: frames are read, calls answered, and what there is to say is written, in one task.

mod calls;
mod frames;

use std::cell::Cell;
use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::Status;

use crate::frame::{self, GOAWAY, PING, Reason, SETTINGS};
use crate::hpack::Decoder;
use crate::pings::{Due, Keepalive, Police};
use crate::streams::{FULL, STREAM_WINDOW, Shared, WINDOW};
use crate::{Gate, Handler, Head, Limits, Resume};

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How often a connection reads and answers before others get their turn.
const ROUNDS: usize = 16;
/// How much is read at once.
const CHUNK: usize = 64 << 10;
/// What an idle connection keeps of its buffers.
const KEPT: usize = 8 << 10;
/// The longest list of headers, packed and as HTTP/2 counts it (RFC 9113, 6.5.2).
const HEADER_LIST: usize = 64 << 10;
/// How many frames one block of headers may come in.
const BLOCK_FRAMES: usize = 32;

thread_local! {
    static TENDED: Cell<bool> = const { Cell::new(false) };
    /// What is read into; between two turns nothing is left in it.
    static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Whether [`Handler::tend`] is called as soon as the current future waits.
pub fn tended() -> bool {
    TENDED.get()
}

/// Why a connection ended early.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The socket failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The client breaks the protocol.
    #[error("the client's HTTP/2 is wrong ({0:?}): {1}")]
    Protocol(Reason, &'static str),
    /// The client does not answer probes.
    #[error("the client does not answer any more")]
    Silent,
}

fn wrong<T>(reason: Reason, what: &'static str) -> Result<T, Fault> {
    Err(Fault::Protocol(reason, what))
}

/// Serves a connection, whose preface is the first to be read, until the client leaves; after
/// `shutdown` calls under way are still answered, for as long as the limits say.
///
/// # Errors
/// Fails when the connection does, or the client breaks HTTP/2.
pub fn serve<S, H>(
    io: S,
    handler: H,
    limits: Limits,
    shutdown: CancellationToken,
) -> impl Future<Output = Result<(), Fault>> + Send
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    H: Handler,
{
    let mut connection = Connection {
        io,
        handler,
        shared: Arc::default(),
        known: HashMap::new(),
        decoder: Decoder::default(),
        partial: Vec::new(),
        begun: Begun::Nothing,
        last: 0,
        block: None,
        jobs: FuturesUnordered::new(),
        waiting: Vec::new(),
        opened: VecDeque::new(),
        written: 0,
        flush: false,
        police: Police::new(limits.pings),
        keepalive: None,
        limits,
        shutdown: Box::pin(shutdown.cancelled_owned()),
        leaving: None,
        fault: None,
        stopped: false,
    };
    connection.greet();
    poll_fn(move |context| connection.poll(context))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    Nothing,
    Preface,
    /// The client's settings have come.
    All,
}

/// A call that the handler knows, until its message is whole.
struct Known<C> {
    call: C,
    head: Head,
    message: Vec<u8>,
    /// What the client's window was opened by.
    extra: i64,
    /// What it may send; it is told late that it may send more.
    open: u32,
}

/// Headers that are not whole yet.
struct Block {
    stream: u32,
    end: bool,
    packed: Vec<u8>,
    frames: usize,
}

/// Calls that wait for the same gate.
struct Waiting {
    gate: Gate,
    calls: Vec<(u32, Resume)>,
}

struct Connection<S, H: Handler> {
    io: S,
    handler: H,
    limits: Limits,
    shared: Arc<Shared>,
    known: HashMap<u32, Known<H::Call>>,
    decoder: Decoder,
    /// A frame that is not whole yet.
    partial: Vec<u8>,
    begun: Begun,
    /// The client's last stream.
    last: u32,
    block: Option<Block>,
    jobs: FuturesUnordered<Job>,
    waiting: Vec<Waiting>,
    /// Calls whose gate has opened or failed.
    opened: VecDeque<(u32, Resume, Result<(), Status>)>,
    /// How much of what is to be written is.
    written: usize,
    /// The socket may hold something back.
    flush: bool,
    police: Police,
    keepalive: Option<Keepalive>,
    shutdown: Pin<Box<WaitForCancellationFutureOwned>>,
    /// When the server's patience with calls under way ends.
    leaving: Option<Pin<Box<Sleep>>>,
    fault: Option<Fault>,
    /// There are frames to be worked off when what was answered is written.
    stopped: bool,
}

impl<S, H: Handler> Drop for Connection<S, H> {
    fn drop(&mut self) {
        self.shared.streams().clear();
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, H: Handler> Connection<S, H> {
    /// Our settings.
    fn greet(&mut self) {
        let mut settings = Vec::new();
        let mut set = |name: u16, value: u32| {
            settings.extend_from_slice(&name.to_be_bytes());
            settings.extend_from_slice(&value.to_be_bytes());
        };
        if self.limits.streams < u32::MAX {
            set(3, self.limits.streams);
        }
        set(4, STREAM_WINDOW);
        set(6, HEADER_LIST as u32);
        let out = &mut self.shared.streams().out;
        frame::put(out, SETTINGS, 0, 0, &settings);
        frame::window(out, 0, WINDOW - 65_535);
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        self.shared.register(context.waker());
        if let Poll::Ready(ended) = self.clocks(context) {
            return Poll::Ready(ended);
        }
        for _ in 0..ROUNDS {
            let mut moved = false;
            if self.fault.is_none() {
                match self.read(context) {
                    Poll::Ready(Ok(0)) => return Poll::Ready(Ok(())),
                    Poll::Ready(Ok(_)) => moved = true,
                    Poll::Ready(Err(fault)) => {
                        if let Fault::Protocol(reason, what) = &fault {
                            self.goaway(*reason, what.as_bytes());
                        }
                        self.fault = Some(fault);
                    }
                    Poll::Pending => {}
                }
                moved |= self.answer(context);
            }
            match self.write(context) {
                Poll::Ready(Ok(more)) => moved |= more || self.stopped || !self.opened.is_empty(),
                Poll::Ready(Err(error)) => {
                    return Poll::Ready(Err(self.fault.take().unwrap_or(error.into())));
                }
                Poll::Pending => {}
            }
            let written = self.shared.streams().out.is_empty();
            if let Some(fault) = self.fault.take_if(|fault| written || !matches!(fault, Fault::Protocol(..)))
            {
                return Poll::Ready(Err(fault));
            }
            if self.leaving.is_some() && written && self.known.is_empty() && self.shared.streams().len() == 0
            {
                return Poll::Ready(Ok(()));
            }
            if !moved {
                return Poll::Pending;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// The server's end, and probes.
    fn clocks(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        match &mut self.leaving {
            None => {
                if self.shutdown.as_mut().poll(context).is_ready() {
                    self.goaway(Reason::NoError, b"");
                    let mut patience = Box::pin(sleep_until(Instant::now() + self.limits.grace));
                    let _ = patience.as_mut().poll(context);
                    self.leaving = Some(patience);
                }
            }
            Some(patience) => {
                if patience.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Ok(()));
                }
            }
        }
        if let Some(times) = self.limits.keepalive {
            let keepalive = self.keepalive.get_or_insert_with(|| Keepalive::new(times));
            match keepalive.poll(context) {
                Due::Nothing => {}
                Due::Probe => frame::put(&mut self.shared.streams().out, PING, 0, 0, b"are you?"),
                Due::End => return Poll::Ready(Err(Fault::Silent)),
            }
        }
        Poll::Pending
    }

    fn goaway(&mut self, reason: Reason, what: &[u8]) {
        let mut payload = self.last.to_be_bytes().to_vec();
        payload.extend_from_slice(&(reason as u32).to_be_bytes());
        payload.extend_from_slice(what);
        frame::put(&mut self.shared.streams().out, GOAWAY, 0, 0, &payload);
    }

    /// Reads once, and works off what has come; how much that was.
    fn read(&mut self, context: &mut Context<'_>) -> Poll<Result<usize, Fault>> {
        if self.shared.streams().out.len() >= FULL {
            // Whoever does not read its answers gets no more of them, until these are written.
            self.stopped = true;
            return Poll::Pending;
        }
        if std::mem::take(&mut self.stopped) {
            return Poll::Ready(self.take(&[]).map(|()| 1));
        }
        let mut scratch = SCRATCH.take();
        scratch.resize(CHUNK, 0);
        let mut buffer = ReadBuf::new(&mut scratch);
        let polled = Pin::new(&mut self.io).poll_read(context, &mut buffer);
        let count = buffer.filled().len();
        let done = match polled {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(error)) => Poll::Ready(Err(error.into())),
            Poll::Ready(Ok(())) => Poll::Ready(self.take(&scratch[..count]).map(|()| count)),
        };
        SCRATCH.set(scratch);
        done
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if let Some(keepalive) = &mut self.keepalive
            && !bytes.is_empty()
        {
            keepalive.heard();
        }
        if self.partial.is_empty() {
            let used = self.frames(bytes)?;
            self.partial.extend_from_slice(&bytes[used..]);
            return Ok(());
        }
        let mut all = std::mem::take(&mut self.partial);
        all.extend_from_slice(bytes);
        let used = self.frames(&all)?;
        all.drain(..used);
        if all.is_empty() && all.capacity() > KEPT {
            all = Vec::new();
        }
        self.partial = all;
        Ok(())
    }

    /// Lets calls under way go on; whether any ended.
    fn answer(&mut self, context: &mut Context<'_>) -> bool {
        let mut ended = self.resume(context);
        if self.jobs.is_empty() {
            return ended;
        }
        TENDED.set(true);
        ended |= self.advance(context);
        while self.handler.tend() {
            ended |= self.advance(context);
        }
        TENDED.set(false);
        ended
    }

    fn advance(&mut self, context: &mut Context<'_>) -> bool {
        let mut ended = false;
        // Tokio's budget for a task is meant for one request: with it, those that come last would
        // wait for ever behind newer ones.
        let mut next = tokio::task::unconstrained(poll_fn(|context| {
            while let Poll::Ready(Some(())) = self.jobs.poll_next_unpin(context) {
                ended = true;
            }
            Poll::Ready(())
        }));
        let _ = Pin::new(&mut next).poll(context);
        ended
    }

    /// Writes what there is; whether there is more by then.
    fn write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut streams = self.shared.streams();
        streams.pump();
        while self.written < streams.out.len() {
            let polled = Pin::new(&mut self.io).poll_write(context, &streams.out[self.written..]);
            match polled {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(count)) => self.written += count,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
            self.flush = true;
        }
        self.written = 0;
        streams.out.clear();
        if streams.out.capacity() > KEPT && streams.len() == 0 && self.known.is_empty() {
            streams.out = Vec::new();
        }
        streams.pump();
        let more = !streams.out.is_empty();
        drop(streams);
        if self.flush && !more {
            match Pin::new(&mut self.io).poll_flush(context) {
                Poll::Ready(Ok(())) => self.flush = false,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {}
            }
        }
        Poll::Ready(Ok(more))
    }
}
