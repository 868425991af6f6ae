//! The Kubernetes API server

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("kube-apiserver").about("The Kubernetes API server")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("kube-apiserver: not built yet");
    ExitCode::from(1)
}
