//! The validated configuration that flags make.

use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use clap::parser::ValueSource;
use component::flags::parse_duration;
use component::logging::{Form, Output};
use component::tls::Limits as TlsLimits;
use tracing::level_filters::LevelFilter;

use super::table;
use super::urls::{ListenUrl, cluster, parse_url};
use crate::access::Access;
use crate::allowed::Allowed;
use crate::auth::token::TokenConfig;
use crate::compactor::AutoCompaction;
use crate::discovery::{Discovery, Service, Srv};

/// etcd's default quota.
const QUOTA: u64 = 2 << 30;
/// The longest time for an election, in ms, as etcd has it.
const LONGEST_ELECTION: u64 = 50_000;

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
    /// Where the members of a new cluster find each other, when the flags don't name them.
    pub discovery: Option<Discovery>,
    /// Whether the member joins a cluster that is there.
    pub existing: bool,
    /// Where JSON and pages are answered instead; none: beside gRPC.
    pub listen_client_http: Vec<ListenUrl>,
    pub peer_cert: Option<(PathBuf, PathBuf)>,
    /// What this member shows to others, when it isn't what it shows to those who come.
    pub peer_client_cert: Option<(PathBuf, PathBuf)>,
    /// Versions, cipher suites and revoked certificates of clients, and of members.
    pub client_limits: TlsLimits,
    /// See `client_limits`.
    pub peer_limits: TlsLimits,
    /// Which certificates of clients, and of members, are let in.
    pub client_allowed: Allowed,
    /// See `client_allowed`.
    pub peer_allowed: Allowed,
    /// Whether several processes may listen on one port.
    pub reuse_port: bool,
    /// Whether all memory stays in RAM.
    pub memory_lock: bool,
    pub peer_ca: Option<PathBuf>,
    pub peer_cert_auth: bool,
    pub heartbeat: Duration,
    pub election: Duration,
    pub pre_vote: bool,
    /// Whether the member goes on alone.
    pub force_new: bool,
    pub cert: Option<(PathBuf, PathBuf)>,
    /// Whose certificates the member makes itself.
    pub self_signed: SelfSigned,
    pub trusted_ca: Option<PathBuf>,
    pub client_cert_auth: bool,
    pub compaction: Option<AutoCompaction>,
    pub tokens: TokenConfig,
    /// Whether a member compares itself with the others before it serves anybody.
    pub initial_corrupt_check: bool,
    /// How often the leader compares all members' compactions.
    pub compaction_check: Option<Duration>,
    /// How often the leader compares all members.
    pub corrupt_check: Option<Duration>,
    /// Entries after which the backend is written; only when the flag was given.
    pub snapshot_count: Option<u64>,
    pub limits: crate::node::Limits,
    /// Whether the times of calls are kept.
    pub extensive_metrics: bool,
    pub log_level: LevelFilter,
    pub log_form: Form,
    pub log_outputs: Vec<Output>,
}

/// Certificates that a member makes itself, at `cert` or `peer_cert`, if there are none yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct SelfSigned {
    pub clients: bool,
    pub peers: bool,
    /// How long they are good for.
    pub years: u32,
}

