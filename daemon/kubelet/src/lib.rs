//! The node agent: it runs the pods that are bound to its node, and the static pods whose
//! manifests lie in a folder, through the Container Runtime Interface and nothing else.
//!
//! `source` says which pods there should be; a [`pod::worker`] for each brings the runtime to
//! it; `pleg` and `probe` wake the workers; `status_writer` and `node` tell the API server;
//! `server` answers for logs, exec and statistics.

mod bootstrap;
pub mod config;
mod kubelet;
mod node;
mod objects;
mod pleg;
mod pod;
mod probe;
mod server;
mod source;
mod status_writer;
mod volume;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use client::informer::Informer;
use client::{Client, Config as ClientConfig, ListParams, path};
use component::flags;

use crate::config::Config;
use crate::kubelet::{Kubelet, Parts};

/// The program's flags.
pub fn command() -> clap::Command {
    config::command()
}

/// Runs the kubelet; `args` begin with its name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    let matches = match flags::parse(command(), args) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    component::logging::init(matches.get_one::<u8>("v").copied().unwrap_or_default());
    component::tls::install_crypto();
    let outcome = Config::load(&matches).and_then(|config| {
        component::runtime::block_on(1, serve(config)).context("cannot start the async runtime")?
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(1)
        }
    }
}

async fn serve(config: Config) -> Result<()> {
    let shutdown = component::signals::shutdown().context("cannot handle signals")?;
    let node_name = config.hostname_override.clone().unwrap_or_else(node::host_name).to_lowercase();
    let address = config.node_ip.or_else(node::default_address);
    let host_ips: Vec<String> = address.iter().map(ToString::to_string).collect();
    let cri = criapi::connect_lazy(&config.runtime_endpoint)?;
    wait_for_runtime(&cri, &config.runtime_endpoint, &shutdown).await?;
    let api = match &config.kubeconfig {
        None => None,
        Some(kubeconfig) => {
            tokio::select! {
                ready = bootstrap::ensure(kubeconfig, config.bootstrap_kubeconfig.as_deref(), &config.cert_dir, &node_name) => ready?,
                () = shutdown.cancelled() => return Ok(()),
            }
            Some(Client::new(ClientConfig {
                user_agent: Some(format!("kubelet/{}", component::KUBERNETES_VERSION)),
                ..ClientConfig::from_kubeconfig(kubeconfig)?
            })?)
        }
    };
    let services = api.clone().map(|client| {
        Informer::start(
            client,
            path("", "v1", "services", None, None, None),
            ListParams::default(),
            shutdown.clone(),
        )
    });
    let recorder = api.clone().map(|client| client::events::Recorder::new(client, "kubelet", &node_name));
    let parts = Parts {
        probe_tools: probe::Tools { cri: cri.clone(), http: pod::hooks::http_client()? },
        machine: node::machine(),
        client: api.clone(),
        node_name,
        cri,
        services,
        recorder,
        shutdown: shutdown.clone(),
        host_ips,
        config,
    };
    let kubelet = Kubelet::new(parts);
    if let Ok(version) = kubelet.cri.runtime.clone().version(criapi::VersionRequest::default()).await {
        let _ = pod::status::RUNTIME_NAME.set(version.into_inner().runtime_name);
    }
    if kubelet.config.file.cgroups_per_qos {
        pod::cgroup::set_up(&kubelet.cgroups, &kubelet.config.file.cgroup_root)?;
    }
    server::start(&kubelet, address).await?;
    tokio::spawn(pleg::run(kubelet.clone()));
    tokio::spawn(node::collect_images(kubelet.clone()));
    if let Some(folder) = kubelet.config.file.static_pod_path.clone() {
        source::follow_manifests(&kubelet, &folder)?;
    }
    if let Some(client) = api {
        let pods = source::follow_api(&kubelet, &client);
        source::keep_mirrors(&kubelet, &client, pods.clone());
        tokio::spawn(remove_orphans(kubelet.clone(), Some(pods)));
        tokio::spawn(node::run(kubelet.clone(), client.clone()));
        if kubelet.config.file.rotate_certificates {
            let cert_dir = kubelet.config.cert_dir.clone();
            tokio::spawn(bootstrap::rotate(client, cert_dir, kubelet.node_name.clone(), shutdown.clone()));
        }
    } else {
        kubelet.set_network_ready(true);
        tokio::spawn(remove_orphans(kubelet.clone(), None));
    }
    tracing::info!(node = %kubelet.node_name, "kubelet is running");
    shutdown.cancelled().await;
    Ok(())
}

