//! Proxies on the way of streams: `http://`, `https://` and `socks5://`, as Go's client has them.

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::config::Config;
use crate::error::Error;
use crate::stream::{Transport, secured};

/// What a proxy may answer at most before the connection is ours.
const MOST_HEAD: usize = 16 * 1024;

/// Proxies that the environment names, by Go's rules: `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, or the same in
/// small letters; `ALL_PROXY` is other programs'.
struct Environment {
    http: Option<String>,
    https: Option<String>,
    none: String,
}

impl Environment {
    fn read() -> Self {
        let one = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let of = |name: &str| one(name).or_else(|| one(&name.to_ascii_lowercase()));
        // A web server's programs get `HTTP_PROXY` from whoever asks for them.
        let http = of("HTTP_PROXY").filter(|_| std::env::var_os("REQUEST_METHOD").is_none());
        let none = of("NO_PROXY").unwrap_or_default();
        if none.split(',').any(|entry| entry.trim() == "*") {
            return Self { http: None, https: None, none };
        }
        Self { http, https: of("HTTPS_PROXY"), none }
    }

    fn matcher(&self) -> Matcher {
        let mut builder = Matcher::builder().no(self.none.as_str());
        if let Some(proxy) = &self.http {
            builder = builder.http(proxy.as_str());
        }
        if let Some(proxy) = &self.https {
            builder = builder.https(proxy.as_str());
        }
        builder.build()
    }
}

/// Whether a server is on this machine: nothing is between us and it.
fn is_near(server: &str) -> bool {
    ["//127.", "//localhost", "//[::1]"].iter().any(|near| server.contains(near))
}

/// A proxy's address as reqwest takes it. Names are looked up by the proxy, as Go has it.
pub fn remote(url: &str) -> String {
    url.strip_prefix("socks5://").map_or_else(|| url.to_string(), |rest| format!("socks5h://{rest}"))
}

/// Has requests to `server` go through the environment's proxies.
///
/// # Errors
/// Names a variable that is no proxy's address.
pub fn of_environment(
    builder: reqwest::ClientBuilder,
    server: &str,
) -> Result<reqwest::ClientBuilder, Error> {
    let mut builder = builder.no_proxy();
    if is_near(server) {
        return Ok(builder);
    }
    let environment = Environment::read();
    let bad = |name: &str, url: &str, error: reqwest::Error| {
        Error::Config(format!("{name} {url:?} in the environment: {error}"))
    };
    let none = || reqwest::NoProxy::from_string(&environment.none);
    if let Some(url) = &environment.http {
        let proxy = reqwest::Proxy::http(remote(url)).map_err(|error| bad("HTTP_PROXY", url, error))?;
        builder = builder.proxy(proxy.no_proxy(none()));
    }
    if let Some(url) = &environment.https {
        let proxy = reqwest::Proxy::https(remote(url)).map_err(|error| bad("HTTPS_PROXY", url, error))?;
        builder = builder.proxy(proxy.no_proxy(none()));
    }
    Ok(builder)
}

/// The proxy on the way to a server: the kubeconfig's, or the environment's.
///
/// # Errors
/// Names a kind of proxy that there is not.
pub fn between(config: &Config, server: &url::Url) -> Result<Option<Intercept>, Error> {
    let matcher = match &config.proxy_url {
        Some(url) => Matcher::builder().all(url.as_str()).build(),
        // As for requests: nothing is between us and this machine.
        None if is_near(&config.server) => return Ok(None),
        None => Environment::read().matcher(),
    };
    let uri: http::Uri = server
        .as_str()
        .parse()
        .map_err(|_| Error::Config(format!("server {:?} is not a URL", config.server)))?;
    let found = matcher.intercept(&uri);
    match (&found, &config.proxy_url) {
        (None, Some(url)) if !url.is_empty() => Err(Error::Config(format!(
            "proxy-url {url:?}: proxies are http://, https://, socks5:// or socks5h://"
        ))),
        _ => Ok(found),
    }
}

/// A connection without anything in it.
///
/// # Errors
/// Says which address does not answer.
pub async fn tcp(host: &str, port: u16) -> Result<Box<dyn Transport>, Error> {
    let tcp = TcpStream::connect((host, port))
        .await
        .map_err(|error| Error::Stream(format!("cannot connect to {host}:{port}: {error}")))?;
    let _ = tcp.set_nodelay(true);
    Ok(Box::new(tcp))
}

