//! kubeadm's v1beta4 configuration file: its kinds as they are written, and the kubelet's and
//! kube-proxy's own kinds that may stand beside them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::API_VERSION;

/// All that a file may hold.
#[derive(Debug, Default)]
pub struct Documents {
    pub init: Option<InitFile>,
    pub cluster: Option<ClusterFile>,
    pub join: Option<JoinFile>,
    /// A KubeletConfiguration for the whole cluster, as it stands there.
    pub kubelet: Option<Value>,
    /// A KubeProxyConfiguration.
    pub proxy: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct InitFile {
    pub api_version: String,
    pub kind: String,
    pub bootstrap_tokens: Vec<TokenFile>,
    pub node_registration: Registration,
    #[serde(rename = "localAPIEndpoint")]
    pub local_api_endpoint: Endpoint,
    pub certificate_key: Option<String>,
    pub skip_phases: Vec<String>,
    pub timeouts: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TokenFile {
    pub token: Option<String>,
    pub ttl: Option<String>,
    pub expires: Option<jiff::Timestamp>,
    pub groups: Option<Vec<String>>,
    pub usages: Option<Vec<String>>,
    pub description: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Registration {
    pub name: Option<String>,
    pub cri_socket: Option<String>,
    pub taints: Option<Vec<Value>>,
    pub kubelet_extra_args: Vec<ExtraArg>,
    pub ignore_preflight_errors: Vec<String>,
    pub image_pull_policy: Option<String>,
    pub image_pull_serial: Option<bool>,
}

impl Registration {
    /// Refuses what is not built.
    ///
    /// # Errors
    /// Names the field.
    pub fn check(&self) -> Result<()> {
        if self.image_pull_policy.as_deref().is_some_and(|policy| policy != "IfNotPresent") {
            bail!("nodeRegistration.imagePullPolicy other than IfNotPresent is not built yet");
        }
        if self.image_pull_serial == Some(false) {
            bail!("nodeRegistration.imagePullSerial: false is not built yet");
        }
        Ok(())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Endpoint {
    pub advertise_address: Option<IpAddr>,
    pub bind_port: Option<u16>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ClusterFile {
    pub api_version: String,
    pub kind: String,
    pub kubernetes_version: Option<String>,
    pub cluster_name: Option<String>,
    pub control_plane_endpoint: Option<String>,
    pub certificates_dir: Option<PathBuf>,
    pub image_repository: Option<String>,
    pub networking: Networking,
    pub api_server: ApiServer,
    pub controller_manager: Extras,
    pub scheduler: Extras,
    pub dns: Empty,
    pub proxy: Empty,
    pub etcd: Etcd,
    pub feature_gates: std::collections::BTreeMap<String, bool>,
    pub ca_certificate_validity_period: Option<String>,
    pub certificate_validity_period: Option<String>,
    pub encryption_algorithm: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Networking {
    pub dns_domain: Option<String>,
    pub pod_subnet: Option<String>,
    pub service_subnet: Option<String>,
}

/// One flag. The same name may come more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExtraArg {
    pub name: String,
    #[serde(default)]
    pub value: String,
}

/// A folder or file of the host for a component's pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtraVolume {
    pub name: String,
    pub host_path: String,
    pub mount_path: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path_type: String,
}

/// What a component gets beyond what kubeadm gives it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Extras {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_args: Vec<ExtraArg>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_volumes: Vec<ExtraVolume>,
    /// Variables as a container has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_envs: Vec<Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ApiServer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_args: Vec<ExtraArg>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_volumes: Vec<ExtraVolume>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_envs: Vec<Value>,
    #[serde(rename = "certSANs", skip_serializing_if = "Vec::is_empty")]
    pub cert_sans: Vec<String>,
}

impl ApiServer {
    /// Without what is about its certificate.
    pub fn extras(&self) -> Extras {
        Extras {
            extra_args: self.extra_args.clone(),
            extra_volumes: self.extra_volumes.clone(),
            extra_envs: self.extra_envs.clone(),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Etcd {
    pub local: LocalEtcd,
    pub external: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct LocalEtcd {
    pub data_dir: PathBuf,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_args: Vec<ExtraArg>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_envs: Vec<Value>,
    #[serde(rename = "serverCertSANs", skip_serializing_if = "Vec::is_empty")]
    pub server_cert_sans: Vec<String>,
    #[serde(rename = "peerCertSANs", skip_serializing_if = "Vec::is_empty")]
    pub peer_cert_sans: Vec<String>,
}

impl Default for LocalEtcd {
    fn default() -> Self {
        Self {
            data_dir: "/var/lib/etcd".into(),
            extra_args: Vec::new(),
            extra_envs: Vec::new(),
            server_cert_sans: Vec::new(),
            peer_cert_sans: Vec::new(),
        }
    }
}

/// A section of which nothing is built yet: any field in it is refused by name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct JoinFile {
    pub api_version: String,
    pub kind: String,
    pub node_registration: Registration,
    pub ca_cert_path: Option<PathBuf>,
    pub discovery: Discovery,
    pub control_plane: Option<Value>,
    pub skip_phases: Vec<String>,
    pub timeouts: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Discovery {
    pub bootstrap_token: Option<TokenDiscovery>,
    pub file: Option<Value>,
    pub tls_bootstrap_token: Option<String>,
    pub timeout: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TokenDiscovery {
    pub token: Option<String>,
    pub api_server_endpoint: Option<String>,
    pub ca_cert_hashes: Vec<String>,
    #[serde(rename = "unsafeSkipCAVerification")]
    pub unsafe_skip_ca_verification: bool,
}

/// Reads a file.
///
/// # Errors
/// Names the file, and the kind or field that can't be used.
pub fn read(path: &Path) -> Result<Documents> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse(&text).with_context(|| format!("the configuration {} can't be used", path.display()))
}

/// Takes the documents of a text apart.
///
/// # Errors
/// Names the kind or field that can't be used.
pub fn parse(text: &str) -> Result<Documents> {
    fn once<T>(slot: &mut Option<T>, kind: &str, value: T) -> Result<()> {
        match slot.replace(value) {
            None => Ok(()),
            Some(_) => bail!("there are two documents of kind {kind}"),
        }
    }
    let mut found = Documents::default();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = serde_yaml::Value::deserialize(document)?;
        if value.is_null() {
            continue;
        }
        let field =
            |name: &str| value.get(name).and_then(serde_yaml::Value::as_str).unwrap_or_default().to_string();
        let (version, kind) = (field("apiVersion"), field("kind"));
        match (kind.as_str(), version.as_str()) {
            ("InitConfiguration", API_VERSION) => {
                once(&mut found.init, &kind, decode(value, &kind)?)?;
            }
            ("ClusterConfiguration", API_VERSION) => {
                once(&mut found.cluster, &kind, decode(value, &kind)?)?;
            }
            ("JoinConfiguration", API_VERSION) => {
                once(&mut found.join, &kind, decode(value, &kind)?)?;
            }
            ("KubeletConfiguration", "kubelet.config.k8s.io/v1beta1") => {
                once(&mut found.kubelet, &kind, decode(value, &kind)?)?;
            }
            ("KubeProxyConfiguration", "kubeproxy.config.k8s.io/v1alpha1") => {
                once(&mut found.proxy, &kind, decode(value, &kind)?)?;
            }
            _ => bail!(
                "a {version} {kind} can't be used; InitConfiguration, ClusterConfiguration and JoinConfiguration of {API_VERSION}, KubeletConfiguration and KubeProxyConfiguration can"
            ),
        }
    }
    Ok(found)
}

/// Decodes a document; a mistake is named with the way to it.
fn decode<T: serde::de::DeserializeOwned>(value: serde_yaml::Value, kind: &str) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        anyhow::anyhow!("{kind}: {path}: {}", error.into_inner())
    })
}

/// Puts `over` on top of `base`: sections merge, everything else is replaced.
pub fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                merge(base.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

/// A command with further flags: one given by name takes the place of all of that name.
pub fn with_extra_args(command: Vec<String>, extra: &[ExtraArg]) -> Vec<String> {
    let name_of =
        |flag: &str| flag.trim_start_matches("--").split('=').next().unwrap_or_default().to_string();
    let mut command = command.into_iter();
    let program = command.next();
    let mut flags: Vec<String> = command
        .filter(|flag| !extra.iter().any(|arg| arg.name == name_of(flag)))
        .chain(extra.iter().map(|arg| format!("--{}={}", arg.name, arg.value)))
        .collect();
    // Sorted, but flags of one name in the order in which they were given.
    flags.sort_by_key(|flag| name_of(flag));
    program.into_iter().chain(flags).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn flags_take_the_place_of_flags() {
        let arg = |name: &str, value: &str| ExtraArg { name: name.into(), value: value.into() };
        let base = ["p", "--b=1", "--a=2"].map(str::to_string).to_vec();
        let command = with_extra_args(base, &[arg("b", "3"), arg("c", "x"), arg("c", "a")]);
        assert_eq!(command, ["p", "--a=2", "--b=3", "--c=x", "--c=a"]);
    }

    #[test]
    fn sections_merge() {
        let mut base = json!({"a": {"b": 1, "c": [1, 2]}, "d": 1});
        merge(&mut base, &json!({"a": {"c": [3]}, "e": null}));
        assert_eq!(base, json!({"a": {"b": 1, "c": [3]}, "d": 1, "e": null}));
    }

    #[test]
    fn mistakes_are_named() {
        let cluster = |rest: &str| {
            let text = format!("apiVersion: {API_VERSION}\nkind: ClusterConfiguration\n{rest}\n");
            parse(&text).map_err(|error| format!("{error:#}"))
        };
        let good = cluster("scheduler: {extraArgs: [{name: v, value: '4'}]}").expect("parses");
        assert_eq!(good.cluster.expect("there").scheduler.extra_args[0].name, "v");
        for (bad, why) in [
            ("scheduler: {extraArg: []}", "extraArg"),
            ("scheduler: {extraArgs: {v: '4'}}", "extraArgs"),
            ("dns: {imageTag: x}", "imageTag"),
            ("---\napiVersion: v1\nkind: Pod", "v1 Pod"),
            ("---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration", "two documents"),
        ] {
            assert!(cluster(bad).is_err_and(|error| error.contains(why)), "{bad}");
        }
    }
}
