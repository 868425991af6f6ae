//! What the runtime is told of a sandbox and of a container.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use apimachinery::expand::expand;
use criapi::{
    Capability, ContainerConfig, ContainerMetadata, DnsConfig, ImageSpec, Int64Value, KeyValue,
    LinuxContainerConfig, LinuxContainerSecurityContext, LinuxPodSandboxConfig, LinuxSandboxSecurityContext,
    Mount, MountPropagation, NamespaceMode, NamespaceOption, PodSandboxConfig, PodSandboxMetadata,
    PortMapping, Protocol, SecurityProfile,
};
use k8s_openapi::api::core::v1::{Container, Pod, PodSpec, SeccompProfile};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use sha2::{Digest, Sha256};

use super::resources::{linux, qos, spare_memory};
use super::runtime::{LABEL_CONTAINER, LABEL_NAME, LABEL_NAMESPACE, LABEL_UID};
use crate::volume::Mounted;

/// The annotation with the hash of what makes a container what it is.
pub const HASH: &str = "io.kubernetes.container.hash";
/// The annotation with how often the container was started again.
pub const RESTARTS: &str = "io.kubernetes.container.restartCount";
/// The annotation with where the container leaves its last words.
pub const MESSAGE_PATH: &str = "io.kubernetes.container.terminationMessagePath";
/// The annotation with what counts as last words.
pub const MESSAGE_POLICY: &str = "io.kubernetes.container.terminationMessagePolicy";

/// A hash of name and image: what can't change without a new container.
pub fn hash(container: &Container) -> String {
    let text = format!("{}\0{}", container.name, container.image.as_deref().unwrap_or_default());
    hex::encode(&Sha256::digest(text)[..4])
}

/// The labels on everything of a pod.
fn labels(pod: &Pod) -> BTreeMap<String, String> {
    BTreeMap::from([
        (LABEL_NAME.into(), super::name(pod).into()),
        (LABEL_NAMESPACE.into(), super::namespace(pod).into()),
        (LABEL_UID.into(), super::uid(pod).into()),
    ])
}

/// The folder of a pod's logs.
pub fn log_folder(root: &Path, pod: &Pod) -> PathBuf {
    root.join(format!("{}_{}_{}", super::namespace(pod), super::name(pod), super::uid(pod)))
}

/// What the node gives to every pod.
pub struct NodeFacts<'a> {
    pub log_root: &'a Path,
    pub node_name: &'a str,
    pub cluster_dns: &'a [String],
    pub cluster_domain: &'a str,
    pub resolv_conf: Option<&'a Path>,
    pub memory: i64,
    pub cfs_quota: bool,
}

/// The name a pod knows itself by: its own, cut to what a host name may have.
pub fn hostname(pod: &Pod, facts: &NodeFacts<'_>) -> String {
    let spec = super::spec(pod);
    if spec.host_network == Some(true) {
        return facts.node_name.to_string();
    }
    if let Some(name) =
        spec.hostname_override.as_ref().or(spec.hostname.as_ref()).filter(|name| !name.is_empty())
    {
        return name.clone();
    }
    super::name(pod).chars().take(63).collect::<String>().trim_end_matches(['-', '.']).to_string()
}

/// The most that the kernel takes as a host name.
const LONGEST_HOSTNAME: usize = 64;

/// What the kernel's host name in the pod is: none of its own on the host's network, the whole
/// domain name for who asks for it (`setHostnameAsFQDN`).
///
/// # Errors
/// When the domain name is too long for a host name.
fn kernel_hostname(pod: &Pod, facts: &NodeFacts<'_>) -> Result<String, String> {
    let spec = super::spec(pod);
    if spec.host_network == Some(true) {
        return Ok(String::new());
    }
    let name = hostname(pod, facts);
    let subdomain = spec.subdomain.as_deref().filter(|subdomain| !subdomain.is_empty());
    let (Some(true), None, Some(subdomain)) =
        (spec.set_hostname_as_fqdn, spec.hostname_override.as_ref(), subdomain)
    else {
        return Ok(name);
    };
    let full = format!("{name}.{subdomain}.{}.svc.{}", super::namespace(pod), facts.cluster_domain);
    if full.len() > LONGEST_HOSTNAME {
        return Err(format!(
            "Failed to construct FQDN from Pod hostname and cluster domain, FQDN {full} is too long ({LONGEST_HOSTNAME} characters is the max, {} characters requested)",
            full.len()
        ));
    }
    Ok(full)
}

