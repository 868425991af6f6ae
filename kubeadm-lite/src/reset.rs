//! `kadm reset`: everything that kadm and its daemons have made is gone, and nothing else.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::config::{KUBERNETES, OWN_SOCKET, STATE};
use crate::journal::Journal;
use crate::{images, install, network, supervisor, systemd};

/// Takes this machine out of its cluster.
///
/// # Errors
/// Says what could not be removed; running it again goes on.
pub fn run(force: bool, socket: Option<String>) -> Result<()> {
    if !nix::unistd::geteuid().is_root() {
        bail!("user is not running as root; run this with sudo");
    }
    if !force {
        print!(
            "[reset] WARNING: Changes made to this host by 'kadm init' or 'kadm join' will be reverted.\n[reset] Are you sure you want to proceed? [y/N]: "
        );
        std::io::stdout().flush()?;
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        if !["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
            bail!("aborted reset operation");
        }
    }
    let journal = Journal::load();
    let admin = std::fs::read(Path::new(KUBERNETES).join("admin.conf")).ok();
    let socket = socket.unwrap_or_else(runtime_socket);
    let data = etcd_data();
    println!("[reset] Stopping the kubelet service");
    if crate::host::has_systemd() {
        systemd::stop()?;
    }
    supervisor::stop_daemons()?;
    println!("[reset] Removing the pods on this node");
    if socket == OWN_SOCKET {
        own_pods()?
    } else {
        foreign_pods(&socket)
    }
    supervisor::stop()?;
    println!("[reset] Removing network links, packet rules, mounts and cgroups");
    network_off();
    unmount_below(Path::new("/var/lib/kubelet"));
    remove_cgroups();
    println!("[reset] Deleting files in {KUBERNETES}, {}, /var/lib/kubelet", data.display());
    remove(&data)?;
    for path in ["/var/lib/kubelet", "/var/lib/kadm/cri", "/run/kadm", "/var/log/kadm", "/var/lib/kube-proxy"]
    {
        remove(Path::new(path))?;
    }
    for name in [
        "pki",
        "manifests",
        "admin.conf",
        "super-admin.conf",
        "kubelet.conf",
        "bootstrap-kubelet.conf",
        "controller-manager.conf",
        "scheduler.conf",
    ] {
        remove(&Path::new(KUBERNETES).join(name))?;
    }
    install::unlink_cni()?;
    for path in ["/var/lib/cni/networks/kadm", "/var/lib/cni/results"] {
        remove(Path::new(path))?;
    }
    remove(&network::file())?;
    if journal.folders.iter().any(|folder| folder == Path::new("/var/log/pods")) {
        remove(Path::new("/var/log/pods"))?;
    }
    if journal.folders.iter().any(|folder| folder == Path::new("/var/log/containers")) {
        remove(Path::new("/var/log/containers"))?;
    } else {
        remove_links(Path::new("/var/log/containers"), Path::new("/var/log/pods"))?;
    }
    if let (Some(path), Some(admin)) = (&journal.kubeconfig, admin)
        && std::fs::read(path).is_ok_and(|text| text == admin)
    {
        let cluster = client::Config::from_kubeconfig(path).ok();
        remove(path)?;
        // What kctl remembers of this cluster, and the folders, when nothing else is in them.
        if let Some(folder) = path.parent() {
            let caches = folder.join("cache");
            if let Some(cluster) = cluster {
                remove(&cluster.discovery_cache(&caches))?;
            }
            for empty in [&caches.join("kctl"), &caches, folder] {
                let _ = std::fs::remove_dir(empty);
            }
        }
    }
    remove(&Path::new(STATE).join("units.json"))?;
    remove(&Path::new(STATE).join("image.tar"))?;
    journal.undo();
    println!(
        "\nThe reset process is complete. The executable and its names stay in {}/bin.",
        install::PREFIX
    );
    Ok(())
}

fn runtime_socket() -> String {
    let text = std::fs::read_to_string(crate::phases::kubelet::CONFIG).unwrap_or_default();
    let config: serde_json::Value = serde_yaml::from_str(&text).unwrap_or_default();
    config["containerRuntimeEndpoint"].as_str().unwrap_or(OWN_SOCKET).to_string()
}

/// Where etcd keeps its data, as its manifest says.
fn etcd_data() -> PathBuf {
    let manifest = crate::phases::control_plane::manifests().join("etcd.yaml");
    let text = std::fs::read_to_string(manifest).unwrap_or_default();
    let pod: serde_json::Value = serde_yaml::from_str(&text).unwrap_or_default();
    let volumes = pod["spec"]["volumes"].as_array().into_iter().flatten();
    let path = volumes
        .filter(|volume| volume["name"] == "etcd-data")
        .find_map(|volume| volume["hostPath"]["path"].as_str());
    path.unwrap_or("/var/lib/etcd").into()
}

