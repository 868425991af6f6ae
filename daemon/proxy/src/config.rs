//! The proxy's settings: flags over the KubeProxyConfiguration file over defaults.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use component::flags;
use serde::Deserialize;

use crate::plan::parse_network;

/// `kubeproxy.config.k8s.io/v1alpha1`, as far as a proxy on nftables can honour it. A field that
/// is not here is refused by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct File {
    api_version: String,
    kind: String,
    feature_gates: std::collections::BTreeMap<String, bool>,
    client_connection: ClientConnection,
    logging: Option<serde_json::Value>,
    hostname_override: String,
    bind_address: String,
    healthz_bind_address: String,
    metrics_bind_address: String,
    bind_address_hard_fail: bool,
    enable_profiling: bool,
    show_hidden_metrics_for_version: String,
    mode: String,
    iptables: Option<serde_json::Value>,
    ipvs: Option<serde_json::Value>,
    winkernel: Option<serde_json::Value>,
    nftables: Nftables,
    detect_local_mode: String,
    detect_local: Option<serde_json::Value>,
    #[serde(rename = "clusterCIDR")]
    cluster_cidr: String,
    node_port_addresses: Option<Vec<String>>,
    oom_score_adj: Option<i32>,
    conntrack: Conntrack,
    config_sync_period: String,
    port_range: String,
    windows_run_as_service: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct ClientConnection {
    kubeconfig: String,
    accept_content_types: String,
    content_type: String,
    qps: f64,
    burst: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Nftables {
    masquerade_bit: Option<u32>,
    masquerade_all: bool,
    sync_period: String,
    min_sync_period: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Conntrack {
    max_per_core: Option<i64>,
    min: Option<i64>,
    tcp_established_timeout: Option<String>,
    tcp_close_wait_timeout: Option<String>,
    tcp_be_liberal: bool,
    udp_timeout: Option<String>,
    udp_stream_timeout: Option<String>,
}

/// What the proxy runs with.
#[derive(Clone, Debug)]
pub struct Config {
    /// How to reach the API server; in-cluster when empty.
    pub kubeconfig: Option<PathBuf>,
    /// Its address, over the kubeconfig's.
    pub master: String,
    /// This node's name.
    pub node: String,
    /// The pods' networks.
    pub cluster_cidrs: Vec<(IpAddr, u8)>,
    /// `/healthz`; none for none.
    pub healthz: Option<SocketAddr>,
    /// `/metrics`; none for none.
    pub metrics: Option<SocketAddr>,
    /// All traffic to cluster IPs is masqueraded.
    pub masquerade_all: bool,
    /// The mark for it.
    pub mark: u32,
    /// Where node ports answer; everywhere when empty.
    pub node_port_networks: Vec<(IpAddr, u8)>,
    /// How often the table is looked after.
    pub sync_period: Duration,
    /// The proxy's own score.
    pub oom_score_adj: i32,
    /// Kernel parameters: path and value.
    pub sysctls: Vec<(&'static str, String)>,
}

/// The flags, upstream's names and defaults.
pub fn command() -> Command {
    let text = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help).num_args(1);
    Command::new("kube-proxy")
        // As pflag has it: the last one counts.
        .args_override_self(true)
        .about("Brings Services to their endpoints with nftables")
        .arg(text("config", "the KubeProxyConfiguration file"))
        .arg(flags::boolean("cleanup", false, "remove the nftables table and exit"))
        .arg(text("kubeconfig", "how to reach the API server; the pod's service account when missing"))
        .arg(text("master", "the API server's address, over the kubeconfig's"))
        .arg(text("hostname-override", "this node's name, if it is not the host name"))
        .arg(text("cluster-cidr", "the pods' networks, after commas"))
        .arg(flags::value("bind-address", "0.0.0.0", "what an empty address of --healthz-bind-address means"))
        .arg(flags::value(
            "healthz-bind-address",
            "0.0.0.0:10256",
            "where /healthz is served; empty for nowhere",
        ))
        .arg(flags::value(
            "metrics-bind-address",
            "127.0.0.1:10249",
            "where /metrics is served; empty for nowhere",
        ))
        .arg(text("proxy-mode", "nftables, which is the only mode").value_parser(["", "nftables"]))
        .arg(flags::boolean("masquerade-all", false, "masquerade all traffic to cluster IPs"))
        .arg(flags::value("iptables-masquerade-bit", "14", "the packet mark's bit for masquerading"))
        .arg(text(
            "nodeport-addresses",
            "networks where node ports answer, after commas; everywhere when missing",
        ))
        .arg(
            text("detect-local-mode", "ClusterCIDR, which is the only mode")
                .value_parser(["", "ClusterCIDR"]),
        )
        .arg(flags::value("config-sync-period", "15m0s", "how often the table is looked after"))
        .arg(flags::value("oom-score-adj", "-999", "the proxy's own oom_score_adj"))
        .arg(flags::verbosity())
}

fn address(text: &str, port: u16, bind: &str) -> Result<Option<SocketAddr>> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(address) = text.parse() {
        return Ok(Some(address));
    }
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Ok(Some((ip, port).into()));
    }
    let with_host = text.strip_prefix(':').map(|port| format!("{bind}:{port}"));
    with_host
        .and_then(|text| text.parse().ok())
        .map(Some)
        .ok_or_else(|| anyhow!("{text:?} is not an address and port; write it like 0.0.0.0:10256"))
}

