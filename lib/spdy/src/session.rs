//! Sessions: streams over one connection.
//!
//! One task reads the connection and one writes it. A stream ends for its reader at the peer's
//! FIN, and for the peer at [`tokio::io::AsyncWriteExt::shutdown`] or when it is dropped. The
//! connection is closed when the last handle and stream are gone.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes};
use futures::ready;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf, ReadHalf, WriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::PollSender;

use crate::Error;
use crate::frame::{Frame, Reader, reset};
use crate::headers::{Headers, Packer};

/// Frames that wait to be written, and pieces that wait to be read from one stream.
const QUEUE: usize = 16;
/// The most streams that a peer may have open, by far more than any client of ours has.
const MOST_STREAMS: usize = 4096;
/// The most bytes in one data frame that we write.
const CHUNK: usize = 32 * 1024;
/// How long a peer may take to answer a new stream.
const REPLY: Duration = Duration::from_secs(30);
/// How long what the peer still sends is read after our side is closed, so that the kernel does
/// not reset the connection under what we sent last.
const LINGER: Duration = Duration::from_secs(5);

struct Entry {
    /// Where data goes; gone after the peer's FIN.
    data: Option<mpsc::Sender<Bytes>>,
    /// Who waits for the reply to a stream that we opened.
    replied: Option<oneshot::Sender<Result<(), Error>>>,
    /// Whether the stream's own end is dropped or shut down.
    ended: bool,
}

#[derive(Default)]
struct Table {
    streams: HashMap<u32, Entry>,
    /// No new streams: the connection is over, or the peer goes away.
    closed: bool,
}

type Shared = Arc<Mutex<Table>>;

fn lock(shared: &Shared) -> MutexGuard<'_, Table> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A handle that opens streams.
#[derive(Clone)]
pub struct Session {
    frames: mpsc::Sender<Frame>,
    table: Shared,
    next: Arc<AtomicU32>,
}

/// Streams that the peer opens.
pub struct Incoming(mpsc::Receiver<Stream>);

impl Incoming {
    /// The next one; `None` when the connection is over.
    pub async fn next(&mut self) -> Option<Stream> {
        self.0.recv().await
    }
}

impl Session {
    /// The side that asked for the upgrade.
    pub fn client<T>(transport: T) -> Result<(Self, Incoming), Error>
    where
        T: AsyncRead + AsyncWrite + Send + 'static,
    {
        Self::start(transport, 1)
    }

    /// The side that granted it.
    pub fn server<T>(transport: T) -> Result<(Self, Incoming), Error>
    where
        T: AsyncRead + AsyncWrite + Send + 'static,
    {
        Self::start(transport, 2)
    }

    fn start<T>(transport: T, first: u32) -> Result<(Self, Incoming), Error>
    where
        T: AsyncRead + AsyncWrite + Send + 'static,
    {
        let (read, write) = tokio::io::split(transport);
        let (frames, queue) = mpsc::channel(QUEUE);
        let (accept, incoming) = mpsc::channel(QUEUE);
        let table = Shared::default();
        let packer = Packer::new()?;
        let input = Input {
            frames: frames.downgrade(),
            table: table.clone(),
            accept,
            theirs: if first == 1 { 2 } else { 1 },
        };
        let reading = tokio::spawn(input.run(Reader::new(read)));
        let shared = table.clone();
        tokio::spawn(async move {
            // An error here is the connection's end, which the reader sees, too.
            let _ = write_frames(write, packer, queue).await;
            lock(&shared).closed = true;
            let abort = reading.abort_handle();
            if tokio::time::timeout(LINGER, reading).await.is_err() {
                abort.abort();
            }
            close(&shared);
        });
        Ok((Self { frames, table, next: Arc::new(AtomicU32::new(first)) }, Incoming(incoming)))
    }

