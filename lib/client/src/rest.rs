//! Requests and their answers.

use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::error::{Error, Status};

/// A connection to one API server. Clones share it.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    config: Config,
    token: Mutex<Option<(Instant, Option<HeaderValue>)>>,
    /// A token that somebody else keeps fresh.
    shared: Option<Arc<RwLock<String>>>,
    warn: Mutex<Option<WarningSink>>,
    trace: Mutex<Option<Trace>>,
}

/// Who is told of exchanges, and whether with their bodies.
struct Trace {
    sink: TraceSink,
    bodies: bool,
}

/// How often a request is sent again that the server had no time for.
const RETRIES: usize = 10;
/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The pause of a 429 or 503 with `Retry-After`.
fn retry_after(response: &Response) -> Option<Duration> {
    if ![429, 503].contains(&response.status().as_u16()) {
        return None;
    }
    let seconds: u64 = response.headers().get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

/// One request and its answer, as far as its headers tell.
pub struct Exchange<'a> {
    pub method: &'a str,
    pub url: &'a str,
    pub request: &'a HeaderMap,
    /// What was sent, where it was asked for.
    pub sent: Option<&'a [u8]>,
    /// Code and headers; `None` when there was no answer.
    pub answer: Option<(u16, &'a HeaderMap)>,
    /// What came back, where it was asked for and is not a stream without an end.
    pub received: Option<&'a [u8]>,
    pub took: Duration,
}

/// Why there was no answer, and to what URL.
pub use reqwest::Error as TransportError;

/// Receives each exchange.
pub type TraceSink = Box<dyn Fn(&Exchange<'_>) + Send + Sync>;

/// Receives the texts of `Warning` headers.
pub type WarningSink = Box<dyn Fn(&str) + Send + Sync>;

/// How often a token file is looked at: the kubelet renews tokens long before they lapse.
const TOKEN_AGE: Duration = Duration::from_secs(60);

/// Selectors and paging of a list or watch.
#[derive(Clone, Debug, Default)]
pub struct ListParams {
    pub label_selector: Option<String>,
    pub field_selector: Option<String>,
    /// At most so many at once; what is no such number is the server's to refuse.
    pub limit: Option<i64>,
    pub continue_token: Option<String>,
    pub resource_version: Option<String>,
    pub resource_version_match: Option<String>,
    /// An `Accept` header other than `application/json`.
    pub accept: Option<&'static str>,
}

/// Only metadata is wanted.
pub const METADATA_ONLY: &str =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
/// Only metadata is wanted, of a list.
pub const METADATA_ONLY_LIST: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

impl ListParams {
    /// Everything with these labels.
    pub fn labels(selector: impl Into<String>) -> Self {
        Self { label_selector: Some(selector.into()), ..Self::default() }
    }

    /// Everything with these field values.
    pub fn fields(selector: impl Into<String>) -> Self {
        Self { field_selector: Some(selector.into()), ..Self::default() }
    }

    /// As query parameters.
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let limit = self.limit.map(|limit| limit.to_string());
        [
            ("labelSelector", &self.label_selector),
            ("fieldSelector", &self.field_selector),
            ("limit", &limit),
            ("continue", &self.continue_token),
            ("resourceVersion", &self.resource_version),
            ("resourceVersionMatch", &self.resource_version_match),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.clone()?)))
        .collect()
    }
}

/// A list as the server sends it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: Deserialize<'de>")]
pub struct List<T> {
    #[serde(default)]
    pub metadata: ListMeta,
    #[serde(default = "Vec::new", deserialize_with = "crate::object::null_is_default")]
    pub items: Vec<T>,
}

/// A list's metadata.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListMeta {
    pub resource_version: String,
    #[serde(rename = "continue")]
    pub continue_token: String,
    pub remaining_item_count: Option<i64>,
}

/// The kinds of patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchType {
    /// RFC 6902.
    Json,
    /// RFC 7386.
    Merge,
    /// Kubernetes' own, which merges lists by key.
    Strategic,
    /// Server-side apply.
    Apply,
}

impl PatchType {
    /// The content type that names it.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json-patch+json",
            Self::Merge => "application/merge-patch+json",
            Self::Strategic => "application/strategic-merge-patch+json",
            Self::Apply => "application/apply-patch+yaml",
        }
    }
}

