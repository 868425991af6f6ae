//! Users, roles, locks, elections and the JSON gateway on a running member.

mod common;

use std::time::Duration;

use common::{Member, free_port};
use etcdapi::authpb::{Permission, permission::Type};
use etcdapi::etcdserverpb::watch_request::RequestUnion;
use etcdapi::etcdserverpb::{self as pb, PutRequest, RangeRequest};
use etcdapi::v3electionpb::{CampaignRequest, LeaderRequest, ResignRequest};
use etcdapi::v3lockpb::{LockRequest, UnlockRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tonic::{Code, Request};

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

fn with<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("token", token.parse().expect("a token"));
    request
}

fn put(key: &'static str) -> PutRequest {
    PutRequest { key: key.into(), value: "v".into(), ..Default::default() }
}

fn get(key: &'static str, end: &'static str) -> RangeRequest {
    RangeRequest { key: key.into(), range_end: end.into(), ..Default::default() }
}

async fn prepare(member: &Member) -> (String, String) {
    let client = member.client().await;
    let mut auth = client.auth();
    for name in ["root", "ann"] {
        let add = pb::AuthUserAddRequest { name: name.into(), password: "pw".into(), ..Default::default() };
        auth.user_add(add).await.expect("adds");
    }
    auth.role_add(pb::AuthRoleAddRequest { name: "r".into() }).await.expect("adds");
    let perm = Permission { perm_type: Type::Readwrite as i32, key: "a".into(), range_end: "c".into() };
    auth.role_grant_permission(pb::AuthRoleGrantPermissionRequest { name: "r".into(), perm: Some(perm) })
        .await
        .expect("grants");
    for (user, role) in [("root", "root"), ("ann", "r")] {
        auth.user_grant_role(pb::AuthUserGrantRoleRequest { user: user.into(), role: role.into() })
            .await
            .expect("grants");
    }
    auth.auth_enable(pb::AuthEnableRequest {}).await.expect("enables");
    let mut tokens = Vec::new();
    for name in ["root", "ann"] {
        let request = pb::AuthenticateRequest { name: name.into(), password: "pw".into() };
        tokens.push(auth.authenticate(request).await.expect("authenticates").into_inner().token);
    }
    (tokens.remove(0), tokens.remove(0))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_hold_for_every_call_and_through_a_restart() {
    let dir = tempfile::tempdir().expect("a directory");
    let flags = ["--bcrypt-cost=4".to_string()];
    let mut member = Member::with(dir.path(), free_port(), &flags);
    let (root, ann) = prepare(&member).await;
    let client = member.client().await;
    let mut kv = client.kv();
    let code = |result: Result<_, tonic::Status>| result.map(|_: ()| ()).expect_err("refused").code();
    kv.put(with(&ann, put("b"))).await.expect("ann may");
    assert_eq!(code(kv.put(with(&ann, put("z"))).await.map(|_| ())), Code::PermissionDenied);
    assert_eq!(code(kv.put(put("b")).await.map(|_| ())), Code::InvalidArgument);
    assert_eq!(code(kv.range(with("nonsense", get("b", ""))).await.map(|_| ())), Code::Unauthenticated);
    assert_eq!(code(kv.range(with(&ann, get("a", "d"))).await.map(|_| ())), Code::PermissionDenied);
    kv.range(with(&ann, get("a", "c"))).await.expect("ann may");
    kv.range(with(&root, get("\0", "\0"))).await.expect("root may");
    let inner = pb::RequestOp { request: Some(pb::request_op::Request::RequestPut(put("z"))) };
    let txn = pb::TxnRequest { failure: vec![inner], ..Default::default() };
    assert_eq!(code(kv.txn(with(&ann, txn)).await.map(|_| ())), Code::PermissionDenied);
    // A lease with somebody else's key can't be revoked, nor used.
    let grant = pb::LeaseGrantRequest { ttl: 100, id: 7 };
    client.lease().lease_grant(with(&root, grant)).await.expect("grants");
    kv.put(with(&root, PutRequest { lease: 7, ..put("z") })).await.expect("root may");
    let revoke = pb::LeaseRevokeRequest { id: 7 };
    assert_eq!(
        code(client.lease().lease_revoke(with(&ann, revoke)).await.map(|_| ())),
        Code::PermissionDenied
    );
    assert_eq!(
        code(kv.put(with(&ann, PutRequest { lease: 7, ..put("b") })).await.map(|_| ())),
        Code::PermissionDenied
    );
    // Managing is root's, looking at oneself is not.
    let delete = pb::AuthUserDeleteRequest { name: "ann".into() };
    assert_eq!(code(client.auth().user_delete(with(&ann, delete)).await.map(|_| ())), Code::PermissionDenied);
    let own = pb::AuthUserGetRequest { name: "ann".into() };
    assert_eq!(client.auth().user_get(with(&ann, own)).await.expect("may").into_inner().roles, ["r"]);
    let status = client.maintenance().status(with(&ann, pb::StatusRequest {})).await;
    assert_eq!(code(status.map(|_| ())), Code::PermissionDenied);
    // A watch that isn't permitted is cancelled with the reason.
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let create = pb::WatchCreateRequest { key: "z".into(), ..Default::default() };
    let create = pb::WatchRequest { request_union: Some(RequestUnion::CreateRequest(create)) };
    sender.send(create).await.expect("sends");
    let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let mut watch = client.watch().watch(with(&ann, stream)).await.expect("opens").into_inner();
    let refused = watch.message().await.expect("answers").expect("an answer");
    assert!(refused.canceled && refused.cancel_reason.contains("permission denied"), "{refused:?}");
    // A new password ends old tokens.
    let change = pb::AuthUserChangePasswordRequest {
        name: "ann".into(),
        password: "new".into(),
        ..Default::default()
    };
    client.auth().user_change_password(with(&root, change)).await.expect("changes");
    assert_eq!(code(kv.range(with(&ann, get("b", ""))).await.map(|_| ())), Code::Unauthenticated);

    member.kill();
    let member = Member::with(dir.path(), free_port(), &flags);
    let client = member.client().await;
    assert_eq!(code(client.kv().range(get("b", "")).await.map(|_| ())), Code::InvalidArgument);
    let request = pb::AuthenticateRequest { name: "ann".into(), password: "new".into() };
    let ann = client.auth().authenticate(request).await.expect("knows the new password").into_inner().token;
    assert_eq!(client.kv().range(with(&ann, get("b", ""))).await.expect("may").into_inner().count, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locks_and_elections_go_to_the_next_in_the_queue() {
    let dir = tempfile::tempdir().expect("a directory");
    let member = Member::start(dir.path(), free_port());
    let client = member.client().await;
    let lock = || LockRequest { name: "l".into(), lease: 0 };
    let first = client.lock().lock(lock()).await.expect("locks").into_inner();
    assert!(first.key.starts_with(b"l/"));
    let mut second = {
        let client = client.clone();
        tokio::spawn(async move { client.lock().lock(lock()).await })
    };
    // The second is in the queue when its key is there; it must not hold the lock.
    loop {
        if client.kv().range(get("l/", "l0")).await.expect("reads").into_inner().count == 2 {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(futures::poll!(&mut second).is_pending());
    client.lock().unlock(UnlockRequest { key: first.key.clone() }).await.expect("unlocks");
    let second = tokio::time::timeout(Duration::from_secs(30), second).await.expect("in time");
    assert_ne!(second.expect("joins").expect("locks").into_inner().key, first.key);

    assert!(client.election().leader(LeaderRequest { name: "e".into() }).await.is_err());
    let campaign = |value: &'static str| CampaignRequest { name: "e".into(), lease: 0, value: value.into() };
    let one = client.election().campaign(campaign("one")).await.expect("leads").into_inner();
    let mut observed =
        client.election().observe(LeaderRequest { name: "e".into() }).await.expect("observes").into_inner();
    let next = observed.message().await.expect("answers").expect("a leader");
    assert_eq!(next.kv.map(|kv| kv.value), Some("one".into()));
    let two = {
        let client = client.clone();
        tokio::spawn(async move { client.election().campaign(campaign("two")).await })
    };
    client.election().resign(ResignRequest { leader: one.leader }).await.expect("resigns");
    tokio::time::timeout(Duration::from_secs(30), two)
        .await
        .expect("in time")
        .expect("joins")
        .expect("leads");
    let next = tokio::time::timeout(Duration::from_secs(30), observed.message()).await.expect("in time");
    assert_eq!(next.expect("answers").expect("a leader").kv.map(|kv| kv.value), Some("two".into()));
}

/// A request over HTTP/1.1 by hand; the connection stays open for what follows.
async fn post(member: &Member, path: &str, body: &str) -> tokio::net::TcpStream {
    let address = member.endpoint.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("connects");
    let request = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await.expect("writes");
    stream
}

async fn read_until(stream: &mut tokio::net::TcpStream, wanted: &str) -> String {
    let mut text = String::new();
    let read = async {
        while !text.contains(wanted) {
            let mut buffer = [0; 4096];
            let len = stream.read(&mut buffer).await.expect("reads");
            assert!(len > 0, "ended without {wanted}: {text}");
            text.push_str(&String::from_utf8_lossy(&buffer[..len]));
        }
    };
    let read = tokio::time::timeout(Duration::from_secs(30), read).await;
    assert!(read.is_ok(), "no {wanted} in {text}");
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_gateway_speaks_json() {
    let dir = tempfile::tempdir().expect("a directory");
    let member = Member::start(dir.path(), free_port());
    member.client().await;
    let mut watch = post(&member, "/v3/watch", r#"{"create_request":{"key":"Zm9v"}}"#).await;
    read_until(&mut watch, r#""created":true"#).await;
    let mut put = post(&member, "/v3/kv/put", r#"{"key":"Zm9v","value":"YmFy"}"#).await;
    read_until(&mut put, r#""revision":"2""#).await;
    read_until(&mut watch, r#""value":"YmFy""#).await;
    let mut range = post(&member, "/v3/kv/range", r#"{"key":"Zm9v"}"#).await;
    let text = read_until(&mut range, r#""count":"1""#).await;
    assert!(text.starts_with("HTTP/1.1 200") && text.contains(r#""mod_revision":"2""#), "{text}");
    let mut wrong = post(&member, "/v3/kv/range", "{}").await;
    let text = read_until(&mut wrong, "key is not provided").await;
    assert!(text.starts_with("HTTP/1.1 400") && text.contains(r#""code":3"#), "{text}");
    let mut unknown = post(&member, "/v3/kv/nothing", "{}").await;
    read_until(&mut unknown, "HTTP/1.1 404").await;
}
