//! `-v`: what is sent to the server, in the shape of kubectl's log. 6 has a line for each request,
//! 7 its headers as well, 8 those of the answer.

use client::rest::Exchange;

fn line(text: &str) {
    let now = jiff::Timestamp::now().strftime("%m%d %H:%M:%S%.6f").to_string();
    eprintln!("I{now} {:>7} round_trippers.go:632] {text}", std::process::id());
}

fn headers(map: &http::HeaderMap) -> String {
    let mut lines: Vec<String> = map
        .iter()
        .map(|(name, value)| {
            // Credentials are nothing for a log.
            let shown = if name == http::header::AUTHORIZATION {
                "<masked>"
            } else {
                value.to_str().unwrap_or("<binary>")
            };
            let name: Vec<String> = name
                .as_str()
                .split('-')
                .map(|part| {
                    part.chars().take(1).flat_map(char::to_uppercase).chain(part.chars().skip(1)).collect()
                })
                .collect();
            format!("\t{}: {shown}", name.join("-"))
        })
        .collect();
    lines.sort();
    format!("<\n{}\n >", lines.join("\n"))
}

/// Tells of one request.
pub fn tell(level: u32, exchange: &Exchange<'_>) {
    if level >= 7 {
        line(&format!(
            "\"Request\" verb={:?} url={:?} headers={}",
            exchange.method,
            exchange.url,
            headers(exchange.request)
        ));
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
    line(&format!(
        "\"Response\" verb={:?} url={:?} status={status:?}{answered} milliseconds={}",
        exchange.method,
        exchange.url,
        exchange.took.as_millis()
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_masked() {
        let mut map = http::HeaderMap::new();
        map.insert("authorization", http::HeaderValue::from_static("Bearer secret"));
        map.insert("user-agent", http::HeaderValue::from_static("kctl"));
        assert_eq!(headers(&map), "<\n\tAuthorization: <masked>\n\tUser-Agent: kctl\n >");
    }
}
