//! What kadm was told: flags and kubeadm's v1beta4 configuration file, made one and checked.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgAction, ArgMatches};
use component::flags;
use pki::bootstrap::BootstrapToken;
use serde::Deserialize;
use serde_json::{Value, json};

/// The version of Kubernetes that kadm brings up.
pub const VERSION: &str = component::KUBERNETES_VERSION;
/// The registry name that stands for "made on this machine".
pub const OWN_REPOSITORY: &str = "kadm.local";
/// Where kube-cri listens.
pub const OWN_SOCKET: &str = "unix:///run/kadm/cri.sock";
/// The kinds of the configuration file.
const API_VERSION: &str = "kubeadm.k8s.io/v1beta4";
/// Where kadm keeps what is its own.
pub const STATE: &str = "/var/lib/kadm";
/// kubeadm's folder.
pub const KUBERNETES: &str = "/etc/kubernetes";

/// A cluster to be made.
#[derive(Clone, Debug)]
pub struct Init {
    pub token: BootstrapToken,
    pub token_ttl: Duration,
    pub advertise: IpAddr,
    pub port: u16,
    pub node_name: String,
    pub cri_socket: String,
    pub single_node: bool,
    pub ignore: Vec<String>,
    pub skip: Vec<String>,
    pub cert_dir: PathBuf,
    pub image_repository: String,
    pub version: String,
    pub cluster_name: String,
    pub control_plane_endpoint: String,
    pub dns_domain: String,
    pub pod_subnet: String,
    pub service_subnet: String,
    pub extra_sans: Vec<String>,
}

impl Init {
    /// The URL at which everybody finds the API server.
    pub fn server(&self) -> String {
        if self.control_plane_endpoint.is_empty() {
            format!("https://{}", host_port(&self.advertise.to_string(), self.port))
        } else if self.control_plane_endpoint.contains(':') {
            format!("https://{}", self.control_plane_endpoint)
        } else {
            format!("https://{}", host_port(&self.control_plane_endpoint, self.port))
        }
    }

    /// The host in [`server`](Self::server), without brackets.
    pub fn server_host(&self) -> String {
        let server = self.server();
        let rest = server.trim_start_matches("https://");
        rest.rsplit_once(':').map_or(rest, |(host, _)| host).trim_matches(['[', ']']).to_string()
    }

    /// The port in [`server`](Self::server).
    pub fn server_port(&self) -> String {
        self.server().rsplit_once(':').map(|(_, port)| port.to_string()).unwrap_or_default()
    }

    /// The URL of this machine's own API server.
    pub fn local_server(&self) -> String {
        format!("https://{}", host_port(&self.advertise.to_string(), self.port))
    }

    /// The n-th address of the service network: 1 is the API server's, 10 is DNS's.
    pub fn service_address(&self, n: u128) -> Result<IpAddr> {
        let (base, _) = subnet(self.service_subnet.split(',').next().unwrap_or_default())
            .with_context(|| format!("the service subnet {:?} can't be used", self.service_subnet))?;
        Ok(match base {
            IpAddr::V4(base) => IpAddr::V4((u32::from(base) + u32::try_from(n).unwrap_or_default()).into()),
            IpAddr::V6(base) => IpAddr::V6((u128::from(base) + n).into()),
        })
    }

    /// The image of a component, by upstream's name for it.
    pub fn image(&self, component: &str) -> String {
        if self.image_repository == OWN_REPOSITORY {
            return format!("{OWN_REPOSITORY}/kube:{}", self.version);
        }
        match component {
            "etcd" => format!("{}/etcd:{}-0", self.image_repository, component::ETCD_VERSION),
            _ => format!("{}/{component}:{}", self.image_repository, self.version),
        }
    }

    /// Whether the images are kadm's own.
    pub fn own_images(&self) -> bool {
        self.image_repository == OWN_REPOSITORY
    }