/// The path of a resource, an object in it, or an object's subresource. The group is empty for
/// the core API; `namespace` is for namespaced resources, `None` names all namespaces.
pub fn path(
    group: &str,
    version: &str,
    plural: &str,
    namespace: Option<&str>,
    name: Option<&str>,
    subresource: Option<&str>,
) -> String {
    let mut path =
        if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
    if let Some(namespace) = namespace {
        path.push_str("/namespaces/");
        path.push_str(namespace);
    }
    for part in [Some(plural), name, subresource].into_iter().flatten() {
        path.push('/');
        path.push_str(part);
    }
    path
}

impl Client {
    /// Sets up the client; nothing is sent yet.
    ///
    /// # Errors
    /// Fails on certificates or URLs that can't be used.
    pub fn new(config: Config) -> Result<Self, Error> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(crate::tls::client_config(&config, &[b"h2", b"http/1.1"])?)
            .user_agent(
                config.user_agent.clone().unwrap_or_else(|| format!("kadm/{}", env!("CARGO_PKG_VERSION"))),
            )
            .connect_timeout(Duration::from_secs(10))
            .http2_keep_alive_interval(Duration::from_secs(30))
            .http2_keep_alive_timeout(Duration::from_secs(15))
            .http2_initial_stream_window_size(1024 * 1024)
            .http2_initial_connection_window_size(4 * 1024 * 1024)
            .tcp_nodelay(true)
            .tcp_keepalive(config.tcp_keepalive)
            .gzip(config.compress && !config.disable_compression);
        if let Some(url) = &config.proxy_url {
            let proxy = reqwest::Proxy::all(crate::proxy::remote(url))
                .map_err(|error| Error::Config(format!("proxy-url {url:?}: {error}")))?;
            builder = builder.proxy(proxy);
        } else {
            builder = crate::proxy::of_environment(builder, &config.server)?;
        }
        if let Some(name) = &config.tls_server_name {
            // The name in the URL is what rustls verifies: connect to the real address under it.
            builder = server_name(builder, &config.server, name)?;
        }
        let http = builder.build()?;
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                config,
                token: Mutex::new(None),
                shared: None,
                warn: Mutex::new(None),
                trace: Mutex::new(None),
            }),
        })
    }

    /// A client over the same connections that says who it is by `token`, whatever that holds
    /// at the time of a request.
    pub fn with_token(&self, token: Arc<RwLock<String>>) -> Self {
        let inner = Inner {
            http: self.inner.http.clone(),
            config: self.inner.config.clone(),
            token: Mutex::new(None),
            shared: Some(token),
            warn: Mutex::new(None),
            trace: Mutex::new(None),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The configuration this client was made from.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Has `sink` called with each warning that the server sends along.
    pub fn on_warning(&self, sink: WarningSink) {
        *self.inner.warn.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(sink);
    }

    fn base(&self) -> String {
        let config = &self.inner.config;
        let renamed = config.tls_server_name.as_ref().and_then(|name| {
            let mut url = reqwest::Url::parse(&config.server).ok()?;
            url.set_host(Some(name)).ok()?;
            Some(url.as_str().trim_end_matches('/').to_string())
        });
        renamed.unwrap_or_else(|| config.server.clone())
    }

    /// The `Authorization` header, from the token or the file it is kept in.
    pub fn authorization(&self) -> Option<HeaderValue> {
        let config = &self.inner.config;
        let bearer = |token: &str| {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.trim())).ok()?;
            value.set_sensitive(true);
            Some(value)
        };
        if let Some(token) = &self.inner.shared {
            return bearer(&token.read().unwrap_or_else(std::sync::PoisonError::into_inner));
        }
        let own = config.token.as_deref().and_then(bearer);
        // A file that can be read counts more, as client-go has it.
        if let Some(file) = &config.token_file {
            let mut cached = self.inner.token.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some((read, value)) = &*cached
                && read.elapsed() < TOKEN_AGE
            {
                return value.clone();
            }
            let value = match std::fs::read_to_string(file) {
                Ok(token) => bearer(&token),
                Err(error) => {
                    tracing::warn!(file = %file.display(), %error, "cannot read the token");
                    cached.take().and_then(|(_, value)| value).or_else(|| own.clone())
                }
            };
            *cached = Some((Instant::now(), value.clone()));
            return value;
        }
        if own.is_some() {
            return own;
        }
        let (name, password) = config.basic.as_ref()?;
        use base64::Engine;
        let text = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}"));
        HeaderValue::from_str(&format!("Basic {text}")).ok()
    }

    /// The headers that say who we are and as whom we act.
    pub fn identity_headers(&self) -> Result<HeaderMap, Error> {
        let config = &self.inner.config;
        let mut headers = HeaderMap::new();
        if let Some(value) = self.authorization() {
            headers.insert(AUTHORIZATION, value);
        }
        let value = |text: &str| {
            HeaderValue::from_str(text)
                .map_err(|_| Error::Config(format!("{text:?} can't be sent in a header")))
        };
        if let Some(user) = &config.impersonate_user {
            headers.insert("impersonate-user", value(user)?);
        }
        for group in &config.impersonate_groups {
            headers.append("impersonate-group", value(group)?);
        }
        if let Some(uid) = &config.impersonate_uid {
            headers.insert("impersonate-uid", value(uid)?);
        }
        for (key, values) in &config.impersonate_extra {
            let name = format!("impersonate-extra-{}", escape(key));
            let name = HeaderName::try_from(name)
                .map_err(|_| Error::Config(format!("{key:?} can't be sent in a header")))?;
            for extra in values {
                headers.append(name.clone(), value(extra)?);
            }
        }
        Ok(headers)
    }

    /// Sends a request and gives its answer, whose status is a success. The body may be a stream.
    ///
    /// # Errors
    /// [`Error::Status`] for any other answer.
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, String)],
        headers: HeaderMap,
        body: Option<Bytes>,
    ) -> Result<Response, Error> {
        let watching = query.iter().any(|(name, _)| *name == "watch" || *name == "follow");
        let mut attempt = 0;
        let response = loop {
            let mut request = self.inner.http.request(method.clone(), format!("{}{path}", self.base()));
            if !query.is_empty() {
                request = request.query(query);
            }
            request = request.headers(self.identity_headers()?).headers(headers.clone());
            if let Some(body) = &body {
                request = request.body(body.clone());
            }
            if let Some(timeout) = self.inner.config.timeout.filter(|_| !watching) {
                request = request.timeout(timeout);
            }
            let request = request.build()?;
            let response = self.traced(request, !watching).await?;
            // A server that is busy says when to come back; without that the refusal is final.
            match retry_after(&response) {
                Some(pause) if attempt < RETRIES => {
                    attempt += 1;
                    tokio::time::sleep(pause).await;
                }
                _ => break response,
            }
        };
        self.warnings(response.headers());
        let code = response.status();
        if code.is_success() || code.is_informational() {
            return Ok(response);
        }
        let text = response.bytes().await.unwrap_or_default();
        Err(Error::Status(Box::new(status_of(code.as_u16(), &text))))
    }

    /// Sends, and tells whoever listens about it; `ends` says that the answer's body comes to an end.
    async fn traced(&self, request: reqwest::Request, ends: bool) -> Result<Response, Error> {
        let trace = || self.inner.trace.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(bodies) = trace().as_ref().map(|trace| trace.bodies) else {
            return Ok(self.inner.http.execute(request).await?);
        };
        let (method, url, headers) =
            (request.method().clone(), request.url().to_string(), request.headers().clone());
        let sent = request.body().and_then(reqwest::Body::as_bytes).filter(|_| bodies).map(<[u8]>::to_vec);
        let begun = Instant::now();
        let mut answer = self.inner.http.execute(request).await;
        let took = begun.elapsed();
        let mut received = None;
        if bodies
            && ends
            && let Ok(response) = answer
        {
            // Read for the log, and put back for whoever asked.
            let mut parts = http::Response::new(());
            *parts.status_mut() = response.status();
            *parts.headers_mut() = response.headers().clone();
            let bytes = response.bytes().await?;
            received = Some(bytes.clone());
            answer = Ok(parts.map(|()| bytes).into());
        }
        let exchange = Exchange {
            method: method.as_str(),
            url: &url,
            request: &headers,
            sent: sent.as_deref().or(bodies.then_some(&[])),
            answer: answer.as_ref().ok().map(|answer| (answer.status().as_u16(), answer.headers())),
            received: received.as_deref(),
            took,
        };
        if let Some(trace) = &*trace() {
            (trace.sink)(&exchange);
        }
        Ok(answer?)
    }

    /// Has `sink` called with each request and what came of it, with their bodies or without.
    pub fn on_exchange(&self, bodies: bool, sink: TraceSink) {
        *self.inner.trace.lock().unwrap_or_else(std::sync::PoisonError::into_inner) =
            Some(Trace { sink, bodies });
    }

    /// Sends a request with its query in the path, and gives whatever the answer is: refusals
    /// are for the caller to pass on.
    ///
    /// # Errors
    /// Only when there is no answer.
    pub async fn send(
        &self,
        method: Method,
        path_and_query: &str,
        headers: HeaderMap,
        body: Option<Bytes>,
    ) -> Result<Response, Error> {
        let request = self.inner.http.request(method, format!("{}{path_and_query}", self.base()));
        let mut request = request.headers(self.identity_headers()?).headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        self.traced(request.build()?, false).await
    }

    fn warnings(&self, headers: &HeaderMap) {
        let sink = self.inner.warn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(sink) = &*sink else { return };
        for warning in headers.get_all("warning") {
            // 299 agent "text"
            if let Ok(text) = warning.to_str()
                && let Some((_, quoted)) = text.split_once(" \"").or_else(|| text.split_once('"'))
            {
                sink(
                    &quoted
                        .trim_end()
                        .strip_suffix('"')
                        .unwrap_or(quoted)
                        .replace("\\\"", "\"")
                        .replace("\\\\", "\\"),
                );
            }
        }
    }

    async fn decoded<T: DeserializeOwned>(&self, path: &str, response: Response) -> Result<T, Error> {
        let bytes = response.bytes().await?;
        decode(path, &bytes)
    }

    /// Gets one object, or whatever JSON the path has.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let response = self.request(Method::GET, path, &[], accept(None), None).await?;
        self.decoded(path, response).await
    }

    /// Gets raw bytes.
    pub async fn get_bytes(
        &self,
        path: &str,
        query: &[(&str, String)],
        accept_header: Option<&'static str>,
    ) -> Result<Bytes, Error> {
        Ok(self.request(Method::GET, path, query, accept(accept_header), None).await?.bytes().await?)
    }

    /// Lists.
    pub async fn list<T: DeserializeOwned>(&self, path: &str, params: &ListParams) -> Result<List<T>, Error> {
        let response = self.request(Method::GET, path, &params.query(), accept(params.accept), None).await?;
        self.decoded(path, response).await
    }

    /// Reads a collection whole, in pages of `params.limit`.
    pub async fn list_all<T: DeserializeOwned>(
        &self,
        path: &str,
        params: &ListParams,
    ) -> Result<List<T>, Error> {
        let mut params = params.clone();
        let mut whole = self.list::<T>(path, &params).await?;
        while !whole.metadata.continue_token.is_empty() {
            params.continue_token = Some(std::mem::take(&mut whole.metadata.continue_token));
            let page = self.list::<T>(path, &params).await?;
            whole.metadata = page.metadata;
            whole.items.extend(page.items);
        }
        Ok(whole)
    }

    /// Creates `body` in the collection at `path`.
    pub async fn create<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, Error> {
        let response = self.request(Method::POST, path, &[], json(), Some(encode(path, body)?)).await?;
        self.decoded(path, response).await
    }

    /// Replaces the object at `path`.
    pub async fn update<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, Error> {
        let response = self.request(Method::PUT, path, &[], json(), Some(encode(path, body)?)).await?;
        self.decoded(path, response).await
    }

    /// Patches the object at `path`.
    pub async fn patch<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        path: &str,
        kind: PatchType,
        patch: &B,
    ) -> Result<T, Error> {
        let mut headers = accept(None);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind.content_type()));
        let response = self.request(Method::PATCH, path, &[], headers, Some(encode(path, patch)?)).await?;
        self.decoded(path, response).await
    }

    /// Deletes the object (or collection) at `path`; `options` are `DeleteOptions` without kind.
    pub async fn delete(
        &self,
        path: &str,
        options: Option<&serde_json::Value>,
    ) -> Result<serde_json::Value, Error> {
        let body = match options {
            None => None,
            Some(options) => {
                let mut options = options.clone();
                if let Some(map) = options.as_object_mut() {
                    map.insert("kind".into(), "DeleteOptions".into());
                    map.insert("apiVersion".into(), "v1".into());
                }
                Some(encode(path, &options)?)
            }
        };
        let response = self.request(Method::DELETE, path, &[], json(), body).await?;
        self.decoded(path, response).await
    }

    /// Reads, changes and writes the object at `path` until nobody interferes. `change` returns
    /// whether there is anything to write.
    pub async fn modify(
        &self,
        path: &str,
        change: impl Fn(&mut serde_json::Value) -> bool,
    ) -> Result<serde_json::Value, Error> {
        loop {
            let mut object: serde_json::Value = self.get(path).await?;
            if !change(&mut object) {
                return Ok(object);
            }
            match self.update(path, &object).await {
                Err(error) if error.is_conflict() => {}
                other => return other,
            }
        }
    }
}

