//! Cluster DNS

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("kube-dns").about("Cluster DNS")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("kube-dns: not built yet");
    ExitCode::from(1)
}
