//! Where things are. What must survive a reboot is below the root folder, the rest below the
//! state folder; nothing is written anywhere else but logs where the kubelet says.

use std::path::{Path, PathBuf};

/// kube-cri's two folders.
#[derive(Clone, Debug)]
pub struct Paths {
    /// `/var/lib/kadm/cri`.
    pub root: PathBuf,
    /// `/run/kadm/cri`.
    pub state: PathBuf,
}

impl Paths {
    /// One file for each sandbox.
    pub fn sandbox_records(&self) -> PathBuf {
        self.root.join("sandboxes")
    }

    /// A sandbox's record.
    pub fn sandbox_record(&self, id: &str) -> PathBuf {
        self.sandbox_records().join(id).join("record.json")
    }

    /// A sandbox's files that containers mount.
    pub fn sandbox_files(&self, id: &str) -> PathBuf {
        self.sandbox_records().join(id)
    }

    /// What a running sandbox has: socket, namespace, exits.
    pub fn sandbox_state(&self, id: &str) -> PathBuf {
        self.state.join("pods").join(id)
    }

    /// Where its shim listens. A unix socket's path may have 107 bytes; ids are shortened.
    pub fn shim_socket(&self, id: &str) -> PathBuf {
        self.state.join("shims").join(&id[..id.len().min(16)])
    }

    /// Its network namespace.
    pub fn netns(&self, id: &str) -> PathBuf {
        self.sandbox_state(id).join("netns")
    }

    /// Its shared memory.
    pub fn shm(&self, id: &str) -> PathBuf {
        self.sandbox_state(id).join("shm")
    }

    /// The exit statuses of its containers.
    pub fn exits(&self, id: &str) -> PathBuf {
        self.sandbox_state(id).join("exits")
    }

    /// One folder for each container.
    pub fn containers(&self) -> PathBuf {
        self.root.join("containers")
    }

    /// A container's folder.
    pub fn container(&self, id: &str) -> PathBuf {
        self.containers().join(id)
    }

    /// A container's record.
    pub fn container_record(&self, id: &str) -> PathBuf {
        self.container(id).join("record.json")
    }

    /// The pods' state folders.
    pub fn pods(&self) -> PathBuf {
        self.state.join("pods")
    }

    /// What CNI plugins answered, for undoing it.
    pub fn cni_cache(&self) -> PathBuf {
        self.root.join("cni")
    }
}

/// Whether something is mounted at `path`.
pub fn is_mounted(path: &Path) -> bool {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let wanted = path.to_string_lossy();
    mounts.lines().any(|line| line.split(' ').nth(4) == Some(&*wanted))
}

/// Takes a mount off; not being mounted is fine.
pub fn unmount(path: &Path) {
    let _ = nix::mount::umount2(path, nix::mount::MntFlags::MNT_DETACH);
}