    /// Opens a stream and waits until the peer has taken it.
    ///
    /// # Errors
    /// When the peer refuses it, does not answer within 30 seconds, or is gone.
    pub async fn open(&self, headers: Headers) -> Result<Stream, Error> {
        let id = self.next.fetch_add(2, Ordering::Relaxed);
        let (data, received) = mpsc::channel(QUEUE);
        let (replied, reply) = oneshot::channel();
        {
            let mut table = lock(&self.table);
            if table.closed {
                return Err(Error::Closed);
            }
            table.streams.insert(id, Entry { data: Some(data), replied: Some(replied), ended: false });
        }
        let stream = Stream::new(id, headers.clone(), received, self.frames.clone(), self.table.clone());
        self.frames.send(Frame::SynStream { id, fin: false, headers }).await.map_err(|_| Error::Closed)?;
        match tokio::time::timeout(REPLY, reply).await {
            Ok(Ok(answer)) => answer.map(|()| stream),
            Ok(Err(_)) => Err(Error::Closed),
            Err(_) => Err(Error::Protocol("the peer did not answer a new stream".into())),
        }
    }
}

/// The connection's end: every reader sees it, and nobody waits on.
fn close(shared: &Shared) {
    let mut table = lock(shared);
    table.closed = true;
    table.streams.clear();
}

async fn write_frames<T: AsyncWrite>(
    mut write: WriteHalf<T>,
    mut packer: Packer,
    mut queue: mpsc::Receiver<Frame>,
) -> Result<(), Error> {
    while let Some(frame) = queue.recv().await {
        let (head, data) = frame.encode(&mut packer)?;
        let mut both = head.chain(data);
        write.write_all_buf(&mut both).await?;
        if queue.is_empty() {
            write.flush().await?;
        }
    }
    let (head, _) = Frame::GoAway { last: 0 }.encode(&mut packer)?;
    write.write_all(&head).await?;
    write.shutdown().await?;
    Ok(())
}

/// What the reading task has.
struct Input {
    /// Weak: the reader alone does not keep the connection open.
    frames: mpsc::WeakSender<Frame>,
    table: Shared,
    accept: mpsc::Sender<Stream>,
    /// Whether the peer's streams are odd (1) or even (2).
    theirs: u32,
}

impl Input {
    async fn run<T: AsyncRead>(self, mut reader: Reader<ReadHalf<T>>) {
        let mut newest = 0;
        while let Ok(Some(frame)) = reader.next().await {
            if self.take(frame, &mut newest).await.is_err() {
                break;
            }
        }
        close(&self.table);
    }

    async fn send(&self, frame: Frame) -> Result<(), Error> {
        let Some(frames) = self.frames.upgrade() else { return Ok(()) };
        frames.send(frame).await.map_err(|_| Error::Closed)
    }

    async fn take(&self, frame: Frame, newest: &mut u32) -> Result<(), Error> {
        match frame {
            Frame::SynStream { id, fin, headers } => self.syn(id, fin, headers, newest).await,
            Frame::SynReply { id, fin } => {
                if let Some(entry) = lock(&self.table).streams.get_mut(&id)
                    && let Some(replied) = entry.replied.take()
                {
                    let _ = replied.send(Ok(()));
                }
                self.finish(id, fin);
                Ok(())
            }
            Frame::Headers { id, fin } => {
                self.finish(id, fin);
                Ok(())
            }
            Frame::Reset { id, status } => {
                if let Some(entry) = lock(&self.table).streams.remove(&id)
                    && let Some(replied) = entry.replied
                {
                    let _ = replied.send(Err(Error::Reset(status)));
                }
                Ok(())
            }
            // Ours come back odd to a client, even to a server; we send none.
            Frame::Ping(id) if id % 2 == self.theirs % 2 => self.send(Frame::Ping(id)).await,
            Frame::Ping(_) => Ok(()),
            Frame::GoAway { .. } => {
                lock(&self.table).closed = true;
                Ok(())
            }
            Frame::Data { id, fin, bytes } => {
                let (known, target) = match lock(&self.table).streams.get(&id) {
                    Some(entry) => (true, entry.data.clone()),
                    None => (false, None),
                };
                if let Some(target) = target.filter(|_| !bytes.is_empty()) {
                    // A stream whose reader is gone takes no more.
                    let _ = target.send(bytes).await;
                } else if !known && !bytes.is_empty() && id > *newest && id % 2 == self.theirs % 2 {
                    return self.send(Frame::Reset { id, status: reset::INVALID_STREAM }).await;
                }
                self.finish(id, fin);
                Ok(())
            }
        }
    }

