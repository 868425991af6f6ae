//! The project's own tasks: `cargo xtask test`, `gen`, `dist`, `ci`.

mod checks;
mod kubectl;
mod peers;

use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitCode};

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgAction, Command};

fn command() -> Command {
    Command::new("xtask")
        .about("The project's own tasks")
        .subcommand_required(true)
        .subcommand(
            Command::new("test").about("Install the peers that tests talk to, then run every test").arg(
                Arg::new("unit")
                    .long("unit")
                    .action(ArgAction::SetTrue)
                    .help("Only what needs no root and no peers"),
            ),
        )
        .subcommand(
            Command::new("gen").about("Write completions/ and man/ from the programs' flags").arg(
                Arg::new("check")
                    .long("check")
                    .action(ArgAction::SetTrue)
                    .help("Change nothing; fail when they are stale"),
            ),
        )
        .subcommand(
            Command::new("dist").about("Build the static executable that is shipped, into target/dist"),
        )
        .subcommand(
            Command::new("chaos")
                .about("Run a daemon's members under load and faults, and check what they answered")
                .arg(Arg::new("what").required(true).value_parser(["etcd", "api"]))
                .arg(Arg::new("minutes").long("minutes").default_value("30").help("How long"))
                .arg(Arg::new("seed").long("seed").help("Repeat the faults of an earlier run")),
        )
        .subcommand(
            Command::new("soak")
                .about("Run a daemon with many objects, many watches and no rest, and check what it shows")
                .arg(Arg::new("what").required(true).value_parser(["api"]))
                .arg(Arg::new("minutes").long("minutes").default_value("30").help("How long")),
        )
        .subcommand(
            Command::new("ci")
                .about("Everything that a change must pass: format, lints, licences, layers, tests"),
        )
}

fn main() -> ExitCode {
    let matches = command().get_matches();
    let done = match matches.subcommand() {
        Some(("test", matches)) => test(matches.get_flag("unit")),
        Some(("gen", matches)) => generate(matches.get_flag("check")),
        Some(("dist", _)) => dist(),
        Some(("chaos", matches)) => chaos(matches),
        Some(("soak", matches)) => soak(matches),
        Some(("ci", _)) => ci(),
        _ => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(1)
        }
    }
}

/// The workspace's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// cargo, as if it were not called by a program that cargo runs. What that says of the program's package
/// makes dependencies whose build looks at it (ring) differ, and with them all that is built on them.
fn cargo_command() -> Process {
    let mut cargo = Process::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let of_package = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_package)) {
        cargo.env_remove(name);
    }
    cargo.current_dir(root());
    cargo
}

fn cargo(args: &[&str]) -> Result<()> {
    cargo_with(args, &[])
}

fn cargo_with(args: &[&str], env: &[(&str, &str)]) -> Result<()> {
    eprintln!("$ cargo {}", args.join(" "));
    let status = cargo_command().args(args).envs(env.iter().copied()).status().context("cannot run cargo")?;
    if !status.success() {
        bail!("cargo {} failed", args.join(" "));
    }
    Ok(())
}

/// `completions/` and `man/`: a test compares them with the programs' flags, or writes them.
fn generate(check: bool) -> Result<()> {
    let env: &[(&str, &str)] = if check { &[] } else { &[("KADM_GENERATE", "1")] };
    cargo_with(&["test", "--quiet", "--package", "kadm", "--test", "generated"], env)
}

fn test(unit: bool) -> Result<()> {
    if unit {
        return cargo(&["test", "--workspace", "--exclude", "kadm-tests"]);
    }
    peers::install()?;
    kubectl::install(&target().join("peers"))?;
    peers::etcd(&target().join("peers"))?;
    peers::clients(&target().join("peers"))?;
    // The whole-system tests run the executable that users run.
    cargo(&["build", "--release", "--package", "kadm"])?;
    cargo(&["test", "--workspace", "--no-fail-fast"])
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn soak(matches: &clap::ArgMatches) -> Result<()> {
    peers::install()?;
    let mut run = cargo_command();
    run.args(["test", "--release", "--package", "apiserver", "--test", "serve", "--"])
        .args(["--ignored", "--exact", "soak::a_long_run", "--nocapture"])
        .env("SOAK_MINUTES", matches.get_one::<String>("minutes").cloned().unwrap_or_default());
    if !run.status().context("cannot run cargo")?.success() {
        bail!("the run found something: it is above");
    }
    Ok(())
}

fn chaos(matches: &clap::ArgMatches) -> Result<()> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let mut run = cargo_command();
    let (package, test, name) = match text("what").as_deref() {
        Some("api") => {
            peers::install()?;
            ("apiserver", "serve", "chaos::a_long_run")
        }
        _ => ("etcd", "chaos", "a_long_run"),
    };
    run.args(["test", "--release", "--package", package, "--test", test, "--"])
        .args(["--ignored", "--exact", name, "--nocapture"])
        .env("CHAOS_MINUTES", text("minutes").unwrap_or_default());
    if let Some(seed) = text("seed") {
        run.env("CHAOS_SEED", seed);
    }
    if !run.status().context("cannot run cargo")?.success() {
        bail!("the run found something: its seed is above");
    }
    Ok(())
}

fn dist() -> Result<()> {
    cargo(&["build", "--profile", "dist", "--package", "kadm"])?;
    let target = target();
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let built = target.join(triple).join("dist/kadm");
    let shipped = target.join("dist/kadm");
    if let Some(folder) = shipped.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::copy(&built, &shipped).with_context(|| format!("cannot copy {}", built.display()))?;
    println!("{} ({} MiB)", shipped.display(), std::fs::metadata(&shipped)?.len() >> 20);
    Ok(())
}

fn ci() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    peers::cargo_deny()?;
    cargo(&["deny", "check", "bans", "licenses", "sources"])?;
    peers::advisories()?;
    checks::layers(&root())?;
    test(false)
}
