//! A server in this process with an etcd beside it, and clients that talk HTTPS to it.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use apiserver::options::{Options, command};
use reqwest::{Client, Method};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::chaos::Network;

/// Processes end with their test.
struct Etcd(Child);

impl Drop for Etcd {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .expect("a free port")
        .port()
}

/// How etcd is started, again and again on the same data.
struct Start {
    program: PathBuf,
    args: Vec<String>,
}

impl Start {
    fn run(&self) -> Etcd {
        let mut command = Command::new(&self.program);
        let child = command.args(&self.args).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Etcd(child.expect("etcd starts"))
    }
}

/// Any etcd will do: Debian's, or one that `KADM_ETCD` names.
fn etcd(folder: &Path) -> Option<(Start, String)> {
    let program = std::env::var_os("KADM_ETCD").map_or_else(|| PathBuf::from("/usr/bin/etcd"), PathBuf::from);
    if !program.exists() {
        assert!(std::env::var_os("CI").is_none(), "no etcd to test with at {}", program.display());
        println!("skipped: no etcd at {}", program.display());
        return None;
    }
    let (client, peer) =
        (format!("http://127.0.0.1:{}", free_port()), format!("http://127.0.0.1:{}", free_port()));
    let args = [
        format!("--data-dir={}", folder.join("etcd").display()),
        format!("--listen-client-urls={client}"),
        format!("--advertise-client-urls={client}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster=default={peer}"),
    ];
    Some((Start { program, args: args.to_vec() }, client))
}

/// A further etcd, for some resources.
pub struct Other {
    start: Start,
    running: Option<Etcd>,
    /// Where it answers.
    pub url: String,
    _folder: tempfile::TempDir,
}

impl Other {
    pub fn start() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let (start, url) = etcd(folder.path())?;
        Some(Self { running: Some(start.run()), start, url, _folder: folder })
    }

    pub fn kill(&mut self) {
        drop(self.running.take());
    }

    pub fn again(&mut self) {
        self.running = Some(self.start.run());
    }
}

pub struct Cluster {
    store: Option<Etcd>,
    start: Start,
    options: Options,
    pub shutdown: CancellationToken,
    pub server: tokio::task::JoinHandle<anyhow::Result<()>>,
    /// The server's arguments.
    pub args: Vec<String>,
    /// What lies between the server and etcd, if anything does.
    pub network: Option<Network>,
    pub url: String,
    /// Where etcd answers.
    pub etcd: String,
    pub ca: pki::cert::Authority,
    pub folder: tempfile::TempDir,
}

impl Cluster {
    pub async fn start() -> Option<Self> {
        Self::start_with(|_| Vec::new()).await
    }

    /// With flags of the test's own, which may speak of the cluster's folder.
    pub async fn start_with(more: impl FnOnce(&Path) -> Vec<String>) -> Option<Self> {
        Self::start_on(more, |_| {}, false).await
    }

    /// With flags, and with options that are no flags.
    pub async fn start_changed(
        more: impl FnOnce(&Path) -> Vec<String>,
        change: impl FnOnce(&mut Options),
    ) -> Option<Self> {
        Self::start_on(more, change, false).await
    }

    /// As [`Self::start_with`], with a way to etcd that can be cut.
    pub async fn start_through(more: impl FnOnce(&Path) -> Vec<String>) -> Option<Self> {
        Self::start_on(more, |_| {}, true).await
    }