    async fn syn(&self, id: u32, fin: bool, headers: Headers, newest: &mut u32) -> Result<(), Error> {
        if id % 2 != self.theirs % 2 || id <= *newest {
            return self.send(Frame::Reset { id, status: reset::PROTOCOL_ERROR }).await;
        }
        *newest = id;
        let Some(frames) = self.frames.upgrade() else { return Err(Error::Closed) };
        let (data, received) = mpsc::channel(QUEUE);
        {
            let mut table = lock(&self.table);
            if table.streams.len() >= MOST_STREAMS {
                return Err(Error::Protocol("too many open streams".into()));
            }
            let data = (!fin).then_some(data);
            table.streams.insert(id, Entry { data, replied: None, ended: false });
        }
        self.send(Frame::SynReply { id, fin: false }).await?;
        let stream = Stream::new(id, headers, received, frames, self.table.clone());
        // Nobody accepts: the stream is dropped, which resets it.
        let _ = self.accept.send(stream).await;
        Ok(())
    }

    fn finish(&self, id: u32, fin: bool) {
        if !fin {
            return;
        }
        let mut table = lock(&self.table);
        if let Some(entry) = table.streams.get_mut(&id) {
            entry.data = None;
            if entry.ended {
                table.streams.remove(&id);
            }
        }
    }
}

/// One stream: reads end at the peer's FIN.
pub struct Stream {
    id: u32,
    headers: Headers,
    received: mpsc::Receiver<Bytes>,
    /// A piece that was read in part.
    rest: Bytes,
    frames: PollSender<Frame>,
    /// The same queue, for what is sent without waiting when the stream is dropped.
    late: mpsc::Sender<Frame>,
    table: Shared,
    /// Whether our FIN is out.
    finished: bool,
}

impl Stream {
    fn new(
        id: u32,
        headers: Headers,
        received: mpsc::Receiver<Bytes>,
        frames: mpsc::Sender<Frame>,
        table: Shared,
    ) -> Self {
        Self {
            id,
            headers,
            received,
            rest: Bytes::new(),
            late: frames.clone(),
            frames: PollSender::new(frames),
            table,
            finished: false,
        }
    }

    /// The headers with which it was opened.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }
}