/// The sandbox.
///
/// # Errors
/// When the pod asks for a host name that can't be.
pub fn sandbox(
    pod: &Pod,
    attempt: u32,
    cgroup: &str,
    facts: &NodeFacts<'_>,
) -> Result<PodSandboxConfig, String> {
    let spec = super::spec(pod);
    let host_network = spec.host_network == Some(true);
    let security = spec.security_context.clone().unwrap_or_default();
    let mut ports = Vec::new();
    for container in spec.containers.iter().chain(spec.init_containers.iter().flatten()) {
        for port in container.ports.iter().flatten().filter(|_| !host_network) {
            if let Some(host_port) = port.host_port.filter(|port| *port > 0) {
                ports.push(PortMapping {
                    protocol: protocol(port.protocol.as_deref()).into(),
                    container_port: port.container_port,
                    host_port,
                    host_ip: port.host_ip.clone().unwrap_or_default(),
                });
            }
        }
    }
    let privileged = super::containers(&spec).iter().any(|(_, container)| {
        container.security_context.as_ref().is_some_and(|context| context.privileged == Some(true))
    });
    let annotations = pod.metadata.annotations.clone().unwrap_or_default();
    let mut all_labels = labels(pod);
    all_labels.extend(pod.metadata.labels.clone().unwrap_or_default());
    Ok(PodSandboxConfig {
        metadata: Some(PodSandboxMetadata {
            name: super::name(pod).into(),
            uid: super::uid(pod).into(),
            namespace: super::namespace(pod).into(),
            attempt,
        }),
        hostname: kernel_hostname(pod, facts)?,
        log_directory: log_folder(facts.log_root, pod).to_string_lossy().into_owned(),
        dns_config: Some(dns(&spec, super::namespace(pod), facts)),
        port_mappings: ports,
        labels: all_labels,
        annotations: annotations.into_iter().collect(),
        linux: Some(LinuxPodSandboxConfig {
            cgroup_parent: cgroup.into(),
            security_context: Some(LinuxSandboxSecurityContext {
                namespace_options: Some(namespaces(&spec)),
                run_as_user: security.run_as_user.map(|value| Int64Value { value }),
                run_as_group: security
                    .run_as_user
                    .and(security.run_as_group)
                    .map(|value| Int64Value { value }),
                supplemental_groups: supplemental(&spec),
                privileged,
                seccomp: Some(seccomp(security.seccomp_profile.as_ref())),
                ..Default::default()
            }),
            sysctls: security
                .sysctls
                .iter()
                .flatten()
                .map(|sysctl| (sysctl.name.clone(), sysctl.value.clone()))
                .collect(),
            ..Default::default()
        }),
    })
}

fn protocol(name: Option<&str>) -> Protocol {
    match name {
        Some("UDP") => Protocol::Udp,
        Some("SCTP") => Protocol::Sctp,
        _ => Protocol::Tcp,
    }
}

fn namespaces(spec: &PodSpec) -> NamespaceOption {
    let node_or = |host: Option<bool>, otherwise: NamespaceMode| {
        if host == Some(true) { NamespaceMode::Node } else { otherwise }
    };
    let pid = if spec.share_process_namespace == Some(true) {
        NamespaceMode::Pod
    } else {
        NamespaceMode::Container
    };
    NamespaceOption {
        network: node_or(spec.host_network, NamespaceMode::Pod).into(),
        pid: node_or(spec.host_pid, pid).into(),
        ipc: node_or(spec.host_ipc, NamespaceMode::Pod).into(),
        ..Default::default()
    }
}

