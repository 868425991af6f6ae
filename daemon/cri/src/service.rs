//! CRI v1 as gRPC services: each method turns a request into one call of the runtime and its
//! records into the answer.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use criapi::image_service_server::ImageService;
use criapi::runtime_service_server::RuntimeService;
use criapi::*;
use futures::Stream;
use tonic::{Request, Response, Status};

use crate::exec::{self, TimedOut};
use crate::images::reference::Reference;
use crate::images::{Credentials, pull};
use crate::runtime::{Event, NotFound, Runtime, now};
use crate::state;
use crate::stats::{Samples, folder_usage};
use crate::streaming::{Session, Streaming};

/// Both services.
#[derive(Clone)]
pub struct Service {
    /// Does the work.
    pub runtime: Arc<Runtime>,
    /// Gives URLs out.
    pub streaming: Arc<Streaming>,
    /// Earlier CPU times.
    pub samples: Arc<Samples>,
    /// Registries without TLS.
    pub plain_http: Arc<Vec<String>>,
}

type Answer<T> = Result<Response<T>, Status>;

fn status(error: anyhow::Error) -> Status {
    let message = format!("{error:#}");
    if error.downcast_ref::<NotFound>().is_some() {
        Status::not_found(message)
    } else if error.downcast_ref::<TimedOut>().is_some() {
        Status::deadline_exceeded(message)
    } else {
        Status::unknown(message)
    }
}

fn answer<T>(result: anyhow::Result<T>) -> Answer<T> {
    result.map(Response::new).map_err(status)
}

fn labels_match(wanted: &BTreeMap<String, String>, labels: &BTreeMap<String, String>) -> bool {
    wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
}

fn sandbox_status(sandbox: &state::Sandbox) -> PodSandboxStatus {
    let options = sandbox
        .config
        .linux
        .as_ref()
        .and_then(|linux| linux.security_context.as_ref())
        .and_then(|context| context.namespace_options.clone());
    PodSandboxStatus {
        id: sandbox.id.clone(),
        metadata: sandbox.config.metadata.clone(),
        state: sandbox.phase().into(),
        created_at: sandbox.created_at,
        network: Some(PodSandboxNetworkStatus {
            ip: sandbox.ips.first().cloned().unwrap_or_default(),
            additional_ips: sandbox.ips.iter().skip(1).map(|ip| PodIp { ip: ip.clone() }).collect(),
        }),
        linux: Some(LinuxPodSandboxStatus { namespaces: Some(Namespace { options }) }),
        labels: sandbox.config.labels.clone(),
        annotations: sandbox.config.annotations.clone(),
        runtime_handler: sandbox.runtime_handler.clone(),
    }
}

fn container_status(container: &state::Container) -> ContainerStatus {
    let exited = container.state.finished_at != 0;
    let (reason, message) = if !exited {
        ("", String::new())
    } else if !container.start_error.is_empty() {
        ("StartError", format!("failed to start container: {}", container.start_error))
    } else if container.lost {
        ("Unknown", "the pod's shim ended; the exit code is not known".into())
    } else if container.state.oom_killed {
        ("OOMKilled", String::new())
    } else if container.state.exit_code == 0 {
        ("Completed", String::new())
    } else {
        ("Error", String::new())
    };
    let mut spec = container.config.image.clone().unwrap_or_default();
    if !spec.user_specified_image.is_empty() {
        spec.image.clone_from(&spec.user_specified_image);
    }
    ContainerStatus {
        id: container.id.clone(),
        metadata: container.config.metadata.clone(),
        state: container.phase().into(),
        created_at: container.created_at,
        started_at: container.state.started_at,
        finished_at: container.state.finished_at,
        exit_code: container.state.exit_code,
        image: Some(spec),
        image_ref: container.image_ref.clone(),
        reason: reason.into(),
        message,
        labels: container.config.labels.clone(),
        annotations: container.config.annotations.clone(),
        mounts: container.config.mounts.clone(),
        log_path: container.log_path.clone(),
        resources: Some(ContainerResources { linux: Some(container.resources.clone()) }),
        image_id: container.image_id.clone(),
        user: Some(ContainerUser {
            linux: Some(LinuxContainerUser {
                uid: container.state.user.uid.into(),
                gid: container.state.user.gid.into(),
                supplemental_groups: container.state.user.groups.iter().map(|gid| (*gid).into()).collect(),
            }),
        }),
        stop_signal: container.config.stop_signal,
    }
}

