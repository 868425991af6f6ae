//! The server as a whole: its parts, its start and its end.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use apimachinery::Status;
use apimachinery::resources::Resource;
use component::health::Health;
use component::serve::Tuning;
use component::tls::{ClientAuth, ServerTls};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::admission::{self, Admission};
use crate::aggregation::{self, Aggregation};
use crate::audit::webhook::Webhook;
use crate::audit::{Audit, Backend, Log, Policy};
use crate::authn::signer::Signer;
use crate::authn::{self, Authenticator, User};
use crate::authz::Authorizer;
use crate::egress::{Egress, Way};
use crate::extensions::{self, Extensions};
use crate::flowcontrol::{self, Flow, FlowControl, Turn};
use crate::metrics::configs::{self, Config};
use crate::options::Options;
use crate::routes::{Query, Route};
use crate::storage::{Encryption, Override, Settings, Store};
use crate::{bootstrap, housekeeping, reload, request, storage, traces, zpages};

/// How long connections are given to end.
const GRACE: Duration = Duration::from_secs(10);

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
    /// Cancelled when the server was told to end: it says so, and goes on for as long as it is to.
    pub ending: CancellationToken,
    /// Cancelled when the server ends.
    pub shutdown: CancellationToken,
    /// How many requests that do not last are being answered, where the server's end waits for them.
    pub busy: Busy,
    /// Which start-up hooks have run.
    pub hooks: bootstrap::Hooks,
    /// Where spans of requests go, if anywhere.
    pub tracer: Option<otlp::Tracer>,
    /// What is audited, if anything is.
    pub audit: Option<Arc<Audit>>,
    /// The servers behind this one.
    pub aggregation: Aggregation,
    /// What admission keeps between requests.
    pub admission: Admission,
    /// The custom resources.
    pub extensions: Extensions,
    /// Where it listens.
    pub address: SocketAddr,
    /// Tells this run of the server from others.
    pub run: uuid::Uuid,
    /// When it was started.
    pub started: zpages::Start,
    /// Priority and fairness, unless it is switched off.
    pub flow_control: Option<Arc<FlowControl>>,
    /// Without it, turns of requests that change something.
    mutating: Option<Arc<Semaphore>>,
    /// Turns of requests that only read.
    reading: Option<Arc<Semaphore>>,
}

/// A request's leave to be worked on.
#[allow(dead_code, reason = "what is in it is given back when it is dropped")]
pub enum Leave {
    /// Seats of a priority level.
    Turn(Box<Turn>),
    /// One of so many requests.
    Permit(OwnedSemaphorePermit),
    /// Nobody counts.
    Free,
}

/// Counts what is being done, until nothing is.
#[derive(Default)]
pub struct Busy {
    count: AtomicUsize,
    draining: AtomicBool,
    changed: tokio::sync::Notify,
}

impl Busy {
    /// Counts until what is given is dropped.
    pub fn enter(server: &Arc<Server>) -> impl Drop + Send + Sync + use<> {
        struct Counted(Arc<Server>);
        impl Drop for Counted {
            fn drop(&mut self) {
                if self.0.busy.count.fetch_sub(1, Ordering::AcqRel) == 1 {
                    self.0.busy.changed.notify_waiters();
                }
            }
        }
        server.busy.count.fetch_add(1, Ordering::AcqRel);
        Counted(server.clone())
    }

    /// Whether only what was begun is still done.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    /// From now on only what was begun is done; waits until it is.
    async fn drain(&self) {
        self.draining.store(true, Ordering::Release);
        loop {
            let changed = self.changed.notified();
            if self.count.load(Ordering::Acquire) == 0 {
                return;
            }
            changed.await;
        }
    }
}

impl Server {
    /// Whether all the work of the start has been done at some time.
    pub fn has_been_ready(&self) -> bool {
        self.hooks.are_all_done()
    }

    /// The name or address, with the port, by which others reach this server.
    pub fn external_address(&self) -> String {
        let port = self.address.port();
        match &self.options.external_host {
            Some(host) if host.contains(':') && host.parse::<std::net::Ipv6Addr>().is_err() => host.clone(),
            Some(host) => format!("{host}:{port}"),
            None => SocketAddr::new(bootstrap::own_address(self), port).to_string(),
        }
    }

