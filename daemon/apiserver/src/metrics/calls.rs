//! What calls of this server to others tell: to webhooks of every kind.

use std::time::Duration;

use component::metrics::{Family, Metric};
use url::Url;

use super::admission::Name;

const SIZES: [f64; 11] = [
    64.0,
    256.0,
    512.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
];

static CALLS: Family<3, 0, Name> = Family::counters(
    "rest_client_requests_total",
    "Number of HTTP requests, partitioned by status code, method, and host.",
    ["code", "host", "method"],
);
static TIMES: Family<2, 12, Name> = Family::histograms(
    "rest_client_request_duration_seconds",
    "Request latency in seconds. Broken down by verb, and host.",
    ["host", "verb"],
    [0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0],
);
static SENT: Family<2, 11, Name> = Family::histograms(
    "rest_client_request_size_bytes",
    "Request size in bytes. Broken down by verb and host.",
    ["host", "verb"],
    SIZES,
);
static RECEIVED: Family<2, 11, Name> = Family::histograms(
    "rest_client_response_size_bytes",
    "Response size in bytes. Broken down by verb and host.",
    ["host", "verb"],
    SIZES,
);

/// A URL's host, with its port where that is not the usual one; never what stands there of a user.
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"))
}

/// Something was posted to a host (with its port, where it is named); `code`: what came back, if anything did.
pub fn posted(host: &str, code: Option<u16>, time: Duration, sent: usize) {
    let host = || Name::Owned(host.to_string());
    let code = code.map_or(Name::Borrowed("<error>"), |code| code.to_string().into());
    CALLS.add([code, host(), "POST".into()], 1);
    TIMES.observe([host(), "POST".into()], time.as_secs_f64());
    SENT.observe([host(), "POST".into()], sent as f64);
}

/// So much came back.
pub fn received(host: &str, size: usize) {
    RECEIVED.observe([host.to_string().into(), "POST".into()], size as f64);
}

/// What these tell.
pub fn render(out: &mut String) {
    let all: [&dyn Metric; 4] = [&CALLS, &TIMES, &SENT, &RECEIVED];
    for metric in all {
        metric.render(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (url, want) in [
            ("https://user:secret@hook.example.com/x", "hook.example.com"),
            ("https://10.0.0.1:8443/x?y", "10.0.0.1:8443"),
        ] {
            assert_eq!(host(&Url::parse(url).expect("a URL")), want);
        }
    }
}
