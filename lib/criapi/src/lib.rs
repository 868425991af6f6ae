//! The Container Runtime Interface v1: its messages, the clients a kubelet uses and the servers a
//! runtime implements, wire-exact with upstream's `runtime.v1`. Nothing here decides anything.
//!
//! [`connect`] opens a runtime's endpoint (`unix:///run/kadm/cri.sock`).

#[allow(clippy::all, missing_docs, rustdoc::all)]
mod wire {
    tonic::include_proto!("runtime.v1");
}
pub use wire::*;

use std::path::PathBuf;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use image_service_client::ImageServiceClient;
use runtime_service_client::RuntimeServiceClient;
use tokio::net::UnixStream;
use tonic::transport::{Channel, Endpoint, Uri};

/// The largest message either side takes, as upstream's kubelet and runtimes have it.
pub const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// Why a runtime can't be reached.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Not a unix socket's address.
    #[error("{0:?} is not a runtime endpoint; write it like unix:///run/containerd/containerd.sock")]
    Endpoint(String),
    /// Nobody answers there.
    #[error("cannot connect to the container runtime at {endpoint}: {source}; is it running?")]
    Connect { endpoint: String, source: tonic::transport::Error },
}

/// Both services of a runtime over one connection, which re-opens itself when the runtime restarts.
#[derive(Clone, Debug)]
pub struct Runtime {
    /// Sandboxes and containers.
    pub runtime: RuntimeServiceClient<Channel>,
    /// Images.
    pub images: ImageServiceClient<Channel>,
}

/// The path in `unix:///path`, `unix:/path` or a bare absolute path.
pub fn socket_path(endpoint: &str) -> Result<PathBuf, ConnectError> {
    let path =
        endpoint.strip_prefix("unix://").or_else(|| endpoint.strip_prefix("unix:")).unwrap_or(endpoint);
    if path.starts_with('/') { Ok(path.into()) } else { Err(ConnectError::Endpoint(endpoint.into())) }
}

fn channel_endpoint() -> Endpoint {
    // The authority is never looked up; gRPC wants one for its `:authority` header.
    Endpoint::from_static("http://localhost")
        .connect_timeout(Duration::from_secs(10))
        .initial_stream_window_size(256 * 1024)
        .initial_connection_window_size(1024 * 1024)
}

fn connector(
    path: PathBuf,
) -> impl tower::Service<
    Uri,
    Response = TokioIo<UnixStream>,
    Error = std::io::Error,
    Future = impl Future<Output = std::io::Result<TokioIo<UnixStream>>> + Send,
> + Send
+ 'static {
    tower::service_fn(move |_: Uri| {
        let path = path.clone();
        async move { UnixStream::connect(path).await.map(TokioIo::new) }
    })
}

fn clients(channel: Channel) -> Runtime {
    Runtime {
        runtime: RuntimeServiceClient::new(channel.clone())
            .max_decoding_message_size(MAX_MESSAGE)
            .max_encoding_message_size(MAX_MESSAGE),
        images: ImageServiceClient::new(channel)
            .max_decoding_message_size(MAX_MESSAGE)
            .max_encoding_message_size(MAX_MESSAGE),
    }
}

/// Connects at once.
///
/// # Errors
/// Fails when the endpoint is no unix socket's address or nobody listens there.
pub async fn connect(endpoint: &str) -> Result<Runtime, ConnectError> {
    let path = socket_path(endpoint)?;
    let channel = channel_endpoint()
        .connect_with_connector(connector(path))
        .await
        .map_err(|source| ConnectError::Connect { endpoint: endpoint.into(), source })?;
    Ok(clients(channel))
}

/// Connects with the first call, and anew whenever the connection is gone.
///
/// # Errors
/// Fails only when the endpoint is no unix socket's address.
pub fn connect_lazy(endpoint: &str) -> Result<Runtime, ConnectError> {
    let path = socket_path(endpoint)?;
    Ok(clients(channel_endpoint().connect_with_connector_lazy(connector(path))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    #[test]
    fn endpoints() {
        for (text, want) in
            [("unix:///run/a.sock", "/run/a.sock"), ("unix:/run/a.sock", "/run/a.sock"), ("/a", "/a")]
        {
            assert_eq!(socket_path(text).ok(), Some(want.into()), "{text}");
        }
        for text in ["tcp://1.2.3.4:5", "unix://relative", ""] {
            assert!(socket_path(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn wire_numbers() {
        let config = ContainerConfig { stop_signal: Signal::Sigterm.into(), tty: true, ..Default::default() };
        // Field 14 (tty) and field 18 (stop_signal), both varints.
        assert_eq!(config.encode_to_vec(), [14 << 3, 1, 0x90, 0x01, 23]);
        assert_eq!(Signal::Sigrtmax as i32, 65);
    }
}
