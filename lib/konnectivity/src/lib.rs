//! Connections through a konnectivity server (the network proxy of KEP-1281), as the API server asks it for them:
//! gRPC on a unix socket, one call for each connection.

use std::path::Path;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::{Endpoint, Uri};

mod generated {
    #![allow(missing_docs, clippy::all, clippy::pedantic)]
    tonic::include_proto!("_");
}
pub use generated::*;

use packet::Payload;

/// How many bytes one packet carries at most; gRPC's servers take no message of more than 4 MiB.
const PIECE: usize = 32 << 10;
/// How many bytes wait on their way to the caller.
const BUFFER: usize = 64 << 10;
/// How many packets wait on their way to the proxy.
const PACKETS: usize = 8;
/// How long the proxy may take to end a connection, as with its own client.
const GOODBYE: Duration = Duration::from_secs(10);

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The proxy can't be reached.
    #[error("dialing proxy {0:?} failed: {1}")]
    Proxy(String, String),
    /// The proxy can't reach the address.
    #[error("proxy error from {proxy} while dialing {address}: {why}")]
    Dial {
        /// The proxy's socket.
        proxy: String,
        /// What it was to reach.
        address: String,
        /// What it says.
        why: String,
    },
}

impl Failed {
    /// Whether the proxy itself was not reached.
    pub fn is_of_proxy(&self) -> bool {
        matches!(self, Self::Proxy(..))
    }
}

fn packet(kind: PacketType, payload: Payload) -> Packet {
    Packet { r#type: kind.into(), payload: Some(payload) }
}

/// A TCP connection to `address` (host and port) by way of the proxy that listens on `socket`. It ends when it
/// is dropped.
///
/// # Errors
/// Fails when the proxy can't be reached, or the proxy can't reach the address.
pub async fn dial(socket: &Path, address: &str) -> Result<DuplexStream, Failed> {
    let proxy = socket.display().to_string();
    let unreachable = |why: &dyn std::fmt::Display| Failed::Proxy(proxy.clone(), why.to_string());
    // By hand, as the channel's own errors hide the reason.
    let stream = unixsocket::connect(&proxy).await.map_err(|error| unreachable(&error))?;
    let mut stream = Some(TokioIo::new(stream));
    let connector = tower::service_fn(move |_: Uri| {
        let stream = stream.take().ok_or_else(|| std::io::Error::other("one connection is for one call"));
        std::future::ready(stream)
    });
    // The authority is never looked up; gRPC wants one for its `:authority` header.
    let channel = Endpoint::from_static("http://localhost").connect_with_connector(connector).await;
    let channel = channel.map_err(|error| unreachable(&error))?;

    let failed = |why: String| Failed::Dial { proxy: proxy.clone(), address: address.to_string(), why };
    let (send, receive) = mpsc::channel(PACKETS);
    let random = rand::random::<i64>() & i64::MAX;
    let request = DialRequest { protocol: "tcp".into(), address: address.into(), random };
    // There is room: it is the first.
    let _ = send.try_send(packet(PacketType::DialReq, Payload::DialRequest(request)));
    let mut client = proxy_service_client::ProxyServiceClient::new(channel);
    let answer = client.proxy(ReceiverStream::new(receive)).await;
    let mut packets = answer.map_err(|status| failed(status.message().to_string()))?.into_inner();
    loop {
        let next = packets.message().await.map_err(|status| failed(status.message().to_string()))?;
        let next = next.ok_or_else(|| failed("the proxy ended the call".into()))?;
        match next.payload {
            Some(Payload::DialResponse(answer)) if answer.random == random => {
                if !answer.error.is_empty() {
                    return Err(failed(answer.error));
                }
                let (ours, theirs) = tokio::io::duplex(BUFFER);
                tokio::spawn(carry(theirs, answer.connect_id, send, packets));
                return Ok(ours);
            }
            Some(Payload::CloseDial(_)) => return Err(failed("the proxy gave up".into())),
            _ => {}
        }
    }
}

/// Carries bytes both ways until either side ends the connection.
async fn carry(stream: DuplexStream, id: i64, send: mpsc::Sender<Packet>, mut packets: Streaming<Packet>) {
    let (mut read, mut write) = tokio::io::split(stream);
    let outward = async {
        let mut piece = vec![0; PIECE];
        while let Ok(count @ 1..) = read.read(&mut piece).await {
            let data = Data { connect_id: id, error: String::new(), data: piece[..count].to_vec() };
            if send.send(packet(PacketType::Data, Payload::Data(data))).await.is_err() {
                return;
            }
        }
        // The proxy has one end for both directions: what was asked for has been read, as with its own client.
        let close = CloseRequest { connect_id: id };
        let _ = send.send(packet(PacketType::CloseReq, Payload::CloseRequest(close))).await;
        // The call goes on until the proxy has confirmed it, as a rule.
        let _ = tokio::time::timeout(GOODBYE, send.closed()).await;
    };
    let inward = async {
        while let Ok(Some(packet)) = packets.message().await {
            match packet.payload {
                Some(Payload::Data(data)) if data.connect_id == id => {
                    let Ok(()) = write.write_all(&data.data).await else { return };
                }
                Some(Payload::CloseResponse(close)) if close.connect_id == id => break,
                _ => {}
            }
        }
        let _ = write.shutdown().await;
    };
    tokio::select! {
        () = outward => {}
        () = inward => {}
    }
}