impl Service {
    fn event(&self, event: &Event) -> ContainerEventResponse {
        ContainerEventResponse {
            container_id: event.id.clone(),
            container_event_type: event.kind.into(),
            created_at: event.at,
            pod_sandbox_status: self
                .runtime
                .state
                .sandbox(&event.sandbox)
                .map(|found| sandbox_status(&found)),
            containers_statuses: self
                .runtime
                .state
                .containers_of(&event.sandbox)
                .iter()
                .map(container_status)
                .collect(),
        }
    }

    fn image(&self, image: &crate::images::Image) -> Image {
        let user = self.runtime.images.run_config(image).map(|run| run.user).unwrap_or_default();
        let user = user.split(':').next().unwrap_or_default();
        let uid = user.parse::<i64>().ok();
        Image {
            id: image.id.clone(),
            repo_tags: image.tags.clone(),
            repo_digests: image.digests.clone(),
            size: image.size.max(1),
            uid: uid.map(|value| Int64Value { value }),
            username: if uid.is_none() { user.into() } else { String::new() },
            spec: None,
            pinned: image.pinned,
        }
    }
}

#[tonic::async_trait]
impl RuntimeService for Service {
    async fn version(&self, _: Request<VersionRequest>) -> Answer<VersionResponse> {
        Ok(Response::new(VersionResponse {
            version: "0.1.0".into(),
            runtime_name: "kube-cri".into(),
            runtime_version: env!("CARGO_PKG_VERSION").into(),
            runtime_api_version: "v1".into(),
        }))
    }

    async fn run_pod_sandbox(&self, request: Request<RunPodSandboxRequest>) -> Answer<RunPodSandboxResponse> {
        let request = request.into_inner();
        let config = request.config.ok_or_else(|| Status::invalid_argument("no sandbox config"))?;
        // To its end, even when the kubelet hangs up: half a pod helps nobody.
        let runtime = self.runtime.clone();
        let run = tokio::spawn(async move { runtime.run_sandbox(config, request.runtime_handler).await });
        let id = run.await.map_err(|error| Status::internal(error.to_string()))?;
        answer(id.map(|pod_sandbox_id| RunPodSandboxResponse { pod_sandbox_id }))
    }

    async fn stop_pod_sandbox(
        &self,
        request: Request<StopPodSandboxRequest>,
    ) -> Answer<StopPodSandboxResponse> {
        let id = request.into_inner().pod_sandbox_id;
        answer(self.runtime.stop_sandbox(&id).await.map(|()| StopPodSandboxResponse {}))
    }

    async fn remove_pod_sandbox(
        &self,
        request: Request<RemovePodSandboxRequest>,
    ) -> Answer<RemovePodSandboxResponse> {
        let id = request.into_inner().pod_sandbox_id;
        answer(self.runtime.remove_sandbox(&id).await.map(|()| RemovePodSandboxResponse {}))
    }

    async fn pod_sandbox_status(
        &self,
        request: Request<PodSandboxStatusRequest>,
    ) -> Answer<PodSandboxStatusResponse> {
        let request = request.into_inner();
        let sandbox = self.runtime.sandbox(&request.pod_sandbox_id).map_err(status)?;
        let mut info = BTreeMap::new();
        if request.verbose {
            info.insert(
                "info".into(),
                serde_json::json!({
                    "pid": sandbox.pid,
                    "config": sandbox.config,
                    "netns": sandbox.own_network.then(|| self.runtime.state.paths().netns(&sandbox.id)),
                })
                .to_string(),
            );
        }
        Ok(Response::new(PodSandboxStatusResponse {
            status: Some(sandbox_status(&sandbox)),
            info,
            containers_statuses: self
                .runtime
                .state
                .containers_of(&sandbox.id)
                .iter()
                .map(container_status)
                .collect(),
            timestamp: now(),
        }))
    }

