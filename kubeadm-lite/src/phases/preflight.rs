//! Checks before anything is touched: each names its problem and the remedy.

use std::net::TcpListener;
use std::path::Path;

use anyhow::{Result, bail};

use crate::config::{Init, KUBERNETES, OWN_SOCKET};

/// One thing that is wrong: kubeadm's name for the check, and what to do.
pub struct Problem {
    pub check: String,
    pub message: String,
}

fn problem(check: impl Into<String>, message: impl Into<String>) -> Problem {
    Problem { check: check.into(), message: message.into() }
}

/// Checks for a control-plane node.
///
/// # Errors
/// Lists every problem that is not ignored.
pub fn run(init: &Init) -> Result<()> {
    println!("[preflight] Running pre-flight checks");
    let mut problems = node(&init.cri_socket);
    for port in [init.port, 2379, 2380, 2381, 10250, 10257, 10259] {
        problems.extend(port_free(port));
    }
    for name in ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
        let path = super::control_plane::manifests().join(format!("{name}.yaml"));
        if path.exists() {
            problems.push(problem(
                format!(
                    "FileAvailable--{}",
                    path.display().to_string().replace(['/', '.'], "-").trim_start_matches('-')
                ),
                format!(
                    "{} already exists; this machine has been initialized before: run kadm reset first",
                    path.display()
                ),
            ));
        }
    }
    let data = &init.etcd.data_dir;
    if data.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        problems.push(problem(
            format!("DirAvailable-{}", data.display().to_string().replace('/', "-")),
            format!("{} is not empty; run kadm reset, or move it away if you need the data", data.display()),
        ));
    }
    report(problems, &init.ignore)
}

/// Checks for any node.
pub fn node(socket: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !nix::unistd::geteuid().is_root() {
        problems.push(problem("IsPrivilegedUser", "user is not running as root; run this with sudo"));
    }
    if std::fs::read_to_string("/proc/swaps").is_ok_and(|text| text.lines().count() > 1) {
        problems.push(problem("Swap", "swap is on; turn it off with swapoff -a (and in /etc/fstab)"));
    }
    let filesystems = std::fs::read_to_string("/proc/filesystems").unwrap_or_default();
    if socket == OWN_SOCKET
        && !filesystems.lines().any(|line| line.split_whitespace().last() == Some("overlay"))
    {
        problems
            .push(problem("Overlay", "the kernel has no overlay file system; load it with modprobe overlay"));
    }
    if !Path::new("/sys/fs/cgroup/cgroup.controllers").exists()
        && !Path::new("/sys/fs/cgroup/memory").is_dir()
    {
        problems.push(problem(
            "SystemVerification",
            "no cgroups are mounted at /sys/fs/cgroup; mount cgroup2 there",
        ));
    }
    if socket != OWN_SOCKET {
        match criapi::socket_path(socket) {
            Ok(path) if path.exists() => {}
            Ok(path) => problems.push(problem("CRI", format!("{} is not there; start the container runtime, or leave --cri-socket out to use kadm's own", path.display()))),
            Err(error) => problems.push(problem("CRI", error.to_string())),
        }
    }
    for folder in [KUBERNETES, "/var/lib", "/run"] {
        let path = Path::new(folder);
        let existing = path.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
        if nix::unistd::access(existing, nix::unistd::AccessFlags::W_OK).is_err() {
            problems.push(problem(
                format!("DirWritable-{folder}"),
                format!("{} can't be written; kadm keeps its files below {folder}", existing.display()),
            ));
        }
    }
    let free =
        nix::sys::statvfs::statvfs("/var/lib").map(|stat| stat.blocks_available() * stat.fragment_size());
    if free.is_ok_and(|free| free < 512 << 20) {
        problems.push(problem("DiskSpace", "less than 512 MiB are free below /var/lib; make room first"));
    }
    problems
}

fn port_free(port: u16) -> Option<Problem> {
    TcpListener::bind(("0.0.0.0", port)).err().map(|error| {
        problem(
            format!("Port-{port}"),
            format!("port {port} is in use ({error}); stop what listens there, or run kadm reset"),
        )
    })
}

/// Ends with the list of problems, less those that are ignored.
///
/// # Errors
/// Lists every problem that is left.
pub fn report(problems: Vec<Problem>, ignore: &[String]) -> Result<()> {
    let ignored = |check: &str| {
        ignore.iter().any(|name| name.eq_ignore_ascii_case("all") || name.eq_ignore_ascii_case(check))
    };
    let (warnings, errors): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| ignored(&problem.check));
    for Problem { check, message } in warnings {
        eprintln!("\t[WARNING {check}]: {message}");
    }
    if errors.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> =
        errors.iter().map(|Problem { check, message }| format!("\t[ERROR {check}]: {message}")).collect();
    bail!(
        "[preflight] Some fatal errors occurred:\n{}\n[preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`",
        lines.join("\n")
    )
}
