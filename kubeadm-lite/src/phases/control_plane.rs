//! The static Pod manifests of etcd and the control plane, as kubeadm writes them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::config::file::{Extras, with_extra_args};
use crate::config::{Init, KUBERNETES, host_port};

/// Where the kubelet looks for static pods.
pub fn manifests() -> PathBuf {
    Path::new(KUBERNETES).join("manifests")
}

/// Writes etcd's manifest.
///
/// # Errors
/// Names the file that can't be written.
pub fn etcd(init: &Init) -> Result<()> {
    println!("[etcd] Creating static Pod manifest for local etcd in {:?}", manifests().display().to_string());
    let data = &init.etcd.data_dir;
    std::fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
    let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o700);
    std::fs::set_permissions(data, mode)
        .with_context(|| format!("cannot close {} to others", data.display()))?;
    write("etcd", &etcd_pod(init))
}

/// Writes the other three manifests.
///
/// # Errors
/// Names the file that can't be written.
pub fn run(init: &Init) -> Result<()> {
    println!("[control-plane] Using manifest folder {:?}", manifests().display().to_string());
    for name in ["kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
        one(init, name)?;
    }
    Ok(())
}

/// Writes one manifest of the control plane.
///
/// # Errors
/// Names the file that can't be written.
pub fn one(init: &Init, name: &str) -> Result<()> {
    let pod = match name {
        "kube-apiserver" => apiserver_pod(init)?,
        "kube-controller-manager" => controller_manager_pod(init),
        "kube-scheduler" => scheduler_pod(init),
        _ => anyhow::bail!("there is no component {name:?}"),
    };
    println!("[control-plane] Creating static Pod manifest for {name:?}");
    write(name, &pod)
}

fn write(name: &str, pod: &Value) -> Result<()> {
    let path = manifests().join(format!("{name}.yaml"));
    let text = serde_yaml::to_string(pod)?;
    pki::write::secret(&path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

struct Probe {
    host: String,
    path: &'static str,
    port: u16,
    scheme: &'static str,
}

impl Probe {
    fn get(&self, path: &str) -> Value {
        json!({"host": self.host, "path": path, "port": self.port, "scheme": self.scheme})
    }
}

struct Mount {
    name: &'static str,
    path: String,
    kind: &'static str,
    read_only: bool,
}

fn mount(name: &'static str, path: impl Into<String>, kind: &'static str, read_only: bool) -> Mount {
    Mount { name, path: path.into(), kind, read_only }
}

struct Component<'a> {
    name: &'a str,
    image: String,
    command: Vec<String>,
    mounts: Vec<Mount>,
    liveness: Probe,
    readiness: Option<&'a str>,
    startup: Probe,
    requests: Value,
    annotation: Option<(&'a str, String)>,
    extras: &'a Extras,
}

fn pod(component: &Component<'_>) -> Value {
    let mut container = json!({
        "command": with_extra_args(component.command.clone(), &component.extras.extra_args),
        "image": component.image,
        "imagePullPolicy": "IfNotPresent",
        "livenessProbe": {
            "failureThreshold": 8, "httpGet": component.liveness.get(component.liveness.path),
            "initialDelaySeconds": 10, "periodSeconds": 10, "timeoutSeconds": 15,
        },
        "name": component.name,
        "resources": {"requests": component.requests},
        "startupProbe": {
            "failureThreshold": 24, "httpGet": component.startup.get(component.startup.path),
            "periodSeconds": 10, "timeoutSeconds": 15,
        },
        "volumeMounts": component.mounts.iter().map(|mount| {
            let mut value = json!({"mountPath": mount.path, "name": mount.name});
            if mount.read_only {
                value["readOnly"] = json!(true);
            }
            value
        }).chain(component.extras.extra_volumes.iter().map(|volume| {
            let mut value = json!({"mountPath": volume.mount_path, "name": volume.name});
            if volume.read_only {
                value["readOnly"] = json!(true);
            }
            value
        })).collect::<Vec<_>>(),
    });
    if !component.extras.extra_envs.is_empty() {
        container["env"] = json!(component.extras.extra_envs);
    }
    if let Some(path) = component.readiness {
        container["readinessProbe"] = json!({
            "failureThreshold": 3, "httpGet": component.liveness.get(path), "periodSeconds": 1, "timeoutSeconds": 15,
        });
    }
    let mut metadata = json!({
        "labels": {"component": component.name, "tier": "control-plane"}, "name": component.name, "namespace": "kube-system",
    });
    if let Some((key, value)) = &component.annotation {
        metadata["annotations"] = json!({ *key: value });
    }
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {
            "containers": [container],
            "hostNetwork": true,
            "priority": 2_000_001_000,
            "priorityClassName": "system-node-critical",
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "volumes": component.mounts.iter().map(|mount| json!({
                "hostPath": {"path": mount.path, "type": mount.kind}, "name": mount.name,
            })).chain(component.extras.extra_volumes.iter().map(|volume| {
                let mut path = json!({"path": volume.host_path});
                if !volume.path_type.is_empty() {
                    path["type"] = json!(volume.path_type);
                }
                json!({"hostPath": path, "name": volume.name})
            })).collect::<Vec<_>>(),
        },
        "status": {},
    })
}

