//! What all of the kubelet shares: its configuration, its connections, its pods.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use client::events::{ObjectReference, Recorder};
use client::informer::Informer;
use client::{Client, Meta, Object};
use criapi::{AuthConfig, Runtime};
use k8s_openapi::api::core::v1::{Container, Pod, PodStatus};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::objects::{Objects, Wanted};
use crate::pod::cgroup::Cgroups;
use crate::pod::container::NodeFacts;
use crate::pod::images::{self, Images};
use crate::pod::worker::{self, Desired, Handle};
use crate::probe::Tools;
use crate::status_writer::{StatusWriter, Target};
use crate::volume::Volumes;

/// What the machine has.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    pub cpus: i64,
    /// In bytes.
    pub memory: i64,
}

/// A service, as much of it as becomes environment variables.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Service {
    pub metadata: Meta,
    pub spec: ServiceSpec,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceSpec {
    #[serde(rename = "clusterIP")]
    pub cluster_ip: String,
    pub ports: Vec<ServicePort>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServicePort {
    pub name: String,
    pub port: u16,
    pub protocol: String,
}

impl Object for Service {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

/// The kubelet.
pub struct Kubelet {
    pub config: Config,
    pub node_name: String,
    pub client: Option<Client>,
    pub cri: Runtime,
    pub machine: Machine,
    pub cgroups: Cgroups,
    pub objects: Objects,
    pub volumes: Volumes,
    pub images: Images,
    pub probe_tools: Tools,
    pub services: Option<Informer<Service>>,
    pub recorder: Option<Recorder>,
    pub statuses: StatusWriter,
    pub shutdown: CancellationToken,
    host_ips: RwLock<Vec<String>>,
    network_ready: AtomicBool,
    pods: Mutex<HashMap<String, Managed>>,
    /// Pods that are taken down and that a finalizer keeps on the server: nothing is left to do.
    ended: Mutex<HashSet<String>>,
    /// Mirror pods on the API server, by namespace and name.
    mirrors: Mutex<HashMap<(String, String), Mirror>>,
    /// Set once, so that parts can reach the whole.
    own: OnceLock<std::sync::Weak<Kubelet>>,
    /// Told when a static pod comes, goes, or its mirror changes.
    pub mirror_queue: client::queue::WorkQueue<client::Key>,
    /// The node object's UID, once registered.
    pub node_uid: OnceLock<String>,
}

struct Managed {
    handle: Handle,
    pod: Arc<Pod>,
    status: Option<PodStatus>,
}

/// A mirror pod as the API server has it.
#[derive(Clone, Debug)]
pub struct Mirror {
    pub uid: String,
    pub hash: String,
    pub deleting: bool,
}

/// What the kubelet is made of.
pub struct Parts {
    pub config: Config,
    pub node_name: String,
    pub client: Option<Client>,
    pub cri: Runtime,
    pub machine: Machine,
    pub probe_tools: Tools,
    pub services: Option<Informer<Service>>,
    pub recorder: Option<Recorder>,
    pub shutdown: CancellationToken,
    pub host_ips: Vec<String>,
}

impl Kubelet {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts {
            config,
            node_name,
            client,
            cri,
            machine,
            probe_tools,
            services,
            recorder,
            shutdown,
            host_ips,
        } = parts;
        let slot: Arc<OnceLock<std::sync::Weak<Kubelet>>> = Arc::default();
        let changed = {
            let slot = slot.clone();
            Arc::new(move |uid: &str| {
                if let Some(kubelet) = slot.get().and_then(std::sync::Weak::upgrade) {
                    kubelet.wake(uid);
                }
            })
        };
        let objects = Objects::new(client.clone(), changed, shutdown.clone());
        let kubelet = Arc::new(Self {
            volumes: Volumes::new(&config.root, objects.clone(), client.clone()),
            statuses: StatusWriter::start(client.clone(), shutdown.clone()),
            cgroups: Cgroups::detect(),
            images: Images::default(),
            host_ips: RwLock::new(host_ips),
            network_ready: AtomicBool::new(false),
            pods: Mutex::default(),
            ended: Mutex::default(),
            mirrors: Mutex::default(),
            own: OnceLock::new(),
            mirror_queue: client::queue::WorkQueue::new(),
            node_uid: OnceLock::new(),
            config,
            node_name,
            client,
            cri,
            machine,
            objects,
            probe_tools,
            services,
            recorder,
            shutdown,
        });
        let _ = slot.set(Arc::downgrade(&kubelet));
        let _ = kubelet.own.set(Arc::downgrade(&kubelet));
        kubelet
    }

    fn arc(&self) -> Option<Arc<Self>> {
        self.own.get()?.upgrade()
    }

    fn pods(&self) -> std::sync::MutexGuard<'_, HashMap<String, Managed>> {
        self.pods.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn ended(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.ended.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A source has this pod, new or changed.
    pub fn pod_wanted(&self, pod: Arc<Pod>) {
        let Some(own) = self.arc() else { return };
        let uid = crate::pod::uid(&pod).to_string();
        if self.ended().contains(&uid) {
            return;
        }
        let mut pods = self.pods();
        match pods.get_mut(&uid) {
            Some(managed) => {
                managed.pod = pod.clone();
                managed.handle.desired.send_modify(|desired| desired.pod = pod);
            }
            None => {
                let over = pod
                    .status
                    .as_ref()
                    .and_then(|status| status.phase.as_deref())
                    .is_some_and(|phase| phase == "Succeeded" || phase == "Failed");
                if over && pod.metadata.deletion_timestamp.is_none() {
                    // It ran before this kubelet started: nothing is left to do but to watch over
                    // what the runtime still holds for logs.
                    tracing::debug!(pod = crate::pod::name(&pod), "the pod has ended already");
                }
                let handle = worker::start(own, pod.clone());
                pods.insert(uid, Managed { handle, pod, status: None });
            }
        }
    }

    /// A source no longer has this pod.
    pub fn pod_gone(&self, uid: &str) {
        self.ended().remove(uid);
        if let Some(managed) = self.pods().get(uid) {
            managed.handle.desired.send_modify(|desired: &mut Desired| desired.gone = true);
        }
    }

    /// The worker has taken the pod down.
    pub fn pod_ended(&self, pod: &Pod) {
        let uid = crate::pod::uid(pod);
        self.pods().remove(uid);
        if crate::pod::is_static(pod) {
            self.statuses.forget(uid);
            self.mirror_queue.add(client::Key::new(crate::pod::namespace(pod), crate::pod::name(pod)));
        } else if pod.metadata.deletion_timestamp.is_some() {
            self.ended().insert(uid.to_string());
            let target = Target {
                namespace: crate::pod::namespace(pod).into(),
                name: crate::pod::name(pod).into(),
                uid: uid.into(),
            };
            self.statuses.delete(uid, target);
        } else {
            self.statuses.forget(uid);
        }
    }

    /// Has the pod's worker look again.
    pub fn wake(&self, uid: &str) {
        if let Some(managed) = self.pods().get(uid) {
            managed.handle.wake.notify_one();
        }
    }

    /// Has every worker look again.
    pub fn wake_all(&self) {
        for managed in self.pods().values() {
            managed.handle.wake.notify_one();
        }
    }

    /// The pods on this node, each with its status as computed here.
    pub fn list(&self) -> Vec<Pod> {
        self.pods()
            .values()
            .map(|managed| {
                let mut pod = (*managed.pod).clone();
                if let Some(status) = &managed.status {
                    pod.status = Some(status.clone());
                }
                pod
            })
            .collect()
    }

    /// The pod of that namespace and name, found also by its mirror.
    pub fn find(&self, namespace: &str, name: &str) -> Option<Arc<Pod>> {
        self.pods()
            .values()
            .find(|managed| {
                crate::pod::namespace(&managed.pod) == namespace && crate::pod::name(&managed.pod) == name
            })
            .map(|managed| managed.pod.clone())
    }

    /// Whether a pod of that UID is managed here.
    pub fn has(&self, uid: &str) -> bool {
        self.pods().contains_key(uid)
    }

    /// The static pod of that key.
    pub fn static_pod(&self, key: &client::Key) -> Option<Arc<Pod>> {
        self.find(&key.namespace, &key.name).filter(|pod| crate::pod::is_static(pod))
    }

    /// The API server's mirror of a static pod is now this, or gone.
    pub fn mirror_changed(&self, key: &client::Key, mirror: Option<Mirror>) {
        {
            let mut mirrors = self.mirrors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let id = (key.namespace.clone(), key.name.clone());
            match mirror {
                Some(mirror) => _ = mirrors.insert(id, mirror),
                None => _ = mirrors.remove(&id),
            }
        }
        self.mirror_queue.add(key.clone());
        if let Some(pod) = self.static_pod(key) {
            // Its status has a new place to go.
            let uid = crate::pod::uid(&pod).to_string();
            let status = self.pods().get(&uid).and_then(|managed| managed.status.clone());
            if let Some(status) = status {
                self.set_status(&pod, &status);
            }
        }
    }

    /// The mirror of a static pod.
    pub fn mirror(&self, key: &client::Key) -> Option<Mirror> {
        let mirrors = self.mirrors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        mirrors.get(&(key.namespace.clone(), key.name.clone())).cloned()
    }

    /// The pod's status, to be sent where the API server has the pod.
    pub fn set_status(&self, pod: &Pod, status: &PodStatus) {
        let uid = crate::pod::uid(pod);
        if let Some(managed) = self.pods().get_mut(uid) {
            managed.status = Some(status.clone());
        }
        let (namespace, name) = (crate::pod::namespace(pod), crate::pod::name(pod));
        let target_uid = if crate::pod::is_static(pod) {
            self.mirror(&client::Key::new(namespace, name)).map(|mirror| mirror.uid)
        } else {
            Some(uid.to_string())
        };
        let target = target_uid.map(|uid| Target { namespace: namespace.into(), name: name.into(), uid });
        match serde_json::to_value(status) {
            Ok(value) => self.statuses.set(uid, target, value),
            Err(error) => tracing::error!(%error, "cannot encode a pod's status"),
        }
    }

    /// The node's addresses.
    pub fn host_ips(&self) -> Vec<String> {
        self.host_ips.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Whether the runtime can give pods a network.
    pub fn network_ready(&self) -> bool {
        self.network_ready.load(Ordering::Relaxed)
    }

    /// The runtime says whether it can give pods a network.
    pub fn set_network_ready(&self, ready: bool) {
        if self.network_ready.swap(ready, Ordering::Relaxed) != ready && ready {
            self.wake_all();
        }
    }

    /// What the node gives to every pod.
    pub fn facts(&self) -> NodeFacts<'_> {
        NodeFacts {
            log_root: &self.config.log_root,
            node_name: &self.node_name,
            cluster_dns: &self.config.file.cluster_dns,
            cluster_domain: &self.config.file.cluster_domain,
            resolv_conf: self.config.file.resolv_conf.as_deref(),
            memory: self.machine.memory,
            cfs_quota: self.config.file.cpu_c_f_s_quota,
        }
    }

    /// An event about a pod.
    pub fn pod_event(&self, pod: &Pod, kind: &'static str, reason: &str, message: String) {
        self.event(pod, String::new(), kind, reason, message);
    }

    /// An event about a container of a pod.
    pub fn container_event(
        &self,
        pod: &Pod,
        container: &Container,
        kind: &'static str,
        reason: &str,
        message: String,
    ) {
        let spec = crate::pod::spec(pod);
        let field = if spec.init_containers.iter().flatten().any(|init| init.name == container.name) {
            format!("spec.initContainers{{{}}}", container.name)
        } else if spec.ephemeral_containers.iter().flatten().any(|held| held.name == container.name) {
            format!("spec.ephemeralContainers{{{}}}", container.name)
        } else {
            format!("spec.containers{{{}}}", container.name)
        };
        self.event(pod, field, kind, reason, message);
    }

    fn event(&self, pod: &Pod, field_path: String, kind: &'static str, reason: &str, message: String) {
        let (namespace, name) = (crate::pod::namespace(pod), crate::pod::name(pod));
        // The log is all there is of trouble while there is no API server.
        if kind == "Warning" {
            tracing::warn!(namespace, pod = name, reason, "{message}");
        } else {
            tracing::debug!(namespace, pod = name, reason, "{message}");
        }
        let Some(recorder) = &self.recorder else { return };
        let uid = if crate::pod::is_static(pod) {
            // The server knows a static pod by its hash, as upstream has it.
            crate::pod::annotation(pod, crate::pod::CONFIG_HASH).unwrap_or_default().to_string()
        } else {
            crate::pod::uid(pod).to_string()
        };
        let object = ObjectReference {
            api_version: "v1".into(),
            kind: "Pod".into(),
            namespace: namespace.into(),
            name: name.into(),
            uid,
            field_path,
            ..ObjectReference::default()
        };
        recorder.event(&object, kind, reason, message);
    }

    /// The variables of the services that a pod sees: those of its namespace, unless it wants
    /// none, and the API server's in any case.
    pub async fn service_variables(&self, pod: &Pod) -> Vec<(String, String)> {
        let Some(services) = &self.services else { return Vec::new() };
        if !crate::pod::is_static(pod) {
            let _ = tokio::time::timeout(std::time::Duration::from_secs(10), services.wait_synced()).await;
        }
        let links = crate::pod::spec(pod).enable_service_links != Some(false);
        let namespace = crate::pod::namespace(pod);
        let mut seen = services.store().filter(|service| {
            let api = service.metadata.namespace == "default" && service.metadata.name == "kubernetes";
            let ip = &service.spec.cluster_ip;
            (api || (links && service.metadata.namespace == namespace)) && !ip.is_empty() && ip != "None"
        });
        seen.sort_by(|a, b| a.metadata.name.cmp(&b.metadata.name));
        seen.iter()
            .flat_map(|service| {
                let ports: Vec<(String, u16, String)> = service
                    .spec
                    .ports
                    .iter()
                    .map(|port| (port.name.clone(), port.port, port.protocol.clone()))
                    .collect();
                crate::pod::env::service_variables(&service.metadata.name, &service.spec.cluster_ip, &ports)
            })
            .collect()
    }

    /// The credentials for an image in the pod's pull secrets.
    pub async fn pull_credentials(&self, pod: &Pod, image: &str) -> Vec<AuthConfig> {
        let spec = crate::pod::spec(pod);
        let mut found = Vec::new();
        for reference in spec.image_pull_secrets.iter().flatten() {
            let wanted = Wanted::secret(crate::pod::namespace(pod), &reference.name);
            match self.objects.secret(crate::pod::uid(pod), &wanted).await {
                Ok(Some((kind, data))) => found.extend(images::credentials(&kind, &data, image)),
                _ => {
                    let message = format!(
                        "Unable to retrieve some image pull secrets ({}); attempting to pull the image may not succeed.",
                        reference.name
                    );
                    self.pod_event(pod, "Warning", "FailedToRetrieveImagePullSecret", message);
                }
            }
        }
        found
    }

    /// Where the link to a container's log is kept for log collectors.
    pub fn log_link(&self, pod: &Pod, container: &str, id: &str) -> PathBuf {
        let folder = self.config.log_root.parent().unwrap_or(Path::new("/var/log")).join("containers");
        folder.join(format!("{}_{}_{container}-{id}.log", crate::pod::name(pod), crate::pod::namespace(pod)))
    }

    /// Links a container's log. A log that can't be linked is still there.
    pub fn link_log(&self, pod: &Pod, container: &str, id: &str, log: &str) {
        let link = self.log_link(pod, container, id);
        if let Some(folder) = link.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let _ = std::os::unix::fs::symlink(log, &link);
    }
}
