//! Channels through a WebSocket: the first byte of each message says which stream it belongs to
//! (`v4.channel.k8s.io`, `v5.channel.k8s.io`). Version 5 can also end a channel.
//!
//! The half that sends takes its messages from a queue, so that many streams can share it.

use bytes::Bytes;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// A process' input.
pub const STDIN: u8 = 0;
/// A process' output.
pub const STDOUT: u8 = 1;
/// A process' error output.
pub const STDERR: u8 = 2;
/// The last word: a Status.
pub const ERROR: u8 = 3;
/// A terminal's size, as JSON.
pub const RESIZE: u8 = 4;
/// Not a channel but version 5's message that ends the one it names.
const CLOSE: u8 = 255;

/// The most bytes that [`pump`] sends in one message.
const CHUNK: usize = 32 * 1024;

/// A message for a channel.
pub fn frame(channel: u8, bytes: &[u8]) -> Message {
    let mut message = Vec::with_capacity(bytes.len() + 1);
    message.push(channel);
    message.extend_from_slice(bytes);
    Message::binary(message)
}

/// Sends what comes through the queue until its senders are gone, then closes the socket.
pub async fn send_all<T>(mut sink: SplitSink<WebSocketStream<T>, Message>, mut queue: mpsc::Receiver<Message>)
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = queue.recv().await {
        if sink.send(message).await.is_err() {
            return;
        }
    }
    // With its code: clients take a close without one for a broken connection.
    let normal = CloseFrame { code: CloseCode::Normal, reason: "".into() };
    let _ = sink.send(Message::Close(Some(normal))).await;
    let _ = sink.close().await;
}

/// What a client said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Bytes for a channel.
    Data(u8, Bytes),
    /// Nothing more comes through this channel.
    End(u8),
}

