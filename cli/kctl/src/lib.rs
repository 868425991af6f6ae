//! `kctl` controls a Kubernetes cluster, as kubectl does: same commands, flags, outputs and exit
//! codes, on our clusters and on anyone's.

mod apply;
mod command;
mod complete;
mod connect;
mod discovery;
mod examples;
mod flags;
mod kustomize;
mod manifest;
mod memory;
mod metrics;
mod preferences;
mod print;
mod select;
mod terminal;
mod usage;
mod verbose;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Command;

/// kctl's commands and flags.
pub fn command() -> Command {
    examples::attach(command_with(|_| true), "")
}

/// The same with some of the commands: making all of them takes longer than most commands run.
fn command_with(wanted: impl Fn(&str) -> bool) -> Command {
    let mut root = Command::new("kctl")
        .about("Controls a Kubernetes cluster")
        .subcommand_required(true)
        .arg_required_else_help(true)
        // Of a flag that is given twice the last counts.
        .args_override_self(true)
        .args(flags::global());
    for found in command::ALL.iter().filter(|found| wanted(found.name)) {
        root = root.subcommand(command::record::with_flag(found.name, (found.define)()));
    }
    root
}

/// Runs kctl; `args` begin with the program's name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    // `kctl get … | head`: end quietly with the pipe, as every command-line tool does.
    // SAFETY: no handler is installed, only the kernel's default put back.
    let _ = unsafe {
        nix::sys::signal::signal(nix::sys::signal::Signal::SIGPIPE, nix::sys::signal::SigHandler::SigDfl)
    };
    if let [_, word, rest @ ..] = args.as_slice()
        && let Some(describe) = completing(word)
    {
        return complete(rest, describe);
    }
    let mut args = args;
    let program = args.first().cloned().unwrap_or_default();
    let mut words: Vec<String> = args.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(file) = preferences::missing(&words) {
        let said = format!("error kuberc: open {}: no such file or directory", file.display());
        eprintln!("error occurred while applying preferences kuberc {said}");
        return ExitCode::from(1);
    }
    if let Some(file) = preferences::path(&words).filter(|file| file.exists()) {
        match preferences::Preferences::read(&file) {
            Ok(found) => {
                if let Err(why) = found.plugins().check() {
                    eprintln!("error occurred while applying preferences {why}");
                    return ExitCode::from(1);
                }
                words = found.apply(&command(), words);
                args = words.iter().map(OsString::from).collect();
            }
            Err(error) => eprintln!("Warning: {error:#}"),
        }
    }
    // Making the whole tree takes memory and time; most first words are commands' own names.
    let known = |word: &str| {
        command::ALL.iter().any(|entry| entry.name == word)
            || word == "help"
            || command().find_subcommand(word).is_some()
    };
    if let Some(error) = command::plugin::dispatch(&words, known) {
        eprintln!("error: {error:#}");
        return ExitCode::from(1);
    }
    let matches = match parse(args) {
        Ok(matches) => matches,
        Err(code) => return code,
    };
    command::record::begin(&program, &matches);
    let Some((name, inner)) = matches.subcommand() else { return ExitCode::SUCCESS };
    let Some(found) = command::ALL.iter().find(|found| found.name == name) else {
        return ExitCode::from(1);
    };
    // To `debug` a profile is something else.
    if name != "debug"
        && let Err(error) = flags::check_profile(leaf(inner))
    {
        return report(&error, &usage::path(&matches));
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::from(1);
        }
    };
    let session = connect::Session::new(&matches);
    let local = command::LOCAL.contains(&name) || (name == "version" && flags::is(inner, "client"));
    let outcome = runtime.block_on(async {
        if !local {
            session.check_version().await?;
        }
        (found.run)(session, inner.clone()).await
    });
    // A read from the terminal may still be waiting in a thread.
    runtime.shutdown_background();
    let code = match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => report(&error, &usage::path(&matches)),
    };
    connect::warned(flags::is(inner, "warnings-as-errors")).unwrap_or(code)
}

/// What was given to the command within commands.
fn leaf(mut matches: &clap::ArgMatches) -> &clap::ArgMatches {
    while let Some((_, inner)) = matches.subcommand() {
        matches = inner;
    }
    matches
}

/// Whether a first word asks for completion, and for meanings beside words.
fn completing(word: &std::ffi::OsStr) -> Option<bool> {
    match word.to_str() {
        Some("__complete") => Some(true),
        Some("__completeNoDesc") => Some(false),
        _ => None,
    }
}

fn complete(words: &[OsString], describe: bool) -> ExitCode {
    let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let mut root = command();
    // Flags of all commands are those of each.
    root.build();
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(complete::run(&root, &words, describe)),
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::from(1);
        }
    }
    ExitCode::SUCCESS
}

/// The script that has a shell complete kctl's commands, if it is one that we know.
pub fn completion_script(shell: &str) -> Option<&'static str> {
    complete::scripts::of(shell)
}

