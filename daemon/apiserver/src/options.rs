//! The flags, and the configuration that they make.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use component::flags::{boolean, parse_duration, value, verbosity};

use crate::serving::Serving;
use crate::storage::Override;

/// The program's flags.
pub fn command() -> Command {
    let text =
        |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help).action(ArgAction::Set);
    let list = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::Append).value_delimiter(',')
    };
    let many = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::Append)
    };
    let duration = |name: &'static str, default: &'static str, help: &'static str| {
        value(name, default, help).value_parser(parse_duration)
    };
    Command::new("kube-apiserver")
        // As pflag has it: the last one counts.
        .args_override_self(true)
        .about("The Kubernetes API server: validates objects, stores them in etcd and tells who asks")
        .version(component::KUBERNETES_VERSION)
        .arg(list("admission-control", "deprecated: the admission plugins, and no others; use --enable- and --disable-admission-plugins"))
        .arg(text("admission-control-config-file", "a file with the settings of admission plugins"))
        .arg(text("advertise-address", "the address that the kubernetes service leads to; by default the host's").value_parser(clap::value_parser!(IpAddr)))
        .arg(boolean("aggregator-reject-forwarding-redirect", true, "refuse redirects of extension API servers"))
        .arg(many("allow-metric-labels", "values that a label of a metric may have, as metric,label=value,…; others become \"unexpected\""))
        .arg(text("allow-metric-labels-manifest", "a file with such values, metric,label: value,… each line"))
        .arg(boolean("allow-privileged", false, "allow privileged containers"))
        .arg(boolean("anonymous-auth", true, "let requests without credentials through to authorization as system:anonymous"))
        .arg(list("api-audiences", "audiences that service-account tokens are accepted for; by default the issuer"))
        .arg(value("audit-log-batch-buffer-size", "10000", "how many audit events may wait to be written").value_parser(clap::value_parser!(usize)))
        .arg(value("audit-log-batch-max-size", "1", "most audit events of one batch for the log").value_parser(clap::value_parser!(usize)))
        .arg(duration("audit-log-batch-max-wait", "0s", "how long a batch for the log waits for more events"))
        .arg(value("audit-log-batch-throttle-burst", "0", "most batches for the log at once").value_parser(clap::value_parser!(usize)))
        .arg(boolean("audit-log-batch-throttle-enable", false, "write only so many batches in a second"))
        .arg(value("audit-log-batch-throttle-qps", "0", "most batches for the log in a second").value_parser(clap::value_parser!(f64)))
        .arg(boolean("audit-log-compress", false, "compress rotated audit logs"))
        .arg(value("audit-log-format", "json", "how audit events are written: json, or the line of text of old servers (legacy)").value_parser(["json", "legacy"]))
        .arg(value("audit-log-maxage", "366", "how many days rotated audit logs stay; 0: for ever").value_parser(clap::value_parser!(usize)))
        .arg(value("audit-log-maxbackup", "100", "how many rotated audit logs stay; 0: all").value_parser(clap::value_parser!(usize)))
        .arg(value("audit-log-maxsize", "100", "the size in megabytes at which the audit log is rotated").value_parser(clap::value_parser!(usize)))
        .arg(value("audit-log-mode", "blocking", "when events are written: batch, blocking (the answer waits) or blocking-strict (a request that can't be noted fails)").value_parser(["batch", "blocking", "blocking-strict"]))
        .arg(text("audit-log-path", "where audit events are written, one line each; - for standard output"))
        .arg(boolean("audit-log-truncate-enabled", false, "cut events and batches for the log that are too large"))
        .arg(value("audit-log-truncate-max-batch-size", "10485760", "most bytes of a batch for the log").value_parser(clap::value_parser!(usize)))
        .arg(value("audit-log-truncate-max-event-size", "102400", "most bytes of an event in the log; one that has more loses its objects").value_parser(clap::value_parser!(usize)))
        .arg(value("audit-log-version", "audit.k8s.io/v1", "the version of events that are written").value_parser(["audit.k8s.io/v1"]))
        .arg(value("audit-webhook-batch-buffer-size", "10000", "how many audit events may wait to be sent").value_parser(clap::value_parser!(usize)))
        .arg(value("audit-webhook-batch-max-size", "400", "most audit events of one batch").value_parser(clap::value_parser!(usize)))
        .arg(duration("audit-webhook-batch-max-wait", "30s", "how long a batch waits for more events"))
        .arg(value("audit-webhook-batch-throttle-burst", "15", "most batches at once").value_parser(clap::value_parser!(usize)))
        .arg(boolean("audit-webhook-batch-throttle-enable", true, "send only so many batches in a second"))
        .arg(value("audit-webhook-batch-throttle-qps", "10", "most batches in a second").value_parser(clap::value_parser!(f64)))
        .arg(text("audit-webhook-config-file", "a kubeconfig of the server that audit events are sent to"))
        .arg(duration("audit-webhook-initial-backoff", "10s", "the pause before events are sent again after a failure"))
        .arg(value("audit-webhook-mode", "batch", "when events are sent: batch, blocking (the answer waits) or blocking-strict (a request that can't be noted fails)").value_parser(["batch", "blocking", "blocking-strict"]))
        .arg(boolean("audit-webhook-truncate-enabled", false, "cut events and batches that are too large"))
        .arg(value("audit-webhook-truncate-max-batch-size", "10485760", "most bytes of a batch").value_parser(clap::value_parser!(usize)))
        .arg(value("audit-webhook-truncate-max-event-size", "102400", "most bytes of an event; one that has more loses its objects").value_parser(clap::value_parser!(usize)))
        .arg(value("audit-webhook-version", "audit.k8s.io/v1", "the version of events that are sent").value_parser(["audit.k8s.io/v1"]))
        .arg(text("audit-policy-file", "the policy that says which requests are audited"))
        .arg(text("authentication-config", "a file with the issuers of tokens, and who may come without one"))
        .arg(duration("authentication-token-webhook-cache-ttl", "2m0s", "how long that server's answers hold"))
        .arg(text("authentication-token-webhook-config-file", "a kubeconfig of a server that knows tokens"))
        .arg(value("authentication-token-webhook-version", "v1beta1", "the version of reviews that it takes").value_parser(["v1", "v1beta1"]))
        .arg(text("authorization-config", "a file with the authorizers in order, read anew when it changes"))
        .arg(list("authorization-mode", "authorizers in order: Node, RBAC, ABAC, Webhook, AlwaysAllow, AlwaysDeny [default: AlwaysAllow]"))
        .arg(text("authorization-policy-file", "the policies of ABAC, one JSON line each"))
        .arg(duration("authorization-webhook-cache-authorized-ttl", "5m0s", "how long what the webhook allows holds"))
        .arg(duration("authorization-webhook-cache-unauthorized-ttl", "30s", "how long what it does not allow holds"))
        .arg(text("authorization-webhook-config-file", "a kubeconfig of the server that authorizes"))
        .arg(value("authorization-webhook-version", "v1beta1", "the version of reviews that it takes").value_parser(["v1", "v1beta1"]))
        .arg(value("bind-address", "0.0.0.0", "the address to listen on").value_parser(clap::value_parser!(IpAddr)))
        .arg(value("cert-dir", "/var/run/kubernetes", "where a self-signed certificate is kept when none is given"))
        .arg(text("client-ca-file", "the CA of client certificates"))
        .arg(text("debug-socket-path", "a socket, without TLS or authentication, for /debug/pprof/"))
        .arg(value("default-not-ready-toleration-seconds", "300", "how long pods tolerate a node that is not ready").value_parser(clap::value_parser!(i64)))
        .arg(value("default-unreachable-toleration-seconds", "300", "how long pods tolerate a node that is out of reach").value_parser(clap::value_parser!(i64)))
        .arg(value("delete-collection-workers", "1", "how many objects of a collection are deleted at once").value_parser(clap::value_parser!(u16).range(1..)))
        .arg(list("disable-admission-plugins", "admission plugins to leave out"))
        .arg(list("disabled-metrics", "metrics that are not told, by their whole names"))
        .arg(list("enable-admission-plugins", "admission plugins to add to those that are on by default"))
        .arg(boolean("enable-aggregator-routing", false, "go to the endpoints of extension API servers' and webhooks' services, not to the cluster IPs"))
        .arg(boolean("enable-bootstrap-token-auth", false, "accept bootstrap tokens from kube-system"))
        .arg(boolean("enable-garbage-collector", true, "hold owners back until the garbage collector has seen to their dependents, where that is asked for"))
        .arg(boolean("enable-logs-handler", false, "serve the files in /var/log at /logs, to whom RBAC lets; deprecated upstream"))
        .arg(boolean("enable-priority-and-fairness", true, "queue requests by flow schemas and priority levels; without it those past the limits are turned away"))
        .arg(text("egress-selector-config-file", "a file that says by which proxies etcd, the cluster and other servers are reached"))
        .arg(text("encryption-provider-config", "a file that says which resources are encrypted in etcd, and how"))
        .arg(boolean("encryption-provider-config-automatic-reload", false, "read that file anew when it changes"))
        .arg(value("endpoint-reconciler-type", "lease", "who keeps the kubernetes service's endpoints: lease, master-count or none").value_parser(["lease", "master-count", "none"]))
        .arg(text("etcd-cafile", "the CA of etcd's certificate"))
        .arg(text("etcd-certfile", "the client certificate for etcd"))
        .arg(text("etcd-keyfile", "the key of the client certificate for etcd"))
        .arg(duration("etcd-compaction-interval", "5m0s", "how long etcd keeps history; 0 leaves that to others"))
        .arg(duration("etcd-count-metric-poll-period", "1m0s", "how old the count of objects may be that metrics tell; 0: none is told"))
        .arg(duration("etcd-db-metric-poll-interval", "30s", "how old the size of etcd's database may be that metrics tell; 0: none is told"))
        .arg(duration("etcd-healthcheck-timeout", "2s", "how long etcd may be out of reach before /healthz and /livez fail"))
        .arg(duration("etcd-readycheck-timeout", "2s", "how long etcd may be out of reach before /readyz fails"))
        .arg(value("etcd-prefix", "/registry", "the prefix of all keys in etcd"))
        .arg(list("etcd-servers", "etcd's client addresses, comma separated"))
        .arg(list("etcd-servers-overrides", "group/resource#servers: another etcd for a resource, its addresses separated by semicolons"))
        .arg(duration("event-ttl", "1h", "how long events are kept"))
        .arg(text("external-hostname", "the name by which others reach this server, in discovery and for OpenID Connect; by default its address"))
        .arg(list("feature-gates", "features as name=true or name=false: what is on by default stays so, and what is off is not built"))
        .arg(text("kubelet-certificate-authority", "the CA of kubelets' serving certificates; without it they are not verified"))
        .arg(text("kubelet-client-certificate", "the client certificate for kubelets"))
        .arg(text("kubelet-client-key", "the key of the client certificate for kubelets"))
        .arg(list("kubelet-preferred-address-types", "which of a node's addresses to use, in order [default: Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP]"))
        .arg(duration("kubelet-timeout", "5s", "how long a kubelet may take to accept a connection"))
        .arg(value("kubernetes-service-node-port", "0", "the node port of the kubernetes service; 0: it has none").value_parser(clap::value_parser!(u16)))
        .arg(value("lease-reuse-duration-seconds", "60", "how long etcd's leases are used again for other objects that expire").value_parser(clap::value_parser!(u64)))
        .arg(value("max-connection-bytes-per-sec", "0", "most bytes a second of a connection to a pod, in each direction; 0 is no limit").value_parser(clap::value_parser!(u64)))
        .arg(value("max-mutating-requests-inflight", "200", "most changing requests at a time, 0 is no limit; with priority and fairness the sum of both limits is shared out").value_parser(clap::value_parser!(usize)))
        .arg(value("max-requests-inflight", "400", "most reading requests at a time, 0 is no limit").value_parser(clap::value_parser!(usize)))
        .arg(value("min-request-timeout", "1800", "the shortest time, in seconds, that a watch lasts when the client names none").value_parser(clap::value_parser!(u64)))
        .arg(text("oidc-ca-file", "the CA of the OpenID issuer; by default the host's"))
        .arg(text("oidc-client-id", "the audience of the OpenID issuer's tokens"))
        .arg(text("oidc-groups-claim", "the claim with the user's groups"))
        .arg(text("oidc-groups-prefix", "what goes in front of each of these groups"))
        .arg(text("oidc-issuer-url", "the OpenID issuer"))
        .arg(list("oidc-required-claim", "a claim that must have a value, as key=value"))
        .arg(list("oidc-signing-algs", "the algorithms that the OpenID issuer's tokens may be signed with [default: RS256]"))
        .arg(text("oidc-username-claim", "the claim with the user's name [default: sub]"))
        .arg(text("oidc-username-prefix", "what goes in front of the name; - for nothing"))
        .arg(boolean("profiling", true, "serve /debug/pprof/: the command line, and which profiles there are not"))
        .arg(text("proxy-client-cert-file", "the client certificate for extension API servers"))
        .arg(text("proxy-client-key-file", "the key of the client certificate for extension API servers"))
        .arg(duration("request-timeout", "1m0s", "the longest that a request other than a watch may take"))
        .arg(list("requestheader-allowed-names", "common names of the certificates that may speak for others; empty: any"))
        .arg(text("requestheader-client-ca-file", "the CA of the certificates that may speak for others"))
        .arg(list("requestheader-extra-headers-prefix", "prefixes of headers with a user's extra facts"))
        .arg(list("requestheader-group-headers", "headers with a user's groups"))
        .arg(list("requestheader-uid-headers", "headers with a user's UID"))
        .arg(list("requestheader-username-headers", "headers with a user's name"))
        .arg(list("runtime-config", "API groups to serve or not, as group/version=true|false"))
        .arg(value("secure-port", "6443", "the port to listen on").value_parser(clap::value_parser!(u16)))
        .arg(many("service-account-issuer", "the issuer of service-account tokens; the first signs, all are accepted"))
        .arg(text("service-account-jwks-uri", "where the issuer's keys are published"))
        .arg(many("service-account-key-file", "keys that verify service-account tokens"))
        .arg(boolean("service-account-lookup", true, "check that a token's account still exists"))
        .arg(duration("service-account-max-token-expiration", "0s", "the longest life of a requested token; 0 is no limit"))
        .arg(boolean("service-account-extend-token-expiration", true, "let the tokens that pods mount live for a year, so that old clients that never read them again keep working"))
        .arg(text("service-account-signing-endpoint", "the socket of a program that signs service-account tokens and tells their keys: a path, or @ and the name of an abstract one; in place of the key files"))
        .arg(text("service-account-signing-key-file", "the key that signs service-account tokens"))
        .arg(text("service-cluster-ip-range", "the CIDR that cluster IPs come from"))
        .arg(value("service-node-port-range", "30000-32767", "the ports that node ports come from").value_parser(port_range))
        .arg(value("storage-backend", "etcd3", "how objects are stored").value_parser(["etcd3", ""]))
        .arg(value("storage-media-type", "application/json", "how objects are encoded in etcd: JSON").value_parser(["application/json"]))
        .arg(text("tls-cert-file", "the serving certificate and its chain"))
        .arg(text("tls-private-key-file", "the serving certificate's key"))
        .arg(text("token-auth-file", "a CSV file of static tokens: token,user,uid[,\"group,…\"]"))
        .arg(text("tracing-config-file", "a TracingConfiguration: where spans of requests are sent, and of how many"))
        .arg(verbosity())
        .args(crate::serving::args())
        .args(crate::unbuilt::args())
        .args(component::flags::logging_args())
}

