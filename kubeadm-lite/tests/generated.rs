//! `completions/` and `man/` are made from the same clap definitions that parse the flags, and must not be
//! stale. `cargo xtask gen` runs this with `KADM_GENERATE` set, which writes them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap_complete::Shell;
use kadm::programs::PROGRAMS;

#[test]
fn completions_and_man_pages_are_not_stale() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace's folder")?;
    let write = std::env::var_os("KADM_GENERATE").is_some();
    let files = files()?;
    let mut stale = Vec::new();
    for (path, bytes) in &files {
        let target = root.join(path);
        if std::fs::read(&target).ok().as_ref() == Some(bytes) {
            continue;
        }
        stale.push(path.display().to_string());
        if write {
            if let Some(folder) = target.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&target, bytes).with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    for folder in ["completions", "man"] {
        for entry in walk(&root.join(folder)) {
            let path = entry.strip_prefix(root).unwrap_or(&entry).to_path_buf();
            if !files.contains_key(&path) {
                stale.push(path.display().to_string());
                if write {
                    std::fs::remove_file(&entry)?;
                }
            }
        }
    }
    ensure!(write || stale.is_empty(), "these files are stale; run cargo xtask gen: {}", stale.join(", "));
    Ok(())
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

fn files() -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let public =
        PROGRAMS.iter().filter(|program| program.public).map(|program| (program.name, program.command));
    for (name, command) in public.chain([("kadm", kadm::command as fn() -> clap::Command)]) {
        for (shell, folder, file) in [
            (Shell::Bash, "bash", name.to_string()),
            (Shell::Zsh, "zsh", format!("_{name}")),
            (Shell::Fish, "fish", format!("{name}.fish")),
            (Shell::PowerShell, "powershell", format!("{name}.ps1")),
        ] {
            let mut out = Vec::new();
            match kctl::completion_script(folder).filter(|_| name == "kctl") {
                // It asks the cluster, too.
                Some(script) => out.extend_from_slice(script.as_bytes()),
                None => clap_complete::generate(shell, &mut command(), name, &mut out),
            }
            files.insert(Path::new("completions").join(folder).join(file), out);
        }
        let mut out = Vec::new();
        clap_mangen::Man::new(command().name(name)).render(&mut out)?;
        // Subcommands' flags in the same page: one page a program.
        let mut tree = command().name(name);
        tree.build();
        sections(&tree, name, &mut out);
        files.insert(Path::new("man").join(format!("{name}.1")), out);
    }
    Ok(files)
}

/// A section for each command, those below it behind it.
fn sections(command: &clap::Command, path: &str, out: &mut Vec<u8>) {
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let path = format!("{path} {}", sub.get_name());
        out.extend_from_slice(format!(".SH {}\n", path.to_uppercase()).as_bytes());
        // What every command takes is said once, at the top.
        let own = sub.clone().mut_args(|arg| if arg.is_global_set() { arg.hide(true) } else { arg });
        let help = { own }.render_long_help().to_string();
        out.extend_from_slice(b".nf\n");
        for line in help.lines() {
            // A leading dot or quote would be an instruction to troff.
            let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
            out.extend_from_slice(format!("{guard}{}\n", line.replace('\\', "\\e")).as_bytes());
        }
        out.extend_from_slice(b".fi\n");
        sections(sub, &path, out);
    }
}

/// Each line of the examples behind a command's help, and how many commands have some.
fn examples(command: &clap::Command, lines: &mut Vec<String>) -> usize {
    let own = command.get_after_help().map(ToString::to_string).filter(|help| help.contains("Examples:"));
    lines.extend(own.iter().flat_map(|help| help.lines()).map(str::to_string));
    usize::from(own.is_some()) + command.get_subcommands().map(|inner| examples(inner, lines)).sum::<usize>()
}

#[test]
fn the_manual_has_the_examples() {
    let mut lines = Vec::new();
    let commands = examples(&kctl::command(), &mut lines);
    assert!(commands > 90, "{commands} commands have examples");
    let files = files().expect("made");
    let page = String::from_utf8_lossy(&files[Path::new("man/kctl.1")]).replace("\\e", "\\");
    let page: std::collections::HashSet<&str> =
        page.lines().map(|line| line.trim_start_matches("\\&")).collect();
    let missing: Vec<_> = lines.iter().filter(|line| !page.contains(line.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