async fn wait_for_runtime(
    cri: &criapi::Runtime,
    endpoint: &str,
    shutdown: &tokio_util::sync::CancellationToken,
) -> Result<()> {
    let mut told = false;
    for attempt in 0u32.. {
        match cri.runtime.clone().version(criapi::VersionRequest::default()).await {
            Ok(_) => return Ok(()),
            Err(error) if !told && attempt > 20 => {
                told = true;
                tracing::warn!(
                    endpoint,
                    error = error.message(),
                    "waiting for the container runtime; is it running?"
                );
            }
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(if attempt < 100 { 50 } else { 1000 })) => {}
            () = shutdown.cancelled() => anyhow::bail!("stopped while waiting for the container runtime at {endpoint}"),
        }
    }
    Ok(())
}

/// Takes down what the runtime still holds of pods that no source knows: pods that were deleted
/// while the kubelet was not running.
async fn remove_orphans(kubelet: Arc<Kubelet>, pods: Option<Informer<source::ApiPod>>) {
    if let Some(pods) = pods
        && !pods.wait_synced().await
    {
        return;
    }
    // The informer's events reach the workers a moment after its list is in.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let listed = kubelet.cri.runtime.clone().list_pod_sandbox(criapi::ListPodSandboxRequest::default()).await;
    let mut orphans: std::collections::HashMap<String, k8s_openapi::api::core::v1::Pod> =
        std::collections::HashMap::new();
    for sandbox in listed.map(|answer| answer.into_inner().items).unwrap_or_default() {
        let Some(metadata) = sandbox.metadata else { continue };
        if !sandbox.labels.contains_key(pod::runtime::LABEL_UID) || kubelet.has(&metadata.uid) {
            continue;
        }
        let mut pod = k8s_openapi::api::core::v1::Pod::default();
        pod.metadata.name = Some(metadata.name);
        pod.metadata.namespace = Some(metadata.namespace);
        pod.metadata.uid = Some(metadata.uid.clone());
        orphans.insert(metadata.uid, pod);
    }
    for (uid, pod) in orphans {
        tracing::info!(
            pod = pod::name(&pod),
            namespace = pod::namespace(&pod),
            uid,
            "taking down a pod that nobody wants any more"
        );
        let mut exited = std::collections::HashMap::new();
        let outcome = async {
            let runtime = pod::runtime::PodRuntime::fetch(&kubelet.cri, &uid, false, &mut exited)
                .await
                .map_err(|error| format!("{error:#}"))?;
            pod::terminate::stop_all(&kubelet, &pod, &runtime, 30).await?;
            pod::terminate::remove_all(&kubelet, &pod, &runtime).await
        };
        if let Err(message) = outcome.await {
            tracing::warn!(uid, message, "cannot take down an orphaned pod");
        }
    }
    // Folders of pods whose sandboxes are gone already.
    for entry in std::fs::read_dir(kubelet.volumes.pod_folder("")).into_iter().flatten().flatten() {
        let uid = entry.file_name().to_string_lossy().into_owned();
        if !kubelet.has(&uid)
            && let Err(message) = kubelet.volumes.remove(&uid)
        {
            tracing::warn!(uid, message, "cannot remove an orphaned pod's folder");
        }
    }
}
