//! A part of a file as a body, read as it is sent.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

use crate::http::{Body, BoxError, empty};

/// How much is read at once.
const STEP: u64 = 64 * 1024;

/// `size` bytes from `start` on.
pub fn of(file: File, start: u64, size: u64) -> Body {
    if size == 0 {
        return empty();
    }
    let steps = futures::stream::try_unfold((Arc::new(file), start, size), |(file, at, left)| async move {
        if left == 0 {
            return Ok::<_, BoxError>(None);
        }
        let mine = file.clone();
        let read = move || {
            let mut piece = vec![0; usize::try_from(left.min(STEP)).unwrap_or_default()];
            let read = mine.read_at(&mut piece, at)?;
            piece.truncate(read);
            Ok::<_, std::io::Error>(piece)
        };
        let piece = tokio::task::spawn_blocking(read).await??;
        if piece.is_empty() {
            return Err("the file has become shorter meanwhile".into());
        }
        let read = piece.len() as u64;
        Ok(Some((Frame::data(Bytes::from(piece)), (file, at + read, left - read))))
    });
    BodyExt::boxed_unsync(StreamBody::new(steps))
}