fn own_pods() -> Result<()> {
    let executable = std::env::current_exe().context("cannot find this executable")?;
    let output = Command::new(executable)
        .args(["kube-cri", "reset", "--root", images::CRI_ROOT])
        .output()
        .context("cannot run kube-cri reset")?;
    if !output.status.success() {
        bail!("kube-cri reset: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// Pods that another runtime runs for our kubelet.
fn foreign_pods(socket: &str) {
    let removed = component::runtime::block_on(1, async {
        let runtime = criapi::connect(socket).await?;
        let listed =
            runtime.runtime.clone().list_pod_sandbox(criapi::ListPodSandboxRequest::default()).await?;
        for sandbox in listed.into_inner().items {
            let _ = runtime
                .runtime
                .clone()
                .stop_pod_sandbox(criapi::StopPodSandboxRequest { pod_sandbox_id: sandbox.id.clone() })
                .await;
            let _ = runtime
                .runtime
                .clone()
                .remove_pod_sandbox(criapi::RemovePodSandboxRequest { pod_sandbox_id: sandbox.id })
                .await;
        }
        Ok::<_, anyhow::Error>(())
    });
    match removed {
        Ok(Ok(())) => {}
        Ok(Err(error)) => eprintln!("[reset] cannot remove the pods in {socket}: {error:#}"),
        Err(error) => eprintln!("[reset] {error}"),
    }
}

/// The programs that made links and rules take them away themselves: they know which are theirs.
fn network_off() {
    let Ok(executable) = std::env::current_exe() else { return };
    for args in [
        vec!["kube-proxy", "--cleanup"],
        vec!["kube-cni", "reset", "--name", network::NAME, "--bridge", "cni0"],
    ] {
        match Command::new(&executable).args(&args).output() {
            Ok(output) if output.status.success() => {}
            Ok(output) => {
                eprintln!("[reset] {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim())
            }
            Err(error) => eprintln!("[reset] {}: {error}", args.join(" ")),
        }
    }
}

fn unmount_below(folder: &Path) {
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let mut mounts: Vec<String> = table
        .lines()
        .filter_map(|line| line.split(' ').nth(4))
        .map(|path| path.replace("\\040", " "))
        // A disk for the folder itself is the user's.
        .filter(|path| Path::new(path).starts_with(folder) && Path::new(path) != folder)
        .collect();
    mounts.sort();
    for mount in mounts.iter().rev() {
        let _ = nix::mount::umount2(mount.as_str(), nix::mount::MntFlags::MNT_DETACH);
    }
}

fn remove_cgroups() {
    fn tree(folder: &Path) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                tree(&entry.path());
            }
        }
        let _ = std::fs::remove_dir(folder);
    }
    let root = Path::new("/sys/fs/cgroup");
    tree(&root.join("kubepods"));
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        tree(&entry.path().join("kubepods"));
    }
}

/// Removes the links in a folder, which was there before the cluster, to logs that are gone.
fn remove_links(folder: &Path, logs: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if !path.exists() && std::fs::read_link(&path).is_ok_and(|target| target.starts_with(logs)) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Removes a file, or a folder with all that is in it. A folder that is a mount point (a disk for
/// etcd, say) stays, empty.
fn remove(path: &Path) -> Result<()> {
    let removed = match path.symlink_metadata() {
        Err(_) => return Ok(()),
        Ok(meta) if meta.is_dir() => {
            for entry in
                std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?.flatten()
            {
                remove(&entry.path())?;
            }
            match std::fs::remove_dir(path) {
                Err(error) if error.raw_os_error() == Some(nix::libc::EBUSY) => Ok(()),
                other => other,
            }
        }
        Ok(_) => std::fs::remove_file(path),
    };
    removed.with_context(|| format!("cannot remove {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_to_logs_that_are_gone_are_removed_and_no_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for name in ["links", "pods", "pods/kept"] {
            std::fs::create_dir(at(name)).expect("made");
        }
        symlink(at("pods/gone/0.log"), at("links/gone.log")).expect("linked");
        symlink(at("pods/kept"), at("links/kept.log")).expect("linked");
        symlink(at("elsewhere"), at("links/another.log")).expect("linked");
        remove_links(&at("links"), &at("pods")).expect("removed");
        let mut left: Vec<_> =
            std::fs::read_dir(at("links")).expect("there").flatten().map(|entry| entry.file_name()).collect();
        left.sort();
        assert_eq!(left, ["another.log", "kept.log"]);
        remove_links(&at("none"), &at("pods")).expect("nothing to do");
    }
}
