//! What `/metrics` tells.

use std::time::Duration;

use component::metrics::{Counter, Histogram};
use http::StatusCode;

static REQUESTS: Counter = Counter::new("apiserver_request_total", "Requests that were answered.");
static FAILURES: Counter = Counter::new(
    "apiserver_request_terminations_total",
    "Requests that failed for a reason of the server's.",
);
static DURATION: Histogram<10> = Histogram::new(
    "apiserver_request_duration_seconds",
    "How long requests took, without the time that watches last.",
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0],
);
/// Objects that were stored.
pub static WRITES: Counter = Counter::new("etcd_requests_total", "Writes that were sent to etcd.");

/// Counts one answer.
pub fn observe(code: StatusCode, elapsed: Duration) {
    REQUESTS.inc();
    if code.is_server_error() {
        FAILURES.inc();
    }
    DURATION.observe(elapsed);
}

/// All metrics as text.
pub fn render() -> String {
    component::metrics::render(&[&REQUESTS, &FAILURES, &DURATION, &WRITES])
}
