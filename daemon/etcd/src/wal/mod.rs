//! The write-ahead log: entries in segments, on disk before anybody hears of them.
//!
//! Segments are files of a fixed size, filled with zeroes in advance so that a sync writes data and
//! no file-system metadata. A segment is removed when the backend holds everything in it.

pub(crate) mod frame;
mod spare;
#[cfg(test)]
mod tests;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;

pub use frame::Frame;

use self::spare::Spare;
use crate::faults::{self, Point};
use crate::raft::{Entry, HardState};

/// A segment's length, unless one write needs more.
const SEGMENT: u64 = 16 << 20;
/// The segment's own header: magic, cluster, member, first index, number.
const HEAD: u64 = 64;
const MAGIC: &[u8; 8] = b"kadmwal2";

/// Why the log can't be used; names the file.
#[derive(Debug, thiserror::Error)]
pub enum WalError {
    #[error("{path}: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    #[error(
        "{path} is damaged at byte {offset}, and entries follow: not a torn write; restore the member from a snapshot"
    )]
    Damaged { path: PathBuf, offset: u64 },
    #[error("{path} is no log segment of this program (its first bytes say so)")]
    Foreign { path: PathBuf },
    #[error(
        "{path}: entries {expected} to {found} are missing before it; restore the member from a snapshot"
    )]
    Gap { path: PathBuf, expected: u64, found: u64 },
}

/// Which member's log this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    pub cluster_id: u64,
    pub member_id: u64,
}

struct Segment {
    path: PathBuf,
    /// Counts segments. Their order is the order in which they were written.
    number: u64,
    /// The index that was next when it was begun.
    first: u64,
}

/// The open log, positioned at its end.
pub struct Wal {
    dir: PathBuf,
    identity: Identity,
    segments: Vec<Segment>,
    file: File,
    offset: u64,
    len: u64,
    next: u64,
    hard: HardState,
    buffer: Vec<u8>,
    spare: Spare,
}

/// The checksum seed of a segment: tied to its number.
fn seed(number: u64) -> u32 {
    crc32c::crc32c(&number.to_le_bytes())
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> WalError {
    move |cause| WalError::Io { path: path.into(), cause }
}

fn sync_dir(dir: &Path) -> Result<(), WalError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io_error(dir))
}

impl Wal {
    /// Whether `dir` holds a log.
    ///
    /// # Errors
    /// Fails when the directory can't be read or holds another program's log.
    pub fn exists(dir: &Path) -> Result<bool, WalError> {
        Ok(dir.exists() && !segments(dir)?.is_empty())
    }

    /// Makes a log whose first entry will have index `next`.
    ///
    /// # Errors
    /// Fails when the disk does.
    pub fn create(dir: &Path, identity: Identity, next: u64) -> Result<Self, WalError> {
        fs::create_dir_all(dir).map_err(io_error(dir))?;
        let (segment, file, len) = new_segment(dir, identity, 1, next, 0, None)?;
        Ok(Self {
            dir: dir.into(),
            identity,
            segments: vec![segment],
            file,
            offset: HEAD,
            len,
            next,
            hard: HardState::default(),
            buffer: Vec::new(),
            spare: Spare::default(),
        })
    }

