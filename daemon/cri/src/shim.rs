//! One pod's shim

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("kube-shim").about("One pod's shim")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("kube-shim: not built yet");
    ExitCode::from(1)
}
