//! etcd's flags and environment, and the validated configuration they make.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use component::flags::{boolean, parse_duration, value};
use tracing::level_filters::LevelFilter;

use crate::auth::token::TokenConfig;
use crate::compactor::AutoCompaction;

/// etcd's default quota.
const QUOTA: u64 = 2 << 30;

/// Flags with a value: name, default, help.
const VALUES: &[(&str, &str, &str)] = &[
    (
        "config-file",
        "",
        "Path to the server configuration file; other flags and variables then count no more",
    ),
    ("name", "default", "Human-readable name for this member"),
    ("data-dir", "", "Path to the data directory [default: <name>.etcd]"),
    ("wal-dir", "", "Path to the dedicated wal directory [default: <data-dir>/member/wal]"),
    ("snapshot-count", "10000", "Number of committed transactions to trigger a snapshot to disk"),
    (
        "snapshot-catchup-entries",
        "5000",
        "Number of entries for a slow follower to catch up after a snapshot",
    ),
    ("listen-peer-urls", "http://localhost:2380", "List of URLs to listen on for peer traffic"),
    ("listen-client-urls", "http://localhost:2379", "List of URLs to listen on for client traffic"),
    ("listen-metrics-urls", "", "List of URLs to listen on for the metrics and health endpoints"),
    ("quota-backend-bytes", "0", "Raise alarms when backend size exceeds the given quota; 0 means 2 GiB"),
    ("max-txn-ops", "128", "Maximum number of operations permitted in a transaction"),
    ("max-request-bytes", "1572864", "Maximum client request size in bytes the server will accept"),
    ("heartbeat-interval", "100", "Time in milliseconds of a heartbeat interval (for clusters)"),
    ("election-timeout", "1000", "Time in milliseconds for an election to timeout (for clusters)"),
    ("initial-advertise-peer-urls", "http://localhost:2380", "List of this member's peer URLs"),
    ("initial-cluster", "", "Initial cluster configuration [default: <name>=<initial-advertise-peer-urls>]"),
    ("initial-cluster-state", "new", "Initial cluster state ('new' or 'existing')"),
    ("initial-cluster-token", "etcd-cluster", "Initial cluster token for the cluster during bootstrap"),
    ("advertise-client-urls", "http://localhost:2379", "List of this member's client URLs to advertise"),
    ("auto-compaction-mode", "periodic", "Interpret auto-compaction-retention as 'periodic' or 'revision'"),
    ("auto-compaction-retention", "0", "Auto compaction retention length; 0 disables auto compaction"),
    ("cert-file", "", "Path to the client server TLS cert file"),
    ("key-file", "", "Path to the client server TLS key file"),
    ("trusted-ca-file", "", "Path to the client server TLS trusted CA cert file"),
    ("peer-cert-file", "", "Path to the peer server TLS cert file"),
    ("peer-key-file", "", "Path to the peer server TLS key file"),
    (
        "max-learners",
        "1",
        "Sets the maximum number of learners that can be available in the cluster membership",
    ),
    ("peer-trusted-ca-file", "", "Path to the peer server TLS trusted CA file"),
    ("watch-progress-notify-interval", "10m", "Duration of periodic watch progress notifications"),
    ("feature-gates", "", "Comma-separated feature=true|false pairs"),
    ("corrupt-check-time", "0s", "Duration of time between cluster corruption check passes"),
    ("auth-token", "simple", "Auth token type: 'simple', or 'jwt,sign-method=…,pub-key=…,priv-key=…,ttl=…'"),
    ("auth-token-ttl", "300", "Seconds after which an unused simple token ends"),
    ("bcrypt-cost", "10", "The cost of hashing an auth password (4 to 31)"),
    ("logger", "zap", "Specify 'zap' for structured logging"),
    ("log-outputs", "default", "'default' or 'stderr': logs go to standard error"),
    ("log-level", "info", "Configures log level: debug, info, warn, error, panic or fatal"),
];