/// A connection to a server that a proxy makes for us.
///
/// # Errors
/// Says what the proxy refuses.
pub async fn through(
    config: &Config,
    proxy: &Intercept,
    host: &str,
    port: u16,
) -> Result<Box<dyn Transport>, Error> {
    let uri = proxy.uri();
    let scheme = uri.scheme_str().unwrap_or("http");
    let name = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let usual = match scheme {
        "https" => 443,
        "http" => 80,
        _ => 1080,
    };
    let own_port = uri.port_u16().unwrap_or(usual);
    let wrong = |error: &dyn std::fmt::Display| Error::Stream(format!("proxy {name}:{own_port}: {error}"));
    let mut transport = tcp(name, own_port).await?;
    match scheme {
        "http" | "https" => {
            if scheme == "https" {
                transport = secured(config, name, transport).await.map_err(|error| wrong(&error))?;
            }
            let credentials = proxy.basic_auth().map(http::HeaderValue::as_bytes);
            tunnel(&mut transport, &format!("{host}:{port}"), credentials)
                .await
                .map_err(|error| wrong(&error))?;
        }
        "socks5" | "socks5h" => {
            let bare = host.trim_matches(['[', ']']);
            socks(&mut transport, bare, port, proxy.raw_auth()).await.map_err(|error| wrong(&error))?;
        }
        other => {
            return Err(Error::Config(format!(
                "proxies of {other}:// are not supported: use http://, https://, socks5:// or socks5h://"
            )));
        }
    }
    Ok(transport)
}

/// Has an HTTP proxy connect us with `authority`.
async fn tunnel(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    authority: &str,
    credentials: Option<&[u8]>,
) -> std::io::Result<()> {
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n").into_bytes();
    if let Some(credentials) = credentials {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(credentials);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await?;
    stream.flush().await?;
    // Byte by byte: what follows the head is the server's.
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
        if head.len() > MOST_HEAD {
            return Err(std::io::Error::other("its answer has no end"));
        }
    }
    let head = String::from_utf8_lossy(&head);
    let status = head.lines().next().unwrap_or_default();
    match status.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(std::io::Error::other(format!("it answers {status:?}"))),
    }
}

/// Has a SOCKS proxy connect us (RFC 1928, RFC 1929). Names are looked up there, as Go has it.
async fn socks(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    host: &str,
    port: u16,
    credentials: Option<(&str, &str)>,
) -> std::io::Result<()> {
    const VERSION: u8 = 5;
    const NO_LOGIN: u8 = 0;
    const LOGIN: u8 = 2;
    const CONNECT: u8 = 1;
    let other = |text: String| std::io::Error::other(text);
    let with_length = |text: &[u8]| {
        let length = u8::try_from(text.len())
            .map_err(|_| other(format!("{} bytes are too long for it", text.len())))?;
        Ok::<_, std::io::Error>([&[length], text].concat())
    };
    let methods: &[u8] = if credentials.is_some() { &[NO_LOGIN, LOGIN] } else { &[NO_LOGIN] };
    stream.write_all(&[&[VERSION], with_length(methods)?.as_slice()].concat()).await?;
    stream.flush().await?;
    let mut chosen = [0; 2];
    stream.read_exact(&mut chosen).await?;
    match (chosen, credentials) {
        ([VERSION, NO_LOGIN], _) => {}
        ([VERSION, LOGIN], Some((user, password))) => {
            let mut login = vec![1];
            login.extend(with_length(user.as_bytes())?);
            login.extend(with_length(password.as_bytes())?);
            stream.write_all(&login).await?;
            stream.flush().await?;
            stream.read_exact(&mut chosen).await?;
            if chosen[1] != 0 {
                return Err(other("it refuses the user or the password".into()));
            }
        }
        ([VERSION, _], _) => return Err(other("it wants credentials of another kind".into())),
        _ => return Err(other("it is no SOCKS 5 proxy".into())),
    }
    let address = match host.parse() {
        Ok(std::net::IpAddr::V4(address)) => [&[1], address.octets().as_slice()].concat(),
        Ok(std::net::IpAddr::V6(address)) => [&[4], address.octets().as_slice()].concat(),
        Err(_) => [&[3], with_length(host.as_bytes())?.as_slice()].concat(),
    };
    let request = [&[VERSION, CONNECT, 0], address.as_slice(), &port.to_be_bytes()].concat();
    stream.write_all(&request).await?;
    stream.flush().await?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).await?;
    if answer[1] != 0 {
        let why = match answer[1] {
            2 => "connection not allowed by ruleset",
            3 => "network unreachable",
            4 => "host unreachable",
            5 => "connection refused",
            6 => "TTL expired",
            7 => "command not supported",
            8 => "address type not supported",
            _ => "general failure",
        };
        return Err(other(format!("{host}:{port}: {why}")));
    }
    // The address that it connects from is of no use here.
    let rest = match answer[3] {
        1 => 4,
        3 => usize::from(stream.read_u8().await?),
        4 => 16,
        _ => return Err(other("its answer is malformed".into())),
    };
    let mut address = vec![0; rest + 2];
    stream.read_exact(&mut address).await.map(drop)
}

#[cfg(test)]
mod tests;
