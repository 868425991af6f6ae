//! Writes a set of files so that a reader sees all of the old or all of the new ones: they live
//! in a folder of their own, and one symbolic link, `..data`, is switched over.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Component, Path};

/// A file's bytes and mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub bytes: Vec<u8>,
    pub mode: u32,
}

/// Makes `folder` hold exactly `files`, by relative path. Nothing is touched when it does.
pub fn write(folder: &Path, files: &BTreeMap<String, File>, group: Option<i64>) -> Result<()> {
    for path in files.keys() {
        let relative = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if path.is_empty() || !relative || path.starts_with("..") {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("{path:?} is not a path inside the volume"),
            ));
        }
    }
    let data = folder.join("..data");
    let current = std::fs::read_link(&data).ok().map(|name| folder.join(name));
    if let Some(current) = &current
        && same(current, files)
    {
        return Ok(());
    }
    let name = format!("..{}", jiff::Timestamp::now().strftime("%Y_%m_%d_%H_%M_%S.%f"));
    let fresh = folder.join(&name);
    std::fs::create_dir(&fresh)?;
    std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o755))?;
    let group = group.and_then(|group| u32::try_from(group).ok());
    for (path, file) in files {
        let target = fresh.join(path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&target, &file.bytes)?;
        let mut mode = file.mode;
        if let Some(group) = group {
            chown(&target, None, Some(group))?;
            mode |= 0o440;
        }
        std::fs::set_permissions(&target, std::fs::Permissions::from_mode(mode))?;
    }
    let temporary = folder.join("..data_tmp");
    let _ = std::fs::remove_file(&temporary);
    symlink(&name, &temporary)?;
    std::fs::rename(&temporary, &data)?;
    // What users see are links into `..data`, one for each topmost name.
    let tops: std::collections::BTreeSet<&str> =
        files.keys().filter_map(|path| path.split('/').next()).collect();
    for top in &tops {
        let link = folder.join(top);
        if link.symlink_metadata().is_err() {
            symlink(Path::new("..data").join(top), &link)?;
        }
    }
    for entry in std::fs::read_dir(folder)?.flatten() {
        let found = entry.file_name().to_string_lossy().into_owned();
        if !found.starts_with("..") && !tops.contains(found.as_str()) {
            std::fs::remove_file(entry.path())?;
        }
    }
    if let Some(current) = current {
        std::fs::remove_dir_all(current)?;
    }
    Ok(())
}

fn same(folder: &Path, files: &BTreeMap<String, File>) -> bool {
    fn count(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    files.iter().all(|(path, file)| std::fs::read(folder.join(path)).is_ok_and(|bytes| bytes == file.bytes))
        && count(folder) == files.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> BTreeMap<String, File> {
        pairs
            .iter()
            .map(|(path, text)| ((*path).to_string(), File { bytes: text.as_bytes().into(), mode: 0o644 }))
            .collect()
    }

    #[test]
    fn files_change_together_and_vanish_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = |path: &str| std::fs::read_to_string(folder.path().join(path)).ok();
        write(folder.path(), &files(&[("a", "1"), ("d/b", "2")]), None).expect("writes");
        assert_eq!((read("a").as_deref(), read("d/b").as_deref()), (Some("1"), Some("2")));
        let first = std::fs::read_link(folder.path().join("..data")).expect("a link");
        write(folder.path(), &files(&[("a", "1"), ("d/b", "2")]), None).expect("writes");
        assert_eq!(
            std::fs::read_link(folder.path().join("..data")).expect("a link"),
            first,
            "nothing changed"
        );
        write(folder.path(), &files(&[("a", "3")]), None).expect("writes");
        assert_eq!((read("a").as_deref(), read("d/b")), (Some("3"), None));
        assert!(!folder.path().join(first).exists());
        assert!(write(folder.path(), &files(&[("../x", "")]), None).is_err());
    }
}
