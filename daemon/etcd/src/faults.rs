//! Faults on demand, for tests: an end at a named point, and a disk that tears writes, forgets
//! what was not synced, or is full.
//!
//! The environment variable [`VARIABLE`], read once at the start, says which, so that the program
//! under test is the one that is shipped. Without it a point costs one load of a word that never
//! changes, and files are the system's own.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use redb::StorageBackend;

/// Holds the faults, separated by commas: `lossy` (what was not synced is lost at the end of the
/// process, or part of it), `seed=N` (which part), `kill=POINT@N` (end when a point is passed for
/// the Nth time), `torn@N` (the Nth write to the log is torn, and the process ends), `full@N` (from
/// the Nth write to the log on the disk is full), `stall=PATH` (the log is not synced as long as there
/// is such a file; one that waits makes `PATH.waits`), `hash-stall=PATH` (the same for hashes of the history,
/// once they hold what they are made of), `lease-checkpoints=N` (they come every N milliseconds).
pub const VARIABLE: &str = "KADM_ETCD_FAULTS";

/// What reaches a disk as a whole or not at all.
const SECTOR: usize = 512;

static FAULTS: OnceLock<Faults> = OnceLock::new();

/// Where the process can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Nothing of a write to the log has happened.
    LogBeforeWrite,
    /// It is written, not synced.
    LogBeforeSync,
    /// It is synced; nobody knows.
    LogAfterSync,
    /// A new segment has its name; the directory is not synced.
    LogSegment,
    /// The log begins anew after a snapshot; the old segments are still there.
    LogRestart,
    /// Entries are committed and not applied.
    BeforeApply,
    /// They are applied; nobody was answered.
    AfterApply,
    /// The backend's file is about to be written.
    BeforeCommit,
    /// In the middle of that.
    CommitSync,
    /// It is written; the log is not cut.
    AfterCommit,
    /// The same, with what compactions dropped.
    BeforeCompact,
    /// See `BeforeCompact`.
    AfterCompact,
    /// A snapshot has arrived.
    SnapshotArrived,
    /// It is the state's file; the log is the old one.
    SnapshotRenamed,
    /// It is the state.
    SnapshotInstalled,
    /// A part of what a defragmentation copies is copied.
    DefragmentStep,
    /// The copy is complete; the old file has its name.
    DefragmentMade,
    /// The copy has its name; the directory is not synced.
    DefragmentRenamed,
}

/// All points, by their names.
const POINTS: &[(&str, Point)] = &[
    ("log-before-write", Point::LogBeforeWrite),
    ("log-before-sync", Point::LogBeforeSync),
    ("log-after-sync", Point::LogAfterSync),
    ("log-segment", Point::LogSegment),
    ("log-restart", Point::LogRestart),
    ("before-apply", Point::BeforeApply),
    ("after-apply", Point::AfterApply),
    ("before-commit", Point::BeforeCommit),
    ("commit-sync", Point::CommitSync),
    ("after-commit", Point::AfterCommit),
    ("before-compact", Point::BeforeCompact),
    ("after-compact", Point::AfterCompact),
    ("snapshot-arrived", Point::SnapshotArrived),
    ("snapshot-renamed", Point::SnapshotRenamed),
    ("snapshot-installed", Point::SnapshotInstalled),
    ("defragment-step", Point::DefragmentStep),
    ("defragment-made", Point::DefragmentMade),
    ("defragment-renamed", Point::DefragmentRenamed),
];

/// Counts down to something; never, when it began at 0.
#[derive(Debug, Default)]
struct Countdown(AtomicU64);

impl Countdown {
    fn due(&self) -> bool {
        let before = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1));
        before == Ok(1)
    }
}

/// What is to go wrong.
#[derive(Debug, Default)]
struct Faults {
    lossy: bool,
    kills: Vec<(Point, Countdown)>,
    torn: Countdown,
    full_at: Countdown,
    full: AtomicBool,
    stall: Option<PathBuf>,
    hash_stall: Option<PathBuf>,
    checkpoints: Option<Duration>,
    random: Mutex<u64>,
}

