//! The decoders of untrusted bytes, for fuzzers (`tests/fuzz-etcd`) and nobody else: this is there
//! only when a fuzzer compiles it.

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use etcdapi::etcdserverpb as pb;
use http_body_util::BodyExt;
use prost::Message;
use prost_reflect::DynamicMessage;
use tokio::io::AsyncWriteExt;

use crate::auth::By;
use crate::auth::token::{TokenConfig, Tokens};
use crate::command::{Command, Entry};
use crate::mvcc::Store;
use crate::{apply, auth, check, command, config_file, flags, gateway, members, raft, wal};

/// Entries that one store takes before another begins: what it keeps would grow without end.
const ENTRIES: usize = 2000;

/// The entries of a log, what a peer sends, and what is kept beside the records.
pub fn entries(bytes: &[u8]) {
    let bytes = Bytes::copy_from_slice(bytes);
    if let Ok(entry) = command::Entry::decode(bytes.clone()) {
        let mut again = Vec::new();
        entry.encode(&mut again);
        assert_eq!(again.len(), entry.encoded_len());
        assert_eq!(command::Entry::decode(again.into()).ok(), Some(entry));
    }
    let _ = raft::Message::decode(bytes.clone());
    let _ = members::Members::decode(&bytes);
    let _ = auth::rules::Rules::decode(&bytes);
}

/// A segment of the log, cut anywhere.
pub fn log(bytes: &[u8]) {
    let bytes = Bytes::copy_from_slice(bytes);
    if let Some((_, length)) = wal::frame::read(&bytes, 0) {
        assert!(length >= wal::frame::HEADER);
    }
    wal::frame::found_in(&bytes, 0);
}

/// An HTTP/2 connection whose calls are not answered.
pub fn connection(bytes: &[u8]) {
    struct Nobody;
    impl grpc::Handler for Nobody {
        type Call = ();
        type Body = tonic::body::Body;
        fn known(&self, head: &grpc::Head) -> Option<()> {
            head.get(b":path").filter(|path| path.starts_with(b"/e")).map(drop)
        }
        fn answer(&self, (): (), _: &grpc::Head, message: Bytes, _: &mut Vec<u8>) -> grpc::Answer {
            grpc::Answer::Failed(tonic::Status::not_found(format!("{message:?}")))
        }
        fn serve(
            &self,
            request: http::Request<grpc::Incoming>,
        ) -> impl Future<Output = http::Response<Self::Body>> + Send + 'static {
            let body = request.into_body().map_err(|_| tonic::Status::aborted(""));
            std::future::ready(http::Response::new(tonic::body::Body::new(body)))
        }
    }
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else { return };
    runtime.block_on(async {
        let (mut client, server) = tokio::io::duplex(1 << 20);
        let limits = grpc::Limits {
            streams: 9,
            message: 1000,
            keepalive: None,
            pings: Duration::ZERO,
            grace: Duration::ZERO,
        };
        let served = grpc::serve(server, Nobody, limits, tokio_util::sync::CancellationToken::new());
        let ask = async {
            let _ = client.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
            let _ = client.write_all(bytes).await;
            let _ = client.shutdown().await;
        };
        let _ = tokio::join!(served, ask);
    });
}

/// A body of the JSON gateway (the first byte says whose), a message that is made JSON, and a
/// stream of messages.
pub fn gateway(bytes: &[u8]) {
    let Some((at, body)) = bytes.split_first() else { return };
    let Some(call) = gateway::call_at(usize::from(*at)) else { return };
    if let Ok(value) = serde_json::from_slice(body)
        && let Ok(framed) = gateway::encode(&call.input(), value)
    {
        let message = gateway::take(&mut BytesMut::from(&framed[..])).unwrap_or_default();
        assert!(DynamicMessage::decode(call.input(), message).is_ok());
    }
    let _ = gateway::decode(&call.output(), Bytes::copy_from_slice(body));
    let _ = gateway::take(&mut BytesMut::from(body));
}

/// A configuration file.
pub fn configuration(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(args) = config_file::settings(text) else { return };
    if let Ok(matches) = flags::without_environment().try_get_matches_from(args) {
        let _ = flags::Config::new(&matches);
    }
}

