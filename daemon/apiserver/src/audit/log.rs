//! The audit log: one line for each event, in a file that is rotated.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use futures::future::BoxFuture;
use serde_json::Value;

use super::batch::{Batching, Sink};

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
    /// Whether rotated files are compressed.
    pub compress: bool,
    /// Whether lines are those of old servers, not JSON.
    pub legacy: bool,
    /// How events are handed on.
    pub batching: Batching,
}

/// Texts in quotes, with commas between.
fn quoted(texts: &Value) -> String {
    let texts = texts.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.map(|text| format!("{text:?}")).collect::<Vec<_>>().join(",")
}

/// An event as old servers wrote it.
fn legacy(event: &Value) -> String {
    let text = |value: &Value, missing: &str| match value.as_str() {
        None | Some("") => missing.to_string(),
        Some(text) => text.to_string(),
    };
    let groups = quoted(&event["user"]["groups"]);
    let other = &event["impersonatedUser"];
    let other_groups = quoted(&other["groups"]);
    let code = event["responseStatus"]["code"].as_u64();
    format!(
        "{} AUDIT: id={:?} stage={:?} ip={:?} method={:?} user={:?} groups={} as={:?} asgroups={} user-agent={:?} namespace={:?} uri={:?} response=\"{}\"",
        text(&event["requestReceivedTimestamp"], ""),
        text(&event["auditID"], ""),
        text(&event["stage"], ""),
        text(&event["sourceIPs"][0], "<unknown>"),
        text(&event["verb"], ""),
        text(&event["user"]["username"], "<none>"),
        if groups.is_empty() { "<none>" } else { &groups },
        text(&other["username"], "<self>"),
        if other_groups.is_empty() { "<lookup>" } else { &other_groups },
        text(&event["userAgent"], ""),
        text(&event["objectRef"]["namespace"], "<none>"),
        text(&event["requestURI"], ""),
        code.map_or("<deferred>".to_string(), |code| code.to_string()),
    )
}

impl Sink for Log {
    fn name(&self) -> &'static str {
        "log"
    }

    fn keeps_order(&self) -> bool {
        true
    }

    fn take(&self, events: Vec<Value>) -> BoxFuture<'_, Result<(), String>> {
        let outcome = events.iter().try_for_each(|event| {
            let mut line = if self.target.legacy { legacy(event) } else { event.to_string() }.into_bytes();
            line.push(b'\n');
            self.write(&line)
        });
        let outcome = outcome.map_err(|error| format!("{}: {error}", self.target.path.display()));
        Box::pin(std::future::ready(outcome))
    }
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
    fn write(&self, line: &[u8]) -> io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *open {
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
        }
    }

    fn rotate(&self) -> io::Result<(File, u64)> {
        let path = &self.target.path;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let extension = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S%.3f");
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let aside = folder.join(format!("{stem}-{now}{extension}"));
        std::fs::rename(path, &aside)?;
        if self.target.compress {
            compress(&aside)?;
        }
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
            let plain = name.strip_suffix(".gz").unwrap_or(&name);
            if name.starts_with(&start) && plain.ends_with(extension) {
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

/// Puts a compressed file in a file's place.
fn compress(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut name = path.as_os_str().to_owned();
    name.push(".gz");
    let out = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&name)?;
    let mut out = flate2::write::GzEncoder::new(out, flate2::Compression::default());
    io::copy(&mut File::open(path)?, &mut out)?;
    out.finish()?;
    std::fs::remove_file(path)
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

    fn target(path: PathBuf) -> Target {
        let batching = Batching {
            mode: super::super::Mode::Blocking,
            buffer: 1,
            batch: 1,
            wait: Duration::ZERO,
            throttle: None,
            truncate: None,
        };
        Target { path, days: 0, backups: 2, megabytes: 1, compress: false, legacy: false, batching }
    }

    #[test]
    fn full_files_are_rotated_and_old_ones_go() {
        for compress in [false, true] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("audit.log");
            let log = Log::open(Target { compress, ..target(path.clone()) }).expect("opens");
            let mut line = vec![b'x'; 600 << 10];
            line.push(b'\n');
            for _ in 0..5 {
                log.write(&line).expect("writable");
            }
            let files: Vec<_> = std::fs::read_dir(folder.path()).expect("readable").flatten().collect();
            // Rotations within the same millisecond share a name.
            assert!((2..=3).contains(&files.len()), "{files:?}");
            assert_eq!(std::fs::metadata(&path).expect("there").len(), line.len() as u64);
            for old in files.iter().map(|file| file.path()).filter(|old| *old != path) {
                let bytes = std::fs::read(&old).expect("readable");
                let mut text = Vec::new();
                if compress {
                    assert!(old.to_string_lossy().ends_with(".log.gz"), "{old:?}");
                    io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut text)
                        .expect("gzip");
                } else {
                    text = bytes;
                }
                assert_eq!(text, line);
            }
        }
    }

    #[test]
    fn lines_of_old_servers() {
        let event = serde_json::json!({
            "auditID": "1-2", "stage": "ResponseComplete", "verb": "get", "requestURI": "/api/v1/pods?x=\"y\"",
            "user": {"username": "jane", "groups": ["a", "b"]}, "sourceIPs": ["10.0.0.1"],
            "objectRef": {"namespace": "n"}, "responseStatus": {"code": 200}, "userAgent": "curl",
            "requestReceivedTimestamp": "2026-01-01T00:00:00.000000Z",
        });
        assert_eq!(
            legacy(&event),
            r#"2026-01-01T00:00:00.000000Z AUDIT: id="1-2" stage="ResponseComplete" ip="10.0.0.1" method="get" user="jane" groups="a","b" as="<self>" asgroups=<lookup> user-agent="curl" namespace="n" uri="/api/v1/pods?x=\"y\"" response="200""#
        );
        let early = serde_json::json!({"stage": "RequestReceived"});
        assert!(legacy(&early).ends_with(r#"user="<none>" groups=<none> as="<self>" asgroups=<lookup> user-agent="" namespace="<none>" uri="" response="<deferred>""#));
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("audit.log");
        let log = Log::open(target(path)).expect("opens");
        // A file that is open for reading alone takes no lines.
        let read_only = File::open("/dev/null").expect("there");
        *log.open.lock().unwrap_or_else(PoisonError::into_inner) = Some((read_only, 0));
        let why = log.take(vec![serde_json::json!({})]).await.expect_err("it cannot be written");
        assert!(why.contains("audit.log"), "{why}");
    }
}