    async fn list_pod_sandbox(
        &self,
        request: Request<ListPodSandboxRequest>,
    ) -> Answer<ListPodSandboxResponse> {
        let filter = request.into_inner().filter.unwrap_or_default();
        let items = self
            .runtime
            .state
            .sandboxes()
            .into_iter()
            .filter(|sandbox| {
                sandbox.id.starts_with(&filter.id)
                    && filter.state.as_ref().is_none_or(|wanted| wanted.state() == sandbox.phase())
                    && labels_match(&filter.label_selector, &sandbox.config.labels)
            })
            .map(|sandbox| PodSandbox {
                state: sandbox.phase().into(),
                id: sandbox.id,
                metadata: sandbox.config.metadata,
                created_at: sandbox.created_at,
                labels: sandbox.config.labels,
                annotations: sandbox.config.annotations,
                runtime_handler: sandbox.runtime_handler,
            })
            .collect();
        Ok(Response::new(ListPodSandboxResponse { items }))
    }

    async fn create_container(
        &self,
        request: Request<CreateContainerRequest>,
    ) -> Answer<CreateContainerResponse> {
        let request = request.into_inner();
        let config = request.config.ok_or_else(|| Status::invalid_argument("no container config"))?;
        let runtime = self.runtime.clone();
        let create =
            tokio::spawn(async move { runtime.create_container(&request.pod_sandbox_id, config).await });
        let id = create.await.map_err(|error| Status::internal(error.to_string()))?;
        answer(id.map(|container_id| CreateContainerResponse { container_id }))
    }

    async fn start_container(
        &self,
        request: Request<StartContainerRequest>,
    ) -> Answer<StartContainerResponse> {
        let id = request.into_inner().container_id;
        answer(self.runtime.start_container(&id).await.map(|()| StartContainerResponse {}))
    }

    async fn stop_container(&self, request: Request<StopContainerRequest>) -> Answer<StopContainerResponse> {
        let request = request.into_inner();
        let grace = Duration::from_secs(request.timeout.try_into().unwrap_or_default());
        answer(
            self.runtime
                .stop_container(&request.container_id, grace)
                .await
                .map(|()| StopContainerResponse {}),
        )
    }

    async fn remove_container(
        &self,
        request: Request<RemoveContainerRequest>,
    ) -> Answer<RemoveContainerResponse> {
        let id = request.into_inner().container_id;
        if let Some(container) = self.runtime.state.container(&id) {
            self.samples.forget(&container.cgroup);
        }
        answer(self.runtime.remove_container(&id).await.map(|()| RemoveContainerResponse {}))
    }

    async fn list_containers(
        &self,
        request: Request<ListContainersRequest>,
    ) -> Answer<ListContainersResponse> {
        let filter = request.into_inner().filter.unwrap_or_default();
        let containers = self
            .runtime
            .state
            .containers()
            .into_iter()
            .filter(|container| {
                container.id.starts_with(&filter.id)
                    && container.sandbox.starts_with(&filter.pod_sandbox_id)
                    && filter.state.as_ref().is_none_or(|wanted| wanted.state() == container.phase())
                    && labels_match(&filter.label_selector, &container.config.labels)
            })
            .map(|container| Container {
                state: container.phase().into(),
                id: container.id,
                pod_sandbox_id: container.sandbox,
                metadata: container.config.metadata,
                image: container.config.image,
                image_ref: container.image_ref,
                created_at: container.created_at,
                labels: container.config.labels,
                annotations: container.config.annotations,
                image_id: container.image_id,
            })
            .collect();
        Ok(Response::new(ListContainersResponse { containers }))
    }