fn port_range(text: &str) -> Result<(u16, u16), String> {
    let bad = || format!("{text:?} is not a port range; write it like 30000-32767");
    let (from, to) = text.split_once(['-', '+']).ok_or_else(bad)?;
    let from: u16 = from.parse().map_err(|_| bad())?;
    let number: u16 = to.parse().map_err(|_| bad())?;
    let to = if text.contains('+') { from.checked_add(number).ok_or_else(bad)? } else { number };
    if from == 0 || to < from { Err(bad()) } else { Ok((from, to)) }
}

/// What authorizes requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Kubelets and their pods' objects.
    Node,
    /// Roles and bindings.
    Rbac,
    /// Everyone.
    AlwaysAllow,
    /// No one.
    AlwaysDeny,
    /// A file of policies.
    Abac,
    /// Another server.
    Webhook,
}

/// A server that gives opinions, and how long they hold.
#[derive(Clone, Debug, Default)]
pub struct Opinions {
    /// Where it is.
    pub kubeconfig: Option<PathBuf>,
    /// The version of reviews that it takes.
    pub version: String,
    /// How long a yes holds.
    pub allowed: Duration,
    /// How long a no holds.
    pub refused: Duration,
}

/// A certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPair {
    /// The certificate's file.
    pub cert: PathBuf,
    /// The key's file.
    pub key: PathBuf,
}

