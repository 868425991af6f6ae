//! The Kubernetes controllers

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("kube-controller-manager").about("The Kubernetes controllers")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("kube-controller-manager: not built yet");
    ExitCode::from(1)
}
