//! Flags, as kubeadm writes them and as upstream names them.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Arg, ArgMatches, Command};
use component::flags::{boolean, parse_duration, value, verbosity};

/// Controllers that run unless switched off, and those that run only by name.
pub const CONTROLLERS: &[(&str, bool)] = &[
    ("serviceaccount-token-controller", true),
    ("serviceaccount-controller", true),
    ("root-ca-certificate-publisher-controller", true),
    ("namespace-controller", true),
    ("replicaset-controller", true),
    ("replicationcontroller-controller", true),
    ("deployment-controller", true),
    ("daemonset-controller", true),
    ("job-controller", true),
    ("endpoints-controller", true),
    ("endpointslice-controller", true),
    ("garbage-collector-controller", true),
    ("pod-garbage-collector-controller", true),
    ("node-lifecycle-controller", true),
    ("taint-eviction-controller", true),
    ("node-ipam-controller", true),
    ("certificatesigningrequest-approving-controller", true),
    ("certificatesigningrequest-signing-controller", true),
    ("certificatesigningrequest-cleaner-controller", true),
    ("ttl-after-finished-controller", true),
    ("clusterrole-aggregation-controller", true),
    ("persistentvolumeclaim-protection-controller", true),
    ("persistentvolume-protection-controller", true),
    ("volumeattributesclass-protection-controller", true),
    ("validatingadmissionpolicy-status-controller", true),
    ("service-cidr-controller", true),
    ("bootstrap-signer-controller", false),
    ("token-cleaner-controller", false),
];

/// Upstream's other controllers: they may be switched off, but not on.
const ABSENT: &[&str] = &[
    "cronjob-controller",
    "statefulset-controller",
    "disruption-controller",
    "horizontal-pod-autoscaler-controller",
    "resourcequota-controller",
    "endpointslice-mirroring-controller",
    "persistentvolume-binder-controller",
    "persistentvolume-attach-detach-controller",
    "persistentvolume-expander-controller",
    "ephemeral-volume-controller",
    "resourceclaim-controller",
    "device-taint-eviction-controller",
    "selinux-warning-controller",
    "service-lb-controller",
    "node-route-controller",
    "cloud-node-lifecycle-controller",
    "ttl-controller",
    "legacy-serviceaccount-token-cleaner-controller",
    "storageversion-garbage-collector-controller",
    "storage-version-migrator-controller",
    "kube-apiserver-serving-clustertrustbundle-publisher-controller",
    "podcertificaterequest-cleaner-controller",
];

/// Names from before v1.27.
const ALIASES: &[(&str, &str)] = &[
    ("bootstrapsigner", "bootstrap-signer-controller"),
    ("tokencleaner", "token-cleaner-controller"),
    ("serviceaccount-token", "serviceaccount-token-controller"),
    ("serviceaccount", "serviceaccount-controller"),
    ("root-ca-cert-publisher", "root-ca-certificate-publisher-controller"),
    ("namespace", "namespace-controller"),
    ("replicaset", "replicaset-controller"),
    ("replicationcontroller", "replicationcontroller-controller"),
    ("deployment", "deployment-controller"),
    ("daemonset", "daemonset-controller"),
    ("job", "job-controller"),
    ("endpoint", "endpoints-controller"),
    ("endpointslice", "endpointslice-controller"),
    ("garbagecollector", "garbage-collector-controller"),
    ("podgc", "pod-garbage-collector-controller"),
    ("nodelifecycle", "node-lifecycle-controller"),
    ("nodeipam", "node-ipam-controller"),
    ("csrapproving", "certificatesigningrequest-approving-controller"),
    ("csrsigning", "certificatesigningrequest-signing-controller"),
    ("csrcleaner", "certificatesigningrequest-cleaner-controller"),
    ("ttl-after-finished", "ttl-after-finished-controller"),
    ("clusterrole-aggregation", "clusterrole-aggregation-controller"),
    ("pvc-protection", "persistentvolumeclaim-protection-controller"),
    ("pv-protection", "persistentvolume-protection-controller"),
];