    /// The ClusterConfiguration that the kubeadm-config ConfigMap keeps.
    pub fn cluster_configuration(&self) -> Value {
        json!({
            "apiVersion": API_VERSION, "kind": "ClusterConfiguration",
            "apiServer": if self.extra_sans.is_empty() { json!({}) } else { json!({"certSANs": self.extra_sans}) },
            "caCertificateValidityPeriod": "87600h0m0s", "certificateValidityPeriod": "8760h0m0s",
            "certificatesDir": self.cert_dir, "clusterName": self.cluster_name,
            "controlPlaneEndpoint": self.control_plane_endpoint, "controllerManager": {}, "dns": {},
            "encryptionAlgorithm": "ECDSA-P256", "etcd": {"local": {"dataDir": "/var/lib/etcd"}},
            "imageRepository": self.image_repository, "kubernetesVersion": self.version,
            "networking": {"dnsDomain": self.dns_domain, "podSubnet": self.pod_subnet, "serviceSubnet": self.service_subnet},
            "proxy": {}, "scheduler": {},
        })
    }
}

/// `host:port`, with the brackets that IPv6 wants.
pub fn host_port(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// A network in CIDR form: its base address and prefix length.
///
/// # Errors
/// Says what is wrong with it.
pub fn subnet(text: &str) -> Result<(IpAddr, u8)> {
    let (address, length) =
        text.split_once('/').with_context(|| format!("{text:?} is not a CIDR such as 10.96.0.0/12"))?;
    let address: IpAddr = address.parse().with_context(|| format!("{address:?} is not an address"))?;
    let length: u8 = length.parse().with_context(|| format!("{length:?} is not a prefix length"))?;
    if length > if address.is_ipv4() { 32 } else { 128 } {
        bail!("a prefix of {length} bits is too long in {text:?}");
    }
    let base = match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(u32::from(32 - length)).unwrap_or(0);
            IpAddr::V4((u32::from(address) & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(u32::from(128 - length)).unwrap_or(0);
            IpAddr::V6((u128::from(address) & mask).into())
        }
    };
    Ok((base, length))
}

/// The flags of `init` and its phases.
pub fn init_args() -> Vec<Arg> {
    let text = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help);
    vec![
        text(
            "apiserver-advertise-address",
            "The address that the API server tells others it is at; the default route's without it",
        ),
        text("apiserver-bind-port", "The API server's port").value_parser(clap::value_parser!(u16)),
        text("apiserver-cert-extra-sans", "More names and addresses for the API server's certificate")
            .value_delimiter(',')
            .action(ArgAction::Append),
        text("cert-dir", "Where certificates are kept").value_parser(clap::value_parser!(PathBuf)),
        text("config", "A kubeadm v1beta4 configuration file").value_parser(clap::value_parser!(PathBuf)),
        text("control-plane-endpoint", "A stable name or address for the control plane"),
        text("cri-socket", "The container runtime's socket; kadm's own runtime without it"),
        text("image-repository", "Where the images come from; made on this machine without it"),
        text("kubernetes-version", "The version of the control plane"),
        text("node-name", "This node's name"),
        text("pod-network-cidr", "The pods' network"),
        text("service-cidr", "The services' network"),
        text("service-dns-domain", "The cluster's DNS domain"),
        text("ignore-preflight-errors", "Checks whose failure is only warned of; 'all' for every one")
            .value_delimiter(',')
            .action(ArgAction::Append),
        text("skip-phases", "Phases to be left out").value_delimiter(',').action(ArgAction::Append),
        text("token", "The token with which nodes join; a random one without it"),
        text("token-ttl", "How long the token holds; 0 for ever").value_parser(flags::parse_duration),
        flags::boolean("skip-token-print", false, "Do not print the token"),
        flags::boolean(
            "single-node",
            false,
            "Let this node run ordinary pods as well: no control-plane taint",
        ),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct InitFile {
    api_version: String,
    kind: String,
    bootstrap_tokens: Vec<TokenFile>,
    node_registration: Registration,
    #[serde(rename = "localAPIEndpoint")]
    local_api_endpoint: Endpoint,
    certificate_key: Option<String>,
    skip_phases: Vec<String>,
    timeouts: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct TokenFile {
    token: Option<String>,
    ttl: Option<String>,
    groups: Vec<String>,
    usages: Vec<String>,
    description: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Registration {
    name: Option<String>,
    cri_socket: Option<String>,
    taints: Option<Vec<Value>>,
    ignore_preflight_errors: Vec<String>,
    image_pull_policy: Option<String>,
    image_pull_serial: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Endpoint {
    advertise_address: Option<IpAddr>,
    bind_port: Option<u16>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct ClusterFile {
    api_version: String,
    kind: String,
    kubernetes_version: Option<String>,
    cluster_name: Option<String>,
    control_plane_endpoint: Option<String>,
    certificates_dir: Option<PathBuf>,
    image_repository: Option<String>,
    networking: Networking,
    api_server: ApiServer,
    controller_manager: Empty,
    scheduler: Empty,
    dns: Empty,
    proxy: Empty,
    etcd: Option<Value>,
    ca_certificate_validity_period: Option<String>,
    certificate_validity_period: Option<String>,
    encryption_algorithm: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Networking {
    dns_domain: Option<String>,
    pod_subnet: Option<String>,
    service_subnet: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ApiServer {
    #[serde(rename = "certSANs")]
    cert_sans: Vec<String>,
}

/// A section of which nothing is built yet: any field in it is refused by name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

fn documents(path: &Path) -> Result<(InitFile, ClusterFile)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse_documents(&text).with_context(|| format!("the configuration {} can't be used", path.display()))
}

fn parse_documents(text: &str) -> Result<(InitFile, ClusterFile)> {
    let (mut init, mut cluster) = (InitFile::default(), ClusterFile::default());
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = serde_yaml::Value::deserialize(document)?;
        if value.is_null() {
            continue;
        }
        let field =
            |name: &str| value.get(name).and_then(serde_yaml::Value::as_str).unwrap_or_default().to_string();
        let (version, kind) = (field("apiVersion"), field("kind"));
        match kind.as_str() {
            "InitConfiguration" if version == API_VERSION => init = serde_yaml::from_value(value)?,
            "ClusterConfiguration" if version == API_VERSION => cluster = serde_yaml::from_value(value)?,
            _ => bail!(
                "a {version} {kind} is not built yet; InitConfiguration and ClusterConfiguration of {API_VERSION} are"
            ),
        }
    }
    Ok((init, cluster))
}

impl Init {
    /// Puts flags, file and defaults together. Flags win.
    ///
    /// # Errors
    /// Names the flag or field that can't be used.
    pub fn load(matches: &ArgMatches) -> Result<Self> {
        let text = |name: &str| matches.try_get_one::<String>(name).ok().flatten().cloned();
        let list = |name: &str| -> Vec<String> {
            matches
                .try_get_many::<String>(name)
                .ok()
                .flatten()
                .map(|values| values.cloned().collect())
                .unwrap_or_default()
        };
        let flag = |name: &str| matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or_default();
        let path = |name: &str| matches.try_get_one::<PathBuf>(name).ok().flatten().cloned();
        let (init, cluster) = match path("config") {
            Some(file) => documents(&file)?,
            None => Default::default(),
        };
        if let Some(etcd) = cluster
            .etcd
            .as_ref()
            .filter(|etcd| **etcd != json!({}) && **etcd != json!({"local": {"dataDir": "/var/lib/etcd"}}))
        {
            bail!("etcd settings are not built yet: {etcd}");
        }
        for (name, set) in [
            ("certificateKey", init.certificate_key.is_some()),
            ("timeouts", init.timeouts.is_some()),
            (
                "nodeRegistration.imagePullPolicy",
                init.node_registration
                    .image_pull_policy
                    .as_deref()
                    .is_some_and(|policy| policy != "IfNotPresent"),
            ),
            ("nodeRegistration.imagePullSerial", init.node_registration.image_pull_serial == Some(false)),
            (
                "caCertificateValidityPeriod",
                cluster
                    .ca_certificate_validity_period
                    .as_deref()
                    .is_some_and(|period| period != "87600h0m0s"),
            ),
            (
                "certificateValidityPeriod",
                cluster.certificate_validity_period.as_deref().is_some_and(|period| period != "8760h0m0s"),
            ),
            (
                "encryptionAlgorithm (other than ECDSA-P256)",
                cluster.encryption_algorithm.as_deref().is_some_and(|name| name != "ECDSA-P256"),
            ),
        ] {
            if set {
                bail!("{name} is not built yet");
            }
        }
        let token_file = init.bootstrap_tokens.into_iter().next().unwrap_or_default();
        if !token_file.groups.is_empty()
            && token_file.groups != ["system:bootstrappers:kubeadm:default-node-token"]
        {
            bail!("bootstrapTokens[0].groups other than the default are not built yet");
        }
        let _ = (
            &token_file.usages,
            &token_file.description,
            &init.api_version,
            &init.kind,
            &cluster.api_version,
            &cluster.kind,
        );
        let _ = (&cluster.controller_manager, &cluster.scheduler, &cluster.dns, &cluster.proxy);
        let token = match text("token").or(token_file.token) {
            Some(token) => BootstrapToken::parse(&token).map_err(anyhow::Error::msg)?,
            None => BootstrapToken::generate(),
        };
        let ttl = matches.try_get_one::<Duration>("token-ttl").ok().flatten().copied();
        let token_ttl = match (ttl, token_file.ttl) {
            (Some(ttl), _) => ttl,
            (None, Some(ttl)) => flags::parse_duration(&ttl).map_err(anyhow::Error::msg)?,
            (None, None) => Duration::from_secs(24 * 3600),
        };
        let advertise = match text("apiserver-advertise-address") {
            Some(text) => text
                .parse()
                .with_context(|| format!("--apiserver-advertise-address {text:?} is not an address"))?,
            None => match init.local_api_endpoint.advertise_address {
                Some(address) => address,
                None => crate::host::default_address().context(
                    "this machine has no address but loopback; give --apiserver-advertise-address",
                )?,
            },
        };
        let control_plane_endpoint =
            text("control-plane-endpoint").or(cluster.control_plane_endpoint).unwrap_or_default();
        let mut extra_sans = list("apiserver-cert-extra-sans");
        if extra_sans.is_empty() {
            extra_sans = cluster.api_server.cert_sans;
        }
        let version =
            text("kubernetes-version").or(cluster.kubernetes_version).unwrap_or_else(|| VERSION.into());
        let version = if version.starts_with('v') { version } else { format!("v{version}") };
        let image_repository =
            text("image-repository").or(cluster.image_repository).unwrap_or_else(|| OWN_REPOSITORY.into());
        if image_repository == OWN_REPOSITORY && version != VERSION {
            bail!("this kadm is {VERSION}; --kubernetes-version {version} needs --image-repository as well");
        }
        let mut ignore = list("ignore-preflight-errors");
        ignore.extend(init.node_registration.ignore_preflight_errors);
        let mut skip = list("skip-phases");
        skip.extend(init.skip_phases);
        let loaded = Self {
            token,
            token_ttl,
            advertise,
            port: matches
                .try_get_one::<u16>("apiserver-bind-port")
                .ok()
                .flatten()
                .copied()
                .or(init.local_api_endpoint.bind_port)
                .unwrap_or(6443),
            node_name: text("node-name")
                .or(init.node_registration.name)
                .unwrap_or_else(crate::host::name)
                .to_lowercase(),
            cri_socket: text("cri-socket")
                .or(init.node_registration.cri_socket)
                .unwrap_or_else(|| OWN_SOCKET.into()),
            single_node: flag("single-node")
                || init.node_registration.taints.as_ref().is_some_and(Vec::is_empty),
            ignore,
            skip,
            cert_dir: path("cert-dir")
                .or(cluster.certificates_dir)
                .unwrap_or_else(|| Path::new(KUBERNETES).join("pki")),
            image_repository,
            version,
            cluster_name: cluster.cluster_name.unwrap_or_else(|| "kubernetes".into()),
            control_plane_endpoint,
            dns_domain: text("service-dns-domain")
                .or(cluster.networking.dns_domain)
                .unwrap_or_else(|| "cluster.local".into()),
            pod_subnet: text("pod-network-cidr")
                .or(cluster.networking.pod_subnet)
                .unwrap_or_else(|| "10.244.0.0/16".into()),
            service_subnet: text("service-cidr")
                .or(cluster.networking.service_subnet)
                .unwrap_or_else(|| "10.96.0.0/12".into()),
            extra_sans,
        };
        for (name, text) in
            [("pod-network-cidr", &loaded.pod_subnet), ("service-cidr", &loaded.service_subnet)]
        {
            subnet(text).with_context(|| format!("--{name} can't be used"))?;
        }
        Ok(loaded)
    }
}

/// `kadm config print init-defaults`.
pub fn init_defaults() -> String {
    let init = json!({
        "apiVersion": API_VERSION,
        "bootstrapTokens": [{
            "groups": ["system:bootstrappers:kubeadm:default-node-token"], "token": "abcdef.0123456789abcdef",
            "ttl": "24h0m0s", "usages": ["signing", "authentication"],
        }],
        "kind": "InitConfiguration",
        "localAPIEndpoint": {"advertiseAddress": "1.2.3.4", "bindPort": 6443},
        "nodeRegistration": {"criSocket": OWN_SOCKET, "imagePullPolicy": "IfNotPresent", "imagePullSerial": true, "name": "node", "taints": null},
    });
    let cluster = json!({
        "apiServer": {}, "apiVersion": API_VERSION, "caCertificateValidityPeriod": "87600h0m0s",
        "certificateValidityPeriod": "8760h0m0s", "certificatesDir": "/etc/kubernetes/pki", "clusterName": "kubernetes",
        "controllerManager": {}, "dns": {}, "encryptionAlgorithm": "ECDSA-P256",
        "etcd": {"local": {"dataDir": "/var/lib/etcd"}}, "imageRepository": OWN_REPOSITORY, "kind": "ClusterConfiguration",
        "kubernetesVersion": VERSION.trim_start_matches('v'),
        "networking": {"dnsDomain": "cluster.local", "podSubnet": "10.244.0.0/16", "serviceSubnet": "10.96.0.0/12"},
        "proxy": {}, "scheduler": {},
    });
    let yaml = |value: &Value| serde_yaml::to_string(value).unwrap_or_default();
    format!("{}---\n{}", yaml(&init), yaml(&cluster))
}

/// `kadm config print join-defaults`.
pub fn join_defaults() -> String {
    let join = json!({
        "apiVersion": API_VERSION, "caCertPath": "/etc/kubernetes/pki/ca.crt",
        "discovery": {
            "bootstrapToken": {"apiServerEndpoint": "kube-apiserver:6443", "token": "abcdef.0123456789abcdef", "unsafeSkipCAVerification": true},
            "tlsBootstrapToken": "abcdef.0123456789abcdef",
        },
        "kind": "JoinConfiguration",
        "nodeRegistration": {"criSocket": OWN_SOCKET, "imagePullPolicy": "IfNotPresent", "imagePullSerial": true, "name": "node", "taints": null},
    });
    serde_yaml::to_string(&join).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subnets() {
        assert_eq!(subnet("10.96.3.4/12").ok(), Some(("10.96.0.0".parse().expect("an address"), 12)));
        for bad in ["10.0.0.0", "10.0.0.0/33", "x/8"] {
            assert!(subnet(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_printed_defaults_are_taken_back() {
        let (init, cluster) = parse_documents(&init_defaults()).expect("parses");
        assert_eq!(init.local_api_endpoint.bind_port, Some(6443));
        assert_eq!(cluster.networking.service_subnet.as_deref(), Some("10.96.0.0/12"));
        let error = parse_documents(
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nscheduler: {extraArgs: []}\n",
        );
        assert!(error.is_err_and(|error| error.to_string().contains("extraArgs")));
    }
}
