//! Clusters by configuration file: what kubeadm's v1beta4 kinds say reaches each component, and a
//! node joins by a JoinConfiguration.

use std::time::Duration;

use anyhow::Result;
use kadm_tests::{Node, skip_reason};

const LONG: Duration = Duration::from_secs(60);

const INIT: &str = r#"
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
- {token: aaaaaa.bbbbbbbbbbbbbbbb, ttl: 1h, description: first}
- {token: cccccc.dddddddddddddddd, ttl: 0s, description: second, usages: [authentication]}
localAPIEndpoint: {advertiseAddress: 10.82.0.1, bindPort: 7443}
nodeRegistration:
  name: head
  taints: [{key: example.com/own, value: "yes", effect: PreferNoSchedule}]
  kubeletExtraArgs: [{name: v, value: "3"}]
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
clusterName: mine
networking: {dnsDomain: my.cluster, podSubnet: 10.100.0.0/16, serviceSubnet: 10.101.0.0/16}
apiServer:
  certSANs: [api.example.com]
  extraArgs: [{name: max-requests-inflight, value: "300"}]
  extraEnvs: [{name: MARK, value: here}]
controllerManager:
  extraArgs: [{name: v, value: "1"}, {name: cluster-name, value: other}]
scheduler:
  extraVolumes: [{name: extra, hostPath: /run, mountPath: /extra, readOnly: true, pathType: Directory}]
etcd:
  local: {dataDir: /var/lib/etcd/data, extraArgs: [{name: snapshot-count, value: "20000"}], serverCertSANs: [etcd.example.com]}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 42
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
metricsBindAddress: 127.0.0.1:10349
"#;

const JOIN: &str = r#"
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken: {apiServerEndpoint: "10.82.0.1:7443", token: aaaaaa.bbbbbbbbbbbbbbbb, unsafeSkipCAVerification: true}
  tlsBootstrapToken: cccccc.dddddddddddddddd
nodeRegistration:
  name: hand
  taints: [{key: example.com/hand, effect: NoSchedule}]
"#;

#[test]
fn configuration_files_reach_every_component() -> Result<()> {
    if skip_reason().is_some() {
        return Ok(());
    }
    let (one, two) = Node::pair(("one", "10.82.0.1"), ("two", "10.82.0.2"))?;
    one.run_with("cat > /tmp/init.yaml", INIT)?.ok()?;
    two.run_with("cat > /tmp/join.yaml", JOIN)?.ok()?;
    one.run("kadm init --config /tmp/init.yaml").ok()?;

    let processes = one.run("ps ax -o args=").ok()?;
    for (program, flag) in [
        ("etcd", "--data-dir=/var/lib/etcd/data"),
        ("etcd", "--snapshot-count=20000"),
        ("kube-apiserver", "--secure-port=7443"),
        ("kube-apiserver", "--max-requests-inflight=300"),
        ("kube-apiserver", "--service-account-issuer=https://kubernetes.default.svc.my.cluster"),
        ("kube-controller-manager", "--cluster-name=other"),
        ("kube-controller-manager", "--cluster-cidr=10.100.0.0/16"),
        ("kubelet", "--v=3"),
    ] {
        let line = processes.lines().find(|line| line.starts_with(&format!("{program} ")));
        assert!(line.is_some_and(|line| line.split(' ').any(|word| word == flag)), "{flag}:\n{processes}");
        assert!(!processes.contains("--cluster-name=mine"), "a flag given by name takes the place of ours");
    }
    let get = |what: &str, path: &str| one.run(&format!("kctl get {what} -o jsonpath='{path}'")).ok();
    assert_eq!(
        get("node head", "{.spec.taints[*].key}={.status.capacity.pods}")?,
        "example.com/own=42",
        "its own taint in place of the usual one, and the kubelet's own settings"
    );
    let api = "pod -n kube-system kube-apiserver-head";
    assert_eq!(get(api, "{.spec.containers[0].env[0].name}")?, "MARK");
    let scheduler = "pod -n kube-system kube-scheduler-head";
    assert_eq!(get(scheduler, "{.spec.volumes[?(@.name==\"extra\")].hostPath.path}")?, "/run");
    let proxy = get("configmap -n kube-system kube-proxy", "{.data.config\\.conf}")?;
    assert!(proxy.contains("metricsBindAddress: 127.0.0.1:10349"), "{proxy}");
    let stored = get("configmap -n kube-system kubeadm-config", "{.data.ClusterConfiguration}")?;
    for part in ["clusterName: mine", "max-requests-inflight", "dataDir: /var/lib/etcd/data"] {
        assert!(stored.contains(part), "{part}:\n{stored}");
    }
    let tokens = one.run("kadm token list").ok()?;
    assert!(tokens.contains("second") && tokens.contains("<forever>"), "{tokens}");

    two.run("kadm join --config /tmp/join.yaml").ok()?;
    one.run("kctl wait node/hand --for=condition=Ready --timeout=60s").ok()?;
    one.until("kctl get node hand -o jsonpath='{.spec.taints[*].key}'", LONG, |out| {
        out.trim() == "example.com/hand"
    })?;
    assert_eq!(get("node hand", "{.status.capacity.pods}")?, "42");

    // Mistakes are named with the way to them, and nothing is begun.
    let refused = two.run_with(
        "kadm reset -f >/dev/null; cat > /tmp/bad.yaml; kadm join --config /tmp/bad.yaml",
        &JOIN.replace("taints:", "taint:"),
    )?;
    assert!(refused.code == 1 && refused.err.contains("nodeRegistration"), "{}", refused.err);
    assert_eq!(two.run("test -e /etc/kubernetes/pki").code, 1);
    one.run("kadm reset -f").ok()?;
    assert_eq!(one.run("test -e /var/lib/etcd/data").code, 1, "reset knows where the data was");
    Ok(())
}
