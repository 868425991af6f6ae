//! The cgroups above containers: one for each QoS class and one for each pod, v1 or v2.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use k8s_openapi::api::core::v1::PodSpec;

use super::resources::{Qos, qos, quota, shares, totals};

/// Where the kernel shows cgroups.
const ROOT: &str = "/sys/fs/cgroup";

/// The cgroup hierarchy of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cgroups {
    /// One tree for all controllers.
    V2,
    /// A tree for each controller; those that are mounted.
    V1(Vec<String>),
}

impl Cgroups {
    /// Finds out which it is. On a hybrid machine the controllers are in v1.
    pub fn detect() -> Self {
        let controllers = std::fs::read_to_string(format!("{ROOT}/cgroup.controllers"));
        if controllers.is_ok() {
            return Self::V2;
        }
        let mounted = [
            "cpu", "cpuacct", "memory", "pids", "cpuset", "freezer", "blkio", "devices", "hugetlb", "systemd",
        ];
        Self::V1(
            mounted
                .iter()
                .filter(|name| Path::new(ROOT).join(name).is_dir())
                .map(|name| (*name).to_string())
                .collect(),
        )
    }

    fn folders(&self, path: &str) -> Vec<PathBuf> {
        let path = path.trim_start_matches('/');
        match self {
            Self::V2 => vec![Path::new(ROOT).join(path)],
            Self::V1(controllers) => {
                let mut seen = Vec::new();
                for controller in controllers {
                    // cpu and cpuacct are often one mount with two names.
                    let folder = Path::new(ROOT).join(controller);
                    let folder = folder.canonicalize().unwrap_or(folder).join(path);
                    if !seen.contains(&folder) {
                        seen.push(folder);
                    }
                }
                seen
            }
        }
    }

    fn controller(&self, name: &str, path: &str) -> Option<PathBuf> {
        let path = path.trim_start_matches('/');
        match self {
            Self::V2 => Some(Path::new(ROOT).join(path)),
            Self::V1(controllers) => {
                controllers.iter().any(|c| c == name).then(|| Path::new(ROOT).join(name).join(path))
            }
        }
    }

    /// Makes the cgroup in every hierarchy; what exists stays as it is.
    ///
    /// # Errors
    /// Names the folder that can't be made.
    pub fn create(&self, path: &str) -> Result<()> {
        for folder in self.folders(path) {
            if *self == Self::V2 {
                create_v2(&folder)?;
            } else {
                std::fs::create_dir_all(&folder)
                    .with_context(|| format!("cannot make the cgroup {}", folder.display()))?;
                inherit_cpuset(&folder);
            }
        }
        Ok(())
    }

    /// Removes the cgroup and what is below it. Tasks must be gone.
    pub fn remove(&self, path: &str) {
        for folder in self.folders(path) {
            remove_tree(&folder);
        }
    }

    fn set(&self, controller: &str, path: &str, file: &str, value: &str) {
        let Some(folder) = self.controller(controller, path) else { return };
        let file = folder.join(file);
        if let Err(error) = std::fs::write(&file, value) {
            tracing::warn!(file = %file.display(), value, %error, "cannot set a cgroup's limit");
        }
    }

    /// Sets a cgroup's CPU weight.
    pub fn set_shares(&self, path: &str, weight: i64) {
        match self {
            // The published conversion of cgroup v1 shares (2..262144) to v2 weights (1..10000).
            Self::V2 => {
                self.set("cpu", path, "cpu.weight", &(1 + ((weight - 2) * 9999) / 262_142).to_string())
            }
            Self::V1(_) => self.set("cpu", path, "cpu.shares", &weight.to_string()),
        }
    }