/// Fetches what a URL has, with the system's certificates: manifests that people publish.
///
/// # Errors
/// Says which status was not a success.
pub async fn fetch(url: &str) -> Result<Bytes, Error> {
    let http = crate::proxy::of_environment(reqwest::Client::builder(), url)?
        .tls_backend_preconfigured(crate::tls::client_config(&Config::default(), &[b"h2", b"http/1.1"])?)
        .build()?;
    let response = http.get(url).send().await?;
    if !response.status().is_success() {
        return Err(Error::Config(format!(
            "server reported {}, status code={}",
            response.status(),
            response.status().as_u16()
        )));
    }
    Ok(response.bytes().await?)
}

fn server_name(
    builder: reqwest::ClientBuilder,
    server: &str,
    name: &str,
) -> Result<reqwest::ClientBuilder, Error> {
    use std::net::ToSocketAddrs;
    let bad = || Error::Config(format!("server {server:?} is not a URL"));
    let url = reqwest::Url::parse(server).map_err(|_| bad())?;
    let host = url.host_str().ok_or_else(bad)?.trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses: Vec<_> = (host, port)
        .to_socket_addrs()
        .map_err(|error| Error::Config(format!("cannot resolve {host}: {error}")))?
        .collect();
    Ok(builder.resolve_to_addrs(name, &addresses))
}

