//! A watch: a list that never ends, one JSON event a line.

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::{Error, Status};
use crate::object::Meta;
use crate::rest::{Client, ListParams};

/// One change.
#[derive(Debug)]
pub enum WatchEvent<T> {
    Added(T),
    Modified(T),
    Deleted(T),
    /// Nothing changed up to this revision; `initial_events_end` closes a streamed list.
    Bookmark {
        resource_version: String,
        initial_events_end: bool,
    },
}

/// The events of one watch, in order.
pub struct Watch<T> {
    body: futures::stream::BoxStream<'static, reqwest::Result<Bytes>>,
    buffer: BytesMut,
    scanned: usize,
    marker: std::marker::PhantomData<fn() -> T>,
}

/// The longest event we take: objects are bounded at 1.5 MiB in etcd, JSON escapes grow them.
const MAX_EVENT: usize = 64 * 1024 * 1024;

#[derive(serde::Deserialize)]
struct Frame<'a> {
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    object: &'a RawValue,
}

#[derive(serde::Deserialize)]
struct Bookmark {
    metadata: Meta,
}

impl Client {
    /// Watches `path` from `params.resource_version` on, for at most `timeout` seconds.
    ///
    /// # Errors
    /// Fails when the watch can't be opened; a revision that is gone is [`Error::is_expired`].
    pub async fn watch<T: DeserializeOwned>(
        &self,
        path: &str,
        params: &ListParams,
        timeout: u32,
        extra: &[(&'static str, String)],
    ) -> Result<Watch<T>, Error> {
        let mut query = params.query();
        query.push(("watch", "true".into()));
        query.push(("allowWatchBookmarks", "true".into()));
        query.push(("timeoutSeconds", timeout.to_string()));
        query.extend_from_slice(extra);
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert(
            reqwest::header::ACCEPT,
            reqwest::header::HeaderValue::from_static(params.accept.unwrap_or("application/json")),
        );
        let response = self.request(Method::GET, path, &query, headers, None).await?;
        Ok(Watch {
            body: response.bytes_stream().boxed(),
            buffer: BytesMut::new(),
            scanned: 0,
            marker: std::marker::PhantomData,
        })
    }
}

impl<T: DeserializeOwned> Watch<T> {
    /// The next event; `None` when the server ended the watch in an orderly way.
    ///
    /// # Errors
    /// The server's `ERROR` event as [`Error::Status`]; a broken connection; an event that is
    /// not a `T`.
    pub async fn next(&mut self) -> Result<Option<WatchEvent<T>>, Error> {
        loop {
            if let Some(end) = self.buffer[self.scanned..].iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(self.scanned + end + 1);
                self.scanned = 0;
                if line.trim_ascii().is_empty() {
                    continue;
                }
                return parse(&line).map(Some);
            }
            self.scanned = self.buffer.len();
            if self.buffer.len() > MAX_EVENT {
                return Err(Error::Stream("the server sent a watch event of over 64 MiB".into()));
            }
            match self.body.next().await {
                Some(chunk) => self.buffer.extend_from_slice(&chunk?),
                None => return Ok(None),
            }
        }
    }
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<WatchEvent<T>, Error> {
    let bad =
        |error: serde_json::Error| Error::Decode { path: "a watch event".into(), reason: error.to_string() };
    let frame: Frame<'_> = serde_json::from_slice(line).map_err(bad)?;
    let object = || serde_json::from_str::<T>(frame.object.get()).map_err(bad);
    Ok(match &*frame.kind {
        "ADDED" => WatchEvent::Added(object()?),
        "MODIFIED" => WatchEvent::Modified(object()?),
        "DELETED" => WatchEvent::Deleted(object()?),
        "BOOKMARK" => {
            let bookmark: Bookmark = serde_json::from_str(frame.object.get()).map_err(bad)?;
            WatchEvent::Bookmark {
                resource_version: bookmark.metadata.resource_version,
                initial_events_end: bookmark
                    .metadata
                    .annotations
                    .get("k8s.io/initial-events-end")
                    .is_some_and(|v| v == "true"),
            }
        }
        "ERROR" => {
            return Err(Error::Status(Box::new(
                serde_json::from_str::<Status>(frame.object.get()).map_err(bad)?,
            )));
        }
        other => return Err(Error::Stream(format!("unknown watch event type {other:?}"))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::MetadataOnly;

    #[test]
    fn events() {
        let added = parse::<MetadataOnly>(br#"{"type":"ADDED","object":{"metadata":{"name":"a"}}}"#);
        assert!(matches!(added, Ok(WatchEvent::Added(object)) if object.metadata.name == "a"));
        let gone = parse::<MetadataOnly>(
            br#"{"type":"ERROR","object":{"code":410,"reason":"Expired","message":"m"}}"#,
        );
        assert!(gone.is_err_and(|error| error.is_expired()));
    }
}
