//! A folder's files over HTTP, as Go's `http.ServeFile` serves them: folders as lists of links, files with their type,
//! in parts and only when changed where that is asked for. Nothing is read into memory whole.

mod body;
mod kind;
mod list;

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};

use crate::http::{Body, empty, full, text};

/// How much of a file tells its kind.
const HEAD: usize = 512;

/// Something that was opened.
enum Opened {
    /// A folder: the names in it, those of folders with a `/` behind them.
    Folder(Vec<String>),
    /// A file, and its first bytes.
    File(File, Vec<u8>),
}

/// Answers a GET of `path`, decoded, which stands for the folder where it is `prefix`.
pub async fn serve(folder: &Path, prefix: &str, path: &str, headers: &HeaderMap) -> Response<Body> {
    if path.split(['/', '\\']).any(|part| part == "..") {
        return refused(StatusCode::BAD_REQUEST, "invalid URL path");
    }
    let Some(rest) = path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        return refused(StatusCode::NOT_FOUND, "404 page not found");
    };
    if path.ends_with("/index.html") {
        return redirect("./");
    }
    let rest = rest.trim_matches('/').to_string();
    let (root, is_folder) = (folder.to_path_buf(), path.ends_with('/'));
    let opened = tokio::task::spawn_blocking(move || open(&root, &root.join(rest))).await;
    let (opened, metadata) = match opened.unwrap_or_else(|error| Err(io::Error::other(error))) {
        Ok(opened) => opened,
        Err(error) => return failed(&error),
    };
    let changed = Timestamp::from_second(metadata.mtime()).ok().filter(|time| time.as_second() > 0);
    match opened {
        // The links in a list are relative.
        Opened::Folder(_) if !is_folder => {
            let name = path.rsplit('/').next().unwrap_or_default();
            redirect(&format!("{}/", list::escaped(name)))
        }
        Opened::Folder(names) => {
            if changed.is_some_and(|changed| is_unchanged(headers, changed)) {
                return stamped(not_modified(), changed);
            }
            let page = full(list::page(&names));
            stamped(answer(StatusCode::OK, Some("text/html; charset=utf-8"), page), changed)
        }
        Opened::File(file, head) => {
            let kind = kind::of(path.trim_end_matches('/'), &head);
            stamped(content(file, metadata.len(), kind, changed, headers), changed)
        }
    }
}

/// Opens a file or folder that lies in `root`, wherever links lead on the way: one that leads out is refused, as whoever may
/// write into the folder could else have anything read.
fn open(root: &Path, path: &Path) -> io::Result<(Opened, Metadata)> {
    // Not blocking: a pipe would wait for somebody who writes.
    let options = || {
        let mut options = File::options();
        options.read(true).custom_flags(libc::O_NONBLOCK);
        options
    };
    let file = options().open(path)?;
    let place = place(&file)?;
    if !place.starts_with(root.canonicalize()?) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the link leads out of the folder"));
    }
    let metadata = file.metadata()?;
    if metadata.is_file() {
        let mut head = vec![0; HEAD];
        let read = file.read_at(&mut head, 0)?;
        head.truncate(read);
        return Ok((Opened::File(file, head), metadata));
    }
    if !metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "neither a file nor a folder"));
    }
    let index = path.join("index.html");
    if std::fs::metadata(&index).is_ok_and(|index| index.is_file()) {
        return open(root, &index);
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(place)? {
        let entry = entry?;
        let slash = if entry.file_type()?.is_dir() { "/" } else { "" };
        names.push(format!("{}{slash}", entry.file_name().to_string_lossy()));
    }
    names.sort();
    Ok((Opened::Folder(names), metadata))
}

