//! The kubelet's flags and its configuration file (`kubelet.config.k8s.io/v1beta1`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};
use component::flags;
use serde::Deserialize;

/// Everything the kubelet was told, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub file: KubeletConfiguration,
    pub kubeconfig: Option<PathBuf>,
    pub bootstrap_kubeconfig: Option<PathBuf>,
    pub hostname_override: Option<String>,
    pub node_ip: Option<std::net::IpAddr>,
    pub node_labels: BTreeMap<String, String>,
    pub register_with_taints: Vec<Taint>,
    pub root: PathBuf,
    pub cert_dir: PathBuf,
    pub log_root: PathBuf,
    pub runtime_endpoint: String,
    pub verbosity: u8,
}

/// A taint to register with.
#[derive(Clone, Debug, Default, Deserialize, serde::Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct Taint {
    pub key: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    pub effect: String,
}

/// A Go duration in a configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        let text = String::deserialize(de)?;
        flags::parse_duration(&text).map(Span).map_err(serde::de::Error::custom)
    }
}

/// The file's fields that this kubelet honours. Any other field is refused by name: a setting
/// that is silently ignored is worse than one that is missing.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct KubeletConfiguration {
    pub api_version: String,
    pub kind: String,
    pub static_pod_path: Option<PathBuf>,
    pub address: std::net::IpAddr,
    pub port: u16,
    pub healthz_bind_address: std::net::IpAddr,
    pub healthz_port: u16,
    pub tls_cert_file: Option<PathBuf>,
    pub tls_private_key_file: Option<PathBuf>,
    pub rotate_certificates: bool,
    pub authentication: Authentication,
    pub authorization: Authorization,
    #[serde(rename = "clusterDNS")]
    pub cluster_dns: Vec<String>,
    pub cluster_domain: String,
    pub resolv_conf: Option<PathBuf>,
    pub cgroup_driver: String,
    pub cgroup_root: String,
    pub cgroups_per_qos: bool,
    pub max_pods: u32,
    pub pods_per_core: u32,
    pub pod_pids_limit: i64,
    pub node_status_update_frequency: Span,
    pub node_status_report_frequency: Span,
    pub node_lease_duration_seconds: u64,
    pub container_runtime_endpoint: String,
    pub container_log_max_size: String,
    pub container_log_max_files: u32,
    pub fail_swap_on: bool,
    pub register_node: bool,
    pub register_with_taints: Vec<Taint>,
    pub system_reserved: BTreeMap<String, String>,
    pub kube_reserved: BTreeMap<String, String>,
    pub enable_controller_attach_detach: bool,
    pub cpu_c_f_s_quota: bool,
    pub cpu_manager_reconcile_period: Option<Span>,
    pub eviction_pressure_transition_period: Option<Span>,
    pub file_check_frequency: Option<Span>,
    pub http_check_frequency: Option<Span>,
    #[serde(rename = "imageMinimumGCAge")]
    pub image_minimum_gc_age: Option<Span>,
    #[serde(rename = "imageMaximumGCAge")]
    pub image_maximum_gc_age: Option<Span>,
    pub runtime_request_timeout: Option<Span>,
    pub shutdown_grace_period: Option<Span>,
    pub shutdown_grace_period_critical_pods: Option<Span>,
    pub streaming_connection_idle_timeout: Option<Span>,
    pub sync_frequency: Option<Span>,
    pub volume_stats_agg_period: Option<Span>,
    pub logging: Option<serde_json::Value>,
    pub memory_swap: Option<serde_json::Value>,
    pub crash_loop_back_off: CrashLoopBackOff,
}

