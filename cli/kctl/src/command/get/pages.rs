//! Lists in pages. Where the next page begins stands in the head of each: the next is asked for while the
//! rest of the one before still comes.

use std::collections::VecDeque;

use client::{Client, Error, ListParams};
use http::header::{ACCEPT, HeaderMap, HeaderValue};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::table::Page;

/// How much of a page is looked at for its head.
const HEAD: usize = 64 * 1024;

/// A list, as it is asked for.
pub struct Request<'a> {
    pub client: &'a Client,
    pub path: &'a str,
    pub params: &'a ListParams,
    pub accept: Option<&'static str>,
    /// Whether rows come with their objects.
    pub whole_objects: bool,
}

/// A page that is being received. Dropped, it is not received any further.
struct Coming {
    /// Where the next page begins; dropped when the head does not say so.
    next: oneshot::Receiver<String>,
    body: JoinHandle<Result<Vec<u8>, Error>>,
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.body.abort();
    }
}

impl Request<'_> {
    fn ask(&self, from: Option<String>) -> Coming {
        let first = from.is_none();
        let mut query = ListParams {
            continue_token: from.or_else(|| self.params.continue_token.clone()),
            ..self.params.clone()
        }
        .query();
        if self.whole_objects {
            query.push(("includeObject", "Object".into()));
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept.unwrap_or("application/json")));
        let (tell, next) = oneshot::channel();
        let (client, path) = (self.client.clone(), self.path.to_string());
        let body = tokio::spawn(async move {
            let mut response = client.request(http::Method::GET, &path, &query, headers, None).await?;
            if first {
                // The connection stands: what set it up is not needed again.
                crate::memory::give_back_code();
            }
            let length = response.content_length().and_then(|length| usize::try_from(length).ok());
            let mut body = Vec::with_capacity(length.unwrap_or_default());
            let mut tell = Some(tell);
            while let Some(chunk) = response.chunk().await? {
                body.extend_from_slice(&chunk);
                if body.len() > HEAD {
                    tell = None;
                }
                if let Some(next) = tell.as_ref().and_then(|_| head(&body))
                    && let Some(tell) = tell.take()
                {
                    // Nobody listens any more when the list was given up.
                    let _ = tell.send(next);
                }
            }
            Ok(body)
        });
        Coming { next, body }
    }

    /// Has `take` called with page after page; it gives where the next begins.
    ///
    /// # Errors
    /// As requests do, and when a page is not what it should be.
    pub async fn each(
        &self,
        mut take: impl FnMut(&[u8]) -> Result<String, serde_json::Error>,
    ) -> Result<(), Error> {
        let mut pages = VecDeque::from([self.ask(None)]);
        while let Some(mut page) = pages.pop_front() {
            if let Ok(next) = (&mut page.next).await
                && !next.is_empty()
            {
                pages.push_back(self.ask(Some(next)));
            }
            let body = (&mut page.body).await.map_err(|error| Error::Stream(error.to_string()))??;
            let next = take(&body)
                .map_err(|error| Error::Decode { path: self.path.into(), reason: error.to_string() })?;
            if pages.is_empty() && !next.is_empty() {
                pages.push_back(self.ask(Some(next)));
            }
        }
        Ok(())
    }
}

/// Where the next page begins, once the head of one is there: the list's metadata comes before
/// anything long.
fn head(body: &[u8]) -> Option<String> {
    const METADATA: &[u8] = b"\"metadata\":";
    let at = body.windows(METADATA.len()).position(|window| window == METADATA)?;
    let before = &body[..at];
    // Behind other braces it would be an object's.
    if before.iter().filter(|byte| **byte == b'{').count() != 1 || before.contains(&b'[') {
        return None;
    }
    let mut json = serde_json::Deserializer::from_slice(&body[at + METADATA.len()..]).into_iter::<Page>();
    Some(json.next()?.ok()?.next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        for (body, want) in [
            (r#"{"kind":"Table","metadata":{"continue":"x"},"rows":[{"#, Some("x")),
            (r#"{"kind":"Table","metadata":{"resourceVersion":"5"}"#, Some("")),
            (r#"{"kind":"Table","metadata":{"continue":"x"#, None),
            (r#"{"kind":"List","items":[{"metadata":{"continue":"x"}}]"#, None),
            (r#"{"object":{"metadata":{"continue":"x"}}"#, None),
            ("", None),
        ] {
            assert_eq!(head(body.as_bytes()).as_deref(), want, "{body}");
        }
    }

    /// The second page is asked for before the first is complete: its server does not end it before.
    #[tokio::test]
    async fn the_next_page_is_asked_for_ahead() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move {
            let mut asked = Vec::new();
            let mut accept = async || {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut buffer = [0; 4096];
                let read = stream.read(&mut buffer).await.expect("a request");
                let line =
                    String::from_utf8_lossy(&buffer[..read]).lines().next().unwrap_or_default().to_string();
                asked.push(line);
                stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await.expect("answered");
                stream
            };
            let mut first = accept().await;
            first.write_all(br#"{"metadata":{"continue":"two"},"items":[1"#).await.expect("sent");
            let mut second = accept().await;
            first.write_all(b"]}").await.expect("sent");
            drop(first);
            second.write_all(br#"{"metadata":{},"items":[2]}"#).await.expect("sent");
            asked
        });
        let config = client::Config { server: format!("http://{address}"), ..client::Config::default() };
        let client = Client::new(config).expect("a client");
        let params = ListParams { limit: Some(1), ..ListParams::default() };
        let request =
            Request { client: &client, path: "/x", params: &params, accept: None, whole_objects: false };
        let mut bodies = Vec::new();
        let pages = request.each(|page| {
            bodies.push(String::from_utf8_lossy(page).into_owned());
            serde_json::from_slice::<serde_json::Value>(page)
                .map(|page| page["metadata"]["continue"].as_str().unwrap_or_default().to_string())
        });
        pages.await.expect("pages");
        assert_eq!(
            bodies,
            [r#"{"metadata":{"continue":"two"},"items":[1]}"#, r#"{"metadata":{},"items":[2]}"#]
        );
        let asked = server.await.expect("ends");
        assert_eq!(asked, ["GET /x?limit=1 HTTP/1.1", "GET /x?limit=1&continue=two HTTP/1.1"]);
    }
}
