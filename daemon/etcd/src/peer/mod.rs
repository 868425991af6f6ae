//! The way to the other members: streams of messages, and calls to the leader.
//!
//! Each member has two connections: one for entries, one for everything small, so that no
//! heartbeat waits behind a megabyte.

pub mod service;

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use etcdapi::etcdserverpb::Member;
use etcdapi::{Client, Config, Tls};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Request;
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;

use crate::consensus::Work;
use crate::inbox::Inbox;
use crate::raft::{Message, MessageKind};

/// The messages of `proto/peer.proto`.
#[allow(missing_docs, clippy::all)]
pub mod proto {
    tonic::include_proto!("kadm.etcd.peer");
}

use proto::peer_client::PeerClient;

/// Messages that may wait for one connection before more are dropped: Raft sends them again.
const WAITING: usize = 4096;
/// How long to wait before connecting again.
const AGAIN: Duration = Duration::from_millis(100);
/// How long a connection may take.
const DIAL: Duration = Duration::from_secs(1);

/// Says whose stream it is, and of which cluster.
pub const CLUSTER: &str = "kadm-cluster-id";
/// See [`CLUSTER`].
pub const FROM: &str = "kadm-from";
/// What a member that was removed is told.
pub const REMOVED: &str = "the member has been permanently removed from the cluster";

struct Link {
    urls: Vec<String>,
    small: mpsc::Sender<Message>,
    entries: mpsc::Sender<Message>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
    channel: Channel,
}

impl Drop for Link {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// All other members.
pub struct Peers {
    me: u64,
    cluster_id: u64,
    tls: Tls,
    work: Inbox,
    runtime: Handle,
    links: Mutex<HashMap<u64, Link>>,
    /// Where snapshots arrive.
    snap: PathBuf,
}

/// A connection to one member, made when it is first used.
///
/// # Errors
/// Fails when an address is none.
fn channel(urls: &[String], tls: &Tls) -> Result<Channel> {
    let config = Config { dial_timeout: DIAL, tls: tls.clone(), ..Config::new(urls.iter().cloned()) };
    Ok(Client::lazy(config)?.channel())
}

/// The stubs of a peer; messages may be of any size.
fn client(channel: Channel) -> PeerClient<Channel> {
    PeerClient::new(channel).max_decoding_message_size(usize::MAX).max_encoding_message_size(usize::MAX)
}

/// Asks the members at these addresses who belongs to the cluster.
///
/// # Errors
/// Fails when none of them answers; says what each said.
pub async fn ask_members(urls: &[String], tls: &Tls) -> Result<proto::MembersResponse> {
    let mut failures = Vec::new();
    for url in urls {
        let asked = async {
            let mut client = client(channel(std::slice::from_ref(url), tls)?);
            Ok::<_, anyhow::Error>(client.members(proto::Nothing {}).await?.into_inner())
        };
        match tokio::time::timeout(Duration::from_secs(5), asked).await {
            Ok(Ok(answer)) if !answer.members.is_empty() => return Ok(answer),
            Ok(Ok(_)) => failures.push(format!("{url} knows no members yet")),
            Ok(Err(error)) => failures.push(format!("{url}: {error:#}")),
            Err(_) => failures.push(format!("{url} does not answer")),
        }
    }
    bail!("could not fetch the cluster's members from its peers: {}", failures.join("; "))
}

impl Peers {
    /// No members yet; what arrives from them or about them goes into `work`.
    pub fn new(me: u64, cluster_id: u64, tls: Tls, work: Inbox, snap: PathBuf) -> Self {
        Self { me, cluster_id, tls, work, runtime: Handle::current(), links: Mutex::default(), snap }
    }

    fn links(&self) -> MutexGuard<'_, HashMap<u64, Link>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Connects to these members and to no others.
    pub fn update(&self, members: &[Member]) {
        // The applier's thread is not one of the runtime's.
        let _runtime = self.runtime.enter();
        let mut links = self.links();
        links.retain(|id, link| {
            members.iter().any(|member| member.id == *id && member.peer_urls == link.urls)
        });
        for member in members {
            if member.id == self.me || links.contains_key(&member.id) {
                continue;
            }
            match self.link(member) {
                Ok(link) => drop(links.insert(member.id, link)),
                Err(error) => {
                    tracing::error!(member = format!("{:x}", member.id), %error, "cannot reach the member");
                }
            }
        }
    }

