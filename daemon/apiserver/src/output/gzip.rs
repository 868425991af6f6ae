//! Large answers are compressed for clients that take gzip.

use std::io::Write;

use bytes::Bytes;
use component::http::{Body, BoxError};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::StreamExt;
use http::{HeaderMap, HeaderValue, Response, header};
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt, BodyStream, StreamBody};

/// Smaller answers go out as they are, as upstream's do.
const LEAST: usize = 128 << 10;

/// How large a streamed body will be.
#[derive(Clone, Copy)]
pub struct Size(pub usize);

fn takes_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| part.split(';').next().map(str::trim) == Some("gzip"))
}

/// Compresses the answer if it is large and the client takes that.
pub fn compress(headers: &HeaderMap, response: Response<Body>) -> Response<Body> {
    let size = match response.extensions().get::<Size>() {
        Some(Size(size)) => *size,
        None => usize::try_from(response.body().size_hint().lower()).unwrap_or(usize::MAX),
    };
    if size < LEAST || !takes_gzip(headers) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    let encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let chunks = futures::stream::unfold(Some((BodyStream::new(body), encoder)), |state| async move {
        let (mut body, mut encoder) = state?;
        loop {
            match body.next().await {
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    if let Err(error) = encoder.write_all(&data) {
                        return Some((Err(BoxError::from(error)), None));
                    }
                    let out = std::mem::take(encoder.get_mut());
                    if !out.is_empty() {
                        return Some((Ok(Frame::data(Bytes::from(out))), Some((body, encoder))));
                    }
                }
                Some(Err(error)) => return Some((Err(error), None)),
                None => {
                    let last = encoder.finish().map(|out| Frame::data(Bytes::from(out)));
                    return Some((last.map_err(BoxError::from), None));
                }
            }
        }
    });
    Response::from_parts(parts, StreamBody::new(chunks).boxed_unsync())
}
