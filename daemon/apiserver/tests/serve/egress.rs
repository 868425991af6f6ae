//! Ways out of the server's network by proxies: `--egress-selector-config-file`. What is called has addresses that
//! lead nowhere; only the proxies know better.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use component::http::{Request, typed};
use http::StatusCode;
use http_body_util::BodyExt;
use konnectivity::packet::Payload;
use konnectivity::{CloseResponse, Data, DialResponse, Packet, PacketType};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio_stream::wrappers::{ReceiverStream, UnixListenerStream};
use tokio_util::sync::CancellationToken;

use crate::cluster::{Api, Cluster};

/// Where addresses lead, and which were asked for.
#[derive(Clone, Default)]
struct Map(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    ways: HashMap<String, SocketAddr>,
    seen: Vec<String>,
}

impl Map {
    fn lead(&self, from: &str, port: u16) {
        self.0
            .lock()
            .expect("not poisoned")
            .ways
            .insert(from.into(), SocketAddr::from(([127, 0, 0, 1], port)));
    }

    fn has_seen(&self, address: &str) -> bool {
        self.0.lock().expect("not poisoned").seen.iter().any(|seen| seen == address)
    }

    /// A connection for an address; one that is not known leads where it says, if that is this host.
    async fn connect(&self, address: &str) -> Result<TcpStream, String> {
        let to = {
            let mut inner = self.0.lock().expect("not poisoned");
            inner.seen.push(address.to_string());
            inner.ways.get(address).copied()
        };
        let to =
            to.or_else(|| address.parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback()));
        let to = to.ok_or_else(|| format!("nobody knows {address}"))?;
        TcpStream::connect(to).await.map_err(|error| error.to_string())
    }
}

/// Serves one connection of HTTP's CONNECT.
async fn connect(mut stream: impl AsyncRead + AsyncWrite + Unpin, map: Map) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).expect("a head");
    let address = head.split(' ').nth(1).expect("an address").to_string();
    assert!(head.starts_with("CONNECT ") && head.contains(&format!("Host: {address}\r\n")), "{head}");
    match map.connect(&address).await {
        Ok(mut far) => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut far).await;
        }
        Err(_) => {
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").await;
        }
    }
}

/// A proxy of CONNECT at a port, with TLS for those who have a certificate; gives the port.
async fn over_tls(folder: &Path, map: Map) -> u16 {
    let file = |name: &str| folder.join(name);
    let certificates = |name: &str| -> Vec<CertificateDer<'static>> {
        CertificateDer::pem_file_iter(file(name)).expect("a file").map(|one| one.expect("PEM")).collect()
    };
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificates("ca.crt").remove(0)).expect("a CA");
    let clients = rustls::server::WebPkiClientVerifier::builder(Arc::new(roots)).build().expect("a verifier");
    let key = PrivateKeyDer::from_pem_file(file("server.key")).expect("a key");
    let config = rustls::ServerConfig::builder()
        .with_client_cert_verifier(clients)
        .with_single_cert(certificates("server.crt"), key)
        .expect("a certificate");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, map) = (acceptor.clone(), map.clone());
            tokio::spawn(async move {
                let stream = acceptor.accept(stream).await.expect("a client with a certificate");
                connect(stream, map).await;
            });
        }
    });
    port
}

/// A proxy of CONNECT at a socket.
fn over_socket(path: &Path, map: Map) {
    let listener = UnixListener::bind(path).expect("a socket");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connect(stream, map.clone()));
        }
    });
}

/// A proxy of konnectivity's protocol.
struct Konnectivity(Map);