    fn set_limits(&self, path: &str, cpu_quota: Option<i64>, memory: Option<i64>, pids: i64) {
        match self {
            Self::V2 => {
                let quota = cpu_quota.map_or("max".to_string(), |quota| quota.to_string());
                self.set("cpu", path, "cpu.max", &format!("{quota} 100000"));
                self.set(
                    "memory",
                    path,
                    "memory.max",
                    &memory.map_or("max".into(), |bytes| bytes.to_string()),
                );
                if pids > 0 {
                    self.set("pids", path, "pids.max", &pids.to_string());
                }
            }
            Self::V1(_) => {
                if let Some(quota) = cpu_quota {
                    self.set("cpu", path, "cpu.cfs_quota_us", &quota.to_string());
                }
                if let Some(bytes) = memory {
                    self.set("memory", path, "memory.limit_in_bytes", &bytes.to_string());
                }
                if pids > 0 {
                    self.set("pids", path, "pids.max", &pids.to_string());
                }
            }
        }
    }
}

fn create_v2(folder: &Path) -> Result<()> {
    let mut made = PathBuf::from(ROOT);
    let below = folder.strip_prefix(ROOT).unwrap_or(folder);
    for part in below.components() {
        // Every level must hand the controllers down to the next.
        let available = std::fs::read_to_string(made.join("cgroup.controllers")).unwrap_or_default();
        for controller in available.split_whitespace() {
            let _ = std::fs::write(made.join("cgroup.subtree_control"), format!("+{controller}"));
        }
        made.push(part);
        match std::fs::create_dir(&made) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(error).with_context(|| format!("cannot make the cgroup {}", made.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A new v1 cpuset has no CPUs and takes no tasks until it is given its parents'.
fn inherit_cpuset(folder: &Path) {
    let root = Path::new(ROOT).join("cpuset");
    if !folder.starts_with(&root) {
        return;
    }
    let mut chain: Vec<&Path> = folder.ancestors().take_while(|path| *path != root).collect();
    chain.reverse();
    for path in chain {
        for file in ["cpuset.cpus", "cpuset.mems"] {
            let own = std::fs::read_to_string(path.join(file)).unwrap_or_default();
            if own.trim().is_empty()
                && let Some(Ok(theirs)) =
                    path.parent().map(|parent| std::fs::read_to_string(parent.join(file)))
            {
                let _ = std::fs::write(path.join(file), theirs.trim());
            }
        }
    }
}

fn remove_tree(folder: &Path) {
    if let Ok(entries) = std::fs::read_dir(folder) {
        for entry in entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            remove_tree(&entry.path());
        }
    }
    let _ = std::fs::remove_dir(folder);
}

/// The cgroup of a class.
pub fn class_path(root: &str, class: Qos) -> String {
    let root = root.trim_end_matches('/');
    match class {
        Qos::Guaranteed => format!("{root}/kubepods"),
        Qos::Burstable => format!("{root}/kubepods/burstable"),
        Qos::BestEffort => format!("{root}/kubepods/besteffort"),
    }
}

/// The cgroup of a pod.
pub fn pod_path(root: &str, class: Qos, uid: &str) -> String {
    format!("{}/pod{uid}", class_path(root, class))
}

/// Makes the classes' cgroups.
///
/// # Errors
/// Names the folder that can't be made.
pub fn set_up(cgroups: &Cgroups, root: &str) -> Result<()> {
    for class in [Qos::Guaranteed, Qos::Burstable, Qos::BestEffort] {
        cgroups.create(&class_path(root, class))?;
    }
    cgroups.set_shares(&class_path(root, Qos::BestEffort), 2);
    Ok(())
}

/// Makes the pod's cgroup with the pod's limits, and gives its path.
///
/// # Errors
/// Names the folder that can't be made.
pub fn ensure_pod(cgroups: &Cgroups, root: &str, spec: &PodSpec, uid: &str, pids: i64) -> Result<String> {
    let class = qos(spec);
    let path = pod_path(root, class, uid);
    cgroups.create(&path)?;
    let totals = totals(spec);
    cgroups.set_shares(&path, if class == Qos::BestEffort { 2 } else { shares(totals.cpu_request) });
    cgroups.set_limits(&path, totals.cpu_limit.map(quota), totals.memory_limit, pids);
    Ok(path)
}
