//! What kind of file it is: by its name where Go knows that by itself, by its first bytes otherwise.

const TEXT: &str = "text/plain; charset=utf-8";

/// The content type of a file of that name which begins so.
pub fn of(name: &str, head: &[u8]) -> &'static str {
    let file = name.rsplit('/').next().unwrap_or_default();
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "avif" => "image/avif",
        "css" => "text/css; charset=utf-8",
        "gif" => "image/gif",
        "htm" | "html" => "text/html; charset=utf-8",
        "jpeg" | "jpg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        "webp" => "image/webp",
        "xml" => "text/xml; charset=utf-8",
        _ => begins(head),
    }
}

/// By the first bytes. What looks like HTML or XML is text here: others write what is logged, and no browser is to run it.
fn begins(head: &[u8]) -> &'static str {
    let kinds: [(&[u8], &str); 8] = [
        (b"\xfe\xff", "text/plain; charset=utf-16be"),
        (b"\xff\xfe", "text/plain; charset=utf-16le"),
        (b"\xef\xbb\xbf", TEXT),
        (b"\x1f\x8b\x08", "application/x-gzip"),
        (b"PK\x03\x04", "application/zip"),
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
    ];
    if let Some((_, kind)) = kinds.into_iter().find(|(start, _)| head.starts_with(start)) {
        return kind;
    }
    // Bytes that no text has.
    let is_binary = |byte: &u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    if head.iter().any(is_binary) { "application/octet-stream" } else { TEXT }
}