/// The program's flags.
pub fn command() -> Command {
    let concurrent = |name: &'static str, default: &'static str| {
        value(name, default, "The number of objects of this kind that are worked on at once")
    };
    Command::new("kube-controller-manager")
        // As pflag has it: the last one counts.
        .args_override_self(true)
        .about("Runs the controllers that bring the cluster to the state its objects ask for")
        .version(component::KUBERNETES_VERSION)
        .arg(value("kubeconfig", "", "Path to kubeconfig file with authorization and API server location"))
        .arg(
            Arg::new("master")
                .long("master")
                .help("The address of the Kubernetes API server, over the kubeconfig's"),
        )
        .arg(value("controllers", "*", "A list of controllers to enable: '*', 'name' or '-name'"))
        .args(secureport::flags("10257"))
        .arg(boolean(
            "leader-elect",
            true,
            "Start a leader election client and gain leadership before executing",
        ))
        .arg(value("leader-elect-lease-duration", "15s", "How long others wait for a leader that is silent"))
        .arg(value(
            "leader-elect-renew-deadline",
            "10s",
            "How long the leader tries to renew before it gives up",
        ))
        .arg(value("leader-elect-retry-period", "2s", "How long to wait between tries"))
        .arg(value("leader-elect-resource-name", "kube-controller-manager", "The name of the lease"))
        .arg(value("leader-elect-resource-namespace", "kube-system", "The namespace of the lease"))
        .arg(value("cluster-name", "kubernetes", "The instance prefix for the cluster"))
        .arg(value("cluster-cidr", "", "CIDR range for pods in the cluster; for --allocate-node-cidrs"))
        .arg(value("service-cluster-ip-range", "", "CIDR range for services; node ranges must not meet it"))
        .arg(boolean("allocate-node-cidrs", false, "Give each node a part of --cluster-cidr"))
        .arg(value("node-cidr-mask-size", "0", "Mask size of a node's range; 0 means 24 (IPv6: 64)"))
        .arg(value("root-ca-file", "", "The CA bundle that is published to every namespace"))
        .arg(value(
            "service-account-private-key-file",
            "",
            "The key that signs tokens of service account secrets",
        ))
        .arg(boolean(
            "use-service-account-credentials",
            false,
            "Each controller acts as its own service account",
        ))
        .arg(value("cluster-signing-cert-file", "", "The CA certificate that signs certificate requests"))
        .arg(value("cluster-signing-key-file", "", "The CA key that signs certificate requests"))
        .arg(value("cluster-signing-duration", "8760h", "How long signed certificates are valid at most"))
        .arg(value("node-monitor-period", "5s", "How often the state of nodes is looked at"))
        .arg(value(
            "node-monitor-grace-period",
            "50s",
            "How long a node may be silent before it is unhealthy",
        ))
        .arg(value("node-startup-grace-period", "1m", "How long a starting node may be silent"))
        .arg(value("terminated-pod-gc-threshold", "12500", "Ended pods that may exist; 0 means any number"))
        .arg(concurrent("concurrent-deployment-syncs", "5"))
        .arg(concurrent("concurrent-replicaset-syncs", "5"))
        .arg(concurrent("concurrent-daemonset-syncs", "2"))
        .arg(concurrent("concurrent-job-syncs", "5"))
        .arg(concurrent("concurrent-gc-syncs", "20"))
        .arg(concurrent("concurrent-namespace-syncs", "10"))
        .arg(concurrent("concurrent-validating-admission-policy-status-syncs", "5"))
        .arg(verbosity())
}

/// What the manager is to do.
pub struct Config {
    pub kubeconfig: Option<PathBuf>,
    pub master: Option<String>,
    pub enabled: Vec<&'static str>,
    pub leader_elect: bool,
    pub lease: client::leader::LeaseConfig,
    pub allocate_node_cidrs: bool,
    pub cluster_cidr: String,
    pub service_cidr: String,
    pub node_mask: u8,
    pub root_ca: Option<String>,
    pub token_key: Option<String>,
    pub service_account_credentials: bool,
    pub signing: Option<(PathBuf, PathBuf)>,
    pub signing_duration: Duration,
    pub node_monitor_period: Duration,
    pub node_grace: Duration,
    pub node_startup_grace: Duration,
    pub terminated_pods: usize,
    pub deployments_at_once: usize,
    pub replica_sets_at_once: usize,
    pub daemon_sets_at_once: usize,
    pub jobs_at_once: usize,
    pub gc_at_once: usize,
    pub namespaces_at_once: usize,
    pub policies_at_once: usize,
}

