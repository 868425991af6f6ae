//! `kube-dns`: names for Services and pods, and forwarding for the rest.
//!
//! Informers keep Services, EndpointSlices and namespaces; a question is answered from their
//! stores ([`zone`]) or asked of an upstream server ([`forward`]).

pub mod forward;
pub mod index;
pub mod server;
pub mod views;
pub mod zone;

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::{Arg, ArgMatches};
use client::{Client, Informer, ListParams};
use component::flags;
use component::http::{Body, Request, text, typed};
use http::{Response, StatusCode};
use tokio::net::TcpListener;

use crate::forward::Forwarder;
use crate::index::Cluster;
use crate::server::Server;
use crate::zone::Zone;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("kube-dns")
        .about("Cluster DNS")
        .arg(flags::value("cluster-domain", "cluster.local", "the domain that Services and pods are in"))
        .arg(flags::value(
            "listen",
            "0.0.0.0:53",
            "where questions are answered, UDP and TCP; several after commas",
        ))
        .arg(
            Arg::new("kubeconfig")
                .long("kubeconfig")
                .help("how to reach the API server; the pod's service account when missing"),
        )
        .arg(
            Arg::new("upstream")
                .long("upstream")
                .help("servers for all other names, after commas; those of /etc/resolv.conf when missing"),
        )
        .arg(flags::value("health-address", "0.0.0.0:8080", "where /health is served; empty for nowhere"))
        .arg(flags::value("ready-address", "0.0.0.0:8181", "where /ready is served; empty for nowhere"))
        .arg(flags::value("metrics-address", "0.0.0.0:9153", "where /metrics is served; empty for nowhere"))
        .arg(flags::verbosity())
}

/// Runs the program; `args` begin with its name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    let matches = match flags::parse(command(), args) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    component::logging::init(matches.get_one::<u8>("v").copied().unwrap_or_default());
    component::tls::install_crypto();
    let result = component::runtime::block_on(1, serve(&matches))
        .map_err(anyhow::Error::from)
        .and_then(|result| result);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kube-dns: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn upstreams(text: Option<&String>) -> Result<Vec<SocketAddr>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
        return Ok(forward::servers_in(&text));
    };
    text.split(',')
        .map(str::trim)
        .map(|text| {
            text.parse::<SocketAddr>()
                .or_else(|_| text.parse::<IpAddr>().map(|ip| (ip, 53).into()))
                .map_err(|_| anyhow!("--upstream: {text:?} is not an address; write it like 192.0.2.1:53"))
        })
        .collect()
}

async fn serve(matches: &ArgMatches) -> Result<()> {
    let shutdown = component::signals::shutdown()?;
    let text_of = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let zone = Zone::new(&text_of("cluster-domain")).map_err(|error| anyhow!("--cluster-domain: {error}"))?;
    let upstreams = upstreams(matches.get_one::<String>("upstream"))?;
    if upstreams.is_empty() {
        tracing::warn!("no upstream server: names outside {} can't be resolved", zone.name());
    }
    let kubeconfig = matches.get_one::<String>("kubeconfig").map(PathBuf::from);
    let client = Client::new(client::Config::from_flags(kubeconfig.as_deref())?)?;
    let params = ListParams::default;
    let cluster = Cluster::new(
        Informer::start(client.clone(), "/api/v1/services", params(), shutdown.clone()),
        Informer::start(
            client.clone(),
            "/apis/discovery.k8s.io/v1/endpointslices",
            params(),
            shutdown.clone(),
        ),
        Informer::start(client, "/api/v1/namespaces", params(), shutdown.clone()),
    );
    for (flag, kind) in
        [("health-address", Page::Health), ("ready-address", Page::Ready), ("metrics-address", Page::Metrics)]
    {
        let address = text_of(flag);
        if address.is_empty() {
            continue;
        }
        let address: SocketAddr =
            address.parse().map_err(|_| anyhow!("--{flag}: {address:?} is not an address and port"))?;
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address} (--{flag})"))?;
        let cluster = cluster.clone();
        tokio::spawn(component::serve::serve(
            listener,
            None,
            move |request| answer(request, kind, cluster.clone()),
            shutdown.clone(),
            Duration::from_secs(1),
        ));
    }
    let server = Server::new(zone, cluster, Forwarder::new(upstreams));
    for address in text_of("listen").split(',').filter(|text| !text.is_empty()) {
        let address: SocketAddr = address
            .trim()
            .parse()
            .map_err(|_| anyhow!("--listen: {address:?} is not an address and port"))?;
        server.listen(address, shutdown.clone()).await?;
        tracing::info!(%address, "answering");
    }
    shutdown.cancelled().await;
    Ok(())
}

#[derive(Clone, Copy)]
enum Page {
    Health,
    Ready,
    Metrics,
}

async fn answer(request: Request, page: Page, cluster: Cluster) -> Response<Body> {
    match (page, request.uri().path()) {
        (Page::Health, "/health") => text(StatusCode::OK, "OK"),
        (Page::Ready, "/ready") if cluster.is_synced() => text(StatusCode::OK, "OK"),
        (Page::Ready, "/ready") => text(StatusCode::SERVICE_UNAVAILABLE, "kubernetes"),
        (Page::Metrics, "/metrics") => typed(
            StatusCode::OK,
            "text/plain; version=0.0.4",
            component::metrics::render(&[&server::REQUESTS, &server::FORWARDED, &server::MALFORMED]),
        ),
        _ => text(StatusCode::NOT_FOUND, "404 page not found\n"),
    }
}
