//! `kadm init`: all phases, one after the other.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::config::{Init, KUBERNETES, OWN_SOCKET};
use crate::journal::Journal;
use crate::phases::{self, PHASES};
use crate::{images, install, network};

/// Brings up a cluster on this machine.
///
/// # Errors
/// Says which phase failed, on what, and what to do.
pub fn run(init: &Init, print_token: bool) -> Result<()> {
    println!("[init] Using Kubernetes version: {}", init.version);
    let begun = Instant::now();
    let skipped = |name: &str| init.skip.iter().any(|skip| skip == name);
    if !skipped("preflight") {
        phases::preflight::run(init)?;
    }
    let mut journal = Journal::begin()?;
    journal.set_sysctls()?;
    prepare(&init.cri_socket, init.own_images())?;
    if init.cri_socket == OWN_SOCKET || !network::is_foreign() {
        network::write(&network::first_share(&init.pod_subnet)?, &init.pod_subnet)?;
    }
    for phase in PHASES.iter().filter(|phase| phase.name != "preflight") {
        if !skipped(phase.name) {
            let phase_begun = Instant::now();
            (phase.run)(init).with_context(|| format!("phase {} failed", phase.name))?;
            tracing::debug!(phase = phase.name, took_ms = phase_begun.elapsed().as_millis(), "phase is done");
        }
    }
    journal.kubeconfig = user_kubeconfig()?;
    journal.save()?;
    if !skipped("wait-node") {
        wait_for_node(init)?;
    }
    println!(
        "\nYour Kubernetes control-plane has initialized successfully! (in {:.1} s)\n",
        begun.elapsed().as_secs_f64()
    );
    match &journal.kubeconfig {
        Some(path) => println!("{} points to it: try `kctl get pods -n kube-system`.\n", path.display()),
        None => println!(
            "To start using your cluster, you need to run the following as a regular user:\n\n  mkdir -p $HOME/.kube\n  sudo cp -i {KUBERNETES}/admin.conf $HOME/.kube/config\n  sudo chown $(id -u):$(id -g) $HOME/.kube/config\n\nAlternatively, if you are the root user, you can run:\n\n  export KUBECONFIG={KUBERNETES}/admin.conf\n"
        ),
    }
    if print_token {
        println!("Then you can join any number of worker nodes by running the following on each as root:\n");
        println!("{}", phases::tokens::join_command(&init.tokens[0].token)?);
    }
    Ok(())
}

/// Installs the executable, and makes the images unless they come from elsewhere.
///
/// # Errors
/// Names what can't be written.
pub fn prepare(cri_socket: &str, own_images: bool) -> Result<()> {
    let prefix = Path::new(install::PREFIX);
    if install::install(prefix)? {
        println!("[install] Installed kadm and its programs in {}/bin", prefix.display());
    }
    let executable = install::executable(prefix);
    install::link_cni(&executable)?;
    if cri_socket == OWN_SOCKET {
        let made = images::make(&executable)?;
        println!("[images] Made from this executable: {}", made.join(", "));
    } else if own_images {
        hand_over(&executable, cri_socket)?;
    }
    Ok(())
}

/// Gives kadm's images to another runtime.
fn hand_over(executable: &Path, cri_socket: &str) -> Result<()> {
    let made = images::make(executable)?;
    let socket = criapi::socket_path(cri_socket)?;
    for name in made {
        let archive = Path::new(crate::config::STATE).join("image.tar");
        let root = Path::new(images::CRI_ROOT);
        let store = cri::images::Store::open(root)?;
        let image =
            store.find(&name).with_context(|| format!("image {name} is gone right after it was made"))?;
        let file =
            std::fs::File::create(&archive).with_context(|| format!("cannot write {}", archive.display()))?;
        cri::images::archive::export(&store, &image, file)?;
        let imported = std::process::Command::new("ctr")
            .args(["--address", &socket.display().to_string(), "-n", "k8s.io", "images", "import"])
            .arg(&archive)
            .output();
        let _ = std::fs::remove_file(&archive);
        let imported = imported.context("cannot run ctr, which imports kadm's images into containerd; install containerd's tools, or use --image-repository")?;
        anyhow::ensure!(
            imported.status.success(),
            "ctr cannot import {name}: {}",
            String::from_utf8_lossy(&imported.stderr).trim()
        );
        println!("[images] Imported {name} into {}", socket.display());
    }
    let _ = std::fs::remove_dir_all(images::CRI_ROOT);
    Ok(())
}

/// Root's own kubeconfig, when there is none yet.
fn user_kubeconfig() -> Result<Option<PathBuf>> {
    let Some(home) = std::env::var_os("HOME").map(PathBuf::from) else { return Ok(None) };
    let path = home.join(".kube/config");
    let admin = std::fs::read(Path::new(KUBERNETES).join("admin.conf")).context("cannot read admin.conf")?;
    match std::fs::read(&path) {
        Ok(existing) => return Ok((existing == admin).then_some(path)),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Ok(None),
        Err(_) => {}
    }
    pki::write::secret(&path, &admin).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Some(path))
}

/// Waits until the node is Ready and all of kube-system runs.
fn wait_for_node(init: &Init) -> Result<()> {
    const LIMIT: Duration = Duration::from_secs(120);
    println!("[wait-node] Waiting for the node to be Ready and for the pods in kube-system");
    let node = client::path("", "v1", "nodes", None, Some(&init.node_name), None);
    let pods = client::path("", "v1", "pods", Some("kube-system"), None, None);
    let is_true = |object: &Value, kind: &str| {
        object["status"]["conditions"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|c| c["type"] == kind && c["status"] == "True")
    };
    // Static pods, kube-proxy, kube-dns and, unless the network is somebody else's, kube-cni.
    let expected = if network::is_foreign() { 6 } else { 7 };
    let missing = phases::api::admin(async |client| {
        let begun = Instant::now();
        loop {
            let mut waiting = Vec::new();
            match client.get::<Value>(&node).await {
                Ok(found) if is_true(&found, "Ready") => {}
                Ok(found) => {
                    let ready = found["status"]["conditions"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .find(|c| c["type"] == "Ready")
                        .cloned();
                    let why = ready
                        .and_then(|ready| ready["message"].as_str().map(str::to_string))
                        .unwrap_or_default();
                    waiting.push(format!("node {}: {why}", init.node_name));
                }
                Err(error) => waiting.push(format!("node {}: {error}", init.node_name)),
            }
            match client.list::<Value>(&pods, &client::ListParams::default()).await {
                Ok(list) => {
                    for pod in list.items.iter().filter(|pod| !is_true(pod, "Ready")) {
                        let name = pod["metadata"]["name"].as_str().unwrap_or_default();
                        waiting.push(format!(
                            "pod {name}: {}",
                            pod["status"]["phase"].as_str().unwrap_or("Pending")
                        ));
                    }
                    if list.items.len() < expected {
                        waiting.push(format!("{} of {expected} pods in kube-system exist", list.items.len()));
                    }
                }
                Err(error) => waiting.push(format!("pods in kube-system: {error}")),
            }
            if waiting.is_empty() || begun.elapsed() > LIMIT {
                return Ok(waiting);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    })?;
    if missing.is_empty() {
        return Ok(());
    }
    anyhow::bail!(
        "the control plane is up, but after {} s these are still not ready:\n    {}\nWhat to do: kctl describe node {}; kctl describe pods -n kube-system",
        LIMIT.as_secs(),
        missing.join("\n    "),
        init.node_name
    )
}