/// Flags that are true or false: name, default, help.
const BOOLEANS: &[(&str, bool, &str)] = &[
    ("client-cert-auth", false, "Enable client cert authentication"),
    ("peer-client-cert-auth", false, "Enable peer client cert authentication"),
    ("enable-grpc-gateway", true, "Answer JSON requests, which become gRPC calls"),
    ("strict-reconfig-check", true, "Reject reconfiguration requests that would cause quorum loss"),
    ("force-new-cluster", false, "Go on as a cluster of one with the data that this member has"),
    ("pre-vote", true, "Enable to run an additional Raft election phase"),
    ("experimental-initial-corrupt-check", false, "Deprecated; the feature gate InitialCorruptCheck"),
];

/// Flags of upstream's etcd that are not built. As flags they are unknown; as variables they
/// would go unnoticed.
const ABSENT: &[&str] = &[
    "auto-tls",
    "backend-batch-interval",
    "backend-batch-limit",
    "backend-bbolt-freelist-type",
    "bootstrap-defrag-threshold-megabytes",
    "cipher-suites",
    "client-cert-allowed-hostname",
    "client-cert-file",
    "client-crl-file",
    "client-key-file",
    "compact-hash-check-time",
    "compaction-batch-limit",
    "compaction-sleep-interval",
    "cors",
    "discovery",
    "discovery-srv",
    "discovery-token",
    "discovery-endpoints",
    "distributed-tracing-address",
    "downgrade-check-time",
    "enable-distributed-tracing",
    "enable-pprof",
    "grpc-keepalive-interval",
    "grpc-keepalive-min-time",
    "grpc-keepalive-timeout",
    "host-whitelist",
    "initial-election-tick-advance",
    "listen-client-http-urls",
    "local-address",
    "log-format",
    "log-rotation-config-json",
    "max-concurrent-streams",
    "max-snapshots",
    "max-wals",
    "memory-mlock",
    "metrics",
    "peer-auto-tls",
    "peer-cert-allowed-cn",
    "peer-cert-allowed-hostname",
    "peer-client-cert-file",
    "peer-client-key-file",
    "peer-crl-file",
    "peer-skip-client-san-verification",
    "self-signed-cert-validity",
    "socket-reuse-address",
    "socket-reuse-port",
    "tls-max-version",
    "tls-min-version",
    "unsafe-no-fsync",
    "warning-apply-duration",
    "warning-unary-request-duration",
];

fn variable(flag: &str) -> String {
    format!("ETCD_{}", flag.replace('-', "_").to_uppercase())
}

/// What is wrong with the environment: variables of flags that are not built.
pub fn environment(variables: impl Iterator<Item = String>) -> Vec<String> {
    let absent: Vec<String> = ABSENT.iter().map(|flag| variable(flag)).collect();
    let experimental = |name: &str| {
        name.starts_with("ETCD_EXPERIMENTAL_")
            && ![
                "ETCD_EXPERIMENTAL_INITIAL_CORRUPT_CHECK",
                "ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL",
            ]
            .contains(&name)
    };
    variables
        .filter(|name| absent.contains(name) || experimental(name))
        .map(|name| format!("the environment sets {name}: that flag is not built yet"))
        .collect()
}

/// What is wrong with the arguments: flags of upstream's etcd that are not built.
pub fn absent(args: &[std::ffi::OsString]) -> Vec<String> {
    let flags = args.iter().skip(1).filter_map(|arg| {
        let flag = arg.to_str()?.strip_prefix('-')?;
        let flag = flag.trim_start_matches('-').split('=').next()?;
        ABSENT.contains(&flag).then_some(flag)
    });
    let message = |flag: &str| match flag {
        "discovery" | "discovery-srv" | "discovery-token" | "discovery-endpoints" => format!(
            "--{flag}: members do not look for each other in a discovery service here; name them all with \
             --initial-cluster, or start one and let the others join it with `ectl member add`"
        ),
        _ => format!("--{flag}: this flag of etcd is not built yet"),
    };
    flags.map(message).collect()
}

