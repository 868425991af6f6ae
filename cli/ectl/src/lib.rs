//! A client of etcd v3

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("ectl").about("A client of etcd v3")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("ectl: not built yet");
    ExitCode::from(1)
}
