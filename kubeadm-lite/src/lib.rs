//! `kadm` bootstraps a cluster the kubeadm way, and holds every other program.

pub mod config;
mod hello;
mod host;
mod images;
mod init;
mod install;
mod join;
mod journal;
mod network;
mod phases;
pub mod programs;
mod reset;
mod supervisor;
mod systemd;
mod token;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};
use component::flags;

use crate::config::Init;

/// kadm's subcommands and flags.
pub fn command() -> Command {
    let text = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help);
    let list = |name: &'static str, help: &'static str| {
        text(name, help).value_delimiter(',').action(ArgAction::Append)
    };
    let mut phase = Command::new("phase")
        .about("Run one phase of init alone")
        .subcommand_required(true)
        .args_conflicts_with_subcommands(true);
    for found in phases::PHASES {
        let mut command = Command::new(found.name).about(found.about).args(config::init_args());
        let names: Vec<&'static str> = match found.name {
            "certs" => phases::certs::NAMES.iter().map(|(name, _)| *name).chain(["sa"]).collect(),
            "kubeconfig" => {
                phases::kubeconfig::FILES.iter().map(|(name, _, _)| name.trim_end_matches(".conf")).collect()
            }
            "control-plane" => vec!["apiserver", "controller-manager", "scheduler"],
            "addon" => vec!["kube-proxy", "kube-dns", "kube-cni"],
            _ => Vec::new(),
        };
        if !names.is_empty() {
            let all = Command::new("all").about("All of them").args(config::init_args());
            command = command.subcommand(all).subcommands(names.into_iter().map(|name| {
                Command::new(name.replace('/', "-")).about(format!("Only {name}")).args(config::init_args())
            }));
        }
        phase = phase.subcommand(command);
    }
    Command::new("kadm")
        .about("Bootstraps a Kubernetes cluster the kubeadm way")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(flags::verbosity().global(true))
        .subcommand(
            Command::new("init")
                .about("Set up the control plane on this machine")
                .args(config::init_args())
                .subcommand(phase),
        )
        .subcommand(
            Command::new("join")
                .about("Join this machine to a cluster as a worker")
                .arg(
                    Arg::new("endpoint").value_name("API-SERVER-ENDPOINT").help("The API server's host:port"),
                )
                .arg(text("token", "The bootstrap token"))
                .arg(
                    text("config", "A kubeadm v1beta4 configuration file (JoinConfiguration)")
                        .value_parser(clap::value_parser!(PathBuf)),
                )
                .arg(text(
                    "discovery-token",
                    "The bootstrap token by which the cluster is found, over --token",
                ))
                .arg(text(
                    "tls-bootstrap-token",
                    "The bootstrap token with which the node's certificate is asked for",
                ))
                .arg(list("discovery-token-ca-cert-hash", "The hash of the cluster's CA, as sha256:<hex>"))
                .arg(flags::boolean(
                    "discovery-token-unsafe-skip-ca-verification",
                    false,
                    "Trust whoever answers",
                ))
                .arg(text("node-name", "This node's name"))
                .arg(text("cri-socket", "The container runtime's socket; kadm's own runtime without it"))
                .arg(list(
                    "ignore-preflight-errors",
                    "Checks whose failure is only warned of; 'all' for every one",
                ))
                .arg(flags::boolean(
                    "control-plane",
                    false,
                    "Join as a further control-plane node (not built yet)",
                )),
        )
        .subcommand(
            Command::new("reset")
                .about("Take back everything that init or join have done on this machine")
                .arg(Arg::new("force").short('f').long("force").action(ArgAction::SetTrue).help("Do not ask"))
                .arg(text(
                    "cri-socket",
                    "The container runtime's socket; without it, the one that the kubelet uses",
                )),
        )
        .subcommand(
            Command::new("token")
                .about("Manage bootstrap tokens")
                .subcommand_required(true)
                .subcommand(
                    Command::new("create")
                        .about("Create a token on the server")
                        .arg(Arg::new("token").help("The token; a random one without it"))
                        .arg(text("ttl", "How long it holds; 0 for ever").value_parser(flags::parse_duration))
                        .arg(text("description", "What it is for, for people"))
                        .arg(list("groups", "The groups of who uses it"))
                        .arg(list("usages", "signing, authentication"))
                        .arg(flags::boolean(
                            "print-join-command",
                            false,
                            "Print the whole line with which a node joins",
                        )),
                )
                .subcommand(Command::new("list").about("List the tokens on the server"))
                .subcommand(
                    Command::new("delete")
                        .about("Delete tokens")
                        .arg(Arg::new("token").required(true).num_args(1..)),
                )
                .subcommand(Command::new("generate").about("Print a random token without creating it")),
        )
        .subcommand(
            Command::new("config").about("Show configuration").subcommand_required(true).subcommand(
                Command::new("print")
                    .about("Print configuration")
                    .subcommand_required(true)
                    .subcommand(
                        Command::new("init-defaults")
                            .about("Print the default InitConfiguration and ClusterConfiguration"),
                    )
                    .subcommand(Command::new("join-defaults").about("Print the default JoinConfiguration")),
            ),
        )
        .subcommand(
            Command::new("install").about("Install the executable and its names").arg(
                text("prefix", "Where to")
                    .value_parser(clap::value_parser!(PathBuf))
                    .default_value(install::PREFIX),
            ),
        )
        .subcommand(
            Command::new("version").about("Print the version").arg(
                Arg::new("output")
                    .short('o')
                    .long("output")
                    .value_parser(["short", "yaml", "json"])
                    .help("Output format"),
            ),
        )
}

