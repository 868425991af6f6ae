//! Layers: tar streams unpacked into overlayfs' form, and folders packed into a tar stream whose
//! bytes depend on nothing but the files' paths, modes and content.

use std::fs;
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::Hashing;

/// Unpacks a layer into the new folder `to`. Returns the digest of the uncompressed tar.
pub fn unpack(blob: impl Read, to: &Path) -> Result<String> {
    let mut blob = BufReader::with_capacity(256 * 1024, blob);
    let magic = io::BufRead::fill_buf(&mut blob)?;
    if magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        bail!("it is compressed with zstd, which is not built yet; push the image with gzip");
    }
    if magic.starts_with(&[0x1f, 0x8b]) {
        unpack_tar(flate2::bufread::MultiGzDecoder::new(blob), to)
    } else {
        unpack_tar(blob, to)
    }
}

fn unpack_tar(stream: impl Read, to: &Path) -> Result<String> {
    fs::create_dir(to).with_context(|| format!("cannot create {}", to.display()))?;
    let mut archive = tar::Archive::new(Hashing::new(stream));
    archive.set_preserve_permissions(true);
    archive.set_preserve_ownerships(true);
    archive.set_preserve_mtime(true);
    archive.set_unpack_xattrs(true);
    // Folders get their times and modes last: a read-only folder must take its files first.
    let mut folders = Vec::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        if path.components().any(|part| matches!(part, Component::ParentDir)) {
            bail!("it holds the path {}, which leads out of it", path.display());
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(hidden) = name.strip_prefix(".wh.") {
            whiteout(to, path.parent().unwrap_or(Path::new("")), hidden)?;
            continue;
        }
        if entry.header().entry_type().is_dir() {
            let mode = entry.header().mode().unwrap_or(0o755);
            folders.push((path, mode, entry.header().uid()? as u32, entry.header().gid()? as u32));
        }
        if !entry.unpack_in(to).with_context(|| "an entry can't be unpacked")? {
            bail!("an entry leads out of it");
        }
    }
    for (path, mode, uid, gid) in folders.into_iter().rev() {
        let folder = inside(to, &path);
        if fs::symlink_metadata(&folder).is_ok_and(|meta| meta.is_dir()) {
            std::os::unix::fs::lchown(&folder, Some(uid), Some(gid))?;
            fs::set_permissions(&folder, fs::Permissions::from_mode(mode & 0o7777))?;
        }
    }
    // The tar's end may be followed by padding that belongs to the digest.
    let mut stream = archive.into_inner();
    io::copy(&mut stream, &mut io::sink())?;
    // The root of an overlay is its topmost layer's; mkdir's umask must not decide its mode.
    fs::set_permissions(to, fs::Permissions::from_mode(0o755))?;
    Ok(stream.digest())
}

fn inside(to: &Path, path: &Path) -> PathBuf {
    to.join(path.components().filter(|part| matches!(part, Component::Normal(_))).collect::<PathBuf>())
}

/// Marks what a layer removes from those below it, the way overlayfs reads it.
fn whiteout(to: &Path, parent: &Path, hidden: &str) -> Result<()> {
    let parent = inside(to, parent);
    // A symlink on the way could point anywhere.
    let mut walked = to.to_path_buf();
    for part in parent.strip_prefix(to)?.components() {
        walked.push(part);
        match fs::symlink_metadata(&walked) {
            Ok(meta) if meta.is_dir() => {}
            Ok(_) => bail!("it removes a file below {}, which is no folder", walked.display()),
            Err(_) => fs::create_dir(&walked)?,
        }
    }
    if hidden == ".wh..opq" {
        return crate::sys::set_attribute(&parent, c"trusted.overlay.opaque", b"y")
            .with_context(|| format!("cannot mark {} opaque for overlayfs", parent.display()));
    }
    if hidden.starts_with(".wh.") || hidden.is_empty() {
        return Ok(());
    }
    use nix::sys::stat::{Mode, SFlag, mknod};
    mknod(&parent.join(hidden), SFlag::S_IFCHR, Mode::empty(), 0)
        .with_context(|| format!("cannot mark {hidden} as removed for overlayfs"))
}

/// Writes the folder as a tar stream: entries in order, owned by root, from 1970.
pub fn pack(folder: &Path, to: &mut dyn Write) -> Result<()> {
    let mut builder = tar::Builder::new(to);
    pack_folder(&mut builder, folder, Path::new(""))?;
    builder.finish()?;
    Ok(())
}

fn pack_folder(builder: &mut tar::Builder<&mut dyn Write>, root: &Path, path: &Path) -> Result<()> {
    let mut names: Vec<_> =
        fs::read_dir(root.join(path))?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
    names.sort();
    for name in names {
        let inner = path.join(&name);
        let full = root.join(&inner);
        let meta = fs::symlink_metadata(&full)?;
        let mut header = tar::Header::new_gnu();
        header.set_mode(meta.mode() & 0o7777);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        if meta.is_dir() {
            header.set_entry_type(tar::EntryType::Directory);
            header.set_size(0);
            builder.append_data(&mut header, &inner, io::empty())?;
            pack_folder(builder, root, &inner)?;
        } else if meta.is_symlink() {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_size(0);
            builder.append_link(&mut header, &inner, fs::read_link(&full)?)?;
        } else if meta.is_file() {
            header.set_entry_type(tar::EntryType::Regular);
            header.set_size(meta.len());
            builder.append_data(&mut header, &inner, fs::File::open(&full)?)?;
        } else {
            bail!("{} is neither file, folder nor link", full.display());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tar_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_mode(0o644);
            header.set_uid(0);
            header.set_gid(0);
            header.set_mtime(0);
            header.set_size(content.len() as u64);
            if path.ends_with('/') {
                header.set_entry_type(tar::EntryType::Directory);
                header.set_mode(0o755);
            }
            // Set by hand: the builder itself refuses paths that lead out.
            let name = header.as_old_mut();
            name.name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_cksum();
            builder.append(&header, *content).expect("appends");
        }
        builder.into_inner().expect("finishes")
    }

    #[test]
    fn packing_what_was_unpacked_gives_the_same_bytes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let tar = tar_of(&[("a/", b""), ("a/b", b"text"), ("c", b"")]);
        let digest = unpack(&tar[..], &folder.path().join("1")).expect("unpacks");
        assert_eq!(digest, super::super::digest_of(&tar));
        let mut once = Vec::new();
        pack(&folder.path().join("1"), &mut once).expect("packs");
        let again = unpack(&once[..], &folder.path().join("2")).expect("unpacks");
        assert_eq!(again, super::super::digest_of(&once));
        let mut twice = Vec::new();
        pack(&folder.path().join("2"), &mut twice).expect("packs");
        assert_eq!(once, twice);
        assert_eq!(fs::read(folder.path().join("2/a/b")).ok().as_deref(), Some(&b"text"[..]));
    }

    #[test]
    fn paths_that_lead_out_are_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let tar = tar_of(&[("../evil", b"x")]);
        assert!(unpack(&tar[..], &folder.path().join("1")).is_err());
        assert!(!folder.path().join("evil").exists());
    }

    #[test]
    fn zstd_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let error = unpack(&[0x28, 0xb5, 0x2f, 0xfd, 0][..], &folder.path().join("1"));
        assert!(error.is_err_and(|error| error.to_string().contains("zstd")));
    }
}
