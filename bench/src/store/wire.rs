//! A load generator that costs little itself: gRPC requests made once and sent again and again
//! over one HTTP/2 connection (RFC 9113, 7541), so that two cores measure the server.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use grpc::frame::{
    self, ACK, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, Head, PING, PREFACE, RST_STREAM, SETTINGS,
    WINDOW_UPDATE, put,
};

/// What the server may send before we grant more.
const WINDOW: u32 = 1 << 28;
/// What is read at once.
const READ: usize = 256 << 10;

/// What arrived on a stream.
pub enum Event<'a> {
    /// A whole gRPC message.
    Message(&'a [u8]),
    /// The stream ended; whether it carried a message, which an error does not.
    End(u32, bool),
}

/// One connection, for one method.
pub struct Wire {
    stream: TcpStream,
    host: String,
    path: &'static str,
    /// The next stream.
    next: u32,
    /// Bytes of data that the server lets us send.
    allowed: i64,
    /// Requests that wait for `allowed`.
    waiting: VecDeque<(u32, Vec<u8>, bool)>,
    out: Vec<u8>,
    /// What is read into; the first `held` bytes are a frame that is not whole yet.
    input: Vec<u8>,
    held: usize,
    /// Whether messages are of interest, or their ends alone.
    messages: bool,
    /// Messages that are not whole yet, by stream.
    partial: HashMap<u32, Vec<u8>>,
    answered: HashSet<u32>,
    received: u32,
}

/// A header that is remembered by the server's table: its name's index, or its name.
fn literal(out: &mut Vec<u8>, index: u8, name: &str, value: &str) {
    out.push(0x40 | index);
    let name = (index == 0).then_some(name);
    for text in name.into_iter().chain([value]) {
        // Lengths up to 126 take one byte.
        out.push(u8::try_from(text.len()).unwrap_or(126).min(126));
        out.extend_from_slice(text.as_bytes());
    }
}

impl Wire {
    /// Connects to `http://host:port`, for calls of `path` whose `messages` are of interest or not.
    ///
    /// # Errors
    /// Fails when nobody answers there, and for TLS.
    pub fn connect(endpoint: &str, path: &'static str, messages: bool) -> Result<Self> {
        let Some(host) = endpoint.strip_prefix("http://") else {
            bail!("{endpoint}: this load is made for http:// endpoints");
        };
        let stream = TcpStream::connect(host).with_context(|| format!("cannot connect to {host}"))?;
        stream.set_nodelay(true)?;
        let mut out = PREFACE.to_vec();
        let mut settings = Vec::new();
        // No pushes, a wide window for each stream.
        for (name, value) in [(2u16, 0u32), (4, WINDOW)] {
            settings.extend_from_slice(&name.to_be_bytes());
            settings.extend_from_slice(&value.to_be_bytes());
        }
        put(&mut out, SETTINGS, 0, 0, &settings);
        put(&mut out, WINDOW_UPDATE, 0, 0, &WINDOW.to_be_bytes());
        Ok(Self {
            stream,
            host: host.into(),
            path,
            next: 1,
            allowed: 65_535,
            waiting: VecDeque::new(),
            out,
            input: vec![0; READ],
            held: 0,
            messages,
            partial: HashMap::new(),
            answered: HashSet::new(),
            received: 0,
        })
    }

