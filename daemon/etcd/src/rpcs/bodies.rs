//! The bodies of calls, which count what passes through them: bytes of messages, messages of
//! streams, and how a stream ended.

use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};

use super::{Begun, code_in};
use crate::metrics;

/// Finds the messages in a body. Before each are five bytes: a flag, and its length.
#[derive(Default)]
struct Messages {
    head: [u8; 5],
    have: usize,
    /// What is missing of the message under way.
    left: usize,
}

impl Messages {
    /// How many messages begin in these bytes, and how many bytes of messages are in them.
    fn take(&mut self, mut bytes: &[u8]) -> (u64, u64) {
        let (mut begun, mut total) = (0, 0);
        while !bytes.is_empty() {
            let passed = self.left.min(bytes.len());
            (self.left, bytes) = (self.left - passed, &bytes[passed..]);
            total += passed as u64;
            let headed = (self.head.len() - self.have).min(bytes.len());
            self.head[self.have..self.have + headed].copy_from_slice(&bytes[..headed]);
            (self.have, bytes) = (self.have + headed, &bytes[headed..]);
            if self.have == self.head.len() {
                let [_, a, b, c, d] = self.head;
                self.left = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
                self.have = 0;
                begun += 1;
            }
        }
        (begun, total)
    }
}

/// What a client sends.
pub struct Received<B> {
    body: B,
    begun: Option<Begun>,
    messages: Messages,
}

impl<B> Received<B> {
    /// The body of a call that has begun.
    pub fn new(body: B, begun: Option<Begun>) -> Self {
        Self { body, begun, messages: Messages::default() }
    }
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for Received<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            let (messages, bytes) = self.messages.take(data);
            metrics::RECEIVED.add(bytes);
            if let Some(begun) = self.begun.filter(|begun| begun.stream) {
                begun.call.received.fetch_add(messages, Ordering::Relaxed);
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// What is sent back. A stream whose client does not wait for its end counts as cancelled.
pub struct Sent {
    body: Body,
    begun: Option<Begun>,
    messages: Messages,
    /// How a stream ends, as far as is known.
    code: usize,
}

impl Sent {
    /// The answer to a call.
    pub fn new(body: Body, begun: Option<Begun>) -> Self {
        Self { body, begun, messages: Messages::default(), code: Code::Cancelled as usize }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if let Some(begun) = self.begun.filter(|begun| begun.stream) {
            begun.count(self.code);
        }
    }
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Some(begun) = self.begun
            && let Poll::Ready(Some(Ok(frame))) = &polled
        {
            if let Some(data) = frame.data_ref() {
                let (messages, bytes) = self.messages.take(data);
                metrics::SENT.add(bytes);
                if begun.stream {
                    begun.call.sent.fetch_add(messages, Ordering::Relaxed);
                }
            } else if let Some(code) = frame.trailers_ref().and_then(code_in) {
                self.code = code;
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn messages_are_found_wherever_the_frames_end(
            lengths in prop::collection::vec(0usize..40, 0..20),
            cuts in prop::collection::vec(1usize..30, 1..200),
        ) {
            let mut body = Vec::new();
            for length in &lengths {
                body.push(0);
                body.extend_from_slice(&u32::try_from(*length).expect("short").to_be_bytes());
                body.extend(std::iter::repeat_n(7, *length));
            }
            let (mut messages, mut found, mut rest) = (Messages::default(), (0, 0), &body[..]);
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (frame, after) = rest.split_at((*cut).min(rest.len()));
                let (begun, bytes) = messages.take(frame);
                found = (found.0 + begun, found.1 + bytes);
                rest = after;
            }
            let total: usize = lengths.iter().sum();
            prop_assert_eq!(found, (lengths.len() as u64, total as u64));
        }
    }
}