fn etcd_pod(init: &Init) -> Value {
    let address = init.advertise.to_string();
    let client = format!("https://{}", host_port(&address, 2379));
    let peer = format!("https://{}", host_port(&address, 2380));
    let pki = init.cert_dir.join("etcd");
    let file = |name: &str| pki.join(name).display().to_string();
    let mut command = vec!["etcd".to_string()];
    command.extend([
        format!("--advertise-client-urls={client}"),
        format!("--cert-file={}", file("server.crt")),
        "--client-cert-auth=true".into(),
        format!("--data-dir={}", init.etcd.data_dir.display()),
        "--feature-gates=InitialCorruptCheck=true".into(),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster={}={peer}", init.node_name),
        format!("--key-file={}", file("server.key")),
        format!("--listen-client-urls=https://127.0.0.1:2379,{client}"),
        "--listen-metrics-urls=http://127.0.0.1:2381".into(),
        format!("--listen-peer-urls={peer}"),
        format!("--name={}", init.node_name),
        format!("--peer-cert-file={}", file("peer.crt")),
        "--peer-client-cert-auth=true".into(),
        format!("--peer-key-file={}", file("peer.key")),
        format!("--peer-trusted-ca-file={}", file("ca.crt")),
        "--snapshot-count=10000".into(),
        format!("--trusted-ca-file={}", file("ca.crt")),
        "--watch-progress-notify-interval=5s".into(),
    ]);
    let probe = |path| Probe { host: "127.0.0.1".into(), path, port: 2381, scheme: "HTTP" };
    pod(&Component {
        name: "etcd",
        image: init.image("etcd"),
        command,
        mounts: vec![
            mount("etcd-data", init.etcd.data_dir.display().to_string(), "DirectoryOrCreate", false),
            mount("etcd-certs", pki.display().to_string(), "DirectoryOrCreate", false),
        ],
        liveness: probe("/livez"),
        readiness: Some("/readyz"),
        startup: probe("/readyz"),
        requests: json!({"cpu": "100m", "memory": "100Mi"}),
        annotation: Some(("kubeadm.kubernetes.io/etcd.advertise-client-urls", client)),
        extras: &Extras {
            extra_args: init.etcd.extra_args.clone(),
            extra_envs: init.etcd.extra_envs.clone(),
            ..Extras::default()
        },
    })
}

fn apiserver_pod(init: &Init) -> Result<Value> {
    let file = |name: &str| init.cert_dir.join(name).display().to_string();
    let mut command = vec!["kube-apiserver".to_string()];
    command.extend([
        format!("--advertise-address={}", init.advertise),
        "--allow-privileged=true".into(),
        "--authorization-mode=Node,RBAC".into(),
        format!("--client-ca-file={}", file("ca.crt")),
        "--enable-admission-plugins=NodeRestriction".into(),
        "--enable-bootstrap-token-auth=true".into(),
        format!("--etcd-cafile={}", file("etcd/ca.crt")),
        format!("--etcd-certfile={}", file("apiserver-etcd-client.crt")),
        format!("--etcd-keyfile={}", file("apiserver-etcd-client.key")),
        "--etcd-servers=https://127.0.0.1:2379".into(),
        format!("--kubelet-client-certificate={}", file("apiserver-kubelet-client.crt")),
        format!("--kubelet-client-key={}", file("apiserver-kubelet-client.key")),
        "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname".into(),
        format!("--proxy-client-cert-file={}", file("front-proxy-client.crt")),
        format!("--proxy-client-key-file={}", file("front-proxy-client.key")),
        "--requestheader-allowed-names=front-proxy-client".into(),
        format!("--requestheader-client-ca-file={}", file("front-proxy-ca.crt")),
        "--requestheader-extra-headers-prefix=X-Remote-Extra-".into(),
        "--requestheader-group-headers=X-Remote-Group".into(),
        "--requestheader-username-headers=X-Remote-User".into(),
        format!("--secure-port={}", init.port),
        format!("--service-account-issuer=https://kubernetes.default.svc.{}", init.dns_domain),
        format!("--service-account-key-file={}", file("sa.pub")),
        format!("--service-account-signing-key-file={}", file("sa.key")),
        format!("--service-cluster-ip-range={}", init.service_subnet),
        format!("--tls-cert-file={}", file("apiserver.crt")),
        format!("--tls-private-key-file={}", file("apiserver.key")),
    ]);
    let probe = |path| Probe { host: init.advertise.to_string(), path, port: init.port, scheme: "HTTPS" };
    Ok(pod(&Component {
        name: "kube-apiserver",
        image: init.image("kube-apiserver"),
        command,
        mounts: system_mounts(init, false),
        liveness: probe("/livez"),
        readiness: Some("/readyz"),
        startup: probe("/livez"),
        requests: json!({"cpu": "250m"}),
        annotation: Some((
            "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint",
            host_port(&init.advertise.to_string(), init.port),
        )),
        extras: &init.api_server,
    }))
}