    /// Opens a log and feeds the frames that may hold entries after `after` to `replay`, in the
    /// order in which they were written. What a torn write left at the end is cut off.
    ///
    /// # Errors
    /// Fails when a file can't be read, is damaged, or entries are missing; and with `replay`'s.
    pub fn open<E: From<WalError>>(
        dir: &Path,
        after: u64,
        mut replay: impl FnMut(Frame) -> Result<(), E>,
    ) -> Result<Self, E> {
        let found = segments(dir)?;
        let last = found.len().saturating_sub(1);
        let mut next = None;
        let mut end = None;
        let mut hard = HardState::default();
        let mut identity = Identity { cluster_id: 0, member_id: 0 };
        for (at, segment) in found.iter().enumerate() {
            let path = &segment.path;
            // Segments that hold nothing new need not be read.
            if found.get(at + 1).is_some_and(|following| following.first <= after + 1) {
                continue;
            }
            let bytes: Bytes = fs::read(path).map_err(io_error(path))?.into();
            identity = read_head(&bytes, segment).ok_or_else(|| WalError::Foreign { path: path.clone() })?;
            let expected = next.unwrap_or(after + 1);
            if segment.first > expected {
                return Err(WalError::Gap { path: path.clone(), expected, found: segment.first - 1 }.into());
            }
            let seed = seed(segment.number);
            let mut index = segment.first;
            let mut offset = HEAD as usize;
            while let Some((frame, len)) = frame::read(&bytes.slice(offset.min(bytes.len())..), seed) {
                if frame.first > index {
                    return Err(WalError::Damaged { path: path.clone(), offset: offset as u64 }.into());
                }
                index = frame.first + frame.entries.len() as u64;
                offset += len;
                hard = frame.hard;
                replay(frame)?;
            }
            let rest = bytes.slice(offset.min(bytes.len())..);
            if rest.iter().any(|byte| *byte != 0) {
                if at != last || frame::found_in(&rest, seed) {
                    return Err(WalError::Damaged { path: path.clone(), offset: offset as u64 }.into());
                }
                tracing::warn!(path = %path.display(), offset, "cut off a write that was torn by a crash");
                let file = OpenOptions::new().write(true).open(path).map_err(io_error(path))?;
                spare::clear(&file, offset as u64, rest.len() as u64).map_err(io_error(path))?;
            }
            next = Some(index);
            end = Some((offset as u64, bytes.len() as u64));
        }
        let (Some(next), Some((offset, len)), Some(active)) = (next, end, found.last()) else {
            return Err(WalError::Io {
                path: dir.into(),
                cause: io::Error::new(io::ErrorKind::NotFound, "no log segments"),
            }
            .into());
        };
        let file = OpenOptions::new().write(true).open(&active.path).map_err(io_error(&active.path))?;
        Ok(Self {
            dir: dir.into(),
            identity,
            segments: found,
            file,
            offset,
            len,
            next,
            hard,
            buffer: Vec::new(),
            spare: Spare::default(),
        })
    }

    /// Whose log it is.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// The index that the next entry will have.
    pub fn next_index(&self) -> u64 {
        self.next
    }

    /// What the member must not forget, as it was last written.
    pub fn hard_state(&self) -> HardState {
        self.hard
    }

    /// Writes entries, which may replace earlier ones, and the hard state if it changed; they are
    /// on disk when this returns.
    ///
    /// # Errors
    /// Fails when the disk does. Nobody knows then what is on it: the process must end.
    pub fn write(&mut self, entries: &[Entry], hard: Option<HardState>) -> Result<(), WalError> {
        if entries.is_empty() && hard.is_none() {
            return Ok(());
        }
        self.hard = hard.unwrap_or(self.hard);
        let first = entries.first().map_or(self.next, |entry| entry.index);
        let size: usize = entries.iter().map(|entry| entry.data.len() + 16).sum();
        let needed = (size + frame::HEADER + 2 * frame::ALIGN) as u64;
        if self.offset + needed > self.len {
            self.rotate(self.next, needed)?;
        }
        let Some(active) = self.segments.last() else { return Ok(()) };
        frame::write(&mut self.buffer, seed(active.number), first, self.hard, entries);
        let failed = io_error(&active.path);
        faults::log_write(&self.file, &self.buffer, self.offset).map_err(&failed)?;
        self.offset += self.buffer.len() as u64;
        self.next = first + entries.len() as u64;
        // One large request must not keep its memory for ever.
        self.buffer.clear();
        self.buffer.shrink_to(1 << 20);
        if self.offset > self.len / 2 {
            self.spare.prepare(&self.dir, SEGMENT);
        }
        Ok(())
    }

