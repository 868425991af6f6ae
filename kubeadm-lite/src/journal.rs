//! What was on this machine before kadm: so that reset takes away what kadm brought, and
//! nothing else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// What to give back.
#[derive(Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Journal {
    /// Folders that were not there before.
    pub folders: Vec<PathBuf>,
    /// Kernel settings as they were.
    pub sysctls: BTreeMap<String, String>,
    /// The kubeconfig that was written for the user.
    pub kubeconfig: Option<PathBuf>,
}

fn file() -> PathBuf {
    Path::new(crate::config::STATE).join("journal.json")
}

/// The folders that kadm and the daemons it starts make.
const FOLDERS: &[&str] = &[
    "/etc/kubernetes",
    "/etc/cni",
    "/etc/cni/net.d",
    "/opt/cni",
    "/opt/cni/bin",
    "/var/lib/etcd",
    "/var/lib/kubelet",
    "/var/lib/cni",
    "/var/lib/cni/networks",
    "/var/log/pods",
    "/var/log/containers",
    "/var/log/kadm",
    "/run/kadm",
    "/var/lib/kadm",
    "/run/netns",
];

/// Kernel settings that pods' networks need.
const SYSCTLS: &[(&str, &str)] = &[("net/ipv4/ip_forward", "1"), ("net/ipv6/conf/all/forwarding", "1")];

impl Journal {
    /// The journal of this machine; an empty one where kadm has not been.
    pub fn load() -> Self {
        std::fs::read(file()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Notes what is there, before anything is made. What an earlier run noted stays.
    ///
    /// # Errors
    /// Fails when the journal can't be written: nothing may be touched then.
    pub fn begin() -> Result<Self> {
        let mut journal = Self::load();
        for folder in FOLDERS.iter().map(PathBuf::from) {
            if !folder.exists() && !journal.folders.contains(&folder) {
                journal.folders.push(folder);
            }
        }
        for (name, _) in SYSCTLS {
            if let Ok(value) = std::fs::read_to_string(Path::new("/proc/sys").join(name)) {
                journal.sysctls.entry((*name).to_string()).or_insert_with(|| value.trim().to_string());
            }
        }
        journal.save()?;
        Ok(journal)
    }

    /// Writes the journal.
    ///
    /// # Errors
    /// Names the file.
    pub fn save(&self) -> Result<()> {
        pki::write::secret(&file(), &serde_json::to_vec_pretty(self)?)
            .with_context(|| format!("cannot write {}", file().display()))
    }

    /// Turns forwarding on: pods' packets pass through this machine.
    ///
    /// # Errors
    /// Names the setting that the kernel refuses.
    pub fn set_sysctls(&self) -> Result<()> {
        for (name, value) in SYSCTLS {
            let path = Path::new("/proc/sys").join(name);
            let now = std::fs::read_to_string(&path).unwrap_or_default();
            // A kernel without IPv6 has no such setting, and needs none.
            if path.exists() && now.trim() != *value {
                std::fs::write(&path, value).with_context(|| format!("cannot set {name} to {value}"))?;
            }
        }
        Ok(())
    }

    /// Gives everything back. Problems are told and do not stop the rest.
    pub fn undo(self) {
        for (name, value) in &self.sysctls {
            let path = Path::new("/proc/sys").join(name);
            if path.exists() && std::fs::read_to_string(&path).is_ok_and(|now| now.trim() != value) {
                let _ = std::fs::write(path, value);
            }
        }
        let _ = std::fs::remove_file(file());
        let mut folders = self.folders;
        // Inner ones first; one that is not empty holds somebody else's files by now.
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.components().count()));
        for folder in folders {
            if let Err(error) = std::fs::remove_dir(&folder)
                && error.kind() != std::io::ErrorKind::NotFound
                && error.raw_os_error() != Some(nix::libc::EBUSY)
            {
                eprintln!("[reset] {} is left: {error}", folder.display());
            }
        }
    }
}
