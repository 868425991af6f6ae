//! The Maintenance service: status, alarms, space, hashes and snapshots.

use std::io::Read;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use etcdapi::etcdserverpb::alarm_request::AlarmAction;
use etcdapi::etcdserverpb::downgrade_request::DowngradeAction;
use etcdapi::etcdserverpb::maintenance_server::Maintenance;
use etcdapi::etcdserverpb::{
    AlarmRequest, AlarmResponse, AlarmType, DefragmentRequest, DefragmentResponse, DowngradeInfo,
    DowngradeRequest, DowngradeResponse, HashKvRequest, HashKvResponse, HashRequest, HashResponse,
    MoveLeaderRequest, MoveLeaderResponse, SnapshotRequest, SnapshotResponse, StatusRequest, StatusResponse,
};
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use crate::apply::{self, Outcome};
use crate::command::Command;
use crate::error::Error;
use crate::metrics;
use crate::mvcc::store::backend;
use crate::node::Node;

/// The version of the storage's API, as `etcdctl endpoint status` shows it.
pub const STORAGE_VERSION: &str = "3.6.0";
/// Bytes in one part of a snapshot.
const PART: usize = 64 << 10;

/// The service.
#[derive(Clone)]
pub struct MaintenanceService {
    pub node: Arc<Node>,
    /// Where snapshots are made.
    pub snap: PathBuf,
}

impl MaintenanceService {
    /// Whether the request may manage the member.
    fn admin<T>(&self, request: &Request<T>) -> Result<(), Error> {
        let by = self.node.caller(request)?;
        self.node.store().rules().admin(&by)
    }
}

/// Checks that a version reads like `3.5` or `3.5.0`.
fn downgrade_target(version: &str) -> Result<(), Error> {
    let numbers: Vec<_> = version.split('.').map(str::parse::<u32>).collect();
    let right = matches!(numbers.len(), 2 | 3) && numbers.iter().all(Result::is_ok);
    if right { Ok(()) } else { Err(Error::WrongDowngradeFormat) }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Status> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(|_| Status::internal("the work was cut short"))??)
}

#[tonic::async_trait]
impl Maintenance for MaintenanceService {
    async fn alarm(&self, request: Request<AlarmRequest>) -> Result<Response<AlarmResponse>, Status> {
        let by = self.node.caller(&request)?;
        let mut request = request.into_inner();
        let action =
            AlarmAction::try_from(request.action).map_err(|_| Status::invalid_argument("unknown action"))?;
        let (alarms, revision) = if action == AlarmAction::Get {
            self.node.linearizable().await?;
            let store = self.node.store();
            let wanted = request.alarm;
            let all = apply::alarms(&store)
                .into_iter()
                .filter(|member| wanted == AlarmType::None as i32 || member.alarm == wanted)
                .collect();
            (all, store.revision())
        } else {
            if action == AlarmAction::Activate && request.member_id == 0 {
                request.member_id = self.node.id;
            }
            match self.node.propose(by, Command::Alarm(request)).await? {
                (Outcome::Alarms(alarms), revision) => (alarms, revision),
                _ => return Err(Status::internal("the answer belongs to another request")),
            }
        };
        Ok(Response::new(AlarmResponse { header: self.node.header(revision), alarms }))
    }

    async fn status(&self, request: Request<StatusRequest>) -> Result<Response<StatusResponse>, Status> {
        self.admin(&request)?;
        let node = &self.node;
        let store = node.store();
        let int = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut errors: Vec<String> = Vec::new();
        if node.leader() == crate::raft::NONE {
            errors.push(Error::NoLeader.to_string());
        }
        errors.extend(apply::alarms(&store).iter().map(|member| {
            let name = AlarmType::try_from(member.alarm).map_or("UNKNOWN", |alarm| alarm.as_str_name());
            format!("memberID:{} alarm:{name} ", member.member_id)
        }));
        Ok(Response::new(StatusResponse {
            header: node.header(store.revision()),
            version: component::ETCD_VERSION.into(),
            db_size: int(store.backend().size()),
            leader: node.leader(),
            raft_index: node.committed.load(Ordering::Acquire),
            raft_term: node.term.load(Ordering::Relaxed),
            raft_applied_index: *node.applied.borrow(),
            errors,
            db_size_in_use: int(store.backend().in_use()),
            is_learner: store.members().get(node.id).is_some_and(|member| member.is_learner),
            storage_version: STORAGE_VERSION.into(),
            db_size_quota: int(node.limits.quota_bytes),
            downgrade_info: Some(DowngradeInfo::default()),
        }))
    }

