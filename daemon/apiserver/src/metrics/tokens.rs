//! What authentication tells of service accounts' tokens: how often they were known already, and of which kind they are.

use std::fmt::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use component::metrics::{Counter, Family, Fixed, Metric};

use super::admission::Name;
use super::{configs, head};

/// Upstream's words for whether a token was known.
const KNOWN: [&str; 2] = ["hit", "miss"];

static TIMES: Fixed<2, 11> = Fixed::new(
    "authentication_token_cache_request_duration_seconds",
    "How long it took to find out whose token it is.",
    "status",
    KNOWN,
    super::COMMON,
);
static FETCHES: Family<1, 0> =
    Family::counters("authentication_token_cache_fetch_total", "Tokens that were judged anew.", ["status"]);
static FETCHING: AtomicI64 = AtomicI64::new(0);

static ISSUED: Family<2, 12, Name> = Family::histograms(
    "apiserver_authentication_jwt_authenticator_latency_seconds",
    "Latency of jwt authentication operations in seconds. This is the time spent authenticating a token for cache miss only (i.e. when the token is not found in the cache).",
    ["jwt_issuer_hash", "result"],
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0],
);
static FETCHED: Family<3, 0, Name> = Family::gauges(
    "apiserver_authentication_jwt_authenticator_jwks_fetch_last_timestamp_seconds",
    "Timestamp of the last successful or failed JWKS fetch split by result, api server identity and jwt issuer for the JWT authenticator.",
    ["apiserver_id_hash", "jwt_issuer_hash", "result"],
);

fn result(well: bool) -> Name {
    if well { "success".into() } else { "failure".into() }
}

/// A token of an issuer (by its URL) was judged.
pub fn judged(issuer: &str, well: bool, time: Duration) {
    ISSUED.observe([configs::hash(issuer.as_bytes()).into(), result(well)], time.as_secs_f64());
}

/// An issuer's keys were fetched, or could not be.
pub fn fetched_keys(issuer: &str, well: bool) {
    let now = jiff::Timestamp::now().as_second();
    let labels = [configs::own_id().into(), configs::hash(issuer.as_bytes()).into(), result(well)];
    FETCHED.set(labels, u64::try_from(now).unwrap_or_default());
}

/// Tokens of secrets.
pub static LEGACY: Counter =
    Counter::new("serviceaccount_legacy_tokens_total", "Cumulative legacy service account tokens used");
/// Those of secrets that the account names.
pub static AUTOMATIC: Counter = Counter::new(
    "serviceaccount_legacy_auto_token_uses_total",
    "Cumulative auto-generated legacy tokens used",
);
/// Those of secrets that somebody made.
pub static MANUAL: Counter = Counter::new(
    "serviceaccount_legacy_manual_token_uses_total",
    "Cumulative manually created legacy tokens used",
);
/// Those that were marked invalid.
pub static INVALID: Counter = Counter::new(
    "serviceaccount_invalid_legacy_auto_token_uses_total",
    "Cumulative invalid auto-generated legacy tokens used",
);
/// Tokens that should have been renewed.
pub static STALE: Counter = Counter::new(
    "serviceaccount_stale_tokens_total",
    "Cumulative stale projected service account tokens used",
);
/// Tokens that are to be renewed, and need not be yet.
pub static VALID: Counter = Counter::new(
    "serviceaccount_valid_tokens_total",
    "Cumulative valid projected service account tokens used",
);

/// A token was known already.
pub fn hit(begun: Instant) {
    TIMES.observe(0, begun.elapsed());
}

/// A token that is judged anew.
pub struct Fetch {
    begun: Instant,
}

impl Fetch {
    /// From now on.
    pub fn new(begun: Instant) -> Self {
        FETCHING.fetch_add(1, Ordering::Relaxed);
        Self { begun }
    }

    /// It was found out whose it is, or that it is nobody's; or that could not be found out.
    pub fn done(self, ok: bool) {
        FETCHES.add([if ok { "ok" } else { "error" }], 1);
        TIMES.observe(1, self.begun.elapsed());
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        FETCHING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What these tell.
pub fn render(out: &mut String) {
    let name = "authentication_token_cache_request_total";
    head(out, name, "Tokens that were shown.", "counter");
    for (place, status) in KNOWN.iter().enumerate() {
        let count = TIMES.count(place);
        if count > 0 {
            let _ = writeln!(out, "{name}{{status=\"{status}\"}} {count}");
        }
    }
    let name = "authentication_token_cache_active_fetch_count";
    head(out, name, "Tokens that are being judged.", "gauge");
    let _ = writeln!(out, "{name}{{status=\"in_flight\"}} {}", FETCHING.load(Ordering::Relaxed));
    let all: [&dyn Metric; 10] =
        [&TIMES, &FETCHES, &LEGACY, &AUTOMATIC, &MANUAL, &INVALID, &STALE, &VALID, &ISSUED, &FETCHED];
    for metric in all {
        metric.render(out);
    }
}
