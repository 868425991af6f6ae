//! Images made on the spot from files of this host: kadm's own, from its own executable.

use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::reference::Reference;
use super::{Hashing, Image, Store, layer, temporary};

/// A file of an image.
#[derive(Clone, Debug)]
pub enum ImageFile {
    /// A copy of a host's file. Where the file system allows, it shares its blocks.
    Host {
        /// Absolute, in the image.
        path: PathBuf,
        /// On the host.
        from: PathBuf,
    },
    /// A symbolic link.
    Link {
        /// Absolute, in the image.
        path: PathBuf,
        /// Where it points.
        to: PathBuf,
    },
    /// A file of this content.
    Text {
        /// Absolute, in the image.
        path: PathBuf,
        /// Its bytes.
        content: Vec<u8>,
        /// Permission bits.
        mode: u32,
    },
    /// A folder.
    Folder {
        /// Absolute, in the image.
        path: PathBuf,
        /// Permission bits.
        mode: u32,
    },
}

/// What runs in an image.
#[derive(Clone, Debug, Default)]
pub struct ImageConfig {
    /// What runs.
    pub entrypoint: Vec<String>,
    /// Its arguments.
    pub cmd: Vec<String>,
    /// `NAME=value`.
    pub env: Vec<String>,
    /// `user[:group]`; empty for root.
    pub user: String,
    /// Working directory; empty for `/`.
    pub working_dir: String,
    /// Not to be collected as garbage.
    pub pinned: bool,
}

/// Makes an image of these files and names it, in the store below `root`: an OCI manifest and
/// config and one unpacked layer. The same files and config give the same image.
///
/// # Errors
/// Fails when a file can't be read or the store can't be written.
pub fn make_from_files(
    root: &Path,
    name: &str,
    files: &[ImageFile],
    config: &ImageConfig,
) -> Result<Arc<Image>> {
    let store = Store::open(root)?;
    let name = Reference::parse(name)?;
    let folder = temporary(&store.layers_folder().join("new"));
    let made = fill(&folder, files).and_then(|()| {
        let mut hashing = Hashing::new(io::sink());
        layer::pack(&folder, &mut hashing)?;
        Ok((hashing.length(), hashing.digest()))
    });
    let (size, diff_id) = match made {
        Ok(made) => made,
        Err(error) => {
            let _ = fs::remove_dir_all(&folder);
            return Err(error);
        }
    };
    let path = store.layer_path(&diff_id)?;
    if path.exists() || fs::rename(&folder, &path).is_err() {
        fs::remove_dir_all(&folder)?;
    }
    let config_json = json!({
        "architecture": architecture(),
        "os": "linux",
        "config": {
            "Entrypoint": config.entrypoint,
            "Cmd": config.cmd,
            "Env": config.env,
            "User": config.user,
            "WorkingDir": config.working_dir,
        },
        "rootfs": { "type": "layers", "diff_ids": [diff_id] },
    });
    let config_bytes = serde_json::to_vec(&config_json)?;
    let id = store.write_blob(&config_bytes)?;
    let manifest = serde_json::to_vec(&json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": id,
            "size": config_bytes.len(),
        },
        "layers": [{
            "mediaType": "application/vnd.oci.image.layer.v1.tar",
            "digest": diff_id,
            "size": size,
        }],
    }))?;
    let manifest = store.write_blob(&manifest)?;
    let image = Image {
        id,
        manifest,
        tags: Vec::new(),
        digests: Vec::new(),
        size: size + config_bytes.len() as u64,
        layers: vec![diff_id],
        pinned: config.pinned,
    };
    store.record(image, Some(&name))
}

/// This machine, as Go names it.
pub fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    }
}