/// The status in a refusal's body, or one made up from the code when there is none.
pub(crate) fn status_of(code: u16, body: &[u8]) -> Status {
    if let Ok(mut status) = serde_json::from_slice::<Status>(body)
        && !(status.message.is_empty() && status.reason.is_empty())
    {
        status.code = code;
        return status;
    }
    let text = String::from_utf8_lossy(body).trim().to_string();
    let reason = match code {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        409 => "Conflict",
        410 => "Expired",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        501.. => "InternalError",
        _ => "",
    };
    // What upstream's clients say of answers that are no Status.
    let message = match code {
        401 => "the server has asked for the client to provide credentials".to_string(),
        404 => "the server could not find the requested resource".into(),
        405 => "the server does not allow this method on the requested resource".into(),
        429 => "the server has received too many requests and has asked us to try again later".into(),
        503 => "the server is currently unable to handle the request".into(),
        504 => "the server was unable to return a response in the time allotted, but may still be processing the request"
            .into(),
        500.. => format!("an error on the server ({text:?}) has prevented the request from succeeding"),
        _ if text.is_empty() => format!("the server answered {code}"),
        _ => text,
    };
    Status { code, reason: reason.into(), message, details: None }
}

/// A key of the impersonated user's extras as a part of a header's name: what no name may hold, and
/// `%`, is percent-encoded.
fn escape(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&'*+-.^_`|~".contains(&byte);
    let escaped = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    key.to_ascii_lowercase().bytes().map(escaped).collect()
}