    async fn start_on(
        more: impl FnOnce(&Path) -> Vec<String>,
        change: impl FnOnce(&mut Options),
        between: bool,
    ) -> Option<Self> {
        component::tls::install_crypto();
        let folder = tempfile::tempdir().expect("a folder");
        let (start, endpoint) = etcd(folder.path())?;
        let store = start.run();
        let network = if between { Some(Network::to(&endpoint).await) } else { None };
        let way = network.as_ref().map_or(&endpoint, |network| &network.url);
        let ca = pki::cert::Authority::new("kubernetes").expect("a CA");
        ca.write(&folder.path().join("ca")).expect("writable");
        let address = vec![IpAddr::from([127, 0, 0, 1])];
        let serving = ca.issue(&pki::cert::Leaf::server("kube-apiserver", vec!["localhost".into()], address));
        serving.and_then(|pair| pair.write(&folder.path().join("server"))).expect("a certificate");
        let front = ca.issue(&pki::cert::Leaf::client("front-proxy-client", None));
        front.and_then(|pair| pair.write(&folder.path().join("front"))).expect("a certificate");
        std::fs::write(folder.path().join("sa.key"), pki::cert::new_key().expect("a key")).expect("writable");
        let file = |name: &str| folder.path().join(name).display().to_string();
        let own = [
            "kube-apiserver".to_string(),
            format!("--etcd-servers={way}"),
            format!("--client-ca-file={}", file("ca.crt")),
            format!("--tls-cert-file={}", file("server.crt")),
            format!("--tls-private-key-file={}", file("server.key")),
            format!("--service-account-signing-key-file={}", file("sa.key")),
            format!("--service-account-key-file={}", file("sa.key")),
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local".into(),
            "--service-cluster-ip-range=10.96.0.0/16".into(),
            "--authorization-mode=Node,RBAC".into(),
            "--enable-admission-plugins=NodeRestriction".into(),
            "--enable-bootstrap-token-auth".into(),
            "--advertise-address=127.0.0.1".into(),
            format!("--proxy-client-cert-file={}", file("front.crt")),
            format!("--proxy-client-key-file={}", file("front.key")),
        ];
        let more = more(folder.path());
        // What the test gives takes the place of what every test has.
        let flag = |text: &String| text.split('=').next().unwrap_or_default().to_string();
        let replaced = |text: &String| {
            let instead =
                |other: &String| flag(other) == flag(text) && flag(text) != "--enable-admission-plugins";
            let by_file = flag(text) == "--authorization-mode"
                && more.iter().any(|m| flag(m) == "--authorization-config");
            let signed_elsewhere = flag(text).starts_with("--service-account-")
                && flag(text).ends_with("key-file")
                && more.iter().any(|m| flag(m) == "--service-account-signing-endpoint");
            by_file || signed_elsewhere || more.iter().any(instead)
        };
        let own = own.into_iter().filter(|text| !replaced(text)).collect::<Vec<_>>();
        let args: Vec<String> = own.into_iter().chain(more).collect();
        let matches = command().try_get_matches_from(&args).expect("flags");
        let mut options = Options::from_matches(&matches).expect("options");
        change(&mut options);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://{}", listener.local_addr().expect("an address"));
        let shutdown = CancellationToken::new();
        let server = tokio::spawn(apiserver::server::serve(options.clone(), listener, shutdown.clone()));
        let cluster = Self {
            store: Some(store),
            start,
            options,
            shutdown,
            server,
            args,
            network,
            url,
            etcd: endpoint,
            ca,
            folder,
        };
        cluster.ready().await;
        Some(cluster)
    }

    /// Waits until the server has done all that it does at its start.
    pub async fn ready(&self) {
        // Whom every authorizer lets in.
        self.user("admin", Some("system:masters")).ready().await;
    }

    pub fn builder(&self) -> reqwest::ClientBuilder {
        let ca = std::fs::read(self.folder.path().join("ca.crt")).expect("the CA");
        let ca = reqwest::Certificate::from_pem(&ca).expect("a certificate");
        // A request that hangs fails its test.
        // And it sees what the server has sent, compressed or not.
        Client::builder().no_gzip().tls_certs_only([ca]).timeout(Duration::from_secs(30))
    }

    pub fn user(&self, name: &str, group: Option<&str>) -> Api {
        self.user_by(self.builder(), name, group)
    }

    /// A user whose client is made by the test.
    pub fn user_by(&self, builder: reqwest::ClientBuilder, name: &str, group: Option<&str>) -> Api {
        let pair = self.ca.issue(&pki::cert::Leaf::client(name, group)).expect("a certificate");
        let base = self.folder.path().join("client");
        pair.write(&base).expect("writable");
        let mut pem = std::fs::read(base.with_extension("crt")).expect("written");
        pem.extend(std::fs::read(base.with_extension("key")).expect("written"));
        let identity = reqwest::Identity::from_pem(&pem).expect("an identity");
        Api {
            client: builder.identity(identity).build().expect("a client"),
            url: self.url.clone(),
            token: None,
        }
    }

    pub fn bearer(&self, token: &str) -> Api {
        Api {
            client: self.builder().build().expect("a client"),
            url: self.url.clone(),
            token: Some(token.into()),
        }
    }

    /// Serves HTTPS as `host`; gives the port.
    pub async fn serve<F, R>(&self, host: &str, shutdown: CancellationToken, handler: F) -> u16
    where
        F: Fn(component::http::Request) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = http::Response<component::http::Body>> + Send + 'static,
    {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        self.serve_on(listener, host, shutdown, handler);
        port
    }

