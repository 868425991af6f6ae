//! A container's file system, built by its first process in a mount namespace of its own, so
//! that the host never sees the mounts and they vanish with the container.
//!
//! Every target is resolved inside the new root (openat2 with RESOLVE_IN_ROOT): a symlink in an
//! image can't make a mount land on the host.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use nix::sys::stat::{Mode, SFlag};

use crate::spec::{ContainerSpec, DeviceSpec, MountSource, MountSpec, Propagation};
use crate::sys;

/// The new root, mounted and filled.
pub struct Root {
    directory: OwnedFd,
}

/// Mounts everything below the (still hidden) new root.
pub fn build(spec: &ContainerSpec) -> Result<Root> {
    // Sources first, while our mounts still are peers of the host's: "both ways" needs that.
    let mut sources = Vec::with_capacity(spec.mounts.len());
    for mount in &spec.mounts {
        sources.push(match &mount.source {
            MountSource::Bind { path, propagation, recursive_readonly } => {
                Some(prepare_bind(path, *propagation, mount.readonly, *recursive_readonly)?)
            }
            _ => None,
        });
    }
    sys::mount(None, Path::new("/"), None, libc::MS_REC | libc::MS_PRIVATE, None)
        .context("cannot leave the host's mount propagation")?;
    mount_overlay(spec)?;
    let directory = open_directory(&spec.root.mountpoint)?;
    for (mount, source) in spec.mounts.iter().zip(sources) {
        place(directory.as_fd(), mount, source)
            .with_context(|| format!("cannot mount {} in the container", mount.target.display()))?;
    }
    for device in &spec.devices {
        make_device(directory.as_fd(), device)
            .with_context(|| format!("cannot make the device {}", device.path.display()))?;
    }
    Ok(Root { directory })
}

/// Makes it this process's root and forgets the host's.
pub fn enter(spec: &ContainerSpec, root: Root) -> Result<()> {
    nix::unistd::fchdir(&root.directory).context("cannot enter the root file system")?;
    sys::pivot_root_here().context("cannot change the root")?;
    // What is now on top is the old root; take it off, busy or not.
    nix::mount::umount2(".", nix::mount::MntFlags::MNT_DETACH).context("cannot let go of the old root")?;
    std::env::set_current_dir("/")?;
    for path in &spec.readonly_paths {
        make_readonly(path)?;
    }
    for path in &spec.masked_paths {
        mask(path)?;
    }
    if spec.root.readonly {
        let flags = libc::MS_BIND | libc::MS_REMOUNT | libc::MS_RDONLY;
        sys::mount(None, Path::new("/"), None, flags, None).context("cannot make the root read-only")?;
    }
    Ok(())
}

fn open_directory(path: &Path) -> Result<OwnedFd> {
    use nix::fcntl::{OFlag, open};
    open(path, OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())
        .with_context(|| format!("cannot open {}", path.display()))
}

fn mount_overlay(spec: &ContainerSpec) -> Result<()> {
    let root = &spec.root;
    // Layers are named relative to their folder: the option must fit into one page.
    std::env::set_current_dir(&root.layers)
        .with_context(|| format!("cannot enter {}", root.layers.display()))?;
    let options = format!(
        "lowerdir={},upperdir={},workdir={}",
        root.lower.join(":"),
        root.upper.display(),
        root.work.display()
    );
    if options.len() >= 4096 {
        bail!("the image has {} layers, more than one overlay mount can name", root.lower.len());
    }
    sys::mount(Some(c"overlay"), &root.mountpoint, Some(c"overlay"), 0, Some(&options)).with_context(|| {
        format!("cannot mount the image's {} layers with overlayfs ({options})", root.lower.len())
    })
}

fn prepare_bind(
    path: &Path,
    propagation: Propagation,
    readonly: bool,
    recursive_readonly: bool,
) -> Result<(OwnedFd, bool)> {
    let meta = fs::metadata(path).with_context(|| format!("cannot mount {}", path.display()))?;
    let tree = sys::clone_tree(path, true).with_context(|| format!("cannot mount {}", path.display()))?;
    let propagation = match propagation {
        Propagation::Private => libc::MS_PRIVATE,
        Propagation::FromHost => libc::MS_SLAVE,
        Propagation::Both => libc::MS_SHARED,
    };
    sys::set_tree(tree.as_fd(), true, 0, propagation).context("mount propagation")?;
    if readonly {
        sys::set_tree(tree.as_fd(), recursive_readonly, sys::ATTR_RDONLY, 0).context("read-only mount")?;
    }
    Ok((tree, meta.is_dir()))
}

