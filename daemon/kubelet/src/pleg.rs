//! The runtime's events, turned into wake-ups of the pods they are about.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use criapi::{GetEventsRequest, ListContainersRequest, ListPodSandboxRequest};

use crate::kubelet::Kubelet;
use crate::pod::runtime::LABEL_UID;

/// How often a runtime without events is asked, as upstream's generic PLEG does.
const RELIST: Duration = Duration::from_secs(1);

/// Listens for as long as the kubelet runs. A runtime that restarts is listened to again; one
/// that has no events (containerd before 1.7) is asked once a second.
pub async fn run(kubelet: Arc<Kubelet>) {
    loop {
        match kubelet.cri.runtime.clone().get_container_events(GetEventsRequest {}).await {
            Ok(stream) => {
                let mut stream = stream.into_inner();
                // What happened while nobody listened.
                kubelet.wake_all();
                while let Ok(Some(event)) = stream.message().await {
                    let uid = event.pod_sandbox_status.and_then(|status| Some(status.metadata?.uid));
                    match uid {
                        Some(uid) => kubelet.wake(&uid),
                        None => kubelet.wake_all(),
                    }
                }
                tracing::warn!("the container runtime's events ended; listening again");
            }
            Err(status) if status.code() == tonic::Code::Unimplemented => {
                tracing::info!("the container runtime sends no events; asking it once a second");
                relist(&kubelet).await;
                return;
            }
            Err(status) => tracing::debug!(%status, "cannot listen to the container runtime"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn relist(kubelet: &Kubelet) {
    let mut known: HashMap<String, i32> = HashMap::new();
    loop {
        tokio::time::sleep(RELIST).await;
        let containers = kubelet.cri.runtime.clone().list_containers(ListContainersRequest::default()).await;
        let sandboxes = kubelet.cri.runtime.clone().list_pod_sandbox(ListPodSandboxRequest::default()).await;
        let (Ok(containers), Ok(sandboxes)) = (containers, sandboxes) else { continue };
        let mut now: HashMap<String, (i32, String)> = HashMap::new();
        let uid = |labels: &BTreeMap<String, String>| labels.get(LABEL_UID).cloned().unwrap_or_default();
        for container in containers.into_inner().containers {
            now.insert(container.id, (container.state, uid(&container.labels)));
        }
        for sandbox in sandboxes.into_inner().items {
            now.insert(sandbox.id, (sandbox.state, uid(&sandbox.labels)));
        }
        if known.keys().any(|id| !now.contains_key(id)) {
            kubelet.wake_all();
        }
        for (id, (state, uid)) in &now {
            if known.get(id) != Some(state) {
                kubelet.wake(uid);
            }
        }
        known = now.into_iter().map(|(id, (state, _))| (id, state)).collect();
    }
}
