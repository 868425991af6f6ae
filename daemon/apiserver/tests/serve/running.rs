//! How the server takes connections, begins and ends, as its flags say.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::cluster::{Api, Cluster};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_as_the_flags_say() {
    let started = Cluster::start_with(|_| {
        vec![
            "--cors-allowed-origins=//example.com(:|$)".into(),
            "--strict-transport-security-directives=max-age=60,preload".into(),
            "--external-hostname=api.example.com".into(),
            "--kubernetes-service-node-port=30443".into(),
            "--disabled-metrics=kubernetes_build_info".into(),
            "--allow-metric-labels=apiserver_request_total,verb=GET".into(),
            "--enable-garbage-collector=false".into(),
            "--delete-collection-workers=3".into(),
            "--etcd-count-metric-poll-period=0".into(),
        ]
    });
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let host = "api.example.com";

    // A browser asks whether it may ask; of another origin it gets no leave.
    let asked = admin.request(Method::OPTIONS, MAPS).header("origin", "https://example.com:1");
    let answer = asked.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://example.com:1");
    assert_eq!(answer.headers()["access-control-allow-credentials"], "true");
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=60; preload");
    let answer = admin.request(Method::GET, MAPS).header("origin", "https://example.com.evil");
    let answer = answer.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(!answer.headers().contains_key("access-control-allow-origin"));

    let (_, versions) = admin.get("/api").await;
    let told = versions["serverAddressByClientCIDRs"][0]["serverAddress"].as_str().expect("an address");
    assert!(told.starts_with(&format!("{host}:")), "{told}");
    let (_, openid) = admin.get("/.well-known/openid-configuration").await;
    assert!(openid["jwks_uri"].as_str().is_some_and(|uri| uri.contains(host)), "{openid}");
    let (_, service) = admin.get("/api/v1/namespaces/default/services/kubernetes").await;
    assert_eq!(
        (&service["spec"]["type"], &service["spec"]["ports"][0]["nodePort"]),
        (&json!("NodePort"), &json!(30443))
    );

    for index in 0..7 {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("m{index}"), "labels": {"a": "b"}}});
        assert_eq!(admin.post(MAPS, map).await.0, 201);
    }
    // Without a collector nobody would let go of what waits for its dependents.
    let options = json!({"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Foreground"});
    assert_eq!(admin.send(Method::DELETE, &format!("{MAPS}/m0"), Some(options)).await.0, 200);
    assert_eq!(admin.get(&format!("{MAPS}/m0")).await.0, 404);
    assert_eq!(admin.send(Method::DELETE, &format!("{MAPS}?labelSelector=a%3Db"), None).await.0, 200);
    let (_, left) = admin.get(&format!("{MAPS}?labelSelector=a%3Db")).await;
    assert_eq!(left["items"], json!([]));

    let (_, page) = admin.get("/metrics").await;
    let page = page.as_str().expect("a text");
    assert!(!page.contains("kubernetes_build_info") && !page.contains("apiserver_resource_objects"));
    let totals: Vec<&str> =
        page.lines().filter(|line| line.starts_with("apiserver_request_total{")).collect();
    assert!(
        totals.iter().all(|line| line.contains("verb=\"GET\"") || line.contains("verb=\"unexpected\"")),
        "{totals:?}"
    );
    assert!(totals.iter().any(|line| line.contains("verb=\"unexpected\"")), "{totals:?}");
    assert!(page.contains("apiserver_storage_size_bytes{"), "{page}");
    cluster.stop().await;
}