    /// Waits until the request may be worked on. What lasts is not held; watches are until they
    /// stream. Gives the request's flow in any case.
    ///
    /// # Errors
    /// 429 when there are too many others.
    pub async fn admit(
        self: &Arc<Self>,
        user: &User,
        route: &Route,
        query: &Query,
    ) -> (Flow, Result<Leave, Status>) {
        if route.leads_through() {
            return (Flow::default(), Ok(Leave::Free));
        }
        if let Some(control) = &self.flow_control {
            let (flow, turn) = control.admit(self, user, route, query).await;
            return (flow, turn.map(|turn| Leave::Turn(Box::new(turn))));
        }
        let reads = matches!(route.verb, "get" | "list" | "head" | "options");
        let limit = if reads { &self.reading } else { &self.mutating };
        // Masters need no leave, so that a server that is swamped can be mended.
        let free = route.verb == "watch" || user.is_in(authn::MASTERS);
        let leave = match limit.as_ref().filter(|_| !free) {
            None => Ok(Leave::Free),
            Some(limit) => limit
                .clone()
                .try_acquire_owned()
                .map(Leave::Permit)
                .map_err(|_| Status::too_many_requests("Too many requests, please try again later.", 1)),
        };
        (Flow::default(), leave)
    }

    /// Every resource that is served, built-in ones first.
    pub fn resources(&self) -> Vec<&'static Resource> {
        let built_in = apimachinery::resources::RESOURCES.iter().filter(|resource| self.serves(resource));
        built_in.chain(self.extensions.rows()).collect()
    }

    /// The served resource of that name.
    pub fn resource(&self, group: &str, version: &str, plural: &str) -> Option<&'static Resource> {
        apimachinery::resources::find(group, version, plural)
            .filter(|resource| self.serves(resource))
            .or_else(|| self.extensions.find(group, version, plural))
    }

    /// Whether the resource's version is switched on.
    pub fn serves(&self, resource: &Resource) -> bool {
        if resource.custom.is_some() {
            return true;
        }
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
    let listener = listen(address, options.serving_rules.share_port).await.with_context(|| {
        format!(
            "cannot listen on {address}; is another server using the port? (--secure-port, --bind-address)"
        )
    })?;
    serve(options, listener, shutdown).await
}

async fn listen(address: SocketAddr, share_port: bool) -> std::io::Result<TcpListener> {
    if !share_port {
        return TcpListener::bind(address).await;
    }
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    socket.listen(1024)
}

