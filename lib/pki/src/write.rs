//! Writing files so that nobody ever sees half of one, and keys only root sees at all.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Writes `bytes` to `path` by way of a synced temporary file and a rename. `mode` counts from
/// the first byte on. Missing folders are made.
///
/// # Errors
/// The file system's error; `path` is then as it was.
pub fn atomic(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let temporary = folder.join(format!(".{name}.{}", std::process::id()));
    let written = (|| {
        let _ = std::fs::remove_file(&temporary);
        let mut file =
            std::fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        std::fs::rename(&temporary, path)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    written
}

/// [`atomic`] for secrets: mode 0600.
pub fn secret(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    atomic(path, bytes, 0o600)
}

/// [`atomic`] for what all may read: mode 0644.
pub fn public(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    atomic(path, bytes, 0o644)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn secrets_are_0600_and_replace_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b.key");
        secret(&path, b"one").expect("writes");
        secret(&path, b"two").expect("writes again");
        assert_eq!(std::fs::read(&path).expect("reads"), b"two");
        assert_eq!(std::fs::metadata(&path).expect("is there").permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(path.parent().expect("has one")).expect("lists").count(), 1);
    }
}
