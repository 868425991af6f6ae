//! ectl: a client of etcd v3 with etcdctl's and etcdutl's commands, flags, output and exit codes.
//!
//! Without `--endpoints` on a control-plane machine (where
//! /etc/kubernetes/pki/etcd/healthcheck-client.{crt,key} can be read) it talks to that machine's
//! etcd over TLS, so that `ectl get /registry --prefix --keys-only` works as it stands.

mod auth;
mod check;
mod commands;
mod connect;
mod discovery;
mod file;
mod json;
mod lock;
mod maintenance;
mod member;
mod metrics;
mod mirror;
mod output;
mod snapshot;
mod terminal;
mod txn;
mod usage;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use component::flags::{boolean, parse_duration};

/// What ended a command early, with etcdctl's exit code for it.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// The server refused or failed.
    pub(crate) fn error(message: impl ToString) -> Self {
        Self { code: 1, message: message.to_string() }
    }
    /// No server answered.
    pub(crate) fn connection(message: impl ToString) -> Self {
        Self { code: 2, message: message.to_string() }
    }
    /// The input makes no sense.
    pub(crate) fn input(message: impl ToString) -> Self {
        Self { code: 3, message: message.to_string() }
    }
    /// Something was begun and is not complete.
    pub(crate) fn interrupted(message: impl ToString) -> Self {
        Self { code: 5, message: message.to_string() }
    }
    /// A file can't be read or written.
    pub(crate) fn io(message: impl ToString) -> Self {
        Self { code: 6, message: message.to_string() }
    }
    /// The arguments are wrong.
    pub(crate) fn args(message: impl ToString) -> Self {
        Self { code: 128, message: message.to_string() }
    }
}

impl From<tonic::Status> for Failure {
    fn from(status: tonic::Status) -> Self {
        // etcd's own messages are sentences; others need their code to be understood.
        if status.message().starts_with("etcdserver:") {
            Self::error(status.message())
        } else if status.code() == tonic::Code::Unavailable {
            Self::connection(format!("the server can't be reached: {}", status.message()))
        } else {
            Self::error(format!("{}: {}", status.code(), status.message()))
        }
    }
}

pub(crate) type Done = Result<(), Failure>;

fn global(name: &'static str, default: &'static str, help: &'static str) -> Arg {
    let environment = format!("ETCDCTL_{}", name.replace('-', "_").to_uppercase());
    let arg = Arg::new(name).long(name).help(help).global(true).env(environment).hide_env(true);
    if default.is_empty() { arg } else { arg.default_value(default) }
}

fn duration(name: &'static str, default: &'static str, help: &'static str) -> Arg {
    global(name, default, help).value_parser(parse_duration)
}

fn switch(name: &'static str, default: bool, help: &'static str) -> Arg {
    let environment = format!("ETCDCTL_{}", name.replace('-', "_").to_uppercase());
    boolean(name, default, help).global(true).env(environment).hide_env(true)
}

