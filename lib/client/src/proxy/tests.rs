//! Streams and requests through proxies of each kind.

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::rest::Client;

async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a request"));
    }
    String::from_utf8_lossy(&head).into_owned()
}

fn client(server: &str, proxy: String, ca: Option<Vec<u8>>) -> Client {
    Client::new(Config { server: server.into(), proxy_url: Some(proxy), ca, ..Config::default() })
        .expect("a client")
}

/// The server's first words come through.
async fn says_hello(client: &Client) {
    let mut stream = client.connect().await.expect("connected");
    let mut text = [0; 5];
    stream.read_exact(&mut text).await.expect("the server's first words");
    assert_eq!(&text, b"hello");
}

const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\nhello";

/// The proxy is told where to, and who asks.
#[tokio::test]
async fn http() {
    let proxy = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = proxy.local_addr().expect("an address");
    let serving = tokio::spawn(async move {
        let (mut stream, _) = proxy.accept().await.expect("a connection");
        let head = head(&mut stream).await;
        stream.write_all(ESTABLISHED).await.expect("answered");
        head
    });
    says_hello(&client("http://server.example:6443", format!("http://me:pw@{address}"), None)).await;
    let head = serving.await.expect("ends");
    assert!(head.starts_with("CONNECT server.example:6443 HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("Proxy-Authorization: Basic bWU6cHc=\r\n"), "{head}");
}

/// A certificate for localhost, which signs itself.
fn acceptor() -> (TlsAcceptor, Vec<u8>) {
    let key = rcgen::KeyPair::generate().expect("a key");
    let parameters = rcgen::CertificateParams::new(vec!["localhost".into()]).expect("a name");
    let certificate = parameters.self_signed(&key).expect("signed");
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .expect("a certificate");
    (TlsAcceptor::from(Arc::new(config)), certificate.pem().into_bytes())
}

#[tokio::test]
async fn https() {
    let (acceptor, ca) = acceptor();
    let proxy = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = proxy.local_addr().expect("an address").port();
    let serving = tokio::spawn(async move {
        let (stream, _) = proxy.accept().await.expect("a connection");
        let mut stream = acceptor.accept(stream).await.expect("TLS");
        let head = head(&mut stream).await;
        stream.write_all(ESTABLISHED).await.expect("answered");
        stream.shutdown().await.expect("closed");
        head
    });
    let client = client("http://server.example:6443", format!("https://localhost:{port}"), Some(ca));
    says_hello(&client).await;
    let head = serving.await.expect("ends");
    assert!(head.starts_with("CONNECT server.example:6443 HTTP/1.1\r\n"), "{head}");
}

/// A SOCKS proxy for one connection; gives where it was to lead, and who asked. Behind it is a server that says
/// this.
async fn socks_proxy(login: bool, says: &'static [u8]) -> (u16, JoinHandle<(String, u16, String)>) {
    let proxy = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = proxy.local_addr().expect("an address").port();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = proxy.accept().await.expect("a connection");
        let text = async |stream: &mut TcpStream| {
            let length = stream.read_u8().await.expect("a length");
            let mut bytes = vec![0; length.into()];
            stream.read_exact(&mut bytes).await.expect("a text");
            bytes
        };
        assert_eq!(stream.read_u8().await.expect("a version"), 5);
        let methods = text(&mut stream).await;
        let method = if login { 2 } else { 0 };
        assert!(methods.contains(&method), "{methods:?}");
        stream.write_all(&[5, method]).await.expect("answered");
        let mut user = String::new();
        if login {
            assert_eq!(stream.read_u8().await.expect("a version"), 1);
            let (name, password) = (text(&mut stream).await, text(&mut stream).await);
            user = format!("{}:{}", String::from_utf8_lossy(&name), String::from_utf8_lossy(&password));
            stream.write_all(&[1, 0]).await.expect("answered");
        }
        let mut request = [0; 4];
        stream.read_exact(&mut request).await.expect("a request");
        assert_eq!(request, [5, 1, 0, 3], "a name, to be looked up here");
        let name = String::from_utf8_lossy(&text(&mut stream).await).into_owned();
        let port = stream.read_u16().await.expect("a port");
        stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 80]).await.expect("answered");
        stream.write_all(says).await.expect("said");
        // Until the client has read it.
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        (name, port, user)
    });
    (port, serving)
}

#[tokio::test]
async fn socks5() {
    for (login, user) in [(false, ""), (true, "me:pw")] {
        let (port, serving) = socks_proxy(login, b"hello").await;
        let at = if login { "me:pw@" } else { "" };
        says_hello(&client("http://server.example:6443", format!("socks5://{at}127.0.0.1:{port}"), None))
            .await;
        assert_eq!(serving.await.expect("ends"), ("server.example".into(), 6443, user.into()));
    }
}

/// Plain requests go the same way, with the name of the server looked up by the proxy.
#[tokio::test]
async fn requests_through_socks() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    let (port, serving) = socks_proxy(false, answer).await;
    let client = client("http://server.example:6443", format!("socks5://127.0.0.1:{port}"), None);
    let response = client
        .request(reqwest::Method::GET, "/healthz", &[], http::HeaderMap::new(), None)
        .await
        .expect("an answer");
    assert_eq!(response.text().await.expect("a body"), "ok");
    drop(client);
    assert_eq!(serving.await.expect("ends").0, "server.example");
}

#[test]
fn other_proxies_are_refused() {
    let config = Config { proxy_url: Some("ftp://127.0.0.1:1".into()), ..Config::default() };
    let server = url::Url::parse("https://server.example").expect("a URL");
    let Err(error) = between(&config, &server).map(drop) else { panic!("not refused") };
    let error = error.to_string();
    assert!(error.contains("socks5://"), "{error}");
}
