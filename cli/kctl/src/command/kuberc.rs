//! `kctl kuberc`: what a user prefers, and which programs may give credentials.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};
use client::credentials::{ALLOW_ALL, ALLOWLIST, DENY_ALL};

use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::preferences::{Alias, AllowlistEntry, Default_, Flag, Preferences, VERSION, path};
use crate::print::{Printer, sorted};

const DEFAULTS: &str = "defaults";
const ALIASES: &str = "aliases";
const CREDENTIALS: &str = "credentialplugin";

/// The flags.
pub fn define() -> Command {
    let repeated = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::Append).allow_hyphen_values(true)
    };
    Command::new("kuberc")
        .about("Manage user preferences (kuberc) file")
        .arg(flags::forgotten())
        .subcommand(
            Command::new("set")
                .about("Set values in the kuberc file")
                .arg(flags::text("section", "defaults, aliases or credentialplugin"))
                .arg(flags::text("command", "The command that is configured, such as 'set image'"))
                .arg(flags::text("name", "The alias's name"))
                .arg(flags::text(
                    "policy",
                    "Which programs may give credentials: AllowAll, DenyAll or Allowlist",
                ))
                .arg(repeated(
                    "allowlist-entry",
                    "A program that may give credentials, as command=NAME or PATH",
                ))
                .arg(repeated("option", "A flag's default, as flag=value"))
                .arg(repeated("prependarg", "With aliases, an argument before the user's"))
                .arg(repeated("appendarg", "With aliases, an argument after the user's"))
                .arg(flags::boolean("overwrite", false, "Allow to replace what is there")),
        )
        .subcommand(
            Command::new("view").about("Display the contents of the kuberc file").args(flags::output()),
        )
}

fn file(matches: &ArgMatches) -> Result<PathBuf> {
    if let Some(path) = get(matches, "kuberc").filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    match path(&[]) {
        Some(path) => Ok(path),
        None => bail!("kuberc is turned off by KUBERC=off or KUBECTL_KUBERC=false"),
    }
}

/// Runs it.
pub async fn run(_session: &Session, matches: &ArgMatches) -> Result<u8> {
    match matches.subcommand() {
        Some(("view", inner)) => view(inner),
        Some((_, inner)) => set(inner),
        None => {
            print!("{}", crate::usage::help(&["kuberc"]));
            Ok(0)
        }
    }
}

fn view(matches: &ArgMatches) -> Result<u8> {
    let path = file(matches)?;
    if !path.exists() {
        bail!("no kuberc file found at {}", path.display());
    }
    let held = Preferences::read(&path)?;
    let whole = serde_json::to_value(&held)?;
    match Printer::of(matches)? {
        Some(mut printer) => {
            printer.ordered = true;
            printer.object(&whole)?;
        }
        None => print!("{}", yaml::document(&sorted(&whole))),
    }
    Ok(0)
}

/// What the flags of `set` say that can't be.
fn check(matches: &ArgMatches) -> Result<()> {
    let text = |flag: &str| get(matches, flag).unwrap_or_default();
    let (section, policy, entries) = (text("section"), text("policy"), all(matches, "allowlist-entry"));
    match section {
        "" => bail!("required flag(s) \"section\" not set"),
        DEFAULTS if !text("name").is_empty() => {
            bail!("--name should not be specified when --section=defaults")
        }
        DEFAULTS if !all(matches, "prependarg").is_empty() || !all(matches, "appendarg").is_empty() => {
            bail!("--prependarg and --appendarg are only valid for --section=aliases")
        }
        ALIASES if text("name").is_empty() => bail!("--name is required when --section=aliases"),
        DEFAULTS | ALIASES if text("command").is_empty() => {
            bail!("--command is required when --section=aliases or --section=defaults")
        }
        DEFAULTS | ALIASES => Ok(()),
        CREDENTIALS => match policy {
            "" => bail!("--policy is required when --section=credentialplugin"),
            ALLOW_ALL | DENY_ALL if !entries.is_empty() => bail!(
                "--allowlist-entry may only be used when --section=credentialplugin and --policy=Allowlist"
            ),
            ALLOWLIST if entries.is_empty() => {
                bail!("--allowlist-entry is required when --section=credentialplugin and --policy=Allowlist")
            }
            ALLOW_ALL | DENY_ALL | ALLOWLIST => Ok(()),
            other => bail!("invalid value for --policy: {other:?}"),
        },
        other => bail!("--section must be \"defaults\", \"aliases\", or \"credentialplugin\", got: {other}"),
    }
}