    fn link(&self, member: &Member) -> Result<Link> {
        let (small, small_queue) = mpsc::channel(WAITING);
        let (entries, entries_queue) = mpsc::channel(WAITING);
        let mut tasks = Vec::new();
        for queue in [small_queue, entries_queue] {
            let stream = Stream {
                to: member.id,
                me: self.me,
                cluster_id: self.cluster_id,
                client: client(channel(&member.peer_urls, &self.tls)?),
                work: self.work.clone(),
                queue,
            };
            tasks.push(self.runtime.spawn(stream.run()));
        }
        let channel = channel(&member.peer_urls, &self.tls)?;
        Ok(Link { urls: member.peer_urls.clone(), small, entries, tasks, channel })
    }

    /// Sends a message, or drops it; tells which.
    pub fn send(&self, message: Message) -> bool {
        let links = self.links();
        let Some(link) = links.get(&message.to) else { return false };
        match message.kind() {
            MessageKind::Append | MessageKind::Propose => link.entries.try_send(message).is_ok(),
            _ => link.small.try_send(message).is_ok(),
        }
    }

    /// The stubs of a member.
    pub fn client(&self, id: u64) -> Option<PeerClient<Channel>> {
        self.links().get(&id).map(|link| client(link.channel.clone()))
    }

    /// Fetches the state of a member; it arrives as [`Work::Fetched`].
    pub fn fetch(&self, from: u64) {
        let client = self.client(from);
        let (work, path) = (self.work.clone(), self.snap.join("incoming.tmp"));
        self.runtime.spawn(async move {
            let fetched = match client {
                Some(client) => download(client, &path).await,
                None => Err(anyhow::anyhow!("the member is unknown")),
            };
            let path = match fetched {
                Ok(()) => Some(path),
                Err(error) => {
                    tracing::warn!(from = format!("{from:x}"), error = format!("{error:#}"), "no snapshot");
                    None
                }
            };
            let _ = work.send(Work::Fetched(path));
        });
    }
}

async fn download(mut client: PeerClient<Channel>, path: &Path) -> Result<()> {
    let mut parts = client.snapshot(proto::Nothing {}).await?.into_inner();
    let mut file = std::fs::File::create(path).with_context(|| path.display().to_string())?;
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    while let Some(part) = parts.message().await? {
        digest.update(&part.data);
        file.write_all(&part.data).with_context(|| path.display().to_string())?;
        if !part.sum.is_empty() {
            if part.sum[..] != *digest.finish().as_ref() {
                bail!("it was damaged on the way");
            }
            file.sync_all()?;
            return Ok(());
        }
    }
    bail!("it ends too early")
}

/// One stream of messages to one member, made anew when lost.
struct Stream {
    to: u64,
    me: u64,
    cluster_id: u64,
    client: PeerClient<Channel>,
    work: Inbox,
    queue: mpsc::Receiver<Message>,
}

impl Stream {
    async fn run(mut self) {
        let mut told = false;
        loop {
            let (sender, receiver) = mpsc::channel(64);
            let mut request = Request::new(ReceiverStream::new(receiver));
            for (name, value) in [(CLUSTER, self.cluster_id), (FROM, self.me)] {
                request.metadata_mut().insert(name, MetadataValue::from(value));
            }
            let mut client = self.client.clone();
            let call = tokio::spawn(async move { client.messages(request).await });
            loop {
                let message = tokio::select! {
                    message = self.queue.recv() => message,
                    // The call ends when the connection is lost, and takes the receiver along.
                    () = sender.closed() => break,
                };
                let Some(message) = message else { break };
                if sender.send(message).await.is_err() {
                    break;
                }
            }
            drop(sender);
            match call.await {
                Ok(Err(status)) if status.message() == REMOVED => {
                    tracing::error!("{REMOVED}; ending");
                    let _ = self.work.send(Work::Removed);
                    return;
                }
                Ok(Err(status)) if !told => {
                    told = true;
                    tracing::warn!(to = format!("{:x}", self.to), error = status.message(), "lost a member");
                }
                Ok(Ok(_)) => told = false,
                _ => {}
            }
            if self.queue.is_closed() {
                return;
            }
            // What waited is stale by the time the member is back; but proposals were never sent.
            while let Ok(message) = self.queue.try_recv() {
                if message.kind() == MessageKind::Propose {
                    let _ = self.work.send(Work::Unsent(message));
                }
            }
            let _ = self.work.send(Work::Unreachable(self.to));
            tokio::time::sleep(AGAIN).await;
        }
    }
}
