//! The node's daemons: their settings, and starting them.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::config::file::{self, ExtraArg};
use crate::config::{Init, KUBERNETES, OWN_SOCKET};
use crate::supervisor::Unit;

/// The kubelet's configuration file.
pub const CONFIG: &str = "/var/lib/kubelet/config.yaml";
/// The flags that kubeadm passes by way of an environment file.
const FLAGS: &str = "/var/lib/kubelet/kubeadm-flags.env";

/// The KubeletConfiguration that the whole cluster shares.
///
/// # Errors
/// Fails when the service subnet can't be used.
pub fn configuration(init: &Init) -> Result<Value> {
    let mut config = json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "authentication": {
            "anonymous": {"enabled": false},
            "webhook": {"cacheTTL": "0s", "enabled": true},
            "x509": {"clientCAFile": init.cert_dir.join("ca.crt")},
        },
        "authorization": {"mode": "Webhook", "webhook": {"cacheAuthorizedTTL": "0s", "cacheUnauthorizedTTL": "0s"}},
        "cgroupDriver": "cgroupfs",
        "clusterDNS": [init.service_address(10)?],
        "clusterDomain": init.dns_domain,
        "containerRuntimeEndpoint": init.cri_socket,
        "healthzBindAddress": "127.0.0.1",
        "healthzPort": 10248,
        "kind": "KubeletConfiguration",
        "rotateCertificates": true,
        "staticPodPath": super::control_plane::manifests(),
    });
    // systemd-resolved's own file names only itself, which pods can't reach.
    let resolved = Path::new("/run/systemd/resolve/resolv.conf");
    if resolved.exists() {
        config["resolvConf"] = json!(resolved);
    }
    if init.kubelet.is_object() {
        file::merge(&mut config, &init.kubelet);
    }
    Ok(config)
}

/// Writes the settings and starts kube-cri (when it is the runtime) and the kubelet.
///
/// # Errors
/// Names the file that can't be written, or the daemon that does not start.
pub fn run(init: &Init) -> Result<()> {
    println!("[kubelet-start] Writing kubelet environment file with flags to file {FLAGS:?}");
    println!("[kubelet-start] Writing kubelet configuration to file {CONFIG:?}");
    let config = configuration(init)?;
    write(&config, &init.node_name, Some(init.advertise), &init.cri_socket, &init.kubelet_extra_args)?;
    println!("[kubelet-start] Starting the kubelet");
    start(&init.cri_socket)
}

/// Writes the kubelet's files.
///
/// # Errors
/// Names the file that can't be written.
pub fn write(
    config: &Value,
    node: &str,
    address: Option<std::net::IpAddr>,
    socket: &str,
    extra: &[ExtraArg],
) -> Result<()> {
    let mut config = config.clone();
    config["containerRuntimeEndpoint"] = json!(socket);
    let text = serde_yaml::to_string(&config)?;
    pki::write::public(Path::new(CONFIG), text.as_bytes())
        .with_context(|| format!("cannot write {CONFIG}"))?;
    let mut flags = vec![format!("--hostname-override={node}")];
    flags.extend(address.map(|address| format!("--node-ip={address}")));
    let flags = file::with_extra_args(std::iter::once(String::new()).chain(flags).collect(), extra);
    let flags = &flags[1..];
    if let Some(flag) = flags.iter().find(|flag| flag.contains([' ', '"', '\n'])) {
        anyhow::bail!("nodeRegistration.kubeletExtraArgs: {flag:?} has a blank or a quote in it");
    }
    let line = format!("KUBELET_KUBEADM_ARGS=\"{}\"\n", flags.join(" "));
    pki::write::public(Path::new(FLAGS), line.as_bytes()).with_context(|| format!("cannot write {FLAGS}"))
}

fn flags() -> Vec<String> {
    let text = std::fs::read_to_string(FLAGS).unwrap_or_default();
    let inner = text.trim().trim_start_matches("KUBELET_KUBEADM_ARGS=").trim_matches('"');
    inner.split_whitespace().map(str::to_string).collect()
}

/// The daemons of a node with this runtime.
pub fn units(socket: &str) -> Vec<Unit> {
    let executable = crate::install::executable(Path::new(crate::install::PREFIX)).display().to_string();
    let mut units = Vec::new();
    if socket == OWN_SOCKET {
        // Called by its own name, so that `ps` shows what it is.
        units.push(Unit {
            name: "kube-cri".into(),
            command: vec![executable.clone(), format!("--listen={OWN_SOCKET}")],
        });
    }
    let mut command = vec![
        executable,
        format!("--bootstrap-kubeconfig={KUBERNETES}/bootstrap-kubelet.conf"),
        format!("--kubeconfig={KUBERNETES}/kubelet.conf"),
        format!("--config={CONFIG}"),
    ];
    command.extend(flags());
    units.push(Unit { name: "kubelet".into(), command });
    units
}

/// Starts the daemons: as systemd units where systemd runs, else under kadm's own supervisor.
///
/// # Errors
/// Says what does not start.
pub fn start(socket: &str) -> Result<()> {
    let units = units(socket);
    if crate::host::has_systemd() { crate::systemd::start(&units) } else { crate::supervisor::start(&units) }
}
