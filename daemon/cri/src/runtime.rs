//! The runtime proper: pods and containers from creation to removal, on top of shims, cgroups,
//! CNI plugins and the image store. [`crate::service`] speaks CRI for it.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, bail};
use criapi::{
    ContainerConfig, ContainerEventType, LinuxContainerResources, NamespaceMode, NamespaceOption,
    PodSandboxConfig, Protocol, Signal,
};
use tokio::sync::broadcast;

use crate::assemble::{self, Surroundings};
use crate::cgroup;
use crate::cni::{self, Cni};
use crate::images::{Store, write_atomically};
use crate::paths::{self, Paths};
use crate::shim::protocol::{Reply, Request};
use crate::shim_client::{self, Answer, Later};
use crate::spec::{ContainerState, PodSpec, RootSpec};
use crate::state::{Container, Sandbox, State};
use crate::sys;

/// Something that is not there (any more).
#[derive(Debug, thiserror::Error)]
#[error("{0} not found")]
pub struct NotFound(pub String);

/// What happened to a container.
#[derive(Clone, Debug)]
pub struct Event {
    /// The container.
    pub id: String,
    /// Its pod.
    pub sandbox: String,
    /// What.
    pub kind: ContainerEventType,
    /// Nanoseconds since 1970.
    pub at: i64,
}

/// The runtime.
pub struct Runtime {
    /// Every record.
    pub state: State,
    /// Every image.
    pub images: Arc<Store>,
    /// The pods' network.
    pub cni: Cni,
    /// What happens, for the kubelet.
    pub events: broadcast::Sender<Event>,
    lowest_oom_score: i32,
}

/// Nanoseconds since 1970.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_nanos() as i64).unwrap_or_default()
}

fn new_id() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

fn namespace_options(config: &PodSandboxConfig) -> NamespaceOption {
    let context = config.linux.as_ref().and_then(|linux| linux.security_context.as_ref());
    context.and_then(|context| context.namespace_options.clone()).unwrap_or_default()
}

impl Runtime {
    /// Takes over what an earlier kube-cri left: running shims go on, dead ones are noted.
    pub async fn open(paths: Paths, cni: Cni) -> Result<Arc<Self>> {
        let images = Arc::new(Store::open(&paths.root)?);
        let runtime = Arc::new(Self {
            state: State::load(paths)?,
            images,
            cni,
            events: broadcast::Sender::new(256),
            lowest_oom_score: lowest_oom_score(),
        });
        for sandbox in runtime.state.sandboxes() {
            let socket = runtime.state.paths().shim_socket(&sandbox.id);
            match Later::watch(&socket).await {
                Ok(watch) => {
                    runtime.clone().follow(sandbox.id.clone(), watch);
                }
                Err(_) => runtime.shim_lost(&sandbox.id).await,
            }
        }
        runtime.sweep().await;
        Ok(runtime)
    }

