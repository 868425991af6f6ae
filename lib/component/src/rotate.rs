//! A log file that is renamed when it is full, as lumberjack (etcd's and kube-apiserver's library
//! for it) does: `etcd.log` becomes `etcd-2026-11-29T04-05-06.789.log`. Old ones are compressed and
//! removed by a thread of their own.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The time in an old file's name.
const STAMP: &str = "%Y-%m-%dT%H-%M-%S%.3f";
/// What compressed files end with.
const GZ: &str = "gz";
/// Permissions of a new file, as lumberjack has it.
const MODE: u32 = 0o600;

/// When a file is full, and what becomes of old ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Bytes that a file may have.
    pub size: u64,
    /// Days after which old files are removed; 0: never.
    pub days: u32,
    /// Old files that are kept; 0: all.
    pub backups: usize,
    /// Whether names have the machine's time instead of UTC.
    pub local_time: bool,
    /// Whether old files are compressed.
    pub compress: bool,
}

impl Rotation {
    fn zone(&self) -> TimeZone {
        if self.local_time { TimeZone::system() } else { TimeZone::UTC }
    }
}

/// The open file.
#[derive(Debug)]
pub struct Rotated {
    path: PathBuf,
    how: Rotation,
    file: File,
    size: u64,
    tidying: Option<JoinHandle<()>>,
}

impl Rotated {
    /// Opens the file, or makes it, and its folder.
    ///
    /// # Errors
    /// Fails when it can't be opened or made.
    pub fn open(path: &Path, how: Rotation) -> io::Result<Self> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let file = File::options().append(true).create(true).mode(MODE).open(path)?;
        let size = file.metadata()?.len();
        let mut rotated = Self { path: path.into(), how, file, size, tidying: None };
        rotated.tidy();
        Ok(rotated)
    }

    /// Renames the file and begins a new one.
    fn rotate(&mut self) -> io::Result<()> {
        let mode = self.file.metadata()?.permissions().mode();
        let mut now = Timestamp::now();
        let old = loop {
            let old = named(&self.path, now, &self.how);
            if !old.exists() {
                break old;
            }
            // Two within a millisecond: neither may be lost.
            now += SignedDuration::from_millis(1);
        };
        fs::rename(&self.path, old)?;
        self.file = File::options().append(true).create(true).mode(mode & 0o777).open(&self.path)?;
        self.size = self.file.metadata()?.len();
        self.tidy();
        Ok(())
    }

    /// Compresses and removes old files, beside whoever writes.
    fn tidy(&mut self) {
        if self.how.days == 0 && self.how.backups == 0 && !self.how.compress {
            return;
        }
        self.wait();
        let (path, how) = (self.path.clone(), self.how);
        // What can't be done now is done after the next rotation; there is no log to tell it in.
        let tidy = move || drop(tidy(&path, &how, Timestamp::now()));
        self.tidying = std::thread::Builder::new().name("log files".into()).spawn(tidy).ok();
    }

    fn wait(&mut self) {
        if let Some(thread) = self.tidying.take() {
            let _ = thread.join();
        }
    }
}

impl Write for Rotated {
    /// Lines come as a whole: none is cut in two. One that no file has room for gets its own.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.size > 0 && self.size + bytes.len() as u64 > self.how.size {
            // Rather a file that is too long than a line less.
            let _ = self.rotate();
        }
        let written = self.file.write(bytes)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Rotated {
    fn drop(&mut self) {
        self.wait();
    }
}

/// A file name's part before the extension, and the extension with its dot.
fn parts(path: &Path) -> (String, String) {
    let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let extension = path.extension().map(|_| format!(".{}", text(path.extension())));
    (text(path.file_stem()), extension.unwrap_or_default())
}

/// What a file is called that was rotated at a time.
fn named(path: &Path, time: Timestamp, how: &Rotation) -> PathBuf {
    let (stem, extension) = parts(path);
    let stamp = time.to_zoned(how.zone()).strftime(STAMP).to_string();
    path.with_file_name(format!("{stem}-{stamp}{extension}"))
}

/// The old files of `path`, newest first: when they were rotated, and where they are.
fn old(path: &Path, how: &Rotation) -> io::Result<Vec<(Timestamp, PathBuf)>> {
    let (stem, extension) = parts(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let time = name.to_str().and_then(|name| {
            let stamp = name.strip_prefix(&stem)?.strip_prefix('-')?;
            let stamp = stamp.strip_suffix(".gz").unwrap_or(stamp).strip_suffix(&extension)?;
            let time = DateTime::strptime(STAMP, stamp).ok()?;
            Some(time.to_zoned(how.zone()).ok()?.timestamp())
        });
        found.extend(time.map(|time| (time, entry.path())));
    }
    found.sort_by(|a, b| b.cmp(a));
    Ok(found)
}

