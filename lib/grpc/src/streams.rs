//! The streams of a connection: what arrives for them, what they send, and the windows of both.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures::future::AbortHandle;
use futures::task::AtomicWaker;
use http::{HeaderMap, StatusCode};
use tonic::Status;

use crate::frame::{self, Head, LONGEST, Reason, WIDEST};
use crate::pack::{GOOD, GRPC, OK, RESIZE, pack, status};
use crate::{Answer, Gate, Later, Resume};

/// What a client may send on one stream before it is read.
pub const STREAM_WINDOW: u32 = 1 << 20;
/// What a client may send on all of them.
pub const WINDOW: u32 = 8 << 20;
/// What a client lets us send before it says otherwise.
const FIRST: i64 = 65_535;
/// How much may wait to be written before streams have to wait.
pub const FULL: usize = 256 << 10;
/// The longest message that is written in one go; others send theirs between the parts of longer ones.
const IN_ONE_GO: usize = 1 << 20;

/// What streams and their connection share.
#[derive(Default)]
pub struct Shared {
    streams: Mutex<Streams>,
    connection: AtomicWaker,
}

impl Shared {
    pub fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection has something to write.
    pub fn wake(&self) {
        self.connection.wake();
    }

    pub fn register(&self, waker: &Waker) {
        self.connection.register(waker);
    }
}

/// The next of a request's body.
pub enum Arrival {
    /// Bytes, and whether the connection is to tell the client that it may send more.
    Data(Bytes, bool),
    Nothing,
    End,
    /// The stream is gone.
    Reset,
}

/// What a call waits for that has no answer yet.
pub enum Wait {
    Later(Later),
    After(Gate, Resume),
}

/// What follows the data.
enum End {
    Nothing,
    Trailers(Vec<u8>),
}

#[derive(Default)]
pub struct Stream {
    arrived: VecDeque<Bytes>,
    reader: Option<Waker>,
    /// Nobody reads what arrives.
    ignored: bool,
    /// The client has sent everything.
    pub whole: bool,
    /// What the client has sent that its window was not opened for yet.
    taken: u32,
    /// What the client may send.
    open: u32,
    /// What we may send.
    window: i64,
    queue: VecDeque<Bytes>,
    end: Option<End>,
    writer: Option<Waker>,
    /// It is among those whose turn comes.
    listed: bool,
    pub abort: Option<AbortHandle>,
}

impl Stream {
    fn wants(&self) -> bool {
        (!self.queue.is_empty() && self.window > 0) || (self.queue.is_empty() && self.end.is_some())
    }

    fn wake(&mut self) {
        for waker in [self.reader.take(), self.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }
}

pub struct Streams {
    /// What is written next.
    pub out: Vec<u8>,
    /// What we may send on all streams.
    window: i64,
    /// What we may send on a new one.
    pub initial: i64,
    /// The longest frame that the client takes.
    longest: usize,
    all: HashMap<u32, Stream>,
    turns: VecDeque<u32>,
    /// What the client may send on all of them.
    open: u32,
    /// What has been taken in on all streams, since the client was last told that it may send more.
    taken: u32,
    /// The client wants to hear that its headers need no table.
    resized: bool,
    /// Something was sent since the client's last probe.
    pub spoke: bool,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            out: Vec::new(),
            window: FIRST,
            initial: FIRST,
            longest: LONGEST,
            all: HashMap::new(),
            turns: VecDeque::new(),
            open: WINDOW,
            taken: 0,
            resized: false,
            spoke: false,
        }
    }
}