    fn rotate(&mut self, next: u64, needed: u64) -> Result<(), WalError> {
        let number = self.segments.last().map_or(1, |segment| segment.number + 1);
        let spare = self.spare.take().filter(|_| needed + HEAD <= SEGMENT);
        let (segment, file, len) = new_segment(&self.dir, self.identity, number, next, needed, spare)?;
        self.segments.push(segment);
        self.file = file;
        self.offset = HEAD;
        self.len = len;
        self.next = next;
        Ok(())
    }

    /// Begins anew after a snapshot that is up to `index`: all entries here are superfluous.
    ///
    /// # Errors
    /// Fails when the disk does.
    pub fn restart(&mut self, index: u64, hard: HardState) -> Result<(), WalError> {
        self.rotate(index + 1, 0)?;
        faults::hit(Point::LogRestart);
        self.write(&[], Some(hard))?;
        while self.segments.len() > 1 {
            let segment = self.segments.remove(0);
            fs::remove_file(&segment.path).map_err(io_error(&segment.path))?;
        }
        Ok(())
    }

    /// Removes segments that hold no entry after `index`.
    ///
    /// # Errors
    /// Fails when a file can't be removed.
    pub fn release(&mut self, index: u64) -> Result<(), WalError> {
        while self.segments.len() > 1 && self.segments[1].first <= index + 1 {
            let segment = self.segments.remove(0);
            fs::remove_file(&segment.path).map_err(io_error(&segment.path))?;
        }
        Ok(())
    }

    #[cfg(test)]
    fn segments(&self) -> usize {
        self.segments.len()
    }
}

fn new_segment(
    dir: &Path,
    identity: Identity,
    number: u64,
    first: u64,
    needed: u64,
    spare: Option<File>,
) -> Result<(Segment, File, u64), WalError> {
    let path = dir.join(format!("{number:016x}-{first:016x}.wal"));
    let temporary = dir.join(spare::NAME);
    let failed = io_error(&temporary);
    let len = SEGMENT.max(needed + HEAD);
    let file = match spare {
        Some(file) => file,
        None => spare::lay_out(&temporary, len).map_err(&failed)?,
    };
    let mut head = Vec::with_capacity(HEAD as usize);
    head.extend_from_slice(MAGIC);
    for value in [identity.cluster_id, identity.member_id, first, number] {
        head.extend_from_slice(&value.to_le_bytes());
    }
    let crc = crc32c::crc32c(&head);
    head.extend_from_slice(&crc.to_le_bytes());
    head.resize(HEAD as usize, 0);
    file.write_all_at(&head, 0).map_err(&failed)?;
    file.sync_all().map_err(&failed)?;
    // Only a whole segment ever has the name of one.
    fs::rename(&temporary, &path).map_err(&failed)?;
    faults::hit(Point::LogSegment);
    sync_dir(dir)?;
    Ok((Segment { path, number, first }, file, len))
}

fn read_head(bytes: &[u8], segment: &Segment) -> Option<Identity> {
    let head = bytes.get(..HEAD as usize)?;
    let crc = u32::from_le_bytes(head[40..44].try_into().ok()?);
    if &head[..8] != MAGIC || crc32c::crc32c(&head[..40]) != crc {
        return None;
    }
    let number = |at: usize| head[at..at + 8].try_into().map(u64::from_le_bytes).ok();
    let named = number(24)? == segment.first && number(32)? == segment.number;
    named.then_some(Identity { cluster_id: number(8)?, member_id: number(16)? })
}

fn segments(dir: &Path) -> Result<Vec<Segment>, WalError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(io_error(dir))? {
        let path = entry.map_err(io_error(dir))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(numbers) = name.strip_suffix(".wal") {
            let hex = |text: &str| u64::from_str_radix(text, 16).ok();
            let numbers =
                numbers.split_once('-').and_then(|(number, first)| Some((hex(number)?, hex(first)?)));
            match numbers {
                Some((number, first)) => found.push(Segment { path, number, first }),
                None => return Err(WalError::Foreign { path }),
            }
        } else if name.ends_with(".tmp") {
            // A segment whose making was cut short.
            let _ = fs::remove_file(&path);
        }
    }
    found.sort_by_key(|segment| segment.number);
    Ok(found)
}
