//! Requests and data directories that are not as they should be: errors as etcd's where it has
//! one, and never an end by panic.

mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use common::{Member, free_port};
use etcdapi::etcdserverpb::{MemberRemoveRequest, MemberUpdateRequest, PutRequest, RangeRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tonic::Code;

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

/// What a member says that does not start with this directory.
fn refusal(dir: &Path, more: &[&str]) -> String {
    let peer = format!("http://127.0.0.1:{}", free_port());
    let mut args = vec![
        "etcd".to_string(),
        format!("--data-dir={}", dir.display()),
        format!("--listen-client-urls=http://127.0.0.1:{}", free_port()),
        "--advertise-client-urls=http://127.0.0.1:1".into(),
        format!("--listen-peer-urls={peer}"),
    ];
    args.extend(more.iter().map(ToString::to_string));
    let output = Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", "server", "--nocapture"])
        .env("ETCD_TEST_ARGS", args.join("\n"))
        .stdout(Stdio::null())
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// A directory with some data, of a member that was killed.
async fn data(dir: &Path) {
    let mut member = Member::start(dir, free_port());
    let mut kv = member.client().await.kv();
    for n in 0..50 {
        let put =
            PutRequest { key: format!("k{n}").into(), value: vec![7; 300].into(), ..Default::default() };
        kv.put(put).await.expect("puts");
    }
    member.kill();
}

fn log_of(dir: &Path) -> std::path::PathBuf {
    // Beside it there may be the file that comes next.
    let files = std::fs::read_dir(dir.join("member/wal")).expect("a directory");
    let mut files = files.map(|file| file.expect("readable").path());
    files.find(|file| file.extension() == Some("wal".as_ref())).expect("a segment")
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-r").arg(from).arg(to).status().expect("runs");
    assert!(copied.success());
}

#[tokio::test]
async fn requests_are_refused_as_by_etcd_and_the_member_goes_on() {
    let dir = tempfile::tempdir().expect("a directory");
    let port = free_port();
    let member = Member::start(dir.path(), port);
    let client = member.client().await;
    let mut kv = client.kv().max_encoding_message_size(usize::MAX);
    let large = |len| PutRequest { key: "k".into(), value: vec![1; len].into(), ..Default::default() };
    let refused = kv.put(large(1_600_000)).await.expect_err("refuses");
    assert_eq!(
        (refused.code(), refused.message()),
        (Code::InvalidArgument, "etcdserver: request is too large")
    );
    // What grpc-go says before etcd sees it.
    let refused = kv.put(large(3 << 20)).await.expect_err("refuses");
    assert_eq!(refused.code(), Code::ResourceExhausted, "{refused}");
    assert!(refused.message().contains("larger than max"), "{refused}");

    // No members with such ids.
    let mut cluster = client.cluster();
    let refused = cluster.member_remove(MemberRemoveRequest { id: 77 }).await.expect_err("refuses");
    assert_eq!((refused.code(), refused.message()), (Code::NotFound, "etcdserver: member not found"));
    let update = MemberUpdateRequest { id: 77, peer_urls: vec!["http://127.0.0.1:1".into()] };
    let refused = cluster.member_update(update).await.expect_err("refuses");
    assert_eq!((refused.code(), refused.message()), (Code::NotFound, "etcdserver: member not found"));

    // A message that is none.
    let mut raw = tonic::client::Grpc::new(client.channel());
    raw.ready().await.expect("ready");
    let path = http::uri::PathAndQuery::from_static("/etcdserverpb.KV/Put");
    let codec = tonic_prost::ProstCodec::<Garbage, PutRequest>::default();
    let refused = raw.unary(tonic::Request::new(Garbage), path, codec).await.expect_err("refuses");
    assert_eq!(refused.code(), Code::Internal, "{refused}");

    // TLS where there is none, and noise.
    for noise in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff",
    ] {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.expect("connects");
        stream.write_all(noise).await.expect("writes");
        stream.shutdown().await.expect("shuts down");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
    }
    kv.range(RangeRequest { key: "k".into(), ..Default::default() }).await.expect("it goes on");
}

/// A field of a kind that there is not.
#[derive(Clone, Debug, Default)]
struct Garbage;

impl prost::Message for Garbage {
    fn encode_raw(&self, buffer: &mut impl bytes::BufMut) {
        buffer.put_slice(&[0x0a, 0xff, 0xff]);
    }

    fn merge_field(
        &mut self,
        _: u32,
        _: prost::encoding::WireType,
        _: &mut impl bytes::Buf,
        _: prost::encoding::DecodeContext,
    ) -> Result<(), prost::DecodeError> {
        Ok(())
    }

    fn encoded_len(&self) -> usize {
        3
    }

    fn clear(&mut self) {}
}

#[tokio::test]
async fn directories_are_refused_by_name() {
    let dir = tempfile::tempdir().expect("a directory");
    let good = dir.path().join("good");
    data(&good).await;

    // A flipped bit with entries behind it.
    let flipped = dir.path().join("flipped");
    copy(&good, &flipped);
    let log = log_of(&flipped);
    let mut bytes = std::fs::read(&log).expect("reads");
    bytes[2000] ^= 4;
    std::fs::write(&log, bytes).expect("writes");
    let said = refusal(&flipped, &[]);
    assert!(said.contains("is damaged at byte") && said.contains(".wal"), "{said}");

    // A log of a newer version.
    let newer = dir.path().join("newer");
    copy(&good, &newer);
    let log = log_of(&newer);
    let mut bytes = std::fs::read(&log).expect("reads");
    bytes[7] = b'9';
    std::fs::write(&log, bytes).expect("writes");
    let said = refusal(&newer, &[]);
    assert!(said.contains("is no log segment of this program"), "{said}");

    // The state of one cluster, the log of another.
    let (left, right) = (dir.path().join("left"), dir.path().join("right"));
    for (dir, token) in [(&left, "left"), (&right, "right")] {
        let mut member = Member::with(dir, free_port(), &[format!("--initial-cluster-token={token}")]);
        let mut kv = member.client().await.kv();
        let put = PutRequest { key: "k".into(), value: token.into(), ..Default::default() };
        kv.put(put).await.expect("puts");
        let pid = nix::unistd::Pid::from_raw(i32::try_from(member.process.id()).expect("a pid"));
        // An orderly end writes the state.
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).expect("signals");
        member.process.wait().expect("ends");
    }
    std::fs::copy(left.join("member/snap/db"), right.join("member/snap/db")).expect("copies");
    let said = refusal(&right, &[]);
    assert!(said.contains("belong to different clusters"), "{said}");

    // A state whose end is gone, and one with a flipped bit in it.
    for (name, cut) in [("short", true), ("rotten", false)] {
        let bad = dir.path().join(name);
        copy(&left, &bad);
        let db = bad.join("member/snap/db");
        let mut bytes = std::fs::read(&db).expect("reads");
        if cut {
            bytes.truncate(bytes.len() / 2);
        } else {
            let at = bytes.windows(4).position(|window| window == b"left").expect("the value");
            bytes[at] ^= 1;
        }
        std::fs::write(&db, bytes).expect("writes");
        let said = refusal(&bad, &[]);
        assert!(said.contains("member/snap/db"), "{said}");
    }

    // The log is gone.
    std::fs::remove_dir_all(left.join("member/wal")).expect("removes");
    let said = refusal(&left, &[]);
    assert!(said.contains("has no log of it"), "{said}");
}
