//! What the client's frames mean.

use tokio::io::{AsyncRead, AsyncWrite};

use super::{BLOCK_FRAMES, Begun, Block, Connection, Fault, HEADER_LIST, wrong};
use crate::Handler;
use crate::frame::{
    self, ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, LONGEST, PING, PREFACE,
    PRIORITIZED, PRIORITY, PUSH_PROMISE, RST_STREAM, Reason, SETTINGS, WINDOW_UPDATE,
};

impl<S: AsyncRead + AsyncWrite + Unpin, H: Handler> Connection<S, H> {
    /// Works off whole frames; how many bytes they are.
    pub(super) fn frames(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
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
    pub(super) fn exists(&self, stream: u32) -> Result<(), Fault> {
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
}