fn supplemental(spec: &PodSpec) -> Vec<i64> {
    let Some(security) = &spec.security_context else { return Vec::new() };
    let mut groups: Vec<i64> = security.fs_group.into_iter().collect();
    groups.extend(security.supplemental_groups.iter().flatten());
    groups
}

fn seccomp(profile: Option<&SeccompProfile>) -> SecurityProfile {
    use criapi::security_profile::ProfileType;
    let (kind, file) =
        match profile.map(|profile| (profile.type_.as_str(), profile.localhost_profile.clone())) {
            Some(("RuntimeDefault", _)) => (ProfileType::RuntimeDefault, None),
            Some(("Localhost", file)) => {
                (ProfileType::Localhost, file.map(|file| format!("/var/lib/kubelet/seccomp/{file}")))
            }
            _ => (ProfileType::Unconfined, None),
        };
    SecurityProfile { profile_type: kind.into(), localhost_ref: file.unwrap_or_default() }
}

/// What stands in the pod's resolv.conf.
pub fn dns(spec: &PodSpec, namespace: &str, facts: &NodeFacts<'_>) -> DnsConfig {
    let host = || {
        let file = facts.resolv_conf.unwrap_or(Path::new("/etc/resolv.conf"));
        parse_resolv(&std::fs::read_to_string(file).unwrap_or_default())
    };
    let policy = spec.dns_policy.as_deref().unwrap_or("ClusterFirst");
    let cluster = match policy {
        "ClusterFirst" => spec.host_network != Some(true),
        "ClusterFirstWithHostNet" => true,
        _ => false,
    };
    let mut config = if policy == "None" {
        DnsConfig::default()
    } else if cluster && !facts.cluster_dns.is_empty() {
        let domain = facts.cluster_domain;
        let mut searches = Vec::new();
        if !domain.is_empty() {
            searches = vec![format!("{namespace}.svc.{domain}"), format!("svc.{domain}"), domain.to_string()];
        }
        for search in host().searches {
            if !searches.contains(&search) {
                searches.push(search);
            }
        }
        DnsConfig { servers: facts.cluster_dns.to_vec(), searches, options: vec!["ndots:5".into()] }
    } else {
        host()
    };
    if let Some(more) = &spec.dns_config {
        let add = |list: &mut Vec<String>, more: &Option<Vec<String>>| {
            for item in more.iter().flatten() {
                if !list.contains(item) {
                    list.push(item.clone());
                }
            }
        };
        add(&mut config.servers, &more.nameservers);
        add(&mut config.searches, &more.searches);
        for option in more.options.iter().flatten() {
            let name = option.name.clone().unwrap_or_default();
            config.options.retain(|held| held.split(':').next() != Some(&name));
            config.options.push(match &option.value {
                Some(value) => format!("{name}:{value}"),
                None => name,
            });
        }
    }
    config
}

fn parse_resolv(text: &str) -> DnsConfig {
    let mut config = DnsConfig::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("nameserver") => config.servers.extend(words.next().map(str::to_string)),
            Some("search") => config.searches = words.map(str::to_string).collect(),
            Some("options") => config.options = words.map(str::to_string).collect(),
            _ => {}
        }
    }
    config
}

