//! What is wrong with a command line, in etcdctl's words and with its exit codes.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What commands say that got too few arguments, or too many.
const ARGUMENTS: &[(&str, &str)] = &[
    ("get", "get command needs one argument as key and an optional argument as range_end"),
    ("put", "put command needs 1 argument and input from stdin or 2 arguments"),
    ("del", "del command needs one argument as key and an optional argument as range_end"),
    ("compaction", "compaction command needs 1 argument"),
    ("lease grant", "lease grant command needs TTL argument"),
    ("lease revoke", "lease revoke command needs 1 argument"),
    ("lease timetolive", "lease timetolive command needs lease ID as argument"),
    ("lease keep-alive", "lease keep-alive command needs lease ID as argument"),
    ("txn", "txn command does not accept argument"),
    ("snapshot save", "snapshot save expects one argument"),
    ("snapshot status", "snapshot status requires exactly one argument"),
    ("snapshot restore", "snapshot restore requires exactly one argument"),
    ("member add", "member name not provided"),
    ("member remove", "member ID is not provided"),
    ("member update", "member ID is not provided"),
    ("member promote", "member ID is not provided"),
    ("move-leader", "move-leader command needs 1 argument"),
    ("user add", "user add command requires user name as its argument"),
    ("user delete", "user delete command requires user name as its argument"),
    ("user get", "user get command requires user name as its argument"),
    ("user passwd", "user passwd command requires user name as its argument"),
    ("user grant-role", "user grant command requires user name and role name as its argument"),
    ("user revoke-role", "user revoke-role requires user name and role name as its argument"),
    ("role add", "role add command requires role name as its argument"),
    ("role delete", "role delete command requires role name as its argument"),
    ("role get", "role get command requires role name as its argument"),
    ("lock", "lock takes one lock name argument and an optional command to execute"),
    ("elect", "elect takes one election name argument and an optional proposal argument"),
    ("make-mirror", "make-mirror takes one destination argument"),
];

/// The command that the arguments name: `lease grant`.
fn path(args: &[OsString]) -> String {
    let mut command = crate::command();
    command.build();
    let mut path: Vec<String> = Vec::new();
    let mut words = args.iter().skip(1).map(|arg| arg.to_string_lossy());
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix("--") {
            // A flag with its value in the next word.
            let takes = command.get_arguments().any(|arg| {
                arg.get_long() == Some(name)
                    && arg.get_action().takes_values()
                    && !arg.is_require_equals_set()
            });
            if takes {
                words.next();
            }
            continue;
        }
        match command.find_subcommand(word.as_ref()).cloned() {
            Some(found) => {
                path.push(word.into_owned());
                command = found;
            }
            None => break,
        }
    }
    path.join(" ")
}

/// Prints what is wrong.
pub(crate) fn refuse(error: &clap::Error, args: &[OsString]) -> ExitCode {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    };
    let path = path(args);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let of = if path.is_empty() { "ectl".into() } else { format!("ectl {path}") };
            let name = context(ContextKind::InvalidSubcommand);
            eprintln!("Error: unknown command {name:?} for {of:?}\nRun 'ectl --help' for usage.");
            return ExitCode::from(1);
        }
        ErrorKind::UnknownArgument if context(ContextKind::InvalidArg).starts_with('-') => {
            eprintln!("Error: unknown flag: {}", context(ContextKind::InvalidArg));
            return ExitCode::from(1);
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = context(ContextKind::InvalidValue);
            let flag = context(ContextKind::InvalidArg);
            let known = [("--order", "bad sort order"), ("--sort-by", "bad sort target")];
            if let Some((_, what)) = known.iter().find(|(name, _)| flag.starts_with(name)) {
                eprintln!("Error: {what} {value}");
                return ExitCode::from(4);
            }
            if flag.starts_with("--consistency") {
                eprintln!("Error: unknown consistency flag {value:?}");
                return ExitCode::from(4);
            }
        }
        ErrorKind::MissingRequiredArgument | ErrorKind::UnknownArgument | ErrorKind::TooManyValues => {
            if let Some((_, message)) = ARGUMENTS.iter().find(|(command, _)| *command == path) {
                eprintln!("Error: {message}");
                return ExitCode::from(128);
            }
        }
        _ => {}
    }
    // A closed pipe is not worth a second error.
    let _ = error.print();
    ExitCode::from(128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_behind_flags() {
        let path = |words: &[&str]| path(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(path(&["ectl", "--endpoints", "x", "lease", "grant", "5"]), "lease grant");
        assert_eq!(path(&["ectl", "--hex", "get", "get"]), "get");
        assert_eq!(path(&["ectl"]), "");
    }

    #[test]
    fn every_message_is_of_a_command() {
        for (command, _) in ARGUMENTS {
            let words: Vec<OsString> =
                ["ectl"].into_iter().chain(command.split(' ')).map(Into::into).collect();
            assert_eq!(path(&words), *command);
        }
    }
}