/// The program's flags, for settings from a file.
pub fn without_environment() -> Command {
    command().mut_args(|arg| arg.env(None::<&str>))
}

/// The program's flags.
pub fn command() -> Command {
    let environment = variable;
    let mut command =
        Command::new("etcd").about("The etcd v3 key-value store").version(component::ETCD_VERSION).arg(
            Arg::new("experimental-watch-progress-notify-interval")
                .long("experimental-watch-progress-notify-interval")
                .help("Deprecated; --watch-progress-notify-interval")
                .env("ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL")
                .hide_env(true),
        );
    for (name, default, help) in VALUES {
        command = command.arg(value(name, default, help).env(environment(name)).hide_env(true));
    }
    for (name, default, help) in BOOLEANS {
        command = command.arg(boolean(name, *default, help).env(environment(name)).hide_env(true));
    }
    command.after_help(
        "Every flag can be given as an environment variable too: --max-txn-ops is ETCD_MAX_TXN_OPS.",
    )
}

/// A URL to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenUrl {
    /// Host and port, with TLS or without.
    Tcp { host: String, port: u16, tls: bool },
    /// A unix socket.
    Unix(PathBuf),
}

/// What the member is to do.
#[derive(Clone, Debug)]
pub struct Config {
    pub name: String,
    pub data_dir: PathBuf,
    pub wal_dir: PathBuf,
    pub listen_client: Vec<ListenUrl>,
    pub listen_metrics: Vec<ListenUrl>,
    pub advertise_client: Vec<String>,
    pub advertise_peer: Vec<String>,
    pub token: String,
    pub listen_peer: Vec<ListenUrl>,
    /// Whether the operator said where to listen for other members.
    pub listen_peer_given: bool,
    /// The members of a new cluster, or where to find those of an existing one: names and URLs.
    pub cluster: Vec<(String, Vec<String>)>,
    /// Whether the member joins a cluster that is there.
    pub existing: bool,
    pub peer_cert: Option<(PathBuf, PathBuf)>,
    pub peer_ca: Option<PathBuf>,
    pub peer_cert_auth: bool,
    pub heartbeat: Duration,
    pub election: Duration,
    pub pre_vote: bool,
    /// Whether the member goes on alone.
    pub force_new: bool,
    pub cert: Option<(PathBuf, PathBuf)>,
    pub trusted_ca: Option<PathBuf>,
    pub client_cert_auth: bool,
    pub compaction: Option<AutoCompaction>,
    pub tokens: TokenConfig,
    /// Whether a member compares itself with the others before it serves anybody.
    pub initial_corrupt_check: bool,
    /// How often the leader compares all members.
    pub corrupt_check: Option<Duration>,
    /// Entries after which the backend is written; only when the flag was given.
    pub snapshot_count: Option<u64>,
    pub limits: crate::node::Limits,
    pub log_level: LevelFilter,
}

/// Go's flag package takes `-name` as well as `--name`.
pub fn go_style(args: Vec<std::ffi::OsString>) -> Vec<std::ffi::OsString> {
    args.into_iter()
        .enumerate()
        .map(|(at, arg)| match arg.to_str() {
            Some(text) if at > 0 && text.len() > 2 && text.starts_with('-') && !text.starts_with("--") => {
                format!("-{text}").into()
            }
            _ => arg,
        })
        .collect()
}

