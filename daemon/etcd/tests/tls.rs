//! Certificates: members trust each other only by them, and a client's says which user it is.

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::{Member, free_port};
use etcdapi::authpb::{Permission, UserAddOptions, permission::Type};
use etcdapi::etcdserverpb as pb;
use etcdapi::{Client, Config, Tls};
use pki::cert::{Authority, Leaf, Usage};

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

/// Writes a certificate of the authority for a user or a member.
fn issue(authority: &Authority, dir: &Path, name: &str) {
    let addresses = vec!["127.0.0.1".parse().expect("an address")];
    let leaf = Leaf { usage: Usage::Both, ..Leaf::server(name, vec!["localhost".into()], addresses) };
    authority.issue(&leaf).expect("issues").write(&dir.join(name)).expect("writes");
}

/// An authority that may sign lists of revoked certificates too.
fn authority() -> Authority {
    let mut params = rcgen::CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, "etcd");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign, rcgen::KeyUsagePurpose::CrlSign];
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("signs").pem();
    Authority::from_pem(&certificate, &key.serialize_pem()).expect("an authority")
}

/// Writes the authority's list of revoked certificates, with this one in it.
fn revoke(dir: &Path, name: &str) {
    let read = |file: &str| std::fs::read_to_string(dir.join(file)).expect("reads");
    let key = rcgen::KeyPair::from_pem(&read("ca.key")).expect("a key");
    let issuer = rcgen::Issuer::from_ca_cert_pem(&read("ca.crt"), key).expect("an authority");
    let (_, pem) = x509_parser::pem::parse_x509_pem(read(&format!("{name}.crt")).as_bytes()).expect("PEM");
    let serial = pem.parse_x509().expect("a certificate").raw_serial().to_vec();
    let now = std::time::SystemTime::now();
    let revoked = rcgen::RevokedCertParams {
        serial_number: rcgen::SerialNumber::from(serial),
        revocation_time: now.into(),
        reason_code: None,
        invalidity_date: None,
    };
    let list = rcgen::CertificateRevocationListParams {
        this_update: now.into(),
        next_update: (now + Duration::from_secs(3600)).into(),
        crl_number: rcgen::SerialNumber::from(1u64),
        issuing_distribution_point: None,
        revoked_certs: vec![revoked],
        key_identifier_method: rcgen::KeyIdMethod::Sha256,
    };
    let list = list.signed_by(&issuer).expect("signs").pem().expect("PEM");
    std::fs::write(dir.join("revoked.crl"), list).expect("writes");
}

/// Whether a certificate is let in on a URL for other members: what counts is whether a call arrives
/// there, not that members know none of clients'.
async fn welcome(url: &str, tls: Tls) -> bool {
    let client = Client::lazy(Config { tls, ..Config::new([url]) }).expect("an address");
    client.kv().put(put("x")).await.expect_err("no service for clients").code() == tonic::Code::Unimplemented
}

fn tls(dir: &Path, name: Option<&str>) -> Tls {
    let file = |ext: &str| name.map(|name| dir.join(format!("{name}.{ext}")));
    Tls { ca: Some(dir.join("ca.crt")), cert: file("crt"), key: file("key"), ..Tls::default() }
}

struct Secure {
    dir: tempfile::TempDir,
    ports: Vec<(u16, u16)>,
    members: Vec<Member>,
}

impl Secure {
    fn start(count: usize) -> Self {
        Self::with(count, &[])
    }

    /// Starts members with further flags; `DIR` in them is the folder with the certificates.
    fn with(count: usize, more: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let authority = authority();
        authority.write(&dir.path().join("ca")).expect("writes");
        for name in ["member", "root", "ann"] {
            issue(&authority, dir.path(), name);
        }
        // One for another machine.
        let far = vec!["192.0.2.1".parse().expect("an address")];
        let leaf = Leaf { usage: Usage::Both, ..Leaf::server("member", Vec::new(), far) };
        authority.issue(&leaf).expect("issues").write(&dir.path().join("far")).expect("writes");
        revoke(dir.path(), "ann");
        let stranger = dir.path().join("stranger");
        std::fs::create_dir(&stranger).expect("makes");
        issue(&Authority::new("another").expect("makes"), &stranger, "member");
        let ports: Vec<_> = (0..count).map(|_| (free_port(), free_port())).collect();
        let peer = |at: usize| format!("https://127.0.0.1:{}", ports[at].1);
        let cluster: Vec<String> = (0..count).map(|at| format!("m{at}={}", peer(at))).collect();
        let file = |name: &str| dir.path().join(name).display().to_string();
        let mut members = Vec::new();
        for (at, (port, _)) in ports.iter().enumerate() {
            let endpoint = format!("https://127.0.0.1:{port}");
            let mut args =
                vec!["etcd".to_string(), "--client-cert-auth".into(), "--peer-client-cert-auth".into()];
            for (flag, value) in [
                ("name", format!("m{at}")),
                ("data-dir", file(&format!("data{at}"))),
                ("listen-client-urls", endpoint.clone()),
                ("advertise-client-urls", endpoint.clone()),
                ("listen-peer-urls", peer(at)),
                ("initial-advertise-peer-urls", peer(at)),
                ("initial-cluster", cluster.join(",")),
                ("cert-file", file("member.crt")),
                ("key-file", file("member.key")),
                ("trusted-ca-file", file("ca.crt")),
                ("peer-cert-file", file("member.crt")),
                ("peer-key-file", file("member.key")),
                ("peer-trusted-ca-file", file("ca.crt")),
            ] {
                args.push(format!("--{flag}={value}"));
            }
            args.extend(more.iter().map(|flag| flag.replace("DIR", &dir.path().display().to_string())));
            members.push(Member::raw(endpoint, &args));
        }
        Self { dir, ports, members }
    }