    async fn container_status(
        &self,
        request: Request<ContainerStatusRequest>,
    ) -> Answer<ContainerStatusResponse> {
        let request = request.into_inner();
        let container = self.runtime.container(&request.container_id).map_err(status)?;
        let mut info = BTreeMap::new();
        if request.verbose {
            info.insert(
                "info".into(),
                serde_json::json!({
                    "sandboxID": container.sandbox,
                    "pid": container.state.pid,
                    "config": container.config,
                    "cgroup": container.cgroup,
                })
                .to_string(),
            );
        }
        Ok(Response::new(ContainerStatusResponse { status: Some(container_status(&container)), info }))
    }

    async fn update_container_resources(
        &self,
        request: Request<UpdateContainerResourcesRequest>,
    ) -> Answer<UpdateContainerResourcesResponse> {
        let request = request.into_inner();
        let change = request.linux.unwrap_or_default();
        answer(
            self.runtime
                .update_resources(&request.container_id, &change)
                .map(|()| UpdateContainerResourcesResponse {}),
        )
    }

    async fn reopen_container_log(
        &self,
        request: Request<ReopenContainerLogRequest>,
    ) -> Answer<ReopenContainerLogResponse> {
        let id = request.into_inner().container_id;
        answer(self.runtime.reopen_log(&id).await.map(|()| ReopenContainerLogResponse {}))
    }

    async fn exec_sync(&self, request: Request<ExecSyncRequest>) -> Answer<ExecSyncResponse> {
        let request = request.into_inner();
        let timeout = Duration::from_secs(request.timeout.try_into().unwrap_or_default());
        let done = exec::execute_and_wait(&self.runtime, &request.container_id, &request.cmd, timeout).await;
        answer(done.map(|(exit_code, stdout, stderr)| ExecSyncResponse { stdout, stderr, exit_code }))
    }

    async fn exec(&self, request: Request<ExecRequest>) -> Answer<ExecResponse> {
        let request = request.into_inner();
        let container = self.runtime.container(&request.container_id).map_err(status)?;
        if request.tty && request.stderr {
            return Err(Status::invalid_argument("tty and stderr cannot both be true"));
        }
        if container.phase() != ContainerState::ContainerRunning {
            return Err(Status::unknown("container is not running"));
        }
        let session = Session::Exec {
            id: container.id,
            command: request.cmd,
            tty: request.tty,
            stdin: request.stdin,
            stdout: request.stdout,
            stderr: request.stderr,
        };
        answer(self.streaming.url(session).map(|url| ExecResponse { url }))
    }

    async fn attach(&self, request: Request<AttachRequest>) -> Answer<AttachResponse> {
        let request = request.into_inner();
        let container = self.runtime.container(&request.container_id).map_err(status)?;
        if container.phase() != ContainerState::ContainerRunning {
            return Err(Status::unknown("container is not running"));
        }
        let session = Session::Attach {
            id: container.id,
            tty: request.tty,
            stdin: request.stdin,
            stdout: request.stdout,
            stderr: request.stderr,
        };
        answer(self.streaming.url(session).map(|url| AttachResponse { url }))
    }

    async fn port_forward(&self, request: Request<PortForwardRequest>) -> Answer<PortForwardResponse> {
        let request = request.into_inner();
        let sandbox = self.runtime.sandbox(&request.pod_sandbox_id).map_err(status)?;
        if !sandbox.ready {
            return Err(Status::unknown("sandbox container is not running"));
        }
        let session = Session::PortForward { sandbox: sandbox.id, ports: request.port };
        answer(self.streaming.url(session).map(|url| PortForwardResponse { url }))
    }

    async fn container_stats(
        &self,
        request: Request<ContainerStatsRequest>,
    ) -> Answer<ContainerStatsResponse> {
        let container = self.runtime.container(&request.into_inner().container_id).map_err(status)?;
        let stats = self.measure(move |samples, runtime| samples.container(runtime, &container)).await?;
        Ok(Response::new(ContainerStatsResponse { stats: Some(stats) }))
    }

