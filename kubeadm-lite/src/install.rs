//! `kadm install`: the executable and its names under a prefix, and the CNI plugin's link.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::programs::PROGRAMS;

/// Where the executable is installed.
pub const PREFIX: &str = "/usr/local";
/// Where runtimes look for CNI plugins.
pub const CNI_BIN: &str = "/opt/cni/bin";

/// The installed executable.
pub fn executable(prefix: &Path) -> PathBuf {
    prefix.join("bin/kadm")
}

/// Copies this executable and makes its links. What is the same already is left alone; gives
/// whether anything was done.
///
/// # Errors
/// Names the file that can't be written.
pub fn install(prefix: &Path) -> Result<bool> {
    let own = std::env::current_exe().context("cannot find this executable")?;
    let target = executable(prefix);
    let folder = prefix.join("bin");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut changed = false;
    if !same(&own, &target) {
        // A running executable can't be written to; a new one can take its name.
        let temporary = folder.join(format!(".kadm.{}", std::process::id()));
        std::fs::copy(&own, &temporary)
            .and_then(|_| std::fs::set_permissions(&temporary, std::fs::Permissions::from_mode(0o755)))
            .and_then(|()| std::fs::rename(&temporary, &target))
            .with_context(|| format!("cannot install {}", target.display()))?;
        changed = true;
    }
    for program in PROGRAMS.iter().filter(|program| program.public) {
        let link = folder.join(program.name);
        if std::fs::read_link(&link).is_ok_and(|to| to == Path::new("kadm")) {
            continue;
        }
        // Upstream's own kubelet or etcd in this place is not ours to replace.
        if link.symlink_metadata().is_ok() {
            eprintln!("[install] {} exists and is not kadm's; left alone", link.display());
            continue;
        }
        symlink("kadm", &link).with_context(|| format!("cannot link {}", link.display()))?;
        changed = true;
    }
    Ok(changed)
}

/// The CNI plugins that the executable is.
const CNI_PLUGINS: &[&str] = &["kube-cni", "loopback"];

/// Links the CNI plugins to where runtimes look for them. Somebody else's `loopback` does as well.
///
/// # Errors
/// Names the link that can't be made.
pub fn link_cni(executable: &Path) -> Result<()> {
    let folder = Path::new(CNI_BIN);
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for plugin in CNI_PLUGINS {
        let link = folder.join(plugin);
        if std::fs::read_link(&link).is_ok_and(|to| to == executable)
            || (*plugin == "loopback" && link.symlink_metadata().is_ok())
        {
            continue;
        }
        let _ = std::fs::remove_file(&link);
        symlink(executable, &link).with_context(|| format!("cannot link {}", link.display()))?;
    }
    Ok(())
}

/// Takes the links away that [`link_cni`] has made.
///
/// # Errors
/// Names the link that can't be removed.
pub fn unlink_cni() -> Result<()> {
    for plugin in CNI_PLUGINS {
        let link = Path::new(CNI_BIN).join(plugin);
        if std::fs::read_link(&link).is_ok_and(|to| to.ends_with("kadm")) {
            std::fs::remove_file(&link).with_context(|| format!("cannot remove {}", link.display()))?;
        }
    }
    Ok(())
}

fn same(one: &Path, two: &Path) -> bool {
    let canonical = |path: &Path| path.canonicalize().ok();
    if canonical(one).is_some_and(|path| Some(path) == canonical(two)) {
        return true;
    }
    let size = |path: &Path| std::fs::metadata(path).map(|meta| meta.len()).ok();
    size(one).is_some() && size(one) == size(two) && std::fs::read(one).ok() == std::fs::read(two).ok()
}