/// Pieces of the input: a byte, a length, so many bytes.
fn pieces(bytes: &[u8]) -> impl Iterator<Item = (u8, Bytes)> {
    let mut rest = Bytes::copy_from_slice(bytes);
    std::iter::from_fn(move || {
        if rest.len() < 2 {
            return None;
        }
        let (kind, length) = (rest.get_u8(), usize::from(rest.get_u8()));
        Some((kind, rest.split_to(length.min(rest.len()))))
    })
}

/// Requests as clients send them: checked, applied to a store, and read back; and tokens.
pub fn requests(bytes: &[u8]) {
    static STORE: Mutex<Option<(tempfile::TempDir, Store, usize)>> = Mutex::new(None);
    let mut slot = STORE.lock().unwrap_or_else(PoisonError::into_inner);
    if slot.as_ref().is_none_or(|(_, _, entries)| *entries > ENTRIES) {
        let Ok(dir) = tempfile::tempdir() else { return };
        let Ok((store, _)) = Store::open(&dir.path().join("db")) else { return };
        *slot = Some((dir, store, 0));
    }
    let Some((_, store, entries)) = slot.as_mut() else { return };
    for (kind, message) in pieces(bytes) {
        *entries += 1;
        let before = store.revision();
        match kind % 6 {
            0 => {
                let Ok(request) = pb::RangeRequest::decode(message) else { continue };
                if check::range(&request).is_ok() {
                    let _ = store.decoded(&request);
                }
                continue;
            }
            1 => {
                let Ok(request) = pb::TxnRequest::decode(message) else { continue };
                if check::txn(&request, 128).is_err() {
                    continue;
                }
                if check::read_only(&request) {
                    let _ = apply::read_txn(store, &request);
                    continue;
                }
                apply::apply(store, Entry { by: By::Nobody, command: Command::Txn(request) });
            }
            2 => {
                let Ok(request) = pb::PutRequest::decode(message) else { continue };
                if check::put(&request).is_err() {
                    continue;
                }
                apply::apply(store, Entry { by: By::Nobody, command: Command::Put(request) });
            }
            3 => {
                let Ok(request) = pb::DeleteRangeRequest::decode(message) else { continue };
                if check::delete_range(&request).is_err() {
                    continue;
                }
                apply::apply(store, Entry { by: By::Nobody, command: Command::DeleteRange(request) });
            }
            4 => {
                // What the log holds, of whatever kind, but for what would lock everybody out.
                let Ok(entry) = Entry::decode(message) else { continue };
                apply::apply(store, entry);
            }
            _ => {
                static TOKENS: OnceLock<Tokens> = OnceLock::new();
                let tokens = TOKENS.get_or_init(|| {
                    Tokens::new(&TokenConfig::Simple(Duration::from_secs(1)))
                        .unwrap_or_else(|_| std::process::abort())
                });
                let _ = tokens.who(&String::from_utf8_lossy(&message), 1);
                continue;
            }
        }
        assert!(store.revision() >= before, "revisions never go back");
    }
}

/// Messages of another member, whatever they say: Raft never panics over them, and what is committed
/// stays so.
pub fn peers(bytes: &[u8]) {
    let config = raft::Config { id: 1, election: 10, heartbeat: 1, pre_vote: true, seed: 7 };
    let entry = |index| raft::Entry { term: 1, index, kind: raft::Kind::Normal, data: Bytes::new() };
    let log = raft::Log::new(0, 0, (1..=3).map(entry).collect(), 2);
    let hard = raft::HardState { term: 1, vote: 0, commit: 2 };
    let mut raft = raft::Raft::new(config, log, hard, [1, 2, 3].into(), [4].into());
    let mut committed = 0;
    for (kind, message) in pieces(bytes) {
        match kind % 8 {
            0 => raft.tick(),
            1 => {
                raft.propose(raft::Kind::Normal, message);
            }
            2 => raft.campaign(kind & 0x80 != 0),
            3 => {
                raft.read_index(u64::from(kind));
            }
            _ => {
                if let Ok(message) = raft::Message::decode(message)
                    && message.to == 1
                    && message.from != 1
                {
                    raft.step(message);
                }
            }
        }
        let ready = raft.ready();
        for entry in &ready.committed {
            assert!(entry.index > committed, "an entry is applied once, in order");
            committed = entry.index;
        }
        for message in ready.after {
            if message.to == 1 {
                raft.step(message);
            }
        }
        raft.applied(committed, None);
    }
}

