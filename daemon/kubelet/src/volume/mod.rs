//! Volumes: one folder of the pod's for each, filled as its source says.

mod atomic;
mod content;

use std::collections::HashMap;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use k8s_openapi::api::core::v1::{Pod, Volume};
use nix::mount::{MntFlags, MsFlags, mount, umount2};

use crate::objects::Objects;
use crate::pod::env::Local;

/// A volume that is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mounted {
    pub path: PathBuf,
    pub read_only: bool,
}

impl Mounted {
    /// A path inside the volume, made as a folder when it is not there.
    ///
    /// # Errors
    /// Refuses paths that would leave the volume, also by way of symbolic links.
    pub fn sub_path(&self, sub: &str) -> Result<PathBuf, String> {
        if sub.starts_with('/') || Path::new(sub).components().any(|part| part.as_os_str() == "..") {
            return Err(format!("subPath {sub:?} must be relative and must not contain '..'"));
        }
        let path = self.path.join(sub);
        let inside = |path: &Path| {
            let root =
                self.path.canonicalize().map_err(|error| format!("{}: {error}", self.path.display()))?;
            let real = path.canonicalize().map_err(|error| format!("subPath {sub:?}: {error}"))?;
            if real.starts_with(&root) {
                Ok(real)
            } else {
                Err(format!("subPath {sub:?} leads out of its volume"))
            }
        };
        if path.symlink_metadata().is_err() {
            let parent = path.ancestors().skip(1).find(|parent| parent.exists()).unwrap_or(&self.path);
            inside(parent)?;
            std::fs::create_dir_all(&path)
                .map_err(|error| format!("cannot make subPath {sub:?}: {error}"))?;
        }
        inside(&path)
    }
}

/// Volumes of this node.
#[derive(Clone)]
pub struct Volumes {
    /// `<root>/pods/<uid>/…`
    pub pods: PathBuf,
    pub objects: Objects,
    pub client: Option<client::Client>,
    pub tokens: content::Tokens,
}

/// Why a volume is not ready; becomes the FailedMount event.
pub type VolumeError = String;

impl Volumes {
    /// Volumes under the kubelet's root folder.
    pub fn new(root: &Path, objects: Objects, client: Option<client::Client>) -> Self {
        Self { pods: root.join("pods"), objects, client, tokens: content::Tokens::default() }
    }

    /// The pod's folder.
    pub fn pod_folder(&self, uid: &str) -> PathBuf {
        self.pods.join(uid)
    }

    /// Sets up every volume of the pod, or brings it up to date. Gives also how long until a
    /// projected token wants renewing.
    ///
    /// # Errors
    /// Says which volume is not ready, and why.
    pub async fn ensure(
        &self,
        pod: &Pod,
        local: &Local,
    ) -> Result<(HashMap<String, Mounted>, Option<std::time::Duration>), VolumeError> {
        let spec = crate::pod::spec(pod);
        let fs_group = spec.security_context.as_ref().and_then(|context| context.fs_group);
        let mut mounted = HashMap::new();
        let mut renew = None;
        for volume in spec.volumes.iter().flatten() {
            let (ready, again) = self.one(pod, volume, local, fs_group).await.map_err(|reason| {
                format!("MountVolume.SetUp failed for volume {:?} : {reason}", volume.name)
            })?;
            renew = [renew, again].into_iter().flatten().min();
            mounted.insert(volume.name.clone(), ready);
        }
        Ok((mounted, renew))
    }

    async fn one(
        &self,
        pod: &Pod,
        volume: &Volume,
        local: &Local,
        fs_group: Option<i64>,
    ) -> Result<(Mounted, Option<std::time::Duration>), VolumeError> {
        if let Some(source) = &volume.host_path {
            let path = PathBuf::from(&source.path);
            host_path(&path, source.type_.as_deref().unwrap_or_default())?;
            return Ok((Mounted { path, read_only: false }, None));
        }
        let folder = |plugin: &str| {
            self.pod_folder(crate::pod::uid(pod))
                .join("volumes")
                .join(format!("kubernetes.io~{plugin}"))
                .join(&volume.name)
        };
        if let Some(source) = &volume.empty_dir {
            let path = folder("empty-dir");
            let memory = source.medium.as_deref() == Some("Memory");
            if !path.exists() {
                make(&path, 0o777)?;
            }
            if memory && !is_mount(&path) {
                let size = source
                    .size_limit
                    .as_ref()
                    .map(|limit| format!("size={}", crate::pod::resources::units(limit)));
                tmpfs(&path, size.as_deref(), 0o777)?;
            }
            set_group(&path, fs_group, true)?;
            return Ok((Mounted { path, read_only: false }, None));
        }
        let (plugin, secret) = if volume.secret.is_some() {
            ("secret", true)
        } else if volume.projected.is_some() {
            ("projected", true)
        } else if volume.config_map.is_some() {
            ("configmap", false)
        } else if volume.downward_api.is_some() {
            ("downward-api", false)
        } else {
            return Err("its kind is not built yet; emptyDir, hostPath, configMap, secret, downwardAPI and projected are".into());
        };
        let (files, renew) = content::files(self, pod, volume, local).await?;
        let path = folder(plugin);
        if !path.exists() {
            make(&path, 0o777)?;
        }
        if secret && !is_mount(&path) {
            // Secrets never reach the disk.
            tmpfs(&path, None, 0o777)?;
        }
        atomic::write(&path, &files, fs_group)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        Ok((Mounted { path, read_only: true }, renew))
    }

