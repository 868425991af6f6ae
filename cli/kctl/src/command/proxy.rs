//! `kctl proxy`: the API server on a local port, with our credentials.

use std::convert::Infallible;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use clap::{ArgMatches, Command};
use client::Client;
use futures::TryStreamExt;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use regex::Regex;

use crate::connect::Session;
use crate::flags::{self, get, is};

type Body = BoxBody<Bytes, std::io::Error>;

/// The flags.
pub fn define() -> Command {
    Command::new("proxy")
        .about("Run a proxy to the Kubernetes API server")
        .arg(
            flags::number::<i64>("port", "The port to listen on; 0 for any").short('p').default_value("8001"),
        )
        .arg(flags::text("address", "The address to listen on").default_value("127.0.0.1"))
        .arg(flags::text("unix-socket", "A Unix socket to listen on instead").short('u'))
        .arg(flags::text("www", "Also serve files of this folder").short('w'))
        .arg(flags::text("www-prefix", "Where the folder's files are").short('P').default_value("/static/"))
        .arg(flags::text("api-prefix", "Where the API is").default_value("/"))
        .arg(
            flags::text("accept-hosts", "Hosts that may be asked for")
                .default_value(r"^localhost$,^127\.0\.0\.1$,^\[::1\]$"),
        )
        .arg(flags::text("accept-paths", "Paths that may be asked for").default_value("^.*"))
        .arg(
            flags::text("reject-paths", "Paths that may not be asked for")
                .default_value("^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach"),
        )
        .arg(flags::text("reject-methods", "Methods that may not be used").default_value("^$"))
        .arg(flags::boolean("disable-filter", false, "Take requests for any host and path: dangerous"))
        .arg(flags::boolean("append-server-path", false, "Put the server's own path before requests' paths"))
        .arg(
            flags::text("keepalive", "How often a connection to the server that is idle is probed; 0 never")
                .default_value("0s"),
        )
        .arg(flags::forgotten())
}

/// Which requests go through.
struct Filter {
    hosts: Vec<Regex>,
    paths: Vec<Regex>,
    not_paths: Vec<Regex>,
    not_methods: Vec<Regex>,
}

fn patterns(text: &str) -> Result<Vec<Regex>> {
    text.split(',')
        .map(|part| Regex::new(part).with_context(|| format!("{part:?} is not a regular expression")))
        .collect()
}

impl Filter {
    fn accepts(&self, method: &str, path: &str, host: &str) -> bool {
        let any = |list: &[Regex], text: &str| list.iter().any(|pattern| pattern.is_match(text));
        let host = match host.strip_prefix('[') {
            Some(_) => host.split_inclusive(']').next().unwrap_or(host),
            None => host.split(':').next().unwrap_or(host),
        };
        !any(&self.not_paths, path)
            && !any(&self.not_methods, method)
            && any(&self.paths, path)
            && any(&self.hosts, host)
    }
}

struct Proxy {
    client: Client,
    filter: Option<Filter>,
    api: String,
    files: Option<(String, PathBuf)>,
    before: String,
}

fn answer(code: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(Full::new(text.into()).map_err(|never| match never {}).boxed());
    *response.status_mut() = code;
    response
}

impl Proxy {
    async fn handle(&self, request: Request<Incoming>) -> Response<Body> {
        let host =
            request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default().to_string();
        let host = if host.is_empty() {
            request.uri().authority().map(ToString::to_string).unwrap_or_default()
        } else {
            host
        };
        let path = request.uri().path().to_string();
        if let Some(filter) = &self.filter
            && !filter.accepts(request.method().as_str(), &path, &host)
        {
            return answer(StatusCode::FORBIDDEN, "Forbidden");
        }
        if let Some((prefix, folder)) = &self.files
            && let Some(below) = path.strip_prefix(prefix.as_str())
        {
            return file(folder, below);
        }
        let Some(below) = path.strip_prefix(self.api.trim_end_matches('/')) else {
            return answer(StatusCode::NOT_FOUND, "404 page not found\n");
        };
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}{below}{query}", self.before);
        self.forward(request, &target)
            .await
            .unwrap_or_else(|error| answer(StatusCode::BAD_GATEWAY, format!("{error:#}\n")))
    }

    async fn forward(&self, request: Request<Incoming>, target: &str) -> Result<Response<Body>> {
        if request.headers().contains_key("upgrade") {
            return self.upgraded(request, target).await;
        }
        let (parts, body) = request.into_parts();
        let mut headers = HeaderMap::new();
        for (name, value) in &parts.headers {
            // Ours are the connection and the credentials.
            if !["host", "connection", "authorization", "content-length", "transfer-encoding"]
                .contains(&name.as_str())
            {
                headers.append(name, value.clone());
            }
        }
        let bytes = body.collect().await.context("cannot read the request")?.to_bytes();
        let with_body = (!bytes.is_empty() || parts.method == Method::POST || parts.method == Method::PUT)
            .then_some(bytes);
        let received = self.client.send(parts.method, target, headers, with_body).await?;
        let mut response = Response::builder().status(received.status());
        for (name, value) in received.headers() {
            if !["connection", "transfer-encoding", "content-length"].contains(&name.as_str()) {
                response = response.header(name, value);
            }
        }
        let stream = received.bytes_stream().map_ok(Frame::data).map_err(std::io::Error::other);
        Ok(response.body(BodyExt::boxed(StreamBody::new(stream)))?)
    }
}

