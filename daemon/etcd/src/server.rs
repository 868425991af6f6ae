//! A member from start to end: data directory, state, log, listeners.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use component::lanes::Lanes;
use component::tls::{ClientAuth, ServerTls};
use etcdapi::Tls;
use etcdapi::etcdserverpb::Member;
use tokio::net::{TcpListener, TcpSocket, UnixListener};
use tokio_util::sync::CancellationToken;

use crate::allowed::Allowed;
use crate::applier::{self, Applier};
use crate::auth::By;
use crate::auth::token::Tokens;
use crate::command::{Command, Entry};
use crate::compactor;
use crate::consensus::{self, Consensus};
use crate::flags::{Config, ListenUrl, SelfSigned};
use crate::inbox::Inbox;
use crate::lease;
use crate::listen::{self, Secured, Services, Site, Socket, Talk};
use crate::mvcc::Store;
use crate::node::{Node, Threads};
use crate::peer::Peers;
use crate::raft::{self, HardState, Raft};
use crate::selfcert;
use crate::wal::{Frame, Identity, Wal, WalError};

/// Threads for clients' connections at most: what they all write goes through one log.
const LANES: usize = 8;

/// Runs a member until `shutdown`.
///
/// # Errors
/// Fails when the data directory can't be used, a URL can't be listened on, or the cluster that
/// the member is to join doesn't know it.
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<()> {
    let _lock = lock(&config.data_dir)?;
    if config.memory_lock {
        use nix::sys::mman::{MlockAllFlags, mlockall};
        mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE)
            .context("--memory-mlock: the kernel does not lock this process's memory (see ulimit -l)")?;
    }
    sign(&config)?;
    if config.extensive_metrics {
        crate::rpcs::keep_times();
    }
    let peer_tls = peer_tls(&config);
    let (config, plan) = tokio::select! {
        planned = found_and_planned(config, &peer_tls) => planned?,
        // Others may take their time to come.
        () = shutdown.cancelled() => return Ok(()),
    };
    let opened = {
        let (config, plan) = (config.clone(), plan.clone());
        tokio::task::spawn_blocking(move || open(&config, plan)).await.context("opening was cut short")??
    };
    let Opened { store, wal, log, hard } = opened;
    // Who the member is was decided when its log began.
    let Identity { cluster_id, member_id: id } = wal.identity();
    let tokens = Tokens::new(&config.tokens).map_err(|reason| anyhow::anyhow!(reason))?;
    let snap = config.data_dir.join("member/snap");
    let Sockets { clients, https, metrics, peers: peer_sockets } = bind_all(&config).await?;

    let work = Inbox::default();
    let (disk, disk_queue) = mpsc::channel();
    let (applier, applier_queue) = mpsc::channel();
    let peers = Arc::new(Peers::new(id, cluster_id, peer_tls, work.clone(), snap.clone()));
    let known = store.members().list();
    peers.update(if known.is_empty() { &plan.members } else { &known });
    let base = (log.first() - 1, log.term(log.first() - 1).unwrap_or_default());
    let (voters, learners) = store.members().ids();
    let ticks = (config.election.as_millis() / config.heartbeat.as_millis().max(1)).max(2);
    let raft_config = raft::Config {
        id,
        election: u32::try_from(ticks).unwrap_or(10),
        heartbeat: 1,
        pre_vote: config.pre_vote,
        seed: rand::random(),
    };
    let raft = Raft::new(raft_config, log, hard, voters, learners);
    // A leader hands over while everything still works; then all is told to end.
    let ending = CancellationToken::new();
    let node = Node::new(
        store,
        Threads { consensus: work.clone(), applier: applier.clone() },
        (cluster_id, id),
        config.limits.clone(),
        tokens,
        peers,
        ending.clone(),
    );
    node.applied.send_replace(base.0);
    let shared_log = crate::disk::Shared::new(wal);
    let disk_thread = {
        let (shared, work) = (shared_log.clone(), work.clone());
        thread("log", move || crate::disk::run(shared, disk_queue, work))?
    };
    let applying = Applier::new(
        node.clone(),
        applier.clone(),
        work.clone(),
        snap.join("db"),
        base,
        config.snapshot_count,
    );
    let shared_applier = applier::Shared::new(applying);
    let applier_thread = {
        let shared = shared_applier.clone();
        thread("apply", move || shared.run(applier_queue))?
    };
    let own = (shared_log, shared_applier);
    let consensus = Consensus::new(node.clone(), raft, work, disk, applier, own, config.heartbeat);
    let consensus_thread = thread("raft", move || consensus::run(consensus))?;

    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let lanes = Lanes::start(cores.min(LANES)).context("cannot start threads for connections")?;
    let services = Arc::new(Services::new(node.clone(), snap.clone(), lanes));
    let mut listeners: Vec<_> = peer_sockets
        .into_iter()
        .map(|socket| tokio::spawn(listen::serve(socket, Site::peers(node.clone(), snap.clone()))))
        .collect();
    for socket in metrics {
        listeners.push(tokio::spawn(listen::serve(socket, Site::Metrics(services.clone()))));
    }
    tokio::spawn(lease::run(node.clone()));
    if let Some(interval) = config.limits.lease_checkpoints {
        tokio::spawn(lease::run_checkpoints(node.clone(), interval));
    }
    tokio::spawn(crate::quota::run(node.clone()));
    if let Some(period) = config.corrupt_check {
        tokio::spawn(crate::corruption::run(node.clone(), period));
    }
    if let Some(period) = config.compaction_check {
        tokio::spawn(crate::corruption::run_compactions(node.clone(), period));
    }
    if let Some(mode) = config.compaction {
        tokio::spawn(compactor::run(node.clone(), mode));
    }
    let serving = async {
        publish(&node, &config).await;
        if config.initial_corrupt_check {
            crate::corruption::at_start(&node).await?;
        }
        let talk = if https.is_empty() { Talk::All } else { Talk::Grpc };
        let grpc = clients.into_iter().map(|socket| (socket, talk));
        for (socket, talk) in grpc.chain(https.into_iter().map(|socket| (socket, Talk::Http))) {
            listeners.push(tokio::spawn(listen::serve(socket, Site::Clients(services.clone(), talk))));
        }
        tracing::info!(
            name = config.name,
            data_dir = %config.data_dir.display(),
            cluster_id = format!("{cluster_id:x}"),
            member_id = format!("{id:x}"),
            revision = node.store().revision(),
            "ready to serve client requests"
        );
        std::future::pending::<Result<()>>().await
    };
    let served = tokio::select! {
        () = shutdown.cancelled() => Ok(()),
        // The member was removed from its cluster.
        () = ending.cancelled() => Ok(()),
        served = serving => served,
    };
    node.hand_over().await;
    ending.cancel();
    node.stop();
    for listener in listeners {
        let _ = listener.await;
    }
    tokio::task::spawn_blocking(move || {
        for thread in [consensus_thread, applier_thread, disk_thread] {
            let _ = thread.join();
        }
    })
    .await
    .ok();
    for url in config.listen_client.iter().chain(&config.listen_client_http).chain(&config.listen_peer) {
        if let ListenUrl::Unix(path) = url {
            let _ = fs::remove_file(path);
        }
    }
    served
}