impl Config {
    /// Checks the flags; reports every mistake at once.
    ///
    /// # Errors
    /// Fails with one message a mistake.
    pub fn new(matches: &ArgMatches) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
        let given =
            |name: &str| !matches!(matches.value_source(name), None | Some(ValueSource::DefaultValue));
        let path = |name: &str| Some(text(name)).filter(|path| !path.is_empty()).map(PathBuf::from);
        let flag = |name: &str| matches.get_one::<bool>(name).copied().unwrap_or_default();
        let mut number = |name: &str, min: u64| match text(name).parse::<u64>() {
            Ok(number) if number >= min => number,
            _ => {
                wrong.push(format!("--{name} {:?} is not a number from {min} up", text(name)));
                min
            }
        };
        let quota = match text("quota-backend-bytes").parse::<i64>() {
            // A negative quota means none.
            Ok(quota) if quota < 0 => 0,
            _ => Some(number("quota-backend-bytes", 0)).filter(|quota| *quota > 0).unwrap_or(QUOTA),
        };
        let max_txn_ops = number("max-txn-ops", 1);
        let max_request_bytes = number("max-request-bytes", 1);
        let snapshot_count = number("snapshot-count", 1);
        let catchup_entries = number("snapshot-catchup-entries", 1);
        let max_learners = number("max-learners", 1);
        let token_ttl = number("auth-token-ttl", 1);
        let bcrypt_cost = number("bcrypt-cost", 4).min(31);
        let (heartbeat, election) = (number("heartbeat-interval", 1), number("election-timeout", 1));
        if election < 5 * heartbeat {
            wrong.push(format!(
                "--election-timeout[{election}ms] should be at least as 5 times as --heartbeat-interval[{heartbeat}ms]"
            ));
        }
        let mut urls = |name: &str| -> Vec<(String, ListenUrl)> {
            text(name)
                .split(',')
                .map(str::trim)
                .filter(|url| !url.is_empty())
                .filter_map(|url| match parse_url(url) {
                    Ok(parsed) => Some((url.to_string(), parsed)),
                    Err(reason) => {
                        wrong.push(format!("--{name}: {reason}"));
                        None
                    }
                })
                .collect()
        };
        let listen_client = urls("listen-client-urls");
        let listen_metrics = urls("listen-metrics-urls");
        let advertise_client = urls("advertise-client-urls");
        let advertise_peer = urls("initial-advertise-peer-urls");
        let listen_peer = urls("listen-peer-urls");
        for (name, urls) in [("listen-client-urls", &listen_client), ("listen-peer-urls", &listen_peer)] {
            if urls.is_empty() {
                wrong.push(format!("--{name} names no URL"));
            }
            for (url, parsed) in urls {
                // As etcd: a name may resolve to an address of another machine.
                if let ListenUrl::Tcp { host, .. } = parsed
                    && host != "localhost"
                    && host.parse::<std::net::IpAddr>().is_err()
                {
                    wrong.push(format!("--{name}: expected IP in URL for binding ({url})"));
                }
            }
        }
        if given("listen-client-urls") && !given("advertise-client-urls") {
            wrong.push(
                "--advertise-client-urls is required when --listen-client-urls is set explicitly".into(),
            );
        }
        let name = text("name");
        let existing = text("initial-cluster-state") == "existing";
        let cluster = cluster(&name, &text("initial-cluster"), &advertise_peer).unwrap_or_else(|reason| {
            wrong.push(reason);
            Vec::new()
        });
        if existing && cluster.len() < 2 {
            wrong
                .push("--initial-cluster-state=existing needs the other members in --initial-cluster".into());
        }
        if !["new", "existing"].contains(&text("initial-cluster-state").as_str()) {
            wrong.push("--initial-cluster-state is neither \"new\" nor \"existing\"".into());
        }
        let mut pair = |cert: &str, key: &str| match (path(cert), path(key)) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            _ => {
                wrong.push(format!("--{cert} and --{key} go together"));
                None
            }
        };
        let cert = pair("cert-file", "key-file");
        let peer_cert = pair("peer-cert-file", "peer-key-file");
        let peer_ca = path("peer-trusted-ca-file");
        let tls = |urls: &[(String, ListenUrl)]| {
            urls.iter().any(|(_, url)| matches!(url, ListenUrl::Tcp { tls: true, .. }))
        };
        if cert.is_none() && (tls(&listen_client) || tls(&listen_metrics)) {
            wrong.push("https needs --cert-file and --key-file".into());
        }
        let trusted_ca = path("trusted-ca-file");
        if peer_cert.is_none() && tls(&listen_peer) {
            wrong.push("https between members needs --peer-cert-file and --peer-key-file".into());
        }
        if flag("peer-client-cert-auth") && peer_ca.is_none() {
            wrong.push("--peer-client-cert-auth needs --peer-trusted-ca-file".into());
        }
        if flag("client-cert-auth") && trusted_ca.is_none() {
            wrong.push("--client-cert-auth needs --trusted-ca-file".into());
        }
        let mut initial_corrupt_check = flag("experimental-initial-corrupt-check");
        for gate in text("feature-gates").split(',').filter(|gate| !gate.is_empty()) {
            match gate.split_once('=') {
                Some(("InitialCorruptCheck", on)) if on == "true" || on == "false" => {
                    initial_corrupt_check = on == "true";
                }
                Some((gate, "true" | "false")) => {
                    wrong.push(format!("--feature-gates: {gate} is not known to this build"));
                }
                _ => wrong.push(format!("--feature-gates: {gate:?} is not feature=true or feature=false")),
            }
        }
        if text("logger") != "zap" {
            wrong.push("--logger: only zap, one line an event on standard error".into());
        }
        if !["default", "stderr"].contains(&text("log-outputs").as_str()) {
            wrong.push(format!("--log-outputs: {:?} is not built yet, only stderr is", text("log-outputs")));
        }
        let log_level = match text("log-level").as_str() {
            "debug" => LevelFilter::DEBUG,
            "info" => LevelFilter::INFO,
            "warn" => LevelFilter::WARN,
            "error" | "dpanic" | "panic" | "fatal" => LevelFilter::ERROR,
            other => {
                wrong.push(format!("--log-level: unknown level {other:?}"));
                LevelFilter::INFO
            }
        };
        let interval = matches
            .get_one::<String>("experimental-watch-progress-notify-interval")
            .filter(|_| !given("watch-progress-notify-interval"))
            .cloned()
            .unwrap_or_else(|| text("watch-progress-notify-interval"));
        let progress_interval = match parse_duration(&interval) {
            Ok(interval) if !interval.is_zero() => interval,
            _ => {
                wrong.push(format!(
                    "--watch-progress-notify-interval: {interval:?} is not a positive duration"
                ));
                Duration::from_secs(600)
            }
        };
        let tokens = TokenConfig::parse(&text("auth-token"), Duration::from_secs(token_ttl)).unwrap_or_else(
            |reason| {
                wrong.push(reason);
                TokenConfig::Simple(Duration::from_secs(300))
            },
        );
        let corrupt_check = match parse_duration(&text("corrupt-check-time")) {
            Ok(period) => Some(period).filter(|period| !period.is_zero()),
            Err(reason) => {
                wrong.push(format!("--corrupt-check-time: {reason}"));
                None
            }
        };
        let compaction =
            AutoCompaction::parse(&text("auto-compaction-mode"), &text("auto-compaction-retention"))
                .unwrap_or_else(|reason| {
                    wrong.push(reason);
                    None
                });
        let data_dir = path("data-dir").unwrap_or_else(|| format!("{name}.etcd").into());
        let plain = |urls: Vec<(String, ListenUrl)>| urls.into_iter().map(|(_, url)| url).collect();
        let names = |urls: Vec<(String, ListenUrl)>| urls.into_iter().map(|(url, _)| url).collect();
        let config = Self {
            wal_dir: path("wal-dir").unwrap_or_else(|| data_dir.join("member/wal")),
            data_dir,
            name,
            listen_client: plain(listen_client),
            listen_metrics: plain(listen_metrics),
            advertise_client: names(advertise_client),
            advertise_peer: names(advertise_peer),
            token: text("initial-cluster-token"),
            listen_peer: plain(listen_peer),
            listen_peer_given: given("listen-peer-urls"),
            cluster,
            existing,
            peer_cert,
            peer_ca,
            peer_cert_auth: flag("peer-client-cert-auth"),
            heartbeat: Duration::from_millis(heartbeat),
            election: Duration::from_millis(election),
            pre_vote: flag("pre-vote"),
            force_new: flag("force-new-cluster"),
            cert,
            trusted_ca,
            client_cert_auth: flag("client-cert-auth"),
            compaction,
            tokens,
            initial_corrupt_check,
            corrupt_check,
            snapshot_count: given("snapshot-count").then_some(snapshot_count),
            limits: crate::node::Limits {
                max_txn_ops: usize::try_from(max_txn_ops).unwrap_or(usize::MAX),
                max_request_bytes: usize::try_from(max_request_bytes).unwrap_or(usize::MAX),
                quota_bytes: quota,
                progress_interval,
                request_timeout: Duration::from_secs(5) + 2 * Duration::from_millis(election),
                strict_reconfig: flag("strict-reconfig-check"),
                max_learners: usize::try_from(max_learners).unwrap_or(1),
                catchup_entries,
                gateway: flag("enable-grpc-gateway"),
                bcrypt_cost: u32::try_from(bcrypt_cost).unwrap_or(10),
                trust_common_name: flag("client-cert-auth"),
            },
            log_level,
        };
        if wrong.is_empty() { Ok(config) } else { Err(wrong) }
    }
}

