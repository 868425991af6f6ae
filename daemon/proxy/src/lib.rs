//! `kube-proxy`: Services in nftables.
//!
//! Informers follow Services and EndpointSlices; each change is planned for its Service alone
//! ([`plan`]) and written as one transaction that says what changed ([`table`]). Nothing runs
//! between changes.

pub mod config;
pub mod plan;
pub mod stale;
pub mod table;
pub mod views;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use client::informer::Event;
use client::{Client, Informer, Key, ListParams};
use component::flags;
use component::http::{Body, Request, text, typed};
use component::metrics::{Counter, Gauge, Histogram};
use http::{Response, StatusCode};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::plan::{Settings, plan};
use crate::table::{Base, Both, FAMILIES, Table};
use crate::views::{EndpointSlice, Service};

static SYNCS: Counter =
    Counter::new("kubeproxy_sync_proxy_rules_total", "Transactions written to the kernel.");
static FAILURES: Counter = Counter::new(
    "kubeproxy_sync_proxy_rules_nftables_sync_failures_total",
    "Transactions that the kernel refused.",
);
static SERVICES: Gauge = Gauge::new("kubeproxy_sync_proxy_rules_services", "Services in the nftables table.");
static LATENCY: Histogram<10> = Histogram::new(
    "kubeproxy_sync_proxy_rules_duration_seconds",
    "Time from the first change of a batch to the end of its transaction.",
    [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.064, 0.256, 1.0, 4.0],
);

/// When the table was in step last, in milliseconds since 1970; 0 for never.
static LAST_SYNC: AtomicI64 = AtomicI64::new(0);
/// Whether it is in step.
static HEALTHY: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// The program's flags.
pub fn command() -> clap::Command {
    config::command()
}

/// Runs the program; `args` begin with its name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    let matches = match flags::parse(command(), args) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    component::logging::init(matches.get_one::<u8>("v").copied().unwrap_or_default());
    component::tls::install_crypto();
    let result = if matches.get_one::<bool>("cleanup") == Some(&true) {
        table::cleanup().context("cannot remove the nftables table")
    } else {
        Config::load(&matches).and_then(|config| {
            component::runtime::block_on(1, serve(config))
                .map_err(anyhow::Error::from)
                .and_then(|result| result)
        })
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kube-proxy: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn prepare_kernel(config: &Config) {
    if let Err(error) = std::fs::write("/proc/self/oom_score_adj", config.oom_score_adj.to_string()) {
        tracing::info!(%error, score = config.oom_score_adj, "cannot set the proxy's oom_score_adj; going on");
    }
    for (path, value) in &config.sysctls {
        let current = std::fs::read_to_string(path).unwrap_or_default();
        // Somebody may have given the machine more than we ask for.
        let enough = path.ends_with("_max")
            && matches!((current.trim().parse::<i64>(), value.parse::<i64>()), (Ok(is), Ok(want)) if is >= want);
        if current.trim() != value
            && !enough
            && let Err(error) = std::fs::write(path, value)
        {
            tracing::warn!(%error, path, value, "cannot set a connection tracking parameter; going on");
        }
    }
}

async fn serve(config: Config) -> Result<()> {
    let shutdown = component::signals::shutdown()?;
    prepare_kernel(&config);
    let mut access = client::Config::from_flags(config.kubeconfig.as_deref())?;
    if !config.master.is_empty() {
        access.server.clone_from(&config.master);
    }
    let client = Client::new(access)?;
    for (address, what) in [(config.healthz, "healthz"), (config.metrics, "metrics")] {
        let Some(address) = address else { continue };
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address} for {what}"))?;
        let grace = Duration::from_secs(1);
        tokio::spawn(component::serve::serve(listener, None, answer, shutdown.clone(), grace));
    }
    let services: Informer<Service> =
        Informer::start(client.clone(), "/api/v1/services", ListParams::default(), shutdown.clone());
    let slices: Informer<EndpointSlice> = Informer::start(
        client,
        "/apis/discovery.k8s.io/v1/endpointslices",
        ListParams::labels("!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name"),
        shutdown.clone(),
    );
    let settings = Settings {
        node: config.node.clone(),
        cluster_cidrs: config.cluster_cidrs.clone(),
        masquerade_all: config.masquerade_all,
    };
    let base = Base { mark: config.mark, node_port_networks: config.node_port_networks.clone() };
    follow(services, slices, settings, Table::new(base)?, config.sync_period, shutdown).await
}