    async fn list_container_stats(
        &self,
        request: Request<ListContainerStatsRequest>,
    ) -> Answer<ListContainerStatsResponse> {
        let filter = request.into_inner().filter.unwrap_or_default();
        let stats = self
            .measure(move |samples, runtime| {
                runtime
                    .state
                    .containers()
                    .iter()
                    .filter(|container| {
                        container.phase() == ContainerState::ContainerRunning
                            && container.id.starts_with(&filter.id)
                            && container.sandbox.starts_with(&filter.pod_sandbox_id)
                            && labels_match(&filter.label_selector, &container.config.labels)
                    })
                    .map(|container| samples.container(runtime, container))
                    .collect()
            })
            .await?;
        Ok(Response::new(ListContainerStatsResponse { stats }))
    }

    async fn pod_sandbox_stats(
        &self,
        request: Request<PodSandboxStatsRequest>,
    ) -> Answer<PodSandboxStatsResponse> {
        let sandbox = self.runtime.sandbox(&request.into_inner().pod_sandbox_id).map_err(status)?;
        let stats = self.measure(move |samples, runtime| samples.sandbox(runtime, &sandbox)).await?;
        Ok(Response::new(PodSandboxStatsResponse { stats: Some(stats) }))
    }

    async fn list_pod_sandbox_stats(
        &self,
        request: Request<ListPodSandboxStatsRequest>,
    ) -> Answer<ListPodSandboxStatsResponse> {
        let filter = request.into_inner().filter.unwrap_or_default();
        let stats = self
            .measure(move |samples, runtime| {
                runtime
                    .state
                    .sandboxes()
                    .iter()
                    .filter(|sandbox| {
                        sandbox.ready
                            && sandbox.id.starts_with(&filter.id)
                            && labels_match(&filter.label_selector, &sandbox.config.labels)
                    })
                    .map(|sandbox| samples.sandbox(runtime, sandbox))
                    .collect()
            })
            .await?;
        Ok(Response::new(ListPodSandboxStatsResponse { stats }))
    }

    async fn update_runtime_config(
        &self,
        _: Request<UpdateRuntimeConfigRequest>,
    ) -> Answer<UpdateRuntimeConfigResponse> {
        // The pods' addresses are the CNI configuration's business.
        Ok(Response::new(UpdateRuntimeConfigResponse {}))
    }

    async fn status(&self, request: Request<StatusRequest>) -> Answer<StatusResponse> {
        let condition = |kind: &str, problem: Option<String>| RuntimeCondition {
            r#type: kind.into(),
            status: problem.is_none(),
            reason: match (&problem, kind) {
                (Some(_), "NetworkReady") => "NetworkPluginNotReady".into(),
                _ => String::new(),
            },
            message: problem
                .map(|problem| format!("Network plugin returns error: {problem}"))
                .unwrap_or_default(),
        };
        let network = self.runtime.cni.ready().err().map(|error| format!("{error:#}"));
        let mut info = BTreeMap::new();
        if request.into_inner().verbose {
            let paths = self.runtime.state.paths();
            info.insert(
                "config".into(),
                serde_json::json!({
                    "root": paths.root,
                    "state": paths.state,
                    "cniConfDir": self.runtime.cni.configs,
                    "cniBinDirs": self.runtime.cni.plugins,
                    "lowestOOMScoreAdj": self.runtime.lowest_oom_score(),
                })
                .to_string(),
            );
        }
        Ok(Response::new(StatusResponse {
            status: Some(RuntimeStatus {
                conditions: vec![condition("RuntimeReady", None), condition("NetworkReady", network)],
            }),
            info,
            runtime_handlers: vec![RuntimeHandler {
                name: String::new(),
                features: Some(RuntimeHandlerFeatures {
                    recursive_read_only_mounts: true,
                    user_namespaces: false,
                }),
            }],
            features: Some(RuntimeFeatures { supplemental_groups_policy: true }),
        }))
    }

    async fn checkpoint_container(
        &self,
        _: Request<CheckpointContainerRequest>,
    ) -> Answer<CheckpointContainerResponse> {
        Err(Status::unimplemented("checkpointing containers is not supported by this runtime"))
    }