/// KEP-4603: how long crashing containers wait.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct CrashLoopBackOff {
    pub max_container_restart_period: Option<Span>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Authentication {
    pub anonymous: Toggle,
    pub webhook: Webhook,
    pub x509: X509,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Toggle {
    pub enabled: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Webhook {
    pub enabled: bool,
    #[serde(rename = "cacheTTL")]
    pub cache_ttl: Span,
}

impl Default for Webhook {
    fn default() -> Self {
        Self { enabled: true, cache_ttl: Span(Duration::from_secs(120)) }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct X509 {
    #[serde(rename = "clientCAFile")]
    pub client_ca_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Authorization {
    pub mode: String,
    pub webhook: AuthorizationWebhook,
}

impl Default for Authorization {
    fn default() -> Self {
        Self { mode: "Webhook".into(), webhook: AuthorizationWebhook::default() }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationWebhook {
    #[serde(rename = "cacheAuthorizedTTL")]
    pub authorized: Span,
    #[serde(rename = "cacheUnauthorizedTTL")]
    pub unauthorized: Span,
}

impl Default for AuthorizationWebhook {
    fn default() -> Self {
        Self { authorized: Span(Duration::from_secs(300)), unauthorized: Span(Duration::from_secs(30)) }
    }
}

impl Default for KubeletConfiguration {
    fn default() -> Self {
        Self {
            api_version: "kubelet.config.k8s.io/v1beta1".into(),
            kind: "KubeletConfiguration".into(),
            static_pod_path: None,
            address: std::net::Ipv4Addr::UNSPECIFIED.into(),
            port: 10250,
            healthz_bind_address: std::net::Ipv4Addr::LOCALHOST.into(),
            healthz_port: 10248,
            tls_cert_file: None,
            tls_private_key_file: None,
            rotate_certificates: false,
            authentication: Authentication::default(),
            authorization: Authorization::default(),
            cluster_dns: Vec::new(),
            cluster_domain: String::new(),
            resolv_conf: None,
            cgroup_driver: "cgroupfs".into(),
            cgroup_root: "/".into(),
            cgroups_per_qos: true,
            max_pods: 110,
            pods_per_core: 0,
            pod_pids_limit: -1,
            node_status_update_frequency: Span(Duration::from_secs(10)),
            node_status_report_frequency: Span(Duration::from_secs(300)),
            node_lease_duration_seconds: 40,
            container_runtime_endpoint: "unix:///run/kadm/cri.sock".into(),
            container_log_max_size: "10Mi".into(),
            container_log_max_files: 5,
            fail_swap_on: true,
            register_node: true,
            register_with_taints: Vec::new(),
            system_reserved: BTreeMap::new(),
            kube_reserved: BTreeMap::new(),
            enable_controller_attach_detach: true,
            cpu_c_f_s_quota: true,
            cpu_manager_reconcile_period: None,
            eviction_pressure_transition_period: None,
            file_check_frequency: None,
            http_check_frequency: None,
            image_minimum_gc_age: None,
            image_maximum_gc_age: None,
            runtime_request_timeout: None,
            shutdown_grace_period: None,
            shutdown_grace_period_critical_pods: None,
            streaming_connection_idle_timeout: None,
            sync_frequency: None,
            volume_stats_agg_period: None,
            logging: None,
            memory_swap: None,
            crash_loop_back_off: CrashLoopBackOff::default(),
        }
    }
}

/// The kubelet's flags.
pub fn command() -> Command {
    let path = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).value_parser(clap::value_parser!(PathBuf))
    };
    let text = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help);
    Command::new("kubelet")
        // As pflag has it: the last one counts.
        .args_override_self(true)
        .about("The node agent: runs the pods that are bound to this node, and its static pods")
        .version(component::KUBERNETES_VERSION)
        .arg(path("config", "The file with the KubeletConfiguration"))
        .arg(path("kubeconfig", "The kubeconfig with which to reach the API server; without it the kubelet runs static pods alone"))
        .arg(path("bootstrap-kubeconfig", "The kubeconfig with which to ask for a client certificate when --kubeconfig does not exist yet"))
        .arg(path("root-dir", "Where pods' volumes and the kubelet's state are kept").default_value("/var/lib/kubelet"))
        .arg(path("cert-dir", "Where the kubelet's certificates are kept").default_value("/var/lib/kubelet/pki"))
        .arg(path("pod-manifest-path", "The folder (or file) with static pods").hide(true))
        .arg(path("pod-log-dir", "Where containers' logs are kept").default_value("/var/log/pods").hide(true))
        .arg(text("hostname-override", "The node's name instead of the host name"))
        .arg(text("node-ip", "The node's address").value_parser(clap::value_parser!(std::net::IpAddr)))
        .arg(text("node-labels", "Labels to register with, as key=value,key=value").value_parser(flags::parse_map))
        .arg(text("register-with-taints", "Taints to register with, as key=value:effect,...").value_parser(parse_taints))
        .arg(text("container-runtime-endpoint", "The CRI socket, such as unix:///run/containerd/containerd.sock"))
        .arg(text("cluster-dns", "The cluster's DNS servers, separated by commas").value_delimiter(',').action(ArgAction::Append))
        .arg(text("cluster-domain", "The cluster's domain"))
        .arg(text("cgroup-driver", "cgroupfs or systemd").value_parser(["cgroupfs", "systemd"]))
        .arg(text("max-pods", "How many pods this node takes").value_parser(clap::value_parser!(u32)))
        .arg(flags::boolean("fail-swap-on", true, "Refuse to start while swap is on").hide(true))
        .arg(flags::boolean("register-node", true, "Register the node with the API server"))
        .arg(flags::verbosity())
}

fn parse_taints(text: &str) -> Result<Vec<Taint>, String> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (left, effect) = part
                .rsplit_once(':')
                .ok_or_else(|| format!("{part:?} is not a taint; write key=value:effect"))?;
            if !["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(&effect) {
                return Err(format!(
                    "{effect:?} is no taint effect; use NoSchedule, PreferNoSchedule or NoExecute"
                ));
            }
            let (key, value) = left.split_once('=').unwrap_or((left, ""));
            Ok(Taint { key: key.into(), value: value.into(), effect: effect.into() })
        })
        .collect()
}

impl Config {
    /// Puts the file and the flags together; flags win.
    ///
    /// # Errors
    /// Names the file and field, or the flag, that can't be used.
    pub fn load(matches: &ArgMatches) -> Result<Self> {
        let given = |name: &str| matches.value_source(name) == Some(clap::parser::ValueSource::CommandLine);
        let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
        let mut file = match path("config") {
            Some(config) => read(&config)?,
            None => KubeletConfiguration::default(),
        };
        if let Some(endpoint) = matches.get_one::<String>("container-runtime-endpoint") {
            file.container_runtime_endpoint.clone_from(endpoint);
        }
        if let Some(folder) = path("pod-manifest-path") {
            file.static_pod_path = Some(folder);
        }
        if let Some(servers) = matches.get_many::<String>("cluster-dns") {
            file.cluster_dns = servers.cloned().collect();
        }
        if let Some(domain) = matches.get_one::<String>("cluster-domain") {
            file.cluster_domain.clone_from(domain);
        }
        if let Some(driver) = matches.get_one::<String>("cgroup-driver") {
            file.cgroup_driver.clone_from(driver);
        }
        if let Some(most) = matches.get_one::<u32>("max-pods") {
            file.max_pods = *most;
        }
        if given("fail-swap-on") {
            file.fail_swap_on = matches.get_flag("fail-swap-on");
        }
        if given("register-node") {
            file.register_node = matches.get_flag("register-node");
        }
        if file.cgroup_driver == "systemd" {
            bail!("cgroupDriver systemd is not built yet; use cgroupfs");
        }
        if !["Webhook", "AlwaysAllow"].contains(&file.authorization.mode.as_str()) {
            bail!("authorization.mode {:?} is unknown; use Webhook or AlwaysAllow", file.authorization.mode);
        }
        if file.fail_swap_on && swap_is_on() {
            bail!("swap is on; turn it off (swapoff -a), or set failSwapOn: false");
        }
        Ok(Self {
            register_with_taints: matches
                .get_one::<Vec<Taint>>("register-with-taints")
                .cloned()
                .unwrap_or_else(|| file.register_with_taints.clone()),
            kubeconfig: path("kubeconfig"),
            bootstrap_kubeconfig: path("bootstrap-kubeconfig"),
            hostname_override: matches.get_one::<String>("hostname-override").cloned(),
            node_ip: matches.get_one::<std::net::IpAddr>("node-ip").copied(),
            node_labels: matches
                .get_one::<BTreeMap<String, String>>("node-labels")
                .cloned()
                .unwrap_or_default(),
            root: path("root-dir").unwrap_or_else(|| "/var/lib/kubelet".into()),
            cert_dir: path("cert-dir").unwrap_or_else(|| "/var/lib/kubelet/pki".into()),
            log_root: path("pod-log-dir").unwrap_or_else(|| "/var/log/pods".into()),
            runtime_endpoint: file.container_runtime_endpoint.clone(),
            verbosity: matches.get_one::<u8>("v").copied().unwrap_or_default(),
            file,
        })
    }
}

fn read(path: &Path) -> Result<KubeletConfiguration> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration {}", path.display()))?;
    parse(&text).with_context(|| format!("the configuration {} can't be used", path.display()))
}

