//! The audit log: one line of JSON for each event, in a file that is rotated.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Where events go, and how long they are kept.
#[derive(Clone, Debug)]
pub struct Target {
    /// The file; `-` for standard output.
    pub path: PathBuf,
    /// How many days rotated files stay; 0: for ever.
    pub days: usize,
    /// How many rotated files stay; 0: all.
    pub backups: usize,
    /// The size in megabytes at which the file is rotated.
    pub megabytes: usize,
}

/// An open log.
pub struct Log {
    target: Target,
    open: Mutex<Option<(File, u64)>>,
}

impl Log {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// Fails when that can't be done.
    pub fn open(target: Target) -> io::Result<Self> {
        let log = Self { target, open: Mutex::new(None) };
        if log.target.path != Path::new("-") {
            *log.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(append(&log.target.path)?);
        }
        Ok(log)
    }

    /// Writes a line; it is the kernel's when this returns.
    pub fn write(&self, line: &[u8]) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = match &mut *open {
            None => io::stdout().lock().write_all(line),
            Some((file, size)) => {
                let limit = (self.target.megabytes as u64) << 20;
                let full = limit > 0 && *size > 0 && *size + line.len() as u64 > limit;
                let rotated = if full { self.rotate().map(|new| (*file, *size) = new) } else { Ok(()) };
                rotated.and_then(|()| {
                    *size += line.len() as u64;
                    file.write_all(line)
                })
            }
        };
        if let Err(error) = outcome {
            tracing::error!(%error, path = %self.target.path.display(), "cannot write the audit log");
        }
    }

    fn rotate(&self) -> io::Result<(File, u64)> {
        let path = &self.target.path;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let extension = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S%.3f");
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::rename(path, folder.join(format!("{stem}-{now}{extension}")))?;
        self.sweep(folder, &stem, &extension)?;
        append(path)
    }

    /// Takes away rotated files that are too many or too old.
    fn sweep(&self, folder: &Path, stem: &str, extension: &str) -> io::Result<()> {
        let start = format!("{stem}-");
        let mut old: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&start) && name.ends_with(extension) {
                old.push(entry.path());
            }
        }
        old.sort();
        old.reverse();
        let age = Duration::from_secs(self.target.days as u64 * 24 * 3600);
        for (index, path) in old.iter().enumerate() {
            let changed =
                std::fs::metadata(path).and_then(|meta| meta.modified()).unwrap_or(SystemTime::now());
            let aged = !age.is_zero() && changed.elapsed().is_ok_and(|elapsed| elapsed > age);
            if aged || (self.target.backups > 0 && index >= self.target.backups) {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

fn append(path: &Path) -> io::Result<(File, u64)> {
    use std::os::unix::fs::OpenOptionsExt;
    // Requests may hold secrets.
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_files_are_rotated_and_old_ones_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("audit.log");
        let log = Log::open(Target { path: path.clone(), days: 0, backups: 2, megabytes: 1 }).expect("opens");
        let mut line = vec![b'x'; 600 << 10];
        line.push(b'\n');
        for _ in 0..5 {
            log.write(&line);
        }
        let files = std::fs::read_dir(folder.path()).expect("readable").count();
        // Rotations within the same millisecond share a name.
        assert!((2..=3).contains(&files), "{files}");
        assert_eq!(std::fs::metadata(&path).expect("there").len(), line.len() as u64);
    }
}
