//! One number of a server's metrics.

use std::pin::Pin;

use clap::ArgMatches;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tonic::client::GrpcService;
use tonic::codegen::{Body as _, http};

use crate::Failure;
use crate::connect::{endpoints, to};

/// The memory of the first endpoint's server; `None` when it doesn't tell.
///
/// # Errors
/// Fails when the server can't be reached.
pub(crate) async fn resident(matches: &ArgMatches) -> Result<Option<f64>, Failure> {
    let (all, tls) = endpoints(matches).await?;
    let Some(endpoint) = all.first() else { return Ok(None) };
    let text = match endpoint.split_once("://") {
        Some(("https", _)) => over_tls(to(matches, vec![endpoint.clone()], tls).await?.channel()).await?,
        _ if tls.is_set() => over_tls(to(matches, vec![endpoint.clone()], tls).await?.channel()).await?,
        Some((_, address)) => plain(address.trim_end_matches('/')).await?,
        None => plain(endpoint).await?,
    };
    Ok(find(&text, "process_resident_memory_bytes"))
}

fn find(text: &str, name: &str) -> Option<f64> {
    let mut values = text.lines().filter_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    values.next().filter(|value| *value > 0.0)
}

/// A plain port takes all of HTTP/2 for gRPC.
async fn plain(address: &str) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::connection(format!("{address}: {error}"));
    let mut stream = tokio::net::TcpStream::connect(address).await.map_err(failed)?;
    let request = format!("GET /metrics HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.map_err(failed)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.map_err(failed)?;
    Ok(answer)
}

/// Behind TLS the connection of gRPC serves, too.
async fn over_tls(mut channel: tonic::transport::Channel) -> Result<String, Failure> {
    let request = http::Request::get("/metrics").body(tonic::body::Body::empty()).map_err(Failure::error)?;
    std::future::poll_fn(|context| GrpcService::<tonic::body::Body>::poll_ready(&mut channel, context))
        .await
        .map_err(Failure::connection)?;
    let answer = GrpcService::call(&mut channel, request).await.map_err(Failure::connection)?;
    let mut body = answer.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Ok(data) = frame.map_err(Failure::connection)?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_by_its_whole_name() {
        let text = "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes_max 1\n\
                    process_resident_memory_bytes 2.5e+07\n";
        assert_eq!(find(text, "process_resident_memory_bytes"), Some(2.5e7));
        assert_eq!(find("process_resident_memory_bytes 0\n", "process_resident_memory_bytes"), None);
    }
}