    async fn client(&self, at: usize, name: &str) -> Client {
        let started = Instant::now();
        loop {
            let config = Config {
                tls: tls(self.dir.path(), Some(name)),
                ..Config::new([self.members[at].endpoint.clone()])
            };
            match Client::connect(config).await {
                Ok(client) => return client,
                Err(error) => assert!(started.elapsed() < Duration::from_secs(60), "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn put(key: &'static str) -> pb::PutRequest {
    pb::PutRequest { key: key.into(), ..Default::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_trust_only_certificates_of_their_authority() {
    let secure = Secure::start(3);
    secure.client(0, "root").await.kv().put(put("k")).await.expect("three members agree over TLS");
    let peer = format!("https://127.0.0.1:{}", secure.ports[0].1);
    let dir = secure.dir.path();
    let strange = Tls {
        cert: Some(dir.join("stranger/member.crt")),
        key: Some(dir.join("stranger/member.key")),
        ..tls(dir, None)
    };
    for (tls, welcome) in [(tls(dir, Some("member")), true), (tls(dir, None), false), (strange, false)] {
        assert_eq!(crate::welcome(&peer, tls.clone()).await, welcome, "{tls:?}");
    }
    // A certificate good for no address of who comes with it.
    assert!(!crate::welcome(&peer, tls(dir, Some("far"))).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flags_say_which_certificates_are_let_in() {
    let strict = [
        "--client-crl-file=DIR/revoked.crl",
        "--client-cert-allowed-hostname=localhost",
        "--peer-cert-allowed-cn=member,other",
        "--peer-skip-client-san-verification",
        "--tls-min-version=TLS1.3",
    ];
    let secure = Secure::with(1, &strict);
    let root = secure.client(0, "root").await;
    root.kv().put(put("k")).await.expect("root may");
    let (dir, endpoint) = (secure.dir.path(), secure.members[0].endpoint.clone());
    for (name, welcome) in [("root", true), ("ann", false), ("far", false)] {
        let config = Config { tls: tls(dir, Some(name)), ..Config::new([endpoint.clone()]) };
        let client = Client::lazy(config).expect("an address");
        let done = client.kv().put(put("x")).await;
        assert_eq!(done.is_ok(), welcome, "{name}: {done:?}");
    }
    let peer = format!("https://127.0.0.1:{}", secure.ports[0].1);
    for (name, welcome) in [("member", true), ("far", true), ("root", false)] {
        assert_eq!(crate::welcome(&peer, tls(dir, Some(name))).await, welcome, "{name}");
    }
    // Who speaks TLS 1.2 alone.
    let address = endpoint.trim_start_matches("https://");
    let mut roots = rustls::RootCertStore::empty();
    let authority = <rustls::pki_types::CertificateDer as rustls::pki_types::pem::PemObject>::from_pem_file(
        dir.join("ca.crt"),
    );
    roots.add(authority.expect("a certificate")).expect("adds");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let old = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS12])
        .expect("a version")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(address).await.expect("connects");
    let name = rustls::pki_types::ServerName::try_from("localhost").expect("a name");
    let refused = tokio_rustls::TlsConnector::from(std::sync::Arc::new(old)).connect(name, stream).await;
    assert!(refused.expect_err("refuses").to_string().contains("ProtocolVersion"));
}

/// Sends an HTTP request with a certificate.
async fn ask(secure: &Secure, name: &str, request: &str) -> String {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let file = |file: &str| secure.dir.path().join(file);
    let certificate = |path: &str| CertificateDer::from_pem_file(file(path)).expect("a certificate");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate("ca.crt")).expect("adds");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::from_pem_file(file(&format!("{name}.key"))).expect("a key");
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![certificate(&format!("{name}.crt"))], key)
        .expect("a certificate and its key");
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", secure.ports[0].0)).await.expect("connects");
    let host = ServerName::try_from("localhost").expect("a name");
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let mut stream = connector.connect(host, stream).await.expect("shakes hands");
    stream.write_all(request.as_bytes()).await.expect("writes");
    let mut answer = Vec::new();
    // A connection that ends without saying so has answered all the same.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificates_name_is_the_user() {
    let secure = Secure::start(1);
    let root = secure.client(0, "root").await;
    let mut auth = root.auth();
    for name in ["root", "ann"] {
        let options = Some(UserAddOptions { no_password: true });
        let add = pb::AuthUserAddRequest { name: name.into(), options, ..Default::default() };
        auth.user_add(add).await.expect("adds");
    }
    auth.role_add(pb::AuthRoleAddRequest { name: "r".into() }).await.expect("adds");
    let perm = Permission { perm_type: Type::Write as i32, key: "a".into(), range_end: "c".into() };
    let grant = pb::AuthRoleGrantPermissionRequest { name: "r".into(), perm: Some(perm) };
    auth.role_grant_permission(grant).await.expect("grants");
    for (user, role) in [("root", "root"), ("ann", "r")] {
        let grant = pb::AuthUserGrantRoleRequest { user: user.into(), role: role.into() };
        auth.user_grant_role(grant).await.expect("grants");
    }
    auth.auth_enable(pb::AuthEnableRequest {}).await.expect("enables");
    root.kv().put(put("z")).await.expect("root may");
    let ann = secure.client(0, "ann").await;
    ann.kv().put(put("b")).await.expect("ann may");
    let refused = ann.kv().put(put("z")).await.expect_err("ann may not");
    assert_eq!(refused.message(), "etcdserver: permission denied");
    // The JSON gateway takes tokens alone.
    let body = "{\"key\":\"Yg==\"}";
    let request = format!(
        "POST /v3/kv/range HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = ask(&secure, "root", &request).await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("CommonName of client"), "{answer}");
    let login = pb::AuthenticateRequest { name: "ann".into(), password: String::new() };
    assert!(auth.authenticate(login).await.is_err(), "there is no password");
}

/// Members that sign their own certificates speak TLS with each other and with clients.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_make_their_own_certificates() {
    let dir = tempfile::tempdir().expect("a directory");
    let ports: Vec<_> = (0..3).map(|_| (free_port(), free_port())).collect();
    let peer = |at: usize| format!("https://127.0.0.1:{}", ports[at].1);
    let cluster: Vec<String> = (0..3).map(|at| format!("m{at}={}", peer(at))).collect();
    let start = |at: usize| {
        let endpoint = format!("https://127.0.0.1:{}", ports[at].0);
        let mut args: Vec<String> = ["etcd", "--auto-tls", "--peer-auto-tls"].map(String::from).to_vec();
        for (flag, value) in [
            ("name", format!("m{at}")),
            ("data-dir", dir.path().join(format!("m{at}")).display().to_string()),
            ("listen-client-urls", endpoint.clone()),
            ("advertise-client-urls", endpoint.clone()),
            ("listen-peer-urls", peer(at)),
            ("initial-advertise-peer-urls", peer(at)),
            ("initial-cluster", cluster.join(",")),
            ("self-signed-cert-validity", "3".into()),
        ] {
            args.push(format!("--{flag}={value}"));
        }
        Member::raw(endpoint, &args)
    };
    let mut members: Vec<Member> = (0..3).map(start).collect();
    let cert = |at: usize| dir.path().join(format!("m{at}/fixtures/client/cert.pem"));
    let client = |at: usize, tls: Tls| {
        Client::lazy(Config { tls, ..Config::new([format!("https://127.0.0.1:{}", ports[at].0)]) })
            .expect("an address")
    };
    let unseen = Tls { insecure_skip_verify: true, ..Tls::default() };
    let deadline = Instant::now() + Duration::from_secs(60);
    while let Err(error) = client(0, unseen.clone()).kv().put(put("k")).await {
        assert!(Instant::now() < deadline, "three members agree over TLS: {error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Who trusts this very certificate is content with it, and nobody else's is.
    let trusting = |at: usize| Tls { ca: Some(cert(at)), ..Tls::default() };
    client(0, trusting(0)).kv().put(put("k")).await.expect("its own certificate");
    assert!(client(0, trusting(1)).kv().put(put("k")).await.is_err(), "another's certificate");
    let text = std::fs::read(cert(0)).expect("a file");
    let (_, pem) = x509_parser::pem::parse_x509_pem(&text).expect("PEM");
    let validity = pem.parse_x509().expect("a certificate").validity().clone();
    assert_eq!((validity.not_after.timestamp() - validity.not_before.timestamp()) / 86400, 3 * 365);
    // They are kept.
    members.remove(0);
    members.insert(0, start(0));
    let deadline = Instant::now() + Duration::from_secs(60);
    while let Err(error) = client(0, trusting(0)).kv().put(put("k")).await {
        assert!(Instant::now() < deadline, "{error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(std::fs::read(cert(0)).expect("a file"), text);
}
