//! gRPC to a program on the same host, over a unix socket: one with a path, or an abstract one, whose name is
//! written behind an `@`.

use std::io;

use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tonic::transport::{Channel, Endpoint, Uri};

/// Connects to a socket's path, or to `@` and an abstract name.
///
/// # Errors
/// Fails when nobody listens there, or who asks may not.
pub async fn connect(socket: &str) -> io::Result<UnixStream> {
    let Some(name) = socket.strip_prefix('@') else { return UnixStream::connect(socket).await };
    use std::os::linux::net::SocketAddrExt;
    let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
    let stream = std::os::unix::net::UnixStream::connect_addr(&address)?;
    stream.set_nonblocking(true)?;
    UnixStream::from_std(stream)
}

/// A channel that connects with the first call, and anew whenever the connection is gone.
pub fn channel(socket: impl Into<String>) -> Channel {
    let socket = socket.into();
    let connector = tower::service_fn(move |_: Uri| {
        let socket = socket.clone();
        async move { connect(&socket).await.map(TokioIo::new) }
    });
    // The authority is never looked up; gRPC wants one for its `:authority` header.
    Endpoint::from_static("http://localhost").connect_with_connector_lazy(connector)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::UnixListener;

    #[tokio::test]
    async fn both_kinds() {
        let path = std::env::temp_dir().join(format!("unixsocket-{}", std::process::id()));
        let listener = UnixListener::bind(&path).expect("a socket");
        connect(path.to_str().expect("a text")).await.expect("connects");
        drop(listener);
        std::fs::remove_file(&path).expect("removed");
        assert!(connect(path.to_str().expect("a text")).await.is_err());

        let name = format!("@unixsocket-{}", std::process::id());
        assert!(connect(&name).await.is_err());
        use std::os::linux::net::SocketAddrExt;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(&name[1..]).expect("an address");
        let _listener = std::os::unix::net::UnixListener::bind_addr(&address).expect("a socket");
        connect(&name).await.expect("connects");
    }
}