fn parse(text: &str) -> Result<KubeletConfiguration> {
    let value: serde_yaml::Value = serde_yaml::from_str(text)?;
    let file: KubeletConfiguration = serde_yaml::from_value(without_zeros(value))?;
    if file.kind != "KubeletConfiguration" || file.api_version != "kubelet.config.k8s.io/v1beta1" {
        bail!(
            "it is a {} {}, not a kubelet.config.k8s.io/v1beta1 KubeletConfiguration",
            file.api_version,
            file.kind
        );
    }
    only_defaults(&file)?;
    Ok(file)
}

/// Refuses settings of what is not built, unless they say what upstream's default says: files that
/// were printed with all their defaults are taken.
fn only_defaults(file: &KubeletConfiguration) -> Result<()> {
    let seconds = |seconds| Span(Duration::from_secs(seconds));
    for (name, given, default, why) in [
        ("cpuManagerReconcilePeriod", file.cpu_manager_reconcile_period, seconds(10), "the CPU manager"),
        (
            "evictionPressureTransitionPeriod",
            file.eviction_pressure_transition_period,
            seconds(300),
            "eviction by pressure",
        ),
        ("httpCheckFrequency", file.http_check_frequency, seconds(20), "static pods by URL"),
        ("imageMinimumGCAge", file.image_minimum_gc_age, seconds(120), "image collection"),
        ("imageMaximumGCAge", file.image_maximum_gc_age, seconds(0), "image collection"),
        ("runtimeRequestTimeout", file.runtime_request_timeout, seconds(120), "this setting"),
        ("shutdownGracePeriod", file.shutdown_grace_period, seconds(0), "graceful node shutdown"),
        (
            "shutdownGracePeriodCriticalPods",
            file.shutdown_grace_period_critical_pods,
            seconds(0),
            "graceful node shutdown",
        ),
        (
            "streamingConnectionIdleTimeout",
            file.streaming_connection_idle_timeout,
            seconds(4 * 3600),
            "this setting",
        ),
        // Changes are told, and nothing is looked at by the clock.
        ("syncFrequency", file.sync_frequency, seconds(60), "this setting"),
        ("fileCheckFrequency", file.file_check_frequency, seconds(20), "this setting"),
        ("volumeStatsAggPeriod", file.volume_stats_agg_period, seconds(60), "this setting"),
    ] {
        if given.is_some_and(|given| given != default) {
            bail!("{name}: {why} is not built yet; leave the field out, or write {}s", default.0.as_secs());
        }
    }
    let empty = |value: &serde_json::Value| match value {
        serde_json::Value::Null => true,
        serde_json::Value::Bool(set) => !set,
        serde_json::Value::Number(number) => number.as_f64() == Some(0.0),
        serde_json::Value::String(text) => matches!(text.as_str(), "" | "0" | "0s" | "5s" | "text"),
        _ => false,
    };
    fn leaves<'a>(
        path: String,
        value: &'a serde_json::Value,
        out: &mut Vec<(String, &'a serde_json::Value)>,
    ) {
        match value {
            serde_json::Value::Object(map) => {
                map.iter().for_each(|(key, value)| leaves(format!("{path}.{key}"), value, out));
            }
            value => out.push((path, value)),
        }
    }
    let mut set = Vec::new();
    file.logging.iter().for_each(|logging| leaves("logging".into(), logging, &mut set));
    if let Some((name, value)) = set.into_iter().find(|(_, value)| !empty(value)) {
        bail!("{name}: {value} is not built yet; use the flag --v for more or less");
    }
    let behavior = file.memory_swap.as_ref().and_then(|swap| swap["swapBehavior"].as_str());
    if let Some(behavior) = behavior.filter(|behavior| !matches!(*behavior, "" | "NoSwap")) {
        bail!("memorySwap.swapBehavior: {behavior} is not built yet; use NoSwap");
    }
    Ok(())
}

