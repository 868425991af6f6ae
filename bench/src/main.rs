//! One load generator for every benchmark, aimed at any Kubernetes or etcd, ours or upstream's.

mod api;
mod api_size;
mod boot;
mod idle;
mod kctl;
mod pods;
mod report;
mod schedule;
mod space;
mod store;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Arg, Command};

/// The stores that a measurement starts, with data under the current folder.
fn programs(required: bool) -> [Arg; 2] {
    let program =
        |name: &'static str| Arg::new(name).long(name).value_parser(clap::value_parser!(std::path::PathBuf));
    [
        program("program").required(required).help("An etcd to start; it is called with etcd's flags"),
        program("against").requires("program").help("Another, measured in turn, for the ratio"),
    ]
}

fn command() -> Command {
    let number = |name: &'static str, default: &'static str, help: &'static str| {
        Arg::new(name).long(name).default_value(default).value_parser(clap::value_parser!(u64)).help(help)
    };
    let kubeconfig = || {
        Arg::new("kubeconfig")
            .long("kubeconfig")
            .default_value("/etc/kubernetes/admin.conf")
            .help("Which cluster")
    };
    Command::new("kadm-bench")
        .about("Measures a cluster or a store; prints a table, and JSON with --json")
        .subcommand_required(true)
        .arg(
            Arg::new("json")
                .long("json")
                .global(true)
                .action(clap::ArgAction::SetTrue)
                .help("Print JSON as well"),
        )
        .subcommand(
            Command::new("idle")
                .about("Memory, CPU and wake-ups of processes that have nothing to do")
                .arg(number("seconds", "10", "How long to look"))
                .arg(Arg::new("names").num_args(0..).help("Names of processes; kadm's daemons without them")),
        )
        .subcommand(
            Command::new("boot")
                .about("From nothing to a Ready node with all of kube-system Running, phase by phase")
                .arg(
                    Arg::new("command")
                        .long("command")
                        .default_value("kadm init --single-node")
                        .help("What brings the cluster up; each [phase] that it prints is measured"),
                )
                .arg(kubeconfig()),
        )
        .subcommand(
            Command::new("schedule")
                .about("Pods from creation to their binding, on nodes without kubelets")
                .arg(kubeconfig())
                .arg(number("nodes", "1000", "How many nodes"))
                .arg(number("pods", "5000", "How many pods"))
                .arg(number("in-flight", "32", "How many requests at once")),
        )
        .subcommand(
            Command::new("pod-start")
                .about("Pods from creation to Running, one after the other, and a Deployment")
                .arg(kubeconfig())
                .arg(
                    Arg::new("image")
                        .long("image")
                        .default_value("kadm.local/hello")
                        .help("An image that is on the node and runs on"),
                )
                .arg(number("pods", "20", "How many pods"))
                .arg(number("replicas", "30", "How many replicas the Deployment has")),
        )
        .subcommand(
            Command::new("api")
                .about("Create, get, list, patch, watch and delete config maps")
                .arg(kubeconfig())
                .arg(number("objects", "2000", "How many objects"))
                .arg(number("in-flight", "32", "How many requests at once"))
                .arg(number("watchers", "20", "How many watchers for the fan-out")),
        )
        .subcommand(
            Command::new("api-size")
                .about("Memory and lists of an API server with many pods, and with many kinds")
                .arg(kubeconfig())
                .arg(
                    Arg::new("process")
                        .long("process")
                        .default_value("kube-apiserver")
                        .help("The name of the server's process, on this machine"),
                )
                .arg(number("pods", "30000", "How many pods; 0 for none"))
                .arg(number("kinds", "2000", "How many custom resources are defined; 0 for none"))
                .arg(number("in-flight", "32", "How many requests at once"))
                .arg(
                    Arg::new("keep")
                        .long("keep")
                        .action(clap::ArgAction::SetTrue)
                        .help("Leave all of it there, to see a start with it"),
                ),
        )
        .subcommand(
            Command::new("kctl")
                .about("Commands of a client, by itself or in turn with another: time and memory")
                .arg(kubeconfig())
                .args([
                    Arg::new("program")
                        .long("program")
                        .required(true)
                        .value_parser(clap::value_parser!(std::path::PathBuf))
                        .help("A client to run; it is called as kubectl is"),
                    Arg::new("against")
                        .long("against")
                        .value_parser(clap::value_parser!(std::path::PathBuf))
                        .help("Another, run in turn, for the ratio"),
                ])
                .arg(number("rounds", "21", "How often each command is run; medians are printed"))
                .arg(number("objects", "500", "How many objects are applied"))
                .arg(number("pods", "10000", "How many pods are listed; 0 for none"))
                .arg(number("kinds", "0", "How many kinds the server gets for a while")),
        )
        .subcommand(
            Command::new("etcd")
                .about("Puts, reads and watches on a store, by itself or in turn with another")
                .arg(
                    Arg::new("endpoint")
                        .long("endpoint")
                        .default_value("http://127.0.0.1:2379")
                        .help("A store that runs; its keys under bench/ and fan/ are overwritten"),
                )
                .args(programs(false))
                .arg(
                    Arg::new("only")
                        .long("only")
                        .default_value("")
                        .help("Measure only what has this in its name"),
                )
                .arg(number("members", "1", "How many members the clusters of --program have"))
                .arg(number("rounds", "5", "How often everything is measured; medians are printed"))
                .arg(number("requests", "20000", "How many requests a measurement"))
                .arg(number("watchers", "100", "How many watchers for the fan-out"))
                .arg(number("value-size", "256", "Bytes a value")),
        )
        .subcommand(
            Command::new("etcd-size")
                .about("Memory, files and start of a store with many keys")
                .args(programs(true))
                .arg(number("keys", "1000000", "How many keys"))
                .arg(number("value-size", "256", "Bytes a value")),
        )
        .subcommand(
            Command::new("etcd-members")
                .about("How long three members go without a write when their leader is killed")
                .args(programs(true))
                .arg(number("rounds", "5", "How many leaders are killed")),
        )
}

fn main() -> ExitCode {
    let matches = command().get_matches();
    let json = matches.get_flag("json");
    let run = async {
        match matches.subcommand() {
            Some(("idle", inner)) => idle::run(inner).await,
            Some(("boot", inner)) => boot::run(inner).await,
            Some(("schedule", inner)) => schedule::run(inner).await,
            Some(("pod-start", inner)) => pods::run(inner).await,
            Some(("api", inner)) => api::run(inner).await,
            Some(("api-size", inner)) => api_size::run(inner).await,
            Some(("kctl", inner)) => kctl::run_all(inner).await,
            Some(("etcd", inner)) => store::rates(inner).await,
            Some(("etcd-size", inner)) => store::size(inner).await,
            Some(("etcd-members", inner)) => store::members(inner).await,
            _ => Ok(report::Report::new(&[])),
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let outcome: Result<report::Report> = match runtime {
        Ok(runtime) => runtime.block_on(run),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(report) => {
            report.print(json);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(1)
        }
    }
}
