//! The real programs that tests talk to, installed from the machine's package registries.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Debian's packages: the program that shows a package is there, and the package.
const DEBIAN: &[(&str, &str)] = &[
    ("etcdctl", "etcd-client"),
    ("etcd", "etcd-server"),
    ("containerd", "containerd"),
    ("runc", "runc"),
    ("nft", "nftables"),
    ("ip", "iproute2"),
    ("busybox", "busybox-static"),
    ("docker-registry", "docker-registry"),
    ("npm", "npm"),
    ("unzip", "unzip"),
];

fn have(program: &str) -> bool {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin:/usr/local/sbin";
    path.split(':').any(|folder| {
        let file = Path::new(folder).join(program);
        // kadm's own names (links to its executable) are not the peers.
        file.exists() && !file.canonicalize().is_ok_and(|real| real.ends_with("kadm"))
    })
}

fn run(program: &str, args: &[&str]) -> Result<()> {
    eprintln!("$ {program} {}", args.join(" "));
    let status = Command::new(program)
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot run {program}"))?;
    if !status.success() {
        bail!("{program} {} failed", args.join(" "));
    }
    Ok(())
}

/// Installs what is missing. Without root or apt the tests say which peers they miss.
pub fn install() -> Result<()> {
    let missing: Vec<&str> =
        DEBIAN.iter().filter(|(program, _)| !have(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !have("apt-get") {
        eprintln!("no apt-get here: the tests that need {} are skipped", missing.join(", "));
        return Ok(());
    }
    run("apt-get", &["update", "-qq"])?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(missing);
    run("apt-get", &args)?;
    // Debian starts what it installs; tests start their own.
    for service in ["etcd", "containerd", "docker-registry"] {
        let _ = Command::new("service")
            .args([service, "stop"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
    Ok(())
}

/// Installs cargo-deny, when it is missing.
pub fn cargo_deny() -> Result<()> {
    if have("cargo-deny")
        || Command::new("cargo")
            .args(["deny", "--version"])
            .output()
            .is_ok_and(|output| output.status.success())
    {
        return Ok(());
    }
    run("cargo", &["install", "--locked", "cargo-deny"])
}

/// Checks the dependencies against the advisory database, where it can be fetched: a machine that
/// reaches package registries alone can't, and says so.
pub fn advisories() -> Result<()> {
    let fetched = Command::new("cargo")
        .args(["deny", "fetch", "db"])
        .stdin(Stdio::null())
        .output()
        .context("cannot run cargo deny")?;
    if !fetched.status.success() {
        eprintln!("advisories are NOT checked: the advisory database can't be fetched from here");
        return Ok(());
    }
    run("cargo", &["deny", "check", "advisories"])
}