/// Runs kadm; `args` begin with the program's name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    let matches = match flags::parse(command(), args) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    component::logging::init(matches.get_one::<u8>("v").copied().unwrap_or_default());
    component::tls::install_crypto();
    match dispatch(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(1)
        }
    }
}

fn dispatch(matches: &ArgMatches) -> Result<()> {
    match matches.subcommand() {
        Some(("init", matches)) => match matches.subcommand() {
            Some(("phase", matches)) => phase(matches),
            _ => init::run(&Init::load(matches)?, !matches.get_flag("skip-token-print")),
        },
        Some(("join", matches)) => {
            if matches.get_flag("control-plane") {
                bail!("joining as a control-plane node is not built yet; this node can join as a worker");
            }
            join::run(&join::load(matches)?)
        }
        Some(("reset", matches)) => {
            reset::run(matches.get_flag("force"), matches.get_one::<String>("cri-socket").cloned())
        }
        Some(("token", matches)) => token::run(matches),
        Some(("config", matches)) => {
            let defaults = matches.subcommand().and_then(|(_, print)| print.subcommand_name());
            print!(
                "{}",
                if defaults == Some("join-defaults") {
                    config::join_defaults()
                } else {
                    config::init_defaults()
                }
            );
            Ok(())
        }
        Some(("install", matches)) => {
            let prefix =
                matches.get_one::<PathBuf>("prefix").map_or(Path::new(install::PREFIX), PathBuf::as_path);
            let done = install::install(prefix)?;
            println!(
                "{} {}/bin",
                if done { "Installed kadm and its programs in" } else { "All is installed already in" },
                prefix.display()
            );
            Ok(())
        }
        Some(("version", matches)) => version(matches.get_one::<String>("output").map(String::as_str)),
        _ => Ok(()),
    }
}

fn phase(matches: &ArgMatches) -> Result<()> {
    let (name, matches) = matches.subcommand().context("name a phase")?;
    let found = phases::find(name).with_context(|| format!("there is no phase {name:?}"))?;
    match matches.subcommand() {
        None | Some(("all", _)) => {
            let matches = matches.subcommand().map_or(matches, |(_, inner)| inner);
            (found.run)(&Init::load(matches)?)
        }
        Some((part, matches)) => {
            let init = Init::load(matches)?;
            match name {
                "certs" if part == "sa" => phases::certs::service_account(&init.cert_dir),
                "certs" => {
                    let (name, signer) = phases::certs::NAMES
                        .iter()
                        .find(|(name, _)| name.replace('/', "-") == part)
                        .context("there is no such certificate")?;
                    phases::certs::one(&init, name, *signer)
                }
                "kubeconfig" => phases::kubeconfig::one(&init, &format!("{part}.conf")),
                "control-plane" => phases::control_plane::one(&init, &format!("kube-{part}")),
                "addon" if part == "kube-proxy" => phases::addons::proxy(&init),
                "addon" if part == "kube-cni" => phases::addons::network(&init),
                _ => phases::addons::dns(&init),
            }
        }
    }
}

fn version(output: Option<&str>) -> Result<()> {
    let value = serde_json::json!({"clientVersion": {
        "gitVersion": component::KUBERNETES_VERSION, "kadmVersion": env!("CARGO_PKG_VERSION"),
        "platform": format!("linux/{}", std::env::consts::ARCH), "etcdVersion": component::ETCD_VERSION,
    }});
    match output {
        Some("short") => println!("{}", component::KUBERNETES_VERSION),
        Some("json") => println!("{}", serde_json::to_string_pretty(&value)?),
        Some("yaml") => print!("{}", serde_yaml::to_string(&value)?),
        _ => println!(
            "kadm version: {} (Kubernetes {}, etcd {})",
            env!("CARGO_PKG_VERSION"),
            component::KUBERNETES_VERSION,
            component::ETCD_VERSION
        ),
    }
    Ok(())
}
