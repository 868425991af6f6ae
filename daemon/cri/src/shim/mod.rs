//! `kube-shim`: one small process for each pod. It owns the pod's namespaces, is the parent of
//! its containers, writes their logs, keeps their exit codes and serves attach and exec, so that
//! kube-cri can come and go without a container noticing.
//!
//! It is single-threaded and waits in `poll`: a fork is safe at any time, and an idle pod costs
//! no CPU and little memory.

mod launch;
pub mod log;
mod pod;
mod process;
pub mod protocol;
mod rootfs;
mod streams;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::spec::PodSpec;

/// The program's flags. It is started by kube-cri only.
pub fn command() -> clap::Command {
    clap::Command::new("kube-shim")
        .about("Holds one pod's containers; started by kube-cri")
        .arg(clap::Arg::new("pod").required(true).help("the file that describes the pod"))
}

/// Runs the program; `args` begin with its name.
///
/// No flag parser and no logger here: each would cost every pod memory for its whole life.
pub fn run(args: Vec<OsString>) -> ExitCode {
    let Some(path) = args.get(1) else {
        eprintln!("kube-shim: it is started by kube-cri, not by hand");
        return ExitCode::from(2);
    };
    let spec: PodSpec = match std::fs::read(path)
        .map_err(|error| error.to_string())
        .and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()))
    {
        Ok(spec) => spec,
        Err(error) => {
            eprintln!("kube-shim: cannot read {}: {error}", path.to_string_lossy());
            return ExitCode::from(2);
        }
    };
    match pod::Shim::set_up(spec) {
        Ok(shim) => shim.serve(),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
