//! `kctl alpha kuberc`, and `kctl kustomize`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
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
    let about = "Commands for features in alpha";
    Command::new("alpha").about(about).arg(flags::forgotten()).subcommand(
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
    let Some((_, inner)) = matches.subcommand() else {
        print!("{}", crate::usage::help(&["alpha"]));
        return Ok(0);
    };
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

/// The flags of `kustomize`.
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
        .arg(flags::text("reorder", "legacy or none; sortOptions in the kustomization say more").hide(true))
        .arg(flags::boolean("as-current-user", false, "Run functions in containers as the user who calls"))
        .arg(flags::boolean(
            "enable-alpha-plugins",
            false,
            "Run the programs and containers that generators, transformers and validators name",
        ))
        .arg(flags::boolean("enable-helm", false, "Have helm make objects of charts"))
        .arg(
            Arg::new("env")
                .long("env")
                .short('e')
                .action(ArgAction::Append)
                .help("A variable for functions in containers: NAME=VALUE, or NAME for the value here"),
        )
        .arg(flags::list("helm-api-versions", "The API versions that charts are told of"))
        .arg(flags::text("helm-command", "The helm to run").default_value("helm"))
        .arg(flags::boolean("helm-debug", false, "Have helm tell what it does when it fails"))
        .arg(flags::text("helm-kube-version", "The version of Kubernetes that charts are told of"))
        .arg(
            Arg::new("mount")
                .long("mount")
                .action(ArgAction::Append)
                .help("A mount for functions in containers: type=bind,src=…,dst=…[,rw=true]"),
        )
        .arg(flags::boolean("network", false, "Give functions in containers the network that they ask for"))
        .arg(flags::text("network-name", "The network of functions that get one").default_value("bridge"))
}

fn write(file: &std::path::Path, text: &str) -> Result<()> {
    std::fs::write(file, text).with_context(|| format!("open {}", file.display()))
}

/// Runs `kustomize`.
pub async fn kustomize(_session: &Session, matches: &ArgMatches) -> Result<u8> {
    let text = |flag: &str| get(matches, flag).unwrap_or_default().to_string();
    if matches.value_source("reorder") == Some(clap::parser::ValueSource::CommandLine) {
        eprintln!(
            "Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead."
        );
    }
    let unsorted = match get(matches, "reorder") {
        None | Some("unspecified" | "legacy") => false,
        Some("none") => true,
        Some(other) => bail!("illegal flag value --reorder {other}; legal values: [legacy none]"),
    };
    let settings = crate::kustomize::Settings {
        unsorted,
        restriction: text("load-restrictor").parse()?,
        helm: is(matches, "enable-helm").then(|| crate::kustomize::Helm {
            command: text("helm-command"),
            api_versions: all(matches, "helm-api-versions"),
            kube_version: text("helm-kube-version"),
            debug: is(matches, "helm-debug"),
        }),
        functions: is(matches, "enable-alpha-plugins").then(|| crate::kustomize::Functions {
            network: is(matches, "network"),
            network_name: text("network-name"),
            env: all(matches, "env"),
            mounts: all(matches, "mount"),
            as_current_user: is(matches, "as-current-user"),
        }),
    };
    let folders = all(matches, "folder");
    let folder = match folders.as_slice() {
        [] => ".",
        [one] => one.as_str(),
        _ => bail!("specify one path to kustomization.yaml"),
    };
    let objects = crate::kustomize::build(folder, &settings)?;
    let output = get(matches, "output").filter(|file| !file.is_empty());
    if let Some(folder) = output.map(std::path::Path::new).filter(|output| output.is_dir()) {
        for (name, object) in crate::kustomize::file_names(&objects).iter().zip(&objects) {
            write(&folder.join(name), &yaml::document(&sorted(object)))?;
        }
        return Ok(0);
    }
    let texts: Vec<String> = objects.iter().map(|object| yaml::document(&sorted(object))).collect();
    let text = texts.join("---\n");
    match output {
        Some(file) => write(std::path::Path::new(file), &text)?,
        None => super::get::out(&text)?,
    }
    Ok(0)
}