/// The members that the initial cluster names, this one among them.
fn cluster(
    name: &str,
    cluster: &str,
    advertise: &[(String, ListenUrl)],
) -> Result<Vec<(String, Vec<String>)>, String> {
    let plain = |url: &str| url.trim_end_matches('/').to_string();
    let mut advertised: Vec<String> = advertise.iter().map(|(url, _)| plain(url)).collect();
    advertised.sort();
    if cluster.is_empty() {
        return Ok(vec![(name.into(), advertised)]);
    }
    let mut members: Vec<(String, Vec<String>)> = Vec::new();
    for part in cluster.split(',').filter(|part| !part.is_empty()) {
        let (member, url) =
            part.split_once('=').ok_or_else(|| format!("--initial-cluster: {part:?} is not name=url"))?;
        parse_url(url).map_err(|reason| format!("--initial-cluster: {reason}"))?;
        let url = plain(url);
        if members.iter().any(|(_, urls)| urls.contains(&url)) {
            return Err(format!("--initial-cluster: {url} is there twice"));
        }
        match members.iter_mut().find(|(known, _)| known == member) {
            Some((_, urls)) => urls.push(url),
            None => members.push((member.into(), vec![url])),
        }
    }
    for (_, urls) in &mut members {
        urls.sort();
    }
    match members.iter().find(|(member, _)| member == name) {
        None => Err(format!("couldn't find local name {name:?} in the initial cluster configuration")),
        Some((_, urls)) if *urls != advertised => Err(format!(
            "--initial-cluster has {name}={} but --initial-advertise-peer-urls is {}",
            urls.join(","),
            advertised.join(",")
        )),
        Some(_) => Ok(members),
    }
}

