//! The Kubernetes API server.

#![expect(clippy::result_large_err, reason = "a Status ends its request: its size is paid once")]

mod admission;
mod aggregation;
mod allocate;
mod audit;
mod authn;
mod authz;
mod bootstrap;
mod callout;
#[cfg(test)]
mod configs_tests;
mod convert;
mod decode;
mod discovery;

mod egress;
mod extensions;
mod flowcontrol;
mod handlers;
mod housekeeping;
mod metrics;
mod net;
mod openapi;
pub mod options;
mod output;
mod paths;
mod profiling;
mod reload;
mod remote;
mod request;
mod routes;
pub mod server;
mod service_endpoints;
mod serving;
mod storage;
mod strategy;
mod traces;
mod unbuilt;
mod zpages;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::options::Options;

/// The program's flags.
pub fn command() -> clap::Command {
    options::command()
}

/// Runs the program; `args` begin with its name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    let matches = match component::flags::parse(command(), args) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    let options = match Options::from_matches(&matches) {
        Ok(options) => options,
        Err(wrong) => {
            for line in wrong {
                eprintln!("kube-apiserver: {line}");
            }
            return ExitCode::from(1);
        }
    };
    component::logging::init_component(options.logging.clone());
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8));
    let outcome = component::runtime::block_on(threads, async {
        let shutdown = component::signals::shutdown()
            .map_err(|error| anyhow::anyhow!("cannot install signal handlers: {error}"))?;
        server::run(options, shutdown).await
    });
    match outcome.map_err(anyhow::Error::from).and_then(|outcome| outcome) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kube-apiserver: {error:#}");
            ExitCode::from(1)
        }
    }
}

#[cfg(test)]
#[path = "../tests/published/mod.rs"]
mod published;