/// The configuration.
#[derive(Clone, Debug)]
pub struct Options {
    /// Every flag as it was given, or by default.
    pub flags: std::collections::BTreeMap<String, String>,
    pub admission_config: Option<PathBuf>,
    pub advertise_address: Option<IpAddr>,
    pub allow_privileged: bool,
    pub anonymous_auth: bool,
    pub api_audiences: Vec<String>,
    pub authorization: Vec<Mode>,
    pub authorization_config: Option<PathBuf>,
    pub authorization_webhook: Opinions,
    pub abac_policies: Option<PathBuf>,
    pub token_webhook: Opinions,
    pub bind_address: IpAddr,
    pub cert_dir: PathBuf,
    pub client_ca: Option<PathBuf>,
    pub not_ready_seconds: i64,
    pub unreachable_seconds: i64,
    pub disabled_plugins: Vec<String>,
    pub enabled_plugins: Vec<String>,
    pub bootstrap_tokens: bool,
    pub encryption_config: Option<PathBuf>,
    pub encryption_reload: bool,
    pub endpoint_reconciler: String,
    pub etcd_ca: Option<PathBuf>,
    pub etcd_client: Option<KeyPair>,
    pub etcd_compaction: Duration,
    pub etcd_prefix: String,
    pub etcd_servers: Vec<String>,
    /// What is stored in another etcd.
    pub etcd_overrides: Vec<Override>,
    /// The oldest version of the cluster's other servers.
    pub oldest_version: &'static str,
    /// The ways out of this server's network.
    pub egress_config: Option<PathBuf>,
    pub event_ttl: Duration,
    pub kubelet_ca: Option<PathBuf>,
    pub kubelet_client: Option<KeyPair>,
    pub kubelet_addresses: Vec<String>,
    pub fairness: bool,
    pub max_mutating: usize,
    pub max_reading: usize,
    pub min_request_timeout: u64,
    pub audit_log: Option<crate::audit::Target>,
    pub audit_policy: Option<PathBuf>,
    pub audit_webhook: Option<crate::audit::webhook::Settings>,
    pub authentication_config: Option<PathBuf>,
    pub oidc: Option<crate::authn::oidc::Flags>,
    pub proxy_client: Option<KeyPair>,
    pub request_timeout: Duration,
    pub header_ca: Option<PathBuf>,
    pub header_names: Vec<String>,
    pub header_extra: Vec<String>,
    pub header_groups: Vec<String>,
    pub header_uids: Vec<String>,
    pub header_users: Vec<String>,
    pub runtime_config: Vec<(String, bool)>,
    pub port: u16,
    pub issuers: Vec<String>,
    pub jwks_uri: Option<String>,
    pub account_keys: Vec<PathBuf>,
    pub account_lookup: bool,
    pub max_token: Duration,
    pub extend_tokens: bool,
    pub account_signer: Option<PathBuf>,
    /// The socket of a program that signs in our place: a path, or `@` and a name.
    pub signing_endpoint: Option<String>,
    /// How long that program may let a request wait. No flag: upstream waits for as long as the request may take, and
    /// then its client is told of a timeout, not of the signer.
    pub signer_patience: Duration,
    /// How long tokens live that pods mount, where they are extended.
    pub extended_token: Duration,
    pub service_range: String,
    pub node_ports: (u16, u16),
    pub serving: Option<KeyPair>,
    pub token_file: Option<PathBuf>,
    pub tracing_config: Option<PathBuf>,
    pub profiling: bool,
    /// The folder whose files are served at `/logs`, if they are.
    pub logs: Option<PathBuf>,
    pub logging: component::logging::Settings,
    pub serving_rules: Serving,
    pub metrics: component::metric_limits::Limits,
    /// Nothing but these admission plugins, where they are named in the old way.
    pub only_plugins: Option<Vec<String>>,
    pub rejects_redirects: bool,
    pub routes_to_endpoints: bool,
    pub garbage_collector: bool,
    pub delete_workers: usize,
    pub debug_socket: Option<PathBuf>,
    /// How long etcd may be out of reach: for the health pages, for readiness.
    pub etcd_patience: (Duration, Duration),
    /// Whether objects are counted, and etcd's database measured.
    pub store_metrics: (bool, bool),
    pub external_host: Option<String>,
    pub kubelet_timeout: Duration,
    pub service_node_port: u16,
    pub lease_reuse: Duration,
    /// Most bytes a second of a connection to a pod.
    pub connection_rate: Option<std::num::NonZeroU64>,
}

