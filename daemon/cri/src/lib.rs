//! The container runtime behind CRI v1

pub mod shim;

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("kube-cri").about("The container runtime behind CRI v1")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("kube-cri: not built yet");
    ExitCode::from(1)
}
