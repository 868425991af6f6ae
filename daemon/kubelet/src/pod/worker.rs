//! One pod's worker: a task that brings the runtime to what the pod should be, woken by changes
//! of the pod, by the runtime's events, by probes and by its own deadlines.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criapi::{
    ContainerState, ContainerStatus, CreateContainerRequest, PodSandboxConfig, RunPodSandboxRequest,
    StartContainerRequest,
};
use k8s_openapi::api::core::v1::{Container, Pod, PodStatus};
use tokio::sync::{Notify, watch};

use super::container::{self, Start};
use super::plan::{Plan, latest, plan};
use super::runtime::{Held, PodRuntime};
use super::{Role, cgroup, env, hooks, images, status, terminate};
use crate::kubelet::Kubelet;
use crate::probe::Probes;
use crate::volume::Mounted;

/// What a pod should be.
#[derive(Clone)]
pub struct Desired {
    pub pod: Arc<Pod>,
    /// Its source no longer has it.
    pub gone: bool,
}

impl Desired {
    fn terminating(&self) -> bool {
        self.gone || self.pod.metadata.deletion_timestamp.is_some()
    }
}

/// How the rest of the kubelet reaches a worker.
pub struct Handle {
    pub desired: watch::Sender<Desired>,
    pub wake: Arc<Notify>,
}

/// How long a container that fails again and again waits.
struct Backoff {
    delay: Duration,
    /// The run (its container's ID) that the delay was last raised for.
    counted: String,
}

const FIRST_BACKOFF: Duration = Duration::from_secs(10);
/// A container that ran this long starts over with a short delay.
const FORGIVE: Duration = Duration::from_secs(600);
/// When a sandbox that failed is tried again: this long after the first time, doubling.
const SANDBOX_RETRY: Duration = Duration::from_secs(1);
/// At most this long after.
const SANDBOX_RETRY_MOST: Duration = Duration::from_secs(10);
/// How many dead instances of a container are kept for `logs -p`.
const KEEP_DEAD: usize = 1;

struct Worker {
    kubelet: Arc<Kubelet>,
    uid: String,
    waiting: HashMap<String, (String, String)>,
    backoff: HashMap<String, Backoff>,
    exited: HashMap<String, ContainerStatus>,
    messages: HashMap<String, String>,
    probes: Probes,
    last: Option<PodStatus>,
    /// The sandbox's configuration, which the runtime wants again for each container.
    sandbox: Option<PodSandboxConfig>,
    mount_failures: u32,
    /// How often in a row no sandbox could be made, and when the next try is due. What failed
    /// leaves an ended sandbox, whose event must not start the next try at once.
    sandbox_failures: u32,
    sandbox_due: Option<Instant>,
}

/// Starts the pod's worker.
pub fn start(kubelet: Arc<Kubelet>, pod: Arc<Pod>) -> Handle {
    let wake = Arc::new(Notify::new());
    let (sender, receiver) = watch::channel(Desired { pod: pod.clone(), gone: false });
    let note = {
        let (kubelet, pod) = (kubelet.clone(), pod.clone());
        Arc::new(move |name: &str, message: String| {
            let spec = super::spec(&pod);
            if let Some((_, container)) =
                super::containers(&spec).iter().find(|(_, container)| container.name == name)
            {
                kubelet.container_event(&pod, container, "Warning", "Unhealthy", message);
            }
        })
    };
    let worker = Worker {
        uid: super::uid(&pod).to_string(),
        waiting: HashMap::new(),
        backoff: HashMap::new(),
        exited: HashMap::new(),
        messages: HashMap::new(),
        probes: Probes::new(kubelet.probe_tools.clone(), wake.clone(), note),
        last: pod.status.clone(),
        sandbox: None,
        mount_failures: 0,
        sandbox_failures: 0,
        sandbox_due: None,
        kubelet,
    };
    tokio::spawn(worker.run(receiver, wake.clone()));
    Handle { desired: sender, wake }
}

