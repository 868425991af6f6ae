//! Container logs in the CRI's format: `<RFC 3339 time> <stream> <F|P> <text>`, one line for
//! each line of output; lines longer than [`LONGEST`] come in parts marked `P`.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The longest part of a line, as other runtimes have it.
pub const LONGEST: usize = 16 * 1024;

/// A container's log file.
pub struct Log {
    path: PathBuf,
    file: Option<File>,
}

/// One output stream's unfinished line.
pub struct Lines {
    stream: &'static str,
    pending: Vec<u8>,
}

impl Log {
    /// Opens or makes the file. A log that can't be written costs the log, not the container.
    pub fn open(path: &Path) -> Self {
        let mut log = Self { path: path.into(), file: None };
        let _ = log.reopen();
        log
    }

    /// Opens the path anew, after the old file was moved away.
    pub fn reopen(&mut self) -> std::io::Result<()> {
        if let Some(parent) = self.path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        use std::os::unix::fs::OpenOptionsExt;
        self.file = Some(OpenOptions::new().create(true).append(true).mode(0o640).open(&self.path)?);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) {
        // A full disk must not stop the container: what can't be written is lost.
        if let Some(file) = &mut self.file {
            let _ = file.write_all(bytes);
        }
    }
}

impl Lines {
    /// `stdout` or `stderr`.
    pub fn new(stream: &'static str) -> Self {
        Self { stream, pending: Vec::new() }
    }

    /// Logs what came in; an unfinished line waits for its end.
    pub fn feed(&mut self, log: &mut Log, bytes: &[u8]) {
        let mut out = Vec::with_capacity(bytes.len() + 64);
        let time = timestamp(SystemTime::now());
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end);
            rest = &after[1..];
            if self.pending.is_empty() {
                self.line(&mut out, &time, line, b'F');
            } else {
                self.pending.extend_from_slice(line);
                let whole = std::mem::take(&mut self.pending);
                self.line(&mut out, &time, &whole, b'F');
            }
        }
        self.pending.extend_from_slice(rest);
        if self.pending.len() >= LONGEST {
            let pending = std::mem::take(&mut self.pending);
            let whole = pending.len() - pending.len() % LONGEST;
            for part in pending[..whole].chunks(LONGEST) {
                entry(&mut out, &time, self.stream, b'P', part);
            }
            self.pending = pending[whole..].to_vec();
        } else if self.pending.is_empty() {
            self.pending = Vec::new();
        }
        log.write(&out);
    }

    /// Logs what is left at the stream's end.
    pub fn finish(&mut self, log: &mut Log) {
        if !self.pending.is_empty() {
            let pending = std::mem::take(&mut self.pending);
            let mut out = Vec::new();
            self.line(&mut out, &timestamp(SystemTime::now()), &pending, b'F');
            log.write(&out);
        }
    }

    fn line(&self, out: &mut Vec<u8>, time: &str, line: &[u8], last: u8) {
        let mut parts = line.chunks(LONGEST).peekable();
        if parts.peek().is_none() {
            entry(out, time, self.stream, last, b"");
        }
        while let Some(part) = parts.next() {
            let tag = if parts.peek().is_some() { b'P' } else { last };
            entry(out, time, self.stream, tag, part);
        }
    }
}

fn entry(out: &mut Vec<u8>, time: &str, stream: &str, tag: u8, text: &[u8]) {
    out.extend_from_slice(time.as_bytes());
    out.push(b' ');
    out.extend_from_slice(stream.as_bytes());
    out.extend_from_slice(&[b' ', tag, b' ']);
    out.extend_from_slice(text);
    out.push(b'\n');
}

/// RFC 3339 with nanoseconds, in UTC.
fn timestamp(now: SystemTime) -> String {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = ((since.as_secs() / 86_400) as i64, since.as_secs() % 86_400);
    // Days to a civil date, counting years from March so that leap days come last.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:09}Z",
        second / 3600,
        second / 60 % 60,
        second % 60,
        since.subsec_nanos()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn logged(chunks: &[&[u8]]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a/0.log");
        let mut log = Log::open(&path);
        let mut lines = Lines::new("stdout");
        for chunk in chunks {
            lines.feed(&mut log, chunk);
        }
        lines.finish(&mut log);
        let text = std::fs::read_to_string(path).expect("the log");
        text.lines().map(|line| line.split_once(' ').map_or("", |(_, rest)| rest).to_string()).collect()
    }

    #[test]
    fn lines_are_whole() {
        assert_eq!(
            logged(&[b"a\nb", b"c\n\n", b"d"]),
            ["stdout F a", "stdout F bc", "stdout F ", "stdout F d"]
        );
    }

    #[test]
    fn long_lines_come_in_parts() {
        let long = vec![b'x'; LONGEST * 2 + 5];
        let parts = logged(&[&long, b"y\n"]);
        assert_eq!(parts.len(), 3);
        assert!(parts[0].starts_with("stdout P xx") && parts[0].len() == LONGEST + 9);
        assert_eq!(parts[2], "stdout F xxxxxy");
        let exact = logged(&[&long[..LONGEST], b"\n"]);
        assert_eq!(exact.len(), 2);
        assert_eq!(exact[1], "stdout F ");
    }

    #[test]
    fn times() {
        let at = |seconds, nanos| timestamp(UNIX_EPOCH + Duration::new(seconds, nanos));
        assert_eq!(at(0, 0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(at(951_782_399, 5), "2000-02-28T23:59:59.000000005Z");
        assert_eq!(at(951_782_400, 0), "2000-02-29T00:00:00.000000000Z");
        assert_eq!(at(1_798_761_599, 999_999_999), "2026-12-31T23:59:59.999999999Z");
    }
}