impl Faults {
    fn parse(text: &str) -> Result<Self, String> {
        let mut faults = Self { random: Mutex::new(1), ..Self::default() };
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let number = |text: &str| text.parse::<u64>().map_err(|_| format!("{part:?} has no number"));
            if part == "lossy" {
                faults.lossy = true;
            } else if let Some(seed) = part.strip_prefix("seed=") {
                faults.random = Mutex::new(number(seed)? | 1);
            } else if let Some(path) = part.strip_prefix("stall=") {
                faults.stall = Some(path.into());
            } else if let Some(path) = part.strip_prefix("hash-stall=") {
                faults.hash_stall = Some(path.into());
            } else if let Some(every) = part.strip_prefix("lease-checkpoints=") {
                faults.checkpoints = Some(Duration::from_millis(number(every)?));
            } else if let Some(at) = part.strip_prefix("torn@") {
                faults.torn = Countdown(number(at)?.into());
            } else if let Some(at) = part.strip_prefix("full@") {
                faults.full_at = Countdown(number(at)?.into());
            } else if let Some((name, at)) = part.strip_prefix("kill=").and_then(|kill| kill.split_once('@'))
            {
                let (_, point) = POINTS
                    .iter()
                    .find(|(known, _)| *known == name)
                    .ok_or_else(|| format!("no point {name:?}"))?;
                faults.kills.push((*point, Countdown(number(at)?.into())));
            } else {
                return Err(format!("{part:?} is no fault"));
            }
        }
        Ok(faults)
    }

    fn chance(&self, one_in: u64) -> bool {
        let mut state = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 8).is_multiple_of(one_in)
    }

    fn hit(&self, point: Point) {
        if self.kills.iter().any(|(at, left)| *at == point && left.due()) {
            end();
        }
    }

    fn space(&self) -> io::Result<()> {
        if self.full.load(Ordering::Acquire) { Err(nix::errno::Errno::ENOSPC.into()) } else { Ok(()) }
    }

    /// Writes some of the sectors, in no order.
    fn some(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut at = 0;
        while at < bytes.len() {
            // Sectors are the disk's, wherever the write begins.
            let into = usize::try_from((offset + at as u64) % SECTOR as u64).unwrap_or_default();
            let end = bytes.len().min(at + SECTOR - into);
            if self.chance(2) {
                file.write_all_at(&bytes[at..end], offset + at as u64)?;
            }
            at = end;
        }
        Ok(())
    }

    fn log_write(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.hit(Point::LogBeforeWrite);
        if self.full_at.due() {
            self.full.store(true, Ordering::Release);
            // What there was room for.
            self.some(file, bytes, offset)?;
        }
        self.space()?;
        if self.torn.due() {
            self.some(file, bytes, offset)?;
            end();
        }
        if self.lossy {
            self.some(file, bytes, offset)?;
            self.hit(Point::LogBeforeSync);
            file.write_all_at(bytes, offset)?;
        } else {
            file.write_all_at(bytes, offset)?;
            self.hit(Point::LogBeforeSync);
            // A disk that does not come back from a sync.
            stall(self.stall.as_deref());
            file.sync_data()?;
        }
        self.hit(Point::LogAfterSync);
        Ok(())
    }
}

