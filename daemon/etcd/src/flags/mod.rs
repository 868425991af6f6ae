//! etcd's flags and environment, and the validated configuration they make.

mod config;
mod rotation;
mod table;
#[cfg(test)]
mod tests;
mod urls;

use clap::{Arg, Command};
use component::flags::{boolean, value};

pub use config::{Config, SelfSigned};
pub use urls::{ListenUrl, members};

fn variable(flag: &str) -> String {
    format!("ETCD_{}", flag.replace('-', "_").to_uppercase())
}

/// The program's flags, for settings from a file.
pub fn without_environment() -> Command {
    command().mut_args(|arg| arg.env(None::<&str>))
}

/// The program's flags.
pub fn command() -> Command {
    let mut command = Command::new("etcd")
        .about("The etcd v3 key-value store")
        .version(component::ETCD_VERSION)
        // As Go's flags: the last one counts.
        .args_override_self(true);
    let mut add = |arg: Arg, name: &str| {
        let arg = arg.env(variable(name)).hide_env(true);
        command = std::mem::take(&mut command).arg(arg);
    };
    for (name, default, help) in table::VALUES {
        add(value(name, default, help), name);
    }
    for (name, default, help) in table::BOOLEANS {
        add(boolean(name, *default, help), name);
    }
    for (name, new) in table::RENAMED {
        add(Arg::new(*name).long(*name).help(format!("Deprecated; --{new}")), name);
    }
    for table::Unbuilt { name, taken, why } in table::UNBUILT {
        let default = taken.first().copied().unwrap_or_default();
        match default {
            "true" | "false" => add(boolean(name, default == "true", why).hide(true), name),
            _ => add(value(name, default, why).hide(true), name),
        }
    }
    command.after_help(
        "Every flag can be given as an environment variable too: --max-txn-ops is ETCD_MAX_TXN_OPS.\n\
         Further flags of etcd 3.6 are taken with their default values alone; others are refused, with the reason.",
    )
}

/// The subcommand of upstream's program that is not here.
pub fn subcommand(args: &[std::ffi::OsString]) -> Option<String> {
    let why = "`etcd grpc-proxy`: there is no proxy of requests here; name all members with --endpoints, or \
               put `etcd gateway start` in front of them";
    (args.get(1)? == "grpc-proxy").then(|| why.into())
}

/// Go's flag package takes `-name` as well as `--name`.
pub fn go_style(args: Vec<std::ffi::OsString>) -> Vec<std::ffi::OsString> {
    args.into_iter()
        .enumerate()
        .map(|(at, arg)| match arg.to_str() {
            Some(text) if at > 0 && text.len() > 2 && text.starts_with('-') && !text.starts_with("--") => {
                format!("-{text}").into()
            }
            _ => arg,
        })
        .collect()
}
