//! Containers' logs: files in the CRI's format (`time stream tag text`), sent as the container
//! wrote them, from any point on, and as they grow.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use component::http::{Body, BoxError, text};
use futures::StreamExt;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use inotify::{Inotify, WatchMask};
use jiff::Timestamp;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, BufReader};
use tokio::sync::mpsc;

use criapi::{ContainerState, ContainerStatusRequest};

use crate::kubelet::Kubelet;

/// What of a log is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wish {
    follow: bool,
    tail: Option<u64>,
    since: Option<Timestamp>,
    timestamps: bool,
    limit: Option<u64>,
    previous: bool,
    stream: Option<String>,
}

fn wish(query: &[(String, String)]) -> Result<Wish, String> {
    let mut wish = Wish::default();
    for (name, value) in query {
        let number = || {
            value
                .parse::<u64>()
                .map_err(|_| format!("{name} must be a number that is not negative, not {value:?}"))
        };
        let flag = || component::flags::parse_bool(if value.is_empty() { "true" } else { value });
        match name.as_str() {
            "follow" => wish.follow = flag()?,
            "timestamps" => wish.timestamps = flag()?,
            "previous" => wish.previous = flag()?,
            "tailLines" => wish.tail = Some(number()?),
            "limitBytes" => wish.limit = Some(number()?),
            "sinceSeconds" => {
                let seconds = i64::try_from(number()?).unwrap_or(i64::MAX);
                wish.since =
                    Timestamp::from_second(Timestamp::now().as_second().saturating_sub(seconds)).ok();
            }
            "sinceTime" => {
                wish.since =
                    Some(value.parse().map_err(|_| format!("sinceTime {value:?} is not an RFC 3339 time"))?)
            }
            "stream" => wish.stream = Some(value.to_lowercase()).filter(|stream| stream != "all"),
            _ => {}
        }
    }
    Ok(wish)
}

/// One line's parts.
struct Line<'a> {
    time: &'a str,
    stream: &'a str,
    /// The text ends here; otherwise the next line continues it.
    full: bool,
    text: &'a [u8],
}

fn parse(line: &[u8]) -> Option<Line<'_>> {
    let mut parts = line.splitn(4, |byte| *byte == b' ');
    let mut word = || std::str::from_utf8(parts.next()?).ok();
    let (time, stream, tag) = (word()?, word()?, word()?);
    Some(Line {
        time,
        stream,
        full: tag.split(':').next() == Some("F"),
        text: parts.next().unwrap_or_default(),
    })
}

/// Answers with the log.
pub async fn answer(
    kubelet: &Arc<Kubelet>,
    namespace: &str,
    pod: &str,
    container: &str,
    query: &[(String, String)],
) -> Response<Body> {
    let wish = match wish(query) {
        Ok(wish) => wish,
        Err(message) => return text(StatusCode::BAD_REQUEST, message),
    };
    let held = match super::container_of(kubelet, namespace, pod, container, usize::from(wish.previous)).await
    {
        Ok(held) => held,
        Err(refusal) => return refusal,
    };
    let path = PathBuf::from(&held.status.log_path);
    if !path.exists() {
        return text(
            StatusCode::NOT_FOUND,
            format!("the log of container {container:?} in pod {pod:?} is not there: {}", path.display()),
        );
    }
    let (sender, receiver) = mpsc::channel::<Result<Frame<Bytes>, BoxError>>(16);
    let kubelet = kubelet.clone();
    tokio::spawn(async move {
        if let Err(error) = send(&kubelet, &held.status.id, &path, &wish, &sender).await {
            tracing::debug!(log = %path.display(), %error, "cannot send a log");
            let _ = sender.send(Err(error.into())).await;
        }
    });
    let body = StreamBody::new(tokio_stream::wrappers::ReceiverStream::new(receiver)).boxed_unsync();
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// Where the last `lines` lines of a file begin.
async fn tail(file: &mut tokio::fs::File, lines: u64) -> std::io::Result<u64> {
    const BLOCK: u64 = 64 * 1024;
    let size = file.metadata().await?.len();
    if lines == 0 {
        return Ok(size);
    }
    let mut end = size;
    let mut seen = 0;
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        let mut block = vec![0; usize::try_from(end - start).unwrap_or_default()];
        file.seek(SeekFrom::Start(start)).await?;
        file.read_exact(&mut block).await?;
        for (index, byte) in block.iter().enumerate().rev() {
            let at = start + index as u64;
            // The newline at the very end closes the last line; it does not begin one.
            if *byte == b'\n' && at + 1 < size {
                seen += 1;
                if seen == lines {
                    return Ok(at + 1);
                }
            }
        }
        end = start;
    }
    Ok(0)
}