/// Keeps the table in step until `shutdown`. The table stays: connections outlive the proxy.
pub async fn follow(
    services: Informer<Service>,
    slices: Informer<EndpointSlice>,
    settings: Settings,
    mut table: Table,
    period: Duration,
    shutdown: CancellationToken,
) -> Result<()> {
    let mut service_events = services.subscribe();
    let mut slice_events = slices.subscribe();
    let synced = async { services.wait_synced().await && slices.wait_synced().await };
    tokio::select! {
        synced = synced => if !synced { return Ok(()) },
        () = shutdown.cancelled() => return Ok(()),
    }
    // Which slices belong to which Service, so that a change costs what changed.
    let mut by_service: HashMap<Key, BTreeMap<Key, Arc<EndpointSlice>>> = HashMap::new();
    for slice in slices.store().list() {
        if let Some(service) = slice.service() {
            by_service.entry(service).or_default().insert(slice.metadata.key(), slice);
        }
    }
    let mut retry = Duration::from_millis(100);
    let mut rebuild = true;
    let mut look = tokio::time::interval(period);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    look.tick().await;
    let mut dirty: BTreeSet<Key> = BTreeSet::new();
    loop {
        let began = Instant::now();
        let wanted =
            |key: &Key, by_service: &HashMap<Key, BTreeMap<Key, Arc<EndpointSlice>>>| -> Option<Both> {
                let service = services.store().get(key).filter(|service| service.is_proxied())?;
                let own: Vec<_> =
                    by_service.get(key).map(|own| own.values().cloned().collect()).unwrap_or_default();
                Some(FAMILIES.map(|family| plan(&service, &own, &settings, family)))
            };
        let udp: Vec<stale::Served> = dirty
            .iter()
            .filter_map(|key| Some((services.store().get(key).filter(|service| service.is_proxied())?, key)))
            .flat_map(|(service, key)| {
                let own = by_service.get(key).map(|own| own.values().cloned().collect::<Vec<_>>());
                stale::served(&service, &own.unwrap_or_default())
            })
            .collect();
        let outcome = if rebuild {
            let all = services.store().list();
            let all = all.iter().map(|service| service.metadata.key());
            table.rebuild(all.filter_map(|key| Some((key.clone(), wanted(&key, &by_service)?))).collect())
        } else {
            let changes = dirty.iter().map(|key| (key.clone(), wanted(key, &by_service))).collect();
            table.update(changes)
        };
        dirty.clear();
        SYNCS.inc();
        match outcome {
            Ok(()) => {
                rebuild = table.needs_rebuild();
                retry = Duration::from_millis(100);
                LATENCY.observe(began.elapsed());
                SERVICES.set(table.len() as i64);
                match stale::forget(&udp) {
                    Ok(0) => {}
                    Ok(count) => tracing::debug!(count, "forgot UDP connections to endpoints that are gone"),
                    Err(error) => {
                        tracing::warn!(%error, "cannot forget UDP connections; they end by themselves")
                    }
                }
                HEALTHY.store(true, Ordering::Relaxed);
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                LAST_SYNC.store(now.as_millis() as i64, Ordering::Relaxed);
                if rebuild {
                    continue;
                }
            }
            Err(error) => {
                FAILURES.inc();
                HEALTHY.store(false, Ordering::Relaxed);
                tracing::error!(%error, "cannot write the nftables rules; making the table anew");
                rebuild = true;
                tokio::select! {
                    () = tokio::time::sleep(retry) => {}
                    () = shutdown.cancelled() => return Ok(()),
                }
                retry = (retry * 2).min(Duration::from_secs(30));
                continue;
            }
        }
        // Wait for the first change, then take what else is there.
        while dirty.is_empty() && !rebuild {
            tokio::select! {
                event = service_events.recv() => match event {
                    Some(event) => _ = dirty.insert(event.object().metadata.key()),
                    None => return Ok(()),
                },
                event = slice_events.recv() => match event {
                    Some(event) => note(&mut by_service, &mut dirty, event),
                    None => return Ok(()),
                },
                _ = look.tick() => rebuild = table.is_missing().unwrap_or(true),
                () = shutdown.cancelled() => return Ok(()),
            }
        }
        while let Ok(event) = service_events.try_recv() {
            dirty.insert(event.object().metadata.key());
        }
        while let Ok(event) = slice_events.try_recv() {
            note(&mut by_service, &mut dirty, event);
        }
    }
}

fn note(
    by_service: &mut HashMap<Key, BTreeMap<Key, Arc<EndpointSlice>>>,
    dirty: &mut BTreeSet<Key>,
    event: Event<EndpointSlice>,
) {
    let (gone, come) = match event {
        Event::Added(new) => (None, Some(new)),
        Event::Modified { old, new } => (Some(old), Some(new)),
        Event::Deleted(old) => (Some(old), None),
    };
    if let Some(slice) = gone
        && let Some(service) = slice.service()
    {
        if let Some(own) = by_service.get_mut(&service) {
            own.remove(&slice.metadata.key());
            if own.is_empty() {
                by_service.remove(&service);
            }
        }
        dirty.insert(service);
    }
    if let Some(slice) = come
        && let Some(service) = slice.service()
    {
        by_service.entry(service.clone()).or_default().insert(slice.metadata.key(), slice);
        dirty.insert(service);
    }
}

async fn answer(request: Request) -> Response<Body> {
    match request.uri().path() {
        "/healthz" | "/livez" => {
            let healthy = HEALTHY.load(Ordering::Relaxed);
            let stamp = |millis: i64| {
                // RFC 3339 without a calendar library: the age says as much.
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as i64;
                (now - millis).max(0)
            };
            let age = stamp(LAST_SYNC.load(Ordering::Relaxed));
            let body = format!("{{\"healthy\":{healthy},\"millisecondsSinceLastUpdate\":{age}}}\n");
            let status = if healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            typed(status, "application/json", body)
        }
        "/proxyMode" => text(StatusCode::OK, "nftables"),
        "/metrics" => typed(
            StatusCode::OK,
            "text/plain; version=0.0.4",
            component::metrics::render(&[&SYNCS, &FAILURES, &SERVICES, &LATENCY]),
        ),
        _ => text(StatusCode::NOT_FOUND, "404 page not found\n"),
    }
}