fn place(root: BorrowedFd<'_>, mount: &MountSpec, source: Option<(OwnedFd, bool)>) -> Result<()> {
    match (&mount.source, source) {
        (MountSource::Bind { .. }, Some((tree, directory))) => {
            let target = make_target(root, &mount.target, directory)?;
            sys::attach_tree(tree.as_fd(), target.as_fd())?;
        }
        (MountSource::New { kind, flags, data }, _) => {
            let target = make_target(root, &mount.target, true)?;
            let name = std::ffi::CString::new(kind.as_str())?;
            let flags = flags | if mount.readonly { libc::MS_RDONLY } else { 0 };
            let path = format!("/proc/self/fd/{}", target.as_raw_fd());
            let data = (!data.is_empty()).then_some(data.as_str());
            sys::mount(Some(&name), Path::new(&path), Some(&name), flags, data)?;
        }
        (MountSource::Link { to }, _) => {
            let (parent, name) = split(&mount.target)?;
            let parent = make_target(root, parent, true)?;
            match nix::unistd::symlinkat(to, &parent, name) {
                Ok(()) | Err(nix::errno::Errno::EEXIST) => {}
                Err(error) => return Err(error.into()),
            }
        }
        (MountSource::Bind { .. }, None) => bail!("its source was not opened"),
    }
    Ok(())
}

fn split(path: &Path) -> Result<(&Path, &std::ffi::OsStr)> {
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => Ok((parent, name)),
        _ => bail!("{} names no file", path.display()),
    }
}

/// Opens the mount point below `root`, making what is missing.
fn make_target(root: BorrowedFd<'_>, path: &Path, directory: bool) -> Result<OwnedFd> {
    match sys::open_in_root(root, path, libc::O_PATH, 0) {
        Ok(fd) => return Ok(fd),
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => {}
        Err(error) => return Err(error.into()),
    }
    let clean: PathBuf = path.components().filter(|part| matches!(part, Component::Normal(_))).collect();
    let mut made = PathBuf::from("/");
    let mut parent = sys::open_in_root(root, Path::new("/"), libc::O_PATH, 0)?;
    let count = clean.components().count();
    for (index, part) in clean.components().enumerate() {
        made.push(part);
        let next = match sys::open_in_root(root, &made, libc::O_PATH, 0) {
            Ok(next) => next,
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => {
                let name = Path::new(part.as_os_str());
                if index + 1 < count || directory {
                    nix::sys::stat::mkdirat(&parent, name, Mode::from_bits_truncate(0o755))?;
                } else {
                    let mode = Mode::from_bits_truncate(0o644);
                    nix::sys::stat::mknodat(&parent, name, SFlag::S_IFREG, mode, 0)?;
                }
                sys::open_in_root(root, &made, libc::O_PATH, 0)?
            }
            Err(error) => return Err(error.into()),
        };
        parent = next;
    }
    Ok(parent)
}

fn make_device(root: BorrowedFd<'_>, device: &DeviceSpec) -> Result<()> {
    let (parent, name) = split(&device.path)?;
    let parent = make_target(root, parent, true)?;
    let kind = SFlag::from_bits_truncate(device.mode & libc::S_IFMT);
    let mode = Mode::from_bits_truncate(device.mode & 0o7777);
    match nix::sys::stat::mknodat(&parent, name, kind, mode, device.rdev) {
        Ok(()) | Err(nix::errno::Errno::EEXIST) => {}
        Err(error) => return Err(error.into()),
    }
    // The umask may have taken bits away.
    let path = format!("/proc/self/fd/{}/{}", parent.as_raw_fd(), name.to_string_lossy());
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(device.mode & 0o7777))?;
    std::os::unix::fs::chown(&path, Some(device.owner.0), Some(device.owner.1))?;
    Ok(())
}

fn make_readonly(path: &Path) -> Result<()> {
    let tree = match sys::clone_tree(path, true) {
        Ok(tree) => tree,
        Err(error) if missing(&error) => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot protect {}", path.display())),
    };
    sys::set_tree(tree.as_fd(), true, sys::ATTR_RDONLY, 0)
        .with_context(|| format!("cannot protect {}", path.display()))?;
    let target =
        nix::fcntl::open(path, nix::fcntl::OFlag::O_PATH | nix::fcntl::OFlag::O_CLOEXEC, Mode::empty())?;
    sys::attach_tree(tree.as_fd(), target.as_fd())
        .with_context(|| format!("cannot protect {}", path.display()))
}

fn mask(path: &Path) -> Result<()> {
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if missing(&error) => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot hide {}", path.display())),
    };
    let done = if meta.is_dir() {
        sys::mount(Some(c"tmpfs"), path, Some(c"tmpfs"), libc::MS_RDONLY, Some("size=0k"))
    } else {
        sys::mount(Some(c"/dev/null"), path, None, libc::MS_BIND, None)
    };
    done.with_context(|| format!("cannot hide {}", path.display()))
}

fn missing(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ENOTDIR | libc::EACCES))
}