impl Worker {
    async fn run(mut self, mut desired: watch::Receiver<Desired>, wake: Arc<Notify>) {
        loop {
            let want = desired.borrow_and_update().clone();
            if want.terminating() {
                break;
            }
            let mut ending = desired.clone();
            let next = tokio::select! {
                // A pull that takes minutes must not hold up the pod's deletion.
                ended = ending.wait_for(Desired::terminating) => match ended { Ok(_) => continue, Err(_) => return },
                synced = self.sync(&want.pod) => match synced {
                    Ok(next) => next,
                    Err(error) => {
                        tracing::warn!(pod = super::name(&want.pod), namespace = super::namespace(&want.pod), error = %format!("{error:#}"), "cannot sync the pod; trying again");
                        Some(Duration::from_secs(2))
                    }
                },
            };
            let sleep = async {
                match next {
                    Some(next) => tokio::time::sleep(next).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                changed = desired.changed() => if changed.is_err() { return },
                () = wake.notified() => {}
                () = sleep => {}
            }
        }
        self.terminate(desired).await;
    }

    async fn fetch(&mut self, pod: &Pod) -> anyhow::Result<PodRuntime> {
        let host_network = super::spec(pod).host_network == Some(true);
        let runtime = PodRuntime::fetch(&self.kubelet.cri, &self.uid, host_network, &mut self.exited).await?;
        for held in &runtime.containers {
            let status = &held.status;
            if status.state() == ContainerState::ContainerExited && !self.messages.contains_key(&status.id) {
                let message = last_words(&self.kubelet, pod, held);
                self.messages.insert(status.id.clone(), message);
            }
        }
        self.messages.retain(|id, _| runtime.containers.iter().any(|held| held.status.id == *id));
        Ok(runtime)
    }

    /// One round: look, decide, act, tell. Gives how long until the next round is due anyway.
    async fn sync(&mut self, pod: &Arc<Pod>) -> anyhow::Result<Option<Duration>> {
        let runtime = self.fetch(pod).await?;
        let spec = super::spec(pod).into_owned();
        let containers = super::containers(&spec);
        let steps = plan(&spec, &containers, &runtime, &self.probes.results());
        self.waiting.retain(|name, _| {
            steps.create_sandbox.is_some()
                || steps.start.iter().any(|index| containers[*index].1.name == *name)
        });
        self.update_probes(pod, &runtime);
        self.tell(pod, &runtime, false);
        if steps == Plan::default() {
            self.remove_dead(pod, &runtime).await;
            // Tokens and changed config maps: bring volumes up to date.
            return Ok(self
                .volumes(pod, &runtime)
                .await
                .map(|(_, renew)| renew)
                .unwrap_or(Some(Duration::from_secs(10))));
        }
        let act = self.act(pod, &spec, &containers, runtime, steps).await;
        let runtime = self.fetch(pod).await?;
        self.update_probes(pod, &runtime);
        self.tell(pod, &runtime, false);
        act
    }

    fn update_probes(&mut self, pod: &Pod, runtime: &PodRuntime) {
        let spec = super::spec(pod);
        let containers = super::containers(&spec);
        let running: Vec<(&Container, &ContainerStatus)> = containers
            .iter()
            .filter(|(role, _)| matches!(role, Role::App | Role::Sidecar))
            .filter_map(|(_, container)| Some((container.as_ref(), latest(runtime, &container.name, None)?)))
            .collect();
        let ip = self.pod_ip(pod, runtime);
        self.probes.update(&running, &ip);
    }

    fn pod_ip(&self, pod: &Pod, runtime: &PodRuntime) -> String {
        if super::spec(pod).host_network == Some(true) {
            return self.kubelet.host_ips().first().cloned().unwrap_or_default();
        }
        runtime.address.first().cloned().unwrap_or_default()
    }

    fn local(&self, pod: &Pod, runtime: &PodRuntime) -> env::Local {
        let host_ips = self.kubelet.host_ips();
        env::Local {
            pod_ips: if super::spec(pod).host_network == Some(true) {
                host_ips.clone()
            } else {
                runtime.address.clone()
            },
            host_ips,
            node_cpu_millis: self.kubelet.machine.cpus * 1000,
            node_memory: self.kubelet.machine.memory,
        }
    }

    async fn volumes(
        &mut self,
        pod: &Pod,
        runtime: &PodRuntime,
    ) -> Result<(HashMap<String, Mounted>, Option<Duration>), String> {
        self.kubelet.volumes.ensure(pod, &self.local(pod, runtime)).await
    }

    async fn act(
        &mut self,
        pod: &Arc<Pod>,
        spec: &k8s_openapi::api::core::v1::PodSpec,
        containers: &[(Role, std::borrow::Cow<'_, Container>)],
        mut runtime: PodRuntime,
        steps: Plan,
    ) -> anyhow::Result<Option<Duration>> {
        let kubelet = self.kubelet.clone();
        if steps.stop_sandbox {
            terminate::stop_all(&kubelet, pod, &runtime, super::grace(pod))
                .await
                .map_err(anyhow::Error::msg)?;
        }
        if steps.finished {
            return Ok(None);
        }
        for (id, reason) in &steps.kill {
            if let Some(held) = runtime.containers.iter().find(|held| held.status.id == *id) {
                let name =
                    held.status.metadata.as_ref().map(|metadata| metadata.name.clone()).unwrap_or_default();
                if let Some((_, container)) = containers.iter().find(|(_, container)| container.name == name)
                {
                    kubelet.container_event(pod, container, "Normal", "Killing", reason.clone());
                }
                let ip = self.pod_ip(pod, &runtime);
                terminate::stop_container(&kubelet, pod, held, super::grace(pod), &ip)
                    .await
                    .map_err(anyhow::Error::msg)?;
            }
        }
        if !steps.kill.is_empty() {
            return Ok(Some(Duration::ZERO));
        }
        let facts = kubelet.facts();
        if steps.create_sandbox.is_some()
            && self.sandbox.is_none()
            && spec.host_network != Some(true)
            && !kubelet.network_ready()
        {
            kubelet.pod_event(
                pod,
                "Warning",
                "NetworkNotReady",
                "network is not ready: container runtime network not ready".into(),
            );
            return Ok(Some(Duration::from_millis(500)));
        }
        let cgroup = cgroup::ensure_pod(
            &kubelet.cgroups,
            &kubelet.config.file.cgroup_root,
            spec,
            &self.uid,
            kubelet.config.file.pod_pids_limit,
        )?;
        let (mounted, renew) = match self.volumes(pod, &runtime).await {
            Ok(ready) => {
                self.mount_failures = 0;
                ready
            }
            Err(message) => {
                kubelet.pod_event(pod, "Warning", "FailedMount", message);
                self.mount_failures = (self.mount_failures + 1).min(8);
                return Ok(Some(Duration::from_millis(250) * 2u32.pow(self.mount_failures)));
            }
        };
        let attempt = steps.create_sandbox.unwrap_or_else(|| runtime.next_attempt().saturating_sub(1));
        let config = match container::sandbox(pod, attempt, &cgroup, &facts) {
            Ok(config) => config,
            Err(message) => {
                let message = format!("Failed to create pod sandbox: {message}");
                kubelet.pod_event(pod, "Warning", "FailedCreatePodSandBox", message);
                return Ok(Some(Duration::from_secs(10)));
            }
        };
        if steps.create_sandbox.is_some() {
            let now = Instant::now();
            if let Some(due) = self.sandbox_due.filter(|due| *due > now) {
                return Ok(Some(due - now));
            }
            std::fs::create_dir_all(&config.log_directory)?;
            let request =
                RunPodSandboxRequest { config: Some(config.clone()), runtime_handler: String::new() };
            if let Err(error) = kubelet.cri.runtime.clone().run_pod_sandbox(request).await {
                kubelet.pod_event(
                    pod,
                    "Warning",
                    "FailedCreatePodSandBox",
                    format!("Failed to create pod sandbox: {}", error.message()),
                );
                self.sandbox_failures += 1;
                let delay = SANDBOX_RETRY * 2u32.pow(self.sandbox_failures.min(5) - 1);
                self.sandbox_due = Some(now + delay.min(SANDBOX_RETRY_MOST));
                return Ok(Some(delay.min(SANDBOX_RETRY_MOST)));
            }
            self.sandbox_failures = 0;
            self.sandbox_due = None;
            runtime = self.fetch(pod).await?;
            self.tell(pod, &runtime, false);
            let steps = plan(spec, containers, &runtime, &self.probes.results());
            self.sandbox = Some(config);
            return self.start_containers(pod, containers, &runtime, &steps, &mounted, renew).await;
        }
        self.sandbox = Some(config);
        self.start_containers(pod, containers, &runtime, &steps, &mounted, renew).await
    }

    async fn start_containers(
        &mut self,
        pod: &Arc<Pod>,
        containers: &[(Role, std::borrow::Cow<'_, Container>)],
        runtime: &PodRuntime,
        steps: &Plan,
        mounted: &HashMap<String, Mounted>,
        renew: Option<Duration>,
    ) -> anyhow::Result<Option<Duration>> {
        let mut next = renew;
        for index in &steps.start {
            let (role, container) = &containers[*index];
            let last = latest(runtime, &container.name, None);
            if let Some(left) = self.crash_loop(pod, container, last) {
                next = [next, Some(left)].into_iter().flatten().min();
                continue;
            }
            match self.start_container(pod, *role, container, runtime, mounted, last).await {
                Ok(()) => _ = self.waiting.remove(&container.name),
                Err(failure) => {
                    if failure.event {
                        self.kubelet.container_event(
                            pod,
                            container,
                            "Warning",
                            failure.event_reason,
                            format!("Error: {}", failure.message),
                        );
                    }
                    self.waiting
                        .insert(container.name.clone(), (failure.reason.to_string(), failure.message));
                    if let Some(retry) = failure.retry {
                        next = [next, Some(retry)].into_iter().flatten().min();
                    }
                }
            }
        }
        Ok(next)
    }

    /// How long a container that failed before still has to wait.
    fn crash_loop(
        &mut self,
        pod: &Pod,
        container: &Container,
        last: Option<&ContainerStatus>,
    ) -> Option<Duration> {
        let last = last.filter(|last| last.state() == ContainerState::ContainerExited)?;
        let most = self.kubelet.config.file.crash_loop_back_off.max_container_restart_period;
        let most = most.map_or(Duration::from_secs(300), |span| span.0);
        let nanos = |nanos: i64| Duration::from_nanos(u64::try_from(nanos).unwrap_or_default());
        let now = i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX);
        let fresh = Backoff { delay: FIRST_BACKOFF.min(most), counted: last.id.clone() };
        let delay = match self.backoff.get(&container.name) {
            // The first restart comes at once; the next one waits.
            None => {
                self.backoff.insert(container.name.clone(), fresh);
                return None;
            }
            // This very run has been answered already; the start itself failed.
            Some(backoff) if backoff.counted == last.id => return None,
            Some(_) if nanos(last.finished_at - last.started_at) >= FORGIVE => {
                self.backoff.insert(container.name.clone(), fresh);
                return None;
            }
            Some(backoff) => backoff.delay,
        };
        let left = delay.saturating_sub(nanos(now - last.finished_at));
        if left.is_zero() {
            self.backoff.insert(container.name.clone(), Backoff { delay: (delay * 2).min(most), ..fresh });
            return None;
        }
        let name = format!("{}_{}({})", super::name(pod), super::namespace(pod), self.uid);
        if !self.waiting.contains_key(&container.name) {
            let message = format!("Back-off restarting failed container {} in pod {name}", container.name);
            self.kubelet.container_event(pod, container, "Warning", "BackOff", message);
        }
        let message = format!(
            "back-off {}s restarting failed container={} pod={name}",
            delay.as_secs(),
            container.name
        );
        self.waiting.insert(container.name.clone(), ("CrashLoopBackOff".into(), message));
        Some(left)
    }

    async fn start_container(
        &mut self,
        pod: &Arc<Pod>,
        role: Role,
        container: &Container,
        runtime: &PodRuntime,
        mounted: &HashMap<String, Mounted>,
        last: Option<&ContainerStatus>,
    ) -> Result<(), Failure> {
        let kubelet = self.kubelet.clone();
        let sandbox_id =
            runtime.ready_sandbox().ok_or_else(|| Failure::config("the sandbox is gone".into()))?.to_string();
        let sandbox = self.sandbox.clone().unwrap_or_default();
        let image = container.image.clone().unwrap_or_default();
        let policy =
            container.image_pull_policy.clone().unwrap_or_else(|| images::default_policy(&image).into());
        let credentials = kubelet.pull_credentials(pod, &image).await;
        let note = |kind: &'static str, reason: &str, message: String| {
            kubelet.container_event(pod, container, kind, reason, message)
        };
        let found = kubelet
            .images
            .ensure(&kubelet.cri, &image, &policy, &credentials, &sandbox, &note)
            .await
            .map_err(|missing| Failure {
                reason: missing.reason,
                message: missing.message,
                retry: missing.retry,
                event: false,
                event_reason: "Failed",
            })?;
        let restarts = last
            .and_then(|last| last.annotations.get(container::RESTARTS)?.parse::<u32>().ok())
            .map_or(0, |count| count + 1);
        let services = kubelet.service_variables(pod).await;
        let variables = env::make(pod, container, &self.local(pod, runtime), &kubelet.objects, services)
            .await
            .map_err(|error| Failure::config(error.to_string()))?;
        let folder = kubelet.volumes.pod_folder(&self.uid);
        let message_file = folder.join("containers").join(&container.name).join(format!("{restarts}"));
        let hosts_file = folder.join("etc-hosts");
        let facts = kubelet.facts();
        let ips = &self.local(pod, runtime).pod_ips;
        prepare(
            &message_file,
            &hosts_file,
            &container::hosts(pod, ips, &container::hostname(pod, &facts), facts.cluster_domain),
        )
        .map_err(|error| Failure::config(error.to_string()))?;
        let spec = super::spec(pod);
        let target = (role == Role::Ephemeral)
            .then(|| {
                let own =
                    spec.ephemeral_containers.iter().flatten().find(|own| own.name == container.name)?;
                latest(runtime, own.target_container_name.as_deref()?, Some(&sandbox_id))
                    .map(|status| status.id.clone())
            })
            .flatten();
        let start = Start {
            restarts,
            image_ref: found.id.clone(),
            env: variables,
            volumes: mounted,
            hosts_file: Some(hosts_file),
            message_file,
            image_user: found.uid.as_ref().map(|uid| uid.value),
            image_username: found.username.clone(),
            target,
        };
        let config = container::container(pod, container, &start, &facts).map_err(Failure::config)?;
        if let Some(folder) = std::path::Path::new(&sandbox.log_directory).join(&config.log_path).parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::config(format!("cannot make {}: {error}", folder.display())))?;
        }
        // A start that failed half-way left its container behind.
        for held in &runtime.containers {
            if held.status.state() == ContainerState::ContainerCreated
                && held.status.metadata.as_ref().is_some_and(|metadata| metadata.name == container.name)
            {
                let _ = terminate::remove_container(&kubelet, pod, held).await;
            }
        }
        let log = format!("{}/{}", sandbox.log_directory, config.log_path);
        let request = CreateContainerRequest {
            pod_sandbox_id: sandbox_id,
            config: Some(config),
            sandbox_config: Some(sandbox),
        };
        let created =
            kubelet.cri.runtime.clone().create_container(request).await.map_err(|status| Failure {
                reason: "CreateContainerError",
                message: status.message().to_string(),
                retry: Some(Duration::from_secs(10)),
                event: true,
                event_reason: "Failed",
            })?;
        let id = created.into_inner().container_id;
        note("Normal", "Created", format!("Container created: {}", container.name));
        let request = StartContainerRequest { container_id: id.clone() };
        kubelet.cri.runtime.clone().start_container(request).await.map_err(|status| Failure {
            reason: "RunContainerError",
            message: status.message().to_string(),
            retry: Some(Duration::from_secs(1)),
            event: true,
            event_reason: "Failed",
        })?;
        note("Normal", "Started", format!("Container started: {}", container.name));
        kubelet.link_log(pod, &container.name, &id, &log);
        if let Some(handler) =
            container.lifecycle.as_ref().and_then(|lifecycle| lifecycle.post_start.as_ref())
        {
            let ip = self.pod_ip(pod, runtime);
            let limit = Duration::from_secs(3600);
            if let Err(message) =
                hooks::lifecycle(&kubelet.cri, &kubelet.probe_tools.http, &id, container, handler, &ip, limit)
                    .await
            {
                note("Warning", "FailedPostStartHook", format!("PostStartHook failed: {message}"));
                let held = Held {
                    sandbox: String::new(),
                    status: ContainerStatus { id: id.clone(), ..ContainerStatus::default() },
                };
                let _ = terminate::stop_container(&kubelet, pod, &held, super::grace(pod), &ip).await;
                return Err(Failure {
                    reason: "PostStartHookError",
                    message,
                    retry: Some(Duration::from_secs(1)),
                    event: false,
                    event_reason: "FailedPostStartHook",
                });
            }
        }
        Ok(())
    }

    /// Dead instances beyond those that `logs -p` needs.
    async fn remove_dead(&mut self, pod: &Pod, runtime: &PodRuntime) {
        let mut kept: HashMap<&str, usize> = HashMap::new();
        for held in &runtime.containers {
            let Some(metadata) = &held.status.metadata else { continue };
            let seen = kept.entry(&metadata.name).or_default();
            *seen += 1;
            if *seen > KEEP_DEAD + 1 && held.status.state() == ContainerState::ContainerExited {
                let _ = terminate::remove_container(&self.kubelet, pod, held).await;
            }
        }
        for sandbox in runtime.sandboxes.iter().skip(1) {
            if !runtime.containers.iter().any(|held| held.sandbox == sandbox.id) {
                let request = criapi::RemovePodSandboxRequest { pod_sandbox_id: sandbox.id.clone() };
                let _ = self.kubelet.cri.runtime.clone().remove_pod_sandbox(request).await;
            }
        }
    }

    /// Computes the status and hands it on.
    fn tell(&mut self, pod: &Pod, runtime: &PodRuntime, terminating: bool) {
        let probes = self.probes.results();
        let host_ips = self.kubelet.host_ips();
        let known = status::Known {
            waiting: &self.waiting,
            probes: &probes,
            host_ips: &host_ips,
            terminating,
            messages: &self.messages,
            failed: None,
        };
        // What the server has of conditions that are not ours is newer than our own copy.
        let mut before = self.last.clone().or_else(|| pod.status.clone());
        if let (Some(before), Some(theirs)) =
            (&mut before, pod.status.as_ref().and_then(|status| status.conditions.as_ref()))
        {
            let own =
                ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];
            let mut conditions: Vec<_> = before.conditions.take().unwrap_or_default();
            conditions.retain(|condition| own.contains(&condition.type_.as_str()));
            conditions
                .extend(theirs.iter().filter(|condition| !own.contains(&condition.type_.as_str())).cloned());
            before.conditions = Some(conditions);
        }
        let now = status::compute(pod, runtime, &known, before.as_ref(), jiff::Timestamp::now());
        self.kubelet.set_status(pod, &now);
        self.last = Some(now);
    }