/// Admission plugins that this server has.
pub const PLUGINS: &[&str] = &[
    "NamespaceLifecycle",
    "ServiceAccount",
    "NodeRestriction",
    "Priority",
    "DefaultTolerationSeconds",
    "TaintNodesByCondition",
    "DefaultStorageClass",
    "DefaultIngressClass",
    "RuntimeClass",
    "PersistentVolumeClaimResize",
    "AlwaysPullImages",
    "DenyServiceExternalIPs",
    "NamespaceExists",
    "NamespaceAutoProvision",
    "LimitPodHardAntiAffinityTopology",
    "PodNodeSelector",
    "PodTolerationRestriction",
    "ExtendedResourceToleration",
    "PodTopologyLabels",
    "PodResizeValidator",
    "NodeDeclaredFeatureValidator",
    // These judge kinds that are behind gates, as upstream's are, and that are not served: trust
    // bundles and groups of pods.
    "ClusterTrustBundleAttest",
    "JobValidation",
    "PodGroupWorkloadExists",
    "StorageObjectInUseProtection",
    "OwnerReferencesPermissionEnforcement",
    "EventRateLimit",
    "ImagePolicyWebhook",
    "CertificateApproval",
    "CertificateSigning",
    "CertificateSubjectRestriction",
    "AlwaysAdmit",
    "AlwaysDeny",
    "LimitRanger",
    "PodSecurity",
    "ResourceQuota",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionWebhook",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionWebhook",
];

