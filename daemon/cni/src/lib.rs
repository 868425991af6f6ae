//! The CNI plugin: bridge, host-local addresses, port mapping

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("kube-cni").about("The CNI plugin: bridge, host-local addresses, port mapping")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("kube-cni: not built yet");
    ExitCode::from(1)
}