impl Proxy {
    /// A connection that becomes another protocol's (WebSocket, SPDY): one of its own to the server, and
    /// all bytes from one to the other once the server has agreed.
    async fn upgraded(&self, mut request: Request<Incoming>, target: &str) -> Result<Response<Body>> {
        let server = url::Url::parse(&self.client.config().server)?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(self.client.connect().await?)).await?;
        tokio::spawn(connection.with_upgrades());
        let path = format!("{}{target}", server.path().trim_end_matches('/'));
        let mut outgoing = Request::builder().method(request.method()).uri(path);
        for (name, value) in request.headers() {
            // `Connection: Upgrade` has to stay: the next hop is asked for it too.
            if !["host", "authorization", "origin"].contains(&name.as_str()) {
                outgoing = outgoing.header(name, value);
            }
        }
        let authority = &server[url::Position::BeforeHost..url::Position::AfterPort];
        outgoing = outgoing.header("host", authority);
        for (name, value) in &self.client.identity_headers()? {
            outgoing = outgoing.header(name, value);
        }
        let ours = hyper::upgrade::on(&mut request);
        let body = request.into_body();
        let mut received = sender.send_request(outgoing.body(body)?).await?;
        let mut response = Response::builder().status(received.status());
        let agreed = received.status() == StatusCode::SWITCHING_PROTOCOLS;
        for (name, value) in received.headers() {
            if agreed || !["connection", "transfer-encoding", "content-length"].contains(&name.as_str()) {
                response = response.header(name, value);
            }
        }
        if !agreed {
            return Ok(response.body(received.into_body().map_err(std::io::Error::other).boxed())?);
        }
        let theirs = hyper::upgrade::on(&mut received);
        tokio::spawn(async move {
            if let (Ok(ours), Ok(theirs)) = tokio::join!(ours, theirs) {
                // Whoever goes away first ends it for both.
                let _ =
                    tokio::io::copy_bidirectional(&mut TokioIo::new(ours), &mut TokioIo::new(theirs)).await;
            }
        });
        Ok(response.body(Full::new(Bytes::new()).map_err(|never| match never {}).boxed())?)
    }
}

/// A file below the folder, never one beside it.
fn file(folder: &Path, below: &str) -> Response<Body> {
    let relative: PathBuf =
        Path::new(below).components().filter(|part| matches!(part, Component::Normal(_))).collect();
    let mut path = folder.join(relative);
    if path.is_dir() {
        path.push("index.html");
    }
    match std::fs::read(&path) {
        Ok(bytes) => {
            let kind = match path.extension().and_then(|ending| ending.to_str()) {
                Some("html" | "htm") => "text/html; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                Some("css") => "text/css; charset=utf-8",
                Some("json") => "application/json",
                Some("svg") => "image/svg+xml",
                Some("png") => "image/png",
                Some("txt") => "text/plain; charset=utf-8",
                _ => "application/octet-stream",
            };
            let mut response = answer(StatusCode::OK, bytes);
            response.headers_mut().insert("content-type", HeaderValue::from_static(kind));
            response
        }
        Err(_) => answer(StatusCode::NOT_FOUND, "404 page not found\n"),
    }
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let text = |flag: &str| get(matches, flag).unwrap_or_default();
    let filter = if is(matches, "disable-filter") {
        if text("unix-socket").is_empty() {
            eprintln!(
                "Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious"
            );
        }
        None
    } else {
        Some(Filter {
            hosts: patterns(text("accept-hosts"))?,
            paths: patterns(text("accept-paths"))?,
            not_paths: patterns(text("reject-paths"))?,
            not_methods: patterns(text("reject-methods"))?,
        })
    };
    let client = session.client()?.clone();
    let before = if is(matches, "append-server-path") {
        url::Url::parse(&client.config().server)?.path().trim_end_matches('/').to_string()
    } else {
        String::new()
    };
    let files = match text("www") {
        "" => None,
        folder => {
            if !Path::new(folder).is_dir() {
                bail!("{folder} is not a folder");
            }
            let prefix = format!("/{}/", text("www-prefix").trim_matches('/'));
            Some((prefix.replace("//", "/"), PathBuf::from(folder)))
        }
    };
    let api = format!("/{}", text("api-prefix").trim_start_matches('/'));
    let proxy = Arc::new(Proxy { client, filter, api, files, before });
    if let Some(path) = get(matches, "unix-socket").filter(|path| !path.is_empty()) {
        let _ = std::fs::remove_file(path);
        let listener =
            tokio::net::UnixListener::bind(path).with_context(|| format!("unable to listen on {path}"))?;
        println!("Starting to serve on {path}");
        loop {
            let (stream, _) = listener.accept().await?;
            connection(proxy.clone(), TokioIo::new(stream));
        }
    }
    let port = matches.get_one::<i64>("port").copied().unwrap_or(8001);
    let Ok(port) = u16::try_from(port) else { bail!("listen tcp: address {port}: invalid port") };
    let listener = tokio::net::TcpListener::bind((text("address"), port))
        .await
        .with_context(|| format!("listen tcp {}:{port}", text("address")))?;
    println!("Starting to serve on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let _ = stream.set_nodelay(true);
        connection(proxy.clone(), TokioIo::new(stream));
    }
}

