//! Bootstrap tokens, and what lets nodes join with them.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use pki::bootstrap::BootstrapToken;
use pki::kubeconfig::{Credentials, render};
use serde_json::{Value, json};

use super::api::{admin, apply};
use crate::config::{Init, KUBERNETES, Token};

/// When a token that is made now and holds this long ends; never when that is 0.
pub fn expiry(ttl: Duration) -> Option<jiff::Timestamp> {
    let seconds = i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX / 2);
    (seconds > 0).then(|| jiff::Timestamp::from_second(jiff::Timestamp::now().as_second() + seconds).ok())?
}

/// The Secret that keeps a token.
pub fn secret(made: &Token) -> Value {
    let token = &made.token;
    let mut data = json!({"token-id": token.id, "token-secret": token.secret});
    if let Some(until) = made.expires {
        data["expiration"] = json!(until.to_string());
    }
    if !made.description.is_empty() {
        data["description"] = json!(made.description);
    }
    for usage in &made.usages {
        data[format!("usage-bootstrap-{usage}")] = json!("true");
    }
    if !made.groups.is_empty() {
        data["auth-extra-groups"] = json!(made.groups.join(","));
    }
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "bootstrap.kubernetes.io/token",
        "metadata": {"name": token.secret_name(), "namespace": "kube-system"}, "stringData": data,
    })
}

/// What kubeadm gives a token when nothing else is asked for.
pub fn default_groups() -> Vec<String> {
    vec!["system:bootstrappers:kubeadm:default-node-token".into()]
}

/// What a token is for when nothing else is asked for.
pub fn default_usages() -> Vec<String> {
    vec!["signing".into(), "authentication".into()]
}

/// Creates the token, the permissions of who uses it, and the public cluster-info.
///
/// # Errors
/// Names the object that can't be created.
pub fn run(init: &Init) -> Result<()> {
    for token in &init.tokens {
        println!("[bootstrap-token] Using token: {}", token.token);
    }
    println!("[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles");
    let ca = std::fs::read_to_string(init.cert_dir.join("ca.crt"))?;
    let kubeconfig = render(&init.server(), &ca, "", "", &Credentials::None);
    let cluster_binding = |name: &str, role: &str, group: &str| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}],
        })
    };
    let bootstrappers = "system:bootstrappers:kubeadm:default-node-token";
    let objects = [
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "kubeadm:get-nodes"},
            "rules": [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get"]}],
        }),
        cluster_binding("kubeadm:get-nodes", "kubeadm:get-nodes", bootstrappers),
        cluster_binding("kubeadm:kubelet-bootstrap", "system:node-bootstrapper", bootstrappers),
        cluster_binding(
            "kubeadm:node-autoapprove-bootstrap",
            "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
            bootstrappers,
        ),
        cluster_binding(
            "kubeadm:node-autoapprove-certificate-rotation",
            "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
            "system:nodes",
        ),
        json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cluster-info", "namespace": "kube-public"},
            "data": {"kubeconfig": kubeconfig},
        }),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "metadata": {"name": "kubeadm:bootstrap-signer-clusterinfo", "namespace": "kube-public"},
            "rules": [{"apiGroups": [""], "resourceNames": ["cluster-info"], "resources": ["configmaps"], "verbs": ["get"]}],
        }),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "metadata": {"name": "kubeadm:bootstrap-signer-clusterinfo", "namespace": "kube-public"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "kubeadm:bootstrap-signer-clusterinfo"},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "system:anonymous"}],
        }),
    ];
    admin(async |client| {
        for object in init.tokens.iter().map(secret).chain(objects) {
            apply(&client, &object).await?;
        }
        Ok(())
    })
}

/// The line with which a node joins.
///
/// # Errors
/// Fails when the CA can't be read.
pub fn join_command(token: &BootstrapToken) -> Result<String> {
    let config = client::Config::from_kubeconfig(&Path::new(KUBERNETES).join("admin.conf"))?;
    let ca = String::from_utf8(config.ca.unwrap_or_default())?;
    let hash = pki::cert::public_key_hash(&ca)?;
    let endpoint = config.server.trim_start_matches("https://");
    Ok(format!("kadm join {endpoint} --token {token} \\\n\t--discovery-token-ca-cert-hash {hash}"))
}