    type GetContainerEventsStream =
        Pin<Box<dyn Stream<Item = Result<ContainerEventResponse, Status>> + Send>>;

    async fn get_container_events(
        &self,
        _: Request<GetEventsRequest>,
    ) -> Answer<Self::GetContainerEventsStream> {
        let service = self.clone();
        let events = self.runtime.events.subscribe();
        let stream = futures::stream::unfold((service, events), |(service, mut events)| async move {
            match events.recv().await {
                Ok(event) => {
                    let response = service.event(&event);
                    Some((Ok(response), (service, events)))
                }
                // Too slow: the kubelet lists everything when its stream ends.
                Err(tokio::sync::broadcast::error::RecvError::Lagged(missed)) => Some((
                    Err(Status::data_loss(format!("{missed} events were missed; list anew"))),
                    (service, events),
                )),
                Err(tokio::sync::broadcast::error::RecvError::Closed) => None,
            }
        });
        Ok(Response::new(Box::pin(stream)))
    }

    async fn list_metric_descriptors(
        &self,
        _: Request<ListMetricDescriptorsRequest>,
    ) -> Answer<ListMetricDescriptorsResponse> {
        Ok(Response::new(ListMetricDescriptorsResponse::default()))
    }

    async fn list_pod_sandbox_metrics(
        &self,
        _: Request<ListPodSandboxMetricsRequest>,
    ) -> Answer<ListPodSandboxMetricsResponse> {
        Ok(Response::new(ListPodSandboxMetricsResponse::default()))
    }

    async fn runtime_config(&self, _: Request<RuntimeConfigRequest>) -> Answer<RuntimeConfigResponse> {
        Ok(Response::new(RuntimeConfigResponse {
            linux: Some(LinuxRuntimeConfiguration { cgroup_driver: CgroupDriver::Cgroupfs.into() }),
        }))
    }

    async fn update_pod_sandbox_resources(
        &self,
        request: Request<UpdatePodSandboxResourcesRequest>,
    ) -> Answer<UpdatePodSandboxResourcesResponse> {
        let request = request.into_inner();
        let sandbox = self.runtime.sandbox(&request.pod_sandbox_id).map_err(status)?;
        // The kubelet has set the pod's cgroup itself; this is told for the record.
        let changed = self.runtime.state.change_sandbox(&sandbox.id, |sandbox| {
            let linux = sandbox.config.linux.get_or_insert_default();
            linux.overhead = request.overhead.or(linux.overhead.take());
            linux.resources = request.resources.or(linux.resources.take());
        });
        answer(changed.map(|_| UpdatePodSandboxResourcesResponse {}))
    }
}

impl Service {
    /// Reads cgroups and folders away from the threads that answer.
    async fn measure<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Samples, &Runtime) -> T + Send + 'static,
    ) -> Result<T, Status> {
        let (samples, runtime) = (self.samples.clone(), self.runtime.clone());
        tokio::task::spawn_blocking(move || read(&samples, &runtime))
            .await
            .map_err(|error| Status::internal(error.to_string()))
    }
}

#[tonic::async_trait]
impl ImageService for Service {
    async fn list_images(&self, request: Request<ListImagesRequest>) -> Answer<ListImagesResponse> {
        let wanted = request.into_inner().filter.and_then(|filter| filter.image).unwrap_or_default().image;
        let images = if wanted.is_empty() {
            self.runtime.images.list()
        } else {
            self.runtime.images.find(&wanted).into_iter().collect()
        };
        let images = images.iter().map(|image| self.image(image)).collect();
        Ok(Response::new(ListImagesResponse { images }))
    }

    async fn image_status(&self, request: Request<ImageStatusRequest>) -> Answer<ImageStatusResponse> {
        let request = request.into_inner();
        let name = request.image.unwrap_or_default().image;
        let found = self.runtime.images.find(&name);
        let mut info = BTreeMap::new();
        if let (true, Some(image)) = (request.verbose, &found) {
            let run = self.runtime.images.run_config(image).map_err(status)?;
            info.insert(
                "info".into(),
                serde_json::json!({ "imageSpec": { "config": run }, "layers": image.layers }).to_string(),
            );
        }
        Ok(Response::new(ImageStatusResponse { image: found.map(|image| self.image(&image)), info }))
    }

