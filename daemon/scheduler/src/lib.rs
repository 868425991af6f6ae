//! The scheduler: finds a node for every pod that has none.
//!
//! [`scheduler`] is the loop; [`queue`] says whose turn it is, [`cache`] what is where,
//! [`decide`] which node is best, with the [`plugins`] that fill the [`framework`]'s extension
//! points. Decisions do no I/O; binding does.

mod cache;
mod config;
mod decide;
mod framework;
mod metrics;
mod objects;
mod plugins;
mod queue;
mod scheduler;
mod selecting;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, Result};
use client::Client;
use component::flags::parse;
use component::health::Health;

use crate::config::Config;

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
        component::runtime::block_on(1, serve(config, port)).context("cannot start the async runtime")?
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(1)
        }
    }
}

async fn serve(config: Config, port: Option<secureport::Port>) -> Result<()> {
    let shutdown = component::signals::shutdown().context("cannot handle signals")?;
    let mut target = client::Config::from_flags(config.kubeconfig.as_deref())?;
    if let Some(master) = &config.master {
        target.server = master.trim_end_matches('/').to_string();
    }
    target.user_agent = Some(format!("kube-scheduler/{}", component::KUBERNETES_VERSION));
    let client = Client::new(target)?;
    if let Some(port) = port {
        port.start("kube-scheduler", Health::new(), metrics::render, shutdown.clone()).await?;
    }
    if !config.leader_elect {
        scheduler::run(client, &config, shutdown).await;
        return Ok(());
    }
    let lease = config.lease.clone();
    let lead = {
        let (client, config) = (client.clone(), &config);
        move |lost| async move { scheduler::run(client, config, lost).await }
    };
    let led = client::leader::run(client, lease, shutdown.clone(), lead).await;
    // Who has lost the lease starts from the beginning: the process that started us does that.
    if led && !shutdown.is_cancelled() {
        anyhow::bail!("lost the lease {}/{}", config.lease.namespace, config.lease.name);
    }
    Ok(())
}