fn connection<I>(proxy: Arc<Proxy>, stream: I)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        let service = service_fn(move |request| {
            let proxy = proxy.clone();
            async move { Ok::<_, Infallible>(proxy.handle(request).await) }
        });
        // A client that goes away is no error of ours.
        let _ = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new())
            .serve_connection_with_upgrades(stream, service)
            .await;
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that speaks another protocol after its 101, and one that does not want to.
    #[tokio::test]
    async fn upgraded_connections_go_through() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        async fn head(stream: &mut tokio::net::TcpStream) -> String {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.expect("a head"));
            }
            String::from_utf8_lossy(&head).into_owned()
        }
        let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = server.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            let (mut stream, _) = server.accept().await.expect("a connection");
            let asked = head(&mut stream).await;
            let answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4\r\n\r\nfirst";
            stream.write_all(answer.as_bytes()).await.expect("answered");
            let mut heard = [0; 6];
            stream.read_exact(&mut heard).await.expect("what the client says");
            stream.write_all(&heard).await.expect("said back");
            drop(stream);
            let (mut stream, _) = server.accept().await.expect("a connection");
            head(&mut stream).await;
            let answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
            stream.write_all(answer.as_bytes()).await.expect("answered");
            asked
        });
        let config = client::Config {
            server: format!("http://{address}/prefix"),
            token: Some("mine".into()),
            ..client::Config::default()
        };
        let proxy = Arc::new(Proxy {
            client: Client::new(config).expect("a client"),
            filter: None,
            api: "/".into(),
            files: None,
            before: String::new(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let local = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connection(proxy.clone(), TokioIo::new(stream));
            }
        });
        let ask = "POST /api/v1/namespaces/a/pods/b/exec?command=c HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer theirs\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";
        let mut stream = tokio::net::TcpStream::connect(local).await.expect("connects");
        stream.write_all(ask.as_bytes()).await.expect("asked");
        let answer = head(&mut stream).await.to_lowercase();
        assert!(
            answer.starts_with("http/1.1 101 ") && answer.contains("x-stream-protocol-version: v4"),
            "{answer}"
        );
        stream.write_all(b"second").await.expect("said");
        let mut heard = String::new();
        stream.read_to_string(&mut heard).await.expect("to the end");
        assert_eq!(heard, "firstsecond");

        let mut stream = tokio::net::TcpStream::connect(local).await.expect("connects");
        stream.write_all(ask.as_bytes()).await.expect("asked");
        let answer = head(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");

        let asked = serving.await.expect("ends").to_lowercase();
        assert!(
            asked.starts_with("post /prefix/api/v1/namespaces/a/pods/b/exec?command=c http/1.1\r\n"),
            "{asked}"
        );
        assert!(asked.contains("authorization: bearer mine") && !asked.contains("theirs"), "{asked}");
        assert!(asked.contains("upgrade: spdy/3.1") && asked.contains("connection: upgrade"), "{asked}");
    }

    #[test]
    fn filters() {
        let filter = Filter {
            hosts: patterns(r"^localhost$,^127\.0\.0\.1$,^\[::1\]$").expect("patterns"),
            paths: patterns("^.*").expect("patterns"),
            not_paths: patterns("^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach").expect("patterns"),
            not_methods: patterns("^$").expect("patterns"),
        };
        for (path, host, want) in [
            ("/api", "localhost:8001", true),
            ("/api", "127.0.0.1", true),
            ("/api", "[::1]:8001", true),
            ("/api", "evil.example", false),
            ("/api/v1/namespaces/a/pods/b/exec", "localhost", false),
        ] {
            assert_eq!(filter.accepts("GET", path, host), want, "{path} {host}");
        }
    }
}
