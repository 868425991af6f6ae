//! The Kubernetes scheduler

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("kube-scheduler").about("The Kubernetes scheduler")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("kube-scheduler: not built yet");
    ExitCode::from(1)
}