fn parse(args: Vec<OsString>) -> Result<clap::ArgMatches, ExitCode> {
    let words: Vec<String> = args.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let named = |name: &str| words.iter().any(|word| word == name);
    if command::ALL.iter().any(|entry| named(entry.name))
        && let Ok(matches) = command_with(named).try_get_matches_from(&args)
    {
        return Ok(matches);
    }
    // What is wrong is told by all that there is.
    let root = command();
    root.clone().try_get_matches_from(args).map_err(|error| {
        use clap::error::ErrorKind;
        match error.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            | ErrorKind::MissingSubcommand => {
                if error.kind() != ErrorKind::MissingSubcommand {
                    print!("{}", error.render());
                    return ExitCode::SUCCESS;
                }
                let mut here = root.clone();
                let mut path = Vec::new();
                for word in words.iter().skip(1).filter(|word| !word.starts_with('-')) {
                    if let Some(found) = here.find_subcommand(word) {
                        here = found.clone();
                        path.push(word.as_str());
                    }
                }
                // A group without its command is a mistake; one of them is lenient, as in kubectl.
                if let ["certificate"] = path.as_slice() {
                    print!("{}", here.render_help());
                    return ExitCode::SUCCESS;
                }
                eprint!("{}", here.render_help());
                ExitCode::from(1)
            }
            _ => {
                eprintln!("{}", usage::explain(&root, &words, &error));
                // One is `diff`'s word for a difference.
                let diff = words
                    .iter()
                    .filter(|word| !word.starts_with('-'))
                    .nth(1)
                    .is_some_and(|word| word == "diff");
                ExitCode::from(if diff { 2 } else { 1 })
            }
        }
    })
}

/// Prints an error; the exit code is somebody else's matter.
pub(crate) fn report_plainly(error: &anyhow::Error) {
    let _ = report(error, "kctl");
}

/// Prints an error as kubectl does, and gives the exit code.
fn report(error: &anyhow::Error, path: &str) -> ExitCode {
    if let Some(io) = error.downcast_ref::<std::io::Error>()
        && io.kind() == std::io::ErrorKind::BrokenPipe
    {
        // Whoever read our output has seen enough.
        return ExitCode::SUCCESS;
    }
    if let Some(command::Silent(code)) = error.downcast_ref() {
        return ExitCode::from(*code);
    }
    if let Some(usage) = error.downcast_ref::<usage::Usage>() {
        eprintln!("error: {usage}\nSee '{path} -h' for help and examples");
        return ExitCode::from(1);
    }
    if let Some(plain) = error.downcast_ref::<usage::Plain>() {
        eprintln!("{plain}");
        return ExitCode::from(1);
    }
    match error.downcast_ref::<client::Error>() {
        Some(client::Error::Status(status)) => eprintln!("{}", server_message(status)),
        Some(client::Error::Transport(transport)) => eprintln!("{}", unreachable(transport)),
        Some(error @ client::Error::Credentials(_)) => eprintln!("Unable to connect to the server: {error}"),
        _ => eprintln!("error: {error:#}"),
    }
    ExitCode::from(1)
}

/// Why there was no answer.
fn unreachable(transport: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = transport;
    let mut refused = false;
    while let Some(next) = cause.source() {
        cause = next;
        refused |= cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionRefused);
    }
    let server = transport
        .downcast_ref::<client::rest::TransportError>()
        .and_then(|error| error.url())
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default();
    let server = server.trim_start_matches("https://").trim_start_matches("http://");
    if refused {
        return format!(
            "The connection to the server {server} was refused - did you specify the right host or port?"
        );
    }
    let cause = cause.to_string();
    let said = if cause.contains("InvalidContentType") {
        // TLS was begun, and what came back is none.
        "http: server gave HTTP response to HTTPS client"
    } else if cause.contains("closed before message completed") {
        "EOF"
    } else {
        &cause
    };
    format!("Unable to connect to the server: {said}")
}

/// `Error from server (NotFound): pods "x" not found`
pub(crate) fn server_message(status: &client::Status) -> String {
    let unauthorized = status.code == 401;
    if unauthorized {
        return "error: You must be logged in to the server (Unauthorized)".into();
    }
    if status.reason == "Invalid" {
        let details = status.details.clone().unwrap_or_default();
        let head = if details.kind.is_empty() && details.name.is_empty() {
            "The request is invalid".to_string()
        } else {
            format!("The {} {:?} is invalid", details.kind, details.name)
        };
        let causes: Vec<String> = details
            .causes
            .iter()
            .map(|cause| {
                if cause.field.is_empty() {
                    cause.message.clone()
                } else {
                    format!("{}: {}", cause.field, cause.message)
                }
            })
            .collect();
        return match causes.as_slice() {
            [] => format!("{head}: {}", status.message),
            [one] => format!("{head}: {one}"),
            several => format!("{head}: \n* {}", several.join("\n* ")),
        };
    }
    match status.reason.as_str() {
        "" => format!("Error from server: {}", status.message),
        reason => format!("Error from server ({reason}): {}", status.message),
    }
}
