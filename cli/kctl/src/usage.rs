//! Command lines that can't be: what is said is what kubectl says.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command};

use crate::discovery::distance;

/// A mistake in how a command was called; the report adds where to find its help.
#[derive(Debug)]
pub struct Usage(pub String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Words that are printed as they are, without `error: ` before them.
#[derive(Debug)]
pub struct Plain(pub String);

impl std::fmt::Display for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Plain {}

/// What the system says of a file, as Go has it: in small letters and without its number.
pub fn of_system(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

/// An error that is about how the command was called.
pub fn usage(text: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Usage(text.into()))
}

/// `kctl create secret tls`: the command that was run.
pub fn path(matches: &ArgMatches) -> String {
    let mut path = String::from("kctl");
    let mut here = matches;
    while let Some((name, inner)) = here.subcommand() {
        path.push(' ');
        path.push_str(name);
        here = inner;
    }
    path
}

/// A command's help, by its words after `kctl`.
pub fn help(words: &[&str]) -> String {
    let mut root = crate::command();
    root.build();
    let mut here = root;
    for word in words {
        match here.find_subcommand(word).cloned() {
            Some(found) => here = found,
            None => break,
        }
    }
    here.render_help().to_string()
}

/// The command that `args` are about, as far as its words are known, and its path.
fn known<'a>(root: &'a Command, args: &[String]) -> (&'a Command, String) {
    let (mut command, mut path) = (root, String::from("kctl"));
    for word in args.iter().skip(1).filter(|word| !word.starts_with('-')) {
        if let Some(found) = command.find_subcommand(word) {
            command = found;
            path.push(' ');
            path.push_str(found.get_name());
        }
    }
    (command, path)
}

fn text(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(list)) => list.join(", "),
        _ => String::new(),
    }
}

/// Says what is wrong with a command line.
pub fn explain(root: &Command, args: &[String], error: &clap::Error) -> String {
    let (command, path) = known(root, args);
    let flags = if path.ends_with(" diff") {
        format!("See '{path} -h' for help and examples")
    } else {
        format!("See '{path} --help' for usage.")
    };
    let help = format!("See '{path} -h' for help and examples");
    let value = text(error, ContextKind::InvalidValue);
    let argument = text(error, ContextKind::InvalidArg);
    // `--image <image>`: the flag without its value.
    let flag = argument.split([' ', '=', '[']).next().unwrap_or_default().to_string();
    match error.kind() {
        ErrorKind::UnknownArgument if flag.starts_with("--") => {
            let near = command
                .get_arguments()
                .chain(root.get_arguments())
                .filter_map(clap::Arg::get_long)
                .map(|long| (distance(long, flag.trim_start_matches('-')), long))
                .filter(|(distance, _)| *distance <= 2)
                .min();
            let hint = near.map(|(_, long)| format!("\nDid you mean --{long}?")).unwrap_or_default();
            format!("error: unknown flag: {flag}{hint}\n{flags}")
        }
        ErrorKind::UnknownArgument if flag.starts_with('-') => {
            let letter = flag.chars().nth(1).unwrap_or(' ');
            let word = args
                .iter()
                .find(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(letter));
            format!("error: unknown shorthand flag: {letter:?} in {}\n{flags}", word.unwrap_or(&flag))
                .replacen('"', "'", 2)
        }
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand => {
            let word =
                if argument.is_empty() { text(error, ContextKind::InvalidSubcommand) } else { argument };
            unknown_command(root, command, &path, (args, &word), &help)
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = match error.get(ContextKind::InvalidArg) {
                Some(ContextValue::Strings(list)) => list.clone(),
                _ => vec![argument],
            };
            let (options, words): (Vec<_>, Vec<_>) = missing.iter().partition(|name| name.starts_with("--"));
            if options.is_empty() {
                let word = words.first().map_or("", |word| word.trim_matches(['<', '>', '.']));
                return format!("error: exactly one {word} is required, got 0\n{help}");
            }
            let names: Vec<String> = options
                .iter()
                .map(|name| {
                    format!("{:?}", name.split([' ', '=']).next().unwrap_or_default().trim_start_matches('-'))
                })
                .collect();
            format!("error: required flag(s) {} not set", names.join(", "))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => {
            // A letter at the end of others is told of with them.
            let short = short(root, command, &flag);
            let cluster = |word: &&String| {
                !word.starts_with("--")
                    && word.starts_with('-')
                    && short.is_some_and(|short| word.ends_with(short))
            };
            match args.last().filter(cluster) {
                Some(word) => {
                    let letter = word.chars().last().unwrap_or_default();
                    format!("error: flag needs an argument: '{letter}' in {word}\n{flags}")
                }
                None => format!("error: flag needs an argument: {flag}\n{flags}"),
            }
        }
        ErrorKind::InvalidValue => {
            let valid = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(list)) if !list.is_empty() => {
                    format!(": must be one of {}", list.join(", "))
                }
                _ => String::new(),
            };
            format!(
                "error: invalid argument {value:?} for {:?} flag{valid}\n{flags}",
                named(root, command, &flag)
            )
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            if ["--dry-run", "--validate"].contains(&flag.as_str()) {
                return format!("error: {why}");
            }
            format!(
                "error: invalid argument {value:?} for {:?} flag: {why}\n{flags}",
                named(root, command, &flag)
            )
        }
        _ => {
            let rendered = error.render().to_string();
            let first = rendered.lines().next().unwrap_or_default().trim_start_matches("error: ");
            format!("error: {first}\n{flags}")
        }
    }
}

/// A flag's letter.
fn short(root: &Command, command: &Command, flag: &str) -> Option<char> {
    let mut all = command.get_arguments().chain(root.get_arguments());
    all.find(|arg| arg.get_long() == Some(flag.trim_start_matches('-'))).and_then(clap::Arg::get_short)
}

/// A flag as kubectl names it: `-w, --watch`.
fn named(root: &Command, command: &Command, flag: &str) -> String {
    short(root, command, flag).map_or_else(|| flag.to_string(), |letter| format!("-{letter}, {flag}"))
}

fn unknown_command(
    root: &Command,
    command: &Command,
    path: &str,
    (args, word): (&[String], &str),
    help: &str,
) -> String {
    if ["apply", "create", "diff"].contains(&command.get_name()) {
        let from = args.iter().position(|arg| arg == word).unwrap_or(args.len());
        let rest: Vec<&str> =
            args[from..].iter().map(String::as_str).filter(|arg| !arg.starts_with('-')).collect();
        return format!("error: Unexpected args: [{}]\n{help}", rest.join(" "));
    }
    if command.get_name() == "exec" {
        let text = "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead";
        return format!("error: {text}\n{help}");
    }
    if command.get_name() != root.get_name() && !command.has_subcommands() {
        return format!("error: unexpected arguments: [{word}]\n{help}");
    }
    if command.get_name() != root.get_name() {
        return format!("error: unknown command {word:?}\n{help}");
    }
    let near: Vec<&str> = root
        .get_subcommands()
        .map(Command::get_name)
        .filter(|name| distance(name, &word.to_lowercase()) <= 2 || name.starts_with(&word.to_lowercase()))
        .collect();
    let mut said = format!("error: unknown command {word:?} for {path:?}");
    if !near.is_empty() {
        said.push_str(&format!("\n\nDid you mean this?\n\t{}", near.join("\n\t")));
    }
    said
}
