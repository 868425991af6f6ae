//! The addons kube-proxy and kube-dns.

use anyhow::Result;
use serde_json::{Value, json};

use super::api::{admin, apply};
use crate::config::Init;

/// Creates both addons.
///
/// # Errors
/// Names the object that can't be created.
pub fn run(init: &Init) -> Result<()> {
    dns(init)?;
    proxy(init)?;
    // Another CNI plugin brings its own routes.
    if crate::network::is_foreign() { Ok(()) } else { network(init) }
}

/// Creates the agent that routes between nodes' pods.
///
/// # Errors
/// Names the object that can't be created.
pub fn network(init: &Init) -> Result<()> {
    let image = format!("{}/kube:{}", crate::config::OWN_REPOSITORY, crate::config::VERSION);
    create(&[
        account("kube-cni"),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "system:kube-cni"},
            "rules": [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["list", "watch"]}],
        }),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "system:kube-cni"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "system:kube-cni"},
            "subjects": [{"kind": "ServiceAccount", "name": "kube-cni", "namespace": "kube-system"}],
        }),
        json!({
            "apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": {"name": "kube-cni", "namespace": "kube-system", "labels": {"k8s-app": "kube-cni"}},
            "spec": {
                "selector": {"matchLabels": {"k8s-app": "kube-cni"}},
                "updateStrategy": {"type": "RollingUpdate"},
                "template": {
                    "metadata": {"labels": {"k8s-app": "kube-cni"}},
                    "spec": {
                        "priorityClassName": "system-node-critical",
                        "serviceAccountName": "kube-cni",
                        "hostNetwork": true,
                        "nodeSelector": {"kubernetes.io/os": "linux"},
                        "tolerations": [{"operator": "Exists"}],
                        "containers": [{
                            "name": "kube-cni",
                            "image": image,
                            "imagePullPolicy": "IfNotPresent",
                            // In the cluster's own network, which this pod helps to make: by the server's address.
                            "command": ["kube-cni", "agent", "--node-name=$(NODE_NAME)"],
                            "env": [
                                {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
                                {"name": "KUBERNETES_SERVICE_HOST", "value": init.server_host()},
                                {"name": "KUBERNETES_SERVICE_PORT", "value": init.server_port()},
                            ],
                            "securityContext": {"capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]}},
                            "volumeMounts": [{"name": "cni", "mountPath": "/var/lib/cni"}],
                        }],
                        "volumes": [{"name": "cni", "hostPath": {"path": "/var/lib/cni", "type": "DirectoryOrCreate"}}],
                    },
                },
            },
        }),
    ])?;
    println!("[addons] Applied essential addon: kube-cni");
    Ok(())
}

fn account(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "kube-system"}})
}

fn create(objects: &[Value]) -> Result<()> {
    admin(async |client| {
        for object in objects {
            apply(&client, object).await?;
        }
        Ok(())
    })
}

/// Creates kube-proxy.
///
/// # Errors
/// Names the object that can't be created.
pub fn proxy(init: &Init) -> Result<()> {
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config",
        "clusters": [{"name": "default", "cluster": {
            "certificate-authority": "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", "server": init.server(),
        }}],
        "contexts": [{"name": "default", "context": {"cluster": "default", "namespace": "default", "user": "default"}}],
        "current-context": "default",
        "users": [{"name": "default", "user": {"tokenFile": "/var/run/secrets/kubernetes.io/serviceaccount/token"}}],
    });
    let mut config = json!({
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration",
        "bindAddress": "0.0.0.0", "clientConnection": {"kubeconfig": "/var/lib/kube-proxy/kubeconfig.conf"},
        "clusterCIDR": init.pod_subnet, "mode": "nftables",
    });
    if init.proxy.is_object() {
        crate::config::file::merge(&mut config, &init.proxy);
    }
    create(&[
        account("kube-proxy"),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": "kubeadm:node-proxier"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "system:node-proxier"},
            "subjects": [{"kind": "ServiceAccount", "name": "kube-proxy", "namespace": "kube-system"}],
        }),
        json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "kube-proxy", "namespace": "kube-system", "labels": {"app": "kube-proxy"}},
            "data": {"config.conf": serde_yaml::to_string(&config)?, "kubeconfig.conf": serde_yaml::to_string(&kubeconfig)?},
        }),
        json!({
            "apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": {"name": "kube-proxy", "namespace": "kube-system", "labels": {"k8s-app": "kube-proxy"}},
            "spec": {
                "selector": {"matchLabels": {"k8s-app": "kube-proxy"}},
                "updateStrategy": {"type": "RollingUpdate"},
                "template": {
                    "metadata": {"labels": {"k8s-app": "kube-proxy"}},
                    "spec": {
                        "priorityClassName": "system-node-critical",
                        "serviceAccountName": "kube-proxy",
                        "hostNetwork": true,
                        "nodeSelector": {"kubernetes.io/os": "linux"},
                        "tolerations": [{"operator": "Exists"}],
                        "containers": [{
                            "name": "kube-proxy",
                            "image": init.image("kube-proxy"),
                            "imagePullPolicy": "IfNotPresent",
                            "command": [
                                if init.own_images() { "kube-proxy" } else { "/usr/local/bin/kube-proxy" },
                                "--config=/var/lib/kube-proxy/config.conf", "--hostname-override=$(NODE_NAME)",
                            ],
                            "env": [{"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
                            "securityContext": {"privileged": true},
                            "volumeMounts": [
                                {"name": "kube-proxy", "mountPath": "/var/lib/kube-proxy"},
                                {"name": "lib-modules", "mountPath": "/lib/modules", "readOnly": true},
                            ],
                        }],
                        "volumes": [
                            {"name": "kube-proxy", "configMap": {"name": "kube-proxy"}},
                            {"name": "lib-modules", "hostPath": {"path": "/lib/modules"}},
                        ],
                    },
                },
            },
        }),
    ])?;
    println!("[addons] Applied essential addon: kube-proxy");
    Ok(())
}