    /// Unmounts and removes everything of a pod.
    ///
    /// # Errors
    /// Names what is still in use.
    pub fn remove(&self, uid: &str) -> Result<(), String> {
        let folder = self.pod_folder(uid);
        let below = mounts_below(&folder);
        for path in below.iter().rev() {
            umount2(path, MntFlags::MNT_DETACH)
                .map_err(|error| format!("cannot unmount {}: {error}", path.display()))?;
        }
        self.tokens.forget(uid);
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(format!("cannot remove {}: {error}", folder.display()))
            }
            _ => Ok(()),
        }
    }
}

fn make(path: &Path, mode: u32) -> Result<(), String> {
    let wrap = |error: std::io::Error| format!("cannot make {}: {error}", path.display());
    std::fs::create_dir_all(path).map_err(wrap)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).map_err(wrap)
}

fn tmpfs(path: &Path, size: Option<&str>, mode: u32) -> Result<(), String> {
    let options =
        format!("mode={mode:o}{}{}", if size.is_some() { "," } else { "" }, size.unwrap_or_default());
    mount(Some("tmpfs"), path, Some("tmpfs"), MsFlags::MS_NODEV | MsFlags::MS_NOSUID, Some(options.as_str()))
        .map_err(|error| format!("cannot mount a tmpfs at {}: {error}", path.display()))
}

fn set_group(path: &Path, group: Option<i64>, setgid: bool) -> Result<(), String> {
    let Some(group) = group.and_then(|group| u32::try_from(group).ok()) else { return Ok(()) };
    let wrap = |error: std::io::Error| format!("cannot hand {} to group {group}: {error}", path.display());
    chown(path, None, Some(group)).map_err(wrap)?;
    if setgid {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o2777)).map_err(wrap)?;
    }
    Ok(())
}

fn is_mount(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| std::fs::symlink_metadata(path).map(|meta| meta.dev());
    match (device(path), path.parent().map(device)) {
        (Ok(own), Some(Ok(parent))) => own != parent,
        _ => false,
    }
}

/// Mount points below a folder, outer ones first.
fn mounts_below(folder: &Path) -> Vec<PathBuf> {
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let mut found: Vec<PathBuf> = table
        .lines()
        .filter_map(|line| line.split(' ').nth(4))
        .map(|path| PathBuf::from(path.replace("\\040", " ")))
        .filter(|path| path.starts_with(folder))
        .collect();
    found.sort();
    found
}

fn host_path(path: &Path, kind: &str) -> Result<(), String> {
    use std::os::unix::fs::FileTypeExt;
    let meta = std::fs::metadata(path);
    let wrong = |what: &str| Err(format!("hostPath type check failed: {} is not a {what}", path.display()));
    match kind {
        "" => {
            // The runtime needs something to bind; an absent path becomes a folder, as upstream's do.
            if meta.is_err() {
                std::fs::create_dir_all(path)
                    .map_err(|error| format!("cannot make {}: {error}", path.display()))?;
            }
            Ok(())
        }
        "DirectoryOrCreate" => match meta {
            Ok(meta) if meta.is_dir() => Ok(()),
            Ok(_) => wrong("directory"),
            Err(_) => make(path, 0o755),
        },
        "FileOrCreate" => match meta {
            Ok(meta) if meta.is_file() => Ok(()),
            Ok(_) => wrong("file"),
            Err(_) => {
                let parent = path.parent().unwrap_or(Path::new("/"));
                std::fs::create_dir_all(parent)
                    .map_err(|error| format!("cannot make {}: {error}", parent.display()))?;
                std::fs::File::create(path)
                    .map(drop)
                    .map_err(|error| format!("cannot make {}: {error}", path.display()))
            }
        },
        "Directory" if meta.as_ref().is_ok_and(|meta| meta.is_dir()) => Ok(()),
        "Directory" => wrong("directory"),
        "File" if meta.as_ref().is_ok_and(|meta| meta.is_file()) => Ok(()),
        "File" => wrong("file"),
        "Socket" if meta.as_ref().is_ok_and(|meta| meta.file_type().is_socket()) => Ok(()),
        "Socket" => wrong("socket file"),
        "CharDevice" if meta.as_ref().is_ok_and(|meta| meta.file_type().is_char_device()) => Ok(()),
        "CharDevice" => wrong("character device"),
        "BlockDevice" if meta.as_ref().is_ok_and(|meta| meta.file_type().is_block_device()) => Ok(()),
        "BlockDevice" => wrong("block device"),
        other => Err(format!("hostPath type {other:?} is unknown")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sub_paths_stay_inside() {
        let folder = tempfile::tempdir().expect("a folder");
        let volume = Mounted { path: folder.path().join("v"), read_only: false };
        std::fs::create_dir(&volume.path).expect("makes");
        std::os::unix::fs::symlink("/etc", volume.path.join("out")).expect("links");
        assert!(volume.sub_path("a/b").is_ok_and(|path| path.ends_with("v/a/b")));
        for bad in ["/a", "../a", "a/../../b", "out", "out/new"] {
            assert!(volume.sub_path(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn host_path_types() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a/file");
        assert!(host_path(&file, "File").is_err());
        assert!(host_path(&file, "FileOrCreate").is_ok());
        assert!(host_path(&file, "File").is_ok());
        assert!(host_path(&file, "DirectoryOrCreate").is_err());
    }
}
