//! Plugins: executables on the `PATH` named `kubectl-…` or `kctl-…`, which are run as commands.

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{ArgMatches, Command};

use crate::connect::Session;
use crate::flags::{self, is};

const PREFIXES: &[&str] = &["kubectl-", "kctl-"];

/// The flags.
pub fn define() -> Command {
    Command::new("plugin")
        .about("Provides utilities for interacting with plugins")
        .subcommand_required(true)
        .subcommand(
            Command::new("list")
                .about("List all visible plugin executables on a user's PATH")
                .arg(flags::boolean("name-only", false, "Show the names rather than whole paths"))
                .arg(flags::forgotten()),
        )
}

fn executable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn folders() -> Vec<PathBuf> {
    let mut seen = Vec::new();
    for folder in std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()) {
        if !folder.as_os_str().is_empty() && !seen.contains(&folder) {
            seen.push(folder);
        }
    }
    seen
}

/// Runs `plugin list`.
pub async fn run(_session: &Session, matches: &ArgMatches) -> Result<u8> {
    let Some((_, inner)) = matches.subcommand() else { return Ok(1) };
    let mut found: Vec<PathBuf> = Vec::new();
    for folder in folders() {
        let mut inside: Vec<PathBuf> = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| {
                PREFIXES.iter().any(|prefix| entry.file_name().to_string_lossy().starts_with(prefix))
            })
            .map(|entry| entry.path())
            .collect();
        inside.sort();
        found.extend(inside);
    }
    if found.is_empty() {
        bail!("unable to find any kctl plugins in your PATH");
    }
    println!("The following compatible plugins are available:\n");
    let (mut warnings, mut seen) = (0, HashMap::<String, PathBuf>::new());
    for path in found {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        println!("{}", if is(inner, "name-only") { name.clone() } else { path.display().to_string() });
        if !executable(&path) {
            warnings += 1;
            eprintln!(
                "  - warning: {} identified as a kctl plugin, but it is not executable",
                path.display()
            );
        } else if let Some(first) = seen.get(&name) {
            warnings += 1;
            eprintln!(
                "  - warning: {} is overshadowed by a similarly named plugin: {}",
                path.display(),
                first.display()
            );
        } else if PREFIXES
            .iter()
            .filter_map(|prefix| name.strip_prefix(prefix))
            .any(|command| super::ALL.iter().any(|entry| entry.name == command))
        {
            warnings += 1;
            eprintln!(
                "  - warning: {name} overwrites existing command: \"kctl {}\"",
                name.split_once('-').map_or("", |(_, rest)| rest)
            );
        }
        seen.entry(name).or_insert(path);
    }
    match warnings {
        0 => Ok(0),
        1 => bail!("one plugin warning was found"),
        several => bail!("{several} plugin warnings were found"),
    }
}

/// The commands that plugins add, of one word.
pub fn names() -> Vec<String> {
    let mut found: Vec<String> = folders()
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten())
        .filter(|entry| executable(&entry.path()))
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let command = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix))?;
            let word = command.split('-').next()?;
            Some(word.replace('_', "-"))
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The plugin that the first words name, the longest name first, and how many words that took.
fn find(words: &[String]) -> Option<(PathBuf, usize)> {
    for taken in (1..=words.len()).rev() {
        let name = words[..taken].iter().map(|word| word.replace('-', "_")).collect::<Vec<_>>().join("-");
        for folder in folders() {
            for prefix in PREFIXES {
                let path = folder.join(format!("{prefix}{name}"));
                if executable(&path) {
                    return Some((path, taken));
                }
            }
        }
    }
    None
}

/// Becomes the plugin that the words name, if there is one; kctl's own commands win.
pub fn dispatch(args: &[String], known: impl Fn(&str) -> bool) -> Option<anyhow::Error> {
    let words: Vec<String> = args.iter().skip(1).take_while(|word| !word.starts_with('-')).cloned().collect();
    let first = words.first()?;
    if known(first) {
        return None;
    }
    let (path, taken) = find(&words)?;
    let error = std::process::Command::new(&path).args(&args[1 + taken..]).exec();
    Some(anyhow::anyhow!("cannot run the plugin {}: {error}", path.display()))
}