/// In upstream's files a zero duration, an empty string and null all mean "the default".
fn without_zeros(value: serde_yaml::Value) -> serde_yaml::Value {
    use serde_yaml::Value;
    match value {
        Value::Mapping(map) => Value::Mapping(
            map.into_iter()
                .filter(|(_, value)| !value.is_null() && !matches!(value.as_str(), Some("0s" | "")))
                .map(|(key, value)| (key, without_zeros(value)))
                .collect(),
        ),
        other => other,
    }
}

fn swap_is_on() -> bool {
    std::fs::read_to_string("/proc/swaps").is_ok_and(|text| text.lines().count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubeadms_file_is_taken_and_unknown_fields_are_refused() {
        let file = parse(
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nstaticPodPath: /etc/kubernetes/manifests\nclusterDNS: [10.96.0.10]\nclusterDomain: cluster.local\nnodeStatusUpdateFrequency: 0s\nauthentication: {x509: {clientCAFile: /ca}, webhook: {cacheTTL: 0s, enabled: true}, anonymous: {enabled: false}}\nauthorization: {mode: Webhook}\nrotateCertificates: true\nlogging: {flushFrequency: 0}\n",
        )
        .expect("parses");
        assert_eq!(file.node_status_update_frequency, Span(Duration::from_secs(10)));
        assert_eq!(file.authentication.webhook.cache_ttl, Span(Duration::from_secs(120)));
        assert_eq!(file.authentication.x509.client_ca_file.as_deref(), Some(Path::new("/ca")));
        let error =
            parse("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nevictonHard: {}\n");
        assert!(error.is_err_and(|error| error.to_string().contains("evictonHard")));
        let with = |field: &str| {
            parse(&format!(
                "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n{field}\n"
            ))
        };
        for good in [
            "syncFrequency: 1m0s",
            "imageMinimumGCAge: 2m",
            "logging: {format: text, flushFrequency: 5s, verbosity: 0, options: {json: {infoBufferSize: '0'}}}",
            "memorySwap: {}",
        ] {
            assert!(with(good).is_ok(), "{good}");
        }
        for bad in [
            "syncFrequency: 1s",
            "imageMaximumGCAge: 24h",
            "logging: {format: json}",
            "memorySwap: {swapBehavior: LimitedSwap}",
            "shutdownGracePeriod: 30s",
        ] {
            assert!(with(bad).is_err_and(|error| error.to_string().contains("not built yet")), "{bad}");
        }
    }

    #[test]
    fn taints() {
        let taints = parse_taints("a=b:NoSchedule,c:NoExecute").expect("parses");
        assert_eq!(taints.len(), 2);
        assert_eq!((taints[1].key.as_str(), taints[1].effect.as_str()), ("c", "NoExecute"));
        assert!(parse_taints("a=b:Never").is_err());
    }
}