fn fill(folder: &Path, files: &[ImageFile]) -> Result<()> {
    fs::create_dir(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    for file in files {
        let (ImageFile::Host { path, .. }
        | ImageFile::Link { path, .. }
        | ImageFile::Text { path, .. }
        | ImageFile::Folder { path, .. }) = file;
        let Ok(relative) = path.strip_prefix("/") else {
            bail!("{} is not an absolute path", path.display());
        };
        let target = folder.join(relative);
        if let Some(parent) = target.parent() {
            make_folders(folder, parent)?;
        }
        match file {
            ImageFile::Host { from, .. } => {
                share(from, &target)
                    .with_context(|| format!("cannot take {} into the image", from.display()))?;
            }
            ImageFile::Link { to, .. } => symlink(to, &target)?,
            ImageFile::Text { content, mode, .. } => {
                fs::write(&target, content)?;
                fs::set_permissions(&target, fs::Permissions::from_mode(*mode))?;
            }
            ImageFile::Folder { mode, .. } => {
                make_folders(folder, &target)?;
                fs::set_permissions(&target, fs::Permissions::from_mode(*mode))?;
            }
        }
    }
    Ok(())
}

fn make_folders(root: &Path, path: &Path) -> io::Result<()> {
    let mut walked = root.to_path_buf();
    for part in path.strip_prefix(root).map_err(io::Error::other)?.components() {
        walked.push(part);
        if !walked.is_dir() {
            fs::create_dir(&walked)?;
            // Whatever the umask: the layer's bytes must be the same everywhere.
            fs::set_permissions(&walked, fs::Permissions::from_mode(0o755))?;
        }
    }
    Ok(())
}

/// Copies a file by reference where the file system can, else by a hard link, else by content.
/// The copy is executable by everybody and writable by nobody but root.
fn share(from: &Path, to: &Path) -> io::Result<()> {
    let source = fs::File::open(from)?;
    let meta = source.metadata()?;
    {
        let target = fs::File::create(to)?;
        // SAFETY: FICLONE takes a descriptor; both are open for the call.
        let cloned = unsafe { libc::ioctl(target.as_raw_fd(), libc::FICLONE, source.as_raw_fd()) } == 0;
        if cloned {
            return fs::set_permissions(to, fs::Permissions::from_mode(0o755));
        }
    }
    fs::remove_file(to)?;
    let linkable = meta.mode() & 0o7777 == 0o755 && meta.uid() == 0 && meta.gid() == 0;
    if linkable && fs::hard_link(fs::canonicalize(from)?, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to)?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o755))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_make_the_same_image() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = folder.path().join("program");
        fs::write(&program, b"#!/bin/sh\n").expect("writes");
        let files = [
            ImageFile::Host { path: "/usr/bin/program".into(), from: program },
            ImageFile::Link { path: "/bin".into(), to: "usr/bin".into() },
            ImageFile::Folder { path: "/tmp".into(), mode: 0o1777 },
            ImageFile::Text { path: "/etc/passwd".into(), content: b"root:x:0:0::/:\n".into(), mode: 0o644 },
        ];
        let config = ImageConfig { entrypoint: vec!["program".into()], ..Default::default() };
        let make = |root: &str| {
            make_from_files(&folder.path().join(root), "kadm.local/test:1", &files, &config).expect("makes")
        };
        let (one, two) = (make("a"), make("b"));
        assert_eq!((&one.id, &one.manifest), (&two.id, &two.manifest));
        assert_eq!(one.tags, ["kadm.local/test:1"]);
        let store = Store::open(&folder.path().join("a")).expect("opens");
        assert!(store.find("kadm.local/test:1").is_some());
        assert!(store.find(&one.id).is_some());
        assert!(store.find(&one.id["sha256:".len()..][..12]).is_some());
        assert!(store.find("kadm.local/test:2").is_none());
        let run = store.run_config(&one).expect("a config");
        assert_eq!(run.entrypoint.as_deref(), Some(&["program".to_string()][..]));
        assert!(store.remove("kadm.local/test:1").expect("removes"));
        assert!(store.list().is_empty());
        let left: Vec<_> = fs::read_dir(store.layers_folder()).expect("a folder").collect();
        assert!(left.is_empty());
    }
}
