//! The controller manager: every controller in one process, one leader at a time.
//!
//! [`controllers`] has a file for each; [`context`] is what they share.

mod conditions;
mod config;
mod context;
mod controllers;
mod discovery;
mod expectations;
mod objects;
mod pods;

use std::ffi::OsString;
use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use client::Client;
use component::flags::parse;
use component::health::Health;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::context::Context;
use crate::objects::{ReplicaSet, ReplicationController};

/// The program's flags.
pub fn command() -> clap::Command {
    config::command()
}

/// Runs the program; `args` begin with its name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    let matches = match parse(command(), args) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    component::logging::init(matches.get_one::<u8>("v").copied().unwrap_or_default());
    component::tls::install_crypto();
    let outcome = Config::new(&matches).and_then(|config| {
        let port = secureport::Port::new(&matches)?;
        component::runtime::block_on(1, serve(Arc::new(config), port))
            .context("cannot start the async runtime")?
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(1)
        }
    }
}

fn metrics() -> String {
    component::metrics::render(&[])
}

async fn serve(config: Arc<Config>, port: Option<secureport::Port>) -> Result<()> {
    let shutdown = component::signals::shutdown().context("cannot handle signals")?;
    let mut target = client::Config::from_flags(config.kubeconfig.as_deref())?;
    if let Some(master) = &config.master {
        target.server = master.trim_end_matches('/').to_string();
    }
    target.user_agent = Some(format!("kube-controller-manager/{}", component::KUBERNETES_VERSION));
    let client = Client::new(target)?;
    if let Some(port) = port {
        port.start("kube-controller-manager", Health::new(), metrics, shutdown.clone()).await?;
    }
    if !config.leader_elect {
        return lead(config, client, shutdown).await;
    }
    let lease = config.lease.clone();
    let (term_config, term_client) = (config.clone(), client.clone());
    let led = client::leader::run(client, lease, shutdown.clone(), move |lost| async move {
        if let Err(error) = lead(term_config, term_client, lost).await {
            tracing::error!("{error:#}");
        }
    })
    .await;
    // Who has lost the lease starts from the beginning: the process that started us does that.
    if led && !shutdown.is_cancelled() {
        anyhow::bail!("lost the lease {}/{}", config.lease.namespace, config.lease.name);
    }
    Ok(())
}

type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs the enabled controllers until the term ends.
async fn lead(config: Arc<Config>, client: Client, shutdown: CancellationToken) -> Result<()> {
    let context = Context::new(config.clone(), client, shutdown.clone())?;
    tracing::info!(controllers = config.enabled.len(), "starting the controllers");
    let mut tasks = tokio::task::JoinSet::new();
    for name in &config.enabled {
        tasks.spawn(controller(name, context.clone()));
    }
    shutdown.cancelled().await;
    // They end by themselves when their term does; what they were about to write must not wait.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), async {
        while tasks.join_next().await.is_some() {}
    })
    .await;
    Ok(())
}

fn controller(name: &str, context: Arc<Context>) -> Running {
    use controllers as all;
    match name {
        "serviceaccount-token-controller" => Box::pin(all::service_accounts::tokens(context)),
        "serviceaccount-controller" => Box::pin(all::service_accounts::accounts(context)),
        "root-ca-certificate-publisher-controller" => Box::pin(all::service_accounts::root_ca(context)),
        "namespace-controller" => Box::pin(all::namespace::run(context)),
        "replicaset-controller" => Box::pin(all::replicaset::run::<ReplicaSet>(
            context,
            "replicaset-controller",
            "replicaset-controller",
        )),
        "replicationcontroller-controller" => Box::pin(all::replicaset::run::<ReplicationController>(
            context,
            "replication-controller",
            "replication-controller",
        )),
        "deployment-controller" => Box::pin(all::deployment::run(context)),
        "daemonset-controller" => Box::pin(all::daemonset::run(context)),
        "job-controller" => Box::pin(all::job::run(context)),
        "endpoints-controller" => Box::pin(all::endpoints::run_endpoints(context)),
        "endpointslice-controller" => Box::pin(all::endpoints::run_slices(context)),
        "garbage-collector-controller" => Box::pin(all::garbage::run(context)),
        "pod-garbage-collector-controller" => Box::pin(all::pod_gc::run(context)),
        "node-lifecycle-controller" => Box::pin(all::node_lifecycle::run(context)),
        "taint-eviction-controller" => Box::pin(all::node_lifecycle::run_eviction(context)),
        "node-ipam-controller" => Box::pin(all::node_ipam::run(context)),
        "certificatesigningrequest-approving-controller" => Box::pin(all::certificates::approve(context)),
        "certificatesigningrequest-signing-controller" => Box::pin(all::certificates::sign(context)),
        "certificatesigningrequest-cleaner-controller" => Box::pin(all::certificates::clean(context)),
        "ttl-after-finished-controller" => Box::pin(all::ttl::run(context)),
        "clusterrole-aggregation-controller" => Box::pin(all::cluster_roles::run(context)),
        "persistentvolumeclaim-protection-controller" => {
            Box::pin(all::protection::claims_controller(context))
        }
        "persistentvolume-protection-controller" => Box::pin(all::protection::volumes_controller(context)),
        "volumeattributesclass-protection-controller" => {
            Box::pin(all::protection::classes_controller(context))
        }
        "validatingadmissionpolicy-status-controller" => Box::pin(all::policy_status::run(context)),
        "service-cidr-controller" => Box::pin(all::service_cidrs::run(context)),
        "bootstrap-signer-controller" => Box::pin(all::tokens::sign(context)),
        "token-cleaner-controller" => Box::pin(all::tokens::clean(context)),
        other => {
            let name = other.to_string();
            Box::pin(async move { tracing::error!(name, "no such controller") })
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_flag_is_spelled_once() {
        super::command().debug_assert();
    }
}
