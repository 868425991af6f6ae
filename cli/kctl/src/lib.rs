//! Controls a Kubernetes cluster

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("kctl").about("Controls a Kubernetes cluster")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("kctl: not built yet");
    ExitCode::from(1)
}