/// The text of the pod's /etc/hosts.
pub fn hosts(pod: &Pod, ips: &[String], name: &str, domain: &str) -> String {
    let spec = super::spec(pod);
    let mut text = if spec.host_network == Some(true) {
        let own = std::fs::read_to_string("/etc/hosts").unwrap_or_default();
        format!("# Kubernetes-managed hosts file (host network).\n{own}")
    } else {
        let mut text = String::from(
            "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n",
        );
        for ip in ips {
            match spec.subdomain.as_deref().filter(|subdomain| !subdomain.is_empty()) {
                Some(subdomain) => {
                    let namespace = super::namespace(pod);
                    text.push_str(&format!("{ip}\t{name}.{subdomain}.{namespace}.svc.{domain}\t{name}\n"));
                }
                None => text.push_str(&format!("{ip}\t{name}\n")),
            }
        }
        text
    };
    let aliases: Vec<_> = spec.host_aliases.iter().flatten().collect();
    if !aliases.is_empty() {
        text.push_str("\n# Entries added by HostAliases.\n");
        for alias in aliases {
            text.push_str(&format!(
                "{}\t{}\n",
                alias.ip,
                alias.hostnames.clone().unwrap_or_default().join("\t")
            ));
        }
    }
    text
}

/// Everything about one start of a container that is not in its specification.
pub struct Start<'a> {
    pub restarts: u32,
    pub image_ref: String,
    pub env: Vec<(String, String)>,
    pub volumes: &'a HashMap<String, Mounted>,
    pub hosts_file: Option<PathBuf>,
    pub message_file: PathBuf,
    /// The user that the image names, for runAsNonRoot.
    pub image_user: Option<i64>,
    pub image_username: String,
    pub target: Option<String>,
}

/// The container.
///
/// # Errors
/// Says what of the container can't be honoured; becomes CreateContainerConfigError.
pub fn container(
    pod: &Pod,
    container: &Container,
    start: &Start<'_>,
    facts: &NodeFacts<'_>,
) -> Result<ContainerConfig, String> {
    let spec = super::spec(pod);
    let known: HashMap<&str, &str> =
        start.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let words = |list: &Option<Vec<String>>| -> Vec<String> {
        list.iter()
            .flatten()
            .map(|word| expand(word, |name| known.get(name).map(|value| (*value).to_string())))
            .collect()
    };
    let message_path = container.termination_message_path.as_deref().unwrap_or("/dev/termination-log");
    let mut mounts = mounts(container, start, &known)?;
    if !message_path.is_empty() {
        mounts.push(Mount {
            container_path: message_path.into(),
            host_path: start.message_file.to_string_lossy().into_owned(),
            ..Default::default()
        });
    }
    if let Some(file) = &start.hosts_file
        && !mounts.iter().any(|mount| mount.container_path == "/etc/hosts")
    {
        mounts.push(Mount {
            container_path: "/etc/hosts".into(),
            host_path: file.to_string_lossy().into_owned(),
            ..Default::default()
        });
    }
    let mut all_labels = labels(pod);
    all_labels.insert(LABEL_CONTAINER.into(), container.name.clone());
    let policy = container.termination_message_policy.clone().unwrap_or_else(|| "File".into());
    let annotations = BTreeMap::from([
        (HASH.to_string(), hash(container)),
        (RESTARTS.to_string(), start.restarts.to_string()),
        (MESSAGE_PATH.to_string(), message_path.to_string()),
        (MESSAGE_POLICY.to_string(), policy),
        ("io.kubernetes.pod.terminationGracePeriod".to_string(), super::grace(pod).to_string()),
    ]);
    let critical = spec.priority.is_some_and(|priority| priority >= 2_000_000_000);
    let mut security = security(&spec, container, start)?;
    if let Some(target) = &start.target
        && let Some(options) = &mut security.namespace_options
    {
        options.pid = NamespaceMode::Target.into();
        options.target_id.clone_from(target);
    }
    Ok(ContainerConfig {
        metadata: Some(ContainerMetadata { name: container.name.clone(), attempt: start.restarts }),
        image: Some(ImageSpec {
            image: start.image_ref.clone(),
            user_specified_image: container.image.clone().unwrap_or_default(),
            ..Default::default()
        }),
        command: words(&container.command),
        args: words(&container.args),
        working_dir: container.working_dir.clone().unwrap_or_default(),
        envs: start
            .env
            .iter()
            .map(|(key, value)| KeyValue { key: key.clone(), value: value.clone() })
            .collect(),
        mounts,
        labels: all_labels,
        annotations,
        log_path: format!("{}/{}.log", container.name, start.restarts),
        stdin: container.stdin == Some(true),
        stdin_once: container.stdin_once == Some(true),
        tty: container.tty == Some(true),
        linux: Some(LinuxContainerConfig {
            resources: Some(linux(
                qos(&spec),
                critical,
                container,
                spare_memory(&spec),
                facts.memory,
                facts.cfs_quota,
            )),
            security_context: Some(security),
        }),
        ..Default::default()
    })
}