    /// Serves HTTPS as `host` on a listener that is open already.
    pub fn serve_on<F, R>(
        &self,
        listener: std::net::TcpListener,
        host: &str,
        shutdown: CancellationToken,
        handler: F,
    ) where
        F: Fn(component::http::Request) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = http::Response<component::http::Body>> + Send + 'static,
    {
        let names = vec!["localhost".into(), host.to_string()];
        let leaf = pki::cert::Leaf::server("other", names, vec![[127, 0, 0, 1].into()]);
        let base = self.folder.path().join(host);
        self.ca.issue(&leaf).and_then(|pair| pair.write(&base)).expect("a certificate");
        let read = |extension: &str| {
            std::fs::read_to_string(pki::cert::with_extension(&base, extension)).expect("written")
        };
        let tls = component::tls::ServerTls::in_memory(&read("crt"), &read("key")).expect("TLS");
        listener.set_nonblocking(true).expect("a socket");
        let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
        tokio::spawn(async move {
            component::serve::serve(listener, Some(tls), handler, shutdown, Duration::from_secs(1)).await;
        });
    }

    /// Another server on the same store, which `address` stands for; gives the way of `client` to it.
    pub async fn beside(&self, address: [u8; 4], client: &Api) -> Api {
        let options = Options { advertise_address: Some(address.into()), ..self.options.clone() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://{}", listener.local_addr().expect("an address"));
        tokio::spawn(apiserver::server::serve(options, listener, self.shutdown.clone()));
        let other = Api { url, ..client.clone() };
        other.ready().await;
        other
    }

    /// Kills etcd, as a power cut does, and starts it again on its data.
    pub fn crash_store(&mut self) {
        drop(self.store.take());
        self.store = Some(self.start.run());
    }

    /// Ends the server and starts another one in its place.
    pub async fn restart_server(&mut self) {
        self.shutdown.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(30), &mut self.server).await;
        ended.expect("ends in time").expect("does not panic").expect("ends well");
        let address = self.url.trim_start_matches("https://").to_string();
        let listener = loop {
            match tokio::net::TcpListener::bind(&address).await {
                Ok(listener) => break listener,
                // Another test's client may hold the port for a moment.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        self.shutdown = CancellationToken::new();
        let server = apiserver::server::serve(self.options.clone(), listener, self.shutdown.clone());
        self.server = tokio::spawn(server);
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(15), self.server).await;
        ended.expect("ends in time").expect("does not panic").expect("ends well");
    }
}

#[derive(Clone)]
pub struct Api {
    pub client: Client,
    pub url: String,
    pub token: Option<String>,
}

impl Api {
    pub async fn ready(&self) {
        // Connections wait in the listener's queue until the server is up; readiness has no event.
        for _ in 0..600 {
            if let Ok(answer) = self.request(Method::GET, "/readyz").send().await
                && answer.status().is_success()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the server does not become ready");
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Like [`Self::send`], but the connection may break.
    pub async fn try_send(&self, method: Method, path: &str, body: Option<&Value>) -> Option<(u16, Value)> {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.ok()?;
        let code = answer.status().as_u16();
        Some((code, serde_json::from_str(&answer.text().await.ok()?).ok()?))
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.expect("an answer");
        let code = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (code, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Follows a collection until an event's type and object are as wanted; gives that object.
    pub async fn until(&self, path: &str, wanted: impl Fn(&str, &Value) -> bool) -> Value {
        let glue = if path.contains('?') { '&' } else { '?' };
        let answer = self.request(Method::GET, &format!("{path}{glue}watch=1")).send().await;
        let mut stream = answer.expect("a stream");
        let mut text = Vec::new();
        loop {
            while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = text.drain(..=end).collect();
                let event: Value = serde_json::from_slice(&line).expect("an event");
                if wanted(event["type"].as_str().expect("a type"), &event["object"]) {
                    return event["object"].clone();
                }
            }
            text.extend(stream.chunk().await.expect("a chunk").expect("the stream goes on"));
        }
    }

    /// Holds that `/metrics` tells all of these.
    pub async fn tells(&self, series: &[&str]) {
        let (code, text) = self.get("/metrics").await;
        assert_eq!(code, 200, "{text}");
        let text = text.as_str().expect("a text");
        for one in series {
            assert!(text.contains(one), "{one} is not in\n{text}");
        }
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, media: &'static str, body: Value) -> (u16, Value) {
        let request = self.request(Method::PATCH, path).header("content-type", media).body(body.to_string());
        let answer = request.send().await.expect("an answer");
        let code = answer.status().as_u16();
        (code, serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON"))
    }
}