/// The half of a socket that is read. Pings are answered on the way.
pub struct Reader<T> {
    incoming: SplitStream<WebSocketStream<T>>,
    outgoing: mpsc::Sender<Message>,
    closes: bool,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Reader<T> {
    /// `closes`: whether version 5 was agreed on, in which a channel can be ended.
    pub fn new(
        incoming: SplitStream<WebSocketStream<T>>,
        outgoing: mpsc::Sender<Message>,
        closes: bool,
    ) -> Self {
        Self { incoming, outgoing, closes }
    }

    /// What comes next; `None` when the client has gone. May be dropped while it waits.
    pub async fn next(&mut self) -> Option<Said> {
        loop {
            let bytes = match self.incoming.next().await? {
                Ok(Message::Binary(bytes)) => bytes,
                Ok(Message::Text(text)) => text.into(),
                Ok(Message::Ping(payload)) => {
                    // A queue that is full is a sign of life as good as this.
                    let _ = self.outgoing.try_send(Message::Pong(payload));
                    continue;
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => continue,
            };
            match bytes.split_first() {
                None => {}
                Some((&CLOSE, [channel])) if self.closes => return Some(Said::End(*channel)),
                Some((&CLOSE, _)) if self.closes => {}
                Some((channel, _)) => return Some(Said::Data(*channel, bytes.slice(1..))),
            }
        }
    }
}

/// Sends a stream to its end through a channel.
pub async fn pump(mut stream: impl AsyncRead + Unpin, channel: u8, outgoing: mpsc::Sender<Message>) {
    let mut buffer = vec![0u8; CHUNK];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if outgoing.send(frame(channel, &buffer[..count])).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokio_tungstenite::tungstenite::protocol::Role;

    #[tokio::test]
    async fn both_halves() {
        let (ours, theirs) = tokio::io::duplex(4096);
        let mut client = WebSocketStream::from_raw_socket(ours, Role::Client, None).await;
        let (sink, incoming) = WebSocketStream::from_raw_socket(theirs, Role::Server, None).await.split();
        let (outgoing, queue) = mpsc::channel(4);
        let mut reader = Reader::new(incoming, outgoing.clone(), true);
        let writer = tokio::spawn(send_all(sink, queue));
        for message in [
            frame(STDIN, b"in"),
            Message::binary(Vec::new()),
            Message::text("\u{4}{}"),
            Message::binary(vec![CLOSE, STDIN, 9]),
            Message::binary(vec![CLOSE, STDIN]),
        ] {
            client.send(message).await.expect("sent");
        }
        assert_eq!(reader.next().await, Some(Said::Data(STDIN, Bytes::from_static(b"in"))));
        assert_eq!(reader.next().await, Some(Said::Data(RESIZE, Bytes::from_static(b"{}"))));
        assert_eq!(reader.next().await, Some(Said::End(STDIN)));
        pump(&[7u8; 5][..], STDOUT, outgoing).await;
        assert_eq!(client.next().await.expect("a message").expect("no error"), frame(STDOUT, &[7; 5]));
        client.close(None).await.expect("closed");
        assert_eq!(reader.next().await, None);
        drop(reader);
        writer.await.expect("ends");
    }

    #[tokio::test]
    async fn version_4_ends_no_channel() {
        let (ours, theirs) = tokio::io::duplex(4096);
        let mut client = WebSocketStream::from_raw_socket(ours, Role::Client, None).await;
        let (_sink, incoming) = WebSocketStream::from_raw_socket(theirs, Role::Server, None).await.split();
        let (outgoing, _queue) = mpsc::channel(4);
        let mut reader = Reader::new(incoming, outgoing, false);
        client.send(Message::binary(vec![CLOSE, STDIN])).await.expect("sent");
        assert_eq!(reader.next().await, Some(Said::Data(CLOSE, Bytes::from_static(&[STDIN]))));
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
    }

    /// What a reader hears of these bytes on the wire.
    async fn hears(wire: Vec<u8>, closes: bool) -> Vec<Said> {
        // The pipe holds all of it, and ends: no one waits for the other.
        let (mut ours, theirs) = tokio::io::duplex(1 << 20);
        tokio::io::AsyncWriteExt::write_all(&mut ours, &wire).await.expect("written");
        tokio::io::AsyncWriteExt::shutdown(&mut ours).await.expect("ended");
        let (_sink, incoming) = WebSocketStream::from_raw_socket(theirs, Role::Server, None).await.split();
        let (outgoing, _queue) = mpsc::channel(4);
        let mut reader = Reader::new(incoming, outgoing, closes);
        let mut all = Vec::new();
        while let Some(said) = reader.next().await {
            all.push(said);
        }
        all
    }

    /// What a client puts on the wire for these messages.
    async fn wire(messages: Vec<Message>) -> Vec<u8> {
        let (ours, mut theirs) = tokio::io::duplex(1 << 20);
        let mut client = WebSocketStream::from_raw_socket(ours, Role::Client, None).await;
        for message in messages {
            client.send(message).await.expect("sent");
        }
        drop(client);
        let mut bytes = Vec::new();
        theirs.read_to_end(&mut bytes).await.expect("read");
        bytes
    }

    fn messages() -> impl Strategy<Value = Vec<(u8, Vec<u8>, bool)>> {
        let payload = prop::collection::vec(any::<u8>(), 0..300);
        prop::collection::vec((prop_oneof![0..6u8, Just(CLOSE)], payload, any::<bool>()), 0..12)
    }

    proptest! {
        #[test]
        fn messages_come_back(all in messages(), closes in any::<bool>()) {
            let (mut sent, mut expected) = (Vec::new(), Vec::new());
            for (channel, bytes, ping) in all {
                sent.push(frame(channel, &bytes));
                if ping {
                    sent.push(Message::Ping(Bytes::from_static(b"?")));
                }
                match (&bytes[..], channel == CLOSE && closes) {
                    ([ended], true) => expected.push(Said::End(*ended)),
                    (_, true) => {}
                    (_, false) => expected.push(Said::Data(channel, bytes.into())),
                }
            }
            let heard = run(async { hears(wire(sent).await, closes).await });
            prop_assert_eq!(heard, expected);
        }

        #[test]
        fn any_bytes_end_in_silence(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            run(hears(bytes, true));
        }

        #[test]
        fn a_broken_message_breaks_nothing_before_it(
            all in messages(), at in any::<prop::sample::Index>(), flip in 1..=255u8,
        ) {
            let sent = all.iter().map(|(channel, bytes, _)| frame(*channel, bytes)).collect();
            run(async {
                let mut bytes = wire(sent).await;
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] ^= flip;
                }
                hears(bytes, true).await;
            });
        }
    }
}
