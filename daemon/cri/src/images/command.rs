//! `kube-cri image …`: the store from the command line, with or without the daemon.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use clap::{Arg, ArgMatches, Command};

use super::reference::Reference;
use super::{Credentials, Store, archive, pull};

/// The subcommand's flags.
pub fn command() -> Command {
    let name = || Arg::new("IMAGE").required(true).help("the image's name or id");
    Command::new("image")
        .about("Look after the images on this machine")
        .subcommand_required(true)
        .subcommand(Command::new("list").visible_alias("ls").about("List images"))
        .subcommand(Command::new("rm").about("Remove an image").arg(name()))
        .subcommand(Command::new("pull").about("Pull an image from its registry").arg(name()))
        .subcommand(
            Command::new("import")
                .about("Import an OCI or docker archive")
                .arg(Arg::new("FILE").required(true).value_parser(clap::value_parser!(PathBuf)))
                .arg(Arg::new("name").long("name").help("what to call an archive's only image")),
        )
        .subcommand(
            Command::new("export")
                .about("Write an image as an OCI archive")
                .arg(name())
                .arg(Arg::new("FILE").required(true).value_parser(clap::value_parser!(PathBuf))),
        )
}

/// Runs it on the store below `root`.
pub fn run(root: &Path, plain_http: &[String], matches: &ArgMatches) -> Result<()> {
    let store = Arc::new(Store::open(root)?);
    let text =
        |matches: &ArgMatches, name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let file = |matches: &ArgMatches| matches.get_one::<PathBuf>("FILE").cloned().unwrap_or_default();
    let mut out = std::io::stdout().lock();
    match matches.subcommand() {
        Some(("rm", matches)) => {
            let name = text(matches, "IMAGE");
            if !store.remove(&name)? {
                return Err(anyhow!("no image {name}"));
            }
            writeln!(out, "{name}")?;
        }
        Some(("pull", matches)) => {
            let reference = Reference::parse(&text(matches, "IMAGE"))?;
            let pulled = pull(&store, &reference, Credentials::None, plain_http);
            let image = component::runtime::block_on(1, pulled).context("cannot start the runtime")??;
            writeln!(out, "{}", image.id)?;
        }
        Some(("import", matches)) => {
            let name = matches.get_one::<String>("name").map(String::as_str);
            for image in archive::import(&store, &file(matches), name)? {
                writeln!(out, "{} {}", image.id, image.tags.join(" "))?;
            }
        }
        Some(("export", matches)) => {
            let name = text(matches, "IMAGE");
            let image = store.find(&name).ok_or_else(|| anyhow!("no image {name}"))?;
            let path = file(matches);
            let target =
                std::fs::File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
            archive::export(&store, &image, std::io::BufWriter::with_capacity(1 << 20, target))?;
        }
        _ => {
            for image in store.list() {
                let names = if image.tags.is_empty() { &image.digests } else { &image.tags };
                writeln!(out, "{}\t{}\t{}", &image.id[7..19], image.size, names.join(" "))?;
            }
        }
    }
    Ok(())
}