fn gone<E>(_: E) -> io::Error {
    io::Error::from(io::ErrorKind::BrokenPipe)
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.rest.is_empty() {
            match ready!(self.received.poll_recv(context)) {
                Some(piece) => self.rest = piece,
                None => return Poll::Ready(Ok(())),
            }
        }
        let size = self.rest.len().min(buffer.remaining());
        buffer.put_slice(&self.rest.split_to(size));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.finished || !lock(&self.table).streams.contains_key(&self.id) {
            return Poll::Ready(Err(gone(())));
        }
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        ready!(self.frames.poll_reserve(context)).map_err(gone)?;
        let size = bytes.len().min(CHUNK);
        let frame = Frame::Data { id: self.id, fin: false, bytes: Bytes::copy_from_slice(&bytes[..size]) };
        self.frames.send_item(frame).map_err(gone)?;
        Poll::Ready(Ok(size))
    }

    /// What is queued is flushed when the queue is empty.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Sends FIN; the other direction stays.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.finished {
            return Poll::Ready(Ok(()));
        }
        ready!(self.frames.poll_reserve(context)).map_err(gone)?;
        let frame = Frame::Data { id: self.id, fin: true, bytes: Bytes::new() };
        self.frames.send_item(frame).map_err(gone)?;
        self.finished = true;
        let (id, table) = (self.id, self.table.clone());
        let mut table = lock(&table);
        if let Some(entry) = table.streams.get_mut(&id) {
            entry.ended = true;
            if entry.data.is_none() {
                table.streams.remove(&id);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let Some(entry) = lock(&self.table).streams.remove(&self.id) else { return };
        // What the peer still sends is not read; if it has ended and so have we, all is said.
        let frame = match (self.finished, entry.data.is_some()) {
            (true, false) => return,
            (false, false) => Frame::Data { id: self.id, fin: true, bytes: Bytes::new() },
            (_, true) => Frame::Reset { id: self.id, status: reset::CANCEL },
        };
        if let Err(mpsc::error::TrySendError::Full(frame)) = self.late.try_send(frame)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let late = self.late.clone();
            runtime.spawn(async move { late.send(frame).await });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header;
    use tokio::io::AsyncReadExt;

    fn pair() -> (Session, Incoming, Session, Incoming) {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (client, from_server) = Session::client(ours).expect("a client");
        let (server, from_client) = Session::server(theirs).expect("a server");
        (client, from_server, server, from_client)
    }

    fn kind(name: &str) -> Headers {
        Headers::new([(header::STREAM_TYPE, name)])
    }

    #[tokio::test]
    async fn streams_carry_data_both_ways() {
        let (client, _a, _server, mut incoming) = pair();
        let echo = tokio::spawn(async move {
            let mut stream = incoming.next().await.expect("a stream");
            assert_eq!(stream.headers().get("streamType"), Some("data"));
            let mut all = Vec::new();
            stream.read_to_end(&mut all).await.expect("read");
            stream.write_all(&all).await.expect("written");
            stream.shutdown().await.expect("shut down");
        });
        let mut stream = client.open(kind("data")).await.expect("a stream");
        let sent: Vec<u8> = (0..1_000_000u32).map(|n| n as u8).collect();
        stream.write_all(&sent).await.expect("written");
        stream.shutdown().await.expect("shut down");
        let mut back = Vec::new();
        stream.read_to_end(&mut back).await.expect("read");
        assert!(back == sent);
        echo.await.expect("the echo");
        assert!(lock(&client.table).streams.is_empty(), "both sides have ended");
    }

    #[tokio::test]
    async fn the_end_reaches_everybody() {
        let (client, _a, server, mut incoming) = pair();
        let mut ours = client.open(kind("stdin")).await.expect("a stream");
        let theirs = incoming.next().await.expect("a stream");
        drop((theirs, server, incoming));
        let mut rest = Vec::new();
        ours.read_to_end(&mut rest).await.expect("the end");
        assert!(rest.is_empty());
        drop(ours);
        // The peer closes its side; then nothing can be opened.
        while !lock(&client.table).closed {
            tokio::task::yield_now().await;
        }
        assert!(matches!(client.open(kind("x")).await, Err(Error::Closed)));
    }

    #[tokio::test]
    async fn a_dropped_stream_is_reset() {
        let (client, _a, _server, mut incoming) = pair();
        let mut ours = client.open(kind("stdin")).await.expect("a stream");
        drop(incoming.next().await.expect("a stream"));
        let mut rest = Vec::new();
        ours.read_to_end(&mut rest).await.expect("the end");
        assert_eq!(ours.write(b"x").await.expect_err("refused").kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn last_words_arrive_before_the_end() {
        let (client, _a, server, mut incoming) = pair();
        let mut ours = client.open(kind("error")).await.expect("a stream");
        let mut theirs = incoming.next().await.expect("a stream");
        theirs.write_all(b"the last words").await.expect("written");
        theirs.shutdown().await.expect("shut down");
        drop((theirs, server, incoming));
        let mut words = String::new();
        ours.read_to_string(&mut words).await.expect("read");
        assert_eq!(words, "the last words");
    }

    #[tokio::test]
    async fn another_protocol_ends_the_session() {
        let (ours, mut theirs) = tokio::io::duplex(1024);
        let (_session, mut incoming) = Session::server(ours).expect("a session");
        theirs.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\x80\x02\0\0\0\0\0\0").await.expect("written");
        drop(theirs);
        assert!(incoming.next().await.is_none());
    }

    #[tokio::test]
    async fn pings_are_answered() {
        let (ours, theirs) = tokio::io::duplex(1024);
        let (_session, _incoming) = Session::server(ours).expect("a session");
        let (read, mut write) = tokio::io::split(theirs);
        let (head, _) = Frame::Ping(7).encode(&mut Packer::new().expect("a packer")).expect("encoded");
        write.write_all(&head).await.expect("written");
        assert_eq!(Reader::new(read).next().await.expect("a frame"), Some(Frame::Ping(7)));
    }
}