    /// Ends the pod, however long it takes, then removes it from the server and the node.
    async fn terminate(mut self, mut desired: watch::Receiver<Desired>) {
        let mut attempt = 0u32;
        loop {
            let want = desired.borrow_and_update().clone();
            let pod = want.pod.clone();
            let grace = super::grace(&pod);
            let kubelet = self.kubelet.clone();
            let outcome: Result<(), String> = async {
                let runtime = self.fetch(&pod).await.map_err(|error| format!("{error:#}"))?;
                self.tell(&pod, &runtime, false);
                let stopping = terminate::stop_all(&kubelet, &pod, &runtime, grace);
                tokio::pin!(stopping);
                loop {
                    tokio::select! {
                        stopped = &mut stopping => break stopped?,
                        // A second deletion may shorten the grace.
                        changed = desired.changed() => {
                            if changed.is_ok() && super::grace(&desired.borrow_and_update().pod) < grace {
                                return Err(String::new());
                            }
                        }
                    }
                }
                let runtime = self.fetch(&pod).await.map_err(|error| format!("{error:#}"))?;
                self.tell(&pod, &runtime, true);
                terminate::remove_all(&kubelet, &pod, &runtime).await
            }
            .await;
            match outcome {
                Ok(()) => break,
                Err(message) if message.is_empty() => {}
                Err(message) => {
                    attempt = (attempt + 1).min(7);
                    tracing::warn!(
                        pod = super::name(&pod),
                        namespace = super::namespace(&pod),
                        message,
                        "cannot take the pod down yet; trying again"
                    );
                    tokio::time::sleep(Duration::from_millis(100) * 2u32.pow(attempt)).await;
                }
            }
        }
        let pod = desired.borrow().pod.clone();
        self.kubelet.pod_ended(&pod);
    }
}

