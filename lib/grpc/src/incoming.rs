//! The body of a request, as it arrives.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

use crate::streams::{Arrival, Shared};

/// The client took the request back, or has gone.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the client ended the request before it was whole")]
pub struct Reset;

/// The body of a request. The client may send more as it is read.
pub struct Incoming {
    shared: Arc<Shared>,
    stream: u32,
    ended: bool,
}

impl Incoming {
    pub(crate) fn new(shared: Arc<Shared>, stream: u32, ended: bool) -> Self {
        Self { shared, stream, ended }
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = Reset;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Reset>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let arrival = self.shared.streams().take(self.stream, context.waker());
        match arrival {
            Arrival::Data(bytes, speak) => {
                if speak {
                    self.shared.wake();
                }
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Arrival::Nothing => Poll::Pending,
            Arrival::End => {
                self.ended = true;
                Poll::Ready(None)
            }
            Arrival::Reset => {
                self.ended = true;
                Poll::Ready(Some(Err(Reset)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.ended && self.shared.streams().ignore(self.stream) {
            self.shared.wake();
        }
    }
}
