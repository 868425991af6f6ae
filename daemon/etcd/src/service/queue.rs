//! What locks and elections share: keys under a prefix queue by the revision that created them;
//! who comes first holds the lock, or leads.

use std::sync::Arc;

use bytes::Bytes;
use etcdapi::etcdserverpb::compare::{CompareResult, CompareTarget, TargetUnion};
use etcdapi::etcdserverpb::request_op::Request;
use etcdapi::etcdserverpb::response_op::Response;
use etcdapi::etcdserverpb::{
    Compare, LeaseGrantRequest, PutRequest, RangeRequest, RequestOp, TxnRequest, TxnResponse,
};
use etcdapi::mvccpb::KeyValue;
use etcdapi::prefix_end;
use prost::Message;

use crate::apply::Outcome;
use crate::auth::By;
use crate::command::Command;
use crate::error::Error;
use crate::mvcc::KeyRange;
use crate::node::Node;
use crate::watch::{Interest, Item, Queue, Watcher};

/// The lease of whoever brings none.
const TTL: i64 = 60;

/// A place in a queue.
pub struct Place {
    pub key: Bytes,
    /// When the key was created.
    pub revision: i64,
    pub lease: i64,
    /// The value that the key had when it was there already.
    pub found: Option<KeyValue>,
}

/// A comparison for a transaction.
fn compare(key: &Bytes, target: CompareTarget, union: TargetUnion) -> Compare {
    Compare {
        result: CompareResult::Equal as i32,
        target: target as i32,
        key: key.clone(),
        range_end: Bytes::new(),
        target_union: Some(union),
    }
}

/// The condition that a key was created at `revision` (0: doesn't exist).
pub fn created_at(key: &Bytes, revision: i64) -> Compare {
    compare(key, CompareTarget::Create, TargetUnion::CreateRevision(revision))
}

/// An operation of a transaction.
pub fn op(request: Request) -> RequestOp {
    RequestOp { request: Some(request) }
}

/// Runs a transaction; also returns the revision after it.
///
/// # Errors
/// Fails when it is not permitted or can't be put into the log.
pub async fn txn(node: &Node, by: &By, request: TxnRequest) -> Result<(TxnResponse, i64), Error> {
    crate::quota::check(node, request.encoded_len()).await?;
    match node.propose(by.clone(), Command::Txn(request)).await? {
        (Outcome::Txn(response), revision) => Ok((*response, revision)),
        _ => Err(Error::Backend),
    }
}

/// Queues up under `name` with a lease of one's own, or a new one.
///
/// # Errors
/// As [`txn`].
pub async fn join(node: &Node, by: &By, name: &Bytes, lease: i64, value: Bytes) -> Result<Place, Error> {
    let lease = if lease != 0 {
        lease
    } else {
        let id = i64::from_be_bytes(rand::random()) & i64::MAX;
        let grant = LeaseGrantRequest { id, ttl: TTL };
        node.propose(by.clone(), Command::LeaseGrant(grant)).await?;
        id
    };
    let key: Bytes = [&name[..], format!("/{lease:x}").as_bytes()].concat().into();
    let request = TxnRequest {
        compare: vec![created_at(&key, 0)],
        success: vec![op(Request::RequestPut(PutRequest {
            key: key.clone(),
            value,
            lease,
            ..Default::default()
        }))],
        failure: vec![op(Request::RequestRange(RangeRequest { key: key.clone(), ..Default::default() }))],
    };
    let (response, revision) = txn(node, by, request).await?;
    let found = match response.responses.into_iter().next().and_then(|op| op.response) {
        Some(Response::ResponseRange(found)) => found.kvs.into_iter().next(),
        _ => None,
    };
    let revision = found.as_ref().map_or(revision, |kv| kv.create_revision);
    Ok(Place { key, revision, lease, found })
}

/// Waits until nobody in front of `revision` is left under `name`.
///
/// # Errors
/// Fails when the member ends.
pub async fn first(node: &Arc<Node>, by: &By, name: &Bytes, revision: i64) -> Result<(), Error> {
    let prefix: Bytes = [&name[..], b"/"].concat().into();
    loop {
        node.linearizable().await?;
        let (ahead, at) = {
            let store = node.store();
            let request = RangeRequest {
                key: prefix.clone(),
                range_end: prefix_end(&prefix).into(),
                max_create_revision: revision - 1,
                sort_target: 2,
                sort_order: 2,
                limit: 1,
                ..Default::default()
            };
            store.rules().read(by, &request.key, &request.range_end)?;
            let (kvs, _) = store.decoded(&request)?;
            (kvs.into_iter().next(), store.revision())
        };
        let Some(ahead) = ahead else { return Ok(()) };
        let mut watch = Watch::new(node, KeyRange::One(ahead.key), at + 1, false);
        watch.next().await?;
    }
}

/// Watches keys from inside the member.
pub struct Watch {
    node: Arc<Node>,
    watcher: Arc<Watcher>,
    registered: bool,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.registered {
            self.node.hub.lock().unregister(&self.watcher);
        }
    }
}

impl Watch {
    /// Watches from revision `next` on, which is the next after one that was just read.
    pub fn new(node: &Arc<Node>, keys: KeyRange, next: i64, puts: bool) -> Self {
        let watcher = Arc::new(Watcher {
            id: 0,
            interest: Interest { keys, no_put: !puts, no_delete: false, prev_kv: false },
            fragment: false,
            progress: false,
            start: next,
            queue: Arc::new(Queue::default()),
        });
        let registered = node.hub.lock().register(watcher.clone(), next);
        Self { node: node.clone(), watcher, registered }
    }

    /// Waits until something has happened to the keys, or may have. The caller then looks itself.
    ///
    /// # Errors
    /// Fails when the member ends.
    pub async fn next(&mut self) -> Result<(), Error> {
        // More has happened already since the caller looked.
        if !self.registered {
            return Ok(());
        }
        loop {
            while let Some(item) = self.watcher.queue.pop() {
                match item {
                    Item::Events { .. } => return Ok(()),
                    Item::Lagging { .. } => {
                        self.registered = false;
                        return Ok(());
                    }
                    Item::Progress { .. } => {}
                }
            }
            tokio::select! {
                () = self.watcher.queue.ready() => {}
                () = self.node.shutdown.cancelled() => return Err(Error::Stopped),
            }
        }
    }
}
