//! `etcd gateway start`: one address in front of a cluster's members. Connections are passed on as
//! they are, TLS included; nothing in them is looked at.

mod remotes;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};
use component::flags::{boolean, parse, parse_duration, value};
use etcdapi::srv::Record;
use etcdapi::{Endpoint, Tls};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use remotes::{Remote, Remotes};

/// How long somebody who does not answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// When `--retry-delay` is 0, as in etcd.
const RETRY: Duration = Duration::from_secs(5 * 60);

/// `gateway`, with its commands and flags.
pub fn command() -> Command {
    let start = Command::new("start")
        .about("Start the gateway")
        .args_override_self(true)
        .arg(value("listen-addr", "127.0.0.1:23790", "Listen address"))
        .arg(value("discovery-srv", "", "DNS domain whose SRV records name the endpoints"))
        .arg(value("discovery-srv-name", "", "Service name to query when using DNS discovery"))
        .arg(boolean("insecure-discovery", false, "Accept endpoints of SRV records without TLS, unverified"))
        .arg(value("trusted-ca-file", "", "CA that the discovered endpoints' certificates are verified with"))
        .arg(
            Arg::new("endpoints")
                .long("endpoints")
                .help("Comma separated etcd cluster endpoints")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .default_value("127.0.0.1:2379"),
        )
        .arg(
            value("retry-delay", "1m0s", "How long an endpoint that failed is left alone")
                .value_parser(parse_duration),
        );
    Command::new("gateway")
        .about("A TCP proxy in front of the members of a cluster")
        .subcommand_required(true)
        .subcommand(start)
}

/// Runs it; `args` begin with the program's name and `gateway`.
pub fn run(args: &[OsString]) -> ExitCode {
    let mut named = vec![OsString::from("etcd gateway")];
    named.extend(args.iter().skip(2).cloned());
    let matches = match parse(command().bin_name("etcd gateway"), named) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    let Some(("start", matches)) = matches.subcommand() else { return ExitCode::from(1) };
    component::logging::init(0);
    component::tls::install_crypto();
    let ran = component::runtime::block_on(crate::THREADS, async {
        let shutdown = component::signals::shutdown()?;
        start(matches, shutdown).await
    });
    match ran.map_err(anyhow::Error::from).and_then(|ran| ran) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("etcd gateway: {error:#}");
            ExitCode::from(1)
        }
    }
}

async fn start(matches: &ArgMatches, shutdown: CancellationToken) -> Result<()> {
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let mut remotes = Vec::new();
    let domain = text("discovery-srv");
    if !domain.is_empty() {
        let ca = Some(text("trusted-ca-file")).filter(|path| !path.is_empty()).map(PathBuf::from);
        let insecure = matches.get_one("insecure-discovery").copied().unwrap_or(false);
        let resolve = async |name: String| etcdapi::srv::resolve(&name).await;
        remotes = discovered(&domain, &text("discovery-srv-name"), ca, insecure, resolve).await?;
    }
    if remotes.is_empty() {
        for endpoint in matches.get_many::<String>("endpoints").into_iter().flatten() {
            remotes.push(Remote::parse(endpoint).map_err(anyhow::Error::msg)?);
        }
    }
    let address = text("listen-addr");
    not_itself(&address, &remotes).await?;
    let listener = TcpListener::bind(&address)
        .await
        .with_context(|| format!("--listen-addr: cannot listen on {address}"))?;
    let retry = matches.get_one("retry-delay").copied().filter(|delay: &Duration| !delay.is_zero());
    serve(listener, remotes, retry.unwrap_or(RETRY), shutdown).await
}

/// The endpoints of a domain. Unless `insecure`, only those of its TLS service that answer count, and
/// with a CA only those that show a certificate of the domain.
async fn discovered(
    domain: &str,
    service: &str,
    ca: Option<PathBuf>,
    insecure: bool,
    resolve: impl AsyncFn(String) -> Result<Vec<Record>, String>,
) -> Result<Vec<Remote>> {
    let suffix = if service.is_empty() { String::new() } else { format!("-{service}") };
    let (mut found, mut records, mut why) = (Vec::new(), 0, String::new());
    for (name, secure) in [("etcd-client-ssl", true), ("etcd-client", false)] {
        let answer = match resolve(format!("_{name}{suffix}._tcp.{domain}.")).await {
            Ok(answer) => answer,
            Err(error) => {
                why = error;
                continue;
            }
        };
        records += answer.len();
        for Record { target, port, priority, weight } in answer {
            let remote = Remote { host: target, port, priority, weight };
            if !insecure {
                if !secure {
                    tracing::warn!(endpoint = %remote, "left out: its SRV record is not of the TLS service");
                    continue;
                }
                let endpoint = Endpoint::Tcp { host: remote.host.clone(), port, tls: ca.is_some() };
                let tls = Tls { ca: ca.clone(), server_name: Some(domain.into()), ..Tls::default() };
                if let Err(error) = etcdapi::reachable(endpoint, tls, PATIENCE).await {
                    tracing::warn!(endpoint = %remote, %error, "left out: it can't be verified");
                    continue;
                }
            }
            found.push(remote);
        }
    }
    if records == 0 {
        bail!("--discovery-srv {domain}: no SRV record names an endpoint: {why}");
    }
    Ok(found)
}

