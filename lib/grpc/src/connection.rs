//! A connection: frames are read, calls answered, and what there is to say is written, in one task.

use std::cell::Cell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::abortable;
use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _};
use http::header::HOST;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::Status;

use crate::frame::{
    self, ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, LONGEST, PING, PREFACE,
    PRIORITIZED, PRIORITY, PUSH_PROMISE, RST_STREAM, Reason, SETTINGS, WINDOW_UPDATE,
};
use crate::hpack::Decoder;
use crate::incoming::Incoming;
use crate::pings::{Due, Keepalive, Police};
use crate::streams::{FULL, STREAM_WINDOW, Shared, WINDOW};
use crate::{Answer, Handler, Head, Later, Limits, PREFIX};

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
                Poll::Ready(Ok(more)) => moved |= more || self.stopped,
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

    /// Works off whole frames; how many bytes they are.
    fn frames(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let mut at = 0;
        if self.begun == Begun::Nothing {
            if !bytes.starts_with(PREFACE) {
                let so_far = PREFACE.starts_with(bytes);
                return if so_far { Ok(0) } else { wrong(Reason::Protocol, "this is not HTTP/2") };
            }
            at = PREFACE.len();
            self.begun = Begun::Preface;
        }
        while let Some(head) = bytes[at..].first_chunk::<{ frame::HEAD }>() {
            let head = frame::Head::parse(head);
            if head.length > LONGEST {
                return wrong(Reason::FrameSize, "a frame is too long");
            }
            let begin = at + frame::HEAD;
            let Some(payload) = bytes.get(begin..begin + head.length) else { break };
            self.frame(head, payload)?;
            at = begin + head.length;
            if self.stopped {
                break;
            }
        }
        Ok(at)
    }

    fn frame(&mut self, head: frame::Head, payload: &[u8]) -> Result<(), Fault> {
        if self.begun != Begun::All {
            if head.kind != SETTINGS || head.has(ACK) {
                return wrong(Reason::Protocol, "the first frame is not the settings");
            }
            self.begun = Begun::All;
        }
        if self.block.is_some() && head.kind != CONTINUATION {
            return wrong(Reason::Protocol, "headers are interrupted");
        }
        let number = |payload: &[u8]| payload.try_into().map(u32::from_be_bytes);
        match (head.kind, head.stream) {
            (DATA, 1..) => self.data(head, payload),
            (HEADERS, 1..) => self.headers(head, payload),
            (CONTINUATION, 1..) => self.continuation(head, payload),
            (PRIORITY, 1..) => {
                // It says nothing any more (RFC 9113, 5.3).
                if payload.len() != 5 {
                    self.shared.streams().reset(head.stream, Reason::FrameSize);
                }
                Ok(())
            }
            (RST_STREAM, 1..) => {
                if payload.len() != 4 {
                    return wrong(Reason::FrameSize, "RST_STREAM");
                }
                self.exists(head.stream)?;
                self.known.remove(&head.stream);
                self.shared.streams().remove(head.stream);
                Ok(())
            }
            (SETTINGS, 0) => self.settings(head, payload),
            (PING, 0) => self.ping(head, payload),
            (GOAWAY, 0) => Ok(()),
            (WINDOW_UPDATE, stream) => {
                let Ok(more) = number(payload) else { return wrong(Reason::FrameSize, "WINDOW_UPDATE") };
                self.widen(stream, i64::from(more & 0x7fff_ffff))
            }
            (PUSH_PROMISE, _) => wrong(Reason::Protocol, "clients don't push"),
            (DATA | HEADERS | CONTINUATION | PRIORITY | RST_STREAM | SETTINGS | PING | GOAWAY, _) => {
                wrong(Reason::Protocol, "a frame that does not belong on this stream")
            }
            // What we do not know is to be ignored.
            _ => Ok(()),
        }
    }

    /// A stream that was never opened has nothing to be said of it.
    fn exists(&self, stream: u32) -> Result<(), Fault> {
        if stream > self.last || stream.is_multiple_of(2) {
            return wrong(Reason::Protocol, "a frame on a stream that there is not");
        }
        Ok(())
    }

    fn settings(&mut self, head: frame::Head, payload: &[u8]) -> Result<(), Fault> {
        if head.has(ACK) {
            return if payload.is_empty() { Ok(()) } else { wrong(Reason::FrameSize, "SETTINGS") };
        }
        if !payload.len().is_multiple_of(6) {
            return wrong(Reason::FrameSize, "SETTINGS");
        }
        let mut streams = self.shared.streams();
        streams.settings(payload).map_err(|reason| Fault::Protocol(reason, "SETTINGS"))?;
        frame::put(&mut streams.out, SETTINGS, ACK, 0, &[]);
        Ok(())
    }

    fn ping(&mut self, head: frame::Head, payload: &[u8]) -> Result<(), Fault> {
        if payload.len() != 8 {
            return wrong(Reason::FrameSize, "PING");
        }
        if head.has(ACK) {
            return Ok(());
        }
        let mut streams = self.shared.streams();
        frame::put(&mut streams.out, PING, ACK, 0, payload);
        let spoke = std::mem::take(&mut streams.spoke);
        let busy = streams.len() > 0 || !self.known.is_empty();
        if self.police.ping(spoke, busy) { Ok(()) } else { wrong(Reason::Calm, "too_many_pings") }
    }

    fn widen(&mut self, stream: u32, more: i64) -> Result<(), Fault> {
        if stream > 0 {
            self.exists(stream)?;
        }
        if more == 0 {
            if stream == 0 {
                return wrong(Reason::Protocol, "a window is opened by nothing");
            }
            self.known.remove(&stream);
            self.shared.streams().reset(stream, Reason::Protocol);
            return Ok(());
        }
        if let Some(known) = self.known.get_mut(&stream) {
            known.extra += more;
            if known.extra > frame::WIDEST {
                self.known.remove(&stream);
                self.shared.streams().reset(stream, Reason::FlowControl);
            }
            return Ok(());
        }
        let widened = self.shared.streams().widen(stream, more);
        widened.map_err(|reason| Fault::Protocol(reason, "a window is too wide"))
    }

    fn headers(&mut self, head: frame::Head, payload: &[u8]) -> Result<(), Fault> {
        let Some(mut packed) = frame::unpadded(head, payload) else {
            return wrong(Reason::Protocol, "padding");
        };
        if head.has(PRIORITIZED) {
            let Some(rest) = packed.get(5..) else { return wrong(Reason::FrameSize, "HEADERS") };
            packed = rest;
        }
        let end = head.has(END_STREAM);
        if head.has(END_HEADERS) {
            return self.request(head.stream, end, packed);
        }
        self.block = Some(Block { stream: head.stream, end, packed: packed.to_vec(), frames: 1 });
        Ok(())
    }

    fn continuation(&mut self, head: frame::Head, payload: &[u8]) -> Result<(), Fault> {
        let Some(mut block) = self.block.take_if(|block| block.stream == head.stream) else {
            return wrong(Reason::Protocol, "CONTINUATION of nothing");
        };
        block.frames += 1;
        if block.frames > BLOCK_FRAMES || block.packed.len() + payload.len() > HEADER_LIST {
            return wrong(Reason::Calm, "headers are too long");
        }
        block.packed.extend_from_slice(payload);
        if head.has(END_HEADERS) {
            return self.request(block.stream, block.end, &block.packed);
        }
        self.block = Some(block);
        Ok(())
    }

    /// A request begins, or ends with trailers.
    fn request(&mut self, stream: u32, end: bool, packed: &[u8]) -> Result<(), Fault> {
        let Ok(fields) = self.decoder.decode(packed, HEADER_LIST) else {
            return wrong(Reason::Compression, "headers");
        };
        if stream.is_multiple_of(2) {
            return wrong(Reason::Protocol, "an even stream");
        }
        if stream <= self.last {
            if self.known.contains_key(&stream) || self.shared.streams().get(stream).is_some() {
                if !end {
                    return wrong(Reason::Protocol, "headers amid data");
                }
                self.whole(stream);
            }
            // Else we have ended it, and the client did not know yet.
            return Ok(());
        }
        self.last = stream;
        let mut streams = self.shared.streams();
        if self.leaving.is_some() || streams.len() + self.known.len() >= self.limits.streams as usize {
            frame::reset(&mut streams.out, stream, Reason::Refused);
            return Ok(());
        }
        let Some(fields) = fields else {
            streams.bare(stream, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
            if !end {
                frame::reset(&mut streams.out, stream, Reason::NoError);
            }
            return Ok(());
        };
        let pseudo = fields.iter().take_while(|field| field.name.first() == Some(&b':')).count();
        if fields.iter().any(|field| field.wrong)
            || fields[pseudo..].iter().any(|field| field.name.first() == Some(&b':'))
        {
            frame::reset(&mut streams.out, stream, Reason::Protocol);
            return Ok(());
        }
        drop(streams);
        let head = Head(fields);
        if !end && let Some(call) = self.handler.known(&head) {
            let known = Known { call, head, message: Vec::new(), extra: 0, open: STREAM_WINDOW };
            self.known.insert(stream, known);
            return Ok(());
        }
        let incoming = Incoming::new(self.shared.clone(), stream, end);
        let Some(request) = general(&head, incoming) else {
            frame::reset(&mut self.shared.streams().out, stream, Reason::Protocol);
            return Ok(());
        };
        // Its stream is there before anybody reads its body.
        self.shared.streams().open(stream, end, 0);
        let (job, abort) = abortable(respond(self.shared.clone(), stream, self.handler.serve(request)));
        if let Some(stream) = self.shared.streams().get(stream) {
            stream.abort = Some(abort);
        }
        self.jobs.push(Box::pin(job.map(drop)));
        Ok(())
    }

    fn data(&mut self, head: frame::Head, payload: &[u8]) -> Result<(), Fault> {
        let Some(data) = frame::unpadded(head, payload) else { return wrong(Reason::Protocol, "padding") };
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        self.exists(head.stream)?;
        let end = head.has(END_STREAM);
        let mut streams = self.shared.streams();
        let window = |reason| Fault::Protocol(reason, "more data than its window lets through");
        streams.receive(length).map_err(window)?;
        let Some(known) = self.known.get_mut(&head.stream) else {
            if streams.get(head.stream).is_some_and(|stream| stream.whole) {
                streams.reset(head.stream, Reason::StreamClosed);
                streams.take_in(length);
                return Ok(());
            }
            streams.arrive(head.stream, data, length).map_err(window)?;
            if end {
                streams.end(head.stream);
            }
            return Ok(());
        };
        streams.take_in(length);
        known.open = known.open.checked_sub(length).ok_or(window(Reason::FlowControl))?;
        if end && known.message.is_empty() {
            drop(streams);
            let Some(known) = self.known.remove(&head.stream) else { return Ok(()) };
            self.call(head.stream, known, data);
            return Ok(());
        }
        known.message.extend_from_slice(data);
        if known.open < STREAM_WINDOW / 2 && !end {
            frame::window(&mut streams.out, head.stream, STREAM_WINDOW - known.open);
            known.open = STREAM_WINDOW;
        }
        if let Some(found) = announced(&known.message)
            && found > self.limits.message
        {
            let extra = known.extra;
            self.known.remove(&head.stream);
            let refusal = too_long(found, self.limits.message);
            streams.reply(head.stream, extra, |_| Answer::Failed(refusal));
            if !end {
                frame::reset(&mut streams.out, head.stream, Reason::NoError);
            }
            return Ok(());
        }
        drop(streams);
        if end {
            self.whole(head.stream);
        }
        Ok(())
    }

    /// Everything that belongs to a request has come.
    fn whole(&mut self, stream: u32) {
        match self.known.remove(&stream) {
            Some(mut known) => {
                let message = std::mem::take(&mut known.message);
                self.call(stream, known, &message);
            }
            None => self.shared.streams().end(stream),
        }
    }

    /// Answers a call whose message is whole.
    fn call(&mut self, stream: u32, known: Known<H::Call>, framed: &[u8]) {
        let answer = |reply: &mut Vec<u8>| match unframe(framed, self.limits.message) {
            Ok(message) => {
                self.handler.answer(known.call, &known.head, Bytes::copy_from_slice(message), reply)
            }
            Err(status) => Answer::Failed(status),
        };
        let mut streams = self.shared.streams();
        let later = streams.reply(stream, known.extra, answer);
        self.stopped = streams.out.len() >= FULL;
        if let Some(later) = later {
            streams.open(stream, true, known.extra);
            drop(streams);
            self.jobs.push(Box::pin(replied(self.shared.clone(), stream, later)));
        }
    }

    /// Lets calls under way go on; whether any ended.
    fn answer(&mut self, context: &mut Context<'_>) -> bool {
        if self.jobs.is_empty() {
            return false;
        }
        TENDED.set(true);
        let mut ended = self.advance(context);
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

/// How long the message is that begins here.
fn announced(framed: &[u8]) -> Option<usize> {
    let [_, length @ ..] = framed.first_chunk::<PREFIX>()?;
    usize::try_from(u32::from_be_bytes(*length)).ok()
}

/// In grpc-go's words.
fn too_long(found: usize, most: usize) -> Status {
    Status::resource_exhausted(format!("grpc: received message larger than max ({found} vs. {most})"))
}

/// The one message in a body.
fn unframe(framed: &[u8], most: usize) -> Result<&[u8], Status> {
    let Some(length) = announced(framed) else {
        return Err(Status::internal("the request has no message"));
    };
    if framed[0] == 1 {
        return Err(Status::unimplemented("grpc: Decompressor is not installed: send messages as they are"));
    }
    if framed[0] > 1 {
        return Err(Status::internal(format!("grpc: received unexpected payload format {}", framed[0])));
    }
    if length > most {
        return Err(too_long(length, most));
    }
    match framed[PREFIX..].len().cmp(&length) {
        std::cmp::Ordering::Less => Err(Status::internal("unexpected EOF")),
        std::cmp::Ordering::Equal => Ok(&framed[PREFIX..]),
        std::cmp::Ordering::Greater => {
            Err(Status::internal("more than one message for a call that takes one"))
        }
    }
}

/// The request as everybody knows it; `None` if it is none.
fn general(head: &Head, incoming: Incoming) -> Option<Request<Incoming>> {
    let once = |name: &[u8]| {
        let mut values = head.0.iter().filter(|field| *field.name == *name);
        let first = values.next()?;
        values.next().is_none().then_some(&*first.value)
    };
    let method = Method::from_bytes(once(b":method")?).ok()?;
    let path = once(b":path").filter(|path| path.first() == Some(&b'/') || *path == b"*")?;
    let uri = Uri::try_from(path).ok()?;
    let mut headers = HeaderMap::with_capacity(head.0.len());
    for field in head.0.iter().filter(|field| field.name.first() != Some(&b':')) {
        let name = HeaderName::from_bytes(&field.name).ok()?;
        headers.append(name, HeaderValue::from_bytes(&field.value).ok()?);
    }
    // What clients write there is not always one; nobody but pages looks at it.
    if let Some(authority) = head.get(b":authority").and_then(|value| HeaderValue::from_bytes(value).ok()) {
        headers.entry(HOST).or_insert(authority);
    }
    let mut request = Request::new(incoming);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    *request.version_mut() = http::Version::HTTP_2;
    Some(request)
}

/// Sends what comes later. One that panics takes nobody along.
async fn replied(shared: Arc<Shared>, stream: u32, later: Later) {
    let result = AssertUnwindSafe(later).catch_unwind().await;
    let result =
        result.unwrap_or_else(|_| Err(Status::internal("the call failed; the server's log says why")));
    shared.streams().replied(stream, result);
}

/// Sends an answer with its body, as fast as the client takes it.
async fn respond<B>(shared: Arc<Shared>, stream: u32, response: impl Future<Output = http::Response<B>>)
where
    B: http_body::Body<Data = Bytes> + Send + Unpin,
{
    let answered = AssertUnwindSafe(async {
        let (parts, mut body) = response.await.into_parts();
        let whole = body.is_end_stream();
        if !shared.streams().head(stream, parts.status, &parts.headers, whole) || whole {
            return true;
        }
        loop {
            if !poll_fn(|context| shared.streams().room(stream, context)).await {
                return true;
            }
            match body.frame().await {
                None => {
                    shared.streams().finished(stream, None);
                    return true;
                }
                Some(Err(_)) => return false,
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => shared.streams().data(stream, data),
                    Err(frame) => {
                        let trailers = frame.into_trailers().unwrap_or_default();
                        shared.streams().finished(stream, Some(&trailers));
                        return true;
                    }
                },
            }
        }
    });
    // Whatever goes wrong here takes nobody along.
    if !answered.catch_unwind().await.unwrap_or(false) {
        shared.streams().reset(stream, Reason::Internal);
    }
}