/// A file with some of its bytes changed, and perhaps its end cut off.
fn damaged(good: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut bad = good.to_vec();
    for change in bytes.chunks_exact(4) {
        let at = usize::try_from(u32::from_le_bytes([change[0], change[1], change[2], 0])).unwrap_or(0);
        match change[3] {
            0 => bad.truncate(at % (bad.len() + 1)),
            xor => {
                if let Some(length @ 1..) = Some(bad.len()) {
                    bad[at % length] ^= xor;
                }
            }
        }
    }
    bad
}

/// A log of a few entries, damaged anywhere: it is refused, or the entries that are read were written.
pub fn damaged_log(bytes: &[u8]) {
    type Written = (String, Vec<u8>, Vec<raft::Entry>);
    static GOOD: OnceLock<Option<Written>> = OnceLock::new();
    let write = || {
        let dir = tempfile::tempdir().ok()?;
        let mut wal = wal::Wal::create(dir.path(), wal::Identity { cluster_id: 1, member_id: 2 }, 1).ok()?;
        let mut all = Vec::new();
        for index in 1..=20u64 {
            let data = Bytes::from(vec![b'x'; usize::try_from(index * 7).ok()?]);
            let entry = raft::Entry { term: 1, index, kind: raft::Kind::Normal, data };
            wal.write(
                std::slice::from_ref(&entry),
                Some(raft::HardState { term: 1, vote: 0, commit: index }),
            )
            .ok()?;
            all.push(entry);
        }
        drop(wal);
        let file = std::fs::read_dir(dir.path()).ok()?.next()?.ok()?;
        let mut content = std::fs::read(file.path()).ok()?;
        // Segments are longer than what is written into them.
        let used = content.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        content.truncate(used + 64);
        Some((file.file_name().into_string().ok()?, content, all))
    };
    let Some((name, good, written)) = GOOD.get_or_init(write) else { return };
    let Ok(dir) = tempfile::tempdir() else { return };
    if std::fs::write(dir.path().join(name), damaged(good, bytes)).is_err() {
        return;
    }
    let mut read = Vec::new();
    let opened = wal::Wal::open(dir.path(), 0, |frame: wal::Frame| {
        read.extend(frame.entries);
        Ok::<_, wal::WalError>(())
    });
    if opened.is_ok() {
        assert_eq!(read.as_slice(), &written[..read.len()], "an entry that nobody wrote");
    }
}

/// A backend, damaged anywhere: it is refused, or holds what was written.
pub fn damaged_backend(bytes: &[u8]) {
    /// A file, and what its history hashes to.
    type Good = (Vec<u8>, (u32, i64));
    static GOOD: OnceLock<Option<Good>> = OnceLock::new();
    let write = || {
        let dir = tempfile::tempdir().ok()?;
        let path = dir.path().join("db");
        let hash = sample(&path)?;
        Some((std::fs::read(&path).ok()?, hash))
    };
    let Some((good, hash)) = GOOD.get_or_init(write) else { return };
    let Ok(dir) = tempfile::tempdir() else { return };
    let path = dir.path().join("db");
    if std::fs::write(&path, damaged(good, bytes)).is_err() {
        return;
    }
    if let Ok((store, meta)) = Store::open(&path)
        // An empty file is a new one.
        && meta.is_some()
        && let Ok(found) = store.hash(0)
    {
        assert_eq!(found, *hash, "records that nobody wrote");
    }
}

fn sample(path: &Path) -> Option<(u32, i64)> {
    let (mut store, _) = Store::open(path).ok()?;
    for n in 0..40 {
        let put = pb::PutRequest {
            key: format!("k{n}").into(),
            value: vec![b'v'; 90].into(),
            ..Default::default()
        };
        store.put(put).ok()?;
        store.commit();
    }
    let batch = store.begin_flush(crate::mvcc::backend::Meta { index: 40, ..Default::default() });
    store.backend().write(&batch).ok()?;
    store.flushed();
    store.hash(0).ok()
}
