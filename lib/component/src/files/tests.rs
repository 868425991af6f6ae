//! A folder with files of many kinds, asked for in many ways.

use http_body_util::BodyExt;

use super::*;

struct Told {
    code: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Told {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a text"))
    }
}

async fn get(folder: &Path, path: &str, headers: &[(&'static str, &str)]) -> Told {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().expect("a value"));
    }
    let (parts, body) = serve(folder, "/logs", path, &map).await.into_parts();
    let body = body.collect().await.expect("a body").to_bytes().to_vec();
    Told { code: parts.status.as_u16(), headers: parts.headers, body }
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).expect("writable");
    write("syslog", b"0123456789");
    write("old.gz", b"\x1f\x8b\x08rest");
    write("page", b"<html><script>");
    write("binary", b"a\x00b");
    write("a&b: 'c'?.log", b"odd");
    write("empty", b"");
    std::fs::create_dir(folder.path().join("pods")).expect("a folder");
    write("pods/a.json", b"{}");
    folder
}

#[tokio::test]
async fn folders() {
    let folder = folder();
    let told = get(folder.path(), "/logs", &[]).await;
    assert_eq!((told.code, told.header("location")), (301, "logs/"));
    let told = get(folder.path(), "/logs/pods", &[]).await;
    assert_eq!((told.code, told.header("location")), (301, "pods/"));
    let told = get(folder.path(), "/logs/", &[]).await;
    assert_eq!((told.code, told.header("content-type")), (200, "text/html; charset=utf-8"));
    let want = "<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n\
        <a href=\"./a&b:%20%27c%27%3F.log\">a&amp;b: &#39;c&#39;?.log</a>\n<a href=\"binary\">binary</a>\n\
        <a href=\"empty\">empty</a>\n<a href=\"old.gz\">old.gz</a>\n<a href=\"page\">page</a>\n<a href=\"pods/\">pods/</a>\n\
        <a href=\"syslog\">syslog</a>\n</pre>\n";
    assert_eq!(String::from_utf8_lossy(&told.body), want);
    let changed = told.header("last-modified").to_string();
    assert_eq!(get(folder.path(), "/logs/", &[("if-modified-since", &changed)]).await.code, 304);
    std::fs::write(folder.path().join("pods/index.html"), "hello").expect("writable");
    let told = get(folder.path(), "/logs/pods/", &[]).await;
    assert_eq!((told.code, told.body.as_slice()), (200, &b"hello"[..]));
    let told = get(folder.path(), "/logs/pods/index.html", &[]).await;
    assert_eq!((told.code, told.header("location")), (301, "./"));
}

#[tokio::test]
async fn kinds_and_what_is_not_served() {
    let folder = folder();
    for (name, kind) in [
        ("syslog", "text/plain; charset=utf-8"),
        ("syslog/", "text/plain; charset=utf-8"),
        ("empty", "text/plain; charset=utf-8"),
        ("old.gz", "application/x-gzip"),
        ("page", "text/plain; charset=utf-8"),
        ("binary", "application/octet-stream"),
        ("pods/a.json", "application/json"),
        ("a&b: 'c'?.log", "text/plain; charset=utf-8"),
    ] {
        let told = get(folder.path(), &format!("/logs/{name}"), &[]).await;
        assert_eq!((told.code, told.header("content-type")), (200, kind), "{name}");
        assert_eq!(told.header("content-length"), told.body.len().to_string(), "{name}");
    }
    let long = format!("/logs/{}", "x".repeat(300));
    nix::unistd::mkfifo(&folder.path().join("pipe"), nix::sys::stat::Mode::S_IRUSR).expect("a pipe");
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("out")).expect("a link");
    std::os::unix::fs::symlink(folder.path().join("syslog"), folder.path().join("in")).expect("a link");
    for (path, code, body) in [
        ("/logs/none", 404, "404 page not found\n"),
        ("/logs/syslog/below", 404, "404 page not found\n"),
        (long.as_str(), 404, "file not found\n"),
        ("/logs/../etc/passwd", 400, "invalid URL path\n"),
        ("/logs/pods/..", 400, "invalid URL path\n"),
        ("/logsmore", 404, "404 page not found\n"),
        ("/logs/pipe", 403, "403 Forbidden\n"),
        ("/logs/out", 403, "403 Forbidden\n"),
        ("/logs/in", 200, "0123456789"),
        ("/logs//syslog", 200, "0123456789"),
        ("/logs//etc/passwd", 404, "404 page not found\n"),
    ] {
        let told = get(folder.path(), path, &[]).await;
        assert_eq!((told.code, String::from_utf8_lossy(&told.body).as_ref()), (code, body), "{path}");
    }
}