/// Runs on a listener that is open already, until it is told to end.
///
/// # Errors
/// As [`run`].
pub async fn serve(mut options: Options, listener: TcpListener, ending: CancellationToken) -> Result<()> {
    component::tls::install_crypto();
    let shutdown = CancellationToken::new();
    // A start that is cut short ends what it has begun.
    let _end = shutdown.clone().drop_guard();
    let address = listener.local_addr().context("the listener has no address")?;
    options.port = address.port();
    let serving = match &options.serving {
        Some(pair) => pair.clone(),
        None => bootstrap::self_signed(&options)?,
    };
    if !options.serving_rules.weak.is_empty() {
        let suites = options.serving_rules.weak.join(", ");
        tracing::warn!(suites, "--tls-cipher-suites: these are weak, and not used");
    }
    for item in options.etcd_overrides.iter().filter_map(Override::idle) {
        tracing::warn!(item, "--etcd-servers-overrides names nothing that can be stored elsewhere");
    }
    let limits = options.serving_rules.tls.clone();
    let tls = ServerTls::limited(&serving.cert, &serving.key, None, ClientAuth::Deferred, limits)?;
    let egress = Arc::new(match &options.egress_config {
        None => Egress::default(),
        Some(path) => Egress::read(path, &shutdown)
            .await
            .map_err(|why| anyhow::anyhow!("--egress-selector-config-file {}: {why}", path.display()))?,
    });
    let authentication = read(options.authentication_config.as_deref(), "authentication-config")?;
    let authorization = read(options.authorization_config.as_deref(), "authorization-config")?;
    let authorizer = Authorizer::new(&options, authorization.as_deref(), &egress.controlplane)?;
    let signer = signer(&mut options, (&ending, &shutdown)).await?;
    let authenticator = Authenticator::new(&options, &egress, signer, authentication.as_deref())?;
    let audit = audit(&options, &egress.controlplane)?;
    let admission = admission(&options)?;
    let tracing = match &options.tracing_config {
        None => None,
        Some(path) => Some(
            traces::Settings::read(path)
                .map_err(|why| anyhow::anyhow!("--tracing-config-file {}: {why}", path.display()))?,
        ),
    };

    let mut etcd = etcdapi::Config::new(options.etcd_servers.clone());
    etcd.dial = egress.etcd.dialer();
    etcd.tls = etcdapi::Tls {
        ca: options.etcd_ca.clone(),
        cert: options.etcd_client.as_ref().map(|pair| pair.cert.clone()),
        key: options.etcd_client.as_ref().map(|pair| pair.key.clone()),
        ..etcdapi::Tls::default()
    };
    let encryption = encryption(&options, &shutdown)?;
    let store = open(etcd, &options, (&encryption, &egress), (&ending, &shutdown)).await?;

    let server = Arc::new(Server {
        authorizer,
        authenticator,
        store,
        health: Health::new(),
        ending: ending.clone(),
        shutdown: shutdown.clone(),
        busy: Busy::default(),
        hooks: bootstrap::Hooks::default(),
        tracer: tracing.map(|settings| settings.start(&bootstrap::identity::name(), &egress.controlplane)),
        audit,
        aggregation: Aggregation::default(),
        admission,
        extensions: Extensions::default(),
        flow_control: (options.fairness && options.max_mutating + options.max_reading > 0).then(|| {
            FlowControl::new(options.max_mutating + options.max_reading, options.request_timeout / 4)
        }),
        mutating: turns(options.max_mutating),
        reading: turns(options.max_reading),
        options,
        address,
        run: uuid::Uuid::new_v4(),
        started: zpages::Start::now(),
    });
    crate::strategy::pods::allow_privileged(server.options.allow_privileged);
    bootstrap::health(&server);
    if encryption.has_plugins()
        || (server.options.encryption_reload && server.options.encryption_config.is_some())
    {
        // By the name that upstream gives it where the file may change; one by one it would be
        // kms-provider-0 and so on.
        server.health.add("kms-providers", &component::health::PAGES, Arc::new(move || encryption.health()));
    }
    follow(&server, authentication, authorization)?;
    tokio::spawn(bootstrap::run(server.clone()));
    tokio::spawn(housekeeping::run(server.clone()));
    tokio::spawn(extensions::controller::run(server.clone()));
    tokio::spawn(aggregation::controller::run(server.clone()));
    if server.flow_control.is_some() {
        tokio::spawn(flowcontrol::dangling::run(server.clone()));
    }
    if server.options.plugin("ResourceQuota") {
        tokio::spawn(admission::quota::run(server.clone()));
    }
    tracing::info!(%address, version = component::KUBERNETES_VERSION, "serving");
    let handler = {
        let server = server.clone();
        move |incoming| request::answer(server.clone(), incoming)
    };
    if let Some(path) = server.options.debug_socket.as_deref() {
        debug(path, shutdown.clone())?;
    }
    tokio::spawn(end(server.clone()));
    let rules = &server.options.serving_rules;
    let tuning = Tuning {
        streams: rules.streams.unwrap_or(Tuning::default().streams),
        leave: rules.goaway > 0.0 || rules.send_away,
    };
    let grace = GRACE.max(rules.watch_grace);
    component::serve::serve_tuned(listener, Some(tls), handler, shutdown, grace, tuning).await;
    bootstrap::farewell(&server).await;
    if let Some(audit) = &server.audit {
        audit.drain().await;
    }
    if let Some(tracer) = &server.tracer {
        tracer.drain(Duration::from_secs(5)).await;
    }
    Ok(())
}