/// Removes old files that are too many or too old, and compresses the others.
fn tidy(path: &Path, how: &Rotation, now: Timestamp) -> io::Result<()> {
    let mut kept: Vec<(Timestamp, PathBuf)> = Vec::new();
    let mut times = Vec::new();
    for (time, file) in old(path, how)? {
        // A file and what was compressed of it count once.
        if times.last() != Some(&time) {
            times.push(time);
        }
        let age = now.duration_since(time).as_secs();
        let too_old = how.days > 0 && age >= i64::from(how.days) * 24 * 60 * 60;
        if too_old || (how.backups > 0 && times.len() > how.backups) {
            fs::remove_file(&file)?;
        } else {
            kept.push((time, file));
        }
    }
    for (_, file) in kept.iter().filter(|(_, file)| how.compress && file.extension() != Some(GZ.as_ref())) {
        compress(file)?;
    }
    Ok(())
}

/// Puts a compressed file in the place of one.
fn compress(path: &Path) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(GZ);
    let mut source = File::open(path)?;
    let mode = source.metadata()?.permissions().mode();
    let target = File::options().write(true).create(true).truncate(true).mode(mode & 0o777).open(&name)?;
    let mut packed = flate2::write::GzEncoder::new(target, flate2::Compression::default());
    let done =
        io::copy(&mut source, &mut packed).and_then(|_| packed.finish()).and_then(|file| file.sync_all());
    match done {
        Ok(()) => fs::remove_file(path),
        Err(error) => {
            let _ = fs::remove_file(name);
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    const HOW: Rotation = Rotation { size: 10, days: 0, backups: 0, local_time: false, compress: false };

    /// The files beside each other by name, with what is in them.
    fn files(folder: &Path) -> Vec<(String, String)> {
        let mut found: Vec<_> = fs::read_dir(folder)
            .expect("reads")
            .map(|entry| {
                let entry = entry.expect("an entry");
                let name = entry.file_name().into_string().expect("text");
                let mut text = String::new();
                let mut file = File::open(entry.path()).expect("opens");
                if name.ends_with(".gz") {
                    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("unpacks");
                } else {
                    file.read_to_string(&mut text).expect("reads");
                }
                (name, text)
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn a_full_file_is_renamed_and_no_line_is_lost_or_cut() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("new/etcd.log");
        let mut log = Rotated::open(&path, HOW).expect("opens");
        let lines = ["12345\n", "abc\n", "d\n", "one that is longer than a file\n", "x\n"];
        for line in lines {
            log.write_all(line.as_bytes()).expect("writes");
        }
        drop(log);
        // Opened again it goes on where it was.
        Rotated::open(&path, HOW).expect("opens").write_all(b"y\n").expect("writes");
        let texts: Vec<_> = files(&dir.path().join("new")).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["12345\nabc\n", "d\n", "one that is longer than a file\n", "x\ny\n"]);
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, MODE);
    }

    #[test]
    fn old_files_are_compressed_and_removed_by_number_and_age() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("etcd.log");
        let now: Timestamp = "2026-11-29T12:00:00Z".parse().expect("a time");
        let day = SignedDuration::from_hours(24);
        for (age, text) in [(0, "new"), (1, "1"), (2, "2"), (3, "3"), (30, "30")] {
            fs::write(named(&path, now - day * age, &HOW), text).expect("writes");
        }
        let others = ["etcd-old.log", "etcd.log", "other-2020-01-01T00-00-00.000.log"];
        for name in others {
            fs::write(dir.path().join(name), "theirs").expect("writes");
        }
        let left = |how: Rotation| {
            tidy(&path, &how, now).expect("tidies");
            let found = files(dir.path()).into_iter().filter(|(name, _)| !others.contains(&&name[..]));
            found.collect::<Vec<_>>()
        };
        assert_eq!(left(HOW).len(), 5);
        assert_eq!(left(Rotation { days: 4, ..HOW }).len(), 4);
        let name = |day: u8, gz: &str| format!("etcd-2026-11-{day}T12-00-00.000.log{gz}");
        let entry = |day, gz, text: &str| (name(day, gz), text.to_string());
        assert_eq!(
            left(Rotation { backups: 3, ..HOW }),
            [entry(27, "", "2"), entry(28, "", "1"), entry(29, "", "new")]
        );
        assert_eq!(
            left(Rotation { backups: 2, compress: true, ..HOW }),
            [entry(28, ".gz", "1"), entry(29, ".gz", "new")]
        );
        assert_eq!(left(Rotation { days: 1, ..HOW }), [entry(29, ".gz", "new")]);
        assert_eq!(files(dir.path()).len(), 1 + others.len());
    }
}
