//! The configuration in ConfigMaps, where nodes that join find it.

use anyhow::Result;
use serde_json::json;

use super::api::{admin, apply};
use crate::config::Init;

/// Uploads the cluster's and the kubelet's configuration, each readable by joining nodes.
///
/// # Errors
/// Names the object that can't be created.
pub fn run(init: &Init) -> Result<()> {
    println!(
        "[upload-config] Storing the configuration used in ConfigMap \"kubeadm-config\" in the \"kube-system\" Namespace"
    );
    println!(
        "[kubelet] Creating a ConfigMap \"kubelet-config\" in namespace kube-system with the configuration for the kubelets in the cluster"
    );
    let cluster = serde_yaml::to_string(&init.cluster_configuration())?;
    let kubelet = serde_yaml::to_string(&super::kubelet::configuration(init)?)?;
    let map = |name: &str, key: &str, text: &str| {
        json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": "kube-system"}, "data": {key: text},
        })
    };
    let role = |name: &str, map: &str| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "metadata": {"name": name, "namespace": "kube-system"},
            "rules": [{"apiGroups": [""], "resourceNames": [map], "resources": ["configmaps"], "verbs": ["get"]}],
        })
    };
    let binding = |name: &str, groups: &[&str]| {
        let subjects: Vec<_> = groups
            .iter()
            .map(|group| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}))
            .collect();
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "metadata": {"name": name, "namespace": "kube-system"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}, "subjects": subjects,
        })
    };
    let joining = ["system:bootstrappers:kubeadm:default-node-token", "system:nodes"];
    let objects = [
        map("kubeadm-config", "ClusterConfiguration", &cluster),
        role("kubeadm:nodes-kubeadm-config", "kubeadm-config"),
        binding("kubeadm:nodes-kubeadm-config", &joining),
        map("kubelet-config", "kubelet", &kubelet),
        role("kubeadm:kubelet-config", "kubelet-config"),
        binding(
            "kubeadm:kubelet-config",
            &["system:nodes", "system:bootstrappers:kubeadm:default-node-token"],
        ),
    ];
    admin(async |client| {
        for object in &objects {
            apply(&client, object).await?;
        }
        Ok(())
    })
}