/// Which controllers `--controllers` means.
fn enabled(list: &str) -> Result<Vec<&'static str>> {
    let mut all = false;
    let mut on: Vec<&'static str> = Vec::new();
    let mut off: Vec<&'static str> = Vec::new();
    for part in list.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        if part == "*" {
            all = true;
            continue;
        }
        let (name, negative) = match part.strip_prefix('-') {
            Some(name) => (name, true),
            None => (part, false),
        };
        let name = ALIASES.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| new);
        match CONTROLLERS.iter().find(|(known, _)| *known == name) {
            Some((known, _)) if negative => off.push(known),
            Some((known, _)) => on.push(known),
            None if ABSENT.contains(&name) && negative => {}
            None if ABSENT.contains(&name) => bail!("--controllers: {name} is not built yet"),
            None => bail!("--controllers: {name:?} is not in the list of known controllers"),
        }
    }
    Ok(CONTROLLERS
        .iter()
        .filter(|(name, default)| !off.contains(name) && (on.contains(name) || (all && *default)))
        .map(|(name, _)| *name)
        .collect())
}

impl Config {
    /// # Errors
    /// Names the flag, or the file that can't be read.
    pub fn new(matches: &ArgMatches) -> Result<Self> {
        let flag = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
        let path = |name: &str| Some(flag(name)).filter(|path| !path.is_empty()).map(PathBuf::from);
        let on = |name: &str| matches.get_one::<bool>(name).copied().unwrap_or_default();
        let duration =
            |name: &str| parse_duration(&flag(name)).map_err(|reason| anyhow!("--{name}: {reason}"));
        let number = |name: &str| {
            flag(name).parse::<usize>().map_err(|_| anyhow!("--{name} {:?} is not a number", flag(name)))
        };
        let workers = |name: &str| match number(name)? {
            0 => Err(anyhow!("--{name} must be above 0")),
            some => Ok(some),
        };
        let text = |name: &str| -> Result<Option<String>> {
            path(name)
                .map(|path| {
                    std::fs::read_to_string(&path).with_context(|| format!("--{name} {}", path.display()))
                })
                .transpose()
        };
        let signing = match (path("cluster-signing-cert-file"), path("cluster-signing-key-file")) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            _ => bail!("--cluster-signing-cert-file and --cluster-signing-key-file go together"),
        };
        let allocate = on("allocate-node-cidrs");
        if allocate && flag("cluster-cidr").is_empty() {
            bail!("--allocate-node-cidrs needs --cluster-cidr");
        }
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        Ok(Self {
            kubeconfig: path("kubeconfig"),
            master: matches.get_one::<String>("master").cloned(),
            enabled: enabled(&flag("controllers"))?,
            leader_elect: on("leader-elect"),
            lease: client::leader::LeaseConfig {
                namespace: flag("leader-elect-resource-namespace"),
                name: flag("leader-elect-resource-name"),
                identity: format!("{}_{:016x}", host.trim(), rand::random::<u64>()),
                lease_duration: duration("leader-elect-lease-duration")?,
                renew_deadline: duration("leader-elect-renew-deadline")?,
                retry_period: duration("leader-elect-retry-period")?,
            },
            allocate_node_cidrs: allocate,
            cluster_cidr: flag("cluster-cidr"),
            service_cidr: flag("service-cluster-ip-range"),
            node_mask: u8::try_from(number("node-cidr-mask-size")?).context("--node-cidr-mask-size")?,
            root_ca: text("root-ca-file")?,
            token_key: text("service-account-private-key-file")?,
            service_account_credentials: on("use-service-account-credentials"),
            signing,
            signing_duration: duration("cluster-signing-duration")?,
            node_monitor_period: duration("node-monitor-period")?,
            node_grace: duration("node-monitor-grace-period")?,
            node_startup_grace: duration("node-startup-grace-period")?,
            terminated_pods: number("terminated-pod-gc-threshold")?,
            deployments_at_once: workers("concurrent-deployment-syncs")?,
            replica_sets_at_once: workers("concurrent-replicaset-syncs")?,
            daemon_sets_at_once: workers("concurrent-daemonset-syncs")?,
            jobs_at_once: workers("concurrent-job-syncs")?,
            gc_at_once: workers("concurrent-gc-syncs")?,
            namespaces_at_once: workers("concurrent-namespace-syncs")?,
            policies_at_once: workers("concurrent-validating-admission-policy-status-syncs")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controllers() {
        let all = enabled("*").expect("valid");
        assert!(all.contains(&"deployment-controller") && !all.contains(&"token-cleaner-controller"));
        let kubeadm = enabled("*,bootstrapsigner,tokencleaner,-cronjob-controller").expect("valid");
        assert!(kubeadm.contains(&"token-cleaner-controller"));
        assert_eq!(enabled("job-controller").expect("valid"), ["job-controller"]);
        assert!(!enabled("*,-job").expect("valid").contains(&"job-controller"));
        assert!(
            enabled("statefulset-controller").is_err_and(|error| error.to_string().contains("not built yet"))
        );
        assert!(enabled("wonder").is_err());
    }
}