/// Those of them that are off until they are switched on.
const OFF: &[&str] = &[
    "NodeRestriction",
    "AlwaysPullImages",
    "DenyServiceExternalIPs",
    "NamespaceExists",
    "NamespaceAutoProvision",
    "LimitPodHardAntiAffinityTopology",
    "PodNodeSelector",
    "PodTolerationRestriction",
    "ExtendedResourceToleration",
    "OwnerReferencesPermissionEnforcement",
    "EventRateLimit",
    "ImagePolicyWebhook",
    "AlwaysAdmit",
    "AlwaysDeny",
];

/// Reads the file of `--allow-metric-labels-manifest`: a map from `metric,label` to `value,…`.
fn manifest(text: &str, limits: &mut component::metric_limits::Limits) -> Result<(), String> {
    let map: std::collections::BTreeMap<String, String> =
        serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    map.into_iter().try_for_each(|(key, values)| limits.allow(&format!("{key}={values}")))
}

impl Options {
    /// Reads the flags and tells every mistake at once.
    ///
    /// # Errors
    /// One line for each mistake.
    pub fn from_matches(matches: &ArgMatches) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let text = |name: &str| matches.get_one::<String>(name).cloned().filter(|text| !text.is_empty());
        let path = |name: &str| text(name).map(PathBuf::from);
        let list = |name: &str| -> Vec<String> {
            let all = matches.get_many::<String>(name).into_iter().flatten();
            all.map(|text| text.trim().to_string()).filter(|text| !text.is_empty()).collect()
        };
        let flag = |name: &str| matches.get_one::<bool>(name).copied().unwrap_or_default();
        let duration = |name: &str| matches.get_one::<Duration>(name).copied().unwrap_or_default();
        let number = |name: &str| matches.get_one::<usize>(name).copied().unwrap_or_default();
        let seconds = |name: &str| matches.get_one::<i64>(name).copied().unwrap_or_default();
        let mut pair = |cert: &str, key: &str| match (path(cert), path(key)) {
            (Some(cert), Some(key)) => Some(KeyPair { cert, key }),
            (None, None) => None,
            (Some(_), None) => {
                wrong.push(format!("--{cert} is given without --{key}"));
                None
            }
            (None, Some(_)) => {
                wrong.push(format!("--{key} is given without --{cert}"));
                None
            }
        };
        let etcd_client = pair("etcd-certfile", "etcd-keyfile");
        let kubelet_client = pair("kubelet-client-certificate", "kubelet-client-key");
        let proxy_client = pair("proxy-client-cert-file", "proxy-client-key-file");
        let serving = pair("tls-cert-file", "tls-private-key-file");
        let mut authorization = Vec::new();
        for mode in list("authorization-mode") {
            match mode.as_str() {
                "Node" => authorization.push(Mode::Node),
                "RBAC" => authorization.push(Mode::Rbac),
                "AlwaysAllow" => authorization.push(Mode::AlwaysAllow),
                "AlwaysDeny" => authorization.push(Mode::AlwaysDeny),
                "ABAC" => authorization.push(Mode::Abac),
                "Webhook" => authorization.push(Mode::Webhook),
                _ => wrong.push(format!("--authorization-mode={mode}: there is no such authorizer")),
            }
        }
        for (index, mode) in authorization.iter().enumerate() {
            if authorization[..index].contains(mode) {
                wrong.push(format!("--authorization-mode: {mode:?} is named twice"));
            }
        }
        let pairs = [
            (Mode::Abac, "ABAC", "authorization-policy-file"),
            (Mode::Webhook, "Webhook", "authorization-webhook-config-file"),
        ];
        for (mode, word, file) in pairs {
            match (authorization.contains(&mode), path(file).is_some()) {
                (true, false) => wrong.push(format!("--authorization-mode={word} is given without --{file}")),
                (false, true) => wrong.push(format!("--{file} is given without --authorization-mode={word}")),
                _ => {}
            }
        }
        if path("authorization-config").is_some() && !authorization.is_empty() {
            wrong.push("--authorization-config and --authorization-mode can't both be given".into());
        }
        if authorization.is_empty() {
            authorization.push(Mode::AlwaysAllow);
        }
        if flag("encryption-provider-config-automatic-reload") && path("encryption-provider-config").is_none()
        {
            wrong.push(
                "--encryption-provider-config-automatic-reload is given without --encryption-provider-config"
                    .into(),
            );
        }
        let positive = |name: &str| matches.get_one::<f64>(name).is_none_or(|rate| *rate > 0.0);
        for sink in ["log", "webhook"] {
            if text(&format!("audit-{sink}-mode")).as_deref() != Some("batch") {
                continue;
            }
            let rate = positive(&format!("audit-{sink}-batch-throttle-qps"))
                && number(&format!("audit-{sink}-batch-throttle-burst")) > 0;
            if flag(&format!("audit-{sink}-batch-throttle-enable")) && !rate {
                wrong.push(format!("--audit-{sink}-batch-throttle-qps and -burst must be positive"));
            }
            let [buffer, batch] =
                ["buffer", "max"].map(|what| number(&format!("audit-{sink}-batch-{what}-size")));
            if buffer == 0 || batch == 0 {
                wrong.push(format!("--audit-{sink}-batch-buffer-size and -max-size must be positive"));
            } else if batch > buffer {
                wrong.push(format!("--audit-{sink}-batch-max-size must not be above -buffer-size"));
            }
        }
        for sink in ["log", "webhook"] {
            let [event, batch] =
                ["event", "batch"].map(|what| number(&format!("audit-{sink}-truncate-max-{what}-size")));
            if flag(&format!("audit-{sink}-truncate-enabled")) && (event == 0 || event > batch) {
                wrong.push(format!(
                    "--audit-{sink}-truncate-max-event-size must be positive and not above -max-batch-size"
                ));
            }
        }
        let batching = |sink: &str| crate::audit::Batching {
            mode: match text(&format!("audit-{sink}-mode")).as_deref() {
                Some("batch") => crate::audit::Mode::Batch,
                Some("blocking-strict") => crate::audit::Mode::Strict,
                _ => crate::audit::Mode::Blocking,
            },
            buffer: number(&format!("audit-{sink}-batch-buffer-size")),
            batch: number(&format!("audit-{sink}-batch-max-size")),
            wait: duration(&format!("audit-{sink}-batch-max-wait")),
            throttle: flag(&format!("audit-{sink}-batch-throttle-enable")).then(|| {
                let rate = matches.get_one::<f64>(&format!("audit-{sink}-batch-throttle-qps")).copied();
                (rate.unwrap_or(10.0), number(&format!("audit-{sink}-batch-throttle-burst")))
            }),
            truncate: flag(&format!("audit-{sink}-truncate-enabled")).then(|| {
                let [event, batch] =
                    ["event", "batch"].map(|what| number(&format!("audit-{sink}-truncate-max-{what}-size")));
                (event, batch)
            }),
        };
        let etcd_servers = list("etcd-servers");
        let etcd_overrides = Override::read(&list("etcd-servers-overrides"), &mut wrong);
        if etcd_servers.is_empty() {
            wrong.push("--etcd-servers must be specified".into());
        }
        let service_range = text("service-cluster-ip-range").unwrap_or_else(|| "10.0.0.0/24".into());
        if let Err(reason) = crate::net::Range::parse(&service_range) {
            wrong.push(format!("--service-cluster-ip-range: {reason}"));
        }
        let issuers = list("service-account-issuer");
        if issuers.is_empty() {
            wrong.push("--service-account-issuer is a required flag".into());
        }
        let longest = duration("service-account-max-token-expiration");
        if !longest.is_zero() && !(3600..=1 << 32).contains(&longest.as_secs()) {
            wrong.push(
                "the service-account-max-token-expiration must be between 1 hour and 2^32 seconds".into(),
            );
        }
        let signing_endpoint = text("service-account-signing-endpoint");
        if let Some(endpoint) = &signing_endpoint {
            let has_files = path("service-account-signing-key-file").is_some()
                || !list("service-account-key-file").is_empty();
            crate::authn::signer::check(endpoint, has_files, &mut wrong);
        } else if path("service-account-signing-key-file").is_none() {
            wrong.push("--service-account-signing-key-file is a required flag".into());
        }
        for name in ["admission-control", "enable-admission-plugins", "disable-admission-plugins"] {
            for plugin in list(name) {
                if !PLUGINS.contains(&plugin.as_str()) {
                    wrong.push(format!("--{name}: there is no admission plugin {plugin:?}"));
                }
            }
        }
        let mut algorithms = Vec::new();
        for name in list("oidc-signing-algs") {
            match name.parse() {
                Ok(algorithm) if crate::authn::oidc::ALGORITHMS.contains(&algorithm) => {
                    algorithms.push(algorithm);
                }
                _ => wrong.push(format!("--oidc-signing-algs: {name:?} is not built")),
            }
        }
        if algorithms.is_empty() {
            algorithms.push(jsonwebtoken::Algorithm::RS256);
        }
        let oidc = text("oidc-issuer-url").map(|issuer| crate::authn::oidc::Flags {
            issuer,
            client: text("oidc-client-id").unwrap_or_default(),
            ca: path("oidc-ca-file"),
            username_claim: text("oidc-username-claim").unwrap_or_else(|| "sub".into()),
            username_prefix: text("oidc-username-prefix"),
            groups_claim: text("oidc-groups-claim"),
            groups_prefix: text("oidc-groups-prefix").unwrap_or_default(),
            required: list("oidc-required-claim")
                .iter()
                .filter_map(|item| item.split_once('='))
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .collect(),
            algorithms: algorithms.clone(),
        });
        if oidc.as_ref().is_some_and(|flags| flags.client.is_empty()) {
            wrong.push("--oidc-issuer-url is given without --oidc-client-id".into());
        }
        if oidc.is_some() && path("authentication-config").is_some() {
            wrong.push("--authentication-config and --oidc-* flags can't both be given".into());
        }
        let mut runtime_config = Vec::new();
        for item in list("runtime-config") {
            let (name, on) = item.split_once('=').unwrap_or((&item, "true"));
            match component::flags::parse_bool(on) {
                Ok(on) => {
                    let (group, version) = name.split_once('/').map_or(("", name), |(g, v)| (g, v));
                    let group = if group == "api" && version != "all" { "" } else { group };
                    let known = apimachinery::resources::group_versions().contains(&(group, version));
                    if name == "api/all" || known {
                        runtime_config.push((name.to_string(), on));
                    } else if on && name != "api/ga" {
                        wrong.push(format!("--runtime-config={name}: this API version is not built"));
                    }
                }
                Err(reason) => wrong.push(format!("--runtime-config={item}: {reason}")),
            }
        }
        wrong.extend(list("feature-gates").iter().filter_map(|gate| component::features::check(gate).err()));
        let serving_rules = Serving::read(matches, &mut wrong);
        crate::unbuilt::check(matches, &mut wrong);
        let logging = component::flags::logging(matches).unwrap_or_else(|refused| {
            wrong.extend(refused);
            component::logging::Settings::default()
        });
        let mut metrics = component::metric_limits::Limits::default();
        metrics.disable(list("disabled-metrics"));
        for allowed in matches.get_many::<String>("allow-metric-labels").into_iter().flatten() {
            if let Err(why) = metrics.allow(allowed) {
                wrong.push(format!("--allow-metric-labels: {why}"));
            }
        }
        if let Some(path) = path("allow-metric-labels-manifest") {
            let read = std::fs::read_to_string(&path).map_err(|error| error.to_string());
            if let Err(why) = read.and_then(|text| manifest(&text, &mut metrics)) {
                wrong.push(format!("--allow-metric-labels-manifest {}: {why}", path.display()));
            }
        }
        let only = list("admission-control");
        let only_plugins = (!only.is_empty()).then_some(only);
        if only_plugins.is_some()
            && !(list("enable-admission-plugins").is_empty() && list("disable-admission-plugins").is_empty())
        {
            wrong.push("admission-control and enable-admission-plugins/disable-admission-plugins flags are mutually exclusive".into());
        }
        let service_node_port =
            matches.get_one::<u16>("kubernetes-service-node-port").copied().unwrap_or_default();
        let mut kubelet_addresses = list("kubelet-preferred-address-types");
        if kubelet_addresses.is_empty() {
            kubelet_addresses = ["Hostname", "InternalDNS", "InternalIP", "ExternalDNS", "ExternalIP"]
                .map(str::to_string)
                .to_vec();
        }
        let options = Self {
            flags: crate::zpages::flags(matches),
            admission_config: path("admission-control-config-file"),
            advertise_address: matches.get_one("advertise-address").copied(),
            allow_privileged: flag("allow-privileged"),
            anonymous_auth: flag("anonymous-auth"),
            api_audiences: list("api-audiences"),
            authorization,
            authorization_config: path("authorization-config"),
            authorization_webhook: Opinions {
                kubeconfig: path("authorization-webhook-config-file"),
                version: text("authorization-webhook-version").unwrap_or_default(),
                allowed: duration("authorization-webhook-cache-authorized-ttl"),
                refused: duration("authorization-webhook-cache-unauthorized-ttl"),
            },
            abac_policies: path("authorization-policy-file"),
            token_webhook: Opinions {
                kubeconfig: path("authentication-token-webhook-config-file"),
                version: text("authentication-token-webhook-version").unwrap_or_default(),
                allowed: duration("authentication-token-webhook-cache-ttl"),
                refused: duration("authentication-token-webhook-cache-ttl"),
            },
            bind_address: matches
                .get_one("bind-address")
                .copied()
                .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            cert_dir: path("cert-dir").unwrap_or_default(),
            client_ca: path("client-ca-file"),
            not_ready_seconds: seconds("default-not-ready-toleration-seconds"),
            unreachable_seconds: seconds("default-unreachable-toleration-seconds"),
            disabled_plugins: list("disable-admission-plugins"),
            enabled_plugins: list("enable-admission-plugins"),
            bootstrap_tokens: flag("enable-bootstrap-token-auth"),
            encryption_config: path("encryption-provider-config"),
            encryption_reload: flag("encryption-provider-config-automatic-reload"),
            endpoint_reconciler: text("endpoint-reconciler-type").unwrap_or_default(),
            etcd_ca: path("etcd-cafile"),
            etcd_client,
            etcd_compaction: duration("etcd-compaction-interval"),
            etcd_prefix: text("etcd-prefix").unwrap_or_else(|| "/registry".into()),
            etcd_servers,
            etcd_overrides,
            oldest_version: crate::unbuilt::oldest(matches),
            egress_config: path("egress-selector-config-file"),
            event_ttl: duration("event-ttl"),
            kubelet_ca: path("kubelet-certificate-authority"),
            kubelet_client,
            kubelet_addresses,
            fairness: flag("enable-priority-and-fairness"),
            max_mutating: number("max-mutating-requests-inflight"),
            max_reading: number("max-requests-inflight"),
            min_request_timeout: matches.get_one::<u64>("min-request-timeout").copied().unwrap_or(1800),
            audit_log: path("audit-log-path").map(|path| crate::audit::Target {
                path,
                days: number("audit-log-maxage"),
                backups: number("audit-log-maxbackup"),
                megabytes: number("audit-log-maxsize"),
                compress: flag("audit-log-compress"),
                legacy: text("audit-log-format").as_deref() == Some("legacy"),
                batching: batching("log"),
            }),
            audit_policy: path("audit-policy-file"),
            audit_webhook: path("audit-webhook-config-file").map(|kubeconfig| {
                crate::audit::webhook::Settings {
                    kubeconfig,
                    batching: batching("webhook"),
                    backoff: duration("audit-webhook-initial-backoff"),
                }
            }),
            authentication_config: path("authentication-config"),
            oidc,
            proxy_client,
            request_timeout: duration("request-timeout"),
            header_ca: path("requestheader-client-ca-file"),
            header_names: list("requestheader-allowed-names"),
            header_extra: list("requestheader-extra-headers-prefix"),
            header_groups: list("requestheader-group-headers"),
            header_uids: list("requestheader-uid-headers"),
            header_users: list("requestheader-username-headers"),
            runtime_config,
            port: matches.get_one::<u16>("secure-port").copied().unwrap_or(6443),
            issuers,
            jwks_uri: text("service-account-jwks-uri"),
            account_keys: list("service-account-key-file").into_iter().map(PathBuf::from).collect(),
            account_lookup: flag("service-account-lookup"),
            max_token: duration("service-account-max-token-expiration"),
            extend_tokens: flag("service-account-extend-token-expiration"),
            account_signer: path("service-account-signing-key-file"),
            signing_endpoint,
            signer_patience: Duration::from_secs(10),
            extended_token: Duration::from_secs(365 * 24 * 3600),
            service_range,
            node_ports: matches
                .get_one::<(u16, u16)>("service-node-port-range")
                .copied()
                .unwrap_or((30000, 32767)),
            serving,
            token_file: path("token-auth-file"),
            tracing_config: path("tracing-config-file"),
            profiling: flag("profiling"),
            logs: flag("enable-logs-handler").then(|| PathBuf::from("/var/log")),
            logging,
            serving_rules,
            metrics,
            only_plugins,
            rejects_redirects: flag("aggregator-reject-forwarding-redirect"),
            routes_to_endpoints: flag("enable-aggregator-routing"),
            garbage_collector: flag("enable-garbage-collector"),
            delete_workers: matches.get_one::<u16>("delete-collection-workers").copied().unwrap_or(1).into(),
            debug_socket: path("debug-socket-path"),
            etcd_patience: (duration("etcd-healthcheck-timeout"), duration("etcd-readycheck-timeout")),
            store_metrics: (
                !duration("etcd-count-metric-poll-period").is_zero(),
                !duration("etcd-db-metric-poll-interval").is_zero(),
            ),
            external_host: text("external-hostname"),
            kubelet_timeout: duration("kubelet-timeout"),
            service_node_port,
            lease_reuse: Duration::from_secs(
                matches.get_one::<u64>("lease-reuse-duration-seconds").copied().unwrap_or(60),
            ),
            connection_rate: matches
                .get_one::<u64>("max-connection-bytes-per-sec")
                .and_then(|rate| std::num::NonZeroU64::new(*rate)),
        };
        if wrong.is_empty() { Ok(options) } else { Err(wrong) }
    }

    /// Whether an admission plugin runs.
    pub fn plugin(&self, name: &str) -> bool {
        if let Some(only) = &self.only_plugins {
            return only.iter().any(|plugin| plugin == name);
        }
        let by_default = !OFF.contains(&name);
        let on = by_default || self.enabled_plugins.iter().any(|plugin| plugin == name);
        on && !self.disabled_plugins.iter().any(|plugin| plugin == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options, Vec<String>> {
        let all = ["kube-apiserver"].iter().chain(args);
        Options::from_matches(&command().try_get_matches_from(all).map_err(|error| vec![error.to_string()])?)
    }

    #[test]
    fn tells_every_mistake_at_once() {
        let wrong = parse(&["--tls-cert-file=x", "--authorization-mode=Node,Foo"]).expect_err("is wrong");
        assert!(wrong.len() >= 4, "{wrong:?}");
        assert!(parse(&["--no-such-flag"]).is_err());
    }

    /// Every flag that upstream has published for v1.36, and no other.
    #[test]
    fn flags_are_upstreams() {
        let Some(reference) = crate::published::reference() else { return };
        let list = std::fs::read_to_string(reference.join("flags/kube-apiserver.txt")).expect("readable");
        let theirs: std::collections::BTreeSet<&str> = list
            .lines()
            .filter_map(|line| line.trim_start_matches("-v, ").strip_prefix("--")?.split_whitespace().next())
            .collect();
        let command = command();
        let mut ours: std::collections::BTreeSet<&str> =
            command.get_arguments().filter_map(Arg::get_long).collect();
        // clap adds these two by itself.
        ours.extend(["help", "version"]);
        let missing: Vec<_> = theirs.difference(&ours).collect();
        let more: Vec<_> = ours.difference(&theirs).filter(|name| **name != "help").collect();
        assert!(theirs.len() > 150 && missing.is_empty() && more.is_empty(), "{missing:?} {more:?}");
    }

    #[test]
    fn flags_that_go_together_or_not() {
        let need = [
            "--etcd-servers=http://127.0.0.1:1",
            "--service-account-issuer=https://a",
            "--service-account-signing-key-file=/x",
        ];
        let with = |more: &[&str]| parse(&[&need[..], more].concat());
        let options = with(&["--admission-control=NamespaceLifecycle,ServiceAccount"]).expect("right");
        assert!(options.plugin("ServiceAccount") && !options.plugin("LimitRanger"));
        let both = ["--admission-control=NamespaceLifecycle", "--enable-admission-plugins=LimitRanger"];
        assert!(with(&both).expect_err("wrong")[0].contains("mutually exclusive"));
        let endpoint = "--service-account-signing-endpoint=/run/signer.sock";
        let short = with(&["--service-account-max-token-expiration=10s"]).expect_err("wrong");
        assert!(short[0].contains("between 1 hour and 2^32 seconds"), "{short:?}");
        let both = with(&[endpoint]).expect_err("wrong");
        assert!(both[0].contains("can't set `--service-account-signing-key-file` and/or"), "{both:?}");
        let keys = parse(&[need[0], need[1], endpoint, "--service-account-key-file=/x"]).expect_err("wrong");
        assert!(keys[0].contains("mutually exclusive"), "{keys:?}");
        let wrong = parse(&[need[0], need[1], "--service-account-signing-endpoint=abc"]).expect_err("wrong");
        assert!(wrong[0].contains("invalid value \"abc\" passed for"), "{wrong:?}");
        let gate = "--feature-gates=ExternalServiceAccountTokenSigner=true";
        let options = parse(&[need[0], need[1], endpoint, gate]).expect("right");
        assert_eq!(options.signing_endpoint.as_deref(), Some("/run/signer.sock"));
        let oidc = ["--oidc-issuer-url=https://a", "--oidc-client-id=b"];
        assert_eq!(
            with(&oidc).expect("right").oidc.expect("flags").algorithms,
            [jsonwebtoken::Algorithm::RS256]
        );
        let algorithms = ["--oidc-signing-algs=ES256,RS512", oidc[0], oidc[1]];
        assert_eq!(with(&algorithms).expect("right").oidc.expect("flags").algorithms.len(), 2);
        assert!(with(&["--oidc-signing-algs=HS256"]).expect_err("wrong")[0].contains("HS256"));
        assert!(with(&["--log-json-split-stream"]).expect_err("wrong")[0].contains("LoggingAlphaOptions"));
        assert!(with(&["--vmodule=a=x"]).is_err());
        assert_eq!(with(&["--vmodule=a*=4"]).expect("right").logging.modules.len(), 1);
    }

    #[test]
    fn port_ranges() {
        assert_eq!(port_range("30000-32767"), Ok((30000, 32767)));
        assert_eq!(port_range("30000+10"), Ok((30000, 30010)));
        assert!(port_range("5-1").is_err());
        assert!(port_range("x").is_err());
    }
}