    async fn pull_image(&self, request: Request<PullImageRequest>) -> Answer<PullImageResponse> {
        let request = request.into_inner();
        let name = request.image.unwrap_or_default().image;
        let reference =
            Reference::parse(&name).map_err(|error| Status::invalid_argument(error.to_string()))?;
        let credentials =
            credentials(request.auth).map_err(|error| Status::invalid_argument(error.to_string()))?;
        let pulled = pull(&self.runtime.images, &reference, credentials, &self.plain_http).await;
        if let Err(error) = &pulled {
            tracing::warn!(image = name, "cannot pull: {error:#}");
        }
        answer(pulled.map(|image| PullImageResponse { image_ref: image.id.clone() }))
    }

    async fn remove_image(&self, request: Request<RemoveImageRequest>) -> Answer<RemoveImageResponse> {
        let name = request.into_inner().image.unwrap_or_default().image;
        let runtime = self.runtime.clone();
        let removed = tokio::task::spawn_blocking(move || {
            let Some(image) = runtime.images.find(&name) else { return Ok(()) };
            let user =
                runtime.state.containers().into_iter().find(|container| container.image_id == image.id);
            if let Some(container) = user {
                anyhow::bail!("image {name} is in use by the container {}; remove that first", container.id);
            }
            runtime.images.remove(&image.id).map(|_| ())
        })
        .await
        .map_err(|error| Status::internal(error.to_string()))?;
        answer(removed.map(|()| RemoveImageResponse {}))
    }

    async fn image_fs_info(&self, _: Request<ImageFsInfoRequest>) -> Answer<ImageFsInfoResponse> {
        let (images, containers) = self
            .measure(|_, runtime| {
                let root = runtime.images.root();
                let (layer_bytes, layer_inodes) = folder_usage(&root.join("layers"));
                let (blob_bytes, blob_inodes) = folder_usage(&root.join("blobs"));
                let used = |path: &std::path::Path, (bytes, inodes): (u64, u64)| FilesystemUsage {
                    timestamp: now(),
                    fs_id: Some(FilesystemIdentifier { mountpoint: path.display().to_string() }),
                    used_bytes: Some(UInt64Value { value: bytes }),
                    inodes_used: Some(UInt64Value { value: inodes }),
                };
                let containers = runtime.state.paths().containers();
                (
                    used(root, (layer_bytes + blob_bytes, layer_inodes + blob_inodes)),
                    used(&containers, folder_usage(&containers)),
                )
            })
            .await?;
        Ok(Response::new(ImageFsInfoResponse {
            image_filesystems: vec![images],
            container_filesystems: vec![containers],
        }))
    }
}

fn credentials(auth: Option<AuthConfig>) -> anyhow::Result<Credentials> {
    use base64::Engine;
    let Some(auth) = auth else { return Ok(Credentials::None) };
    if !auth.username.is_empty() {
        return Ok(Credentials::Basic(auth.username, auth.password));
    }
    if !auth.registry_token.is_empty() {
        return Ok(Credentials::Bearer(auth.registry_token));
    }
    if !auth.identity_token.is_empty() {
        anyhow::bail!("identity tokens are not supported; use a user name and password");
    }
    if auth.auth.is_empty() {
        return Ok(Credentials::None);
    }
    let bad = || anyhow::anyhow!("the registry's auth is not base64 of user:password");
    let decoded = base64::engine::general_purpose::STANDARD.decode(&auth.auth).map_err(|_| bad())?;
    let text = String::from_utf8(decoded).map_err(|_| bad())?;
    let (user, password) = text.split_once(':').ok_or_else(bad)?;
    Ok(Credentials::Basic(user.into(), password.trim_end_matches('\0').into()))
}