    /// Removes what a kube-cri killed in the middle of something has left without a record.
    async fn sweep(&self) {
        for entry in fs::read_dir(self.state.paths().pods()).into_iter().flatten().flatten() {
            let id = entry.file_name().to_string_lossy().into_owned();
            if self.state.sandbox(&id).is_none() {
                tracing::info!(sandbox = id, "removing a half-made pod sandbox");
                self.tear_down(&id).await;
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// The pod, or [`NotFound`].
    pub fn sandbox(&self, id: &str) -> Result<Sandbox> {
        self.state.sandbox(id).ok_or_else(|| NotFound(format!("pod sandbox {id:?}")).into())
    }

    /// The container, or [`NotFound`].
    pub fn container(&self, id: &str) -> Result<Container> {
        self.state.container(id).ok_or_else(|| NotFound(format!("container {id:?}")).into())
    }

    /// Asks a pod's shim.
    pub async fn ask(
        &self,
        sandbox: &str,
        request: Request,
        fds: Vec<std::os::fd::OwnedFd>,
    ) -> Result<Answer> {
        shim_client::ask(self.state.paths().shim_socket(sandbox), request, fds).await
    }

    // Sandboxes.

    /// Makes a pod's namespaces and network.
    pub async fn run_sandbox(
        self: &Arc<Self>,
        config: PodSandboxConfig,
        runtime_handler: String,
    ) -> Result<String> {
        if !runtime_handler.is_empty() {
            bail!("no runtime for {runtime_handler:?} is configured");
        }
        let metadata =
            config.metadata.clone().ok_or_else(|| anyhow!("sandbox config must include metadata"))?;
        // One attempt of one pod exists once: a kubelet that lost our answer asks again.
        if let Some(same) = self
            .state
            .sandboxes()
            .into_iter()
            .find(|sandbox| sandbox.config.metadata.as_ref() == Some(&metadata))
        {
            bail!(
                "failed to reserve sandbox name: the pod {}/{} (attempt {}) has the sandbox {} already",
                metadata.namespace,
                metadata.name,
                metadata.attempt,
                same.id
            );
        }
        let id = new_id();
        match self.set_up(&id, config, runtime_handler).await {
            Ok(()) => Ok(id),
            Err(error) => {
                self.tear_down(&id).await;
                let _ = fs::remove_dir_all(self.state.paths().sandbox_state(&id));
                let _ = fs::remove_dir_all(self.state.paths().sandbox_files(&id));
                self.state.remove_sandbox(&id);
                Err(error)
            }
        }
    }

    async fn set_up(
        self: &Arc<Self>,
        id: &str,
        config: PodSandboxConfig,
        runtime_handler: String,
    ) -> Result<()> {
        let paths = self.state.paths().clone();
        let options = namespace_options(&config);
        if options.userns_options.as_ref().is_some_and(|options| options.mode() == NamespaceMode::Pod) {
            bail!("user namespaces are not supported by this runtime; leave hostUsers unset");
        }
        let own_network = options.network() == NamespaceMode::Pod;
        let own_ipc = options.ipc() == NamespaceMode::Pod;
        let linux = config.linux.clone().unwrap_or_default();
        let spec = PodSpec {
            id: id.into(),
            socket: paths.shim_socket(id),
            exits: paths.exits(id),
            netns: own_network.then(|| paths.netns(id)),
            own_ipc,
            hostname: (own_network && !config.hostname.is_empty()).then(|| config.hostname.clone()),
            shared_pid: options.pid() == NamespaceMode::Pod,
            sysctls: linux.sysctls.clone().into_iter().collect(),
            oom_score_adj: (-998).max(self.lowest_oom_score),
        };
        let files = paths.sandbox_files(id);
        let make_shm = own_ipc.then(|| paths.shm(id));
        let state = paths.sandbox_state(id);
        let write_config = config.clone();
        let pid = tokio::task::spawn_blocking(move || -> Result<i32> {
            fs::create_dir_all(&files).with_context(|| format!("cannot create {}", files.display()))?;
            fs::create_dir_all(&state).with_context(|| format!("cannot create {}", state.display()))?;
            write_pod_files(&files, &write_config)?;
            if let Some(shm) = make_shm {
                fs::create_dir_all(&shm)?;
                let flags = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
                sys::mount(Some(c"shm"), &shm, Some(c"tmpfs"), flags, Some("mode=1777,size=65536k"))
                    .context("cannot mount the pod's shared memory")?;
            }
            let pod_file = state.join("pod.json");
            write_atomically(&pod_file, &serde_json::to_vec(&spec)?)?;
            shim_client::start(&pod_file).context("failed to start sandbox")
        })
        .await??;
        let ips = if own_network { self.cni.add(&self.cni_pod(id, &config)).await? } else { Vec::new() };
        let watch = Later::watch(&paths.shim_socket(id)).await?;
        self.state.put_sandbox(Sandbox {
            id: id.into(),
            config,
            created_at: now(),
            runtime_handler,
            ready: true,
            own_network,
            ips,
            pid,
        })?;
        self.clone().follow(id.into(), watch);
        self.tell(id, id, ContainerEventType::ContainerCreatedEvent);
        self.tell(id, id, ContainerEventType::ContainerStartedEvent);
        Ok(())
    }

    fn cni_pod(&self, id: &str, config: &PodSandboxConfig) -> cni::Pod {
        let metadata = config.metadata.clone().unwrap_or_default();
        let ports = config
            .port_mappings
            .iter()
            .filter(|mapping| mapping.host_port > 0)
            .map(|mapping| cni::PortMapping {
                host_port: mapping.host_port,
                container_port: mapping.container_port,
                protocol: match mapping.protocol() {
                    Protocol::Tcp => "tcp",
                    Protocol::Udp => "udp",
                    Protocol::Sctp => "sctp",
                }
                .into(),
                host_ip: mapping.host_ip.clone(),
            })
            .collect();
        cni::Pod {
            id: id.into(),
            netns: self.state.paths().netns(id),
            name: metadata.name,
            namespace: metadata.namespace,
            uid: metadata.uid,
            ports,
        }
    }

    /// Ends everything in a pod and gives its network back. Its record stays.
    pub async fn stop_sandbox(&self, id: &str) -> Result<()> {
        let Some(sandbox) = self.state.sandbox(id) else { return Ok(()) };
        let id = &sandbox.id;
        for container in self.state.containers_of(id) {
            self.stop_container(&container.id, Duration::ZERO).await?;
        }
        self.cni.remove(id).await?;
        let was_ready = sandbox.ready;
        self.state.change_sandbox(id, |sandbox| sandbox.ready = false)?;
        self.tear_down(id).await;
        if was_ready {
            self.tell(id, id, ContainerEventType::ContainerStoppedEvent);
        }
        Ok(())
    }

    /// Removes a pod and its containers.
    pub async fn remove_sandbox(&self, id: &str) -> Result<()> {
        let Some(sandbox) = self.state.sandbox(id) else { return Ok(()) };
        let id = &sandbox.id;
        self.stop_sandbox(id).await?;
        for container in self.state.containers_of(id) {
            self.remove_container(&container.id).await?;
        }
        remove_folder(self.state.paths().sandbox_state(id)).await?;
        remove_folder(self.state.paths().sandbox_files(id)).await?;
        self.state.remove_sandbox(id);
        self.tell(id, id, ContainerEventType::ContainerDeletedEvent);
        Ok(())
    }

    /// Ends the shim and takes its mounts off. Each step may have been done before.
    async fn tear_down(&self, id: &str) {
        let _ = self.cni.remove(id).await;
        if self.ask(id, Request::Shutdown, Vec::new()).await.is_err() {
            let _ = fs::remove_file(self.state.paths().shim_socket(id));
        }
        paths::unmount(&self.state.paths().netns(id));
        let _ = fs::remove_file(self.state.paths().netns(id));
        paths::unmount(&self.state.paths().shm(id));
    }

    // Following shims.

    /// Notes what a shim tells until it is gone.
    fn follow(self: Arc<Self>, sandbox: String, mut watch: Later) {
        tokio::spawn(async move {
            while let Some(message) = watch.next().await {
                if let Reply::State(state) = message {
                    self.note(state);
                }
            }
            self.shim_lost(&sandbox).await;
        });
    }

    fn note(&self, state: ContainerState) {
        let Some(before) = self.state.container(&state.id) else { return };
        if before.state == state || before.state.finished_at != 0 {
            return;
        }
        let ended = state.finished_at != 0;
        let id = state.id.clone();
        match self.state.change_container(&id, |container| container.state = state) {
            Ok(_) if ended => self.tell(&id, &before.sandbox, ContainerEventType::ContainerStoppedEvent),
            Ok(_) => {}
            Err(error) => tracing::error!(container = id, "cannot record a container's state: {error:#}"),
        }
    }

    /// A pod without its shim is over: what runs on without logs and exit codes is killed, so
    /// that the kubelet can make the pod anew.
    async fn shim_lost(&self, id: &str) {
        let Some(sandbox) = self.state.sandbox(id) else { return };
        for container in self.state.containers_of(id) {
            if container.state.finished_at != 0 {
                continue;
            }
            let path = self.state.paths().exits(id).join(&container.id);
            let known =
                fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<ContainerState>(&bytes).ok());
            if known.is_none() {
                for (_, folder) in cgroup::folders(&container.cgroup) {
                    cgroup::signal_all(&folder.join("cgroup.procs"), libc::SIGKILL);
                }
            }
            let changed = self.state.change_container(&container.id, |container| match known {
                Some(state) => container.state = state,
                None => {
                    container.state.pid = 0;
                    container.state.finished_at = now();
                    container.state.exit_code = 255;
                    container.lost = true;
                }
            });
            if let Err(error) = changed {
                tracing::error!(container = container.id, "cannot record a container's end: {error:#}");
            }
            self.tell(&container.id, id, ContainerEventType::ContainerStoppedEvent);
        }
        if sandbox.ready {
            tracing::warn!(sandbox = id, "the pod's shim is gone; the pod is over");
            if let Err(error) = self.state.change_sandbox(id, |sandbox| sandbox.ready = false) {
                tracing::error!(sandbox = id, "cannot record a pod's end: {error:#}");
            }
            self.tell(id, id, ContainerEventType::ContainerStoppedEvent);
        }
    }

    fn tell(&self, id: &str, sandbox: &str, kind: ContainerEventType) {
        // Nobody listening is fine.
        let _ = self.events.send(Event { id: id.into(), sandbox: sandbox.into(), kind, at: now() });
    }

    // Containers.

    /// Sets a container up, ready to start.
    pub async fn create_container(
        self: &Arc<Self>,
        sandbox: &str,
        config: ContainerConfig,
    ) -> Result<String> {
        let sandbox = self.sandbox(sandbox)?;
        if !sandbox.ready {
            bail!("the pod sandbox {} is not running", sandbox.id);
        }
        let metadata =
            config.metadata.clone().ok_or_else(|| anyhow!("container config must include metadata"))?;
        let same = |container: &Container| container.config.metadata.as_ref() == Some(&metadata);
        if let Some(same) = self.state.containers_of(&sandbox.id).into_iter().find(same) {
            bail!(
                "failed to reserve container name: {} (attempt {}) of the pod is the container {} already",
                metadata.name,
                metadata.attempt,
                same.id
            );
        }
        let id = new_id();
        let runtime = self.clone();
        let (made, container_id) = (id.clone(), id.clone());
        let prepared =
            tokio::task::spawn_blocking(move || runtime.prepare(&container_id, &sandbox, config)).await?;
        let outcome = match prepared {
            Ok((container, spec)) => {
                match self.ask(&container.sandbox, Request::Create(Box::new(spec)), Vec::new()).await {
                    Ok(Answer { reply: Reply::Created { user, pid }, .. }) => {
                        let mut container = container;
                        container.state = ContainerState { id: id.clone(), user, pid, ..Default::default() };
                        let sandbox = container.sandbox.clone();
                        self.state.put_container(container).map(|()| sandbox)
                    }
                    Ok(_) => Err(anyhow!("the pod's shim gave an unexpected answer")),
                    Err(error) => Err(error.context("failed to create container")),
                }
            }
            Err(error) => Err(error),
        };
        match outcome {
            Ok(sandbox) => {
                self.tell(&id, &sandbox, ContainerEventType::ContainerCreatedEvent);
                Ok(id)
            }
            Err(error) => {
                self.discard(&made).await;
                Err(error)
            }
        }
    }

    fn prepare(
        &self,
        id: &str,
        sandbox: &Sandbox,
        config: ContainerConfig,
    ) -> Result<(Container, crate::spec::ContainerSpec)> {
        let paths = self.state.paths();
        let name = config.image.as_ref().map(|image| image.image.clone()).unwrap_or_default();
        let image = self.images.find(&name).ok_or_else(|| NotFound(format!("image {name:?}")))?;
        let run = self.images.run_config(&image)?;
        let folder = paths.container(id);
        for name in ["upper", "work", "root"] {
            let path = folder.join(name);
            fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
        }
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder.join("upper"), fs::Permissions::from_mode(0o755))?;
        let linux = sandbox.config.linux.clone().unwrap_or_default();
        let parent = if linux.cgroup_parent.is_empty() { "/kadm" } else { linux.cgroup_parent.as_str() };
        let cgroup = format!("{}/{id}", parent.trim_end_matches('/'));
        // Written down before it exists: `discard` and `reset` must find it.
        fs::write(folder.join("cgroup"), &cgroup)?;
        let resources = config.linux.as_ref().and_then(|linux| linux.resources.clone()).unwrap_or_default();
        let rules = assemble::device_rules(&config)?;
        let procs = cgroup::create(&cgroup, &assemble::limits(&resources), rules.as_deref())?;
        let log_path = (!sandbox.config.log_directory.is_empty() && !config.log_path.is_empty())
            .then(|| PathBuf::from(&sandbox.config.log_directory).join(&config.log_path));
        let options = namespace_options(&sandbox.config);
        let shm = match options.ipc() {
            NamespaceMode::Node => PathBuf::from("/dev/shm"),
            _ => paths.shm(&sandbox.id),
        };
        let hostname = if sandbox.config.hostname.is_empty() {
            nix::unistd::gethostname().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
        } else {
            sandbox.config.hostname.clone()
        };
        let spec = assemble::container(
            &config,
            Surroundings {
                id,
                pod_files: &paths.sandbox_files(&sandbox.id),
                shm: &shm,
                hostname: &hostname,
                image: &run,
                root: RootSpec {
                    layers: self.images.layers_folder(),
                    lower: self.images.lower(&image)?,
                    upper: folder.join("upper"),
                    work: folder.join("work"),
                    mountpoint: folder.join("root"),
                    readonly: false,
                },
                cgroup: &cgroup,
                procs,
                log_path: log_path.clone(),
                lowest_oom_score: self.lowest_oom_score,
            },
        )?;
        let stop_signal = match config.stop_signal() {
            Signal::RuntimeDefault => signal_by_name(&run.stop_signal).unwrap_or(libc::SIGTERM),
            signal => signal_by_name(signal.as_str_name()).unwrap_or(libc::SIGTERM),
        };
        let container = Container {
            id: id.into(),
            sandbox: sandbox.id.clone(),
            image_id: image.id.clone(),
            image_ref: image.digests.first().cloned().unwrap_or_else(|| image.id.clone()),
            created_at: now(),
            log_path: log_path.map(|path| path.display().to_string()).unwrap_or_default(),
            cgroup,
            stop_signal,
            resources,
            config,
            ..Default::default()
        };
        Ok((container, spec))
    }

    /// Removes a container's folder and cgroup.
    async fn discard(&self, id: &str) {
        let folder = self.state.paths().container(id);
        let gone = tokio::task::spawn_blocking(move || {
            if let Ok(cgroup) = fs::read_to_string(folder.join("cgroup")) {
                cgroup::remove(&cgroup);
            }
            fs::remove_dir_all(&folder)
        })
        .await;
        if let Ok(Err(error)) = gone
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(container = id, %error, "cannot remove the container's folder");
        }
    }