async fn send(
    kubelet: &Kubelet,
    id: &str,
    path: &Path,
    wish: &Wish,
    sender: &mpsc::Sender<Result<Frame<Bytes>, BoxError>>,
) -> std::io::Result<()> {
    let mut file = tokio::fs::File::open(path).await?;
    // Partial lines would make the count wrong; they are rare, and upstream counts them as well.
    let start = match wish.tail {
        Some(lines) => tail(&mut file, lines).await?,
        None => 0,
    };
    file.seek(SeekFrom::Start(start)).await?;
    let mut events = if wish.follow {
        let inotify = Inotify::init()?;
        inotify.watches().add(
            path,
            WatchMask::MODIFY | WatchMask::MOVE_SELF | WatchMask::DELETE_SELF | WatchMask::ATTRIB,
        )?;
        Some(inotify.into_event_stream(vec![0u8; 1024])?)
    } else {
        None
    };
    let mut reader = BufReader::with_capacity(64 * 1024, file);
    let mut left = wish.limit.unwrap_or(u64::MAX);
    let mut line = Vec::new();
    let mut out = Vec::new();
    loop {
        // A line that is still being written stays in `line` until its end is there.
        let read = reader.read_until(b'\n', &mut line).await?;
        let complete = line.last() == Some(&b'\n');
        if complete {
            format_line(&line[..line.len() - 1], wish, &mut out);
            line.clear();
        }
        if !out.is_empty() && (out.len() >= 32 * 1024 || read == 0 || !complete || reader.buffer().is_empty())
        {
            let mut chunk = std::mem::take(&mut out);
            chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= chunk.len() as u64;
            if sender.send(Ok(Frame::data(chunk.into()))).await.is_err() || left == 0 {
                return Ok(());
            }
        }
        if read > 0 && complete {
            continue;
        }
        let Some(events) = &mut events else { return Ok(()) };
        let running = {
            let request = ContainerStatusRequest { container_id: id.into(), verbose: false };
            let status = kubelet.cri.runtime.clone().container_status(request).await;
            status.is_ok_and(|answer| {
                answer
                    .into_inner()
                    .status
                    .is_some_and(|status| status.state() == ContainerState::ContainerRunning)
            })
        };
        if !running && read == 0 {
            // The last lines may have come between the read and the look.
            if reader.read_until(b'\n', &mut line).await? == 0 {
                return Ok(());
            }
            continue;
        }
        tokio::select! {
            event = events.next() => match event {
                Some(Ok(event)) if event.mask.intersects(inotify::EventMask::MOVE_SELF | inotify::EventMask::DELETE_SELF | inotify::EventMask::IGNORED) => {
                    // Rotated: go on with the new file, once there is one.
                    for _ in 0..50 {
                        if path.exists() {
                            break;
                        }
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    }
                    return Box::pin(send(kubelet, id, path, &Wish { tail: None, ..wish.clone() }, sender)).await;
                }
                Some(_) => {}
                None => return Ok(()),
            },
            // The end of a container does not touch its log.
            () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
            () = sender.closed() => return Ok(()),
        }
    }
}

fn format_line(line: &[u8], wish: &Wish, out: &mut Vec<u8>) {
    let Some(parsed) = parse(line) else { return };
    if wish.stream.as_deref().is_some_and(|stream| stream != parsed.stream) {
        return;
    }
    if let Some(since) = wish.since
        && parsed.time.parse::<Timestamp>().is_ok_and(|time| time < since)
    {
        return;
    }
    if wish.timestamps {
        out.extend_from_slice(parsed.time.as_bytes());
        out.push(b' ');
    }
    out.extend_from_slice(parsed.text);
    if parsed.full {
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_filtered() {
        let mut out = Vec::new();
        let wish = Wish { stream: Some("stdout".into()), ..Wish::default() };
        for line in [
            "2026-01-01T00:00:00.1Z stdout P ab",
            "2026-01-01T00:00:00.1Z stderr F x",
            "2026-01-01T00:00:00.2Z stdout F cd",
        ] {
            format_line(line.as_bytes(), &wish, &mut out);
        }
        assert_eq!(out, b"abcd\n");
    }

    #[tokio::test]
    async fn tails() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        std::fs::write(&path, "a\nb\nc\n").expect("writes");
        let mut file = tokio::fs::File::open(&path).await.expect("opens");
        for (lines, want) in [(0, 6), (1, 4), (2, 2), (3, 0), (9, 0)] {
            assert_eq!(tail(&mut file, lines).await.expect("reads"), want, "{lines}");
        }
    }

    #[test]
    fn wishes() {
        let query = |text: &str| {
            vec![text.split_once('=').map(|(a, b)| (a.to_string(), b.to_string())).unwrap_or_default()]
        };
        assert_eq!(wish(&query("tailLines=5")).map(|wish| wish.tail), Ok(Some(5)));
        assert!(wish(&query("tailLines=-1")).is_err());
        assert!(wish(&query("sinceTime=yesterday")).is_err());
    }
}