impl Config {
    /// Checks the flags; reports every mistake at once.
    ///
    /// # Errors
    /// Fails with one message a mistake.
    pub fn new(matches: &ArgMatches) -> Result<Self, Vec<String>> {
        let mut wrong = unbuilt(matches);
        let given =
            |name: &str| !matches!(matches.value_source(name), None | Some(ValueSource::DefaultValue));
        let old = |name: &str| table::RENAMED.iter().find(|(_, new)| *new == name).map(|(old, _)| *old);
        for id in matches.ids() {
            let old = id.as_str();
            if let Some(new) = old.strip_prefix("experimental-")
                && matches.try_contains_id(new).is_ok()
                && given(old)
                && given(new)
            {
                wrong.push(format!(
                    "cannot set --{old} and --{new} at the same time, please use --{new} only"
                ));
            }
        }
        let text = |name: &str| {
            let name = old(name).filter(|old| given(old)).unwrap_or(name);
            matches.get_one::<String>(name).cloned().unwrap_or_default()
        };
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
        let years = number("self-signed-cert-validity", 1).min(1000);
        let bcrypt_cost = number("bcrypt-cost", 4).min(31);
        let (heartbeat, election) = (number("heartbeat-interval", 1), number("election-timeout", 1));
        if election < 5 * heartbeat {
            wrong.push(format!(
                "--election-timeout[{election}ms] should be at least as 5 times as --heartbeat-interval[{heartbeat}ms]"
            ));
        }
        if election > LONGEST_ELECTION {
            wrong.push(format!(
                "--election-timeout[{election}ms] is too long, and should be set less than {LONGEST_ELECTION}ms"
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
        let listen_client_http = urls("listen-client-http-urls");
        let advertise_client = urls("advertise-client-urls");
        let advertise_peer = urls("initial-advertise-peer-urls");
        let listen_peer = urls("listen-peer-urls");
        for (name, urls) in [
            ("listen-client-urls", &listen_client),
            ("listen-client-http-urls", &listen_client_http),
            ("listen-peer-urls", &listen_peer),
        ] {
            if urls.is_empty() && name != "listen-client-http-urls" {
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
        if existing && cluster.len() < 2 && text("discovery-endpoints").is_empty() {
            wrong
                .push("--initial-cluster-state=existing needs the other members in --initial-cluster".into());
        }
        if !["new", "existing"].contains(&text("initial-cluster-state").as_str()) {
            wrong.push("--initial-cluster-state is neither \"new\" nor \"existing\"".into());
        }
        for name in ["max-snapshots", "max-wals"] {
            match text(name).parse::<u32>() {
                Ok(0) => wrong.push(format!("--{name}: files that nothing needs are not kept for ever")),
                Ok(_) => {}
                Err(_) => wrong.push(format!("--{name} {:?} is not a number", text(name))),
            }
        }
        if !["write-only", "write-only-drop-data", "gone"].contains(&text("v2-deprecation").as_str()) {
            wrong.push(format!("--v2-deprecation: {:?} is no phase of etcd 3.6", text("v2-deprecation")));
        }
        let discovery = discovery(matches, &text, &mut wrong);
        if discovery.is_some() && existing {
            wrong.push("a member that joins a cluster asks its members, no discovery service".into());
        }
        let mut pair = |cert: &str, key: &str| match (path(cert), path(key)) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            _ => {
                wrong.push(format!("--{cert} and --{key} go together"));
                None
            }
        };
        let mut cert = pair("cert-file", "key-file");
        let mut peer_cert = pair("peer-cert-file", "peer-key-file");
        let data_dir = path("data-dir").unwrap_or_else(|| format!("{name}.etcd").into());
        // Files that are named count more, as in etcd.
        let self_signed = SelfSigned {
            clients: flag("auto-tls") && cert.is_none(),
            peers: flag("peer-auto-tls") && peer_cert.is_none(),
            years: u32::try_from(years).unwrap_or(u32::MAX),
        };
        if self_signed.clients {
            cert = Some(crate::selfcert::files(&data_dir, "client"));
        }
        if self_signed.peers {
            peer_cert = Some(crate::selfcert::files(&data_dir, "peer"));
        }
        let peer_client_cert = pair("peer-client-cert-file", "peer-client-key-file");
        let peer_ca = path("peer-trusted-ca-file");
        let tls = |urls: &[(String, ListenUrl)]| {
            urls.iter().any(|(_, url)| matches!(url, ListenUrl::Tcp { tls: true, .. }))
        };
        if cert.is_none() && (tls(&listen_client) || tls(&listen_client_http) || tls(&listen_metrics)) {
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
        let gates = gates(matches, &mut wrong);
        let list = |name: &str| -> Vec<String> {
            let text = text(name);
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(String::from).collect()
        };
        let limits =
            TlsLimits::new(&text("tls-min-version"), &text("tls-max-version"), &list("cipher-suites"))
                .unwrap_or_else(|reason| {
                    wrong.push(reason);
                    TlsLimits::default()
                });
        let client_limits = TlsLimits { revoked: path("client-crl-file"), ..limits.clone() };
        let peer_limits = TlsLimits { revoked: path("peer-crl-file"), ..limits };
        let skip_address = flag("peer-skip-client-san-verification")
            || flag("experimental-peer-skip-client-san-verification");
        let client_allowed =
            Allowed { hostnames: list("client-cert-allowed-hostname"), ..Allowed::default() };
        let peer_allowed = Allowed {
            names: list("peer-cert-allowed-cn"),
            hostnames: list("peer-cert-allowed-hostname"),
            address: !skip_address,
        };
        if !peer_allowed.names.is_empty() && !peer_allowed.hostnames.is_empty() {
            wrong.push(
                "--peer-cert-allowed-cn and --peer-cert-allowed-hostname are mutually exclusive".into(),
            );
        }
        let mut duration = |name: &str| {
            parse_duration(&text(name)).unwrap_or_else(|reason| {
                wrong.push(format!("--{name}: {reason}"));
                Duration::ZERO
            })
        };
        let keepalive = (duration("grpc-keepalive-interval"), duration("grpc-keepalive-timeout"));
        let pings = duration("grpc-keepalive-min-time");
        let slow = duration("warning-unary-request-duration");
        let max_streams = text("max-concurrent-streams").parse::<u32>().unwrap_or_else(|_| {
            wrong.push(format!(
                "--max-concurrent-streams {:?} is not a number below 2^32",
                text("max-concurrent-streams")
            ));
            u32::MAX
        });
        let log_form = match text("log-format").as_str() {
            "json" => Form::Json,
            "console" => Form::Text,
            other => {
                wrong.push(format!("--log-format: unknown format {other:?}; json or console"));
                Form::Text
            }
        };
        let log_outputs: Vec<Output> = list("log-outputs")
            .iter()
            .map(|output| match output.as_str() {
                "default" | "stderr" => Output::Stderr,
                "stdout" => Output::Stdout,
                file => Output::File(file.into()),
            })
            .collect();
        if log_outputs.is_empty() {
            wrong.push("--log-outputs names no output".into());
        }
        let log_outputs = match flag("enable-log-rotation") {
            true => super::rotation::rotated(log_outputs, &text("log-rotation-config-json")).unwrap_or_else(
                |reason| {
                    wrong.push(reason);
                    Vec::new()
                },
            ),
            false => log_outputs,
        };
        let extensive_metrics = match text("metrics").as_str() {
            "extensive" => true,
            "basic" | "" => false,
            other => {
                wrong.push(format!("--metrics: {other:?} is neither basic nor extensive"));
                false
            }
        };
        if text("logger") != "zap" {
            wrong.push("--logger: only zap, one line an event on standard error".into());
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
        let interval = text("watch-progress-notify-interval");
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
        let compaction_check = match parse_duration(&text("compact-hash-check-time")) {
            Ok(period) if !period.is_zero() => Some(period).filter(|_| gates.compact_hash_check),
            _ => {
                wrong.push(format!(
                    "--compact-hash-check-time must be >0 (set to {})",
                    text("compact-hash-check-time")
                ));
                None
            }
        };
        let compaction =
            AutoCompaction::parse(&text("auto-compaction-mode"), &text("auto-compaction-retention"))
                .unwrap_or_else(|reason| {
                    wrong.push(reason);
                    None
                });
        let plain = |urls: Vec<(String, ListenUrl)>| urls.into_iter().map(|(_, url)| url).collect();
        let names = |urls: Vec<(String, ListenUrl)>| urls.into_iter().map(|(url, _)| url).collect();
        let config = Self {
            wal_dir: path("wal-dir").unwrap_or_else(|| data_dir.join("member/wal")),
            data_dir,
            name,
            listen_client: plain(listen_client),
            listen_metrics: plain(listen_metrics),
            listen_client_http: plain(listen_client_http),
            advertise_client: names(advertise_client),
            advertise_peer: names(advertise_peer),
            token: text("initial-cluster-token"),
            listen_peer: plain(listen_peer),
            listen_peer_given: given("listen-peer-urls"),
            cluster,
            discovery,
            existing,
            peer_cert,
            peer_client_cert,
            client_limits,
            peer_limits,
            client_allowed,
            peer_allowed,
            reuse_port: flag("socket-reuse-port"),
            memory_lock: flag("memory-mlock") || flag("experimental-memory-mlock"),
            peer_ca,
            peer_cert_auth: flag("peer-client-cert-auth"),
            heartbeat: Duration::from_millis(heartbeat),
            election: Duration::from_millis(election),
            pre_vote: flag("pre-vote"),
            force_new: flag("force-new-cluster"),
            cert,
            self_signed,
            trusted_ca,
            client_cert_auth: flag("client-cert-auth"),
            compaction,
            tokens,
            initial_corrupt_check: gates.initial_corrupt_check,
            compaction_check,
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
                max_streams,
                keepalive: Some(keepalive)
                    .filter(|(every, patience)| !every.is_zero() && !patience.is_zero()),
                pings,
                slow,
                access: Access::new(list("cors"), list("host-whitelist")),
                hash_compactions: compaction_check.is_some(),
                lease_checkpoints: gates.lease_checkpoint.then_some(crate::lease::CHECKPOINTS),
            },
            extensive_metrics,
            log_level,
            log_form,
            log_outputs,
        };
        if wrong.is_empty() { Ok(config) } else { Err(wrong) }
    }
}

/// Flags that are not built and are to change something.
fn unbuilt(matches: &ArgMatches) -> Vec<String> {
    let wanted = |flag: &&table::Unbuilt| {
        let value = match flag.taken.first() {
            Some(&("true" | "false")) => matches.get_one::<bool>(flag.name).map(ToString::to_string),
            _ => matches.get_one::<String>(flag.name).cloned(),
        };
        value.is_some_and(|value| !flag.taken.contains(&value.as_str()))
    };
    table::UNBUILT
        .iter()
        .filter(wanted)
        .map(|flag| format!("--{}: not built here: {}", flag.name, flag.why))
        .collect()
}

/// The feature gates that can be turned on and off.
#[derive(Default)]
struct Gates {
    initial_corrupt_check: bool,
    compact_hash_check: bool,
    lease_checkpoint: bool,
    lease_checkpoint_persist: bool,
}

/// Reads the feature gates and the deprecated flags for them.
fn gates(matches: &ArgMatches, wrong: &mut Vec<String>) -> Gates {
    let mut gates = Gates::default();
    let mut set = |name: &str, flag: &str, on: bool| match table::GATES.iter().find(|gate| gate.0 == name) {
        None if name == "AllAlpha" || name == "AllBeta" => {
            if on {
                wrong.push(format!(
                    "--{flag}: {name}: not every feature behind it is built; name those you need"
                ));
            }
        }
        None => wrong.push(format!("--{flag}: {name} is not known to this build")),
        Some(("CompactHashCheck", ..)) => gates.compact_hash_check = on,
        Some(("LeaseCheckpoint", ..)) => gates.lease_checkpoint = on,
        Some(("LeaseCheckpointPersist", ..)) => gates.lease_checkpoint_persist = on,
        Some((_, _, None)) => gates.initial_corrupt_check = on,
        Some((_, _, Some((does, why)))) => {
            if on != *does {
                wrong.push(format!("--{flag}: {name}={on} is not built here: {why}"));
            }
        }
    };
    let text = matches.get_one::<String>("feature-gates").cloned().unwrap_or_default();
    let mut malformed = Vec::new();
    for (name, flag, _) in table::GATES {
        if let Some(on) = matches.try_get_one::<bool>(flag).ok().flatten()
            && !matches!(matches.value_source(flag), None | Some(ValueSource::DefaultValue))
        {
            set(name, flag, *on);
            let gate = text.split(',').map(str::trim).find(|gate| gate.split('=').next() == Some(name));
            if let Some(gate) = gate {
                malformed.push(format!(
                    "cannot specify both flags: --{flag}={on} and --feature-gates={gate} at the same time, please \
                     just use --feature-gates={gate}"
                ));
            }
        }
    }
    for gate in text.split(',').map(str::trim).filter(|gate| !gate.is_empty()) {
        match gate.split_once('=') {
            Some((name, on)) if component::flags::parse_bool(on).is_ok() => {
                set(name, "feature-gates", component::flags::parse_bool(on) == Ok(true));
            }
            _ => malformed.push(format!("--feature-gates: {gate:?} is not feature=true or feature=false")),
        }
    }
    wrong.extend(malformed);
    // Alone it says nothing: checkpoints are always kept, as by every cluster of version 3.6.
    if gates.lease_checkpoint_persist && !gates.lease_checkpoint {
        wrong.push(
            "enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint"
                .into(),
        );
    }
    gates
}

/// Where the members of a new cluster are to find each other.
fn discovery(
    matches: &ArgMatches,
    text: &impl Fn(&str) -> String,
    wrong: &mut Vec<String>,
) -> Option<Discovery> {
    let flag = |name: &str| matches.get_one::<bool>(name).copied().unwrap_or_default();
    let path = |name: &str| Some(text(name)).filter(|path| !path.is_empty()).map(PathBuf::from);
    let domain = text("discovery-srv");
    let endpoints: Vec<String> = match text("discovery-endpoints") {
        none if none.is_empty() => Vec::new(),
        some => some.split(',').map(|endpoint| endpoint.trim().to_string()).collect(),
    };
    let token = text("discovery-token");
    let ways = [!text("initial-cluster").is_empty(), !domain.is_empty(), !endpoints.is_empty()];
    if ways.iter().filter(|way| **way).count() > 1 {
        wrong.push(
            "multiple discovery or bootstrap flags are set: choose one of --initial-cluster, --discovery-endpoints \
             and --discovery-srv"
                .into(),
        );
    }
    if token.is_empty() != endpoints.is_empty() {
        wrong.push("both --discovery-token and --discovery-endpoints must be set".into());
    }
    if endpoints.iter().any(String::is_empty) {
        wrong.push("--discovery-endpoints must not contain empty endpoints".into());
    }
    let mut duration = |name: &str| {
        parse_duration(&text(name)).unwrap_or_else(|reason| {
            wrong.push(format!("--{name}: {reason}"));
            Duration::from_secs(5)
        })
    };
    let dial_timeout = duration("discovery-dial-timeout");
    let request_timeout = duration("discovery-request-timeout");
    let keepalive = duration("discovery-keepalive-time");
    let keepalive_timeout = duration("discovery-keepalive-timeout");
    let user = match (text("discovery-user"), text("discovery-password")) {
        (user, _) if user.is_empty() => None,
        (user, password) if !password.is_empty() => Some((user, password)),
        (user, _) => match user.split_once(':') {
            Some((user, password)) => Some((user.into(), password.into())),
            None => {
                wrong.push(
                    "--discovery-user has no password: write user:password or use --discovery-password"
                        .into(),
                );
                None
            }
        },
    };
    let tls = etcdapi::Tls {
        ca: path("discovery-cacert"),
        cert: path("discovery-cert"),
        key: path("discovery-key"),
        server_name: None,
        insecure_skip_verify: flag("discovery-insecure-skip-tls-verify"),
    };
    if !domain.is_empty() {
        return Some(Discovery::Srv(Srv { domain, service: text("discovery-srv-name") }));
    }
    if endpoints.is_empty() {
        return None;
    }
    let secure = !flag("discovery-insecure-transport");
    let scheme = |endpoint: String| match endpoint {
        plain if secure && !plain.contains("://") => format!("https://{plain}"),
        as_it_is => as_it_is,
    };
    let client = etcdapi::Config {
        endpoints: endpoints.into_iter().map(scheme).collect(),
        tls,
        dial_timeout,
        keepalive: Some(keepalive).filter(|time| !time.is_zero()),
        keepalive_timeout,
        dial: None,
    };
    Some(Discovery::Service(Box::new(Service { token, client, request_timeout, user })))
}
