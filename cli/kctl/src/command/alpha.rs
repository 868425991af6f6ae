//! `kctl alpha kuberc`, and `kctl kustomize`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::preferences::{Alias, Default_, Flag, Preferences, VERSION, path};
use crate::print::{Printer, sorted, yaml};

/// The flags of `alpha`.
pub fn define() -> Command {
    let repeated = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::Append)
    };
    Command::new("alpha").about("Commands for features in alpha").subcommand_required(true).subcommand(
        Command::new("kuberc")
            .about("Manage user preferences (kuberc) file")
            .subcommand_required(true)
            .subcommand(
                Command::new("set")
                    .about("Set values in the kuberc file")
                    .arg(flags::text("section", "defaults or aliases"))
                    .arg(flags::text("command", "The command that is configured, such as 'set image'"))
                    .arg(flags::text("name", "The alias's name"))
                    .arg(repeated("option", "A flag's default, as flag=value"))
                    .arg(repeated("prependarg", "With aliases, an argument before the user's"))
                    .arg(repeated("appendarg", "With aliases, an argument after the user's"))
                    .arg(flags::boolean("overwrite", false, "Allow to replace what is there")),
            )
            .subcommand(
                Command::new("view").about("Display the contents of the kuberc file").args(flags::output()),
            ),
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

/// Runs `alpha`.
pub async fn run(_session: &Session, matches: &ArgMatches) -> Result<u8> {
    let Some((_, inner)) = matches.subcommand() else { return Ok(0) };
    match inner.subcommand() {
        Some(("view", inner)) => view(inner),
        Some((_, inner)) => set(inner),
        None => Ok(1),
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

fn set(matches: &ArgMatches) -> Result<u8> {
    let text = |flag: &str| get(matches, flag).unwrap_or_default().to_string();
    let (section, command, name) = (text("section"), text("command"), text("name"));
    if section.is_empty() {
        bail!("required flag(s) \"section\" not set");
    }
    if !["defaults", "aliases"].contains(&section.as_str()) {
        bail!("--section must be \"defaults\" or \"aliases\", got: {section}");
    }
    if command.is_empty() {
        bail!("--command is required");
    }
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
    let overwrite = is(matches, "overwrite");
    if section == "defaults" {
        if held.defaults.iter().any(|entry| entry.command == command) && !overwrite {
            bail!("defaults for command {command:?} already exist, use --overwrite to replace");
        }
        held.defaults.retain(|entry| entry.command != command);
        held.defaults.push(Default_ { command, options });
    } else {
        if name.is_empty() {
            bail!("--name is required when --section=aliases");
        }
        if held.aliases.iter().any(|entry| entry.name == name) && !overwrite {
            bail!("alias {name:?} already exists, use --overwrite to replace");
        }
        held.aliases.retain(|entry| entry.name != name);
        let (prepend_args, append_args) = (all(matches, "prependarg"), all(matches, "appendarg"));
        held.aliases.push(Alias { name, command, prepend_args, append_args, options });
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, yaml::document(&sorted(&serde_json::to_value(&held)?)))?;
    println!("Updated {}", path.display());
    Ok(0)
}

/// The flags of `kustomize`. Those of plugins and helm are refused when they are used.
pub fn define_kustomize() -> Command {
    Command::new("kustomize")
        .about("Build a kustomization target from a directory")
        .arg(Arg::new("folder").num_args(0..).value_name("DIR"))
        .arg(flags::text("output", "Write to this file").short('o'))
        .arg(
            flags::text(
                "load-restrictor",
                "LoadRestrictionsRootOnly, or LoadRestrictionsNone: files may be anywhere",
            )
            .default_value("LoadRestrictionsRootOnly"),
        )
        .arg(flags::boolean("as-current-user", false, "For plugins"))
        .arg(flags::boolean("enable-alpha-plugins", false, "For plugins"))
        .arg(flags::boolean("enable-helm", false, "For helm charts"))
        .arg(Arg::new("env").long("env").short('e').action(ArgAction::Append).help("For plugins"))
        .arg(flags::list("helm-api-versions", "For helm charts"))
        .arg(flags::text("helm-command", "For helm charts").default_value("helm"))
        .arg(flags::boolean("helm-debug", false, "For helm charts"))
        .arg(flags::text("helm-kube-version", "For helm charts"))
        .arg(Arg::new("mount").long("mount").action(ArgAction::Append).help("For plugins"))
        .arg(flags::boolean("network", false, "For plugins"))
        .arg(flags::text("network-name", "For plugins").default_value("bridge"))
}

/// Runs `kustomize`.
pub async fn kustomize(_session: &Session, matches: &ArgMatches) -> Result<u8> {
    for flag in ["enable-alpha-plugins", "enable-helm", "network"] {
        if is(matches, flag) {
            bail!("--{flag}: plugins and helm charts in kustomizations are not built yet");
        }
    }
    let restriction = get(matches, "load-restrictor").unwrap_or_default().parse()?;
    let folders = all(matches, "folder");
    let folder = match folders.as_slice() {
        [] => ".",
        [one] => one.as_str(),
        _ => bail!("specify one path to kustomization.yaml"),
    };
    let texts: Vec<String> = crate::kustomize::build(folder, restriction)?
        .iter()
        .map(|object| yaml::document(&sorted(object)))
        .collect();
    let text = texts.join("---\n");
    match get(matches, "output").filter(|file| !file.is_empty()) {
        Some(file) => std::fs::write(file, text)?,
        None => super::get::out(&text)?,
    }
    Ok(0)
}