/// The program's flags and subcommands.
pub fn command() -> Command {
    Command::new("ectl")
        .about("A client of etcd v3")
        .version(component::ETCD_VERSION)
        .subcommand_required(true)
        .arg_required_else_help(true)
        // As etcdctl: the beginning of a name is enough when it is only one command's.
        .infer_subcommands(true)
        .arg(global("endpoints", "", "gRPC endpoints, comma-separated [default: 127.0.0.1:2379]"))
        .arg(global("cacert", "", "verify certificates of TLS-enabled secure servers using this CA bundle"))
        .arg(global("cert", "", "identify secure client using this TLS certificate file"))
        // Not named "key", as an argument of many commands is.
        .arg(global("tls-key", "", "identify secure client using this TLS key file").long("key").env("ETCDCTL_KEY"))
        .arg(switch("insecure-skip-tls-verify", false, "skip server certificate verification"))
        .arg(switch("insecure-transport", true, "disable transport security for client connections"))
        .arg(duration("dial-timeout", "2s", "dial timeout for client connections"))
        .arg(duration("command-timeout", "5s", "timeout for short running command"))
        .arg(duration("keepalive-time", "2s", "keepalive time for client connections"))
        .arg(duration("keepalive-timeout", "6s", "keepalive timeout for client connections"))
        .arg(
            global("write-out", "simple", "set the output format")
                .short('w')
                .value_parser(["fields", "json", "protobuf", "simple", "table"]),
        )
        .arg(global("as-user", "", "username[:password] for authentication (prompt if password is not supplied)")
            .long("user")
            .env("ETCDCTL_USER"))
        .arg(global(
            "password",
            "",
            "password for authentication (if this option is used, --user option shouldn't include password)",
        ))
        .arg(switch("hex", false, "print byte strings as hex encoded strings"))
        .arg(switch("debug", false, "say on standard error what is asked of which endpoint, and how long it took"))
        .arg(
            global("discovery-srv", "", "domain name to query for SRV records describing cluster endpoints").short('d'),
        )
        .arg(global("discovery-srv-name", "", "service name to query when using DNS discovery"))
        .arg(switch("insecure-discovery", true, "accept insecure SRV records describing cluster endpoints"))
        .subcommands(commands::commands())
        .subcommand(txn::command())
        .subcommand(watch::command())
        .subcommands(maintenance::commands())
        .subcommand(member::command())
        .subcommand(snapshot::command())
        .subcommands(auth::commands())
        .subcommands(lock::commands())
        .subcommand(mirror::command())
        .subcommand(check::command())
        .subcommands(file::commands())
        .subcommand(
            Command::new("completion")
                .about("Generate completion script")
                .arg(positional("shell", true).value_parser(["bash", "fish", "powershell", "zsh"])),
        )
        .subcommand(Command::new("version").about("Prints the version of ectl"))
        .after_help(
            "Without --endpoints, if /etc/kubernetes/pki/etcd/healthcheck-client.crt and its key can be read,\n\
             ectl uses https://127.0.0.1:2379 with them: the etcd of this control plane.\n\
             Every global flag can be given as an environment variable: --cacert is ETCDCTL_CACERT.",
        )
}

/// Runs the program; `args` begin with its name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    let matches = match command().try_get_matches_from(&args) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => return usage::refuse(&error, &args),
        Err(error) => {
            // Help, or the version. A closed pipe is not worth an error.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
    };
    match component::runtime::block_on(1, dispatch(&matches)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            if !failure.message.is_empty() {
                eprintln!("Error: {}", failure.message);
            }
            ExitCode::from(failure.code)
        }
        Err(error) => {
            eprintln!("Error: {error}");
            ExitCode::from(1)
        }
    }
}

async fn dispatch(matches: &ArgMatches) -> Done {
    let Some((name, sub)) = matches.subcommand() else { return Err(Failure::args("no command given")) };
    if name == "version" {
        println!("ectl version: {}\nAPI version: 3.6", component::ETCD_VERSION);
        return Ok(());
    }
    match name {
        "txn" => txn::run(sub).await,
        "watch" => watch::run(sub).await,
        "endpoint" | "alarm" | "defrag" | "move-leader" | "downgrade" => maintenance::run(name, sub).await,
        "member" => member::run(sub).await,
        "snapshot" => snapshot::run(sub).await,
        "auth" | "user" | "role" => auth::run(name, sub).await,
        "lock" | "elect" => lock::run(name, sub).await,
        "make-mirror" => mirror::run(sub).await,
        "check" => check::run(sub).await,
        "hashkv" | "migrate" => file::run(name, sub),
        "completion" => completion(sub),
        _ => commands::run(name, sub).await,
    }
}

fn completion(matches: &ArgMatches) -> Done {
    let shell = text(matches, "shell").unwrap_or_default();
    let shell: clap_complete::Shell = shell.parse().map_err(Failure::args)?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "ectl", &mut script);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &script).map_err(Failure::io)
}

/// A boolean flag of one command, with a default.
pub(crate) fn switch_here(name: &'static str, default: bool, help: &'static str) -> Arg {
    boolean(name, default, help)
}

/// A flag that is there or not.
pub(crate) fn toggle(name: &'static str, help: &'static str) -> Arg {
    boolean(name, false, help)
}

/// A positional argument.
pub(crate) fn positional(name: &'static str, required: bool) -> Arg {
    Arg::new(name).required(required).action(ArgAction::Set).allow_hyphen_values(false)
}

/// A flag's text.
pub(crate) fn text<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a str> {
    matches.try_get_one::<String>(name).ok().flatten().map(String::as_str)
}

/// A boolean flag.
pub(crate) fn on(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or_default()
}