fn accept(kind: Option<&'static str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(kind.unwrap_or("application/json")));
    headers
}

fn json() -> HeaderMap {
    let mut headers = accept(None);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers
}

fn encode<B: Serialize + ?Sized>(path: &str, body: &B) -> Result<Bytes, Error> {
    serde_json::to_vec(body)
        .map(Bytes::from)
        .map_err(|error| Error::Decode { path: path.into(), reason: error.to_string() })
}

fn decode<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Decode { path: path.into(), reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that is busy once: the request is sent again, and not before it said.
    #[tokio::test]
    async fn a_busy_server_is_asked_again() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move {
            for answer in [
                "HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
            ] {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).await.expect("a request");
                stream.write_all(answer.as_bytes()).await.expect("answered");
            }
        });
        let client = Client::new(Config { server: format!("http://{address}"), ..Config::default() })
            .expect("a client");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = seen.clone();
        client.on_exchange(
            true,
            Box::new(move |exchange| {
                let code = exchange.answer.map(|(code, _)| code);
                let body = exchange.received.map(|body| String::from_utf8_lossy(body).into_owned());
                kept.lock().expect("not poisoned").push((exchange.method.to_string(), code, body));
            }),
        );
        let asked = std::time::Instant::now();
        let answer: serde_json::Value = client.get("/x").await.expect("an answer");
        assert_eq!(answer, serde_json::json!({}));
        assert!(asked.elapsed() >= Duration::from_secs(1), "{:?}", asked.elapsed());
        assert_eq!(
            *seen.lock().expect("not poisoned"),
            [
                ("GET".to_string(), Some(429), Some(String::new())),
                ("GET".into(), Some(200), Some("{}".into()))
            ]
        );
        server.await.expect("ends");
    }

    #[test]
    fn a_token_comes_from_its_file_first() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("token");
        let bearer = |token: Option<&str>, file: Option<&std::path::Path>| {
            let config = Config {
                server: "http://x".into(),
                token: token.map(Into::into),
                token_file: file.map(Into::into),
                ..Config::default()
            };
            let value = Client::new(config).expect("a client").authorization();
            value.map(|value| value.to_str().expect("text").to_string())
        };
        assert_eq!(bearer(None, None), None);
        assert_eq!(bearer(Some("t"), Some(&file)).as_deref(), Some("Bearer t"), "no file yet");
        std::fs::write(&file, "f\n").expect("written");
        assert_eq!(bearer(Some("t"), Some(&file)).as_deref(), Some("Bearer f"));
        assert_eq!(bearer(None, Some(&file)).as_deref(), Some("Bearer f"));
    }

    /// The certificate is for a name that nobody looks up.
    #[tokio::test]
    async fn a_server_is_verified_by_the_name_that_is_given() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let key = rcgen::KeyPair::generate().expect("a key");
        let params = rcgen::CertificateParams::new(vec!["inner.example".into()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                rustls_pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .expect("a certificate with its key");
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let _ = stream.read(&mut [0; 4096]).await;
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
                let _ = stream.write_all(answer).await;
                let _ = stream.shutdown().await;
            }
        });
        for (name, insecure, good) in
            [(Some("inner.example"), false, true), (None, false, false), (None, true, true)]
        {
            let config = Config {
                server: format!("https://{address}"),
                ca: Some(certificate.pem().into_bytes()),
                tls_server_name: name.map(Into::into),
                insecure,
                ..Config::default()
            };
            let answer = Client::new(config).expect("a client").get::<serde_json::Value>("/x").await;
            assert_eq!(answer.is_ok(), good, "{name:?} {answer:?}");
        }
    }

    #[test]
    fn extras_of_an_impersonated_user_are_headers() {
        let extras = [("Scopes", ["a", "b"].as_slice()), ("example.com/x%", &["c"])];
        let extras =
            extras.map(|(key, values)| (key.into(), values.iter().map(ToString::to_string).collect()));
        let config = Config {
            server: "http://x".into(),
            impersonate_user: Some("u".into()),
            impersonate_extra: extras.into(),
            ..Config::default()
        };
        let headers = Client::new(config).expect("a client").identity_headers().expect("headers");
        let all = |name: &str| headers.get_all(name).iter().cloned().collect::<Vec<_>>();
        assert_eq!(all("impersonate-extra-scopes"), ["a", "b"]);
        assert_eq!(all("impersonate-extra-example.com%2fx%25"), ["c"]);
    }

    #[test]
    fn paths() {
        assert_eq!(
            path("", "v1", "pods", Some("a"), Some("b"), Some("status")),
            "/api/v1/namespaces/a/pods/b/status"
        );
        assert_eq!(path("apps", "v1", "deployments", None, None, None), "/apis/apps/v1/deployments");
    }

    #[test]
    fn refusals_without_a_status_get_one() {
        assert_eq!(
            status_of(404, b"404 page not found").message,
            "the server could not find the requested resource"
        );
        for (code, text, want) in [
            (503, "busy", "the server is currently unable to handle the request"),
            (500, "why", "an error on the server (\"why\") has prevented the request from succeeding"),
            (403, "no", "no"),
        ] {
            assert_eq!(status_of(code, text.as_bytes()).message, want);
        }
        let status =
            status_of(409, br#"{"kind":"Status","message":"m","reason":"AlreadyExists","code":409}"#);
        assert!(Error::Status(Box::new(status)).is_already_exists());
    }
}
