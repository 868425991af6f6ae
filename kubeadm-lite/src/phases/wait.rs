//! Waiting for the control plane, and telling what is wrong when it does not come.

use std::collections::HashMap;
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

/// Tells everything that could have gone wrong: what the daemons said last, and how each
/// component's container ended.
pub fn diagnosis(init: &Init) -> String {
    let mut text = format!("the control plane did not come up within {} s\n", LIMIT.as_secs());
    for name in ["kube-cri", "kubelet"] {
        tell(&mut text, name, &Path::new(crate::supervisor::LOGS).join(format!("{name}.log")));
    }
    let ends = component::runtime::block_on(1, containers(&init.cri_socket)).ok().and_then(Result::ok);
    for name in ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
        match ends.as_ref().map(|ends| ends.get(name)) {
            Some(None) => text.push_str(&format!(
                "\n{name} has no container: the kubelet's log above says why, or the manifest is not in {}\n",
                super::control_plane::manifests().display()
            )),
            Some(Some(state)) => text.push_str(&format!("\n{name} {state}\n")),
            None => {}
        }
        if let Some(log) = newest_log(name, &init.node_name) {
            tell(&mut text, name, &log);
        }
    }
    if ends.is_none() {
        text.push_str(&format!("\nThe container runtime at {} does not answer.\n", init.cri_socket));
    }
    text.push_str(
        "\nWhat to do: look for the first error above. `kadm reset -f` takes everything back, then run kadm init again;\nrunning kadm init again without it goes on where this left off, with --ignore-preflight-errors=all.\n",
    );
    if crate::host::has_systemd() {
        text.push_str("The daemons' whole logs: journalctl -u kubelet -u kube-cri\n");
    }
    text
}

/// Adds a log's last lines, if there are any.
fn tell(text: &mut String, name: &str, path: &Path) {
    let lines = last_lines(path, 8);
    if lines.is_empty() {
        return;
    }
    text.push_str(&format!("\n{name} last said ({}):\n", path.display()));
    for line in lines {
        text.push_str(&format!("    {line}\n"));
    }
}

/// How the newest container of each component is, in words.
async fn containers(socket: &str) -> Result<HashMap<String, String>> {
    let mut runtime = criapi::connect(socket).await?.runtime;
    let mut all = runtime.list_containers(criapi::ListContainersRequest::default()).await?.into_inner();
    all.containers.sort_by_key(|container| container.created_at);
    let mut found = HashMap::new();
    for container in all.containers {
        let name = container.metadata.map(|metadata| metadata.name).unwrap_or_default();
        let request = criapi::ContainerStatusRequest { container_id: container.id, ..Default::default() };
        let Some(status) = runtime.container_status(request).await?.into_inner().status else { continue };
        let words = match status.state() {
            criapi::ContainerState::ContainerRunning => "runs".to_string(),
            criapi::ContainerState::ContainerExited => format!(
                "exited with code {} ({}{}{})",
                status.exit_code,
                status.reason,
                if status.message.is_empty() { "" } else { ": " },
                status.message
            ),
            _ => "was created and did not start".to_string(),
        };
        found.insert(name, words);
    }
    Ok(found)
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
    // That nobody answers yet is what we wait for, not why.
    let told = text.lines().rev().filter(|line| {
        !line.contains("Connection refused") || !(line.contains("trying again") || line.contains("retry"))
    });
    let mut lines: Vec<String> = told.take(count).map(str::to_string).collect();
    lines.reverse();
    lines
}
