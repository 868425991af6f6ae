//! Requests: their heads, their data, and the answer to those that the handler knows.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::abortable;
use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{Connection, Fault, HEADER_LIST, Known, Waiting, wrong};
use crate::answers::{general, replied, respond};
use crate::frame::{self, END_STREAM, Reason};
use crate::incoming::Incoming;
use crate::message::{announced, too_long, unframe};
use crate::streams::{FULL, STREAM_WINDOW, Wait};
use crate::{Answer, Handler, Head};

impl<S: AsyncRead + AsyncWrite + Unpin, H: Handler> Connection<S, H> {
    /// A request begins, or ends with trailers.
    pub(super) fn request(&mut self, stream: u32, end: bool, packed: &[u8]) -> Result<(), Fault> {
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

    pub(super) fn data(&mut self, head: frame::Head, payload: &[u8]) -> Result<(), Fault> {
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
        let wait = streams.reply(stream, known.extra, answer);
        self.stopped = streams.out.len() >= FULL;
        if let Some(wait) = wait {
            streams.open(stream, true, known.extra);
            drop(streams);
            self.wait(stream, wait);
        }
    }

    fn wait(&mut self, stream: u32, wait: Wait) {
        match wait {
            Wait::Later(later) => self.jobs.push(Box::pin(replied(self.shared.clone(), stream, later))),
            Wait::After(gate, resume) => match self.waiting.last_mut() {
                Some(last) if last.gate.ptr_eq(&gate) => last.calls.push((stream, resume)),
                _ => self.waiting.push(Waiting { gate, calls: vec![(stream, resume)] }),
            },
        }
    }

    /// Looks whether gates have opened, and answers who has waited for them while there is room for it;
    /// whether anybody was answered.
    pub(super) fn resume(&mut self, context: &mut Context<'_>) -> bool {
        for at in (0..self.waiting.len()).rev() {
            if let Poll::Ready(result) = self.waiting[at].gate.poll_unpin(context) {
                let Waiting { calls, .. } = self.waiting.remove(at);
                self.opened
                    .extend(calls.into_iter().map(|(stream, resume)| (stream, resume, result.clone())));
            }
        }
        let mut answered = false;
        let mut again = Vec::new();
        let mut streams = self.shared.streams();
        while streams.out.len() < FULL
            && let Some((stream, resume, result)) = self.opened.pop_front()
        {
            answered = true;
            again.extend(streams.resume(stream, |reply| resume(result, reply)).map(|wait| (stream, wait)));
        }
        drop(streams);
        for (stream, wait) in again {
            self.wait(stream, wait);
        }
        answered
    }
}