/// Why a container does not run.
struct Failure {
    reason: &'static str,
    message: String,
    retry: Option<Duration>,
    event: bool,
    event_reason: &'static str,
}

impl Failure {
    fn config(message: String) -> Self {
        Self {
            reason: "CreateContainerConfigError",
            message,
            retry: Some(Duration::from_secs(5)),
            event: true,
            event_reason: "Failed",
        }
    }
}

fn prepare(message_file: &std::path::Path, hosts_file: &std::path::Path, hosts: &str) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if let Some(folder) = message_file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(message_file, b"")?;
    // Whoever the container runs as may leave its last words.
    std::fs::set_permissions(message_file, std::fs::Permissions::from_mode(0o666))?;
    if std::fs::read(hosts_file).ok().as_deref() != Some(hosts.as_bytes()) {
        // Written in place: it is bound into running containers.
        std::fs::write(hosts_file, hosts)?;
    }
    Ok(())
}

/// What the container left in its termination message file, or, where it may, the end of its log.
fn last_words(kubelet: &Kubelet, pod: &Pod, held: &Held) -> String {
    const MOST: usize = 4096;
    const LOG_BYTES: usize = 2048;
    const LOG_LINES: usize = 80;
    let status = &held.status;
    let Some(metadata) = &status.metadata else { return String::new() };
    let restarts = status.annotations.get(container::RESTARTS).map(String::as_str).unwrap_or("0");
    let file =
        kubelet.volumes.pod_folder(super::uid(pod)).join("containers").join(&metadata.name).join(restarts);
    let mut text = std::fs::read(file)
        .map(|bytes| String::from_utf8_lossy(&bytes[..bytes.len().min(MOST)]).into_owned())
        .unwrap_or_default();
    let fallback = status
        .annotations
        .get(container::MESSAGE_POLICY)
        .is_some_and(|policy| policy == "FallbackToLogsOnError");
    if text.is_empty() && fallback && status.exit_code != 0 {
        let log = std::fs::read_to_string(&status.log_path).unwrap_or_default();
        let lines: Vec<&str> =
            log.lines().rev().take(LOG_LINES).filter_map(|line| line.splitn(4, ' ').nth(3)).collect();
        text = lines.into_iter().rev().collect::<Vec<_>>().join("\n");
        if text.len() > LOG_BYTES {
            let start =
                (text.len() - LOG_BYTES..text.len()).find(|start| text.is_char_boundary(*start)).unwrap_or(0);
            text = text[start..].to_string();
        }
    }
    text
}