/// Once the server was told to end: it goes on for a while, answers what it has begun if others are sent away
/// meanwhile, and ends.
async fn end(server: Arc<Server>) {
    tokio::select! {
        () = server.ending.cancelled() => {}
        () = server.shutdown.cancelled() => return,
    }
    let rules = &server.options.serving_rules;
    tokio::time::sleep(rules.delay).await;
    if rules.send_away {
        let _ = tokio::time::timeout(server.options.request_timeout, server.busy.drain()).await;
    }
    server.shutdown.cancel();
}

/// Serves what tells of the process on a socket, to whoever may open it.
fn debug(path: &Path, shutdown: CancellationToken) -> Result<()> {
    let place = || format!("--debug-socket-path {}", path.display());
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error).with_context(place),
        _ => {}
    }
    let listener = tokio::net::UnixListener::bind(path).with_context(place)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).with_context(place)?;
    let handler = |request: component::http::Request| async move {
        match crate::profiling::answer(request.uri().path()) {
            Some(Ok(page)) => page,
            Some(Err(status)) => crate::request::failure(&status, None),
            None => crate::request::failure(&Status::no_such_path(), None),
        }
    };
    tokio::spawn(component::serve::serve_unix(listener, handler, shutdown));
    Ok(())
}

fn read(path: Option<&Path>, flag: &str) -> Result<Option<Vec<u8>>> {
    let Some(path) = path else { return Ok(None) };
    std::fs::read(path).map(Some).with_context(|| format!("cannot read --{flag} {}", path.display()))
}

/// Follows the files that may change: what is right in them is in force from then on.
fn follow(
    server: &Arc<Server>,
    authentication: Option<Vec<u8>>,
    authorization: Option<Vec<u8>>,
) -> Result<()> {
    type Apply = fn(&Server, &[u8]) -> Result<(), String>;
    type File<'a> = (&'a Option<PathBuf>, Option<Vec<u8>>, Option<Config>, Apply);
    let options = &server.options;
    let authorities: Apply = |server, _| {
        server.authenticator.reload_authorities(&server.options).map_err(|why| format!("{why:#}"))
    };
    let files: [File<'_>; 4] = [
        (&options.authentication_config, authentication, Some(Config::Authentication), |server, text| {
            server.authenticator.replace(&server.options, &server.store.egress, text)
        }),
        (&options.authorization_config, authorization, Some(Config::Authorization), |server, text| {
            server.authorizer.replace(text, &server.store.egress.controlplane)
        }),
        (&options.client_ca, read(options.client_ca.as_deref(), "client-ca-file")?, None, authorities),
        (
            &options.header_ca,
            read(options.header_ca.as_deref(), "requestheader-client-ca-file")?,
            None,
            authorities,
        ),
    ];
    for (path, text, config, apply) in files {
        let (Some(path), Some(text)) = (path.clone(), text) else { continue };
        if let Some(config) = config {
            configs::read(config, &text);
        }
        let weak = Arc::downgrade(server);
        tokio::spawn(reload::follow(path.clone(), text, server.shutdown.clone(), move |text| {
            let Some(server) = weak.upgrade() else { return };
            let outcome = apply(&server, text);
            if let Some(config) = config {
                configs::reloaded(config, text, outcome.is_ok());
            }
            if let Err(why) = outcome {
                tracing::error!(file = %path.display(), why, "the file is wrong; what it said before stays in force");
            }
        }));
    }
    Ok(())
}

/// What the admission plugins are told. Those that can't do without must be told.
fn admission(options: &Options) -> Result<Admission> {
    let settings = match &options.admission_config {
        None => admission::config::Settings::default(),
        Some(path) => admission::config::Settings::read(path)
            .map_err(|why| anyhow::anyhow!("--admission-control-config-file {}: {why}", path.display()))?,
    };
    for (plugin, told) in [
        ("EventRateLimit", settings.event_rates.is_some()),
        ("ImagePolicyWebhook", settings.image_policy.is_some()),
    ] {
        if options.plugin(plugin) && !told {
            anyhow::bail!("the admission plugin {plugin} needs settings: --admission-control-config-file");
        }
    }
    Ok(Admission::new(settings))
}