/// Creates kube-dns.
///
/// # Errors
/// Names the object that can't be created.
pub fn dns(init: &Init) -> Result<()> {
    let address = init.service_address(10)?;
    create(&[
        account("kube-dns"),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "system:kube-dns-server"},
            "rules": [
                {"apiGroups": [""], "resources": ["endpoints", "services", "pods", "namespaces"], "verbs": ["list", "watch"]},
                {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
            ],
        }),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "system:kube-dns-server"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "system:kube-dns-server"},
            "subjects": [{"kind": "ServiceAccount", "name": "kube-dns", "namespace": "kube-system"}],
        }),
        json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {
                "name": "kube-dns", "namespace": "kube-system",
                "annotations": {"prometheus.io/port": "9153", "prometheus.io/scrape": "true"},
                "labels": {"k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "KubeDNS"},
            },
            "spec": {
                "clusterIP": address,
                "selector": {"k8s-app": "kube-dns"},
                "ports": [
                    {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
                    {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
                    {"name": "metrics", "port": 9153, "protocol": "TCP", "targetPort": 9153},
                ],
            },
        }),
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "kube-dns", "namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}},
            "spec": {
                "replicas": 1,
                "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
                "selector": {"matchLabels": {"k8s-app": "kube-dns"}},
                "template": {
                    "metadata": {"labels": {"k8s-app": "kube-dns"}},
                    "spec": {
                        "priorityClassName": "system-cluster-critical",
                        "serviceAccountName": "kube-dns",
                        "nodeSelector": {"kubernetes.io/os": "linux"},
                        "dnsPolicy": "Default",
                        "tolerations": [
                            {"key": "CriticalAddonsOnly", "operator": "Exists"},
                            {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"},
                        ],
                        "containers": [{
                            "name": "kube-dns",
                            "image": crate::config::OWN_REPOSITORY.to_string() + "/kube:" + crate::config::VERSION,
                            "imagePullPolicy": "IfNotPresent",
                            "command": ["kube-dns", format!("--cluster-domain={}", init.dns_domain)],
                            "ports": [
                                {"containerPort": 53, "name": "dns", "protocol": "UDP"},
                                {"containerPort": 53, "name": "dns-tcp", "protocol": "TCP"},
                                {"containerPort": 9153, "name": "metrics", "protocol": "TCP"},
                            ],
                            "resources": {"requests": {"cpu": "100m", "memory": "20Mi"}},
                            "livenessProbe": {
                                "httpGet": {"path": "/health", "port": 8080}, "initialDelaySeconds": 10, "failureThreshold": 5,
                                "timeoutSeconds": 5,
                            },
                            "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181}, "periodSeconds": 10, "timeoutSeconds": 5},
                            "securityContext": {
                                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                                "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]},
                            },
                        }],
                    },
                },
            },
        }),
    ])?;
    println!("[addons] Applied essential addon: kube-dns");
    Ok(())
}
