//! The request and response types of our HTTP servers, and the few bodies they send.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};

pub use hyper::body::Incoming;

/// Any error that ends a body early.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
/// A response's body: whole, streamed or empty.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;
/// A request as it comes from the wire. Its extensions carry a [`crate::serve::Connection`].
pub type Request = http::Request<Incoming>;

/// A body of these bytes.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// A body of no bytes.
pub fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A plain-text response.
pub fn text(status: StatusCode, body: impl Into<Bytes>) -> Response<Body> {
    typed(status, "text/plain; charset=utf-8", body)
}

/// About how many headers an answer has in the end.
const HEADERS: usize = 8;

/// A response of the given content type.
pub fn typed(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(full(body));
    *response.status_mut() = status;
    // Others follow: there is room for them at once.
    response.headers_mut().reserve(HEADERS);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