impl Streams {
    pub fn get(&mut self, id: u32) -> Option<&mut Stream> {
        self.all.get_mut(&id)
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// A request begins whose body is `whole` already or not; `extra` is what its window was opened
    /// by before.
    pub fn open(&mut self, id: u32, whole: bool, extra: i64) -> &mut Stream {
        let stream = Stream { whole, open: STREAM_WINDOW, window: self.initial + extra, ..Stream::default() };
        self.all.entry(id).insert_entry(stream).into_mut()
    }

    /// Data has come, for whatever stream.
    ///
    /// # Errors
    /// Fails when the client sends more than it may.
    pub fn receive(&mut self, length: u32) -> Result<(), Reason> {
        self.open = self.open.checked_sub(length).ok_or(Reason::FlowControl)?;
        Ok(())
    }

    /// Data has come for a body. The padding counts too.
    ///
    /// # Errors
    /// Fails when the client sends more than it may.
    pub fn arrive(&mut self, id: u32, data: &[u8], length: u32) -> Result<(), Reason> {
        let Some(stream) = self.all.get_mut(&id) else {
            // Of a stream that has ended here.
            self.take_in(length);
            return Ok(());
        };
        stream.open = stream.open.checked_sub(length).ok_or(Reason::FlowControl)?;
        if stream.ignored || data.is_empty() {
            stream.taken += length;
            self.open_further(id);
            self.take_in(length);
            return Ok(());
        }
        let padding = length - u32::try_from(data.len()).unwrap_or(length);
        stream.taken += padding;
        stream.arrived.push_back(Bytes::copy_from_slice(data));
        if let Some(waker) = stream.reader.take() {
            waker.wake();
        }
        self.take_in(padding);
        Ok(())
    }

    /// Counts what was taken in from the connection; whether the client is told.
    pub fn take_in(&mut self, bytes: u32) -> bool {
        self.taken += bytes;
        let due = self.taken > WINDOW / 2;
        if due {
            let more = std::mem::take(&mut self.taken);
            self.open += more;
            frame::window(&mut self.out, 0, more);
        }
        due
    }

    fn open_further(&mut self, id: u32) -> bool {
        let Some(stream) = self.all.get_mut(&id) else { return false };
        let due = stream.taken > STREAM_WINDOW / 2 && !stream.whole;
        if due {
            let more = std::mem::take(&mut stream.taken);
            stream.open += more;
            frame::window(&mut self.out, id, more);
        }
        due
    }

    /// The next of a body that arrives.
    pub fn take(&mut self, id: u32, waker: &Waker) -> Arrival {
        let Some(stream) = self.all.get_mut(&id) else { return Arrival::Reset };
        let Some(bytes) = stream.arrived.pop_front() else {
            if stream.whole {
                return Arrival::End;
            }
            stream.reader = Some(waker.clone());
            return Arrival::Nothing;
        };
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        stream.taken += length;
        let stream = self.open_further(id);
        Arrival::Data(bytes, self.take_in(length) | stream)
    }

    /// Nobody will read the rest of a body; whether there is something to write.
    pub fn ignore(&mut self, id: u32) -> bool {
        let Some(stream) = self.all.get_mut(&id) else { return false };
        stream.ignored = true;
        let rest: usize = stream.arrived.drain(..).map(|bytes| bytes.len()).sum();
        let rest = u32::try_from(rest).unwrap_or(u32::MAX);
        stream.taken += rest;
        let stream = self.open_further(id);
        self.take_in(rest) | stream
    }

    /// The client has sent everything.
    pub fn end(&mut self, id: u32) {
        if let Some(stream) = self.all.get_mut(&id) {
            stream.whole = true;
            if let Some(waker) = stream.reader.take() {
                waker.wake();
            }
        }
    }

    /// The stream is over, whatever was under way.
    pub fn remove(&mut self, id: u32) {
        if let Some(abort) = self.forget(id).and_then(|stream| stream.abort) {
            abort.abort();
        }
    }

    /// Takes a stream out, and tells whoever waits for it.
    fn forget(&mut self, id: u32) -> Option<Stream> {
        let mut stream = self.all.remove(&id)?;
        stream.wake();
        // What nobody has read does not count any more.
        let rest: usize = stream.arrived.iter().map(Bytes::len).sum();
        self.take_in(u32::try_from(rest).unwrap_or(u32::MAX));
        Some(stream)
    }

    /// Ends a stream by force.
    pub fn reset(&mut self, id: u32, reason: Reason) {
        frame::reset(&mut self.out, id, reason);
        self.remove(id);
    }

    /// The client lets us send more.
    ///
    /// # Errors
    /// Fails when the window would be wider than there are numbers for.
    pub fn widen(&mut self, id: u32, more: i64) -> Result<(), Reason> {
        if id == 0 {
            self.window += more;
            return if self.window > WIDEST { Err(Reason::FlowControl) } else { Ok(()) };
        }
        let Some(stream) = self.all.get_mut(&id) else { return Ok(()) };
        stream.window += more;
        if stream.window > WIDEST {
            self.reset(id, Reason::FlowControl);
        } else {
            self.list(id);
        }
        Ok(())
    }

    /// What the client's settings say.
    ///
    /// # Errors
    /// Fails when they say what they must not.
    pub fn settings(&mut self, payload: &[u8]) -> Result<(), Reason> {
        for setting in payload.as_chunks::<6>().0 {
            let [a, b, value @ ..] = *setting;
            let value = u32::from_be_bytes(value);
            match u16::from_be_bytes([a, b]) {
                // A table smaller than it was is to be confirmed.
                1 => self.resized |= value < 4096,
                2 if value > 1 => return Err(Reason::Protocol),
                4 => {
                    let value = i64::from(value);
                    if value > WIDEST {
                        return Err(Reason::FlowControl);
                    }
                    let more = value - std::mem::replace(&mut self.initial, value);
                    for id in self.all.keys().copied().collect::<Vec<_>>() {
                        self.widen(id, more)?;
                    }
                }
                5 if !(16_384..=0xff_ffff).contains(&value) => return Err(Reason::Protocol),
                5 => self.longest = value as usize,
                _ => {}
            }
        }
        Ok(())
    }

    /// Puts a stream among those whose turn comes, if it can send.
    fn list(&mut self, id: u32) {
        if let Some(stream) = self.all.get_mut(&id)
            && !stream.listed
            && stream.wants()
        {
            stream.listed = true;
            self.turns.push_back(id);
        }
    }

    fn block(&mut self) -> Vec<u8> {
        if std::mem::take(&mut self.resized) { vec![RESIZE] } else { Vec::new() }
    }

    /// Writes the head of a call's answer that has a message.
    fn begin(&mut self, id: u32) {
        let resize: &[u8] = if std::mem::take(&mut self.resized) { &[RESIZE] } else { &[] };
        let length = resize.len() + 1 + GRPC.len();
        let head = Head { length, kind: frame::HEADERS, flags: frame::END_HEADERS, stream: id };
        self.out.extend_from_slice(&head.bytes());
        self.out.extend_from_slice(resize);
        self.out.push(OK);
        self.out.extend_from_slice(GRPC);
    }

    /// Answers a call: `encode` appends the message. What it waits for is given back.
    pub fn reply(
        &mut self,
        id: u32,
        extra: i64,
        encode: impl FnOnce(&mut Vec<u8>) -> Answer,
    ) -> Option<Wait> {
        let begin = self.out.len();
        self.begin(id);
        let data = self.out.len();
        self.out.extend_from_slice(&[0; frame::HEAD]);
        let wait = match encode(&mut self.out) {
            Answer::Done => {
                self.all.remove(&id);
                self.finish(id, self.initial + extra, data);
                return None;
            }
            Answer::Failed(status) => {
                self.out.truncate(begin);
                self.all.remove(&id);
                self.refuse(id, &status);
                return None;
            }
            Answer::Later(later) => Wait::Later(later),
            Answer::After(gate, resume) => Wait::After(gate, resume),
        };
        self.out.truncate(begin);
        Some(wait)
    }

    /// Goes on with a call that has waited, if the client has not taken it back; what it waits for now is
    /// given back.
    pub fn resume(&mut self, id: u32, encode: impl FnOnce(&mut Vec<u8>) -> Answer) -> Option<Wait> {
        let extra = self.all.get(&id)?.window - self.initial;
        self.reply(id, extra, encode)
    }

    /// What came later is there.
    pub fn replied(&mut self, id: u32, result: Result<Vec<u8>, Status>) {
        // Otherwise the client has taken its call back.
        let Some(stream) = self.all.get_mut(&id) else { return };
        match result {
            Ok(message) if message.len() <= self.longest => {
                self.resume(id, |out| {
                    out.extend_from_slice(&message);
                    Answer::Done
                });
            }
            Ok(message) => {
                stream.queue.push_back(message.into());
                stream.end = Some(End::Trailers(GOOD.to_vec()));
                self.begin(id);
                self.list(id);
            }
            Err(status) => {
                self.all.remove(&id);
                self.refuse(id, &status);
            }
        }
    }

    /// The message that begins a frame's head after `data` is whole.
    fn finish(&mut self, id: u32, window: i64, data: usize) {
        let length = self.out.len() - data - frame::HEAD;
        let room = self.window.min(window);
        self.spoke = true;
        if length <= IN_ONE_GO && length as i64 <= room {
            self.window -= length as i64;
            frame::divide(&mut self.out, data, self.longest, id);
            frame::put(&mut self.out, frame::HEADERS, frame::END_HEADERS | frame::END_STREAM, id, GOOD);
            return;
        }
        // The windows are too small for it, or it is long: it goes in parts.
        let message = self.out.split_off(data + frame::HEAD);
        self.out.truncate(data);
        let stream = Stream {
            whole: true,
            window,
            queue: [Bytes::from(message)].into(),
            end: Some(End::Trailers(GOOD.to_vec())),
            ..Stream::default()
        };
        self.all.insert(id, stream);
        self.list(id);
    }

    /// An answer that is a status alone.
    pub fn refuse(&mut self, id: u32, status: &Status) {
        let mut headers = HeaderMap::new();
        let mut block = self.block();
        block.push(OK);
        block.extend_from_slice(GRPC);
        if status.add_header(&mut headers).is_err() {
            headers.insert("grpc-status", (status.code() as i32).into());
        }
        pack(&mut block, &headers);
        frame::headers(&mut self.out, id, &block, true);
        self.spoke = true;
    }

    /// Answers without a body, and without looking at the request.
    pub fn bare(&mut self, id: u32, code: StatusCode) {
        let mut block = self.block();
        status(&mut block, code);
        frame::headers(&mut self.out, id, &block, true);
    }

    /// Begins an answer, which is whole if `end`; `false` if the stream is gone.
    pub fn head(&mut self, id: u32, code: StatusCode, headers: &HeaderMap, end: bool) -> bool {
        if !self.all.contains_key(&id) {
            return false;
        }
        let mut block = self.block();
        status(&mut block, code);
        pack(&mut block, headers);
        frame::headers(&mut self.out, id, &block, end);
        self.spoke = true;
        if end {
            self.closed(id);
        }
        true
    }

    /// Waits until what was queued on a stream is written; `false` if the stream is gone.
    pub fn room(&mut self, id: u32, context: &mut Context<'_>) -> Poll<bool> {
        let Some(stream) = self.all.get_mut(&id) else { return Poll::Ready(false) };
        if stream.queue.is_empty() && self.out.len() < FULL {
            return Poll::Ready(true);
        }
        stream.writer = Some(context.waker().clone());
        if stream.queue.is_empty() {
            // Others fill the buffer: its turn comes when that is written.
            if !stream.listed {
                stream.listed = true;
                self.turns.push_back(id);
            }
        }
        Poll::Pending
    }

    /// Queues data.
    pub fn data(&mut self, id: u32, data: Bytes) {
        if let Some(stream) = self.all.get_mut(&id)
            && !data.is_empty()
        {
            stream.queue.push_back(data);
            self.list(id);
        }
    }

    /// Ends an answer after its data.
    pub fn finished(&mut self, id: u32, trailers: Option<&HeaderMap>) {
        if let Some(stream) = self.all.get_mut(&id) {
            stream.end = Some(match trailers {
                None => End::Nothing,
                Some(headers) => {
                    let mut block = Vec::new();
                    pack(&mut block, headers);
                    End::Trailers(block)
                }
            });
            self.list(id);
        }
    }

    /// The answer is written to its end. Whoever gave it is through with it, and is not cut short.
    fn closed(&mut self, id: u32) {
        if let Some(stream) = self.forget(id)
            && !stream.whole
        {
            // The client need not go on.
            frame::reset(&mut self.out, id, Reason::NoError);
        }
    }

    /// Moves what the windows allow into the buffer, each stream a frame in turn.
    pub fn pump(&mut self) {
        while self.out.len() < FULL
            && let Some(id) = self.turns.pop_front()
        {
            let Some(stream) = self.all.get_mut(&id) else { continue };
            stream.listed = false;
            if let Some(front) = stream.queue.front_mut() {
                let room = usize::try_from(self.window.min(stream.window)).unwrap_or(0);
                let length = front.len().min(self.longest).min(room);
                if length == 0 {
                    if stream.window > 0 {
                        // The connection's window is shut: its turn stays.
                        stream.listed = true;
                        self.turns.push_front(id);
                        return;
                    }
                    continue;
                }
                self.window -= length as i64;
                stream.window -= length as i64;
                let whole = length == front.len();
                let last = whole && stream.queue.len() == 1 && matches!(stream.end, Some(End::Nothing));
                let flags = if last { frame::END_STREAM } else { 0 };
                let part = stream.queue.front_mut().map(|front| front.split_to(length)).unwrap_or_default();
                if whole {
                    stream.queue.pop_front();
                }
                frame::put(&mut self.out, frame::DATA, flags, id, &part);
                self.spoke = true;
                if last {
                    self.closed(id);
                    continue;
                }
            } else if stream.end.is_some() {
                match stream.end.take() {
                    Some(End::Trailers(block)) => frame::headers(&mut self.out, id, &block, true),
                    _ => frame::put(&mut self.out, frame::DATA, frame::END_STREAM, id, &[]),
                }
                self.closed(id);
                continue;
            }
            if stream.queue.is_empty()
                && let Some(waker) = stream.writer.take()
            {
                waker.wake();
            }
            self.list(id);
        }
    }

    /// All streams end: the connection has.
    pub fn clear(&mut self) {
        for (_, mut stream) in self.all.drain() {
            stream.wake();
        }
    }
}
