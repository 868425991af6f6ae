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
        let dir = tempfile::tempdir().expect("a directory");
        let authority = Authority::new("etcd").expect("makes");
        authority.write(&dir.path().join("ca")).expect("writes");
        for name in ["member", "root", "ann"] {
            issue(&authority, dir.path(), name);
        }
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
        let client = Client::lazy(Config { tls, ..Config::new([peer.clone()]) }).expect("an address");
        // Not a call that peers know: what counts is whether it arrives.
        let status = client.kv().put(put("x")).await.expect_err("no service for clients");
        assert_eq!(status.code() == tonic::Code::Unimplemented, welcome, "{status}");
    }
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
    let login = pb::AuthenticateRequest { name: "ann".into(), password: String::new() };
    assert!(auth.authenticate(login).await.is_err(), "there is no password");
}