fn thread(name: &str, run: impl FnOnce() + Send + 'static) -> Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(run)
        .with_context(|| format!("cannot start the thread {name:?}"))
}

/// How members prove themselves to each other.
fn peer_tls(config: &Config) -> Tls {
    let (cert, key) = config.peer_client_cert.clone().or_else(|| config.peer_cert.clone()).unzip();
    // Nobody has signed the others' certificates but they.
    let insecure_skip_verify = config.self_signed.peers;
    Tls { ca: config.peer_ca.clone(), cert, key, insecure_skip_verify, ..Tls::default() }
}

/// Makes the certificates that the member is to have of itself.
fn sign(config: &Config) -> Result<()> {
    let SelfSigned { clients, peers, years } = config.self_signed;
    if let Some((cert, key)) = config.cert.as_ref().filter(|_| clients) {
        let urls = [&config.listen_client, &config.listen_client_http, &config.listen_metrics];
        let urls: Vec<ListenUrl> = urls.into_iter().flatten().cloned().collect();
        selfcert::make((cert, key), &urls, years)?;
    }
    if let Some((cert, key)) = config.peer_cert.as_ref().filter(|_| peers) {
        selfcert::make((cert, key), &config.listen_peer, years)?;
    }
    Ok(())
}

/// What is listened on.
struct Sockets {
    clients: Vec<Socket>,
    /// For JSON and pages alone.
    https: Vec<Socket>,
    metrics: Vec<Socket>,
    peers: Vec<Socket>,
}

