//! The server as a whole: its parts, its start and its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use apimachinery::resources::Resource;
use component::health::Health;
use component::tls::{ClientAuth, ServerTls};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::authn::Authenticator;
use crate::authz::Authorizer;
use crate::options::Options;
use crate::storage::Store;
use crate::{bootstrap, request};

/// The server's parts.
pub struct Server {
    /// The configuration.
    pub options: Options,
    /// All objects.
    pub store: Arc<Store>,
    /// Who asks.
    pub authenticator: Authenticator,
    /// May they.
    pub authorizer: Authorizer,
    /// The checks of `/healthz`, `/livez` and `/readyz`.
    pub health: Health,
    /// Cancelled when the server is to end.
    pub shutdown: CancellationToken,
    /// Which start-up hooks have run.
    pub hooks: bootstrap::Hooks,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Whether the resource's version is switched on.
    pub fn serves(&self, resource: &Resource) -> bool {
        let name = if resource.group.is_empty() {
            format!("api/{}", resource.version)
        } else {
            resource.api_version()
        };
        let mut on = true;
        for (which, wanted) in &self.options.runtime_config {
            if which == "api/all" || *which == name || *which == resource.api_version() {
                on = *wanted;
            }
        }
        on
    }
}

/// Runs until `shutdown`.
///
/// # Errors
/// Fails when a file can't be used, the port is taken or etcd can't be reached.
pub async fn run(options: Options, shutdown: CancellationToken) -> Result<()> {
    let address = SocketAddr::new(options.bind_address, options.port);
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address}; is another server using the port? (--secure-port, --bind-address)"
        )
    })?;
    serve(options, listener, shutdown).await
}

/// Runs on a listener that is open already, until `shutdown`.
///
/// # Errors
/// As [`run`].
pub async fn serve(mut options: Options, listener: TcpListener, shutdown: CancellationToken) -> Result<()> {
    component::tls::install_crypto();
    let address = listener.local_addr().context("the listener has no address")?;
    options.port = address.port();
    let serving = match &options.serving {
        Some(pair) => pair.clone(),
        None => bootstrap::self_signed(&options)?,
    };
    let tls = ServerTls::new(&serving.cert, &serving.key, None, ClientAuth::Deferred)?;
    let authenticator = Authenticator::new(&options)?;

    let mut etcd = etcdapi::Config::new(options.etcd_servers.clone());
    etcd.tls = etcdapi::Tls {
        ca: options.etcd_ca.clone(),
        cert: options.etcd_client.as_ref().map(|pair| pair.cert.clone()),
        key: options.etcd_client.as_ref().map(|pair| pair.key.clone()),
        ..etcdapi::Tls::default()
    };
    let store = open(etcd, &options, &shutdown).await?;

    let server = Arc::new(Server {
        authorizer: Authorizer::new(options.authorization.clone()),
        authenticator,
        store,
        health: Health::new(),
        shutdown: shutdown.clone(),
        hooks: bootstrap::Hooks::default(),
        options,
        address,
    });
    bootstrap::health(&server);
    tokio::spawn(bootstrap::run(server.clone()));
    tracing::info!(%address, version = component::KUBERNETES_VERSION, "serving");
    let handler = {
        let server = server.clone();
        move |incoming| request::answer(server.clone(), incoming)
    };
    component::serve::serve(listener, Some(tls), handler, shutdown, Duration::from_secs(10)).await;
    bootstrap::farewell(&server).await;
    Ok(())
}

/// Opens the store; etcd may start a moment after us, so that it is tried for a while.
async fn open(
    config: etcdapi::Config,
    options: &Options,
    shutdown: &CancellationToken,
) -> Result<Arc<Store>> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    let mut pause = Duration::from_millis(20);
    loop {
        match Store::open(config.clone(), &options.etcd_prefix, shutdown.clone()).await {
            Ok(store) => return Ok(store),
            Err(reason) if tokio::time::Instant::now() < deadline => {
                tracing::warn!(reason, servers = ?options.etcd_servers, "etcd does not answer yet");
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = shutdown.cancelled() => anyhow::bail!("told to end before etcd answered"),
                }
                pause = (pause * 2).min(Duration::from_millis(500));
            }
            Err(reason) => {
                anyhow::bail!(
                    "etcd at {} does not answer: {reason}; check --etcd-servers and the --etcd-*file flags",
                    options.etcd_servers.join(",")
                );
            }
        }
    }
}