fn parse_url(url: &str) -> Result<ListenUrl, String> {
    let (scheme, rest) = url
        .split_once("://")
        .ok_or_else(|| format!("{url:?} has no scheme; write it like http://127.0.0.1:2379"))?;
    let tls = match scheme {
        "http" => false,
        "https" => true,
        "unix" => return Ok(ListenUrl::Unix(rest.into())),
        _ => return Err(format!("URL scheme must be http, https or unix: {url}")),
    };
    let rest = rest.trim_end_matches('/');
    if let Ok(address) = rest.parse::<SocketAddr>() {
        return Ok(ListenUrl::Tcp { host: address.ip().to_string(), port: address.port(), tls });
    }
    let (host, port) = rest
        .rsplit_once(':')
        .ok_or_else(|| format!("URL address does not have the form \"host:port\": {url}"))?;
    let port = port.parse().map_err(|_| format!("URL has no valid port: {url}"))?;
    if host.is_empty() || host.contains('/') {
        return Err(format!("URL must not contain a path: {url}"));
    }
    Ok(ListenUrl::Tcp { host: host.into(), port, tls })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(args: &[&str]) -> Result<Config, Vec<String>> {
        let args = std::iter::once("etcd").chain(args.iter().copied()).map(Into::into).collect();
        let matches =
            command().try_get_matches_from(go_style(args)).map_err(|error| vec![error.to_string()])?;
        Config::new(&matches)
    }

    #[test]
    fn defaults_and_go_style() {
        let plain = config(&[]).expect("defaults are valid");
        assert_eq!(plain.data_dir, PathBuf::from("default.etcd"));
        assert_eq!(plain.listen_client.len(), 1);
        let named = config(&["-name", "m1", "-max-txn-ops=5", "--client-cert-auth=false"]).expect("valid");
        assert_eq!((named.data_dir, named.limits.max_txn_ops), (PathBuf::from("m1.etcd"), 5));
    }

    #[test]
    fn what_kubeadm_writes() {
        let config = config(&[
            "--advertise-client-urls=https://10.0.0.1:2379",
            "--cert-file=/etc/kubernetes/pki/etcd/server.crt",
            "--client-cert-auth=true",
            "--data-dir=/var/lib/etcd",
            "--feature-gates=InitialCorruptCheck=true",
            "--initial-advertise-peer-urls=https://10.0.0.1:2380",
            "--initial-cluster=node=https://10.0.0.1:2380",
            "--key-file=/etc/kubernetes/pki/etcd/server.key",
            "--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.1:2379",
            "--listen-metrics-urls=http://127.0.0.1:2381",
            "--listen-peer-urls=https://10.0.0.1:2380",
            "--name=node",
            "--peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt",
            "--peer-client-cert-auth=true",
            "--peer-key-file=/etc/kubernetes/pki/etcd/peer.key",
            "--peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
            "--snapshot-count=10000",
            "--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
            "--watch-progress-notify-interval=5s",
        ])
        .expect("valid");
        assert_eq!(config.listen_client.len(), 2);
        assert_eq!(config.limits.progress_interval, Duration::from_secs(5));
        assert!(config.client_cert_auth);
    }

    #[test]
    fn variables_of_absent_flags_are_refused_by_name() {
        let set = ["ETCD_NAME", "ETCD_CIPHER_SUITES", "PATH", "ETCD_EXPERIMENTAL_X"].map(String::from);
        let wrong = environment(set.into_iter());
        assert_eq!(wrong.len(), 2);
        assert!(wrong[0].contains("ETCD_CIPHER_SUITES"), "{wrong:?}");
        let args = ["etcd", "--name=x", "-discovery-token=t", "--cors", "*", "cors"].map(Into::into);
        let wrong = absent(&args);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong[0].starts_with("--discovery-token: ") && wrong[0].contains("--initial-cluster"));
        assert!(wrong[1].starts_with("--cors: "));
        let known = command();
        for flag in ABSENT {
            assert!(!known.get_arguments().any(|arg| arg.get_long() == Some(flag)), "{flag} is built");
        }
    }

    #[test]
    fn mistakes_are_reported_together_and_by_name() {
        let wrong = config(&[
            "--initial-cluster=a=http://localhost:2380,b=http://h:2380",
            "--listen-client-urls=https://0.0.0.0:2379",
            "--feature-gates=Wonder=true",
        ])
        .expect_err("wrong");
        let all = wrong.join("\n");
        for part in
            ["couldn't find local name", "--cert-file", "--advertise-client-urls is required", "Wonder"]
        {
            assert!(all.contains(part), "{part} in {all}");
        }
        assert!(config(&["--discovery=x"]).is_err());
    }
}