/// Where an open file lies, without links: what was opened is what is judged.
fn place(file: &File) -> io::Result<PathBuf> {
    std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

fn content(
    file: File,
    size: u64,
    kind: &'static str,
    changed: Option<Timestamp>,
    headers: &HeaderMap,
) -> Response<Body> {
    let since = |name| changed.zip(date(headers, name));
    // No file has a tag: whoever wants one by its tag wants another.
    let is_other = header_of(headers, header::IF_MATCH).is_some_and(|tags| tags != "*")
        || since(header::IF_UNMODIFIED_SINCE)
            .is_some_and(|(changed, since)| !headers.contains_key(header::IF_MATCH) && changed > since);
    if is_other {
        return answer(StatusCode::PRECONDITION_FAILED, None, empty());
    }
    if changed.is_some_and(|changed| is_unchanged(headers, changed)) {
        return not_modified();
    }
    // A part of what has changed since is of no use.
    let is_same = !headers.contains_key(header::IF_RANGE)
        || since(header::IF_RANGE).is_some_and(|(changed, since)| changed == since);
    let wanted = header_of(headers, header::RANGE).filter(|_| is_same && size > 0);
    let mut response = match wanted.map_or(Ok(None), |wanted| part(wanted, size)) {
        Ok(None) => sized(StatusCode::OK, kind, size, body::of(file, 0, size)),
        Ok(Some((start, end))) => {
            let part = body::of(file, start, end - start);
            let mut response = sized(StatusCode::PARTIAL_CONTENT, kind, end - start, part);
            set(&mut response, header::CONTENT_RANGE, &format!("bytes {start}-{}/{size}", end - 1));
            response
        }
        Err(why) => {
            let mut response = refused(StatusCode::RANGE_NOT_SATISFIABLE, why);
            set(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"));
            return response;
        }
    };
    response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    response
}

/// The part that is asked for, as its start and end; all where several are asked for, which a server need not give.
///
/// # Errors
/// Go's words for what is no part of the file.
fn part(wanted: &str, size: u64) -> Result<Option<(u64, u64)>, &'static str> {
    let bad = "invalid range";
    let spec = wanted.strip_prefix("bytes=").ok_or(bad)?.trim();
    if spec.contains(',') {
        return Ok(None);
    }
    let (start, end) = spec.split_once('-').ok_or(bad)?;
    let number = |text: &str| -> Result<u64, &'static str> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { text.parse().map_err(|_| bad) } else { Err(bad) }
    };
    let (start, end) = match (start.trim(), end.trim()) {
        ("", last) => (size - number(last)?.min(size), size),
        (start, "") => (number(start)?, size),
        (start, end) => {
            let (start, end) = (number(start)?, number(end)?);
            if start > end {
                return Err(bad);
            }
            (start, end.saturating_add(1).min(size))
        }
    };
    if start >= size { Err("invalid range: failed to overlap") } else { Ok(Some((start, end))) }
}

fn header_of(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn date(headers: &HeaderMap, name: header::HeaderName) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(header_of(headers, name)?).ok()
}

/// Whether who asks has what there is.
fn is_unchanged(headers: &HeaderMap, changed: Timestamp) -> bool {
    match header_of(headers, header::IF_NONE_MATCH) {
        Some(tags) => tags == "*",
        None => date(headers, header::IF_MODIFIED_SINCE).is_some_and(|since| changed <= since),
    }
}

fn answer(code: StatusCode, kind: Option<&'static str>, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = code;
    if let Some(kind) = kind {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}

fn sized(code: StatusCode, kind: &'static str, size: u64, body: Body) -> Response<Body> {
    let mut response = answer(code, Some(kind), body);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    response
}

fn not_modified() -> Response<Body> {
    answer(StatusCode::NOT_MODIFIED, None, empty())
}

fn set(response: &mut Response<Body>, name: header::HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        response.headers_mut().insert(name, value);
    }
}

fn stamped(mut response: Response<Body>, changed: Option<Timestamp>) -> Response<Body> {
    let date = changed.and_then(|time| DateTimePrinter::new().timestamp_to_rfc9110_string(&time).ok());
    // An error tells nothing of the file.
    let tells = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    if let Some(date) = date.filter(|_| tells) {
        set(&mut response, header::LAST_MODIFIED, &date);
    }
    response
}

fn redirect(to: &str) -> Response<Body> {
    let mut response = answer(StatusCode::MOVED_PERMANENTLY, None, empty());
    set(&mut response, header::LOCATION, to);
    response
}

fn refused(code: StatusCode, why: &str) -> Response<Body> {
    let mut response = text(code, format!("{why}\n"));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn failed(error: &io::Error) -> Response<Body> {
    match (error.kind(), error.raw_os_error()) {
        // What lies below a file is not there either.
        (io::ErrorKind::NotFound, _) | (_, Some(libc::ENOTDIR)) => {
            refused(StatusCode::NOT_FOUND, "404 page not found")
        }
        (_, Some(libc::ENAMETOOLONG)) => refused(StatusCode::NOT_FOUND, "file not found"),
        (io::ErrorKind::PermissionDenied, _) | (_, Some(libc::ENXIO)) => {
            refused(StatusCode::FORBIDDEN, "403 Forbidden")
        }
        _ => {
            tracing::warn!(%error, "cannot serve a file");
            refused(StatusCode::INTERNAL_SERVER_ERROR, "500 Internal Server Error")
        }
    }
}

#[cfg(test)]
mod tests;