/// A gateway that is its own endpoint would connect to itself for ever.
async fn not_itself(address: &str, remotes: &[Remote]) -> Result<()> {
    let own: Vec<_> = tokio::net::lookup_host(address)
        .await
        .with_context(|| format!("--listen-addr: failed to resolve {address:?}"))?
        .collect();
    for remote in remotes {
        let found = tokio::net::lookup_host((remote.host.as_str(), remote.port)).await;
        let mut found = found.with_context(|| format!("failed to resolve endpoint host {}", remote.host))?;
        if found.any(|address| own.contains(&address)) {
            bail!("SRV or endpoint {remote} should not resolve to the gateway listen addr ({address})");
        }
    }
    Ok(())
}

type Shared = Arc<Mutex<Remotes>>;

fn lock(remotes: &Shared) -> MutexGuard<'_, Remotes> {
    remotes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes connections on until told to stop.
async fn serve(
    listener: TcpListener,
    remotes: Vec<Remote>,
    retry: Duration,
    shutdown: CancellationToken,
) -> Result<()> {
    let endpoints: Vec<String> = remotes.iter().map(ToString::to_string).collect();
    tracing::info!(?endpoints, address = %listener.local_addr()?, "ready to proxy client requests");
    let remotes: Shared = Arc::new(Mutex::new(Remotes::new(remotes)));
    let watched = tokio::spawn(try_again(remotes.clone(), retry));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        match accepted {
            Ok((client, _)) => {
                tokio::spawn(pass_on(client, remotes.clone(), retry));
            }
            Err(error) => {
                // Too many files are open, most likely: connections that end make room.
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    watched.abort();
    Ok(())
}

async fn connect(remote: &Remote) -> std::io::Result<TcpStream> {
    let connecting = TcpStream::connect((remote.host.as_str(), remote.port));
    let stream = tokio::time::timeout(PATIENCE, connecting).await??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Carries one connection to whoever answers; with nobody it ends at once.
async fn pass_on(mut client: TcpStream, remotes: Shared, retry: Duration) {
    let mut server = loop {
        let picked = {
            let mut remotes = lock(&remotes);
            let picked = remotes.pick(|below| rand::random_range(0..below));
            picked.map(|at| (at, remotes.get(at).clone()))
        };
        let Some((at, remote)) = picked else { return };
        match connect(&remote).await {
            Ok(server) => break server,
            Err(error) => {
                if lock(&remotes).set(at, false) {
                    tracing::warn!(endpoint = %remote, ?retry, %error, "deactivated endpoint");
                }
            }
        }
    };
    let _ = client.set_nodelay(true);
    // Either end may go at any time: that is theirs to judge.
    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}

/// Sees now and then whether those that did not answer do.
async fn try_again(remotes: Shared, delay: Duration) {
    loop {
        tokio::time::sleep(delay).await;
        let inactive = lock(&remotes).inactive();
        for at in inactive {
            let remote = lock(&remotes).get(at).clone();
            match connect(&remote).await {
                Ok(_) => {
                    lock(&remotes).set(at, true);
                    tracing::info!(endpoint = %remote, "activated");
                }
                Err(error) => {
                    tracing::warn!(endpoint = %remote, ?delay, %error, "endpoint stays inactive");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(target: &str, port: u16) -> Record {
        Record { priority: 1, weight: 2, target: target.into(), port }
    }

    #[tokio::test]
    async fn records_of_a_domain_are_verified_unless_told_otherwise() {
        component::tls::install_crypto();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let port = listener.local_addr().expect("an address").port();
        let resolve = async |name: String| match name.as_str() {
            "_etcd-client-ssl-blue._tcp.example.org." => Ok(vec![record("127.0.0.1", port)]),
            "_etcd-client-blue._tcp.example.org." => Ok(vec![record("127.0.0.2", 1)]),
            _ => Err("no such name".to_string()),
        };
        let find = async |service: &str, ca: Option<PathBuf>, insecure| {
            let found = discovered("example.org", service, ca, insecure, resolve).await;
            found.map(|found| found.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let secure = format!("127.0.0.1:{port}");
        let all = find("blue", None, true).await.expect("finds");
        assert_eq!(all, [secure.clone(), "127.0.0.2:1".into()]);
        assert_eq!(find("blue", None, false).await.expect("finds"), [secure]);
        let error = find("red", None, false).await.expect_err("finds none").to_string();
        assert!(error.contains("example.org") && error.contains("no such name"), "{error}");
        // A CA that can't be read verifies nothing.
        drop(listener);
        assert!(find("blue", Some("/none".into()), false).await.expect("asks").is_empty());
    }

    #[tokio::test]
    async fn a_gateway_is_not_its_own_endpoint() {
        let remotes = [Remote::parse("localhost:2379").expect("an address")];
        assert!(not_itself("127.0.0.1:2380", &remotes).await.is_ok());
        let error = not_itself("127.0.0.1:2379", &remotes).await.expect_err("refuses").to_string();
        assert!(error.contains("gateway listen addr"), "{error}");
        assert!(not_itself("nowhere", &remotes).await.is_err());
    }
}
