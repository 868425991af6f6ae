//! The Kubernetes node agent

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("kubelet").about("The Kubernetes node agent")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("kubelet: not built yet");
    ExitCode::from(1)
}