    async fn defragment(
        &self,
        request: Request<DefragmentRequest>,
    ) -> Result<Response<DefragmentResponse>, Status> {
        self.admin(&request)?;
        self.node.flush().await;
        let file = self.node.store().backend().clone();
        let ending = self.node.shutdown.clone();
        metrics::DEFRAGMENTING.set(1);
        let started = std::time::Instant::now();
        let done = blocking(move || file.defragment(|| !ending.is_cancelled()).map_err(backend)).await;
        metrics::DEFRAGMENTING.set(0);
        metrics::DEFRAGMENT.observe(started.elapsed());
        // If a snapshot took the file's place instead, nothing in it is free either.
        if !done? && self.node.shutdown.is_cancelled() {
            return Err(Error::Stopped.into());
        }
        Ok(Response::new(DefragmentResponse { header: self.node.header_now() }))
    }

    async fn hash(&self, request: Request<HashRequest>) -> Result<Response<HashResponse>, Status> {
        self.admin(&request)?;
        let node = self.node.clone();
        let hash = blocking(move || {
            // The store is free again when the hash is made.
            let unhashed = node.store().to_hash(0)?;
            Ok(unhashed.hash().map_err(backend)?.hash)
        })
        .await?;
        Ok(Response::new(HashResponse { header: self.node.header_now(), hash }))
    }

    async fn hash_kv(&self, request: Request<HashKvRequest>) -> Result<Response<HashKvResponse>, Status> {
        self.admin(&request)?;
        let revision = request.into_inner().revision;
        Ok(Response::new(crate::corruption::hash(&self.node, revision).await?))
    }

    type SnapshotStream = Pin<Box<dyn Stream<Item = Result<SnapshotResponse, Status>> + Send>>;

    /// The backend as one file, then the SHA-256 of all of it.
    async fn snapshot(
        &self,
        request: Request<SnapshotRequest>,
    ) -> Result<Response<Self::SnapshotStream>, Status> {
        self.admin(&request)?;
        self.node.flush().await;
        let node = self.node.clone();
        let path = self.snap.join(format!("snapshot-{:016x}.tmp", rand::random::<u64>()));
        let (sender, receiver) = mpsc::channel(4);
        tokio::task::spawn_blocking(move || {
            let failed = |what: String| Err(Status::internal(what));
            let file = node.store().backend().clone().copy_to(&path);
            // The open file is enough: nothing is left behind, whatever happens to us.
            let _ = std::fs::remove_file(&path);
            let mut file = match file.map_err(backend) {
                Ok(file) => file,
                Err(error) => {
                    let _ = sender.blocking_send(Err(error.into()));
                    return;
                }
            };
            let mut remaining = file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
            let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
            let header = node.header_now();
            let response = |remaining_bytes, blob| SnapshotResponse {
                header,
                remaining_bytes,
                blob,
                version: component::ETCD_VERSION.into(),
            };
            while remaining > 0 {
                let mut part = vec![0; PART.min(usize::try_from(remaining).unwrap_or(PART))];
                if let Err(error) = file.read_exact(&mut part) {
                    let _ = sender.blocking_send(failed(format!("cannot read the snapshot: {error}")));
                    return;
                }
                digest.update(&part);
                remaining -= part.len() as u64;
                if sender.blocking_send(Ok(response(remaining, part.into()))).is_err() {
                    return;
                }
            }
            let sum = Bytes::copy_from_slice(digest.finish().as_ref());
            let _ = sender.blocking_send(Ok(response(0, sum)));
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn move_leader(
        &self,
        request: Request<MoveLeaderRequest>,
    ) -> Result<Response<MoveLeaderResponse>, Status> {
        self.admin(&request)?;
        if !self.node.leads() {
            return Err(Error::NotLeader.into());
        }
        let target = request.into_inner().target_id;
        if !self.node.store().members().ids().0.contains(&target) {
            return Err(Error::BadLeaderTransferee.into());
        }
        self.node.transfer(target).await?;
        Ok(Response::new(MoveLeaderResponse { header: self.node.header_now() }))
    }

    async fn downgrade(
        &self,
        request: Request<DowngradeRequest>,
    ) -> Result<Response<DowngradeResponse>, Status> {
        self.admin(&request)?;
        let DowngradeRequest { action, version } = request.into_inner();
        match DowngradeAction::try_from(action) {
            // There is no older version of this storage that a member could go back to.
            Ok(DowngradeAction::Validate | DowngradeAction::Enable) => {
                downgrade_target(&version)?;
                Err(Error::InvalidDowngradeTarget.into())
            }
            Ok(DowngradeAction::Cancel) => Err(Error::NoInflightDowngrade.into()),
            Err(_) => Err(Status::invalid_argument("etcdserver: unknown downgrade action")),
        }
    }
}
