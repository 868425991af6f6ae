//! Waiting for the control plane, and telling what is wrong when it does not come.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::config::{Init, KUBERNETES};

/// How long to wait, as kubeadm does.
const LIMIT: Duration = Duration::from_secs(240);

/// Waits until the API server is ready.
///
/// # Errors
/// Tells which component failed, its last lines, and what to do.
pub fn run(init: &Init) -> Result<()> {
    println!(
        "[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory {:?}",
        super::control_plane::manifests().display().to_string()
    );
    let begun = Instant::now();
    if ready(Path::new(KUBERNETES).join("super-admin.conf").as_path(), LIMIT)? {
        println!("[control-plane-check] kube-apiserver is healthy after {} ms", begun.elapsed().as_millis());
        return cluster_admins();
    }
    bail!("{}", diagnosis(init))
}

/// Whether the API server said that it is ready within `limit`.
///
/// # Errors
/// Fails when the kubeconfig can't be used.
pub fn ready(kubeconfig: &Path, limit: Duration) -> Result<bool> {
    super::api::with(kubeconfig, async |client| {
        let begun = Instant::now();
        loop {
            let asked =
                tokio::time::timeout(Duration::from_secs(2), client.get_bytes("/readyz", &[], Some("*/*")))
                    .await;
            if matches!(&asked, Ok(Ok(_))) {
                return Ok(true);
            }
            if begun.elapsed() > limit {
                return Ok(false);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
}

/// Lets the administrators' group administrate, with the credentials that need no permission.
fn cluster_admins() -> Result<()> {
    super::api::with(&Path::new(KUBERNETES).join("super-admin.conf"), async |client| {
        super::api::apply(
            &client,
            &serde_json::json!({
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
                "metadata": {"name": "kubeadm:cluster-admins"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
                "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "kubeadm:cluster-admins"}],
            }),
        )
        .await
    })?;
    // The authorizer learns of the binding a moment after it is stored.
    let review = serde_json::json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {"verb": "*", "group": "*", "resource": "*"}},
    });
    super::api::admin(async |client| {
        let begun = Instant::now();
        loop {
            let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
            let answer = client.create::<_, serde_json::Value>(path, &review).await;
            if answer.as_ref().is_ok_and(|answer| answer["status"]["allowed"] == true) {
                return Ok(());
            }
            if begun.elapsed() > Duration::from_secs(30) {
                answer?;
                bail!(
                    "the administrator is still not allowed to do everything; is the ClusterRoleBinding kubeadm:cluster-admins in place?"
                );
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
}

/// The last lines of everything that could have gone wrong.
pub fn diagnosis(init: &Init) -> String {
    let mut text = format!("the control plane did not come up within {} s\n", LIMIT.as_secs());
    let mut tell = |name: &str, path: &Path| {
        let lines = last_lines(path, 8);
        if !lines.is_empty() {
            text.push_str(&format!("\n{name} last said ({}):\n", path.display()));
            for line in lines {
                text.push_str(&format!("    {line}\n"));
            }
        }
    };
    for name in ["kube-cri", "kubelet"] {
        tell(name, &Path::new(crate::supervisor::LOGS).join(format!("{name}.log")));
    }
    for name in ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
        match newest_log(name, &init.node_name) {
            Some(log) => tell(name, &log),
            None => tell(&format!("{name} never began to run;"), Path::new("/nonexistent")),
        }
    }
    text.push_str(
        "\nWhat to do: look for the first error above. `kadm reset -f` takes everything back, then run kadm init again;\nrunning kadm init again without it goes on where this left off, with --ignore-preflight-errors=all.\n",
    );
    if crate::host::has_systemd() {
        text.push_str("The daemons' whole logs: journalctl -u kubelet -u kube-cri\n");
    }
    text
}

fn newest_log(component: &str, node: &str) -> Option<PathBuf> {
    let prefix = format!("kube-system_{component}-{node}_");
    let folders = std::fs::read_dir("/var/log/pods").ok()?.flatten().map(|entry| entry.path());
    let pod = folders
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix)));
    let logs = pod.flat_map(|pod| {
        std::fs::read_dir(pod.join(component)).into_iter().flatten().flatten().map(|entry| entry.path())
    });
    logs.max_by_key(|path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok())
}

fn last_lines(path: &Path, count: usize) -> Vec<String> {
    let text =
        std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let mut lines: Vec<String> = text.lines().rev().take(count).map(str::to_string).collect();
    lines.reverse();
    lines
}