/// The programs of `--allowlist-entry`.
fn entries(texts: &[String]) -> Result<Vec<AllowlistEntry>> {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for part in texts.iter().flat_map(|text| text.split(',')) {
        match part.split_once('=') {
            None => errors.push(format!("improperly formatted allowlist entry: {part:?}")),
            Some(("name", _)) => {
                errors.push("allowlist entry field \"name\" is deprecated, use \"command\" instead".into());
            }
            Some(("command", program)) if program.trim().is_empty() => {
                errors.push("empty value in allowlist entry for field \"command\"".into());
            }
            Some(("command", program)) => found.push(AllowlistEntry { command: program.into() }),
            Some((field, _)) => errors.push(format!("unrecognized allowlist entry field: {field:?}")),
        }
    }
    if errors.is_empty() { Ok(found) } else { bail!("{}", errors.join("\n")) }
}

/// What is new if it is given, else what is there.
fn or<T>(new: Vec<T>, held: Vec<T>) -> Vec<T> {
    if new.is_empty() { held } else { new }
}

fn set(matches: &ArgMatches) -> Result<u8> {
    check(matches)?;
    let text = |flag: &str| get(matches, flag).unwrap_or_default().to_string();
    let (command, name, overwrite) = (text("command"), text("name"), is(matches, "overwrite"));
    let mut options = Vec::new();
    for pair in all(matches, "option") {
        let Some((name, default)) = pair.split_once('=') else {
            bail!("invalid option format {pair:?}, expected flag=value");
        };
        options.push(Flag { name: name.trim_start_matches('-').into(), default: default.into() });
    }
    let path = file(matches)?;
    let mut held = Preferences::read(&path)?;
    held.kind = "Preference".into();
    held.api_version = VERSION.into();
    match text("section").as_str() {
        DEFAULTS => match held.defaults.iter_mut().find(|entry| entry.command == command) {
            Some(_) if !overwrite => {
                bail!("defaults for command {command:?} already exist, use --overwrite to replace")
            }
            Some(entry) => entry.options = or(options, std::mem::take(&mut entry.options)),
            None => held.defaults.push(Default_ { command, options }),
        },
        ALIASES => {
            let (prepend_args, append_args) = (all(matches, "prependarg"), all(matches, "appendarg"));
            match held.aliases.iter_mut().find(|entry| entry.name == name) {
                Some(_) if !overwrite => bail!("alias {name:?} already exists, use --overwrite to replace"),
                Some(entry) => {
                    let before = std::mem::take(entry);
                    *entry = Alias {
                        name,
                        command,
                        prepend_args: or(prepend_args, before.prepend_args),
                        append_args: or(append_args, before.append_args),
                        options: or(options, before.options),
                    };
                }
                None => held.aliases.push(Alias { name, command, prepend_args, append_args, options }),
            }
        }
        _ => {
            held.credential_plugin_policy = text("policy");
            if held.credential_plugin_policy == ALLOWLIST {
                held.credential_plugin_allowlist = Some(entries(&all(matches, "allowlist-entry"))?);
            }
        }
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    std::fs::write(&path, yaml::document(&sorted(&serde_json::to_value(&held)?)))
        .with_context(|| format!("cannot write {}", path.display()))?;
    println!("Updated {}", path.display());
    Ok(0)
}
