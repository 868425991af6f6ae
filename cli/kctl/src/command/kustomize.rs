//! `kctl kustomize`.

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::print::sorted;

/// The flags.
pub fn define() -> Command {
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

/// Runs it.
pub async fn run(_session: &Session, matches: &ArgMatches) -> Result<u8> {
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