fn networks<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<(IpAddr, u8)>> {
    texts
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| {
            parse_network(text)
                .ok_or_else(|| anyhow!("{text:?} is not a network; write it like 10.244.0.0/16"))
        })
        .collect()
}

impl Config {
    /// From the flags and the file that they name.
    pub fn load(matches: &ArgMatches) -> Result<Self> {
        let file = match matches.get_one::<String>("config").filter(|path| !path.is_empty()) {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
                parse(&text).with_context(|| format!("cannot use {path}"))?
            }
            None => File::default(),
        };
        Self::merge(matches, file)
    }

    fn merge(matches: &ArgMatches, file: File) -> Result<Self> {
        // A flag that was given wins over the file, the file over a flag's default.
        let pick = |flag: &str, from_file: &str| -> String {
            let given = matches.value_source(flag) == Some(ValueSource::CommandLine);
            let flag = matches.get_one::<String>(flag).cloned().unwrap_or_default();
            if given || from_file.is_empty() { flag } else { from_file.to_string() }
        };
        let bind = pick("bind-address", &file.bind_address);
        let node = pick("hostname-override", &file.hostname_override);
        let node = if node.is_empty() {
            nix::unistd::gethostname().context("cannot read the host name")?.to_string_lossy().to_lowercase()
        } else {
            node.trim().to_lowercase()
        };
        let bit: u32 = match file.nftables.masquerade_bit {
            Some(bit)
                if matches.value_source("iptables-masquerade-bit") != Some(ValueSource::CommandLine) =>
            {
                bit
            }
            _ => pick("iptables-masquerade-bit", "").parse().context("--iptables-masquerade-bit")?,
        };
        if bit > 31 {
            bail!("the masquerade bit must be between 0 and 31, not {bit}");
        }
        let node_ports =
            pick("nodeport-addresses", &file.node_port_addresses.clone().unwrap_or_default().join(","));
        // "primary" is every address that the node has; more exact needs the Node object.
        let node_ports = if node_ports == "primary" { String::new() } else { node_ports };
        let period = pick("config-sync-period", &file.config_sync_period);
        let score = match file.oom_score_adj {
            Some(score) if matches.value_source("oom-score-adj") != Some(ValueSource::CommandLine) => score,
            _ => pick("oom-score-adj", "").parse().context("--oom-score-adj")?,
        };
        let kubeconfig = pick("kubeconfig", &file.client_connection.kubeconfig);
        Ok(Self {
            kubeconfig: (!kubeconfig.is_empty()).then(|| kubeconfig.into()),
            master: pick("master", ""),
            node,
            cluster_cidrs: networks(pick("cluster-cidr", &file.cluster_cidr).split(','))?,
            healthz: address(&pick("healthz-bind-address", &file.healthz_bind_address), 10256, &bind)
                .context("--healthz-bind-address")?,
            metrics: address(&pick("metrics-bind-address", &file.metrics_bind_address), 10249, "127.0.0.1")
                .context("--metrics-bind-address")?,
            masquerade_all: matches.get_one::<bool>("masquerade-all").copied().unwrap_or_default()
                || file.nftables.masquerade_all,
            mark: 1 << bit,
            node_port_networks: networks(node_ports.split(','))?,
            sync_period: flags::parse_duration(&period)
                .map_err(|error| anyhow!("--config-sync-period: {error}"))?
                .max(Duration::from_secs(10)),
            oom_score_adj: score,
            sysctls: sysctls(&file.conntrack)?,
        })
    }
}