/// The program that signs service-account tokens, if it is not this one. Without it there are no tokens at all, so that it is
/// waited for, as for etcd.
async fn signer(
    options: &mut Options,
    (ending, shutdown): (&CancellationToken, &CancellationToken),
) -> Result<Option<Arc<Signer>>> {
    let Some(socket) = options.signing_endpoint.clone() else { return Ok(None) };
    tokio::select! {
        started = Signer::start(&socket, options, shutdown) => started.map(Some),
        () = ending.cancelled() => anyhow::bail!("told to end before the signer at {socket} answered"),
    }
}

/// Auditing needs both a policy and a place for what it notes.
fn audit(options: &Options, way: &Way) -> Result<Option<Arc<Audit>>> {
    let Some(path) = &options.audit_policy else { return Ok(None) };
    if options.audit_log.is_none() && options.audit_webhook.is_none() {
        return Ok(None);
    }
    let place = || format!("--audit-policy-file {}", path.display());
    let text = std::fs::read_to_string(path).with_context(place)?;
    let policy = Policy::parse(&text).map_err(anyhow::Error::msg).with_context(place)?;
    let mut backends = Vec::new();
    if let Some(target) = options.audit_log.clone() {
        let place = format!("--audit-log-path {}", target.path.display());
        let batching = target.batching.clone();
        backends.push(Backend::new(batching, Arc::new(Log::open(target).context(place)?)));
    }
    if let Some(settings) = &options.audit_webhook {
        let place = format!("--audit-webhook-config-file {}", settings.kubeconfig.display());
        let webhook = Webhook::new(settings, way).map_err(|why| anyhow::anyhow!("{place}: {why}"))?;
        backends.push(Backend::new(settings.batching.clone(), Arc::new(webhook)));
    }
    Ok(Some(Arc::new(Audit::new(policy, backends))))
}

/// How objects lie in etcd; the file is followed where that is wanted.
fn encryption(options: &Options, shutdown: &CancellationToken) -> Result<Arc<Encryption>> {
    let Some(path) = options.encryption_config.clone() else { return Ok(Arc::default()) };
    let text = storage::encryption::read(&path)?;
    let encryption = Encryption::parse(&text, shutdown)
        .map_err(|why| anyhow::anyhow!("--encryption-provider-config {}: {why}", path.display()))?;
    let encryption = Arc::new(encryption);
    configs::read(Config::Encryption, &text);
    if options.encryption_reload {
        let (followed, end) = (encryption.clone(), shutdown.clone());
        tokio::spawn(reload::follow(path.clone(), text, shutdown.clone(), move |text| {
            let outcome = followed.replace(text, &end);
            configs::reloaded(Config::Encryption, text, outcome.is_ok());
            if let Err(why) = outcome {
                tracing::error!(file = %path.display(), why, "the encryption configuration is wrong; the old one stays in force");
            }
        }));
    }
    Ok(encryption)
}

fn turns(limit: usize) -> Option<Arc<Semaphore>> {
    (limit > 0).then(|| Arc::new(Semaphore::new(limit)))
}

/// Opens the store; etcd may start a moment after us, so that it is tried for a while.
async fn open(
    config: etcdapi::Config,
    options: &Options,
    (encryption, egress): (&Arc<Encryption>, &Arc<Egress>),
    (ending, shutdown): (&CancellationToken, &CancellationToken),
) -> Result<Arc<Store>> {
    let deadline = tokio::time::Instant::now() + options.serving_rules.storage_wait;
    let mut pause = Duration::from_millis(20);
    loop {
        let store = Settings {
            root: &options.etcd_prefix,
            lease_reuse: options.lease_reuse,
            routes_to_endpoints: options.routes_to_endpoints,
            overrides: &options.etcd_overrides,
            egress,
        };
        match Store::open(config.clone(), store, encryption.clone(), shutdown.clone()).await {
            Ok(store) => return Ok(store),
            Err((servers, reason)) if tokio::time::Instant::now() < deadline => {
                tracing::warn!(reason, ?servers, "etcd does not answer yet");
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = ending.cancelled() => anyhow::bail!("told to end before etcd answered"),
                }
                pause = (pause * 2).min(Duration::from_millis(500));
            }
            Err((servers, reason)) => {
                anyhow::bail!(
                    "etcd at {} does not answer: {reason}; check --etcd-servers, --etcd-servers-overrides and the --etcd-*file flags",
                    servers.join(",")
                );
            }
        }
    }
}
