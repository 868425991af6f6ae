//! Members of a new cluster that find each other through another etcd, ours and upstream's.

mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use common::{Member, free_port};
use etcdapi::etcdserverpb::{
    AuthEnableRequest, AuthRoleAddRequest, AuthUserAddRequest, AuthUserGrantRoleRequest, MemberListRequest,
    PutRequest, RangeRequest,
};
use etcdapi::{Client, Config};

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

fn args(dir: &Path, registry: &str, token: &str, name: &str, more: &[&str]) -> (String, Vec<String>) {
    let (client, peer) = (free_port(), free_port());
    let endpoint = format!("http://127.0.0.1:{client}");
    let peer = format!("http://127.0.0.1:{peer}");
    let mut args = vec![
        "etcd".to_string(),
        format!("--name={name}"),
        format!("--data-dir={}", dir.join(name).display()),
        format!("--listen-client-urls={endpoint}"),
        format!("--advertise-client-urls={endpoint}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--discovery-endpoints={registry}"),
        format!("--discovery-token={token}"),
        // Enough for a loaded machine.
        "--election-timeout=1500".into(),
    ];
    args.extend(more.iter().map(ToString::to_string));
    (endpoint, args)
}

/// What a member says that finds no place.
fn refusal(args: &[String]) -> String {
    let output = Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", "server", "--nocapture"])
        .env("ETCD_TEST_ARGS", args.join("\n"))
        .stdout(Stdio::null())
        .output()
        .expect("runs");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

async fn write_size(registry: &Client, token: &str, size: &str) {
    let key = format!("/_etcd/registry/{token}/_config/size");
    let put = PutRequest { key: key.into(), value: size.to_string().into(), ..Default::default() };
    registry.kv().put(put).await.expect("puts");
}

/// Three members meet below a token; a fourth finds no place.
async fn meet(registry: &str, token: &str, more: &[&str]) -> (tempfile::TempDir, Vec<(Member, Vec<String>)>) {
    let dir = tempfile::tempdir().expect("a directory");
    let mut members = Vec::new();
    for name in ["a", "b", "c"] {
        let (endpoint, args) = args(dir.path(), registry, token, name, more);
        members.push((Member::raw(endpoint, &args), args));
    }
    let (first, last) = (members[0].0.client().await, members[2].0.client().await);
    let put = PutRequest { key: "k".into(), value: "v".into(), ..Default::default() };
    first.kv().put(put).await.expect("puts");
    let found = last.kv().range(RangeRequest { key: "k".into(), ..Default::default() }).await.expect("reads");
    assert_eq!(found.into_inner().kvs[0].value, "v");
    let list = first.cluster().member_list(MemberListRequest { linearizable: true }).await.expect("lists");
    let mut names: Vec<_> = list.into_inner().members.into_iter().map(|member| member.name).collect();
    names.sort();
    assert_eq!(names, ["a", "b", "c"]);
    let (_, fourth) = args(dir.path(), registry, token, "d", more);
    let said = refusal(&fourth);
    assert!(said.contains("discovery: cluster is full") && said.contains(token), "{said}");
    (dir, members)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_members_meet_in_ours() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut registry = Member::start(&dir.path().join("registry"), free_port());
    let client = registry.client().await;
    let (_, nameless) = args(dir.path(), &registry.endpoint, "none", "x", &[]);
    let said = refusal(&nameless);
    assert!(said.contains("discovery: size key not found"), "{said}");
    write_size(&client, "bad", "many").await;
    let (_, bad) = args(dir.path(), &registry.endpoint, "bad", "x", &[]);
    let said = refusal(&bad);
    assert!(said.contains("discovery: size key is bad"), "{said}");

    // With users, too.
    let mut auth = client.auth();
    let add = AuthUserAddRequest { name: "root".into(), password: "secret".into(), ..Default::default() };
    auth.user_add(add).await.expect("adds");
    auth.role_add(AuthRoleAddRequest { name: "root".into() }).await.expect("adds");
    let grant = AuthUserGrantRoleRequest { user: "root".into(), role: "root".into() };
    auth.user_grant_role(grant).await.expect("grants");
    write_size(&client, "three", "3").await;
    auth.auth_enable(AuthEnableRequest {}).await.expect("enables");
    let (_, stranger) = args(
        dir.path(),
        &registry.endpoint,
        "three",
        "x",
        &["--discovery-user=root", "--discovery-password=no"],
    );
    let said = refusal(&stranger);
    assert!(said.contains("authentication failed"), "{said}");
    let (_folder, mut members) = meet(&registry.endpoint, "three", &["--discovery-user=root:secret"]).await;

    // A member that has data asks nobody.
    registry.kill();
    let (member, args) = members.remove(1);
    let endpoint = member.endpoint.clone();
    drop(member);
    let again = Member::raw(endpoint, &args);
    let read = RangeRequest { key: "k".into(), ..Default::default() };
    assert_eq!(again.client().await.kv().range(read).await.expect("reads").into_inner().count, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_members_meet_in_upstreams() {
    let dir = tempfile::tempdir().expect("a directory");
    let Some(registry) = common::upstream(&dir.path().join("registry")) else { return };
    let url = registry.endpoint.clone();
    let client = loop {
        match Client::connect(Config::new([url.clone()])).await {
            Ok(client) => break client,
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    write_size(&client, "there", "3").await;
    meet(&url, "there", &[]).await;
}
