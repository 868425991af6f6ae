//! Files of zeroes for segments to come: made by a thread of their own while the log goes on, so that
//! no write waits for more than a name when a segment is full.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread::JoinHandle;

/// The file's name until it is a segment. What a crash leaves under it is removed at the start.
pub(super) const NAME: &str = "next.tmp";

/// Zeroes that are synced at a time: a sync of the log that comes meanwhile waits for no more.
const STEP: u64 = 1 << 20;

/// One file that is being made, or none.
#[derive(Default)]
pub(super) struct Spare(Option<JoinHandle<io::Result<File>>>);

impl Spare {
    /// Begins to make one in `dir`, if there is none yet.
    pub fn prepare(&mut self, dir: &Path, len: u64) {
        if self.0.is_none() {
            let path = dir.join(NAME);
            let making = std::thread::Builder::new().name("segment".into()).stack_size(256 << 10);
            // Whoever needs it then makes it.
            self.0 = making.spawn(move || lay_out(&path, len)).ok();
        }
    }

    /// The file, if one was begun and could be made; whoever has none makes one and hears why not.
    pub fn take(&mut self) -> Option<File> {
        self.0.take()?.join().ok()?.ok()
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        // Its thread writes into a directory that may be another's soon.
        let _ = self.take();
    }
}

/// Makes a file of zeroes. Room that is only reserved would do for a file system to find the
/// place, but each first write to a block would change its metadata, which costs a sync more.
pub(super) fn lay_out(path: &Path, len: u64) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    // In one piece, and a full disk shows before anything is written. A file system that can't
    // reserve room only loses speed by it.
    if let Err(error) = nix::fcntl::posix_fallocate(file.as_fd(), 0, i64::try_from(len).unwrap_or(i64::MAX))
        && error == nix::errno::Errno::ENOSPC
    {
        // What was reserved may be what others lack.
        let _ = std::fs::remove_file(path);
        return Err(error.into());
    }
    clear(&file, 0, len)?;
    Ok(file)
}

/// Overwrites with zeroes, durably.
pub(super) fn clear(file: &File, mut offset: u64, mut len: u64) -> io::Result<()> {
    let zeroes = [0; 64 << 10];
    while len > 0 {
        let mut step = len.min(STEP);
        len -= step;
        while step > 0 {
            let part = usize::try_from(step.min(zeroes.len() as u64)).unwrap_or(zeroes.len());
            file.write_all_at(&zeroes[..part], offset)?;
            offset += part as u64;
            step -= part as u64;
        }
        file.sync_data()?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spare_file_is_made_once_and_holds_zeroes() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut spare = Spare::default();
        assert!(spare.take().is_none(), "none was begun");
        spare.prepare(dir.path(), 3 * STEP + 5);
        spare.prepare(dir.path(), 1);
        let file = spare.take().expect("a file");
        assert_eq!(file.metadata().expect("its size").len(), 3 * STEP + 5);
        let bytes = std::fs::read(dir.path().join(NAME)).expect("read");
        assert!(bytes.len() as u64 == 3 * STEP + 5 && bytes.iter().all(|byte| *byte == 0));
        assert!(spare.take().is_none(), "it was taken");
    }

    #[test]
    fn a_spare_file_that_cannot_be_made_is_none() {
        let mut spare = Spare::default();
        spare.prepare(Path::new("/proc/no such folder"), STEP);
        assert!(spare.take().is_none());
    }
}
