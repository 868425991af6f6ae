//! What watches promise, of ours and of upstream's server: filters, fragments, previous values, progress,
//! and the end of a watch that begins before a compaction.

mod common;

use common::{Member, free_port};
use etcdapi::etcdserverpb::watch_create_request::FilterType;
use etcdapi::etcdserverpb::watch_request::RequestUnion;
use etcdapi::etcdserverpb::{
    CompactionRequest, DeleteRangeRequest, PutRequest, WatchCancelRequest, WatchCreateRequest,
    WatchProgressRequest, WatchRequest, WatchResponse,
};
use etcdapi::mvccpb::event::EventType;
use etcdapi::{Client, Config, prefix_end};
use prost::Message;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

/// A stream of watches.
struct Watches {
    requests: mpsc::Sender<WatchRequest>,
    answers: tonic::Streaming<WatchResponse>,
}

impl Watches {
    /// Opens it with its first watch: upstream's servers say nothing before that.
    async fn open(client: &Client, first: WatchCreateRequest) -> Self {
        let (requests, receiver) = mpsc::channel(8);
        let first = WatchRequest { request_union: Some(RequestUnion::CreateRequest(first)) };
        requests.send(first).await.expect("sends");
        let answers = client.watch().watch(ReceiverStream::new(receiver)).await.expect("opens").into_inner();
        Self { requests, answers }
    }

    async fn ask(&self, request: RequestUnion) {
        self.requests.send(WatchRequest { request_union: Some(request) }).await.expect("sends");
    }

    /// Begins a watch, and returns its id.
    async fn create(&mut self, request: WatchCreateRequest) -> i64 {
        self.ask(RequestUnion::CreateRequest(request)).await;
        self.created().await
    }

    async fn created(&mut self) -> i64 {
        let answer = self.next().await;
        assert!(answer.created && !answer.canceled, "{answer:?}");
        answer.watch_id
    }

    async fn next(&mut self) -> WatchResponse {
        let wait = std::time::Duration::from_secs(60);
        let answer = tokio::time::timeout(wait, self.answers.message()).await.expect("an answer in time");
        answer.expect("no error").expect("no end")
    }

    /// So many events: of which watch, of which kind, and the value before.
    async fn events(&mut self, count: usize) -> Vec<(i64, EventType, String)> {
        let mut found = Vec::new();
        while found.len() < count {
            let answer = self.next().await;
            for event in answer.events {
                let before = event.prev_kv.as_ref().map(|kv| String::from_utf8_lossy(&kv.value).into_owned());
                found.push((answer.watch_id, event.r#type(), before.unwrap_or_default()));
            }
        }
        found
    }
}

async fn put(client: &Client, key: &str, value: impl Into<bytes::Bytes>) -> i64 {
    let put = PutRequest { key: key.to_string().into(), value: value.into(), ..Default::default() };
    client.kv().put(put).await.expect("puts").into_inner().header.expect("a header").revision
}

async fn delete(client: &Client, key: &'static str) -> i64 {
    let delete = DeleteRangeRequest { key: key.into(), ..Default::default() };
    client.kv().delete_range(delete).await.expect("deletes").into_inner().header.expect("a header").revision
}

async fn promises(client: &Client) {
    // One stream, several watches, with ids of the client's choice and filters.
    let create = |watch_id, filters: &[FilterType], prev_kv| WatchCreateRequest {
        key: "x".into(),
        filters: filters.iter().map(|filter| *filter as i32).collect(),
        prev_kv,
        watch_id,
        ..Default::default()
    };
    let mut watches = Watches::open(client, create(7, &[FilterType::Noput], true)).await;
    assert_eq!(watches.created().await, 7);
    assert_eq!(watches.create(create(8, &[FilterType::Nodelete], false)).await, 8);
    put(client, "x", "1").await;
    delete(client, "x").await;
    put(client, "x", "2").await;
    let mut found = watches.events(3).await;
    found.sort_by_key(|(id, ..)| *id);
    let put_event = (8, EventType::Put, String::new());
    assert_eq!(found, [(7, EventType::Delete, "1".to_string()), put_event.clone(), put_event]);

    // One ends, the other goes on.
    watches.ask(RequestUnion::CancelRequest(WatchCancelRequest { watch_id: 8 })).await;
    let answer = watches.next().await;
    assert!(answer.canceled && answer.watch_id == 8, "{answer:?}");
    put(client, "x", "3").await;
    let last = delete(client, "x").await;
    assert_eq!(watches.events(1).await, [(7, EventType::Delete, "3".to_string())]);

    // How far all of them are.
    watches.ask(RequestUnion::ProgressRequest(WatchProgressRequest {})).await;
    let answer = watches.next().await;
    assert!(answer.events.is_empty() && answer.watch_id == -1, "{answer:?}");
    assert!(answer.header.expect("a header").revision >= last);

    // What is longer than a message comes in pieces, if the client takes them.
    let first = put(client, "big/0", vec![b'v'; 400_000]).await;
    for n in 1..12 {
        put(client, &format!("big/{n}"), vec![b'v'; 400_000]).await;
    }
    let request = WatchCreateRequest {
        key: "big/".into(),
        range_end: prefix_end(b"big/").into(),
        start_revision: first,
        fragment: true,
        ..Default::default()
    };
    let id = watches.create(request).await;
    let (mut events, mut pieces) = (0, 0);
    while events < 12 {
        let answer = watches.next().await;
        assert_eq!(answer.watch_id, id);
        assert!(answer.encoded_len() < 2 << 20, "a piece of {} bytes", answer.encoded_len());
        events += answer.events.len();
        pieces += usize::from(answer.fragment);
        assert!(events < 12 || !answer.fragment, "the last piece says that it is the last one");
    }
    assert!(pieces > 0, "4.8 MB come in pieces");

    // What is compressed in a way that nobody knows is refused before it is read.
    let mut request = tonic::Request::new(tokio_stream::pending());
    request.metadata_mut().insert("grpc-encoding", "snappy".parse().expect("a value"));
    let refusal = client.watch().watch(request).await.expect_err("is refused");
    assert_eq!(refusal.code(), tonic::Code::Unimplemented, "{refusal}");
    assert!(refusal.message().contains("for grpc-encoding \"snappy\""), "{refusal}");

    // From before a compaction nobody can watch.
    let compact = CompactionRequest { revision: first, physical: true };
    client.kv().compact(compact).await.expect("compacts");
    let request = WatchCreateRequest { key: "x".into(), start_revision: 1, ..Default::default() };
    let mut watches = Watches::open(client, request).await;
    let mut answer = watches.next().await;
    if !answer.canceled {
        assert!(answer.created);
        answer = watches.next().await;
    }
    assert!(answer.canceled && answer.compact_revision == first, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ours_keeps_its_promises() {
    let dir = tempfile::tempdir().expect("a directory");
    let member = Member::start(dir.path(), free_port());
    promises(&member.client().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn upstreams_promises_are_the_same() {
    let dir = tempfile::tempdir().expect("a directory");
    let Some(member) = common::upstream(&dir.path().join("data")) else { return };
    let client = member.client().await;
    // Who listens may not serve yet.
    let ready = || PutRequest { key: "ready".into(), ..Default::default() };
    while client.kv().put(ready()).await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    drop(client);
    promises(&Client::connect(Config::new([member.endpoint.clone()])).await.expect("connects")).await;
}