    /// Runs a container's program.
    pub async fn start_container(&self, id: &str) -> Result<()> {
        let container = self.container(id)?;
        if container.state.started_at != 0 || container.state.finished_at != 0 {
            bail!("container {id} was started before");
        }
        let request = Request::Start { id: container.id.clone() };
        if let Err(error) = self.ask(&container.sandbox, request, Vec::new()).await {
            let text = format!("{error:#}");
            self.state.change_container(&container.id, |container| {
                container.start_error = text.clone();
                container.state.pid = 0;
                container.state.finished_at = now();
                // As other runtimes report what never ran.
                container.state.exit_code = 128;
            })?;
            self.tell(&container.id, &container.sandbox, ContainerEventType::ContainerStoppedEvent);
            bail!("failed to start container: {text}");
        }
        let mut changed = self.state.subscribe();
        // The shim tells everybody about the start; it is noted before it is answered here.
        let noted = async {
            loop {
                match self.state.container(&container.id) {
                    Some(container) if container.state.started_at == 0 => {}
                    _ => return,
                }
                if changed.changed().await.is_err() {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(5), noted).await;
        self.tell(&container.id, &container.sandbox, ContainerEventType::ContainerStartedEvent);
        Ok(())
    }

    /// Asks a container to stop and kills it when it has not after `grace`.
    pub async fn stop_container(&self, id: &str, grace: Duration) -> Result<()> {
        let Some(container) = self.state.container(id) else { return Ok(()) };
        let id = &container.id;
        if container.state.finished_at != 0 {
            return Ok(());
        }
        if container.state.started_at == 0 {
            // Set up and never started: there is nobody to ask.
            let _ = self.ask(&container.sandbox, Request::Delete { id: id.clone() }, Vec::new()).await;
            self.state.change_container(id, |container| {
                container.state.pid = 0;
                container.state.finished_at = now();
                container.state.exit_code = 137;
            })?;
            return Ok(());
        }
        if grace > Duration::ZERO {
            self.signal(&container, container.stop_signal, false).await?;
            if self.wait_for_end(id, grace).await {
                return Ok(());
            }
        }
        self.signal(&container, libc::SIGKILL, true).await?;
        if self.wait_for_end(id, Duration::from_secs(60)).await {
            return Ok(());
        }
        bail!("container {id} does not end although it was killed; its processes hang in the kernel")
    }

    async fn signal(&self, container: &Container, signal: i32, all: bool) -> Result<()> {
        let request = Request::Signal { id: container.id.clone(), signal, all };
        match self.ask(&container.sandbox, request, Vec::new()).await {
            Ok(_) => Ok(()),
            // Gone in the meantime, with its shim.
            Err(_) if self.state.container(&container.id).is_none_or(|now| now.state.finished_at != 0) => {
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn wait_for_end(&self, id: &str, patience: Duration) -> bool {
        let mut changed = self.state.subscribe();
        let ended = async {
            while self.state.container(id).is_some_and(|container| container.state.finished_at == 0) {
                if changed.changed().await.is_err() {
                    return;
                }
            }
        };
        tokio::time::timeout(patience, ended).await.is_ok()
    }

    /// Removes a container, killing it first if it runs.
    pub async fn remove_container(&self, id: &str) -> Result<()> {
        let Some(container) = self.state.container(id) else { return Ok(()) };
        let id = &container.id;
        self.stop_container(id, Duration::ZERO).await?;
        let _ = self.ask(&container.sandbox, Request::Delete { id: id.clone() }, Vec::new()).await;
        self.discard(id).await;
        self.state.remove_container(id);
        self.tell(id, &container.sandbox, ContainerEventType::ContainerDeletedEvent);
        Ok(())
    }

    /// Changes a running container's limits.
    pub fn update_resources(&self, id: &str, change: &LinuxContainerResources) -> Result<()> {
        let container = self.container(id)?;
        cgroup::apply(&container.cgroup, &assemble::limits(change))
            .with_context(|| format!("failed to update resources of container {id}"))?;
        self.state.change_container(&container.id, |container| merge(&mut container.resources, change))?;
        Ok(())
    }

    /// Opens a container's log anew.
    pub async fn reopen_log(&self, id: &str) -> Result<()> {
        let container = self.container(id)?;
        if container.state.pid == 0 {
            bail!("container is not running");
        }
        self.ask(&container.sandbox, Request::ReopenLog { id: container.id.clone() }, Vec::new()).await?;
        Ok(())
    }

    /// The lowest score this machine lets us set.
    pub fn lowest_oom_score(&self) -> i32 {
        self.lowest_oom_score
    }
}

fn merge(into: &mut LinuxContainerResources, change: &LinuxContainerResources) {
    let set = |to: &mut i64, from: i64| {
        if from != 0 {
            *to = from;
        }
    };
    set(&mut into.cpu_period, change.cpu_period);
    set(&mut into.cpu_quota, change.cpu_quota);
    set(&mut into.cpu_shares, change.cpu_shares);
    set(&mut into.memory_limit_in_bytes, change.memory_limit_in_bytes);
    set(&mut into.memory_swap_limit_in_bytes, change.memory_swap_limit_in_bytes);
    for (to, from) in
        [(&mut into.cpuset_cpus, &change.cpuset_cpus), (&mut into.cpuset_mems, &change.cpuset_mems)]
    {
        if !from.is_empty() {
            to.clone_from(from);
        }
    }
    into.unified.extend(change.unified.clone());
}

async fn remove_folder(path: PathBuf) -> Result<()> {
    tokio::task::spawn_blocking(move || match fs::remove_dir_all(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    })
    .await?
}

/// `resolv.conf` and `hostname`, as containers of the pod see them.
fn write_pod_files(folder: &std::path::Path, config: &PodSandboxConfig) -> Result<()> {
    let resolv = match &config.dns_config {
        Some(dns) if !(dns.servers.is_empty() && dns.searches.is_empty() && dns.options.is_empty()) => {
            let mut text = String::new();
            if !dns.searches.is_empty() {
                text.push_str(&format!("search {}\n", dns.searches.join(" ")));
            }
            for server in &dns.servers {
                text.push_str(&format!("nameserver {server}\n"));
            }
            if !dns.options.is_empty() {
                text.push_str(&format!("options {}\n", dns.options.join(" ")));
            }
            text
        }
        _ => fs::read_to_string("/etc/resolv.conf").unwrap_or_default(),
    };
    fs::write(folder.join("resolv.conf"), resolv)?;
    let hostname = if config.hostname.is_empty() {
        nix::unistd::gethostname().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    } else {
        config.hostname.clone()
    };
    fs::write(folder.join("hostname"), hostname + "\n")?;
    Ok(())
}

/// A signal's number: `SIGTERM`, `TERM`, `15`, `SIGRTMIN+3`, `SIGRTMINPLUS3`.
pub fn signal_by_name(name: &str) -> Option<i32> {
    if let Ok(number) = name.parse::<i32>() {
        return (1..=64).contains(&number).then_some(number);
    }
    let upper = name.to_ascii_uppercase();
    let short = upper.strip_prefix("SIG").unwrap_or(&upper);
    let offset = |text: &str, plus: &str| -> Option<i32> {
        if text.is_empty() {
            return Some(0);
        }
        text.strip_prefix(plus).or_else(|| text.strip_prefix(['+', '-'])).and_then(|text| text.parse().ok())
    };
    if let Some(rest) = short.strip_prefix("RTMIN") {
        return offset(rest, "PLUS").map(|offset| 34 + offset).filter(|number| *number <= 64);
    }
    if let Some(rest) = short.strip_prefix("RTMAX") {
        return offset(rest, "MINUS").map(|offset| 64 - offset).filter(|number| *number >= 34);
    }
    let short = match short {
        "CLD" => "CHLD",
        "IOT" => "ABRT",
        "POLL" => "IO",
        other => other,
    };
    format!("SIG{short}").parse::<nix::sys::signal::Signal>().ok().map(|signal| signal as i32)
}

/// Lowering the score takes CAP_SYS_RESOURCE: without it, our own is the lowest there is.
fn lowest_oom_score() -> i32 {
    let current = fs::read_to_string("/proc/self/oom_score_adj")
        .ok()
        .and_then(|text| text.trim().parse::<i32>().ok())
        .unwrap_or_default();
    let allowed = crate::capabilities::bit("SYS_RESOURCE").is_some_and(|bit| sys::bounding_set() & bit != 0);
    if allowed {
        return -1000;
    }
    tracing::warn!(
        lowest = current,
        "no CAP_SYS_RESOURCE: the oom_score_adj of containers is not set lower than our own"
    );
    current
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals() {
        for (name, want) in [
            ("SIGTERM", Some(15)),
            ("KILL", Some(9)),
            ("sigquit", Some(3)),
            ("3", Some(3)),
            ("SIGRTMIN+3", Some(37)),
            ("SIGRTMINPLUS3", Some(37)),
            ("SIGRTMAXMINUS1", Some(63)),
            ("SIGRTMAX", Some(64)),
            ("SIGPOLL", Some(29)),
            ("SIGNONE", None),
            ("0", None),
            ("", None),
        ] {
            assert_eq!(signal_by_name(name), want, "{name}");
        }
    }
}