fn mounts(
    container: &Container,
    start: &Start<'_>,
    known: &HashMap<&str, &str>,
) -> Result<Vec<Mount>, String> {
    let mut mounts = Vec::new();
    for mount in container.volume_mounts.iter().flatten() {
        let volume = start.volumes.get(&mount.name).ok_or_else(|| {
            format!(
                "container {:?} mounts volume {:?}, which the pod does not have",
                container.name, mount.name
            )
        })?;
        let sub_path = match (&mount.sub_path, &mount.sub_path_expr) {
            (_, Some(expression)) if !expression.is_empty() => {
                Some(expand(expression, |name| known.get(name).map(|value| (*value).to_string())))
            }
            (Some(path), _) if !path.is_empty() => Some(path.clone()),
            _ => None,
        };
        let host_path = match sub_path {
            None => volume.path.clone(),
            Some(sub) => volume.sub_path(&sub)?,
        };
        let propagation = match mount.mount_propagation.as_deref() {
            Some("HostToContainer") => MountPropagation::PropagationHostToContainer,
            Some("Bidirectional") => MountPropagation::PropagationBidirectional,
            _ => MountPropagation::PropagationPrivate,
        };
        mounts.push(Mount {
            container_path: if mount.mount_path.starts_with('/') {
                mount.mount_path.clone()
            } else {
                format!("/{}", mount.mount_path)
            },
            host_path: host_path.to_string_lossy().into_owned(),
            readonly: mount.read_only == Some(true) || volume.read_only,
            propagation: propagation.into(),
            ..Default::default()
        });
    }
    Ok(mounts)
}

