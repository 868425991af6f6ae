//! `-v`: what is sent to the server, in the shape of kubectl's log. 6 has a line for each request,
//! 7 its headers as well, 8 those of the answer and all bodies; from 9 on a request is a command line
//! of curl. Credentials are masked, and so are the bodies of secrets and tokens.

use client::rest::Exchange;

fn line(text: &str) {
    let now = jiff::Timestamp::now().strftime("%m%d %H:%M:%S%.6f").to_string();
    eprintln!("I{now} {:>7} round_trippers.go:632] {text}", std::process::id());
}

/// Names as Go writes them, and values without credentials.
fn shown(map: &http::HeaderMap) -> Vec<(String, String)> {
    let mut shown: Vec<(String, String)> = map
        .iter()
        .map(|(name, value)| {
            let text = value.to_str().unwrap_or("<binary>");
            let text = if name == http::header::AUTHORIZATION {
                // How somebody says who they are is no secret.
                match text.split_once(' ') {
                    Some((scheme, _)) => format!("{scheme} <masked>"),
                    None => "<masked>".into(),
                }
            } else {
                text.to_string()
            };
            let name: Vec<String> = name
                .as_str()
                .split('-')
                .map(|part| {
                    part.chars().take(1).flat_map(char::to_uppercase).chain(part.chars().skip(1)).collect()
                })
                .collect();
            (name.join("-"), text)
        })
        .collect();
    shown.sort();
    shown
}

fn headers(map: &http::HeaderMap) -> String {
    let lines: Vec<String> =
        shown(map).into_iter().map(|(name, value)| format!("\t{name}: {value}")).collect();
    format!("<\n{}\n >", lines.join("\n"))
}

fn curl(exchange: &Exchange<'_>) -> String {
    let headers: Vec<String> = shown(exchange.request)
        .into_iter()
        .map(|(name, value)| format!(" -H {:?}", format!("{name}: {value}")))
        .collect();
    format!("<\n\tcurl -v -X{} {} '{}'\n >", exchange.method, headers.concat(), exchange.url)
}

/// Whether the bodies at a URL are nothing for a log.
fn is_secret(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or(url);
    path.split('/').any(|part| ["secrets", "token", "tokenreviews"].contains(&part))
}

/// A body, as much of it as a level shows.
fn body(level: u32, url: &str, bytes: &[u8]) -> String {
    if is_secret(url) && !bytes.is_empty() {
        return "\"<masked>\"".into();
    }
    let most = match level {
        10.. => usize::MAX,
        9 => 10 * 1024,
        _ => 1024,
    };
    let text = String::from_utf8_lossy(bytes);
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let cut = text.len() - end;
    let more = if cut > 0 { format!(" [truncated {cut} chars]") } else { String::new() };
    let text = format!("{}{more}", &text[..end]);
    if text.contains('\n') {
        // klog sets texts of several lines apart.
        return format!("<\n\t{}\n >", text.trim_end_matches('\n').replace('\n', "\n\t"));
    }
    format!("{text:?}")
}

/// Tells of one request.
pub fn tell(level: u32, exchange: &Exchange<'_>) {
    told(level, exchange).iter().for_each(|text| line(text));
}

fn told(level: u32, exchange: &Exchange<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let place = format!("verb={:?} url={:?} ", exchange.method, exchange.url);
    if let Some(sent) = exchange.sent {
        lines.push(format!("\"Request Body\" body={}", body(level, exchange.url, sent)));
    }
    match level {
        9.. => lines.push(format!("\"Request\" curlCommand={}", curl(exchange))),
        7.. => lines.push(format!("\"Request\" {place}headers={}", headers(exchange.request))),
        _ => {}
    }
    let (status, answered) = match exchange.answer {
        Some((code, map)) => {
            let reason = http::StatusCode::from_u16(code)
                .ok()
                .and_then(|code| code.canonical_reason())
                .unwrap_or_default();
            let shown = if level >= 8 { format!(" headers={}", headers(map)) } else { String::new() };
            (format!("{code} {reason}"), shown)
        }
        None => (String::new(), String::new()),
    };
    // Where the request has a line of its own, the answer does not repeat it.
    let place = if (7..=8).contains(&level) { "" } else { &place };
    lines.push(format!(
        "\"Response\" {place}status={status:?}{answered} milliseconds={}",
        exchange.took.as_millis()
    ));
    if let Some(received) = exchange.received {
        lines.push(format!("\"Response Body\" body={}", body(level, exchange.url, received)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(level: u32, url: &str) -> String {
        let mut request = http::HeaderMap::new();
        request.insert("authorization", http::HeaderValue::from_static("Bearer hidden"));
        request.insert("user-agent", http::HeaderValue::from_static("kctl"));
        let mut answer = http::HeaderMap::new();
        answer.insert("content-type", http::HeaderValue::from_static("application/json"));
        let bodies = level >= 8;
        let exchange = Exchange {
            method: "PATCH",
            url,
            request: &request,
            sent: bodies.then_some(br#"{"a":1}"#),
            answer: Some((200, &answer)),
            received: bodies.then_some(b"{\"b\":\"two words\"}"),
            took: std::time::Duration::from_millis(3),
        };
        told(level, &exchange).join("\n")
    }

    #[test]
    fn each_level_as_kubectl_has_it() {
        let url = "https://x/api/v1/pods/a";
        assert_eq!(
            log(6, url),
            "\"Response\" verb=\"PATCH\" url=\"https://x/api/v1/pods/a\" status=\"200 OK\" milliseconds=3"
        );
        let request = "\"Request\" verb=\"PATCH\" url=\"https://x/api/v1/pods/a\" headers=<\n\tAuthorization: Bearer <masked>\n\tUser-Agent: kctl\n >";
        assert_eq!(log(7, url), format!("{request}\n\"Response\" status=\"200 OK\" milliseconds=3"));
        assert_eq!(
            log(8, url),
            format!(
                "\"Request Body\" body=\"{{\\\"a\\\":1}}\"\n{request}\n\"Response\" status=\"200 OK\" headers=<\n\tContent-Type: application/json\n > milliseconds=3\n\"Response Body\" body=\"{{\\\"b\\\":\\\"two words\\\"}}\""
            )
        );
        let ninth = log(9, url);
        assert!(
            ninth.contains("\"Request\" curlCommand=<\n\tcurl -v -XPATCH  -H \"Authorization: Bearer <masked>\" -H \"User-Agent: kctl\" 'https://x/api/v1/pods/a'\n >\n"),
            "{ninth}"
        );
        assert!(ninth.contains("\"Response\" verb=\"PATCH\" url="), "{ninth}");
    }

    #[test]
    fn secrets_are_masked() {
        for url in [
            "https://x/api/v1/namespaces/a/secrets?limit=5",
            "https://x/api/v1/namespaces/a/serviceaccounts/s/token",
        ] {
            let text = log(10, url);
            assert!(!text.contains("two words") && !text.contains("hidden"), "{text}");
            assert!(text.contains("\"Response Body\" body=\"<masked>\""), "{text}");
        }
        assert!(!is_secret("https://x/api/v1/pods?labelSelector=/secrets"));
    }

    #[test]
    fn long_bodies_are_cut() {
        let long = "é".repeat(600);
        assert!(body(8, "https://x/", long.as_bytes()).ends_with("é [truncated 176 chars]\""));
        assert_eq!(body(10, "https://x/", long.as_bytes()), format!("{long:?}"));
        assert_eq!(body(8, "https://x/", b"a\nb\n"), "<\n\ta\n\tb\n >");
    }
}