fn controller_manager_pod(init: &Init) -> Value {
    let file = |name: &str| init.cert_dir.join(name).display().to_string();
    let conf = format!("{KUBERNETES}/controller-manager.conf");
    let mut command = vec!["kube-controller-manager".to_string()];
    command.extend([
        "--allocate-node-cidrs=true".into(),
        format!("--authentication-kubeconfig={conf}"),
        format!("--authorization-kubeconfig={conf}"),
        "--bind-address=127.0.0.1".into(),
        format!("--client-ca-file={}", file("ca.crt")),
        format!("--cluster-cidr={}", init.pod_subnet),
        format!("--cluster-name={}", init.cluster_name),
        format!("--cluster-signing-cert-file={}", file("ca.crt")),
        format!("--cluster-signing-key-file={}", file("ca.key")),
        "--controllers=*,bootstrapsigner,tokencleaner".into(),
        format!("--kubeconfig={conf}"),
        "--leader-elect=true".into(),
        format!("--requestheader-client-ca-file={}", file("front-proxy-ca.crt")),
        format!("--root-ca-file={}", file("ca.crt")),
        format!("--service-account-private-key-file={}", file("sa.key")),
        format!("--service-cluster-ip-range={}", init.service_subnet),
        "--use-service-account-credentials=true".into(),
    ]);
    let probe = |path| Probe { host: "127.0.0.1".into(), path, port: 10257, scheme: "HTTPS" };
    let mut mounts = system_mounts(init, false);
    mounts.push(mount("kubeconfig", conf, "FileOrCreate", true));
    pod(&Component {
        name: "kube-controller-manager",
        image: init.image("kube-controller-manager"),
        command,
        mounts,
        liveness: probe("/healthz"),
        readiness: None,
        startup: probe("/healthz"),
        requests: json!({"cpu": "200m"}),
        annotation: None,
        extras: &init.controller_manager,
    })
}

fn scheduler_pod(init: &Init) -> Value {
    let conf = format!("{KUBERNETES}/scheduler.conf");
    let mut command = vec!["kube-scheduler".to_string()];
    command.extend([
        format!("--authentication-kubeconfig={conf}"),
        format!("--authorization-kubeconfig={conf}"),
        "--bind-address=127.0.0.1".into(),
        format!("--kubeconfig={conf}"),
        "--leader-elect=true".into(),
    ]);
    let probe = |path| Probe { host: "127.0.0.1".into(), path, port: 10259, scheme: "HTTPS" };
    pod(&Component {
        name: "kube-scheduler",
        image: init.image("kube-scheduler"),
        command,
        mounts: vec![mount("kubeconfig", conf, "FileOrCreate", true)],
        liveness: probe("/livez"),
        readiness: Some("/readyz"),
        startup: probe("/livez"),
        requests: json!({"cpu": "100m"}),
        annotation: None,
        extras: &init.scheduler,
    })
}

/// The host's certificates, and the cluster's.
fn system_mounts(init: &Init, writable: bool) -> Vec<Mount> {
    let mut mounts =
        vec![mount("k8s-certs", init.cert_dir.display().to_string(), "DirectoryOrCreate", !writable)];
    for (name, path) in [
        ("ca-certs", "/etc/ssl/certs"),
        ("etc-ca-certificates", "/etc/ca-certificates"),
        ("usr-share-ca-certificates", "/usr/share/ca-certificates"),
    ] {
        // Only what the host has: nothing is made that reset would have to find again.
        if Path::new(path).is_dir() {
            mounts.push(mount(name, path, "Directory", true));
        }
    }
    mounts
}