/// What containers must not see or change of /proc and /sys, unless they are privileged.
const MASKED: &[&str] = &[
    "/proc/asound",
    "/proc/acpi",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
    "/sys/devices/virtual/powercap",
];
const READ_ONLY: &[&str] = &["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

fn security(
    spec: &PodSpec,
    container: &Container,
    start: &Start<'_>,
) -> Result<LinuxContainerSecurityContext, String> {
    let pod = spec.security_context.clone().unwrap_or_default();
    let own = container.security_context.clone().unwrap_or_default();
    let privileged = own.privileged == Some(true);
    let user = own.run_as_user.or(pod.run_as_user);
    let group = own.run_as_group.or(pod.run_as_group);
    if own.run_as_non_root.or(pod.run_as_non_root) == Some(true) {
        match (user, start.image_user) {
            (Some(0), _) => return Err("container's runAsUser breaks non-root policy".into()),
            (None, Some(0)) => return Err("container has runAsNonRoot and image will run as root".into()),
            (None, None) if !start.image_username.is_empty() => {
                return Err(format!(
                    "container has runAsNonRoot and image has non-numeric user ({}), cannot verify user is non-root",
                    start.image_username
                ));
            }
            _ => {}
        }
    }
    let unmasked = privileged || own.proc_mount.as_deref() == Some("Unmasked");
    let list = |paths: &[&str]| {
        if unmasked { Vec::new() } else { paths.iter().map(|path| (*path).to_string()).collect() }
    };
    // What the image says of the user is the runtime's to apply.
    let image_user = if user.is_none() { start.image_user } else { None };
    Ok(LinuxContainerSecurityContext {
        capabilities: own.capabilities.map(|wanted| Capability {
            add_capabilities: wanted.add.unwrap_or_default(),
            drop_capabilities: wanted.drop.unwrap_or_default(),
            ..Default::default()
        }),
        privileged,
        namespace_options: Some(namespaces(spec)),
        run_as_user: user.or(image_user).map(|value| Int64Value { value }),
        run_as_username: if user.is_none() && image_user.is_none() {
            start.image_username.clone()
        } else {
            String::new()
        },
        run_as_group: group.map(|value| Int64Value { value }),
        readonly_rootfs: own.read_only_root_filesystem == Some(true),
        supplemental_groups: supplemental(spec),
        no_new_privs: own.allow_privilege_escalation == Some(false),
        masked_paths: list(MASKED),
        readonly_paths: list(READ_ONLY),
        seccomp: Some(if privileged {
            seccomp(None)
        } else {
            seccomp(own.seccomp_profile.as_ref().or(pod.seccomp_profile.as_ref()))
        }),
        ..Default::default()
    })
}

/// The number behind a port that may be named.
pub fn port(container: &Container, port: &IntOrString) -> Option<u16> {
    match port {
        IntOrString::Int(number) => u16::try_from(*number).ok(),
        IntOrString::String(name) => match name.parse() {
            Ok(number) => Some(number),
            Err(_) => container
                .ports
                .iter()
                .flatten()
                .find(|port| port.name.as_deref() == Some(name))
                .and_then(|port| u16::try_from(port.container_port).ok()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> NodeFacts<'static> {
        NodeFacts {
            log_root: Path::new("/var/log/pods"),
            node_name: "node",
            cluster_dns: &[],
            cluster_domain: "cluster.local",
            resolv_conf: Some(Path::new("/nonexistent")),
            memory: 1 << 30,
            cfs_quota: true,
        }
    }

    #[test]
    fn cluster_dns_comes_first() {
        let servers = ["10.96.0.10".to_string()];
        let facts = NodeFacts { cluster_dns: &servers, ..facts() };
        let config = dns(&PodSpec::default(), "ns", &facts);
        assert_eq!(config.servers, servers);
        assert_eq!(config.searches, ["ns.svc.cluster.local", "svc.cluster.local", "cluster.local"]);
        assert_eq!(config.options, ["ndots:5"]);
        let host = PodSpec { host_network: Some(true), ..PodSpec::default() };
        assert!(dns(&host, "ns", &facts).servers.is_empty());
    }

    #[test]
    fn long_names_are_cut_to_host_names() {
        let mut pod = Pod::default();
        pod.metadata.name = Some(format!("{}-x", "a".repeat(62)));
        assert_eq!(hostname(&pod, &facts()), "a".repeat(62));
        assert_eq!(kernel_hostname(&pod, &facts()), Ok("a".repeat(62)));
    }

    #[test]
    fn host_names_of_the_kernel() {
        let mut pod = Pod::default();
        pod.metadata.name = Some("web".into());
        pod.metadata.namespace = Some("ns".into());
        let with =
            |pod: &Pod, spec: PodSpec| kernel_hostname(&Pod { spec: Some(spec), ..pod.clone() }, &facts());
        // Runtimes refuse a name on the host's network.
        assert_eq!(with(&pod, PodSpec { host_network: Some(true), ..PodSpec::default() }), Ok(String::new()));
        let full =
            PodSpec { set_hostname_as_fqdn: Some(true), subdomain: Some("sub".into()), ..PodSpec::default() };
        assert_eq!(with(&pod, full.clone()), Ok("web.sub.ns.svc.cluster.local".into()));
        pod.metadata.name = Some("w".repeat(60));
        assert!(with(&pod, full).expect_err("too long").contains("64 characters is the max, 85"));
    }
}