/// Waits as long as there is a file, and says so beside it.
fn stall(path: Option<&Path>) {
    let Some(path) = path.filter(|path| path.exists()) else { return };
    let _ = File::create(path.with_extension("waits"));
    while path.exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// As by `kill -9`: nothing is flushed, nobody is told.
fn end() -> ! {
    let _ = nix::sys::signal::raise(nix::sys::signal::Signal::SIGKILL);
    std::process::abort()
}

/// Reads [`VARIABLE`].
///
/// # Errors
/// Fails when it names something that is no fault.
pub fn init() -> Result<(), String> {
    if let Ok(text) = std::env::var(VARIABLE) {
        let faults = Faults::parse(&text).map_err(|reason| format!("{VARIABLE}: {reason}"))?;
        tracing::warn!(faults = text, "{VARIABLE} asks for faults");
        let _ = FAULTS.set(faults);
    }
    Ok(())
}

/// How often leases have checkpoints, for tests that can't wait for minutes.
pub fn lease_checkpoints() -> Option<Duration> {
    FAULTS.get().and_then(|faults| faults.checkpoints)
}

/// A hash is about to be made.
pub fn hash_begins() {
    if let Some(faults) = FAULTS.get() {
        stall(faults.hash_stall.as_deref());
    }
}

/// A point is passed.
pub fn hit(point: Point) {
    if let Some(faults) = FAULTS.get() {
        faults.hit(point);
    }
}

/// Writes to the log and syncs it.
///
/// # Errors
/// Fails when the disk does.
pub fn log_write(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    match FAULTS.get() {
        None => {
            file.write_all_at(bytes, offset)?;
            file.sync_data()
        }
        Some(faults) => faults.log_write(file, bytes, offset),
    }
}

/// The backend's file under these faults, if there are any for it.
///
/// # Errors
/// Fails when it can't be opened.
pub fn storage(path: &Path) -> io::Result<Option<Lossy>> {
    let Some(faults) = FAULTS.get() else { return Ok(None) };
    let file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
    Ok(Some(Lossy { file, faults, pending: Mutex::default() }))
}

/// A file that holds back what is written until it is synced, except for sectors here and there.
#[derive(Debug)]
pub struct Lossy {
    file: File,
    faults: &'static Faults,
    pending: Mutex<Vec<(u64, Vec<u8>)>>,
}

impl Lossy {
    fn pending(&self) -> MutexGuard<'_, Vec<(u64, Vec<u8>)>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sync(&self) -> io::Result<()> {
        let mut pending = self.pending();
        for (offset, bytes) in pending.iter() {
            self.file.write_all_at(bytes, *offset)?;
        }
        pending.clear();
        if self.faults.lossy { Ok(()) } else { self.file.sync_data() }
    }
}

impl StorageBackend for Lossy {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let pending = self.pending();
        self.file.read_exact_at(out, offset)?;
        let end = offset + out.len() as u64;
        for (at, bytes) in pending.iter() {
            let (from, to) = (offset.max(*at), end.min(at + bytes.len() as u64));
            if from < to {
                let place = |position: u64, start: u64| usize::try_from(position - start).unwrap_or_default();
                out[place(from, offset)..place(to, offset)]
                    .copy_from_slice(&bytes[place(from, *at)..place(to, *at)]);
            }
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut pending = self.pending();
        if len > self.file.metadata()?.len() {
            self.faults.space()?;
        }
        for (at, bytes) in pending.iter_mut() {
            bytes.truncate(usize::try_from(len.saturating_sub(*at)).unwrap_or(usize::MAX));
        }
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.faults.space()?;
        self.faults.hit(Point::CommitSync);
        self.sync()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.faults.space()?;
        let mut pending = self.pending();
        if self.faults.lossy && self.faults.chance(4) {
            self.faults.some(&self.file, data, offset)?;
        }
        pending.push((offset, data.to_vec()));
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.sync()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_or_refused() {
        let faults = Faults::parse("lossy,seed=4,kill=after-apply@3,torn@2").expect("valid");
        assert!(faults.lossy && faults.kills[0].0 == Point::AfterApply);
        assert!(!faults.torn.due() && faults.torn.due() && !faults.torn.due());
        assert!(!faults.full_at.due());
        for wrong in ["kill=nowhere@1", "kill=after-apply", "torn@x", "what"] {
            assert!(Faults::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_synced_is_lost() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("file");
        let open = || {
            let faults: &'static Faults = Box::leak(Box::new(Faults::parse("lossy,seed=8").expect("valid")));
            let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
            Lossy { file: file.expect("opens"), faults, pending: Mutex::default() }
        };
        let read = |file: &Lossy| {
            let mut out = [0; 4096];
            file.read(0, &mut out).expect("reads");
            out
        };
        let file = open();
        file.set_len(4096).expect("grows");
        file.write(0, &[1; 4096]).expect("writes");
        file.sync_data().expect("syncs");
        for _ in 0..8 {
            file.write(100, &[2; 2000]).expect("writes");
        }
        assert_eq!(read(&file)[100..2100], [2; 2000], "the process itself sees all of it");
        drop(file);
        let after = read(&open());
        assert!(after[..100].iter().chain(&after[2100..]).all(|byte| *byte == 1), "synced before");
        assert!(after[100..2100].contains(&1), "something is lost");
        assert!(after[100..2100].contains(&2), "not everything: sectors reach the disk at any time");
    }
}