    /// Begins a call with one message; `last` if none follows. Returns the stream.
    pub fn call(&mut self, message: &[u8], last: bool) -> u32 {
        let stream = self.next;
        self.next += 2;
        // POST and http are in the static table; the rest is in the dynamic one after the first call.
        let mut block = vec![0x83, 0x86];
        if stream == 1 {
            literal(&mut block, 4, ":path", self.path);
            literal(&mut block, 1, ":authority", &self.host);
            literal(&mut block, 31, "content-type", "application/grpc");
            literal(&mut block, 0, "te", "trailers");
        } else {
            block.extend_from_slice(&[0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62]);
        }
        put(&mut self.out, HEADERS, END_HEADERS, stream, &block);
        let mut payload = vec![0];
        payload.extend_from_slice(&u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
        payload.extend_from_slice(message);
        self.waiting.push_back((stream, payload, last));
        self.fill();
        stream
    }

    /// Moves what the server's window allows into the buffer.
    fn fill(&mut self) {
        while let Some((stream, payload, last)) = self.waiting.front_mut() {
            let part = payload.len().min(frame::LONGEST).min(usize::try_from(self.allowed).unwrap_or(0));
            if part == 0 {
                break;
            }
            self.allowed -= i64::try_from(part).unwrap_or(i64::MAX);
            let ends = *last && part == payload.len();
            put(&mut self.out, DATA, if ends { END_STREAM } else { 0 }, *stream, &payload[..part]);
            payload.drain(..part);
            if payload.is_empty() {
                self.waiting.pop_front();
            }
        }
    }

    /// Sends what waits, reads what there is, and hands it to `take`.
    ///
    /// # Errors
    /// Fails when the server ends the connection or a stream by force.
    pub fn turn(&mut self, mut take: impl FnMut(Event<'_>) -> Result<()>) -> Result<()> {
        if !self.out.is_empty() {
            self.stream.write_all(&self.out)?;
            self.out.clear();
        }
        let mut input = std::mem::take(&mut self.input);
        let count = self.stream.read(&mut input[self.held..])?;
        if count == 0 {
            bail!("the server closed the connection");
        }
        let (mut at, end) = (0, self.held + count);
        while let Some(head) = input[at..end].first_chunk::<{ frame::HEAD }>() {
            let head = Head::parse(head);
            let begin = at + frame::HEAD;
            let Some(payload) = input[..end].get(begin..begin + head.length) else { break };
            self.frame(head, payload, &mut take)?;
            at = begin + head.length;
        }
        input.copy_within(at..end, 0);
        self.held = end - at;
        self.input = input;
        Ok(())
    }

    fn frame(
        &mut self,
        head: Head,
        payload: &[u8],
        take: &mut impl FnMut(Event<'_>) -> Result<()>,
    ) -> Result<()> {
        let stream = head.stream;
        match head.kind {
            DATA => {
                self.received += u32::try_from(payload.len())?;
                if self.received > WINDOW / 2 {
                    put(&mut self.out, WINDOW_UPDATE, 0, 0, &self.received.to_be_bytes());
                    self.received = 0;
                }
                self.data(stream, payload, take)?;
            }
            SETTINGS if !head.has(ACK) => put(&mut self.out, SETTINGS, ACK, 0, &[]),
            PING if !head.has(ACK) => put(&mut self.out, PING, ACK, 0, payload),
            WINDOW_UPDATE if stream == 0 => {
                let more = payload.try_into().map(u32::from_be_bytes).unwrap_or_default();
                self.allowed += i64::from(more);
                self.fill();
            }
            RST_STREAM => {
                let reason = payload.try_into().map(u32::from_be_bytes).unwrap_or_default();
                bail!("the server reset call {stream}, reason {reason}")
            }
            GOAWAY => bail!("the server sends us away: {}", String::from_utf8_lossy(payload)),
            _ => {}
        }
        if matches!(head.kind, DATA | HEADERS) && head.has(END_STREAM) {
            self.partial.remove(&stream);
            take(Event::End(stream, self.answered.remove(&stream)))?;
        }
        Ok(())
    }

    fn data(
        &mut self,
        stream: u32,
        payload: &[u8],
        take: &mut impl FnMut(Event<'_>) -> Result<()>,
    ) -> Result<()> {
        if !self.messages {
            // Errors come without data.
            if !payload.is_empty() {
                self.answered.insert(stream);
            }
            return Ok(());
        }
        let size = |bytes: &[u8]| match bytes {
            [_, a, b, c, d, ..] => Some(5 + u32::from_be_bytes([*a, *b, *c, *d]) as usize),
            _ => None,
        };
        // A message that is not whole yet only grows: to copy it for every frame would cost more
        // than all else.
        if let Some(held) = self.partial.get_mut(&stream) {
            held.extend_from_slice(payload);
            if size(held).is_none_or(|size| held.len() < size) {
                return Ok(());
            }
        }
        let whole = self.partial.remove(&stream);
        let mut rest = whole.as_deref().unwrap_or(payload);
        while let Some(message) = size(rest).and_then(|size| rest.get(..size)) {
            self.answered.insert(stream);
            take(Event::Message(&message[5..]))?;
            rest = &rest[message.len()..];
        }
        if !rest.is_empty() {
            self.partial.insert(stream, rest.to_vec());
        }
        Ok(())
    }
}

/// Calls `path` `count` times, `in_flight` at a time; gives each call's time and the whole's.
///
/// # Errors
/// Fails when a call does.
pub fn load(
    endpoint: &str,
    path: &'static str,
    (count, in_flight): (u64, u64),
    message: impl Fn(u64) -> Vec<u8>,
) -> Result<(Vec<Duration>, Duration)> {
    let mut wire = Wire::connect(endpoint, path, false)?;
    let mut begun: HashMap<u32, Instant> = HashMap::new();
    let mut times = Vec::new();
    let start = Instant::now();
    let mut sent = 0;
    while times.len() < usize::try_from(count)? {
        while sent < count && begun.len() < usize::try_from(in_flight)? {
            let stream = wire.call(&message(sent), true);
            begun.insert(stream, Instant::now());
            sent += 1;
        }
        wire.turn(|event| {
            if let Event::End(stream, answered) = event {
                if !answered {
                    bail!("{path}: the server answered with an error");
                }
                times.extend(begun.remove(&stream).map(|begun| begun.elapsed()));
            }
            Ok(())
        })?;
    }
    Ok((times, start.elapsed()))
}