#[tokio::test]
async fn parts() {
    let folder = folder();
    let ask = async |range: &str| get(folder.path(), "/logs/syslog", &[("range", range)]).await;
    for (range, body, said) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=4-", "456789", "bytes 4-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=-20", "0123456789", "bytes 0-9/10"),
        ("bytes=8-99", "89", "bytes 8-9/10"),
    ] {
        let told = ask(range).await;
        assert_eq!((told.code, told.body.as_slice()), (206, body.as_bytes()), "{range}");
        assert_eq!((told.header("content-range"), told.header("accept-ranges")), (said, "bytes"), "{range}");
    }
    for range in ["bytes=10-", "bytes=5-2", "bytes=x-", "lines=1-2", "bytes=-", "bytes=+1-2"] {
        let told = ask(range).await;
        assert_eq!((told.code, told.header("content-range")), (416, "bytes */10"), "{range}");
    }
    assert_eq!(ask("bytes=0-1,4-5").await.body, b"0123456789");
    assert_eq!(get(folder.path(), "/logs/empty", &[("range", "bytes=0-1")]).await.code, 200);
}

#[tokio::test]
async fn only_when_changed() {
    let folder = folder();
    let changed = get(folder.path(), "/logs/syslog", &[]).await.header("last-modified").to_string();
    let old = "Mon, 02 Jan 2006 15:04:05 GMT";
    for (headers, code) in [
        (&[("if-modified-since", changed.as_str())][..], 304),
        (&[("if-modified-since", old)], 200),
        (&[("if-modified-since", "yesterday")], 200),
        (&[("if-none-match", "*")], 304),
        (&[("if-none-match", "\"x\""), ("if-modified-since", &changed)], 200),
        (&[("if-unmodified-since", old)], 412),
        (&[("if-unmodified-since", &changed)], 200),
        (&[("if-match", "\"x\"")], 412),
        (&[("if-match", "*"), ("if-unmodified-since", old)], 200),
        (&[("range", "bytes=1-2"), ("if-range", &changed)], 206),
        (&[("range", "bytes=1-2"), ("if-range", old)], 200),
        (&[("range", "bytes=1-2"), ("if-range", "\"x\"")], 200),
    ] {
        assert_eq!(get(folder.path(), "/logs/syslog", headers).await.code, code, "{headers:?}");
    }
}

#[tokio::test]
async fn large_files_are_read_as_they_are_sent() {
    let folder = folder();
    let path = folder.path().join("large");
    // Without blocks on the disk.
    File::create(&path).and_then(|file| file.set_len(1 << 40)).expect("a file");
    let mut response = serve(folder.path(), "/logs", "/logs/large", &HeaderMap::new()).await;
    assert_eq!(response.headers()["content-length"], (1_u64 << 40).to_string());
    let piece = response.body_mut().frame().await.expect("a piece").expect("reads");
    assert!(piece.data_ref().is_some_and(|data| data.len() <= 64 * 1024));
    // It becomes shorter: whoever reads is told, not left with less.
    File::options().write(true).open(&path).and_then(|file| file.set_len(100_000)).expect("a file");
    let mut read = 0;
    let ended = loop {
        match response.body_mut().frame().await.expect("more, or an error") {
            Ok(piece) => read += piece.data_ref().map_or(0, |data| data.len()),
            Err(error) => break error.to_string(),
        }
    };
    assert!(read < 100_000 && ended.contains("shorter"), "{read} {ended}");
}
