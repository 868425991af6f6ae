//! The etcd v3 key-value store

use std::ffi::OsString;
use std::process::ExitCode;

/// The program's flags.
pub fn command() -> clap::Command {
    clap::Command::new("etcd").about("The etcd v3 key-value store")
}

/// Runs the program; `args` begin with its name.
pub fn run(_args: Vec<OsString>) -> ExitCode {
    eprintln!("etcd: not built yet");
    ExitCode::from(1)
}