async fn bind_all(config: &Config) -> Result<Sockets> {
    // As etcd: who names an authority of clients wants to see their certificates.
    let auth = |asked: bool, ca: Option<&PathBuf>| match (asked, ca) {
        (false, None) => ClientAuth::None,
        _ => ClientAuth::Required,
    };
    let serving = TlsFiles {
        cert: config.cert.as_ref(),
        ca: config.trusted_ca.as_deref(),
        auth: auth(config.client_cert_auth, config.trusted_ca.as_ref()),
        limits: &config.client_limits,
        allowed: &config.client_allowed,
        reuse_port: config.reuse_port,
        flag: "--listen-client-urls",
    };
    let mut sockets =
        Sockets { clients: Vec::new(), https: Vec::new(), metrics: Vec::new(), peers: Vec::new() };
    for url in &config.listen_client {
        sockets.clients.push(bind(url, &serving).await?);
    }
    for url in &config.listen_client_http {
        sockets.https.push(bind(url, &TlsFiles { flag: "--listen-client-http-urls", ..serving }).await?);
    }
    for url in &config.listen_metrics {
        sockets.metrics.push(bind(url, &TlsFiles { flag: "--listen-metrics-urls", ..serving }).await?);
    }
    let serving = TlsFiles {
        cert: config.peer_cert.as_ref(),
        ca: config.peer_ca.as_deref(),
        auth: auth(config.peer_cert_auth, config.peer_ca.as_ref()),
        limits: &config.peer_limits,
        allowed: &config.peer_allowed,
        reuse_port: config.reuse_port,
        flag: "--listen-peer-urls",
    };
    for url in &config.listen_peer {
        match bind(url, &serving).await {
            Ok(socket) => sockets.peers.push(socket),
            // A member alone that was never told where to listen can do without.
            Err(error) if !config.listen_peer_given && config.cluster.len() == 1 => {
                tracing::warn!(error = format!("{error:#}"), "no other member can join this one");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(sockets)
}

/// Waits until the cluster knows this member as it is now, which also shows that it works.
async fn publish(node: &Arc<Node>, config: &Config) {
    let again = Duration::from_millis(100);
    loop {
        let mut applied = node.applied.subscribe();
        applied.mark_unchanged();
        let known = node.store().members().get(node.id).cloned();
        match known {
            // It joins, and has not heard of itself yet.
            None => drop(tokio::time::timeout(Duration::from_secs(1), applied.changed()).await),
            Some(known) if known.name == config.name && known.client_urls == config.advertise_client => {
                if known.is_learner || node.linearizable().await.is_ok() {
                    return;
                }
                tokio::time::sleep(again).await;
            }
            Some(known) => {
                let member = Member {
                    name: config.name.clone(),
                    client_urls: config.advertise_client.clone(),
                    ..known
                };
                if let Err(error) = node.propose(By::Server, Command::Publish(member)).await {
                    tracing::warn!(%error, "the cluster does not know this member's addresses yet");
                    tokio::time::sleep(again).await;
                }
            }
        }
    }
}

/// Makes the data directory and keeps other members out of it.
fn lock(data_dir: &Path) -> Result<File> {
    let member = data_dir.join("member");
    for dir in [data_dir, &member, &member.join("snap")] {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .with_context(|| format!("cannot make the data directory {}", dir.display()))?;
    }
    let path = member.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            bail!("another etcd is running on the data directory {}", data_dir.display())
        }
        Err(fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    digest.as_ref()[..8].iter().fold(0u64, |id, byte| (id << 8) | u64::from(*byte))
}

/// The id that etcd gives a member with these peer URLs.
pub fn member_id(peer_urls: &[String], token: &str) -> u64 {
    let mut urls = peer_urls.to_vec();
    urls.sort();
    hash(format!("{}{token}", urls.concat()).as_bytes())
}

/// Who the member is if it has no data yet, and who the others are.
#[derive(Clone, Debug)]
struct Plan {
    identity: Identity,
    members: Vec<Member>,
    /// A new cluster begins with these members.
    new: bool,
}

/// The ids that etcd gives a new cluster with these members.
fn new_cluster(config: &Config) -> Plan {
    let mut members: Vec<Member> = config
        .cluster
        .iter()
        .map(|(name, urls)| Member {
            id: member_id(urls, &config.token),
            name: name.clone(),
            peer_urls: urls.clone(),
            ..Member::default()
        })
        .collect();
    members.sort_by_key(|member| member.id);
    let ids: Vec<u8> = members.iter().flat_map(|member| member.id.to_be_bytes()).collect();
    let own = members.iter().find(|member| member.name == config.name).map_or(0, |member| member.id);
    Plan { identity: Identity { cluster_id: hash(&ids), member_id: own }, members, new: true }
}

/// What restoring a snapshot has planned comes before what the flags say.
fn planned(store: &Store, plan: Plan, config: &Config) -> Plan {
    match store.plan() {
        None => plan,
        Some(planned) => new_cluster(&Config {
            name: planned.name.clone(),
            token: planned.token.clone(),
            cluster: planned.cluster.clone(),
            ..config.clone()
        }),
    }
}

fn started(config: &Config) -> Result<bool> {
    Wal::exists(&config.wal_dir).with_context(|| config.wal_dir.display().to_string())
}

/// A member without data looks for the others first, if it is told where.
async fn found_and_planned(config: Config, tls: &Tls) -> Result<(Config, Plan)> {
    let config = if started(&config)? { config } else { crate::discovery::find(&config).await? };
    let plan = plan(&config, tls).await?;
    Ok((config, plan))
}

async fn plan(config: &Config, tls: &Tls) -> Result<Plan> {
    let started = started(config)?;
    let others: Vec<String> = config
        .cluster
        .iter()
        .filter(|(name, _)| *name != config.name)
        .flat_map(|(_, urls)| urls.iter().cloned())
        .collect();
    if started || !config.existing {
        let plan = new_cluster(config);
        if !started {
            not_bootstrapped(&plan, &others, tls).await?;
        }
        return Ok(plan);
    }
    let mut own = config.advertise_peer.clone();
    own.iter_mut().for_each(|url| *url = url.trim_end_matches('/').to_string());
    own.sort();
    let found = crate::peer::ask_members(&others, tls).await?;
    let sorted = |urls: &[String]| {
        let mut urls: Vec<String> = urls.iter().map(|url| url.trim_end_matches('/').to_string()).collect();
        urls.sort();
        urls
    };
    let me = found.members.iter().find(|member| sorted(&member.peer_urls) == own).with_context(|| {
        format!(
            "the cluster has no member with the peer URLs {}; add it first, as `ectl member add` does",
            own.join(",")
        )
    })?;
    if !me.name.is_empty() {
        bail!(
            "member {:x} with these peer URLs has started before and has lost its data: remove it and add it anew",
            me.id
        );
    }
    let identity = Identity { cluster_id: found.cluster_id, member_id: me.id };
    Ok(Plan { identity, members: found.members, new: false })
}

/// A member that the cluster has seen at work has lost its data if it has none: under its old id
/// it would forget what it has acknowledged.
async fn not_bootstrapped(plan: &Plan, others: &[String], tls: &Tls) -> Result<()> {
    if others.is_empty() {
        return Ok(());
    }
    let asked = tokio::time::timeout(Duration::from_secs(3), crate::peer::ask_members(others, tls)).await;
    // Nobody answers while a new cluster begins.
    let Ok(Ok(found)) = asked else { return Ok(()) };
    let id = plan.identity.member_id;
    let known = found.members.iter().any(|member| member.id == id && !member.client_urls.is_empty());
    if found.cluster_id == plan.identity.cluster_id && known {
        bail!(
            "member {id:x} has already been bootstrapped and has lost its data: remove it from the cluster, \
             add it anew, and start it with --initial-cluster-state=existing"
        );
    }
    Ok(())
}

/// What a data directory holds.
struct Opened {
    store: Store,
    wal: Wal,
    log: raft::Log,
    hard: HardState,
}

/// Reads the state and the log behind it.
fn open(config: &Config, plan: Plan) -> Result<Opened> {
    let path = config.data_dir.join("member/snap/db");
    if let Ok(mut file) = File::open(&path) {
        let mut magic = [0; 4];
        let read = std::io::Read::read(&mut file, &mut magic).unwrap_or_default();
        if read > 0 && &magic[..read] != b"redb" {
            bail!(
                "{} was written by another etcd (its storage format is not ours): \
                 take a snapshot with that etcd, or use another --data-dir",
                path.display()
            );
        }
    }
    remove_unfinished(&config.data_dir.join("member/snap"))?;
    let (store, meta) = Store::open(&path)?;
    let (after, term) = meta.map_or((0, 0), |meta| (meta.index, meta.term));
    if !Wal::exists(&config.wal_dir).with_context(|| config.wal_dir.display().to_string())? {
        if after > 0 {
            bail!(
                "{} holds a member's state but {} has no log of it; restore the log, or the member from a snapshot",
                path.display(),
                config.wal_dir.display()
            );
        }
        let plan = planned(&store, plan, config);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.wal_dir)?;
        let mut wal = Wal::create(&config.wal_dir, plan.identity, 1)?;
        // The first entries are the members, the same on all of them.
        let mut entries = Vec::new();
        if plan.new {
            for (index, member) in (1..).zip(plan.members) {
                let entry = Entry { by: By::Server, command: Command::AddMember(member) };
                entries.push(applier::initial(&entry, index));
            }
        }
        let hard = HardState { term: u64::from(plan.new), vote: 0, commit: entries.len() as u64 };
        wal.write(&entries, Some(hard))?;
        return Ok(Opened { store, wal, log: raft::Log::new(0, 0, entries, hard.commit), hard });
    }
    let mut entries: Vec<raft::Entry> = Vec::new();
    let mut wal = Wal::open(&config.wal_dir, after, |frame: Frame| {
        // Another leader may have replaced what was written before.
        let keep = entries.partition_point(|entry| entry.index < frame.first);
        entries.truncate(keep);
        entries.extend(frame.entries.into_iter().filter(|entry| entry.index > after));
        Ok::<_, WalError>(())
    })?;
    if let Some(meta) = meta
        // A restored file has none until it is written for the first time.
        && meta.cluster_id != 0
        && meta.cluster_id != wal.identity().cluster_id
    {
        bail!("{} and {} belong to different clusters", path.display(), config.wal_dir.display());
    }
    let mut hard = wal.hard_state();
    if wal.next_index() <= after {
        // A snapshot was taken from another member just before the end.
        hard.commit = after;
        wal.restart(after, hard)?;
        entries.clear();
    }
    if config.force_new {
        let id = wal.identity().member_id;
        let last = wal.next_index() - 1;
        let added = crate::force_new::entries(id, store.members().clone(), &entries, last, hard.term)?;
        hard.commit = last + added.len() as u64;
        wal.write(&added, Some(hard))?;
        entries.extend(added);
        tracing::warn!("this member is a cluster of its own from now on (--force-new-cluster)");
    }
    tracing::info!(entries = entries.len(), revision = store.revision(), "read the member's state and log");
    let log = raft::Log::new(after, term, entries, hard.commit);
    Ok(Opened { store, wal, log, hard })
}

/// Removes what snapshots and defragmentations under way have left when the process ended.
fn remove_unfinished(snap: &Path) -> Result<()> {
    for entry in fs::read_dir(snap).with_context(|| format!("cannot read {}", snap.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tmp") {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// What a listener needs for https.
struct TlsFiles<'a> {
    cert: Option<&'a (PathBuf, PathBuf)>,
    ca: Option<&'a Path>,
    auth: ClientAuth,
    limits: &'a component::tls::Limits,
    allowed: &'a Allowed,
    reuse_port: bool,
    /// The flag that names the URL.
    flag: &'static str,
}

/// Listens; an address in TIME_WAIT never stands in the way.
fn listener(address: SocketAddr, reuse_port: bool) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(reuse_port)?;
    socket.bind(address)?;
    socket.listen(1024)
}

async fn bind(url: &ListenUrl, files: &TlsFiles<'_>) -> Result<Socket> {
    match url {
        ListenUrl::Unix(path) => {
            // A socket that was left behind; the lock says that nobody serves it.
            if fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket()) {
                fs::remove_file(path).with_context(|| path.display().to_string())?;
            }
            let listener =
                UnixListener::bind(path).with_context(|| format!("cannot listen on {}", path.display()))?;
            Ok(Socket::Unix(listener))
        }
        ListenUrl::Tcp { host, port, tls } => {
            // Like Go, prefer IPv4 where a name has both.
            let mut addresses: Vec<_> = tokio::net::lookup_host((host.as_str(), *port))
                .await
                .with_context(|| format!("cannot resolve {host}"))?
                .collect();
            addresses.sort_by_key(std::net::SocketAddr::is_ipv6);
            let address = addresses.first().with_context(|| format!("{host} has no address"))?;
            let listener = listener(*address, files.reuse_port).with_context(|| {
                format!("cannot listen on {address}; is another etcd running? See {}", files.flag)
            })?;
            let tls = match (files.cert, tls) {
                (Some((cert, key)), true) => {
                    let tls = ServerTls::limited(cert, key, files.ca, files.auth, files.limits.clone())?;
                    Some(Secured { tls, allowed: Arc::new(files.allowed.clone()) })
                }
                _ => None,
            };
            Ok(Socket::Tcp(listener, tls))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_member_has_etcds_ids() {
        let matches = crate::flags::command().try_get_matches_from(["etcd"]).expect("defaults");
        let identity = new_cluster(&Config::new(&matches).expect("valid")).identity;
        assert_eq!(identity.member_id, 0x8e9e_05c5_2164_694d);
        assert_eq!(identity.cluster_id, 0xcdf8_1819_4e3a_8c32);
    }
}
