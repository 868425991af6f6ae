//! Taking a pod down: hooks, signals, grace, and then nothing of it is left.

use std::time::{Duration, Instant};

use criapi::{
    ContainerState, RemoveContainerRequest, RemovePodSandboxRequest, StopContainerRequest,
    StopPodSandboxRequest,
};
use k8s_openapi::api::core::v1::{Container, Pod};

use super::runtime::{Held, LABEL_CONTAINER, PodRuntime};
use super::{Role, hooks};
use crate::kubelet::Kubelet;

/// Stops one container: its preStop hook, then the signal, all within `grace` seconds.
///
/// # Errors
/// The runtime's reason when it can't.
pub async fn stop_container(
    kubelet: &Kubelet,
    pod: &Pod,
    held: &Held,
    grace: i64,
    pod_ip: &str,
) -> Result<(), String> {
    let spec = super::spec(pod);
    let name = held.status.labels.get(LABEL_CONTAINER).map(String::as_str).unwrap_or_default();
    let containers = super::containers(&spec);
    let container = containers
        .iter()
        .find(|(_, container)| container.name == name)
        .map(|(_, container)| container.as_ref());
    let begun = Instant::now();
    let limit = Duration::from_secs(u64::try_from(grace).unwrap_or_default());
    let hook =
        container.and_then(|container| Some((container, container.lifecycle.as_ref()?.pre_stop.as_ref()?)));
    if let Some((container, handler)) = hook
        && grace > 0
    {
        let ran = tokio::time::timeout(
            limit,
            hooks::lifecycle(
                &kubelet.cri,
                &kubelet.probe_tools.http,
                &held.status.id,
                container,
                handler,
                pod_ip,
                limit,
            ),
        );
        match ran.await {
            Ok(Ok(())) => {}
            Ok(Err(message)) => kubelet.container_event(
                pod,
                container,
                "Warning",
                "FailedPreStopHook",
                format!("PreStopHook failed: {message}"),
            ),
            Err(_) => kubelet.container_event(
                pod,
                container,
                "Warning",
                "FailedPreStopHook",
                format!("PreStopHook took longer than the grace period of {grace}s"),
            ),
        }
    }
    let spent = i64::try_from(begun.elapsed().as_secs()).unwrap_or(i64::MAX);
    // Upstream leaves a container two seconds after a hook that used all the grace up.
    let left = if hook.is_some() { (grace - spent).max(grace.min(2)) } else { grace };
    let request = StopContainerRequest { container_id: held.status.id.clone(), timeout: left };
    kubelet
        .cri
        .runtime
        .clone()
        .stop_container(request)
        .await
        .map_err(|status| status.message().to_string())?;
    Ok(())
}

/// Stops all containers within `grace` seconds (sidecars after the others, last one first), then
/// the sandboxes.
///
/// # Errors
/// The runtime's reason when something does not stop; try again.
pub async fn stop_all(kubelet: &Kubelet, pod: &Pod, runtime: &PodRuntime, grace: i64) -> Result<(), String> {
    let spec = super::spec(pod);
    let containers = super::containers(&spec);
    let ip = runtime.address.first().cloned().unwrap_or_default();
    let role = |held: &Held| {
        let name = held.status.labels.get(LABEL_CONTAINER).map(String::as_str).unwrap_or_default();
        containers
            .iter()
            .position(|(_, container)| container.name == name)
            .map(|index| (index, containers[index].0))
    };
    let begun = Instant::now();
    let running =
        || runtime.containers.iter().filter(|held| held.status.state() == ContainerState::ContainerRunning);
    let (mut sidecars, others): (Vec<&Held>, Vec<&Held>) =
        running().partition(|held| matches!(role(held), Some((_, Role::Sidecar))));
    for held in running() {
        if let Some((index, _)) = role(held) {
            let container: &Container = &containers[index].1;
            kubelet.container_event(
                pod,
                container,
                "Normal",
                "Killing",
                format!("Stopping container {}", container.name),
            );
        }
    }
    let stopped =
        futures::future::join_all(others.iter().map(|held| stop_container(kubelet, pod, held, grace, &ip)))
            .await;
    stopped.into_iter().collect::<Result<Vec<()>, String>>()?;
    sidecars.sort_by_key(|held| std::cmp::Reverse(role(held).map(|(index, _)| index)));
    for held in sidecars {
        let left = (grace - i64::try_from(begun.elapsed().as_secs()).unwrap_or(i64::MAX)).max(grace.min(1));
        stop_container(kubelet, pod, held, left, &ip).await?;
    }
    for sandbox in &runtime.sandboxes {
        let request = StopPodSandboxRequest { pod_sandbox_id: sandbox.id.clone() };
        kubelet
            .cri
            .runtime
            .clone()
            .stop_pod_sandbox(request)
            .await
            .map_err(|status| status.message().to_string())?;
    }
    Ok(())
}

/// Removes all that the runtime and the node hold of a stopped pod, its logs included.
///
/// # Errors
/// Says what is still in use; try again.
pub async fn remove_all(kubelet: &Kubelet, pod: &Pod, runtime: &PodRuntime) -> Result<(), String> {
    for held in &runtime.containers {
        remove_container(kubelet, pod, held).await?;
    }
    for sandbox in &runtime.sandboxes {
        let request = RemovePodSandboxRequest { pod_sandbox_id: sandbox.id.clone() };
        kubelet
            .cri
            .runtime
            .clone()
            .remove_pod_sandbox(request)
            .await
            .map_err(|status| status.message().to_string())?;
    }
    let uid = super::uid(pod);
    kubelet.volumes.remove(uid)?;
    kubelet.objects.release(uid);
    let class = super::resources::qos(&super::spec(pod));
    kubelet.cgroups.remove(&super::cgroup::pod_path(&kubelet.config.file.cgroup_root, class, uid));
    let logs = super::container::log_folder(&kubelet.config.log_root, pod);
    match std::fs::remove_dir_all(&logs) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("cannot remove {}: {error}", logs.display()))
        }
        _ => Ok(()),
    }
}

/// Removes one stopped container, its log and the link to it.
///
/// # Errors
/// The runtime's reason.
pub async fn remove_container(kubelet: &Kubelet, pod: &Pod, held: &Held) -> Result<(), String> {
    let request = RemoveContainerRequest { container_id: held.status.id.clone() };
    kubelet
        .cri
        .runtime
        .clone()
        .remove_container(request)
        .await
        .map_err(|status| status.message().to_string())?;
    let name = held.status.labels.get(LABEL_CONTAINER).map(String::as_str).unwrap_or_default();
    let _ = std::fs::remove_file(kubelet.log_link(pod, name, &held.status.id));
    if !held.status.log_path.is_empty() {
        let _ = std::fs::remove_file(&held.status.log_path);
    }
    Ok(())
}
