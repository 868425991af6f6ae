//! A member from start to end: data directory, state, log, listeners.

use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;

use anyhow::{Context, Result, bail};
use component::tls::{ClientAuth, ServerTls};
use etcdapi::etcdserverpb::Member;
use tokio::net::{TcpListener, UnixListener};
use tokio_util::sync::CancellationToken;

use crate::apply;
use crate::auth::token::Tokens;
use crate::command::Entry;
use crate::compactor;
use crate::flags::{Config, ListenUrl};
use crate::lease;
use crate::listen::{self, Services, Socket};
use crate::log::Log;
use crate::mvcc::Store;
use crate::node::Node;
use crate::wal::{Frame, Identity, Wal, WalError};

/// Runs a member until `shutdown`.
///
/// # Errors
/// Fails when the data directory can't be used or a URL can't be listened on.
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<()> {
    let _lock = lock(&config.data_dir)?;
    let identity = identity(&config.advertise_peer, &config.token);
    let (store, wal, term, dirty) = {
        let config = config.clone();
        tokio::task::spawn_blocking(move || open(&config, identity))
            .await
            .context("opening was cut short")??
    };
    // Who the member is was decided when its log began.
    let identity = wal.identity();
    let member = Member {
        id: identity.member_id,
        name: config.name.clone(),
        peer_urls: config.advertise_peer.clone(),
        client_urls: config.advertise_client.clone(),
        is_learner: false,
    };
    let tokens = Tokens::new(&config.tokens).map_err(|reason| anyhow::anyhow!(reason))?;
    let mut sockets = Vec::new();
    for url in config.listen_client.iter().chain(&config.listen_metrics) {
        sockets.push(bind(url, &config).await?);
    }
    let (sender, receiver) = mpsc::channel();
    let node = Node::new(
        store,
        sender.clone(),
        identity.cluster_id,
        member,
        config.limits.clone(),
        tokens,
        shutdown.clone(),
    );
    node.applied.store(wal.next_index() - 1, Ordering::Release);
    node.term.store(term, Ordering::Release);
    let log = Log::new(node.clone(), wal, receiver, sender, dirty, config.snapshot_count);
    let log = std::thread::Builder::new()
        .name("log".into())
        .spawn(move || log.run())
        .context("cannot start the log's thread")?;
    tokio::spawn(lease::run(node.clone()));
    if let Some(mode) = config.compaction {
        tokio::spawn(compactor::run(node.clone(), mode));
    }
    let services = Services::new(node.clone(), config.data_dir.join("member/snap"));
    let listeners: Vec<_> =
        sockets.into_iter().map(|socket| tokio::spawn(listen::serve(socket, services.clone()))).collect();
    tracing::info!(
        name = config.name,
        data_dir = %config.data_dir.display(),
        cluster_id = format!("{:x}", identity.cluster_id),
        member_id = format!("{:x}", identity.member_id),
        revision = node.store().revision(),
        "ready to serve client requests"
    );
    shutdown.cancelled().await;
    for listener in listeners {
        let _ = listener.await;
    }
    node.stop();
    tokio::task::spawn_blocking(move || log.join()).await.ok();
    for url in &config.listen_client {
        if let ListenUrl::Unix(path) = url {
            let _ = fs::remove_file(path);
        }
    }
    Ok(())
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

/// The ids that etcd gives a new cluster of one member with these peer URLs.
fn identity(peer_urls: &[String], token: &str) -> Identity {
    let mut urls = peer_urls.to_vec();
    urls.sort();
    let hash = |bytes: &[u8]| {
        let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
        digest.as_ref()[..8].iter().fold(0u64, |id, byte| (id << 8) | u64::from(*byte))
    };
    let member_id = hash(format!("{}{token}", urls.concat()).as_bytes());
    Identity { cluster_id: hash(&member_id.to_be_bytes()), member_id }
}

/// Reads the state and brings it up to the log's end. Also returns the term to go on with and
/// whether the backend lacks something that the log has.
fn open(config: &Config, new: Identity) -> Result<(Store, Wal, u64, bool)> {
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
    let (mut store, meta) = Store::open(&path)?;
    let after = meta.map_or(0, |meta| meta.index);
    if !Wal::exists(&config.wal_dir).with_context(|| config.wal_dir.display().to_string())? {
        if after > 0 {
            bail!(
                "{} holds a member's state but {} has no log of it; restore the log, or the member from a snapshot",
                path.display(),
                config.wal_dir.display()
            );
        }
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.wal_dir)?;
        // A fresh member has voted for itself: term 2, as etcd counts.
        return Ok((store, Wal::create(&config.wal_dir, new, 1)?, 2, false));
    }
    let mut term = meta.map_or(1, |meta| meta.term);
    let mut replayed = 0u64;
    let wal = Wal::open(&config.wal_dir, after, |frame: Frame| {
        term = term.max(frame.term);
        for (offset, entry) in frame.entries.into_iter().enumerate() {
            let index = frame.first + offset as u64;
            if index > after {
                let entry = Entry::decode(entry)
                    .with_context(|| format!("entry {index} of {}", config.wal_dir.display()))?;
                // A command that failed then fails now: all of it is in the log.
                apply::apply(&mut store, entry);
                replayed += 1;
            }
        }
        Ok::<_, OpenError>(())
    })
    .map_err(|error| error.0)?;
    if let Some(meta) = meta
        && (meta.cluster_id, meta.member_id) != (wal.identity().cluster_id, wal.identity().member_id)
    {
        bail!("{} and {} belong to different members", path.display(), config.wal_dir.display());
    }
    tracing::info!(replayed, revision = store.revision(), "restored the member from its log");
    let dirty = store.is_dirty() || replayed > 0;
    Ok((store, wal, term + 1, dirty))
}

/// What can go wrong while the log is replayed.
struct OpenError(anyhow::Error);

impl From<WalError> for OpenError {
    fn from(error: WalError) -> Self {
        Self(error.into())
    }
}

impl From<anyhow::Error> for OpenError {
    fn from(error: anyhow::Error) -> Self {
        Self(error)
    }
}

async fn bind(url: &ListenUrl, config: &Config) -> Result<Socket> {
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
            let listener = TcpListener::bind(address).await.with_context(|| {
                format!("cannot listen on {address}; is another etcd running? See --listen-client-urls")
            })?;
            let tls = match (&config.cert, tls) {
                (Some((cert, key)), true) => {
                    let auth = if config.client_cert_auth { ClientAuth::Required } else { ClientAuth::None };
                    Some(ServerTls::new(cert, key, config.trusted_ca.as_deref(), auth)?)
                }
                _ => None,
            };
            Ok(Socket::Tcp(listener, tls.map(|tls: Arc<ServerTls>| tls)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_member_has_etcds_ids() {
        let identity = identity(&["http://localhost:2380".into()], "etcd-cluster");
        assert_eq!(identity.member_id, 0x8e9e_05c5_2164_694d);
        assert_eq!(identity.cluster_id, 0xcdf8_1819_4e3a_8c32);
    }
}
