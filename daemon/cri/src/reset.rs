//! Undoing everything kube-cri has done on this machine, daemon running or not.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::cgroup;
use crate::cni::Cni;
use crate::paths::{self, Paths};
use crate::shim::protocol::Request;
use crate::shim_client;

/// Kills every container, gives every pod's network back, takes every mount off and removes
/// both folders. Stop the daemon first. Running it again finishes what a failed run left.
///
/// # Errors
/// Fails when a folder can't be removed; the error names it.
pub async fn cleanup(paths: &Paths, cni: &Cni) -> Result<()> {
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    let mut pods = names(&paths.pods());
    pods.extend(names(&paths.sandbox_records()));
    pods.sort();
    pods.dedup();
    for id in &pods {
        if let Err(error) = cni.remove(id).await {
            tracing::warn!(sandbox = id, "cannot take the pod's network down: {error:#}");
        }
        let _ = shim_client::ask(paths.shim_socket(id), Request::Shutdown, Vec::new()).await;
        paths::unmount(&paths.netns(id));
        paths::unmount(&paths.shm(id));
    }
    for id in names(&paths.containers()) {
        if let Ok(cgroup) = fs::read_to_string(paths.container(&id).join("cgroup")) {
            cgroup::remove(&cgroup);
        }
    }
    // The parent of pods that no kubelet gave one.
    cgroup::remove("/kadm");
    for folder in [&paths.state, &paths.root] {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", folder.display()));
            }
            _ => {}
        }
    }
    Ok(())
}
