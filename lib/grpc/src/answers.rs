//! Requests as `http` has them, and the jobs that answer them.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt as _;
use http::header::HOST;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::BodyExt as _;
use tonic::Status;

use crate::frame::Reason;
use crate::incoming::Incoming;
use crate::streams::Shared;
use crate::{Head, Later};

/// The request as everybody knows it; `None` if it is none.
pub fn general(head: &Head, incoming: Incoming) -> Option<Request<Incoming>> {
    let once = |name: &[u8]| {
        let mut values = head.0.iter().filter(|field| *field.name == *name);
        let first = values.next()?;
        values.next().is_none().then_some(&*first.value)
    };
    let method = Method::from_bytes(once(b":method")?).ok()?;
    let path = once(b":path").filter(|path| path.first() == Some(&b'/') || *path == b"*")?;
    let uri = Uri::try_from(path).ok()?;
    let mut headers = HeaderMap::with_capacity(head.0.len());
    for field in head.0.iter().filter(|field| field.name.first() != Some(&b':')) {
        let name = HeaderName::from_bytes(&field.name).ok()?;
        headers.append(name, HeaderValue::from_bytes(&field.value).ok()?);
    }
    // What clients write there is not always one; nobody but pages looks at it.
    if let Some(authority) = head.get(b":authority").and_then(|value| HeaderValue::from_bytes(value).ok()) {
        headers.entry(HOST).or_insert(authority);
    }
    let mut request = Request::new(incoming);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    *request.version_mut() = http::Version::HTTP_2;
    Some(request)
}

/// Sends what comes later. One that panics takes nobody along.
pub async fn replied(shared: Arc<Shared>, stream: u32, later: Later) {
    let result = AssertUnwindSafe(later).catch_unwind().await;
    let result =
        result.unwrap_or_else(|_| Err(Status::internal("the call failed; the server's log says why")));
    shared.streams().replied(stream, result);
}

/// Sends an answer with its body, as fast as the client takes it.
pub async fn respond<B>(shared: Arc<Shared>, stream: u32, response: impl Future<Output = http::Response<B>>)
where
    B: http_body::Body<Data = Bytes> + Send + Unpin,
{
    let answered = AssertUnwindSafe(async {
        let (parts, mut body) = response.await.into_parts();
        let whole = body.is_end_stream();
        if !shared.streams().head(stream, parts.status, &parts.headers, whole) || whole {
            return true;
        }
        loop {
            if !poll_fn(|context| shared.streams().room(stream, context)).await {
                return true;
            }
            match body.frame().await {
                None => {
                    shared.streams().finished(stream, None);
                    return true;
                }
                Some(Err(_)) => return false,
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => shared.streams().data(stream, data),
                    Err(frame) => {
                        let trailers = frame.into_trailers().unwrap_or_default();
                        shared.streams().finished(stream, Some(&trailers));
                        return true;
                    }
                },
            }
        }
    });
    // Whatever goes wrong here takes nobody along.
    if !answered.catch_unwind().await.unwrap_or(false) {
        shared.streams().reset(stream, Reason::Internal);
    }
}
