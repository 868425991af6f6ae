//! SPDY/3.1 as Kubernetes uses it: a connection that was upgraded from HTTP/1.1 carries streams
//! that either side opens, with headers that say what they are for (`streamType`, `port`,
//! `requestID`). Exec, attach and port-forward run over it between API server, kubelet and
//! runtime; newer clients tunnel it through a WebSocket ([`tunnel`], KEP-4006), or speak to
//! channels of one ([`channels`]).
//!
//! Source: the SPDY protocol, draft 3.1. As in every implementation that Kubernetes' programs
//! use, flow control windows are neither announced nor kept: a reader that is slow holds the
//! connection.

pub mod channels;
mod frame;
mod headers;
mod session;
pub mod tunnel;

pub use headers::Headers;
pub use session::{Incoming, Session, Stream};

/// What goes wrong with a session.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The peer speaks something else, or breaks the protocol's rules.
    #[error("SPDY protocol violation: {0}")]
    Protocol(String),
    /// The peer refused the stream.
    #[error("the stream was reset by the peer (status {0})")]
    Reset(u32),
    /// The connection is over.
    #[error("the SPDY connection is closed")]
    Closed,
    /// The transport failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The token of the `Upgrade` header.
pub const UPGRADE: &str = "SPDY/3.1";
/// The header in which a client lists, and a server picks, what runs over the streams.
pub const PROTOCOL_HEADER: &str = "x-stream-protocol-version";
/// Port forwarding: for each connection a pair of streams, `data` and `error`.
pub const PORT_FORWARD: &str = "portforward.k8s.io";

/// The names of headers that say what a stream is for.
pub mod header {
    /// `error`, `stdin`, `stdout`, `stderr`, `resize`; in port forwarding `data` and `error`.
    pub const STREAM_TYPE: &str = "streamtype";
    /// The pod's port.
    pub const PORT: &str = "port";
    /// Joins the two streams of one forwarded connection.
    pub const REQUEST_ID: &str = "requestid";
}