fn packet(kind: PacketType, payload: Payload) -> Result<Packet, tonic::Status> {
    Ok(Packet { r#type: kind.into(), payload: Some(payload) })
}

#[tonic::async_trait]
impl konnectivity::proxy_service_server::ProxyService for Konnectivity {
    type ProxyStream = Pin<Box<ReceiverStream<Result<Packet, tonic::Status>>>>;

    async fn proxy(
        &self,
        request: tonic::Request<tonic::Streaming<Packet>>,
    ) -> Result<tonic::Response<Self::ProxyStream>, tonic::Status> {
        let mut packets = request.into_inner();
        let map = self.0.clone();
        let (send, receive) = tokio::sync::mpsc::channel(8);
        tokio::spawn(async move {
            let Ok(Some(Packet { payload: Some(Payload::DialRequest(dial)), .. })) = packets.message().await
            else {
                panic!("a call begins with a dial");
            };
            assert_eq!(dial.protocol, "tcp");
            let far = map.connect(&dial.address).await;
            let error = far.as_ref().err().cloned().unwrap_or_default();
            let answer =
                DialResponse { error, connect_id: 7, random: dial.random, bearer_token: String::new() };
            let _ = send.send(packet(PacketType::DialRsp, Payload::DialResponse(answer))).await;
            let Ok(far) = far else { return };
            let (mut read, mut write) = far.into_split();
            let inward = send.clone();
            let reader = tokio::spawn(async move {
                let mut piece = [0; 1000];
                while let Ok(count @ 1..) = read.read(&mut piece).await {
                    let data = Data { connect_id: 7, error: String::new(), data: piece[..count].to_vec() };
                    if inward.send(packet(PacketType::Data, Payload::Data(data))).await.is_err() {
                        return;
                    }
                }
            });
            while let Ok(Some(packet)) = packets.message().await {
                match packet.payload {
                    Some(Payload::Data(data)) => {
                        let _ = write.write_all(&data.data).await;
                    }
                    Some(Payload::CloseRequest(close)) => {
                        assert_eq!(close.connect_id, 7);
                        break;
                    }
                    other => panic!("{other:?}"),
                }
            }
            reader.abort();
            let close = CloseResponse { error: String::new(), connect_id: 7 };
            let _ = send.send(self::packet(PacketType::CloseRsp, Payload::CloseResponse(close))).await;
        });
        Ok(tonic::Response::new(Box::pin(ReceiverStream::new(receive))))
    }
}

fn over_grpc(path: &Path, map: Map) {
    let listener = UnixListener::bind(path).expect("a socket");
    let service = konnectivity::proxy_service_server::ProxyServiceServer::new(Konnectivity(map));
    let server = tonic::transport::Server::builder().add_service(service);
    tokio::spawn(server.serve_with_incoming(UnixListenerStream::new(listener)));
}

/// A webhook that lets all in, an extension server, and one that knows who has the token `good`.
async fn answer(request: Request) -> http::Response<component::http::Body> {
    let path = request.uri().path().to_string();
    let body = request.into_body().collect().await.expect("a body").to_bytes();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let status = json!({"authenticated": asked["spec"]["token"] == "good", "user": {"username": "ann"}});
    let answer = match path.as_str() {
        "/hook" => json!({
            "apiVersion": asked["apiVersion"], "kind": asked["kind"],
            "response": {"uid": asked["request"]["uid"], "allowed": true, "warnings": ["asked"]},
        }),
        "/token" => json!({"apiVersion": asked["apiVersion"], "kind": asked["kind"], "status": status}),
        "/apis/metrics.example.io/v1" => json!({
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.example.io/v1", "resources": [],
        }),
        path => json!({"path": path}),
    };
    typed(StatusCode::OK, "application/json", answer.to_string())
}

fn file(folder: &Path, name: &str, content: &Value) -> String {
    std::fs::write(folder.join(name), content.to_string()).expect("writable");
    folder.join(name).display().to_string()
}

/// Creates a service, and gives its address.
async fn service(admin: &Api, name: &str) -> String {
    let object = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {"ports": [{"port": 443}]},
    });
    let (code, service) = admin.post("/api/v1/namespaces/default/services", object).await;
    assert_eq!(code, 201, "{service}");
    format!("{}:443", service["spec"]["clusterIP"].as_str().expect("an address"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_goes_its_way() {
    component::tls::install_crypto();
    let (etcd, control, within) = (Map::default(), Map::default(), Map::default());
    let sockets = tempfile::tempdir().expect("a folder");
    let (connects, tunnels) = (sockets.path().join("connect.sock"), sockets.path().join("grpc.sock"));
    over_socket(&connects, control.clone());
    over_grpc(&tunnels, within.clone());
    let by_tls = etcd.clone();
    let flags = |folder: &Path| {
        // What it needs is in the cluster's folder by now; it has to listen before the server starts.
        let at = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(over_tls(folder, by_tls))
        });
        let selection = |name: &str, protocol: &str, transport: Value| json!({"name": name, "connection": {"proxyProtocol": protocol, "transport": transport}});
        let tls = json!({
            "caBundle": folder.join("ca.crt"), "clientCert": folder.join("front.crt"),
            "clientKey": folder.join("front.key"),
        });
        let url = format!("https://localhost:{at}");
        let egress = json!({
            "apiVersion": "apiserver.k8s.io/v1beta1", "kind": "EgressSelectorConfiguration",
            "egressSelections": [
                selection("etcd", "HTTPConnect", json!({"tcp": {"url": url, "tlsConfig": tls}})),
                selection("controlplane", "HTTPConnect", json!({"uds": {"udsName": connects}})),
                selection("cluster", "GRPC", json!({"uds": {"udsName": tunnels}})),
            ],
        });
        let token = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {
                "server": "https://tokens.invalid:8443/token", "certificate-authority": folder.join("ca.crt"),
            }}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
            "users": [{"name": "c", "user": {}}],
        });
        vec![
            format!("--egress-selector-config-file={}", file(folder, "egress", &egress)),
            format!("--authentication-token-webhook-config-file={}", file(folder, "token", &token)),
        ]
    };
    let Some(cluster) = Cluster::start_with(flags).await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let shutdown = CancellationToken::new();
    assert!(etcd.has_seen(cluster.etcd.trim_start_matches("http://")));

    // Who asks: a webhook beside the control plane.
    control.lead("tokens.invalid:8443", cluster.serve("tokens.invalid", shutdown.clone(), answer).await);
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let (code, who) = cluster.bearer("good").post(path, review).await;
    assert_eq!((code, &who["status"]["userInfo"]["username"]), (201, &json!("ann")), "{who}");

    // A node, which answers under an address that is no one's.
    let node = json!({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": "far"},
        "status": {
            "addresses": [{"type": "InternalIP", "address": "192.0.2.7"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        },
    });
    let (code, answered) = admin.post("/api/v1/nodes", node).await;
    assert_eq!(code, 201, "{answered}");
    let (code, status) = admin.get("/api/v1/nodes/far/proxy/configz").await;
    assert_eq!(code, 503, "{status}");
    let why = status["message"].as_str().expect("a message");
    assert!(
        why.contains("error trying to reach service: proxy error from")
            && why.contains("nobody knows 192.0.2.7:10250"),
        "{why}"
    );
    within.lead("192.0.2.7:10250", cluster.serve("far", shutdown.clone(), answer).await);
    let (code, answered) = admin.get("/api/v1/nodes/far/proxy/configz").await;
    assert_eq!((code, answered), (200, json!({"path": "/configz"})));

    // Webhooks: by a service, which is in the cluster, and by a URL, which is not.
    let ca = STANDARD.encode(std::fs::read(cluster.folder.path().join("ca.crt")).expect("the CA"));
    let address = service(&admin, "hook").await;
    within.lead(&address, cluster.serve("hook.default.svc", shutdown.clone(), answer).await);
    control.lead("hook.invalid:443", cluster.serve("hook.invalid", shutdown.clone(), answer).await);
    let hook = |name: &str, resource: &str, mut client: Value| {
        client["caBundle"] = json!(ca);
        json!({
            "name": name, "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": client,
            "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": [resource], "operations": ["CREATE"]}],
        })
    };
    let hooks = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "hooks"},
        "webhooks": [
            hook("a.example.com", "configmaps", json!({"service": {"namespace": "default", "name": "hook", "path": "/hook"}})),
            hook("b.example.com", "secrets", json!({"url": "https://hook.invalid/hook"})),
        ],
    });
    let path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    let (code, answered) = admin.post(path, hooks).await;
    assert_eq!(code, 201, "{answered}");
    for (plural, kind) in [("configmaps", "ConfigMap"), ("secrets", "Secret")] {
        // It is in force a moment after it is stored.
        for tries in 0.. {
            let object = json!({"apiVersion": "v1", "kind": kind, "metadata": {"generateName": "x-"}});
            let path = format!("/api/v1/namespaces/default/{plural}");
            let sent = admin.request(reqwest::Method::POST, &path).body(object.to_string());
            let answer = sent.header("content-type", "application/json").send().await.expect("an answer");
            assert_eq!(answer.status(), 201);
            if answer.headers().get("warning").is_some_and(|text| text.as_bytes().ends_with(b"\"asked\"")) {
                break;
            }
            assert!(tries < 1000, "the webhook of {plural} is never asked");
        }
    }
    assert!(within.has_seen(&address) && control.has_seen("hook.invalid:443"));

    // An extension server.
    let address = service(&admin, "metrics").await;
    within.lead(&address, cluster.serve("metrics.default.svc", shutdown.clone(), answer).await);
    let extension = json!({
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.metrics.example.io"},
        "spec": {
            "group": "metrics.example.io", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 100,
            "caBundle": ca, "service": {"namespace": "default", "name": "metrics"},
        },
    });
    let path = "/apis/apiregistration.k8s.io/v1/apiservices";
    let (code, answered) = admin.post(path, extension).await;
    assert_eq!(code, 201, "{answered}");
    let named = format!("{path}?fieldSelector=metadata.name%3Dv1.metrics.example.io");
    admin.until(&named, |_, object| object["status"]["conditions"][0]["status"] == "True").await;
    let (code, answered) = admin.get("/apis/metrics.example.io/v1/things").await;
    assert_eq!((code, answered), (200, json!({"path": "/apis/metrics.example.io/v1/things"})));

    // One that is another name, which the proxy knows and this host does not.
    let renamed = json!({"spec": {"type": "ExternalName", "externalName": "metrics.invalid", "clusterIP": null, "clusterIPs": null}});
    within.lead("metrics.invalid:443", cluster.serve("metrics.default.svc", shutdown.clone(), answer).await);
    let path = "/api/v1/namespaces/default/services/metrics";
    let (code, answered) = admin.patch(path, "application/merge-patch+json", renamed).await;
    assert_eq!(code, 200, "{answered}");
    let (code, answered) = admin.get("/apis/metrics.example.io/v1/others").await;
    assert_eq!((code, answered), (200, json!({"path": "/apis/metrics.example.io/v1/others"})));
    assert!(within.has_seen("metrics.invalid:443"));

    let (_, metrics) = admin.get("/metrics").await;
    let metrics = metrics.as_str().expect("a text");
    for series in [
        "apiserver_egress_dialer_dial_start_total{protocol=\"grpc\",transport=\"uds\"}",
        "apiserver_egress_dialer_dial_duration_seconds_count{protocol=\"http_connect\",transport=\"tcp\"}",
        "apiserver_egress_dialer_dial_duration_seconds_count{protocol=\"http_connect\",transport=\"uds\"}",
        "apiserver_egress_dialer_dial_failure_count{protocol=\"grpc\",stage=\"proxy\",transport=\"uds\"} 1",
    ] {
        assert!(metrics.contains(series), "{series}");
    }
    shutdown.cancel();
    cluster.stop().await;
}