/// A TLS connection by a name, of these versions; gives the protocol that it is for, and the server's certificate.
async fn connect(
    cluster: &Cluster,
    name: &str,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Result<(Vec<u8>, Vec<u8>), std::io::Error> {
    let roots = component::tls::read_roots(&cluster.folder.path().join("ca.crt")).expect("a CA");
    let mut config = rustls::ClientConfig::builder_with_protocol_versions(versions)
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let address = cluster.url.trim_start_matches("https://");
    let stream = TcpStream::connect(address).await?;
    let name = rustls::pki_types::ServerName::try_from(name.to_string()).expect("a name");
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let session = stream.get_ref().1;
    let shown = session.peer_certificates().and_then(|chain| Some(chain.first()?.to_vec()));
    Ok((session.alpn_protocol().map(<[u8]>::to_vec).unwrap_or_default(), shown.unwrap_or_default()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_as_the_flags_say() {
    let started = Cluster::start_with(|folder| {
        let ca = pki::cert::Authority::read(&folder.join("ca")).expect("the CA");
        for (name, addresses) in
            [("one.example", vec![]), ("two.example", vec![]), ("address", vec![[127, 0, 0, 1].into()])]
        {
            let leaf = pki::cert::Leaf::server(name, vec![name.into()], addresses);
            ca.issue(&leaf).and_then(|pair| pair.write(&folder.join(name))).expect("a certificate");
        }
        let file = |name: &str| folder.join(name).display().to_string();
        vec![
            // Names are read from the first; the second's are said, and are not those in it.
            format!("--tls-sni-cert-key={},{}", file("one.example.crt"), file("one.example.key")),
            format!(
                "--tls-sni-cert-key={},{}:*.other.test",
                file("two.example.crt"),
                file("two.example.key")
            ),
            format!("--tls-sni-cert-key={},{}:127.0.0.1", file("address.crt"), file("address.key")),
            "--tls-min-version=VersionTLS13".into(),
            "--disable-http2-serving".into(),
        ]
    });
    let Some(cluster) = started.await else { return };
    let new = [&rustls::version::TLS13];
    assert_eq!(connect(&cluster, "localhost", &new).await.expect("the own certificate").0, b"http/1.1");
    connect(&cluster, "one.example", &new).await.expect("the certificate of that name");
    // It is shown, and it is not for that name.
    let wrong = connect(&cluster, "a.other.test", &new).await.expect_err("another's certificate").to_string();
    assert!(wrong.contains("two.example"), "{wrong}");
    // Who calls an address asks for no name, and is shown what is that address's; who asks for another is not.
    let read = |name: &str| {
        component::tls::read_certificates(&cluster.folder.path().join(name)).expect("a certificate")[0]
            .to_vec()
    };
    let shown = async |name: &str| connect(&cluster, name, &new).await.expect("a certificate").1;
    assert_eq!(shown("127.0.0.1").await, read("address.crt"));
    assert_eq!(shown("localhost").await, read("server.crt"));
    let old = connect(&cluster, "localhost", &[&rustls::version::TLS12]).await;
    assert!(old.is_err(), "TLS 1.2 is taken");
    cluster.stop().await;
}

/// Requests on one HTTP/2 connection until the server says goodbye; gives how many were answered.
async fn until_sent_away(cluster: &Cluster, most: usize) -> usize {
    let roots = component::tls::read_roots(&cluster.folder.path().join("ca.crt")).expect("a CA");
    let mut config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let address = cluster.url.trim_start_matches("https://");
    let stream = TcpStream::connect(address).await.expect("a connection");
    let name = rustls::pki_types::ServerName::try_from("localhost").expect("a name");
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("TLS");
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.expect("HTTP/2");
    let ended = tokio::spawn(connection);
    for count in 0..most {
        let request =
            http::Request::get(format!("{}/livez", cluster.url)).body(String::new()).expect("a request");
        if sender.ready().await.is_err() || ended.is_finished() {
            return count;
        }
        match sender.send_request(request).await {
            Ok(answer) => assert_eq!(answer.status(), 200),
            Err(_) => return count,
        }
    }
    most
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn some_clients_are_sent_to_another_server() {
    let Some(cluster) = Cluster::start_with(|_| vec!["--goaway-chance=0.02".into()]).await else { return };
    // One in fifty: that none of 3,000 is sent away happens in one of 10^26 runs.
    let count = until_sent_away(&cluster, 3000).await;
    assert!(count < 3000, "nobody is sent away");
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_comes_when_it_is_time() {
    let started = Cluster::start_with(|_| {
        vec!["--shutdown-delay-duration=1500ms".into(), "--shutdown-send-retry-after".into()]
    });
    let Some(mut cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    assert_eq!(admin.get("/readyz").await.0, 200);
    let begun = std::time::Instant::now();
    cluster.shutdown.cancel();
    // It tells that it is about to end, and works.
    assert_eq!(admin.get("/readyz").await.0, 500);
    assert_eq!(admin.get("/livez").await.0, 200);
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "late"}});
    assert_eq!(admin.post(MAPS, map).await.0, 201);
    let ended = tokio::time::timeout(Duration::from_secs(20), &mut cluster.server).await;
    ended.expect("ends in time").expect("does not panic").expect("ends well");
    assert!(begun.elapsed() >= Duration::from_millis(1500), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_answered_before_the_server_was_ready() {
    let flags = ["--send-retry-after-while-not-ready-once", "--livez-grace-period=1m"];
    let started = Cluster::start_with(|_| flags.map(str::to_string).to_vec()).await;
    let Some(mut cluster) = started else { return };
    let mut early = false;
    // Whether a request comes before the start is over can't be arranged; of a few, one does.
    for _ in 0..10 {
        cluster.restart_server().await;
        let someone: Api = cluster.user("someone", None);
        let answer = someone.request(Method::GET, MAPS).send().await.expect("an answer");
        let code = answer.status().as_u16();
        if code == 429 {
            assert_eq!(answer.headers()["retry-after"], "1");
            let status: Value = answer.json().await.expect("a Status");
            assert!(
                status["message"].as_str().is_some_and(|text| text.contains("fully initialized")),
                "{status}"
            );
            // Unfinished work is no reason to be restarted.
            assert_eq!(someone.get("/livez").await.0, 200);
            early = true;
            break;
        }
        assert_eq!(code, 403);
    }
    assert!(early, "no request came early enough");
    cluster.ready().await;
    assert_eq!(cluster.user("someone", None).get(MAPS).await.0, 403);
    cluster.stop().await;
}

/// What was begun is answered; who comes later is told to come again, and elsewhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_let_in_while_the_last_ones_are_answered() {
    let Some(mut cluster) = Cluster::start_with(|_| vec!["--shutdown-send-retry-after".into()]).await else {
        return;
    };
    let (admin, someone) = (cluster.user("admin", Some("system:masters")), cluster.user("someone", None));
    let (body, rest) = tokio::sync::mpsc::channel::<Result<String, std::io::Error>>(2);
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "slow"}}).to_string();
    let (first, last) = map.split_at(20);
    body.send(Ok(first.to_string())).await.expect("room");
    let stream = futures::stream::unfold(rest, |mut rest| async move { Some((rest.recv().await?, rest)) });
    let slow = admin.request(Method::POST, MAPS).header("content-type", "application/json");
    let slow = tokio::spawn(slow.body(reqwest::Body::wrap_stream(stream)).send());
    // Requests of a connection are begun in their order: it is in when later ones are answered.
    for _ in 0..10 {
        assert_eq!(admin.get("/api").await.0, 200);
    }
    cluster.shutdown.cancel();
    let answer = loop {
        let answer = someone.request(Method::GET, MAPS).send().await.expect("an answer");
        // The word spreads in its own time.
        if answer.status().as_u16() != 403 {
            break answer;
        }
    };
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &"5".parse().expect("a text"))
    );
    body.send(Ok(last.to_string())).await.expect("room");
    drop(body);
    let answer = slow.await.expect("it ends").expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    let ended = tokio::time::timeout(Duration::from_secs(20), &mut cluster.server).await;
    ended.expect("ends in time").expect("does not panic").expect("ends well");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_tells_of_the_process() {
    use std::os::unix::fs::PermissionsExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let started = Cluster::start_with(|folder| {
        // One of a run that was killed is in nobody's way.
        std::fs::write(folder.join("debug.sock"), "").expect("writable");
        vec![format!("--debug-socket-path={}", folder.join("debug.sock").display())]
    });
    let Some(cluster) = started.await else { return };
    let path = cluster.folder.path().join("debug.sock");
    assert_eq!(std::fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
    let mut stream = tokio::net::UnixStream::connect(&path).await.expect("a connection");
    let request = "GET /debug/pprof/cmdline HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("it goes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it comes");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    cluster.stop().await;
}
