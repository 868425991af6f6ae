//! What the runtime has of one pod.

use std::collections::HashMap;

use anyhow::{Context, Result};
use criapi::{
    ContainerFilter, ContainerState, ContainerStatus, ContainerStatusRequest, ListContainersRequest,
    ListPodSandboxRequest, PodSandbox, PodSandboxFilter, PodSandboxState, PodSandboxStatusRequest, Runtime,
};

/// Upstream's label with the pod's UID, on sandboxes and containers.
pub const LABEL_UID: &str = "io.kubernetes.pod.uid";
/// Upstream's label with the pod's name.
pub const LABEL_NAME: &str = "io.kubernetes.pod.name";
/// Upstream's label with the pod's namespace.
pub const LABEL_NAMESPACE: &str = "io.kubernetes.pod.namespace";
/// Upstream's label with the container's name.
pub const LABEL_CONTAINER: &str = "io.kubernetes.container.name";

/// A container and the sandbox it lives in.
#[derive(Clone, Debug)]
pub struct Held {
    pub sandbox: String,
    pub status: ContainerStatus,
}

/// Sandboxes and containers of one pod, newest first.
#[derive(Clone, Debug, Default)]
pub struct PodRuntime {
    pub sandboxes: Vec<PodSandbox>,
    pub containers: Vec<Held>,
    /// The newest sandbox's addresses.
    pub address: Vec<String>,
    pub host_network: bool,
}

impl PodRuntime {
    /// Asks the runtime. `exited` keeps the statuses of exited containers, which never change.
    ///
    /// # Errors
    /// Fails when the runtime does not answer.
    pub async fn fetch(
        cri: &Runtime,
        uid: &str,
        host_network: bool,
        exited: &mut HashMap<String, ContainerStatus>,
    ) -> Result<Self> {
        let selector: std::collections::BTreeMap<String, String> =
            [(LABEL_UID.to_string(), uid.to_string())].into();
        let (mut sandbox_client, mut container_client) = (cri.runtime.clone(), cri.runtime.clone());
        let (sandboxes, containers) = tokio::try_join!(
            sandbox_client.list_pod_sandbox(ListPodSandboxRequest {
                filter: Some(PodSandboxFilter { label_selector: selector.clone(), ..Default::default() }),
            }),
            container_client.list_containers(ListContainersRequest {
                filter: Some(ContainerFilter { label_selector: selector, ..Default::default() }),
            })
        )
        .context("the container runtime does not answer")?;
        let mut sandboxes = sandboxes.into_inner().items;
        sandboxes.sort_by_key(|sandbox| std::cmp::Reverse(sandbox.created_at));
        let listed = containers.into_inner().containers;
        exited.retain(|id, _| listed.iter().any(|container| container.id == *id));
        let mut containers = Vec::with_capacity(listed.len());
        for container in listed {
            let status = match exited.get(&container.id) {
                Some(status) => status.clone(),
                None => {
                    let request =
                        ContainerStatusRequest { container_id: container.id.clone(), verbose: false };
                    let Ok(answer) = cri.runtime.clone().container_status(request).await else { continue };
                    let Some(status) = answer.into_inner().status else { continue };
                    if status.state() == ContainerState::ContainerExited {
                        exited.insert(container.id.clone(), status.clone());
                    }
                    status
                }
            };
            containers.push(Held { sandbox: container.pod_sandbox_id, status });
        }
        containers.sort_by_key(|held| std::cmp::Reverse(held.status.created_at));
        let mut address = Vec::new();
        if let Some(newest) = sandboxes
            .first()
            .filter(|sandbox| sandbox.state() == PodSandboxState::SandboxReady && !host_network)
        {
            let request = PodSandboxStatusRequest { pod_sandbox_id: newest.id.clone(), verbose: false };
            if let Ok(answer) = cri.runtime.clone().pod_sandbox_status(request).await
                && let Some(network) = answer.into_inner().status.and_then(|status| status.network)
            {
                address.extend([network.ip].into_iter().filter(|ip| !ip.is_empty()));
                address.extend(network.additional_ips.into_iter().map(|ip| ip.ip));
            }
        }
        Ok(Self { sandboxes, containers, address, host_network })
    }

    /// Whether the newest sandbox says it is ready.
    pub fn newest_is_ready(&self) -> bool {
        self.sandboxes.first().is_some_and(|sandbox| sandbox.state() == PodSandboxState::SandboxReady)
    }

    /// The ID of the newest sandbox, if it is of use.
    pub fn ready_sandbox(&self) -> Option<&str> {
        let ready = self.newest_is_ready() && (self.host_network || !self.address.is_empty());
        self.sandboxes.first().filter(|_| ready).map(|sandbox| sandbox.id.as_str())
    }

    /// Whether any container runs, in whatever sandbox.
    pub fn any_running(&self) -> bool {
        self.containers.iter().any(|held| held.status.state() == ContainerState::ContainerRunning)
    }

    /// The attempt number of the next sandbox.
    pub fn next_attempt(&self) -> u32 {
        let attempts = self.sandboxes.iter().filter_map(|sandbox| Some(sandbox.metadata.as_ref()?.attempt));
        attempts.max().map_or(u32::from(!self.sandboxes.is_empty()), |newest| newest + 1)
    }
}
