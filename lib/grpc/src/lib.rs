//! The server's side of gRPC over HTTP/2 (RFC 9113), made for many small calls on few connections.
//!
//! A general HTTP/2 library makes of each call a stream with queues, a request, a task and two
//! bodies, which costs several times what it costs to answer out of memory. Here a connection is
//! one task. A call that its [`Handler`] knows is one message there and one back: it is answered
//! where it is read, into the buffer that is written next. Any other request gets a body that
//! streams and an [`http::Request`], so that everything that speaks `http` serves it.

mod answers;
mod connection;
pub mod frame;
mod hpack;
mod huffman;
mod incoming;
mod message;
mod pack;
mod pings;
mod sniff;
mod streams;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::{BoxFuture, Shared};
use http::{Request, Response};
use tonic::Status;

pub use connection::{Fault, serve, tended};
pub use frame::Reason;
pub use incoming::{Incoming, Reset};
pub use message::{PREFIX, append, framed, message, too_long};
pub use sniff::{Sniffed, sniff};

/// What one client may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests at a time.
    pub streams: u32,
    /// The longest message of a call that the handler knows, in bytes.
    pub message: usize,
    /// How often a silent connection is probed, and how long that may go unanswered.
    pub keepalive: Option<(Duration, Duration)>,
    /// The shortest time between a client's own probes; who asks more often is sent away.
    pub pings: Duration,
    /// How long calls under way get when the server ends.
    pub grace: Duration,
}

/// The headers of a call.
pub struct Head(Vec<Arc<hpack::Field>>);

impl Head {
    /// The value of a header, or of a pseudo-header like `:path`.
    pub fn get(&self, name: &[u8]) -> Option<&[u8]> {
        self.0.iter().find(|field| *field.name == *name).map(|field| &*field.value)
    }
}

/// A message, or why there is none.
pub type Later = Pin<Box<dyn Future<Output = Result<Vec<u8>, Status>> + Send>>;

/// What many calls wait for at once.
pub type Gate = Shared<BoxFuture<'static, Result<(), Status>>>;

/// Answers a call whose gate has opened, or failed; as [`Handler::answer`] does.
pub type Resume = Box<dyn FnOnce(Result<(), Status>, &mut Vec<u8>) -> Answer + Send>;

/// The answer to a call of one message. A message is what [`message`] makes.
pub enum Answer {
    /// It was appended to the buffer.
    Done,
    /// There is none but this.
    Failed(Status),
    /// It comes later.
    Later(Later),
    /// It comes when a gate has opened. All calls of a connection that wait for the same one are answered
    /// in one go, which costs each a fraction of what [`Self::Later`] does.
    After(Gate, Resume),
}

/// Who answers.
pub trait Handler: Send + 'static {
    /// A call of one message there and one back.
    type Call: Copy + Send;
    /// What is sent back to all others.
    type Body: http_body::Body<Data = Bytes> + Send + Unpin + 'static;

    /// Which call this is; `None` for one that [`Self::serve`] answers.
    fn known(&self, head: &Head) -> Option<Self::Call>;

    /// Answers a call, at once if it can: all others on the connection wait. An answer that is
    /// there is appended to `reply`, by [`append`].
    fn answer(&self, call: Self::Call, head: &Head, message: Bytes, reply: &mut Vec<u8>) -> Answer;

    /// Answers any other request.
    fn serve(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response<Self::Body>> + Send + 'static;

    /// Called when all calls of a connection wait, so that work which they share is done once for
    /// all of them; tells whether there was any.
    fn tend(&self) -> bool {
        false
    }
}
