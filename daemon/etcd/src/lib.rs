//! etcd: a key-value store that remembers every version, and tells who watches.
//!
//! The way of a change: [`listen`] (gRPC) → [`check`] → [`node`] → [`consensus`] ([`raft`], with
//! the [`disk`] and the [`peer`]s) → [`applier`]: [`apply`] to [`mvcc`] → [`watch`] → the answer.
//! Reads go from [`service`] straight to [`mvcc`], which holds nothing that isn't on a majority's
//! disks.

mod access;
mod allowed;
mod applier;
mod apply;
mod auth;
mod check;
mod command;
mod compactor;
mod config_file;
mod consensus;
mod corruption;
mod discovery;
mod disk;
mod error;
mod faults;
mod flags;
mod force_new;
// Also compiled with tests, so that it keeps up with what it calls.
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod gateway;
mod history;
mod inbox;
mod lease;
mod listen;
mod members;
mod metrics;
mod mvcc;
mod node;
mod pages;
mod peer;
mod quota;
mod raft;
mod round;
mod rpcs;
mod selfcert;
mod server;
mod service;
mod tcpproxy;
mod wal;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use component::flags::parse;

/// Worker threads: one serves while the other waits for the log.
const THREADS: usize = 2;

/// The program's flags.
pub fn command() -> clap::Command {
    flags::command().subcommand(tcpproxy::command())
}

/// Runs the program; `args` begin with its name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    if args.get(1).is_some_and(|arg| arg == "gateway") {
        return tcpproxy::run(&args);
    }
    let parsed = match config_file::named(&args) {
        None => {
            if let Some(wrong) = flags::subcommand(&args) {
                return refuse(vec![wrong]);
            }
            parse(flags::command(), flags::go_style(args))
        }
        Some(path) => match config_file::arguments(path.as_ref()) {
            Ok(args) => parse(flags::without_environment(), args),
            Err(wrong) => return refuse(wrong),
        },
    };
    let matches = match parsed {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    let config = match flags::Config::new(&matches) {
        Ok(config) => config,
        Err(wrong) => return refuse(wrong),
    };
    if let Err(reason) = component::logging::init_to(config.log_level, config.log_form, &config.log_outputs) {
        return refuse(vec![format!("--log-outputs: {reason}")]);
    }
    if let Err(reason) = faults::init() {
        return refuse(vec![reason]);
    }
    let mut config = config;
    if let Some(every) = faults::lease_checkpoints() {
        config.limits.lease_checkpoints = config.limits.lease_checkpoints.map(|_| every);
    }
    component::tls::install_crypto();
    let served = component::runtime::block_on(THREADS, async {
        let shutdown = component::signals::shutdown()?;
        server::run(config, shutdown).await
    });
    match served.map_err(anyhow::Error::from).and_then(|served| served) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("etcd: {error:#}");
            ExitCode::from(1)
        }
    }
}

fn refuse(wrong: Vec<String>) -> ExitCode {
    for mistake in wrong {
        eprintln!("etcd: {mistake}");
    }
    ExitCode::from(1)
}