fn parse(text: &str) -> Result<File> {
    let file: File = serde_yaml::from_str(text)?;
    if !file.api_version.is_empty() && file.api_version != "kubeproxy.config.k8s.io/v1alpha1" {
        bail!("apiVersion {:?} is not known; use kubeproxy.config.k8s.io/v1alpha1", file.api_version);
    }
    if !file.kind.is_empty() && file.kind != "KubeProxyConfiguration" {
        bail!("kind {:?} is not KubeProxyConfiguration", file.kind);
    }
    // Other modes' settings may be there, as upstream's own defaults put them there.
    let _ = (&file.iptables, &file.ipvs, &file.winkernel, &file.detect_local, &file.logging);
    let _ = (
        &file.feature_gates,
        file.bind_address_hard_fail,
        file.enable_profiling,
        file.windows_run_as_service,
    );
    let _ = (&file.show_hidden_metrics_for_version, &file.port_range);
    let connection = &file.client_connection;
    let _ = (&connection.accept_content_types, &connection.content_type, connection.qps, connection.burst);
    let _ = (&file.nftables.sync_period, &file.nftables.min_sync_period);
    if !matches!(file.mode.as_str(), "" | "nftables") {
        bail!("mode {:?} is not built; use nftables", file.mode);
    }
    if !matches!(file.detect_local_mode.as_str(), "" | "ClusterCIDR") {
        bail!("detectLocalMode {:?} is not built; use ClusterCIDR", file.detect_local_mode);
    }
    Ok(file)
}

fn sysctls(conntrack: &Conntrack) -> Result<Vec<(&'static str, String)>> {
    let mut list = Vec::new();
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as i64);
    let per_core = conntrack.max_per_core.unwrap_or(32_768);
    if per_core > 0 {
        let most = (per_core * cores).max(conntrack.min.unwrap_or(131_072));
        list.push(("/proc/sys/net/netfilter/nf_conntrack_max", most.to_string()));
    }
    for (path, text) in [
        ("/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established", &conntrack.tcp_established_timeout),
        ("/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close_wait", &conntrack.tcp_close_wait_timeout),
        ("/proc/sys/net/netfilter/nf_conntrack_udp_timeout", &conntrack.udp_timeout),
        ("/proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream", &conntrack.udp_stream_timeout),
    ] {
        if let Some(text) = text {
            let time = flags::parse_duration(text).map_err(|error| anyhow!("conntrack: {error}"))?;
            if !time.is_zero() {
                list.push((path, time.as_secs().to_string()));
            }
        }
    }
    if conntrack.tcp_be_liberal {
        list.push(("/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal", "1".into()));
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(args: &[&str], file: &str) -> Result<Config> {
        let args = std::iter::once("kube-proxy").chain(args.iter().copied());
        let matches = command().try_get_matches_from(args)?;
        Config::merge(&matches, parse(file)?)
    }

    #[test]
    fn flags_win_over_the_file() {
        let file = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n\
                    clusterCIDR: 10.244.0.0/16\nmode: nftables\nhostnameOverride: file\n\
                    nftables:\n  masqueradeBit: 10\niptables:\n  syncPeriod: 0s\n\
                    clientConnection:\n  kubeconfig: /x\nmetricsBindAddress: ''\n";
        let config = load(&["--hostname-override=Flag"], file).expect("loads");
        assert_eq!((config.node.as_str(), config.mark), ("flag", 1 << 10));
        assert_eq!(config.cluster_cidrs, [([10, 244, 0, 0].into(), 16)]);
        assert_eq!(config.healthz.map(|address| address.port()), Some(10256));
        assert_eq!(config.kubeconfig, Some("/x".into()));
    }

    #[test]
    fn what_is_not_built_is_refused_by_name() {
        for (file, word) in [
            ("mode: ipvs", "ipvs"),
            ("detectLocalMode: NodeCIDR", "NodeCIDR"),
            ("nonsense: 1", "nonsense"),
            ("kind: Pod", "Pod"),
            ("clusterCIDR: x", "x"),
        ] {
            let error = load(&[], file).err().map(|error| format!("{error:#}")).unwrap_or_default();
            assert!(error.contains(word), "{file}: {error}");
        }
        assert!(load(&["--proxy-mode=iptables"], "").is_err());
        assert!(load(&["--healthz-bind-address=nowhere"], "").is_err());
    }
}
