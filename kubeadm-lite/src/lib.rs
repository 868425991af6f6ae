//! `kadm` bootstraps a cluster the kubeadm way.

pub mod programs;

use std::ffi::OsString;
use std::process::ExitCode;

/// kadm's subcommands and flags.
pub fn command() -> clap::Command {
    clap::Command::new("kadm").about("Bootstraps a Kubernetes cluster").version(env!("CARGO_PKG_VERSION"))
}

/// Runs kadm; `args` begin with the program's name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    match command().try_get_matches_from(args) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => error.exit(),
    }
}
